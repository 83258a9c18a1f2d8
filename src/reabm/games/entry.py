"""Keeping a rival out by output: deter, accommodate, or need not care (Dixit 1980).

Price is a - b Q, both have unit cost c, the entrant pays F to come in. The leader commits to its output first.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

from scipy.optimize import brentq


class Entry(NamedTuple):
    """The numbers of the game, any unit of money and quantity."""

    intercept: float  # a
    slope: float  # b
    cost: float  # c


def reply(game: Entry, leader: float) -> float:
    """Output with which an entrant answers the leader's."""
    return max(0.0, (game.intercept - game.cost - game.slope * leader) / (2.0 * game.slope))


def entrant_profit(game: Entry, leader: float) -> float:
    """What an entrant earns before the cost of entry."""
    return game.slope * reply(game, leader) ** 2


def leader_profit(game: Entry, leader: float, entrant: float = 0.0) -> float:
    """What the leader earns from its output beside the entrant's."""
    return (game.intercept - game.cost - game.slope * (leader + entrant)) * leader


def deterring_output(game: Entry, entry_cost: float) -> float:
    """Least output of the leader that leaves an entrant nothing after the cost of entry (case L2q)."""
    return max(0.0, (game.intercept - game.cost - 2.0 * sqrt(game.slope * entry_cost)) / game.slope)


def monopoly_output(game: Entry) -> float:
    """What the leader would sell if nobody could come in; it is also what it sells if it lets the rival in."""
    return (game.intercept - game.cost) / (2.0 * game.slope)


def accommodating_profit(game: Entry) -> float:
    """What the leader earns by letting the rival in and choosing the best output against its reply."""
    output = monopoly_output(game)
    return leader_profit(game, output, reply(game, output))


def deterring_profit(game: Entry, entry_cost: float) -> float:
    """What the leader earns with the rival kept out (case L2p)."""
    return leader_profit(game, max(deterring_output(game, entry_cost), monopoly_output(game)))


def blockading_cost(game: Entry) -> float:
    """Cost of entry above which the monopoly's own output keeps everybody out (case L2B)."""
    return entrant_profit(game, monopoly_output(game))


def deterring_cost(game: Entry) -> float:
    """Cost of entry above which keeping the rival out pays more than letting it in (case L2F)."""
    most = blockading_cost(game)
    return float(brentq(lambda cost: deterring_profit(game, cost) - accommodating_profit(game), 0.0, most, xtol=1e-12))
