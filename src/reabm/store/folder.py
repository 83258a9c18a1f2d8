"""A run folder: what stands in it, and reading it back (`whole.py` writes and checks it)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import reabm
from reabm.engine.fork import replay
from reabm.engine.run import Prepared, World, prepare
from reabm.scenario import Scenario, dump_scenario, load_scenario
from reabm.scenario.fork import check_at
from reabm.store.manifest import cpu_name, write_json
from reabm.store.naming import RUNS, FolderError, run_name
from reabm.store.origin import Origin, lineage_of, origin_in, origin_name
from reabm.store.states import RECORD, SAVED, read_world, state_file
from reabm.store.summary import Summary
from reabm.store.table import Table, parquet_bytes, read_frame
from reabm.store.whole import read_files, read_manifest, write_whole
from reabm.world.history import MONTH_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

    from reabm.store.result import Result

SCENARIO, SUMMARY = "scenario.yaml", "summary.json"


def save_run(
    scenario: Scenario,
    seed: int,
    tables: Mapping[str, Table],
    summary: Summary,
    folder: Path | None,
    command: list[str] | None,
    origin: Origin | None = None,
    states: Mapping[str, bytes] | None = None,
) -> Path:
    """Write a run folder and return its path.

    Without `folder` it is runs/SCENARIO-seedSEED, with -2, -3 ... where that is taken; a folder that was named must be free.
    """
    files = {
        SCENARIO: dump_scenario(scenario).encode("utf-8"),
        SUMMARY: write_json(summary),
        **{f"{name}.parquet": parquet_bytes(table) for name, table in tables.items()},
        **(states or {}),
    }
    wanted = folder or RUNS / (run_name(scenario, seed) if origin is None else origin_name(origin, scenario))
    lineage = [] if origin is None else lineage_of(origin, wanted)
    about = {"seed": seed, "parent": lineage[-1] if lineage else None, "lineage": lineage}
    return write_whole(files, about, wanted, folder is not None, command)


class SavedRun:
    """A run read from its folder; every file was compared with its hash."""

    def __init__(self, folder: Path, manifest: dict[str, Any], files: dict[str, bytes]) -> None:
        self.folder = folder
        self.manifest = manifest
        self._files = files

    def __repr__(self) -> str:
        return f"SavedRun({str(self.folder)!r})"

    @property
    def seed(self) -> int:
        """Root of its luck."""
        return int(self.manifest["seed"])

    @cached_property
    def scenario(self) -> Scenario:
        """What the run assumed."""
        return load_scenario(self.folder / SCENARIO)

    @cached_property
    def origin(self) -> Origin:
        """The runs from which it was forked, and itself as a parent of others."""
        return origin_in(self.manifest, self.folder.absolute())

    @property
    def saved_states(self) -> tuple[str, ...]:
        """Months whose opening states stand in the folder, as `2010-09`."""
        return tuple(sorted(found[1] for found in map(SAVED.fullmatch, self._files) if found))

    def world_at(self, at: str | int) -> World:
        """The world at the start of a month: its saved state where there is one, else by replay of scenario and seed.

        Raises
        ------
        ScenarioError
            For a month outside the run.
        FolderError
            For a state of another version, or where a replay does not give the months that were saved.
        """
        month = check_at(self.scenario, at)
        prepared = prepare(self.scenario)
        name = state_file(month)
        if name not in self._files:
            return self._replayed(prepared, month)
        scenario = self.manifest["files"][SCENARIO]["sha256"]
        if RECORD not in self._files:
            raise FolderError(f"{self.folder / RECORD}: missing; run it again")
        return read_world(
            self._files[name], self._files[RECORD], prepared, scenario, self.seed, month, self.folder / name,
        )  # fmt: skip

    def _replayed(self, prepared: Prepared, month: int) -> World:
        world = replay(prepared, self.seed, month - self.scenario.start, details=True)
        for i, (column, _, _) in enumerate(MONTH_COLUMNS):
            found = self.months.get(column)
            again = world.history.months[: world.month, i]
            if found is None or not np.array_equal(found.to_numpy()[: world.month], again, equal_nan=True):
                by = f"reabm {self.manifest['reabm']} on {self.manifest['cpu']}, here {reabm.__version__} on {cpu_name()}"
                raise FolderError(f"{self.folder / 'months.parquet'}: {column} comes out differently in a replay (run by {by})")
        return world

    def fork(self, at: str | int, changes: Mapping[str, Any] | None = None, until: str | int | None = None) -> Result:
        """Play a copy of the run's world on from the start of a month (see `reabm.fork`)."""
        from reabm.store.forks import fork  # a fork is a result, and needs this class

        return fork(self, at, changes, until)

    @cached_property
    def summary(self) -> Summary:
        """The outcomes in a few numbers."""
        found: Summary = json.loads(self._files[SUMMARY])
        return found

    @cached_property
    def months(self) -> pd.DataFrame:
        """One row a month."""
        return read_frame(self._files["months.parquet"])

    @cached_property
    def prices(self) -> pd.DataFrame:
        """Prices by month, stage, element, zone and destination."""
        return read_frame(self._files["prices.parquet"])

    @cached_property
    def flows(self) -> pd.DataFrame:
        """Flows by month, element, stage, origin, destination and channel."""
        return read_frame(self._files["flows.parquet"])

    @cached_property
    def agents(self) -> pd.DataFrame:
        """One row an agent and month."""
        return read_frame(self._files["agents.parquet"])


def is_run(manifest: Mapping[str, Any]) -> bool:
    """Whether a manifest is that of a run: ensembles, leverage, scoreboards and calibrations have one too."""
    return "seed" in manifest and "months.parquet" in manifest["files"]


def load_run(folder: str | PathLike[str]) -> SavedRun:
    """Read a run folder.

    Raises
    ------
    FolderError
        In one line, with the name of the file that is missing or damaged.
    """
    place = Path(folder)
    manifest = read_manifest(place)
    if not is_run(manifest):
        if manifest.get("holds") == "leverage":
            raise FolderError(f"{place}: a folder of leverage, not of a run; use load_leverage or reabm report")
        if "holds" in manifest:
            raise FolderError(f"{place}: a folder of {manifest['holds']}, not of a run; use reabm report")
        raise FolderError(f"{place}: the folder of an ensemble, not of a run; use load_ensemble")
    files = read_files(place, manifest)
    return SavedRun(place, manifest, files)
