"""The address that brings a world back: scenario, seed, month, and the changes made. What it asks for is checked here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from reabm.app.picker import FIRST, load_shipped, shipped_names
from reabm.app.snapshot import Snapshot
from reabm.scenario import Scenario, with_settings
from reabm.scenario.errors import ScenarioError, shown
from reabm.scenario.months import month_index, month_text
from reabm.scenario.policy import Intervention

EVE = "2010-08"  # the page opens on the eve of the halt, with five years behind it
MOST_CHANGES = 500  # of a link: more are not made by hand


class Asked(NamedTuple):
    """What a link asks for, checked."""

    name: str
    scenario: Scenario  # as it ships
    seed: int
    months: int  # up to the one on the screen
    changes: tuple[Intervention, ...]


def link_of(snapshot: Snapshot, tab: str = "overview") -> str:
    """Query of the address: `?scenario=history&seed=0&at=2010-09&changes=[...]`. Before its first month a run is at the month before."""
    at = month_text(snapshot.track.scenario.start + snapshot.shown - 1)
    asked: dict[str, str] = {"scenario": snapshot.name, "seed": str(snapshot.track.seed), "at": at}
    if snapshot.changes:
        entries: list[dict[str, Any]] = [
            {"from": month_text(entry.from_), "path": entry.path, "value": entry.value}
            | ({} if entry.until is None else {"until": month_text(entry.until)})
            for entry in snapshot.changes
        ]
        asked["changes"] = json.dumps(entries, separators=(",", ":"))
    asked["tab"] = tab
    return "?" + urlencode(asked)


def read_link(query: str | None) -> Mapping[str, Any]:
    """What an address asks for; `understood` checks it where the world is opened.

    Raises
    ------
    Nothing: what cannot be read is handed on as it is written, so that the page can say what is wrong with it.
    """
    found: dict[str, Any] = dict(parse_qsl((query or "").lstrip("?")))
    if "changes" in found:
        try:
            found["changes"] = json.loads(found["changes"])
        except (ValueError, RecursionError):
            pass
    return found


def understood(link: Mapping[str, Any]) -> Asked:
    """The world that a link asks for; without a month the eve of the halt.

    Raises
    ------
    ValueError
        In one line: what was found and what is allowed.
    """
    name = str(link.get("scenario", FIRST))
    if name not in shipped_names():
        raise ValueError(f"link: scenario: got {shown(name)}; allowed {', '.join(shipped_names())}")
    scenario = load_shipped(name)
    seed = str(link.get("seed", "0"))
    if not (seed.isascii() and seed.isdecimal() and len(seed) < 20 and int(seed) < 2**63):
        raise ValueError(f"link: seed: got {shown(seed)}; allowed a whole number from 0 to 2**63 - 1")
    at = str(link.get("at", EVE))
    month = month_index(at)
    if month is None or not scenario.start - 1 <= month <= scenario.end:
        raise ValueError(f"link: at: got {shown(at)}; allowed {month_text(scenario.start - 1)} to {month_text(scenario.end)}")
    changes = _changes(scenario, link.get("changes", []))
    return Asked(name, scenario, int(seed), month - scenario.start + 1, changes)


def _changes(scenario: Scenario, written: Any) -> tuple[Intervention, ...]:
    """Dated changes of levers, each as the page itself would make it."""
    if not isinstance(written, list) or len(written) > MOST_CHANGES:
        raise ValueError(f"link: changes: got {shown(written)}; allowed a list of at most {MOST_CHANGES} {{from, until, path, value}}")
    found = []
    for n, entry in enumerate(written, start=1):
        if not isinstance(entry, dict) or not isinstance(entry.get("path"), str):
            raise ValueError(f"link: change {n}: got {shown(entry)}; allowed {{from, until, path, value}}")
        dated = {key: value for key, value in entry.items() if key != "path"}
        try:
            found.append(with_settings(scenario, {entry["path"]: [dated]}).interventions[-1])
        except ScenarioError as error:
            fault = error.faults[0]
            raise ValueError(f"link: change {n}: {shown(fault.field)}: {fault.message}") from None
    return tuple(found)
