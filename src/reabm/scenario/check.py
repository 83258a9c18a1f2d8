"""What only the whole scenario can tell: dates, shares that belong together, levers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reabm.scenario.errors import Fault
from reabm.scenario.lever_table import list_levers, setting_message
from reabm.scenario.months import month_text
from reabm.scenario.policy import Intervention
from reabm.scenario.scenario import Scenario
from reabm.scenario.translate import fault_at
from reabm.world.knobs import Lever


def whole_faults(scenario: Scenario) -> Iterator[Fault]:
    """Faults of a scenario whose records are each right."""
    yield from _trade_shares(scenario)
    yield from _changes(scenario)


def _trade_shares(scenario: Scenario) -> Iterator[Fault]:
    for destination in sorted({importer.destination for importer in scenario.importers.values()}):
        traders = {name: i for name, i in scenario.importers.items() if i.destination == destination}
        total = 0.0
        for importer in traders.values():
            total += importer.trade_share.value
        if abs(total - 1) > 1e-6:
            message = f"got a sum of {total:.7g} over {', '.join(traders)}; allowed a sum of 1 for {destination}"
            yield fault_at(scenario.tree, ("importers", next(iter(traders)), "trade_share", "value"), message)


def _changes(scenario: Scenario) -> Iterator[Fault]:
    levers = list_levers(scenario)
    for path, value in scenario.settings.items():
        message = setting_message(scenario, path, value, levers)
        if message:
            yield fault_at(scenario.tree, ("settings", path), message)
    for i, entry in enumerate(scenario.interventions):
        for part, message in intervention_messages(scenario, entry, levers):
            yield fault_at(scenario.tree, ("interventions", i, part), message)


def intervention_messages(scenario: Scenario, entry: Intervention, levers: Mapping[str, Lever]) -> Iterator[tuple[str, str]]:
    """What is wrong with a dated change: the part of it that is, and why."""
    message = setting_message(scenario, entry.path, entry.value, levers)
    if message:
        yield ("value" if entry.path in levers else "path"), message
    elif not levers[entry.path].mid_run:
        yield "path", f"got months for {entry.path}; allowed one value for the whole run (settings)"
    for part, month in (("from", entry.from_), ("until", entry.until)):
        if month is not None and not scenario.start <= month <= scenario.end:
            run = f"{month_text(scenario.start)} to {month_text(scenario.end)}, the months of the run"
            yield part, f"got {month_text(month)}; allowed {run}"
