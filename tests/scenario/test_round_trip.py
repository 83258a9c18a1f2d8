"""A dumped scenario loads again to an equal one, to the last bit of every float."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reabm.scenario import Scenario, dump_scenario, find_configs, list_numbers, load_scenario, with_settings
from reabm.scenario.dump import _flow
from reabm.scenario.yamlread import parse_tree

CHANGES = {
    "export_quota.scale": 1 / 3, "strategies.japan": "none", "mechanisms.noise": 0, "market.freight_usd_kg": 0.1 + 0.2,
    "embargo.japan.share": [{"from": "2010-09", "until": "2011-02", "value": 0.9}],
}  # fmt: skip


WORDS = st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30)


@pytest.fixture(scope="module")
def scenario(small_world: Path) -> Scenario:
    return load_scenario(small_world / "base.yaml")


@pytest.mark.parametrize("changes", [{}, CHANGES], ids=["as shipped", "with changes"])
def test_dump_and_load_gives_an_equal_scenario(scenario: Scenario, tmp_path: Path, changes: dict[str, object]) -> None:
    changed = with_settings(scenario, changes)
    text = dump_scenario(changed)
    (tmp_path / "dumped.yaml").write_text(text, encoding="utf-8")
    again = load_scenario(tmp_path / "dumped.yaml")
    assert again == changed
    assert again.segments() == changed.segments()
    assert dump_scenario(again) == text
    assert list(again.elements) == ["NdPr", "Dy"]
    assert again.sources == changed.sources


def test_the_first_line_of_a_dump_is_the_question(scenario: Scenario) -> None:
    assert dump_scenario(scenario).split("\n")[0] == "# What does the small world do?"


@pytest.mark.parametrize("name", sorted(p.name for p in (find_configs() / "scenarios").glob("*.yaml")))
def test_every_shipped_scenario_survives_the_round_trip(name: str, tmp_path: Path) -> None:
    shipped = load_scenario(find_configs() / "scenarios" / name)
    (tmp_path / "dumped.yaml").write_text(dump_scenario(shipped), encoding="utf-8")
    assert load_scenario(tmp_path / "dumped.yaml") == shipped


@settings(max_examples=300, deadline=None)
@given(st.recursive(WORDS, lambda below: st.lists(below, max_size=3)))
def test_any_word_is_written_so_that_it_is_read_back(value: object) -> None:
    assert parse_tree(f"a: {_flow(value)}\n", "f.yaml").plain()["a"] == value


@settings(max_examples=300, deadline=None)
@given(st.text(min_size=1, max_size=30).filter(lambda key: key.strip() and key != "<<"))
def test_any_key_is_written_so_that_it_is_read_back(key: str) -> None:
    assert parse_tree(f"a: {_flow({key: 1})}\n", "f.yaml").plain() == {"a": {key: 1}}


def test_a_scenario_goes_to_a_worker_and_back(scenario: Scenario) -> None:
    assert pickle.loads(pickle.dumps(scenario)) == scenario


def test_every_number_is_listed_with_its_place(scenario: Scenario) -> None:
    numbers = {row.path: row for row in list_numbers(scenario)}
    opex = numbers["mines.south.opex"]
    assert (opex.value, opex.unit, opex.range, opex.source) == (9.0, "USD/kg", (5.0, 12.0), ("textbook",))
    assert not opex.is_assumption
    assert opex.place.endswith("mines.yaml:16")
    assert numbers["elements.NdPr.demand_elasticity"].is_assumption
    assert numbers["deposits.clay.basket.Dy"].value == 0.3
    assert numbers["policy.export_quota.total"].n_dates == 3
    assert numbers["magnet_demand.commodity.china"].place.endswith("lines.yaml:44")
    assert numbers["market.freight_usd_kg"].unit == "USD/kg"
    assert len(numbers) == len(list_numbers(scenario))
