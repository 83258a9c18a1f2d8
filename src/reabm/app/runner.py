"""The thread that plays a visitor's world: it takes commands, plays while it is told to, and publishes pictures.

No other thread touches the world. The rules release the interpreter lock, so that many worlds are played beside the page.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections import deque
from collections.abc import Callable

from reabm.app.live import Live
from reabm.app.snapshot import Snapshot
from reabm.engine.run import RunError
from reabm.scenario import ScenarioError

type Command = Callable[[Live], object]

LONGEST_WAIT = 0.5  # seconds between two looks at whether to end


class Runner:
    """Plays one world; `close()` ends its thread."""

    def __init__(self, opening: Callable[[], Live]) -> None:
        """`opening` makes the world, in the runner's thread."""
        self._opening = opening
        self._commands: deque[Command] = deque()
        self._changed = threading.Condition()
        self._is_closed = False
        self.snapshot: Snapshot | None = None  # the last one published
        self.fault = ""  # why there is no world
        self._thread = threading.Thread(target=self._run, name="reabm-world", daemon=True)
        self._thread.start()

    def do(self, command: Command) -> None:
        """Carry out a command on the world as soon as the month in play is done."""
        with self._changed:
            self._commands.append(command)
            self._changed.notify_all()

    def newer(self, version: int, timeout: float) -> Snapshot | None:
        """The last picture as soon as there is a newer one than `version`; None where none comes in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self.fault or self._version > version, timeout)
            return self.snapshot if self._version > version else None

    @property
    def _version(self) -> int:
        return 0 if self.snapshot is None else self.snapshot.version

    @property
    def is_alive(self) -> bool:
        """Whether its thread runs."""
        return self._thread.is_alive()

    def close(self) -> None:
        """End the thread; the world is let go."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _run(self) -> None:
        try:
            live = self._opening()
        except Exception as error:  # noqa: BLE001 - said on the page, which would wait for ever
            if not isinstance(error, ScenarioError | RunError | OSError | ValueError):
                traceback.print_exc()
            with self._changed:
                self.fault = str(error) or type(error).__name__
                self._changed.notify_all()
            return
        self._publish(live)
        due = time.monotonic()
        while True:
            with self._changed:
                wait = max(due - time.monotonic(), 0.0) if live.is_playing else LONGEST_WAIT
                if not self._commands and not self._is_closed and wait > 0.0:
                    self._changed.wait(wait)
                if self._is_closed:
                    return
                commands = list(self._commands)
                self._commands.clear()
            was_playing = live.is_playing
            if commands:
                live.message = ""
                for command in commands:
                    live.attempt(command)
            now = time.monotonic()
            if live.is_playing and not was_playing:
                due = now
            has_stepped = live.is_playing and now >= due
            if has_stepped:
                live.attempt(lambda world: world.step())
                due = max(due + 1.0 / live.speed, now - 1.0 / live.speed)  # a month late is caught up, more is not
            if commands or has_stepped:
                self._publish(live)

    def _publish(self, live: Live) -> None:
        with self._changed:
            self.snapshot = live.snapshot()
            self._changed.notify_all()
