"""What visitors leave behind: no object, no arena of a thread's own, no page that could be handed back."""

from __future__ import annotations

import gc
import sys
import time
import weakref
from pathlib import Path
from typing import Any

import psutil
import pytest
import solara

from reabm.app.chart import Chart
from reabm.app.memory import GivesBack, give_back
from tests.app.browser import Hands, running, wait_for
from tests.app.counting import COMMAND, KINDS, alive
from tests.app.test_visitors import visitors

glibc_alone = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="arenas and their pages are glibc's")


@glibc_alone
def test_nothing_of_a_visitor_who_saw_every_tab_is_alive_after_they_left(browser: Any, tmp_path: Path) -> None:
    with running(tmp_path / "log", "--idle", "1", command=COMMAND) as server:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{server.url}?seed=4&at=2010-08")
        hands = Hands(page)
        hands.press("Step a year")
        hands.sees_date("2011-08")
        for name in page.get_by_role("tab").all_inner_texts():
            hands.tab(name)
        assert all(n > 0 for n in alive(server).values())
        context.close()
        wait_for(lambda: visitors(server) == 0, 20)
        wait_for(lambda: alive(server) == dict.fromkeys(KINDS, 0), 10, every_s=0.5)
        wait_for(lambda: "given back" in server.said(), 10)
        assert "Arena 0:" in server.said()
        assert "Arena 1:" not in server.said()
        assert "Traceback" not in server.said(), server.said()[-3000:]


def test_a_chart_that_was_dropped_for_a_newer_drawing_before_it_stood_on_the_page_is_not_kept() -> None:
    class World:
        def pick(self, _picked: dict[str, Any]) -> None: ...

    @solara.component
    def Drawn(world: World) -> None:
        is_new, set_new = solara.use_state(True)
        if is_new:
            Chart({}, "a chart", on_pick=world.pick)
            set_new(False)  # as when an answer arrives while the page is drawn: it is drawn once more, before it stands

    world = World()
    box, rendered = solara.render(Drawn(world), handle_error=False)
    rendered.close()
    gone = weakref.ref(world)
    del world, box, rendered, Drawn
    gc.collect()
    assert gone() is None


@glibc_alone
def test_pages_that_are_free_between_others_are_handed_back() -> None:
    process = psutil.Process()
    kept = [bytes(5_000) for _ in range(20_000)]  # 100 MB, a fiftieth of which stays, all over
    kept = kept[::50]
    before = process.memory_info().rss
    give_back()
    assert process.memory_info().rss < before - 40e6
    assert len(kept) == 400


def test_memory_is_handed_back_once_for_all_who_left_meanwhile_and_again_for_who_left_later() -> None:
    given: list[float] = []
    gives_back = GivesBack(lambda: given.append(time.monotonic()), wait_s=0.2)
    begun = time.monotonic()
    gives_back.after_a_visit()
    gives_back.after_a_visit()
    wait_for(lambda: len(given) == 1)
    assert given[0] - begun >= 0.2
    time.sleep(0.4)
    assert len(given) == 1
    gives_back.after_a_visit()
    time.sleep(0.1)
    begun = time.monotonic()
    gives_back.after_a_visit()  # while the others' wait lasts: not let go yet when it ends
    wait_for(lambda: len(given) == 3)
    assert given[-1] - begun >= 0.2
