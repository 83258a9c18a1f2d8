"""The makers' choice of location and its dynamics, against closed forms."""

from typing import Any

import numpy as np
import pytest

from reabm.rules.makers import DIRECTED, choose_location, closing_probability, follow_work, move_probability, plan_step
from tests.rules.groups import group


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


# --- makers of alloy for an idle industry draw their plants together -------------------------------------------------------


def one_firm(
    at_work: float = 0.0, benefit: float = -0.1, luck: float = 0.0, strategy: float = 0.0, makes_alloy: float = 1.0
) -> Any:
    """A Japanese maker of alloy with 60 t at home and 40 t in China, of which it would keep a part, after its choice."""
    makers = group(
        capacity_t=np.array([[[60.0, 40.0, 0.0]]]), move_benefit=np.full((1, 1), benefit), plan_share=np.full((1, 1), 0.7),
        build_t=np.zeros((1, 1)), build_months=np.zeros((1, 1)), has_plant=np.ones(1), output_t=np.array([[[9.0, 11.0, 0.0]]]),
        build_elsewhere=np.zeros((1, 1)), move_terms=np.zeros((1, 1, 8)),
    )  # fmt: skip
    params = group(
        home=np.ones(1), strategy=np.full(1, strategy), content=np.full((1, 1), 0.3), plant_months=np.full(1, -1.0),
        directed_share=np.full((1, 1, 1), 0.7), makes_alloy=np.full(1, makes_alloy), venture_share=np.zeros(1),
    )  # fmt: skip
    knobs = group(
        logit_precision=10.0, move_rate=0.0, return_rate=0.0, lump_share=0.1, expansion_months=6.0, plant_months=18.0,
        closing_months=4.0, idle_share=0.5, idle_closing_hazard=0.4, herding=0.1, signal_noise=0.1,
    )  # fmt: skip
    market = group(at_work=np.array([0.6, at_work]), usual_work=np.array([0.6, 0.6]))
    governments = group(venture_block=np.zeros(1))
    choose_location(
        makers,
        params,
        governments,
        np.full(2, -1),
        market,
        knobs,
        np.full((1, 4), luck),
        group(relocation=1.0, herding=1.0),
        0,
        0,
    )
    return makers, params, market


def test_who_has_work_builds_on_and_who_is_idle_does_not() -> None:
    assert one_firm(at_work=0.5)[0].build_t[0, 0] == pytest.approx(30.0)
    assert one_firm(at_work=0.31, luck=0.0)[0].build_t[0, 0] == pytest.approx(30.0)  # more than half of what is usual
    assert one_firm(at_work=0.2, luck=0.99)[0].build_t[0, 0] == 0.0


def test_an_idle_maker_gives_up_its_plants_in_china_and_plans_none() -> None:
    makers, _, _ = one_firm(at_work=0.2)
    assert (makers.build_t[0, 0], makers.build_months[0, 0], makers.plan_share[0, 0]) == (-40.0, 4.0, 0.0)


def test_a_magnet_maker_keeps_its_plants_in_an_idle_industry() -> None:
    assert one_firm(at_work=0.2, makes_alloy=0.0)[0].build_t[0, 0] == pytest.approx(30.0)


def test_a_plant_is_the_more_likely_given_up_the_less_it_gains() -> None:
    assert closing_probability(-1.0, 0.4, 50.0) == pytest.approx(0.4)
    assert closing_probability(0.0, 0.4, 50.0) == pytest.approx(0.2)
    assert closing_probability(1.0, 0.4, 50.0) == pytest.approx(0.0)
    lucky = 0.4 * (1.0 - move_probability(-0.1, 10.0)) + 1e-9  # just above the chance: the plant stays
    assert one_firm(at_work=0.2, luck=lucky)[0].build_t[0, 0] == 0.0
    assert one_firm(at_work=0.2, luck=lucky - 2e-9)[0].build_t[0, 0] == -40.0


def test_a_directed_maker_does_as_told_in_an_idle_industry_too() -> None:
    assert one_firm(at_work=0.2, strategy=float(DIRECTED))[0].build_t[0, 0] == pytest.approx(30.0)


def test_work_is_remembered_for_about_a_year_and_begins_with_what_is_first_seen() -> None:
    makers, params, market = one_firm(at_work=0.0, luck=0.99, makes_alloy=0.0)
    scratch = group(magnets_made_t=np.zeros(2), magnet_capacity_t=np.zeros(2))
    follow_work(market, scratch, makers, params)
    assert market.at_work.tolist() == [0.6, pytest.approx(0.2)]  # nothing is made at home in China here: as it was
    assert market.usual_work[1] == pytest.approx(0.6 + (0.2 - 0.6) / 60.0)
    makers.output_t[:] *= 4.0
    follow_work(market, scratch, makers, params)
    assert market.at_work[1] == pytest.approx(0.2 + (0.8 - 0.2) / 12.0)
