"""Turns at long work: so many at a time over all visitors, handed on between two pieces of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import count
from typing import NamedTuple


class Ticket(NamedTuple):
    """Who waits: the smallest is the next."""

    is_refining: bool  # first answers come before what refines one
    n: int


class Turns:
    """Whoever waits gets a turn in the order of asking, first answers before what refines one.

    A plain semaphore does not do: a thread that gives it back and asks again at once mostly gets it again.
    """

    def __init__(self, n: int) -> None:
        self._free = n
        self._waiting: list[Ticket] = []
        self._numbers = count()
        self._changed = threading.Condition()

    def take(self, is_refining: bool, check: Callable[[], object]) -> None:
        """Wait for a turn; `check` is called now and then, and leaves by raising where the turn is not wanted any more."""
        with self._changed:
            ticket = Ticket(is_refining, next(self._numbers))
            self._waiting.append(ticket)
            try:
                while not (self._free and min(self._waiting) == ticket):
                    check()
                    self._changed.wait(0.1)
                check()
                self._free -= 1
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()

    def give_back(self) -> None:
        """End a turn."""
        with self._changed:
            self._free += 1
            self._changed.notify_all()

    def is_wanted(self, is_refining: bool) -> bool:
        """Whether somebody waits who would come before one who asked now."""
        with self._changed:
            return any(ticket.is_refining <= is_refining for ticket in self._waiting)
