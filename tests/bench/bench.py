"""How fast the model is, in one table: python -m tests.bench.bench [--quick] [--scenario FILE] (make bench BENCH_ARGS=--quick).

Times are the best of several on one core; what else the machine does can only make them longer. `--quick` leaves out the cold
compile and the shares of the stages, which take minutes where nothing is compiled yet.
"""

from __future__ import annotations

import argparse
import ast
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numba
import numpy as np

from reabm.engine import tick
from reabm.engine.record import record_month
from reabm.engine.run import Prepared, own_page, prepare, simulate
from reabm.report.document_code import STAGE
from reabm.rules.reference import by_reference
from reabm.scenario import find_configs, load_scenario
from reabm.world.draws import draw_month, empty_draws
from reabm.world.history import empty_history
from reabm.world.state import copy_state

ROOT = Path(__file__).resolve().parents[2]
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


def best_ms(call: Callable[[], object], n: int) -> float:
    """Shortest of n times, in milliseconds."""
    best = np.inf
    for _ in range(n):
        start = time.perf_counter_ns()
        call()
        best = min(best, (time.perf_counter_ns() - start) / 1e6)
    return float(best)


def in_new_process(arguments: list[str], **environment: str) -> tuple[str, float]:
    """Output and seconds of a fresh interpreter."""
    start = time.perf_counter()
    places = os.pathsep.join([str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])])
    own = {**os.environ, "PYTHONPATH": places, **environment}
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=own, cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"bench: {' '.join(arguments[:3])} failed:\n{done.stderr[-2000:]}")
    return done.stdout, time.perf_counter() - start


def cold_compile_s(file: Path) -> float:
    """Seconds of the first run in a process that finds no compiled code."""
    with tempfile.TemporaryDirectory() as empty:
        written, _ = in_new_process(["-c", FIRST_RUN.format(file=str(file))], NUMBA_CACHE_DIR=empty)
    return float(written.split()[1])


def warm_cli_s(file: Path, n: int) -> float:
    """Seconds of `reabm run` without figures once everything is compiled, the start of the interpreter included."""
    best = np.inf
    for _ in range(n + 1):  # the first may still compile
        with tempfile.TemporaryDirectory() as folder:
            command = ["-m", "reabm", "run", str(file), "--no-figures", "--out", str(Path(folder) / "run")]
            best = min(best, in_new_process(command)[1])
    return float(best)


ARGUMENTS = "state, params, orders, scratch, draws, history, keys, seed, calendar, watched, month"
BESIDE_THE_MONTH = {
    "draws": "draw_month(draws, keys, seed, calendar + month)",
    "record": "record_month(history, state, params, scratch, watched, month)",
    "(call)": "pass",  # what calling a stage from Python costs
}


def stage_functions() -> Iterator[tuple[str, Callable[..., object]]]:
    """The stages of `play_month`, each compiled by itself from the source of engine/tick.py, and what stands beside them."""
    text = Path(tick.__file__).read_text(encoding="utf-8")
    functions = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
    lines = enumerate(text.splitlines(), 1)
    heads = [(n, f"{found.group(1)} {found.group(2)}") for n, line in lines if (found := STAGE.match(line))]
    parts: dict[str, list[str]] = {"draws": [BESIDE_THE_MONTH["draws"]]}
    for statement in functions["play_month"].body[1:]:  # after the docstring
        calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
        names = [node.func.id for node in calls if isinstance(node.func, ast.Name) and node.func.id in functions]
        stage = next(name for n, name in reversed(heads) if n < functions[names[0]].lineno)
        parts.setdefault(stage, []).append(ast.unparse(statement))
    parts |= {name: [BESIDE_THE_MONTH[name]] for name in ("record", "(call)")}
    for name, statements in parts.items():
        body = "\n".join(statements).replace("\n", "\n    ")
        room = {**vars(tick), "draw_month": draw_month, "record_month": record_month}
        exec(f"def stage({ARGUMENTS}):\n    {body}\n", room)
        yield name, numba.njit(nogil=True, error_model="numpy")(room["stage"])


