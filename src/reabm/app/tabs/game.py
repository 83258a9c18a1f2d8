"""Game: which strategies would pay from here, who would move from where, and where restraint beats coercion."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import solara

from reabm.app import restraint_here, rivals
from reabm.app.answers import Answers
from reabm.app.chart import Chart
from reabm.app.charts import game as charts
from reabm.app.plain_table import PlainTable
from reabm.app.restraint_here import Compared, Weighed
from reabm.app.restraint_words import frontier_rows, map_caption, map_sentence
from reabm.app.rivals import Payoffs
from reabm.app.rivals_solved import solve_pair
from reabm.app.rivals_words import caption, sentences, table_of
from reabm.app.snapshot import Snapshot
from reabm.app.visit import Visit
from reabm.app.wanted import use_answer
from reabm.app.words import name_words

SPANS = (1, 2, 3, 5, 7, 10)  # years
MAP_SPANS = (5, 10, 15, 20)
WEIGHTS = (
    ("downstream", "Weight on downstream jobs", "", 5.0, 0.1,
     "What a dollar that makers in China earn is worth to Beijing, in dollars of its treasury."),
    ("retaliation", "Price of retaliation", "M USD/month", 1000.0, 10.0,
     "What answers of others cost Beijing for each month of a full halt of shipments."),
)  # fmt: skip
STILL = "Pause the run, and the game is played from the month on the screen."


class Chosen:
    """What is chosen on the tab; it outlives a look at another one."""

    def __init__(self) -> None:
        nothing: dict[str, float] = {}
        self.first, self.second = solara.reactive("beijing"), solara.reactive("tokyo")
        self.years, self.map_years = solara.reactive(5), solara.reactive(15)
        self.against = solara.reactive(True)
        self.slow = solara.reactive(False)
        self.coercion, self.restraint = solara.reactive("coercive_ban"), solara.reactive("licence_with_restraint")
        self.weights = solara.reactive(nothing)


@solara.component_vue("game.vue")
def _Board(
    whos: list[dict[str, str]],
    first: str,
    second: str,
    years: int,
    spans: list[int],
    against: bool,
    slow: bool,
    has_slow: bool,
    status: str,
    said: list[str],
    table: dict[str, Any],
    stale: bool,
    event_set_first: Callable[[str], None],
    event_set_second: Callable[[str], None],
    event_set_years: Callable[[int], None],
    event_set_against: Callable[[bool], None],
    event_set_slow: Callable[[bool], None],
) -> None:
    """The browser's part of the table."""


@solara.component_vue("game_weights.vue")
def _Weights(
    policies: list[dict[str, str]],
    coercion: str,
    restraint: str,
    years: int,
    spans: list[int],
    weights: list[dict[str, Any]],
    weighed: bool,
    status: str,
    event_set_coercion: Callable[[str], None],
    event_set_restraint: Callable[[str], None],
    event_set_years: Callable[[int], None],
    event_set_weights: Callable[[dict[str, float]], None],
    event_reset: Callable[[Any], None],
) -> None:
    """The browser's part of the map."""


def game_answers() -> Answers[rivals.Question, Payoffs]:
    """Plays the game that a visitor looks at."""
    return Answers(rivals.play_game)


def map_answers() -> Answers[restraint_here.Question, Compared]:
    """Plays the two policies that a visitor compares."""
    return Answers(restraint_here.compare)


@solara.component
def Game(visit: Visit) -> None:
    """The tab."""
    chosen = visit.keep("game choices", Chosen)
    snapshot = visit.snapshot.value
    if snapshot is None:
        return
    solara.HTML(
        tag="p", classes=["reabm-note"],
        unsafe_innerHTML="Which strategies would pay from here on? Each player keeps to one strategy from the next month on;"
        " all others go on as they do.",
    )  # fmt: skip
    _Table(visit, snapshot, chosen)
    if restraint_here.policies(snapshot.track.scenario):
        _Map(visit, snapshot, chosen)


