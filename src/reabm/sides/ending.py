"""The end of a game: what was gained, beside what the strategies that ship would have gained on the same luck, and history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

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
CLOSE_MUSD = 0.05  # outcomes that read the same when they are written


class Outcome(NamedTuple):
    """What one way to play was worth."""

    name: str
    what: str  # a sentence
    terms: dict[str, float]  # M USD, discounted to the game's first month
    total: float


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
        if name != "directed":
            changed = {f"strategies.{agent}": [{"from": month_text(game.first), "value": name}] for agent in game.agents}
            found.append(_outcome(game, name, strategy.sentence, _on(game, with_settings(until, changed))))
    ranked = tuple(sorted(found, key=lambda outcome: -outcome.total))
    between = (month_text(game.first), month_text(game.scenario.start + months.last))
    return Ending(game.side.name, between, ranked, _sentence(game.side.title, between, ranked))


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


def _sentence(title: str, months: tuple[str, str], ranked: tuple[Outcome, ...]) -> str:
    own = next(outcome for outcome in ranked if outcome.name == PLAYER)
    history = next(outcome for outcome in ranked if outcome.name == HISTORY)
    best = next((outcome for outcome in ranked if outcome.name not in (PLAYER, HISTORY)), history)
    return (
        f"{title}, {months[0]} to {months[1]}: {own.total:,.1f} M USD, {_than(own.total - history.total, 'history')}"
        f" and {_than(own.total - best.total, f'the best ready-made strategy ({best.name.replace("_", " ")})')}."
    )


def _than(difference: float, other: str) -> str:
    if abs(difference) < CLOSE_MUSD:
        return f"the same as {other}"
    return f"{abs(difference):,.1f} {'more' if difference > 0 else 'less'} than {other}"
