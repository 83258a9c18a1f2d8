"""Work that was broken off is taken up again only for the question that it was begun with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reabm.store.manifest import MANIFEST
from reabm.store.naming import FolderError

PLAN = "plan.json"


def check_plan(folder: Path, plan: Mapping[str, Any], work: str) -> None:
    """Whether unfinished work in a folder (a calibration, a game) answers this plan; else FolderError in one line."""
    if (folder / MANIFEST).exists():
        raise FolderError(f"{folder}: finished already; look at it with reabm report {folder}, or name another --out")
    try:
        known = json.loads((folder / PLAN).read_bytes())
    except OSError:
        raise FolderError(f"{folder}: no {work} to resume: it has no {PLAN}") from None
    except ValueError:
        raise FolderError(f"{folder / PLAN}: damaged; start anew with another --out") from None
    for key, value in plan.items():
        if not isinstance(known, dict) or known.get(key) != json.loads(json.dumps(value)):
            raise FolderError(f"{folder}: cannot be resumed: its {key} is another; start anew with another --out")
