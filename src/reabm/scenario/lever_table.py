"""Everything that can be changed in a scenario, by dotted path; and reading `path=value`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from reabm.rules.strategies import STRATEGIES
from reabm.scenario.errors import Fault, ScenarioError, nearest, one_of, shown
from reabm.scenario.firm_levers import firm_paths
from reabm.scenario.policy_levers import POLICY_LEVERS, PolicyLever
from reabm.scenario.record import TARGETS
from reabm.scenario.scenario import STATE, Scenario
from reabm.scenario.units import SWITCH_UNIT, WHOLE
from reabm.scenario.yamlwords import meaning
from reabm.world.knobs import SCALARS, Lever
from reabm.world.params import SWITCHES

STRATEGY_UNIT = "strategy"
type Value = float | str


class BoundPolicyLever(NamedTuple):
    """A policy lever with the name that its path holds filled in."""

    row: PolicyLever
    name: str


def list_levers(scenario: Scenario) -> dict[str, Lever]:
    """All levers of a scenario by path: scalars, policy, directed firms, mechanisms, strategies."""
    levers = {lever.path: lever for lever in SCALARS}
    for path, (row, _) in policy_paths(scenario).items():
        levers[path] = Lever(path, row.unit, row.low, row.high, row.sentence)
    for path, (own, _) in firm_paths(scenario).items():
        levers[path] = Lever(path, own.unit, 0, 1, own.sentence)
    for name in SWITCHES:
        path = f"mechanisms.{name}"
        levers[path] = Lever(path, SWITCH_UNIT, 0, 1, f"Whether the mechanism '{name}' acts (1) or not (0).")
    for agent in scenario.strategies:
        path = f"strategies.{agent}"
        names = choices(scenario, agent)
        levers[path] = Lever(path, STRATEGY_UNIT, 0, len(names) - 1, f"Rule of {agent}: {', '.join(names)}.")
    return levers


def policy_paths(scenario: Scenario) -> dict[str, BoundPolicyLever]:
    """Policy levers by path, in the order in which they are applied."""
    buyers = tuple(name for name, own in scenario.governments.items() if own.destination != "china")
    names = {"{target}": TARGETS, "{government}": buyers}
    found = {}
    for row in POLICY_LEVERS:
        slot = next((slot for slot in names if slot in row.template), "")
        for name in names.get(slot, ("",)):
            found[row.template.replace(slot, name) if slot else row.template] = BoundPolicyLever(row, name)
    return found


def agent_kind(scenario: Scenario, agent: str) -> str:
    """Kind of an agent in the catalogue of strategies."""
    if agent in scenario.mines:
        return "mine"
    if agent in scenario.makers:
        return "maker"
    if agent in scenario.importers:
        return "importer"
    if agent in scenario.sectors:
        return "user"
    own = scenario.governments.get(agent)
    return "state" if agent == STATE or (own is not None and own.destination == "china") else "government"


def choices(scenario: Scenario, agent: str) -> tuple[str, ...]:
    """Strategies that an agent may play."""
    return tuple(STRATEGIES[agent_kind(scenario, agent)])


def setting_message(scenario: Scenario, path: str, value: object, levers: Mapping[str, Lever]) -> str | None:
    """What is wrong with setting a lever to a value; None where nothing is."""
    lever = levers.get(path)
    if lever is None:
        return f"got an unknown lever {shown(path)}; allowed the paths that `reabm levers` lists{nearest(path, levers)}"
    if lever.unit == STRATEGY_UNIT:
        names = choices(scenario, path.partition(".")[2])
        if value not in names:
            return f"got {shown(value)}; allowed {one_of(names)}{nearest(str(value), names)}"
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not lever.low <= value <= lever.high:
        return f"got {shown(value)}; allowed {lever.low:g} to {lever.high:g}, in {lever.unit}"
    if lever.unit in WHOLE and value % 1 != 0:
        return f"got {shown(value)}; allowed a whole number, {lever.low:g} to {lever.high:g}"
    if lever.unit == SWITCH_UNIT and value not in (0, 1):
        return f"got {shown(value)}; allowed 0, 1, true or false"
    return None


def parse_setting(written: str, origin: str = "--set") -> tuple[str, Value]:
    """Path and value of `path=value`, as the command line takes them."""
    path, equals, value = written.partition("=")
    if not equals or not path.strip() or not value.strip():
        raise ScenarioError([Fault(origin, 1, path.strip() or "path", f"got {shown(written)}; allowed path=value")])
    return path.strip(), plain_setting(meaning(value.strip()))


def plain_setting(value: object) -> Value:
    """Value of a lever as numbers and names: true is 1, and `none` is a strategy's name."""
    if value is None:
        return "none"
    if isinstance(value, str):
        return value
    return float(value) if isinstance(value, bool | int | float) else str(value)
