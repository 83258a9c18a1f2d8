"""reabm: an agent-based, game-theoretic model of the rare-earth market. The public door; nothing heavy is imported yet."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reabm.agents import RareEarthModel
    from reabm.leverage import Leverage, load_leverage
    from reabm.leverage import measure as measure_leverage
    from reabm.rules.own_strategies import register_strategy
    from reabm.rules.rule import rule
    from reabm.scenario import ScenarioError, load_scenario
    from reabm.store import Result, fork, load_ensemble, load_run, run
    from reabm.study import bands, ensemble

__version__ = "0.1.0"
__all__ = [
    "Leverage",
    "RareEarthModel",
    "Result",
    "ScenarioError",
    "__version__",
    "bands",
    "ensemble",
    "fork",
    "load_ensemble",
    "load_leverage",
    "load_run",
    "load_scenario",
    "measure_leverage",
    "register_strategy",
    "rule",
    "run",
]

_ROOMS = {
    "Leverage": "reabm.leverage",
    "RareEarthModel": "reabm.agents",  # brings Mesa, which takes seconds
    "Result": "reabm.store",
    "ScenarioError": "reabm.scenario",
    "bands": "reabm.study",
    "ensemble": "reabm.study",
    "fork": "reabm.store",
    "load_ensemble": "reabm.store",
    "load_leverage": "reabm.leverage",
    "load_run": "reabm.store",
    "load_scenario": "reabm.scenario",
    "measure_leverage": "reabm.leverage",  # `reabm.leverage` is the room itself
    "register_strategy": "reabm.rules.own_strategies",
    "rule": "reabm.rules.rule",
    "run": "reabm.store",
}
_NAMES_THERE = {"measure_leverage": "measure"}


def __getattr__(name: str) -> Any:
    """Import what is asked for from its room, and keep it."""
    if name not in _ROOMS:
        raise AttributeError(f"module 'reabm' has no attribute {name!r}")
    value = getattr(import_module(_ROOMS[name]), _NAMES_THERE.get(name, name))
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
