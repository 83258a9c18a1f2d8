"""Each strategy of the catalogue, played alone in the reference world, does what its sentence says: against the same luck."""

from __future__ import annotations

import numpy as np
import pytest

from reabm.engine.run import prepare, simulate
from reabm.scenario import with_settings
from reabm.world.history import GOVERNMENT_COLUMNS, IMPORTER_COLUMNS
from reabm.world.layout import Array
from tests.economics.plays import SEEDS, Measure, Play, Plays, Settings, mean_of, ratio_of

MAKERS = ("hitachi_metals", "shin_etsu", "tdk", "showa_denko", "japan_fringe")
HOUSES = ("mitsui", "other_japanese_houses", "sojitz", "toyota_tsusho")


def state(name: str) -> Settings:
    return {"strategies.china_state": name}


def tokyo(name: str) -> Settings:
    return {"strategies.japan": name}


def makers(name: str) -> Settings:
    return {f"strategies.{maker}": name for maker in MAKERS}


def houses(name: str) -> Settings:
    return {f"strategies.{house}": name for house in HOUSES}


def outside_mines(plays: Plays) -> list[str]:
    return [name for name, mine in plays.scenario("history").mines.items() if mine.kind == "outside"]


def mines(plays: Plays, name: str) -> Settings:
    return {f"strategies.{mine}": name for mine in outside_mines(plays)}


def moved(first: str, last: str, line: str = "commodity") -> Measure:
    return mean_of(f"relocation_share_{line}", first, last)


# --- the Chinese state ----------------------------------------------------------------------------------------------------


def test_a_coercive_state_spends_the_trust_of_its_buyers_and_drives_them_into_stocks(plays: Plays) -> None:
    # observed: Japan's belief 0.93 against 0.96 in 2012-22, 25 kt against 20 in store outside, fewer plants in China
    assert np.all(plays.effect(mean_of("japan_reliability", "2014", "2022"), state("coercive_ban")) < -0.01)
    assert np.all(plays.effect(mean_of("stocks_outside_t", "2014", "2022"), state("coercive_ban")) > 0.0)
    assert np.all(plays.effect(moved("2014", "2022"), state("coercive_ban")) < 0.0)


def test_a_threat_kept_unused_costs_some_trust_and_plants_but_no_tonnes(plays: Plays) -> None:
    restraint, trade = state("licence_with_restraint"), state("open_trade")
    legal = mean_of("exports_legal_t", "2010", "2022")
    change = plays.effect(legal, restraint, trade) / plays.measure(legal, trade)
    assert np.all(np.abs(change) < 0.03)
    doubt = plays.effect(mean_of("japan_reliability", "2010", "2022"), restraint, trade)
    assert np.all((doubt < -0.005) & (doubt > -0.1))
    assert np.all(plays.effect(mean_of("japan_reliability", "2011", "2013"), restraint) > 0.0)  # against history, with its ban
    assert np.all(plays.effect(moved("2016", "2022"), restraint, trade) <= 0.0)


def test_industrial_policy_keeps_a_wedge_and_draws_makers_in_without_losing_trust(plays: Plays) -> None:
    # observed: oxide 45 per cent dearer outside in 2009-13 (open trade: 18-21), half of the commodity lines moved against 0.36
    wedge = ratio_of(
        lambda run: run.price("NdPr", "outside", "2008", "2010"), lambda run: run.price("NdPr", "china", "2008", "2010")
    )
    assert np.all(plays.effect(wedge, state("industrial_policy"), state("open_trade")) > 0.1)
    assert np.all(plays.effect(moved("2016", "2022"), state("industrial_policy"), state("open_trade")) > 0.03)
    assert np.all(plays.effect(mean_of("japan_reliability", "2011", "2022"), state("industrial_policy")) > 0.0)


# --- other governments ------------------------------------------------------------------------------------------------------


def test_subsidies_keep_makers_at_home_and_purchases_fill_the_reserve(plays: Plays) -> None:
    assert np.mean(plays.effect(moved("2013", "2022"), tokyo("subsidise_and_stockpile"), tokyo("none"))) < 0.0
    assert np.mean(plays.effect(moved("2013", "2022", "premium"), tokyo("subsidise_and_stockpile"), tokyo("none"))) < 0.0
    held = government(plays, "subsidise_and_stockpile", "reserve_t")
    assert held[60] > 100.0
    assert government(plays, "none", "reserve_t").max() == 0.0


def government(plays: Plays, name: str, column: str) -> Array:
    """What Japan's government had in each month of a run, seed 0."""
    prepared = prepare(with_settings(plays.scenario("history"), tokyo(name)))
    row = prepared.names.governments.index("japan")
    kept: Array = simulate(prepared, 0).history.governments[:, row, GOVERNMENT_COLUMNS.index(column)]
    return kept


def test_a_complaint_alone_ends_the_quota_earlier_and_lowers_prices(plays: Plays) -> None:
    # observed: single rationed months of 2005-06 pass Japan's threshold, and the quota ends in 2008-09 in place of 2014
    def price(run: Play) -> float:
        return run.price("NdPr", "outside", "2010", "2011")

    assert np.all(plays.effect(mean_of("exports_legal_t", "2010", "2011"), tokyo("complain"), tokyo("none")) > 0.0)
    assert np.all(plays.effect(price, tokyo("complain"), tokyo("none")) < 0.0)
    spent = government(plays, "complain", "spent_kusd") - government(plays, "none", "spent_kusd")
    assert not spent.any()  # it does nothing else


