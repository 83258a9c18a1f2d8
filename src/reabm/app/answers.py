"""Answers that take some seconds: worked out beside the page, with how far the work is; the last ones are kept."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

import solara

from reabm.app.background import Asked, Background

MOST_KEPT = 6
SAYS_EVERY = 0.2  # seconds between two words about progress

type Progress = Callable[[int, int], object]  # runs done, of how many (0: that is not known)


class Answers[Q, A]:
    """The newest question's answer; `close()` ends its thread."""

    def __init__(self, work: Callable[[Q, Asked, Progress], A], publish: Callable[[A], object] | None = None) -> None:
        """`work` is called in the thread; `publish` with what it gave, beside `found`."""
        nothing: A | None = None
        self.found: solara.Reactive[A | None] = solara.reactive(nothing)
        self.question: solara.Reactive[Q | None] = solara.reactive(None)  # of `found`
        self.doing = solara.reactive("")  # how far the work is; empty: nothing is worked out
        self.at_work: solara.Reactive[Q | None] = solara.reactive(None)  # the question of `doing`
        self.fault = solara.reactive("")
        self.faulty: solara.Reactive[Q | None] = solara.reactive(None)  # the question of `fault`
        self._work = work
        self._publish = publish
        self._kept: deque[tuple[Q, A]] = deque(maxlen=MOST_KEPT)
        self._background = Background(self._answer, self._say, left=self._rest)

    def ask(self, question: Q) -> None:
        """Work it out; what was asked before is dropped."""
        self._background.ask(question)

    def drop(self, question: Q) -> None:
        """Leave it: nobody looks at it any more."""
        self._background.drop(question)

    def close(self) -> None:
        """End the thread."""
        self._background.close()

    def answer_to(self, question: Q | None) -> A | None:
        """The answer on the page, if it is that of a question."""
        return self.found.value if question is not None and self.question.value == question else None

    def doing_of(self, question: Q | None) -> str:
        """How far the work is, if it is on a question."""
        return self.doing.value if question is not None and self.at_work.value == question else ""

    def fault_of(self, question: Q | None) -> str:
        """What went wrong, if it did so with a question; another question's fault is not said of it."""
        return self.fault.value if question is not None and self.faulty.value == question else ""

    def _answer(self, question: Q, asked: Asked) -> A:
        self.fault.set("")  # it was said of the question before
        for known, found in self._kept:
            if known == question:
                return found
        said = 0.0

        def progress(done: int, of: int) -> None:
            nonlocal said
            if time.monotonic() - said > SAYS_EVERY or done == of:
                said = time.monotonic()
                self.doing.set(f"{done:,} of {of:,} runs" if of else f"{done:,} run{'' if done == 1 else 's'} so far")

        self.at_work.set(question)
        self.doing.set("the worlds go on")
        found = self._work(question, asked, progress)
        self._kept.append((question, found))
        return found

    def _say(self, question: Q, found: A | None, fault: str) -> None:
        if found is not None:
            self.question.set(question)
            self.found.set(found)
            if self._publish is not None:
                self._publish(found)
        self.faulty.set(question if fault else None)
        self.fault.set(fault)
        self._rest()

    def _rest(self) -> None:
        """Nothing is worked out, be it answered or dropped half way; the next question says itself how far it is."""
        self.at_work.set(None)
        self.doing.set("")
