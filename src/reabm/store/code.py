"""Hashes that say which code and which assumptions a result belongs to."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from reabm.scenario import Scenario, dump_scenario

PACKAGE = Path(__file__).resolve().parents[1]


@cache
def code_digest(rooms: tuple[str, ...]) -> str:
    """Hash of every source file in some rooms of the package."""
    found = hashlib.sha256()
    for room in rooms:
        for file in sorted((PACKAGE / room).glob("*.py")):
            found.update(f"{room}/{file.name}".encode())
            found.update(file.read_bytes())
    return found.hexdigest()


def scenario_digest(scenario: Scenario) -> str:
    """Hash of a resolved scenario."""
    return hashlib.sha256(dump_scenario(scenario).encode()).hexdigest()
