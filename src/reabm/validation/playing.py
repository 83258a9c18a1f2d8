"""Many runs of a scenario with a set of parameter sets, and of each the series that history is compared with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reabm.engine.ensemble import Failed, Job, play_jobs
from reabm.engine.run import Room, RunError, prepare
from reabm.scenario import Scenario
from reabm.scenario.parameters import ParameterTable
from reabm.validation.folding import fold
from reabm.validation.series import SERIES, series_of

type Numbers = NDArray[np.float64]


class Paths(NamedTuple):
    """Series of runs, month by month."""

    names: tuple[str, ...]  # series that were asked for
    start: int  # the first month, year x 12 + month - 1
    values: dict[str, Numbers]  # runs x months, of each series and of the parts of ratios
    seeds: tuple[int, ...]
    sets: tuple[int, ...]  # parameter set of each run; 0 where there is but the scenario as it stands
    failed: tuple[str, ...]  # runs that do not close, and why

    @property
    def n_months(self) -> int:
        """Length of the runs."""
        return 0 if not self.names else self.values[self.names[0]].shape[1]

    def folded(self, name: str, first: int, last: int) -> Numbers:
        """A series of each run over months (year x 12 + month - 1, included); NaN where the runs do not reach.

        Flows are given as a month's mean, so that a half-year stands beside a year.
        """
        found = np.asarray(fold(self.values, name, first - self.start, last - self.start), dtype=np.float64)
        return found / (last - first + 1) if SERIES[name].fold == "sum" else found


def play(
    scenario: Scenario,
    names: tuple[str, ...],
    seeds: range,
    sets: ParameterTable | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Paths:
    """Play a run for each seed; parameter sets are dealt out in turn: each has as many runs as the next, or one more.

    The same seeds and sets give the same paths, whatever the number of threads.
    """
    n_sets = 1 if sets is None else min(len(sets.values), len(seeds))
    prepared = [prepare(scenario if sets is None else with_set(scenario, sets, k)) for k in range(n_sets)]
    jobs = (Job(prepared[k % n_sets], seed) for k, seed in enumerate(seeds))

    every = with_parts(names)

    def keep(_: Job, room: Room) -> Numbers:
        found = series_of(room, names)
        return np.stack([np.asarray(found[name], dtype=np.float64) for name in every])

    kept, played, failed = [], [], []
    for k, found in enumerate(play_jobs(jobs, keep, workers, details=True)):
        if isinstance(found, Failed):
            failed.append(f"seed {found.job.seed}, set {k % n_sets}: {found.message}")
        else:
            kept.append(found)
            played.append((seeds[k], k % n_sets))
        if progress:
            progress(k + 1, len(seeds))
    if not kept:
        raise RunError(f"none of {len(seeds)} runs closes; the first: {failed[0]}")
    every_run = np.stack(kept)
    values = {name: np.ascontiguousarray(every_run[:, k]) for k, name in enumerate(every)}
    return Paths(names, scenario.start, values, tuple(s for s, _ in played), tuple(n for _, n in played), tuple(failed))


def with_set(scenario: Scenario, sets: ParameterTable, k: int) -> Scenario:
    """The scenario with one of the parameter sets under its own settings: what it sets itself stays, as with `--params`."""
    return replace(scenario, settings={**dict(zip(sets.paths, sets.values[k])), **scenario.settings})


def with_parts(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of series, and of what ratios among them are made of."""
    return tuple(dict.fromkeys(one for name in names for one in (*SERIES[name].parts, name)))
