"""Who would move from where, in a game of two players: best replies, equilibria pure and mixed, and how sure they are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reabm.app.rivals import Payoffs
from reabm.empirical.solve import LEVEL, shares
from reabm.games.confidence import Confidence, bootstrap, means
from reabm.games.mixed import TOLERANCE, mixed_equilibria
from reabm.games.normal_form import Array, Mixed, best_gains, mixed_regrets, normalised, pure_equilibria, scales

N_DRAWS = 500  # of the bootstrap over seeds
N_DRAWS_MIXED = 100
MOST_MIXED = 3
SAME = 1e-9  # of a player's range: pay-offs nearer than this are one
WORTH_NAMING = 0.05  # of the draws: less often an equilibrium, and it is not named

type Profile = tuple[int, int]


class Pure(NamedTuple):
    """A pair of strategies from which nobody wants to move, or several that pay all the same."""

    profiles: tuple[Profile, ...]
    probability: float  # share of redraws of the luck in which the first of them is an equilibrium


class Blend(NamedTuple):
    """An equilibrium in which both mix."""

    mixed: Mixed
    probability: float  # share of redraws in which there is one in which both mix the same strategies


class Solved(NamedTuple):
    """What a table says. Arrays have the shape players x strategies of the first x strategies of the second."""

    payoffs: Array  # M USD, means over seeds
    gains: Array  # M USD, by the best other strategy; below 0: one's own is best
    unsure: NDArray[np.bool_]  # whether luck leaves open if it is the best reply
    pure: tuple[Pure, ...]  # equilibria of the means, the most credible first
    rivals: tuple[Pure, ...]  # pairs that are no equilibrium of the means, but are one in many redraws
    mixed: tuple[Blend, ...]
    none: float  # share of redraws in which no pair of plain strategies is an equilibrium


def solve_pair(found: Payoffs) -> Solved:
    """Solve the game of the means, and redraw its luck."""
    shape = found.table.shape
    replicates = found.table.replicates()
    payoffs = means(replicates, shape)
    scaled = shares(replicates, scales(payoffs))
    luck = bootstrap(scaled, shape, N_DRAWS, level=LEVEL)
    pure = pure_equilibria(payoffs)
    named: list[Profile] = sorted(((a, b) for a, b in pure), key=lambda profile: (-luck.probability[profile], profile))
    others = [(a, b) for a, b in np.ndindex(*shape) if luck.probability[a, b] >= WORTH_NAMING and (a, b) not in pure]
    others.sort(key=lambda profile: (-luck.probability[profile], profile))
    blends = [
        Blend(mixed, _often(scaled, shape, mixed)) for mixed in mixed_equilibria(payoffs) if _is_blend(payoffs, mixed)
    ]  # fmt: skip
    return Solved(
        payoffs, best_gains(payoffs), (luck.gain_low <= 0.0) & (luck.gain_high > 0.0), _together(payoffs, named, luck),
        _together(payoffs, others, luck), tuple(sorted(blends, key=lambda own: -own.probability)[:MOST_MIXED]),
        float(luck.n_equilibria[0]),
    )  # fmt: skip


def best_replies(solved: Solved) -> NDArray[np.bool_]:
    """Whether what a player does is a best reply to the other, players x strategies x strategies."""
    return np.asarray(solved.gains <= 0.0)


def standard_errors(values: Array) -> Array:
    """Standard error of the mean over seeds, shape (profiles, players, seeds) -> (profiles, players)."""
    n = np.isfinite(values).sum(axis=2)
    return np.asarray(np.nanstd(values, axis=2) / np.sqrt(np.maximum(n - 1, 1)))


def _together(payoffs: Array, profiles: list[Profile], luck: Confidence) -> tuple[Pure, ...]:
    """Profiles that pay every player the same are one."""
    wide = scales(payoffs)
    groups: list[list[Profile]] = []
    for profile in profiles:
        for group in groups:
            apart = np.abs(payoffs[(slice(None), *profile)] - payoffs[(slice(None), *group[0])])
            if (apart <= SAME * wide).all():
                group.append(profile)
                break
        else:
            groups.append([profile])
    return tuple(Pure(tuple(group), float(luck.probability[group[0]])) for group in groups)


def _on(mixed: Mixed) -> list[NDArray[np.intp]]:
    """Strategies that are played at all."""
    return [np.flatnonzero(own > SAME) for own in mixed]


def _is_blend(payoffs: Array, mixed: Mixed) -> bool:
    """Whether somebody mixes strategies that do not pay all players the same anyway."""
    on = _on(mixed)
    if max(len(own) for own in on) == 1:
        return False
    part = payoffs[np.ix_(range(len(payoffs)), *on)]
    return bool((scales(part) > SAME * scales(payoffs)).any())


def _often(scaled: Array, shape: tuple[int, ...], mixed: Mixed) -> float:
    """In how many redraws of the luck there is an equilibrium in which both mix just these strategies."""
    on = _on(mixed)
    n_seeds = scaled.shape[2]
    generator = np.random.default_rng(0)
    found = 0
    for _ in range(N_DRAWS_MIXED):
        drawn = normalised(means(scaled[:, :, generator.integers(n_seeds, size=n_seeds)], shape))
        found += any(_holds(drawn, part, on) for part in mixed_equilibria(drawn[np.ix_(range(len(shape)), *on)]))
    return found / N_DRAWS_MIXED


def _holds(game: Array, part: Mixed, on: list[NDArray[np.intp]]) -> bool:
    """Whether a mix of all of some strategies is an equilibrium of the whole game."""
    if min(float(own.min()) for own in part) <= SAME:
        return False
    whole = [np.zeros(size) for size in game.shape[1:]]
    for own, places, shares_of in zip(whole, on, part):
        own[places] = shares_of
    return bool(mixed_regrets(game, whole).max() <= TOLERANCE)
