"""What was in force in a month of a run: parameters, and the strategy of each agent."""

from __future__ import annotations

from typing import Any

from reabm.app.snapshot import Track
from reabm.rules.strategies import RECEDING_HORIZON, STRATEGIES, Strategy
from reabm.world.history import PLAN_COLUMNS
from reabm.world.params import Params

MAKERS, MINES, IMPORTERS, GOVERNMENTS = "makers", "mines", "importers", "governments"
CATALOGUE = {MAKERS: "maker", MINES: "mine", IMPORTERS: "importer", GOVERNMENTS: "government"}


def params_of(track: Track, row: int) -> Params:
    """The parameters of a month of the run, dated changes applied."""
    return next(one.params for one in track.prepared.segments if one.first <= row <= one.last)


def played_code(track: Track, row: int, g: int) -> float:
    """Code of the strategy that a government played in a month of the run: of one that plans, what it had chosen."""
    strategy = float(params_of(track, row).governments.strategy[g])
    return float(track.history.plans[row, g, PLAN_COLUMNS.index("choice")]) if strategy == RECEDING_HORIZON else strategy


def strategy_of(params: Params, group: str, agent: int) -> tuple[str, Strategy]:
    """Name and entry in the catalogue of the rule that an agent plays."""
    of: Any = getattr(params, group)
    kind = "state" if group == GOVERNMENTS and of.is_chinese[agent] > 0.5 else CATALOGUE[group]
    return next((name, known) for name, known in STRATEGIES[kind].items() if known.code == int(of.strategy[agent]))
