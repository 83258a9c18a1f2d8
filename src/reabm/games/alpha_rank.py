"""Alpha-rank: how often each pure profile is seen where players drift among them, now and then trying something else.

A population of m stands behind each player. One mutant tries another action; it takes its population over with the fixation
probability of the Moran process. The profiles are then states of a Markov chain, and the chain's stationary distribution
ranks them. Strong selection (large alpha) leaves the profiles that the arrows of better replies lead to and do not leave.

Source: Omidshafiei et al. 2019 (alpha-rank), several populations; the stationary distribution by Grassmann, Taksar and
Heyman (1985), which subtracts nothing and so keeps tiny rates exact.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from reabm.games.normal_form import Array, check_game, normalised

LEAST_RATE = 1e-80  # of a fixation: keeps the chain in one piece where selection is very strong


class AlphaRank(NamedTuple):
    """Stationary distributions over a sweep of selection strengths."""

    alphas: Array  # (alphas,)
    shares: Array  # (alphas, k_1, ..., k_n): share of time in each profile


def fixation_probability(gain: Array | float, alpha: float, population: int) -> Array:
    """Probability that one mutant with a gain in pay-off takes over a population (case A1).

    (1 - e^(-alpha gain)) / (1 - e^(-m alpha gain)), and 1 / m at no gain.

    Parameters
    ----------
    gain : array or float, pay-off of the mutant less that of the others
    alpha : float, >= 0, strength of selection
    population : int, m >= 2
    """
    x = alpha * np.asarray(gain, dtype=float)
    size = np.abs(x)
    with np.errstate(divide="ignore", invalid="ignore", under="ignore"):
        gains = np.expm1(-size) / np.expm1(-population * size)
        loses = np.exp(-(population - 1) * size) * gains  # the same formula at minus x, without overflow
    return np.asarray(np.where(x == 0.0, 1.0 / population, np.where(x > 0.0, gains, loses)))


def response_graph(payoffs: Array, alpha: float, population: int = 50) -> Array:
    """Rates of change between pure profiles, shape (profiles, profiles), rows sum to one; profiles in the order of the table."""
    check_game(payoffs)
    shape = payoffs.shape[1:]
    n_profiles = int(np.prod(shape))
    ways = max(1, sum(size - 1 for size in shape))
    chain = np.zeros((n_profiles, n_profiles))
    number = np.arange(n_profiles).reshape(shape)
    for i, size in enumerate(shape):
        own, rows = np.moveaxis(payoffs[i], i, 0).reshape(size, -1), np.moveaxis(number, i, 0).reshape(size, -1)
        for old in range(size):
            for new in range(size):
                if new != old:
                    taken = fixation_probability(own[new] - own[old], alpha, population)
                    chain[rows[old], rows[new]] = np.maximum(taken, LEAST_RATE) / ways
    np.fill_diagonal(chain, 1.0 - chain.sum(axis=1))
    return chain


def stationary(chain: Array) -> Array:
    """Stationary distribution of an irreducible Markov chain, shape (states,)."""
    rates = chain.copy()
    n = len(rates)
    for k in range(n - 1, 0, -1):
        leaves = rates[k, :k].sum()
        rates[:k, k] /= leaves
        rates[:k, :k] += np.outer(rates[:k, k], rates[k, :k])
    shares = np.ones(n)
    for k in range(1, n):
        shares[k] = shares[:k] @ rates[:k, k]
        shares[: k + 1] /= shares[: k + 1].sum()
    return shares


def alpha_rank(payoffs: Array, alphas: Iterable[float] = (0.1, 1.0, 10.0, 100.0), population: int = 50) -> AlphaRank:
    """Share of time in each pure profile over a sweep of selection strengths, pay-offs scaled to [0, 1] for each player.

    Parameters
    ----------
    payoffs : array, shape (n, k_1, ..., k_n), any unit
    alphas : selection strengths, > 0, per share of a player's range of pay-offs
    population : int, size of each population
    """
    game = normalised(payoffs)
    strengths = np.array(list(alphas), dtype=float)
    shares = [stationary(response_graph(game, float(alpha), population)).reshape(game.shape[1:]) for alpha in strengths]
    return AlphaRank(strengths, np.array(shares))
