"""What a lever amounts to in a month is what the rules are given in that month."""

import numpy as np
import pytest

from reabm.app.lever_values import READERS, behind, in_force, remarks, source_words
from reabm.app.live import Live
from reabm.app.picker import load_shipped, shipped_names
from reabm.scenario import with_settings
from reabm.scenario.fork import forked
from reabm.scenario.lever_table import choices, list_levers
from reabm.scenario.months import month_index
from reabm.scenario.pack import names_of, pack
from reabm.scenario.policy_levers import POLICY_LEVERS
from reabm.world.state import DESTINATIONS

HISTORY = load_shipped("history")
LEVERS = list_levers(HISTORY)
MOVABLE = sorted(path for path, lever in LEVERS.items() if lever.mid_run)
EVE = 68  # months to August 2010


def month(text):
    return month_index(text)


def other_values(path):
    """Values that a lever may be set to."""
    lever = LEVERS[path]
    if lever.unit == "strategy":
        return choices(HISTORY, path.partition(".")[2])
    if lever.unit == "switch" or path == "magnets_under_licence":
        return 0.0, 1.0
    if lever.unit == "firms":
        return lever.low, lever.high
    return lever.low, lever.low + (lever.high - lever.low) / 3, lever.high


@pytest.mark.parametrize("path", MOVABLE)
def test_a_lever_that_was_set_has_the_value_it_was_set_to_until_it_ends(path):
    at = month("2010-09")
    before = in_force(HISTORY, at + 6)[path]
    for value in other_values(path):
        found = forked(HISTORY, at, {path: [{"from": "2010-09", "until": "2011-02", "value": value}]}).scenario
        assert in_force(found, at)[path] == value
        assert in_force(found, at + 5)[path] == value
        assert in_force(found, at + 6)[path] == before
        assert in_force(found, at - 1)[path] == in_force(HISTORY, at - 1)[path]


def test_all_levers_set_one_after_the_other_on_the_page_keep_their_values():
    live = Live("history", HISTORY)
    live.go_to(EVE)
    wanted = {}
    for path in MOVABLE:
        wanted[path] = other_values(path)[-1]
        live.change({path: wanted[path]})
    found = in_force(live.scenario, live.scenario.start + EVE)
    assert {path: found[path] for path in MOVABLE} == wanted


def test_every_lever_of_policy_has_a_reader():
    assert {row.template for row in POLICY_LEVERS} == set(READERS)


def test_every_lever_of_the_table_has_a_value():
    assert set(in_force(HISTORY, HISTORY.start)) == set(LEVERS)


SET = {
    "export_quota.t_per_year": 12_345.0, "embargo.japan.share": 0.4, "embargo.withhold_quota": 0.3, "licence.approval.usa": 0.6,
    "licence.delay_months": 3.0, "crackdown.share": 0.21, "alloy_in_quota.low_grade": 0.7, "alloy_in_quota.high_grade": 0.2,
    "governments.japan.subsidy": 0.11, "governments.usa.stockpile": 7.0, "governments.eu.thrift_programme": 2.5,
    "export_tax.share": 0.33,
}  # fmt: skip


@pytest.mark.parametrize("name", shipped_names())
@pytest.mark.parametrize("settings", [{}, SET], ids=["as scripted", "set"])
def test_the_script_is_read_as_it_is_packed_for_the_rules_in_every_month(name, settings):
    scenario = with_settings(load_shipped(name), settings)
    names = names_of(scenario)
    gross = scenario.scalars["market.gross_weight_ratio"].value
    for first, last, found in scenario.segments():
        script = pack(found).script
        for at in range(first, last + 1, 5):
            t = at - scenario.start
            values = in_force(scenario, at)
            issued = script.quota_t[0, t] if script.pools_groups[t] > 0.5 else script.quota_t[:, t].sum()
            scale = values["export_quota.scale"]
            if np.isfinite(issued):
                assert values["export_quota.t_per_year"] * scale == pytest.approx(2 * gross * issued, rel=1e-12)
            else:
                assert values["export_quota.t_per_year"] is None
            assert values["export_tax.share"] * values["export_tax.scale"] == pytest.approx(script.tax[:, t].mean(), abs=1e-12)
            for d, target in enumerate(DESTINATIONS[1:], start=1):
                assert values[f"embargo.{target}.share"] == script.embargo[d, t]
                assert values[f"licence.approval.{target}"] == script.approval[d, t]
            assert values["embargo.withhold_quota"] == script.withhold[t]
            assert values["licence.delay_months"] == script.delay_months[t]
            assert values["magnets_under_licence"] == script.magnets_in_scope[t]
            assert values["crackdown.share"] == script.crackdown[t]
            assert values["alloy_in_quota.low_grade"] == pytest.approx(1 - script.alloy_open[0, t], abs=1e-15)
            assert values["alloy_in_quota.high_grade"] == pytest.approx(1 - script.alloy_open[1, t], abs=1e-15)
            for g, government in enumerate(names.governments):
                if scenario.governments[government].destination != "china":
                    assert values[f"governments.{government}.subsidy"] == script.subsidy[g, t]
                    assert values[f"governments.{government}.stockpile"] == script.reserve_months[g, t]
                    assert values[f"governments.{government}.thrift_programme"] == script.thrift_programme[g, t]


