"""A visitor's world: what the page shows is what the exported scenario gives headlessly, to the last bit."""

import numpy as np
import pytest

from reabm.app.live import Live
from reabm.app.picker import load_shipped, shipped_names
from reabm.engine.run import prepare, simulate
from reabm.scenario import ScenarioError, with_settings
from reabm.world.history import History

EVE = 68  # months to August 2010


@pytest.fixture
def live():
    found = Live("history", load_shipped("history"), seed=3)
    found.go_to(EVE)
    return found


def assert_like_headless(snapshot):
    """Every array of the record, in every month played, as the scenario gives it when it is run from its first month."""
    record = simulate(prepare(snapshot.track.scenario), snapshot.track.seed)
    for name, shown, expected in zip(History._fields, snapshot.track.history, record.history):
        played = min(snapshot.track.played, len(expected))
        assert np.array_equal(shown[:played], expected[:played], equal_nan=True), name


def test_months_played_one_by_one_are_those_of_a_run(live):
    for _ in range(30):
        live.step()
    assert live.shown == EVE + 30
    assert_like_headless(live.snapshot())


def test_a_change_acts_from_the_next_month_on_and_leaves_the_months_before(live):
    before = live.snapshot()
    live.change({"export_quota.scale": 0.3})
    live.step(24)
    after = live.snapshot()
    assert_like_headless(after)
    assert np.array_equal(before.track.history.months[:EVE], after.track.history.months[:EVE], equal_nan=True)
    assert after.parent is not None
    parent, changed = after.parent.column("exports_legal_t"), after.track.column("exports_legal_t")
    assert changed[EVE] < parent[EVE]
    assert after.forked == EVE


def test_a_change_while_looking_back_forks_there_and_keeps_the_old_run_as_parent(live):
    live.go_to(120)
    live.look_at(EVE)
    live.change({"embargo.japan.share": 1.0}, months=6)
    found = live.snapshot()
    assert found.track.played == EVE
    assert found.parent is not None
    assert found.parent.played == 120
    live.go_to(120)
    assert_like_headless(live.snapshot())
    last = found.changes[-1]
    assert last.until is not None
    assert last.until - last.from_ == 5


def test_moving_a_lever_again_before_a_month_is_played_is_one_fork(live):
    live.change({"export_quota.scale": 0.3})
    parent = live.snapshot().parent
    live.change({"export_quota.scale": 0.6})
    live.change({"crackdown.share": 0.5})
    found = live.snapshot()
    assert [entry.path for entry in found.changes] == ["export_quota.scale", "crackdown.share"]
    assert found.changes[0].value == 0.6
    assert found.parent is not None
    assert parent is not None
    assert found.parent.scenario is parent.scenario
    live.step(3)
    assert_like_headless(live.snapshot())


def test_undo_goes_back_to_the_parent_in_the_month_of_the_change(live):
    before = live.scenario
    live.change({"export_quota.scale": 0.3})
    live.step(5)
    live.undo()
    assert live.scenario == before
    assert live.shown == EVE
    assert live.snapshot().changes == ()


def test_reset_undoes_all_changes_and_begins_before_the_first_month(live):
    live.change({"export_quota.scale": 0.3})
    live.reset()
    found = live.snapshot()
    assert (found.shown, found.track.played, found.changes, found.parent) == (0, 0, (), None)
    assert found.track.scenario == load_shipped("history")


def test_another_seed_keeps_the_changes_and_the_month(live):
    live.change({"export_quota.scale": 0.3})
    live.step(10)
    live.reseed(8)
    found = live.snapshot()
    assert found.track.seed == 8
    assert found.shown == EVE + 10
    assert len(found.changes) == 1
    assert found.parent is not None
    assert found.parent.seed == 8
    assert_like_headless(found)


def test_looking_at_a_month_beyond_plays_up_to_it_and_at_one_before_plays_nothing(live):
    live.look_at(90)
    live.look_at(20)
    found = live.snapshot()
    assert (found.shown, found.track.played) == (20, 90)
    live.look_at(10_000)
    assert live.shown == live.scenario.n_months


def test_play_stops_with_the_last_month_and_begins_anew_from_there(live):
    live.toggle()
    live.go_to(live.scenario.n_months)
    assert not live.is_playing
    live.toggle()
    assert live.is_playing
    assert live.shown == 0


def test_a_change_after_the_last_month_is_refused_in_words(live):
    live.go_to(live.scenario.n_months)
    live.change({"export_quota.scale": 0.3})
    assert "over" in live.message
    assert live.snapshot().changes == ()


