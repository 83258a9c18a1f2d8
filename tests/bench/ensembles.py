"""How fast ensembles are, and what they need: python -m tests.bench.ensembles [--runs N] [--best-of N] [--memory N]

Rates are the best of several, one worker and two in turn: what else the machine does can only lower them. Memory is that of
the process while runs are streamed to a folder, after N runs against after a hundredth of them.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
import psutil

import reabm
from reabm.engine.ensemble import Job, play_jobs
from reabm.engine.run import Prepared, Room, play_stretches, prepare
from reabm.scenario import Scenario, find_configs, load_scenario, with_months


class Rates(NamedTuple):
    """What was measured."""

    kernel_ms: float  # processor time of a run's months alone
    overhead_ms: float  # of a run in an ensemble with one worker, beyond that
    one_worker: float  # runs a second, summaries kept
    two_workers: float
    months_two_workers: float  # runs a second with every column of the months kept in a frame

    @property
    def efficiency(self) -> float:
        """Runs a second of two workers over twice those of one."""
        return self.two_workers / (2.0 * self.one_worker)

    @property
    def overhead_share(self) -> float:
        """Overhead over the months alone."""
        return self.overhead_ms / self.kernel_ms


def kernel_ms(prepared: Prepared, room: Room, n_runs: int) -> float:
    """Processor time of the compiled months alone, a run."""
    start = time.process_time()
    for seed in range(n_runs):
        room.block[:] = prepared.opening
        play_stretches(prepared, seed, room, 0, prepared.sizes["months"] - 1)
    return (time.process_time() - start) / n_runs * 1e3


def rate(scenario: Scenario, n_runs: int, workers: int, keep: str = "summary") -> tuple[float, float]:
    """Runs a second, and processor milliseconds a run."""
    start, busy = time.perf_counter(), time.process_time()
    reabm.ensemble(scenario, seeds=range(n_runs), workers=workers, keep=keep)  # type: ignore[call-overload]
    took, worked = time.perf_counter() - start, time.process_time() - busy
    return n_runs / took, worked / n_runs * 1e3


def ensemble_rates(n_runs: int = 400, best_of: int = 5, scenario: Scenario | None = None) -> Rates:
    """Rates of the reference run (the shipped history), everything compiled before."""
    scenario = scenario or load_scenario(find_configs() / "scenarios" / "history.yaml")
    prepared = prepare(scenario)
    room = Room(prepared.sizes)
    for keep in ("summary", "months"):
        rate(scenario, 4, 2, keep)
    kernel_ms(prepared, room, 4)
    found = []
    for _ in range(best_of):
        alone = kernel_ms(prepared, room, n_runs // 2)
        one, one_ms = rate(scenario, n_runs, 1)
        two, _ = rate(scenario, n_runs, 2)
        months, _ = rate(scenario, n_runs, 2, "months")
        found.append((alone, one_ms, one, two, months))
    alone, one_ms, one, two, months = np.array(found).T
    return Rates(float(alone.min()), float(one_ms.min() - alone.min()), float(one.max()), float(two.max()), float(months.max()))


def engine_rates(n_runs: int = 400) -> tuple[float, float]:
    """Runs a second of the parallel loop by itself, nothing kept, with one worker and two."""
    prepared = prepare(load_scenario(find_configs() / "scenarios" / "history.yaml"))
    found = []
    for workers in (1, 2):
        start = time.perf_counter()
        for _ in play_jobs((Job(prepared, seed) for seed in range(n_runs)), lambda job, room: None, workers):
            pass
        found.append(n_runs / (time.perf_counter() - start))
    return found[0], found[1]


def memory_growth_mb(n_runs: int, until: str = "2005-12") -> tuple[float, float]:
    """Most memory of this process while `n_runs` runs are streamed, and how much that is beyond a hundredth of them, in MB."""
    scenario = with_months(load_scenario(find_configs() / "scenarios" / "history.yaml"), end=until)
    own, most = psutil.Process(), {}

    def watch(_: int, total: int) -> None:
        most[total] = max(most.get(total, 0), own.memory_info().rss)

    for n in (max(1, n_runs // 100), n_runs):
        with tempfile.TemporaryDirectory() as folder:
            reabm.ensemble(scenario, seeds=range(n), keep="summary", out=Path(folder) / "runs", progress=watch)
    few, many = most.values()
    return many / 1e6, (many - few) / 1e6


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.ensembles", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--runs", type=int, default=400, help="runs of a measurement (default 400)")
    parser.add_argument("--best-of", type=int, default=5, help="measurements of which the fastest counts (default 5)")
    parser.add_argument(
        "--memory", type=int, default=100_000, help="streamed runs of a year each for memory (default 100000; 0: none)"
    )
    chosen = parser.parse_args(arguments)
    found = ensemble_rates(chosen.runs, chosen.best_of)
    engine = engine_rates(chosen.runs)
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"reabm ensembles; Python {platform.python_version()}, numba {numba.__version__}, {os.cpu_count()} cores{load}")
    for what, value, note in (
        (
            "one worker, summaries",
            f"{found.one_worker:.0f} runs/s",
            f"{chosen.runs} runs of 252 months, best of {chosen.best_of}",
        ),
        ("two workers, summaries", f"{found.two_workers:.0f} runs/s", f"efficiency {100 * found.efficiency:.0f} %"),
        ("two workers, all months in a frame", f"{found.months_two_workers:.0f} runs/s", ""),
        ("the loop alone, one and two workers", f"{engine[0]:.0f}, {engine[1]:.0f} runs/s", "nothing kept"),
        ("a run's months alone", f"{found.kernel_ms:.2f} ms", "processor time"),
        ("what the ensemble adds to a run", f"{found.overhead_ms:.3f} ms", f"{100 * found.overhead_share:.1f} %"),
    ):
        print(f"  {what:<40}{value:>20}   {note}")
    if chosen.memory:
        most, growth = memory_growth_mb(chosen.memory)
        note = f"{growth:+.0f} MB beyond {chosen.memory // 100:,} runs"
        print(f"  {f'memory, {chosen.memory:,} streamed runs':<40}{most:>17.0f} MB   {note}")


if __name__ == "__main__":
    main()
