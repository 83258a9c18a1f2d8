"""Levers: what can be changed, what each change does, and when it holds."""

# ruff: noqa: E501 - tables of cases, one a line

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reabm.scenario import Scenario, ScenarioError, list_levers, load_scenario, parse_setting, with_months, with_settings
from reabm.scenario.lever_table import STRATEGY_UNIT, choices
from reabm.scenario.months import month_index
from reabm.scenario.pack import pack
from reabm.scenario.quantity import Series
from reabm.world.knobs import SCALARS


@pytest.fixture(scope="module")
def scenario(small_world: Path) -> Scenario:
    return load_scenario(small_world / "base.yaml")


def month(text: str) -> int:
    index = month_index(text)
    assert index is not None
    return index


def in_force(series: Series | None, when: str) -> float:
    assert series is not None
    return float(series.monthly(month(when), 1)[0])


def test_every_scalar_mechanism_and_agent_is_a_lever(scenario: Scenario) -> None:
    levers = list_levers(scenario)
    assert {lever.path for lever in SCALARS} <= levers.keys()
    assert "mechanisms.smuggling" in levers
    assert {f"strategies.{agent}" for agent in (*scenario.mines, *scenario.makers, "china_state", "japan")} <= levers.keys()
    assert all(path == lever.path and lever.sentence.endswith(".") for path, lever in levers.items())


def test_every_lever_can_be_set_to_both_ends(scenario: Scenario) -> None:
    for path, lever in list_levers(scenario).items():
        ends: tuple[float | str, ...] = (lever.low, lever.high)
        if lever.unit == STRATEGY_UNIT:
            names = choices(scenario, path.partition(".")[2])
            ends = (names[0], names[-1])
        for end in ends:
            with_settings(scenario, {path: end}).at(scenario.start)
        if lever.unit != STRATEGY_UNIT:
            for beyond in (np.nextafter(lever.low, -np.inf), np.nextafter(lever.high, np.inf), float("nan"), "x", None, [1.0]):
                with pytest.raises(ScenarioError):
                    with_settings(scenario, {path: beyond})


def test_no_setting_changes_nothing(scenario: Scenario) -> None:
    assert with_settings(scenario, {}) == scenario
    neutral = with_settings(scenario, {"export_quota.scale": 1, "export_tax.scale": 1, "production_quota.scale": 1})
    here, there = scenario.at(scenario.start), neutral.at(scenario.start)
    assert here.policy == there.policy


def test_a_misspelt_lever_is_answered_with_the_nearest(scenario: Scenario) -> None:
    with pytest.raises(ScenarioError, match=r"^--set:1: export_quota.scal: got an unknown .*did you mean export_quota.scale\?$"):
        with_settings(scenario, {"export_quota.scal": 1}, origin="--set")


def test_a_value_out_of_range_is_answered_with_the_range(scenario: Scenario) -> None:
    with pytest.raises(ScenarioError, match=r"embargo.japan.share: got 1.5; allowed 0 to 1, in share"):
        with_settings(scenario, {"embargo.japan.share": 1.5})


def test_quota_levers(scenario: Scenario) -> None:
    def quota(when: str, **settings: float) -> float:
        changed = with_settings(scenario, {f"export_quota.{name}": value for name, value in settings.items()})
        return in_force(changed.at(scenario.start).policy.export_quota.total, when)

    assert quota("2006") == 32500
    assert quota("2006", scale=0.5) == 16250
    assert quota("2006", t_per_year=20_000) == 10_000
    assert quota("2006", scale=0.5, t_per_year=20_000) == 5_000
    assert np.isnan(quota("2014-08", scale=2))
    assert quota("2014-08", t_per_year=20_000) == 10_000


def test_one_export_tax_stands_in_place_of_the_script_and_is_then_scaled(scenario: Scenario) -> None:
    for settings, share in (({"export_tax.share": 0.4}, 0.4), ({"export_tax.scale": 0.5, "export_tax.share": 0.4}, 0.2),
                            ({"export_tax.share": 0}, 0.0)):  # fmt: skip
        tax = pack(with_settings(scenario, settings).at(scenario.start)).script.tax
        assert np.array_equal(tax, np.full(tax.shape, share))


