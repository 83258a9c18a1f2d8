"""Short runs of the shipped history that several tests look at; read only."""

from __future__ import annotations

from functools import cache

from reabm.scenario import Scenario, find_configs, load_scenario, with_months, with_settings
from reabm.store import Result, run


def history(until: str, **settings: float | str) -> Scenario:
    """The shipped history until a month, with levers set (two underscores stand for a dot)."""
    scenario = with_months(load_scenario(find_configs() / "scenarios" / "history.yaml"), end=until)
    return with_settings(scenario, {path.replace("__", "."): value for path, value in settings.items()})


@cache
def two_years() -> Result:
    """2005 and 2006."""
    return run(history("2006-12"), seed=0)


@cache
def with_embargo() -> Result:
    """2005 to 2010: the embargo of September 2010 included, so that oxide is re-exported."""
    return run(history("2010-12"), seed=0)


@cache
def open_trade() -> Result:
    """2005 and 2006 without any quota."""
    return run(history("2006-12", strategies__china_state="open_trade"), seed=0)
