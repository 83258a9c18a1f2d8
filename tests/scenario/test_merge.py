"""Scenarios that extend others: the nearer file wins, and `none` removes."""

from __future__ import annotations

from pathlib import Path

import pytest

from reabm.scenario import ScenarioError, load_scenario
from reabm.scenario.merge import merge, parameters_of
from reabm.scenario.yamlread import parse_tree


def merged(base: str, near: str) -> object:
    return merge(parse_tree(base, "base.yaml"), parse_tree(near, "near.yaml")).plain()


@pytest.mark.parametrize(
    ("base", "near", "result"),
    [
        ("{a: 1, b: 2}", "{b: 3}", {"a": 1, "b": 3}),
        ("{a: {b: 1, c: 2}}", "{a: {c: 3, d: 4}}", {"a": {"b": 1, "c": 3, "d": 4}}),
        ("{a: {b: 1, c: 2}}", "{a: {c: none}}", {"a": {"b": 1}}),
        ("{a: 1}", "{a: none}", {}),
        ("{a: 1}", "{b: none}", {"a": 1, "b": None}),  # left, so that a misspelt name is refused later
        ("{a: [1, 2]}", "{a: [3]}", {"a": [3]}),
        ("{a: {values: {2005: 1, 2006: 2}}}", "{a: {values: {2007: none}}}", {"a": {"values": {"2007": None}}}),
        ("{a: {basket: {La: 1}}}", "{a: {basket: {Ce: 1}}}", {"a": {"basket": {"Ce": 1}}}),
        ("{a: {unit: t, value: 1, range: [0, 2]}}", "{a: {value: 2}}", {"a": {"unit": "t", "value": 2, "range": [0, 2]}}),
        (
            "{a: {unit: t, value: 1, range: [0, 2]}}",
            "{a: {unit: t, values: {2005: 2}}}",
            {"a": {"unit": "t", "values": {"2005": 2}}},
        ),
        ("{m: {strategy: threshold}}", "{m: {strategy: none}}", {"m": {"strategy": None}}),
        (
            "{agents: {strategies: {usa: threshold}}}",
            "{agents: {strategies: {usa: none}}}",
            {"agents": {"strategies": {"usa": None}}},
        ),
    ],
)
def test_the_nearer_file_wins(base: str, near: str, result: object) -> None:
    assert merged(base, near) == result


def test_a_scenario_may_extend_a_scenario(own_world: Path) -> None:
    (own_world / "near.yaml").write_text(
        "# What if the southern mines were dearer?\ntitle: Dearer\nextends: base.yaml\nend: 2012-12\n"
        "mines: {south: {opex: {value: 11}}}\npolicy: {embargo: none}\n"
        "agents: {strategies: {japan: none}}\nmarket: {freight_usd_kg: {value: 3}}\n"
    )
    near, base = load_scenario(own_world / "near.yaml"), load_scenario(own_world / "base.yaml")
    assert near.title == "Dearer"
    assert near.question == "What if the southern mines were dearer?"
    assert near.mines["south"].opex.value == 11
    assert near.mines["south"].opex.unit == "USD/kg"
    assert near.policy.embargo == {}
    assert base.policy.embargo != {}
    assert near.strategies["japan"] == near.governments["japan"].strategy == "none"
    assert near.scalars["market.freight_usd_kg"].value == 3
    assert near.mines["mount_weld"] == base.mines["mount_weld"]


def test_removing_what_does_not_exist_is_refused(own_world: Path) -> None:
    (own_world / "near.yaml").write_text("# ?\ntitle: x\nextends: base.yaml\nmines: {sout: none}\n")
    with pytest.raises(ScenarioError, match=r"near.yaml:4: mines.sout: got none; allowed a mapping"):
        load_scenario(own_world / "near.yaml")


def test_a_circle_of_files_is_refused(own_world: Path) -> None:
    for here, there in (("a", "b"), ("b", "c"), ("c", "a")):
        (own_world / f"{here}.yaml").write_text(f"title: {here}\nextends: {there}.yaml\n")
    with pytest.raises(ScenarioError, match=r"c.yaml:2: extends: got 'a.yaml', which extends this file; allowed no circle"):
        load_scenario(own_world / "a.yaml")


def test_a_long_chain_of_files_is_refused(own_world: Path) -> None:
    for i in range(12):
        (own_world / f"c{i}.yaml").write_text(f"title: x\nextends: c{i + 1}.yaml\n")
    with pytest.raises(ScenarioError, match="more than 10 files that extend one another"):
        load_scenario(own_world / "c0.yaml")


