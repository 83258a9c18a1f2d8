"""An ensemble: every scenario with every parameter set and every seed, on equal luck; as a frame, or streamed to a folder.

Runs are numbered scenario by scenario, set by set, seed by seed, and kept in that order, whatever thread played them.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from reabm.engine.ensemble import CHUNK
from reabm.scenario.scenario import Scenario
from reabm.store.ensemble_folder import EnsembleWriter, SavedEnsemble
from reabm.store.table import Table
from reabm.study.batches import Batch, Failure, Progress, play_plan
from reabm.study.design import Design, Value, check_design, design_of
from reabm.study.interrupt import gentle_interrupt
from reabm.study.outcomes import OUTCOME_COLUMNS, Months, Numbers, check_columns, outcomes_of
from reabm.study.plan import Plan, named, seeds_of
from reabm.study.tables import empty_months, empty_runs, frame_of_parts, joined, months_rows, runs_rows
from reabm.world.history import MONTH_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

type Scenarios = Scenario | Sequence[Scenario] | Mapping[str, Scenario]
type Vary = Design | Mapping[str, Sequence[Value]] | pd.DataFrame | None
type Keep = Literal["months", "summary"]

ALL_COLUMNS = tuple(name for name, _, _ in MONTH_COLUMNS)
RUNS_PER_GROUP = 8_192  # rows of runs.parquet that are written at once
MOST_NOTED = 1_000  # failures that are noted beside a frame


class Interrupted(KeyboardInterrupt):
    """An ensemble was interrupted; `kept` holds what was finished: a frame, or the folder it was streamed to."""

    def __init__(self, kept: pd.DataFrame | SavedEnsemble, n_kept: int, n_runs: int) -> None:
        super().__init__(f"interrupted: {n_kept:,} of {n_runs:,} runs are kept")
        self.kept = kept
        self.folder = kept.folder if isinstance(kept, SavedEnsemble) else None
        self.n_kept = n_kept
        self.n_runs = n_runs


@overload
def ensemble(
    scenarios: Scenarios, seeds: Iterable[int] = ..., workers: int | None = ..., keep: Keep = ..., vary: Vary = ...,
    columns: Sequence[str] | None = ..., progress: Progress | None = ..., out: None = ..., chunk: int = ...,
) -> pd.DataFrame: ...  # fmt: skip
@overload
def ensemble(
    scenarios: Scenarios, seeds: Iterable[int] = ..., workers: int | None = ..., keep: Keep = ..., vary: Vary = ...,
    columns: Sequence[str] | None = ..., progress: Progress | None = ..., out: str | PathLike[str] = ..., chunk: int = ...,
) -> SavedEnsemble: ...  # fmt: skip
def ensemble(
    scenarios: Scenarios,
    seeds: Iterable[int] = range(500),
    workers: int | None = None,
    keep: Keep = "months",
    vary: Vary = None,
    columns: Sequence[str] | None = None,
    progress: Progress | None = None,
    out: str | PathLike[str] | None = None,
    chunk: int = CHUNK,
) -> pd.DataFrame | SavedEnsemble:
    """Play scenarios with many seeds and parameter sets.

    Parameters
    ----------
    scenarios : a scenario, several, or several by name
    seeds : the same for every scenario and set, so that they are compared on equal luck
    workers : int, threads; None: one a core. Neither it nor `chunk` can be seen in the result
    keep : 'months': a row a run and month; 'summary': a row a run with its outcomes (`reabm.study.OUTCOMES`)
    vary : values by lever, {path: [values]}, every combination of them; or a frame with a row a set and a column a path
    columns : of the months, where those are kept; None: all
    progress : called now and then with the number of runs that are done, and of all
    out : folder into which everything is streamed, so that memory does not grow with the number of runs

    Returns
    -------
    DataFrame
        scenario, set, what was varied, seed, then month and its columns, or the outcomes. Runs that failed have no row;
        `attrs['failed']` lists them, and a warning says so. With `out` a `SavedEnsemble`, which reads its frames when asked.

    Raises
    ------
    Interrupted
        On Ctrl-C; `kept` holds the finished runs. Also ScenarioError, and with `out` FolderError.
    """
    if keep not in ("months", "summary"):
        raise ValueError(f"keep is {keep!r}; allowed 'months' or 'summary'")
    plan = Plan(named(scenarios), design_of(vary), seeds_of(seeds))
    check_design(plan.design, plan.scenarios.values())
    kept = check_columns(columns) if columns is not None else ALL_COLUMNS
    if out is not None:
        return stream(plan, Path(out), kept if keep == "months" else (), workers, progress, chunk)
    return _as_frame(plan, kept if keep == "months" else (), workers, progress, chunk)


def _as_frame(plan: Plan, columns: tuple[str, ...], workers: int | None, progress: Progress | None, chunk: int) -> pd.DataFrame:
    """The frame of months (where columns are named) or of outcomes."""
    parts: list[Table] = [empty_months(plan, columns) if columns else empty_runs(plan)]
    failed: list[Failure] = []
    n_runs = 0
    used = columns or OUTCOME_COLUMNS
    with gentle_interrupt() as stop:
        for batch in play_plan(plan, used, failed.append, workers, chunk, stop, progress):
            n_runs += len(batch.seeds)
            parts.append(months_rows(plan, batch, columns) if columns else runs_rows(plan, batch, outcomes_in(plan, batch)))
        frame = frame_of_parts(parts)
        frame.attrs["failed"] = [tuple(one) for one in failed[:MOST_NOTED]]
    if failed:
        warnings.warn(f"{len(failed)} of {plan.n_runs} runs failed; frame.attrs['failed'] says why", stacklevel=3)
    if stop.is_set():
        raise Interrupted(frame, n_runs, plan.n_runs)
    return frame


def stream(
    plan: Plan,
    folder: Path | None,
    columns: tuple[str, ...],
    workers: int | None = None,
    progress: Progress | None = None,
    chunk: int = CHUNK,
    watch: Callable[[Batch], object] | None = None,
    watched: Sequence[str] = (),
    command: list[str] | None = None,
) -> SavedEnsemble:
    """Play a plan into a folder; `watch` sees each batch of runs (with the columns `watched`) as it is written.

    Without `folder` it is runs/SCENARIO-ensemble, with -2, -3 ... where that is taken.

    Raises
    ------
    Interrupted
        Once the finished runs are in their folder.
    """
    writer = EnsembleWriter(plan.scenarios, folder)
    try:
        with gentle_interrupt() as stop:
            started = time.monotonic()
            n_runs = _write_runs(plan, writer, columns, workers, progress, chunk, watch, watched, stop)
            about = plan.about() | {
                "keep": list(columns) or "summary",
                "n_runs": n_runs,
                "n_failed": writer.n_failed,
                "n_planned": plan.n_runs,
                "interrupted": stop.is_set(),
                "seconds": round(time.monotonic() - started, 3),
            }
            saved = writer.finish(about, command)
    except BaseException:
        writer.drop()
        raise
    if stop.is_set():
        raise Interrupted(saved, n_runs, plan.n_runs)
    return saved


def _write_runs(
    plan: Plan,
    writer: EnsembleWriter,
    columns: tuple[str, ...],
    workers: int | None,
    progress: Progress | None,
    chunk: int,
    watch: Callable[[Batch], object] | None,
    watched: Sequence[str],
    stop: Any,
) -> int:
    """Play and write; returns the number of runs that were finished."""
    n_runs, waiting = 0, list[Table]()
    writer.add(empty_runs(plan), empty_months(plan, columns) if columns else None)
    wanted = {*columns, *watched, *OUTCOME_COLUMNS}
    used = tuple(name for name in ALL_COLUMNS if name in wanted)
    n_waiting = 0
    for batch in play_plan(plan, used, writer.add_failed, workers, chunk, stop, progress):
        n_runs += len(batch.seeds)
        waiting.append(runs_rows(plan, batch, outcomes_in(plan, batch)))
        n_waiting += len(batch.seeds)
        writer.add(months=months_rows(plan, batch, columns) if columns else None)
        if watch is not None:
            watch(batch)
        if n_waiting >= RUNS_PER_GROUP:
            writer.add(joined(waiting))
            waiting, n_waiting = [], 0
    if waiting:
        writer.add(joined(waiting))
    return n_runs


def outcomes_in(plan: Plan, batch: Batch) -> Numbers:
    """Outcomes of the runs of a batch: runs x outcomes."""
    return outcomes_of(Months(batch.months, batch.columns, plan.start(batch.scenario)))
