"""Equilibria in mixed strategies: all of them for two players, as many as are found for more.

Two players: every pair of supports is tried, so that all equilibria of a game without ties are found (Porter, Nudelman and Shoham
2008). More players: Newton's method on the conditions of indifference from many starts. Each profile returned is an
equilibrium to the tolerance; that the list is complete is not guaranteed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, combinations, product
from math import prod

import numpy as np

from reabm.games.normal_form import (
    Array,
    Mixed,
    check_game,
    mixed_regrets,
    normalised,
    pair_payoffs,
    pure_as_mixed,
    pure_equilibria,
)
from reabm.games.quantal import quantal_path
from reabm.games.replicator import replicate

TOLERANCE = 1e-9  # of a player's range of pay-offs: largest regret of what counts as an equilibrium
SAME = 1e-6  # profiles nearer than this are one
MOST_SUPPORTS = 3000  # with more combinations of supports, only those near limits of other dynamics are tried
NEWTON_STEPS = 30
FAR = 3.0  # a probability this far from [0, 1] on the way: no equilibrium there

type Supports = tuple[tuple[int, ...], ...]


def mixed_equilibria(payoffs: Array, seed: int = 0, n_starts: int = 24) -> list[Mixed]:
    """Equilibria of a game, pure ones first; complete for two players without ties, else a list of those that were found.

    Parameters
    ----------
    payoffs : array, shape (n, k_1, ..., k_n), any unit
    seed : int, of the random starts (more than two players)
    n_starts : int, random starts of the replicator dynamics whose ends are polished (more than two players)
    """
    check_game(payoffs)
    game = normalised(payoffs)
    found = [pure_as_mixed(profile, payoffs.shape[1:]) for profile in pure_equilibria(payoffs)]
    candidates = two_player_candidates(game) if payoffs.shape[0] == 2 else _polished(game, seed, n_starts)
    for mixed in candidates:
        if mixed_regrets(game, mixed).max() <= TOLERANCE and not _is_known(mixed, found):
            found.append(mixed)
    return found


def two_player_candidates(payoffs: Array) -> Iterator[Mixed]:
    """Mixed profiles of two players at which each is indifferent on the other's support, for all supports of equal size."""
    _, rows, columns = payoffs.shape
    for size in range(2, min(rows, columns) + 1):
        for first in combinations(range(rows), size):
            for second in combinations(range(columns), size):
                grid = np.ix_(first, second)
                mine = _indifferent(payoffs[0][grid])  # what the second must mix
                theirs = _indifferent(payoffs[1][grid].T)
                if mine is not None and theirs is not None:
                    yield [_spread(theirs, first, rows), _spread(mine, second, columns)]


def polish(payoffs: Array, start: Sequence[Array], supports: Supports) -> Mixed | None:
    """An equilibrium on given supports near a start, by Newton's method; none where it does not get there.

    Unknown are the probabilities on the supports and each player's value; the conditions are that every action on a player's
    support is worth that value, and that probabilities sum to one.
    """
    n, shape = len(supports), payoffs.shape[1:]
    mixed = [_spread(_onto(own[list(on)]), on, size) for own, on, size in zip(start, supports, shape, strict=True)]
    places = np.cumsum([0, *(len(on) for on in supports)])
    wide = int(places[-1])
    for _ in range(NEWTON_STEPS):
        matrix, miss = np.zeros((wide + n, wide + n)), np.zeros(wide + n)
        for i, on in enumerate(supports):
            rows = slice(places[i], places[i + 1])
            for j, other in enumerate(supports):
                if j != i:
                    pairs = pair_payoffs(payoffs, mixed, i, j)[list(on)]
                    matrix[rows, places[j] : places[j + 1]] = pairs[:, list(other)]
                    worth = pairs @ mixed[j]
            value = float(worth.mean())
            miss[rows] = worth - value
            matrix[rows, wide + i] = -1.0
            matrix[wide + i, rows] = 1.0
            miss[wide + i] = mixed[i].sum() - 1.0
        if np.abs(miss).max() < 1e-13:
            break
        try:
            step = np.linalg.solve(matrix, -miss)[:wide]
        except np.linalg.LinAlgError:
            return None
        step *= min(1.0, 0.5 / max(np.abs(step).max(), 1e-300))
        for i, on in enumerate(supports):
            mixed[i][list(on)] += step[places[i] : places[i + 1]]
        if max(float(np.abs(own).max()) for own in mixed) > FAR:
            return None
    if min(float(own.min()) for own in mixed) < -1e-12:
        return None
    return [_onto(np.maximum(own, 0.0)) for own in mixed]


def _polished(game: Array, seed: int, n_starts: int) -> Iterator[Mixed]:
    """Equilibria near limits of the quantal path and of the replicator, and near the middle of every combination of supports."""
    shape = game.shape[1:]
    starts = [quantal_path(game, 10.0).mixed_at(10.0)]
    ends = replicate(game, n_starts=n_starts, seed=seed, longest=1_000).ends
    starts += [[own[k] for own in ends] for k in range(n_starts)]
    for start in starts:
        supports = tuple(tuple(int(a) for a in np.flatnonzero(own > 0.02)) for own in start)
        yield from _try(game, start, supports)
    if prod(2**size - 1 for size in shape) > MOST_SUPPORTS:
        return
    for supports in product(*(_subsets(size) for size in shape)):
        if _can_mix(game, supports):
            middle = [_spread(np.full(len(on), 1.0 / len(on)), on, size) for on, size in zip(supports, shape, strict=True)]
            yield from _try(game, middle, supports)


def _can_mix(game: Array, supports: Supports) -> bool:
    """Whether players could be indifferent on these supports: enough others mix, no action is beaten by another."""
    sizes = [len(on) for on in supports]
    if max(sizes) == 1:
        return False  # pure profiles are looked at one by one elsewhere
    if any(size - 1 > sum(sizes) - size - (len(sizes) - 1) for size in sizes):
        return False
    for i, on in enumerate(supports):
        others = [np.arange(game.shape[i + 1]) if j == i else np.array(other) for j, other in enumerate(supports)]
        worth = np.moveaxis(game[i][np.ix_(*others)], i, 0).reshape(game.shape[i + 1], -1)
        if any((worth > worth[action]).all(axis=1).any() for action in on):
            return False
    return True


def _try(game: Array, start: Mixed, supports: Supports) -> Iterator[Mixed]:
    found = polish(game, start, supports)
    if found is not None:
        yield found


def _subsets(size: int) -> Iterator[tuple[int, ...]]:
    return chain.from_iterable(combinations(range(size), k) for k in range(1, size + 1))


def _indifferent(table: Array) -> Array | None:
    """Probabilities over the columns that make all rows worth the same; none where there are none."""
    size = table.shape[0]
    matrix = np.zeros((size + 1, size + 1))
    matrix[:size, :size], matrix[:size, size], matrix[size, :size] = table, -1.0, 1.0
    try:
        found = np.linalg.solve(matrix, np.append(np.zeros(size), 1.0))[:size]
    except np.linalg.LinAlgError:
        return None
    return found if found.min() >= -1e-12 else None


def _spread(values: Array, on: Sequence[int], size: int) -> Array:
    whole = np.zeros(size)
    whole[list(on)] = values
    return whole


def _onto(values: Array) -> Array:
    total = float(values.sum())
    return np.asarray(values / total if total > 0.0 else np.full(len(values), 1.0 / len(values)))


def _is_known(mixed: Mixed, found: list[Mixed]) -> bool:
    return any(all(np.abs(a - b).max() < SAME for a, b in zip(mixed, other, strict=True)) for other in found)
