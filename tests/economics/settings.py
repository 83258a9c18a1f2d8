"""Random valid settings, the same in every process: levers of every kind anywhere in their range, for the run or for months."""

from __future__ import annotations

from typing import Any

import numpy as np

from reabm.scenario import Scenario, list_levers, with_months, with_settings
from reabm.scenario.lever_table import STRATEGY_UNIT, SWITCH_UNIT, choices
from reabm.scenario.months import month_text
from reabm.world.knobs import Lever

FIRST_YEARS = (2005, 2017)
LENGTHS = (60, 120)


def random_scenario(scenario: Scenario, seed: int) -> tuple[Scenario, dict[str, Any]]:
    """A stretch of a scenario with some levers set at random, and those settings."""
    luck = np.random.default_rng(seed)
    start = int(luck.integers(*FIRST_YEARS)) * 12 + int(luck.integers(12))
    end = min(start + int(luck.integers(*LENGTHS)), scenario.end)
    short = with_months(scenario, max(start, scenario.start), end)
    levers = list_levers(short)
    paths = sorted(levers)
    settings: dict[str, Any] = {}
    for path in luck.choice(paths, size=int(luck.integers(1, 12)), replace=False):
        lever = levers[str(path)]
        if lever.mid_run and luck.random() < 0.5:
            settings[str(path)] = _dated(short, lever, luck)
        else:
            settings[str(path)] = _value(short, lever, luck)
    return with_settings(short, settings), settings


def _value(scenario: Scenario, lever: Lever, luck: np.random.Generator) -> float | str:
    if lever.unit == STRATEGY_UNIT:
        names = choices(scenario, lever.path.partition(".")[2])
        return names[int(luck.integers(len(names)))]
    if lever.unit == SWITCH_UNIT:
        return float(luck.integers(2))
    if lever.path == "population.copies":
        return float(luck.integers(1, 6))  # a whole number, and a small crowd: each is played month by month
    if luck.random() < 0.2:
        return float(luck.choice([lever.low, lever.high]))
    return lever.low + (lever.high - lever.low) * float(luck.random()) ** 2  # rather low: ranges are wide above


def _dated(scenario: Scenario, lever: Lever, luck: np.random.Generator) -> list[dict[str, Any]]:
    first = int(luck.integers(scenario.start, scenario.end))
    last = min(scenario.end, first + int(luck.integers(1, 36)))
    return [{"from": month_text(first), "until": month_text(last), "value": _value(scenario, lever, luck)}]
