"""Acceptance, thinning, and what accepted sets say of parameters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reabm.scenario.configs import find_configs
from reabm.validation.accept import accept, candidates_of, spread_out
from reabm.validation.identify import correlated, identify
from reabm.validation.priors import Knob, read_study

KNOBS = (Knob("a", 0.0, 1.0, "linear"), Knob("b", 0.0, 1.0, "linear"))
STUDY = replace(read_study(find_configs() / "studies" / "calibration.yaml"), slack=0.1, sets=3, least=2)


def test_candidates_are_the_best_that_are_not_neighbours() -> None:
    values = np.array([[0.5, 0.5], [0.501, 0.5], [0.1, 0.1], [0.9, 0.9]])
    assert candidates_of(values, np.array([1.0, 0.9, 2.0, 3.0]), KNOBS, 3, 0.02).tolist() == [1, 2, 3]
    assert candidates_of(values, np.array([1.0, 0.9, 2.0, 3.0]), KNOBS, 2, 0.02).tolist() == [1, 2]


def test_sets_within_the_slack_of_the_best_are_accepted_and_the_best_is_central() -> None:
    values = np.array([[0.1, 0.1], [0.2, 0.2], [0.9, 0.9], [0.5, 0.5]])
    losses = np.array([1.05, 1.0, 1.08, 2.0])
    found = accept(values, np.tile(losses[:, None], (1, 6)), KNOBS, STUDY)
    assert found.n_within == 3
    assert found.threshold == pytest.approx(1.1)
    assert found.values[0].tolist() == [0.2, 0.2]
    assert 2.0 not in found.sample_losses


def test_where_too_few_are_within_the_threshold_the_next_best_are_taken_and_counted() -> None:
    values = np.array([[0.1, 0.1], [0.2, 0.2], [0.9, 0.9]])
    found = accept(values, np.tile(np.array([[1.0], [5.0], [7.0]]), (1, 6)), KNOBS, STUDY)
    assert (found.n_within, len(found.sample_losses)) == (1, 2)


def test_losses_that_luck_cannot_tell_apart_are_accepted() -> None:
    rng = np.random.default_rng(1)
    noisy = 1.0 + rng.normal(0.0, 0.5, (8, 24))
    found = accept(rng.random((8, 2)), noisy, KNOBS, STUDY)
    assert found.threshold > 1.15 * found.losses[0]


def test_the_sets_that_are_kept_lie_far_apart_and_none_twice() -> None:
    units = np.array([[0.5, 0.5], [0.5, 0.5], [0.52, 0.5], [0.0, 0.0], [1.0, 1.0]])
    assert spread_out(units, 3).tolist() == [0, 3, 4]
    assert sorted(spread_out(units, 5).tolist()) == [0, 2, 3, 4]


def test_a_parameter_that_the_fit_pins_is_narrow_and_one_at_its_end_is_named() -> None:
    rng = np.random.default_rng(0)
    sample = np.column_stack([0.5 + 0.01 * rng.standard_normal(400), np.minimum(1.0, 0.97 + 0.04 * rng.random(400))])
    pinned, pressed = identify(sample, np.array([0.5, 1.0]), KNOBS, [0.3, 0.3])
    assert pinned.width < 0.06
    assert pinned.bound == ""
    assert pressed.bound == "high"
    assert pressed.at_high > 0.5
    free = identify(rng.random((4000, 2)), np.array([0.5, 0.5]), KNOBS, [0.3, 0.3])[0]
    assert free.width == pytest.approx(1.0, abs=0.03)


def test_parameters_that_move_together_are_found() -> None:
    rng = np.random.default_rng(0)
    first = rng.random(300)
    pairs = correlated(np.column_stack([first, 1.0 - first + 0.01 * rng.random(300)]), KNOBS)
    assert [(pair.first, pair.second) for pair in pairs] == [("a", "b")]
    assert pairs[0].correlation < -0.95
    assert correlated(rng.random((300, 2)), KNOBS) == []
