"""Embargo loss, Nash bargaining and the decay of leverage (cases X1, X2, G4, G5): forks of two small worlds against paper."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest

from reabm.engine.run import prepare
from reabm.leverage import measure
from reabm.leverage.surface import COERCER_LOSSES
from reabm.scenario import with_settings
from reabm.scenario.months import month_text
from tests.economics.adding_up import leaks
from tests.economics.steps import faults, step
from tests.verification.cases import expected
from tests.verification.forks import (
    CASES,
    DECAY,
    EMBARGO,
    FIRST,
    LENGTHS,
    concession_musd,
    decaying,
    embargoes,
    half_life_by_speed,
    half_life_years,
    speed,
    window_by_speed,
    window_years,
)

USE_T, COVER_MONTHS, WORTH_KUSD_T = 500.0, 3, 100.0  # X2
TARGET_MUSD, COERCER_MUSD, DECAY_SPEED = 120.0, 30.0, 0.25  # X1, G4, G5


def test_the_cases_are_all_walked() -> None:
    assert CASES.keys() == {"X1hl", "X1win", "X2", "G4", "G5"}


# --- X2: an embargo and a stock ------------------------------------------------------------------------------------------


def test_an_embargo_of_nine_months_on_three_months_of_stock_costs_what_the_case_says() -> None:
    assert embargoes()[9] == expected(CASES["X2"])


@pytest.mark.parametrize("months", LENGTHS)
def test_an_embargo_costs_nothing_while_stocks_last_and_then_use_times_worth_a_month(months: int) -> None:
    on_paper = WORTH_KUSD_T * USE_T * max(0, months - COVER_MONTHS)
    assert embargoes()[months] == pytest.approx(on_paper, rel=1e-6, abs=1e-3)  # 1 USD where nothing is lost


def test_stocks_that_are_slow_to_sell_protect_less_at_first_and_more_later() -> None:
    """The case's stocks sell at once. Where half of a stock sells in a month, some tonnes are missing early and fewer late.

    The first tonnes missed cost the choke price, the last e times it: spread over more months, the same tonnes cost less.
    """
    slow, at_once = embargoes(stocks__adjustment_months=2), embargoes()
    assert slow[2] == pytest.approx(0.0, abs=1e-3)  # half of 1500 t, half of 1000 t: enough for two months
    assert slow[3] > at_once[3] + 1e4
    assert slow[9] == pytest.approx(283_016, rel=1e-4)  # 5.7 per cent below the case
    assert slow[9] < at_once[9]


def test_the_world_of_the_embargo_is_sound_month_by_month_with_stocks_sold_at_once() -> None:
    at = 2006 * 12
    stopped = {"embargo.japan.share": [{"from": month_text(at), "until": month_text(at + 8), "value": 1.0}]}
    scenario = with_settings(EMBARGO, stopped)
    stocks = []
    for month in step(prepare(scenario), 0):
        assert faults(month) == []
        stocks.append(float(month.after.importers.stock_t[list(scenario.importers).index("trader_outside"), 0]))
    begins = at - scenario.start
    assert stocks[begins - 1 : begins + 9] == pytest.approx([1500, 1000, 500, *[0] * 7], abs=1e-3)
    assert stocks[begins + 9] == pytest.approx(1500, rel=5e-3)  # at once, and more while China has too much
    assert leaks(scenario) == []


# --- G4, G5: the split of a bargain -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("case", "weight"), [("G4", 0.5), ("G5", 0.6)])
def test_the_concession_from_forks_is_the_split_of_the_case(case: str, weight: float) -> None:
    assert concession_musd(weight) == expected(CASES[case])


# --- X1: leverage that decays -----------------------------------------------------------------------------------------------


def test_mines_outside_grow_as_the_loss_is_to_decay() -> None:
    dates, outside = np.arange(FIRST, FIRST + 96), DECAY.mines["others"].capacity.monthly(FIRST, 96)
    served = np.sqrt(1.0 - np.exp(-DECAY_SPEED * (dates - FIRST) / 12.0))
    assert outside == pytest.approx(14_400.0 * served, rel=1e-11)
    assert outside + DECAY.mines["supplier"].capacity.monthly(FIRST, 96) == pytest.approx(np.full(96, 26_400.0), rel=1e-11)


def test_the_targets_loss_decays_exponentially_and_the_coercers_does_not() -> None:
    curve = decaying().curve("japan", 1)
    years = curve["year"].to_numpy() - FIRST / 12.0
    assert curve["target_loss_musd"].to_numpy() == pytest.approx(TARGET_MUSD * np.exp(-DECAY_SPEED * years), rel=1e-6)
    assert curve["coercer_loss_musd"].to_numpy() == pytest.approx(np.full(len(curve), COERCER_MUSD), rel=1e-6)


def test_what_chinese_miners_lose_by_an_embargo_their_customers_gain() -> None:
    forks = decaying().forks
    assert float(forks["coercer_producer_surplus_musd"].max()) > 0.0
    assert np.abs(forks[COERCER_LOSSES].sum(axis=1)).max() < 1e-6 * COERCER_MUSD


def test_the_miners_outside_gain_what_they_are_paid_in_an_embargo() -> None:
    """The target loses more than the tonnes it goes without: of 120 (1 - k^2) M USD, 240 k (1 - k) go to its other suppliers."""
    forks = decaying().forks
    served = np.sqrt(1.0 - np.exp(-DECAY_SPEED * (forks["at"].to_numpy() - FIRST) / 12.0))
    assert -forks["miners_musd"].to_numpy() == pytest.approx(2.0 * TARGET_MUSD * served * (1.0 - served), rel=1e-5, abs=1e-4)


def test_half_life_and_window_follow_from_the_forks_to_the_tolerance_of_the_cases() -> None:
    assert speed(decaying()) == pytest.approx(DECAY_SPEED, rel=1e-6)
    assert half_life_by_speed(decaying()) == expected(CASES["X1hl"])
    assert window_by_speed(decaying()) == expected(CASES["X1win"])


@pytest.mark.parametrize("every", [1, 3, 12])
def test_half_life_and_window_are_read_straight_between_dates_and_miss_by_that_alone(every: int) -> None:
    """A chord of length h over e^-rt is off by at most r h^2 / 8 in time: 0.2 thousandths of a year for months."""
    found = decaying(every)
    chord = DECAY_SPEED * (every / 12.0) ** 2 / 8.0 * exp(DECAY_SPEED * every / 12.0)
    half, closes = float(CASES["X1hl"]["expected"]), float(CASES["X1win"]["expected"])
    assert 0.0 < half_life_years(found) - half <= chord
    assert 0.0 < window_years(found) - closes <= chord


def test_half_life_and_window_at_monthly_dates_are_within_two_ten_thousandths() -> None:
    found = decaying().half_life("japan", 1)
    assert found.central.peak_at == FIRST / 12.0
    assert not found.central.is_censored
    assert found.central.years == pytest.approx(float(CASES["X1hl"]["expected"]), rel=2e-4)
    assert window_years(decaying()) == pytest.approx(float(CASES["X1win"]["expected"]), rel=2e-4)


def test_the_formulas_are_those_of_the_cases() -> None:
    half = log(2.0 * TARGET_MUSD / (TARGET_MUSD + COERCER_MUSD)) / DECAY_SPEED
    assert half == expected(CASES["X1hl"])
    assert log(TARGET_MUSD / COERCER_MUSD) / DECAY_SPEED == expected(CASES["X1win"])


def test_one_world_is_all_worlds() -> None:
    """Without luck and trans-shipment, other seeds and costs of trans-shipment give the same losses to the last bit."""
    again = measure(DECAY, [FIRST + 12], 1, "japan", severity=1.0, seeds=range(3))
    one = decaying().forks
    assert set(again.forks["target_sectors_musd"]) == set(one[one["at"] == FIRST + 12]["target_sectors_musd"])
