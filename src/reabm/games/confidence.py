"""How sure is an equilibrium of a simulated game: the bootstrap over seeds and parameter sets, and where to add seeds.

Each cell of the table was simulated with several seeds, the same for all cells (paired luck), and perhaps with several sets of
parameters. The bootstrap draws seeds again with replacement, and with parameter sets one set at a time, so that its spread
holds what luck and what ignorance of parameters leave open.

Source: Wellman, Tuyls and Greenwald 2025 (survey of empirical game-theoretic analysis); Efron and Tibshirani 1993.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from reabm.games.normal_form import Array, best_gains


class Confidence(NamedTuple):
    """What the bootstrap says of every pure profile; profiles are shaped as the game, (k_1, ..., k_n)."""

    regret: Array  # (k_1, ..., k_n), largest regret of any player in the table of means
    low: Array  # (k_1, ..., k_n), lower end of the interval of the regret
    high: Array  # (k_1, ..., k_n), upper end
    gain_low: Array  # (n, k_1, ..., k_n), lower end of what each player gains by its best other action (may be below 0)
    gain_high: Array  # (n, k_1, ..., k_n), upper end
    probability: Array  # (k_1, ..., k_n), share of the draws in which the profile is an equilibrium
    n_equilibria: Array  # (most + 1,), share of the draws with 0, 1, 2 ... pure equilibria


class Wanted(NamedTuple):
    """Seeds that one profile still needs."""

    profile: tuple[int, ...]
    n_seeds: int


def check_table(table: Array) -> None:
    """Raise a ValueError where an array is no table of replicates, or a profile has none at all."""
    if table.ndim != 4:
        raise ValueError(f"a table has shape (profiles, players, seeds, parameter sets); got {table.shape}")
    if not np.isfinite(table).any(axis=2).all():
        raise ValueError("a profile has no run at all under some parameter set")


def as_table(replicates: Array) -> Array:
    """Replicates of shape (profiles, players, seeds) or (profiles, players, seeds, sets) with the fourth axis there."""
    table = np.asarray(replicates, dtype=float)
    return table[..., None] if table.ndim == 3 else table


def means(replicates: Array, shape: Sequence[int]) -> Array:
    """Mean pay-offs over seeds and parameter sets as a game, shape (players, k_1, ..., k_n). Missing runs (NaN) do not count."""
    table = as_table(replicates)
    check_table(table)
    return _as_game(np.nanmean(table, axis=2).mean(axis=2), shape)


def bootstrap(
    replicates: Array,
    shape: Sequence[int],
    n_draws: int = 1000,
    seed: int = 0,
    epsilon: float = 0.0,
    level: float = 0.9,
) -> Confidence:
    """Draw the table again and again, and look each time which profiles are equilibria and what deviating gains.

    Parameters
    ----------
    replicates : array, shape (profiles, players, seeds) or (profiles, players, seeds, parameter sets); NaN where a profile was
        not run with a seed. Seeds are paired: the k-th of all profiles had the same luck
    shape : actions of each player; profiles are in the order of that table (the last player's action changes first)
    n_draws, seed : int, how many, and the root of the draws
    epsilon : float, largest regret of what counts as an equilibrium, in the unit of the pay-offs
    level : float, share of the draws between the two ends of an interval
    """
    table = as_table(replicates)
    check_table(table)
    if table.shape[0] != int(np.prod(shape)) or table.shape[1] != len(shape):
        raise ValueError(f"a game of shape {tuple(shape)} needs {int(np.prod(shape))} profiles of {len(shape)} players")
    n_seeds, n_sets = table.shape[2:]
    generator = np.random.default_rng(seed)
    there = np.isfinite(table)
    values, counted = np.where(there, table, 0.0), there.astype(float)
    whole = values.sum(axis=2) / counted.sum(axis=2)
    gains = np.empty((n_draws, len(shape), *shape))
    for k in range(n_draws):
        chosen = int(generator.integers(n_sets)) if n_sets > 1 else 0
        weight = np.bincount(generator.integers(n_seeds, size=n_seeds), minlength=n_seeds).astype(float)
        n = counted[..., chosen] @ weight
        with np.errstate(invalid="ignore", divide="ignore"):
            drawn = np.where(n > 0.0, (values[..., chosen] @ weight) / n, whole[..., chosen])
        gains[k] = best_gains(_as_game(drawn, shape))
    regrets = np.maximum(gains, 0.0).max(axis=1)
    ends = ((1.0 - level) / 2.0, (1.0 + level) / 2.0)
    low, high = np.quantile(regrets, ends, axis=0)
    gain_low, gain_high = np.quantile(np.maximum(gains, -1e300), ends, axis=0)
    equilibria = regrets <= epsilon
    counts = np.bincount(equilibria.reshape(n_draws, -1).sum(axis=1))
    observed = np.maximum(best_gains(means(table, shape)), 0.0).max(axis=0)
    return Confidence(observed, low, high, gain_low, gain_high, equilibria.mean(axis=0), counts / n_draws)


def seeds_wanted(
    replicates: Array,
    shape: Sequence[int],
    step: int = 8,
    most: int = 96,
    n_draws: int = 400,
    seed: int = 0,
    level: float = 0.9,
) -> list[Wanted]:
    """Which profiles need how many more seeds before it is clear which are equilibria; empty where all is clear.

    A profile is a candidate while it cannot be ruled out (no player surely gains by deviating) and not confirmed (some player's
    gain may lie on either side of zero). More seeds go to each candidate and to the deviations from it whose paired gain
    has an interval that covers zero: nothing else would settle it.

    Parameters
    ----------
    replicates, shape, seed, level : as in `bootstrap`; n_draws : int, of the intervals
    step : int, seeds added to a profile at a time
    most : int, seeds after which a profile gets no more: a tie is left a tie
    """
    table = as_table(replicates)
    found = bootstrap(table, shape, n_draws=n_draws, seed=seed, level=level)
    has = np.isfinite(table).all(axis=(1, 3)).sum(axis=1)
    number = np.arange(int(np.prod(shape))).reshape(shape)
    ruled_out = (found.gain_low > 0.0).any(axis=0)
    confirmed = (found.gain_high <= 0.0).all(axis=0)
    wanted: set[int] = set()
    for profile in np.argwhere(~ruled_out & ~confirmed):
        here = int(number[tuple(profile)])
        for i in range(len(shape)):
            for action in range(shape[i]):
                other = profile.copy()
                other[i] = action
                there = int(number[tuple(other)])
                if there != here and is_open(table[there, i] - table[here, i], n_draws, seed, level):
                    wanted |= {here, there}
    return [
        Wanted(tuple(int(a) for a in np.unravel_index(k, shape)), int(min(step, most - has[k])))
        for k in sorted(wanted)
        if has[k] < most
    ]


def mean_interval(differences: Array, n_draws: int = 1000, seed: int = 0, level: float = 0.9) -> tuple[float, float]:
    """Ends of the bootstrap interval of a mean of paired differences, shape (seeds,) or (seeds, parameter sets)."""
    generator = np.random.default_rng(seed)
    drawn = differences[generator.integers(len(differences), size=(n_draws, len(differences)))].mean(axis=1)
    low, high = np.quantile(drawn, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return float(low), float(high)


def is_open(differences: Array, n_draws: int, seed: int, level: float) -> bool:
    """Whether the mean of paired differences (seeds, sets) has a bootstrap interval that covers zero.

    Differences that are all zero are settled: what was done changes nothing.
    """
    both = differences[np.isfinite(differences).all(axis=1)]
    if not len(both):
        return True
    low, high = mean_interval(both, n_draws, seed, level)
    return bool(low <= 0.0 < high)


def _as_game(table: Array, shape: Sequence[int]) -> Array:
    """Pay-offs of shape (profiles, players) as a game."""
    return np.ascontiguousarray(table.T).reshape(table.shape[1], *shape)
