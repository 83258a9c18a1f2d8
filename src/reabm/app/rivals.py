"""A game from the month on the screen: two players, the strategies of their catalogue, and what each pair of them pays.

The world is copied as it stands, and every pair of strategies is played on from it with the same luck: the world's own first,
then other luck. So pairs differ by what is played and by nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np

from reabm.app.background import Asked, Said
from reabm.app.snapshot import Snapshot
from reabm.app.words import month_words, name_words
from reabm.empirical.deviations import DIRECTED, LEFT_OUT
from reabm.empirical.game import Choice, Game, Player, Seeds
from reabm.empirical.payoff_table import Table, player_payoffs
from reabm.empirical.worth import needs_details, worth_fault, worth_reader
from reabm.engine.ensemble import Failed, Job, play_jobs
from reabm.engine.fork import replay
from reabm.engine.run import Prepared, prepare
from reabm.rules.strategies import STRATEGIES
from reabm.scenario import Scenario, with_months
from reabm.scenario.lever_table import STATE, agent_kind
from reabm.world.layout import Array

N_SEEDS = 8
WORKERS = 2
CHUNK = 4
CHUNK_SLOW = 1  # with planners a run takes a second: what a thread has in hand is played before a visitor who left is heard
MOST_NAMED = 3  # pairs without a pay-off
SLOW = ("receding_horizon",)  # plays the world on, many times, before it decides


class Who(NamedTuple):
    """One who may be chosen as a player."""

    name: str
    title: str
    short: str  # in sentences
    agents: tuple[str, ...]
    strategies: tuple[str, ...]
    slow: tuple[str, ...]  # more strategies, which take their time

    @property
    def is_block(self) -> bool:
        """Whether several agents do the same."""
        return len(self.agents) > 1


class Question(NamedTuple):
    """Which game is wanted. What is compared is what its table depends on."""

    scenario: Scenario  # of the run, changes included
    seed: int
    shown: int  # months of the run before the players choose
    years: int
    first: str  # names of players
    second: str
    with_slow: bool = False


@dataclass(frozen=True, eq=False)
class Payoffs:
    """What the game's runs paid."""

    question: Question
    game: Game
    table: Table
    now: Array  # players x seeds, M USD: where everybody goes on as the scenario says
    seconds: float

    @property
    def whos(self) -> tuple[Who, Who]:
        """The players."""
        return players_of(self.question)


def whos(scenario: Scenario) -> tuple[Who, ...]:
    """Who may be chosen: those whose worth the rules book."""
    makers = [name for name, own in scenario.makers.items() if own.home != "china"]
    mines = [name for name, own in scenario.mines.items() if own.kind == "outside"]
    houses = [name for name, own in scenario.importers.items() if own.destination == "japan"]
    found = []
    for name, title, short, agents in (
        ("beijing", "Beijing", "Beijing", [STATE]), ("tokyo", "Tokyo", "Tokyo", ["japan"]),
        ("washington", "Washington", "Washington", ["usa"]), ("brussels", "Brussels", "Brussels", ["eu"]),
        ("makers", "Makers outside China, as a block", "the makers", makers),
        ("mines", "Mines outside China, as a block", "the mines", mines),
        ("houses", "Japanese importers, as a block", "the importers", houses),
    ):  # fmt: skip
        counted = tuple(agent for agent in agents if agent in scenario.strategies and not worth_fault(scenario, agent))
        if counted:
            kind = agent_kind(scenario, counted[0])
            every = [one for one in STRATEGIES[kind] if one != DIRECTED and (kind, one) not in LEFT_OUT]
            quick = tuple(one for one in every if one not in SLOW)
            found.append(Who(name, title, short, counted, quick, tuple(one for one in every if one in SLOW)))
    return tuple(found)


def question_of(snapshot: Snapshot, first: str, second: str, years: int, with_slow: bool = False) -> Question | None:
    """The game from the month after the one on the screen; None where one of the players is not in this world."""
    track = snapshot.track
    question = Question(track.scenario, track.seed, snapshot.shown, years, first, second, with_slow)
    known = {who.name for who in whos(track.scenario)}
    return question if first != second and {first, second} <= known else None


def players_of(question: Question) -> tuple[Who, Who]:
    """The two players, with the strategies that they have in this game."""
    known = {who.name: who for who in whos(question.scenario)}
    chosen = (known[question.first], known[question.second])
    if not question.with_slow:
        return chosen
    first, second = (who._replace(strategies=(*who.strategies, *who.slow)) for who in chosen)
    return first, second


