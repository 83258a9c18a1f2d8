"""CMA-ES as a sampler of optuna that keeps its state between trials.

`optuna.samplers.CmaEsSampler` unpickles its state and decomposes its matrix anew for every trial: 2.1 ms with forty knobs, a
quarter of what a trial of eight runs takes. This one holds the same optimiser (`cmaes.CMA`) from one trial to the next. It
moves without bounds and is mirrored at them, so that no trial is drawn twice and none is pushed onto a bound. A trial's
values stay here (`values_of`) and in the calibration's own table: to hand them to optuna knob by knob, each checked and
copied, would take as long as half a run.

Hansen and Ostermeier (2001). optuna and cmaes are imported with this file, which only a calibration imports.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import cmaes
import numpy as np
import optuna

from reabm.validation.priors import Knob
from reabm.world.layout import Array

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial, TrialState


def mirrored(unit: Array) -> Array:
    """A point of the whole space, folded back into the unit cube at its walls."""
    rest = np.mod(unit, 2.0)
    found: Array = np.minimum(rest, 2.0 - rest)
    return found


class Generations(optuna.samplers.BaseSampler):
    """Draws the trials of a study; after each `population` results it moves on."""

    def __init__(self, knobs: Sequence[Knob], begin: Array, step: float, population: int, seed: int) -> None:
        self.knobs = tuple(knobs)
        self.population = population
        self._cma = cmaes.CMA(mean=begin.copy(), sigma=step, seed=seed, population_size=population)
        self._drawn: dict[int, Array] = {}
        self._told: list[tuple[Array, float]] = []

    def infer_relative_search_space(self, study: optuna.Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """Nothing that optuna should draw or keep."""
        return {}

    def sample_relative(
        self, study: optuna.Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Nothing: see `before_trial`."""
        return {}

    def before_trial(self, study: optuna.Study, trial: FrozenTrial) -> None:
        """Draw the next trial."""
        self._drawn[trial.number] = self._cma.ask()

    def values_of(self, trial: int) -> list[float]:
        """Values of a trial that waits for its result, in the order of the knobs."""
        return [knob.value(unit) for knob, unit in zip(self.knobs, mirrored(self._drawn[trial]).tolist())]

    def sample_independent(
        self, study: optuna.Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """Never asked for: every knob is drawn with the others."""
        raise KeyError(f"{param_name} is no knob of this calibration")

    def after_trial(self, study: optuna.Study, trial: FrozenTrial, state: TrialState, values: Sequence[float] | None) -> None:
        """Take a result; trials are told in the order in which they were asked for."""
        assert values is not None, "a trial of a calibration always has a loss"
        self._told.append((self._drawn.pop(trial.number), float(values[0])))
        if len(self._told) == self.population:
            self._cma.tell(self._told)
            self._told = []
