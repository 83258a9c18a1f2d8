"""The tab History: the chart has the scoreboard's numbers, words say what they say, and the scoreboard is worked out once."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
import solara

from reabm.app import history_words as words
from reabm.app import judged as judged_file
from reabm.app.background import Said, Superseded
from reabm.app.charts import history as charts
from reabm.app.charts.history import View
from reabm.app.history_words import Shown
from reabm.app.judged import Judged, Shared, judge
from reabm.app.judging import Judging
from reabm.app.live import Live
from reabm.app.picker import load_shipped
from reabm.app.series_words import CALLED, OTHERS, called, grouped
from reabm.app.tabs import history as tab
from reabm.engine.run import prepare, simulate
from reabm.scenario import find_configs
from reabm.scenario.merge import parameters_of
from reabm.scenario.months import month_index
from reabm.scenario.parameters import ParameterTable
from reabm.validation.asked import sets_of
from reabm.validation.observed import observations
from reabm.validation.playing import play
from reabm.validation.scoreboard import Board, names_wanted, score
from reabm.validation.series import SERIES, series_of
from reabm.validation.targets import load_targets
from tests.app.visiting import Visiting

N_RUNS = 12
LOOKED_AT = (
    "price.outside.NdPr",
    "price.china.Dy",
    "exports.legal",
    "share.china_mine",
    "maker.showa_denko.china",
    "price_ratio.La",
)


@cache
def made() -> Judged:
    """The page's scoreboard, of fewer runs."""
    before, judged_file.RUNS = judged_file.RUNS, N_RUNS
    try:
        return judge(lambda done, total: None)
    finally:
        judged_file.RUNS = before


@cache
def board() -> Board:
    """The scoreboard of the same runs, as `reabm validate` makes it."""
    targets, observed = load_targets(), tuple(row for row in observations() if row.is_target)
    sets = sets_of(parameters_of(find_configs() / "scenarios" / "history.yaml"))
    paths = play(load_shipped("history"), names_wanted(targets, observed), range(N_RUNS), sets)
    return score(paths, targets, observed)


def digits(value: float) -> float | None:
    return None if not np.isfinite(value) else float(f"{value:.5g}")


def drawn(view: View, own: Any = None) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in charts.chart(made(), view, own)["series"]}


@pytest.mark.parametrize("name", LOOKED_AT)
def test_median_and_band_are_those_of_the_scoreboard(name: str) -> None:
    own = board().bands[board().bands["series"] == name]
    shown = drawn(View(name))
    is_log = charts.is_log(name)
    for label, column in (("95 % of runs are below", "q95"), ("median of the runs", "q50"), ("5 % of runs are below", "q05")):
        expected = [digits(value) if not is_log or value > 0.0 else None for value in own[column]]
        assert [point[1] for point in shown[label]["data"]] == expected
    area = shown["\u200bouter-band"]["data"]
    assert [row[1] for row in area] == [point[1] for point in shown["5 % of runs are below"]["data"]]
    assert [row[2] for row in area] == [point[1] for point in shown["95 % of runs are below"]["data"]]
    assert area[0][0] == 2005.0


@pytest.mark.parametrize("name", LOOKED_AT)
def test_every_scored_point_is_a_dot_with_its_value_and_where_the_runs_are(name: str) -> None:
    own = board().points[board().points["series"] == name]
    scored = [dot for dot in made().dots[name] if dot.window]
    assert len(scored) == len(own) > 0
    expected = sorted(
        (month_index(row.first), month_index(row.last), row.observed, row.median, row.band_low, row.band_high)
        for row in own.itertuples(index=False)
    )
    assert sorted((dot.first, dot.last, dot.observed, dot.median, dot.low, dot.high) for dot in scored) == expected
    inside = ((own["observed"] >= own["band_low"]) & (own["observed"] <= own["band_high"])).sum()
    assert f"{inside} of {len(own)} observed values lie inside the band" in charts.said(made(), View(name), None)
    dots = [dot for key, one in drawn(View(name)).items() if key.startswith("observed") for dot in one["data"]]
    circles = sorted(dot["value"][1] for dot in dots if dot["symbol"] == "circle")
    assert circles == sorted(value for value in own["observed"] if value > 0.0 or not charts.is_log(name))
    assert all("Runs over the same months" in dot["note"] for dot in dots if dot["symbol"] == "circle")
    assert all("never scored" in dot["note"] for dot in dots if dot["symbol"] == "diamond")


