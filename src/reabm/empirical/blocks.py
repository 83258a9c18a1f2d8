"""Pieces of a study on disk while it is played, so that one that was stopped goes on: each is there as a whole or not at all.

They stand in NAME.unfinished beside the folder that the study will have, with the plan that they belong to. Pieces of another
plan are thrown away: they answer another question.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from reabm.store import code
from reabm.store.code import scenario_digest
from reabm.store.manifest import write_json
from reabm.store.naming import FolderError
from reabm.store.whole import flush_folder
from reabm.world.layout import Array

PLAN, UNFINISHED = "plan.json", ".unfinished"
ROOMS = ("rules", "world", "engine", "scenario", "empirical")  # what a piece depends on


def code_digest() -> str:
    """Hash of the sources that decide what a study's worlds give."""
    return code.code_digest(ROOMS)


class Blocks:
    """The pieces of one study."""

    def __init__(self, folder: Path, plan: Mapping[str, Any]) -> None:
        """Open the unfinished folder of a study whose results will stand in `folder`; make it anew where its plan is another."""
        self.folder = folder.with_name(folder.name + UNFINISHED)
        try:
            if self._plan() != json.loads(json.dumps(plan)):
                shutil.rmtree(self.folder, ignore_errors=True)
                self.folder.mkdir(parents=True)
                self._write(PLAN, write_json(plan))
        except OSError as error:
            raise FolderError(f"{self.folder}: cannot be written: {error.strerror or error}") from error

    def read(self, name: str) -> dict[str, Array] | None:
        """The arrays of a piece, or None where it is not there (or damaged: it is then played again)."""
        try:
            with np.load(self.folder / f"{name}.npz", allow_pickle=False) as found:
                return {key: found[key] for key in found.files}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def write(self, name: str, arrays: Mapping[str, Array]) -> None:
        """Keep a piece."""
        content = io.BytesIO()
        np.savez(content, **arrays)  # type: ignore[arg-type]
        try:
            self._write(f"{name}.npz", content.getvalue())
        except OSError as error:
            raise FolderError(f"{self.folder}: cannot be written: {error.strerror or error}") from error

    def drop(self) -> None:
        """Remove all pieces, once the study's own folder stands."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _plan(self) -> Any:
        try:
            return json.loads((self.folder / PLAN).read_bytes())
        except (OSError, ValueError):
            return None

    def _write(self, name: str, content: bytes) -> None:
        unfinished = self.folder / f"{name}.partial-{os.getpid()}"
        with unfinished.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(self.folder / name)
        flush_folder(self.folder)


__all__ = ["Blocks", "code_digest", "scenario_digest"]
