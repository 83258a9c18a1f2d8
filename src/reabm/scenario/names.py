"""Who stands in which row of the arrays: names, sizes and keys of luck."""

from __future__ import annotations

from typing import NamedTuple

from reabm.scenario.population import copies_of, firm_names
from reabm.scenario.scenario import Scenario
from reabm.world.draws import AgentKeys, agent_keys
from reabm.world.state import DESTINATIONS, GROUPS, LINES, PLACES, ZONES

RECYCLED = "recycled"  # the last origin


class Names(NamedTuple):
    """Names of rows and columns, for tables and messages."""

    elements: tuple[str, ...]
    mines: tuple[str, ...]
    makers: tuple[str, ...]
    importers: tuple[str, ...]
    governments: tuple[str, ...]
    users: tuple[str, ...]
    origins: tuple[str, ...]


def named(scenario: Scenario) -> Names:
    """Names of the scenario's records in the order of their rows, before the population is multiplied."""
    origins = sorted({mine.country for mine in scenario.mines.values()})
    users = tuple(f"{sector}.{d}" for sector in scenario.sectors for d in DESTINATIONS)
    return Names(
        tuple(scenario.elements), tuple(scenario.mines), tuple(scenario.makers), tuple(scenario.importers),
        tuple(scenario.governments), users, (*origins, RECYCLED),
    )  # fmt: skip


def names_of(scenario: Scenario) -> Names:
    """Names in the order of the arrays' rows."""
    names, copies = named(scenario), copies_of(scenario)
    return names._replace(makers=firm_names(names.makers, copies), importers=firm_names(names.importers, copies))


def sizes_of(scenario: Scenario) -> dict[str, int]:
    """Length of every dimension of the arrays."""
    names, copies = named_sizes(scenario), copies_of(scenario)
    return names | {"makers": names["makers"] * copies, "importers": names["importers"] * copies}


def named_sizes(scenario: Scenario) -> dict[str, int]:
    """The same before the population is multiplied: one row for each record."""
    counts = {name: len(values) for name, values in named(scenario)._asdict().items()}
    return counts | {
        "destinations": len(DESTINATIONS), "zones": len(ZONES), "lines": len(LINES), "places": len(PLACES),
        "groups": len(GROUPS), "months": scenario.n_months, "named_makers": len(scenario.makers),
    }  # fmt: skip


def keys_of(scenario: Scenario) -> AgentKeys:
    """Keys under which the agents' luck is drawn."""
    names = names_of(scenario)
    return agent_keys(names.mines, names.makers)
