"""Months of a series -> the one number that a row is about: a mean, a sum, the last month, or a quotient of two sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reabm.engine.fold import fold_table, read_terms
from reabm.engine.run import Prepared, Room, RunRecord
from reabm.validation.series import SERIES, check_series, divided, prepared_of, terms_of
from reabm.world.history import History
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
        parts = SERIES[name].parts or (name,)
        wanted = [one for part in parts for one in (SERIES[part].below, part) if one]
        stacked += [one for one in dict.fromkeys(wanted) if one not in stacked]
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
    months = values[plan.names[0]].shape[0]
    sums = np.zeros((len(plan.stacked), months + 1))
    for row, name in enumerate(plan.stacked):
        if name in values:  # what others are divided by month for month need not be among them
            sums[row, 1:] = values[name]
    np.cumsum(sums, axis=1, out=sums)
    found: Array = (sums[plan.part, plan.after] - sums[plan.part, plan.first]) / plan.divisor
    over = np.flatnonzero(plan.whole >= 0)
    if over.size:
        below = plan.whole[over]
        found[over] = divided(found[over], sums[below, plan.after[over]] - sums[below, plan.first[over]])
    found[~plan.within] = np.nan
    return found


class Reader:
    """A plan laid out on the memory of records of one size: folds a run in microseconds, without the interpreter lock.

    It is made for a scenario (weights may depend on its parameters), and serves every room, thread and seed of it.
    """

    def __init__(self, plan: Folding, run_record_or_room: RunRecord | Room) -> None:
        history, prepared = run_record_or_room.history, prepared_of(run_record_or_room)
        block = block_of(history)
        columns: list[tuple[int, int, int, int]] = []
        weights: list[float] = []
        begins = [0]
        for name in plan.stacked:
            for term in terms_of(SERIES[name], prepared, history):
                by = column_of(history, block, *term.by) if term.by else (-1, 0)
                columns.append((*(column_of(history, block, term.array, term.at) if term.array else (-1, 0)), *by))
                weights.append(term.weight)
            begins.append(len(weights))
        self.prepared: Prepared = prepared
        self._size = block.size
        at = np.array(columns, dtype=np.int64).reshape(-1, 4)
        self._read: tuple[Any, ...] = (
            *(np.ascontiguousarray(at[:, k]) for k in range(4)), np.array(weights), np.array(begins, dtype=np.int64),
            np.array([plan.stacked.index(SERIES[name].below) if SERIES[name].below else -1 for name in plan.stacked]),
        )  # fmt: skip
        self._table = (len(plan.stacked), 2, history.months.shape[0] + 1)
        self._fold = (plan.part, plan.whole, plan.first, np.where(plan.within, plan.after, -1), plan.divisor)

    def __call__(self, run_record_or_room: RunRecord | Room) -> Array:
        """One number a row of the plan; as `folded` of `series_of`."""
        block = block_of(run_record_or_room.history)
        if run_record_or_room.prepared is not self.prepared or block.size != self._size:
            raise ValueError("a reader serves records of the scenario that it was made for")
        table = np.empty(self._table)
        given = (block, *self._read, table)
        read_terms(*given)
        found = np.empty(self._fold[0].shape[0])
        fold_table(table, *self._fold, found)
        return found


def block_of(history: History) -> Array:
    """The block of memory that holds a record."""
    block = history.months.base
    if block is None:
        raise ValueError("a record whose arrays stand apart cannot be read as a block")
    found: Array = block
    return found


def column_of(history: History, block: Array, array: str, at: tuple[int, ...]) -> tuple[int, int]:
    """Where a column begins in the block, and how far its months lie apart, in numbers."""
    values = getattr(history, array)[:, *at]
    start = (values.__array_interface__["data"][0] - block.__array_interface__["data"][0]) // block.itemsize
    return start, values.strides[0] // block.itemsize
