"""Why leverage decays: Shapley shares of mechanisms that are switched off, in every combination, once leverage has peaked.

The world is the same up to the first date. From then on every combination of mechanisms goes its own way to the second date.
There all act again, and leverage is measured: both ends are measured alike, and what counts is what a mechanism did to the world
in between, not what it does in a restriction. What a mechanism takes from leverage depends on which others act; its Shapley share
is the mean over all orders in which they could be switched on, so that the shares add up to what all take together. What
leverage loses (or gains) with all of them off is not theirs: demand, scripted Chinese policy and prices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from math import factorial
from typing import NamedTuple

import numpy as np
import pandas as pd

from reabm.leverage.forks import Progress
from reabm.leverage.restriction import Changes, held
from reabm.leverage.surface import HIGH, LOW, Leverage, Prices, fork_dates, measure
from reabm.scenario import Fault, Scenario, ScenarioError, with_settings
from reabm.world.layout import Array

CAUSES: Mapping[str, tuple[str, ...]] = {
    "new mines": ("outside_investment", "offtake"),
    "separation abroad": ("outside_separation",),
    "substitution": ("thrift", "recycling"),
    "relocation": ("relocation",),
    "stocks": ("precaution", "speculation", "reserves"),
    "smuggling": ("smuggling", "alloy_channel"),
    "rerouting": ("transshipment",),
}
REST = "growth, prices and policy"
N_SEEDS = 9  # a multiple of the parameter sets that are varied


class Decomposition(NamedTuple):
    """Shares of causes in the decay of leverage between two dates, M USD."""

    table: pd.DataFrame  # cause, share_musd, low, high; the last row is the rest
    first_musd: float  # c* at the first date
    last_musd: float  # c* at the second

    @property
    def decay_musd(self) -> float:
        """Leverage lost between the dates: the sum of all shares."""
        return self.first_musd - self.last_musd


def shapley(players: Sequence[str], value: Mapping[frozenset[str], Array]) -> dict[str, Array]:
    """Shapley value of every player.

    Parameters
    ----------
    players : names
    value : worth of every subset of them, each an array of any one shape (or a number)

    Returns
    -------
    dict of arrays; their sum is the worth of all less the worth of none, to rounding

    Notes
    -----
    Source: Shapley 1953.
    """
    n = len(players)
    shares: dict[str, Array] = {}
    for player in players:
        others = [name for name in players if name != player]
        share = np.zeros_like(np.asarray(value[frozenset()], dtype=float))
        for size in range(n):
            weight = factorial(size) * factorial(n - 1 - size) / factorial(n)
            for chosen in combinations(others, size):
                without = frozenset(chosen)
                share = share + weight * (np.asarray(value[without | {player}]) - np.asarray(value[without]))
        shares[player] = share
    return shares


def subsets(players: Sequence[str]) -> list[frozenset[str]]:
    """All subsets, the empty one first."""
    return [frozenset(chosen) for size in range(len(players) + 1) for chosen in combinations(players, size)]


def decompose(
    scenario: Scenario,
    first: str,
    last: str,
    months: int = 6,
    target: str = "japan",
    severity: float = 0.9,
    causes: Mapping[str, tuple[str, ...]] = CAUSES,
    prices: Prices | None = None,
    seeds: Iterable[int] = range(N_SEEDS),
    workers: int | None = None,
    progress: Progress | None = None,
) -> Decomposition:
    """Split the decay of leverage between two dates among causes.

    Parameters
    ----------
    scenario : Scenario
    first, last : dates (`2010-09`); mechanisms are switched off from the first to the month before the second
    months, target, severity : of the restriction by which leverage is measured
    causes : name -> mechanisms that it stands for
    prices : of retaliation, reputation and the issue; None: the scenario's
    seeds, workers, progress : as in `measure`; a fork is measured for each of the 2^n subsets of causes and each seed
    """
    roots = list(seeds)
    begin, end = fork_dates(scenario, [first, last])
    if begin >= end:
        message = f"got {first} and {last}; allowed two dates, the first before the second"
        raise ScenarioError([Fault("decomposition", 1, "dates", message)])
    all_subsets = subsets(list(causes))
    priced = prices or Prices.of(scenario)
    peak = replace(measure(scenario, first, months, target, severity=severity, seeds=roots, workers=workers), prices=priced)
    later: dict[frozenset[str], Leverage] = {}
    for n, acting in enumerate(all_subsets):
        off = [mechanism for cause, mechanisms in causes.items() if cause not in acting for mechanism in mechanisms]
        changes: Changes = {f"mechanisms.{name}": [held(begin, end - 1, 0)] for name in off if scenario.mechanisms[name]}
        parent = with_settings(scenario, changes, origin="decomposition") if changes else scenario
        found = measure(parent, last, months, target, severity=severity, seeds=roots, workers=workers)
        later[acting] = replace(found, prices=priced)
        if progress:
            progress(n + 1, len(all_subsets))
    return _shared_out(list(causes), peak, later, target, months)


def _shared_out(
    causes: list[str], peak: Leverage, later: Mapping[frozenset[str], Leverage], target: str, months: int
) -> Decomposition:
    """Shapley shares of the fall of c*, at the mean over worlds and in every resampling of them."""

    def leverage_of(found: Leverage) -> Array:
        """c* of the mean, followed by that of every resampling."""
        central = found.curve(target, months)["leverage_musd"].to_numpy()
        return np.concatenate([central, found.samples(target, months)[1][:, 0]])

    at_peak = leverage_of(peak)
    value = {acting: -leverage_of(found) for acting, found in later.items()}
    shares = shapley(causes, value)
    shares[REST] = at_peak + value[frozenset()]
    rows = []
    for cause, share in shares.items():
        low, high = np.quantile(share[1:], [LOW, HIGH])
        rows.append({"cause": cause, "share_musd": float(share[0]), "low": float(low), "high": float(high)})
    return Decomposition(pd.DataFrame(rows), float(at_peak[0]), float(-value[frozenset(causes)][0]))
