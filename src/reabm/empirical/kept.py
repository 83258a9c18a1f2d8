"""Runs of a game that are finished, on disk while others are still played: so a table is played on after a stop.

Files are numbered; each is written as a whole and holds the keys and pay-offs of some runs. How runs are dealt out over files
depends on the clock, what they hold does not.
"""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from reabm.store.atomic import write_atomic
from reabm.store.manifest import write_json
from reabm.store.naming import FolderError, check_free
from reabm.store.resume import PLAN, check_plan
from reabm.world.layout import Array

KEPT = "kept"
EVERY_S = 1.0  # seconds between two files


class RunKey(NamedTuple):
    """Which run of a table it is."""

    set: int  # parameter set
    profile: int
    deviation: int  # place in `Game.deviations_at(profile)`; -1 where nobody deviates
    seed: int  # place in the list of seeds


class KeptRuns:
    """Pay-offs of finished runs by key, in memory and in a folder."""

    def __init__(self, folder: Path, plan: Mapping[str, Any], resume: bool) -> None:
        """Begin a folder, or with `resume` read what it holds; FolderError in one line where it belongs to something else."""
        self.folder = folder
        self.found: dict[RunKey, Array] = {}
        self._fresh: list[RunKey] = []
        self._n_files = 0
        self._written = time.monotonic()
        if resume:
            check_plan(folder, plan, "game")
            self._read()
            return
        check_free(folder)
        try:
            (folder / KEPT).mkdir(parents=True)
        except OSError as error:
            raise FolderError(f"{folder}: cannot be written: {error.strerror or error}") from error
        write_atomic(folder / PLAN, write_json(plan))

    def add(self, key: RunKey, payoffs: Array) -> None:
        """Keep a run; written within a second or so, or at `flush`."""
        self.found[key] = payoffs
        self._fresh.append(key)
        if time.monotonic() - self._written > EVERY_S:
            self.flush()

    def flush(self) -> None:
        """Write what was not written yet."""
        if self._fresh:
            content = io.BytesIO()
            np.savez(content, keys=np.array(self._fresh, dtype=np.int64), payoffs=np.array([self.found[k] for k in self._fresh]))
            write_atomic(self._file(self._n_files), content.getvalue())
            self._n_files += 1
            self._fresh = []
        self._written = time.monotonic()

    def drop(self) -> None:
        """Remove the files, once all stands in one table."""
        for file in (self.folder / KEPT).glob("*"):
            file.unlink()
        (self.folder / KEPT).rmdir()

    def _read(self) -> None:
        while self._file(self._n_files).exists():
            try:
                with np.load(self._file(self._n_files), allow_pickle=False) as own:
                    for key, payoffs in zip(own["keys"].tolist(), own["payoffs"], strict=True):
                        self.found[RunKey(*key)] = payoffs
            except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
                raise FolderError(f"{self._file(self._n_files)}: damaged; start anew with another --out") from None
            self._n_files += 1

    def _file(self, number: int) -> Path:
        return self.folder / KEPT / f"{number:06d}.npz"
