"""Beliefs and stocks of importers, against closed forms."""

import itertools
from math import log

import pytest

from reabm.rules.importers import interruption_cover_months, reliability, speculative_cover_months


def test_the_belief_of_case_b1_is_reproduced() -> None:
    # prior (9, 1), forgetting 0.98, six deliveries, then three disrupted months: 0.7733256774
    good, bad = 9.0, 1.0
    for seen in (0, 0, 0, 0, 0, 0, 1, 1, 1):
        good, bad = 0.98 * good + (1 - seen), 0.98 * bad + seen
    assert reliability(good, bad) == pytest.approx(0.7733256774, rel=1e-9)


def test_the_embargo_stock_of_case_n2_is_reproduced() -> None:
    # hazard 0.02 a month, mean length 6 months, shortage 100, carrying 0.5: 6 ln(4) = 8.317766 months
    cover = interruption_cover_months(1.0 - 0.02 * 6.0, 6.0, 100.0, 0.5, 24.0)
    assert cover == pytest.approx(6.0 * log(4.0), rel=1e-12)


def test_nothing_is_held_where_a_stock_costs_more_than_it_saves() -> None:
    assert interruption_cover_months(0.99, 6.0, 2.0, 0.02, 24.0) == 0.0


def test_the_embargo_stock_is_capped() -> None:
    assert interruption_cover_months(0.1, 6.0, 1000.0, 0.01, 5.0) == 5.0


def test_less_trust_never_means_a_smaller_stock() -> None:
    covers = [interruption_cover_months(trust / 100, 3.0, 4.0, 0.02, 8.0) for trust in range(1, 100)]
    assert all(a >= b for a, b in itertools.pairwise(covers))


@pytest.mark.parametrize(("trend", "months"), [(0.0, 0.0), (0.1, 0.6), (1.0, 1.4), (-1.0, -0.7)])
def test_speculation_follows_three_months_of_trend_within_bounds(trend: float, months: float) -> None:
    assert speculative_cover_months(trend, 1.0, 2.0) == pytest.approx(months)