def stage_times_us(prepared: Prepared, n_runs: int) -> dict[str, float]:
    """Microseconds a month by stage: the months are played stage by stage from Python, the cost of a call taken off."""
    stages = tuple(stage_functions())
    best: dict[str, float] = {}
    whole = simulate(prepared, 0, details=False).history.months
    for _ in range(n_runs + 1):  # the first compiles
        spent = dict.fromkeys((name for name, _ in stages), 0)
        state, _ = copy_state(prepared.opening, prepared.sizes)
        history = empty_history(prepared.sizes, details=False)
        state_page, draws_page, history_page = (by_reference(own) for own in (state, empty_draws(prepared.sizes), history))
        rest = (
            draws_page,
            history_page,
            prepared.keys,
            np.uint64(0),
            prepared.scenario.start,
            prepared.watched,
        )
        for stretch in prepared.segments:
            pages = (stretch.params, own_page(stretch.orders), own_page(stretch.scratch))
            given = (state_page, *(by_reference(page) for page in pages), *rest)
            for month in range(stretch.first, stretch.last + 1):
                for name, stage in stages:
                    start = time.perf_counter_ns()
                    stage(*given, month)
                    spent[name] += time.perf_counter_ns() - start
        if not np.array_equal(history.months, whole, equal_nan=True):
            raise SystemExit("bench: the months played stage by stage differ from the engine's")
        for name, took in spent.items():
            best[name] = min(best.get(name, np.inf), took / 1e3 / prepared.scenario.n_months)
    call = best.pop("(call)")
    return {name: max(0.0, took - call) for name, took in best.items()}


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--quick", action="store_true", help="neither cold compile nor shares of the stages")
    parser.add_argument("--scenario", type=Path, default=find_configs() / "scenarios" / "history.yaml")
    parser.add_argument("--best-of", type=int, default=0, help="runs of which the fastest counts (default 200, quick 30)")
    chosen = parser.parse_args(arguments)
    n = chosen.best_of or (30 if chosen.quick else 200)

    scenario = load_scenario(chosen.scenario)
    start = time.perf_counter()
    prepared = prepare(scenario)
    prepare_ms = (time.perf_counter() - start) * 1e3
    simulate(prepared, 0)
    simulate(prepared, 0, details=False)
    lean, full = best_ms(lambda: simulate(prepared, 0, details=False), n), best_ms(lambda: simulate(prepared, 0), n)
    rows = [
        (f"run of {scenario.n_months} months, summaries only", f"{lean:.2f} ms", f"best of {n}"),
        (f"run of {scenario.n_months} months, with prices, flows, agents", f"{full:.2f} ms", f"best of {n}"),
        ("a month", f"{lean / scenario.n_months * 1e3:.1f} us", "summaries only"),
        ("scenario to arrays (prepare)", f"{prepare_ms:.0f} ms", "once a scenario"),
        ("reabm run, warm, no figures", f"{warm_cli_s(chosen.scenario, 1 if chosen.quick else 3):.2f} s", "start to exit"),
    ]
    shares: dict[str, float] = {}
    if not chosen.quick:
        rows.append(("first run, nothing compiled", f"{cold_compile_s(chosen.scenario):.1f} s", "empty NUMBA_CACHE_DIR"))
        shares = stage_times_us(prepared, max(5, n // 10))
        market = next((took for name, took in shares.items() if "market" in name), 0.0)
        rows.append(("the market of a month", f"{market:.1f} us", "sums, clearing, prices; all elements"))

    print(f"reabm bench: {scenario.title}; Python {platform.python_version()}, numba {numba.__version__}, {os.cpu_count()} cores")
    for what, value, note in rows:
        print(f"  {what:<52}{value:>10}   {note}")
    if shares:
        total = np.sum(list(shares.values()))
        print(f"  share of time by stage (called one by one: {total:.1f} us a month, each to about half a microsecond)")
        for name, took in shares.items():
            print(f"    {name:<50}{took:>8.1f} us {100 * took / total:>5.1f} %")


if __name__ == "__main__":
    main()
