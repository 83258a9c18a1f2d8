"""A forecast's band: the runs' figures, spread by the error that was known when the fit ended."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pandas as pd
import pytest

from reabm.validation.forecast import forecast_band, known_errors
from reabm.validation.targets import load_targets

PRICE = "price.outside.NdPr"


def points(window: str, series: str, medians: list[float], observed: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"window": window, "series": series, "median": medians, "observed": observed})


def fact(name: str):
    return next(target for target in load_targets() if target.name == name)


def test_the_known_error_is_that_of_the_fit_window_alone_with_each_series_once() -> None:
    table = pd.concat(
        [
            points("fit", PRICE, [exp(0.2), exp(-0.2), exp(0.2)], [1.0, 1.0, 1.0]),
            points("fit", "price.outside.La", [exp(0.4)], [1.0]),
            points("test", PRICE, [exp(1.0)], [1.0]),
        ]
    )
    assert known_errors(table) == {"prices_outside": pytest.approx(np.sqrt((0.2**2 + 0.4**2) / 2))}


def test_an_absurd_value_counts_as_no_more_than_the_largest_error() -> None:
    table = points("fit", PRICE, [100.0], [1.0])
    assert known_errors(table)["prices_outside"] == pytest.approx(1.5)


def test_a_price_is_spread_by_a_factor_and_a_share_by_points() -> None:
    low, high = forecast_band(fact("ndpr_outside_2016"), np.full(40, 50.0), {"prices_outside": 0.3})
    assert log(low / 50.0) == pytest.approx(-1.645 * 0.3, abs=0.02)
    assert log(high / 50.0) == pytest.approx(1.645 * 0.3, abs=0.02)
    low, high = forecast_band(fact("china_mine_share_2018"), np.full(40, 0.95), {"shares": 0.05})
    assert low == pytest.approx(0.95 - 1.645 * 0.05, abs=0.005)
    assert high == 1.0  # a share ends there


def test_without_an_error_the_band_is_that_of_the_runs() -> None:
    figures = np.linspace(40.0, 60.0, 101)
    low, high = forecast_band(fact("ndpr_outside_2016"), figures, {"prices_outside": 0.0})
    assert (low, high) == (pytest.approx(41.0, abs=0.1), pytest.approx(59.0, abs=0.1))


@pytest.mark.parametrize("name", ["ndpr_outside_2008", "hitachi_late"])
def test_facts_that_were_fitted_and_dates_have_no_forecast(name: str) -> None:
    assert np.isnan(forecast_band(fact(name), np.full(40, 30.0), {"prices_outside": 0.3, "relocation": 1.0})).all()
