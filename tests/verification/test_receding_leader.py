"""The leader who tries candidates in the model, against Stackelberg (S1, S3) and limit pricing with a receding horizon (L6).

It knows no formula: its pay-off is the model's, and what answers it are the model's mines.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import reabm
from reabm.games.limit_pricing import receding_path
from reabm.scenario import with_settings
from tests.verification.cases import cases, expected
from tests.verification.runs import CASES, GAME, L6, fringe
from tests.verification.worlds import price, prices, world

STACKELBERG = cases("S1", "S3")


@cache
def led(name: str) -> reabm.Result:
    return reabm.run(world(name))


@cache
def planned(horizon: int) -> reabm.Result:
    return reabm.run(with_settings(world("receding_leader"), {"plan.horizon_months": horizon}))


ROWS = {
    "S1L": lambda: led("receding_stackelberg").months.exports_legal_t.iloc[-1],
    "S1F": lambda: led("receding_stackelberg").months.mine_output_row_t.iloc[-1],
    "S1P": lambda: price(led("receding_stackelberg")),
    "S3L": lambda: led("receding_stackelberg_low_cost").months.exports_legal_t.iloc[-1],
    "S3F": lambda: led("receding_stackelberg_low_cost").months.mine_output_row_t.iloc[-1],
    "S3P": lambda: price(led("receding_stackelberg_low_cost")),
}


@pytest.mark.parametrize("case", ROWS)
def test_a_horizon_of_one_month_and_a_follower_who_answers_at_once_give_stackelberg(case: str) -> None:
    assert ROWS[case]() == expected(STACKELBERG[case])


def test_all_cases_of_one_follower_are_walked() -> None:
    assert ROWS.keys() == STACKELBERG.keys()


@pytest.mark.parametrize(("horizon", "what"), L6)
def test_a_leader_with_a_fringe_gives_the_cases_of_limit_pricing(horizon: int, what: str) -> None:
    run = planned(horizon)
    assert (prices(run)[0] if what == "P" else fringe(run)[60]) == expected(CASES[f"L6H{horizon}{what}"])


@pytest.mark.parametrize(("horizon", "error"), [(36, 5e-5), (60, 5e-5), (120, 5e-5), (480, 1e-3)])
def test_it_prices_as_on_paper_in_every_month(horizon: int, error: float) -> None:
    on_paper, capacities = receding_path(GAME, horizon, 60)
    assert prices(planned(horizon))[:60] == pytest.approx(on_paper, rel=error)
    assert fringe(planned(horizon)) == pytest.approx(capacities, rel=error)


def test_the_further_it_looks_the_cheaper_it_sells_and_the_slower_it_loses_its_market() -> None:
    runs = [planned(horizon) for horizon in (36, 60, 120, 480)]
    assert np.all(np.diff([prices(run)[0] for run in runs]) < -0.5)
    assert np.all(np.diff([fringe(run)[60] for run in runs]) < -300.0)


def test_a_level_path_alone_misses_the_case_by_several_per_cent() -> None:
    """Why a path has points: the same tonnes in every month of the plan are another problem, which sells too little at first."""
    level = with_settings(world("receding_leader"), {"plan.horizon_months": 60, "plan.knots": 1})
    first = prices(reabm.run(with_settings(level, {"plan.every_months": 61})))[0]
    assert abs(first / float(CASES["L6H60P"]["expected"]) - 1.0) > 0.02
