"""Scores on numbers that can be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reabm.validation import scores

NAN = float("nan")


def numbers(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def test_the_log_error_of_twice_and_half_is_log_two_on_both_sides() -> None:
    found = scores.errors(numbers(20.0, 5.0), numbers(10.0, 10.0), "log")
    assert found == pytest.approx([math.log(2.0), -math.log(2.0)])
    assert scores.rmse(numbers(20.0, 5.0), numbers(10.0, 10.0), "log") == pytest.approx(math.log(2.0))


def test_the_error_of_shares_is_taken_in_points() -> None:
    assert scores.rmse(numbers(0.9, 0.5), numbers(0.6, 0.9), "linear") == pytest.approx(math.sqrt((0.09 + 0.16) / 2.0))


def test_missing_values_count_for_nothing_and_none_at_all_is_no_score() -> None:
    model, observed = numbers(10.0, NAN, 30.0), numbers(10.0, 20.0, NAN)
    assert scores.rmse(model, observed, "log") == 0.0
    assert scores.n_pairs(model, observed, "log") == 1
    assert math.isnan(scores.rmse(numbers(NAN), numbers(1.0), "log"))


def test_a_nought_of_the_model_is_a_hundredth_of_the_largest_observed_value_and_an_observed_one_no_value() -> None:
    found = scores.errors(numbers(0.0, 3.0), numbers(200.0, 0.0), "log")
    assert found[0] == pytest.approx(math.log(2.0 / 200.0))
    assert math.isnan(found[1])


def test_direction_counts_changes_between_neighbouring_years_that_were_observed_to_change() -> None:
    years = np.array([2010, 2011, 2012, 2014, 2015])
    observed = numbers(1.0, 2.0, 1.0, 5.0, 5.0)  # up, down, (a gap), no change
    model = numbers(1.0, 3.0, 4.0, 9.0, 8.0)  # up, up
    assert scores.direction(model, observed, years, (2011, 2015)) == 0.5
    assert math.isnan(scores.direction(model, observed, years, (2012, 2015)))  # a single change says nothing


def test_ranks_of_a_rising_pair_of_series_agree_and_of_a_falling_one_do_not() -> None:
    rising = numbers(1.0, 2.0, 3.0, 4.0)
    assert scores.rank_correlation(rising**3, rising) == pytest.approx(1.0)
    assert scores.rank_correlation(-rising, rising) == pytest.approx(-1.0)


def test_equal_values_share_their_rank() -> None:
    # ranks 0, 1.5, 1.5, 3 against 0, 1, 2, 3: covariance 4.5 over sqrt(4.5 x 5)
    assert scores.rank_correlation(numbers(1.0, 2.0, 2.0, 3.0), numbers(1.0, 2.0, 3.0, 4.0)) == pytest.approx(math.sqrt(0.9))


def test_too_few_pairs_or_a_constant_have_no_rank_correlation() -> None:
    assert math.isnan(scores.rank_correlation(numbers(1.0, 2.0, 3.0), numbers(1.0, 2.0, 3.0)))
    assert math.isnan(scores.rank_correlation(np.ones(5), np.arange(5.0)))


def test_coverage_is_the_share_of_observed_values_inside_the_band_edges_included() -> None:
    low, high = numbers(0.0, 0.0, 0.0, NAN), numbers(1.0, 1.0, 1.0, 1.0)
    assert scores.coverage(low, high, numbers(1.0, 2.0, 0.5, 0.5)) == pytest.approx(2.0 / 3.0)


def test_a_fact_is_hit_at_its_edges_and_missed_by_what_is_missing() -> None:
    assert scores.is_hit(1.0, 1.0, 2.0)
    assert scores.is_hit(5.0, 1.0, math.inf)
    assert not scores.is_hit(2.1, 1.0, 2.0)
    assert not scores.is_hit(NAN, 1.0, 2.0)
