"""Play a side on the page: a short game, its worth, its files; the same game headlessly has the same bits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reabm.app.charts import play as charts
from reabm.app.picker import load_shipped
from reabm.app.play_forms import cards, ending_table, information, money, questions, turn_words, ways_to_play
from reabm.engine.run import prepare, simulate
from reabm.scenario import load_scenario
from reabm.sides import SIDES, ending_of, load_game, new_game
from tests.app.browser import Hands


@pytest.fixture(scope="module")
def game():
    found = new_game(load_shipped("history"), "tokyo", 2, "2010-07", "2011-12")
    return found.decide(0, {"governments.japan.subsidy": 0.2})


def test_every_side_has_a_card_and_a_question_for_each_decision():
    assert [card["name"] for card in cards()] == list(SIDES)
    for side in SIDES:
        begun = new_game(load_shipped("history"), side, 0, "2010-01", "2010-12")
        asked = questions(begun)
        assert [one["path"] for one in asked] == [option.decision.path for option in begun.options]
        for one in asked:
            assert one["default"] is None or one["low"] <= one["default"] <= one["high"], one


def test_shares_are_asked_in_per_cent_and_sent_back_as_shares(game):
    asked = {one["path"]: one for one in questions(game)}["governments.japan.subsidy"]
    assert asked["unit"] == "%"
    assert asked["default"] == 20.0
    assert asked["default"] / asked["scale"] == 0.2


def test_what_is_known_is_said_with_unit_change_and_origin(game):
    known = {one["label"]: one for one in information(game)}
    ndpr = known["NdPr, price outside China"]
    assert ndpr["value"].endswith("USD/kg")
    assert ndpr["change"][0] in "+−±"
    assert ndpr["known"] == "market price"


def test_the_chart_of_prices_ends_with_the_last_month_known(game):
    points = charts.prices(game)["series"][0]["data"]
    assert len(points) == game.world.month
    assert points[-1][0] == pytest.approx((game.month - 1) / 12, abs=1e-3)


def test_the_end_ranks_all_ways_to_play_by_their_worth(game):
    ending = ending_of(game)
    assert ending is not None
    rows = ending_table(ending, game)["rows"]
    listed = ways_to_play(ending)
    assert [row["total"] for row in rows] == [money(one.total) for one in listed]
    assert {one.name for one in ending.outcomes} - {one.name for one in listed} == {"scripted_history"}  # it is history
    assert [row["own"] for row in rows].count(True) == 1
    bars = charts.gains(ending)["series"][0]["data"]
    assert [bar["value"] for bar in bars] == sorted(bar["value"] for bar in bars)


def test_the_turn_is_told_in_words(game):
    told = turn_words(game)
    assert (told["number"], told["of"], told["months"]) == (1, 3, "January 2011 to June 2011")
    assert "number" not in turn_words(None)


def test_a_short_game_in_the_browser_is_saved_and_replayed_to_the_same_bits(page: Any, tmp_path: Path) -> None:
    hands = Hands(page)
    hands.tab("Play a side")
    page.get_by_role("radio", name="Beijing").check()
    page.get_by_label("First half-year").select_option("2010-07")
    page.get_by_label("Last half-year").select_option("2011-12")
    page.get_by_label("Seed of the game").fill("5")
    hands.press("Begin the game")
    page.get_by_text("Turn 1 of 3: July 2010 to December 2010").wait_for()
    page.get_by_label("Export quota, gross weight").fill("20000")
    page.get_by_label("Stop shipments to Japan").fill("90")
    hands.press("Decide and play half a year")
    page.get_by_text("Turn 2 of 3").wait_for()
    hands.press("Decide and play half a year")
    page.get_by_text("Turn 3 of 3").wait_for()
    page.get_by_label("Magnets need a licence too").select_option(label="yes")
    hands.press("Decide and play half a year")
    page.get_by_text("The game is over").wait_for()
    files = {}
    for name in ("Save the game", "Save it as a scenario"):
        with page.expect_download() as download:
            hands.press(name)
        files[name] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[name])

    again = load_game(files["Save the game"])
    assert again.turns == (
        {"export_quota.t_per_year": 20000.0, "embargo.japan.share": 0.9}, {}, {"magnets_under_licence": 1.0},
    )  # fmt: skip
    run = simulate(prepare(load_scenario(files["Save it as a scenario"])), 5)
    assert np.array_equal(run.history.months, again.record().history.months, equal_nan=True)
    ending = ending_of(again)
    assert ending is not None
    shown = page.locator(".reabm-play-board tr.own td").first.inner_text()
    assert shown == money(ending.own.total)

    hands.press("Look at this world in the other tabs")
    hands.sees_date("2011-12")
    drawn = hands.values("Price of NdPr inside and outside China", "outside China")
    assert len(drawn) == 84


def test_a_saved_game_is_loaded_and_a_wrong_file_is_said_in_a_line(page: Any, game: Any, tmp_path: Path) -> None:
    from reabm.sides import save_game

    hands = Hands(page)
    hands.tab("Play a side")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("side: <b>nobody</b>\n", encoding="utf-8")
    page.get_by_label("Load a game file").set_input_files(wrong)
    message = page.locator(".reabm-play-board .reabm-message")
    message.wait_for()
    assert "game file:1" in message.inner_text()
    page.get_by_label("Load a game file").set_input_files(save_game(game, tmp_path / "game.yaml"))
    page.get_by_text("Turn 2 of 3: January 2011 to June 2011").wait_for()
    hands.press("Leave the game")
    page.get_by_text("Begin the game").wait_for()
