"""An ensemble's folder: tables streamed to Parquet while it is played, failed runs, assumptions, and a manifest at the end.

Everything is written into NAME.partial-PID, which gets its name when the last run is done or the ensemble was interrupted: then
the finished runs are in files that can be read, and the manifest says `interrupted`.
"""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Mapping, Sequence
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reabm.scenario import Scenario, dump_scenario, load_scenario
from reabm.store.manifest import MANIFEST, circumstances, file_about, sealed, versions
from reabm.store.naming import RUNS, FolderError, check_free, check_room, scenario_stem
from reabm.store.stream import TableStream, file_sha256
from reabm.store.table import Table
from reabm.store.whole import PARTIAL, flush_folder, give_name, read_manifest, write_file

if TYPE_CHECKING:
    import pandas as pd

RUNS_FILE, MONTHS_FILE, FAILED_FILE = "runs.parquet", "months.parquet", "failed.csv"
SCENARIOS = "scenarios"
FAILED_COLUMNS = ("scenario", "set", "seed", "message")


class EnsembleWriter:
    """Writes the folder of an ensemble; nothing stays of it when neither `finish` is reached nor an interrupt said so."""

    def __init__(self, scenarios: Mapping[str, Scenario], folder: Path | None) -> None:
        first = next(iter(scenarios.values()))
        self.is_named = folder is not None
        self.wanted = folder or RUNS / f"{scenario_stem(first)}-ensemble"
        if self.is_named:
            check_free(self.wanted)
        else:
            check_room(self.wanted)
        self.partial = self.wanted.with_name(f"{self.wanted.name}{PARTIAL}{os.getpid()}")
        self.n_failed = 0
        try:
            (self.partial / SCENARIOS).mkdir(parents=True)
            for name, scenario in scenarios.items():
                write_file(self.partial / SCENARIOS / f"{name}.yaml", dump_scenario(scenario).encode("utf-8"))
        except OSError as error:
            raise self._fault(error) from error
        self.runs = TableStream(self.partial / RUNS_FILE)
        self.months = TableStream(self.partial / MONTHS_FILE)

    def add(self, runs: Table | None = None, months: Table | None = None) -> None:
        """Write rows of runs or of months."""
        try:
            if runs is not None:
                self.runs.write(runs)
            if months is not None:
                self.months.write(months)
        except OSError as error:
            raise self._fault(error) from error

    def add_failed(self, row: Sequence[object]) -> None:
        """Write down a run that failed: scenario, set, seed, message."""
        try:
            with (self.partial / FAILED_FILE).open("a", newline="", encoding="utf-8") as file:
                out = csv.writer(file, lineterminator="\n")
                if self.n_failed == 0:
                    out.writerow(FAILED_COLUMNS)
                out.writerow(row)
        except OSError as error:
            raise self._fault(error) from error
        self.n_failed += 1

    def finish(self, about: Mapping[str, Any], command: list[str] | None) -> SavedEnsemble:
        """Close the files, write the manifest and give the folder its name."""
        try:
            self.runs.close()
            self.months.close()
            files = {}
            for file in sorted(path for path in self.partial.rglob("*") if path.is_file()):
                files[file.relative_to(self.partial).as_posix()] = file_about(file.stat().st_size, file_sha256(file))
            manifest = {**versions(), **about, **circumstances(command), "files": files}
            write_file(self.partial / MANIFEST, sealed(manifest))
            flush_folder(self.partial)
            folder = give_name(self.partial, self.wanted, any_number=not self.is_named)
        except OSError as error:
            raise self._fault(error) from error
        return SavedEnsemble(folder, manifest)

    def drop(self) -> None:
        """Remove what was written."""
        for stream in (self.runs, self.months):
            stream.close()
        shutil.rmtree(self.partial, ignore_errors=True)

    def _fault(self, error: OSError) -> FolderError:
        return FolderError(f"{self.wanted}: cannot be written: {error.strerror or error}")


class SavedEnsemble:
    """An ensemble in its folder; tables are read when they are asked for."""

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        self.folder = folder
        self.manifest = manifest

    def __repr__(self) -> str:
        return f"SavedEnsemble({str(self.folder)!r}, {self.manifest['n_runs']} runs)"

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run that was finished: scenario, set, what was varied, seed, outcomes."""
        return self._frame(RUNS_FILE)

    @cached_property
    def months(self) -> pd.DataFrame:
        """One row a run and month, with the columns that were kept."""
        if MONTHS_FILE not in self.manifest["files"]:
            raise FolderError(f"{self.folder}: holds no months: the ensemble kept summaries only (keep='summary')")
        return self._frame(MONTHS_FILE)

    @cached_property
    def failed(self) -> pd.DataFrame:
        """One row a run that failed, with the reason."""
        import pandas as pd

        if FAILED_FILE not in self.manifest["files"]:
            return pd.DataFrame(columns=list(FAILED_COLUMNS))
        self._check(FAILED_FILE)
        return pd.read_csv(self.folder / FAILED_FILE)

    @cached_property
    def scenarios(self) -> dict[str, Scenario]:
        """What the runs assumed, before anything was varied."""
        return {name: load_scenario(self.folder / SCENARIOS / f"{name}.yaml") for name in self.manifest["scenarios"]}

    def _check(self, name: str) -> None:
        file, about = self.folder / name, self.manifest["files"][name]
        try:
            is_same = file.stat().st_size == about["bytes"] and file_sha256(file) == about["sha256"]
        except OSError as error:
            raise FolderError(f"{file}: cannot be read: {error.strerror or error}") from None
        if not is_same:
            raise FolderError(f"{file}: damaged: not what the ensemble wrote; run it again")

    def _frame(self, name: str) -> pd.DataFrame:
        import pyarrow.parquet as pq

        self._check(name)
        frame: pd.DataFrame = pq.read_table(self.folder / name).to_pandas()
        return frame


def load_ensemble(folder: str | PathLike[str]) -> SavedEnsemble:
    """Open the folder of an ensemble; each file is compared with its hash when it is read.

    Raises
    ------
    FolderError
        In one line, with the name of what is missing or damaged.
    """
    place = Path(folder)
    if PARTIAL in place.name:
        raise FolderError(f"{place}: an unfinished ensemble; run it again")
    manifest = read_manifest(place)
    if "n_runs" not in manifest:
        raise FolderError(f"{place}: the folder of a run, not of an ensemble; use load_run")
    return SavedEnsemble(place, manifest)
