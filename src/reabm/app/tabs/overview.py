"""Overview: the date's headline figures, leverage over Japan, prices, quota against exports, where production stands."""

from __future__ import annotations

import solara

from reabm.app.chart import Chart
from reabm.app.charts import leverage as leverage_charts
from reabm.app.charts import overview as charts
from reabm.app.figures import Figures
from reabm.app.leverage_live import USUAL, Case, LeverageLive, is_stale, question_of
from reabm.app.leverage_numbers import course_of
from reabm.app.visit import Visit
from reabm.app.wanted import use_answer

HALT = Case("japan", "halt", USUAL)


MEANING = (
    "Leverage over Japan: what a threat to stop nine tenths of the shipments to it for six months could buy at most, from "
    "what that would cost Japan and Beijing (both measured by playing this world on with and without it); negative where "
    "Beijing would lose more than a bargain could bring. Dotted: what the issue is taken to be worth to Beijing. Faint: the "
    "run before the last change."
)


@solara.component
def Overview(visit: Visit) -> None:
    """What is going on, at a glance."""
    live = visit.keep("leverage", LeverageLive, LeverageLive.close)
    snapshot, reading, fault = visit.snapshot.value, live.reading.value, live.fault.value
    course = solara.use_memo(lambda: course_of(reading, HALT), [reading])
    question = None if snapshot is None else question_of(snapshot)
    use_answer(live, question)
    if snapshot is None or question is None:
        return
    stale = is_stale(reading, question)
    course = course if question.dates else None  # before the first date there is none, whatever was measured before
    Figures(charts.headline(snapshot, course, stale, fault))
    with solara.Div(classes=["reabm-grid"]):
        Chart(
            leverage_charts.panel(snapshot, course, stale, fault), label="Leverage over Japan", file="leverage",
            said="" if course is None else leverage_charts.said_of(course),
        )  # fmt: skip
        Chart(charts.prices(snapshot), label="Price of NdPr inside and outside China", file="prices")
        Chart(charts.trade(snapshot), label="Export quota and exports", file="exports")
        Chart(charts.places(snapshot), label="Where production stands", file="places")
    solara.HTML(tag="p", classes=["reabm-note"], unsafe_innerHTML=MEANING)
