"""Every row that is reproduced: what gives it, and by which way."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.verification import forks, runs
from tests.verification.forks import concession_musd, decaying, embargoes
from tests.verification.rows_market import MARKET
from tests.verification.rows_paper import PAPER

RUN = "run"  # a scenario, run or forked through the public interface; moves of a game are best replies over such runs
PAPER_WAY = "solver"  # a solver of reabm.games, or a rule of the model, without a market


class Row(NamedTuple):
    """How a row is reproduced."""

    way: str
    measure: Callable[[], float]


def _limit_pricing() -> dict[str, Callable[[], float]]:
    played, prices, fringe = runs.played, runs.prices, runs.fringe
    rows: dict[str, Callable[[], float]] = {
        "L5P0": lambda: prices(played(runs.FOREVER))[0],
        "L5x5": lambda: fringe(played(runs.FOREVER))[60],
        "L5xb": lambda: fringe(played(runs.FOREVER, "2060-12"))[-1],
    }
    for horizon, what in runs.L6:
        rows[f"L6H{horizon}{what}"] = lambda h=horizon, what=what: (  # type: ignore[misc]
            prices(played(h))[0] if what == "P" else fringe(played(h))[60]
        )
    return rows


FORKS: dict[str, Callable[[], float]] = {
    "X1hl": lambda: forks.half_life_by_speed(decaying()),
    "X1win": lambda: forks.window_by_speed(decaying()),
    "X2": lambda: embargoes()[9],
    "G4": lambda: concession_musd(0.5),
    "G5": lambda: concession_musd(0.6),
}

ROWS: dict[str, Row] = {
    **{case: Row(RUN, measure) for case, measure in (_limit_pricing() | FORKS | MARKET).items()},
    **{case: Row(PAPER_WAY, measure) for case, measure in PAPER.items()},
}
