"""Runs a second on one core and on two, whole ensembles with their outcomes."""

from __future__ import annotations

from reabm.engine.run import Room, prepare
from reabm.scenario import Scenario
from tests.bench.ensembles import kernel_ms, rate
from tests.bench.row import Row

LEAST_A_SECOND, AIM_A_SECOND, LEAST_EFFICIENCY = 400.0, 1000.0, 85.0


def rate_rows(scenario: Scenario, n_runs: int, turns: int) -> list[Row]:
    """Rates, the best of turns in which one worker and two follow each other: short turns find the machine's quiet moments."""
    prepared = prepare(scenario)
    room = Room(prepared.sizes)
    for keep in ("summary", "months"):
        rate(scenario, 4, 2, keep)
    kernel_ms(prepared, room, 4)
    alone, one, two, months = list[float](), list[tuple[float, float]](), list[tuple[float, float]](), list[float]()
    for _ in range(turns):
        one.append(rate(scenario, n_runs, 1))
        two.append(rate(scenario, n_runs, 2))
        alone.append(kernel_ms(prepared, room, n_runs // 2))
        months.append(rate(scenario, n_runs, 2, "months")[0])
    (one_rate, one_ms), (two_rate, two_ms) = ((max(a for a, _ in seen), min(b for _, b in seen)) for seen in (one, two))
    cores = max(seen[0] * seen[1] for seen in two) / 1e3  # that the best turn got: others work on the machine
    how = f"{n_runs} runs, best of {turns} turns"
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
