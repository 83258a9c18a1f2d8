"""Leverage of the world on the screen: the numbers of the library, kept where they are exact, said in plain language."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from functools import cache

import numpy as np
import pytest
import solara

from reabm.app import leverage_live, words
from reabm.app.background import Asked, Superseded
from reabm.app.causes_live import DECAY, EROSION, NOTHING, CauseQuestion, CausesLive, eroded
from reabm.app.charts import leverage as charts
from reabm.app.charts.overview import headline, leverage_figure
from reabm.app.leverage_live import Case, Known, LeverageLive, Question, Reading, fork_dates, is_stale, question_of
from reabm.app.leverage_numbers import Half, course_of, interval_words, peak_since, sentence_of
from reabm.app.live import Live
from reabm.app.picker import load_shipped
from reabm.app.snapshot import Snapshot
from reabm.app.tabs import leverage as tab
from reabm.app.tabs import overview
from reabm.app.turns import Turns
from reabm.leverage import Prices, measure, measure_erosion
from reabm.scenario import Scenario, with_months, with_settings
from tests.app.visiting import Visiting

HALT = Case("japan", "halt", 6)
SEPTEMBER_2010 = 2010 * 12 + 8


def short_scenario() -> Scenario:
    """The history to 2012, losses counted over two years: forks that are soon played."""
    return with_settings(with_months(load_shipped("history"), end="2012-12"), {"payoffs.horizon_months": 24})


def live_in(month: int, seed: int = 3) -> Live:
    """A world after so many months."""
    live = Live("history", short_scenario(), seed)
    live.go_to(month)
    return live


@cache
def eve() -> Snapshot:
    """The eve of the halt."""
    return live_in(68).snapshot()


def answers(question: Question, live: LeverageLive | None = None) -> list[Reading]:
    """All that is published for a question."""
    found: list[Reading] = []
    live = live or LeverageLive()
    live._publish = found.append
    live._answer(question, Asked())
    return found


@cache
def known_on_the_eve() -> tuple[Reading, ...]:
    """What is published for the eve of the halt."""
    return tuple(answers(question_of(eve())._replace(dates=fork_dates(eve().track)[-3:])))


def test_the_page_has_the_numbers_of_measure_leverage() -> None:
    reading = known_on_the_eve()[-1]
    dates = fork_dates(eve().track)[-3:]
    alone = measure(short_scenario(), dates, 6, "japan", seeds=[3], sets=[{}])
    assert reading.own[HALT].table.equals(alone.table)
    seeds = [3, 0, 1, 2, 4, 5, 6, 7]
    over = measure(short_scenario(), dates, 6, "japan", seeds=seeds, sets=[{}])
    assert reading.worlds[HALT].table.equals(over.table)
    assert str(reading.worlds[HALT].half_life("japan", 6)) == str(over.half_life("japan", 6))  # NaN is no number to compare


def test_the_world_on_the_screen_is_known_first_and_the_rest_follows() -> None:
    first, last = known_on_the_eve()[0], known_on_the_eve()[-1]
    assert list(first.own) == [HALT]
    assert not first.worlds
    assert not first.is_whole
    assert first.doing
    assert last.is_whole
    assert not last.doing
    assert last.own[HALT].forks["at"].nunique() == 3


def test_dates_grow_with_the_run_and_the_month_that_follows_is_one_of_them_only_while_it_stands() -> None:
    snapshot = live_in(70).snapshot()  # through October 2010
    assert fork_dates(snapshot.track)[-1] == SEPTEMBER_2010
    assert question_of(snapshot).dates[-1] == snapshot.next_month == SEPTEMBER_2010 + 2
    assert question_of(snapshot._replace(is_playing=True)).dates[-1] == SEPTEMBER_2010
    assert question_of(live_in(0).snapshot()).dates == ()


def test_what_is_known_is_not_measured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    live, question = LeverageLive(), question_of(eve())._replace(dates=(SEPTEMBER_2010 - 6,), refined=False)
    answers(question, live)
    asked: list[list[int]] = []

    def counted(scenario: Scenario, dates: list[int], *_: object, **__: object) -> Iterator[object]:
        asked.append(dates)
        return iter(())

    monkeypatch.setattr("reabm.leverage.forks.measure_forks", counted)
    answers(question._replace(dates=(SEPTEMBER_2010 - 6, SEPTEMBER_2010)), live)
    assert {at for dates in asked for at in dates} == {SEPTEMBER_2010}


def test_after_a_change_only_forks_that_end_before_it_are_kept_and_they_are_the_same_to_the_last_bit() -> None:
    live = live_in(68)
    before = live.scenario
    live.change({"export_quota.scale": 2.0})
    after = live.scenario
    known = Known()
    early, meets = SEPTEMBER_2010 - 24, SEPTEMBER_2010 - 23  # the horizon is 24 months: the second one sees the change
    leverage_live.measure_missing(before, known.of(before), [HALT], [early, meets], [3], Asked(), 1)
    kept = known.of(after)
    assert [at for _, at, _ in kept] == [early]
    alone = measure(after, [early, meets], 6, "japan", seeds=[3], sets=[{}])
    own = leverage_live.leverage_of(after, kept, HALT, [early], [3])
    assert own is not None
    assert own.table.equals(alone.table[alone.table["at"] == early].reset_index(drop=True))
    old = leverage_live.leverage_of(before, known.of(before), HALT, [meets], [3])
    assert old is not None
    assert old.target_loss[0] != alone.target_loss[1], "this fork sees the change and must not be kept"


def changed_so_often(n: int) -> list[Scenario]:
    """The history as it stood after each of n changes, a month apart."""
    live = live_in(40)
    found = [live.scenario]
    for k in range(n):
        live.go_to(41 + k)
        live.change({"export_quota.scale": 1.0 + 0.01 * (k + 1)})
        found.append(live.scenario)
    return found


def test_a_question_of_many_scenarios_does_not_drive_out_its_own_forks() -> None:
    scenarios = changed_so_often(20)
    known = Known(most_forks=3)
    for n, scenario in enumerate(scenarios):
        known.of(scenario)[HALT, SEPTEMBER_2010, n] = n  # type: ignore[assignment]
    for n, scenario in enumerate(scenarios):
        assert known.of(scenario) == {(HALT, SEPTEMBER_2010, n): n}


def test_what_was_used_longest_ago_is_let_go_once_there_are_too_many_forks() -> None:
    first, second, third, fourth = changed_so_often(3)
    known = Known(most_forks=4)
    for scenario in (first, second, third):
        known.begin()
        known.of(scenario).update({(HALT, SEPTEMBER_2010, seed): seed for seed in range(2)})  # type: ignore[dict-item]
    known.begin()
    assert len(known.of(first)) == 2, "used last, though made first"
    known.begin()
    known.of(fourth)
    assert [len(known.of(scenario)) for scenario in (first, third, second)] == [2, 2, 0]


def test_scenarios_that_differ_in_more_than_interventions_share_nothing() -> None:
    one = short_scenario()
    other = with_settings(one, {"market.freight_usd_kg": 1.5})
    assert leverage_live.shared_until(one, other) == one.start
    assert leverage_live.shared_until(one, short_scenario()) == leverage_live.NEVER


def test_a_newer_question_stops_the_measuring_at_the_next_fork() -> None:
    asked = Asked()
    known: dict[leverage_live.Key, object] = {}

    class Stopping(dict[leverage_live.Key, object]):
        def __setitem__(self, key: leverage_live.Key, value: object) -> None:
            known[key] = value
            asked.is_stale.set()

    with pytest.raises(Superseded):
        leverage_live.measure_missing(
            short_scenario(),
            Stopping(),
            [HALT],
            [SEPTEMBER_2010 - 6, SEPTEMBER_2010],
            [3],
            asked,
            1,  # type: ignore[arg-type]
        )
    assert len(known) == 1


def test_leverage_gives_its_turn_to_others_between_two_forks(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns(1)
    monkeypatch.setattr(leverage_live, "TURNS", turns)
    live = LeverageLive(lambda reading: None)
    question = question_of(eve())
    live.ask(question)
    while turns._free:
        time.sleep(0.001)
    turns.take(False, lambda: None)  # another visitor's: comes long before all is measured
    known = len(live._known.of(question.scenario))
    live.close()
    turns.give_back()
    assert known < 8 * len(question.dates)


def test_what_follows_the_first_answer_waits_behind_the_first_answers_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, bool]] = []
    asked = Asked()

    def noted(_scenario: object, _known: object, _cases: object, _dates: object, seeds: tuple[int, ...], *_: object) -> None:
        seen.append((len(seeds), asked.is_refining))

    monkeypatch.setattr(leverage_live, "measure_missing", noted)
    live = LeverageLive(lambda reading: None)
    live._answer(question_of(eve()), asked)
    assert seen[0] == (1, False)
    assert (8, True) in seen
    assert (8, False) not in seen


def test_the_chart_shows_the_table_and_the_parent_faintly() -> None:
    live = live_in(68)
    live.change({"export_quota.scale": 2.0})
    snapshot = live.snapshot()
    question = question_of(snapshot)._replace(
        dates=(SEPTEMBER_2010 - 6, SEPTEMBER_2010), parent_dates=(SEPTEMBER_2010,), refined=False
    )
    reading = answers(question)[-1]
    course = course_of(reading, HALT)
    assert course is not None
    assert course.parent is not None
    option = charts.panel(snapshot, course, is_stale=False)
    lines = {one["id"]: one for one in option["series"]}
    shown = [y for _, y in lines["concession it could buy|M USD"]["data"]]
    assert shown == [float(f"{y:.5g}") for y in reading.own[HALT].table["leverage_musd"]]
    assert lines["before the change-parent|M USD"]["data"][0][1] == float(f"{course.parent.leverage[0]:.5g}")
    assert course.parent.leverage[0] != course.own.leverage[1]
    assert charts.BUSY in charts.panel(snapshot, course, is_stale=True)["title"]["text"]
    assert charts.panel(snapshot, None, is_stale=True)["title"][1]["text"] == charts.BUSY


def test_other_prices_need_no_play_and_move_the_window() -> None:
    reading = known_on_the_eve()[-1]
    dear = course_of(reading, HALT, {"retaliation_musd_month": 0.0, "issue_value_musd": 0.0})
    plain = course_of(reading, HALT)
    assert dear is not None
    assert plain is not None
    alone = reading.own[HALT].at_prices(retaliation_musd_month=0.0, issue_value_musd=0.0)
    assert np.array_equal(dear.own.leverage, alone.curve("japan", 6)["leverage_musd"])
    assert dear.issue_musd == 0.0
    assert dear.windows == tuple(alone.window("japan", 6))
    assert dear.windows != plain.windows
    assert (dear.own.coercer_loss < plain.own.coercer_loss).all()


def test_what_is_of_another_world_or_lacks_dates_is_stale() -> None:
    question = question_of(eve())
    reading = known_on_the_eve()[-1]
    dated = question._replace(dates=fork_dates(eve().track)[-3:])
    assert not is_stale(reading, dated)
    assert is_stale(reading, question), "it lacks the other dates"
    assert is_stale(reading, dated._replace(scenario=load_shipped("restraint")))
    assert is_stale(None, dated)
    assert not is_stale(None, dated._replace(dates=()))
    again = replace(dated.scenario)
    assert again is not dated.scenario
    assert not is_stale(reading, dated._replace(scenario=again)), "the same world, made anew by an undone change"


def test_the_sentence_says_what_the_numbers_say() -> None:
    course = course_of(known_on_the_eve()[-1], HALT)
    assert course is not None
    value = float(course.own.leverage[-1])
    said = sentence_of(course, SEPTEMBER_2010)
    assert said.startswith("A six-month halt of shipments to Japan in September 2010")
    assert (f"worth up to {value:,.0f} M USD" in said) == (value > 0.0)
    assert "measured in March and September" in sentence_of(course, 2005 * 12)
    figure = leverage_figure(eve(), course, is_stale=False)
    assert figure.value == f"{value:,.0f}"
    assert "September 2010" in figure.change
    assert charts.BUSY in leverage_figure(eve(), course, is_stale=True).change


def test_a_measurement_that_failed_is_said_on_the_overview() -> None:
    course = course_of(known_on_the_eve()[-1], HALT)
    assert course is not None
    fault = "RunError: the months do not close"
    for known, is_stale_now in ((None, True), (course, True), (course, False)):
        figure = headline(eve(), known, is_stale_now, fault)[0]
        assert figure.what == "Leverage over Japan"
        assert figure.change == charts.FAULTY
        assert (figure.value == words.NOTHING) == is_stale_now, "a number of another world is not shown as this one's"
    assert fault in charts.panel(eve(), None, True, fault)["title"][1]["text"]
    assert fault in charts.panel(eve(), course, True, fault)["title"][1]["text"]
    assert len(charts.panel(eve(), course, False, fault)["series"]) > 0


def test_the_overview_draws_a_fault_of_the_measurement(monkeypatch: pytest.MonkeyPatch) -> None:
    visit = Visiting(eve())
    visit.keep("leverage", LeverageLive).fault.set("RunError: broken")
    monkeypatch.setattr(LeverageLive, "ask", lambda *_: None)
    sent: list[str] = []
    monkeypatch.setattr(overview, "Figures", lambda figures: sent.append(figures[0].change) or solara.Text(""))
    monkeypatch.setattr(overview, "Chart", lambda option, **_: sent.append(str(option["title"])) or solara.Text(""))
    _, drawing = solara.render(overview.Overview(visit), handle_error=False)  # type: ignore[arg-type]
    drawing.close()
    assert sent[0] == charts.FAULTY
    assert "RunError: broken" in sent[1]


def test_a_fault_is_forgotten_once_something_else_is_measured() -> None:
    live = LeverageLive()
    live.fault.set("RunError: broken")
    answers(question_of(eve())._replace(dates=(SEPTEMBER_2010,), refined=False), live)
    assert live.fault.value == ""


def test_a_bound_that_was_not_reached_stays_open() -> None:
    half = Half(SEPTEMBER_2010, 500.0, 0.9, 0.8, float("nan"))
    assert interval_words(half) == "0.8 or more"
    assert interval_words(half._replace(high=1.1)) == "0.8 to 1.1"


def cause(what: str) -> CauseQuestion:
    """What a halt in September 2010 costs later, at the scenario's prices."""
    prices = tuple(sorted(asdict(Prices.of(short_scenario())).items()))
    return CauseQuestion(what, short_scenario(), 3, "japan", 6, SEPTEMBER_2010, 0, prices)


