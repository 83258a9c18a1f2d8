"""Parameter sets -> losses: each set is prepared once and played with all seeds, one after the other, in one thread.

The runs of a set are written beside each other in one record, so that the series of all of them are read at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from reabm.engine.ensemble import CHUNKS_AHEAD, Job, available_workers, in_threads, play_job
from reabm.engine.run import Prepared, Room, RunError
from reabm.scenario import Scenario
from reabm.study.tuned import Tunable
from reabm.validation.loss import Loss
from reabm.validation.priors import Knob
from reabm.world.history import History, empty_history
from reabm.world.layout import Array

type ReadSeries = Callable[["PlayedSet", Sequence[str]], dict[str, Array]]


class PlayedSet(NamedTuple):
    """The runs of one parameter set: the record holds the months of the first seed, then those of the second, and so on."""

    prepared: Prepared
    history: History


class Evaluator:
    """Plays parameter sets of one scenario with the same seeds and compares them with what was observed."""

    def __init__(
        self,
        scenario: Scenario,
        knobs: Sequence[Knob],
        seeds: Sequence[int],
        loss: Loss,
        read: ReadSeries,
        workers: int | None = None,
    ) -> None:
        if scenario.n_months != loss.n_months:
            raise ValueError(f"the scenario has {scenario.n_months} months and the loss {loss.n_months}; they must be the same")
        self.tunable = Tunable(scenario)
        self.knobs, self.seeds, self.loss, self._read = tuple(knobs), tuple(seeds), loss, read
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
        record, rooms = self._bench(prepared)
        failed = []
        for n, (seed, room) in enumerate(zip(self.seeds, rooms)):
            try:
                play_job(Job(prepared, seed), room)
            except RunError:
                failed.append(n)
        by_column = record._replace(months=np.asfortranarray(record.months))  # key figures are read column by column
        series = self._read(PlayedSet(prepared, by_column), self.loss.series)
        return np.array([series[name] for name in self.loss.series]), failed

    def _bench(self, prepared: Prepared) -> tuple[History, list[Room]]:
        """The calling thread's record and rooms; what lay in them is *Overwritten*."""
        if not hasattr(self._own, "bench"):
            n, used = prepared.sizes["months"], self._used()
            longer = empty_history(prepared.sizes | {"months": n * len(self.seeds)})
            spare = empty_history(prepared.sizes)  # what nobody reads is written to the same place: the cache holds it
            rooms = []
            for k in range(len(self.seeds)):
                whole = _months(longer, k * n, (k + 1) * n)
                mixed = [getattr(whole if name in used else spare, name) for name in History._fields]
                rooms.append(Room(prepared.sizes, history=History(*mixed)))
            read = [values if name in used else values[:0] for name, values in zip(History._fields, longer)]
            self._own.bench = (History(*read), rooms)
        bench: tuple[History, list[Room]] = self._own.bench
        return bench

    def _used(self) -> frozenset[str]:
        """Arrays of the record without which the series cannot be read."""
        prepared = self.tunable.prepared
        record = empty_history(prepared.sizes)

        def lengths(without: str) -> list[int]:
            one = record._replace(**{without: getattr(record, without)[:0]})
            try:
                found = self._read(PlayedSet(prepared, one), self.loss.series)
            except (ValueError, IndexError):
                return []
            return [found[name].shape[0] for name in self.loss.series]

        whole = [prepared.sizes["months"]] * len(self.loss.series)
        return frozenset(name for name in History._fields if lengths(name) != whole)


def _months(record: History, first: int, end: int) -> History:
    """Some months of a record, as a record that shares its memory."""
    arrays: list[Any] = [values[first:end] if values.shape[0] else values for values in record]
    return History(*arrays)
