"""Do makers move together: the relocation game with a logit choice, its tipping points, and selection by private signals.

Identical makers gain g + J x - k by moving, x the share that has moved. With precision beta the share settles where
x = 1 / (1 + exp(-beta (g + J x - k))). Above the critical precision 4 / J there are three such shares and a loop of
hysteresis between two folds.

Source: Brock and Durlauf 2001 (logit with complementarity), Morris and Shin 2003 (global games), Granovetter 1978 (thresholds).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from math import erf, exp, inf, log, sqrt
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq


class Relocation(NamedTuple):
    """The numbers of the game, all without a unit."""

    precision: float  # beta > 0
    pull: float  # J: gain from all others' presence
    gap: float  # g: benefit of the inside price
    cost: float  # k: of moving


def wanted_share(game: Relocation, share: float) -> float:
    """Share that wants to have moved where `share` has."""
    x = game.precision * (game.gap + game.pull * share - game.cost)
    return 1.0 / (1.0 + exp(-x)) if x >= 0.0 else exp(x) / (1.0 + exp(x))


def settled_shares(game: Relocation) -> list[float]:
    """All shares at which nobody changes plans, lowest first: one, or three of which the middle one tips (cases R1, R3)."""
    steep = _steep_wants(game.precision, game.pull)
    turns = [(log(want / (1.0 - want)) / game.precision - game.gap + game.cost) / game.pull for want in steep]
    turns = [0.0, *(share for share in turns if 0.0 < share < 1.0), 1.0]

    def gap(share: float) -> float:
        return wanted_share(game, share) - share

    found = []
    for low, high in itertools.pairwise(turns):  # between its turns the gap is monotone
        if gap(low) == 0.0 or gap(low) * gap(high) < 0.0:
            found.append(float(low if gap(low) == 0.0 else brentq(gap, low, high, xtol=1e-15)))
    return found


def critical_precision(pull: float) -> float:
    """Precision above which more than one share can settle (case R1crit): the curve's largest slope beta J / 4 is one."""
    return 4.0 / pull if pull > 0.0 else inf


def folds(precision: float, pull: float, cost: float) -> tuple[float, float]:
    """Gaps at which the mass exodus starts and at which firms return (case R2): beta J x (1 - x) = 1.

    Raises
    ------
    ValueError
        Below the critical precision, where no fold exists.
    """
    if precision <= critical_precision(pull):
        raise ValueError(f"no fold at precision {precision:g}: it must exceed {critical_precision(pull):g}")
    low, high = _steep_wants(precision, pull)  # at a settled share, the share that is wanted is the share that is there

    def gap_at(share: float) -> float:
        return cost - pull * share + log(share / (1.0 - share)) / precision

    return gap_at(low), gap_at(high)


def _steep_wants(precision: float, pull: float) -> list[float]:
    """Wanted shares w at which the curve of the wanted share has slope one, beta J w (1 - w) = 1: two, or none."""
    strength = precision * pull
    if strength <= 4.0:
        return []
    root = sqrt(1.0 - 4.0 / strength)
    return [(1.0 - root) / 2.0, (1.0 + root) / 2.0]


def selected_gap(pull: float, cost: float) -> float:
    """Gap above which all move if each sees it with a vanishing private error (case R4): k - J / 2.

    At the threshold a maker takes every share of movers for equally likely (the Laplacian belief).
    """
    return cost - pull / 2.0


def signal_threshold(prior_mean: float, prior_precision: float, signal_precision: float, pull: float, cost: float) -> list[float]:
    """Signals at which a maker is indifferent when all with a higher signal move (case R5); one where play is unique.

    The gap is normal with the prior's mean; each maker sees it with a normal error. At signal x the gap is expected at
    (a m + b x) / (a + b), and the share of others with a signal above x at 1 - Phi((x - mean) sqrt(b (a + b) / (a + 2 b))).

    Parameters
    ----------
    prior_mean : m; prior_precision, signal_precision : a, b > 0, one over the variances
    pull, cost : J, k
    """
    a, b = prior_precision, signal_precision

    def benefit(x: float) -> float:
        mean = (a * prior_mean + b * x) / (a + b)
        others_above = 0.5 * (1.0 + erf((mean - x) * sqrt(b * (a + b) / (a + 2.0 * b)) / sqrt(2.0)))
        return mean + pull * others_above - cost

    # the share of others lies between none and all: no threshold lies outside these two
    ends = [((a + b) * (cost - pull * others) - a * prior_mean) / b for others in (1.0, 0.0)]
    grid = np.linspace(ends[0] - 1e-9, ends[1] + 1e-9, 4001)
    values = [benefit(float(x)) for x in grid]
    found = [float(x) for x, value in zip(grid, values, strict=True) if value == 0.0]
    turns = [k for k in range(len(grid) - 1) if values[k] * values[k + 1] < 0.0]
    found += [float(brentq(benefit, grid[k], grid[k + 1], xtol=1e-14)) for k in turns]
    return sorted(found)


def cascade(first_share: float, low: float, high: float) -> float:
    """Share moved at the end, after firms with `first_share` of all capacity moved (case R6).

    Everyone else moves once the share that has moved reaches its threshold; thresholds are spread evenly between low and high.
    """
    share = first_share
    for _ in range(100_000):
        follow = min(1.0, max(0.0, (share - low) / (high - low)))
        new = first_share + (1.0 - first_share) * follow
        if new == share:
            break
        share = new
    return share


def weighted_cascade(shares: Sequence[float], thresholds: Sequence[float], moved: Sequence[bool]) -> list[bool]:
    """Who has moved at the end, firm by firm: each moves once the capacity that has moved reaches its threshold.

    Parameters
    ----------
    shares : of each firm in all capacity; thresholds : share at which it follows; moved : who begins
    """
    now = list(moved)
    while True:
        total = sum(share for share, gone in zip(shares, now, strict=True) if gone)
        after = [gone or total >= threshold for gone, threshold in zip(now, thresholds, strict=True)]
        if after == now:
            return now
        now = after
