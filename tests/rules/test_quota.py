"""Licences: issued by half-year, banked, released, hoarded only when scarce."""

from math import inf
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reabm.rules.quota import PINCH_MEMORY, issue_licences, pinch_remembered, release_t

issue = getattr(issue_licences, "py_func", issue_licences)  # plain Python: the namespaces below are no numba types


def books(bank: float, issued: float, quota: float, pooled: bool = True) -> tuple[SimpleNamespace, SimpleNamespace]:
    market = SimpleNamespace(bank_t=np.full(2, bank), issued_t=np.full(2, issued), was_pooled=np.full(1, float(pooled)))
    return market, SimpleNamespace(quota_t=np.full(2, quota), pools_groups=np.full(1, float(pooled)))


def test_an_even_share_is_released_where_nothing_rises() -> None:
    assert release_t(6000.0, 6.0, 2000.0, 0.0, 0.0, 1.0, 6.0, 0.35) == 1000.0


def test_scarce_licences_are_kept_while_prices_rise() -> None:
    # wanted a third above the even release: scarce in full; 1 - 6 x 3 x 0.02 = 0.64
    assert release_t(6000.0, 6.0, 1400.0, 0.0, 0.02, 1.0, 6.0, 0.35) == pytest.approx(640.0)


def test_ample_licences_are_not_hoarded_however_fast_prices_rise() -> None:
    assert release_t(6000.0, 6.0, 1000.0, 0.0, 0.3, 1.0, 6.0, 0.35) == 1000.0


def test_licences_that_were_dear_not_long_ago_are_hoarded_though_the_bank_is_ample() -> None:
    # half of the price was the licence: 1 - 6 x 3 x 0.02 x 0.5 = 0.82
    assert release_t(6000.0, 6.0, 1000.0, 0.5, 0.02, 1.0, 6.0, 0.35) == pytest.approx(820.0)


def test_scarcity_and_its_memory_do_not_add_up() -> None:
    for pinch in (0.0, 0.3, 1.0):  # scarce in full already
        assert release_t(6000.0, 6.0, 1400.0, pinch, 0.02, 1.0, 6.0, 0.35) == pytest.approx(640.0)


def test_what_lapses_at_the_end_of_the_year_is_sold_before_unless_prices_outrun_it() -> None:
    # in December half of what is kept stays good: 0.5 x (1 + 3 x 0.02) < 1; and 0.98 x 1.06 = 1.0388: 1 - 6 x 0.0388
    assert release_t(1000.0, 1.0, 2000.0, 1.0, 0.02, 0.5, 6.0, 0.35) == 1000.0
    assert release_t(1000.0, 1.0, 2000.0, 1.0, 0.02, 0.98, 6.0, 0.35) == pytest.approx(1000.0 * (1.0 - 6.0 * 0.0388))


def test_what_was_dear_is_sold_evenly_while_nothing_rises() -> None:
    assert release_t(6000.0, 6.0, 1000.0, 1.0, 0.0, 1.0, 6.0, 0.35) == 1000.0


@given(
    bank=st.floats(0, 1e5), months=st.integers(1, 6), wanted=st.floats(0, 1e5), pinch=st.floats(0, 1), trend=st.floats(-1, 1),
    survives=st.floats(0, 1), hoarding=st.floats(0, 50), floor=st.floats(0.05, 1),
)  # fmt: skip
@settings(derandomize=True)
def test_no_more_than_the_even_share_and_no_less_than_the_floor_is_released(
    bank, months, wanted, pinch, trend, survives, hoarding, floor
) -> None:
    released = release_t(bank, float(months), wanted, pinch, trend, survives, hoarding, floor)
    assert floor * bank / months <= released * (1 + 1e-12)
    assert released <= bank / months * (1 + 1e-12)


def test_a_new_half_year_adds_to_the_bank_and_a_new_year_takes_what_does_not_carry_over() -> None:
    market, policy = books(bank=1000.0, issued=5000.0, quota=6000.0)
    issue(market, policy, 1.0, 1.0, 6.0, 0.5)
    assert market.bank_t.tolist() == [6500.0, 6500.0]


def test_a_quota_set_in_mid_half_year_counts_for_the_months_that_are_left() -> None:
    market, policy = books(bank=0.0, issued=inf, quota=6000.0)
    issue(market, policy, 0.0, 0.0, 4.0, 0.5)
    assert market.bank_t.tolist() == [4000.0, 4000.0]


def test_a_quota_cut_in_mid_half_year_takes_from_the_bank_but_never_more_than_is_there() -> None:
    market, policy = books(bank=1500.0, issued=6000.0, quota=3000.0)
    issue(market, policy, 0.0, 0.0, 2.0, 0.5)
    assert market.bank_t[0] == 500.0
    issue(market, SimpleNamespace(quota_t=np.zeros(2), pools_groups=np.ones(1)), 0.0, 0.0, 2.0, 0.5)
    assert market.bank_t[0] == 0.0


def test_one_bank_becomes_two_in_proportion_to_the_new_quotas() -> None:
    market, _ = books(bank=1000.0, issued=5000.0, quota=0.0, pooled=True)
    split = SimpleNamespace(quota_t=np.array([9000.0, 1000.0]), pools_groups=np.zeros(1))
    issue(market, split, 1.0, 1.0, 6.0, 1.0)
    assert market.bank_t.tolist() == [9900.0, 1100.0]


def test_licences_pinch_cheap_elements_at_once_and_dear_ones_little() -> None:
    assert pinch_remembered(0.0, 6.0, 8.0) == 0.75
    assert pinch_remembered(0.0, 6.0, 600.0) == pytest.approx(0.01)
    assert pinch_remembered(0.0, 6.0, 5.0) == 1.0


def test_what_licences_took_is_forgotten_slowly_once_they_are_cheap() -> None:
    pinch = pinch_remembered(0.0, 6.0, 8.0)
    for _ in range(17):
        pinch = pinch_remembered(pinch, 0.0, 8.0)
    assert pinch == pytest.approx(0.75 * PINCH_MEMORY**17)
    assert pinch_remembered(pinch, 7.0, 8.0) == 0.875
