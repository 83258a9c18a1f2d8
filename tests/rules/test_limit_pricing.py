"""A state that sets the price by tonnage: its plan, its quota, and what it takes for the line of use outside."""

from __future__ import annotations

from itertools import pairwise
from math import inf, log
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reabm.games.limit_pricing import LimitPricing, receding_policy
from reabm.rules.limit_pricing import fringe_t, limit_price_usd_kg, outside_line, quota_for_release_t
from reabm.rules.quota import issue_licences
from tests.rules.groups import group

YEARLY = (60_000.0, 400.0, 3_000.0)  # intercept t/yr, slope t/yr per USD/kg, fringe t/yr


def price(horizon: float, fringe_t_yr: float = YEARLY[2], response: float = 120.0, rate: float = 0.2) -> float:
    a, b, _ = YEARLY
    discount = float(np.exp(-rate / 12.0))
    return limit_price_usd_kg(a / 12, b / 12, fringe_t_yr / 12, 10.0, 30.0, response / 144, discount, horizon)


@pytest.mark.parametrize(
    ("horizon", "usd_kg"), [(1, 76.25), (36, 59.68479776), (60, 55.38888906), (120, 51.86922517), (480, 51.02578365)]
)
def test_the_prices_of_cases_l5_and_l6_are_reproduced(horizon: int, usd_kg: float) -> None:
    assert price(horizon) == pytest.approx(usd_kg, rel=1e-9)


def test_one_month_ahead_is_the_monopolist_on_what_the_fringe_leaves() -> None:
    for fringe in (0.0, 3_000.0, 40_000.0):
        assert price(1, fringe) == pytest.approx((60_000 - fringe + 400 * 10) / (2 * 400), rel=1e-14)


def test_a_fringe_that_never_answers_or_a_future_without_worth_leaves_the_monopolist() -> None:
    assert price(480, response=0.0) == pytest.approx(76.25, rel=1e-14)
    assert price(480, rate=1e3) == pytest.approx(76.25, rel=1e-14)


def test_who_looks_further_ahead_asks_less() -> None:
    asked = [price(horizon) for horizon in (1, 2, 6, 12, 36, 60, 120, 240, 480)]
    assert all(later < earlier for earlier, later in pairwise(asked))


def test_parts_of_a_month_do_not_count() -> None:
    assert price(36.9) == price(36)


@given(
    a=st.floats(1e3, 1e5), b=st.floats(10, 2e3), c=st.floats(0, 50), entry=st.floats(0, 100), k_by_b=st.floats(0, 6),
    r=st.floats(0, 0.5), x=st.floats(0, 5e4), horizon=st.integers(1, 200),
)  # fmt: skip
@settings(derandomize=True, deadline=None)
def test_the_rule_agrees_with_the_regulator_of_the_textbook(a, b, c, entry, k_by_b, r, x, horizon) -> None:
    k = k_by_b * b  # beyond 24 the plan would be unbounded
    fixed, by_fringe = receding_policy(LimitPricing(a, b, c, entry, k, r, x), horizon)
    got = limit_price_usd_kg(a / 12, b / 12, x / 12, c, entry, k / 144, float(np.exp(-r / 12)), float(horizon))
    assert got == pytest.approx(fixed + by_fringe * x, rel=1e-7, abs=1e-6)


def test_months_in_which_the_plan_would_be_unbounded_are_left_out() -> None:
    # the second month's problem bends the wrong way where response > 2 slope / sqrt(discount)
    wild = limit_price_usd_kg(5_000.0, 30.0, 250.0, 10.0, 30.0, 61.0, 1.0, 480.0)
    assert wild == limit_price_usd_kg(5_000.0, 30.0, 250.0, 10.0, 30.0, 61.0, 1.0, 1.0)
    assert limit_price_usd_kg(5_000.0, 30.0, 250.0, 10.0, 30.0, 59.0, 1.0, 2.0) != wild


# --- the quota ----------------------------------------------------------------------------------------------------------


@given(
    release=st.floats(0, 1e5), bank=st.floats(0, 1e5), issued=st.one_of(st.just(inf), st.floats(0, 1e6)),
    left=st.integers(1, 6), year=st.booleans(), carry=st.floats(0, 1),
)  # fmt: skip
@settings(derandomize=True, deadline=None)
def test_the_quota_lets_out_what_was_meant_or_nothing_new(release, bank, issued, left, year, carry) -> None:
    half = 1.0 if left == 6 else 0.0
    new_year = 1.0 if year and left == 6 else 0.0
    quota = quota_for_release_t(release, bank, issued, float(left), half, new_year, carry)
    held = 0.0 if issued == inf and not half else bank * (carry if new_year else 1.0)
    market = group(bank_t=np.full(2, bank), issued_t=np.full(2, issued), was_pooled=np.ones(1))
    issue_licences(market, group(quota_t=np.full(2, quota), pools_groups=np.ones(1)), half, new_year, float(left), carry)
    if quota > 0.0:
        assert market.bank_t[0] / left == pytest.approx(release, rel=1e-9, abs=1e-6)
    else:  # no quota is low enough to take all licences that are about: as many of them are taken back as can be
        assert market.bank_t[0] <= held + 1e-6
        assert market.bank_t[0] / left >= release - 1e-6


