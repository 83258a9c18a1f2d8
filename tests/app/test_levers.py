"""The panel of levers: built from the table, in units that people read; what it sends changes the world or is refused."""

import numpy as np
import pytest

from reabm.app import lever_panel
from reabm.app.lever_panel import BEIJING, EMBARGO, FIRMS, OTHERS, REST, TOKYO, panel, targets
from reabm.app.lever_values import in_force
from reabm.app.lever_words import label_of, nice, reach, step_of, value_words
from reabm.app.levers import change_words, stop, turn
from reabm.app.live import Live
from reabm.app.picker import load_shipped, shipped_names
from reabm.engine.run import prepare, simulate
from reabm.scenario.lever_table import list_levers, setting_message
from reabm.world.knobs import Lever

HISTORY = load_shipped("history")
LEVERS = list_levers(HISTORY)
EVE = 68


@pytest.fixture
def live():
    found = Live("history", HISTORY, seed=3)
    found.go_to(EVE)
    return found


def controls(groups):
    return [one for group in groups for section in group["sections"] for one in section["levers"]]


def group_of(path):
    return next(group["name"] for group in panel(HISTORY) if path in [one["path"] for one in controls([group])])


@pytest.mark.parametrize("name", shipped_names())
def test_each_lever_that_may_be_turned_stands_in_the_panel_once(name):
    scenario = load_shipped(name)
    shown = [one["path"] for one in controls(panel(scenario))]
    wanted = {path for path, lever in list_levers(scenario).items() if lever.mid_run} - set(EMBARGO)
    assert sorted(shown) == sorted(wanted)
    assert [f"embargo.{one['value']}.share" for one in targets(scenario)] == list(EMBARGO)


def test_a_new_lever_appears_without_being_named(monkeypatch):
    new = Lever("tides.height_m", "m", 0, 12, "A lever that nobody has heard of.")
    monkeypatch.setattr(lever_panel, "list_levers", lambda scenario: {**list_levers(scenario), new.path: new})
    monkeypatch.setattr(lever_panel, "in_force", lambda scenario, month: {**in_force(scenario, month), new.path: 2.0})
    (found,) = [one for one in controls(panel(HISTORY)) if one["path"] == new.path]
    assert (found["label"], found["unit"], found["low"], found["high"]) == ("Height m", "m", 0, 12)
    assert found["help"][0] == new.sentence


def test_levers_stand_with_the_side_that_turns_them():
    assert group_of("export_quota.t_per_year") == group_of("strategies.china_state") == BEIJING
    assert group_of("export_tax.share") == BEIJING
    assert group_of("governments.japan.subsidy") == group_of("strategies.sojitz") == group_of("strategies.japan") == TOKYO
    assert group_of("governments.india.mine_support") == group_of("strategies.usa") == OTHERS
    assert group_of("strategies.hitachi_metals") == group_of("mines.mountain_pass.build") == FIRMS
    assert group_of("makers.herding") == group_of("mechanisms.wto") == REST


def test_what_a_control_can_send_is_allowed_by_the_table():
    for one in controls(panel(HISTORY)):
        if one["kind"] == "strategy":
            sent = [option["value"] for option in one["options"]]
        elif one["kind"] == "switch":
            sent = [0, 1]
        else:
            assert one["low"] < one["reach"] <= one["high"]
            assert 0 < one["step"] <= (one["reach"] - one["low"]) / 5
            sent = [one[end] / one["factor"] for end in ("low", "reach", "high")]
        for value in sent:
            assert setting_message(HISTORY, one["path"], value, LEVERS) is None, one["path"]


def test_sliders_reach_what_a_person_would_try_and_boxes_what_is_allowed():
    found = {one["path"]: one for one in controls(panel(HISTORY))}
    assert (found["export_quota.t_per_year"]["reach"], found["export_quota.t_per_year"]["high"]) == (80_000, 1e6)
    assert (found["export_quota.scale"]["reach"], found["export_quota.scale"]["high"]) == (3, 10)
    assert (found["crackdown.share"]["reach"], found["crackdown.share"]["unit"]) == (100, "%")
    assert reach(Lever("a.b", "USD/kg", 0, 1e5, ""), 30.0) == 200
    assert reach(Lever("a.b", "USD/kg", 0, 100, ""), 30.0) == 100
    assert step_of(Lever("a.b", "USD/kg", 0, 100, ""), 100) == 1


