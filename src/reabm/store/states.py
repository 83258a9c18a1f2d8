"""Saved states: the world at the start of a month as a file, and the record behind it, for another process to play on.

`state/YYYY-MM.npz` holds the state as one block of float64 and says what it is: version, scenario, seed, month, sizes, names of
agents and every field. `state/record.npz` holds what was written down of all months, once for all states of a run. Neither
needs pickle.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

import reabm
from reabm.engine.fork import replay_all
from reabm.engine.run import Prepared, RunRecord, World
from reabm.rules.rule import sources_digest
from reabm.scenario import Fault, Scenario, ScenarioError
from reabm.scenario.fork import check_at
from reabm.scenario.months import month_text
from reabm.store.naming import FolderError
from reabm.world.history import History, empty_history
from reabm.world.layout import Array, fields_of
from reabm.world.state import State

STATES = "state"
RECORD = f"{STATES}/record.npz"
YEARLY = "yearly"
SAVED = re.compile(rf"{STATES}/([0-9]{{4}}-[0-9]{{2}})\.npz")

# What a state must agree on with the run that plays it on, and how a difference is said.
AGREES = {
    "scenario": "another scenario",
    "seed": "another seed",
    "month": "another month",
    "sources": "another version of the rules",
    "names": "other agents",
    "sizes": "arrays of other sizes",
    "fields": "other fields",
}


def state_file(month: int) -> str:
    """Where a run folder keeps the state at the start of a month."""
    return f"{STATES}/{month_text(month)}.npz"


def state_months(scenario: Scenario, wanted: Iterable[str | int] | str | None) -> tuple[int, ...]:
    """Months whose opening states are wanted: a list, one month, `yearly` (each January and the first month), or none."""
    if wanted is None:
        return ()
    written = (wanted,) if isinstance(wanted, str | int) else tuple(wanted)
    months: set[int] = set()
    for month in written:
        if month == YEARLY:
            months.add(scenario.start)
            months.update(month for month in range(scenario.start, scenario.end + 1) if month % 12 == 0)
        else:
            months.add(_checked(scenario, month))
    return tuple(sorted(months))


def _checked(scenario: Scenario, month: str | int) -> int:
    try:
        return check_at(scenario, month)
    except ScenarioError as error:
        message = error.faults[0].message
        raise ScenarioError([Fault("states", 1, "month", message)]) from None


def state_files(record: RunRecord, scenario: str, months: Iterable[int]) -> dict[str, bytes]:
    """Files of the states at the start of some months; `scenario` is the hash of the scenario's file."""
    start = record.prepared.scenario.start
    files: dict[str, bytes] = {}
    for world in replay_all(record.prepared, record.seed, [month - start for month in months]):
        month = start + world.month
        about = {"reabm": reabm.__version__, **_about(record.prepared, scenario, record.seed, month)}
        files[state_file(month)] = _packed(about, state=world.block)
    if files:
        files[RECORD] = _packed({"reabm": reabm.__version__}, compress=True, **record.history._asdict())
    return files


def _about(prepared: Prepared, scenario: str, seed: int, month: int) -> dict[str, Any]:
    """What a state belongs to."""
    return {
        "scenario": scenario,
        "seed": int(seed),
        "month": month_text(month),
        "sources": sources_digest(),
        "names": {kind: list(names) for kind, names in prepared.names._asdict().items()},
        "sizes": {name: size for name, size in prepared.sizes.items() if name != "months"},
        "fields": [f"{field.group}.{field.name}: {' '.join(field.dims)}" for field in fields_of(State)],
    }


def _packed(about: dict[str, Any], compress: bool = False, **arrays: Any) -> bytes:
    """Arrays and a text about them as npz; the same content gives the same bytes."""
    text = np.frombuffer(json.dumps(about, ensure_ascii=False).encode("utf-8"), np.uint8)
    out = io.BytesIO()
    (np.savez_compressed if compress else np.savez)(out, about=text, **arrays)
    return out.getvalue()


def _unpacked(content: bytes, file: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
        about = json.loads(arrays.pop("about").tobytes())
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        raise FolderError(f"{file}: damaged: not a state that a run wrote; run it again") from None
    return about, arrays


def read_world(state: bytes, record: bytes, prepared: Prepared, scenario: str, seed: int, month: int, file: Path) -> World:
    """The world that a saved state holds.

    Parameters
    ----------
    state, record : contents of the state's file and of the record's
    prepared, scenario, seed, month : the run that it must belong to: with the hash of its scenario, and the month as
        year x 12 + month - 1
    file : the state's file, for messages

    Raises
    ------
    FolderError
        In one line that says what differs, or is damaged.
    """
    about, arrays = _unpacked(state, file)
    mine = _about(prepared, scenario, seed, month)
    for what, said in AGREES.items():
        if about.get(what) != mine[what]:
            found = f"{said} ({_difference(about.get(what), mine[what])})"
            raise FolderError(f"{file}: a state of {found}, by reabm {about.get('reabm')}; run the scenario again")
    block: Array = arrays["state"]
    if block.dtype != np.float64 or block.shape != prepared.opening.shape:
        raise FolderError(f"{file}: damaged: not a state that a run wrote; run it again")
    if np.isnan(block).any():
        raise FolderError(f"{file}: holds {int(np.isnan(block).sum())} NaN: a world that cannot be played on; run it again")
    n = month - prepared.scenario.start
    return World(seed, n, block, _history(record, prepared, n, file.parent / Path(RECORD).name))


def _history(content: bytes, prepared: Prepared, n_months: int, file: Path) -> History:
    """The record of the first months."""
    _, arrays = _unpacked(content, file)
    history = empty_history(prepared.sizes)
    if set(arrays) != set(history._fields):
        names = ", ".join(sorted(set(arrays) ^ set(history._fields)))
        raise FolderError(f"{file}: a record with other fields ({names}): of another version; run the scenario again")
    for name, room in history._asdict().items():
        if arrays[name].shape[1:] != room.shape[1:] or len(arrays[name]) < n_months:
            raise FolderError(f"{file}: a record of other sizes ({name}): of another version; run the scenario again")
        room[:n_months] = arrays[name][:n_months]
    return history


def _difference(found: Any, mine: Any) -> str:
    """The first thing that differs, in a few words."""
    if isinstance(mine, dict) and isinstance(found, dict):
        for key in mine:
            if found.get(key) != mine[key]:
                return f"{key}: {_difference(found.get(key), mine[key])}"
        return f"{', '.join(sorted(set(found) - set(mine)))} more"
    if isinstance(mine, list) and isinstance(found, list):
        for name in [*mine, *found]:
            if (name in mine) != (name in found):
                return f"{name} is {'missing' if name in mine else 'unknown here'}"
        return "in another order"
    return f"{_short(found)}, here {_short(mine)}"


def _short(value: Any) -> str:
    return str(value)[:16]
