"""The relocation game of the very firms that were simulated: resting points, tipping and thresholds (cases R1-R6).

Each firm wants each line in China with the logit share of its benefit (rule `makers.move_probability`), which rises with the
others' presence: a game of complements. Best replies from the least and from the most therefore end at the lowest and at the
highest resting point, and all others lie between (Milgrom and Roberts 1990). The benefits are those that the rule itself
recorded, less herding.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from reabm.empirical.relocation import Rest, pushed
from reabm.games.relocation import critical_precision, selected_gap
from reabm.world.layout import Array
from reabm.world.state import MOVE_TERMS

ROUNDS, CLOSE = 20_000, 1e-10
APART = 0.05  # of all capacity: resting points nearer than that count as one
SHIFTS = np.linspace(-1.5, 1.5, 121)  # common benefits that are tried for a second resting point


class Firms(NamedTuple):
    """What the game of a world's firms needs."""

    weight: Array  # (firms, lines) share of all capacity
    most: Array  # (firms, lines) share of a line that can stand in China: plants elsewhere cannot be moved
    benefit: Array  # (firms, lines) of having the line in China, as a share of unit cost, without herding


def firms_of(rest: Rest) -> Firms:
    """The firms as a world left them."""
    total = rest.capacity_t.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        most = np.where(total > 0.0, 1.0 - rest.capacity_t[..., 2] / total, 0.0)
    others = [k for k, name in enumerate(MOVE_TERMS) if name != "herding"]
    return Firms(total / total.sum(), most, rest.terms[..., others].sum(axis=-1))


def best_shares(firms: Firms, shares: Array, precision: float, herding: float, shift: float = 0.0) -> Array:
    """Share of each firm in China that answers best to the others' shares, shape (firms,)."""
    own = firms.weight.sum(axis=1)
    inside = own * shares
    rest = np.where(own < 1.0, (inside.sum() - inside) / np.maximum(1.0 - own, 1e-12), 0.0)
    x = precision * (firms.benefit + herding * rest[:, None] + shift)
    wanted = np.minimum(1.0 / (1.0 + np.exp(-np.clip(x, -500.0, 500.0))), firms.most)
    found: Array = (firms.weight * wanted).sum(axis=1) / own
    return found


def resting(
    firms: Firms, precision: float, herding: float, shift: float = 0.0, fixed: tuple[int, float] | None = None
) -> tuple[Array, Array]:
    """Lowest and highest resting shares of the firms, shape (firms,) each; one firm may be held where it is told."""
    ends = []
    for start in (0.0, 1.0):
        shares = np.full(len(firms.weight), start)
        for _ in range(ROUNDS):
            if fixed is not None:
                shares[fixed[0]] = fixed[1]
            after = best_shares(firms, shares, precision, herding, shift)
            if fixed is not None:
                after[fixed[0]] = fixed[1]
            if np.abs(after - shares).max() < CLOSE:
                break
            shares = after
        ends.append(shares)
    return ends[0], ends[1]


def total_of(firms: Firms, shares: Array) -> float:
    """Share of all capacity in China."""
    return float(firms.weight.sum(axis=1) @ shares)


def spread_of(firms: Firms, precision: float, herding: float, shift: float = 0.0) -> float:
    """How far the highest resting share lies above the lowest: nothing where there is one only."""
    low, high = resting(firms, precision, herding, shift)
    return total_of(firms, high) - total_of(firms, low)


def critical_herding(firms: Firms, precision: float, most: float) -> float:
    """Least herding at which some common benefit leaves two resting points, up to `most`; inf where none does."""

    def is_two(herding: float) -> bool:
        return any(spread_of(firms, precision, herding, float(shift)) > APART for shift in SHIFTS - herding / 2.0)

    if not is_two(most):
        return float("inf")
    low, high = 0.0, most
    while high - low > 0.005:
        middle = (low + high) / 2.0
        low, high = (low, middle) if is_two(middle) else (middle, high)
    return high


def identical_critical_herding(precision: float) -> float:
    """The same of identical makers: 4 over the precision (case R1crit)."""
    return critical_precision(precision)  # J and beta stand in it alike


def mean_cost(rest: Rest) -> float:
    """What holds the mean line back but the subsidy and the gap: k of the game of identical makers."""
    weight = rest.capacity_t.sum(axis=-1)
    left = [k for k, name in enumerate(MOVE_TERMS) if name not in ("herding", "price_gap", "home_subsidy")]
    return -float(np.sum(weight * rest.terms[..., left].sum(axis=-1)) / np.sum(weight))


def global_threshold(rest: Rest, herding: float) -> float:
    """Gap less subsidy above which all move if each sees it with a small private error (case R4): k - J / 2."""
    return selected_gap(herding, mean_cost(rest))


def push_of(rest: Rest) -> float:
    """Gap less subsidy of a world, as a share of unit cost."""
    return pushed(rest.terms, rest.capacity_t)
