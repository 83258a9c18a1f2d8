"""The history scenario against the record, as far as it holds: means over eight seeds; 'observed' is what the model gave
when the bound was written, with the range over seeds where it is wide. The measures of the state are scripted; prices,
exports, output of mines outside, trade shares and the places of plants respond."""

from __future__ import annotations

import numpy as np
import pytest

from tests.economics.plays import Measure, Play, Plays, gap_of, mean_of, price_of, ratio_of

EIGHT = range(8)


@pytest.fixture(scope="module")
def runs(plays: Plays) -> list[Play]:
    return [plays.play(seed=seed) for seed in EIGHT]


def mean(runs: list[Play], measure: Measure) -> float:
    return float(np.mean([measure(run) for run in runs]))


def peak_year(run: Play, where: str) -> int:
    return 2005 + int(np.argmax(run.prices("NdPr", where, "2005", "2025"))) // 12


@pytest.mark.parametrize("where", ["outside", "china"])
def test_ndpr_peaks_in_2011_on_both_sides_of_the_border(runs: list[Play], where: str) -> None:
    # observed: outside in 7 of 8 seeds (one in late 2010), inside in all
    years = [peak_year(run, where) for run in runs]
    assert years.count(2011) >= 7
    path = np.mean([run.prices("NdPr", where, "2005", "2025") for run in runs], axis=0)
    assert 2005 + int(np.argmax(path)) // 12 == 2011


def test_the_peak_of_ndpr_outside_stands_well_above_the_peak_inside(runs: list[Play]) -> None:
    # observed: 1.34 (1.20 to 1.48); quotes of 2011: 370 against 217, that is 1.7
    def gap(run: Play) -> float:
        peak_outside = np.max(run.prices("NdPr", "outside", "2010", "2013"))
        return float(peak_outside / np.max(run.prices("NdPr", "china", "2010", "2013")))

    assert 1.3 <= mean(runs, gap) <= 2.2


def test_the_gap_of_ndpr_in_2011_exceeds_taxes_and_freight(runs: list[Play]) -> None:
    # observed: yearly mean outside over inside 1.79 (taxes alone would give 1.42)
    ratio = mean(runs, ratio_of(price_of("NdPr", "outside", "2011", "2011"), price_of("NdPr", "china", "2011", "2011")))
    assert 1.5 <= ratio <= 2.6


@pytest.mark.parametrize("cheap", ["La", "Ce"])
def test_cheap_elements_rise_by_a_larger_factor_outside_than_dysprosium(runs: list[Play], cheap: str) -> None:
    # One licence price per tonne of anything. Observed, month peak over mean of 2009: La 18.6, Ce 14.5, Dy 10.3.
    def rise(element: str) -> float:
        return mean(
            runs,
            lambda run: (
                float(np.max(run.prices(element, "outside", "2010", "2012"))) / run.price(element, "outside", "2009", "2009")
            ),
        )

    assert rise(cheap) > rise("Dy") > 2.0


@pytest.mark.parametrize("cheap", ["La", "Ce"])
def test_yearly_means_tell_the_same(runs: list[Play], cheap: str) -> None:
    def rise(element: str) -> float:
        return mean(runs, ratio_of(price_of(element, "outside", "2011", "2011"), price_of(element, "outside", "2009", "2009")))

    assert rise(cheap) > rise("Dy") > 2.0


def test_cheap_elements_hardly_rise_inside(runs: list[Play]) -> None:
    # observed: outside over inside in 2011: La 13, Ce 11, NdPr 1.8
    def ratio(element: str) -> float:
        return mean(runs, ratio_of(price_of(element, "outside", "2011", "2011"), price_of(element, "china", "2011", "2011")))

    assert ratio("La") > 5.0
    assert ratio("Ce") > 5.0
    assert ratio("NdPr") < 3.0


def test_the_quota_of_2012_is_not_used_up(runs: list[Play]) -> None:
    # observed: 0.77; record: about 10,000 to 16,000 of 31,000 t, which the scoreboard counts as a miss (exports_2012)
    def used(run: Play) -> float:
        return run.total("exports_legal_t", "2012", "2012") / run.total("export_quota_t", "2012", "2012")

    assert 0.3 <= mean(runs, used) < 0.90


def test_the_quota_of_2010_binds(runs: list[Play]) -> None:
    # observed: 28 USD/kg (19 to 33); licences were traded at about 15 in mid-2010
    assert 8.0 <= mean(runs, mean_of("licence_price_usd_kg", "2010-07", "2011-06")) <= 60.0


def test_china_mines_nearly_all_in_2010_and_seven_tenths_in_2024(runs: list[Play]) -> None:
    # observed: 0.98 and 0.70; record: 0.92-0.97 and 0.69
    assert mean(runs, mean_of("china_mine_share", "2010", "2010")) > 0.9
    assert 0.6 <= mean(runs, mean_of("china_mine_share", "2024", "2024")) <= 0.8


def test_china_keeps_separation_when_it_loses_mining(runs: list[Play]) -> None:
    # observed in 2024: all 0.956, heavy 1.00; the record has 0.85-0.90 for all, so the model's China separates too much
    assert mean(runs, mean_of("china_separation_share", "2024", "2024")) > 0.8
    assert mean(runs, mean_of("china_heavy_separation_share", "2024", "2024")) > 0.95


def test_some_japanese_commodity_lines_stand_in_china_by_2013_and_premium_lines_stay(runs: list[Play]) -> None:
    # observed in December 2013: commodity 0.33, premium 0.13
    commodity = mean(runs, mean_of("japan_commodity_share_china", "2013-12", "2013-12"))
    premium = mean(runs, mean_of("japan_premium_share_china", "2013-12", "2013-12"))
    assert 0.1 <= commodity <= 0.5
    assert premium < 0.25
    assert premium < commodity


def test_premium_lines_of_japan_stay_at_home_for_good(runs: list[Play]) -> None:
    # observed: at most 0.32 (0.26 to 0.39), about 2019
    assert mean(runs, lambda run: float(np.max(run.column("japan_premium_share_china", "2005", "2025")))) < 0.45


def test_japan_buys_a_smaller_share_from_china_after_the_crisis_and_returns_in_part(runs: list[Play]) -> None:
    # observed: 0.91 in 2008, 0.66 in 2012, 0.37 in 2016, 0.62 in 2024; customs figures fall much less by 2016
    def share(year: str) -> float:
        return mean(runs, mean_of("japan_import_share_china", year, year))

    assert share("2008") > 0.7
    assert share("2012") < share("2008") - 0.05
    lowest = min(share(str(year)) for year in range(2012, 2020))
    assert lowest + 0.05 < share("2024") < share("2008")


def test_australia_supplies_a_large_part_of_japan_by_2019(runs: list[Play]) -> None:
    # observed: 0.42
    assert 0.2 <= mean(runs, mean_of("japan_import_share_australia", "2019", "2019")) <= 0.5


def test_prices_return_after_the_bubble(runs: list[Play]) -> None:
    # observed: NdPr outside 50 in 2016 against 180 in 2011; with the quota gone the gap is gone (50 against 49)
    assert mean(runs, ratio_of(price_of("NdPr", "outside", "2016", "2016"), price_of("NdPr", "outside", "2011", "2011"))) < 0.5
    assert mean(runs, ratio_of(gap_of("NdPr", "2016", "2016"), price_of("NdPr", "china", "2016", "2016"))) < 0.25
