"""A visitor: a world of their own, what is chosen on the page, and what is worked out beside it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import solara

from reabm.app.link import understood
from reabm.app.live import Live
from reabm.app.runner import Command, Runner
from reabm.app.snapshot import Snapshot
from reabm.sides import Game

PICTURES_A_SECOND = 12.0


class Visit:
    """One visitor's session. `close()` ends its threads and lets its world go."""

    def __init__(self, link: Mapping[str, Any] | None = None) -> None:
        self.snapshot: solara.Reactive[Snapshot | None] = solara.reactive(None)
        self.fault = solara.reactive("")
        self.tab = solara.reactive(str((link or {}).get("tab", "overview")))
        self.game: solara.Reactive[Game | None] = solara.reactive(None)  # the side that is being played, if any
        self._kept: dict[str, Any] = {}
        self.agent = solara.reactive("")  # the one that is looked at more closely
        self._closing = threading.Event()
        self._to_close: list[Callable[[], object]] = []
        self.runner = Runner(lambda: opened(link or {}))
        self._watcher = threading.Thread(target=self._watch, name="reabm-pictures", daemon=True)
        self._watcher.start()

    def do(self, command: Command) -> None:
        """Let the world carry out a command."""
        self.runner.do(command)

    def keep[T](self, key: str, make: Callable[[], T], close: Callable[[T], object] | None = None) -> T:
        """What a tab keeps while another one is shown (its choices, its work in the background); made when first asked for.

        `close` ends it with the visit. Tabs that use one key share one thing; it must not hold the visit itself.
        """
        if key not in self._kept:
            made = self._kept[key] = make()
            if close is not None:
                self.on_close(lambda: close(made))
        kept: T = self._kept[key]
        return kept

    def on_close(self, call: Callable[[], object]) -> None:
        """Something to end with the visit."""
        self._to_close.append(call)

    def close(self) -> None:
        """End all that runs for this visitor."""
        self._closing.set()
        self.runner.close()
        for call in self._to_close:
            call()

    def _watch(self) -> None:
        """Hand the newest picture to the page, some times a second."""
        version = 0
        while not self._closing.is_set():
            found = self.runner.newer(version, timeout=0.5)
            if found is not None:
                version = found.version
                self.snapshot.value = found
                time.sleep(1.0 / PICTURES_A_SECOND)
            elif self.runner.fault:
                self.fault.value = self.runner.fault
                return


def opened(link: Mapping[str, Any]) -> Live:
    """The world that a link names; without one the history on the eve of the halt."""
    asked = understood(link)
    live = Live(asked.name, asked.scenario, asked.seed)
    live.resume(asked.name, asked.scenario, asked.seed, asked.changes, asked.months)
    return live
