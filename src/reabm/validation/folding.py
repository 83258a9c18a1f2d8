"""Months of a series -> the one number that a row is about: a mean, a sum, the last month, or a quotient of two sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reabm.validation.series import SERIES, check_series, divided
from reabm.world.layout import Array


def fold(values: Mapping[str, Array], name: str, first: int, last: int) -> Any:
    """A series over the months first..last of the run: mean, sum, last month, or quotient of two sums.

    For one row, or for many runs at once: the arrays may have a leading axis of runs, and one number a run comes back.

    Parameters
    ----------
    values : arrays of `series_of` (months along the last axis; a leading axis of runs may stand before)
    first, last : months of the run, included; a row that reaches beyond the run gives NaN
    """
    series = SERIES[name]
    months = values[name].shape[-1]
    if first < 0 or last >= months:
        return np.full(values[name].shape[:-1], np.nan)[()]
    if series.fold == "ratio of sums":
        part, whole = (values[one][..., first : last + 1].sum(axis=-1) for one in series.parts)
        return divided(np.asarray(part), np.asarray(whole))[()]
    stretch = values[name][..., first : last + 1]
    if series.fold == "end":
        return stretch[..., -1]
    return stretch.sum(axis=-1) if series.fold == "sum" else stretch.mean(axis=-1)


class Folding(NamedTuple):
    """Which months of which series make each of many rows: made once, used for every run of a calibration."""

    names: tuple[str, ...]  # series to be asked of `series_of`
    stacked: tuple[str, ...]  # arrays that are summed, by row of the stack
    part: NDArray[np.int64]  # of each row: its array in the stack
    whole: NDArray[np.int64]  # of a ratio of sums: the array below the line; -1: none
    first: NDArray[np.int64]
    after: NDArray[np.int64]  # last month + 1
    divisor: Array  # 1 of a sum, the number of months of a mean
    within: NDArray[np.bool_]  # rows that the run covers; the others are NaN


def folding(names: Sequence[str], firsts: Sequence[int], lasts: Sequence[int], start: int, months: int) -> Folding:
    """Plan to fold one series a row over its months.

    Parameters
    ----------
    names : series of each row; firsts, lasts : absolute months of each row, included
    start : absolute first month of the run; months : how many it has
    """
    own = check_series(names)
    stacked: list[str] = []
    for name in own:
        stacked += [one for one in SERIES[name].parts or (name,) if one not in stacked]
    places = [SERIES[name].parts or (name,) for name in names]
    first = np.asarray(firsts, dtype=np.int64) - start
    last = np.asarray(lasts, dtype=np.int64) - start
    within = (first >= 0) & (last < months)
    first = np.where([SERIES[name].fold == "end" for name in names], last, first)  # the last month alone
    is_mean = np.array([SERIES[name].fold == "mean" for name in names], dtype=bool)
    return Folding(
        own, tuple(stacked),
        np.array([stacked.index(place[0]) for place in places], dtype=np.int64),
        np.array([stacked.index(place[1]) if len(place) > 1 else -1 for place in places], dtype=np.int64),
        np.where(within, first, 0), np.where(within, last + 1, 0),
        np.where(is_mean, last - first + 1, 1).astype(np.float64), within,
    )  # fmt: skip


def folded(plan: Folding, values: Mapping[str, Array]) -> Array:
    """One number a row of a plan from the series of one run (`series_of(run, plan.names)`), by running sums."""
    months = values[plan.stacked[0]].shape[0]
    sums = np.zeros((len(plan.stacked), months + 1))
    for row, name in enumerate(plan.stacked):
        sums[row, 1:] = values[name]
    np.cumsum(sums, axis=1, out=sums)
    found: Array = (sums[plan.part, plan.after] - sums[plan.part, plan.first]) / plan.divisor
    over = np.flatnonzero(plan.whole >= 0)
    if over.size:
        below = plan.whole[over]
        found[over] = divided(found[over], sums[below, plan.after[over]] - sums[below, plan.first[over]])
    found[~plan.within] = np.nan
    return found
