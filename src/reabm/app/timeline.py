"""The timeline: what was played, dated events, the visitor's changes, and the keys that play and step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from reabm.app.snapshot import Snapshot
from reabm.app.visit import Visit
from reabm.scenario import Scenario
from reabm.scenario.months import month_index


@solara.component_vue("timeline.vue")
def _Timeline(
    start: int,
    months: int,
    played: int,
    shown: int,
    happenings: list[dict[str, Any]],
    changes: list[int],
    event_scrub: Callable[[int], None],
    event_step: Callable[[int], None],
    event_toggle: Callable[[Any], None],
) -> None:
    """The browser's part."""


def dated_events(scenario: Scenario) -> list[dict[str, Any]]:
    """Events within the run: month of the run, date as written, text."""
    found = []
    for event in scenario.events:
        month = month_index(event.date[:7])
        if month is not None and scenario.start <= month <= scenario.end:
            found.append({"at": month - scenario.start, "date": event.date, "text": event.text})
    return sorted(found, key=lambda one: one["at"])


@solara.component
def Timeline(visit: Visit, snapshot: Snapshot) -> None:
    """The months of the run, to look at and to go to."""
    scenario = snapshot.track.scenario
    happenings = solara.use_memo(lambda: dated_events(scenario), [scenario.events])
    _Timeline(
        start=scenario.start, months=scenario.n_months, played=snapshot.track.played, shown=snapshot.shown, happenings=happenings,
        changes=sorted({entry.from_ - scenario.start for entry in snapshot.changes}),
        event_scrub=lambda at: visit.do(lambda live: live.look_at(int(at))),
        event_step=lambda months: visit.do(lambda live: live.look_at(live.shown + int(months))),
        event_toggle=lambda _: visit.do(lambda live: live.toggle()),
    )  # fmt: skip
