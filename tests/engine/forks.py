"""What tests of forks share: all bits of a run, and where two runs part."""

from __future__ import annotations

from functools import cache

import numpy as np

from reabm.engine.run import Prepared, RunRecord, prepare, simulate
from reabm.scenario import Scenario, load_scenario, with_months
from reabm.scenario.months import month_index
from tests.engine.months import digest_of, shipped

SEED = 5


@cache
def parent(name: str = "history", until: str | None = None, seed: int = SEED) -> RunRecord:
    """A run of a shipped scenario with all details; read only."""
    return simulate(prepare(scenario(name, until)), seed)


def scenario(name: str = "history", until: str | None = None) -> Scenario:
    """A shipped scenario, until a month."""
    whole = load_scenario(shipped(name))
    return whole if until is None else with_months(whole, end=until)


def bits(record: RunRecord) -> dict[str, str]:
    """Digests of the last state and of everything written down."""
    return {"state": digest_of(record.block), **{name: digest_of(values) for name, values in record.history._asdict().items()}}


def parting(one: RunRecord, other: RunRecord) -> int | None:
    """First month in which anything written down differs; None where nothing does."""
    firsts = []
    for mine, yours in zip(one.history, other.history):
        n = min(len(mine), len(yours))
        differs = np.array([mine[t].tobytes() != yours[t].tobytes() for t in range(n)])
        if differs.any():
            firsts.append(int(np.argmax(differs)))
    return min(firsts, default=None)


def months_of(prepared: Prepared, n: int) -> list[int]:
    """Months of a run, evenly spread: the first, the last and the one after it are among them."""
    last = prepared.sizes["months"]
    return sorted({*np.linspace(0, last - 1, n - 1).round().astype(int).tolist(), last})


def index(written: str) -> int:
    """A month as a number."""
    found = month_index(written)
    assert found is not None
    return found
