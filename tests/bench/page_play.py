"""The page in use: months a second while it plays, how soon a click is answered, alone and among others who play too."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from tests.app.browser import FLAGS, Hands, chromium, running, wait_for
from tests.bench.row import Row

MONTHS_WANTED = 20.0  # a second
CLICK_ALLOWED_S = 0.3
CROWD_CLICK_ALLOWED_S = 1.0  # 95 of 100, four others playing at full speed


def use_rows(n_clicks: int) -> list[Row]:
    """Free play with the overview in sight; clicks of one visitor; clicks of ten beside four who play."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "log") as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=list(FLAGS))

        def visitor() -> Hands:
            page = browser.new_context().new_page()
            page.goto(server.url)
            return Hands(page)

        first = visitor()
        time.sleep(3.0)  # leverage of the opening months is measured
        clicks = sorted(click_s(first) for _ in range(n_clicks))
        lever = sorted(change_s(first, 0.95 - 0.05 * n) for n in range(n_clicks))
        speed = free_play(first)
        players = [visitor() for _ in range(4)]
        for one in players:
            one.page.get_by_label("Speed").select_option("60")
            one.press("Play")
        others = [visitor() for _ in range(5)]
        crowd = sorted(click_s(one) for _ in range(n_clicks) for one in others)
        browser.close()
    return [
        Row("reabm app: months a second in free play, overview in sight", speed, "months/s", least=MONTHS_WANTED),
        Row("reabm app: a step is on the screen after (median)", clicks[len(clicks) // 2], "s", most=CLICK_ALLOWED_S),
        Row("reabm app: a change of a lever is on the screen after (median)", lever[len(lever) // 2], "s", most=CLICK_ALLOWED_S),
        Row(
            "reabm app: the same for five visitors, four others at 60 months/s (95 of 100)",
            crowd[int(0.95 * (len(crowd) - 1))],
            "s",
            most=CROWD_CLICK_ALLOWED_S,
        ),
    ]


def click_s(hands: Hands) -> float:
    """Seconds from a click on 'step a month' to the next month on the screen."""
    return float(
        hands.page.evaluate(
            """() => new Promise((done) => {
                const date = document.querySelector(".reabm-date"), before = date.dataset.date, begun = performance.now();
                document.querySelector('[aria-label="Step a month"]').click();
                const look = () => date.dataset.date !== before ? done((performance.now() - begun) / 1000) : setTimeout(look, 5);
                look();
            })"""
        )
    )


def change_s(hands: Hands, factor: float) -> float:
    """Seconds from the release of a lever to its change in the list of changes."""
    return float(
        hands.page.evaluate(
            """(factor) => new Promise((done) => {
                const box = document.querySelector('input[type=number][aria-label^="Factor on the export quota"]');
                const made = () => (document.querySelector(".reabm-made") || { innerText: "" }).innerText;
                const before = made(), begun = performance.now();
                box.value = factor;
                box.dispatchEvent(new Event("input"));
                box.dispatchEvent(new Event("change"));
                const look = () => made() !== before ? done((performance.now() - begun) / 1000) : setTimeout(look, 5);
                look();
            })""",
            round(factor, 2),
        )
    )


def free_play(hands: Hands) -> float:
    """Months a second over five years at the highest speed."""
    page: Any = hands.page
    page.get_by_label("Speed").select_option("60")
    hands.press("Reset")
    wait_for(lambda: hands.date in ("", "None"), 5)
    hands.press("Play")
    wait_for(lambda: hands.date > "2006-01", 30)
    first, begun = hands.date, time.perf_counter()
    wait_for(lambda: hands.date > "2012-01", 60)
    last, took = hands.date, time.perf_counter() - begun
    page.evaluate("() => document.querySelector('.reabm-play').click()")
    months = [12 * int(date[:4]) + int(date[5:]) for date in (first, last)]
    return (months[1] - months[0]) / took
