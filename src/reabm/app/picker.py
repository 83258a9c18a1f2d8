"""The scenarios that ship, by name."""

from __future__ import annotations

from functools import cache

from reabm.scenario import Scenario, find_configs, load_scenario

FIRST = "history"


def shipped_names() -> tuple[str, ...]:
    """Names of the scenarios that ship, the history first."""
    found = sorted(file.stem for file in (find_configs() / "scenarios").glob("*.yaml"))
    return (FIRST, *(name for name in found if name != FIRST))


@cache
def load_shipped(name: str) -> Scenario:
    """A scenario that ships; it is read once for all visitors.

    Raises
    ------
    ValueError
        For a name that is none of them.
    """
    if name not in shipped_names():
        raise ValueError(f"scenario: got {name!r}; allowed {', '.join(shipped_names())}")
    return load_scenario(find_configs() / "scenarios" / f"{name}.yaml")
