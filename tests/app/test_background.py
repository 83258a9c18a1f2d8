"""Work beside the page: the newest question wins, and a fault costs one answer."""

import threading
import time

import pytest
import solara

from reabm.app.background import Asked, Background, Superseded
from reabm.app.turns import Turns
from reabm.app.wanted import use_answer

PATIENCE = 20.0


def wait_until(condition):
    ends = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < ends:
        time.sleep(0.005)
    assert condition()


def test_an_older_question_is_dropped_for_a_newer_one():
    found, begun = [], threading.Event()

    def answer(question, asked):
        begun.set()
        if question == "slow":
            while True:
                asked.check()
                time.sleep(0.005)
        return question.upper()

    work = Background(answer, lambda question, value, fault: found.append((question, value, fault)))
    work.ask("slow")
    assert begun.wait(PATIENCE)
    work.ask("never begun")
    work.ask("quick")
    wait_until(lambda: found)
    work.close()
    assert found[-1] == ("quick", "QUICK", "")
    assert "slow" not in [question for question, _, _ in found]


def test_the_same_question_is_answered_once():
    found = []
    work = Background(lambda question, asked: question, lambda *given: found.append(given))
    work.ask(1)
    wait_until(lambda: found)
    work.ask(1)
    work.ask(2)
    wait_until(lambda: len(found) > 1)
    work.close()
    assert [question for question, _, _ in found] == [1, 2]


def test_a_fault_is_said_in_a_line_and_the_next_question_is_answered():
    found = []
    work = Background(lambda question, asked: 1 / question, lambda *given: found.append(given))
    work.ask(0)
    wait_until(lambda: found)
    work.ask(4)
    wait_until(lambda: len(found) > 1)
    work.close()
    assert found[0] == (0, None, "ZeroDivisionError: division by zero")
    assert found[1] == (4, 0.25, "")


def test_a_question_whose_answer_failed_can_be_asked_again():
    found, divisors = [], [0, 2]
    work = Background(lambda question, asked: question / divisors.pop(0), lambda *given: found.append(given))
    work.ask(8)
    wait_until(lambda: found)
    work.ask(8)
    wait_until(lambda: len(found) > 1)
    work.close()
    assert found == [(8, None, "ZeroDivisionError: division by zero"), (8, 4.0, "")]


def endless(begun):
    """Work that never ends by itself."""

    def answer(question, asked):
        begun.append(question)
        while True:
            asked.check()
            time.sleep(0.005)

    return answer


def test_long_work_lets_others_have_a_turn_between_two_pieces():
    begun, found, turns = [], [], Turns(1)
    long = Background(endless(begun), lambda *given: None, turns)
    other = Background(lambda question, asked: question, lambda *given: found.append(given), turns)
    long.ask("long")
    wait_until(lambda: begun)
    other.ask("short")
    wait_until(lambda: found)
    long.close()
    other.close()


def test_what_a_click_asks_for_needs_no_turn():
    begun, found, turns = [], [], Turns(1)
    turns.take(False, lambda: None)  # and never given back
    waiting = Background(endless(begun), lambda *given: None, turns)
    waiting.ask("long")
    plain = Background(lambda question, asked: question, lambda *given: found.append(given))
    plain.ask("download")
    wait_until(lambda: found)
    assert begun == []
    waiting.close()
    plain.close()
    waiting._thread.join(PATIENCE)
    assert not waiting._thread.is_alive(), "whoever waits for a turn leaves when nobody wants the answer"


def test_never_more_than_so_many_work_at_a_time():
    at_work, most, done, turns = [], [], [], Turns(2)

    def answer(question, asked):
        for _ in range(20):
            at_work.append(question)
            most.append(len(at_work))
            time.sleep(0.001)
            at_work.remove(question)
            asked.check()

    works = [Background(answer, lambda *given: done.append(given), turns) for _ in range(5)]
    for n, work in enumerate(works):
        work.ask(n)
    wait_until(lambda: len(done) == 5)
    for work in works:
        work.close()
    assert max(most) == 2
    assert not [fault for _, _, fault in done if fault]


def test_first_answers_go_before_what_refines_one():
    turns, order = Turns(1), []
    turns.take(False, lambda: None)

    def wait(name, is_refining):
        turns.take(is_refining, lambda: None)
        order.append(name)
        turns.give_back()

    threads = []
    for n, (name, is_refining) in enumerate([("refined", True), ("first", False), ("second", False)], start=1):
        threads.append(threading.Thread(target=wait, args=(name, is_refining), daemon=True))
        threads[-1].start()
        wait_until(lambda n=n: len(turns._waiting) == n)
    assert turns.is_wanted(is_refining=True)
    turns.give_back()
    for thread in threads:
        thread.join(PATIENCE)
    assert order == ["first", "second", "refined"]
    assert not turns.is_wanted(is_refining=True)


def test_one_that_refines_does_not_interrupt_a_first_answer():
    turns = Turns(1)
    asked = Asked(turns)
    asked.begin_turn()
    refining = Asked(turns)
    refining.is_refining = True

    def wait():
        with pytest.raises(Superseded):
            refining.begin_turn()

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    wait_until(lambda: turns.is_wanted(is_refining=True))
    asked.check()  # would wait for ever if it gave way
    assert asked._has_turn
    refining.is_stale.set()
    thread.join(PATIENCE)
    asked.end_turn()
    assert not turns._waiting


def test_a_question_that_is_dropped_ends_and_may_be_asked_again():
    begun = []
    work = Background(endless(begun), lambda *given: None)
    work.ask("long")
    wait_until(lambda: begun)
    work.drop("another")
    assert not work._asked.is_stale.is_set()
    work.drop("long")
    wait_until(lambda: work._asked.is_stale.is_set())
    work.ask("long")
    wait_until(lambda: begun == ["long", "long"])
    work.close()


def test_an_answered_question_that_is_dropped_is_not_asked_again():
    found = []
    work = Background(lambda question, asked: question, lambda *given: found.append(given))
    work.ask(1)
    wait_until(lambda: found and work._asked is None)
    work.drop(1)
    work.ask(1)
    work.ask(2)
    wait_until(lambda: found[-1][0] == 2)
    work.close()
    assert [question for question, _, _ in found] == [1, 2]


def test_a_tab_that_is_left_leaves_its_question_and_not_that_of_the_next():
    told = []

    class Live:
        last = None

        def ask(self, question):
            self.last = question
            told.append(("ask", question))

        def drop(self, question):
            if question == self.last:
                told.append(("drop", question))

    live = Live()

    @solara.component
    def Tab(question):
        use_answer(live, question)
        solara.Text(str(question))

    @solara.component
    def Page(tab, question):
        if tab:
            Tab(question).key(tab)
        else:
            solara.Text("another tab")

    _, drawing = solara.render(Page("one", 1), handle_error=False)
    assert told == [("ask", 1)]
    drawing.render(Page("one", 1))
    assert told == [("ask", 1)]
    drawing.render(Page("two", 2))
    assert live.last == 2
    assert ("drop", 2) not in told
    drawing.render(Page("", 0))
    assert told[-1] == ("drop", 2)
    drawing.close()


def test_a_closed_one_ends_its_thread_in_the_midst_of_work():
    begun = threading.Event()

    def answer(question, asked):
        begun.set()
        while True:
            asked.check()
            time.sleep(0.005)

    work = Background(answer, lambda *given: None)
    work.ask("long")
    assert begun.wait(PATIENCE)
    thread = work._thread
    work.close()
    assert thread is not None
    thread.join(PATIENCE)
    assert not thread.is_alive()
