"""The runs that are compared with the cases L5* and L6*, and what is read from them."""

from __future__ import annotations

from functools import cache
from math import log

import numpy as np

import reabm
from reabm.games.limit_pricing import LimitPricing
from reabm.scenario import find_configs, load_scenario, with_months, with_settings
from tests.verification.cases import cases

CASES = cases("L5", "L6")
SCENARIO = load_scenario(find_configs() / "verification" / "limit_pricing.yaml")
GAME = LimitPricing(60_000, 400, 10, 30, 120, 0.2, 3_000)  # as the cases' parameters say
FOREVER = 480  # months, next to infinite: a month 40 years off is worth e^-8
L6 = [(h, what) for h in (36, 60, 120, 480) for what in "Px"]


@cache
def played(horizon: int, until: str = "2010-01") -> reabm.Result:
    """The scenario with a horizon."""
    changed = with_settings(with_months(SCENARIO, end=until), {"limit_pricing.horizon_months": horizon})
    return reabm.run(changed)


def prices(run: reabm.Result) -> np.ndarray:
    """Price outside, USD/kg, month by month, from the public table."""
    table = run.prices
    outside = table[(table.stage == "oxide") & (table.zone == "outside") & (table.destination == "all")]
    return outside.sort_values("month").usd_per_kg.to_numpy()


def fringe(run: reabm.Result) -> np.ndarray:
    """Capacity at work outside, t/yr, at the start of each month."""
    return run.months.mine_output_row_t.to_numpy() * 12.0


def speed(run: reabm.Result) -> float:
    """1/yr, < 0, at which the fringe's gap to its end closes, from its capacities twenty months apart."""
    x = fringe(run)
    return 12.0 * log((x[40] - x[20]) / (x[20] - x[0])) / 20.0