def test_the_support_of_mines_reaches_those_that_sell_ahead_to_the_governments_importers(scenario: Scenario) -> None:
    def support(**settings: float) -> list[float]:
        changed = with_settings(scenario, {f"governments.{name}.mine_support": value for name, value in settings.items()})
        return [float(share) for share in pack(changed.at(scenario.start)).script.mine_support[:, 0]]

    assert list(scenario.mines) == ["mount_weld", "south"]
    assert support() == [0.3, 0.0]
    assert support(japan=0.8) == [0.8, 0.0]
    assert support(japan=0) == [0.0, 0.0]
    assert support(usa=0.8) == [0.3, 0.0]


def test_a_government_complains_when_it_is_told_to(scenario: Scenario) -> None:
    def month_of(**settings: float) -> list[float]:
        changed = with_settings(scenario, {f"governments.{name}.complaint": value for name, value in settings.items()})
        return [float(month) for month in pack(changed.at(scenario.start)).script.complaint]

    assert list(scenario.governments) == ["japan", "usa"]
    assert month_of() == [86, -1]  # March 2012, by the script
    assert month_of(japan=1, usa=1) == [0, 0]
    assert month_of(japan=0) == [-1, -1]


def test_what_firms_are_told_reaches_their_rows(scenario: Scenario) -> None:
    levers = list_levers(scenario)
    assert not [path for path in levers if path.startswith(("mines.south.", "makers.china"))]
    before = pack(scenario.at(scenario.start))
    assert np.all(before.mines.directed_build == 0)
    assert np.all(before.makers.directed_share[0, 0] == -1)
    told = {"makers.maker_a.premium_in_china": 0.25, "mines.mount_weld.build": 1, "mines.mount_weld.output": 0.5}
    changed = with_settings(scenario, {**told, "makers.maker_a.commodity_in_china": [{"from": "2011", "value": 0.75}]})
    early, late = (pack(changed.at(month(when))) for when in ("2005", "2011"))
    assert np.all(early.makers.directed_share[0, 0] == 0.25)
    assert np.array_equal(early.makers.directed_share[0, 1], before.makers.directed_share[0, 1])  # as its file says
    assert np.all(late.makers.directed_share[0, 1] == 0.75)
    assert np.all(early.mines.directed_build[0] == 1)
    assert np.all(early.mines.directed_output == [[0.5], [-1.0]])


def test_levers_on_policy_replace_or_scale_the_script(scenario: Scenario) -> None:
    settings = {
        "export_tax.scale": 2, "embargo.eu.share": 0.4, "embargo.withhold_quota": 0.3, "licence.approval.eu": 0.7,
        "licence.delay_months": 3, "crackdown.share": 0.9, "production_quota.scale": 0.5, "alloy_in_quota.high_grade": 1,
        "magnets_under_licence": 0, "governments.usa.subsidy": 0.2, "governments.japan.stockpile": 6,
        "governments.japan.thrift_programme": 3,
    }  # fmt: skip
    policy = with_settings(scenario, settings).at(scenario.start).policy
    assert in_force(policy.export_tax["Dy"], "2006") == 0.5
    assert in_force(policy.export_tax["light"], "2009") == 0.3
    assert in_force(policy.embargo["eu"], "2006") == 0.4
    assert in_force(policy.embargo["japan"], "2010-10") == 0.9
    assert in_force(policy.withhold_quota, "2006") == 0.3
    assert in_force(policy.licence.approval["eu"], "2006") == 0.7
    assert in_force(policy.licence.delay, "2006") == 3
    assert policy.licence.elements == ("Dy",)
    assert policy.licence.stages == ("oxide",)
    assert in_force(policy.crackdown, "2006") == 0.9
    assert in_force(policy.production_quota.heavy, "2011") == 4500
    assert in_force(policy.alloy_in_quota.high_grade, "2006") == 1
    assert in_force(policy.alloy_in_quota.low_grade, "2012") == 1
    assert in_force(policy.governments["usa"].subsidy, "2006") == 0.2
    assert in_force(policy.governments["japan"].subsidy, "2011") == 0.1
    assert in_force(policy.governments["japan"].stockpile, "2006") == 6
    assert in_force(policy.governments["japan"].thrift_programme, "2006") == 3


