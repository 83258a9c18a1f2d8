"""The end of a game: what was gained, beside history and the strategies that ship on the same luck; the best reply among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from reabm.empirical.deviations import DIRECTED, LEFT_OUT
from reabm.empirical.played import Played, present_value_musd
from reabm.engine.fork import play_on
from reabm.engine.run import prepare
from reabm.rules.strategies import STRATEGIES
from reabm.scenario.lever_table import agent_kind
from reabm.scenario.load import with_months, with_settings
from reabm.scenario.months import month_text
from reabm.scenario.scenario import Scenario
from reabm.sides.game import Game
from reabm.world.layout import Array

PLAYER, HISTORY = "you", "history"
PLANNERS = ("receding_horizon",)  # take their time: tried once the game is over
CLOSE_MUSD = 0.05  # outcomes that read the same when they are written


class Outcome(NamedTuple):
    """What one way to play was worth."""

    name: str
    what: str  # a sentence
    terms: dict[str, float]  # M USD, discounted to the game's first month
    total: float
    is_reply: bool = False  # a strategy of the catalogue that the side could have played from its first month on


class Ending(NamedTuple):
    """What a game was worth so far."""

    side: str
    months: tuple[str, str]
    outcomes: tuple[Outcome, ...]  # the best first
    sentence: str

    @property
    def own(self) -> Outcome:
        """That of the player."""
        return next(outcome for outcome in self.outcomes if outcome.name == PLAYER)

    @property
    def history(self) -> Outcome:
        """That of the scenario's own script and strategies."""
        return next(outcome for outcome in self.outcomes if outcome.name == HISTORY)

    @property
    def replies(self) -> tuple[Outcome, ...]:
        """Those of the catalogue that the side could have played, the best first."""
        return tuple(outcome for outcome in self.outcomes if outcome.is_reply)

    @property
    def best(self) -> Outcome:
        """The best reply among the strategies of the catalogue; all others played as they did, with the same luck."""
        return self.replies[0]

    @property
    def regret(self) -> float:
        """What the player would have earned more by the best reply, M USD; 0 where none of them earns more."""
        return max(0.0, self.best.total - self.own.total)


def ending_of(game: Game) -> Ending | None:
    """What was gained in the months played so far, beside every strategy that ships; None before the first turn."""
    if game.turn == 0:
        return None
    months = game.played
    found = [_outcome(game, PLAYER, "Your decisions.", months)]
    until = with_months(game.given, end=game.scenario.start + months.last)
    found.append(_outcome(game, HISTORY, "As the scenario has it: its script, and the strategies it gave.", _on(game, until)))
    kind = agent_kind(game.given, game.agents[0])
    for name, strategy in STRATEGIES[kind].items():
        if name == DIRECTED or (name in PLANNERS and not game.is_over):
            continue
        changed = {f"strategies.{agent}": [{"from": month_text(game.first), "value": name}] for agent in game.agents}
        outcome = _outcome(game, name, strategy.sentence, _on(game, with_settings(until, changed)))
        found.append(outcome._replace(is_reply=(kind, name) not in LEFT_OUT))
    ranked = tuple(sorted(found, key=lambda outcome: -outcome.total))
    between = (month_text(game.first), month_text(game.scenario.start + months.last))
    ending = Ending(game.side.name, between, ranked, "")
    return ending._replace(sentence=_sentence(game.side.title, ending))


def _on(game: Game, scenario: Scenario) -> Played:
    """The same months of another scenario, played on from the world with which the game began."""
    record = play_on(prepare(scenario, first=game.begun.month), game.begun)
    return Played(scenario, record.history, game.begun.month, scenario.n_months - 1)


def _outcome(game: Game, name: str, what: str, played: Played) -> Outcome:
    rate = game.given.at(game.first).scalars["payoffs.discount_rate"].value
    terms = discounted(game.side.terms(played, game.agents), rate)
    total = 0.0
    for value in terms.values():
        total += value
    return Outcome(name, what, terms, total)


def discounted(terms: Mapping[str, Array], rate: float) -> dict[str, float]:
    """Present values in the first month, kUSD by month -> M USD."""
    return {name: present_value_musd(kusd, rate) for name, kusd in terms.items()}


def _sentence(title: str, ending: Ending) -> str:
    own, history, best = ending.own, ending.history, ending.best
    apart = own.total - best.total
    against = (
        "as much as you: nothing to regret" if abs(apart) < CLOSE_MUSD
        else f"{apart:,.1f} less than you: nothing to regret" if apart > 0
        else f"{ending.regret:,.1f} more than you (your regret)"
    )  # fmt: skip
    return (
        f"{title}, {' to '.join(ending.months)}: {own.total:,.1f} M USD, {_than(own.total - history.total, 'history')}."
        f" The best reply among the {len(ending.replies)} strategies of the catalogue, on the same luck, was"
        f" {best.name.replace('_', ' ')}: it would have earned {best.total:,.1f} M USD, {against}."
    )


def _than(difference: float, other: str) -> str:
    if abs(difference) < CLOSE_MUSD:
        return f"the same as {other}"
    return f"{abs(difference):,.1f} {'more' if difference > 0 else 'less'} than {other}"