def test_the_table_of_observed_values_has_a_row_for_each_dot_of_the_chart() -> None:
    for name in made().bands:
        rows = words.values(made(), name)
        dots = [dot for key, one in drawn(View(name)).items() if key.startswith("observed") for dot in one["data"]]
        noughts = sum(dot.observed <= 0.0 for dot in made().dots.get(name, ())) if charts.is_log(name) else 0
        assert len(rows) == len(dots) + noughts
    years = [row[0] for row in words.values(made(), "share.china_mine")]
    assert years == ["2005", "2010", "2011", "2024"]


def test_dots_tell_their_quality_apart_and_their_source() -> None:
    shown = drawn(View("price.outside.NdPr"))
    looks = {name: shown[f"observed, {name}"]["itemStyle"]["color"] for name in words.QUALITIES}
    assert len(set(looks.values())) == 3
    for quality in words.QUALITIES:
        for dot in shown[f"observed, {quality}"]["data"]:
            assert f"({quality})" in dot["note"]
            assert "printed: " in dot["note"]


def test_fit_and_test_window_part_at_the_end_of_2012_in_words_and_shades() -> None:
    marked = drawn(View())["\u200bouter-band"]
    assert marked["markLine"]["data"][0] == {"xAxis": 2013.0}
    fit, test, licences = marked["markArea"]["data"]
    assert (fit[0]["name"], fit[0]["xAxis"], fit[1]["xAxis"]) == ("fit window", 2005.0, 2013.0)
    assert (test[0]["name"], test[0]["xAxis"], test[1]["xAxis"]) == ("test window", 2013.0, 2025.25)
    assert licences[0]["xAxis"] == 2025.25
    assert len({str(part[0]["itemStyle"]) for part in (fit, test, licences)}) == 3


def test_baselines_can_be_switched_off_and_have_the_scoreboards_forecasts() -> None:
    shown = drawn(View("price.outside.NdPr"))
    own = board().points[board().points["series"] == "price.outside.NdPr"]
    for name, label in words.BASELINES.items():
        expected = sorted(float(f"{value:.5g}") for value in own[name] if np.isfinite(value))
        assert sorted(point[1] for point in shown[label]["data"] if point[1] is not None) == expected
    assert not set(words.BASELINES.values()) & set(drawn(View("price.outside.NdPr", baselines=False)))


@pytest.mark.parametrize("name", ["price.outside.NdPr", "exports.legal", "maker.showa_denko.china", "japan.from_china"])
def test_the_visitors_own_run_is_the_series_of_that_run_up_to_what_was_played(name: str) -> None:
    live = Live("history", load_shipped("history"), 7)
    assert charts.own_run(live.snapshot().track, name) is None
    live.go_to(90)
    own = charts.own_run(live.snapshot().track, name)
    assert own is not None
    expected = series_of(simulate(prepare(load_shipped("history")), 7, details=True), (name,))[name][:90]
    assert np.array_equal(own[1], expected, equal_nan=True)
    line = drawn(View(name), own)[charts.OWN]["data"]
    assert [point[1] for point in line] == [digits(value) for value in expected]
    assert charts.OWN not in drawn(View(name, own=False), own)


def test_a_run_without_the_series_has_no_line() -> None:
    live = Live("history", load_shipped("history"), 7)
    live.go_to(3)
    track = live.snapshot().track
    bare = track._replace(history=track.history._replace(outside_usd_kg=track.history.outside_usd_kg[:0]))
    assert charts.own_run(bare, "price.outside.NdPr") is None
    assert charts.own_run(bare, "exports.legal") is not None


