"""Work beside the page: what a visitor last asked for is worked out in a thread of its own; older questions are dropped."""

from __future__ import annotations

import threading
from collections.abc import Callable

from reabm.app.turns import Turns

# At leverage, of all visitors together: the worlds that play and the pages that answer clicks come first.
TURNS = Turns(2)


class Superseded(Exception):
    """Something newer was asked for; raised by `Asked.check` to leave the work half done."""


class Said(Exception):
    """What went wrong, in the words in which it is to be said: those of an error that another thread had."""


class Asked:
    """Whether an answer is still wanted; long work calls `check` now and then, in the thread that answers."""

    def __init__(self, turns: Turns | None = None) -> None:
        self.is_stale = threading.Event()
        self.is_refining = False  # set by the answer once what is most wanted is there: others go before the rest
        self._turns = turns
        self._has_turn = False

    def check(self) -> None:
        """Leave where something newer was asked for; let those go before who wait for a turn."""
        self._check_wanted()
        if self._turns is not None and self._has_turn and self._turns.is_wanted(self.is_refining):
            self.end_turn()
            self.begin_turn()

    def begin_turn(self) -> None:
        """Wait for a turn, where the work needs one."""
        if self._turns is not None:
            self._turns.take(self.is_refining, self._check_wanted)
            self._has_turn = True

    def end_turn(self) -> None:
        """Give the turn back, if there is one."""
        if self._turns is not None and self._has_turn:
            self._has_turn = False
            self._turns.give_back()

    def _check_wanted(self) -> None:
        if self.is_stale.is_set():
            raise Superseded


class Background[Q, A]:
    """Answers the newest question. Questions are compared: one that is being answered, or was answered last, is not asked
    again; one whose answer failed may be.

    Parameters
    ----------
    answer : called in the thread with the question and an `Asked`; may be called with the next one right after
    publish : called in the thread with the question, its answer and what went wrong, in one line (then the answer is None)
    turns : for work of many seconds, which shares the machine with other visitors'; None: what a visitor waits for by a click
    left : called in the thread where a question was begun and nothing is published of it, before the next one is begun
    """

    def __init__(
        self,
        answer: Callable[[Q, Asked], A],
        publish: Callable[[Q, A | None, str], object],
        turns: Turns | None = None,
        left: Callable[[], object] = lambda: None,
    ) -> None:
        self._answer = answer
        self._publish = publish
        self._left = left
        self._turns = turns
        self._changed = threading.Condition()
        self._wanted: Q | None = None
        self._asked: Asked | None = None
        self._last: Q | None = None  # the last that was asked; none where its answer failed
        self._is_closed = False
        self._thread: threading.Thread | None = None

    def ask(self, question: Q) -> None:
        """Ask; what was asked before and is not answered yet is dropped."""
        with self._changed:
            if self._is_closed or question == self._last:
                return
            self._last = self._wanted = question
            if self._asked is not None:
                self._asked.is_stale.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="reabm-background", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def drop(self, question: Q) -> None:
        """Leave a question that nobody looks at any more, unless it is answered or something else was asked since."""
        with self._changed:
            if question != self._last or (self._wanted is None and self._asked is None):
                return
            self._last = self._wanted = None
            if self._asked is not None:
                self._asked.is_stale.set()

    def close(self) -> None:
        """End the thread as soon as the work in hand looks up."""
        with self._changed:
            self._is_closed = True
            if self._asked is not None:
                self._asked.is_stale.set()
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_closed or self._wanted is not None)
                if self._is_closed or self._wanted is None:
                    return
                question, self._wanted = self._wanted, None
                self._asked = asked = Asked(self._turns)
            try:
                asked.begin_turn()
                found, fault = self._answer(question, asked), ""
            except Superseded:
                found, fault = None, ""
                asked.is_stale.set()
            except Exception as error:  # noqa: BLE001 - said on the page; the thread lives on for the next question
                found, fault = None, words_of(error)
                with self._changed:
                    if not asked.is_stale.is_set():
                        self._last = None
            finally:
                asked.end_turn()
            if not asked.is_stale.is_set():
                self._publish(question, found, fault)
            elif not self._is_closed:
                self._left()
            with self._changed:
                self._asked = None


def words_of(error: Exception) -> str:
    """What went wrong, in one line."""
    return str(error) if isinstance(error, Said) else f"{type(error).__name__}: {error}"
