"""The page: how long from the command to an answer and to a page that can be used, and what the idle server holds."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import psutil

from reabm.app.live import Live
from reabm.scenario import find_configs, load_scenario
from tests.app.browser import FLAGS, chromium, interactive, running
from tests.app.raw import get
from tests.bench.row import Row

SECONDS_ALLOWED = 5.0


def page_rows(n_starts: int) -> list[Row]:
    """Start, first page and memory; times are the best of `n_starts`, each with a server and a browser profile of its own."""
    from playwright.sync_api import sync_playwright

    Live("history", load_scenario(find_configs() / "scenarios" / "history.yaml")).go_to(1)  # compiles, where nothing did before
    answered, usable, again, idle_mb = [], [], [], []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        for _ in range(n_starts):
            start = time.perf_counter()
            with running(Path(folder) / "log") as server:
                assert get(server.port, "/").status == 200
                answered.append(time.perf_counter() - start)
                idle_mb.append(psutil.Process(server.process.pid).memory_info().rss / 2**20)
                page = browser.new_context().new_page()
                page.goto(server.url)
                interactive(page)
                usable.append(time.perf_counter() - start)
                start = time.perf_counter()
                page.reload()
                interactive(page)
                again.append(time.perf_counter() - start)
        browser.close()
    return [
        Row("reabm app: command to the first answer (HTTP 200)", min(answered), "s"),
        Row("reabm app: command to a page that can be used", min(usable), "s", most=SECONDS_ALLOWED),
        Row("reabm app: the page again, scripts kept by the browser", min(again), "s"),
        Row("reabm app: memory of the idle server", min(idle_mb), "MB"),
    ]
