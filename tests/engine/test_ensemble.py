from __future__ import annotations

import threading
import time
import tracemalloc

import numpy as np
import pytest

from reabm.engine.ensemble import POOL, Failed, Job, play_jobs
from reabm.engine.run import fork_world, open_world_of, play_until, prepare, simulate
from reabm.scenario import with_settings
from reabm.world.history import COLUMN
from tests.short_run import history

SEEDS = tuple(range(20))


@pytest.fixture(scope="module")
def prepared():
    return prepare(history("2006-06"))


@pytest.fixture(scope="module")
def longer():
    return prepare(with_settings(history("2006-12"), {"export_quota.scale": 0.8}, origin="test"))


def players():
    """Threads that play jobs; a process in which the page was opened has others of its own."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(POOL)]


def bits(job, room):
    last = job.prepared.sizes["months"] - 1 if job.last is None else job.last
    return room.history.months[job.first : last + 1].tobytes(), room.block.tobytes()


def mixed(prepared, longer):
    """Jobs of two scenarios in turn."""
    return [Job((prepared, longer)[seed % 2], seed) for seed in SEEDS]


def test_workers_and_chunks_cannot_be_seen_in_the_results(prepared, longer):
    alone = [bits_of_simulate(job) for job in mixed(prepared, longer)]
    assert len(set(alone)) == len(alone)
    for workers in (1, 2, 3):
        for chunk in (1, 3, 7, 64):
            assert list(play_jobs(mixed(prepared, longer), bits, workers, chunk)) == alone


def bits_of_simulate(job):
    record = simulate(job.prepared, job.seed)
    return record.history.months.tobytes(), record.block.tobytes()


def test_jobs_in_another_order_have_the_same_results_each(prepared, longer):
    jobs = mixed(prepared, longer)
    order = np.random.default_rng(1).permutation(len(jobs))
    shuffled = list(play_jobs([jobs[k] for k in order], bits, 2, 3))
    assert [shuffled[k] for k in np.argsort(order)] == list(play_jobs(jobs, bits, 1))


def test_a_stretch_is_played_on_from_the_world_it_is_given(prepared):
    begun = play_until(prepared, open_world_of(prepared, 5, details=False), 7)
    jobs = [Job(prepared, 5, 7, 11, begun.block), Job(prepared, 5, 7, None, begun.block)]
    before = begun.block.copy()
    short, whole = play_jobs(jobs, bits, 2, 1)
    assert np.array_equal(begun.block, before)
    ended = play_until(prepared, fork_world(prepared, begun), prepared.sizes["months"])
    assert whole == (ended.history.months[7:].tobytes(), ended.block.tobytes())
    assert short[0] == ended.history.months[7:12].tobytes()


def test_a_run_that_fails_costs_no_other_run(prepared):
    broken = prepared._replace(opening=np.full_like(prepared.opening, np.nan))
    jobs = [Job(broken if seed in (3, 4) else prepared, seed) for seed in SEEDS]
    for workers in (1, 2):
        found = list(play_jobs(jobs, bits, workers, 4))
        assert [seed for seed, one in zip(SEEDS, found) if isinstance(one, Failed)] == [3, 4]
        assert found[3].job.seed == 3
        assert found[3].message.startswith("2005-01: ")
        assert found[5] == bits_of_simulate(jobs[5])


def test_a_world_of_other_agents_fails_in_words(prepared):
    (found,) = play_jobs([Job(prepared, 0, opening=np.zeros(3))], bits, 1)
    assert isinstance(found, Failed)
    assert "agents" in found.message


def test_jobs_are_drawn_a_few_chunks_ahead_only(prepared):
    drawn = []

    def jobs():
        for seed in range(10_000):
            drawn.append(seed)
            yield Job(prepared, seed, last=0)

    results = play_jobs(jobs(), lambda job, room: job.seed, workers=2, chunk=4)
    for _ in range(40):
        next(results)
    assert len(drawn) <= 40 + 2 * 2 * 4 + 4
    results.close()
    assert len(drawn) < 100
    assert not players()


@pytest.mark.parametrize("workers", [1, 2])
def test_stopping_gives_back_what_is_in_flight_and_plays_no_more(prepared, workers):
    stop = threading.Event()
    kept = []
    for seed in play_jobs((Job(prepared, seed, last=0) for seed in range(10_000)), lambda job, room: job.seed, workers, 4, stop):
        kept.append(seed)
        if len(kept) == 10:
            stop.set()
    assert 10 <= len(kept) <= 10 + 2 * 2 * 4
    assert kept == list(range(len(kept)))


def test_an_interrupt_waits_for_the_runs_that_are_being_played_only(prepared):
    def interrupted():
        yield from (Job(prepared, seed) for seed in range(40))
        raise KeyboardInterrupt

    def slow(job, room):
        time.sleep(0.01)
        return job.seed

    kept = []
    with pytest.raises(KeyboardInterrupt):
        kept.extend(play_jobs(interrupted(), slow, 2, 8))
    assert kept == list(range(len(kept)))
    assert not players()


def test_a_fault_of_the_program_in_a_thread_is_not_swallowed(prepared):
    with pytest.raises(ZeroDivisionError):
        list(play_jobs([Job(prepared, 0)], lambda job, room: 1 // 0, 2))


@pytest.mark.parametrize(("workers", "chunk"), [(0, 1), (1, 0), (-1, 1)])
def test_no_workers_or_no_chunk_is_refused(prepared, workers, chunk):
    with pytest.raises(ValueError, match="must be 1 or more"):
        list(play_jobs([Job(prepared, 0)], bits, workers, chunk))


def test_a_start_in_the_midst_without_a_world_is_refused(prepared):
    with pytest.raises(ValueError, match="world before its first month"):
        list(play_jobs([Job(prepared, 0, first=3)], bits, 1))


def test_ten_times_as_many_runs_need_no_more_memory(prepared):
    def peak(n):
        last = COLUMN.china_mine_share
        tracemalloc.start()
        for _ in play_jobs((Job(prepared, seed, last=2) for seed in range(n)), lambda job, room: room.history.months[2, last], 2):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(50)
    assert peak(2_000) < peak(200) + 100_000
