"""What a visitor had changed by a date: leverage at that date stands under it, and under nothing that was changed later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from reabm.app.snapshot import Snapshot
from reabm.scenario import Scenario


def as_then(scenario: Scenario, n_scripted: int, dates: Iterable[int]) -> list[tuple[Scenario, tuple[int, ...]]]:
    """The scenario as the visitor had changed it by each date, with its dates; what was changed later is not in it."""
    groups: dict[tuple[bool, ...], list[int]] = {}
    entries = scenario.interventions
    for at in dates:
        made = tuple(n < n_scripted or entry.from_ <= at for n, entry in enumerate(entries))
        groups.setdefault(made, []).append(at)
    found = []
    for made, dates_then in groups.items():
        kept = tuple(entry for entry, is_made in zip(entries, made) if is_made)
        found.append((scenario if all(made) else replace(scenario, interventions=kept), tuple(dates_then)))
    return found


def scenario_then(snapshot: Snapshot, at: int) -> Scenario:
    """The scenario of the run as the visitor had changed it by a date (calendar month)."""
    return as_then(snapshot.track.scenario, n_scripted(snapshot), [at])[0][0]


def n_scripted(snapshot: Snapshot) -> int:
    """How many of the run's interventions, the first ones, are the scenario's own and not the visitor's."""
    return len(snapshot.track.scenario.interventions) - len(snapshot.changes)
