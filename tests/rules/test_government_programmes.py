"""Programmes of governments: who is promised a price, what it costs, and what each rule does."""

from __future__ import annotations

from typing import Any

import numpy as np

from reabm.rules.government_programmes import guarantee_prices, pay_guarantees
from reabm.rules.policy import (
    COMPLAIN,
    NO_PROGRAMME,
    PRICE_FLOOR,
    SUBSIDISE_AND_STOCKPILE,
    THRESHOLD,
    government_acts,
)
from tests.rules.groups import group

ELEMENTS = group(longrun_usd_kg=np.array([3.0, 50.0]))


def promises(strategies: list[float], destinations: list[float], programmes: float = 1.0) -> Any:
    """Three mines: one in China, two outside from which an importer of destination 1, and of 1 and 2, may buy."""
    n = len(strategies)
    scratch = group(floor_usd_kg=np.full((3, 2), 9.0), guarantor=np.full(3, 9.0), support_kusd=np.full(3, 9.0))
    governments = group(destination=np.array(destinations), strategy=np.array(strategies, dtype=float), is_chinese=np.zeros(n))
    importers = group(destination=np.array([1.0, 2.0]))
    mines = group(
        kind=np.array([0.0, 2.0, 2.0]), offtake_ok=np.array([[1.0, 1.0], [1.0, 0.0], [1.0, 1.0]]),
        basket=np.array([[0.5, 0.5], [0.99, 0.01], [0.7, 0.3]]),
    )  # fmt: skip
    floors = np.zeros((1, 3, 2))
    floors[0, 2, 1] = 65.0
    guarantee_prices(
        scratch, governments, importers, mines, group(mine_floor_usd_kg=floors), ELEMENTS, group(over_longrun=1.4),
        group(home_programmes=programmes), 0,
    )  # fmt: skip
    return scratch


def test_mines_are_guaranteed_a_price_for_what_earns_them_most_by_the_first_government_that_may() -> None:
    scratch = promises([NO_PROGRAMME, PRICE_FLOOR, PRICE_FLOOR], [1.0, 2.0, 1.0])
    assert scratch.guarantor.tolist() == [-1.0, 2.0, 1.0]
    assert scratch.floor_usd_kg[0].tolist() == [0.0, 0.0]
    assert abs(scratch.floor_usd_kg[1, 0] - 4.2) < 1e-12  # nearly all light: that earns it most
    assert scratch.floor_usd_kg[1, 1] == 0.0
    assert scratch.floor_usd_kg[2].tolist() == [0.0, 70.0]
    assert scratch.support_kusd.tolist() == [0.0, 0.0, 0.0]


def test_without_such_a_government_the_script_alone_guarantees() -> None:
    for scratch in (promises([NO_PROGRAMME], [1.0]), promises([PRICE_FLOOR], [1.0], programmes=0.0)):
        assert scratch.guarantor.tolist() == [-1.0, -1.0, -1.0]
        assert scratch.floor_usd_kg[2].tolist() == [0.0, 65.0]


def test_what_a_guarantee_costs_leaves_the_treasury_and_reaches_miners() -> None:
    accounts = group(surplus_kusd=np.zeros((3, 5)), miners_kusd=np.full(1, 100.0))
    governments = group(spent_kusd=np.array([1.0, 2.0]))
    scratch = group(guarantor=np.array([-1.0, 1.0, 1.0]), support_kusd=np.array([0.0, 30.0, 12.0]))
    pay_guarantees(accounts, governments, scratch, group(destination=np.array([1.0, 2.0])))
    assert governments.spent_kusd.tolist() == [1.0, 44.0]
    assert accounts.surplus_kusd[2].tolist() == [0.0, 0.0, 0.0, 0.0, -42.0]
    assert accounts.surplus_kusd[1].tolist() == [0.0] * 5
    assert accounts.miners_kusd[0] == 142.0


def acted(strategy: float, rationed: float) -> Any:
    """A government that buys all from China, in a month in which a share of exports is turned away."""
    names = ("reserve_months", "subsidy_share", "thrift_programme", "venture_block", "exposure", "complained", "choice")
    governments = group(**{name: np.zeros(1) for name in names})
    params = group(
        destination=np.ones(1), strategy=np.full(1, float(strategy)), exposure_threshold=np.full(1, 0.35),
        subsidy_share=np.full(1, 0.06), reserve_months=np.full(1, 6.0),
    )  # fmt: skip
    nothing = np.zeros((1, 1))
    script = group(
        subsidy=nothing, thrift_programme=nothing, reserve_months=nothing, venture_block=nothing, complaint=np.full(1, -1.0)
    )
    trade = np.zeros((1, 2))
    flows = group(legal_t=np.array([[0.0, 10.0]]), alloy_t=trade, smuggled_t=trade.copy(), outside_t=np.zeros((1, 1, 2)))
    market = group(rationed_share=np.full(2, rationed))
    government_acts(governments, params, script, flows, market, 0, 0, group(home_programmes=1.0, reserves=1.0))
    return tuple(float(getattr(governments, name)[0]) for name in ("subsidy_share", "reserve_months", "complained"))


def test_each_rule_does_what_it_says_in_calm_and_in_trouble() -> None:
    calm, trouble = 0.2, 0.5
    assert acted(NO_PROGRAMME, trouble) == (0.0, 0.0, 0.0)
    assert acted(THRESHOLD, calm) == (0.0, 0.0, 0.0)
    assert acted(THRESHOLD, trouble) == (0.06, 6.0, 1.0)
    assert acted(SUBSIDISE_AND_STOCKPILE, calm) == (0.06, 6.0, 0.0)
    assert acted(SUBSIDISE_AND_STOCKPILE, trouble) == (0.06, 6.0, 0.0)
    assert acted(COMPLAIN, calm) == (0.0, 0.0, 0.0)
    assert acted(COMPLAIN, trouble) == (0.0, 0.0, 1.0)
    assert acted(PRICE_FLOOR, trouble) == (0.0, 0.0, 0.0)