def test_what_use_costs_later_is_measure_erosion_of_this_world() -> None:
    told: list[int] = []
    found = eroded(cause(EROSION), lambda done, _total: told.append(done))
    alone = measure_erosion(short_scenario(), "2010-09", 6, months=6, target="japan", seeds=[3])
    assert found.erosion is not None
    for mine, name in zip(found.erosion, ("year", "leverage_used_musd", "leverage_spared_musd")):
        assert np.array_equal(mine, alone.table()[name])
    assert found.restraint_musd == alone.value_of_restraint_musd()[0]
    assert told[-1] == len(told) == 4  # two later dates, with and without the embargo


def test_a_decomposition_can_be_cancelled_and_asked_for_again() -> None:
    live, asked = CausesLive(), Asked()
    asked.is_stale.set()
    with pytest.raises(Superseded):
        live._answer(cause(DECAY)._replace(last=SEPTEMBER_2010 + 12), asked)
    assert live._answer(cause(NOTHING), Asked()).question is None  # what cancelling leaves: the button is there again


def test_a_change_moves_leverage_from_its_own_date_on_and_leaves_the_past_as_it_was() -> None:
    live = live_in(68)
    before = live.scenario
    live.change({"export_quota.scale": 2.0})
    dates = (SEPTEMBER_2010 - 6, SEPTEMBER_2010)
    question = question_of(live.snapshot())._replace(dates=dates, parent_dates=dates, refined=False)
    course = course_of(answers(question)[-1], HALT)
    assert course is not None
    assert course.parent is not None
    assert course.own.leverage[0] == course.parent.leverage[0]
    assert course.own.leverage[1] != course.parent.leverage[1]
    past, now = (
        measure(scenario, [at], 6, "japan", seeds=[3], sets=[{}]) for scenario, at in zip((before, live.scenario), dates)
    )
    assert course.own.target_loss[0] == past.target_loss[0]
    assert course.own.target_loss[1] == now.target_loss[0]


