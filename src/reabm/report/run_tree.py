"""The tree of saved runs: parents and the forks that were played on from them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from rich.text import Text
from rich.tree import Tree

from reabm.store.folder import SUMMARY, is_run
from reabm.store.manifest import MANIFEST
from reabm.store.naming import FolderError
from reabm.store.whole import PARTIAL, read_manifest

Step = dict[str, Any]  # an entry of a manifest's lineage


class Known(NamedTuple):
    """A run folder whose manifest is whole."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def identity(self) -> tuple[str, int]:
        """What a fork remembers of its parent: hash of the scenario, and seed."""
        return self.manifest["files"]["scenario.yaml"]["sha256"], int(self.manifest["seed"])


def run_tree(places: Iterable[Path]) -> list[Tree | Text]:
    """Trees of the runs in some folders: a tree for each run whose parent is not among them, a line for a damaged one.

    Ensembles, leverage, scoreboards and calibrations that stand beside them are passed over; one that is named costs a line.
    """
    places = list(places)
    known: dict[Path, Known] = {}
    shown: list[Tree | Text] = []
    for folder in _run_folders(places):
        try:
            manifest = read_manifest(folder)
        except FolderError as error:
            shown.append(Text(str(error)))
            continue
        if is_run(manifest):
            known[folder.resolve()] = Known(folder, manifest)
        elif folder in places:
            shown.append(Text(f"{folder}: not the folder of a run"))
    children: dict[Path, list[Path]] = {}
    roots = []
    for place, run in known.items():
        parent = _parent(run, known)
        if parent is None:
            roots.append(place)
        else:
            children.setdefault(parent, []).append(place)
    return [*(_grown(place, known, children) for place in roots), *shown]


def _run_folders(places: Iterable[Path]) -> list[Path]:
    """The places that are runs, and the runs inside the others."""
    found: list[Path] = []
    for place in places:
        if not place.is_dir():
            raise FolderError(f"{place}: no such folder")
        if (place / MANIFEST).exists():
            found.append(place)
        else:
            found += sorted(f for f in place.iterdir() if (f / MANIFEST).exists() and PARTIAL not in f.name)
    return list({folder.resolve(): folder for folder in found}.values())


def _parent(run: Known, known: dict[Path, Known]) -> Path | None:
    """The parent's folder: where it was, or wherever else the same scenario with the same seed is."""
    step: Step | None = run.manifest.get("parent")
    if step is None:
        return None
    identity = (step["scenario"], int(step["seed"]))
    own = run.folder.resolve()
    if step["folder"] is not None:
        place = (own / step["folder"]).resolve()
        if place in known and known[place].identity == identity:
            return place
    if run.identity == identity:  # played on without a change: its like is no parent
        return None
    return next((place for place, other in known.items() if other.identity == identity and place != own), None)


def _grown(place: Path, known: dict[Path, Known], children: dict[Path, list[Path]]) -> Tree:
    root = Tree(_label(known[place], is_root=True))
    todo = [(place, root)]
    while todo:
        parent, branch = todo.pop()
        todo += [(child, branch.add(_label(known[child], is_root=False))) for child in children.get(parent, ())]
    return root


def _label(run: Known, is_root: bool) -> Text:
    label = Text(run.folder.name or str(run.folder), style="bold")
    step: Step | None = run.manifest.get("parent")
    if is_root:
        label.append(f"  {_about(run)}", style="not bold")
    if step is not None:
        missing = " of a run that is not here" if is_root else ""
        label.append(f"  from {step['at']}{missing}: {_changes(step['changes'])}", style="not bold")
    return label


def _about(run: Known) -> str:
    """Title, months and seed of a run."""
    try:
        summary = json.loads((run.folder / SUMMARY).read_text(encoding="utf-8"))
        return f"{summary['scenario']}, {summary['first_month']} to {summary['last_month']}, seed {run.manifest['seed']}"
    except (OSError, ValueError, KeyError):
        return f"seed {run.manifest['seed']}"


def _changes(changes: dict[str, Any]) -> str:
    return ", ".join(_change(path, value) for path, value in changes.items()) or "no change"


def _change(path: str, value: Any) -> str:
    if not isinstance(value, list):
        return f"{path}={_word(value)}"
    dated = "; ".join(f"{_word(e['value'])} from {e['from']}" + (f" until {e['until']}" if "until" in e else "") for e in value)
    return f"{path}=({dated})"


def _word(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"
