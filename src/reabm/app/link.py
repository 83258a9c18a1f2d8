"""The address that brings a world back: scenario, seed, month, and the changes made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from reabm.app.snapshot import Snapshot
from reabm.scenario.months import month_text


def link_of(snapshot: Snapshot, tab: str = "overview") -> str:
    """Query of the address: `?scenario=history&seed=0&at=2010-09&changes=[...]`."""
    asked: dict[str, str] = {"scenario": snapshot.name, "seed": str(snapshot.track.seed)}
    if snapshot.shown > 0:
        asked["at"] = snapshot.date
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
    """What an address asks for; values are checked where the world is opened.

    Raises
    ------
    Nothing: what cannot be read is handed on as it is written, so that the page can say what is wrong with it.
    """
    found: dict[str, Any] = dict(parse_qsl((query or "").lstrip("?")))
    if "changes" in found:
        try:
            found["changes"] = json.loads(found["changes"])
        except json.JSONDecodeError:
            found["changes"] = [{"path": found["changes"]}]
    return found
