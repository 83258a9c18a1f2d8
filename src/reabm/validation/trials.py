"""The trials of a calibration on disk: a file for each generation, each written as a whole, and the plan that they belong to.

Files hold numbers only (no pickle). What was told to the search stands in them in its order, so that a search is brought to where
it was by telling it the same again.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from reabm.store.atomic import write_atomic
from reabm.store.manifest import write_json
from reabm.store.naming import FolderError, check_free
from reabm.store.resume import PLAN, check_plan
from reabm.world.layout import Array

HYPERCUBE = -1  # in place of a start: the points before all of them
GENERATIONS = "generations"


class Generation(NamedTuple):
    """Parameter sets that are played together."""

    number: int
    start: int  # HYPERCUBE, or the number of the start
    values: Array  # sets x knobs


class Told(NamedTuple):
    """A generation and its losses."""

    generation: Generation
    parts: Array  # sets x groups, mean over seeds
    by_seed: Array  # sets x seeds, the whole loss

    @property
    def losses(self) -> Array:
        """Mean loss of each set over the seeds, summed in their order."""
        found: Array = np.cumsum(self.by_seed, axis=1)[:, -1] / self.by_seed.shape[1]
        return found


class TrialFolder:
    """The folder of a calibration while it goes on."""

    def __init__(self, folder: Path, plan: Mapping[str, Any], resume: bool) -> None:
        """Make the folder, or with `resume` open it; FolderError in one line where it belongs to something else."""
        self.folder = folder
        if resume:
            check_plan(folder, plan, "calibration")
            return
        check_free(folder)
        try:
            (folder / GENERATIONS).mkdir(parents=True)
            write_atomic(folder / PLAN, write_json(plan))
        except OSError as error:
            raise FolderError(f"{folder}: cannot be written: {error.strerror or error}") from error

    @classmethod
    def of(cls, folder: Path) -> TrialFolder:
        """The folder of a calibration that was begun, whatever its plan."""
        found = cls.__new__(cls)
        found.folder = folder
        return found

    def write(self, told: Told) -> None:
        """Keep a generation: a new file, flushed, then named."""
        content = io.BytesIO()
        number, start, values = told.generation
        np.savez(content, start=np.int64(start), values=values, parts=told.parts, by_seed=told.by_seed)
        write_atomic(self._file(number), content.getvalue())

    def read(self) -> Iterator[Told]:
        """The generations that were kept, in their order, up to the first that is missing."""
        number = 0
        while self._file(number).exists():
            try:
                with np.load(self._file(number), allow_pickle=False) as found:
                    values, parts, by_seed = found["values"], found["parts"], found["by_seed"]
                    yield Told(Generation(number, int(found["start"]), values), parts, by_seed)
            except (OSError, ValueError, KeyError, zipfile.BadZipFile):
                raise FolderError(f"{self._file(number)}: damaged; start anew with another --out") from None
            number += 1

    def drop_generations(self) -> None:
        """Remove the files of generations, once all trials stand in one table."""
        for file in (self.folder / GENERATIONS).glob("*.npz"):
            file.unlink()
        (self.folder / GENERATIONS).rmdir()

    def _file(self, number: int) -> Path:
        return self.folder / GENERATIONS / f"{number:06d}.npz"
