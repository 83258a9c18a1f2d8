"""Work beside the page: what a visitor last asked for is worked out in a thread of its own; older questions are dropped."""

from __future__ import annotations

import threading
from collections.abc import Callable

# Of all visitors together: the worlds that play and the pages that answer clicks come first.
TURNS = threading.BoundedSemaphore(2)


class Superseded(Exception):
    """Something newer was asked for; raised by `Asked.check` to leave the work half done."""


class Asked:
    """Whether an answer is still wanted; long work calls `check` now and then."""

    def __init__(self) -> None:
        self.is_stale = threading.Event()

    def check(self) -> None:
        """Leave where something newer was asked for."""
        if self.is_stale.is_set():
            raise Superseded


class Background[Q, A]:
    """Answers the newest question. Questions are compared: one that is being answered, or was answered last, is not asked
    again; one whose answer failed may be.

    Parameters
    ----------
    answer : called in the thread with the question and an `Asked`; may be called with the next one right after
    publish : called in the thread with the question, its answer and what went wrong, in one line (then the answer is None)
    """

    def __init__(self, answer: Callable[[Q, Asked], A], publish: Callable[[Q, A | None, str], object]) -> None:
        self._answer = answer
        self._publish = publish
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
                self._asked = asked = Asked()
            try:
                with TURNS:
                    asked.check()
                    found, fault = self._answer(question, asked), ""
            except Superseded:
                continue
            except Exception as error:  # noqa: BLE001 - said on the page; the thread lives on for the next question
                found, fault = None, f"{type(error).__name__}: {error}"
                with self._changed:
                    if not asked.is_stale.is_set():
                        self._last = None
            if not asked.is_stale.is_set():
                self._publish(question, found, fault)
