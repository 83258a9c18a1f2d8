"""The scenario that a command line means."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reabm.scenario import Scenario

DEFAULT_SCENARIO = "history.yaml"


def scenario_file(written: Path | None) -> Path:
    """The scenario file that was meant: a path, or the name of a shipped scenario."""
    from reabm.scenario import find_configs

    if written is None:
        return find_configs() / "scenarios" / DEFAULT_SCENARIO
    if not written.exists() and len(written.parts) == 1 and not written.suffix:
        shipped = find_configs() / "scenarios" / f"{written}.yaml"
        return shipped if shipped.exists() else written
    return written


def chosen_scenario(written: Path | None, settings: list[str], until: str | None = None, params: str | None = None) -> Scenario:
    """A scenario with what `--params`, `--set` and `--until` change; its own settings go before a parameter set."""
    from reabm.scenario import load_scenario, parse_setting, with_months, with_settings
    from reabm.scenario.parameters import with_parameters

    scenario = load_scenario(scenario_file(written))
    if params is not None:
        scenario = with_parameters(scenario, params)
    if settings:
        scenario = with_settings(scenario, dict(parse_setting(setting) for setting in settings), origin="--set")
    return scenario if until is None else with_months(scenario, end=until)
