"""Use curves and stock orders: exact values, slopes, and what must never happen."""

from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reabm.rules.demand import ISOELASTIC, LINEAR, stock_order_t, use_t

prices = st.floats(-6.0, 9.0)  # ln USD/kg
elasticities = st.floats(0.05, 2.0)


def slope_by_difference(function, x, step=1e-6):
    return (function(x + step)[0] - function(x - step)[0]) / (2.0 * step)


@pytest.mark.parametrize("curve", [ISOELASTIC, LINEAR])
def test_at_the_reference_price_both_curves_have_the_stated_use_and_elasticity(curve):
    assert use_t(log(27.0), 100.0, log(27.0), 0.4, 1.0, curve) == (pytest.approx(100.0), pytest.approx(-40.0))


def test_isoelastic_use_at_twice_the_price():
    used, _ = use_t(log(54.0), 100.0, log(27.0), 0.5, 2.0, ISOELASTIC)
    assert used == pytest.approx(100.0 / 2.0**0.5, rel=1e-14)


def test_linear_use_is_a_straight_line_that_ends_at_zero():
    def used(price):
        return use_t(log(price), 100_000.0, log(100.0), 0.5, 1.0, LINEAR)[0]

    for price in (1.0, 50.0, 150.0, 250.0):
        assert used(price) == pytest.approx(150_000.0 - 500.0 * price, rel=1e-12)
    assert used(300.1) == 0.0


def test_use_falls_to_nothing_between_the_choke_price_and_e_times_it():
    def used(relative):
        return use_t(relative, 100.0, 0.0, 0.3, 1.2, ISOELASTIC)[0]

    assert used(1.2) == pytest.approx(100.0 * exp(-0.36))
    assert used(1.7) == pytest.approx(0.5 * 100.0 * exp(-0.3 * 1.7))
    assert used(2.2) == pytest.approx(0.0, abs=1e-12)
    assert use_t(2.3, 100.0, 0.0, 0.3, 1.2, ISOELASTIC) == (0.0, 0.0)


@given(prices, prices, elasticities, st.floats(0.1, 4.0), st.sampled_from([ISOELASTIC, LINEAR]))
def test_use_is_never_negative_and_falls_with_the_price_as_its_slope_says(x, reference, elasticity, choke, curve):
    def used(log_price):
        return use_t(log_price, 50.0, reference, elasticity, choke, curve)

    quantity, slope = used(x)
    assert quantity >= 0.0
    assert slope <= 0.0
    kinks = (choke, choke + 1.0) if curve == ISOELASTIC else (log(1.0 + 1.0 / elasticity),)
    if all(abs(x - reference - kink) > 1e-4 for kink in kinks):
        assert slope == pytest.approx(slope_by_difference(used, x), rel=1e-4, abs=1e-5 * (1.0 + quantity))


def test_a_stock_gap_is_closed_within_the_adjustment_time():
    assert stock_order_t(log(30.0), 120.0, 60.0, log(30.0), 0.75, 5.0) == (pytest.approx(12.0), pytest.approx(-18.0))


def test_less_stock_is_wanted_above_the_anchor_price():
    order, _ = stock_order_t(log(60.0), 120.0, 60.0, log(30.0), 1.0, 5.0)
    assert order == pytest.approx(0.0, abs=1e-12)


@given(prices, prices, st.floats(0.0, 1e4), st.floats(0.0, 1e4), st.floats(0.0, 5.0), st.floats(1.0, 24.0))
def test_never_more_than_the_stock_is_sold_in_a_month(x, anchor, wanted, stock, sensitivity, months):
    def order(log_price):
        return stock_order_t(log_price, wanted, stock, anchor, sensitivity, months)

    quantity, slope = order(x)
    assert quantity >= -stock / months
    assert stock + quantity >= 0.0
    assert slope <= 0.0
    assert slope == pytest.approx(slope_by_difference(order, x), rel=1e-4, abs=1e-6 * (1.0 + abs(quantity) + stock))