def test_strategies_and_mechanisms_are_levers(scenario: Scenario) -> None:
    changed = with_settings(scenario, {"strategies.maker_a": "stay", "strategies.japan": "none", "mechanisms.noise": False})
    view = changed.at(scenario.start)
    assert view.makers["maker_a"].strategy == view.strategies["maker_a"] == "stay"
    assert view.governments["japan"].strategy == "none"
    assert not view.mechanisms["noise"]
    assert scenario.mechanisms["noise"]
    assert scenario.mines["mount_weld"].strategy == "net_present_value"  # chosen by base.yaml over the world's real_option


def test_the_whole_run_is_cut_where_interventions_begin_and_end(scenario: Scenario) -> None:
    cuts = [(first, last) for first, last, _ in scenario.segments()]
    assert cuts == [
        (month("2005-01"), month("2011-12")),
        (month("2012-01"), month("2012-06")),
        (month("2012-07"), month("2014-12")),
    ]
    shares = [view.policy.embargo.get("usa") for _, _, view in scenario.segments()]
    assert shares[0] is None
    assert in_force(shares[1], "2012-03") == 0.5
    assert shares[2] is None
    for first, last, view in scenario.segments():
        assert view == scenario.at(first) == scenario.at(last)
        assert view.settings == {}
        assert view.interventions == ()
        assert view.scalars["market.freight_usd_kg"].value == 2.5


def test_dated_changes_become_interventions(scenario: Scenario) -> None:
    changed = with_settings(
        scenario, {"export_quota.scale": [{"from": "2010-09", "until": "2011-02", "value": 0.5}, {"from": "2014", "value": 2}]}
    )
    assert len(changed.interventions) == 3
    assert in_force(changed.at(month("2010-08")).policy.export_quota.total, "2010-08") == 7976
    assert in_force(changed.at(month("2010-09")).policy.export_quota.total, "2010-09") == 3988
    assert in_force(changed.at(month("2011-03")).policy.export_quota.total, "2011-03") == 7976
    assert in_force(changed.at(month("2014-06")).policy.export_quota.total, "2014-06") == 15952


@pytest.mark.parametrize(
    ("entry", "message"),
    [({"from": "2010-13", "value": 1}, "from: got '2010-13'"), ({"value": 1}, "from: got nothing"), ({"from": "2010"}, "value"),
     ({"from": "2010", "value": 11}, "got 11.0; allowed 0 to 10"), ({"from": "2010", "value": 1, "to": "2011"}, "unknown key 'to'"),
     ({"from": "2040", "value": 1}, "got 2040-01; allowed 2005-01 to 2014-12")],
)  # fmt: skip
def test_wrong_dated_changes_are_one_line(scenario: Scenario, entry: dict[str, object], message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        with_settings(scenario, {"export_quota.scale": [entry]})
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_must_not_change_mid_run_is_refused_with_a_date(scenario: Scenario) -> None:
    fixed = next(lever for lever in SCALARS if not lever.mid_run)
    with_settings(scenario, {fixed.path: fixed.low})
    with pytest.raises(ScenarioError, match="one value for the whole run"):
        with_settings(scenario, {fixed.path: [{"from": "2010", "value": fixed.low}]})


@pytest.mark.parametrize(
    ("written", "meant"),
    [("export_quota.scale=0.8", ("export_quota.scale", 0.8)), ("a.b = 1e3 ", ("a.b", 1000.0)), ("strategies.japan=none", ("strategies.japan", "none")),
     ("mechanisms.noise=false", ("mechanisms.noise", 0.0)), ("a=b=c", ("a", "b=c")), ("a=010", ("a", "010"))],
)  # fmt: skip
def test_settings_on_the_command_line(written: str, meant: tuple[str, float | str]) -> None:
    assert parse_setting(written) == meant


@pytest.mark.parametrize("written", ["", "=", "a", "a=", "=1", " = 1", "a = "])
def test_a_setting_without_path_or_value_is_one_line(written: str) -> None:
    with pytest.raises(ScenarioError, match=r"^--set:1: [\w.\[\]]+: got .*; allowed path=value"):
        parse_setting(written)


def test_another_last_month_cuts_the_interventions(scenario: Scenario) -> None:
    shorter = with_months(scenario, end="2012-03")
    assert shorter.end == month("2012-03")
    assert [entry.until for entry in shorter.interventions] == [month("2012-03")]
    assert with_months(scenario, end="2011").interventions == ()
    for wrong in ("2004-12", "2005-01", "20-12", "2070"):
        with pytest.raises(ScenarioError, match=r"^months:1: until: got "):
            with_months(scenario, end=wrong)
