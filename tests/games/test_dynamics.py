"""Replicator dynamics and alpha-rank on games whose answers are known."""

import numpy as np
import pytest

from reabm.games.alpha_rank import alpha_rank, fixation_probability, response_graph, stationary
from reabm.games.normal_form import pure_equilibria
from reabm.games.replicator import replicate

COORDINATION = np.array([[[3.0, 0.0], [0.0, 1.0]], [[3.0, 0.0], [0.0, 1.0]]])
PENNIES = np.array([[[1.0, -1.0], [-1.0, 1.0]], [[-1.0, 1.0], [1.0, -1.0]]])


@pytest.mark.parametrize(("share", "ends"), [(0.2499, 0.0), (0.2501, 1.0)])
def test_the_basin_of_a_coordination_game_is_parted_at_a_quarter(share: float, ends: float) -> None:
    starts = [np.array([[share, 1.0 - share]])] * 2
    found = replicate(COORDINATION, starts)
    assert found.at_rest.all()
    assert found.ends[0][0, 0] == pytest.approx(ends, abs=1e-6)


def test_basin_shares_are_those_of_the_area_under_the_dividing_line() -> None:
    found = replicate(COORDINATION, n_starts=1000, seed=1)
    shares = {round(float(basin.mixed[0][0])): basin.share for basin in found.basins}
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares[1] == pytest.approx(replicate(COORDINATION, n_starts=1000, seed=2).basins[0].share, abs=0.05)
    assert shares[1] > shares[0]


def test_the_same_seed_gives_the_same_ends() -> None:
    one, two = replicate(COORDINATION, n_starts=20, seed=3), replicate(COORDINATION, n_starts=20, seed=3)
    assert all((a == b).all() for a, b in zip(one.ends, two.ends))


def test_matching_pennies_go_round_and_never_rest() -> None:
    found = replicate(PENNIES, n_starts=10, seed=0, longest=500)
    assert not found.at_rest.any()
    assert found.basins == []


@pytest.mark.parametrize("seed", range(5))
def test_what_rests_at_a_corner_is_an_equilibrium(seed: int) -> None:
    payoffs = np.random.default_rng(seed).normal(size=(3, 3, 2, 2))
    for basin in replicate(payoffs, n_starts=40, seed=seed).basins:
        if min(own.max() for own in basin.mixed) > 1.0 - 1e-4:
            assert tuple(int(own.argmax()) for own in basin.mixed) in pure_equilibria(payoffs)


# --- alpha-rank --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gain", [-2.0, -0.3, 1e-9, 0.4, 3.0])
def test_fixation_is_what_the_textbook_says(gain: float) -> None:
    direct = (1.0 - np.exp(-0.3 * gain)) / (1.0 - np.exp(-20 * 0.3 * gain))
    assert fixation_probability(gain, 0.3, 20) == pytest.approx(direct, rel=1e-5)


def test_a_neutral_mutant_takes_over_by_its_share_of_the_population() -> None:
    assert fixation_probability(0.0, 5.0, 50) == 1.0 / 50


def test_strong_selection_overflows_nowhere() -> None:
    assert fixation_probability([-50.0, 50.0], 100.0, 50).tolist() == [0.0, 1.0]


@pytest.mark.parametrize("seed", range(5))
def test_the_stationary_distribution_is_left_as_it_is_by_the_chain(seed: int) -> None:
    chain = response_graph(np.random.default_rng(seed).normal(size=(3, 3, 2, 2)), 2.0)
    assert chain.sum(axis=1) == pytest.approx(np.ones(12))
    shares = stationary(chain)
    assert shares @ chain == pytest.approx(shares, abs=1e-12)
    assert shares.sum() == pytest.approx(1.0)


def test_weak_selection_sees_all_profiles_alike_and_strong_the_strict_equilibrium() -> None:
    prisoners = np.array([[[3.0, 0.0], [5.0, 1.0]], [[3.0, 5.0], [0.0, 1.0]]])
    ranked = alpha_rank(prisoners, [1e-9, 0.1, 1.0, 1000.0])
    assert ranked.shares[0] == pytest.approx(np.full((2, 2), 0.25), abs=1e-6)
    assert ranked.shares[-1, 1, 1] == pytest.approx(1.0, abs=1e-9)
    assert (np.diff(ranked.shares[:, 1, 1]) > 0.0).all()
    assert ranked.shares.sum(axis=(1, 2)) == pytest.approx(np.ones(4))