def test_a_guaranteed_price_keeps_mountain_pass_at_work_and_costs_the_treasury(plays: Plays) -> None:
    # observed: 22 kt a year in 2015-18 against 7 where nobody guarantees; some 800 M USD of 2010
    def dug(run: Play) -> float:
        return float(np.mean(run.mine("mountain_pass", "ore_t", "2015-07", "2018-12")))

    assert np.all(plays.effect(dug, tokyo("price_floor"), tokyo("none")) > 100.0)
    paid = government(plays, "price_floor", "spent_kusd") - government(plays, "none", "spent_kusd")
    assert paid[-1] > 1e5
    assert np.all(np.diff(paid) >= 0.0)


# --- mines --------------------------------------------------------------------------------------------------------------------


def test_a_herd_builds_more_than_those_who_reckon_and_these_more_than_those_who_wait(plays: Plays) -> None:
    def begun(run: Play) -> float:
        return float(sum(np.any(run.mine(mine, "status", "2005", "2025") == 1.0) for mine in outside_mines(plays)))

    # observed: 20 projects begun by the herd, 17 by net present value, 15 by the rules of the reference world
    herd = plays.effect(begun, mines(plays, "herd"), mines(plays, "net_present_value"))
    assert np.all(herd >= 0.0)
    assert np.mean(herd) >= 1.0
    assert np.all(plays.effect(begun, mines(plays, "net_present_value")) >= 0.0)
    assert np.all(plays.measure(begun, mines(plays, "wait")) == 0.0)


def test_the_herds_mines_lower_the_price(plays: Plays) -> None:
    def price(run: Play) -> float:
        return run.price("NdPr", "outside", "2016", "2022")

    assert np.mean(plays.effect(price, mines(plays, "herd"), mines(plays, "net_present_value"))) < 0.0


# --- makers -------------------------------------------------------------------------------------------------------------------


def lines_of(run: Play, maker: str, month: str) -> Array:
    """Capacity of a maker by line (premium, commodity) and place (home, China, elsewhere)."""
    return run.makers[run.span(month, month)][0, run.names.makers.index(maker), :6].reshape(2, 3)


@pytest.mark.parametrize(("name", "premium", "commodity", "elsewhere"), [
    ("stay", 0.0, 0.0, 0.0), ("move", 1.0, 1.0, 0.0), ("split", 0.0, 1.0, 0.0), ("joint_venture", 1.0, 1.0, 0.0),
    ("third_country", 0.0, 0.0, 1.0),
])  # fmt: skip
def test_a_maker_ends_where_its_plan_says(plays: Plays, name: str, premium: float, commodity: float, elsewhere: float) -> None:
    for seed in SEEDS:
        lines = lines_of(plays.play(makers(name), seed), "hitachi_metals", "2020-12")
        at_home = 1.0 - lines[:, 1] / (lines[:, 0] + lines[:, 1] + 1e-12)  # of what stood at home, what is not in China
        assert 1.0 - at_home == pytest.approx([premium, commodity], abs=0.1)
        assert (lines[:, 0].sum() < 1e-9) == (elsewhere == 1.0)
        assert lines.sum() > 100.0


def test_a_venture_teaches_its_partner_what_a_plant_of_ones_own_does_not(plays: Plays) -> None:
    # observed: know-how 0.86 against 0.79 in 2012-22
    known = mean_of("knowledge", "2014", "2022")
    assert np.all(plays.effect(known, makers("joint_venture"), makers("move")) > 0.02)
    assert np.all(plays.effect(known, makers("move"), makers("stay")) > 0.0)


def test_a_private_signal_moves_more_than_a_wish_to_stay_and_less_than_a_plan_to_move(plays: Plays) -> None:
    # observed: 0.4 of the commodity lines moved in 2012-22, 0.3 where nobody moves, 0.9 where all of Japan does
    assert np.all(plays.effect(moved("2016", "2020"), makers("global_game"), makers("stay")) > 0.02)
    assert np.all(plays.effect(moved("2016", "2020"), makers("global_game"), makers("move")) < -0.1)


# --- importers ----------------------------------------------------------------------------------------------------------------


def test_stockpilers_hold_more_in_calm_times_and_pay_less_in_the_crisis(plays: Plays) -> None:
    calm, crisis = mean_of("japan_cover_months", "2007", "2009"), lambda run: run.price("Dy", "outside", "2011", "2011")
    assert np.all(plays.effect(calm, houses("stockpile"), houses("just_in_time")) > 2.0)
    assert np.all(plays.effect(crisis, houses("stockpile"), houses("just_in_time")) < 0.0)


def test_diversifiers_buy_less_of_their_oxide_from_china_than_those_who_hold_the_same(plays: Plays) -> None:
    share = mean_of("japan_import_share_china", "2014", "2022")
    assert np.all(plays.effect(share, houses("diversify"), houses("just_in_time")) < -0.05)
    stocks = mean_of("japan_cover_months", "2014", "2022")
    assert np.all(np.abs(plays.effect(stocks, houses("diversify"), houses("just_in_time"))) < 0.2)


def test_learners_want_more_after_a_crisis_than_before_and_forget_it_again(plays: Plays) -> None:
    # observed, of Mitsui: 7 months in 2009, 10 in 2011, 6 in 2019
    record = simulate(prepare(with_settings(plays.scenario("history"), houses("learning"))), 0)
    row = record.prepared.names.importers.index("mitsui")
    cover = record.history.importers[:, row, IMPORTER_COLUMNS.index("cover_months")].reshape(21, 12).mean(axis=1)
    before, crisis, later = cover[2009 - 2005], cover[2011 - 2005], cover[2019 - 2005]
    assert crisis > before + 1.0
    assert crisis > later + 1.0
    base = plays.scenario("history").importers["mitsui"].base_cover.value
    assert np.all((cover > base) & (cover < base + 8.0))
