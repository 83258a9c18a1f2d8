"""The tabs. A tab is added here, in one place: its name, what it is called, and the component that draws it."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any, NamedTuple

import reacton
import solara

from reabm.app.tabs.agents import Agents
from reabm.app.tabs.compare import Compare
from reabm.app.tabs.ensemble import Ensemble
from reabm.app.tabs.flows import Flows
from reabm.app.tabs.game import Game
from reabm.app.tabs.history import History
from reabm.app.tabs.leverage import Leverage
from reabm.app.tabs.market import Market
from reabm.app.tabs.overview import Overview
from reabm.app.tabs.play import Play
from reabm.app.tabs.relocation import Relocation
from reabm.app.visit import Visit


class Tab(NamedTuple):
    """A tab of the page; it is drawn only while it is chosen."""

    name: str  # in links
    title: str
    draw: Callable[[Visit], Any]


TABS = (
    Tab("overview", "Overview", Overview),
    Tab("leverage", "Leverage", Leverage),
    Tab("relocation", "Relocation", Relocation),
    Tab("market", "Market", Market),
    Tab("flows", "Flows", Flows),
    Tab("agents", "Agents", Agents),
    Tab("compare", "Compare", Compare),
    Tab("ensemble", "Ensemble", Ensemble),
    Tab("game", "Game", Game),
    Tab("history", "History", History),
    Tab("play", "Play a side", Play),
)  # fmt: skip


@solara.component_vue("tabs.vue")
def _Strip(names: list[str], titles: list[str], chosen: str, event_choose: Callable[[str], None]) -> None:
    """The browser's part."""


@solara.component
def Tabs(visit: Visit) -> None:
    """The strip of tabs, and the one that is chosen."""
    chosen = next((tab for tab in TABS if tab.name == visit.tab.value), TABS[0])
    _Strip(names=[tab.name for tab in TABS], titles=[tab.title for tab in TABS], chosen=chosen.name, event_choose=visit.tab.set)
    with solara.Div(attributes={"role": "tabpanel", "id": "reabm-panel", "aria-label": chosen.title}):
        Guarded(visit, chosen).key(chosen.name)


@solara.component
def Guarded(visit: Visit, chosen: Tab) -> None:
    """One tab. A fault in drawing it costs this tab, not the page; the server's error output says where it was.

    The tab must be all that is drawn here: reacton looks for a fault no further than the one element below this component.
    """
    fault, clear = reacton.use_exception()
    solara.use_effect(lambda: None if fault is None else traceback.print_exception(fault), [fault])
    if fault is None:
        chosen.draw(visit)
    else:
        with solara.Div(classes=["reabm-notice"], attributes={"role": "alert"}):
            solara.Text(f"This tab could not be drawn: {type(fault).__name__}. The world and the other tabs go on.")
            solara.Button("Try again", on_click=clear, text=True)
