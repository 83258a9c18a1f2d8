"""Are static indices any good? Rank correlation over dates between each index and the leverage that forks measure.

Leverage and indices are levels that drift over twenty years, so that two of them agree easily by chance: beside the usual
permutation a test by circular shifts keeps each curve's drift, and the correlation of changes from date to date does without it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reabm.leverage.surface import Leverage
from reabm.world.layout import Array

AGAINST = ("leverage_musd", "target_loss_musd")
KEY = ["target", "kind", "severity", "months", "index", "stage"]
N_PERMUTATIONS = 4999
PERMUTATION_STREAM = 19450101  # root of the permutations: the same tables give the same p-values
FEWEST_DATES = 4  # with fewer no order is telling
TIE = 1e-12  # correlations closer than this are one


def ranks(values: Array) -> Array:
    """Ranks from 1, ties at their mean rank; shape (n,)."""
    values = np.asarray(values, dtype=float)
    below = (values[None, :] < values[:, None]).sum(axis=1)
    same = (values[None, :] == values[:, None]).sum(axis=1)
    mean_rank: Array = below + (same + 1) / 2.0
    return mean_rank


def spearman(first: Array, second: Array) -> float:
    """Spearman's rank correlation: the correlation of ranks. NaN where one of them is the same at all dates.

    Parameters
    ----------
    first, second : arrays, shape (n,)

    Notes
    -----
    Source: standard; without ties 1 - 6 sum d^2 / (n (n^2 - 1)).
    """
    x, y = _standard_ranks(first), _standard_ranks(second)
    return float(x @ y) if x.any() and y.any() else float("nan")


def kendall(first: Array, second: Array) -> float:
    """Kendall's tau-b: pairs of dates in the same order less pairs in opposite order, over all pairs that are not tied.

    Notes
    -----
    Source: standard (tau-b); NaN where one of them is the same at all dates.
    """
    above = np.triu_indices(len(first), 1)
    x = np.sign(np.subtract.outer(np.asarray(first, dtype=float), np.asarray(first, dtype=float)))[above]
    y = np.sign(np.subtract.outer(np.asarray(second, dtype=float), np.asarray(second, dtype=float)))[above]
    pairs = float(np.sqrt(np.sum(x != 0.0) * np.sum(y != 0.0)))
    return float(np.sum(x * y)) / pairs if pairs > 0.0 else float("nan")


def permutation_p(first: Array, second: Array) -> float:
    """Chance of so strong a rank correlation, of either sign, if every order of the dates were as likely as another."""
    generator = np.random.default_rng(PERMUTATION_STREAM)
    orders = generator.permuted(np.tile(np.arange(len(first)), (N_PERMUTATIONS, 1)), axis=1)
    return _share_as_strong(first, second, orders)


def shift_p(first: Array, second: Array) -> float:
    """The same if one of the curves might have begun at any other date: drift and cycles of both are kept.

    With n dates it cannot be smaller than 1/n.
    """
    n = len(first)
    orders = (np.arange(n)[None, :] + np.arange(1, n)[:, None]) % n
    return _share_as_strong(first, second, orders)


def rank_correlation(leverage: Leverage | pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Rank correlation over dates between each index and c* and D_T, for each target and length.

    Parameters
    ----------
    leverage : Leverage, or its table
    frame : DataFrame of `indices`

    Returns
    -------
    DataFrame, one row for each target, kind, severity, months, index, stage and `against` (leverage_musd: c*, target_loss_musd:
    D_T): n_dates, spearman, kendall, p_permutation and p_shift of Spearman's, spearman_of_changes (from date to date). NaN where
    an index or leverage is the same at all dates: it orders nothing.

    Raises
    ------
    ValueError
        Where no target, length and date of one table is in the other, or fewer than four dates are.
    """
    table = leverage.table if isinstance(leverage, Leverage) else leverage
    both = table[["target", "kind", "severity", "months", "at", *AGAINST]].merge(frame, on=["target", "months", "at"])
    if both.empty:
        raise ValueError("leverage and indices have no target, length and date in common")
    rows = []
    for key, group in both.sort_values("at", kind="stable").groupby(KEY, sort=False):
        if len(group) < FEWEST_DATES:
            raise ValueError(f"{len(group)} dates for {key[0]}; a rank correlation needs {FEWEST_DATES} or more")
        index = group["value"].to_numpy()
        for against in AGAINST:
            measured = group[against].to_numpy()
            rho = spearman(index, measured)
            p = (np.nan, np.nan) if np.isnan(rho) else (permutation_p(index, measured), shift_p(index, measured))
            changes = spearman(np.diff(index), np.diff(measured))
            row = dict(zip(KEY, key)) | {"against": against, "n_dates": len(group), "spearman": rho}
            row |= {"kendall": kendall(index, measured), "p_permutation": p[0], "p_shift": p[1], "spearman_of_changes": changes}
            rows.append(row)
    return pd.DataFrame(rows)


def agreement_of_halves(leverage: Leverage) -> pd.DataFrame:
    """How well leverage orders the dates like itself: rank correlation between the worlds of even and of odd rows of seeds.

    It bounds what any index can reach: forks are few, and their means are noisy.

    Returns
    -------
    DataFrame, one row for each target, kind, severity, months: n_dates, spearman of c*
    """
    seeds = np.sort(leverage.forks["seed"].unique())
    halves = [replace(leverage, forks=leverage.forks[leverage.forks["seed"].isin(seeds[k::2])]) for k in range(2)]
    key = ["target", "kind", "severity", "months"]
    one, other = (half.table[[*key, "at", "leverage_musd"]] for half in halves)
    both = one.merge(other, on=[*key, "at"])
    rows = []
    for values, group in both.groupby(key, sort=False):
        rho = spearman(group["leverage_musd_x"].to_numpy(), group["leverage_musd_y"].to_numpy())
        rows.append(dict(zip(key, values)) | {"n_dates": len(group), "spearman": rho})
    return pd.DataFrame(rows)


def _share_as_strong(first: Array, second: Array, orders: NDArray[np.int64]) -> float:
    """Share of orders of the dates that give so strong a correlation, the observed order counted among them."""
    x, y = _standard_ranks(first), _standard_ranks(second)
    found = abs(float(x @ y))
    others = np.abs(y[orders] @ x)
    return float((1 + np.sum(others >= found - TIE)) / (1 + len(orders)))


def _standard_ranks(values: Array) -> Array:
    """Ranks of mean zero and length one; zeros where all are equal."""
    centred = ranks(values) - (len(values) + 1) / 2.0
    length = float(np.sqrt(centred @ centred))
    standard: Array = centred / length if length > 0.0 else centred
    return standard