def test_every_series_can_be_drawn_with_a_unit_and_no_number_that_json_lacks() -> None:
    for name, bands in made().bands.items():
        option = charts.chart(made(), View(name), None)
        json.dumps(option, allow_nan=False)
        axis = option["yAxis"]
        assert axis["name"]
        assert axis["name"] in option["title"]["text"]
        assert axis["type"] == ("log" if SERIES[name].unit in ("USD/kg", "ratio") else "value")
        if axis["type"] == "log":
            drawn = [*bands[[0, 4]].ravel(), *(dot.observed for dot in made().dots.get(name, ()))]
            values = [value for value in drawn if value > 0.0]
            assert 0.0 < axis["min"] <= min(values) <= max(values) <= axis["max"]


def test_every_series_has_a_name_of_its_own_in_a_group() -> None:
    listed = [one for _, group in grouped(SERIES) for one in group]
    assert sorted(one.name for one in listed) == sorted(SERIES)
    assert len({one.words for one in listed}) == len(listed)
    assert set(CALLED) <= set(SERIES)
    assert OTHERS not in dict(grouped(made().bands)), "name the series in app/series_words.py"
    groups = [group for group, _ in grouped(made().bands)]
    assert groups[:4] == ["Prices outside China", "Prices inside China", "Price outside over inside", "Exports"]


def test_a_series_that_nobody_named_says_what_it_measures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(CALLED, "licence_price")
    one = called("licence_price")
    assert (one.group, one.title) == (OTHERS, "Price of a licence, light group or all")
    assert "licence_price" in [each.name for _, group in grouped(SERIES) for each in group]


def test_every_fact_is_a_row_and_hit_or_miss_is_said_in_words_and_by_a_sign() -> None:
    rows = {one.name: one for one in words.facts(made())}
    facts = board().facts
    assert list(rows) == list(facts["fact"])
    for fact in facts.itertuples(index=False):
        row = rows[fact.fact]
        assert row.verdict == ("✓ hit" if fact.hit else "✗ miss")
        assert row.in_band == ("inside" if fact.in_band else "outside")
        assert row.reason == ("" if fact.hit else fact.reason or words.NO_REASON)
        assert row.observed == words.value_words(fact.observed, fact.unit)
        assert row.median == words.value_words(fact.median, fact.unit)


def test_facts_are_filtered_by_window_by_misses_and_by_series() -> None:
    facts = board().facts
    for window in ("fit", "test", "licences_2025"):
        found = words.facts(made(), Shown(window))
        assert [one.name for one in found] == list(facts.loc[facts["window"] == window, "fact"])
    misses = words.facts(made(), Shown("test", only_misses=True))
    assert [one.name for one in misses] == board().summary["facts"]["test"]["missed"]
    own = words.facts(made(), Shown(only_series=True), "exports.legal")
    assert [one.name for one in own] == list(facts.loc[facts["series"] == "exports.legal", "fact"])
    assert words.caption(misses, made(), Shown("test", only_misses=True)) == (
        f"{len(misses)} of {len(facts)} facts: the misses of the test window, January 2013 to March 2025"
    )
    n_hit = int(facts["hit"].sum())
    assert words.caption(words.facts(made()), made(), Shown()).endswith(f"{n_hit} hit, {len(facts) - n_hit} missed")


def test_the_sentence_on_top_says_the_summarys_numbers_and_on_what_they_are_conditional() -> None:
    summary = board().summary
    said = words.headline(made())
    assert said.startswith("Given the scripted inputs")
    for window in ("fit", "test", "licences_2025"):
        assert f"{summary['facts'][window]['hit']} of {summary['facts'][window]['facts']} facts" in said
    more = " ".join(words.more_lines(made()))
    for name in words.BASELINES:
        found = summary["series"]["test"][name]
        assert f"{found['beaten_on']} of {found['applies_to']}" in more
    n_missed = len(summary["facts"]["fit"]["missed"])
    assert words.bars(made())[0][1].endswith(f"({n_missed} of {summary['facts']['fit']['facts']} missed)")
    assert "no_change" not in " ".join(text for _, text in words.bars(made()))
    assert [is_reached for is_reached, _ in words.bars(made())] == list(summary["bars"].values())


