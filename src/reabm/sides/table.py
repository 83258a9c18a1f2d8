"""The sides that can be played: a row for each; and finding the one that was named."""

from __future__ import annotations

from reabm.scenario.errors import Fault, ScenarioError, nearest, one_of, shown
from reabm.scenario.population import copies_of
from reabm.scenario.scenario import Scenario
from reabm.sides.beijing import BEIJING
from reabm.sides.hitachi_metals import HITACHI_METALS
from reabm.sides.lynas import LYNAS
from reabm.sides.side import Side
from reabm.sides.tokyo import TOKYO

SIDES: dict[str, Side] = {side.name: side for side in (BEIJING, TOKYO, HITACHI_METALS, LYNAS)}


def find_side(scenario: Scenario, name: object, origin: str = "game", line: int = 1) -> Side:
    """The side of a name, where the scenario has the agents for whom it decides; or one clear error."""
    side = SIDES.get(name) if isinstance(name, str) else None
    if side is None:
        hint = nearest(name, SIDES) if isinstance(name, str) else ""
        raise ScenarioError([Fault(origin, line, "side", f"got {shown(name)}; allowed {one_of(SIDES)}{hint}")])
    if not side.agents(scenario):
        able = [other.name for other in SIDES.values() if other.agents(scenario)]
        found = f"got {side.name}, of whom this scenario ({shown(scenario.title)}) knows nobody; allowed {one_of(able)}"
        raise ScenarioError([Fault(origin, line, "side", found)])
    if copies_of(scenario) > 1:
        found = "got a synthetic population; allowed the world of named firms (population.copies 1)"
        raise ScenarioError([Fault(origin, line, "scenario", found)])
    return side
