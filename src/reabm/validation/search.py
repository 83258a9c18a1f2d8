"""The search of a calibration as a machine without clock or dice: a Latin hypercube, then starts of CMA-ES that take turns.

The starts begin at the best points of the hypercube. One that no longer improves is given up for the next best point, with twice
the population (after Auger and Hansen 2005), so that a budget is never spent in one valley. What is asked for depends on the seed
and on the losses told so far alone, so that a search is resumed by telling it its losses again.

Generations of different starts are asked for in turn: while one is being played the next are drawn, and processors never wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import optuna
from scipy.stats import qmc

from reabm.validation.priors import Knob
from reabm.validation.sampler import Generations
from reabm.validation.trials import HYPERCUBE, Generation
from reabm.world.layout import Array

IMPROVEMENT = 1e-3  # share by which a start must become better within its patience
MOST_POPULATION = 4  # times the first one


class _Start:
    def __init__(self, number: int, place: int, sampler: Generations) -> None:
        self.number = number
        self.place = place
        self.sampler = sampler
        self.study = optuna.create_study(sampler=sampler)
        self.waiting: list[Any] = []
        self.best = np.inf
        self.best_at = 0
        self.generation = 0

    def ask(self) -> list[list[float]]:
        self.waiting = [self.study.ask() for _ in range(self.sampler.population)]
        return [self.sampler.values_of(trial.number) for trial in self.waiting]

    def tell(self, losses: Sequence[float]) -> None:
        for trial, loss in zip(self.waiting, losses, strict=True):
            self.study.tell(trial, loss)
        self.waiting = []
        self.generation += 1
        if min(losses) < self.best * (1.0 - IMPROVEMENT):
            self.best_at = self.generation
        self.best = min(self.best, *losses)


class Search:
    """Asks for generations of parameter sets until `evaluations` of them were asked for."""

    def __init__(
        self,
        knobs: Sequence[Knob],
        begin: Sequence[float],
        evaluations: int,
        population: int,
        starts: int,
        hypercube: int,
        step: float,
        patience: int,
        seed: int,
    ) -> None:
        """`begin` holds the values with which the search begins: the first point of the hypercube."""
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self.knobs = tuple(knobs)
        self.evaluations = evaluations
        self._asked = 0
        self._number = 0
        self._population, self._step, self._patience, self._seed = population, step, patience, seed
        self._n_starts = starts
        count = max(1, min(hypercube, evaluations))
        units = qmc.LatinHypercube(len(knobs), rng=np.random.default_rng(seed)).random(count)
        units[0] = [knob.unit(value) for knob, value in zip(knobs, begin, strict=True)]
        self._units = units
        self._order: list[int] = []  # points of the hypercube, the best first
        self._used = 0
        self._starts: list[_Start] = []
        self._born = 0
        self._turn = 0
        self._pending: dict[int, int] = {}  # generation -> start

    def ask(self) -> Generation | None:
        """The next generation; None once the budget is spent. That of a start needs its last one told."""
        if self._number == 0:
            values = np.array([[knob.value(u) for knob, u in zip(self.knobs, unit)] for unit in self._units.tolist()])
            return self._asked_for(HYPERCUBE, values)
        if not self._starts:
            if not self._order:
                raise RuntimeError("the losses of the hypercube must be told before a start is asked for")
            for _ in range(self._n_starts):
                self._starts.append(self._new_start(self._population))
        own = self._starts[self._turn]
        if own.waiting:
            raise RuntimeError("a start's last generation must be told before its next is asked for")
        if own.generation - own.best_at >= self._patience:
            population = min(2 * own.sampler.population, MOST_POPULATION * self._population)
            own = self._starts[self._turn] = self._new_start(population)
        if self._asked + own.sampler.population > self.evaluations:
            return None
        self._turn = (self._turn + 1) % self._n_starts
        return self._asked_for(own.number, np.array(own.ask()))

    def tell(self, generation: Generation, losses: Sequence[float]) -> None:
        """Losses of a generation, in the order of its sets."""
        start = self._pending.pop(generation.number)
        told = [float(loss) for loss in losses]
        if start == HYPERCUBE:
            self._order = np.argsort(np.array(told), kind="stable").tolist()
            return
        next(own for own in self._starts if own.number == start).tell(told)

    def _asked_for(self, start: int, values: Array) -> Generation:
        found = Generation(self._number, start, values)
        self._pending[found.number] = start
        self._number += 1
        self._asked += len(values)
        return found

    def _new_start(self, population: int) -> _Start:
        number, place = self._born, self._order[self._used % len(self._order)]
        self._born, self._used = self._born + 1, self._used + 1
        sampler = Generations(self.knobs, self._units[place], self._step, population, self._seed + 1 + number)
        return _Start(number, place, sampler)
