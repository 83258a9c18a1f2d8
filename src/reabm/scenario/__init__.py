"""What we assume: files -> validated records -> arrays; units and sources are checked here."""

from reabm.scenario.configs import find_configs
from reabm.scenario.dump import dump_scenario
from reabm.scenario.errors import Fault, ScenarioError
from reabm.scenario.lever_table import list_levers, parse_setting
from reabm.scenario.load import load_scenario, with_months, with_settings
from reabm.scenario.scenario import Scenario
from reabm.scenario.sources import list_numbers

__all__ = [
    "Fault",
    "Scenario",
    "ScenarioError",
    "dump_scenario",
    "find_configs",
    "list_levers",
    "list_numbers",
    "load_scenario",
    "parse_setting",
    "with_months",
    "with_settings",
]
