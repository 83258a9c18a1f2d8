"""The fan of futures: the run up to its month, the run itself with its own luck, headless runs of the exported scenario."""

from __future__ import annotations

import time
from functools import cache
from typing import Any

import numpy as np
import pytest
import solara

from reabm.app.background import Asked, Superseded
from reabm.app.charts import ensemble as charts
from reabm.app.futures import (
    COLUMNS,
    QUANTILES,
    Asking,
    bands_of,
    jobs_of,
    leverage_dates,
    leverages_of,
    months_of,
    scenario_of,
    seeds_of,
    world_at,
)
from reabm.app.futures_live import Fans, FuturesLive, question_of
from reabm.app.lever_panel import panel
from reabm.app.lever_values import in_force
from reabm.app.live import Live
from reabm.app.picker import load_shipped
from reabm.app.snapshot import Snapshot
from reabm.app.tabs import ensemble as tab
from reabm.app.tabs.ensemble import Chosen, grouped_levers, slider
from reabm.engine.fork import play_on
from reabm.engine.run import prepare, simulate
from reabm.leverage import measure
from reabm.scenario import Scenario, with_months, with_settings
from reabm.scenario.lever_table import list_levers
from reabm.world.history import COLUMN
from tests.app.visiting import Visiting

SHOWN = 68  # the eve of the halt
USED = [getattr(COLUMN, name) for name in COLUMNS]


def short_scenario() -> Scenario:
    """The history to 2012, losses counted over two years."""
    return with_settings(with_months(load_shipped("history"), end="2012-12"), {"payoffs.horizon_months": 24})


@cache
def eve() -> Live:
    """A world on the eve of the halt."""
    live = Live("history", short_scenario(), 5)
    live.go_to(SHOWN)
    return live


def asking(**changes: object) -> Asking:
    """Six futures of a year."""
    return Asking(eve().scenario, 5, SHOWN, 12, 6, len(eve().scenario.interventions))._replace(**changes)  # type: ignore[arg-type]


def answer(question: object) -> list[Fans]:
    """All that is published for a question."""
    found: list[Fans] = []
    FuturesLive(found.append)._answer(question, Asked())  # type: ignore[arg-type]
    return found


def test_with_its_own_luck_a_future_is_the_run_to_the_last_bit() -> None:
    what = asking()
    found, n_failed = months_of(what, world_at(prepare(what.scenario), what), Asked())
    run = simulate(prepare(what.scenario), 5).history.months
    assert n_failed == 0
    assert found.shape == (6, len(COLUMNS), 12)
    assert np.array_equal(found[0], run[SHOWN : SHOWN + 12, USED].T)
    assert all(not np.array_equal(found[0], other) for other in found[1:])


def test_a_future_is_the_world_on_the_screen_played_on_headlessly_with_other_luck() -> None:
    what = asking(tried=(("export_quota.scale", 2.0),))
    world = world_at(prepare(what.scenario), what)
    found, _ = months_of(what, world, Asked(), workers=2)
    live = Live("history", short_scenario(), 5)
    live.go_to(SHOWN)
    live.change({"export_quota.scale": 2.0})
    exported = prepare(live.scenario)
    for n, seed in enumerate(seeds_of(what)):
        alone = play_on(exported, world._replace(seed=seed)).history.months
        assert np.array_equal(found[n], alone[SHOWN : SHOWN + 12, USED].T)
        assert np.array_equal(alone[:SHOWN], eve().snapshot().track.history.months[:SHOWN])  # the past is the run's


def test_the_same_futures_come_from_any_number_of_workers() -> None:
    what = asking(n_futures=40)
    world = world_at(prepare(what.scenario), what)
    assert np.array_equal(months_of(what, world, Asked(), workers=1)[0], months_of(what, world, Asked(), workers=2)[0])


def test_the_runs_own_luck_is_first_and_no_luck_comes_twice() -> None:
    seeds = list(seeds_of(asking()))
    assert seeds == [5, 0, 1, 2, 3, 4]
    assert list(seeds_of(asking(seed=10**9))) == [10**9, 0, 1, 2, 3, 4]


def test_futures_go_beyond_the_end_of_the_scenario() -> None:
    what = asking(months=60)
    assert scenario_of(what).n_months == SHOWN + 60
    found, _ = months_of(what, world_at(prepare(what.scenario), what), Asked())
    short, _ = months_of(asking(), world_at(prepare(what.scenario), what), Asked())
    assert found.shape[2] == 60
    assert np.array_equal(found[:, :, :12], short)


def test_before_the_first_month_the_futures_are_whole_runs() -> None:
    what = asking(shown=0)
    found, _ = months_of(what, world_at(prepare(what.scenario), what), Asked())
    assert np.array_equal(found[1], simulate(prepare(what.scenario), 0).history.months[:12, USED].T)
    assert [job.first for job in jobs_of(prepare(what.scenario), world_at(prepare(what.scenario), what), what)] == [0] * 6


