"""The history scenario against the record, as far as it holds: means over eight seeds; 'observed' is what the model gave
when the bound was written, with the range over seeds where it is wide. The measures of the state are scripted; prices,
exports, output of mines outside, trade shares and the places of plants respond."""

from __future__ import annotations

import numpy as np
import pytest

from tests.economics.plays import Measure, Play, Plays

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
    # observed: 2011 in 8 of 8 seeds, outside and inside
    assert [peak_year(run, where) for run in runs] == [2011] * len(runs)


def test_the_peak_of_ndpr_outside_stands_well_above_the_peak_inside(runs: list[Play]) -> None:
    # observed: 1.35 (1.13 to 1.48); quotes of 2011: 370 against 217, that is 1.7
    def gap(run: Play) -> float:
        peak_outside = np.max(run.prices("NdPr", "outside", "2010", "2013"))
        return float(peak_outside / np.max(run.prices("NdPr", "china", "2010", "2013")))

    assert 1.25 <= mean(runs, gap) <= 2.2


def test_the_gap_of_ndpr_in_2011_exceeds_taxes_and_freight(runs: list[Play]) -> None:
    # observed: yearly mean outside over inside 1.88 (taxes alone would give 1.42)
    ratio = mean(runs, lambda run: run.price("NdPr", "outside", "2011", "2011") / run.price("NdPr", "china", "2011", "2011"))
    assert 1.5 <= ratio <= 2.6


@pytest.mark.parametrize("cheap", ["La", "Ce"])
def test_cheap_elements_rise_by_a_larger_factor_outside_than_dysprosium(runs: list[Play], cheap: str) -> None:
    # One licence price per tonne of anything. Observed, mean of 2011 over mean of 2009: La 7.6, Ce 7.6, Dy 6.2.
    # Month peaks do not keep this order in every seed (La 9.4, Ce 9.5, Dy 9.7).
    def rise(element: str) -> float:
        return mean(runs, lambda run: run.price(element, "outside", "2011", "2011") / run.price(element, "outside", "2009", "2009"))

    assert rise(cheap) > rise("Dy") > 2.0


def test_cheap_elements_hardly_rise_inside(runs: list[Play]) -> None:
    # observed: outside over inside in 2011: La 15, Ce 20, NdPr 1.9
    def ratio(element: str) -> float:
        return mean(runs, lambda run: run.price(element, "outside", "2011", "2011") / run.price(element, "china", "2011", "2011"))

    assert ratio("La") > 5.0
    assert ratio("Ce") > 5.0
    assert ratio("NdPr") < 3.0


def test_the_quota_of_2012_is_not_used_up(runs: list[Play]) -> None:
    # observed: 0.54 (0.44 to 0.70); record: about 10,000 to 16,000 of 31,000 t
    def used(run: Play) -> float:
        return run.total("exports_legal_t", "2012", "2012") / run.total("export_quota_t", "2012", "2012")

    assert 0.3 <= mean(runs, used) < 0.70


def test_the_quota_of_2010_binds(runs: list[Play]) -> None:
    # observed licence price: 28 USD/kg in 2010, 29 in 2011; licences were traded at about 15 in mid-2010
    assert 8.0 <= mean(runs, lambda run: run.mean("licence_price_usd_kg", "2010-07", "2011-06")) <= 60.0


def test_china_mines_nearly_all_in_2010_and_seven_tenths_in_2024(runs: list[Play]) -> None:
    # observed: 0.98 and 0.70; record: 0.92-0.97 and 0.69
    assert mean(runs, lambda run: run.mean("china_mine_share", "2010", "2010")) > 0.9
    assert 0.6 <= mean(runs, lambda run: run.mean("china_mine_share", "2024", "2024")) <= 0.8


def test_china_keeps_separation_when_it_loses_mining(runs: list[Play]) -> None:
    # observed in 2024: all 0.956, heavy 1.00; the record has 0.85-0.90 for all, so the model's China separates too much
    assert mean(runs, lambda run: run.mean("china_separation_share", "2024", "2024")) > 0.8
    assert mean(runs, lambda run: run.mean("china_heavy_separation_share", "2024", "2024")) > 0.95


def test_some_japanese_commodity_lines_stand_in_china_by_2013_and_premium_lines_stay(runs: list[Play]) -> None:
    # observed in December 2013: commodity 0.27, premium 0.13
    commodity = mean(runs, lambda run: run.mean("japan_commodity_share_china", "2013-12", "2013-12"))
    premium = mean(runs, lambda run: run.mean("japan_premium_share_china", "2013-12", "2013-12"))
    assert 0.1 <= commodity <= 0.5
    assert premium < 0.25
    assert premium < commodity


def test_premium_lines_of_japan_stay_at_home_for_good(runs: list[Play]) -> None:
    # observed: at most 0.26 (about 2019)
    assert mean(runs, lambda run: float(np.max(run.column("japan_premium_share_china", "2005", "2025")))) < 0.4


def test_japan_buys_a_smaller_share_from_china_after_the_crisis_and_returns_in_part(runs: list[Play]) -> None:
    # observed: 0.84 in 2008, 0.63 in 2012, 0.33 in 2016, 0.61 in 2024; customs figures fall much less by 2016
    def share(year: str) -> float:
        return mean(runs, lambda run: run.mean("japan_import_share_china", year, year))

    assert share("2008") > 0.7
    assert share("2012") < share("2008") - 0.05
    lowest = min(share(str(year)) for year in range(2012, 2020))
    assert lowest + 0.05 < share("2024") < share("2008")


def test_australia_supplies_a_large_part_of_japan_by_2019(runs: list[Play]) -> None:
    # observed: 0.44
    assert 0.2 <= mean(runs, lambda run: run.mean("japan_import_share_australia", "2019", "2019")) <= 0.5


def test_prices_return_after_the_bubble(runs: list[Play]) -> None:
    # observed: NdPr outside 49 in 2016 against 186 in 2011; with the quota gone the gap is gone (49 against 48)
    assert mean(runs, lambda run: run.price("NdPr", "outside", "2016", "2016") / run.price("NdPr", "outside", "2011", "2011")) < 0.5
    assert mean(runs, lambda run: run.gap("NdPr", "2016", "2016") / run.price("NdPr", "china", "2016", "2016")) < 0.25
