"""Thrift, a ratchet that prices pull towards its ceiling, and adjustment to lasting prices, against integrals of the curves."""

from itertools import pairwise
from math import exp, log
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from reabm.rules.demand import ISOELASTIC, LINEAR, lasting_loss_usd_kg, power_area, use_t, users_loss_usd_kg
from reabm.rules.magnets import design_out
from reabm.rules.rule import rule
from reabm.rules.users import LOG_SATURATION, adjust_to_prices, thrift_pull, thrift_step
from tests.rules.groups import group

REFERENCE = 20.0


@pytest.mark.parametrize(("ratio", "pull"), [(0.5, 0.0), (1.0, 0.0), (2.0, 0.5), (10.0, 0.9)])
def test_high_prices_pull_thrift_towards_its_ceiling(ratio: float, pull: float) -> None:
    assert thrift_pull(ratio, 1.0) == pytest.approx(pull)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
@settings(derandomize=True)
def test_thrift_never_falls_and_never_passes_where_it_is_pulled(thrift, ceiling, speed, pull) -> None:
    step = thrift_step(thrift, ceiling, speed, pull)
    assert step >= 0.0
    assert thrift + step <= max(thrift, ceiling * pull) + 1e-12


# --- adjustment to lasting prices ---------------------------------------------------------------------------------------


@rule
def adjust(scratch, log_ratio, elements, knobs):
    adjust_to_prices(scratch, log_ratio, elements, knobs, 0, 0)


@rule
def used(price, elasticity, choke_log, curve):
    return use_t(log(price), 1.0, log(REFERENCE), elasticity, choke_log, curve)[0]


@rule
def loss_of_month(log_ratio, elasticity, choke_log, curve):
    return users_loss_usd_kg(log_ratio, REFERENCE, elasticity, choke_log, curve)


@rule
def loss_at_last(log_ratio, elasticity, lagged, choke_log, curve):
    return lasting_loss_usd_kg(log_ratio, REFERENCE, elasticity, lagged, choke_log, curve)


@rule
def area(power, log_end):
    return power_area(power, log_end)


def adjusted(log_ratio: float, elasticity: float, k: float, choke_log: float = 3.0, curve: int = ISOELASTIC) -> Any:
    """Habit, what it costs users, and what value in use it gives up, at a lasting price of e^log_ratio times the reference."""
    names = ("habit", "habit_loss_usd_kg", "habit_worth_usd_kg")
    scratch = group(**{name: np.full((1, 1), np.nan) for name in names})
    elements = group(
        elasticity=np.array([elasticity]), reference_usd_kg=np.array([REFERENCE]), choke_log=np.array([choke_log]),
        curve=np.array([float(curve)]),
    )  # fmt: skip
    adjust(scratch, log_ratio, elements, group(lagged_elasticity=k))
    return tuple(float(getattr(scratch, name)[0, 0]) for name in names)


def integral(curve: Any, low: float, high: float, cuts: list[float]) -> float:
    """Area of a curve over the price, signed, in pieces between its kinks."""
    first, last = min(low, high), max(low, high)
    ends = [first, *sorted(cut for cut in cuts if first < cut < last), last]
    total = sum(quad(curve, a, b)[0] for a, b in pairwise(ends))
    return total if high >= low else -total


@pytest.mark.parametrize("ratio", [0.9, 1.0, 2.5, 12.0])
@pytest.mark.parametrize("choke_log", [1.0, 4.0])
def test_at_the_price_to_which_users_have_adjusted_the_shifted_curve_meets_the_long_run_one(ratio, choke_log) -> None:
    habit, *_ = adjusted(log(ratio), 0.3, 1.5, choke_log)
    assert habit * used(REFERENCE * ratio, 0.3, choke_log, ISOELASTIC) == pytest.approx(
        used(REFERENCE * ratio, 0.3 * 2.5, choke_log, ISOELASTIC), rel=1e-12
    )