@pytest.mark.parametrize("name", LOOKED_AT)
def test_scores_stand_apart_by_window_and_better_than_a_baseline_is_what_the_scoreboard_says(name: str) -> None:
    own = board().series[board().series["series"] == name]
    heads, rows = words.scores(made(), name)
    assert heads[1:] == [words.WINDOWS[window] for window in own["window"]]
    cells = {row[0]: row[1:] for row in rows}
    assert list(cells) == list(words.SCORE_ROWS)
    assert cells["Observed values"] == [str(n) for n in own["n"]]
    for baseline, label in words.BASELINES.items():
        for cell, is_better in zip(cells[f"Beside {label}"], own[f"better_than_{baseline}"]):
            assert cell.startswith("–" if is_better is None or is_better != is_better else "✓" if is_better else ("✗", "="))


@pytest.mark.parametrize(
    ("low", "high", "unit", "said"),
    [
        (27.0, 31.9, "USD/kg", "27 to 31.9 USD/kg"), (0.92, 0.978, "share", "92 to 97.8 %"), (2.0, np.inf, "ratio", "at least 2"),
        (-np.inf, 0.5, "share", "at most 50 %"), (24138.0, 24140.0, "month", "July 2011 to September 2011"),
        (24156.0, np.inf, "month", "January 2013 or later"), (5.0, 5.0, "t", "5 t"), (np.nan, np.nan, "t", "–"),
    ],
)  # fmt: skip
def test_intervals_are_said_as_people_say_them(low: float, high: float, unit: str, said: str) -> None:
    assert words.interval_words(low, high, unit) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2011", "2011"),
        ("2011-07", "July 2011"),
        ("2011-07 to 2011-09", "July to September 2011"),
        ("2004-01 to 2013-12", "2004 to 2013"),
    ],
)
def test_periods_are_said_as_people_say_them(written: str, said: str) -> None:
    assert words.period_of(written) == said


def test_errors_are_said_as_factors_points_or_tonnes() -> None:
    assert words.error_words(np.log(1.5), "log", "USD/kg") == "factor 1.5"
    assert words.error_words(0.08, "linear", "share") == "8 points"
    assert words.error_words(np.nan, "log", "t") == "–"


def test_ten_visitors_wait_for_one_scoreboard() -> None:
    n_worked, go = [0], threading.Event()

    def work(told: Callable[[int, int], object]) -> str:
        n_worked[0] += 1
        told(3, 10)
        go.wait(10)
        return "the scoreboard"

    shared, found, heard = Shared(work), [], []
    threads = [
        threading.Thread(target=lambda: found.append(shared.get(lambda: None, lambda *at: heard.append(at)))) for _ in range(10)
    ]
    for one in threads:
        one.start()
    until = time.monotonic() + 5
    while heard.count((3, 10)) < 10 and time.monotonic() < until:
        time.sleep(0.01)
    go.set()
    for one in threads:
        one.join(5)
    assert found == ["the scoreboard"] * 10
    assert n_worked == [1]
    assert heard.count((3, 10)) == 10
    assert shared.get(lambda: None, lambda *at: None) == "the scoreboard"


def test_a_visitor_who_leaves_stops_waiting_and_the_others_get_theirs() -> None:
    go = threading.Event()
    shared: Shared[str] = Shared(lambda told: "found" if go.wait(10) else "late")

    def left() -> None:
        raise Superseded

    with pytest.raises(Superseded):
        shared.get(left, lambda *at: None)
    go.set()
    assert shared.get(lambda: None, lambda *at: None) == "found"


def test_a_fault_is_said_to_those_who_wait_and_may_be_tried_again() -> None:
    faults = [ValueError("no luck")]

    def work(told: Callable[[int, int], object]) -> Judged:
        if faults:
            raise faults.pop()
        return made()

    live = Judging(Shared(work))
    try:
        live.ask(live.n_asked.value)
        until = time.monotonic() + 5
        while not live.fault.value and time.monotonic() < until:
            time.sleep(0.01)
        assert live.fault.value == "ValueError: no luck"
        live.again()
        assert live.fault.value == ""
        live.ask(live.n_asked.value)
        while live.found.value is None and time.monotonic() < until:
            time.sleep(0.01)
        assert live.found.value is made()
    finally:
        live.close()


