"""Games in normal form: a table of pay-offs, what each player gains by deviating, and equilibria in pure strategies.

A game of n players is one array `payoffs` of shape (n, k_1, ..., k_n): `payoffs[i][s]` is what player i gets where the players
choose the actions s = (s_1, ..., s_n). A mixed profile is a list of n arrays of shapes (k_i,), each of which sums to one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]
type Mixed = list[Array]


def check_game(payoffs: Array) -> None:
    """Raise a ValueError where an array is no table of pay-offs: a wrong shape, or a number that is not finite."""
    if payoffs.ndim < 2 or payoffs.shape[0] != payoffs.ndim - 1:
        raise ValueError(f"a game of n players has shape (n, k_1, ..., k_n); got {payoffs.shape}")
    if 0 in payoffs.shape:
        raise ValueError(f"every player needs an action; got shape {payoffs.shape}")
    if not np.isfinite(payoffs).all():
        raise ValueError("a pay-off is missing or not finite")


def scales(payoffs: Array) -> Array:
    """Distance between the best and the worst pay-off of each player, shape (n,), in the unit of the pay-offs."""
    flat = payoffs.reshape(payoffs.shape[0], -1)
    return np.asarray(flat.max(axis=1) - flat.min(axis=1))


def normalised(payoffs: Array) -> Array:
    """The same game with each player's pay-offs between 0 and 1; all 0 where a player cannot change its own.

    Equilibria are the same. Regrets and the precision of a quantal response are then in shares of what a player can win or
    lose: solvers judge by such shares, whatever the unit of money was.
    """
    check_game(payoffs)
    axes = tuple(range(1, payoffs.ndim))
    low = payoffs.min(axis=axes, keepdims=True)
    wide = scales(payoffs).reshape(low.shape)
    return np.asarray((payoffs - low) / np.where(wide > 0.0, wide, 1.0))


def best_gains(payoffs: Array) -> Array:
    """What each player would gain by its best other action, the others staying: below zero where its own is best alone.

    Parameters
    ----------
    payoffs : array, shape (n, k_1, ..., k_n)

    Returns
    -------
    array of the same shape; minus infinity for a player with one action
    """
    gains = np.full(payoffs.shape, -np.inf)
    for i in range(payoffs.shape[0]):
        own = np.moveaxis(payoffs[i], i, 0)
        found = np.moveaxis(gains[i], i, 0)
        for action in range(own.shape[0]):
            others = np.delete(own, action, axis=0)
            if others.shape[0]:
                found[action] = others.max(axis=0) - own[action]
    return gains


def pure_regrets(payoffs: Array) -> Array:
    """What each player loses by not playing its best reply, at every pure profile: shape as `payoffs`, >= 0."""
    return np.asarray(np.maximum(best_gains(payoffs), 0.0))


def profile_regrets(payoffs: Array) -> Array:
    """Largest regret of any player at every pure profile, shape (k_1, ..., k_n): the profile is an epsilon-equilibrium for it."""
    return np.asarray(pure_regrets(payoffs).max(axis=0))


def pure_equilibria(payoffs: Array, epsilon: float = 0.0) -> list[tuple[int, ...]]:
    """All pure profiles at which nobody gains more than epsilon by deviating, in the order of the table.

    Complete and exact: every profile is looked at.
    """
    check_game(payoffs)
    return [tuple(int(a) for a in profile) for profile in np.argwhere(profile_regrets(payoffs) <= epsilon)]


def action_payoffs(payoffs: Array, mixed: Sequence[Array], player: int) -> Array:
    """Expected pay-off of each action of a player where the others mix, shape (k_player,)."""
    table = payoffs[player]
    for k in reversed(range(len(mixed))):
        if k != player:
            table = np.tensordot(table, mixed[k], axes=(k, 0))
    return np.asarray(table)


def pair_payoffs(payoffs: Array, mixed: Sequence[Array], player: int, other: int) -> Array:
    """Expected pay-off of each action of a player against each action of one other, the rest mixing: (k_player, k_other)."""
    table = payoffs[player]
    for k in reversed(range(len(mixed))):
        if k not in (player, other):
            table = np.tensordot(table, mixed[k], axes=(k, 0))
    return np.asarray(table if player < other else table.T)


def mixed_regrets(payoffs: Array, mixed: Sequence[Array]) -> Array:
    """What each player loses by its mix against its best action, shape (n,), >= 0. All zero: an equilibrium."""
    regrets = np.zeros(len(mixed))
    for i, own in enumerate(mixed):
        worth = action_payoffs(payoffs, mixed, i)
        regrets[i] = max(0.0, float(worth.max() - own @ worth))
    return regrets


def pure_as_mixed(profile: Sequence[int], shape: Sequence[int]) -> Mixed:
    """A pure profile written as a mixed one."""
    return [np.eye(size)[action] for action, size in zip(profile, shape, strict=True)]
