"""Baselines on series made by hand; none of them may see what it forecasts."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reabm.validation import baselines

YEARS = np.arange(2005, 2013)
DECEMBER_2012 = 2012 * 12 + 11


def test_no_change_is_the_newest_value_to_december_2012_whatever_came_after() -> None:
    last = np.array([2011 * 12 + 11, DECEMBER_2012, DECEMBER_2012, 2013 * 12 + 11])
    assert baselines.no_change(last, np.array([1.0, 10.0, 30.0, 99.0]), DECEMBER_2012) == 20.0
    assert math.isnan(baselines.no_change(last[3:], np.array([99.0]), DECEMBER_2012))


def test_inside_the_window_no_change_is_the_value_before() -> None:
    found = baselines.one_step_no_change(np.array([10, 20, 30]), np.array([1.0, 2.0, 3.0]))
    assert math.isnan(found[0])
    assert found[1:] == pytest.approx([1.0, 2.0])


def test_ar1_finds_the_persistence_of_a_series_that_halves_its_distance() -> None:
    # x = 1, -1, 1, -1 ...: mean 0, each year the opposite of the last, so phi is -1, held at -0.99
    values = np.exp(np.where(YEARS % 2 == 0, 1.0, -1.0))
    fit = baselines.fit_ar1(YEARS, values, "log")
    assert fit is not None
    assert fit.mean == pytest.approx(0.0)
    assert fit.phi == pytest.approx(-0.99)


def test_ar1_forecasts_return_to_the_mean_of_the_window() -> None:
    fit = baselines.Persistence(mean=math.log(10.0), phi=0.5, last_year=2012, last=math.log(40.0))
    found = baselines.forecast_ar1(fit, np.array([2012, 2013, 2014, 2040]), "log")
    assert math.isnan(found[0])
    assert found[1:] == pytest.approx([20.0, 10.0 * 4.0**0.25, 10.0], rel=1e-6)


def test_ar1_of_a_boom_does_not_explode() -> None:
    fit = baselines.fit_ar1(YEARS, 1.5 ** np.arange(8.0), "log")
    found = baselines.forecast_ar1(fit, np.arange(2013, 2025), "log")
    assert found.max() < 1.5**8


def test_ar1_needs_four_years_and_three_pairs_of_neighbours() -> None:
    assert baselines.fit_ar1(YEARS[:3], np.ones(3), "log") is None
    assert baselines.fit_ar1(np.array([2005, 2006, 2008, 2010]), np.array([1.0, 2.0, 1.0, 2.0]), "log") is None
    assert np.isnan(baselines.forecast_ar1(None, YEARS, "log")).all()


def test_ar1_inside_its_window_steps_from_each_year_to_the_next() -> None:
    fit = baselines.Persistence(mean=0.5, phi=0.5, last_year=2012, last=0.7)
    found = baselines.one_step_ar1(fit, np.array([2009, 2010, 2012]), np.array([0.1, 0.3, 0.7]), "linear")
    assert found[1] == pytest.approx(0.3)
    assert np.isnan(found[[0, 2]]).all()


def test_the_curve_finds_the_elasticity_that_made_the_prices() -> None:
    volumes = np.array([10.0, 20.0, 40.0])
    curve = baselines.fit_curve(100.0 * (volumes / 10.0) ** (-1.0 / 0.5), volumes)
    assert curve is not None
    assert curve.eps == pytest.approx(0.5)
    assert baselines.price_on(curve, np.array([10.0, 80.0])) == pytest.approx([100.0, 100.0 / 64.0])


def test_where_price_and_volume_rise_together_the_curve_is_level() -> None:
    curve = baselines.fit_curve(np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0, 4.0]))
    assert curve is not None
    assert math.isinf(curve.eps)
    assert baselines.price_on(curve, np.array([100.0])) == pytest.approx([2.0])


def test_the_curve_says_nothing_of_years_whose_volume_is_unknown() -> None:
    curve = baselines.fit_curve(np.array([4.0, 2.0, 1.0]), np.array([1.0, 2.0, 4.0]))
    assert math.isnan(baselines.price_on(curve, np.array([np.nan]))[0])
    assert baselines.fit_curve(np.array([4.0, 2.0]), np.array([1.0, 2.0])) is None
