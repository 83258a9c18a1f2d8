"""Erosion by use, and the Shapley split of the decay."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reabm.leverage import Prices, decompose, measure_erosion
from reabm.leverage.decomposition import shapley, subsets
from reabm.scenario import ScenarioError, find_configs, load_scenario, with_settings

CAUSES = {"new mines": ("outside_investment",), "substitution": ("thrift",), "smuggling": ("smuggling", "alloy_channel")}


@pytest.fixture(scope="module")
def short():
    return with_settings(load_scenario(find_configs() / "scenarios" / "history.yaml"), {"payoffs.horizon_months": 24})


@given(st.lists(st.floats(-100, 100), min_size=16, max_size=16))
def test_shapley_shares_sum_to_the_worth_of_all(worths):
    players = ["a", "b", "c", "d"]
    value = dict(zip(subsets(players), [np.array([worth]) for worth in worths]))
    shares = shapley(players, value)
    assert sum(shares.values()) == pytest.approx(value[frozenset(players)] - value[frozenset()], abs=1e-9)


def test_shapley_of_the_glove_game():
    # one left and two right gloves: the left glove gets 2/3, each right one 1/6 (standard)
    players = ["left", "right", "other right"]
    value = {
        chosen: np.array(1.0 if "left" in chosen and len(chosen) > 1 else 0.0) for chosen in subsets(players)
    }  # fmt: skip
    shares = shapley(players, value)
    assert shares["left"] == pytest.approx(2 / 3)
    assert shares["right"] == pytest.approx(1 / 6)


def test_a_player_who_changes_nothing_has_no_share():
    value = {chosen: np.array(float("a" in chosen)) for chosen in subsets(["a", "idle"])}
    assert shapley(["a", "idle"], value)["idle"] == 0.0


def test_the_card_that_was_played_is_worth_less_a_year_later(short):
    found = measure_erosion(short, "2010-09", at=["2011-09", "2012-09"], seeds=range(6))
    table = found.table()
    assert table["change_musd"].iloc[0] < 0.0
    assert np.allclose(table["change_musd"], table["leverage_used_musd"] - table["leverage_spared_musd"])
    worth, low, high = found.value_of_restraint_musd()
    assert low < worth < high
    assert worth > 0.0


def test_an_embargo_of_no_length_erodes_nothing(short):
    found = measure_erosion(short, "2010-09", embargo_months=0, at=["2011-09"], seeds=range(2))
    assert found.table()["change_musd"].tolist() == [0.0]


def test_causes_and_the_rest_sum_to_the_decay(short):
    found = decompose(short, "2010-09", "2013-09", causes=CAUSES, seeds=range(3), prices=Prices(0.0, 0.0, 200.0, 0.5))
    assert found.table["share_musd"].sum() == pytest.approx(found.decay_musd, abs=1e-9)
    assert found.table["cause"].tolist() == [*CAUSES, "growth, prices and policy"]
    assert np.all(found.table["low"] <= found.table["high"])


def test_a_mechanism_that_is_off_already_has_no_share(short):
    without = with_settings(short, {"mechanisms.thrift": 0})
    found = decompose(without, "2010-09", "2012-09", causes={"substitution": ("thrift",)}, seeds=range(2))
    assert found.table["share_musd"].iloc[0] == 0.0


def test_mechanisms_are_off_between_the_dates_and_act_again_in_the_forks(short):
    # over a month nothing has time to decay by any cause: both ends are measured by the same game
    found = decompose(short, "2009-08", "2009-09", causes={"smuggling": ("smuggling", "alloy_channel")}, seeds=range(3))
    whole = abs(found.first_musd) + abs(found.last_musd)
    assert abs(found.table["share_musd"].iloc[0]) < 0.1 * whole


@pytest.mark.parametrize("dates", [("2012-09", "2010-09"), ("2010-09", "2010-09")])
def test_dates_out_of_order_cost_a_line(short, dates):
    with pytest.raises(ScenarioError, match="the first before the second"):
        decompose(short, *dates, seeds=range(1))


def test_an_embargo_with_no_later_date_costs_a_line(short):
    with pytest.raises(ScenarioError, match="and dates after it"):
        measure_erosion(short, "2025-06", seeds=range(1))


def test_what_acts_in_restrictions_only_has_no_share_in_the_decay(short):
    # re-exports to a restricted country: none is restricted between the dates, and in the forks they act at both
    found = decompose(short, "2012-09", "2013-09", causes={"rerouting": ("transshipment",)}, seeds=range(3))
    assert found.table["share_musd"].iloc[0] == 0.0