@settings(deadline=None, derandomize=True)
@given(
    lasting=st.floats(-2.0, 5.0), price=st.floats(2.0, 4000.0), elasticity=st.floats(0.05, 0.9), k=st.floats(0.0, 4.0),
    choke_log=st.floats(0.3, 4.0), curve=st.sampled_from([ISOELASTIC, LINEAR]),
)  # fmt: skip
def test_what_users_lose_is_the_area_beside_the_long_run_curve_and_then_beside_the_shifted_one(
    lasting, price, elasticity, k, choke_log, curve
) -> None:
    habit, habit_loss, *_ = adjusted(lasting, elasticity, k, choke_log, curve)
    kinks = [REFERENCE * exp(choke_log), REFERENCE * exp(choke_log + 1.0), REFERENCE * (1.0 + 1.0 / elasticity)]
    kinks.append(REFERENCE * exp(-LOG_SATURATION / max(elasticity * k, 1e-3)))
    h = REFERENCE * exp(lasting)

    def long_run(p: float) -> float:
        return used(p, elasticity, choke_log, curve) * min((p / REFERENCE) ** (-elasticity * k), exp(LOG_SATURATION))

    def shifted(p: float) -> float:
        return habit * used(p, elasticity, choke_log, curve)

    expected = integral(long_run, REFERENCE, h, kinks) + integral(shifted, h, price, kinks)
    found = habit_loss + habit * loss_of_month(log(price / REFERENCE), elasticity, choke_log, curve)
    assert found == pytest.approx(expected, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("price", [18.0, 20.0, 60.0])
def test_users_lose_least_where_they_have_adjusted_to_the_price_that_they_pay(price: float) -> None:
    def loss(h: float) -> float:
        habit, habit_loss, *_ = adjusted(log(h / REFERENCE), 0.3, 1.5)
        return habit_loss + habit * loss_of_month(log(price / REFERENCE), 0.3, 3.0, ISOELASTIC)

    assert loss(price) < min(loss(0.9 * price), loss(1.1 * price))


@pytest.mark.parametrize("curve", [ISOELASTIC, LINEAR])
@pytest.mark.parametrize("log_ratio", [-1.0, 0.0, 0.7, 6.0])
def test_without_a_lagged_elasticity_nothing_shifts_and_nothing_is_lost_to_the_last_bit(log_ratio, curve) -> None:
    assert adjusted(log_ratio, 0.3, 0.0, 3.0, curve) == (1.0, 0.0, 0.0)
    assert loss_at_last(log_ratio, 0.3, 0.0, 3.0, ISOELASTIC) == loss_of_month(log_ratio, 0.3, 3.0, ISOELASTIC)


@pytest.mark.parametrize("log_ratio", [-2.0, 1.0, 3.5, 6.0])
@pytest.mark.parametrize("off", [0.0, 1e-9, 0.99e-4, 1.01e-4, -1e-6])
def test_the_loss_is_smooth_where_the_long_run_elasticity_passes_one(log_ratio: float, off: float) -> None:
    kinks = [REFERENCE * exp(3.0), REFERENCE * exp(4.0)]
    expected = integral(lambda p: used(p, 1.0 + off, 3.0, ISOELASTIC), REFERENCE, REFERENCE * exp(log_ratio), kinks)
    assert loss_at_last(log_ratio, 0.4, 0.6 + off, 3.0, ISOELASTIC) == pytest.approx(expected, rel=1e-7)


@given(st.floats(-2.0, 2.0), st.floats(-3.0, 6.0))
@settings(deadline=None, derandomize=True)
def test_the_area_under_a_power_is_its_integral(power: float, log_end: float) -> None:
    assert area(power, log_end) == pytest.approx(quad(lambda y: exp(power * y), 0.0, log_end)[0], rel=1e-7, abs=1e-12)


@pytest.mark.parametrize("lagged", [0.2, 1.0, 1.6])
@pytest.mark.parametrize("ratio", [0.95, 1.5, 6.0])
def test_makers_give_up_the_value_in_use_of_the_content_that_they_leave_out(lagged: float, ratio: float) -> None:
    habit, _, worth = adjusted(log(ratio), 0.4, lagged / 0.4)
    assert habit == pytest.approx(ratio**-lagged)
    assert worth == pytest.approx(quad(lambda share: REFERENCE * share ** (-1.0 / lagged), habit, 1.0)[0], rel=1e-7)


def test_lasting_cheapness_adds_no_more_than_what_saturates_use() -> None:
    full = -LOG_SATURATION / 0.45
    assert adjusted(full, 0.3, 1.5)[0] == pytest.approx(exp(LOG_SATURATION))
    assert adjusted(full - 1.0, 0.3, 1.5) == pytest.approx(adjusted(full, 0.3, 1.5), rel=1e-12)
    assert adjusted(0.9 * full, 0.3, 1.5)[0] < adjusted(full, 0.3, 1.5)[0]


# --- what makers do with both -------------------------------------------------------------------------------------------


def one_maker(saved: float, habit: float, worth: float = 0.0, pull: float = 0.0, on: float = 1.0, known: float = 0.0) -> Any:
    """A Japanese maker that bought 90 t of one element in two plants, after its monthly choice of contents."""
    makers = group(saved=np.full((1, 1), saved), thrift=np.full((1, 1), np.nan), bought_t=np.array([[[60.0], [30.0], [0.0]]]))
    params = group(
        home=np.ones(1), content=np.full((2, 1), 0.3), thrift_ceiling=np.full((2, 1), 0.5), thrift_speed=np.full(1, 0.1)
    )
    fields = {"habit": habit, "habit_worth_usd_kg": worth, "thrift_pull": pull, "redesign_usd_kg": 7.0}
    scratch = group(
        **{name: np.array([[np.nan], [value]]) for name, value in fields.items()},
        maker_redesign_kusd=np.full(1, np.nan), programme=np.ones(5),
    )  # fmt: skip
    market = group(known_pull=np.array([[np.nan], [known]]))
    design_out(makers, params, scratch, market, group(thrift_scale=1.0, thrift_spread=0.5), group(thrift=on), 0)
    return makers.saved[0, 0], makers.thrift[0, 0], scratch.maker_redesign_kusd[0]


def test_what_is_designed_out_stays_out_and_grades_come_and_go_on_top_of_it() -> None:
    assert one_maker(0.2, 0.75) == (0.2, pytest.approx(1.0 - 0.8 * 0.75), 0.0)
    assert one_maker(0.2, 1.25) == (0.2, pytest.approx(0.0), 0.0)  # a rich grade of what is left
    assert one_maker(0.2, 1.0)[1] == 0.2  # to the last bit


def test_with_thrift_off_nothing_more_is_designed_out_but_grades_follow_prices() -> None:
    assert one_maker(0.2, 0.75, pull=1.0, on=0.0) == (0.2, pytest.approx(1.0 - 0.8 * 0.75), 0.0)


def test_what_was_found_while_an_element_was_dear_spreads_after_its_price_has_fallen() -> None:
    assert one_maker(0.2, 1.0, known=1.0)[0] == pytest.approx(0.2 + 0.1 * (0.5 * 0.5 - 0.2))
    assert one_maker(0.2, 1.0, known=0.6)[0] == 0.2  # half of what was aimed at is reached
    assert one_maker(0.2, 1.0, known=0.6, pull=1.0)[0] == pytest.approx(0.2 + 0.1 * (0.5 - 0.2))


def test_a_redesign_is_paid_for_what_it_saves_of_present_purchases_and_a_grade_by_usual_content() -> None:
    saved, thrift, cost = one_maker(0.2, 0.75, worth=3.0, pull=1.0)
    assert saved == pytest.approx(0.2 + 0.1 * (0.5 - 0.2))
    assert thrift == pytest.approx(1.0 - (1.0 - saved) * 0.75)
    assert cost == pytest.approx(90.0 / 0.75 * 3.0 + 90.0 * 0.03 / 0.8 * 7.0)
