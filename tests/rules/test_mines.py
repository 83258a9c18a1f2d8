"""The decision to build a mine, against closed forms."""

import pytest

from reabm.rules.mines import annuity, hurdle_multiple


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
