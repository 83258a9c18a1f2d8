"""Forks of runs that were just played and of runs read from their folder."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike, fspath
from typing import Any

from reabm.engine.fork import play_on
from reabm.engine.run import Progress, prepare
from reabm.scenario import forked
from reabm.scenario.fork import changes_text
from reabm.store.folder import SavedRun, load_run
from reabm.store.origin import Birth, Origin
from reabm.store.result import Result

type Changes = Mapping[str, Any]


def fork(
    run: Result | SavedRun | str | PathLike[str],
    at: str | int,
    changes: Changes | None = None,
    until: str | int | None = None,
    progress: Progress | None = None,
    origin: str = "changes",
) -> Result:
    """Play an exact copy of a run's world on from the start of a month, on the same luck.

    Months before `at` are the run's own; without changes the later ones are too, to the last bit. The fork's scenario is the
    run's with the changes as dated interventions: run from its first month with the same seed, it gives the same bits.

    Parameters
    ----------
    run : Result, SavedRun, or the path of a run folder
    at : month, as `2010-09`
    changes : `{path: value}` from `at` to the end, or `{path: [{from, until, value}]}`, not before `at` (see `reabm levers`)
    until : last month, in place of the run's
    progress : called with the number of months played so far
    origin : what messages call the place where the changes were written

    Raises
    ------
    ScenarioError
        For a month outside the run or a change that is not allowed, one line each.
    FolderError
        Where the folder is damaged, or its state belongs to another version.
    RunError
        For a month that does not close.
    """
    parent = load_run(fspath(run)) if isinstance(run, str | PathLike) else run
    assumed = forked(parent.scenario, at, changes, until, origin)
    world = parent.world_at(assumed.at)
    record = play_on(prepare(assumed.scenario), world, progress)
    born = Birth(parent.origin, assumed.at, changes_text(assumed.changes, assumed.at))
    return Result(record, Origin(assumed.scenario, record.seed, born=born))
