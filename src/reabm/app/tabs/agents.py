"""Agents: who plays what, believes what, has what; the history of one, and the reasons of its last decision."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import solara

from reabm.app.chart import Chart
from reabm.app.charts.agents import histories
from reabm.app.charts.bars import bar_chart, height_of
from reabm.app.in_force import params_of, strategy_of
from reabm.app.moves import has_firms
from reabm.app.plain_table import PlainTable
from reabm.app.reasons import why
from reabm.app.roster import (
    KIND_WORDS,
    KINDS,
    MOST_FIRMS,
    Agent,
    agent_of,
    agents,
    heads,
    home_words,
    id_of,
    kind_of,
    roster,
    title_of,
    with_regret,
)  # fmt: skip
from reabm.app.snapshot import Snapshot
from reabm.app.tabs.regret import AgentRegret, known_regrets
from reabm.app.visit import Visit
from reabm.app.words import month_words, name_words
from reabm.scenario.population import name_behind

KIND_CHOICES = [{"name": kind, "words": KIND_WORDS[kind]} for kind in KINDS]


@solara.component_vue("agents.vue")
def _Table(
    rows: list[dict[str, Any]],
    kinds: list[dict[str, str]],
    heads: dict[str, list[str]],
    date: str,
    chosen: str,
    event_choose: Callable[[str], None],
) -> None:
    """The browser's part."""


@solara.component
def Agents(visit: Visit) -> None:
    """All agents in the month on the screen, and one of them more closely."""
    snapshot = visit.snapshot.value
    if snapshot is None:
        return
    if snapshot.shown == 0:
        _Nothing("No month was played yet. Press play, and the agents make their first decisions.")
        return
    track = snapshot.track
    agent = agent_of(track, visit.agent.value)
    if agent is None or (agent.group in ("makers", "importers") and not has_firms(track)):
        agent = next(iter(agents(track)), None)
    rows, columns = with_regret(roster(snapshot), heads(snapshot), known_regrets(visit, snapshot))
    _Table(
        rows=rows, kinds=KIND_CHOICES, heads=columns, date=month_words(snapshot.month),
        chosen=id_of(track, agent) if agent else "", event_choose=visit.agent.set,
    )  # fmt: skip
    if not has_firms(track):
        _Nothing("With so many firms the details of makers and importers are not kept, and they are not listed.")
    elif max(len(track.names.makers), len(track.names.importers)) > MOST_FIRMS:
        _Note(
            f"Of {len(track.names.makers)} makers and {len(track.names.importers)} importers the {MOST_FIRMS} largest are listed."
        )
    with solara.Div(attributes={"id": "reabm-agent"}):
        if agent is not None:
            _Agent(visit, snapshot, agent).key(id_of(track, agent))


@solara.component
def _Agent(visit: Visit, snapshot: Snapshot, agent: Agent) -> None:
    track = snapshot.track
    title = title_of(track, agent)
    name, play = strategy_of(params_of(track, snapshot.row), agent.group, agent.row)
    kind = kind_of(track, agent)
    who = KIND_WORDS[kind] if kind == "state" else f"{KIND_WORDS[kind]}, {home_words(track, agent)}"
    solara.HTML(tag="h2", classes=["reabm-heading"], unsafe_innerHTML=escape(f"{title[0].upper()}{title[1:]}"))
    _Note(f"{who[0].upper()}{who[1:]}. Plays “{name_words(name)}”: {play.sentence} Sees: {play.sees}.")
    reasons = why(snapshot, agent)
    with solara.Div(classes=["reabm-why"], attributes={"role": "region", "aria-label": f"Why: {title}"}):
        solara.HTML(tag="h3", classes=["reabm-heading"], unsafe_innerHTML="Why")
        for sentence in reasons.sentences:
            solara.HTML(tag="p", unsafe_innerHTML=escape(sentence))
        with solara.Div(classes=["reabm-grid"]):
            if reasons.bars is not None:
                Chart(
                    bar_chart(reasons.bars), label=f"{reasons.bars.title}: {title}", said=" ".join(reasons.sentences),
                    file=f"{id_of(track, agent)}-why", height=height_of(reasons.bars),
                ).key("bars")  # fmt: skip
            if reasons.rows:
                PlainTable("Terms" if kind != "state" else "Measures in force", reasons.heads, reasons.rows)
    AgentRegret(visit, snapshot, name_behind(id_of(track, agent).partition("-")[2]), title)
    with solara.Div(classes=["reabm-grid"]):
        for panel in histories(snapshot, agent):
            Chart(panel.option, label=f"{panel.title}: {title}", file=f"{id_of(track, agent)}-{panel.name}", height="230px").key(
                panel.name
            )


@solara.component
def _Note(text: str) -> None:
    solara.HTML(tag="p", classes=["reabm-note"], unsafe_innerHTML=escape(text))


@solara.component
def _Nothing(text: str) -> None:
    with solara.Div(classes=["reabm-empty"], attributes={"role": "status"}):
        solara.Text(text)
