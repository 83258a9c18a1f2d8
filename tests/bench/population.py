"""How cost grows with the number of agents, in one table: python -m tests.bench.population [--until YYYY-MM] [--best-of N].

A world of many firms (`population.copies`) is played on one core, key figures only. Seconds are those of the processor, the
best of several runs; memory is the most that the process has held so far, so that rows are played in the order of their size.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Iterable
from math import ceil, inf
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np

from reabm.engine.run import prepare, simulate
from reabm.scenario import Scenario, find_configs, load_scenario, with_months, with_settings

COPIES = (1, 10, 100, 1_000)
AGENTS_AIMED_AT = 100_000
SECONDS_ALLOWED, EXPONENT_ALLOWED = 60.0, 1.1  # of 100,000 agents over 21 years; of the cost in the number of agents


class Row(NamedTuple):
    """One size of population."""

    copies: int
    agents: int  # makers and importers: what the population multiplies
    prepare_s: float  # scenario to arrays, once for all runs
    seconds: float  # a run
    us_per_agent_month: float
    peak_mb: float  # of the whole process, Python and compiled code included


def growth_with_agents(
    copies: Iterable[int] = COPIES, scenario: Scenario | None = None, least_agents: int = AGENTS_AIMED_AT, n_runs: int = 3
) -> tuple[list[Row], float, float]:
    """Cost of a run by the number of agents, and how it grows.

    Parameters
    ----------
    copies : firms for each named maker and importer, rising
    scenario : what is played; None: the shipped history
    least_agents : a last row has the fewest copies that give so many agents (0: no such row)
    n_runs : runs of which the fastest counts

    Returns
    -------
    tuple: rows; exponent fitted to all rows (log of seconds on log of agents); largest exponent between two rows that follow
    each other, which fixed costs cannot flatter
    """
    world = load_scenario(find_configs() / "scenarios" / "history.yaml") if scenario is None else scenario
    named = len(world.makers) + len(world.importers)
    sizes = list(copies)
    if least_agents:
        sizes.append(ceil(least_agents / named))
    _measure(world, 2, 1)  # compiles
    rows = [_measure(world, k, n_runs) for k in sizes]
    agents, seconds = (np.log([getattr(row, name) for row in rows]) for name in ("agents", "seconds"))
    steps = np.diff(seconds) / np.diff(agents)
    return rows, float(np.polyfit(agents, seconds, 1)[0]), float(steps.max())


def _measure(scenario: Scenario, copies: int, n_runs: int) -> Row:
    start = time.process_time()
    prepared = prepare(with_settings(scenario, {"population.copies": copies}))
    prepare_s = time.process_time() - start
    best = inf
    for seed in range(n_runs):
        start = time.process_time()
        simulate(prepared, seed, details=False)
        best = min(best, time.process_time() - start)
    agents = prepared.sizes["makers"] + prepared.sizes["importers"]
    return Row(copies, agents, prepare_s, best, best / agents / scenario.n_months * 1e6, peak_mb())


def peak_mb() -> float:
    """Most memory that this process has held, MB (0 where the system does not tell)."""
    own = Path("/proc/self/status")
    if own.exists():  # the figure of getrusage has that of the process that started this one in it
        held = next((line.split()[1] for line in own.read_text().splitlines() if line.startswith("VmHWM")), None)
        if held is not None:
            return int(held) * 1024.0 / 1e6
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    unit = 1.0 if platform.system() == "Darwin" else 1024.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.population", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--until", metavar="YYYY-MM", help="last month (default: the scenario's)")
    parser.add_argument("--best-of", type=int, default=3, help="runs of which the fastest counts")
    chosen = parser.parse_args(arguments)
    scenario = with_months(load_scenario(find_configs() / "scenarios" / "history.yaml"), end=chosen.until)
    rows, fitted, steepest = growth_with_agents(scenario=scenario, n_runs=chosen.best_of)
    print(
        f"reabm population: {scenario.title}, {scenario.n_months} months; Python {platform.python_version()}, "
        f"numba {numba.__version__}, one of {os.cpu_count()} cores"
    )
    print(f"  {'copies':>8}{'agents':>10}{'prepare, s':>13}{'a run, s':>12}{'us per agent-month':>21}{'peak MB':>10}")
    for row in rows:
        print(
            f"  {row.copies:>8}{row.agents:>10}{row.prepare_s:>13.2f}{row.seconds:>12.3f}{row.us_per_agent_month:>21.3f}"
            f"{row.peak_mb:>10.0f}"
        )
    print(f"  seconds grow with agents to the power {fitted:.2f} (fit to all rows), {steepest:.2f} at most between two rows")
    print(f"  allowed: {EXPONENT_ALLOWED}, and {SECONDS_ALLOWED:.0f} s for {AGENTS_AIMED_AT:,} agents over 21 years")


if __name__ == "__main__":
    main()