def test_a_fault_keeps_nothing_of_the_work_that_failed() -> None:
    class Held:
        pass

    held: list[weakref.ref[Held]] = []

    def work(_told: Callable[[int, int], object]) -> str:
        mine = Held()
        held.append(weakref.ref(mine))
        raise ValueError("no luck")

    shared: Shared[str] = Shared(work)
    for _ in range(2):  # those who waited and those who ask again
        with pytest.raises(Said, match=r"^ValueError: no luck$"):
            shared.get(lambda: None, lambda *at: None)
    gc.collect()
    assert [one() for one in held] == [None, None]


def said_by(judging: Any) -> str:
    """Every word that the tab draws."""
    live = Live("history", load_shipped("history"))
    live.go_to(24)
    visit = Visiting(live.snapshot())
    visit._kept["history"] = judging
    box, rendered = solara.render(tab.History(visit), handle_error=False)
    try:
        return repr([one.get_state() for one in _all(box)])
    finally:
        rendered.close()


def _all(widget: Any) -> list[Any]:
    found = [widget]
    for one in getattr(widget, "children", ()) or ():
        if hasattr(one, "get_state"):
            found += _all(one)
    return found


class Still:
    """A judging that stands still."""

    def __init__(self, found: Judged | None = None, progress: tuple[int, int] = (0, 0), fault: str = "") -> None:
        self.found, self.progress, self.fault = solara.reactive(found), solara.reactive(progress), solara.reactive(fault)
        self.n_asked = solara.reactive(0)

    def ask(self, attempt: int) -> None:
        """Nothing."""

    drop = ask

    def again(self) -> None:
        """Nothing."""


def test_the_tab_says_how_far_it_is_what_went_wrong_and_what_it_found() -> None:
    assert tab.LOADING in said_by(Still())
    assert tab.PLAYING.format(34, 100) in said_by(Still(progress=(34, 100)))
    assert "could not be held against history: no luck" in said_by(Still(fault="no luck"))
    found = said_by(Still(made()))
    for part in (words.headline(made()), "They do not move with the levers", "What a run is told", "production quota"):
        assert part in found


def test_choices_that_the_page_does_not_offer_are_dropped() -> None:
    view = View()
    assert tab.picked(view, {"series": "nothing"}, made().bands) == view
    assert tab.picked(view, {"series": "exports.legal", "baselines": False}, made().bands) == View(
        "exports.legal", baselines=False
    )
    assert tab.shown_of(Shown(), {"window": "nothing"}) == Shown()
    assert tab.shown_of(Shown(), {"window": "test", "misses": True}) == Shown("test", only_misses=True)


def test_with_parameter_sets_the_band_is_of_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    table = ParameterTable("made", "made.csv", ("stocks.adjustment_months",), ((2.0,), (6.0,), (12.0,)), (1.0, 1.0, 1.0), 0)
    monkeypatch.setattr(judged_file, "RUNS", 6)
    monkeypatch.setattr(judged_file, "parameters_of", lambda name: "made")
    monkeypatch.setattr("reabm.validation.asked.sets_of", lambda name: table if name == "made" else None)
    monkeypatch.setattr("reabm.validation.asked.label_of", lambda sets, until: sets.name)
    heard: list[tuple[int, int]] = []
    found = judge(lambda done, total: heard.append((done, total)))
    assert (found.n_runs, found.n_sets, found.label) == (6, 3, "made")
    assert heard[-1] == (6, 6)
    runs = play(load_shipped("history"), ("exports.legal",), range(6), table).values["exports.legal"]
    assert np.array_equal(found.bands["exports.legal"][2], np.quantile(runs, 0.5, axis=0))
    assert "6 runs, dealt out among 3 parameter sets," in words.belongs(found)


def test_the_page_opens_without_pandas_and_what_calibrates() -> None:
    heavy = ("pandas", "optuna", "cmaes", "matplotlib", "pyarrow")
    code = f"import sys, reabm.app.page; print([one for one in {heavy} if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
