"""How cost grows with runs, months and agents: exponents of time, and memory."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

import reabm
from reabm.engine.run import prepare, simulate
from reabm.scenario import Scenario, find_configs, load_scenario, with_months
from reabm.scenario.months import month_text
from tests.bench.clock import apart, best_ms, exponent
from tests.bench.population import AGENTS_AIMED_AT, EXPONENT_ALLOWED, SECONDS_ALLOWED, growth_with_agents
from tests.bench.row import Row

MEMORY_ALLOWED_MB = 50.0  # of the parent, from 1,000 to 100,000 streamed runs
MEMORY_OF_AGENTS_MB = 500.0  # 'a few hundred MB' for 100,000 agents
LENGTHS = (63, 126, 252, 360)  # months
A_YEAR = "2005-12"


def history(until: str | None = None) -> Scenario:
    """The shipped history, to its end or another."""
    return with_months(load_scenario(find_configs() / "scenarios" / "history.yaml"), end=until)


def streamed(counts: Sequence[int], until: str | None) -> list[tuple[int, float, float]]:
    """Runs, seconds, and the most memory held while they were streamed to a folder (MB), for each number of runs."""
    scenario, own, found = history(until), psutil.Process(), []
    reabm.ensemble(scenario, seeds=range(4), keep="summary", workers=2)  # compiles
    for n in counts:
        most = 0
        start = time.perf_counter()

        def watch(done: int, total: int) -> None:
            nonlocal most
            most = max(most, own.memory_info().rss)

        with tempfile.TemporaryDirectory() as folder:
            reabm.ensemble(scenario, seeds=range(n), keep="summary", workers=2, out=Path(folder) / "runs", progress=watch)
            watch(n, n)
        found.append((n, time.perf_counter() - start, most / 1e6))
    return found


def run_rows(counts: Sequence[int], until: str | None) -> list[Row]:
    """Growth with the number of runs; the memory is that of a process which does nothing else."""
    found = apart(streamed, counts=list(counts), until=until)
    times = {int(n): seconds for n, seconds, _ in found}
    memory = {int(n): megabytes for n, _, megabytes in found}
    few, many = 1_000, max(counts)
    length = history(until).n_months
    span = f"{min(counts):,} to {many:,} runs of {length} months"
    return [
        Row("exponent of time with runs", exponent(list(times), list(times.values())), "", most=EXPONENT_ALLOWED, note=span),
        Row(f"memory of the parent, {many:,} streamed runs", memory[many], "MB", note=f"{times[many]:.1f} s in all"),
        Row(f"its growth from {few:,} to {many:,} runs", memory[many] - memory[few], "MB", most=MEMORY_ALLOWED_MB,
            note=f"runs of {length} months, outcomes streamed"),
    ]  # fmt: skip


def length_rows(best_of: int, lengths: Sequence[int] = LENGTHS) -> list[Row]:
    """Growth with the number of months: processor time of runs of several lengths."""
    scenario = history()
    took = []
    for n in lengths:
        prepared = prepare(with_months(scenario, end=month_text(scenario.start + n - 1)))
        simulate(prepared, 0, details=False)
        took.append(best_ms(lambda ready=prepared: simulate(ready, 0, details=False), best_of, time.process_time_ns))  # type: ignore[misc]
    listed = ", ".join(f"{n}: {ms:.2f} ms" for n, ms in zip(lengths, took))
    return [Row("exponent of time with months", exponent(lengths, took), "", most=EXPONENT_ALLOWED, note=listed)]


def many_agents(until: str | None, best_of: int) -> tuple[list[tuple[int, float, float]], float, float]:
    """Agents, seconds of a run and peak memory (MB) for each size of population; exponents fitted, and between two rows."""
    rows, fitted, steepest = growth_with_agents(scenario=history(until), n_runs=best_of)
    return [(row.agents, row.seconds, row.peak_mb) for row in rows], fitted, steepest


def agent_rows(until: str | None, best_of: int) -> list[Row]:
    """Growth with the number of agents, and a market of 100,000 of them."""
    found, fitted, steepest = apart(many_agents, until=until, best_of=best_of)
    agents, seconds, megabytes = found[-1]
    played, whole = history(until).n_months, history().n_months
    scaled = f", {played} months played and scaled" if played != whole else ""
    return [
        Row("exponent of time with agents", fitted, "", most=EXPONENT_ALLOWED,
            note=f"{found[0][0]:,} to {agents:,} makers and importers; {steepest:.2f} at most between two sizes"),
        Row(f"{agents:,} agents, {whole} months, one core", seconds * whole / played, "s", most=SECONDS_ALLOWED,
            note=f"asked for {AGENTS_AIMED_AT:,}{scaled}"),
        Row("an agent-month among so many", seconds / agents / played * 1e6, "us"),
        Row("memory of the process that plays them", megabytes, "MB", most=MEMORY_OF_AGENTS_MB),
    ]  # fmt: skip
