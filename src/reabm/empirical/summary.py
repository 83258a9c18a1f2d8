"""What a solved game says, in a few numbers: for people and for other programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from reabm.empirical.game import Player
from reabm.empirical.payoff_table import Table
from reabm.empirical.solve import HIGHEST_PRECISION, Gain, Solution, actions, regret_of_mix
from reabm.games.normal_form import Array, Mixed

MOST_LISTED = 20  # profiles, the most credible first
SETTLED = 0.99  # share of a population from which on it counts as playing one strategy
MIXED = "any mix"


class Basin(NamedTuple):
    """Where the replicator ends: a strategy of each player, or a mix that nothing moves."""

    strategies: tuple[str, ...]
    share: float  # of the starts


def names_at(players: Sequence[Player], profile: int) -> dict[str, str]:
    """What each player does in a profile."""
    shape = tuple(len(player.strategies) for player in players)
    return {player.name: player.strategies[a].name for player, a in zip(players, actions(profile, shape))}


def basins_of(players: Sequence[Player], solution: Solution) -> list[Basin]:
    """Ends of the replicator, those that differ only in mixes that nothing moves taken together; the largest first."""
    shares: dict[tuple[str, ...], float] = {}
    for basin in solution.basins:
        ends = tuple(_end(player, own) for player, own in zip(players, basin.mixed))
        shares[ends] = shares.get(ends, 0.0) + basin.share
    return [Basin(ends, share) for ends, share in sorted(shares.items(), key=lambda each: (-each[1], each[0]))]


def summary_of(about: Mapping[str, Any], table: Table, solution: Solution) -> dict[str, Any]:
    """The summary; money in M USD, probabilities over the bootstrap's draws."""
    players = table.players
    numbers = np.arange(solution.luck.regret.size).reshape(table.shape)
    quantal = solution.quantal.mixed_at(HIGHEST_PRECISION)
    return {
        "game": about["game"],
        "question": about["question"],
        "from": about["from"],
        "to": about["to"],
        "profiles": int(solution.luck.regret.size),
        "runs": {
            "profiles": int(np.isfinite(table.payoffs).all(axis=-1).sum()),
            "single_agents": int(sum(np.isfinite(each.payoffs).all(axis=-1).sum() for each in table.deviated)),
            "failed": table.n_failed,
            "seeds": [int(table.n_seeds.min()), int(table.n_seeds.max())],
            "sets": int(table.payoffs.shape[0]),
        },
        "range_musd": {player.name: _r(solution.scales[i]) for i, player in enumerate(players)},
        "equilibria": {
            "pure": [names_at(players, int(numbers[profile])) for profile in solution.pure],
            "mixed": [_mix(players, mixed) for mixed in solution.mixed],
            "mixed_regret_musd": [_r(regret_of_mix(solution.payoffs, mixed).max()) for mixed in solution.mixed],
            "count": [_r(share) for share in solution.luck.n_equilibria],
        },
        "profiles_by_credence": [profile_row(table, solution, p) for p in solution.order[:MOST_LISTED]],
        "single_agents": [_alone(players, gain) for gain in solution.alone],
        "quantal_at_highest_precision": _mix(players, quantal),
        "replicator": [
            {"ends": dict(zip([player.name for player in players], basin.strategies)), "share": _r(basin.share)}
            for basin in basins_of(players, solution)
        ],
        "alpha_rank": {
            f"{alpha:g}": _ranked(players, own) for alpha, own in zip(solution.rank.alphas, solution.rank.shares)
        },
    }  # fmt: skip


def profile_row(table: Table, solution: Solution, profile: int) -> dict[str, Any]:
    """One profile: what is played, what it pays, what deviating gains and how often it is an equilibrium."""
    players, at = table.players, actions(profile, table.shape)
    own = solution.luck
    row: dict[str, Any] = {
        "profile": names_at(players, profile),
        "payoff_musd": {player.name: _r(solution.payoffs[(i, *at)]) for i, player in enumerate(players)},
        "standard_error_musd": {player.name: _r(solution.errors[(i, *at)]) for i, player in enumerate(players)},
        "gain_musd": {player.name: _r(solution.gains[(i, *at)]) for i, player in enumerate(players)},
        "regret_share": _r(own.regret[at]),
        "regret_share_interval": [_r(own.low[at]), _r(own.high[at])],
        "probability": _r(own.probability[at]),
    }
    if solution.parameters is not None:
        row["probability_over_parameters"] = _r(solution.parameters.probability[at])
    return row


def _alone(players: Sequence[Player], gain: Gain) -> dict[str, Any]:
    """What a single agent gains; null where its deviation closes with no seed."""
    known = {key: value if gain.n_seeds else None for key, value in gain._asdict().items() if key in ("gain", "low", "high")}
    return gain._asdict() | known | {"profile": names_at(players, gain.profile)}


def _end(player: Player, mix: Array) -> str:
    best = int(mix.argmax())
    return player.strategies[best].name if mix[best] > SETTLED else MIXED


def _mix(players: Sequence[Player], mixed: Mixed) -> dict[str, dict[str, float]]:
    return {
        player.name: {choice.name: _r(share) for choice, share in zip(player.strategies, own)}
        for player, own in zip(players, mixed)
    }


def _ranked(players: Sequence[Player], shares: Array) -> list[dict[str, Any]]:
    order = sorted(range(shares.size), key=lambda k: (-float(shares.flat[k]), k))[:5]
    return [{"profile": names_at(players, k), "share": _r(shares.flat[k])} for k in order]


def _r(value: Any) -> float:
    """Nine digits: last bits of the machine's sums say nothing."""
    return float(f"{float(value):.9g}")