def test_changes_made_by_a_date_are_those_that_count_there() -> None:
    live = live_in(60)
    live.change({"export_quota.scale": 2.0})
    live.go_to(68)
    live.change({"crackdown.share": 0.5})
    start, scenario = live.scenario.start, live.scenario
    groups = leverage_live.as_then(scenario, 0, [start + 59, start + 60, start + 67, start + 68])
    assert [dates for _, dates in groups] == [(start + 59,), (start + 60, start + 67), (start + 68,)]
    assert [len(then.interventions) for then, _ in groups] == [0, 1, 2]
    assert groups[-1][0] is scenario


def test_what_use_costs_and_why_leverage_fell_stand_under_the_changes_made_by_the_date() -> None:
    live = live_in(70)
    before = live.scenario
    live.change({"export_quota.scale": 2.0})
    changed = live.scenario
    live.go_to(68)  # back, before the change
    snapshot, reading = live.snapshot(), known_on_the_eve()[-1]
    course = course_of(reading, HALT)
    assert snapshot.track.scenario == changed
    asked: list[CauseQuestion] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(CausesLive, "ask", lambda _self, question: asked.append(question))
        patched.setattr(tab.solara, "Button", lambda *_, on_click, **__: on_click() or solara.Text(""))
        patched.setattr(tab, "peak_since", lambda course, month: (course.own.at[0], 1.0) if month == 0 else (10**6, -1.0))
        for part in (
            tab._Erosion(Visiting(snapshot), snapshot, HALT, (), is_ready=True),
            tab._Decay(Visiting(snapshot), snapshot, course, HALT, (), stale=False),
        ):
            _, drawing = solara.render(part, handle_error=False)
            drawing.close()
    assert {question.what for question in asked} == {EROSION, DECAY}
    assert all(question.scenario == before for question in asked)


def test_the_peak_from_which_leverage_fell_is_one_since_the_last_change() -> None:
    course = course_of(known_on_the_eve()[-1], HALT)
    assert course is not None
    best = max(course.own.leverage)
    assert peak_since(course, 0)[1] == best
    assert peak_since(course, course.own.at[-1]) == (course.own.at[-1], float(course.own.leverage[-1]))


def test_a_restriction_that_stops_nothing_is_said_to_change_nothing() -> None:
    course = course_of(known_on_the_eve()[-1], HALT)
    assert course is not None
    nothing = np.zeros_like(course.own.leverage)
    idle = replace(course, own=replace(course.own, leverage=nothing, target_loss=nothing, coercer_loss=nothing))
    assert "would change nothing" in sentence_of(idle, SEPTEMBER_2010)


def test_a_curve_that_lacks_dates_is_not_complete() -> None:
    course = course_of(known_on_the_eve()[-1], HALT)
    assert course is not None
    assert course.is_complete(course.own.at)
    assert not course.is_complete((*course.own.at, SEPTEMBER_2010 + 6))
