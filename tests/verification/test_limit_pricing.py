"""Dynamic limit pricing (cases L5*, L6*): the formulas against the cases, and runs of the scenario against both."""

from __future__ import annotations

from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import reabm
from reabm.games.limit_pricing import (
    erosion_speed,
    fringe_after_t_yr,
    half_life_years,
    initial_price_usd_kg,
    limit_pricing_of,
    myopic_erosion_speed,
    receding_path,
    receding_policy,
    steady_fringe_t_yr,
)
from reabm.scenario import find_configs, load_scenario, with_months, with_settings
from tests.verification.runs import CASES, FOREVER, GAME, L6, SCENARIO, fringe, played, prices, speed


def expected(case: str) -> Any:
    row = CASES[case]
    return pytest.approx(float(row["expected"]), rel=float(row["rel_tolerance"]))


def test_the_cases_are_all_walked() -> None:
    walked = set(FORMULAS) | {f"L6H{h}{what}" for h, what in L6}
    assert CASES.keys() == walked


def test_the_scenario_poses_the_problem_of_the_cases() -> None:
    assert limit_pricing_of(SCENARIO) == pytest.approx(GAME, rel=1e-12)
    for row in CASES.values():
        assert row["parameters"].startswith("Q=60000-400P-x; c=10; Pbar=30; k=120 t/yr per yr per $/kg; r=20%; x0=3000")


# --- the formulas -------------------------------------------------------------------------------------------------------

FORMULAS = {
    "L5mu": lambda: erosion_speed(GAME),
    "L5hl": lambda: half_life_years(erosion_speed(GAME)),
    "L5P0": lambda: initial_price_usd_kg(GAME),
    "L5xb": lambda: steady_fringe_t_yr(GAME),
    "L5x5": lambda: fringe_after_t_yr(GAME, 5.0),
    "L5my": lambda: -myopic_erosion_speed(GAME),  # the case states its size
}


@pytest.mark.parametrize("case", FORMULAS)
def test_a_formula_gives_its_case(case: str) -> None:
    assert FORMULAS[case]() == expected(case)


@pytest.mark.parametrize("case", [case for case in FORMULAS if CASES[case]["check_value"]])
def test_the_case_agrees_with_its_second_way(case: str) -> None:
    assert float(CASES[case]["check_value"]) == pytest.approx(float(CASES[case]["expected"]), rel=1e-6)


@pytest.mark.parametrize(("horizon", "what"), L6)
def test_the_receding_horizon_on_paper_gives_its_case(horizon: int, what: str) -> None:
    path_prices, capacities = receding_path(GAME, horizon, 60)
    assert (path_prices[0] if what == "P" else capacities[60]) == expected(f"L6H{horizon}{what}")


@pytest.mark.parametrize("horizon", [1, 2, 36, 120])
def test_looking_ahead_backwards_is_the_best_plan_of_all_prices_at_once(horizon: int) -> None:
    """Another way: the prices of all months together, from the conditions that none can be bettered (a linear system)."""
    grows, month = GAME.response_t_yr2 / 12.0, np.exp(-GAME.discount_rate / 12.0)
    worth = month ** np.arange(horizon)
    earlier = np.tri(horizon, k=-1)  # [t, s]: a price in month s has moved the fringe of month t
    rests = GAME.fringe_t_yr - grows * GAME.entry_usd_kg * np.arange(horizon)
    # payoff: sum of worth (P - c)(a - b P - rests - grows earlier P)
    curve = np.diag(2.0 * GAME.slope_t_yr * worth) + grows * (np.diag(worth) @ earlier + earlier.T @ np.diag(worth))
    pull = worth * (GAME.intercept_t_yr - rests + GAME.slope_t_yr * GAME.cost_usd_kg)
    pull += grows * GAME.cost_usd_kg * (earlier.T @ worth)
    plan = np.linalg.solve(curve, pull)
    fixed, by_fringe = receding_policy(GAME, horizon)
    assert fixed + by_fringe * GAME.fringe_t_yr == pytest.approx(plan[0], rel=1e-10)


# --- the runs -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("horizon", "what"), L6)
def test_a_run_with_a_receding_horizon_gives_its_case(horizon: int, what: str) -> None:
    run = played(horizon)
    assert (prices(run)[0] if what == "P" else fringe(run)[60]) == expected(f"L6H{horizon}{what}")


