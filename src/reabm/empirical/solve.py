"""Who gains by deviating: equilibria of a table of simulated pay-offs, how sure they are, and where play drifts.

Solvers see pay-offs as shares of what each player can win or lose in the table; money is put back where a person reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from reabm.empirical.payoff_table import Deviated, Table
from reabm.games.alpha_rank import AlphaRank, alpha_rank
from reabm.games.confidence import Confidence, bootstrap, mean_interval, means
from reabm.games.mixed import mixed_equilibria
from reabm.games.normal_form import Array, Mixed, best_gains, mixed_regrets, normalised, pure_equilibria, scales
from reabm.games.quantal import QuantalPath, quantal_path
from reabm.games.replicator import Basin, replicate

HIGHEST_PRECISION = 10.0  # of the quantal path, per share of a player's range
N_DRAWS = 1000
N_STARTS = 200
LEVEL = 0.9
CREDIBLE = 0.05  # of the draws: less often an equilibrium, and a profile is no candidate


class Gain(NamedTuple):
    """What a single agent gains by leaving a profile alone, M USD."""

    profile: int
    player: str
    agent: str
    choice: str
    gain: float
    low: float
    high: float
    n_seeds: int


class Solution(NamedTuple):
    """What the table says. Arrays over profiles have the shape of the game."""

    payoffs: Array  # (players, k_1, ..., k_n), M USD, means of the central set
    errors: Array  # the same shape, standard errors over seeds
    scales: Array  # (players,), M USD between the best and the worst pay-off of each
    gains: Array  # as payoffs, M USD: what each player gains by its best other action (below 0: it loses)
    pure: list[tuple[int, ...]]  # equilibria of the means
    mixed: list[Mixed]  # further equilibria of the means; for more than two players those that were found
    luck: Confidence  # in shares of the players' ranges, over seeds
    parameters: Confidence | None  # the same over seeds and parameter sets
    candidates: list[int]  # profiles at which single agents deviate
    quantal: QuantalPath
    basins: list[Basin]
    rank: AlphaRank
    alone: list[Gain]

    @property
    def order(self) -> list[int]:
        """Profiles from the most to the least credible as an equilibrium."""
        return by_credence(self.luck, self.parameters)


def solve(table: Table) -> Solution:
    """Solve the game of the central set's means, and bootstrap it over seeds and parameter sets."""
    shape = table.shape
    central = table.replicates()
    payoffs = means(central, shape)
    wide = scales(payoffs)
    counted = np.isfinite(central[..., 0]).sum(axis=2)
    spread = np.nanstd(central[..., 0], axis=2) * np.sqrt(counted / np.maximum(counted - 1, 1)) / np.sqrt(counted)
    luck = bootstrap(shares(central, wide), shape, N_DRAWS, level=LEVEL)
    both = None
    if table.payoffs.shape[0] > 1:
        both = bootstrap(shares(table.replicates(central=False), wide), shape, N_DRAWS, level=LEVEL)
    game = normalised(payoffs)
    pure = pure_equilibria(payoffs)
    mixed = [found for found in mixed_equilibria(payoffs) if not _is_pure(found)]
    return Solution(
        payoffs, np.ascontiguousarray(spread.T).reshape(payoffs.shape), wide, best_gains(payoffs), pure, mixed, luck, both,
        sorted({each.profile for each in table.deviated}, key=by_credence(luck).index), quantal_path(game, HIGHEST_PRECISION),
        replicate(payoffs, n_starts=N_STARTS).basins, alpha_rank(payoffs), alone_gains(table),
    )  # fmt: skip


def shares(replicates: Array, wide: Array) -> Array:
    """Pay-offs (profiles, players, seeds, sets) in shares of what each player can win or lose."""
    return np.asarray(replicates / np.where(wide > 0.0, wide, 1.0)[None, :, None, None])


def candidates(table: Table, most: int) -> list[int]:
    """Profiles that may be equilibria of the players, the most credible first; at least the one of the lowest regret."""
    replicates = table.replicates()
    found = bootstrap(shares(replicates, scales(means(replicates, table.shape))), table.shape, N_DRAWS, level=LEVEL)
    order = by_credence(found)
    credible = [p for p in order if found.probability.flat[p] >= CREDIBLE]
    return (credible or order[:1])[:most]


def by_credence(found: Confidence, parameters: Confidence | None = None) -> list[int]:
    """Profiles by how often they are an equilibrium, with the parameters of the game and with others, then by regret."""
    again = (found if parameters is None else parameters).probability.ravel()
    probability, regret = found.probability.ravel(), found.regret.ravel()
    return sorted(range(regret.size), key=lambda k: (-float(probability[k]), -float(again[k]), float(regret[k]), k))


def alone_gains(table: Table, n_draws: int = N_DRAWS, seed: int = 0, level: float = LEVEL) -> list[Gain]:
    """Paired gains of single agents who leave a profile, with the bootstrap interval of the mean."""
    return [_gain(table, each, n_draws, seed, level) for each in table.deviated]


def _gain(table: Table, each: Deviated, n_draws: int, seed: int, level: float) -> Gain:
    own = table.row(each.deviation.agent)
    player = table.players[each.deviation.player]
    apart = each.payoffs[:, own] - table.payoffs[0, each.profile, :, own]
    apart = apart[np.isfinite(apart)]
    names = player.name, each.deviation.agent, player.deviations[each.deviation.choice].name
    if not len(apart):
        return Gain(each.profile, *names, np.nan, np.nan, np.nan, 0)
    return Gain(each.profile, *names, float(apart.mean()), *mean_interval(apart, n_draws, seed, level), len(apart))


def actions(profile: int, shape: Sequence[int]) -> tuple[int, ...]:
    """What each player does in a profile."""
    return tuple(int(a) for a in np.unravel_index(profile, shape))


def regret_of_mix(payoffs: Array, mixed: Mixed) -> Array:
    """Regret of each player, M USD."""
    return mixed_regrets(payoffs, mixed)


def _is_pure(mixed: Mixed) -> bool:
    return all(float(own.max()) > 1.0 - 1e-9 for own in mixed)
