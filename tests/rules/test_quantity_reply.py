"""A mine that answers the quota by its best output, against the closed form of a follower."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from reabm.rules.mines import OUTSIDE_CHINA, PRODUCING
from reabm.rules.quantity_reply import reply_to_quota
from tests.rules.groups import group

USE_T, REFERENCE, COST = 100.0, 20.0, 10.0


def replied(quota_t: float, separation_yield: float) -> tuple[float, float]:
    """Tonnes that it will sell and its cash, after a month in which it dug 5 t worth 30 USD/kg."""
    mines = group(
        status=np.full(1, float(PRODUCING)), utilisation=np.zeros(1), cash_kusd=np.zeros(1), basket_usd_kg=np.full(1, 30.0),
        ore_t=np.full(1, 5.0),
    )  # fmt: skip
    params = group(
        kind=np.full(1, float(OUTSIDE_CHINA)), earliest=np.zeros(1), separation_yield=np.full(1, separation_yield),
        opex_usd_kg=np.full(1, COST), capacity_t=np.full((1, 1), 1000.0), max_utilisation=np.ones(1),
    )  # fmt: skip
    policy = group(quota_t=np.array([6.0 * quota_t, inf]), pools_groups=np.ones(1))
    users = group(destination=np.ones(1), demand_t=np.full((1, 1), USE_T), mix=np.ones((1, 1)))
    elements = group(reference_usd_kg=np.full(1, REFERENCE), elasticity=np.ones(1))
    reply_to_quota(mines, params, policy, users, elements, group(recession=np.ones((2, 1))), 0, 0)
    return float(mines.utilisation[0]) * 1000.0 * separation_yield, float(mines.cash_kusd[0])


@pytest.mark.parametrize("separation_yield", [1.0, 0.8, 0.6])
def test_it_sells_half_of_what_is_left_above_the_cost_of_a_tonne_sold(separation_yield: float) -> None:
    slope = USE_T / REFERENCE  # use is USE_T at REFERENCE with elasticity one: P = (2 USE_T - Q) / slope
    sold, _ = replied(40.0, separation_yield)
    assert sold == pytest.approx(0.5 * (2.0 * USE_T - slope * COST / separation_yield - 40.0))
    trial = np.linspace(0.0, 2.0 * USE_T, 20_001)
    profit = ((2.0 * USE_T - 40.0 - trial) / slope - COST / separation_yield) * trial
    assert sold == pytest.approx(trial[profit.argmax()], abs=0.01)


def test_last_month_is_booked_at_the_worth_of_its_basket_less_running_cost() -> None:
    assert replied(40.0, 0.8)[1] == pytest.approx((30.0 - COST) * 5.0)
