"""The catalogue of strategies: every entry has a code of its own, and says what it does, sees and comes from."""

from __future__ import annotations

import pytest

from reabm.rules import (
    cover_rules,
    government_programmes,
    importers,
    maker_plans,
    makers,
    mine_plans,
    mines,
    policy,
    state_plans,
    strategies,
)
from reabm.rules.strategies import ASSUMED, OWN, STRATEGIES
from reabm.scenario import find_configs, load_scenario, with_settings
from reabm.scenario.sources import read_bibliography

# What the rules call a strategy where they ask for its code, and where its name differs from its constant's.
ROOMS = {
    "state": (policy, state_plans), "government": (policy, government_programmes), "mine": (mines, mine_plans, strategies),
    "maker": (makers, maker_plans), "importer": (importers, cover_rules),
}  # fmt: skip
CONSTANTS = {("state", "scripted_history"): "SCRIPTED", ("government", "none"): "NO_PROGRAMME",
             ("government", "scripted_history"): "SCRIPTED_PROGRAMME"}  # fmt: skip
PLANNED_ELSEWHERE = {"receding_horizon"}  # played by `engine/plan.py`


@pytest.mark.parametrize("kind", STRATEGIES)
def test_codes_are_unique_and_those_that_the_rules_ask_for(kind: str) -> None:
    shipped = {name: own for name, own in STRATEGIES[kind].items() if own.code < OWN}
    assert len({own.code for own in shipped.values()}) == len(shipped)
    for name, own in shipped.items():
        constant = CONSTANTS.get((kind, name), name.upper())
        codes = [getattr(room, constant) for room in ROOMS.get(kind, ()) if hasattr(room, constant)]
        assert set(codes) <= {own.code}, name
        assert codes or kind == "user" or name in PLANNED_ELSEWHERE, name


def test_every_entry_says_what_it_does_and_sees_in_a_sentence() -> None:
    for catalogue in STRATEGIES.values():
        for name, own in catalogue.items():
            assert own.sentence.endswith("."), name
            assert own.sentence[0].isupper(), name
            assert own.sees, name


def test_every_source_is_in_the_bibliography() -> None:
    known = read_bibliography([find_configs()])
    for catalogue in STRATEGIES.values():
        for name, own in catalogue.items():
            assert own.code >= OWN or own.source == ASSUMED or own.source in known, name


def test_strategies_of_every_kind_can_be_chosen_in_a_scenario() -> None:
    scenario = load_scenario(find_configs() / "scenarios" / "history.yaml")
    agents = {"state": "china_state", "government": "japan", "mine": "mount_weld_1", "maker": "tdk", "importer": "sojitz"}
    for kind, agent in agents.items():
        for name in STRATEGIES[kind]:
            changed = with_settings(scenario, {f"strategies.{agent}": name})
            assert changed.at(changed.start).strategies[agent] == name
