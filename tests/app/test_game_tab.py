"""The tab Game: it shows what the runs paid, says who would move as the table has it, and weighs the map without new runs."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pytest
import solara

from reabm.app import restraint_here, rivals
from reabm.app.answers import Answers
from reabm.app.background import Asked, Superseded
from reabm.app.charts import game as charts
from reabm.app.live import Live
from reabm.app.picker import load_shipped
from reabm.app.restraint_here import Compared, Weighed, weigh
from reabm.app.restraint_words import frontier_rows, map_sentence
from reabm.app.rivals import Payoffs, Who, play_game
from reabm.app.rivals_solved import best_replies, solve_pair
from reabm.app.rivals_words import sentences, signed, table_of
from reabm.app.snapshot import Snapshot
from reabm.app.tabs import game as tab
from reabm.empirical.game import Choice, Player
from reabm.empirical.payoff_table import Table
from reabm.empirical.worth import worth_reader
from reabm.engine.ensemble import Failed, Job, play_jobs
from reabm.engine.run import prepare
from reabm.report.palette import MARK
from reabm.scenario import forked
from reabm.world.layout import Array
from tests.app.visiting import Visiting

SHOWN, SEED = 96, 3


@cache
def snapshot() -> Snapshot:
    live = Live("history", load_shipped("history"), SEED)
    live.go_to(SHOWN)
    return live.snapshot()


def asked_of(first: str, second: str, years: int = 1) -> rivals.Question:
    found = rivals.question_of(snapshot(), first, second, years)
    assert found is not None
    return found


@cache
def played(first: str = "beijing", second: str = "tokyo") -> Payoffs:
    return play_game(asked_of(first, second), Asked())


@dataclass(frozen=True, eq=False)
class Written(Payoffs):
    """A game that is written down, not played."""

    names: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    @property
    def whos(self) -> tuple[Who, Who]:
        first, second = self.names
        return Who("a", "A", "A", ("china_state",), first, ()), Who("b", "B", "B", ("japan",), second, ())


def written(first: list[list[float]], second: list[list[float]], noise: float = 0.0) -> Written:
    """A game whose pay-offs are given, with noise that is not the same in all pairs."""
    shape = len(first), len(first[0])
    names = ("scripted_history", "open_trade", "tight_quota")[: shape[0]], ("none", "threshold", "complain")[: shape[1]]
    players = tuple(
        Player(who, (agent,), (agent,), tuple(Choice(name, name, {}) for name in some), ())
        for who, agent, some in zip("ab", ("china_state", "japan"), names)
    )
    means = np.stack([np.array(first, dtype=float).ravel(), np.array(second, dtype=float).ravel()], axis=-1)
    luck = np.random.default_rng(1).normal(size=(len(means), rivals.N_SEEDS, 2)) * noise
    table = Table(players, (means[:, None] + luck)[None], (), tuple(range(rivals.N_SEEDS)), 0)
    question = asked_of("beijing", "tokyo")
    return Written(question, rivals.game_of(question), table, np.zeros((2, rivals.N_SEEDS)), 0.0, names)


@pytest.mark.parametrize("pair", [("beijing", "tokyo"), ("makers", "beijing")])
def test_a_pair_pays_what_its_scenario_pays_headlessly_on_the_worlds_own_luck(pair: tuple[str, str]) -> None:
    found = played(*pair)
    game, last = found.game, SHOWN + 11
    profile = (1, 2)
    scenario = game.played(game.scenario, profile)
    take = worth_reader(prepare(game.scenario), game.agents, SHOWN, last)
    (worth,) = play_jobs([Job(prepare(scenario), SEED, 0, last)], take, 1, details=True)
    row = int(np.ravel_multi_index(profile, game.shape))
    assert found.table.payoffs[0, row, 0] == pytest.approx(worth, rel=1e-12)
    assert found.table.seeds[0] == SEED
    assert found.table.n_failed == 0


def test_what_all_play_now_pays_what_the_world_pays_as_it_goes_on() -> None:
    found = played()
    a, b = (who.strategies.index("scripted_history") for who in found.whos)
    row = int(np.ravel_multi_index((a, b), found.game.shape))
    assert (found.table.replicates()[row, :, :, 0] == found.now).all()
    cells = table_of(found, solve_pair(found), against_now=True)["rows"][a]["cells"][b]["halves"]
    assert [half["text"] for half in cells] == ["±0", "±0"]
    heads = table_of(found, solve_pair(found), True)["heads"]
    assert [head["name"] for head in heads if head["now"]] == ["scripted history"]


def test_nobody_plays_what_levers_say_and_planners_only_where_they_are_asked_for() -> None:
    known = {who.name: who for who in rivals.whos(snapshot().track.scenario)}
    assert {"beijing", "tokyo", "makers", "mines"} <= set(known)
    assert not any({"directed", "receding_horizon", "price_fringe"} & set(who.strategies) for who in known.values())
    assert known["makers"].is_block
    assert "showa_denko" not in known["makers"].agents, "nobody books the margin of an alloy maker"
    slow = replace_slow(known["beijing"])
    assert rivals.players_of(asked_of("beijing", "tokyo"))[0].strategies == known["beijing"].strategies
    asked = asked_of("beijing", "tokyo")._replace(with_slow=True)
    assert rivals.players_of(asked)[0].strategies == slow


def replace_slow(who: Who) -> tuple[str, ...]:
    return (*who.strategies, *who.slow)


def test_nobody_plays_against_himself_or_somebody_who_is_not_there() -> None:
    assert rivals.question_of(snapshot(), "tokyo", "tokyo", 5) is None
    assert rivals.question_of(snapshot(), "tokyo", "atlantis", 5) is None
    assert tab.pair_of(["beijing", "tokyo"], "makers", "mines") == ("beijing", "tokyo")
    assert tab.pair_of(["beijing", "tokyo"], "tokyo", "tokyo") == ("tokyo", "beijing")
    assert tab.pair_of(["tokyo"], "beijing", "tokyo") == ("", "tokyo")


def test_a_question_nobody_wants_any_more_is_left() -> None:
    asked = Asked()
    asked.is_stale.set()
    with pytest.raises(Superseded):
        play_game(asked_of("beijing", "tokyo"), asked)


def test_a_pair_that_ends_with_no_luck_is_named_in_plain_words_and_the_page_stays_usable(monkeypatch: pytest.MonkeyPatch) -> None:
    question = asked_of("beijing", "tokyo")
    beijing, tokyo = rivals.players_of(question)
    pairs = [(a, b) for a in beijing.strategies for b in tokyo.strategies]
    lost = 1 + pairs.index(("tight_quota", "none"))

    def no_end(jobs: Any, *_: Any) -> Any:
        for n, job in enumerate(jobs):
            row, luck = divmod(n, rivals.N_SEEDS)
            is_lost = row == lost or (row == 1 and luck == 0)  # of the first pair one run alone: the others tell what it pays
            yield Failed(job, "2014-03: the market was not solved: 1 (status), allowed 0.5") if is_lost else np.zeros(2)

    monkeypatch.setattr(rivals, "play_jobs", no_end)
    live = tab.game_answers()
    live.ask(question)
    ends = time.monotonic() + 20.0
    while not live.fault.value and time.monotonic() < ends:
        time.sleep(0.01)
    assert tab.status_of(live, snapshot(), question, None, False, str) == (
        "It could not be played: with “Beijing: tight quota, Tokyo: none” no run from January 2013 on gets to its end, whatever"
        " the luck: a month does not balance (2014-03: the market was not solved). Choose other players or other years; all else"
        " on the page goes on."
    )
    monkeypatch.undo()
    other = asked_of("tokyo", "washington")
    live.ask(other)
    while live.answer_to(other) is None and time.monotonic() < ends:
        time.sleep(0.01)
    assert live.answer_to(other) is not None
    assert live.fault_of(other) == ""
    live.close()


def test_many_pairs_without_an_end_are_counted_and_the_world_as_now_is_named() -> None:
    question = asked_of("beijing", "tokyo")
    said = rivals.unplayable(question, [None, (0, 0), (0, 1), (0, 2), (1, 0)], "")
    assert said.startswith("with everybody as now; “Beijing: scripted history, Tokyo: ")
    assert " and 2 more no run from January 2013 on" in said
    assert "()" not in said


def test_the_table_has_the_means_of_the_runs_and_marks_best_replies_by_words_and_arrows() -> None:
    found = played()
    solved = solve_pair(found)
    table = table_of(found, solved, against_now=False)
    best = best_replies(solved)
    payoffs = found.table.payoffs[0].mean(axis=1).T.reshape(solved.payoffs.shape)
    assert solved.payoffs == pytest.approx(payoffs)
    for a, row in enumerate(table["rows"]):
        for b, cell in enumerate(row["cells"]):
            first, second = cell["halves"]
            mean = payoffs[0, a, b]
            assert first["text"] == (f"{mean:,.0f}" if abs(mean) >= 100 else f"{mean:,.1f}")
            assert first["best"] == (payoffs[0, a, b] == payoffs[0, :, b].max()) == best[0, a, b]
            assert second["best"] == (payoffs[1, a, b] == payoffs[1, a].max())
            assert (first["arrow"], second["arrow"]).count("") == first["best"] + second["best"]
            assert cell["held"] == (first["best"] and second["best"])
            assert first["arrow"] in ("", "↑", "↓")
            assert second["arrow"] in ("", "←", "→")
            assert "best reply" in first["said"] if first["best"] else "better" in first["said"]
            better = payoffs[0, :, b].argmax()
            assert first["arrow"] == ("" if first["best"] else "↓" if better > a else "↑")
    shades = [half["shade"] for row in table["rows"] for cell in row["cells"] for half in cell["halves"]]
    assert (min(shades), max(shades)) == (0.0, 1.0)


def test_a_dilemma_is_told_as_one() -> None:
    found = written([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    solved = solve_pair(found)
    assert [one.profiles for one in solved.pure] == [((1, 1),)]
    assert solved.pure[0].probability == 1.0
    said = " ".join(sentences(found, solved))
    assert "nobody wants to move from “A: open trade, B: threshold”" in said
    assert "all redraws of the luck" in said
    assert "Both would earn more at “A: scripted history, B: none”, but from there A and B would move." in said
    assert "A would earn 1.0 M USD more and B 1.0 M USD more" in said


def test_where_no_pair_holds_the_mix_is_named_with_how_often_it_is_one() -> None:
    found = written([[1, 0], [0, 1]], [[0, 1], [1, 0]], noise=0.01)
    solved = solve_pair(found)
    assert (solved.pure, solved.none) == ((), 1.0)
    (blend,) = solved.mixed
    assert np.concatenate(blend.mixed) == pytest.approx(0.5, abs=0.05)
    assert blend.probability == 1.0
    said = " ".join(sentences(found, solved))
    assert "No pair of plain strategies holds" in said
    assert "A: scripted history 50 % and open trade 50 %" in said


def test_several_equilibria_are_all_named_and_pairs_that_pay_the_same_are_one() -> None:
    found = written([[2, 0, 0], [0, 1, 1]], [[2, 0, 0], [0, 1, 1]])
    solved = solve_pair(found)
    assert [one.profiles for one in solved.pure] == [((0, 0),), ((1, 1), (1, 2))]
    said = " ".join(sentences(found, solved))
    assert "“A: open trade, B: threshold or complain”" in said
    assert "what each expects of the other" in said


def test_what_luck_leaves_open_is_marked() -> None:
    sure, open_ = (written([[1, 0], [1.001, 1]], [[1, 0], [0, 1]], noise) for noise in (0.0, 0.2))
    assert not solve_pair(sure).unsure[0].any()
    solved = solve_pair(open_)
    assert solved.unsure[0, :, 0].all()
    assert "not sure" in table_of(open_, solved, False)["rows"][0]["cells"][0]["halves"][0]["said"]
    chances = {one.profiles: one.probability for one in (*solved.pure, *solved.rivals)}
    assert 0.0 < chances[((0, 0),)] < 1.0
    assert chances[((1, 1),)] == 1.0


HEARD: list[tuple[int, int]] = []  # while the map was played


@cache
def compared() -> Compared:
    question = restraint_here.question_of(snapshot(), 5, "coercive_ban", "licence_with_restraint")
    assert question is not None
    return restraint_here.compare(question, Asked(), lambda *at: HEARD.append(at))


def test_the_map_says_how_many_of_its_worlds_are_played() -> None:
    n = compared().played.sums[..., 0, 0].size  # policies, building times, courses of luck
    assert [(k + 1, n) for k in range(n)] == HEARD


def gain_musd(strategy: str, rate: float) -> Array:
    """What the state gains in the run's own weights, world by world, played from the first month with the world's own luck."""
    scenario = forked(snapshot().track.scenario, snapshot().next_month, {"strategies.china_state": strategy}).scenario
    last = SHOWN + 59

    def keep(_job: Job, room: Any) -> float:
        kusd = room.history.china_gain_kusd[SHOWN : last + 1].sum(axis=1)
        return float(kusd @ (1.0 + rate) ** -(np.arange(60) / 12.0)) / 1000.0

    return np.array(list(play_jobs([Job(prepare(scenario), SEED, 0, last)], keep, 1)))


def test_the_map_at_the_scenarios_weights_is_what_its_runs_paid() -> None:
    found = compared()
    weights = found.study.weights
    k, r = found.study.file.lead_factors.index(1.0), restraint_here.RATES.index(0.1)
    worlds = (found.played.sums[0, k, :, r] - found.played.sums[1, k, :, r]) @ weights
    assert weigh(found).difference[k, r] == pytest.approx(worlds.mean())
    own = worlds[0]
    assert own == pytest.approx((gain_musd("coercive_ban", 0.1) - gain_musd("licence_with_restraint", 0.1))[0], rel=1e-9)


def test_weights_change_the_map_without_new_runs_in_a_straight_line() -> None:
    found = compared()
    before = found.played.sums.copy()
    none, one, two = (weigh(found, retaliation=price).difference for price in (0.0, 100.0, 200.0))
    assert two - one == pytest.approx(one - none)
    assert (two < none).all(), "a ban is answered, a threat kept unused is not"
    assert (found.played.sums == before).all()
    assert weigh(found).difference == pytest.approx(weigh(found, **restraint_here.stated(found)).difference)
    assert not np.allclose(weigh(found, downstream=5.0).difference, weigh(found, downstream=0.0).difference)


def weighed_by_hand() -> Weighed:
    """A map in which coercion pays from 10 % on, and it is open at 8 %."""
    rates = np.array(restraint_here.RATES)
    found = weigh(compared())
    difference = np.tile(np.where(rates >= 0.1, 50.0, -50.0), (5, 1))
    unsure = np.tile(rates == 0.08, (5, 1))
    frontier = tuple(one._replace(rate=0.09, low=0.08, high=0.1, back=np.inf) for one in found.frontier)
    theory = np.array([0.05, 0.05, np.nan, 0.0, np.inf])
    return replace(found, difference=difference, unsure=unsure, frontier=frontier, theory=theory, own_rate=0.05)


def test_the_map_says_by_letters_who_does_better_and_draws_frontier_and_theory() -> None:
    option = charts.restraint_map(weighed_by_hand())
    rates = restraint_here.RATES
    cells, frontier, theory, drawn = option["series"]
    letters = {(one["value"][0], one["value"][1]): one["label"]["formatter"] for one in drawn["data"]}
    assert [one["value"][:2] for one in cells["data"]] == [one["value"] for one in drawn["data"]]
    haloed = {one["value"][1] for one in drawn["data"] if "textBorderColor" in one["label"] and one["value"][0] == 0}
    assert haloed == {5, rates.index(0.08), rates.index(0.1)}, "where theory and Beijing's rate lie, and the frontier between two"
    assert [one["showSymbol"] for one in (frontier, theory)] == [False, False]
    alone = replace(weighed_by_hand(), theory=np.array([np.nan, 0.05, np.nan, np.nan, np.nan]))
    assert charts.restraint_map(alone)["series"][2]["showSymbol"], "a point without a neighbour is drawn as a dot"
    assert [one["name"] for one in option["legend"]["data"]] == ["both pay the same", "theory"]
    beyond = replace(weighed_by_hand(), theory=np.full(5, 0.74))
    named = [one["name"] for one in charts.restraint_map(beyond)["legend"]["data"]]
    assert named == ["both pay the same"], "what is not on the map is not named beside it"
    assert drawn["z"] > theory["z"], "a line must not strike a letter out"
    assert theory["lineStyle"]["color"] != MARK, "the map is light on a dark page too, and keeps the colour of light paper"
    assert [letters[0, r] for r in range(len(rates))] == ["R"] * 7 + ["?"] + ["C"] * 8
    assert frontier["data"][0] == [0, pytest.approx(rates.index(0.08) + 0.5)]
    assert [point[1] for point in theory["data"]] == [5.0, 5.0, None, None, None]
    assert frontier["markLine"]["data"] == [{"yAxis": 5.0}]
    assert charts.restraint_map(None)["series"] == []


def test_the_map_in_words() -> None:
    said = map_sentence(compared(), weighed_by_hand())
    assert "if it discounts the future by less than 9.0 % a year" in said
    assert "the change should come at 5.0 %" in said
    _, rows = frontier_rows(weighed_by_hand())
    assert [row[3] for row in rows] == ["5.0 %", "5.0 %", "–", "at any rate", "at none"]
    assert rows[0][1:3] == ["9.0 %", "8.0 % to 10.0 %"]
    found = weighed_by_hand()
    again = replace(found, frontier=tuple(one._replace(rate=-np.inf, back=0.2) for one in found.frontier))
    assert "restraint if by more: coercion costs at once and pays late" in map_sentence(compared(), again)
    assert frontier_rows(again)[1][0][1] == "below 0 % to 20.0 %"
    drawn = {one["id"]: one["data"] for one in charts.restraint_map(again)["series"]}
    assert drawn["back"][0] == [0, 11.0]


@pytest.mark.parametrize(
    ("rate", "words", "who", "turn"),
    [(-np.inf, "below 0 %", "coercion (", 180), (np.inf, "above 50.0 %", "restraint (", 0)],
)
def test_a_change_beyond_the_rates_asked_for_is_said_to_lie_beyond_them(rate: float, words: str, who: str, turn: int) -> None:
    found = weighed_by_hand()
    found = replace(found, frontier=tuple(one._replace(rate=rate, low=rate, high=rate) for one in found.frontier))
    assert frontier_rows(found)[1][0][1:3] == [words, words]
    said = map_sentence(compared(), found)
    assert f"years to build, {who}" in said
    assert "at every discount rate asked for, 0 % to 50.0 %." in said
    option = charts.restraint_map(found)
    line = next(one for one in option["series"] if one["id"] == "both pay the same")
    assert "both pay the same" in [one["name"] for one in option["legend"]["data"]], "its triangles are explained"
    assert [point[1] for point in line["data"]] == [None] * 5
    assert line["markPoint"]["symbolOffset"][0] > line["markPoint"]["symbolSize"], "beside the letter, not on it"
    assert [point["symbolRotate"] for point in line["markPoint"]["data"]] == [turn] * 5


def test_an_answer_is_kept_and_a_fault_is_said() -> None:
    done: list[int] = []

    def work(question: int, _asked: Asked, progress: Any) -> int:
        done.append(question)
        progress(1, 1)
        return 2 * question

    live: Answers[int, int] = Answers(work)
    for question in (1, 2, 1):
        live._say(question, live._answer(question, Asked()), "")
        assert (live.answer_to(question), live.doing.value) == (2 * question, "")
    assert done == [1, 2]
    assert live.answer_to(2) is None
    live._say(3, None, "RunError: no")
    assert live.fault.value == "RunError: no"
    live.close()


@pytest.mark.parametrize("shown", [0, SHOWN])
def test_the_tab_is_drawn_before_the_first_month_and_while_the_run_plays(shown: int) -> None:
    picture = replace_shown(shown)
    visit = Visiting(picture)
    box, rc = solara.render(tab.Game(visit), handle_error=False)  # type: ignore[arg-type]
    assert box.children
    rc.close()
    for key in ("game", "restraint"):
        visit._kept[key].close()


def replace_shown(shown: int) -> Snapshot:
    return snapshot()._replace(shown=shown, is_playing=True)


def test_a_game_before_the_first_month_begins_with_the_scenarios_own_opening() -> None:
    question = asked_of("tokyo", "washington", 1)._replace(shown=0)
    found = play_game(question, Asked())
    assert np.isfinite(found.table.payoffs).all()
    assert signed(0.01) == "±0"
