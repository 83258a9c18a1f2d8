"""Regrets and pure equilibria of games whose answers are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reabm.games.normal_form import (
    action_payoffs,
    best_gains,
    mixed_regrets,
    normalised,
    pair_payoffs,
    profile_regrets,
    pure_as_mixed,
    pure_equilibria,
    pure_regrets,
)

PRISONERS = np.array([[[3.0, 0.0], [5.0, 1.0]], [[3.0, 5.0], [0.0, 1.0]]])
GAMES = st.sampled_from([(2, 2), (3, 2), (2, 3, 2), (4,)]).flatmap(
    lambda shape: arrays(float, (len(shape), *shape), elements=st.integers(-5, 5).map(float))
)


def test_prisoners_both_confess_and_each_gains_by_leaving_silence() -> None:
    assert pure_equilibria(PRISONERS) == [(1, 1)]
    assert profile_regrets(PRISONERS).tolist() == [[2.0, 1.0], [1.0, 0.0]]
    assert best_gains(PRISONERS)[:, 1, 1].tolist() == [-1.0, -1.0]


def test_an_epsilon_equilibrium_is_one_that_nobody_leaves_for_less_than_epsilon() -> None:
    assert pure_equilibria(PRISONERS, 1.0) == [(0, 1), (1, 0), (1, 1)]


def test_matching_pennies_have_no_pure_equilibrium() -> None:
    assert pure_equilibria(np.array([[[1.0, -1.0], [-1.0, 1.0]], [[-1.0, 1.0], [1.0, -1.0]]])) == []


@given(GAMES)
def test_regrets_are_those_of_trying_every_action(payoffs: np.ndarray) -> None:
    found = pure_regrets(payoffs)
    for profile in np.ndindex(*payoffs.shape[1:]):
        for i in range(len(payoffs)):
            tried = [payoffs[(i, *profile[:i], action, *profile[i + 1 :])] for action in range(payoffs.shape[i + 1])]
            assert found[(i, *profile)] == max(tried) - payoffs[(i, *profile)]


@given(GAMES)
def test_normalised_games_lie_between_nothing_and_one_and_have_the_same_equilibria(payoffs: np.ndarray) -> None:
    before = payoffs.copy()
    game = normalised(payoffs)
    assert game.min() == 0.0
    assert game.max() <= 1.0
    assert pure_equilibria(game, 1e-12) == pure_equilibria(payoffs, 1e-12)
    assert (payoffs == before).all()


@settings(max_examples=30)
@given(GAMES, st.integers(0, 1000))
def test_expected_payoffs_are_sums_over_all_profiles(payoffs: np.ndarray, seed: int) -> None:
    generator = np.random.default_rng(seed)
    shape = payoffs.shape[1:]
    mixed = [generator.dirichlet(np.ones(size)) for size in shape]
    for i in range(len(shape)):
        slow = np.zeros(shape[i])
        for profile in np.ndindex(*shape):
            chance = np.prod([mixed[j][profile[j]] for j in range(len(shape)) if j != i])
            slow[profile[i]] += chance * payoffs[(i, *profile)]
        assert action_payoffs(payoffs, mixed, i) == pytest.approx(slow, abs=1e-12)
        for j in range(len(shape)):
            if j != i:
                assert pair_payoffs(payoffs, mixed, i, j) @ mixed[j] == pytest.approx(slow, abs=1e-12)


@given(GAMES)
def test_a_pure_profile_has_the_same_regret_written_as_a_mixed_one(payoffs: np.ndarray) -> None:
    for profile in np.ndindex(*payoffs.shape[1:]):
        mixed = pure_as_mixed(profile, payoffs.shape[1:])
        assert mixed_regrets(payoffs, mixed) == pytest.approx(pure_regrets(payoffs)[(slice(None), *profile)], abs=1e-12)


@pytest.mark.parametrize("payoffs", [np.zeros((2, 3)), np.zeros((3, 2, 2)), np.zeros((2, 0, 2)), np.full((2, 2, 2), np.nan)])
def test_what_is_no_game_is_refused(payoffs: np.ndarray) -> None:
    with pytest.raises(ValueError):
        pure_equilibria(payoffs)
