"""Names of run folders, and what is said when a folder cannot be used."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from reabm.scenario import Scenario

RUNS = Path("runs")
RESOLVED = "scenario"  # stem of the scenario file inside a run folder: says nothing


class FolderError(RuntimeError):
    """A run folder that cannot be written or read; one line for the person."""


def run_name(scenario: Scenario, seed: int) -> str:
    """Name of a run's folder: the scenario's file, or its title, and the seed."""
    return f"{scenario_stem(scenario)}-seed{seed}"


def scenario_stem(scenario: Scenario) -> str:
    """A scenario's short name: that of its file, or else its title, as a file name."""
    stem = Path(scenario.tree.file).stem
    return file_name(scenario.title if stem in ("", RESOLVED) else stem)


def file_name(written: str) -> str:
    """A text as part of a file name."""
    return re.sub(r"[^A-Za-z0-9._]+", "-", written).strip("-.")[:80] or "run"


def numbered(folder: Path) -> Iterator[Path]:
    """The folder, then the same with -2, -3 and so on."""
    yield folder
    for n in range(2, 100_000):
        yield folder.with_name(f"{folder.name}-{n}")


def is_taken(folder: Path) -> bool:
    """Whether something stands where the folder should be written (an empty folder does not count)."""
    if folder.is_symlink() or not folder.is_dir():
        return folder.is_symlink() or folder.exists()
    return any(folder.iterdir())


def check_free(folder: Path) -> None:
    """Raise `FolderError` where a run cannot be written into this very folder."""
    if is_taken(folder):
        raise FolderError(f"{folder}: already exists; name another folder, or leave out --out")
    check_room(folder)


def check_room(folder: Path) -> None:
    """Raise `FolderError` where no folder can be made, before time is spent on a run."""
    parent = folder.absolute().parent
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir():
        raise FolderError(f"{folder}: {parent} is not a folder")
    if not os.access(parent, os.W_OK):
        raise FolderError(f"{folder}: nothing can be written in {parent}")
