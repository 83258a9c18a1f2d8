"""The tab History in Chromium: the scoreboard's numbers in the chart, facts that can be filtered, light and dark, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from reabm.app import history_words as words
from reabm.app.history_words import Shown
from reabm.app.judged import Judged, judge
from reabm.app.series_words import called
from tests.app.browser import Hands, Server, wait_for
from tests.app.test_page_access import NAMELESS, PHONE, SILENT, WIDE

OPENS_AT = "?at=2012-12&tab=history"
SHOWN = 96


@cache
def judged() -> Judged:
    """The scoreboard as the server's is."""
    return judge(lambda done, total: None)


def label(series: str) -> str:
    return f"Model and history: {called(series).title}"


def median(hands: Hands, series: str) -> list[list[float]]:
    """The line of the runs' median, once it is drawn."""
    hands.page.locator(f'figure[aria-label="{label(series)}"] canvas').wait_for(timeout=60_000)
    return hands.values(label(series), "median of the runs")


def settled(page: Any) -> Hands:
    found = Hands.__new__(Hands)
    found.page = page
    page.get_by_label("Series of history").wait_for(timeout=60_000)
    return found


@pytest.fixture
def hands(lasting_page: Any) -> Hands:
    return settled(lasting_page)


def test_a_series_is_chosen_and_its_band_is_the_scoreboards(hands: Hands) -> None:
    page = hands.page
    for series in ("exports.legal", "share.china_mine", "price.outside.Dy"):
        page.get_by_label("Series of history").select_option(series)
        expected = [float(f"{value:.5g}") for value in judged().bands[series][2]]
        assert [point[1] for point in median(hands, series)] == expected
        own = wait_for(lambda series=series: hands.values(label(series), "your run"))
        assert len(own) == SHOWN
        scores = page.get_by_role("region", name=f"Scores: {called(series).title}")
        assert "test window, January 2013 to March 2025" in scores.inner_text()


def test_what_stands_beside_the_band_can_be_switched_off_by_keyboard(hands: Hands) -> None:
    page = hands.page
    page.get_by_label("Series of history").select_option("price.outside.NdPr")
    median(hands, "price.outside.NdPr")
    shown = lambda: {str(one["name"]) for one in hands.option(label("price.outside.NdPr"))["series"]}  # noqa: E731
    wait_for(lambda: {"no change", "your run"} <= shown())
    for name, line in (("Show baselines", "no change"), ("Show your run", "your run")):
        page.get_by_label(name).focus()
        page.keyboard.press("Space")
        wait_for(lambda line=line: line not in shown())
        page.keyboard.press("Space")
        wait_for(lambda line=line: line in shown())


def test_the_sentence_on_top_is_the_scoreboards_and_its_condition_unfolds(hands: Hands) -> None:
    page = hands.page
    assert words.headline(judged()) in page.get_by_role("region", name="How the model did").inner_text()
    listed = page.get_by_role("region", name="Scripted inputs")
    assert not listed.is_visible()
    page.get_by_text("Given the scripted inputs: what a run is told").click()
    listed.wait_for()
    assert "production quota" in listed.inner_text()


def test_facts_are_filtered_and_a_fact_draws_its_series(hands: Hands) -> None:
    page = hands.page
    table = page.get_by_role("region", name="Table of facts")
    rows = table.locator("tbody tr")
    wait_for(lambda: rows.count() == len(judged().facts))
    page.get_by_label("Facts of window: test window").check()
    wait_for(lambda: rows.count() == len(words.facts(judged(), Shown("test"))))
    page.get_by_label("Only misses").check()
    missed = words.facts(judged(), Shown("test", only_misses=True))
    wait_for(lambda: rows.count() == len(missed))
    assert set(table.locator("td b").all_inner_texts()) == {"✗ miss"}
    assert all("Why missed: " in text for text in table.locator("tbody th").all_inner_texts())
    page.get_by_role("button", name=missed[0].sentence).click()
    median(hands, missed[0].series)
    page.get_by_label("Only the series of the chart").check()
    own = words.facts(judged(), Shown("test", only_misses=True, only_series=True), missed[0].series)
    wait_for(lambda: rows.count() == len(own))
    page.get_by_label("Only the series of the chart").uncheck()
    page.get_by_label("Only misses").uncheck()
    page.get_by_label("Facts of window: all").check()
    wait_for(lambda: rows.count() == len(judged().facts))


def test_a_dot_says_its_source_under_the_pointer(hands: Hands) -> None:
    page, series = hands.page, "price.china.NdPr"
    page.get_by_label("Series of history").select_option(series)
    median(hands, series)
    figure = page.locator(f'figure[aria-label="{label(series)}"]')
    figure.evaluate('(one) => one.scrollIntoView({ block: "end", behavior: "instant" })')
    place = wait_for(
        lambda: page.evaluate(
            """(label) => {
                const box = document.querySelector(`figure[aria-label="${label}"]`).__vue__;
                const one = box.chart && box.chart.getOption().series.find((each) => each.name.startsWith("observed"));
                if (!one) return null;
                const [x, y] = box.chart.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, one.data[0].value);
                const corner = box.$refs.canvas.getBoundingClientRect();
                return [corner.left + x, corner.top + y];
            }""",
            label(series),
        )
    )
    page.mouse.move(place[0] - 3, place[1] + 2)
    page.mouse.move(*place)
    wait_for(lambda: "printed: " in figure.inner_text() and "Runs over the same months" in figure.inner_text())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_nothing_runs_over_the_edge_and_all_has_names_in_both_themes(
    visit: Callable[..., Any], server: Server, theme: str
) -> None:
    page = visit(server.url + OPENS_AT, viewport=PHONE, has_touch=True, color_scheme=theme)
    hands = settled(page)
    assert len(median(hands, "price.outside.NdPr")) == 252
    page.get_by_text("observed values of the chart as a table").click()
    for check in (NAMELESS, SILENT, WIDE):
        assert page.evaluate(check) == []
    paper = page.evaluate("() => getComputedStyle(document.querySelector('.reabm-facts thead th')).backgroundColor")
    assert paper == ("rgb(255, 255, 255)" if theme == "light" else "rgb(30, 30, 30)")
    ink = page.evaluate(
        """(label) => {
            const box = document.querySelector(`figure[aria-label="${label}"]`).__vue__;
            return box.chart.getOption().title[0].textStyle.color;
        }""",
        label("price.outside.NdPr"),
    )
    assert ink == ("#222222" if theme == "light" else "#ececec")
