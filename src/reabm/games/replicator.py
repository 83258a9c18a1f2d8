"""Replicator dynamics: in every population, what does better than the mean grows at the others' cost.

Populations are as many as players. A month's step multiplies each action's share by exp(step x pay-off): in the limit of small
steps the replicator equation of Taylor and Jonker (1978), and shares stay shares without any correction.
"""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_lowercase
from typing import NamedTuple

import numpy as np

from reabm.games.normal_form import Array, Mixed, check_game, normalised

STEP = 0.5  # of the range of a player's pay-offs
LONGEST = 2_000  # steps
STILL = 1e-9  # change of a share in a step that counts as rest
CONTENT = 1e-6  # of the range of pay-offs: what nobody may gain at rest. Shares linger near corners that they leave later
LEAST = 1e-300  # of a share: nothing dies out for good
SAME = 1e-3  # ends nearer than this are one


class Basin(NamedTuple):
    """An end of the dynamics and the share of starts that lead to it."""

    mixed: Mixed
    share: float


class Replicated(NamedTuple):
    """Where the dynamics end, start by start."""

    starts: list[Array]  # for each player (starts, k_i)
    ends: list[Array]  # for each player (starts, k_i)
    at_rest: np.ndarray  # (starts,), bool: False where shares still move after the last step, as in a cycle

    @property
    def basins(self) -> list[Basin]:
        """Ends at rest with the share of all starts that lead to each, the largest first. What is lacking to one has no rest."""
        flat = np.concatenate(self.ends, axis=1)
        found: list[tuple[int, int]] = []
        for k in np.flatnonzero(self.at_rest):
            for place, (known, count) in enumerate(found):
                if np.abs(flat[k] - flat[known]).max() < SAME:
                    found[place] = (known, count + 1)
                    break
            else:
                found.append((int(k), 1))
        found.sort(key=lambda pair: (-pair[1], pair[0]))
        return [Basin([own[k] for own in self.ends], count / len(flat)) for k, count in found]


def replicate(
    payoffs: Array,
    starts: Sequence[Array] | None = None,
    n_starts: int = 200,
    seed: int = 0,
    step: float = STEP,
    longest: int = LONGEST,
) -> Replicated:
    """Let populations grow and shrink from many starts until they rest.

    Parameters
    ----------
    payoffs : array, shape (n, k_1, ..., k_n), any unit
    starts : for each player an array of shape (starts, k_i); by default drawn evenly from all mixes
    n_starts, seed : int, how many, and the root of the draws
    step : float, in shares of a player's range of pay-offs
    longest : int, steps after which what still moves counts as not at rest
    """
    check_game(payoffs)
    game = normalised(payoffs)
    shape = payoffs.shape[1:]
    if starts is None:
        generator = np.random.default_rng(seed)
        starts = [generator.dirichlet(np.ones(size), n_starts) for size in shape]
    begin = [np.array(own, dtype=float) for own in starts]
    letters = ascii_lowercase[: len(shape)]
    sums = [
        letters + "".join(f",z{c}" for c in letters if c != own) + f"->z{own}" for own in letters
    ]  # pay-off of each action of a player in each start
    ways = [np.einsum_path(sums[i], game[i], *(own for j, own in enumerate(begin) if j != i))[0] for i in range(len(shape))]
    now = [own.copy() for own in begin]
    moving = np.arange(len(now[0]))
    with np.errstate(under="ignore"):
        for _ in range(longest):
            change, gains = np.zeros(len(moving)), np.zeros(len(moving))
            part = [own[moving] for own in now]
            for i in range(len(shape)):
                worth = np.einsum(sums[i], game[i], *(own for j, own in enumerate(part) if j != i), optimize=ways[i])
                grown = part[i] * np.exp(step * (worth - worth.max(axis=1, keepdims=True)))
                grown = np.maximum(grown / grown.sum(axis=1, keepdims=True), LEAST)
                gains = np.maximum(gains, worth.max(axis=1) - (part[i] * worth).sum(axis=1))
                change = np.maximum(change, np.abs(grown - part[i]).max(axis=1))
                now[i][moving] = grown
            moving = moving[(change > STILL) | (gains > CONTENT)]
            if not len(moving):
                break
    at_rest = np.ones(len(begin[0]), dtype=bool)
    at_rest[moving] = False
    return Replicated(begin, now, at_rest)