@pytest.mark.parametrize("horizon", [1, 36, 60, 120, 480])
def test_a_run_follows_the_path_on_paper_month_by_month(horizon: int) -> None:
    path_prices, capacities = receding_path(GAME, horizon, 60)
    # the market meets a quota to a billionth of it, by which price and fringe may differ
    assert prices(played(horizon))[:60] == pytest.approx(path_prices, rel=1e-8)
    assert fringe(played(horizon)) == pytest.approx(capacities, rel=1e-8)


def test_a_long_horizon_in_months_comes_near_to_the_best_path_for_ever() -> None:
    """Months instead of moments cost 0.4 per cent of the first price, 0.9 of capacity after five years, 1.0 of the speed."""
    run = played(FOREVER)
    assert prices(run)[0] == expected("L5P0")
    assert fringe(run)[60] == expected("L5x5")
    assert speed(run) == pytest.approx(erosion_speed(GAME), rel=0.02)
    assert half_life_years(speed(run)) == pytest.approx(half_life_years(erosion_speed(GAME)), rel=0.02)


def test_after_56_years_the_fringe_stands_where_the_formula_says() -> None:
    """0.3 per cent of the way are left by then; that months are no moments shifts the end by 0.35 the other way."""
    run = played(FOREVER, "2060-12")
    assert fringe(run)[-1] == expected("L5xb")
    assert prices(run)[-1] == pytest.approx(30.0, rel=0.01)


def test_a_myopic_state_is_eroded_faster_at_the_speed_of_the_formula() -> None:
    """A month's step closes 1 - k/(24 b) of the gap, where a moment's would close it at k/(2 b): 0.6 per cent faster."""
    monthly = 12.0 * log(1.0 - GAME.response_t_yr2 / (24.0 * GAME.slope_t_yr))
    assert speed(played(1)) == pytest.approx(monthly, rel=1e-7)
    assert monthly == pytest.approx(myopic_erosion_speed(GAME), rel=0.01)
    assert speed(played(1)) < speed(played(FOREVER))


@pytest.mark.parametrize(
    ("changes", "dearer"),
    [
        ({"limit_pricing.horizon_months": 120}, True),  # looks less far
        ({"payoffs.discount_rate": 0.3}, True),  # cares less for later
        ({"limit_pricing.unit_cost_usd_kg": 20}, True),
        ({"limit_pricing.fringe_response": 240}, False),  # fears a quicker fringe
        ({"limit_pricing.fringe_response": 0}, True),  # fears none
        ({"limit_pricing.entry_price_usd_kg": 45}, False),  # entry that is dear is cheap to keep out
    ],
)
def test_each_lever_of_the_plan_moves_the_first_price_as_the_formula_says(changes: dict[str, float], dearer: bool) -> None:
    changed = with_settings(with_months(SCENARIO, end="2005-02"), changes)
    horizon = int(changes.get("limit_pricing.horizon_months", FOREVER))
    on_paper = receding_path(limit_pricing_of(changed), horizon, 1)[0][0]
    first = prices(reabm.run(changed))[0]
    # in the first month the fringe rests at 30 USD/kg, whatever the state believes of it: it is told one step too much
    assert first == pytest.approx(on_paper, rel=0.01)
    assert bool(first > prices(played(FOREVER))[0]) is dearer


def test_a_quicker_fringe_takes_more_of_the_market() -> None:
    quick = reabm.run(with_settings(SCENARIO, {"mines.fringe_response": 0.004}))
    none = reabm.run(with_settings(SCENARIO, {"mechanisms.outside_investment": 0}))
    assert fringe(quick)[60] > fringe(played(FOREVER))[60]
    assert fringe(none) == pytest.approx(np.full(61, 3_000.0), rel=1e-12)


def test_a_scenario_without_a_formula_says_so() -> None:
    with pytest.raises(ValueError, match="one element"):
        limit_pricing_of(load_scenario(find_configs() / "scenarios" / "history.yaml"))


@pytest.mark.parametrize("file", sorted((find_configs() / "verification").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_parts_of_the_small_world_do_not_load_alone_and_say_why(file: Path) -> None:
    if file.stem not in ("bare", "still"):
        assert load_scenario(file).title
        return
    with pytest.raises(reabm.ScenarioError, match="got nothing; allowed"):
        load_scenario(file)
