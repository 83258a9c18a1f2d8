"""Mechanisms of the market (S2-S5, S12-S14): each against the same luck without it.

Bounds are about half the effect that was observed when they were written (four seeds; observed values in comments).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.economics.plays import Measure, Play, Plays, during, gap_of, less, mean_of, price_of, ratio_of, total_of

UNTIL = "2014-12"
NO_QUOTA = {"mechanisms.export_quota": 0}


def used_share(first: str, last: str) -> Measure:
    """Legal exports over the quota."""
    return ratio_of(total_of("exports_legal_t", first, last), total_of("export_quota_t", first, last))


# --- S2 two zones ---------------------------------------------------------------------------------------------------


def test_s02_the_quota_opens_a_gap_between_outside_and_inside_prices(plays: Plays) -> None:
    # observed in 2011, USD/kg with the quota and (taxes and freight) without: La 76 and 15, NdPr 61 and 49
    for element, least in (("La", 30.0), ("NdPr", 6.0)):
        opened = -plays.effect(gap_of(element, "2011", "2011"), NO_QUOTA, until=UNTIL)
        assert np.all(opened > 0.0)
        assert least < np.mean(opened) < 150.0


def test_s02_without_a_quota_outside_prices_are_inside_prices_with_taxes_and_freight(plays: Plays) -> None:
    # tax 0.25 and unrefunded VAT 0.17 in 2011; with smuggling and a price list out of the way nothing else divides the zones
    free = NO_QUOTA | {"mechanisms.embargo": 0, "mechanisms.rigid_export_price": 0}
    for seed in range(2):
        run = plays.play(free, seed, until=UNTIL)
        freight = run.scenario.scalars["market.freight_usd_kg"].value
        ceiling = run.prices("NdPr", "china", "2011", "2011") * 1.42 + freight
        assert np.all(run.prices("NdPr", "outside", "2011", "2011") <= ceiling * (1.0 + 1e-6))


def test_s02_the_licence_price_is_the_same_per_kilogram_for_cheap_and_dear_elements(plays: Plays) -> None:
    # so cheap elements gain the larger factor
    def factor(element: str) -> float:
        base = {"mechanisms.rigid_export_price": 0}
        ratio = ratio_of(price_of(element, "outside", "2010-07", "2011-06"), price_of(element, "china", "2010-07", "2011-06"))
        return float(np.mean(plays.measure(ratio, base, until=UNTIL)))

    assert factor("La") > 2.0 * factor("NdPr") > 2.0


# --- S3 the quota, its halves and its bank --------------------------------------------------------------------------


@pytest.mark.parametrize(("element", "least", "most"), [("La", 1.15, 2.5), ("NdPr", 1.004, 1.8), ("Dy", 1.02, 1.8)])
def test_s03_a_quota_cut_raises_outside_prices(plays: Plays, element: str, least: float, most: float) -> None:
    # 30 per cent less for two years; observed: La x 1.68, NdPr x 1.008, Dy x 1.04
    cut = {"export_quota.scale": during("2010-07", "2012-06", 0.7)}
    price = price_of(element, "outside", "2010-07", "2012-06")
    before, after = plays.measure(price, until=UNTIL), plays.measure(price, cut, until=UNTIL)
    assert np.all(after > before)
    assert least < np.mean(after / before) < most


def test_s03_a_quota_cut_never_raises_the_inside_price_of_what_is_left_behind(plays: Plays) -> None:
    # observed for La: -20 per cent
    cut = {"export_quota.scale": during("2010-07", "2012-06", 0.7)}
    price = price_of("La", "china", "2010-07", "2012-06")
    before, after = plays.measure(price, until=UNTIL), plays.measure(price, cut, until=UNTIL)
    assert np.all(after < before)
    assert np.mean(after / before) < 0.97


LAPSING = {"mechanisms.licence_hoarding": 0, "mechanisms.embargo": 0, "quota.carry_over": 0}


def test_s03_licences_left_in_june_are_sold_in_the_second_half(plays: Plays) -> None:
    run = plays.play(LAPSING, until=UNTIL)
    gross = run.scenario.scalars["market.gross_weight_ratio"].value
    for year, first_half, second_half in (("2009", 21728, 28417), ("2011", 14508, 15738)):
        left = first_half / gross - run.total("exports_legal_t", f"{year}-01", f"{year}-06")
        released = run.total("licences_released_t", f"{year}-07", f"{year}-07")
        assert left >= -1e-9
        assert released == pytest.approx((left + second_half / gross) / 6.0, rel=1e-9)


def test_s03_licences_left_in_december_lapse_as_far_as_they_are_not_carried_over(plays: Plays) -> None:
    # five times the licences in the second half of 2010 leave nothing for January 2011, unless they are carried over
    plenty = {"export_quota.scale": during("2010-07", "2010-12", 5.0)}
    for settings in (LAPSING, LAPSING | plenty):
        run = plays.play(settings, until=UNTIL)
        gross = run.scenario.scalars["market.gross_weight_ratio"].value
        assert run.total("licences_released_t", "2011-01", "2011-01") == pytest.approx(14508 / gross / 6.0, rel=1e-9)
    january = total_of("licences_released_t", "2011-01", "2011-01")
    assert np.all(plays.effect(january, LAPSING | plenty | {"quota.carry_over": 1}, LAPSING | plenty, until=UNTIL) > 500.0)


# --- S4 exports below the quota --------------------------------------------------------------------------------------


def test_s04_exports_fall_below_the_quota_because_list_prices_are_rigid(plays: Plays) -> None:
    # observed share of the quota of 2012 used: 0.54, without the price list 1.00
    effect = plays.effect(used_share("2012", "2012"), {"mechanisms.rigid_export_price": 0}, until=UNTIL)
    assert np.all(effect > 0.1)
    assert np.mean(effect) > 0.2


def test_s04_holders_of_licences_keep_them_back_while_prices_rise(plays: Plays) -> None:
    # observed in the second half of 2010: exports 25 per cent of the half-year's quota higher without hoarding (-7 to +39)
    effect = plays.effect(used_share("2010-07", "2010-12"), {"mechanisms.licence_hoarding": 0}, until=UNTIL)
    assert np.mean(effect > 0.0) >= 0.75
    assert np.mean(effect) > 0.08


def test_s04_exports_fall_below_the_quota_because_users_learn_to_save(plays: Plays) -> None:
    # observed share of the quota of 2012 used: 0.54, without thrift 0.75
    effect = plays.effect(used_share("2012", "2012"), {"mechanisms.thrift": 0}, until=UNTIL)
    assert np.all(effect > 0.0)
    assert np.mean(effect) > 0.08


def test_s04_few_licence_holders_sell_less_than_many(plays: Plays) -> None:
    # observed in the year from which they sell as three: -0.8 per cent; later more, since their buyers' stores are emptier
    sold = total_of("exports_legal_t", "2010-07", "2011-06")
    three = {"market.exporters_n": during("2010-07", None, 3)}
    ratio = plays.measure(sold, three, until=UNTIL) / plays.measure(sold, until=UNTIL)
    assert np.all(ratio < 1.0)
    assert np.mean(ratio) < 0.996


def test_s04_without_any_of_the_three_the_quota_is_used_up(plays: Plays) -> None:
    # observed: 1.00
    none = {"mechanisms.rigid_export_price": 0, "mechanisms.licence_hoarding": 0, "mechanisms.thrift": 0}
    assert np.mean(plays.measure(used_share("2012", "2012"), none, until=UNTIL)) > 0.9


# --- S5 alloys --------------------------------------------------------------------------------------------------------

ALLOY_ALWAYS_OPEN = {"alloy_in_quota.low_grade": 0}
ALLOY_EARLY_CLOSED = {"alloy_in_quota.low_grade": during("2010-01", "2014-12", 1)}
ALLOY_ALL_CLOSED = {"alloy_in_quota.high_grade": during("2011-06", "2014-12", 1)}


def test_s05_bringing_ferro_alloys_under_the_quota_stops_their_export(plays: Plays) -> None:
    # observed June 2011 to 2012: alloys 1,996 t instead of 5,494
    alloys = total_of("exports_alloy_t", "2011-06", "2012-12")
    assert np.all(plays.measure(alloys, until=UNTIL) < 0.7 * plays.measure(alloys, ALLOY_ALWAYS_OPEN, until=UNTIL))


@pytest.mark.parametrize("element", ["La", "Ce"])
def test_s05_while_the_quota_binds_a_closed_loophole_raises_prices(plays: Plays, element: str) -> None:
    # closed from January 2010; observed to May 2011: La and Ce by 43 USD/kg.
    # (Closed in June 2011 it moves the price in one seed of four only: by then the price list holds, not the quota.)
    price = price_of(element, "outside", "2010-01", "2011-05")
    effect = plays.effect(price, ALLOY_EARLY_CLOSED, ALLOY_ALWAYS_OPEN, until=UNTIL)
    assert np.all(effect > 0.0)
    assert 2.0 < np.mean(effect) < 90.0


def test_s05_closing_the_last_loophole_for_magnet_alloys_raises_the_price_of_ndpr(plays: Plays) -> None:
    # observed: alloys 0 t; NdPr outside 176 instead of 151 USD/kg
    assert np.max(plays.measure(total_of("exports_alloy_t", "2011-06", "2012-12"), ALLOY_ALL_CLOSED, until=UNTIL)) == 0
    price = price_of("NdPr", "outside", "2011-06", "2012-12")
    before, after = plays.measure(price, until=UNTIL), plays.measure(price, ALLOY_ALL_CLOSED, until=UNTIL)
    assert 1.05 < np.mean(after / before) < 1.8


# --- S12 smuggling, crackdowns, halts ---------------------------------------------------------------------------------

CRACKDOWN = {"crackdown.share": during("2010-07", "2013-12", 0.9)}


def test_s12_smuggling_relieves_the_outside_price(plays: Plays) -> None:
    # observed July 2010 to 2013: 18,300 t smuggled; NdPr outside 141 instead of 187 USD/kg
    assert 3_000 < np.mean(plays.measure(total_of("exports_smuggled_t", "2010-07", "2013-12"), until=UNTIL)) < 60_000
    price = price_of("NdPr", "outside", "2010-07", "2013-12")
    effect = plays.effect(price, {"mechanisms.smuggling": 0}, until=UNTIL)
    assert np.all(effect > 0.0)
    assert 15.0 < np.mean(effect) < 150.0


def test_s12_a_crackdown_cuts_illegal_output_and_smuggling_and_lifts_prices(plays: Plays) -> None:
    # observed: illegal output -80 per cent, smuggling -53 per cent, NdPr outside +54 per cent
    def ratio(column: str) -> float:
        total = total_of(column, "2010-07", "2013-12")
        return float(np.mean(plays.measure(total, CRACKDOWN, until=UNTIL) / plays.measure(total, until=UNTIL)))

    assert ratio("illegal_output_t") < 0.5
    assert ratio("exports_smuggled_t") < 0.8
    price = price_of("NdPr", "outside", "2010-07", "2013-12")
    assert np.mean(plays.effect(price, CRACKDOWN, until=UNTIL)) > 20.0


def test_s12_illegal_output_grows_with_the_inside_price(plays: Plays) -> None:
    # without production control inside prices are low, and so is illegal output
    illegal = total_of("illegal_output_t", "2011", "2012")
    assert np.all(plays.effect(illegal, {"mechanisms.production_control": 0}, until=UNTIL) < 0.0)


def test_s12_halts_at_baotou_hold_the_inside_price_up(plays: Plays) -> None:
    history = plays.scenario("history")
    plays.add("history without halts", replace(history, policy=history.policy.model_copy(update={"halts": {}})))
    price = price_of("NdPr", "china", "2011-11", "2012-04")
    with_halts = plays.measure(price, until=UNTIL)
    without = plays.measure(price, of="history without halts", until=UNTIL)
    assert np.all(with_halts > without)
    assert 1.02 < np.mean(with_halts / without) < 3.0


# --- S13 the embargo on one country -----------------------------------------------------------------------------------

OPEN = {"embargo.japan.share": during("2010-10", "2011-03", 0.0)}
EMBARGO = {"embargo.japan.share": during("2010-10", "2011-03", 1.0)}
SEALED = EMBARGO | {"market.transshipment_ceiling": 0}
LENIENT = EMBARGO | {"embargo.withhold_quota": 0}
STOP = ("2010-10", "2011-03")


def premium(element: str) -> Measure:
    """What Japan pays above the free countries."""
    return less(price_of(element, "japan", *STOP), price_of(element, "other_countries", *STOP))


def reexports_to_japan(run: Play) -> float:
    return float(np.sum(np.maximum(0.0, run.reexported_t[run.span(*STOP), :, 1])))


def test_s13_an_embargo_stops_legal_shipments_to_its_target_only(plays: Plays) -> None:
    # observed: Japan 4,140 t in the same six months without it
    def legal(run: Play) -> float:
        return float(np.sum(run.legal_t[run.span(*STOP), :, 1]))

    def others(run: Play) -> float:
        return float(np.sum(run.legal_t[run.span(*STOP), :, 2:]))

    assert np.max(plays.measure(legal, EMBARGO, until=UNTIL)) == 0.0
    assert np.min(plays.measure(legal, OPEN, until=UNTIL)) > 1_000
    assert np.min(plays.measure(others, EMBARGO, until=UNTIL)) > 500


def test_s13_the_target_pays_more_than_the_free_countries(plays: Plays) -> None:
    # observed premium: NdPr 0.3, Dy 53 USD/kg (the latter more than any quote of late 2010 tells)
    assert np.max(np.abs(plays.measure(premium("NdPr"), OPEN, until=UNTIL))) < 1e-9
    assert 0.1 < np.mean(plays.measure(premium("NdPr"), EMBARGO, until=UNTIL)) < 60.0
    assert np.all(plays.measure(premium("Dy"), EMBARGO, until=UNTIL) > 20.0)


def test_s13_transshipment_eases_the_embargo(plays: Plays) -> None:
    # observed: 14 t re-exported, nearly all Dy and Tb, and Dy in Japan 12 USD/kg cheaper than without
    assert np.mean(plays.effect(reexports_to_japan, SEALED, EMBARGO, until=UNTIL)) < -5.0
    assert np.all(plays.effect(premium("Dy"), SEALED, EMBARGO, until=UNTIL) > 0.0)


def test_s13_users_in_the_target_lose_more_and_more_than_those_elsewhere(plays: Plays) -> None:
    # observed over a year: Japan +436 M USD; where the licences go to others: Japan +303, USA +122
    japan = total_of("japan_loss_kusd", "2010-10", "2011-09")
    usa = total_of("usa_loss_kusd", "2010-10", "2011-09")
    assert np.all(plays.effect(japan, EMBARGO, OPEN, until=UNTIL) > 0.0)
    assert np.mean(plays.effect(japan, LENIENT, OPEN, until=UNTIL)) > 1.5 * np.mean(plays.effect(usa, LENIENT, OPEN, until=UNTIL))


def test_s13_licences_of_the_target_given_to_others_lower_their_price(plays: Plays) -> None:
    # observed: NdPr in free countries 200 instead of 217 USD/kg (151 without an embargo)
    price = price_of("NdPr", "other_countries", *STOP)
    assert np.mean(plays.effect(price, LENIENT, EMBARGO, until=UNTIL)) < -5.0


# --- S14 licences of 2025 ----------------------------------------------------------------------------------------------

NO_LICENCES = {"mechanisms.licences": 0}
READ_AS_LICENCE = {"beliefs.licence_read_as_ban": 0}
READ_AS_BAN = {"beliefs.licence_read_as_ban": 1}
SPRING = ("2025-05", "2025-07")


def test_s14_a_licence_regime_raises_heavy_prices_outside_and_not_inside(plays: Plays) -> None:
    # observed for Dy in spring 2025: outside x 6.9 (quotes: a little more than x 2), inside x 0.6 (quotes: unchanged)
    outside = price_of("Dy", "japan", *SPRING)
    inside = price_of("Dy", "china", *SPRING)
    assert np.mean(plays.measure(outside) / plays.measure(outside, NO_LICENCES)) > 1.5
    assert np.mean(plays.measure(inside) / plays.measure(inside, NO_LICENCES)) < 1.1


def test_s14_magnet_exports_fall_and_recover(plays: Plays) -> None:
    # observed: -91 per cent from April to June (customs: -75 per cent in May), -6 per cent in the last quarter
    spring = total_of("magnet_exports_t", "2025-04", "2025-06")
    autumn = total_of("magnet_exports_t", "2025-10", "2025-12")
    assert 0.02 < np.mean(plays.measure(spring) / plays.measure(spring, NO_LICENCES)) < 0.6
    assert 0.7 < np.mean(plays.measure(autumn) / plays.measure(autumn, NO_LICENCES)) < 1.1


def test_s14_a_licence_read_as_a_ban_costs_trust_and_fills_stores(plays: Plays) -> None:
    # observed in Japan at the end of 2025: reliability 1.00 -> 0.91, cover 6.6 -> 6.9 months (of heavy elements)
    trust = mean_of("japan_reliability", "2025-10", "2025-12")
    cover = mean_of("japan_cover_months", "2025-10", "2025-12")
    assert np.all(plays.effect(trust, READ_AS_BAN, READ_AS_LICENCE) < -0.02)
    assert np.all(plays.effect(cover, READ_AS_BAN, READ_AS_LICENCE) > 0.1)


def test_s14_a_licence_read_as_a_ban_raises_prices_beyond_the_shortage_itself(plays: Plays) -> None:
    # observed for Y outside: two thirds of the price are the fear. (Of Dy nothing: at its price nobody fills stores.)
    outside = price_of("Y", "japan", *SPRING)
    assert np.all(plays.effect(outside, READ_AS_BAN, READ_AS_LICENCE) > 0.0)


# --- adjustment to lasting prices, and what stock is wanted of ---------------------------------------------------------


def test_users_who_adjust_use_less_after_dear_years_than_those_who_follow_the_month_alone(plays: Plays) -> None:
    used = total_of("outside_use_t", "2012", "2012")
    without = plays.measure(used, {"use.lagged_elasticity": 0}, until=UNTIL)
    assert np.all(plays.measure(used, until=UNTIL) < 0.98 * without)


def test_the_response_that_comes_late_brings_prices_down_late(plays: Plays) -> None:
    peak = price_of("La", "outside", "2012-07", "2013-06")
    assert np.all(plays.effect(peak, {"use.lagged_elasticity": 0}, until=UNTIL) > 0.0)


def test_dear_stock_is_held_less_where_a_missing_tonne_costs_what_it_always_cost(plays: Plays) -> None:
    held = mean_of("stocks_outside_t", "2011", "2011")
    loose, strict = ({"stocks.price_discipline": value} for value in (0, 1))
    assert np.all(plays.measure(held, strict, until=UNTIL) < plays.measure(held, loose, until=UNTIL))


def test_traders_inside_china_who_fear_campaigns_hold_more_and_lift_the_price_inside(plays: Plays) -> None:
    none = {"beliefs.crackdown_alarm": 0}
    assert np.all(plays.effect(mean_of("stocks_china_t", "2011-07", "2012-06"), none, until=UNTIL) < 0.0)
    # observed in the campaign's summer: NdPr inside a tenth, Ce more than half of the price
    for element in ("NdPr", "Ce", "Tb"):
        assert np.all(plays.effect(price_of(element, "china", "2011-04", "2011-09"), none, until=UNTIL) < 0.0)
