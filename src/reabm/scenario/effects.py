"""Settings and interventions -> the scenario in force in a month."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from reabm.scenario.firm_levers import firm_paths
from reabm.scenario.lever_table import policy_paths
from reabm.scenario.record import Record
from reabm.scenario.scenario import Scenario

type Value = float | str


def in_force(scenario: Scenario, month: int) -> Scenario:
    """Scenario with its settings and the interventions of one month applied; it has none of its own left."""
    changes: dict[str, Value] = dict(scenario.settings)
    for entry in scenario.interventions:
        last = scenario.end if entry.until is None else entry.until
        if entry.from_ <= month <= last:
            changes[entry.path] = entry.value  # of two at once, the later in the list
    return _applied(scenario, changes)


def segments(scenario: Scenario) -> list[tuple[int, int, Scenario]]:
    """Stretches of months in which the same interventions act, in order, over the whole run."""
    starts = {scenario.start}
    for entry in scenario.interventions:
        starts.add(entry.from_)
        if entry.until is not None:
            starts.add(entry.until + 1)
    firsts = sorted(month for month in starts if scenario.start <= month <= scenario.end)
    lasts = [*(first - 1 for first in firsts[1:]), scenario.end]
    return [(first, last, in_force(scenario, first)) for first, last in zip(firsts, lasts)]


def _applied(scenario: Scenario, changes: dict[str, Value]) -> Scenario:
    numbers = {path: value for path, value in changes.items() if not isinstance(value, str)}
    scalars = dict(scenario.scalars)
    mechanisms = dict(scenario.mechanisms)
    for path, value in numbers.items():
        if path in scalars:
            scalars[path] = scalars[path].model_copy(update={"value": value, "range": None})
        elif path.startswith("mechanisms."):
            mechanisms[path.partition(".")[2]] = value == 1
    policy = scenario.policy
    for path, (row, name) in policy_paths(scenario).items():  # in the table's order, whatever the order of changes
        if path in numbers:
            policy = row.apply(policy, numbers[path], name, scenario)
    told: dict[str, dict[str, Any]] = {"makers": dict(scenario.makers), "mines": dict(scenario.mines)}
    for path, (own, agent) in firm_paths(scenario).items():
        if path in numbers:
            told[own.section][agent] = own.apply(told[own.section][agent], numbers[path])
    chosen = {path.partition(".")[2]: str(value) for path, value in changes.items() if path.startswith("strategies.")}
    changed = replace(
        scenario,
        makers=told["makers"],
        mines=told["mines"],
        scalars=scalars,
        mechanisms=mechanisms,
        policy=policy,
        settings={},
        interventions=(),
    )
    return with_strategies(changed, chosen) if chosen else changed


def with_strategies(scenario: Scenario, chosen: dict[str, str]) -> Scenario:
    """Scenario in which some agents play another strategy, in the table of strategies and in their own records."""

    def choose[R: Record](records: dict[str, R]) -> dict[str, R]:
        return {
            agent: record.model_copy(update={"strategy": chosen[agent]}) if agent in chosen else record
            for agent, record in records.items()
        }

    return replace(
        scenario,
        strategies={**scenario.strategies, **chosen},
        mines=choose(scenario.mines),
        makers=choose(scenario.makers),
        importers=choose(scenario.importers),
        governments=choose(scenario.governments),
        sectors=choose(scenario.sectors),
    )
