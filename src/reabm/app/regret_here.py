"""What an agent would gain by playing otherwise alone from the month on the screen, all others as they are.

The deviations and the measuring are those of `reabm regret`; every play goes on from the world as it stands, on equal luck. The
best deviation is chosen on one half of the courses of luck and measured on the other, so that noise does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import solara

from reabm.app.answers import Answers, Progress
from reabm.app.background import Asked, Superseded
from reabm.app.lever_words import label_of, value_words
from reabm.app.rivals import SLOW, WORKERS
from reabm.app.snapshot import Snapshot
from reabm.app.words import month_words, name_words
from reabm.empirical.deviations import Deviation, deviations_of, has_choice
from reabm.empirical.regret import Asked as Measuring
from reabm.empirical.regret import Found, Stopped, Table, regret_of
from reabm.empirical.worth import worth_fault
from reabm.engine.fork import replay
from reabm.engine.run import prepare
from reabm.rules.strategies import STRATEGIES
from reabm.scenario import Scenario, with_months
from reabm.scenario.lever_table import agent_kind, list_levers

N_SEEDS = 8  # half of them to choose the deviation, half to measure it
MOST_SEEDS = 24  # where it stays open whether there is a gain
MOST_KNOWN = 200
SMALL_MUSD = 0.05  # gains below this read as none
MOST_TRIED = 8  # in the table


class Question(NamedTuple):
    """Whose regret is wanted. What is compared is what it depends on."""

    scenario: Scenario
    seed: int
    shown: int
    years: int
    agent: str  # name in the scenario


@dataclass(frozen=True, eq=False)
class Regret:
    """What was found."""

    question: Question
    found: Found  # of `empirical.regret`


class RegretLive(Answers[Question, Regret]):
    """Measures the agents that a visitor asks for, one at a time, and keeps what was found."""

    def __init__(self) -> None:
        nothing: tuple[Regret, ...] = ()
        self.known = solara.reactive(nothing)
        super().__init__(measure, self._add)

    def _add(self, regret: Regret) -> None:
        others = [one for one in self.known.value if one.question != regret.question]
        self.known.set((*others[-MOST_KNOWN + 1 :], regret))


def question_of(snapshot: Snapshot, agent: str, years: int) -> Question:
    """What an agent would gain from the month after the one on the screen."""
    track = snapshot.track
    return Question(track.scenario, track.seed, snapshot.shown, years, agent)


def why_not(scenario: Scenario, agent: str) -> str:
    """Why regret of an agent cannot be measured; empty where it can."""
    fault = worth_fault(scenario, agent)
    if fault:
        return fault
    return "" if has_choice(scenario, agent) else "its plants are built by script: the rules let it choose nothing"


def measure(question: Question, asked: Asked, progress: Progress) -> Regret:
    """Play all that an agent could do instead, on from the world as it stands."""
    first, last = question.shown, question.shown + 12 * question.years - 1
    scenario = with_months(question.scenario, end=question.scenario.start + last)
    opening = replay(prepare(scenario), question.seed, first).block if first else None
    asked.check()
    table = Table(
        Measuring(scenario, (question.agent,), first, last, N_SEEDS, MOST_SEEDS), WORKERS, asked.is_stale, opening, progress
    )
    tried = [one for one in deviations_of(scenario, question.agent, first) if not is_slow(one)]
    try:
        return Regret(question, regret_of(table, question.agent, tried))
    except Stopped:
        raise Superseded from None


def is_slow(deviation: Deviation) -> bool:
    """Whether it has the agent plan, which takes too long for a page."""
    return any(value in SLOW for _, value in deviation.settings)


def sentence(regret: Regret) -> str:
    """What was found, in a sentence."""
    found, question = regret.found, regret.question
    begins = month_words(question.scenario.start + question.shown)
    years = f"over {question.years} year{'s' if question.years > 1 else ''} from {begins}"
    n = len(found["tried"])
    left = left_out(sum(one["gain_musd"] is None for one in found["tried"]))
    if not found["best"] or found["gain_musd"] < SMALL_MUSD:
        return f"Nothing better found {years}: none of {n} other ways to play earns more, all others as they are.{left}"
    way = deviation_words(question.scenario, question.agent, found["best"])
    low, high = found["low_musd"], found["high_musd"]
    said = (
        f"With “{way}” it would have gained {money(found['gain_musd'])} M USD {years}"
        f" (90 % interval {money(low)} to {money(high)}): the best of {n} other ways to play, all others as they are.{left}"
    )
    if low <= 0.0:
        return said + " It is not sure that it is a gain at all."
    share = 100 * found["relative"]
    return f"{said} That is {share:.0f} % of what the play is worth to it." if share >= 0.5 else said


def left_out(n: int) -> str:
    """How many of the other ways to play do not close."""
    if not n:
        return ""
    verbs = ("does", "is") if n == 1 else ("do", "are")
    return f" {n} of them {verbs[0]} not close with every course of luck, and {verbs[1]} left out."


def cell_of(regret: Regret | None) -> dict[str, Any]:
    """Regret as it stands in the table of agents."""
    if regret is None:
        return {"text": "", "key": None, "change": ""}
    found = regret.found
    if not found["best"] or found["gain_musd"] < SMALL_MUSD:
        return {"text": "nothing better", "key": 0.0, "change": ""}
    way = deviation_words(regret.question.scenario, regret.question.agent, found["best"])
    unsure = " (not sure)" if found["low_musd"] <= 0.0 else ""
    return {"text": f"{money(found['gain_musd'])}{unsure}", "key": found["regret_musd"], "change": f"by {way}"}


def tried_rows(regret: Regret) -> list[list[str]]:
    """The best of what was tried, by its mean gain on the courses of luck on which the best was chosen."""
    question = regret.question
    tried = [one for one in regret.found["tried"] if one["gain_musd"] is not None]
    tried.sort(key=lambda one: -one["gain_musd"])
    return [
        [deviation_words(question.scenario, question.agent, one["name"]), money(one["gain_musd"]), str(one["seeds"])]
        for one in tried[:MOST_TRIED]
    ]  # fmt: skip


def deviation_words(scenario: Scenario, agent: str, name: str) -> str:
    """A deviation as people read it."""
    kind = agent_kind(scenario, agent)
    if name in STRATEGIES[kind]:
        return name_words(name)
    lead, _, value = name.rpartition(" ")
    if lead == "builds":
        year, month = value.split("-")
        return f"builds in {month_words(12 * int(year) + int(month) - 1)}"
    if lead == "output x":
        return f"{value} times the output that it is told"
    if lead in ("runs at", "output"):
        return "never runs" if float(value) == 0.0 else f"runs at {100 * float(value):g} % of capacity"
    if name.startswith("in China "):
        premium, commodity = (f"{100 * float(share):g} %" for share in name.removeprefix("in China ").split(" / "))
        return f"{premium} of premium and {commodity} of commodity lines in China"
    if lead == "calm cover x":
        return f"{value} times its cover in calm times"
    path = f"governments.{agent}.{lead}" if kind == "government" else lead
    lever = list_levers(scenario).get(path)
    return f"{label_of(path)}: {value if lever is None else value_words(lever, float(value))}"


def money(musd: float) -> str:
    """M USD."""
    return f"{musd:,.0f}" if abs(musd) >= 100 else f"{musd:,.1f}"
