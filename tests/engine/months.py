"""The engine played month by month, with a digest of the whole state after each; also as a program for other processes.

python tests/engine/months.py N_MONTHS SEED SCENARIO...      prints one line per scenario and month, then the table's digest
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

from reabm.engine.run import Prepared, play_months, prepare
from reabm.rules.reference import by_reference
from reabm.scenario import find_configs, load_scenario
from reabm.scenario.pack import write_page
from reabm.world.draws import empty_draws
from reabm.world.history import History, empty_history
from reabm.world.state import copy_state

SCENARIOS = sorted(path.stem for path in (find_configs() / "scenarios").glob("*.yaml"))


def shipped(name: str) -> Path:
    """File of a shipped scenario."""
    return find_configs() / "scenarios" / f"{name}.yaml"


class Played(NamedTuple):
    """Digest of the state after each month, and the record."""

    digests: list[str]
    history: History


def digest_of(block: np.ndarray) -> str:
    """SHA-256 of every bit."""
    return hashlib.sha256(block.tobytes()).hexdigest()


def play(prepared: Prepared, seed: int, n_months: int | None = None) -> Played:
    """The first months of a run, one call of the compiled engine for each."""
    scenario = prepared.scenario
    n = scenario.n_months if n_months is None else n_months
    state, block = copy_state(prepared.opening, prepared.sizes)
    draws, history = empty_draws(prepared.sizes), empty_history(prepared.sizes)
    by = [by_reference(values) for values in (draws, history)]
    digests: list[str] = []
    for stretch in prepared.segments:
        orders, scratch = write_page(scenario.at(scenario.start + stretch.first), stretch.params)
        page = [by_reference(values) for values in (state, stretch.params, orders, scratch)]
        for month in range(stretch.first, min(stretch.last + 1, n)):
            play_months(
                *page, *by, prepared.keys, np.uint64(seed), scenario.start, month, month, prepared.watched,
            )  # fmt: skip
            digests.append(digest_of(block))
    return Played(digests, history)


def main() -> None:
    """Print digests of runs."""
    n, seed = int(sys.argv[1]), int(sys.argv[2])
    for name in sys.argv[3:]:
        played = play(prepare(load_scenario(shipped(name))), seed, n)
        for month, digest in enumerate(played.digests):
            print(name, month, digest)
        print(name, "months", digest_of(played.history.months[:n]))


if __name__ == "__main__":
    main()
