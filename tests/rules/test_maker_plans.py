"""Plans of makers against theory and small tables: private signals, splitting, partners, plants in a third country."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from reabm.rules.maker_plans import (
    GLOBAL_GAME,
    JOINT_VENTURE,
    MOVE,
    SPLIT,
    THIRD_COUNTRY,
    global_game_threshold,
    go_elsewhere,
    planned_share,
    private_signal,
    share_cost_with_partner,
)
from reabm.rules.makers import finish_building
from tests.rules.groups import group

UNIFORMS = np.random.default_rng(3).random(20_000)


def test_the_threshold_is_that_of_case_r4() -> None:
    # pay-off of moving g + J n - k with J = 2, k = 1: without others g - k, so that g* = k + threshold = 0
    assert 1.0 + global_game_threshold(2.0) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("noise", [0.05, 0.4])
def test_at_the_threshold_a_maker_expects_half_of_the_others_whatever_the_noise(noise: float) -> None:
    """The Laplacian belief itself: over benefits that give the threshold's signal, others' signals lie above it half the time."""
    herding, at = 0.6, global_game_threshold(0.6)
    own, other = UNIFORMS[::2], UNIFORMS[1::2]
    benefit = at - noise * (2.0 * own - 1.0)  # what the benefit was, if the own signal says the threshold
    moves = benefit + noise * (2.0 * other - 1.0) > at
    assert float(np.mean(moves)) == pytest.approx(0.5, abs=0.02)
    assert float(np.mean(benefit + herding * moves)) == pytest.approx(0.0, abs=0.02)  # indifferent there


def test_a_signal_is_the_benefit_without_others_and_noise_that_no_other_draw_knows() -> None:
    seen = np.array([private_signal(0.3, 0.1, 0.05, u) for u in UNIFORMS])
    assert seen.min() >= 0.15
    assert seen.max() <= 0.25
    assert float(np.mean(seen)) == pytest.approx(0.2, abs=0.001)
    assert float(np.std(seen)) == pytest.approx(0.05 / 3**0.5, rel=0.02)
    assert abs(np.corrcoef(seen, UNIFORMS)[0, 1]) < 0.03


def test_plans_want_all_or_nothing_of_a_line() -> None:
    for line, split in ((0, 0.0), (1, 1.0)):
        assert planned_share(SPLIT, line, -9.0, 0.0, 0.0, 0.0, 0.5) == split
        assert planned_share(MOVE, line, -9.0, 0.0, 0.0, 0.0, 0.5) == 1.0
        assert planned_share(JOINT_VENTURE, line, -9.0, 0.0, 0.0, 0.0, 0.5) == 1.0
        assert planned_share(GLOBAL_GAME, line, -0.29, 0.0, 0.6, 0.0, 0.5) == 1.0
        assert planned_share(GLOBAL_GAME, line, -0.31, 0.0, 0.6, 0.0, 0.5) == 0.0
        assert planned_share(GLOBAL_GAME, line, 0.29, 0.6, 0.6, 0.0, 0.5) == 0.0  # others' presence is no part of the signal


def test_a_partner_bears_its_share_of_the_cost_of_moving() -> None:
    for strategy, cost in ((JOINT_VENTURE, -0.06), (MOVE, -0.1)):
        terms = np.zeros((1, 2, 8))
        terms[0, :, 3] = -0.1
        makers = group(move_terms=terms, move_benefit=np.full((1, 2), 0.2))
        share_cost_with_partner(makers, group(strategy=np.full(1, float(strategy)), venture_share=np.full(1, 0.4)), 0)
        assert makers.move_terms[0, :, 3] == pytest.approx([cost, cost])
        assert makers.move_benefit[0] == pytest.approx([0.3 + cost, 0.3 + cost])


def maker(home: float = 80.0, china: float = 20.0) -> tuple[Any, Any]:
    capacity = np.zeros((1, 2, 3))
    capacity[0, 1] = home, china, 0.0
    makers = group(
        capacity_t=capacity, build_t=np.zeros((1, 2)), build_months=np.zeros((1, 2)), build_elsewhere=np.zeros((1, 2)),
        plan_share=np.zeros((1, 2)), has_plant=np.zeros(1),
    )  # fmt: skip
    return makers, group(plant_months=np.full(1, -1.0), growth=np.zeros(1), strategy=np.full(1, float(THIRD_COUNTRY)))


def test_a_maker_goes_to_a_third_country_by_a_first_plant_and_then_its_extension() -> None:
    makers, params = maker()
    knobs, luck = group(plant_months=12.0, expansion_months=4.0, lump_share=0.1), np.full((1, 4), 1.0 / 3.0)
    elsewhere, months = [], 0
    while makers.capacity_t[0, 1, 0] > 0.0 and months < 100:
        finish_building(makers, params, 0)
        go_elsewhere(makers, params, knobs, luck, 0)
        elsewhere.append(float(makers.capacity_t[0, 1, 2]))
        months += 1
    assert elsewhere == pytest.approx([0.0] * 12 + [10.0] * 4 + [80.0])
    assert makers.capacity_t[0, 1].tolist() == [0.0, 20.0, 80.0]  # what stands in China stays
    assert makers.capacity_t[0, 0].tolist() == [0.0, 0.0, 0.0]
    assert makers.has_plant[0] == 0.0  # no plant in China
    assert makers.plan_share[0, 1] == pytest.approx(0.2)


def test_construction_for_china_still_goes_there() -> None:
    makers, params = maker()
    makers.build_t[0, 1], makers.build_months[0, 1] = 30.0, 1.0
    finish_building(makers, params, 0)
    assert makers.capacity_t[0, 1].tolist() == [50.0, 50.0, 0.0]
    assert makers.has_plant[0] == 1.0
