from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from reabm.engine.run import prepare, simulate
from reabm.scenario import load_scenario
from tests.engine.months import digest_of, shipped

SEEDS = tuple(range(24))


@pytest.fixture(scope="module")
def prepared():
    return prepare(load_scenario(shipped("history")))


def bits(prepared, seed):
    record = simulate(prepared, seed)
    return digest_of(record.block), digest_of(record.history.months), digest_of(record.history.outside_t)


def test_runs_in_two_threads_at_once_have_the_bits_of_runs_one_after_the_other(prepared):
    in_turn = [bits(prepared, seed) for seed in SEEDS]
    with ThreadPoolExecutor(2) as threads:
        at_once = list(threads.map(lambda seed: bits(prepared, seed), SEEDS))
    assert at_once == in_turn
    assert len(set(in_turn)) == len(SEEDS)  # luck matters at all


def test_a_run_leaves_no_trace_in_the_next_one(prepared):
    first = bits(prepared, 3)
    bits(prepared, 4)
    assert bits(prepared, 3) == first == bits(prepare(load_scenario(shipped("history"))), 3)
