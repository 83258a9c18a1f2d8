"""Ensemble: the futures of the world on the screen, and what a lever would do to all of them."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import solara

from reabm.app.chart import Chart
from reabm.app.charts import ensemble as charts
from reabm.app.futures import levers_key
from reabm.app.futures_live import Fans, FuturesLive, question_of
from reabm.app.lever_panel import GROUPS, ORDERS, place
from reabm.app.lever_values import Value, in_force
from reabm.app.lever_words import is_switch, label_of, reach, step_of, value_words
from reabm.app.snapshot import Snapshot
from reabm.app.visit import Visit
from reabm.app.wanted import use_answer
from reabm.app.words import month_words
from reabm.scenario import Scenario
from reabm.scenario.lever_table import STRATEGY_UNIT, choices, list_levers
from reabm.world.knobs import Lever

COUNTS = (100, 500, 2_000)
SPANS = (1, 2, 3, 5, 7, 10)  # years
SWITCHED = "(0 off, 1 on)"


class Chosen:
    """What is chosen on the tab; it outlives a look at another one."""

    def __init__(self) -> None:
        nothing: float | str | None = None
        self.n_futures = solara.reactive(500)
        self.years = solara.reactive(5)
        self.shown = solara.reactive(charts.FIRST_SHOWN)
        self.leverage = solara.reactive(False)
        self.path = solara.reactive("")  # of the lever that is tried
        self.tried = solara.reactive(nothing)


@solara.component_vue("ensemble.vue")
def _Options(
    futures: int,
    counts: list[int],
    years: int,
    spans: list[int],
    shown: list[str],
    outputs: list[dict[str, str]],
    leverage: bool,
    levers: list[dict[str, Any]],
    path: str,
    value: Value,
    undecided: str,
    choices: list[str],
    low: float,
    high: float,
    reach: float,
    step: float,
    unit: str,
    meaning: str,
    since: str,
    tried: bool,
    event_set_futures: Callable[[int], None],
    event_set_years: Callable[[int], None],
    event_set_shown: Callable[[dict[str, Any]], None],
    event_set_leverage: Callable[[bool], None],
    event_set_path: Callable[[str], None],
    event_set_value: Callable[[Any], None],
    event_adopt: Callable[[Any], None],
) -> None:
    """The browser's part."""


def grouped_levers(scenario: Scenario) -> list[dict[str, Any]]:
    """Levers that may be turned in the midst of a run, called and placed as in the panel."""
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    for path, lever in list_levers(scenario).items():
        if lever.mid_run:
            found.setdefault(place(scenario, path), []).append({"path": path, "words": label_of(path)})
    order = sorted(found, key=lambda one: (GROUPS.index(one[0]), one[1].startswith(ORDERS)))
    return [{"title": f"{group}: {section}", "levers": found[group, section]} for group, section in order]


@solara.component
def Ensemble(visit: Visit) -> None:
    """The tab."""
    live = visit.keep("futures", FuturesLive, FuturesLive.close)
    chosen = visit.keep("ensemble choices", Chosen)
    n_futures, years, shown = chosen.n_futures.value, chosen.years.value, chosen.shown.value
    leverage, path, tried = chosen.leverage.value, chosen.path.value, chosen.tried.value
    snapshot, fans = visit.snapshot.value, live.fans.value
    scenario = None if snapshot is None else snapshot.track.scenario
    base = "" if snapshot is None else snapshot.name
    levers = solara.use_memo(lambda: {} if scenario is None else list_levers(scenario), [base])
    groups = solara.use_memo(lambda: [] if scenario is None else grouped_levers(scenario), [base])
    known = path if path in levers else ""
    question = None
    if snapshot is not None and not snapshot.is_playing:
        asked: dict[str, Any] = {known: tried} if known and tried is not None else {}
        question = question_of(snapshot, 12 * years, n_futures, levers_key(asked), leverage)
    use_answer(live, question)
    if snapshot is None or scenario is None:
        return

    def pick(wanted: str) -> None:
        chosen.tried.set(None)
        chosen.path.set(wanted)

    def adopt(_: Any) -> None:
        changes = {known: tried}
        visit.do(lambda world: world.change(changes))
        pick("")

    lever = levers.get(known)
    month = min(snapshot.next_month, scenario.end)
    now = None if lever is None else in_force(scenario, month)[known]
    value = now if tried is None else tried
    _Options(
        futures=n_futures, counts=list(COUNTS), years=years, spans=list(SPANS), shown=list(shown),
        outputs=[{"column": one.column, "title": one.title} for one in charts.OUTPUTS], leverage=leverage, levers=groups,
        path=known, value=value, since=month_words(snapshot.next_month), tried=tried is not None,
        undecided="" if lever is None or value is not None else value_words(lever, None), **slider(scenario, lever, now),
        event_set_futures=chosen.n_futures.set, event_set_years=chosen.years.set,
        event_set_shown=lambda one: chosen.shown.set((*shown[: one["at"]], one["column"], *shown[one["at"] + 1 :])),
        event_set_leverage=chosen.leverage.set, event_set_path=pick, event_set_value=chosen.tried.set, event_adopt=adopt,
    )  # fmt: skip
    stale = question is not None and (fans is None or fans.question.asking != question.asking)
    _Fans(snapshot, fans, shown, leverage, stale, live.fault.value)


def slider(scenario: Scenario, lever: Lever | None, now: Value) -> dict[str, Any]:
    """Bounds and steps of the control for a lever that stands at a value now; None: there is none."""
    if lever is None:
        return {"choices": [], "low": 0.0, "high": 1.0, "reach": 1.0, "step": 0.01, "unit": "", "meaning": ""}
    if lever.unit == STRATEGY_UNIT:
        names = list(choices(scenario, lever.path.partition(".")[2]))
        return {"choices": names, "low": 0.0, "high": 1.0, "reach": 1.0, "step": 1.0, "unit": "", "meaning": lever.sentence}
    high = reach(lever, now)
    if isinstance(now, float):
        high = max(high, now)
    return {
        "choices": [], "low": lever.low, "high": lever.high, "reach": high,
        "step": 1.0 if is_switch(lever) else step_of(lever, high), "unit": SWITCHED if is_switch(lever) else lever.unit,
        "meaning": lever.sentence,
    }  # fmt: skip


@solara.component
def _Fans(snapshot: Snapshot, fans: Fans | None, shown: tuple[str, ...], leverage: bool, stale: bool, fault: str) -> None:
    """The charts and on what they stand."""
    if fault:
        said = f"The futures could not be played: {fault}"
    elif fans is None:
        said = "The futures are being played …" if not snapshot.is_playing else charts.NOTHING_YET
    else:
        said = f"From {month_words(fans.fan.first)}: {charts.caption(fans)}"
        if snapshot.is_playing:
            said += " The fan is drawn anew when the run stands still."
    solara.HTML(tag="p", classes=["reabm-note"], attributes={"role": "status"}, unsafe_innerHTML=escape(said))
    with solara.Div(classes=["reabm-grid"]):
        for n, column in enumerate(shown):
            title = charts.output(column).title
            Chart(charts.fan(snapshot, fans, column, stale), label=f"Futures: {title}", file=f"futures-{n + 1}-{column}").key(
                f"fan-{n}"
            )
        if leverage:
            Chart(charts.leverage_fan(fans, stale), label="Futures: leverage over Japan", file="futures-leverage").key("leverage")