def test_a_fault_is_told_in_the_file_that_holds_it(own_world: Path) -> None:
    (own_world / "near.yaml").write_text("# ?\ntitle: x\nextends: base.yaml\nmines:\n  south:\n    opex: {value: 99}\n")
    with pytest.raises(ScenarioError, match=r"near.yaml:6: mines.south.opex.value: got 99.0; allowed 5 to 12, its own range"):
        load_scenario(own_world / "near.yaml")


def test_one_entry_in_two_files_of_a_world_is_refused(own_world: Path) -> None:
    text = (own_world / "world" / "deposits.yaml").read_text()
    (own_world / "world" / "more.yaml").write_text(text)
    with pytest.raises(ScenarioError, match=r"more.yaml:3: deposits.hard_rock: got it twice, first in .*deposits.yaml line 3"):
        load_scenario(own_world / "base.yaml")


def test_a_world_may_be_split_into_more_files(own_world: Path) -> None:
    text = (own_world / "world" / "deposits.yaml").read_text().split("\n")
    (own_world / "world" / "deposits.yaml").write_text("\n".join(text[:3]) + "\n")
    (own_world / "world" / "more.yaml").write_text("\n".join([text[1], text[3]]) + "\n")
    assert list(load_scenario(own_world / "base.yaml").deposits) == ["clay", "hard_rock"]


@pytest.mark.parametrize(
    "market",
    ["market: {freight_usd_kg: Q}", "market: {market.freight_usd_kg: Q}", "market: {market: {freight_usd_kg: Q}}"],
)
def test_scalars_may_be_written_grouped_or_dotted(own_world: Path, market: str) -> None:
    file = own_world / "world" / "market.yaml"
    lines = [line for line in file.read_text().split("\n") if not line.startswith(("  market.freight_usd_kg", "market:", "#"))]
    quantity = "{value: 4, unit: USD/kg, source: textbook}"
    file.write_text("market:\n" + "\n".join(lines))
    (own_world / "world" / "own.yaml").write_text(market.replace("Q", quantity))
    assert load_scenario(own_world / "base.yaml").scalars["market.freight_usd_kg"].value == 4


def test_a_scalar_that_is_missing_is_told(own_world: Path) -> None:
    file = own_world / "world" / "market.yaml"
    file.write_text("\n".join(line for line in file.read_text().split("\n") if "hoarding_floor" not in line))
    with pytest.raises(ScenarioError, match=r"market.yaml:2: quota.hoarding_floor: got nothing; allowed a quantity .*unit share"):
        load_scenario(own_world / "base.yaml")


def test_a_bibliography_beside_the_files_is_read(own_world: Path, tmp_path: Path) -> None:
    far = tmp_path / "far" / "away"
    far.mkdir(parents=True)
    (far / "mine.yaml").write_text(
        f"# ?\ntitle: x\nextends: {own_world}/base.yaml\nmines: {{south: {{opex: {{source: own}}}}}}\n"
    )
    with pytest.raises(ScenarioError, match=r"mine.yaml:4: mines.south.opex.source: got 'own'; allowed a key of sources.yaml"):
        load_scenario(far / "mine.yaml")
    (far / "sources.yaml").write_text("own: {author: Me, title: Mine, year: 2024}\n")
    assert load_scenario(far / "mine.yaml").sources["own"].author == "Me"


def test_a_scenario_may_bring_its_own_sources(own_world: Path) -> None:
    (own_world / "near.yaml").write_text(
        "# ?\ntitle: x\nextends: base.yaml\nsources: {own: {author: Me, title: Mine, year: 2024}}\n"
        "mines: {south: {opex: {source: own}}}\n"
    )
    assert load_scenario(own_world / "near.yaml").mines["south"].opex.source == ("own",)


def test_a_folder_without_files_is_no_world(own_world: Path) -> None:
    (own_world / "empty").mkdir()
    (own_world / "near.yaml").write_text("# ?\ntitle: x\nextends: empty\n")
    with pytest.raises(ScenarioError, match=r"empty:1: file: got a folder with 0 .yaml files"):
        load_scenario(own_world / "near.yaml")


@pytest.mark.parametrize(
    ("own", "base", "name"),
    [
        ("title: one\n", "", None),
        ("parameters: fitted\n", "", "fitted"),
        ("parameters: fitted:3\n", "", "fitted"),
        ("extends: base.yaml\n", "parameters: fitted\n", "fitted"),
        ("extends: base.yaml\nparameters: other\n", "parameters: fitted\n", "other"),
    ],
)
def test_a_scenario_names_its_parameter_sets_itself_or_by_what_it_extends(
    tmp_path: Path, own: str, base: str, name: str | None
) -> None:
    (tmp_path / "base.yaml").write_text(base or "title: base\n", encoding="utf-8")
    (tmp_path / "own.yaml").write_text(own, encoding="utf-8")
    assert parameters_of(tmp_path / "own.yaml") == name