def game_of(question: Question) -> Game:
    """The game as it is played by `reabm game`, from the month after the one on the screen on."""
    first = question.scenario.start + question.shown
    players = tuple(
        Player(who.name, who.agents, who.agents, tuple(Choice(name, name, {}) for name in who.strategies), ())
        for who in players_of(question)
    )
    return Game(
        name=f"{question.first}-{question.second}", file="page", question="", first=first,
        scenario=long_enough(question.scenario, first + 12 * question.years - 1), seeds=Seeds(0, N_SEEDS, 1, N_SEEDS, 1),
        players=players, candidates=0, sets=({},), parameters=None,
    )  # fmt: skip


def long_enough(scenario: Scenario, end: int) -> Scenario:
    """The scenario with months up to one, where it ends before."""
    return scenario if end <= scenario.end else with_months(scenario, end=end)


def seeds_of(seed: int, n: int = N_SEEDS) -> tuple[int, ...]:
    """Roots of luck: the world's own, then others, the same ones whatever was changed."""
    others = [other for other in range(n) if other != seed]
    return (seed, *others[: n - 1])


def play_game(question: Question, asked: Asked, progress: Callable[[int, int], object] | None = None) -> Payoffs:
    """Play every pair of strategies on from the world as it stands, and the world as it would go on.

    Parameters
    ----------
    asked : whether the table is still wanted; looked up before a pair is made ready and between two runs
    progress : called with runs done, and of how many

    Raises
    ------
    Superseded
    Said
        Which pair of strategies does not close, whatever the luck.
    """
    begun = time.perf_counter()
    game = game_of(question)
    month, last = question.shown, question.shown + 12 * question.years - 1
    base = prepare(game.scenario, month)
    asked.check()
    opening = replay(prepare(game.scenario), question.seed, month).block if month else None
    seeds, profiles = seeds_of(question.seed), list(product(*(range(n) for n in game.shape)))

    def worlds() -> Iterator[Prepared]:
        yield base
        for profile in profiles:
            asked.check()
            yield prepare(game.played(game.scenario, profile), month)

    jobs = (Job(prepared, seed, month, last, opening) for prepared in worlds() for seed in seeds)
    take = worth_reader(base, game.agents, month, last)
    details = needs_details(game.scenario, game.agents)
    found = np.full(((1 + len(profiles)) * len(seeds), len(game.agents)), np.nan)
    faults: dict[int, str] = {}
    chunk = CHUNK_SLOW if question.with_slow else CHUNK
    for n, worth in enumerate(play_jobs(jobs, take, WORKERS, chunk, asked.is_stale, details)):
        asked.check()
        if isinstance(worth, Failed):
            faults[n] = worth.message
        else:
            found[n] = worth
        if progress:
            progress(n + 1, len(found))
    asked.check()
    played = found.reshape(1 + len(profiles), len(seeds), len(game.agents))
    lost = np.flatnonzero(~np.isfinite(played).all(axis=-1).any(axis=-1)).tolist()
    if lost:
        pairs = [profiles[row - 1] if row else None for row in lost]
        raise Said(unplayable(question, pairs, faults.get(lost[0] * len(seeds), "")))
    table = Table(game.players, played[None, 1:], (), seeds, len(faults))
    now = player_payoffs(game.players, played[None, :1])[0, :, :, 0]
    return Payoffs(question, game, table, now, time.perf_counter() - begun)


def unplayable(question: Question, pairs: Sequence[tuple[int, ...] | None], why: str) -> str:
    """Which pairs of strategies have no pay-off, in words (None: where all go on as now), and why the first of them has none."""
    players = players_of(question)
    named = [
        "everybody as now" if pair is None else
        "“" + ", ".join(f"{who.short}: {name_words(who.strategies[own])}" for who, own in zip(players, pair, strict=True)) + "”"
        for pair in pairs[:MOST_NAMED]
    ]  # fmt: skip
    more = f" and {len(pairs) - len(named)} more" if len(pairs) > len(named) else ""
    reason = f" ({': '.join(why.split(': ')[:2])})" if why else ""  # the month and what is amiss, without the figures
    begins = month_words(question.scenario.start + question.shown)
    return (
        f"with {'; '.join(named)}{more} no run from {begins} on gets to its end, whatever the luck:"
        f" a month does not balance{reason}. Choose other players or other years; all else on the page goes on."
    )
