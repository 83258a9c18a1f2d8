"""Ctrl-C that ends an ensemble at a good moment: what is being written is finished first."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def gentle_interrupt() -> Iterator[threading.Event]:
    """Within it the first Ctrl-C (and a request to end that somebody handles) only sets the event; a second one interrupts.

    The event, once set, tells the caller that what it has is not all. A request to end is passed on afterwards. Threads other
    than the main one get no signals; there the event is never set.
    """
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before: dict[int, Any] = {}
    asked: list[int] = []

    def note(number: int, frame: Any) -> None:
        if stop.is_set() and callable(before[number]):
            before[number](number, frame)
        asked.append(number)
        stop.set()

    for each in SIGNALS:
        if callable(signal.getsignal(each)):
            before[each] = signal.signal(each, note)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if asked and asked[0] == signal.SIGTERM:
        before[signal.SIGTERM](signal.SIGTERM, None)
