"""The bootstrap over seeds and parameter sets, and the plan of further seeds."""

import numpy as np
import pytest

from reabm.games.confidence import bootstrap, means, seeds_wanted
from reabm.games.normal_form import profile_regrets

SHAPE = (2, 3)
TRUE = np.array([[[3.0, 0.0, 1.0], [1.0, 2.0, 0.5]], [[2.0, 0.0, 1.0], [0.0, 3.0, 1.0]]])  # (0, 0) and (1, 1) are equilibria


def table(noise: float, n_seeds: int, seed: int = 0, common: float = 0.0) -> np.ndarray:
    """Replicates (profiles, players, seeds): the true game, luck that all cells share, and luck of each cell."""
    generator = np.random.default_rng(seed)
    own = noise * generator.normal(size=(6, 2, n_seeds))
    shared = common * generator.normal(size=(1, 2, n_seeds))
    return np.moveaxis(TRUE, 0, -1).reshape(6, 2, 1) + own + shared


def test_without_luck_all_is_certain() -> None:
    found = bootstrap(table(0.0, 4), SHAPE, n_draws=50)
    assert found.probability.tolist() == [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    assert (found.regret == profile_regrets(TRUE)).all()
    assert (found.low == found.high).all()
    assert found.n_equilibria.tolist() == [0.0, 0.0, 1.0]
    assert seeds_wanted(table(0.0, 4), SHAPE) == []


def test_luck_that_all_cells_share_says_nothing_about_deviations() -> None:
    found = bootstrap(table(0.0, 8, common=100.0), SHAPE, n_draws=200)
    assert found.probability.tolist() == [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    assert found.high == pytest.approx(found.low, abs=1e-9)


def test_means_are_a_game_in_the_order_of_the_table() -> None:
    assert means(table(0.0, 3), SHAPE) == pytest.approx(TRUE)


def test_intervals_cover_the_true_regret_about_as_often_as_they_say() -> None:
    covered = [
        bool(found.low[0, 1] <= 2.0 <= found.high[0, 1])
        for found in (bootstrap(table(1.0, 24, seed), SHAPE, n_draws=200) for seed in range(60))
    ]
    assert 0.75 <= np.mean(covered) <= 1.0


def test_more_seeds_narrow_the_interval() -> None:
    few, many = bootstrap(table(1.0, 8), SHAPE, n_draws=300), bootstrap(table(1.0, 128), SHAPE, n_draws=300)
    assert (many.high - many.low)[0, 1] < 0.5 * (few.high - few.low)[0, 1]


def test_parameter_sets_that_disagree_leave_an_equilibrium_in_doubt_that_seeds_alone_do_not() -> None:
    sets = np.stack([table(0.01, 8), table(0.01, 8)[::-1]], axis=-1)  # under the second set the table stands on its head
    found = bootstrap(sets, SHAPE, n_draws=400)
    assert found.probability[0, 0] == pytest.approx(0.5, abs=0.1)
    assert bootstrap(sets[..., 0], SHAPE, n_draws=400).probability[0, 0] == 1.0


def test_the_same_seed_of_the_bootstrap_gives_the_same_answer() -> None:
    one, two = bootstrap(table(1.0, 8), SHAPE, 100, seed=4), bootstrap(table(1.0, 8), SHAPE, 100, seed=4)
    assert all((a == b).all() for a, b in zip(one, two))


def test_seeds_go_where_a_candidate_is_undecided_and_nowhere_else() -> None:
    noisy = table(0.02, 8)
    noisy[1, 1] = noisy[0, 1] + np.random.default_rng(1).normal(size=8) - 0.05  # is (0, 1) better for the second than (0, 0)?
    wanted = seeds_wanted(noisy, SHAPE, step=4)
    assert {plan.profile for plan in wanted} == {(0, 0), (0, 1)}
    assert {plan.n_seeds for plan in wanted} == {4}


def test_no_seeds_are_asked_for_beyond_the_most() -> None:
    assert seeds_wanted(table(50.0, 8), SHAPE, most=8) == []
    assert all(plan.n_seeds == 2 for plan in seeds_wanted(table(50.0, 8), SHAPE, step=8, most=10))


def test_profiles_may_have_different_numbers_of_seeds() -> None:
    uneven = np.concatenate([table(0.1, 8), np.full((6, 2, 8), np.nan)], axis=2)
    uneven[0, :, 8:] = table(0.1, 8, seed=9)[0]
    found = bootstrap(uneven, SHAPE, n_draws=100)
    assert np.isfinite(found.regret).all()
    assert found.probability[0, 0] == 1.0


def test_adding_seeds_as_planned_ends_with_the_equilibria_of_the_true_game() -> None:
    full = table(2.0, 400, seed=2)
    got = full.copy()
    got[..., 8:] = np.nan
    for _ in range(60):
        wanted = seeds_wanted(got, SHAPE, step=16, most=400)
        if not wanted:
            break
        for plan in wanted:
            row = int(np.ravel_multi_index(plan.profile, SHAPE))
            has = int(np.isfinite(got[row, 0]).sum())
            got[row, :, has : has + plan.n_seeds] = full[row, :, has : has + plan.n_seeds]
    assert wanted == []
    assert np.isfinite(got).sum() < got.size  # it did not take all the seeds everywhere
    assert (profile_regrets(means(got, SHAPE)) <= 0.0).tolist() == [[True, False, False], [False, True, False]]


@pytest.mark.parametrize("bad", [np.zeros((5, 2, 3)), np.zeros((6, 3, 3)), np.full((6, 2, 3), np.nan), np.zeros((6, 2))])
def test_what_is_no_table_is_refused(bad: np.ndarray) -> None:
    with pytest.raises(ValueError):
        bootstrap(bad, SHAPE)


def test_a_profile_that_one_player_surely_leaves_needs_no_seeds_for_what_another_would_gain() -> None:
    noisy = table(0.02, 8)
    # at (1, 0) the first surely prefers the other row; whether the second would rather play 2 there is open
    noisy[5, 1] = noisy[3, 1] + np.random.default_rng(2).normal(size=8)
    assert seeds_wanted(noisy, SHAPE) == []
