"""The scenario of a fork: its parent's with dated changes; every mistake costs one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from reabm.scenario import Scenario, ScenarioError, dump_scenario, forked, load_scenario, with_settings
from reabm.scenario.fork import changes_text
from reabm.scenario.months import month_index

BOTH = {"export_quota.scale": 0.5, "embargo.usa.share": [{"from": "2013-02", "until": "2013-05", "value": 0.4}]}


def month(written: str) -> int:
    found = month_index(written)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def scenario(small_world: Path) -> Scenario:
    return load_scenario(small_world / "base.yaml")


def test_a_value_holds_from_the_fork_on_and_a_dated_one_in_its_months(scenario: Scenario) -> None:
    child = forked(scenario, "2012-09", BOTH)
    added = child.scenario.interventions[len(scenario.interventions) :]
    assert added == child.changes
    assert [(entry.path, entry.from_, entry.until, entry.value) for entry in added] == [
        ("export_quota.scale", month("2012-09"), None, 0.5),
        ("embargo.usa.share", month("2013-02"), month("2013-05"), 0.4),
    ]
    assert child.scenario.settings == scenario.settings
    assert changes_text(child.changes, child.at) == BOTH
    assert forked(scenario, "2012-09", changes_text(child.changes, child.at)) == child


def test_the_fork_wins_over_what_its_parent_had_planned(scenario: Scenario) -> None:
    parent = with_settings(
        scenario, {"market.freight_usd_kg": [{"from": "2011-01", "value": 5.0}, {"from": "2013-01", "value": 6}]}
    )
    child = forked(parent, "2012-01", {"market.freight_usd_kg": 3.5}).scenario

    def freight(at: str) -> float:
        return child.at(month(at)).scalars["market.freight_usd_kg"].value

    assert [freight(at) for at in ("2011-12", "2012-01", "2014-12")] == [5.0, 3.5, 3.5]


def test_truth_and_names_are_values(scenario: Scenario) -> None:
    child = forked(scenario, "2012", {"mechanisms.noise": False, "strategies.maker_a": "stay", "strategies.japan": None})
    assert changes_text(child.changes, child.at) == {
        "mechanisms.noise": 0.0, "strategies.maker_a": "stay", "strategies.japan": "none",
    }  # fmt: skip


def test_the_scenario_of_a_fork_is_a_file_that_loads_again(scenario: Scenario, tmp_path: Path) -> None:
    child = forked(scenario, "2012-09", {**BOTH, "strategies.maker_a": "stay"}, until="2016-06").scenario
    (tmp_path / "child.yaml").write_text(dump_scenario(child), encoding="utf-8")
    assert load_scenario(tmp_path / "child.yaml") == child


@pytest.mark.parametrize(
    ("at", "changes", "until", "said"),
    [
        ("2004-12", {}, None, "months:1: at: got 2004-12; allowed 2005-01 to 2014-12, the months of the run"),
        ("2015-01", {}, None, "months:1: at: got 2015-01; allowed 2005-01 to 2014-12, the months of the run"),
        ("2015-02", {}, "2016", "months:1: at: got 2015-02; allowed 2005-01 to 2015-01, the months of the run and the one after"),
        ("soon", {}, None, "months:1: at: got 'soon'; allowed a month YYYY-MM"),
        (3, {}, None, "months:1: at: got 3; allowed a month YYYY-MM"),
        ("2012-09", {}, "2012-08", "months:1: until: got 2012-08; allowed 2012-09 (at) or later"),
        ("2015-01", {}, "2014-12", "months:1: until: got 2014-12; allowed 2015-01 (at) or later"),
        ("2012-09", {"export_quota.scal": 1}, None, "changes:1: export_quota.scal: got an unknown lever"),
        ("2012-09", {"export_quota.scale": 11}, None, "changes:1: export_quota.scale: got 11.0; allowed 0 to 10, in ratio"),
        ("2012-09", {"export_quota.scale": float("nan")}, None, "changes:1: export_quota.scale.value: got nan; allowed a number"),
        ("2012-09", {"strategies.maker_a": "dance"}, None, "changes:1: strategies.maker_a: got 'dance'; allowed"),
        ("2012-09", {"use.elasticity_scale": 1}, None, "changes:1: use.elasticity_scale: got a change in 2012-09; allowed"),
        (
            "2012-09", {"export_quota.scale": [{"from": "2012-08", "value": 1}]}, None,
            "changes:1: export_quota.scale.from: got 2012-08; allowed 2012-09 (the fork) or later",
        ),
        (
            "2012-09", {"export_quota.scale": [{"from": "2015-01", "value": 1}]}, None,
            "changes:1: export_quota.scale.from: got 2015-01; allowed 2005-01 to 2014-12",
        ),
        ("2012-09", {"export_quota.scale": [{"value": 1}]}, None, "changes:1: export_quota.scale.from: "),
        ("2012-09", {"export_quota.scale": [3]}, None, "changes:1: export_quota.scale: got 3; allowed"),
    ],
)  # fmt: skip
def test_a_mistake_costs_one_line(scenario: Scenario, at: object, changes: dict, until: str | None, said: str) -> None:
    with pytest.raises(ScenarioError) as error:
        forked(scenario, at, changes, until)  # type: ignore[arg-type]
    assert str(error.value).startswith(said)
    assert "\n" not in str(error.value)


def test_two_mistakes_cost_two_lines(scenario: Scenario) -> None:
    with pytest.raises(ScenarioError) as error:
        forked(scenario, "2012-09", {"export_quota.scale": -1, "nonsense": 2}, origin="--set")
    assert [line.split(":")[:3] for line in str(error.value).split("\n")] == [
        ["--set", "1", " export_quota.scale"], ["--set", "2", " nonsense"],
    ]  # fmt: skip
