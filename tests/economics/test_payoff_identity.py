"""What one party pays another gets: pay-offs of every month add up (rules/payoffs.py)."""

from __future__ import annotations

import pytest

from reabm.scenario import Scenario, find_configs, load_scenario, with_settings
from tests.economics.adding_up import leaks


def shipped(name: str, **settings: float) -> Scenario:
    scenario = load_scenario(find_configs() / "scenarios" / f"{name}.yaml")
    return with_settings(scenario, {path.replace("__", "."): value for path, value in settings.items()})


@pytest.mark.parametrize("name", ["history", "restraint", "hard_line", "open_trade"])
def test_what_one_party_pays_another_gets(name: str) -> None:
    assert leaks(shipped(name)) == []


@pytest.mark.parametrize(
    "settings",
    [
        {"embargo__japan__share": 1.0},
        {"embargo__usa__share": 0.5, "embargo__other_countries__share": 1.0},
        {"embargo__japan__share": 1.0, "market__demand_noise_sd": 0.29},  # free countries pass legal imports on
        {"mechanisms__thrift": 0},  # users outside sell to China from stock
    ],
    ids=str,
)
def test_what_one_party_pays_another_gets_under_an_embargo_that_lasts(settings: dict[str, float]) -> None:
    assert leaks(shipped("history", **settings)) == []
