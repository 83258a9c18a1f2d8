"""Work beside the page: the newest question wins, and a fault costs one answer."""

import threading
import time

from reabm.app.background import Background

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
