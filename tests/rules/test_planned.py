"""What a planner plays between two plans."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from reabm.rules.planned import (
    STOCKPILE,
    SUBSIDISE,
    SUBSIDISE_AND_STOCKPILE,
    knot_month,
    planned_export_t,
    planned_programme,
    strategy_played,
)
from reabm.rules.strategies import RECEDING_HORIZON

PATH = np.array([10.0, 20.0, 40.0, 0.0, 0.0, 0.0, 0.0, 0.0])


def test_the_points_of_a_path_stand_closer_at_its_start() -> None:
    assert [knot_month(float(k), 5.0, 49.0) for k in range(5)] == [0.0, 3.0, 12.0, 27.0, 48.0]
    assert knot_month(0.0, 1.0, 49.0) == 0.0


@pytest.mark.parametrize(("months_since", "exports"), [(0, 10), (6, 15), (12, 20), (30, 30), (48, 40), (60, 40)])
def test_between_its_points_a_path_is_straight_and_after_the_last_it_stays(months_since: float, exports: float) -> None:
    before = PATH.copy()
    assert planned_export_t(PATH, float(months_since), 3.0, 49.0) == pytest.approx(exports)
    assert np.array_equal(PATH, before)


def test_one_point_is_the_same_for_ever() -> None:
    assert [planned_export_t(PATH, float(t), 1.0, 49.0) for t in (0, 7, 100)] == [10.0] * 3


def test_only_who_plans_plays_what_it_chose() -> None:
    params = SimpleNamespace(strategy=np.array([2.0, RECEDING_HORIZON]))
    governments = SimpleNamespace(choice=np.array([1.0, 3.0]))
    assert [strategy_played.py_func(params, governments, row) for row in (0, 1)] == [2.0, 3.0]


@pytest.mark.parametrize(
    ("code", "expected"), [(SUBSIDISE, (0.06, 0.0)), (STOCKPILE, (0.0, 6.0)), (SUBSIDISE_AND_STOCKPILE, (0.06, 6.0))]
)
def test_a_programme_is_what_the_government_would_pay_and_hold(code: int, expected: tuple[float, float]) -> None:
    params = SimpleNamespace(subsidy_share=np.array([0.06]), reserve_months=np.array([6.0]))
    assert planned_programme.py_func(params, float(code), 0) == expected
