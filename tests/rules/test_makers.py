"""The makers' choice of location and its dynamics, against closed forms."""

import pytest

from reabm.rules.makers import move_probability, plan_step


def settled_share(start: float, precision: float, herding: float, gap: float, cost: float) -> float:
    """Share moved where identical makers without inertia stop changing their plans."""
    share = start
    for _ in range(10_000):
        share = plan_step(share, move_probability(gap + herding * share - cost, precision), 1.0, 1.0)
    return share


@pytest.mark.parametrize(("start", "share"), [(1.0, 0.9292798183), (0.0, 0.07072018168), (0.5, 0.5)])
def test_the_three_fixed_points_of_case_r1_are_reproduced(start: float, share: float) -> None:
    assert settled_share(start, precision=3.0, herding=2.0, gap=0.0, cost=1.0) == pytest.approx(share, rel=1e-6)


def test_the_unique_equilibrium_of_case_r3_is_reproduced() -> None:
    for start in (0.0, 1.0):
        assert settled_share(start, 1.5, 2.0, 0.2, 1.0) == pytest.approx(0.7277564376, rel=1e-6)


def test_the_exodus_starts_and_ends_at_the_folds_of_case_r2() -> None:
    for side in (1.0, -1.0):  # up from nobody, down from everybody
        start = 0.0 if side > 0 else 1.0
        before = settled_share(start, 3.0, 2.0, side * 0.1383, 1.0)
        after = settled_share(start, 3.0, 2.0, side * 0.1385, 1.0)
        assert abs(before - start) < 0.3
        assert abs(after - start) > 0.7


def test_probabilities_stay_between_nothing_and_all_for_any_benefit() -> None:
    assert move_probability(1e6, 50.0) == 1.0
    assert move_probability(-1e6, 50.0) == 0.0
    assert move_probability(0.0, 50.0) == 0.5


def test_plans_move_quickly_towards_china_and_slowly_back() -> None:
    assert plan_step(0.2, 0.7, 0.04, 0.01) == pytest.approx(0.22)
    assert plan_step(0.7, 0.2, 0.04, 0.01) == pytest.approx(0.695)