def test_leverage_of_the_future_with_the_own_luck_is_that_of_the_run() -> None:
    what = asking(months=24, n_futures=3)
    dates = leverage_dates(what)
    assert len(dates) == 2
    assert dates[0] == what.scenario.start + SHOWN
    found = leverages_of(what, world_at(prepare(what.scenario), what), Asked(), 3)
    alone = measure(what.scenario, list(dates), 6, "japan", seeds=[5], sets=[{}]).table
    assert np.array_equal(found[0], alone["leverage_musd"])
    assert found.shape == (3, 2)
    assert found[1, 0] != found[0, 0]


def test_leverage_of_a_future_stands_under_what_was_changed_by_its_date() -> None:
    live = Live("history", short_scenario(), 5)
    before = live.scenario
    live.go_to(SHOWN + 6)
    live.change({"export_quota.scale": 2.0})
    live.go_to(SHOWN)  # back, before the change
    question = question_of(live.snapshot(), 24, 2, (), True)
    what = question.asking
    first, second = leverage_dates(what)
    found = leverages_of(what, world_at(prepare(what.scenario), what), Asked(), 2)
    alone = measure(before, [first], 6, "japan", seeds=[5], sets=[{}]).table["leverage_musd"]
    later = measure(live.scenario, [first, second], 6, "japan", seeds=[5], sets=[{}]).table["leverage_musd"]
    assert found[0, 0] == alone[0]
    assert found[0, 0] != later[0]
    assert found[0, 1] == later[1]


def test_bands_leave_out_months_without_a_value() -> None:
    values = np.array([[1.0, np.nan, np.nan], [3.0, 4.0, np.nan]])
    found = bands_of(values)
    assert found.shape == (len(QUANTILES), 3)
    assert found[2, 0] == 2.0
    assert found[2, 1] == 4.0
    assert np.isnan(found[:, 2]).all()


def test_a_newer_question_ends_the_playing_within_a_tenth_of_a_second() -> None:
    what, asked = asking(n_futures=100_000), Asked()
    world = world_at(prepare(what.scenario), what)
    months_of(asking(), world, Asked())  # compiled
    began: list[float] = []

    def stop(n_done: int) -> None:
        if n_done == 50:
            began.append(time.perf_counter())
            asked.is_stale.set()

    with pytest.raises(Superseded):
        months_of(what, world, asked, progress=stop)
    assert time.perf_counter() - began[0] < 0.5  # the bar of the page is 0.1 s; other work shares the machine of a test


def test_the_fan_before_the_change_stands_beside_on_the_same_luck() -> None:
    live = Live("history", short_scenario(), 5)
    live.go_to(SHOWN)
    live.change({"export_quota.scale": 2.0})
    question = question_of(live.snapshot(), 12, 6)
    assert question.before is not None
    assert question.before.scenario is not live.scenario
    shown = answer(question)
    assert shown[0].before is None
    assert shown[-1].before is not None
    before = months_of(question.before, world_at(prepare(question.before.scenario), question.before), Asked())[0]
    assert np.array_equal(shown[-1].before.bands["exports_legal_t"], bands_of(before)[:, COLUMNS.index("exports_legal_t")])
    assert not np.array_equal(shown[-1].before.bands["exports_legal_t"], shown[-1].fan.bands["exports_legal_t"])


def test_what_is_tried_and_then_adopted_is_the_same_fan() -> None:
    tried = answer(question_of(eve().snapshot(), 12, 6, (("export_quota.scale", 2.0),)))[-1]
    live = Live("history", short_scenario(), 5)
    live.go_to(SHOWN)
    live.change({"export_quota.scale": 2.0})
    adopted = answer(question_of(live.snapshot(), 12, 6))[-1]
    assert tried.before is not None
    assert adopted.before is not None
    for name in COLUMNS:
        assert np.array_equal(tried.fan.bands[name], adopted.fan.bands[name], equal_nan=True)
        assert np.array_equal(tried.before.bands[name], adopted.before.bands[name], equal_nan=True)


