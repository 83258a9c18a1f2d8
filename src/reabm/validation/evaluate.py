"""Parameter sets -> losses: each set is prepared once and played with all seeds, one after the other, in one thread."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from reabm.engine.ensemble import CHUNKS_AHEAD, Job, available_workers, in_threads, play_job
from reabm.engine.run import Prepared, Room, RunError
from reabm.scenario import Scenario
from reabm.study.tuned import Tunable
from reabm.validation.errors import ValidationError
from reabm.validation.gather import Gatherer
from reabm.validation.loss import Loss
from reabm.validation.priors import Knob
from reabm.world.history import empty_history
from reabm.world.layout import Array

FREIGHT = "market.freight_usd_kg"  # observed prices have been converted with the world's


class Evaluator:
    """Plays parameter sets of one scenario with the same seeds and compares them with what was observed."""

    def __init__(
        self,
        scenario: Scenario,
        knobs: Sequence[Knob],
        seeds: Sequence[int],
        loss: Loss,
        workers: int | None = None,
    ) -> None:
        if scenario.n_months != loss.n_months:
            raise ValueError(f"the scenario has {scenario.n_months} months and the loss {loss.n_months}; they must be the same")
        self.tunable = Tunable(scenario)
        self.knobs, self.seeds, self.loss = tuple(knobs), tuple(seeds), loss
        if FREIGHT in [knob.path for knob in self.knobs]:
            raise ValidationError(f"knobs.{FREIGHT}: got a knob; allowed another: observed prices are converted with the world's")
        self.workers = available_workers() if workers is None else workers
        self._own = threading.local()

    def values_of(self, sets: Iterable[Array]) -> Iterator[Prepared]:
        """Parameter sets, ready to be played."""
        for values in sets:
            yield self.tunable.tuned({knob.path: float(value) for knob, value in zip(self.knobs, values)})

    def parts(self, sets: Iterable[Array], stop: threading.Event | None = None) -> Iterator[Array]:
        """Losses by group and seed, shape (groups, seeds), of each set in their order.

        Sets are drawn lazily, at most workers x 2 ahead of what was given back. A run that does not close counts as the worst.
        """
        prepared = self.values_of(sets)
        halted = stop or threading.Event()
        if self.workers == 1:
            for one in prepared:
                if halted.is_set():
                    return
                yield self.play(one)
            return
        yield from in_threads(prepared, self.play, self.workers, 1, halted)

    @property
    def ahead(self) -> int:
        """Sets that may be drawn before the first of them is given back."""
        return 1 if self.workers == 1 else self.workers * CHUNKS_AHEAD

    def play(self, prepared: Prepared) -> Array:
        """Losses by group and seed of one set, shape (groups, seeds)."""
        series, failed = self._series(prepared)
        parts = self.loss.parts(series)
        if failed:
            parts[:, failed] = self.loss.worst
        return parts

    def errors(self, prepared: Prepared) -> Array:
        """Errors of one set in tolerances, shape (errors, seeds), as `loss.labels`; NaN of a run that does not close."""
        series, failed = self._series(prepared)
        found = self.loss.errors(series)
        found[:, failed] = np.nan
        return found

    def _series(self, prepared: Prepared) -> tuple[Array, list[int]]:
        """Series of all seeds beside each other, and the seeds whose run does not close."""
        if not hasattr(self._own, "room"):
            room = Room(prepared.sizes, history=empty_history(prepared.sizes))
            gather = Gatherer(prepared, room, self.loss.series)
            table = np.empty((gather.n_series, len(self.seeds) * self.loss.n_months))
            self._own.room, self._own.gather, self._own.table = room, gather, table
        failed = []
        for n, seed in enumerate(self.seeds):
            try:
                play_job(Job(prepared, seed), self._own.room)
            except RunError:
                failed.append(n)
            self._own.gather(self._own.table, n * self.loss.n_months, self.loss.n_months)
        table = self._own.table[: len(self.loss.series)]
        return table, failed
