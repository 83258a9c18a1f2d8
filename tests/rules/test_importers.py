"""Beliefs and stocks of importers, against closed forms."""

import itertools
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reabm.rules.importers import (
    disruption_seen,
    doubt_besides_quota,
    interruption_cover_months,
    log_worth_of_cover,
    reliability,
    remember_licences,
    share_feared,
    share_held_when_dear,
    speculative_cover_months,
    update_belief,
)
from tests.rules.groups import group


def cover_months(trust: float, mean_months: float, shortage: float, carrying: float, cap: float) -> float:
    return interruption_cover_months(log_worth_of_cover(trust, mean_months, shortage, carrying), mean_months, cap)


def test_the_belief_of_case_b1_is_reproduced() -> None:
    # prior (9, 1), forgetting 0.98, six deliveries, then three disrupted months: 0.7733256774
    good, bad = 9.0, 1.0
    for seen in (0, 0, 0, 0, 0, 0, 1, 1, 1):
        good, bad = 0.98 * good + (1 - seen), 0.98 * bad + seen
    assert reliability(good, bad) == pytest.approx(0.7733256774, rel=1e-9)


def test_the_embargo_stock_of_case_n2_is_reproduced() -> None:
    # hazard 0.02 a month, mean length 6 months, shortage 100, carrying 0.5: 6 ln(4) = 8.317766 months
    cover = cover_months(1.0 - 0.02 * 6.0, 6.0, 100.0, 0.5, 24.0)
    assert cover == pytest.approx(6.0 * log(4.0), rel=1e-12)


def test_nothing_is_held_where_a_stock_costs_more_than_it_saves() -> None:
    assert cover_months(0.99, 6.0, 2.0, 0.02, 24.0) == 0.0


def test_the_embargo_stock_is_capped() -> None:
    assert cover_months(0.1, 6.0, 1000.0, 0.01, 5.0) == 5.0


def test_less_trust_never_means_a_smaller_stock() -> None:
    covers = [cover_months(trust / 100, 3.0, 4.0, 0.02, 8.0) for trust in range(1, 100)]
    assert all(a >= b for a, b in itertools.pairwise(covers))


@pytest.mark.parametrize(("trend", "months"), [(0.0, 0.0), (0.1, 0.6), (1.0, 1.4), (-1.0, -0.7)])
def test_speculation_follows_three_months_of_trend_within_bounds(trend: float, months: float) -> None:
    assert speculative_cover_months(trend, 1.0, 2.0) == pytest.approx(months)


# --- how far a month counts as disrupted, and what of it the quota did -------------------------------------------------


def seen_by(
    d: int, crackdown: float = 0.0, embargo: float = 0.0, rationed: float = 0.0, refused: float | None = None
) -> tuple[float, float, float]:
    policy = group(
        embargo=np.full(5, embargo), magnets_in_scope=np.zeros(1), crackdown=np.array([crackdown]), delay_months=np.zeros(1),
        licence_scope=np.array([0.0, 0.0 if refused is None else 1.0]), approval=np.full(5, 1.0 - (refused or 0.0)),
    )  # fmt: skip
    market = group(rationed_share=np.array([0.0, rationed]))
    knobs = group(licence_read_as_ban=0.5, quota_alarm=0.8, crackdown_alarm=0.4)
    return disruption_seen(policy, market, knobs, d)


def test_inside_china_campaigns_alarm_and_what_stops_at_the_border_does_not() -> None:
    assert seen_by(0, crackdown=0.5, embargo=1.0, rationed=1.0) == (pytest.approx(0.2), 0.0, 0.0)


def test_outside_campaigns_inside_china_do_not_count() -> None:
    assert seen_by(1, crackdown=1.0) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("embargo", "rationed", "seen", "by_quota"), [(0.0, 0.5, 0.4, 0.4), (0.3, 0.5, 0.4, 0.1), (0.6, 0.5, 0.6, 0.0)]
)
def test_a_rationed_quota_has_the_part_of_the_alarm_that_it_adds_to_all_else(embargo, rationed, seen, by_quota) -> None:
    assert seen_by(1, embargo=embargo, rationed=rationed) == (pytest.approx(seen), 0.0, pytest.approx(by_quota))


def test_a_licence_regime_has_what_it_adds_to_an_embargo_and_the_quota_what_it_adds_to_both() -> None:
    assert seen_by(1, refused=1.0) == (pytest.approx(0.5), pytest.approx(0.5), 0.0)
    assert seen_by(1, refused=1.0, embargo=0.2, rationed=1.0) == (pytest.approx(0.8), pytest.approx(0.3), pytest.approx(0.3))
    assert seen_by(1, refused=0.2, embargo=0.6) == (pytest.approx(0.6), 0.0, 0.0)


