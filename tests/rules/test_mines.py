"""The decision to build a mine against closed forms, and the fringe that follows the price."""

from typing import Any

import numpy as np
import pytest

from reabm.rules.mines import annuity, follow_price, hurdle_multiple
from tests.rules.groups import group


@pytest.mark.parametrize(
    ("discount", "payout", "volatility", "multiple"),
    [(0.05, 0.05, 0.30, 2.5), (0.05, 0.05, 0.15, 1.6), (0.06, 0.03, 0.45, 6.044098721)],
)
def test_the_real_option_multiples_of_case_l3_are_reproduced(discount, payout, volatility, multiple) -> None:
    assert hurdle_multiple(discount, payout, volatility) == pytest.approx(multiple, rel=1e-9)


def test_a_contract_that_halves_volatility_lowers_the_hurdle_as_in_case_l4() -> None:
    assert hurdle_multiple(0.05, 0.05, 0.15) / hurdle_multiple(0.05, 0.05, 0.30) == pytest.approx(0.64)


def test_without_volatility_the_hurdle_is_the_net_present_value() -> None:
    assert hurdle_multiple(0.05, 0.05, 0.0) == 1.0
    assert hurdle_multiple(0.05, 0.05, 1e-3) == pytest.approx(1.0, abs=0.02)


def test_the_entry_price_of_case_l1_is_reproduced() -> None:
    # capex 40 USD per kg/yr, opex 12 USD/kg, 12 per cent, 20 years: 17.3551512 USD/kg
    assert 12.0 + 40.0 * annuity(0.12, 20.0) == pytest.approx(17.3551512, rel=1e-8)


# --- the fringe that follows the price ------------------------------------------------------------------------------------


def fringe(utilisation: float = 0.5, status: float = 2.0, earliest: float = 0.0) -> tuple[Any, Any]:
    """One mine outside China on `price_fringe`: 1200 t/yr, full cost 30 USD/kg of which 20 are paid in cash."""
    mines = group(
        status=np.full(1, status), utilisation=np.full(1, utilisation), basket_usd_kg=np.zeros(1), hurdle_usd_kg=np.full(1, 30.0),
        ore_t=np.full(1, 50.0), cash_kusd=np.zeros(1),
    )  # fmt: skip
    params = group(
        earliest=np.full(1, earliest), max_utilisation=np.full(1, 0.9),
        capacity_t=np.full((1, 24), 100.0), opex_usd_kg=np.full(1, 20.0), capex_usd_kg=np.full(1, 40.0),
    )  # fmt: skip
    return mines, params


def utilisations(mines: Any, params: Any, prices: list[float], invests: float = 1.0) -> list[float]:
    knobs, on = group(fringe_response=0.12), group(outside_investment=invests)
    found = []
    for month, price in enumerate(prices):
        mines.basket_usd_kg[0] = price
        follow_price(mines, params, knobs, 0, month, on)
        found.append(float(mines.utilisation[0]))
    return found


def test_a_fringe_adds_and_drops_capacity_in_proportion_to_price_less_full_cost() -> None:
    mines, params = fringe()
    assert utilisations(mines, params, [30.0, 40.0, 25.0, 30.0]) == pytest.approx([0.5, 0.6, 0.55, 0.55])


def test_a_fringe_keeps_between_nothing_and_its_best() -> None:
    mines, params = fringe()
    assert utilisations(mines, params, [100.0, 100.0, 0.0, 0.0, 0.0, 0.0, 31.0]) == pytest.approx(
        [0.9, 0.9, 0.6, 0.3, 0.0, 0.0, 0.01]
    )


def test_a_fringe_comes_without_lead_time_but_not_before_its_earliest_month() -> None:
    mines, params = fringe(utilisation=0.0, status=0.0, earliest=2.0)
    assert utilisations(mines, params, [40.0, 40.0]) == [0.0, 0.0]
    assert mines.status[0] == 0.0
    assert utilisations(mines, params, [40.0, 40.0, 40.0]) == pytest.approx([0.0, 0.0, 0.1])
    assert mines.status[0] == 2.0


def test_a_closed_deposit_stays_closed() -> None:
    mines, params = fringe(utilisation=0.0, status=4.0)
    assert utilisations(mines, params, [100.0]) == [0.0]
    assert mines.status[0] == 4.0


def test_without_investment_outside_a_fringe_can_only_shrink() -> None:
    mines, params = fringe()
    assert utilisations(mines, params, [100.0, 25.0], invests=0.0) == pytest.approx([0.5, 0.45])


def test_a_fringe_books_what_it_earns_and_what_it_builds() -> None:
    mines, params = fringe()
    utilisations(mines, params, [40.0])
    assert mines.cash_kusd[0] == pytest.approx((40.0 - 20.0) * 50.0 - 40.0 * 0.1 * 100.0 * 12.0)
