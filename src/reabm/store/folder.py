"""A run folder: written as a whole or not at all, and checked when it is read.

Files are written into NAME.partial-PID, the manifest last, each one flushed to the disk, and the folder then gets its name.
Reading compares every file with the hash that the manifest holds.
"""

from __future__ import annotations

import json
import os
import shutil
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
from reabm.store.manifest import MANIFEST, cpu_name, manifest_of, sealed, sha256, unsealed, write_json
from reabm.store.naming import RUNS, FolderError, check_free, is_taken, numbered, run_name
from reabm.store.origin import Origin, lineage_of, origin_in, origin_name
from reabm.store.states import RECORD, SAVED, STATES, read_world, state_file
from reabm.store.summary import Summary
from reabm.store.table import FORMAT_VERSION, Table, parquet_bytes, read_frame
from reabm.world.history import MONTH_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

    from reabm.store.result import Result

SCENARIO, SUMMARY = "scenario.yaml", "summary.json"
PARTIAL = ".partial-"


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
    if folder is not None:
        check_free(folder)
    partial = wanted.with_name(f"{wanted.name}{PARTIAL}{os.getpid()}")
    try:
        partial.mkdir(parents=True)
        try:
            for name, content in files.items():
                (partial / name).parent.mkdir(exist_ok=True)
                write_file(partial / name, content)
            write_file(partial / MANIFEST, sealed(manifest_of(seed, files, command, lineage)))
            if states:
                flush_folder(partial / STATES)
            flush_folder(partial)
            return give_name(partial, wanted, any_number=folder is None)
        except BaseException:  # an interrupt as well: nothing half-written stays
            shutil.rmtree(partial, ignore_errors=True)
            raise
    except OSError as error:
        raise FolderError(f"{wanted}: cannot be written: {error.strerror or error}") from error


def write_file(file: Path, content: bytes) -> None:
    """Write a new file and flush it to the disk."""
    with file.open("xb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def flush_folder(folder: Path) -> None:
    """Flush a folder's list of names to the disk."""
    if os.name == "nt":
        return  # a folder cannot be opened there
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def give_name(partial: Path, wanted: Path, any_number: bool) -> Path:
    """Rename to the wanted name, or to the first free number of it; another process may take names meanwhile."""
    for name in numbered(wanted):
        if is_taken(name):
            if not any_number:
                break
            continue
        try:
            partial.rename(name)
        except OSError:
            if not is_taken(name):
                raise
            continue
        flush_folder(name.absolute().parent)
        return name
    raise FolderError(f"{wanted}: already exists")


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


def load_run(folder: str | PathLike[str]) -> SavedRun:
    """Read a run folder.

    Raises
    ------
    FolderError
        In one line, with the name of the file that is missing or damaged.
    """
    place = Path(folder)
    if PARTIAL in place.name:
        raise FolderError(f"{place}: an unfinished run; run it again")
    manifest = read_manifest(place)
    if "seed" not in manifest:
        if manifest.get("holds") == "leverage":
            raise FolderError(f"{place}: a folder of leverage, not of a run; use load_leverage or reabm report")
        raise FolderError(f"{place}: the folder of an ensemble, not of a run; use load_ensemble")
    files = {}
    for name, about in manifest["files"].items():
        content = read_bytes(place / name)
        if len(content) != about["bytes"] or sha256(content) != about["sha256"]:
            raise FolderError(f"{place / name}: damaged: not what the run wrote; run it again")
        files[name] = content
    return SavedRun(place, manifest, files)


def read_manifest(place: Path) -> dict[str, Any]:
    """The manifest of a folder of ours, or `FolderError` in one line."""
    if not place.is_dir():
        what = "a file, not a folder" if place.exists() else "no such run folder"
        raise FolderError(f"{place}: {what}")
    file = place / MANIFEST
    if not file.exists():
        raise FolderError(f"{place}: no folder of a run, an ensemble or leverage: it has no {MANIFEST}")
    manifest = unsealed(read_bytes(file))
    if manifest is None:
        raise FolderError(f"{file}: damaged: not what the run wrote; run it again")
    if manifest.get("format") != FORMAT_VERSION:
        raise FolderError(f"{file}: format {manifest.get('format')}; this reabm reads format {FORMAT_VERSION}")
    return manifest


def read_bytes(file: Path) -> bytes:
    """Content of a file, or `FolderError` in one line."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise FolderError(f"{file}: cannot be read: {error.strerror or error}") from None
