"""The channels out of China: exact values, slopes, thresholds and ceilings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reabm.rules.channels import alloy_t, smuggled_t, transshipped_t

gaps = st.floats(-50.0, 500.0)
costs = st.floats(0.1, 50.0)
tonnes = st.floats(0.0, 1e4)


def slope_by_difference(function, x, step=1e-6):
    return (function(x + step)[0] - function(x - step)[0]) / (2.0 * step)


@pytest.mark.parametrize(("gap", "flow"), [(-5.0, 0.0), (4.0, 0.0), (16.0, 50.0), (40.0, 75.0), (4e9, 100.0)])
def test_smuggling_starts_at_its_cost_and_rises_to_its_ceiling(gap, flow):
    assert smuggled_t(gap, 100.0, 4.0)[0] == pytest.approx(flow, rel=1e-8)


def test_nobody_smuggles_without_routes():
    assert smuggled_t(100.0, 0.0, 4.0) == (0.0, 0.0)


@pytest.mark.parametrize(("gap", "flow"), [(-5.0, 0.0), (5.0, 0.0), (7.5, 30.0), (9.0, 48.0), (10.0, 60.0), (99.0, 60.0)])
def test_alloy_rises_from_the_cheapest_to_the_dearest_maker(gap, flow):
    assert alloy_t(gap, 60.0, 5.0, 5.0)[0] == pytest.approx(flow)


def test_alloy_within_the_quota_is_no_loophole():
    assert alloy_t(100.0, 0.0, 5.0, 5.0) == (0.0, 0.0)


@pytest.mark.parametrize(("premium", "flow"), [(0.0, 0.0), (2.0, 0.0), (12.0, 100.0), (22.0, 200.0), (42.0, 250.0)])
def test_reexports_rise_with_the_premium_up_to_their_ceiling(premium, flow):
    assert transshipped_t(premium, 200.0, 250.0, 2.0, 20.0)[0] == pytest.approx(flow)


def test_nothing_is_reexported_to_a_block_that_needs_nothing_or_gets_nothing():
    assert transshipped_t(50.0, 0.0, 250.0, 2.0, 20.0) == (0.0, 0.0)
    assert transshipped_t(50.0, 200.0, 0.0, 2.0, 20.0) == (0.0, 0.0)


@given(gaps, tonnes, costs)
def test_smuggling_keeps_its_bounds_and_slope(gap, ceiling, cost):
    flow, slope = smuggled_t(gap, ceiling, cost)
    assert 0.0 <= flow <= ceiling
    assert slope >= 0.0
    if abs(gap - cost) > 1e-4:
        difference = slope_by_difference(lambda x: smuggled_t(x, ceiling, cost), gap)
        assert slope == pytest.approx(difference, rel=1e-4, abs=1e-5 * (1.0 + ceiling))


@given(gaps, tonnes, st.floats(0.0, 50.0), st.floats(0.1, 50.0))
def test_alloy_keeps_its_bounds_and_slope(gap, capacity, conversion, spread):
    flow, slope = alloy_t(gap, capacity, conversion, spread)
    assert 0.0 <= flow <= capacity
    assert slope >= 0.0
    if min(abs(gap - conversion), abs(gap - conversion - spread)) > 1e-4:
        difference = slope_by_difference(lambda x: alloy_t(x, capacity, conversion, spread), gap)
        assert slope == pytest.approx(difference, rel=1e-4, abs=1e-5 * (1.0 + capacity))


@given(st.floats(0.0, 500.0), tonnes, tonnes, st.floats(0.0, 50.0), st.floats(0.1, 100.0))
def test_reexports_keep_their_bounds_and_never_fall(premium, need, ceiling, base, slope_usd_kg):
    flow, slope = transshipped_t(premium, need, ceiling, base, slope_usd_kg)
    assert 0.0 <= flow <= ceiling
    assert slope >= 0.0
    assert transshipped_t(premium + 1.0, need, ceiling, base, slope_usd_kg)[0] >= flow