def test_numbers_are_rounded_up_to_one_two_or_five():
    assert [nice(value) for value in (1, 1.2, 3, 7, 0.03, 120)] == pytest.approx([1, 2, 5, 10, 0.05, 200])


def test_values_are_written_as_people_read_them():
    assert value_words(LEVERS["export_quota.t_per_year"], 30258.0) == "30,258 t/yr"
    assert value_words(LEVERS["export_quota.t_per_year"], None) == "no quota"
    assert value_words(LEVERS["crackdown.share"], 0.85) == "85 %"
    assert value_words(LEVERS["licence.delay_months"], 1.0) == "1 month"
    assert value_words(LEVERS["magnets_under_licence"], 1.0) == "on"
    assert value_words(LEVERS["export_quota.scale"], 0.5) == "× 0.5"
    assert value_words(LEVERS["strategies.sojitz"], "cover_and_prepay") == "cover and prepay"


def test_every_lever_has_a_label_of_its_own_within_its_section():
    assert label_of("licence.approval.usa") == "Licences approved for United States"
    for group in panel(HISTORY):
        for section in group["sections"]:
            labels = [one["label"] for one in section["levers"]]
            assert len(set(labels)) == len(labels), section["name"]


def test_a_turned_lever_acts_from_the_next_month_and_is_said_in_words(live):
    turn(live, {"path": "export_quota.t_per_year", "value": 12000})
    turn(live, {"path": "strategies.sojitz", "value": "just_in_time"})
    found = live.snapshot()
    said = [change_words(found, n, LEVERS) for n in range(2)]
    assert said == ["Export quota: 12,000 t/yr from September 2010", "Strategy: Sojitz: just in time from September 2010"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"path": "crackdown.share", "value": 5}, "got 500 %; allowed 0 % to 100 %"),
        ({"path": "crackdown.share", "value": float("nan")}, "allowed 0 % to 100 %"),
        ({"path": "crackdown.share", "value": "much"}, "allowed 0 to 1"),
        ({"path": "no.such", "value": 1}, "unknown lever"),
        ({"path": "strategies.sojitz", "value": "<b>pray</b>"}, "allowed"),
        ({"path": "market.gross_weight_ratio", "value": 1.5}, "whole runs only"),
        ({}, "unknown lever"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(live, asked, words):
    before = live.scenario
    with pytest.raises(ValueError, match=words):
        turn(live, asked)
    assert live.scenario is before


def test_an_embargo_ends_after_its_months_and_can_be_lifted(live):
    stop(live, {"target": "japan", "share": 1.0, "months": 6})
    at = live.scenario.start + EVE
    assert [in_force(live.scenario, at + n)["embargo.japan.share"] for n in (0, 5)] == [1.0, 1.0]
    assert in_force(live.scenario, at + 6)["embargo.japan.share"] == 0.0
    live.step(2)
    stop(live, {"target": "japan", "share": 0, "months": None})
    assert in_force(live.scenario, at + 1)["embargo.japan.share"] == 1.0
    assert in_force(live.scenario, at + 2)["embargo.japan.share"] == 0.0
    assert in_force(live.scenario, at + 5)["embargo.japan.share"] == 0.0


def test_an_embargo_longer_than_the_run_lasts_to_its_end(live):
    live.go_to(live.scenario.n_months - 3)
    stop(live, {"target": "usa", "share": 0.5, "months": 60})
    assert live.snapshot().changes[-1].until is None


@pytest.mark.parametrize("months", [0, 61, 2.5, "6", True])
def test_an_embargo_of_a_length_that_cannot_be_is_refused(live, months):
    with pytest.raises(ValueError, match="whole number of months, 1 to 60"):
        stop(live, {"target": "japan", "share": 1.0, "months": months})
    assert live.snapshot().changes == ()


def test_a_change_that_is_taken_back_leaves_the_run_without_it(live):
    turn(live, {"path": "export_quota.scale", "value": 0.5})
    live.step(6)
    turn(live, {"path": "crackdown.share", "value": 0.9})
    live.step(6)
    live.drop(0)
    found = live.snapshot()
    assert [entry.path for entry in found.changes] == ["crackdown.share"]
    assert found.shown == EVE + 12
    record = simulate(prepare(found.track.scenario), 3)
    assert np.array_equal(found.track.history.months[: EVE + 12], record.history.months[: EVE + 12], equal_nan=True)
    live.drop(0)
    assert live.snapshot().parent is None
    assert live.scenario == HISTORY
    with pytest.raises(ValueError, match="change"):
        live.drop(0)
