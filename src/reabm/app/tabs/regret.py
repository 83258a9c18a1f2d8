"""Beside an agent: what it would have gained by playing otherwise."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import solara

from reabm.app.plain_table import PlainTable
from reabm.app.regret_here import Regret, RegretLive, question_of, sentence, tried_rows, why_not
from reabm.app.snapshot import Snapshot
from reabm.app.visit import Visit
from reabm.app.words import month_words, name_words

SPANS = (1, 2, 3, 5, 10)  # years


class Chosen:
    """Over how many years it is asked; kept while another agent or tab is looked at."""

    def __init__(self) -> None:
        self.years = solara.reactive(5)


@solara.component_vue("regret.vue")
def _Asking(
    agent: str,
    years: int,
    spans: list[int],
    why_not: str,
    busy: bool,
    status: str,
    event_ask: Callable[[Any], None],
    event_set_years: Callable[[int], None],
) -> None:
    """The browser's part."""


def live_of(visit: Visit) -> RegretLive:
    """What measures regret for this visitor."""
    return visit.keep("regret", RegretLive, RegretLive.close)


def years_of(visit: Visit) -> solara.Reactive[int]:
    """Over how many years regret is asked."""
    return visit.keep("regret years", Chosen).years


def known_regrets(visit: Visit, snapshot: Snapshot) -> dict[str, Regret]:
    """By agent, what was measured from the month on the screen."""
    wanted = question_of(snapshot, "", years_of(visit).value)
    return {
        one.question.agent: one for one in live_of(visit).known.value if one.question._replace(agent="") == wanted
    }  # fmt: skip


@solara.component
def AgentRegret(visit: Visit, snapshot: Snapshot, name: str, title: str) -> None:
    """The button, and what was found."""
    live, years = live_of(visit), years_of(visit)
    question = question_of(snapshot, name, years.value)
    regret = known_regrets(visit, snapshot).get(name)
    fault = why_not(snapshot.track.scenario, name)
    at_work = live.at_work.value
    if fault:
        status = f"It cannot be told: {fault}."
    elif at_work is not None and at_work.agent == name:
        begins = month_words(at_work.scenario.start + at_work.shown)
        status = f"Playing what it could do instead from {begins} on: {live.doing.value} …"
    elif live.fault_of(question):
        status = f"It could not be played: {live.fault_of(question)}"
    elif regret is not None:
        status = ""
    elif at_work is not None:
        status = f"Being played now: {name_words(at_work.agent)}. If you ask here, that is left."
    else:
        begins = month_words(snapshot.next_month)
        status = f"Plays its other strategies and levers on from {begins}, all others as they are, on equal luck."
    _Asking(
        agent=title, years=years.value, spans=list(SPANS), why_not=fault, busy=bool(live.doing_of(question)), status=status,
        event_ask=lambda _: live.ask(question), event_set_years=years.set,
    )  # fmt: skip
    if regret is not None:
        attributes = {"role": "region", "aria-label": f"Regret found: {title}"}
        solara.HTML(tag="p", classes=["reabm-said"], attributes=attributes, unsafe_innerHTML=escape(sentence(regret)))
    if regret is not None and regret.found["tried"]:
        PlainTable(
            "What was tried, the best first",
            ["Instead", "Mean gain, M USD", "Courses of luck"], tried_rows(regret), figures=True,
        )  # fmt: skip