def test_licences_used_up_as_meant_make_the_quota_six_times_the_month() -> None:
    bank, issued = 0.0, inf
    for month, release in enumerate([500.0, 480.0, 470.0, 465.0, 450.0, 440.0, 430.0, 435.0]):
        left, half = 6.0 - month % 6, 1.0 if month % 6 == 0 else 0.0
        quota = quota_for_release_t(release, bank, issued, left, half, 0.0, 0.5)
        assert quota == pytest.approx(6.0 * release, rel=1e-12)
        market = group(bank_t=np.full(1, bank), issued_t=np.full(1, issued), was_pooled=np.ones(1))
        issue_licences(market, group(quota_t=np.full(1, quota), pools_groups=np.ones(1)), half, 0.0, left, 0.5)
        assert market.bank_t[0] / left == pytest.approx(release, rel=1e-12)
        bank, issued = market.bank_t[0] - release, quota


# --- what the state sees ------------------------------------------------------------------------------------------------


def world(use: tuple[float, ...], digs_t: tuple[float, ...], lagged: float = 0.0) -> dict[str, Any]:
    """Two elements; use in China counts for nothing, nor does a Chinese mine, nor one that ships its concentrate.

    Users have adjusted to four times the reference price, as far as they do (`lagged`).
    """
    n = len(use)
    one = np.ones(1)
    return {
        "market": group(outside_usd_kg=np.array([20.0, 400.0])[:n], premium_usd_kg=np.zeros(n), log_habit=np.zeros((2, n))),
        "users": group(thrift=np.zeros((2, n))),
        "user_params": group(
            destination=np.array([0.0, 3.0]), demand_t=np.full((2, 1), sum(use)), mix=np.tile(np.array(use) / sum(use), (2, 1))
        ),
        "makers": group(planned_t=np.zeros((0, 2, 3)), thrift=np.zeros((0, n)), oxide_t=np.zeros((0, 3, n))),
        "maker_params": group(home=np.zeros(0), makes_alloy=np.zeros(0), content=np.zeros((2, n))),
        "maker_knobs": group(oxide_cover_months=1.0),
        "use_knobs": group(lagged_elasticity=lagged),
        "mines": group(status=np.full(3, 2.0), utilisation=np.array([1.0, 0.5, 1.0]), route=np.array([0.0, 0.0, 1.0])),
        "mine_params": group(
            zone=np.array([0.0, 1.0, 1.0]), kind=np.array([0.0, 2.0, 2.0]), heavy_at_home=np.full((3, 1), 0.25),
            capacity_t=np.full((3, 1), 2.0 * sum(digs_t)), basket=np.tile(np.array(digs_t) / sum(digs_t), (3, 1)),
            separation_yield=np.full(3, 0.9),
        ),
        "elements": group(
            reference_usd_kg=np.array([10.0, 200.0])[:n], elasticity=np.array([0.5, 0.2])[:n], group=np.array([0.0, 1.0])[:n],
            log_reference=np.full(n, -log(4.0)),
        ),
        "script": group(recession=np.tile(one, (5, 1))),
    }  # fmt: skip


def test_the_state_counts_what_users_have_given_up_at_lasting_prices() -> None:
    # elasticities 0.5 and 0.2, k = 2: use is 900 / 4 and 100 / 4^0.4
    intercept, slope, *_ = outside_line(**world((900.0, 100.0), (80.0, 20.0), lagged=2.0), month=0)
    own = (900.0 / 4.0, 100.0 / 4.0**0.4)
    assert slope == pytest.approx(own[0] * 0.5 / 10 + own[1] * 0.2 / 200)
    assert intercept - slope * (own[0] * 10 + own[1] * 200) / sum(own) == pytest.approx(sum(own))


def test_the_line_passes_through_use_at_reference_prices_with_the_slopes_there() -> None:
    intercept, slope, fringe, seen = outside_line(**world((900.0, 100.0), (80.0, 20.0)), month=0)
    reference = (900 * 10 + 100 * 200) / 1000
    assert slope == pytest.approx(900 * 0.5 / 10 + 100 * 0.2 / 200)
    assert intercept - slope * reference == pytest.approx(1000.0)
    assert seen == pytest.approx((900 * 20 + 100 * 400) / 1000)
    assert fringe == pytest.approx(0.9 * (80.0 + 20.0 * 0.25))  # of the heavy element a quarter is separated outside


def test_with_one_linear_element_the_line_is_its_curve() -> None:
    intercept, slope, _, seen = outside_line(**world((4_000.0,), (250.0,)), month=0)
    assert (intercept, slope, seen) == pytest.approx((4_000 * 1.5, 4_000 * 0.5 / 10, 20.0))


def test_a_glut_of_one_element_counts_no_more_than_can_be_used_of_it() -> None:
    *_, fringe, _ = outside_line(**world((100.0, 900.0), (10_000.0, 20.0)), month=0)
    assert fringe == pytest.approx(100.0 * 1.5 + 0.9 * 20.0 * 0.25)


def test_without_use_outside_there_is_no_line() -> None:
    empty = world((1.0, 1.0), (80.0, 20.0))
    empty["user_params"].demand_t[:] = 0.0
    assert outside_line(**empty, month=0) == (0.0, 0.0, 0.0, 0.0)


def test_a_mine_that_stands_still_counts_for_nothing() -> None:
    stands = world((900.0, 100.0), (80.0, 20.0))
    assert fringe_t(stands["mines"], stands["mine_params"], 0, 0.0, 0) == pytest.approx(0.9 * 80.0)
    stands["mines"].status[:] = 3.0
    assert fringe_t(stands["mines"], stands["mine_params"], 0, 0.0, 0) == 0.0
