"""The path of quantal responses: residuals, known answers, folds."""

import numpy as np
import pytest

from reabm.games.normal_form import mixed_regrets, normalised
from reabm.games.quantal import RESIDUAL, quantal_path, respond

PENNIES = np.array([[[9.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]]])


def test_at_precision_zero_all_actions_are_alike() -> None:
    path = quantal_path(PENNIES, 1.0)
    assert [own[0].tolist() for own in path.mixed] == [[0.5, 0.5], [0.5, 0.5]]


@pytest.mark.parametrize("shape", [(2, 2), (3, 4), (5, 2, 3, 2)])
@pytest.mark.parametrize("seed", range(4))
def test_every_point_of_the_path_answers_itself(shape: tuple[int, ...], seed: int) -> None:
    game = normalised(np.random.default_rng(seed).normal(size=(len(shape), *shape)))
    path = quantal_path(game, 10.0)
    assert path.residual.max() <= RESIDUAL
    for k in range(0, len(path.precision), 7):
        mixed = [own[k] for own in path.mixed]
        for own, answer in zip(mixed, respond(game, mixed, float(path.precision[k]))):
            assert own == pytest.approx(answer, abs=10 * RESIDUAL)


def test_damped_answers_to_answers_lead_to_the_same_point() -> None:
    mixed = [np.array([0.5, 0.5]), np.array([0.5, 0.5])]
    for _ in range(4000):
        mixed = [own + 0.02 * (answer - own) for own, answer in zip(mixed, respond(PENNIES, mixed, 1.0))]
    for own, slow in zip(quantal_path(PENNIES, 1.0).mixed_at(1.0), mixed):
        assert own == pytest.approx(slow, abs=1e-9)


def test_precise_players_come_near_to_an_equilibrium() -> None:
    game = normalised(np.random.default_rng(3).normal(size=(2, 3, 3)))
    path = quantal_path(game, 60.0)
    regrets = [mixed_regrets(game, path.mixed_at(precision)).max() for precision in (1.0, 10.0, 60.0)]
    assert regrets[0] > regrets[1] > regrets[2]
    assert regrets[2] < 0.03


def test_the_path_gets_round_a_fold_where_precision_goes_back() -> None:
    """Shapes with one player more often have folds; this seed has one. Steps stay small, so no branch is jumped."""
    generator = np.random.default_rng(0)
    turned = 0
    for _ in range(40):
        path = quantal_path(normalised(generator.normal(size=(2, 3, 3))), 30.0)
        points = np.concatenate([*path.mixed, path.precision[:, None]], axis=1)
        assert np.abs(np.diff(points, axis=0)).max() <= 0.4
        assert path.precision[-1] >= 30.0
        turned += bool((np.diff(path.precision) < 0.0).any())
    assert turned > 0


def test_a_precision_beyond_the_end_is_refused() -> None:
    with pytest.raises(ValueError, match="followed to precision"):
        quantal_path(PENNIES, 1.0).mixed_at(5.0)
