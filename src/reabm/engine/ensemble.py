"""Many runs at once: jobs taken lazily, played by threads on compiled months, given back in the order of the jobs.

The rules release the interpreter lock, so threads of one process share the scenario and fill the cores. A job that depends on
nothing but itself gives the same bits in any thread; results come in the order of the jobs, so that neither the number of
workers nor the size of the chunks can be seen in what is kept.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import NamedTuple

from reabm.engine.run import Prepared, Room, RunError, check_months, checked_seed, play_stretches
from reabm.rules.rule import rule
from reabm.world.history import empty_history
from reabm.world.layout import Array

POOL = "reabm-runs"  # how the threads that play jobs are named
CHUNK = 16  # jobs handed to a thread at once: their hand-over is then small beside them
CHUNKS_AHEAD = 2  # chunks in flight for each worker: one that is played and one that waits


class Job(NamedTuple):
    """A run, or the stretch of a run that begins with a world in its midst."""

    prepared: Prepared
    seed: int
    first: int = 0  # month of the run
    last: int | None = None  # included; None: the scenario's last
    opening: Array | None = None  # block of the state before `first`, read only; None: the scenario's own, before month 0


class Failed(NamedTuple):
    """A job whose months do not close, and why; it has no result."""

    job: Job
    message: str


@rule
def copy_columns(months, columns, kept):  # type: ignore[no-untyped-def]
    """Copy columns of a table of months, each to a row of `kept`, without holding the interpreter lock.

    Parameters
    ----------
    months : float array, shape (months, columns); columns : int array, places of those wanted; read only
    kept : float array, shape (wanted columns, months); *Overwritten*
    """
    for t in range(months.shape[0]):
        for c in range(columns.shape[0]):
            kept[c, t] = months[t, columns[c]]


class Rooms:
    """A thread's rooms, one for each size of world that it has met; with details each keeps prices, flows and agents."""

    def __init__(self, details: bool = False) -> None:
        self._own = threading.local()
        self._details = details

    def room(self, prepared: Prepared) -> Room:
        """The calling thread's room for a scenario; what lay in it may be *Overwritten*."""
        if not hasattr(self._own, "rooms"):
            self._own.rooms = {}
        known: dict[tuple[int, ...], Room] = self._own.rooms
        key = tuple(prepared.sizes.values())
        if key not in known:
            known[key] = Room(prepared.sizes, history=empty_history(prepared.sizes, self._details))
        return known[key]


def available_workers() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def play_job(job: Job, room: Room) -> None:
    """Play a job in a room, which is *Overwritten*: rows first..last of its record, and its block after the last month.

    Raises
    ------
    RunError
        For the first month that does not close, or an opening that belongs to other agents.
    """
    prepared, first = job.prepared, job.first
    last = prepared.sizes["months"] - 1 if job.last is None else job.last
    if job.opening is None and first != 0:
        raise ValueError("a job that begins in the midst of a run needs the world before its first month")
    opening = prepared.opening if job.opening is None else job.opening
    if opening.size != room.block.size:
        raise RunError("a world can only be played on with the agents that it has: the scenario has others")
    room.block[:] = opening
    room.prepared = prepared
    play_stretches(prepared, checked_seed(job.seed), room, first, last)
    check_months(room.history.months[first : last + 1], prepared.scenario.start + first)


def play_jobs[T](
    jobs: Iterable[Job],
    keep: Callable[[Job, Room], T],
    workers: int | None = None,
    chunk: int = CHUNK,
    stop: threading.Event | None = None,
    details: bool = False,
) -> Iterator[T | Failed]:
    """Play jobs and give back what is kept of each, in the order of the jobs.

    Jobs are drawn in the calling thread, a few chunks ahead of what was given back: a million of them need no more memory
    than a hundred. A job that fails gives a `Failed` and costs no other job.

    Parameters
    ----------
    jobs : iterable of Job, drawn lazily
    keep : called in the worker's thread right after a run with the job and the room: rows first..last of
        `room.history.months` and `room.block` are the job's own, and the next job overwrites them
    workers : int, threads; None: one a core. With 1 all is played in the calling thread
    chunk : int, jobs handed to a thread at once
    stop : when set, no further jobs are played; those in flight are finished and given back. A `KeyboardInterrupt` ends the
        playing in the same way, but what was in flight is lost
    details : bool, whether `room.history` keeps prices, flows and agents of each month too (some 5 per cent more time)
    """
    workers = available_workers() if workers is None else workers
    if workers < 1 or chunk < 1:
        raise ValueError(f"workers is {workers} and chunk {chunk}; both must be 1 or more")
    rooms = Rooms(details)
    halted = stop or threading.Event()

    def play(job: Job) -> T | Failed:
        room = rooms.room(job.prepared)
        try:
            play_job(job, room)
        except RunError as error:
            return Failed(job, str(error))
        return keep(job, room)

    if workers == 1:
        for job in jobs:
            if halted.is_set():
                return
            yield play(job)
        return
    yield from in_threads(iter(jobs), play, workers, chunk, halted)


def in_threads[J, T](jobs: Iterator[J], play: Callable[[J], T], workers: int, chunk: int, halted: threading.Event) -> Iterator[T]:
    """Chunks of jobs over a pool of threads, in their order; at most workers x CHUNKS_AHEAD chunks are in flight."""
    given_up = threading.Event()

    def play_chunk(part: list[J]) -> list[T]:
        found = []
        for job in part:
            if given_up.is_set():
                break
            found.append(play(job))
        return found

    pool = ThreadPoolExecutor(workers, thread_name_prefix=POOL)
    in_flight: deque[Future[list[T]]] = deque()
    try:
        while True:
            while len(in_flight) < workers * CHUNKS_AHEAD and not halted.is_set():
                part = list(islice(jobs, chunk))
                if not part:
                    break
                in_flight.append(pool.submit(play_chunk, part))
            if not in_flight:
                return
            yield from in_flight.popleft().result()
    except BaseException:  # an interrupt, or the caller wants no more: the runs that are being played are the last
        given_up.set()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
