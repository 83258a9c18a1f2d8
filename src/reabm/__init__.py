"""reabm: an agent-based, game-theoretic model of the rare-earth market. The public door; nothing heavy is imported yet."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reabm.agents import RareEarthModel
    from reabm.scenario import ScenarioError, load_scenario
    from reabm.store import Result, fork, load_ensemble, load_run, run
    from reabm.study import bands, ensemble

__version__ = "0.1.0"
__all__ = [
    "RareEarthModel",
    "Result",
    "ScenarioError",
    "__version__",
    "bands",
    "ensemble",
    "fork",
    "load_ensemble",
    "load_run",
    "load_scenario",
    "run",
]

_ROOMS = {
    "RareEarthModel": "reabm.agents",  # brings Mesa, which takes seconds
    "Result": "reabm.store",
    "ScenarioError": "reabm.scenario",
    "bands": "reabm.study",
    "ensemble": "reabm.study",
    "fork": "reabm.store",
    "load_ensemble": "reabm.store",
    "load_run": "reabm.store",
    "load_scenario": "reabm.scenario",
    "run": "reabm.store",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for from its room, and keep it."""
    if name not in _ROOMS:
        raise AttributeError(f"module 'reabm' has no attribute {name!r}")
    value = getattr(import_module(_ROOMS[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
