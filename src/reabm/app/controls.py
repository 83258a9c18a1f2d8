"""Run controls: which scenario, play and pause, steps, a date to go to, speed, seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from reabm.app.live import SPEEDS, Live
from reabm.app.picker import load_shipped, shipped_names
from reabm.app.snapshot import Snapshot
from reabm.app.visit import Visit
from reabm.app.words import month_words
from reabm.scenario.months import month_index, month_text


@solara.component_vue("controls.vue")
def _Controls(
    scenario: str,
    scenarios: list[dict[str, str]],
    date: str,
    words: str,
    first: str,
    last: str,
    seed: str,
    speed: float,
    speeds: list[float],
    playing: bool,
    over: bool,
    event_toggle: Callable[[Any], None],
    event_step: Callable[[int], None],
    event_go_to: Callable[[str], None],
    event_reset: Callable[[Any], None],
    event_undo: Callable[[Any], None],
    event_pick: Callable[[str], None],
    event_reseed: Callable[[str], None],
    event_set_speed: Callable[[float], None],
    changed: bool = False,
) -> None:
    """The browser's part."""


@solara.component
def RunControls(visit: Visit) -> None:
    """All that makes the world go on, and back."""
    titles = solara.use_memo(lambda: [{"name": name, "title": load_shipped(name).title} for name in shipped_names()], [])
    snapshot = visit.snapshot.value
    if snapshot is None:
        return
    scenario = snapshot.track.scenario
    _Controls(
        scenario=snapshot.name, scenarios=titles, date=snapshot.date if snapshot.shown else "",
        words=month_words(snapshot.month) if snapshot.shown else "before the first month",
        first=month_text(scenario.start), last=month_text(scenario.end), seed=str(snapshot.track.seed), speed=snapshot.speed,
        speeds=list(SPEEDS), playing=snapshot.is_playing, over=snapshot.is_over, changed=bool(snapshot.changes),
        event_toggle=lambda _: visit.do(lambda live: live.toggle()),
        event_step=lambda months: visit.do(lambda live: live.look_at(live.shown + int(months))),
        event_go_to=lambda date: visit.do(lambda live: _go_to(live, date)),
        event_reset=lambda _: visit.do(lambda live: live.reset()),
        event_undo=lambda _: visit.do(lambda live: live.undo()),
        event_pick=lambda name: visit.do(lambda live: _pick(live, name)),
        event_reseed=lambda seed: visit.do(lambda live: _reseed(live, seed)),
        event_set_speed=lambda speed: visit.do(lambda live: live.set_speed(float(speed))),
    )  # fmt: skip


def _go_to(live: Live, date: str) -> None:
    month = month_index(date)
    first, last = live.scenario.start, live.scenario.end
    if month is None or not first <= month <= last:
        raise ValueError(f"go to: got {date!r}; allowed {month_text(first)} to {month_text(last)}")
    live.look_at(month - first + 1)


def _pick(live: Live, name: str) -> None:
    """Another scenario with the same luck, looked at in the same month."""
    shown = live.shown
    live.begin(name, load_shipped(name), live.seed)
    live.go_to(shown)


def _reseed(live: Live, written: str) -> None:
    if not written.isdecimal() or int(written) >= 2**63:
        raise ValueError(f"seed: got {written!r}; allowed a whole number from 0 to 2**63 - 1")
    live.reseed(int(written))


@solara.component
def Question(visit: Visit) -> None:
    """The question that the scenario asks, and what a newcomer may do first."""
    snapshot = visit.snapshot.value
    if snapshot is None:
        return
    solara.Div(classes=["reabm-question"], children=[solara.Text(snapshot.track.scenario.question)])
    if snapshot.version == 1 and not snapshot.changes and not snapshot.is_over:  # until something was done
        solara.HTML(tag="p", classes=["reabm-hint"], unsafe_innerHTML=hint(snapshot))


def hint(snapshot: Snapshot) -> str:
    """What can be done in the month on the screen."""
    at = f"It is {month_words(snapshot.month)}. " if snapshot.shown else ""
    begins = month_words(snapshot.next_month)
    return (
        f"{at}Press <b>Play</b> to let the months pass, or turn a <b>lever</b> first: it acts from {begins} on, and the run "
        "without it stays as a faint line. Each tab shows the same world from another side."
    )


@solara.component
def Message(visit: Visit) -> None:
    """What went wrong with the last command."""
    snapshot = visit.snapshot.value
    if snapshot is not None and snapshot.message:
        solara.Div(classes=["reabm-message"], attributes={"role": "alert"}, children=[solara.Text(snapshot.message)])
