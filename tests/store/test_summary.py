"""The summary is computed from the run; a short run leaves out what it does not reach."""

from __future__ import annotations

import json

import pytest

from reabm.store.summary import key_years
from tests.short_run import history, two_years, with_embargo


def test_a_years_figures_are_sums_means_and_closing_values_of_its_months() -> None:
    result = with_embargo()
    year = result.summary["years"]["2008"]
    part = result.months[result.months["month"].dt.year == 2008]
    gross = result.scenario.scalars["market.gross_weight_ratio"].value
    assert year["quota_gross_t"] == pytest.approx(part["export_quota_t"].sum() * gross)
    assert year["exports_legal_gross_t"] == pytest.approx(part["exports_legal_t"].sum() * gross)
    assert year["china_mine_share"] == pytest.approx(part["china_mine_share"].mean())
    assert year["relocation_share_premium"] == part["relocation_share_premium"].iloc[-1]
    prices = result.prices.query("stage == 'oxide' and element == 'NdPr' and destination == 'all'")
    assert year["NdPr_outside_usd_kg"] == pytest.approx(prices[prices["month"].dt.year == 2008]["usd_per_kg"].mean())


def test_peaks_are_the_highest_prices_and_their_months() -> None:
    result = with_embargo()
    outside = result.prices.query("stage == 'oxide' and element == 'Dy' and destination == 'all'").set_index("month")[
        "usd_per_kg"
    ]
    peak = result.summary["peaks"]["Dy"]
    assert peak["outside_usd_kg"] == outside.max()
    assert peak["outside_month"] == outside.idxmax().strftime("%Y-%m")


def test_a_short_run_has_no_figures_of_years_that_it_does_not_reach() -> None:
    summary = two_years().summary
    assert list(summary["years"]) == ["2005", "2006"]
    assert summary["price_rise"] == {}
    assert summary["checks"]["months_not_solved"] == 0
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary


def test_a_quota_of_a_year_is_the_one_in_the_scenario() -> None:
    assert two_years().summary["years"]["2005"]["quota_gross_t"] == pytest.approx(65_000)  # 2 x 32,500 in history.yaml


@pytest.mark.parametrize(
    ("until", "years"),
    [
        ("2005-06", (2005,)),
        ("2006-12", (2005, 2006)),
        ("2010-06", (2005, 2007, 2008, 2010)),
        ("2025-12", (2005, 2008, 2010, 2011, 2012, 2014, 2019, 2024, 2025)),
    ],
)
def test_key_years_lie_in_the_run_and_hold_its_last(until: str, years: tuple[int, ...]) -> None:
    found = key_years(history(until))
    assert found[0] == 2005
    assert found[-1] == years[-1]
    assert set(found) <= set(range(2005, years[-1] + 1))
    if until in ("2006-12", "2025-12"):
        assert found == years
