"""Runs a second on one core and on two, whole ensembles with their outcomes."""

from __future__ import annotations

import time

from reabm.engine.run import Room, prepare
from reabm.scenario import Scenario
from tests.bench.ensembles import kernel_ms, rate
from tests.bench.row import Row

LEAST_A_SECOND, AIM_A_SECOND, LEAST_EFFICIENCY = 400.0, 1000.0, 85.0
TWO_CORES = 1.85  # cores that two workers got when nobody else wanted them, what they do one at a time taken off


def rate_rows(scenario: Scenario, n_runs: int, turns: int, patience_s: float = 0.0) -> list[Row]:
    """Rates, the best of turns in which one worker and two follow each other: short turns find the machine's quiet moments.

    Parameters
    ----------
    scenario : what is played
    n_runs : runs of a measurement
    turns : least number of turns
    patience_s : seconds for which turns go on while other work has not left two workers two cores in any of them
    """
    prepared = prepare(scenario)
    room = Room(prepared.sizes)
    for keep in ("summary", "months"):
        rate(scenario, 4, 2, keep)
    kernel_ms(prepared, room, 4)
    alone, one, two, months = list[float](), list[tuple[float, float]](), list[tuple[float, float]](), list[float]()
    cores, n_turns, start = 0.0, 0, time.perf_counter()
    while n_turns < turns or (cores < TWO_CORES and time.perf_counter() - start < patience_s):
        one.append(rate(scenario, n_runs, 1))
        two.append(rate(scenario, n_runs, 2))
        alone.append(kernel_ms(prepared, room, n_runs // 2))
        months.append(rate(scenario, n_runs, 2, "months")[0])
        cores, n_turns = max(cores, two[-1][0] * two[-1][1] / 1e3), n_turns + 1
    (one_rate, one_ms), (two_rate, two_ms) = ((max(a for a, _ in seen), min(b for _, b in seen)) for seen in (one, two))
    how = f"{n_runs} runs, best of {n_turns} turns"
    return [
        Row("runs a second, one worker, outcomes kept", one_rate, "runs/s", note=how),
        Row(
            "runs a second, two workers, outcomes kept",
            two_rate,
            "runs/s",
            LEAST_A_SECOND,
            note=f"the same; aim {AIM_A_SECOND:,.0f}",
        ),
        Row(
            "parallel efficiency on two cores",
            50.0 * two_rate / one_rate,
            "%",
            LEAST_EFFICIENCY,
            note=f"two workers over twice one; the machine left them {cores:.2f} cores at best",
        ),
        Row("runs a second, two workers, months in a frame", max(months), "runs/s", note="every month and column"),
        Row("processor time of a run, one worker", one_ms, "ms", note=f"{min(alone):.2f} ms of it its months alone"),
        Row("processor time of a run, two workers", two_ms, "ms", note="beyond that of one worker: what sharing costs"),
    ]