def test_the_chart_shows_the_past_and_bands_that_open_at_its_last_month() -> None:
    snapshot = eve().snapshot()
    fans = answer(question_of(snapshot, 12, 6, (), True))[-1]
    lines = {one["id"]: one for one in charts.fan(snapshot, fans, "ndpr_outside_usd_kg", is_stale=False)["series"]}
    past = snapshot.track.column("ndpr_outside_usd_kg")
    assert [y for _, y in lines["past|USD/kg"]["data"]] == [float(f"{y:.5g}") for y in past[-60:]]
    median = [y for _, y in lines["median|USD/kg"]["data"]]
    assert median[0] == float(f"{past[-1]:.5g}")
    assert median[1:] == [float(f"{y:.5g}") for y in fans.fan.bands["ndpr_outside_usd_kg"][2]]
    outer = lines["outer-band|"]["data"]
    assert [row[1] for row in outer[1:]] == [float(f"{y:.5g}") for y in fans.fan.bands["ndpr_outside_usd_kg"][0]]
    assert [row[2] for row in outer[1:]] == [float(f"{y:.5g}") for y in fans.fan.bands["ndpr_outside_usd_kg"][4]]
    assert fans.leverage is not None
    leverage = {one["id"]: one for one in charts.leverage_fan(fans, is_stale=False)["series"]}
    assert [y for _, y in leverage["median|M USD"]["data"]] == [float(f"{y:.5g}") for y in fans.leverage.bands[2]]
    assert "6 futures" in charts.caption(fans)
    assert "first 6 of them at 1 dates" in charts.caption(fans)


def test_every_output_has_a_column_that_is_kept() -> None:
    assert {one.column for one in charts.OUTPUTS} == set(COLUMNS)
    assert set(charts.FIRST_SHOWN) <= set(COLUMNS)


def test_levers_that_can_be_tried_are_those_of_a_run_in_its_midst() -> None:
    scenario = short_scenario()
    levers = list_levers(scenario)
    listed = [one["path"] for group in grouped_levers(scenario) for one in group["levers"]]
    assert sorted(listed) == sorted(path for path, lever in levers.items() if lever.mid_run)


def test_a_lever_has_one_name_on_the_page() -> None:
    scenario = short_scenario()
    panel_labels = {
        one["path"]: one["label"] for group in panel(scenario) for section in group["sections"] for one in section["levers"]
    }
    listed = {one["path"]: one["words"] for group in grouped_levers(scenario) for one in group["levers"]}
    assert {path: listed[path] for path in panel_labels} == panel_labels
    for group in grouped_levers(scenario):
        words = [one["words"] for one in group["levers"]]
        assert len(words) == len(set(words)), group["title"]


def drawn(snapshot: Snapshot, path: str) -> dict[str, Any]:
    """What the browser is sent for a lever that is picked."""
    visit = Visiting(snapshot)
    chosen = visit.keep("ensemble choices", Chosen)
    chosen.path.set(path)
    sent: list[dict[str, Any]] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tab, "_Options", lambda **given: sent.append(given) or solara.Text("options"))
        patched.setattr(FuturesLive, "ask", lambda *_: None)
        _, drawing = solara.render(tab.Ensemble(visit), handle_error=False)  # type: ignore[arg-type]
        drawing.close()
    return sent[-1]


@pytest.mark.parametrize("at", [0, SHOWN])
def test_every_lever_that_is_listed_can_be_picked_and_stands_where_the_panel_says(at: int) -> None:
    live = Live("history", short_scenario(), 5)
    live.go_to(at)
    levers, values = list_levers(live.scenario), in_force(live.scenario, live.scenario.start + at)
    for group in grouped_levers(live.scenario):
        for path in (one["path"] for one in group["levers"]):
            bounds, value = slider(live.scenario, levers[path], values[path]), values[path]
            if isinstance(value, float):
                assert bounds["low"] <= value <= bounds["reach"] <= bounds["high"], path
                assert 0.0 < bounds["step"] <= bounds["reach"] - bounds["low"], path
            elif value is not None:
                assert value in bounds["choices"], path
            assert bounds["unit"] != "switch", path


LOOKS = ("governments.japan.complaint", "mines.mountain_pass.build", "export_quota.t_per_year", "mechanisms.herding",
         "strategies.sojitz", "embargo.japan.share", "")  # fmt: skip


@pytest.mark.parametrize("path", LOOKS)
def test_the_control_of_a_picked_lever_shows_its_value_in_force(path: str) -> None:
    given = drawn(eve().snapshot(), path)
    now = in_force(eve().scenario, eve().snapshot().next_month).get(path)
    assert given["path"] == path
    assert given["value"] == now
    assert given["undecided"] == ("as it decides" if path == "mines.mountain_pass.build" else "")


def test_a_control_begins_where_the_lever_stands() -> None:
    live = Live("history", short_scenario(), 5)
    live.go_to(SHOWN)
    assert drawn(live.snapshot(), "export_quota.t_per_year")["value"] == 15_952.0
    live.change({"export_quota.scale": 0.5}, months=6)
    assert drawn(live.snapshot(), "export_quota.scale")["value"] == 0.5
    live.go_to(SHOWN + 6)
    assert drawn(live.snapshot(), "export_quota.scale")["value"] == 1.0


def test_a_lever_can_be_picked_after_the_last_month() -> None:
    live = Live("history", short_scenario(), 5)
    live.go_to(SHOWN)
    live.change({"embargo.japan.share": 0.4})
    live.go_to(live.scenario.n_months)
    assert drawn(live.snapshot(), "embargo.japan.share")["value"] == 0.4
