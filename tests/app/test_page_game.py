"""Game, regret and the best reply in Chromium: players are chosen, the table and the map have the numbers of the functions."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from reabm.app import restraint_here, rivals
from reabm.app.background import Asked
from reabm.app.charts.game import winner
from reabm.app.live import Live
from reabm.app.picker import load_shipped
from reabm.app.regret_here import measure, question_of, sentence
from reabm.app.rivals_solved import solve_pair
from reabm.app.rivals_words import sentences, table_of
from reabm.app.snapshot import Snapshot
from tests.app.browser import Hands, Server, wait_for
from tests.app.test_page_access import NAMELESS, PHONE, SILENT, WIDE

OPENS_AT = "?at=2012-12&tab=game"
SHOWN = 96
LONG = 60_000
# Heads of a table that stand at another side of their column than what is below them.
ASKEW = """(box) => {
    const sides = (row) => [...row.children].map((cell) => getComputedStyle(cell).textAlign.replace("start", "left"));
    const rows = [...box.querySelectorAll("tr")];
    const heads = sides(rows[0]), cells = sides(rows[1]);
    return [...rows[0].children].filter((_, i) => heads[i] !== cells[i]).map((head) => head.innerText);
}"""
MAP = "Where restraint beats coercion"


@cache
def snapshot() -> Snapshot:
    live = Live("history", load_shipped("history"))
    live.go_to(SHOWN)
    return live.snapshot()


@pytest.fixture
def hands(lasting_page: Any) -> Hands:
    found = Hands.__new__(Hands)
    found.page = lasting_page
    return found


def test_two_players_are_chosen_and_the_table_has_the_numbers_and_best_replies_of_the_game(hands: Hands) -> None:
    page = hands.page
    page.locator(".reabm-payoffs").wait_for(timeout=LONG)
    page.get_by_label("Years counted in the game").select_option("2")
    page.get_by_label("Second player").select_option("washington")
    page.get_by_label("First player").select_option("tokyo")
    question = rivals.question_of(snapshot(), "tokyo", "washington", 2)
    assert question is not None
    found = rivals.play_game(question, Asked())
    solved = solve_pair(found)
    table = table_of(found, solved, against_now=True)
    caption = page.locator(".reabm-payoffs caption", has_text="Tokyo down, Washington across")
    caption.wait_for(state="attached", timeout=LONG)
    page.locator('[aria-label="Pay-off table"]:not(.reabm-old)').wait_for(timeout=LONG)
    rows = page.locator(".reabm-payoffs tbody tr").all()
    assert len(rows) == len(table["rows"])
    for row, wanted in zip(rows, table["rows"]):
        assert row.locator("th").inner_text().startswith(wanted["name"])
        cells = row.locator("td").all()
        for cell, one in zip(cells, wanted["cells"], strict=True):
            for half, own in zip(cell.locator(".half").all(), one["halves"], strict=True):
                text = half.text_content()
                assert own["text"] in text
                assert own["said"] in text
                assert ("★" in text) == own["best"]
            assert ("nobody moves" in cell.inner_text()) == one["held"]
    said = page.get_by_role("region", name="What the table says").inner_text()
    for line in sentences(found, solved):
        assert line in said
    page.get_by_label("Figures of the table").select_option("whole")
    whole = table_of(found, solved, against_now=False)["rows"][0]["cells"][0]["halves"][0]["text"]
    wait_for(lambda: whole in page.locator(".reabm-payoffs td").first.inner_text())
    page.get_by_label("Figures of the table").select_option("now")


def test_the_map_is_weighed_anew_at_once_when_a_slider_moves(hands: Hands) -> None:
    page = hands.page
    page.get_by_label("Years counted in the map").select_option("5")
    question = restraint_here.question_of(snapshot(), 5, "coercive_ban", "licence_with_restraint")
    assert question is not None
    found = restraint_here.compare(question, Asked())
    status = page.locator('[aria-label="How far the map is"]')
    wait_for(lambda: "for 5 years" in status.inner_text(), 60)

    def cells() -> list[tuple[float, str]]:
        return [(one["musd"], one["who"]) for one in hands.option(MAP)["series"][0]["data"]]

    def wanted(**weights: float) -> list[tuple[float, str]]:
        weighed = restraint_here.weigh(found, **weights)
        pairs = zip(weighed.difference.ravel().tolist(), weighed.unsure.ravel().tolist(), strict=True)
        return [(round(difference, 3), winner(difference, unsure)) for difference, unsure in pairs]

    assert cells() == wanted()
    page.evaluate("""() => {
        window.busy = 0;
        const status = document.querySelector('[aria-label="How far the map is"]');
        window.watching = new MutationObserver(() => { window.busy += status.textContent.includes("Playing"); });
        window.watching.observe(status, { childList: true, subtree: true, characterData: true });
    }""")
    page.get_by_label("Price of retaliation", exact=True).fill("1000")
    wait_for(lambda: cells() == wanted(retaliation=1000.0), 15)
    page.get_by_label("Weight on downstream jobs", exact=True).fill("5")
    wait_for(lambda: cells() == wanted(retaliation=1000.0, downstream=5.0), 15)
    assert wanted() != wanted(retaliation=1000.0)
    hands.press("As the scenario weighs them")
    wait_for(lambda: cells() == wanted(), 15)
    assert page.evaluate("() => { window.watching.disconnect(); return window.busy; }") == 0, "nothing was played anew"
    rates = page.get_by_role("region", name="Discount rate above which coercion pays more")
    assert rates.evaluate(ASKEW) == []
    assert rates.locator("td").last.evaluate("(cell) => getComputedStyle(cell).textAlign") == "right", "figures, not words"


def test_an_agent_is_asked_what_it_would_have_gained_and_the_table_keeps_it(hands: Hands) -> None:
    page = hands.page
    hands.tab("Agents")
    page.get_by_role("button", name="Hitachi Metals", exact=True).click()
    page.locator('[role="group"][aria-label="Regret: Hitachi Metals"]').wait_for()
    page.get_by_label("Years of regret").select_option("2")
    hands.press("What would it have gained otherwise?")
    found = page.get_by_role("region", name="Regret found: Hitachi Metals")
    found.wait_for(timeout=LONG)
    regret = measure(question_of(snapshot(), "hitachi_metals", 2), Asked(), lambda _done, _of: None)
    assert found.inner_text() == sentence(regret)
    page.get_by_role("button", name="Sort by Regret, M USD").wait_for()
    for table in ("Table of agents", "What was tried, the best first"):
        assert page.get_by_role("region", name=table).evaluate(ASKEW) == [], table
    page.get_by_role("button", name="JL Mag", exact=True).click()
    page.get_by_text("the rules let it choose nothing").wait_for()
    assert page.get_by_role("button", name="What would it have gained otherwise?").is_disabled()


def test_the_end_of_a_short_game_names_the_best_reply_and_the_regret(hands: Hands) -> None:
    page = hands.page
    hands.tab("Play a side")
    page.get_by_label("Last half-year").select_option("2010-06")
    hands.press("Begin the game")
    page.get_by_text("Turn 1 of 1").wait_for()
    hands.press("Decide and play half a year")
    page.get_by_text("The game is over").wait_for(timeout=LONG)
    said = page.locator(".reabm-ending").inner_text()
    assert "The best reply among the" in said
    assert "regret" in said
    page.locator('figure[aria-label="What was gained, beside other ways to play"] canvas').wait_for()
    assert page.locator("th", has_text="(best reply)").count() == 1
    hands.press("Play again")


def test_on_a_phone_in_the_dark_nothing_is_wider_than_the_screen(visit: Callable[..., Any], server: Server) -> None:
    page = visit(server.url + OPENS_AT, viewport=PHONE, color_scheme="dark")
    page.locator(".reabm-payoffs").wait_for(timeout=LONG)
    page.locator(f'figure[aria-label="{MAP}"] canvas').wait_for(timeout=LONG)
    assert page.evaluate(WIDE) == []
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(SILENT) == []
