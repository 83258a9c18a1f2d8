"""Dynamic limit pricing on paper: a dominant supplier, and a fringe that grows while the price is above its cost.

The supplier earns (P - c)(a - b P - x) a year, discounted at r; the fringe's capacity x follows dx/dt = k (P - Pbar). In
continuous time and for ever the best path is x(t) = xbar + (x0 - xbar) e^(mu t), with mu the negative root of
mu (mu - r) = k r / (2 b). In months and over a finite horizon it is a linear-quadratic problem, solved backwards.

Source: gaskins_1971. The names of the cases (L5, L6) are those of `tests/verification/cases.csv`.
"""

from __future__ import annotations

from math import exp, log, sqrt
from typing import NamedTuple

import numpy as np

from reabm.scenario import Scenario


class LimitPricing(NamedTuple):
    """The numbers of the problem."""

    intercept_t_yr: float  # a: use outside at price zero
    slope_t_yr: float  # b: t/yr per USD/kg
    cost_usd_kg: float  # c: of the dominant supplier
    entry_usd_kg: float  # Pbar: price at which the fringe rests
    response_t_yr2: float  # k: t/yr of capacity added in a year, per USD/kg
    discount_rate: float  # r: 1/yr
    fringe_t_yr: float  # x0: capacity of the fringe at the start


def limit_pricing_of(scenario: Scenario) -> LimitPricing:
    """The problem that a scenario poses, as its state believes it in the first month.

    Raises
    ------
    ValueError
        Where the scenario has no formula: more than one element, use that is not linear, magnets, more than one mine outside.
    """
    now = scenario.at(scenario.start)
    outside = [mine for mine in now.mines.values() if mine.kind == "outside"]
    linear = all(element.demand_curve == "linear" for element in now.elements.values())
    magnets = any(maker.capacity for maker in now.makers.values())
    if len(now.elements) != 1 or not linear or magnets or len(outside) != 1:
        raise ValueError("limit pricing has a formula for one element with a linear curve, no magnets and one mine outside China")
    (element,) = now.elements.values()
    use = 0.0
    for sector in now.sectors.values():
        for destination, wanted in sector.demand.items():
            if destination != "china":
                use += float(wanted.monthly(now.start, 1)[0])
    scalar = {path: quantity.value for path, quantity in now.scalars.items()}
    elasticity = element.demand_elasticity.value * scalar["use.elasticity_scale"]
    fringe = outside[0]
    at_work = (fringe.opening_utilisation or fringe.max_utilisation).value if fringe.status == "producing" else 0.0
    return LimitPricing(
        intercept_t_yr=use * (1.0 + elasticity),
        slope_t_yr=use * elasticity / element.reference_price.value,
        cost_usd_kg=scalar["limit_pricing.unit_cost_usd_kg"],
        entry_usd_kg=scalar["limit_pricing.entry_price_usd_kg"],
        response_t_yr2=scalar["limit_pricing.fringe_response"],
        discount_rate=scalar["payoffs.discount_rate"],
        fringe_t_yr=float(fringe.capacity.monthly(now.start, 1)[0]) * at_work,
    )


def erosion_speed(game: LimitPricing) -> float:
    """Stable root mu of the optimal path, 1/yr, < 0: how fast the fringe's gap to its steady state closes (case L5mu)."""
    r = game.discount_rate
    return (r - sqrt(r * r + 2.0 * game.response_t_yr2 * r / game.slope_t_yr)) / 2.0


def myopic_erosion_speed(game: LimitPricing) -> float:
    """The same under a monopolist who looks at each moment only, 1/yr, < 0: -k / (2 b) (case L5my, its size)."""
    return -game.response_t_yr2 / (2.0 * game.slope_t_yr)


def half_life_years(speed: float) -> float:
    """Years in which half of the supplier's excess share is gone, at an erosion speed in 1/yr (case L5hl)."""
    return log(2.0) / abs(speed)


def steady_fringe_t_yr(game: LimitPricing) -> float:
    """Capacity at which the fringe ends, t/yr: a - 2 b Pbar + b c - k (Pbar - c) / r (case L5xb)."""
    margin = game.entry_usd_kg - game.cost_usd_kg
    rest = game.intercept_t_yr + game.slope_t_yr * (game.cost_usd_kg - 2.0 * game.entry_usd_kg)
    return rest - game.response_t_yr2 * margin / game.discount_rate


def initial_price_usd_kg(game: LimitPricing) -> float:
    """Price with which the optimal path begins, USD/kg: Pbar + mu (x0 - xbar) / k (case L5P0)."""
    gap = game.fringe_t_yr - steady_fringe_t_yr(game)
    return game.entry_usd_kg + erosion_speed(game) * gap / game.response_t_yr2


def fringe_after_t_yr(game: LimitPricing, years: float) -> float:
    """Capacity of the fringe on the optimal path after some years, t/yr (case L5x5)."""
    steady = steady_fringe_t_yr(game)
    return steady + (game.fringe_t_yr - steady) * exp(erosion_speed(game) * years)


def receding_policy(game: LimitPricing, horizon_months: int) -> tuple[float, float]:
    """Best price of the month as a line in the fringe's capacity, for a supplier who looks some months ahead.

    The textbook form of the linear-quadratic regulator, on the state (x, 1): each month's payoff is a quadratic form in
    (x, 1, P), the next state F (x, 1) + G P, the value of what follows (x, 1) S (x, 1)'.

    Returns
    -------
    tuple of float: price at no fringe (USD/kg), change of the price for each t/yr of fringe
    """
    a, b, c = game.intercept_t_yr, game.slope_t_yr, game.cost_usd_kg
    grows = game.response_t_yr2 / 12.0
    month = exp(-game.discount_rate / 12.0)
    payoff = np.array([[0.0, c / 2.0, -0.5], [c / 2.0, -a * c, (a + b * c) / 2.0], [-0.5, (a + b * c) / 2.0, -b]])
    moves = np.array([[1.0, -grows * game.entry_usd_kg, grows], [0.0, 1.0, 0.0]])
    value = np.zeros((2, 2))
    line = np.zeros(2)
    for _ in range(horizon_months):
        whole = payoff + month * moves.T @ value @ moves
        line = -whole[2, :2] / whole[2, 2]
        value = whole[:2, :2] + np.outer(whole[:2, 2], line)
    return float(line[1]), float(line[0])


def receding_path(game: LimitPricing, horizon_months: int, months: int) -> tuple[list[float], list[float]]:
    """Prices of the months (USD/kg) and the fringe's capacity at the start of each (t/yr) under that policy (cases L6*).

    One capacity more than prices: what the last price makes of the fringe.
    """
    fixed, by_fringe = receding_policy(game, horizon_months)
    prices: list[float] = []
    fringe = [game.fringe_t_yr]
    for _ in range(months):
        prices.append(fixed + by_fringe * fringe[-1])
        fringe.append(max(0.0, fringe[-1] + game.response_t_yr2 / 12.0 * (prices[-1] - game.entry_usd_kg)))
    return prices, fringe
