"""Batches of runs -> rows of the two tables of an ensemble: months and runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reabm.store.table import Column, Table, Words, frame_of, month_column
from reabm.study.batches import Batch
from reabm.study.outcomes import OUTCOMES, Numbers
from reabm.study.plan import Plan
from reabm.world.history import MONTH_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

ABOUT = {name: (unit, meaning) for name, unit, meaning in MONTH_COLUMNS}


def months_rows(plan: Plan, batch: Batch, columns: Sequence[str]) -> Table:
    """One row a run and month."""
    n_runs, _, n_months = batch.months.shape
    table = _key_columns(plan, batch.scenario, np.repeat(batch.sets, n_months), np.repeat(batch.seeds, n_months))
    table["month"] = month_column(plan.start(batch.scenario), np.tile(np.arange(n_months), n_runs))
    for name in columns:
        table[name] = Column(batch.months[:, batch.columns.index(name)].flatten(), *ABOUT[name])
    return table


def runs_rows(plan: Plan, batch: Batch, outcomes: Numbers) -> Table:
    """One row a run with its outcomes; `outcomes` has a row a run."""
    table = _key_columns(plan, batch.scenario, batch.sets, batch.seeds)
    for i, outcome in enumerate(OUTCOMES.values()):
        table[outcome.name] = Column(outcomes[:, i].copy(), outcome.unit, outcome.sentence)
    return table


def empty_months(plan: Plan, columns: Sequence[str]) -> Table:
    """The table of months without a row: what a file or frame without finished runs holds."""
    return months_rows(plan, _empty(tuple(columns)), columns)


def empty_runs(plan: Plan) -> Table:
    """The table of runs without a row."""
    return runs_rows(plan, _empty(()), np.empty((0, len(OUTCOMES))))


def joined(tables: Sequence[Table]) -> Table:
    """Tables of the same columns, one under the other."""
    return {
        name: column._replace(values=_stacked([table[name].values for table in tables])) for name, column in tables[0].items()
    }


def frame_of_parts(tables: Sequence[Table]) -> pd.DataFrame:
    """Tables of the same columns as one frame."""
    return frame_of(joined(tables))


def _stacked(parts: Sequence[NDArray[Any] | Words]) -> NDArray[Any] | Words:
    first = parts[0]
    if isinstance(first, Words):
        return Words(np.concatenate([part.codes for part in parts if isinstance(part, Words)]), first.words)
    return np.concatenate([part for part in parts if not isinstance(part, Words)])


def _empty(columns: tuple[str, ...]) -> Batch:
    return Batch(0, np.empty(0, np.int32), np.empty(0, np.int64), columns, np.empty((0, len(columns), 0)))


def _key_columns(plan: Plan, scenario: int, sets: NDArray[np.int32], seeds: NDArray[np.int64]) -> Table:
    """Scenario, parameter set, what was varied, seed."""
    table = {
        "scenario": Column(Words(np.full(len(sets), scenario, np.int32), plan.names), "name", "name of the scenario"),
        "set": Column(sets, "code", "number of the parameter set"),
    }
    for i, (path, values) in enumerate(zip(plan.design.paths, plan.values)):
        given = [plan.design.points[k][i] for k in dict.fromkeys(sets.tolist())]
        _, places = np.unique(sets, return_inverse=True)
        if any(isinstance(value, str) for value in values):
            words = tuple(str(value) for value in values)
            codes = np.array([words.index(str(value)) for value in given], np.int32)
            table[path] = Column(Words(codes[places] if len(codes) else codes, words), "name", "lever that is varied")
        else:
            numbers = np.array(given, dtype=np.float64)
            table[path] = Column(numbers[places] if len(numbers) else numbers, "", "lever that is varied")
    table["seed"] = Column(seeds, "code", "root of the run's luck")
    return table
