"""A game over runs: players who choose strategies from a month on, and the scenario of every profile of their choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, NamedTuple

from reabm.scenario import Scenario, forked
from reabm.scenario.months import month_text

AGENT = "AGENT"  # in the path of a lever: the agent that plays


class Choice(NamedTuple):
    """What an agent may do: a strategy of the catalogue, with levers that are set while it is played."""

    name: str
    plays: str  # name in the catalogue
    settings: Mapping[str, Any]  # lever -> value from the game's first month on, or [{from, until, value}]

    def levers(self, agent: str) -> dict[str, Any]:
        """What is set where an agent plays it: AGENT in a path stands for its name."""
        settings = {path.replace(AGENT, agent): value for path, value in self.settings.items()}
        return {f"strategies.{agent}": self.plays, **settings}


class Player(NamedTuple):
    """One who chooses: an agent, or a block of agents that all do the same."""

    name: str
    agents: tuple[str, ...]
    paid: tuple[str, ...]  # agents whose pay-offs are its own, added up
    strategies: tuple[Choice, ...]
    deviations: tuple[Choice, ...]  # what a single agent of it may do while the others stay

    @property
    def is_block(self) -> bool:
        """Whether it stands for several agents, and so asks a single agent's question only by the way."""
        return len(self.agents) > 1

    def about(self) -> dict[str, Any]:
        """The player as plain values."""
        return {
            "name": self.name,
            "agents": list(self.agents),
            "paid": list(self.paid),
            "strategies": [[own.name, own.plays, dict(own.settings)] for own in self.strategies],
            "deviations": [[own.name, own.plays, dict(own.settings)] for own in self.deviations],
        }


class Seeds(NamedTuple):
    """Which luck profiles are played with: the same seeds in the same order for all of them."""

    first: int
    start: int  # seeds of every profile
    step: int  # added at a time where it is not clear yet who gains by deviating
    most: int
    alone: int  # of a single agent's deviation, before those that are open get as many as their profile has


class Deviation(NamedTuple):
    """A single agent that does something else than its player at a profile."""

    player: int
    agent: str
    choice: int  # place in the player's deviations


@dataclass(frozen=True)
class Game:
    """A game's file as it was read; names, months and counts are checked."""

    name: str
    file: str
    question: str
    scenario: Scenario  # up to the last month that counts; without the players' choices
    first: int  # month from which players choose and pay-offs count
    seeds: Seeds
    players: tuple[Player, ...]
    candidates: int  # profiles at most at which single agents deviate
    sets: tuple[Mapping[str, float], ...]  # scalars of each parameter set; the first one is that of the game that is solved
    parameters: str | None  # name of the sets

    @property
    def shape(self) -> tuple[int, ...]:
        """How many strategies each player has."""
        return shape_of(self.players)

    @property
    def agents(self) -> tuple[str, ...]:
        """Every agent that plays or is paid, once."""
        return agents_of(self.players)

    def changes(self, profile: Sequence[int], deviation: Deviation | None = None) -> dict[str, Any]:
        """Levers that a profile sets from the first month on."""
        found: dict[str, Any] = {}
        for player, action in zip(self.players, profile, strict=True):
            chosen = player.strategies[action]
            for agent in player.agents:
                if deviation is None or agent != deviation.agent:
                    found |= chosen.levers(agent)
        if deviation is not None:
            found |= self.players[deviation.player].deviations[deviation.choice].levers(deviation.agent)
        return found

    def played(self, base: Scenario, profile: Sequence[int], deviation: Deviation | None = None) -> Scenario:
        """The scenario of a profile: played from its own first month, it has the bits of the game's run."""
        return forked(base, self.first, self.changes(profile, deviation), origin=self.file).scenario

    def deviations_at(self, profile: Sequence[int]) -> list[Deviation]:
        """All ways in which a single agent may leave a profile."""
        return deviations_at(self.players, profile)

    def about(self) -> dict[str, Any]:
        """What must be the same for a table to be played on, and what a reader of the folder needs to know."""
        return {
            "game": self.name,
            "question": self.question,
            "from": month_text(self.first),
            "to": month_text(self.scenario.end),
            "seeds": list(self.seeds),
            "players": [player.about() for player in self.players],
            "candidates": self.candidates,
            "parameters": self.parameters,
            "sets": [dict(own) for own in self.sets],
        }


def shape_of(players: Sequence[Player]) -> tuple[int, ...]:
    """How many strategies each player has."""
    return tuple(len(player.strategies) for player in players)


def agents_of(players: Sequence[Player]) -> tuple[str, ...]:
    """Every agent that plays or is paid, once, in the order of the players."""
    return tuple(dict.fromkeys(agent for player in players for agent in (*player.agents, *player.paid)))


def deviations_at(players: Sequence[Player], profile: Sequence[int]) -> list[Deviation]:
    """All ways in which a single agent may leave a profile."""
    return [
        Deviation(i, agent, k)
        for i, (player, action) in enumerate(zip(players, profile, strict=True))
        for agent in player.agents
        for k, choice in enumerate(player.deviations)
        if choice != player.strategies[action] and (player.is_block or choice not in player.strategies)
    ]


def n_profiles(players: Sequence[Player]) -> int:
    """Profiles of the game."""
    return prod(shape_of(players))


def players_of(about: Mapping[str, Any]) -> tuple[Player, ...]:
    """The players that `Game.about` wrote down."""
    return tuple(
        Player(
            own["name"],
            tuple(own["agents"]),
            tuple(own["paid"]),
            tuple(Choice(*each) for each in own["strategies"]),
            tuple(Choice(*each) for each in own["deviations"]),
        )
        for own in about["players"]
    )
