"""What all packing needs: a series by month, a strategy as a number, a sum that is the same on every machine."""

from __future__ import annotations

import numpy as np

from reabm.rules.strategies import STRATEGIES
from reabm.scenario.quantity import Series
from reabm.scenario.scenario import Scenario
from reabm.world.layout import Array


def monthly(scenario: Scenario, series: Series) -> Array:
    """Values of a series in the months of the run."""
    return series.monthly(scenario.start, scenario.n_months)


def monthly_demand(scenario: Scenario, series: Series) -> Array:
    """Scripted demand in the months of the run; after its last date it grows (or falls) at the scenario's rate."""
    values = monthly(scenario, series)
    rate = scenario.scalars["market.demand_growth_after_script"].value
    if rate == 0.0 or series.is_constant:
        return values
    since = np.arange(scenario.start, scenario.start + scenario.n_months) - max(series.values)
    grown: Array = values * (1.0 + rate) ** (np.maximum(since, 0) / 12.0)
    return grown


def weighted_sum(weights: Array, values: Array) -> float:
    """Sum of products, term by term: library sums may differ between machines in the last bit."""
    total = 0.0
    for weight, value in zip(weights, values):
        total += float(weight) * float(value)
    return total


def code(kind: str, strategy: str) -> float:
    """Number of a strategy in the catalogue of its kind."""
    return float(STRATEGIES[kind][strategy].code)
