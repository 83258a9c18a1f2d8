"""Regret beside an agent: its plays go on from the world on the screen, and what is found is said and stands in the table."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from reabm.app.background import Asked, Superseded
from reabm.app.live import Live
from reabm.app.picker import load_shipped
from reabm.app.regret_here import (
    N_SEEDS,
    Question,
    Regret,
    RegretLive,
    cell_of,
    deviation_words,
    measure,
    question_of,
    sentence,
    tried_rows,
    why_not,
)  # fmt: skip
from reabm.app.roster import REGRET_HEAD, heads, roster, with_regret
from reabm.app.snapshot import Snapshot
from reabm.empirical.deviations import Deviation, deviations_of
from reabm.empirical.regret import Asked as Measuring
from reabm.empirical.regret import Table, interval
from reabm.empirical.worth import worth_reader
from reabm.engine.ensemble import Job, play_jobs
from reabm.engine.fork import replay
from reabm.engine.run import prepare
from reabm.scenario import with_months, with_settings

SHOWN, SEED, YEARS = 96, 2, 2
LAST = SHOWN + 12 * YEARS - 1
CHANGES = {"strategies.tdk": [{"from": "2012-06", "value": "best_reply"}]}  # made by a visitor, before the month on the screen


@cache
def snapshot() -> Snapshot:
    live = Live("history", with_settings(load_shipped("history"), CHANGES), SEED)
    live.go_to(SHOWN)
    return live.snapshot()


HEARD: dict[str, list[tuple[int, int]]] = {}  # while an agent was measured


@cache
def measured(agent: str = "china_state") -> Regret:
    heard = HEARD.setdefault(agent, [])
    return measure(question_of(snapshot(), agent, YEARS), Asked(), lambda *at: heard.append(at))


def test_who_asks_hears_how_many_runs_are_played() -> None:
    tried = measured().found["tried"]
    heard = HEARD["china_state"]
    assert heard == [(k + 1, 0) for k in range(len(heard))]
    assert len(heard) > sum(one["seeds"] for one in tried)  # and those in which nobody deviates, and of the best one's measuring


def made(found: dict[str, Any]) -> Regret:
    """A finding that is written down, not played."""
    usual = {
        "best": "wait", "gain_musd": 12.0, "low_musd": 8.0, "high_musd": 15.0, "regret_musd": 12.0, "relative": 0.3,
        "tried": [{"name": "wait", "gain_musd": 11.0, "seeds": 4}, {"name": "herd", "gain_musd": None, "seeds": 4},
                  {"name": "runs at 0.5", "gain_musd": 13.0, "seeds": 4}],
    }  # fmt: skip
    return Regret(Question(load_shipped("history"), 0, SHOWN, YEARS, "mount_weld_1"), usual | found)


def test_plays_go_on_from_the_world_on_the_screen_whatever_their_luck() -> None:
    scenario = with_months(snapshot().track.scenario, end=snapshot().track.scenario.start + LAST)
    prepared = prepare(scenario)
    opening = replay(prepared, SEED, SHOWN).block
    table = Table(Measuring(scenario, ("tdk",), SHOWN, LAST, 2), 1, None, opening)
    take = worth_reader(prepared, ["tdk"], SHOWN, LAST)
    whole, other = play_jobs([Job(prepared, SEED, 0, LAST), Job(prepared, SEED + 1, 0, LAST)], take, 1, details=True)
    here = table.worth("tdk", [SEED, SEED + 1])
    assert here[0] == pytest.approx(float(whole[0]), rel=1e-12)
    assert here[1] != pytest.approx(float(other[0]), rel=1e-6), "other luck begins with the month on the screen, not before"


def test_the_gain_is_that_of_the_best_deviation_on_luck_that_it_was_not_chosen_for() -> None:
    found = measured().found
    scenario = with_months(snapshot().track.scenario, end=snapshot().track.scenario.start + LAST)
    best = next(one for one in deviations_of(scenario, "china_state", SHOWN) if one.name == found["best"])
    seeds = range(N_SEEDS // 2, N_SEEDS // 2 + len(found["gains_musd"]))
    opening = replay(prepare(scenario), SEED, SHOWN).block
    take = worth_reader(prepare(scenario), ["china_state"], SHOWN, LAST)

    def worths(one: Any) -> np.ndarray:
        prepared = prepare(one)
        return np.array([own[0] for own in play_jobs((Job(prepared, k, SHOWN, LAST, opening) for k in seeds), take, 1)])

    gains = worths(best.of(scenario, "china_state", SHOWN)) - worths(scenario)
    assert found["gains_musd"] == pytest.approx(gains.tolist(), rel=1e-9)
    assert (found["gain_musd"], found["low_musd"], found["high_musd"]) == pytest.approx(interval(gains))
    assert found["rule"] == "scripted_history"


def test_what_was_found_is_said_with_its_interval() -> None:
    said = sentence(made({}))
    assert said.startswith("With “wait” it would have gained 12.0 M USD over 2 years from January 2013")
    assert "(90 % interval 8.0 to 15.0)" in said
    assert "the best of 3 other ways to play" in said
    assert "30 % of what the play is worth to it" in said
    assert "not sure" in sentence(made({"low_musd": -1.0}))
    assert sentence(made({"best": ""})).startswith("Nothing better found over 2 years from January 2013")
    assert sentence(made({"gain_musd": -3.0})).startswith("Nothing better found")
    assert "1 of them does not close with every course of luck, and is left out." in said
    closed = [{**one, "gain_musd": 1.0} for one in made({}).found["tried"]]
    assert "of them" not in sentence(made({"tried": closed}))


def test_the_table_of_agents_has_a_column_of_regret_once_one_is_known() -> None:
    rows, columns = roster(snapshot()), heads(snapshot())
    assert with_regret(rows, columns, {}) == (rows, columns)
    more, wider = with_regret(rows, columns, {"mount_weld_1": made({}), "sojitz": made({"best": ""})})
    assert all(some[-1] == REGRET_HEAD for some in wider.values())
    cells = {row["id"]: row["cells"][-1] for row in more}
    assert cells["mines-mount_weld_1"] == cell_of(made({})) == {"text": "12.0", "key": 12.0, "change": "by wait"}
    assert cells["importers-sojitz"]["text"] == "nothing better"
    assert cells["makers-tdk"] == {"text": "", "key": None, "change": ""}
    assert all(len(row["cells"]) == len(wider[""]) for row in more)


def test_the_best_that_was_tried_is_listed_first_and_what_failed_is_not() -> None:
    assert tried_rows(made({})) == [["runs at 50 % of capacity", "13.0", "4"], ["wait", "11.0", "4"]]


@pytest.mark.parametrize(
    ("agent", "why"),
    [("showa_denko", "not booked"), ("jl_mag", "by script"), ("bayan_obo", "Chinese state"), ("tdk", ""), ("japan", "")],
)
def test_whose_regret_cannot_be_told_is_said(agent: str, why: str) -> None:
    found = why_not(snapshot().track.scenario, agent)
    assert (why in found) if why else found == ""


@pytest.mark.parametrize(
    ("agent", "name", "words"),
    [
        ("mount_weld_1", "builds 2014-03", "builds in March 2014"), ("mount_weld_1", "runs at 0", "never runs"),
        ("mount_weld_1", "output 0.5", "runs at 50 % of capacity"),
        ("mount_weld_1", "output x 1.2", "1.2 times the output that it is told"),
        ("tdk", "in China 0.5 / 1", "50 % of premium and 100 % of commodity lines in China"),
        ("sojitz", "calm cover x 1.5", "1.5 times its cover in calm times"), ("tdk", "best_reply", "best reply"),
        ("japan", "stockpile 6", "State stockpile: 6 months"), ("japan", "stockpile 1", "State stockpile: 1 month"),
        ("japan", "thrift_programme 4", "Programme to save rare earths: × 4"),
        ("china_state", "export_tax.share 0.4", "Export tax, one rate for all: 40 %"),
    ],
)  # fmt: skip
def test_deviations_are_called_as_people_would(agent: str, name: str, words: str) -> None:
    assert deviation_words(snapshot().track.scenario, agent, name) == words


def test_every_deviation_of_every_kind_has_words() -> None:
    scenario = snapshot().track.scenario
    for agent in ("china_state", "japan", "mount_weld_1", "tdk", "sojitz"):
        for one in deviations_of(scenario, agent, SHOWN):
            assert deviation_words(scenario, agent, one.name).strip(" :")


def test_what_is_left_half_way_ends_the_work_and_not_its_thread() -> None:
    asked = Asked()
    asked.is_stale.set()
    with pytest.raises(Superseded):
        measure(question_of(snapshot(), "tdk", YEARS), asked, lambda _done, _of: None)


def test_what_was_found_is_kept_by_question() -> None:
    live = RegretLive()
    first, again = made({}), made({"gain_musd": 1.0})
    live._add(first)
    live._add(again)
    assert live.known.value == (again,)
    live.close()


def test_a_planner_is_not_tried_on_the_page() -> None:
    from reabm.app.regret_here import is_slow

    assert is_slow(Deviation("plans", (("strategies.china_state", "receding_horizon"),)))
    assert not is_slow(Deviation("plans", (("strategies.china_state", "open_trade"),)))
