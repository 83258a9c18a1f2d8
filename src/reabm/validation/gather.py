"""Series of a run copied from its record by compiled code, while the processor's cache still holds it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reabm.engine.run import Prepared, Room
from reabm.rules.rule import rule
from reabm.validation.folding import block_of, column_of
from reabm.validation.series import SERIES, terms_of
from reabm.world.layout import Array


@rule
def gather_months(block, places, weights, below, first, months, table):  # type: ignore[no-untyped-def]
    """Sums of weighted columns of a record, month by month, and quotients of such sums.

    Parameters
    ----------
    block : float array, memory of the record; read only
    places : int array, shape (terms, 5): series, begin and step of a column (begin -1: a constant), begin and step of the column
        that it is multiplied with (begin -1: none); weights : float array, shape (terms,); read only
    below : int array, shape (series,): the series that each month is divided by, -1 for none; read only
    first, months : int, where the run's months stand in the table, and how many they are
    table : float array, shape (series, runs x months); *Overwritten* in these months
    """
    for s in range(table.shape[0]):
        for t in range(months):
            table[s, first + t] = 0.0
    for j in range(places.shape[0]):
        for t in range(months):
            value = weights[j]
            if places[j, 1] >= 0:
                value = value * block[places[j, 1] + t * places[j, 2]]
            if places[j, 3] >= 0:
                value = value * block[places[j, 3] + t * places[j, 4]]
            table[places[j, 0], first + t] += value
    for s in range(table.shape[0]):
        if below[s] >= 0:
            for t in range(first, first + months):
                whole = table[below[s], t]
                table[s, t] = table[s, t] / whole if whole > 0.0 else np.nan


class Gatherer:
    """Reads series of rooms of one size; those that others are divided by stand behind the ones asked for."""

    def __init__(self, prepared: Prepared, room: Room, names: Sequence[str]) -> None:
        every = list(dict.fromkeys([*names, *(SERIES[name].below for name in names if SERIES[name].below)]))
        history = room.history
        self._block = block_of(history)
        places, weights = [], []
        for s, name in enumerate(every):
            for term in terms_of(SERIES[name], prepared, history):
                at = column_of(history, self._block, term.array, term.at) if term.array else (-1, 0)
                by = column_of(history, self._block, *term.by) if term.by else (-1, 0)
                places.append((s, *at, *by))
                weights.append(term.weight)
        self._places, self._weights = np.array(places, dtype=np.int64), np.array(weights, dtype=np.float64)
        self._below = np.array([every.index(SERIES[name].below) if SERIES[name].below else -1 for name in every], dtype=np.int64)
        self.n_series = len(every)

    def __call__(self, table: Array, first: int, months: int) -> None:
        """Write the months of the room's run into a table from a column on; the table is *Overwritten* there."""
        gather_months(self._block, self._places, self._weights, self._below, first, months, table)
