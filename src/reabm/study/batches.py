"""The runs of a plan in batches of arrays: the same batches whatever number of workers and chunks played them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reabm.engine.ensemble import CHUNK, Failed, Job, copy_columns, play_jobs
from reabm.engine.run import Room
from reabm.study.outcomes import Numbers
from reabm.study.plan import Plan
from reabm.world.history import COLUMN

type Progress = Callable[[int, int], object]

RUNS_PER_BATCH = 128  # fixed: batches become row groups of the file
REPORT_S = 0.1  # between two reports of progress


class Batch(NamedTuple):
    """Finished runs of one scenario, one after the other. The next batch overwrites `months`."""

    scenario: int
    sets: NDArray[np.int32]
    seeds: NDArray[np.int64]
    columns: tuple[str, ...]
    months: Numbers  # runs x columns x months


class Failure(NamedTuple):
    """A run that failed, and why."""

    scenario: str
    set: int
    seed: int
    message: str


def play_plan(
    plan: Plan,
    columns: Sequence[str],
    failed: Callable[[Failure], object],
    workers: int | None = None,
    chunk: int = CHUNK,
    stop: threading.Event | None = None,
    progress: Progress | None = None,
) -> Iterator[Batch]:
    """Play a plan; the last batch of a scenario, or before a stop, may be smaller than the others.

    Parameters
    ----------
    columns : month columns that are kept, in the order of the months' table
    failed : called with each run that failed, in the order of the runs
    progress : called now and then with the number of runs that are done, and of all
    """
    used = np.array([getattr(COLUMN, name) for name in columns], dtype=np.intp)

    free: list[Numbers] = []  # tables that were copied out: memory that was touched before is three times as fast

    def keep(job: Job, room: Room) -> Numbers:
        months = room.history.months
        try:
            kept = free.pop()
        except IndexError:
            kept = np.empty((len(used), len(months)))
        if kept.shape[1] != len(months):  # of a scenario of other length
            kept = np.empty((len(used), len(months)))
        copy_columns(months, used, kept)
        return kept

    keys: list[tuple[int, int]] = []
    found = np.empty((RUNS_PER_BATCH, len(used), 0))
    current, reported = 0, 0.0

    def batch() -> Batch:
        sets, seeds = np.array(keys, dtype=np.int64).T
        made = Batch(current, sets.astype(np.int32), seeds, tuple(columns), found[: len(keys)])
        keys.clear()
        return made

    results = play_jobs(plan.jobs(), keep, workers, chunk, stop)
    for n_done, (key, result) in enumerate(zip(plan.keys(), results), 1):
        if key.scenario != current:
            if keys:
                yield batch()
            current = key.scenario
        if isinstance(result, Failed):
            failed(Failure(plan.names[key.scenario], key.set, key.seed, result.message))
        else:
            if found.shape[2] != result.shape[1]:
                found = np.empty((RUNS_PER_BATCH, *result.shape))
            found[len(keys)] = result
            keys.append((key.set, key.seed))
            free.append(result)
        if len(keys) == RUNS_PER_BATCH:
            yield batch()
        if progress and (n_done == plan.n_runs or time.monotonic() - reported > REPORT_S):
            reported = time.monotonic()
            progress(n_done, plan.n_runs)
    if keys:
        yield batch()
