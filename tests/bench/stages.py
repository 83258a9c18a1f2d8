"""Where the time of a month goes: its stages, compiled and played one by one."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numba
import numpy as np

from reabm.engine import tick
from reabm.engine.record import record_month
from reabm.engine.run import Prepared, own_page, simulate
from reabm.report.document_code import STAGE
from reabm.rules.reference import by_reference
from reabm.world.draws import draw_month, empty_draws
from reabm.world.history import empty_history
from reabm.world.state import copy_state
from tests.bench.row import Row

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


def stage_rows(prepared: Prepared, n_runs: int) -> list[Row]:
    """A row a stage with its share, and their sum."""
    spent = stage_times_us(prepared, n_runs)
    total = float(np.sum(list(spent.values())))
    rows = [Row(name, took, f"us {100.0 * took / total:>4.0f} %") for name, took in spent.items()]
    return [*rows, Row("a month, stage by stage", total, "us", note="called one by one, each to about half a microsecond")]
