"""Where a run comes from: the runs from which it was forked, back to the first."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from reabm.scenario import Scenario, dump_scenario
from reabm.scenario.months import month_index, month_text
from reabm.store.manifest import sha256
from reabm.store.naming import run_name


class Origin:
    """A run as its forks know it. Its folder is known once it is saved, be that before or after a fork was made."""

    def __init__(self, scenario: Scenario | str, seed: int, folder: Path | None = None, born: Birth | None = None) -> None:
        self._scenario = scenario
        self.seed = seed
        self.folder = folder
        self.born = born

    @property
    def scenario(self) -> str:
        """Hash of the scenario as it is saved."""
        if not isinstance(self._scenario, str):
            self._scenario = sha256(dump_scenario(self._scenario).encode("utf-8"))
        return self._scenario


class Birth(NamedTuple):
    """How a fork came to be."""

    parent: Origin
    at: int  # month: year x 12 + month - 1
    changes: dict[str, Any]  # as `Result.fork` takes them


def lineage_of(origin: Origin, folder: Path) -> list[dict[str, Any]]:
    """The forks that led to a run, the first one first: parent, month, changes. Folders are written as seen from `folder`."""
    found: list[dict[str, Any]] = []
    born = origin.born
    while born is not None:
        parent = born.parent
        found.append(
            {
                "folder": None if parent.folder is None else _as_seen_from(folder, parent.folder),
                "scenario": parent.scenario,
                "seed": parent.seed,
                "at": month_text(born.at),
                "changes": born.changes,
            }
        )
        born = parent.born
    return found[::-1]


def origin_in(manifest: Mapping[str, Any], folder: Path) -> Origin:
    """The origin of a saved run, as its manifest tells it."""
    born: Birth | None = None
    for step in manifest.get("lineage", ()):
        place = None if step["folder"] is None else folder / step["folder"]
        at = month_index(step["at"])
        assert at is not None  # the manifest's own checksum was right
        born = Birth(Origin(step["scenario"], int(step["seed"]), place, born), at, step["changes"])
    return Origin(manifest["files"]["scenario.yaml"]["sha256"], int(manifest["seed"]), folder, born)


def _as_seen_from(folder: Path, other: Path) -> str:
    """A path that stays right when the folder of all runs is moved."""
    try:
        return Path(os.path.relpath(other.absolute(), folder.absolute())).as_posix()
    except ValueError:  # another drive
        return other.absolute().as_posix()


def origin_name(origin: Origin, scenario: Scenario) -> str:
    """Name of a run's folder: a fork is called after its parent's folder and the month."""
    if origin.born is None:
        return run_name(scenario, origin.seed)
    parent = origin.born.parent
    stem = run_name(scenario, origin.seed) if parent.folder is None else parent.folder.absolute().name
    return f"{stem[:80]}-from-{month_text(origin.born.at)}"
