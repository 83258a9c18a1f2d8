"""Relocation on the page: the moves that are read from a run's record are those of the world that was played."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from reabm.app.charts import relocation as charts
from reabm.app.charts.places import plants
from reabm.app.in_force import params_of
from reabm.app.live import Live
from reabm.app.moves import YEAR, capacity_t, moves, others_in_china
from reabm.app.picker import load_shipped
from reabm.engine.run import open_world_of, play_until
from reabm.scenario import with_settings
from reabm.world.layout import views
from reabm.world.state import State

LENGTH = 160  # months: to April 2018, most moves of the shipped history


@pytest.fixture(scope="module")
def snapshot():
    live = Live("history", load_shipped("history"))
    live.go_to(LENGTH)
    return live.snapshot()


def state_after(track, month):
    """State of the world at the end of a month of the run, played anew."""
    world = play_until(track.prepared, open_world_of(track.prepared, track.seed), month + 1)
    return views(State, track.prepared.sizes, world.block)


def test_every_move_of_history_is_found_with_the_month_of_its_decision(snapshot):
    found = moves(snapshot.track)
    assert len(found) > 5
    assert all(move.is_exact for move in found)
    assert any(move.share < 0.0 for move in found)


@pytest.mark.parametrize("which", [0, 4, 9, -1])
def test_in_the_month_of_the_decision_the_world_began_to_build_just_that(snapshot, which):
    move = moves(snapshot.track)[which]
    before = state_after(snapshot.track, move.decided - 1).makers.build_t[move.maker, move.line]
    begun = state_after(snapshot.track, move.decided).makers.build_t[move.maker, move.line]
    assert before != begun
    assert YEAR * begun == pytest.approx(move.t_yr, rel=1e-9)


def test_moves_and_growth_explain_all_capacity_in_china(snapshot):
    track = snapshot.track
    capacity = capacity_t(track)
    growth = params_of(track, 0).makers.growth
    found = moves(track)
    for j in {move.maker for move in found}:
        for line in range(2):
            inside = float(capacity[0, j, line, 1])
            at = {move.done: move.t_yr / YEAR for move in found if (move.maker, move.line) == (j, line)}
            for row in range(1, track.played):
                inside = (inside + at.get(row, 0.0)) * (1.0 + growth[j])
            assert inside == pytest.approx(float(capacity[-1, j, line, 1]), rel=1e-9, abs=1e-9)


def test_the_others_share_gives_the_herding_term_of_the_record(snapshot):
    track = snapshot.track
    others = others_in_china(track)
    for row in (0, 1, 90, LENGTH - 1):
        known = params_of(track, row)
        terms = known.knobs.makers.herding * known.on.herding * others[row]
        foreign = known.makers.home > 0.5
        assert np.abs(terms - track.history.move_terms[row, :, 0, 1])[foreign].max() < 1e-12
    for move in moves(track):
        assert move.herding == pytest.approx(params_of(track, move.decided).knobs.makers.herding * move.others_share, abs=1e-12)


def test_a_follower_had_seen_those_it_followed(snapshot):
    found = moves(snapshot.track)
    assert any(move.followed for move in found)
    for move in found:
        for k in move.followed:
            assert found[k].done < move.decided
            assert found[k].maker != move.maker
            assert found[k].share * move.share > 0.0
        assert move.maker not in move.before


def test_layers_of_a_small_chart_are_the_records_capacity_and_fill_the_whole(snapshot):
    for name, rows in charts.foreign_makers(snapshot.track):
        option = charts.where_it_stands(snapshot, name, rows)
        layers = [one for one in option["series"] if one.get("areaStyle")]
        assert len(layers) == 6
        assert [point[1] for point in layers[0]["data"]] == pytest.approx([1.0] * len(layers[0]["data"]), abs=5e-5)
        capacity = capacity_t(snapshot.track)[-1, rows].sum(axis=0)
        own = {one["name"]: one["data"][-1][2] for one in layers}
        assert own["commodity, in China"] == pytest.approx(capacity[1, 1] / capacity.sum(), abs=1e-5)
        json.dumps(option, allow_nan=False)


def test_thinning_keeps_both_sides_of_a_jump():
    capacity = np.zeros((40, 2, 3))
    capacity[:, 0, 0] = 1.0
    capacity[17:, 0, 0], capacity[17:, 0, 1] = 0.5, 0.5
    kept = charts.thinned(capacity, capacity.sum(axis=(1, 2)))
    assert {0, 16, 17, 39} <= set(kept.tolist())
    assert len(kept) < 10


def test_the_chain_draws_every_move_once_and_its_table_lists_it(snapshot):
    found = moves(snapshot.track)
    option = charts.chain(snapshot, found)
    dots = [dot for one in option["series"] if one["type"] == "scatter" for dot in one["data"]]
    assert len(dots) == len(found)
    heads, rows = charts.moves_table(snapshot.track, found)
    assert len(rows) == len(found)
    assert all(len(row) == len(heads) for row in rows)
    json.dumps(option, allow_nan=False)


def test_leak_is_the_difference_of_the_two_lines(snapshot):
    series = {one["name"]: one["data"] for one in charts.leak(snapshot)["series"] if one["data"]}
    for known, alone, leaked in zip(series["know-how"], series["with own research alone"], series["leaked"]):
        assert known[1] - alone[1] == pytest.approx(leaked[1], abs=2e-5)


def test_the_parent_is_a_dashed_line_of_the_part_in_china():
    live = Live("history", load_shipped("history"))
    live.go_to(60)
    live.change({"makers.herding": 2.0})
    live.go_to(100)
    shown = live.snapshot()
    name, rows = charts.foreign_makers(shown.track)[0]
    drawn = charts.where_it_stands(shown, name, rows)["series"]
    parents = [one for one in drawn if one.get("lineStyle", {}).get("type") == "dashed"]
    assert len(parents) == 1
    whole = capacity_t(shown.parent)[99, rows].sum(axis=0)
    assert parents[0]["data"][-1][1] == pytest.approx(whole[:, 1].sum() / whole.sum(), abs=1e-5)


def test_a_world_before_its_first_month_has_no_moves():
    live = Live("history", load_shipped("history"))
    assert moves(live.snapshot().track) == []


def test_firms_of_a_population_are_shown_under_their_name():
    scenario = with_settings(load_shipped("history"), {"population.copies": 3})
    live = Live("history", scenario)
    live.go_to(120)
    shown = live.snapshot()
    listed = charts.foreign_makers(shown.track)
    assert len(listed) == 8
    assert all(len(rows) == 3 for _, rows in listed)
    found = moves(shown.track)
    assert found
    assert " no. " in charts.move_words(shown.track, found[0])
    json.dumps(charts.chain(shown, found), allow_nan=False)


def test_of_too_many_firms_no_moves_are_known():
    track = SimpleNamespace(history=SimpleNamespace(makers=np.zeros((0, 3, 12))), played=5)
    assert moves(track) == []


def test_the_map_shows_europe_and_asia_where_all_plants_stand_there(snapshot):
    (west, north), (east, south) = charts.map_box(snapshot)
    spots = [spot for one in plants(snapshot) for spot, tonnes in zip(one.spots, one.standing_t) if tonnes > 0.0]
    assert all(west < x < east and south < y < north for x, y in spots)
    assert east - west < 170.0
