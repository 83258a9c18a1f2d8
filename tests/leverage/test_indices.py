"""Static indices agree with closed forms, and what is read off a world agrees with its tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reabm.engine.run import open_world_of, play_until, prepare
from reabm.leverage import indices
from reabm.leverage.index_terms import chain_exposure, choke_point, concentration, dependence, part_of, weighted_exposure
from reabm.leverage.index_world import Sight, Standing, Trade, plant_countries
from reabm.leverage.indices import INDICES, indices_of, params_in_force, sights_of_world
from reabm.leverage.restriction import TARGETS
from reabm.rules.makers import buys_in
from reabm.scenario import ScenarioError, with_settings
from reabm.store import Result, run
from reabm.world.layout import views
from reabm.world.params import Params
from reabm.world.state import MOTHBALLED, PRODUCING, State
from tests.short_run import history, two_years, with_embargo

SHARES = st.floats(0.0, 1.0)
TONNES = st.floats(0.0, 1e4)


def test_concentration_is_the_sum_of_squared_shares() -> None:
    assert concentration(np.array([0.56, 0.20, 0.14, 0.10])) == pytest.approx(0.3832, rel=1e-12)  # case X3
    assert concentration(np.array([56.0, 20.0, 14.0, 10.0])) == pytest.approx(0.3832, rel=1e-12)
    assert concentration(np.array([3.0, 0.0])) == 1.0
    assert concentration(np.full(4, 2.5)) == pytest.approx(0.25)
    assert np.isnan(concentration(np.zeros(3)))


@given(st.lists(TONNES, min_size=1, max_size=6))
def test_concentration_lies_between_equal_sources_and_one_source(supplies: list[float]) -> None:
    found = concentration(np.array(supplies))
    assert np.isnan(found) or 1.0 / len(supplies) - 1e-12 <= found <= 1.0 + 1e-12


def test_dependence_in_money_is_the_loss_that_stocks_do_not_bridge() -> None:
    one = np.ones(1)
    value_kusd = 100.0 * 500.0  # case X2: shortage loss 100 k$/t, use 500 t a month, cover 3 of 9 months
    share = dependence(np.array([value_kusd]), one, 0.0 * one, 3.0 * one, 9.0)
    assert share == pytest.approx(2.0 / 3.0)
    assert share * value_kusd * 9.0 == pytest.approx(300_000.0)


def test_dependence_weighs_goods_by_value_and_takes_off_what_is_saved() -> None:
    worth, china = np.array([300.0, 100.0]), np.array([0.9, 0.5])
    saved, cover = np.array([0.2, 0.0]), np.array([3.0, 12.0])
    assert dependence(worth, china, saved, cover, 6.0) == pytest.approx(0.75 * 0.9 * 0.8 * 0.5)  # the second is covered
    assert dependence(worth, china, saved, cover, 24.0) == pytest.approx(0.75 * 0.9 * 0.8 * 0.875 + 0.25 * 0.5 * 0.5)
    assert dependence(np.zeros(2), china, saved, cover, 6.0) == 0.0


@given(SHARES, SHARES, st.floats(0.0, 30.0), st.integers(1, 24))
def test_dependence_rises_with_the_length_and_falls_with_what_is_saved(
    share: float, saved: float, cover: float, months: int
) -> None:
    def of(saved: float, months: float) -> float:
        return dependence(np.ones(1), np.array([share]), np.array([saved]), np.array([cover]), months)

    assert 0.0 <= of(saved, months) <= of(saved, months + 1) <= share
    assert of(1.0, months) == 0.0


def test_a_choke_point_is_the_need_that_capacity_and_stock_leave() -> None:
    capacity, stock = np.array([40.0, 40.0, 200.0, 0.0]), np.array([0.0, 240.0, 0.0, 0.0])
    need = np.array([100.0, 100.0, 100.0, 0.0])
    np.testing.assert_allclose(choke_point(capacity, stock, need, 12.0), [0.6, 0.4, 0.0, 0.0], atol=1e-15)
    np.testing.assert_allclose(choke_point(capacity, stock, need, 3.0), [0.6, 0.0, 0.0, 0.0], atol=1e-15)


def test_a_glut_of_one_good_does_not_make_up_for_the_lack_of_another() -> None:
    exposure = choke_point(np.array([1000.0, 0.0]), np.zeros(2), np.array([100.0, 10.0]), 12.0)
    assert weighted_exposure(exposure, np.array([100.0, 300.0])) == pytest.approx(0.75)


def test_diversified_mines_with_one_separator_leave_the_chain_exposed() -> None:
    stages = np.array([0.0, 1.0])
    assert chain_exposure(stages) == 1.0
    assert stages.mean() == 0.5  # what the mean would say


def test_a_share_of_nothing_is_nothing() -> None:
    np.testing.assert_array_equal(part_of(np.array([1.0, 0.0]), np.array([4.0, 0.0])), [0.25, 0.0])


# --- a world by hand --------------------------------------------------------------------------------------------------


def by_destination(japan: object, usa: object = 0.0) -> np.ndarray:
    """An array whose last axis is the destinations, empty but for two."""
    japan = np.asarray(japan, dtype=float)
    columns = [np.zeros_like(japan), japan, np.broadcast_to(usa, japan.shape), np.zeros_like(japan), np.zeros_like(japan)]
    return np.stack(columns, axis=-1).astype(float)


def small_sight() -> Sight:
    """A light and a heavy element at 10 and 100 kUSD/t; origins Australia, China, Myanmar, recycled; two users."""
    priced = np.array([[1.0, 1.0], [10.0, 100.0]])  # by weight, by value
    outside = np.zeros((2, 4, 2, 5))
    outside[:, 0] = by_destination(priced * [30.0, 0.0], priced * [10.0, 0.0])
    outside[:, 3] = by_destination(priced * [0.0, 2.0], priced * [0.0, 2.0])
    trade = Trade(
        declared=by_destination(priced * [60.0, 6.0], priced * [80.0, 8.0]),
        smuggled=by_destination(priced * [10.0, 1.0]),
        reexported=by_destination(priced * [0.0, 1.0], priced * [0.0, -3.0]),
        outside=outside,
        mined_in=np.array([[0.0, 0.0], [1.0, 0.5], [0.0, 0.5], [0.0, 0.0]]),
        used_t=by_destination([100.0, 10.0], [100.0, 10.0]),
        unsaved_t=by_destination([100.0, 12.5], [100.0, 10.0]),
        unsaved_kusd=by_destination([1000.0, 1250.0], [1000.0, 1000.0]),
        magnets=np.stack([by_destination([[30.0, 60.0], [20.0, 0.0]]), by_destination([[300.0, 600.0], [300.0, 0.0]])]),
        made_t=np.array([500.0, 15.0, 5.0, 0.0, 0.0]),
        magnet_need_t=by_destination([50.0, 50.0], [50.0, 150.0]),
        magnet_need_kusd=by_destination([500.0, 500.0], [500.0, 1500.0]),
    )
    standing = Standing(
        stock_t=by_destination([300.0, 30.0], [0.0, 0.0]),
        magnet_stock_t=by_destination([0.0, 60.0], [0.0, 0.0]),
        mining_t=np.array([80.0, 8.0]), separation_t=np.array([80.0, 0.0]), magnet_capacity_t=np.array([60.0, 40.0]),
    )  # fmt: skip
    return Sight(trade, standing)


def test_the_indices_of_a_small_world_are_those_of_paper_and_pencil() -> None:
    found = {(index, stage): value for index, stage, value in indices_of(small_sight(), np.array([0.0, 1.0]), ("japan",), 6)}
    # imports of Japan: 60 + 6 declared, 10 + 1 smuggled, 1 re-exported, 30 from Australia; recycled oxide is none
    assert found["declared_share_weight", "oxide"] == pytest.approx(66.0 / 108.0)
    assert found["china_share_weight", "oxide"] == pytest.approx(78.0 / 108.0)
    assert found["declared_share_value", "oxide"] == pytest.approx(1200.0 / 1800.0)
    assert found["china_share_value", "oxide"] == pytest.approx(1500.0 / 1800.0)
    assert found["china_share_weight", "magnet"] == pytest.approx(90.0 / 110.0)
    assert found["china_share_value", "magnet"] == pytest.approx(900.0 / 1200.0)
    # half of China's heavy oxide (800 kUSD) was mined in Myanmar
    assert found["hhi", "mined"] == pytest.approx((1100.0**2 + 400.0**2 + 300.0**2) / 1800.0**2)
    assert found["hhi", "separated"] == pytest.approx((1500.0**2 + 300.0**2) / 1800.0**2)
    assert found["hhi", "magnet"] == pytest.approx(0.75**2 + (0.25 * 0.75) ** 2 + (0.25 * 0.25) ** 2)
    # China supplies 70 of 100 light and 8 of 10 heavy (2 recycled); a fifth of heavy use was saved; stocks cover 3 of 6 months
    exposed = 1000.0 * 0.7 * 0.5 + 1250.0 * 0.8 * 0.8 * 0.5
    assert found["dependence", "oxide"] == pytest.approx(exposed / 2250.0)
    assert found["dependence_musd", "oxide"] == pytest.approx(exposed * 6.0 / 1000.0)
    magnets = 500.0 * 0.6 + 500.0 * 1.0 * (1.0 - 1.2 / 6.0)
    assert found["dependence", "magnet"] == pytest.approx(magnets / 1000.0)
    assert found["dependence_musd", "both"] == pytest.approx((exposed + magnets) * 6.0 / 1000.0)
    # Japan's half of capacity outside, with recycled oxide (2 of 4), and a sixth of its stocks each month
    assert found["choke_point", "mine_light"] == pytest.approx(1.0 - (40.0 + 50.0) / 100.0)
    assert found["choke_point", "mine_heavy"] == pytest.approx(0.0)
    assert found["choke_point", "separation_light"] == pytest.approx(0.1)
    assert found["choke_point", "separation_heavy"] == pytest.approx(1.0 - (2.0 + 5.0) / 10.0)
    premium, commodity = 1.0 - 30.0 / 50.0, 1.0 - (10.0 + 10.0) / 50.0
    assert found["choke_point", "magnet"] == pytest.approx((premium + commodity) / 2.0)
    assert found["chain_exposure", "worst"] == pytest.approx(0.5)
    assert found["chain_exposure", "worst_oxide"] == pytest.approx(0.3)
    assert found["chain_exposure", "mean"] == pytest.approx((0.1 + 0.0 + 0.1 + 0.3 + 0.5) / 5.0)


def test_what_a_coalition_sells_itself_is_no_import() -> None:
    found = {(index, stage): value for index, stage, value in indices_of(small_sight(), np.array([0.0, 1.0]), TARGETS["all"], 6)}
    chinese = 60.0 + 6.0 + 80.0 + 8.0 + 10.0 + 1.0  # what the USA re-export to Japan stays within the coalition
    assert found["china_share_weight", "oxide"] == pytest.approx(chinese / (chinese + 40.0))


# --- read off worlds ----------------------------------------------------------------------------------------------


def sight(result: Result, at: int) -> tuple[Sight, Params]:
    """The world of a run at a calendar month."""
    ((_, seen, params),) = sights_of_world(result.record.prepared, result.seed, [at])
    return seen, params


def value(frame: pd.DataFrame, index: str, stage: str) -> float:
    """One number of a frame that holds one target, date and length."""
    return float(frame[(frame["index"] == index) & (frame["stage"] == stage)]["value"].item())


def test_plants_stand_where_the_rule_says_they_buy() -> None:
    params = params_in_force(prepare(history("2005-12")), 0)
    for place in range(3):
        assert list(plant_countries(params, place)) == [int(buys_in(home, place)) for home in params.makers.home]


def test_what_is_seen_agrees_with_the_record() -> None:
    result = two_years()
    seen, _ = sight(result, 2006 * 12 + 8)
    year = result.months.iloc[8:20]  # September 2005 to August 2006
    assert seen.trade.used_t[:, 1:].sum() == pytest.approx(year["outside_use_t"].mean())
    assert seen.trade.magnets[0, 0].sum() == pytest.approx(year["magnets_china_t"].mean())
    assert seen.trade.made_t[1:].sum() == pytest.approx(year["magnets_outside_t"].mean())
    exports = year[["exports_legal_t", "exports_alloy_t"]].sum(axis=1).mean()
    assert seen.trade.declared[0, :, 1:].sum() == pytest.approx(exports)
    eve = result.months.iloc[19]
    assert seen.standing.stock_t[:, 1:].sum() == pytest.approx(eve["stocks_outside_t"] + eve["reserves_t"])


def test_capacity_and_stocks_are_those_of_mines_that_produce_and_plants_that_stand_outside_china() -> None:
    result = run(history("2016-12"), seed=0)
    prepared, state = result.record.prepared, result.record.state
    ((_, seen, params),) = sights_of_world(prepared, 0, [2017 * 12])
    mining, separation = np.zeros(len(prepared.names.elements)), np.zeros(len(prepared.names.elements))
    for m in range(len(prepared.names.mines)):
        if params.mines.kind[m] != 2 or state.mines.status[m] != PRODUCING:
            continue
        for e in range(len(mining)):
            oxide = params.mines.capacity_t[m, -1] * params.mines.max_utilisation[m]
            oxide *= params.mines.separation_yield[m] * params.mines.basket[m, e]
            own = 1.0 - state.mines.route[m]
            mining[e] += oxide
            separation[e] += oxide * own * (params.mines.heavy_at_home[m, -1] if params.elements.group[e] else 1.0)
    assert (state.mines.status == MOTHBALLED).any()
    np.testing.assert_allclose(seen.standing.mining_t, mining)
    np.testing.assert_allclose(seen.standing.separation_t, separation)
    assert separation.sum() < mining.sum()
    magnets = 0.0
    for j in range(len(prepared.names.makers)):
        if params.makers.makes_alloy[j] == 0.0:
            magnets += state.makers.capacity_t[j, :, 2].sum()
            magnets += state.makers.capacity_t[j, :, 0].sum() if params.makers.home[j] else 0.0
    assert seen.standing.magnet_capacity_t.sum() == pytest.approx(magnets)
    eve = result.months.iloc[-1]
    assert eve["reserves_t"] > 0.0
    assert seen.standing.stock_t[:, 1:].sum() == pytest.approx(eve["stocks_outside_t"] + eve["reserves_t"])


def test_magnets_that_were_not_to_be_had_are_needed_too() -> None:
    prepared = prepare(history("2012-02", magnets_under_licence=1.0, licence__approval__japan=0.0))
    ((_, seen, _),) = sights_of_world(prepared, 0, [2012 * 12 + 2])
    used, unserved, months = np.zeros(1), np.zeros(1), prepared.sizes["months"]
    world = play_until(prepared, open_world_of(prepared, 0), months - 12)
    for month in range(months - 12, months):
        world = play_until(prepared, world, month + 1)
        flows = views(State, prepared.sizes, world.block).flows
        used = used + flows.magnet_use_t / 12.0
        unserved = unserved + flows.unserved_t / 12.0
    assert unserved.sum() > 1.0
    np.testing.assert_allclose(seen.trade.magnet_need_t, used + unserved, rtol=1e-9)


def test_the_origins_of_chinese_oxide_add_up() -> None:
    (_, seen, _), = sights_of_world(prepare(history("2022-12")), 0, [2022 * 12 + 8])  # fmt: skip
    np.testing.assert_allclose(seen.trade.mined_in.sum(axis=0), 1.0)
    assert seen.trade.mined_in.min() >= 0.0


def test_parameters_are_those_in_force_at_the_eve() -> None:
    off = [{"from": "2016-01", "until": "2016-12", "value": 0.0}]
    prepared = prepare(with_settings(history("2017-12"), {"mechanisms.outside_separation": off}, origin="test"))
    found = [
        seen.standing.separation_t.sum() for _, seen, _ in sights_of_world(prepared, 0, [2016 * 12, 2017 * 12, 2017 * 12 + 1])
    ]
    assert found[0] > 0.0
    assert found[1] == 0.0
    assert found[2] > 0.0


def test_nothing_was_saved_where_thrift_is_off() -> None:
    (at, seen, _), = sights_of_world(prepare(history("2006-12", mechanisms__thrift=0)), 0, [2006 * 12 + 8])  # fmt: skip
    assert at == 2006 * 12 + 8
    np.testing.assert_allclose(seen.trade.unsaved_t, seen.trade.used_t, rtol=1e-12)


def test_shares_of_imports_are_those_of_the_flows() -> None:
    result = with_embargo()  # Japan takes re-exports in it
    frame = indices(result, at="2010-12", months=12, targets="japan")
    flows = result.flows
    in_year = (flows["month"] >= "2009-12-01") & (flows["month"] < "2010-12-01") & (flows["stage"] == "oxide")
    prices = result.prices[result.prices["destination"] == "japan"][["month", "element", "usd_per_kg"]]
    flows = flows[in_year].merge(prices, on=["month", "element"])
    arrives, leaves = flows[flows["destination"] == "japan"], flows[flows["origin"] == "japan"]
    for measure, weigh in (("weight", lambda rows: rows["t"]), ("value", lambda rows: rows["t"] * rows["usd_per_kg"])):
        came = arrives.assign(x=weigh(arrives)).query("origin != 'recycled'").groupby(["channel", "element"])["x"].sum()
        went = leaves.assign(x=weigh(leaves)).query("channel == 're-export'").groupby("element")["x"].sum()
        again = came["re-export"].sub(went, fill_value=0.0).clip(lower=0.0).sum()
        declared = came["legal"].sum() + came["alloy"].sum()
        chinese = declared + came["smuggled"].sum() + again
        imports = chinese + came["outside"].sum()
        assert again > 0.0
        assert value(frame, f"declared_share_{measure}", "oxide") == pytest.approx(declared / imports)
        assert value(frame, f"china_share_{measure}", "oxide") == pytest.approx(chinese / imports)


def test_indices_of_a_run_are_those_of_its_scenario_and_seed() -> None:
    result = two_years()
    of_run = indices(result, at="2006-09", months=6, targets=["japan", "all"])
    of_scenario = indices(result.scenario, at="2006-09", months=6, targets=["japan", "all"], seeds=[0], sets=[{}])
    pd.testing.assert_frame_equal(of_run, of_scenario)


def test_an_index_knows_nothing_of_what_comes_after_its_date() -> None:
    short, long = history("2006-10"), history("2008-12")
    chosen = {"at": ["2006-03", "2006-09"], "months": [3, 12], "targets": "all", "seeds": [0, 1]}
    pd.testing.assert_frame_equal(indices(short, **chosen), indices(long, **chosen))


def test_dates_do_not_move_each_other() -> None:
    scenario = history("2008-12")
    both = indices(scenario, at=["2008-03", "2006-09"], months=3, targets="eu", seeds=[1], sets=[{}])
    alone = indices(scenario, at="2008-03", months=3, targets="eu", seeds=[1], sets=[{}])
    pd.testing.assert_frame_equal(both[both["at"] == 2008 * 12 + 2].reset_index(drop=True), alone)


def test_every_index_of_every_target_stands_within_its_bounds() -> None:
    frame = indices(history("2008-12"), months=[1, 12, 24], seeds=[0])
    assert set(frame["index"]) == set(INDICES)
    assert set(frame["target"]) == set(TARGETS)
    assert not frame.duplicated(["target", "at", "months", "index", "stage"]).any()
    assert np.isfinite(frame["value"]).all()
    shares = frame[frame["index"] != "dependence_musd"]["value"]
    assert shares.between(0.0, 1.0).all()
    wide = frame.pivot(index=["target", "at", "months"], columns=["index", "stage"], values="value")
    for group in ("light", "heavy"):  # what cannot be separated outside China can at best be mined there
        assert (wide["choke_point", f"separation_{group}"] >= wide["choke_point", f"mine_{group}"] - 1e-12).all()
    chain = wide["chain_exposure"]
    assert (chain["worst"] >= chain["worst_oxide"]).all()
    assert (chain["worst"] >= chain["mean"]).all()
    assert (wide["chain_exposure", "worst"] > wide["chain_exposure", "mean"]).any()
    both = wide["dependence_musd"]
    np.testing.assert_allclose(both["both"], both["oxide"] + both["magnet"])


def test_ore_that_is_separated_in_china_keeps_its_origin() -> None:
    """In 2022 much heavy ore is mined in Myanmar and separated in China: mined sources are more spread than separated ones."""
    frame = indices(history("2022-12"), at="2022-09", months=12, targets="all", seeds=[0], sets=[{}])
    assert value(frame, "hhi", "mined") < value(frame, "hhi", "separated") - 0.03


def test_a_date_or_a_target_that_is_not_allowed_is_one_clear_error() -> None:
    with pytest.raises(ScenarioError, match="2004-01; allowed 2005-02 to 2006-12"):
        indices(history("2006-12"), at="2004-01")
    with pytest.raises(ScenarioError, match="got 'mars'; allowed japan"):
        indices(history("2006-12"), at="2006-01", targets="mars")