def test_a_lever_out_of_range_leaves_the_world_as_it_was(live):
    before = live.scenario
    with pytest.raises(ScenarioError, match="0 to 10"):
        live.change({"export_quota.scale": 11})
    assert live.scenario is before


def test_a_snapshot_does_not_change_when_the_world_goes_on(live):
    found = live.snapshot()
    kept = found.track.history.months[: found.track.played].copy()
    live.step(12)
    live.look_at(30)
    live.change({"export_quota.scale": 0.1})
    live.go_to(100)
    assert np.array_equal(found.track.history.months[: found.track.played], kept, equal_nan=True)
    assert found.track.played == EVE


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_scenario_can_be_opened_and_played_to_its_end(name):
    live = Live(name, load_shipped(name))
    live.go_to(live.scenario.n_months)
    assert live.snapshot().is_over


FAILS = "stocks.price_sensitivity"  # at 0 the market of September 2010 has no price


def test_a_month_that_does_not_close_leaves_the_world_as_it_was(live):
    live.change({FAILS: 0.0})
    before = live.snapshot()
    live.attempt(lambda world: world.step(6))
    assert "2010-" in live.message
    after = live.snapshot()
    assert (after.shown, after.track.played, after.changes) == (before.shown, before.track.played, before.changes)
    live.undo()
    live.attempt(lambda world: world.step(6))
    assert live.shown == EVE + 6
    assert_like_headless(live.snapshot())


def test_a_change_whose_parent_cannot_be_played_to_its_end_is_refused_as_a_whole(live):
    live.change({FAILS: 0.0})
    live.look_at(40)
    before = live.snapshot()
    live.attempt(lambda world: world.change({"export_quota.scale": 0.5}))
    after = live.snapshot()
    assert live.message
    assert after.track.scenario is before.track.scenario
    assert (after.changes, after.forked, after.shown) == (before.changes, before.forked, before.shown)
    months = [shot.track.history.months[: shot.track.played] for shot in (before, after)]
    assert np.array_equal(*months, equal_nan=True)


def test_a_fault_of_the_program_is_said_and_the_world_lives_on(live, capsys):
    live.attempt(lambda world: world.no_such_thing())
    assert "no_such_thing" in live.message
    assert "AttributeError" in capsys.readouterr().err
    live.attempt(lambda world: world.step())
    assert live.shown == EVE + 1


def test_changes_are_undone_fork_by_fork_each_with_its_parent(live):
    plain = live.scenario
    live.change({"export_quota.scale": 0.5})
    once = live.scenario
    live.go_to(EVE + 6)
    live.change({"crackdown.share": 0.5})
    live.go_to(EVE + 12)
    live.undo()
    found = live.snapshot()
    assert (live.scenario, found.shown, found.forked) == (once, EVE + 6, EVE)
    assert found.parent is not None
    assert found.parent.scenario == plain
    live.undo()
    assert (live.scenario, live.shown, live.snapshot().parent) == (plain, EVE, None)


def test_after_one_change_was_taken_back_the_others_are_undone_one_by_one(live):
    for n in range(3):
        live.change({"export_quota.scale": 0.5 + 0.1 * n})
        live.step(6)
    live.drop(1)
    assert [entry.value for entry in live.changes] == [0.5, 0.7]
    assert live.shown == EVE + 18
    live.undo()
    assert [entry.value for entry in live.changes] == [0.5]
    assert live.shown == EVE + 12
    live.undo()
    assert live.changes == ()


def test_with_another_seed_the_parent_is_shown_no_further_than_the_run(live):
    live.change({"export_quota.scale": 0.3})
    live.step(2)
    live.reseed(8)
    parent = live.snapshot().parent
    assert parent is not None
    assert parent.played == EVE + 2


def test_a_change_that_changes_nothing_is_no_fork(live):
    live.change({"embargo.japan.share": 1.0}, months=6)
    before = live.snapshot()
    live.change({"embargo.japan.share": 1.0}, months=6)
    after = live.snapshot()
    assert after.track.scenario is before.track.scenario
    assert len(after.changes) == 1


def test_a_scenarios_own_interventions_are_not_the_visitors():
    own = with_settings(load_shipped("history"), {"crackdown.share": [{"from": "2010-09", "value": 0.4}]})
    live = Live("own", own)
    live.go_to(EVE)
    assert live.changes == ()
    live.change({"crackdown.share": 0.6})
    live.change({"crackdown.share": 0.7})
    assert [entry.value for entry in live.changes] == [0.7]
    assert live.scenario.interventions[0].value == 0.4
    live.undo()
    assert live.scenario == own