def test_the_parts_of_licences_and_of_the_quota_are_forgotten_as_all_disruption_is() -> None:
    columns = ("delivered", "disrupted", "disrupted_by_licence", "disrupted_by_quota", "reliability")
    importers = group(**{name: np.ones(2) for name in columns})
    update_belief(importers, 1, 0.7, 0.4, 0.2, 0.9)
    assert importers.disrupted_by_licence.tolist() == [1.0, pytest.approx(0.9 + 0.4)]
    assert importers.disrupted_by_quota.tolist() == [1.0, pytest.approx(0.9 + 0.2)]
    assert importers.disrupted.tolist() == [1.0, pytest.approx(0.9 + 0.7)]
    assert importers.reliability[1] == pytest.approx((0.9 + 0.3) / (0.9 + 0.3 + 0.9 + 0.7))


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=30), st.floats(0.8, 1.0))
@settings(derandomize=True, deadline=None)
def test_licences_and_the_quota_are_never_feared_more_than_all_disruption_together(months, memory) -> None:
    disrupted = by_both = 0.0
    for embargo, rationed, refused in months:
        seen, by_licence, by_quota = seen_by(2, embargo=embargo, rationed=rationed, refused=refused)
        assert min(by_licence, by_quota) >= 0.0
        disrupted, by_both = memory * disrupted + seen, memory * by_both + by_licence + by_quota
        assert by_both <= disrupted * (1.0 + 1e-12)


def test_elements_are_held_to_be_under_licence_while_they_are_and_in_fading_measure_after() -> None:
    market = group(licensed=np.array([0.5, 0.5, 0.0]))
    remember_licences(market, group(licence_scope=np.array([1.0, 0.0, 0.0])), 0.9)
    assert market.licensed.tolist() == [1.0, pytest.approx(0.45), 0.0]


def test_the_doubt_of_who_buys_in_china_leaves_out_what_the_quota_added() -> None:
    importers = group(delivered=np.array([6.0]), disrupted=np.array([4.0]), disrupted_by_quota=np.array([3.0]))
    assert doubt_besides_quota(importers, 0) == pytest.approx(0.1)


# --- what of the stock is wanted: prices, and what the fear concerns ----------------------------------------------------


def test_a_dear_stock_is_the_closed_form_at_a_missing_tonne_that_costs_no_more_than_before() -> None:
    # at discipline 1 the cost of a missing tonne stays at 100 x the reference price, holding costs 0.5 x twice that price
    log_worth = log_worth_of_cover(0.88, 6.0, 100.0, 0.5)
    held = share_held_when_dear(log_worth, log(2.0), 1.0) * interruption_cover_months(log_worth, 6.0, 24.0)
    assert held == pytest.approx(cover_months(0.88, 6.0, 100.0, 2.0 * 0.5, 24.0), rel=1e-12)


def test_without_discipline_all_is_held_however_dear() -> None:
    assert share_held_when_dear(1.3, 5.0, 0.0) == 1.0


def test_at_the_reference_price_all_is_held_whatever_the_discipline() -> None:
    assert share_held_when_dear(1.3, 0.0, 1.0) == 1.0


def test_nothing_is_held_where_the_price_outruns_the_worth() -> None:
    assert share_held_when_dear(1.0, 3.0, 0.5) == 0.0


def test_fear_of_a_quota_concerns_an_element_as_far_as_licences_pinch_and_fear_of_embargoes_concerns_all() -> None:
    assert share_feared(4.0, 0.0, 3.0, 1.0, 0.0) == pytest.approx(0.25)
    assert share_feared(4.0, 0.0, 3.0, 1.0, 0.4) == pytest.approx(0.25 + 0.75 * 0.4)
    assert share_feared(4.0, 0.0, 3.0, 0.0, 1.0) == 1.0
    assert share_feared(4.0, 0.0, 0.0, 0.0, 0.0) == 1.0
    assert share_feared(0.0, 0.0, 0.0, 0.0, 0.0) == 1.0


def test_fear_of_a_licence_regime_concerns_the_elements_that_it_names() -> None:
    assert share_feared(4.0, 3.0, 0.0, 0.0, 1.0) == pytest.approx(0.25)
    assert share_feared(4.0, 3.0, 0.0, 1.0, 0.0) == 1.0
    assert share_feared(4.0, 2.0, 1.0, 0.5, 0.0) == pytest.approx(0.25 + 0.5 * 0.5)
