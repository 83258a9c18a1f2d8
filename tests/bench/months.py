"""How long one run takes: its months, what is made before them, the first run of all, the command line."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from reabm.engine.run import Prepared, prepare, simulate
from reabm.scenario import Scenario
from tests.bench.clock import best_ms, in_new_process
from tests.bench.row import Row

FIRST_RUN = """
import time
start = time.perf_counter()
from reabm.engine.run import prepare, simulate
from reabm.scenario import load_scenario
prepared = prepare(load_scenario({file!r}))
ready = time.perf_counter()
simulate(prepared, 0)
print(ready - start, time.perf_counter() - ready)
"""
KINDS_OF_AGENTS = ("mines", "makers", "importers", "governments", "users")


def cold_compile_s(file: Path) -> float:
    """Seconds of the first run in a process that finds no compiled code."""
    with tempfile.TemporaryDirectory() as empty:
        written, _ = in_new_process(["-c", FIRST_RUN.format(file=str(file))], NUMBA_CACHE_DIR=empty)
    return float(written.split()[1])


def warm_cli_s(file: Path, n: int) -> float:
    """Seconds of `reabm run` without figures once everything is compiled, the start of the interpreter included."""
    took = []
    for _ in range(n + 1):  # the first may still compile
        with tempfile.TemporaryDirectory() as folder:
            command = ["-m", "reabm", "run", str(file), "--no-figures", "--out", str(Path(folder) / "run")]
            took.append(in_new_process(command)[1])
    return min(took)


def n_agents(prepared: Prepared) -> int:
    """Agents of all kinds."""
    return sum(prepared.sizes[kind] for kind in KINDS_OF_AGENTS)


def month_rows(scenario: Scenario, file: Path, n: int, quick: bool) -> list[Row]:
    """A run, a month, an agent-month; what is paid once."""
    start = time.perf_counter()
    prepared = prepare(scenario)
    prepare_ms = (time.perf_counter() - start) * 1e3
    simulate(prepared, 0)
    simulate(prepared, 0, details=False)
    lean, full = best_ms(lambda: simulate(prepared, 0, details=False), n), best_ms(lambda: simulate(prepared, 0), n)
    month_us, agents = lean / scenario.n_months * 1e3, n_agents(prepared)
    rows = [
        Row(f"a run of {scenario.n_months} months, summaries only", lean, "ms", most=5.0, note=f"best of {n}; aim 1.7 ms"),
        Row("the same with prices, flows and agents", full, "ms", note=f"best of {n}"),
        Row("a month", month_us, "us", note="summaries only"),
        Row("an agent-month", month_us / agents, "us", note=f"{agents} agents of all kinds, markets included"),
        Row("scenario to arrays (prepare)", prepare_ms, "ms", note="once a scenario"),
        Row("reabm run, warm, no figures", warm_cli_s(file, 1 if quick else 3), "s", most=10.0, note="start to exit"),
    ]
    if not quick:
        rows.append(Row("first run, nothing compiled", cold_compile_s(file), "s", most=30.0, note="empty NUMBA_CACHE_DIR"))
    return rows
