"""How many times faster than Mesa: the same model as Mesa agents, and the same market in plain Mesa style, by mesa.batch_run."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import psutil
from mesa import Model
from mesa.batchrunner import batch_run

from reabm.agents import RareEarthModel
from reabm.scenario import Scenario
from tests.bench.ensembles import rate
from tests.bench.plain_mesa import PlainMarket
from tests.bench.row import Row

LEAST_RATIO = 200.0
PROCESSES = 2
RUNS_OF_OURS = 200


class Cost(NamedTuple):
    """What a batch took."""

    seconds: float
    processor_s: float  # of all its processes


def batch_cost(model: type[Model], parameters: dict[str, Any], n_runs: int, months: int) -> Cost:
    """A batch on two processes, their start included."""
    start, before = time.perf_counter(), _worked_s()
    found = batch_run(model, parameters, PROCESSES, rng=range(n_runs), max_steps=months, display_progress=False)
    if len({row["RunId"] for row in found}) != n_runs:
        raise SystemExit(f"bench: batch_run gave {len(found)} rows for {n_runs} runs of {model.__name__}")
    return Cost(time.perf_counter() - start, _worked_s() - before)


def _worked_s() -> float:
    """Processor seconds of processes that this one started and that have ended."""
    used = psutil.Process().cpu_times()
    return used.children_user + used.children_system


def cheapest(costs: list[Cost]) -> Cost:
    """Least seconds and least processor time."""
    return Cost(min(cost.seconds for cost in costs), min(cost.processor_s for cost in costs))


def ratio_rows(scenario: Scenario, n_runs: int, turns: int) -> list[Row]:
    """Rates of the three and their ratios: each is the best of turns in which they follow each other.

    Parameters
    ----------
    scenario : the shipped history: the plain market knows no other
    n_runs : runs of a batch; the start of its processes is spread over them
    turns : times that each is measured
    """
    contestants: dict[str, tuple[type[Model], dict[str, Any]]] = {
        "our Mesa model": (RareEarthModel, {"scenario": [scenario]}),
        "the plain Mesa market": (PlainMarket, {}),
    }
    rate(scenario, 4, PROCESSES)  # compiles, as does the first batch
    for given in contestants.values():
        batch_cost(*given, PROCESSES, 1)
    ours, whole, started = list[tuple[float, float]](), dict[str, list[Cost]](), dict[str, list[Cost]]()
    for _ in range(turns):
        for name, given in contestants.items():
            ours += [rate(scenario, RUNS_OF_OURS, PROCESSES) for _ in range(2)]
            started.setdefault(name, []).append(batch_cost(*given, PROCESSES, 1))
            whole.setdefault(name, []).append(batch_cost(*given, n_runs, scenario.n_months))
    own_rate, own_ms = max(a for a, _ in ours), min(b for _, b in ours)
    rows = [
        Row("runs a second, reabm.ensemble, two workers", own_rate, "runs/s", note=f"best of {len(ours)} in turns with these:"),
    ]
    for name in contestants:
        all_of_it, start = cheapest(whole[name]), cheapest(started[name])
        a_second = n_runs / all_of_it.seconds
        run_ms = (all_of_it.processor_s - start.processor_s) / n_runs * 1e3
        least = LEAST_RATIO if name == "our Mesa model" else None
        rows += [
            Row(
                f"runs a second, {name}",
                a_second,
                "runs/s",
                note=f"batch_run, {PROCESSES} processes, {n_runs} runs of {scenario.n_months} months, best of {turns}; "
                f"{start.seconds:.1f} s of {all_of_it.seconds:.1f} s to start",
            ),
            Row(f"reabm.ensemble over {name}", own_rate / a_second, "times", least, note="start of processes included"),
            Row("the same in processor time", run_ms / own_ms, "times", least, note=f"start left out: {run_ms:,.0f} ms a run"),
        ]
    return rows
