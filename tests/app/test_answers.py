"""Answers worked out beside the page: what is said of a question is said of no other one, and ends with the work on it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import solara

from reabm.app.answers import Answers, Progress
from reabm.app.background import Asked
from reabm.app.live import Live
from reabm.app.picker import load_shipped
from reabm.app.tabs import game as game_tab
from reabm.app.tabs import regret as regret_tab
from tests.app.visiting import Visiting

PATIENCE = 20.0


def wait_until(condition: Callable[[], object]) -> None:
    ends = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < ends:
        time.sleep(0.002)
    assert condition()


class Working:
    """Work that goes on until it is told how to end: by leaving, by a fault, or with an answer that comes too late."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.go = threading.Event()
        self.late: str = ""

    def __call__(self, question: int, asked: Asked, progress: Callable[[int, int], object]) -> int:
        progress(12, 12)
        self.begun.append(question)
        if question < 0:
            raise ValueError("it does not close")
        while question % 2:  # odd ones never end by themselves
            if self.late:
                asked.is_stale.wait(PATIENCE)
                if self.late == "fault":
                    raise ValueError("too late")
                return question
            asked.check()
            time.sleep(0.002)
        assert self.go.wait(PATIENCE)
        return question


@pytest.fixture
def work() -> Working:
    return Working()


@pytest.fixture
def live(work: Working) -> Iterator[Answers[int, int]]:
    found: Answers[int, int] = Answers(work)
    yield found
    work.go.set()
    found.close()


@pytest.mark.parametrize("late", ["", "fault", "answer"])
def test_a_question_that_is_dropped_half_way_leaves_no_word_of_its_progress(
    live: Answers[int, int], work: Working, late: str
) -> None:
    work.late = late
    live.ask(1)
    wait_until(lambda: work.begun)
    assert (live.doing.value, live.doing_of(1), live.doing_of(2)) == ("12 of 12 runs", "12 of 12 runs", "")
    live.drop(1)
    wait_until(lambda: not live.doing.value)
    assert (live.at_work.value, live.found.value, live.fault.value) == (None, None, "")


def test_the_words_of_a_question_in_place_of_a_dropped_one_stay(live: Answers[int, int], work: Working) -> None:
    told: list[str] = []
    live.doing.subscribe(told.append)
    live.ask(1)
    wait_until(lambda: work.begun == [1])
    live.ask(2)
    wait_until(lambda: work.begun == [1, 2])
    assert told[-3:] == ["", "the worlds go on", "12 of 12 runs"]
    assert (live.doing_of(2), live.doing_of(1)) == ("12 of 12 runs", "")
    work.go.set()
    wait_until(lambda: live.answer_to(2) == 2 and not live.doing.value)


def test_a_question_that_only_waits_is_dropped_without_a_word_on_the_one_at_work(live: Answers[int, int], work: Working) -> None:
    live.ask(2)  # does not look up until it is told to go
    wait_until(lambda: work.begun)
    live.ask(3)
    live.drop(3)
    assert live.doing_of(2) == "12 of 12 runs"
    work.go.set()
    wait_until(lambda: not live.doing.value)
    live.ask(4)
    wait_until(lambda: live.answer_to(4) == 4)
    assert work.begun == [2, 4]


def test_a_fault_is_that_of_its_own_question_until_another_is_answered(live: Answers[int, int], work: Working) -> None:
    work.go.set()
    live.ask(-1)
    wait_until(lambda: live.fault.value)
    assert (live.fault_of(-1), live.fault_of(2), live.fault_of(None)) == ("ValueError: it does not close", "", "")
    live.ask(2)
    wait_until(lambda: live.answer_to(2) == 2)
    assert live.fault_of(-1) == ""


def said_by(page: Any, name: str) -> list[Any]:
    """All values of a trait in what a component drew."""
    found, boxes = [], [page]
    while boxes:
        box = boxes.pop()
        boxes.extend(getattr(box, "children", ()))
        if hasattr(box, name):
            found.append(getattr(box, name))
    return found


@pytest.fixture(scope="module")
def visit() -> Visiting:
    opened = Live("history", load_shipped("history"))
    opened.go_to(96)
    return Visiting(opened.snapshot())


def test_what_went_wrong_with_one_agent_is_not_said_of_another(visit: Visiting) -> None:
    snapshot = visit.snapshot.value
    live = regret_tab.live_of(visit)  # type: ignore[arg-type]
    live._say(regret_tab.question_of(snapshot, "tdk", 5), None, "RunError: no")
    own, other = (drawn(visit, name) for name in ("tdk", "japan"))
    assert own == "It could not be played: RunError: no"
    assert other.startswith("Plays its other strategies")
    live.close()


def test_one_agent_at_work_is_named_beside_another(visit: Visiting) -> None:
    snapshot = visit.snapshot.value
    live = regret_tab.live_of(visit)  # type: ignore[arg-type]
    live.fault.set("")
    live.at_work.set(regret_tab.question_of(snapshot, "tdk", 5))
    live.doing.set("the worlds go on")
    own, other = (drawn(visit, name) for name in ("tdk", "japan"))
    assert own == "Playing what it could do instead from January 2013 on: the worlds go on …"
    assert other == "Being played now: TDK. If you ask here, that is left."


def drawn(visit: Visiting, name: str) -> str:
    """The status beside an agent."""
    box, drawing = solara.render(
        regret_tab.AgentRegret(visit, visit.snapshot.value, name, name),  # type: ignore[arg-type]
        handle_error=False,
    )
    (status,) = said_by(box, "status")
    drawing.close()
    return str(status)


def test_what_went_wrong_with_one_game_is_not_said_of_the_next(visit: Visiting) -> None:
    snapshot = visit.snapshot.value
    live = game_tab.game_answers()
    one, other = (game_tab.rivals.question_of(snapshot, "beijing", "tokyo", years) for years in (1, 2))
    assert one is not None
    live._say(one, None, "RunError: no")
    words = [game_tab.status_of(live, snapshot, question, None, False, str) for question in (one, other)]
    assert words == ["It could not be played: RunError: no", "The worlds are about to be played …"]
    live.close()


def test_work_that_cannot_know_its_length_says_how_many_runs_there_were() -> None:
    said: list[str] = []

    def work(question: int, _asked: Asked, progress: Progress) -> int:
        progress(1, 0)
        return question

    live = Answers(work)
    live.doing.subscribe(said.append)
    live.ask(1)
    wait_until(lambda: live.answer_to(1) == 1)
    live.close()
    assert "1 run so far" in said
