"""How fast the model is, in one table: python -m tests.bench.bench [--quick | --full] (make bench BENCH_ARGS=--quick).

Everything is measured in this one call, so that ratios compare like with like. Times are the best of several; what else the
machine does can only make them longer, and its load stands beside each part.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path

import mesa
import numba
from rich import box
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reabm.engine.run import prepare
from reabm.scenario import find_configs, load_scenario
from tests.bench import growth
from tests.bench.calibration import calibration_rows
from tests.bench.fan import fan_rows
from tests.bench.leverage import surface_rows
from tests.bench.months import month_rows
from tests.bench.page import page_rows
from tests.bench.page_play import use_rows
from tests.bench.rates import rate_rows
from tests.bench.ratios import ratio_rows
from tests.bench.row import Row, written
from tests.bench.stages import stage_rows

WIDTH = 100
SCENARIO = find_configs() / "scenarios" / "history.yaml"
Part = tuple[str, Callable[[], list[Row]]]


def parts(quick: bool, full: bool) -> list[Part]:
    """What is measured, in order: a name, and what gives its rows."""
    scenario = load_scenario(SCENARIO)
    short = growth.A_YEAR
    counts = (100, 1_000, 10_000) if quick else (100, 1_000, 10_000, 100_000)
    listed: list[Part] = [
        ("One run", lambda: month_rows(scenario, SCENARIO, 30 if quick else 200, quick)),
        ("Many runs", lambda: rate_rows(scenario, 100, 5 if quick else 15, 15.0 if quick else 90.0)),
        ("Against Mesa", lambda: ratio_rows(scenario, 4 if quick else 12, 1 if quick else 2)),
        ("Growth with runs", lambda: growth.run_rows(counts, None if full else short)),
        ("Growth with months", lambda: growth.length_rows(20 if quick else 100)),
        ("Growth with agents", lambda: growth.agent_rows("2006-12" if quick else None, 1 if quick else 3)),
        ("Leverage", lambda: surface_rows(scenario, quick)),
        ("Fan of futures", lambda: fan_rows(scenario, 3 if quick else 5)),
        ("Calibration", lambda: calibration_rows(2_000 if quick else 20_000, 2 if quick else 3)),
        ("The page", lambda: page_rows(2 if quick else 5)),
        ("The page in use", lambda: use_rows(10 if quick else 30)),
    ]
    if not quick:
        listed.append(("Stages of a month", lambda: stage_rows(prepare(scenario), 20)))
    return listed


def load() -> str:
    """Mean number of processes that wanted a core in the last minute."""
    return f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"


def shown(name: str, rows: list[Row], took: float) -> Table:
    """A part as a table."""
    table = Table(box=box.SIMPLE_HEAD, width=WIDTH, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(Text(f"{name}  ({load()} on {os.cpu_count()} cores, {took:.0f} s)"), ratio=1)
    for heading, width in (("figure", 8), ("unit", 10), ("target", 12), ("holds", 5)):
        table.add_column(heading, width=width, justify="right" if heading == "figure" else "left", no_wrap=True)
    for row in rows:
        what = Group(row.what, *([Padding(Text(row.note, "dim"), (0, 0, 0, 2))] if row.note else []))
        holds = {None: Text(""), True: Text("yes", "green"), False: Text("no", "bold red")}[row.holds]
        table.add_row(what, written(row.figure), row.unit, row.target, holds)
    return table


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench", description=(__doc__ or "").split("\n\n")[0])
    extent = parser.add_mutually_exclusive_group()
    extent.add_argument("--quick", action="store_true", help="a minute or two: fewer runs, parts of them scaled (it says which)")
    extent.add_argument("--full", action="store_true", help="memory by 100,000 whole runs of 21 years instead of a year each")
    parser.add_argument("--only", metavar="WORD", help="only parts whose name has this word")
    parser.add_argument("--json", type=Path, metavar="FILE", help="a copy as JSON, e.g. runs/bench.json")
    chosen = parser.parse_args(arguments)
    console = Console(width=WIDTH, highlight=False)
    console.print(
        f"reabm bench: Python {platform.python_version()}, numba {numba.__version__}, Mesa {mesa.__version__}, "
        f"{platform.machine()} {platform.system()}, {os.cpu_count()} cores"
    )
    measured: dict[str, list[Row]] = {}
    for name, rows_of in parts(chosen.quick, chosen.full):
        if chosen.only and chosen.only.lower() not in name.lower():
            continue
        start = time.perf_counter()
        with console.status(f"measuring: {name.lower()}"):
            measured[name] = rows_of()
        console.print()
        console.print(shown(name, measured[name], time.perf_counter() - start))
    judged = [row for rows in measured.values() for row in rows if row.holds is not None]
    missed = [f"{name.lower()}: {row.what}" for name, rows in measured.items() for row in rows if row.holds is False]
    console.print(f"\n{len(judged) - len(missed)} of {len(judged)} targets hold" + ("; not:" if missed else ""))
    for what in missed:
        console.print(f"  {what}")
    if chosen.json:
        copy = {name: [row._asdict() | {"holds": row.holds} for row in rows] for name, rows in measured.items()}
        chosen.json.parent.mkdir(parents=True, exist_ok=True)
        chosen.json.write_text(json.dumps({"load": load(), "parts": copy}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
