from __future__ import annotations

import pytest

from reabm.engine.run import prepare
from reabm.scenario import load_scenario
from tests.engine.months import SCENARIOS, shipped


@pytest.fixture(scope="session")
def scenarios():
    """Every shipped scenario by name."""
    return {name: load_scenario(shipped(name)) for name in SCENARIOS}


@pytest.fixture(scope="session")
def history(scenarios):
    return scenarios["history"]


@pytest.fixture(scope="session")
def prepared(scenarios):
    """Every shipped scenario, ready for the engine."""
    return {name: prepare(scenario) for name, scenario in scenarios.items()}
