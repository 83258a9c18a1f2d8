"""The page: head, run controls, timeline, levers beside the tabs."""

from __future__ import annotations

from pathlib import Path

import solara
import solara.lab

from reabm.app.controls import Message, Question, RunControls
from reabm.app.levers import Levers
from reabm.app.link import read_link
from reabm.app.tabs import Tabs
from reabm.app.take_away import TakeAway
from reabm.app.theme import IS_DARK, ThemeChoice
from reabm.app.timeline import Timeline
from reabm.app.visit import Visit

STYLE = Path(__file__).with_name("page.css")


@solara.component
def Page() -> None:
    """One visitor's page."""
    router = solara.use_router()
    visit = solara.use_memo(lambda: Visit(read_link(router.search)), [])
    solara.use_effect(lambda: visit.close, [])
    IS_DARK.provide(solara.lab.use_dark_effective())
    solara.Style(STYLE)
    solara.Title("reabm")
    with solara.Div(classes=["reabm-page"]):
        _Head()
        if visit.fault.value:
            _Fault(visit.fault.value)
        elif visit.snapshot.value is None:
            _Waiting()
        else:
            with solara.Div(classes=["reabm-top"]):
                Question(visit)
                RunControls(visit)
                Timeline(visit, visit.snapshot.value)
                Message(visit)
            with solara.Div(classes=["reabm-body"]):
                with solara.Div(classes=["reabm-side"]):
                    Levers(visit)
                    TakeAway(visit)
                with solara.Div(classes=["reabm-main"]):
                    Tabs(visit)


@solara.component
def Layout(children: list[solara.Element]) -> None:
    """The bare page, without the frame that Solara puts around an application."""
    with solara.Div(classes=["reabm-layout"], children=children):
        pass


@solara.component
def _Head() -> None:
    with solara.Div(classes=["reabm-head"]):
        solara.HTML(tag="h1", unsafe_innerHTML="reabm", classes=["reabm-name"])
        solara.HTML(
            tag="p", classes=["reabm-what"],
            unsafe_innerHTML="The rare-earth market since 2005: what export restrictions do to prices, factories and leverage.",
        )  # fmt: skip
        ThemeChoice()


@solara.component
def _Waiting() -> None:
    with solara.Div(classes=["reabm-notice"], attributes={"role": "status"}):
        solara.Text("Opening a world. The first time after a change of the rules they are compiled, which takes half a minute.")
        solara.ProgressLinear(True)


@solara.component
def _Fault(fault: str) -> None:
    with solara.Div(classes=["reabm-notice"], attributes={"role": "alert"}):
        solara.Text("This world cannot be opened: " + fault)
        solara.HTML(tag="p", unsafe_innerHTML='<a href="/">Open the history instead</a>')
