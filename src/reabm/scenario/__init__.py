"""What we assume: files -> validated records -> arrays; units and sources are checked here."""

from reabm.scenario.configs import find_configs
from reabm.scenario.dump import dump_scenario
from reabm.scenario.errors import Fault, ScenarioError
from reabm.scenario.fork import Forked, forked
from reabm.scenario.lever_table import list_levers, parse_setting
from reabm.scenario.load import load_scenario, read_month, with_months, with_settings
from reabm.scenario.scenario import Scenario
from reabm.scenario.sources import list_numbers

__all__ = [
    "Fault",
    "Forked",
    "Scenario",
    "ScenarioError",
    "dump_scenario",
    "find_configs",
    "forked",
    "list_levers",
    "list_numbers",
    "load_scenario",
    "parse_setting",
    "read_month",
    "with_months",
    "with_settings",
]
