"""The page in Chromium: run controls, timeline, keyboard, scenario and seed; what is drawn is what a headless run gives."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reabm.app.picker import load_shipped
from reabm.app.tabs import TABS
from reabm.engine.run import prepare, simulate
from reabm.world.history import COLUMN
from tests.app.browser import Hands, wait_for

PRICES = "Price of NdPr inside and outside China"


@pytest.fixture
def hands(page: Any) -> Hands:
    return Hands(page)


def headless(name: str = "history", seed: int = 0) -> np.ndarray:
    return simulate(prepare(load_shipped(name)), seed).history.months


def drawn_is(hands: Hands, months: np.ndarray, played: int) -> None:
    """The line of the outside price is the run's, to the five digits that are drawn."""
    found = wait_for(lambda: (got := hands.values(PRICES, "outside China")) and len(got) == played and got, 10)
    expected = months[:played, COLUMN.ndpr_outside_usd_kg]
    assert [point[1] for point in found] == [float(f"{value:.5g}") for value in expected]


def test_the_page_opens_on_the_eve_of_the_halt_and_draws_the_run(hands: Hands) -> None:
    assert hands.date == "2010-08"
    drawn_is(hands, headless(), 68)


def test_play_goes_on_and_pause_stops_it(hands: Hands) -> None:
    hands.page.get_by_label("Speed").select_option("24")
    hands.press("Play")
    wait_for(lambda: hands.date >= "2011-06", 15)
    hands.press("Pause")
    hands.page.get_by_role("button", name="Play", exact=True).wait_for()
    stopped = hands.date
    hands.page.wait_for_timeout(400)
    assert hands.date == stopped


def test_steps_go_a_month_or_a_year_on_and_back(hands: Hands) -> None:
    hands.press("Step a month")
    hands.sees_date("2010-09")
    hands.press("Step a year")
    hands.sees_date("2011-09")
    hands.press("Back a month")
    hands.sees_date("2011-08")
    hands.press("Back a year")
    hands.sees_date("2010-08")


def test_keys_play_and_step(hands: Hands) -> None:
    hands.page.keyboard.press("ArrowRight")
    hands.sees_date("2010-09")
    hands.page.keyboard.press("Shift+ArrowRight")
    hands.sees_date("2011-09")
    hands.page.keyboard.press("ArrowLeft")
    hands.sees_date("2011-08")
    hands.page.keyboard.press("Space")
    hands.page.get_by_role("button", name="Pause", exact=True).wait_for()
    hands.page.keyboard.press("Space")
    hands.page.get_by_role("button", name="Play", exact=True).wait_for()


def test_one_may_go_to_a_date_and_look_back_without_playing_anew(hands: Hands) -> None:
    hands.go_to("2012-03")
    drawn_is(hands, headless(), 87)
    hands.go_to("2009-01")
    drawn_is(hands, headless(), 87)  # what was played stays
    assert "2009" in hands.page.locator(".reabm-date").inner_text()


def test_the_timeline_is_a_slider_that_scrubs_and_tells_the_news(hands: Hands) -> None:
    slider = hands.page.get_by_label("Month on the screen")
    assert slider.get_attribute("aria-valuetext") == "August 2010"
    slider.fill("70")
    slider.dispatch_event("change")
    hands.sees_date("2010-10")
    assert "2010-10" in hands.page.locator(".reabm-timeline-news").inner_text()
    hands.page.get_by_role("button", name=re.compile("2010-09-21")).dispatch_event("click")
    hands.sees_date("2010-09")
    assert "Shipments to Japan stop" in hands.page.locator(".reabm-timeline-news").inner_text()


def test_another_seed_is_other_luck(hands: Hands) -> None:
    hands.page.get_by_label("Seed").fill("7")
    hands.page.get_by_label("Seed").dispatch_event("change")
    wait_for(
        lambda: hands.values(PRICES, "outside China")[-1][1] == float(f"{headless(seed=7)[67, COLUMN.ndpr_outside_usd_kg]:.5g}")
    )
    drawn_is(hands, headless(seed=7), 68)


def test_a_seed_that_is_none_is_refused_in_a_line(hands: Hands) -> None:
    hands.page.get_by_label("Seed").fill("-4")
    hands.page.get_by_label("Seed").dispatch_event("change")
    hands.page.locator(".reabm-message").wait_for()
    assert "allowed a whole number" in hands.page.locator(".reabm-message").inner_text()


def test_another_scenario_asks_its_question_and_is_played_to_the_same_month(hands: Hands) -> None:
    hands.page.get_by_label("Scenario", exact=True).select_option("open_trade")
    question = load_shipped("open_trade").question
    hands.page.get_by_text(question[:60]).wait_for()
    drawn_is(hands, headless("open_trade"), 68)
    assert hands.date == "2010-08"


