"""The bargain, the half-life and the window against their closed forms (cases G4, G5, X1)."""

from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reabm.leverage.terms import bite_months, coercion_ratio, half_life, transferable_musd, window


def test_g4_symmetric_nash_bargaining_splits_the_difference_of_losses():
    assert transferable_musd(120.0, 30.0) == pytest.approx(45.0, rel=1e-12)


def test_g5_a_stronger_coercer_extracts_more():
    assert transferable_musd(120.0, 30.0, coercer_weight=0.6) == pytest.approx(60.0, rel=1e-12)


@given(st.floats(0.0, 1.0), st.floats(1.0, 500.0), st.floats(1.0, 500.0))
def test_the_split_is_the_maximum_of_the_nash_product(weight, target, coercer):
    # both gain c* over disagreement: the target saves D_T - c, the coercer gains c + D_C
    grid = np.linspace(-coercer, target, 20001)
    product = (grid + coercer) ** weight * (target - grid) ** (1.0 - weight)
    best = grid[np.argmax(product)]
    assert transferable_musd(target, coercer, weight) == pytest.approx(best, abs=2.0 * (grid[1] - grid[0]))


def test_a_coercer_who_gains_by_the_restriction_is_not_paid_for_that():
    assert transferable_musd(100.0, -40.0) == transferable_musd(100.0, 0.0) == 50.0


def test_the_coercion_ratio_has_a_floor_below_it():
    assert coercion_ratio(100.0, 50.0) == 2.0
    assert coercion_ratio(100.0, -5.0) == 100.0


def x1(years):
    return 0.5 * (120.0 * np.exp(-0.25 * years) - 30.0)


def test_x1_half_life_of_exponential_erosion():
    years = np.arange(0.0, 8.0, 1.0 / 120.0)
    found = half_life(years, x1(years))
    assert found.years == pytest.approx(1.880014517, rel=1e-5)  # linear between dates
    assert not found.is_censored


def test_x1_the_window_closes_when_nothing_is_left():
    years = np.arange(0.0, 8.0, 1.0 / 120.0)
    ((opened, closed),) = window(years, x1(years), 0.0)
    assert opened == 0.0
    assert closed == pytest.approx(log(4.0) / 0.25, rel=1e-5)


def test_an_unreached_half_is_censored_and_has_no_number():
    years = np.arange(5.0)
    found = half_life(years, np.array([10.0, 9.0, 8.0, 7.0, 6.0]))
    assert np.isnan(found.years)
    assert found.is_censored


def test_without_leverage_there_is_no_half_life():
    found = half_life(np.arange(3.0), np.array([-1.0, -2.0, -3.0]))
    assert np.isnan(found.years)
    assert not found.is_censored


def test_a_window_may_open_again():
    assert window(np.arange(5.0), np.array([2.0, 0.0, 0.0, 2.0, 2.0]), 1.0) == [(0.0, 0.5), (2.5, 4.0)]


def test_the_bite_is_the_first_length_worth_the_issue():
    assert bite_months(np.array([1, 3, 6, 12]), np.array([5.0, 40.0, 90.0, 200.0]), 60.0) == 6.0
    assert np.isnan(bite_months(np.array([1, 3]), np.array([5.0, 40.0]), 60.0))


@given(st.floats(0.05, 2.0), st.floats(10.0, 1e4))
def test_half_life_of_pure_decay_does_not_depend_on_its_size(rate, size):
    years = np.linspace(0.0, 3.0 / rate, 3001)
    found = half_life(years, size * np.array([exp(-rate * year) for year in years]))
    assert found.years == pytest.approx(log(2.0) / rate, rel=1e-5)
