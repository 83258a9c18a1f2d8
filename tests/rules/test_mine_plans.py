"""Developers: what follows others, and what contracts and advances do to the hurdle of each rule."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from reabm.rules.mine_plans import HERD, count_builders, follow_herd
from reabm.rules.mines import NET_PRESENT_VALUE, REAL_OPTION, annuity, set_hurdle, value_mine
from tests.rules.groups import group

IDEA, BUILDING, PRODUCING = 0.0, 1.0, 2.0
KNOBS = group(
    discount_rate=0.1, payout_rate=0.06, volatility_low=0.05, volatility_high=0.5, payability=0.6, herd_share=0.5,
)  # fmt: skip
ANNUITY = annuity(0.1, 20.0)


def hurdle(strategy: float, contract: float = 0.0, prepaid: float = 0.0) -> float:
    """Hurdle of one mine outside China with opex 10 and capex 40, in a market of 30 per cent volatility."""
    return float(weighed(strategy, contract, prepaid)[0].hurdle_usd_kg[0])


def weighed(
    strategy: float, contract: float = 0.0, prepaid: float = 0.0, floor: float = 0.0, status: float = IDEA
) -> tuple[Any, Any]:
    """That mine and what a guarantee of a price costs, after it was valued at a market price of 30; it dug 5 t last month."""
    mines = group(
        status=np.full(1, status), route=np.zeros(1), ore_t=np.full(1, 5.0), basket_usd_kg=np.zeros(1),
        expected_usd_kg=np.zeros(1), hurdle_usd_kg=np.zeros(1),
        volatility=np.zeros(1), contract_share=np.full(1, contract), prepaid_share=np.full(1, prepaid),
    )  # fmt: skip
    params = group(
        zone=np.ones(1), kind=np.full(1, 2.0), strategy=np.full(1, float(strategy)), basket=np.ones((1, 1)),
        separation_yield=np.ones(1), heavy_at_home=np.ones((1, 1)), opex_usd_kg=np.full(1, 10.0), capex_usd_kg=np.full(1, 40.0),
    )  # fmt: skip
    scratch = group(
        price_usd_kg=np.full((2, 1), 30.0), expected_usd_kg=np.full((2, 1), 30.0), volatility=np.full(1, 0.3),
        floor_usd_kg=np.full((1, 1), floor), guarantor=np.full(1, 2.0 if floor > 0.0 else -1.0), support_kusd=np.zeros(1),
    )  # fmt: skip
    market = group(china_usd_kg=np.full(1, 20.0), anchor_usd_kg=np.full((2, 1), 30.0))
    script, on = group(mine_floor_usd_kg=np.zeros((1, 1, 1))), group(outside_separation=1.0, home_programmes=1.0)
    value_mine(mines, params, market, group(group=np.zeros(1)), script, KNOBS, scratch, 0, 0, on)
    set_hurdle(mines, params, KNOBS, ANNUITY, 0)
    return mines, scratch


def test_an_advance_lowers_the_hurdle_of_every_rule_by_its_part_of_the_capital() -> None:
    assert hurdle(NET_PRESENT_VALUE) == pytest.approx(10.0 + 40.0 * ANNUITY)
    assert hurdle(NET_PRESENT_VALUE, prepaid=0.5) == pytest.approx(10.0 + 20.0 * ANNUITY)
    whole, half = hurdle(REAL_OPTION) - 10.0, hurdle(REAL_OPTION, prepaid=0.5) - 10.0
    assert half == pytest.approx(0.5 * whole)


def test_offtake_lowers_the_worth_of_waiting_and_so_the_real_option_hurdle_only() -> None:
    assert hurdle(NET_PRESENT_VALUE, contract=0.6) == hurdle(NET_PRESENT_VALUE)
    ladder = [hurdle(REAL_OPTION, contract=share) for share in (0.0, 0.3, 0.6, 0.9)]
    assert ladder == sorted(ladder, reverse=True)
    assert len(set(ladder)) == 4
    assert ladder[-1] > hurdle(NET_PRESENT_VALUE)


def test_a_guaranteed_price_is_paid_and_expected_and_costs_what_the_market_does_not_pay() -> None:
    for status, cost in ((PRODUCING, 15.0 * 5.0), (IDEA, 0.0)):
        mines, scratch = weighed(NET_PRESENT_VALUE, floor=45.0, status=status)
        assert mines.basket_usd_kg[0] == mines.expected_usd_kg[0] == 45.0
        assert scratch.support_kusd[0] == pytest.approx(cost)
    mines, scratch = weighed(NET_PRESENT_VALUE, floor=25.0, status=PRODUCING)
    assert mines.basket_usd_kg[0] == mines.expected_usd_kg[0] == 30.0
    assert scratch.support_kusd[0] == 0.0


def world(*status: float, earliest: tuple[float, ...] = ()) -> tuple[Any, Any, Any]:
    n = len(status)
    mines = group(status=np.array(status), hurdle_usd_kg=np.full(n, 30.0))
    params = group(
        kind=np.full(n, 2.0),
        strategy=np.full(n, float(HERD)),
        opex_usd_kg=np.full(n, 10.0),
        earliest=np.array(earliest or [0.0] * n),
    )
    return mines, params, group(projects=np.zeros(2))


def test_projects_that_could_be_built_are_counted_and_those_that_are() -> None:
    mines, params, scratch = world(IDEA, BUILDING, PRODUCING, IDEA, IDEA, earliest=(0.0, 0.0, 0.0, 5.0, 6.0))
    count_builders(scratch, mines, params, 5)
    assert scratch.projects.tolist() == [3.0, 1.0]


def test_a_developer_in_the_herd_asks_running_costs_once_enough_of_the_others_build() -> None:
    for status, expected in (((IDEA, IDEA, IDEA), 30.0), ((IDEA, IDEA, BUILDING), 10.0), ((IDEA, IDEA, IDEA, BUILDING), 30.0)):
        mines, params, scratch = world(*status)
        count_builders(scratch, mines, params, 0)
        follow_herd(mines, params, KNOBS, scratch, 0, 0)
        assert mines.hurdle_usd_kg[0] == expected


def test_nobody_else_follows_and_a_lone_developer_has_nobody_to_follow() -> None:
    mines, params, scratch = world(IDEA, BUILDING)
    params.strategy[0] = REAL_OPTION
    count_builders(scratch, mines, params, 0)
    follow_herd(mines, params, KNOBS, scratch, 0, 0)
    assert mines.hurdle_usd_kg[0] == 30.0
    mines, params, scratch = world(IDEA)
    count_builders(scratch, mines, params, 0)
    follow_herd(mines, params, KNOBS, scratch, 0, 0)
    assert mines.hurdle_usd_kg[0] == 30.0


def test_a_project_that_cannot_be_built_yet_is_not_taken_off_the_others_either() -> None:
    """One too few others, and the share of them that the herd waits for would be reached too soon."""
    share = KNOBS.herd_share
    n_others = round(1.0 / share) + 1  # one of them under construction is just too few
    mines, params, scratch = world(IDEA, BUILDING, *[IDEA] * (n_others - 1), earliest=(6.0, *[0.0] * n_others))
    count_builders(scratch, mines, params, 5)
    assert scratch.projects.tolist() == [n_others, 1.0]
    follow_herd(mines, params, KNOBS, scratch, 0, 5)
    assert mines.hurdle_usd_kg[0] == 30.0
    count_builders(scratch, mines, params, 6)
    follow_herd(mines, params, KNOBS, scratch, 0, 6)
    assert mines.hurdle_usd_kg[0] == 30.0
