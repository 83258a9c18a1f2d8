"""The same scenario and seed give the same bits: in another process, folder and locale, compiled or not (A1, A3, A4)."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import reabm
from reabm.engine.run import prepare, simulate
from reabm.scenario import load_scenario
from tests.engine.months import SCENARIOS, digest_of, play, shipped

SEED = 11
ROOMS = ("rules", "world", "engine")
COMPILED = {"rule", "inline_rule"}
UNCOMPILED_MONTHS = 96  # pure Python: some 12 ms a month

PROCESSES = {
    "hash seed 0": {"PYTHONHASHSEED": "0"},
    "hash seed 1, a Turkish locale and far away": {
        "PYTHONHASHSEED": "1", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "TZ": "Pacific/Kiritimati",
    },
    "any hash seed, plain C and many threads": {
        "PYTHONHASHSEED": "random", "LC_ALL": "C", "NUMBA_NUM_THREADS": "2", "OMP_NUM_THREADS": "7", "OPENBLAS_NUM_THREADS": "3",
    },
}  # fmt: skip


@pytest.fixture(scope="session")
def played_here():
    """Every shipped scenario, played in this process; months as the program prints them."""
    return {name: play(prepare(load_scenario(shipped(name))), SEED) for name in SCENARIOS}


def printed(played, name, n):
    lines = [f"{name} {month} {digest}" for month, digest in enumerate(played[name].digests[:n])]
    return [*lines, f"{name} months {digest_of(played[name].history.months[:n])}"]


def elsewhere(folder, environment, n, *names):
    """What a fresh process prints of the same runs."""
    program = Path(__file__).parent / "months.py"
    paths = [str(Path(entry).resolve()) for entry in sys.path if entry]
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "LC_", "LANG"))}
    done = subprocess.run(
        [sys.executable, str(program), str(n), str(SEED), *names],
        env={**inherited, "PYTHONPATH": os.pathsep.join(paths), **environment},
        cwd=folder, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("environment", PROCESSES.values(), ids=PROCESSES.keys())
def test_a_fresh_process_elsewhere_gives_the_same_bits_after_every_month(played_here, tmp_path, environment):
    longest = max(len(played.digests) for played in played_here.values())
    expected = [line for name in SCENARIOS for line in printed(played_here, name, longest)]
    assert elsewhere(tmp_path, environment, longest, *SCENARIOS) == expected


def test_uncompiled_python_gives_the_same_bits_after_every_month(played_here, tmp_path):
    found = elsewhere(tmp_path, {"NUMBA_DISABLE_JIT": "1"}, UNCOMPILED_MONTHS, *SCENARIOS)
    assert found == [line for name in SCENARIOS for line in printed(played_here, name, UNCOMPILED_MONTHS)]


def test_a_run_in_one_go_has_the_bits_of_a_run_month_by_month(played_here):
    for name in SCENARIOS:
        record = simulate(prepare(load_scenario(shipped(name))), SEED)
        assert digest_of(record.block) == played_here[name].digests[-1]
        for in_one_go, by_month in zip(record.history, played_here[name].history):
            assert in_one_go.tobytes() == by_month.tobytes()
        in_steps = simulate(prepare(load_scenario(shipped(name))), SEED, details=False, progress=lambda month: None)
        assert in_steps.history.months.tobytes() == record.history.months.tobytes()


def test_the_seed_matters(played_here):
    other = play(prepare(load_scenario(shipped("history"))), SEED + 1, 24)
    assert not set(other.digests) & set(played_here["history"].digests)


# --- what would break it ------------------------------------------------------------------------------------------


def sources():
    package = Path(reabm.__file__).parent
    return [path for room in ROOMS for path in sorted((package / room).glob("*.py"))]


def name_of(node):
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def counts_integers(call):
    """Whether a sum is of integers for sure: sum(int(...) for ...)."""
    made = call.args[0].elt if call.args and isinstance(call.args[0], ast.GeneratorExp) else None
    return isinstance(made, ast.Call) and name_of(made.func) in ("int", "len")


@pytest.mark.parametrize("path", sources(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_source_of_other_last_bits(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    faults = [
        f"{path.name}:{call.lineno}: {word.arg}"
        for call in calls
        for word in call.keywords
        if word.arg in ("fastmath", "parallel")
    ]
    faults += [f"{path.name}:{call.lineno}: prange" for call in calls if name_of(call.func) == "prange"]
    faults += [
        f"{path.name}:{call.lineno}: sum() of floats"
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "sum" and not counts_integers(call)
    ]
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        if any(name_of(decorator) in COMPILED for decorator in function.decorator_list):
            for node in ast.walk(function):
                if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
                    faults.append(f"{path.name}:{node.lineno}: matrix product")
                if isinstance(node, ast.Attribute) and node.attr in ("sum", "dot", "mean", "exp", "log", "power", "random"):
                    faults.append(f"{path.name}:{node.lineno}: {node.attr} of numpy instead of a loop or math")
    assert not faults
    if path.name != "draws.py":
        assert not re.search(r"np\.random|import random\b", text)