def test_reset_goes_before_the_first_month_and_shows_empty_states(hands: Hands) -> None:
    hands.press("Reset")
    hands.page.get_by_text("before the first month").wait_for()
    wait_for(lambda: hands.values(PRICES, "outside China") == [])
    hands.press("Step a month")
    hands.sees_date("2005-01")


def test_a_scenario_ends_and_begins_again(hands: Hands) -> None:
    hands.go_to("2025-12")
    hands.page.get_by_role("button", name="Play").filter(has_text="Again").click()
    wait_for(lambda: "2005" in hands.date)
    hands.press("Pause")


def test_a_link_opens_what_it_names(visit: Callable[..., Any], server: Any) -> None:
    hands = Hands(visit(f"{server.url}?scenario=restraint&seed=3&at=2013-05"))
    assert hands.date == "2013-05"
    drawn_is(hands, headless("restraint", 3), 101)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?scenario=nowhere", "allowed history"),
        ("?at=yesterday", "allowed 2004-12 to 2025-12"),
        ("?seed=many", "seed"),
        ("?changes=%3Cscript%3Ealert(1)%3C/script%3E", "changes"),
        ("?scenario=%3Cimg%20src=x%20onerror=alert(1)%3E", "allowed history"),
    ],
)
def test_a_link_that_names_nothing_says_so_in_a_line(visit: Callable[..., Any], server: Any, query: str, said: str) -> None:
    page = visit(server.url + query)
    notice = page.locator('.reabm-notice[role="alert"]')
    notice.wait_for()
    assert said in notice.inner_text()
    assert notice.locator("img, script").count() == 0


def test_the_tabs_are_walked_with_the_arrow_keys_and_only_one_is_drawn(hands: Hands) -> None:
    hands.page.get_by_role("tab", name="Overview").focus()
    before = hands.page.locator(".reabm-chart").count()
    hands.page.keyboard.press("ArrowLeft")
    chosen = hands.page.locator('[role="tab"][aria-selected="true"]')
    wait_for(lambda: chosen.inner_text() != "Overview")
    hands.page.locator('[role="tabpanel"][aria-label="Play a side"]').wait_for()
    hands.page.get_by_text("Begin the game").wait_for()
    assert hands.page.locator('[role="tabpanel"]').count() == 1
    assert before > 0
    assert hands.page.locator(f'figure[aria-label="{PRICES}"]').count() == 0
    hands.page.keyboard.press("ArrowRight")
    hands.page.locator(f'figure[aria-label="{PRICES}"]').wait_for()


def test_a_chart_is_downloaded_as_png_and_svg(hands: Hands) -> None:
    for kind, head in (("PNG", b"\x89PNG"), ("SVG", b"<svg")):
        with hands.page.expect_download() as download:
            hands.page.get_by_role("button", name=f"Download as {kind}: {PRICES}").click()
        assert download.value.suggested_filename == f"prices.{kind.lower()}"
        assert Path(download.value.path()).read_bytes()[:4] == head


def test_a_reload_brings_the_run_back_with_its_changes(hands: Hands) -> None:
    hands.press("Step a year")
    hands.sees_date("2011-08")
    hands.page.get_by_label("Factor on the export quota, number").fill("0.4")
    hands.page.get_by_label("Factor on the export quota, number").dispatch_event("change")
    hands.page.get_by_label("Your changes").get_by_text("Factor on the export quota").wait_for()
    hands.page.wait_for_function("() => location.search.includes('at=2011-08') && location.search.includes('changes=')")
    hands.page.reload()
    again = Hands(hands.page)
    again.sees_date("2011-08")
    again.page.get_by_label("Your changes").get_by_text("Factor on the export quota").wait_for()


KEEPS_PICTURES = """() => {
    window.pictures = [];
    URL.createObjectURL = (blob) => { window.pictures.push(blob); return "blob:kept"; };
    Object.getPrototypeOf(document.createElement("a")).click = () => {};
}"""  # Chromium saves ten files at once and no more: what would be saved is looked at instead


def test_every_chart_of_every_tab_can_be_taken_away_as_svg(hands: Hands) -> None:
    page = hands.page
    hands.go_to("2012-12")
    page.evaluate(KEEPS_PICTURES)
    n_pictures = 0
    for tab in TABS:
        if tab.name == "play":  # it has none before a game begins
            continue
        hands.tab(tab.title)
        page.locator(".reabm-chart canvas").first.wait_for()
        page.wait_for_timeout(500)  # as many charts as there are, maps with their outlines
        for n in range(page.locator(".reabm-chart").count()):
            page.wait_for_function("(n) => document.querySelectorAll('.reabm-chart')[n].__vue__.chart", arg=n)
            page.locator(".reabm-chart").nth(n).get_by_title("Download as SVG").dispatch_event("click")
            n_pictures += 1
            page.wait_for_function("(n) => window.pictures.length === n", arg=n_pictures)
            assert page.evaluate("async () => (await window.pictures.at(-1).text()).slice(0, 4)") == "<svg"
    assert n_pictures > 30