@solara.component
def _Table(visit: Visit, snapshot: Snapshot, chosen: Chosen) -> None:
    """The pay-off table and what it says."""
    live = visit.keep("game", game_answers, Answers.close)
    known = solara.use_memo(lambda: rivals.whos(snapshot.track.scenario), [snapshot.track.scenario])
    names = [who.name for who in known]
    first, second = pair_of(names, chosen.first.value, chosen.second.value)
    slow, against, years = chosen.slow.value, chosen.against.value, chosen.years.value
    question = None
    if not snapshot.is_playing and second:
        question = rivals.question_of(snapshot, first, second, years, slow)
    use_answer(live, question)
    found = live.found.value
    solved = solara.use_memo(lambda: None if found is None else solve_pair(found), [found])
    stale = found is not None and live.answer_to(question) is None
    _Board(
        whos=[{"name": who.name, "title": who.title} for who in known], first=first, second=second, years=years,
        spans=list(SPANS), against=against, slow=slow, has_slow=any(who.slow for who in known if who.name in (first, second)),
        status=status_of(live, snapshot, question, found, stale, caption),
        said=[] if found is None or solved is None else [*sentences(found, solved), *about_blocks(found)],
        table={} if found is None or solved is None else table_of(found, solved, against), stale=stale,
        event_set_first=chosen.first.set, event_set_second=chosen.second.set, event_set_years=chosen.years.set,
        event_set_against=chosen.against.set, event_set_slow=chosen.slow.set,
    )  # fmt: skip


@solara.component
def _Map(visit: Visit, snapshot: Snapshot, chosen: Chosen) -> None:
    """Where restraint beats coercion, at the weights of the sliders."""
    live = visit.keep("restraint", map_answers, Answers.close)
    coercion, restraint, years = chosen.coercion.value, chosen.restraint.value, chosen.map_years.value
    question = None if snapshot.is_playing else restraint_here.question_of(snapshot, years, coercion, restraint)
    use_answer(live, question)
    found, asked = live.found.value, chosen.weights.value
    weighed: Weighed | None = solara.use_memo(
        lambda: None if found is None else restraint_here.weigh(found, asked.get("downstream"), asked.get("retaliation")),
        [found, asked],
    )
    stale = found is not None and live.answer_to(question) is None
    own = {} if found is None else restraint_here.stated(found)
    solara.HTML(tag="h2", classes=["reabm-heading"], unsafe_innerHTML="Restraint or coercion?")
    _Weights(
        policies=[{"name": name, "words": name_words(name)} for name in restraint_here.policies(snapshot.track.scenario)],
        coercion=coercion, restraint=restraint, years=years, spans=list(MAP_SPANS),
        weights=[
            {"name": name, "words": words, "unit": unit, "high": high, "step": step, "meaning": meaning,
             "value": asked.get(name, own.get(name, 0.0))}
            for name, words, unit, high, step, meaning in WEIGHTS
        ],
        weighed=bool(asked), status=status_of(live, snapshot, question, found, stale, map_caption),
        event_set_coercion=chosen.coercion.set, event_set_restraint=chosen.restraint.set, event_set_years=chosen.map_years.set,
        event_set_weights=lambda some: chosen.weights.set({**asked, **{name: float(value) for name, value in some.items()}}),
        event_reset=lambda _: chosen.weights.set({}),
    )  # fmt: skip
    said = "" if found is None or weighed is None else map_sentence(found, weighed)
    if said:
        solara.HTML(
            tag="p", classes=["reabm-said"], attributes={"aria-label": "What the map says"}, unsafe_innerHTML=escape(said)
        )
    with solara.Div(classes=["reabm-grid"]):
        Chart(
            charts.restraint_map(weighed, stale),
            label="Where restraint beats coercion",
            file="restraint",
            height="470px",
            said=said,
        )
        if weighed is not None:
            PlainTable("Discount rate above which coercion pays more", *frontier_rows(weighed), figures=True)


def pair_of(names: list[str], first: str, second: str) -> tuple[str, str]:
    """The two players that are chosen, or the first ones that this world has."""
    one = first if first in names else next((name for name in names if name != second), "")
    return one, second if second in names and second != one else next((name for name in names if name != one), "")


def about_blocks(found: Payoffs) -> list[str]:
    """What is to be kept in mind of players who are blocks."""
    blocks = [who.short for who in found.whos if who.is_block]
    if not blocks:
        return []
    return [
        f"As a block, {' and '.join(blocks)} all do the same, and count what they do to one another's prices. What a single one"
        " would gain by playing otherwise alone stands in the tab Agents."
    ]


def status_of[Q, A](
    live: Answers[Q, A], snapshot: Snapshot, question: Q | None, found: A | None, stale: bool, words: Callable[[A], str]
) -> str:
    """Where the work on a question stands, in a line."""
    fault = live.fault_of(question)
    if fault:
        return f"It could not be played: {fault}"
    if snapshot.is_playing:
        return STILL
    if live.doing.value:
        return f"Playing: {live.doing.value} …"
    if found is None or stale:
        return "The worlds are about to be played …"
    return words(found)