def test_the_history_is_read_as_its_file_says():
    values = in_force(HISTORY, month("2010-10"))
    assert values["export_quota.t_per_year"] == 2 * 7976
    assert values["embargo.japan.share"] == 0.85
    assert values["strategies.sojitz"] == "cover_and_prepay"
    assert in_force(HISTORY, month("2012-08"))["export_quota.t_per_year"] == 2 * (8537 + 1233)
    assert in_force(HISTORY, month("2014-01"))["governments.japan.mine_support"] == 0.6
    assert in_force(load_shipped("history"), month("2006-12"))["export_tax.share"] == 0.1


def test_a_quota_set_below_a_factor_is_still_what_it_was_set_to():
    found = with_settings(HISTORY, {"export_quota.scale": 0.5, "export_quota.t_per_year": 20_000})
    assert in_force(found, month("2010-10"))["export_quota.t_per_year"] == 20_000
    assert in_force(found, month("2010-10"))["export_quota.scale"] == 0.5
    scaled = with_settings(HISTORY, {"export_quota.scale": 0.5})
    assert in_force(scaled, month("2010-10"))["export_quota.t_per_year"] == 2 * 7976, (
        "the script's, to which the factor is applied"
    )


def test_where_a_number_comes_from_is_named_by_the_titles_of_its_sources():
    said = source_words(HISTORY, "embargo.japan.share")
    source = HISTORY.sources[behind(HISTORY, "embargo.japan.share")[0].source[0]]
    assert source.title in said
    assert "more" in said
    assert "judgement" in source_words(HISTORY, "embargo.withhold_quota")
    assert source_words(HISTORY, "mechanisms.herding") == ""


def test_a_visitor_is_told_where_a_quota_has_no_effect():
    live = Live("history", HISTORY)
    live.go_to(EVE)
    assert "export_quota.t_per_year" not in remarks(live.snapshot())
    live.go_to(150)  # July 2017, after the ruling
    assert "WTO" in remarks(live.snapshot())["export_quota.t_per_year"]
    before = live.snapshot()
    live.change({"export_quota.t_per_year": 5_000.0})
    live.go_to(160)
    parent = live.snapshot().parent
    assert parent is not None
    ours, theirs = live.snapshot().track.column("exports_legal_t"), parent.column("exports_legal_t")[:160]
    assert np.array_equal(ours, theirs), "the remark must be true"
    assert before.track.played == 150
    live.change({"strategies.china_state": "tight_quota"})
    assert "export_quota.t_per_year" not in remarks(live.snapshot())
    live.change({"strategies.china_state": "open_trade"})
    assert "strategies.china_state" in remarks(live.snapshot())


def test_a_visitor_is_told_that_a_delay_waits_for_licences_and_an_order_for_its_strategy():
    live = Live("history", HISTORY)
    live.go_to(EVE)
    live.change({"licence.delay_months": 6.0, "mines.mountain_pass.build": 1.0})
    said = remarks(live.snapshot())
    assert "approval" in said["licence.delay_months"]
    assert "directed" in said["mines.mountain_pass.build"]
    live.change({"licence.approval.japan": 0.5, "strategies.mountain_pass": "directed"})
    assert remarks(live.snapshot()) == {}
