"""Hashes that say which code and which assumptions a fit belongs to."""

from __future__ import annotations

from reabm.scenario import Scenario
from reabm.store.code import code_digest, scenario_digest

ROOMS = ("rules", "world", "engine", "scenario", "study", "validation")


def digest() -> str:
    """Hash of every source file that a loss depends on."""
    return code_digest(ROOMS)


def plan_digest(scenario: Scenario) -> str:
    """Hash of a resolved scenario."""
    return scenario_digest(scenario)
