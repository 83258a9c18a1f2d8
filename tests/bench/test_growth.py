"""Cost by the number of agents: times of one process against each other, so that the machine's speed does not matter."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest

from tests.bench.population import EXPONENT_ALLOWED, SECONDS_ALLOWED, growth_with_agents


@pytest.mark.full
def test_cost_grows_no_worse_than_linearly_and_a_hundred_thousand_agents_take_less_than_a_minute() -> None:
    # in a process of its own, whose memory holds nothing of the tests before
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as own:
        rows, fitted, steepest = own.submit(growth_with_agents).result()
    assert [row.copies for row in rows[:4]] == [1, 10, 100, 1_000]
    assert fitted <= EXPONENT_ALLOWED
    assert steepest <= EXPONENT_ALLOWED + 0.1  # of two rows only: a busy machine shows
    assert rows[-1].agents >= 100_000
    assert rows[-1].seconds <= SECONDS_ALLOWED
    assert rows[-1].peak_mb <= 500
