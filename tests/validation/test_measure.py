"""What runs say of facts, on runs made by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reabm.validation.measure import central, measured
from tests.validation.hand_made import EXPORTS, N_MONTHS, PRICE, START, fact, month, paths_of

RISING = np.arange(1.0, N_MONTHS + 1.0)[None, :]  # January 2009 is 1
JAN, DEC = month(2011), month(2011, 12)  # 25 to 36


def one(statistic: str, **more: object) -> float:
    series = more.pop("series", PRICE)
    paths = paths_of(**{str(series).replace(".", "__"): more.pop("path", RISING)})
    more = {"first": JAN, "last": DEC, **more}
    return float(measured(fact(str(series), statistic, 0.0, 0.0, 0.0, **more), paths)[0])  # type: ignore[arg-type]


def test_mean_peak_and_sum_are_those_of_the_months_of_the_fact() -> None:
    assert one("mean") == pytest.approx(30.5)
    assert one("peak") == 36.0
    assert one("sum", series=EXPORTS) == pytest.approx(12 * 30.5)


def test_ratios_divide_by_the_mean_of_the_base() -> None:
    assert one("ratio", base=(month(2009), month(2009, 12))) == pytest.approx(30.5 / 6.5)
    assert one("peak_ratio", base=(month(2009), month(2009, 12))) == pytest.approx(36.0 / 6.5)
    assert math.isnan(one("ratio", base=(month(2009), month(2009, 12)), path=np.zeros((1, N_MONTHS))))


def test_dates_are_months() -> None:
    assert one("peak_month") == DEC
    assert one("first_month", threshold=30.0) == START + 29
    assert one("first_month", threshold=99.0) == math.inf
    assert one("lowest_year", series=EXPORTS, first=month(2010), last=month(2012, 12), path=-RISING + 999.0) == month(2012)


def test_up_and_out_is_the_share_of_runs_that_rise_and_then_leave() -> None:
    at = np.arange(N_MONTHS)
    stays = np.full(N_MONTHS, 100.0)
    leaves = np.where(at < 24, 100.0, np.where(at < 30, 120.0, 0.0))
    falls = np.where(at < 24, 100.0, 0.0)  # never up
    paths = paths_of(maker__showa_denko__china=np.stack([stays, leaves, falls, leaves]))
    target = fact("maker.showa_denko.china", "up_and_out", 1.0, 0.1, math.inf, month(2010, 12), month(2013, 12))
    assert measured(target, paths).tolist() == [0.0, 1.0, 0.0, 1.0]
    assert central(target, measured(target, paths))[0] == 0.5


def test_a_run_that_does_not_reach_a_fact_has_no_figure() -> None:
    assert math.isnan(one("mean", first=month(2008), last=month(2008, 12)))
    assert math.isnan(one("peak", first=month(2026), last=month(2026, 12)))


def test_shares_of_several_months_are_quotients_of_sums() -> None:
    smuggled, legal = np.ones((1, N_MONTHS)), np.ones((1, N_MONTHS))
    legal[0, 24] = 9.0  # January 2011
    paths = paths_of(exports__smuggled=smuggled, exports__legal=legal, smuggled_to_legal=smuggled / legal)
    target = fact("smuggled_to_legal", "mean", 0.0, 0.0, 0.0, JAN, DEC)
    assert measured(target, paths)[0] == pytest.approx(12.0 / 20.0)


def test_the_band_of_dates_that_may_never_come_has_no_fractions_of_never() -> None:
    target = fact(PRICE, "first_month", 0.0, 0.0, 0.0, JAN, DEC)
    middle, low, high = central(target, np.array([24150.0, 24150.0, np.inf]))
    assert (middle, low, high) == (24150.0, 24150.0, np.inf)
