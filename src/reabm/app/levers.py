"""The levers that may be turned in the midst of a run: what is in force, what the visitor changed, and new changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import solara

from reabm.app.lever_panel import panel, targets
from reabm.app.lever_values import Value, in_force, remarks
from reabm.app.lever_words import label_of, value_words
from reabm.app.live import Live
from reabm.app.snapshot import Snapshot
from reabm.app.visit import Visit
from reabm.app.words import month_words
from reabm.scenario.lever_table import list_levers
from reabm.world.knobs import Lever

type Shown = list[Any]  # a value in the table's unit, and as people read it

LONGEST = 60  # months of an embargo that the control offers


@solara.component_vue("levers.vue")
def _Levers(
    groups: list[dict[str, Any]],
    places: list[dict[str, Any]],
    base: dict[str, Shown],
    moved: dict[str, Shown],
    marked: list[str],
    notes: dict[str, str],
    made: list[str],
    since: str,
    longest: int,
    over: bool,
    event_turn: Callable[[dict[str, Any]], None],
    event_stop: Callable[[dict[str, Any]], None],
    event_drop: Callable[[int], None],
) -> None:
    """The browser's part."""


@solara.component
def Levers(visit: Visit) -> None:
    """Controls built from the table of levers. While the run goes on only values that differ from the first month's are sent."""
    snapshot = visit.snapshot.value
    scenario = None if snapshot is None else snapshot.track.scenario
    name = (
        None if snapshot is None else (snapshot.name, id(snapshot.track.scenario.policy))
    )  # the script, which no change touches
    groups = solara.use_memo(lambda: [] if scenario is None else panel(scenario), [name])
    places = solara.use_memo(lambda: [] if scenario is None else targets(scenario), [name])
    levers = solara.use_memo(lambda: {} if scenario is None else list_levers(scenario), [name])
    base = solara.use_memo(lambda: {} if scenario is None else shown_values(in_force(scenario, scenario.start), levers), [name])
    if snapshot is None or scenario is None:
        return
    month = min(snapshot.next_month, scenario.end)
    values = shown_values(in_force(scenario, month), levers)
    _Levers(
        groups=groups, places=places, base=base, moved={path: found for path, found in values.items() if found != base.get(path)},
        marked=sorted({entry.path for entry in snapshot.changes}), notes=remarks(snapshot),
        made=[change_words(snapshot, n, levers) for n in range(len(snapshot.changes))], since=month_words(month),
        longest=LONGEST, over=snapshot.is_over,
        event_turn=lambda asked: visit.do(lambda live: turn(live, asked)),
        event_stop=lambda asked: visit.do(lambda live: stop(live, asked)),
        event_drop=lambda n: visit.do(lambda live: live.drop(int(n))),
    )  # fmt: skip


def shown_values(values: Mapping[str, Value], levers: Mapping[str, Lever]) -> dict[str, Shown]:
    """Values as the browser needs them."""
    return {path: [value, value_words(levers[path], value)] for path, value in values.items() if path in levers}


def change_words(snapshot: Snapshot, n: int, levers: Mapping[str, Lever]) -> str:
    """One of the visitor's changes in words."""
    entry = snapshot.changes[n]
    value = value_words(levers[entry.path], entry.value) if entry.path in levers else str(entry.value)
    until = "" if entry.until is None else f" until {month_words(entry.until)}"
    return f"{label_of(entry.path)}: {value} from {month_words(entry.from_)}{until}"


def turn(live: Live, asked: Mapping[str, Any]) -> None:
    """Set one lever from the next month on to the end.

    Raises
    ------
    ValueError
        In the words of the panel, where a number is out of the table's range; all else is checked where it is taken.
    """
    path, value = str(asked.get("path")), asked.get("value")
    lever = list_levers(live.scenario).get(path)
    if lever is not None and isinstance(value, int | float) and not lever.low <= value <= lever.high:
        allowed = f"{value_words(lever, lever.low)} to {value_words(lever, lever.high)}"
        raise ValueError(f"{label_of(path)}: got {value_words(lever, float(value))}; allowed {allowed}")
    live.change({path: value})


def stop(live: Live, asked: Mapping[str, Any]) -> None:
    """Stop a share of the shipments to a destination, for some months or (None) until something else is decided."""
    months = asked.get("months")
    if months is not None:
        if isinstance(months, bool) or not isinstance(months, int | float) or months % 1 != 0 or not 1 <= months <= LONGEST:
            raise ValueError(f"length of the embargo: got {months!r}; allowed a whole number of months, 1 to {LONGEST}")
        left = live.scenario.n_months - live.shown
        months = None if months >= left else int(months)
    live.change({f"embargo.{asked.get('target')}.share": asked.get("share")}, months=months)
