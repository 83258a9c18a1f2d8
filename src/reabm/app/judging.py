"""What a visitor sees of the scoreboard: how far it is, what was found, what went wrong."""

from __future__ import annotations

import solara

from reabm.app.background import Asked, Background
from reabm.app.judged import HISTORY, Judged, Shared


class Judging:
    """Waits, beside the page, for the scoreboard that all visitors share; `close()` ends its thread."""

    def __init__(self, shared: Shared[Judged] = HISTORY) -> None:
        self._shared = shared
        self.found: solara.Reactive[Judged | None] = solara.reactive(shared.found)
        self.progress = solara.reactive((0, 0))
        self.fault = solara.reactive("")
        self.n_asked = solara.reactive(0)  # attempts that the visitor asked for
        self._background: Background[int, Judged] = Background(self._answer, self._publish)

    def ask(self, attempt: int) -> None:
        """Wait for it, unless it is there."""
        if self.found.value is None:
            self._background.ask(attempt)

    def drop(self, attempt: int) -> None:
        """Leave it: nobody looks at it any more. What is at work goes on for the others."""
        self._background.drop(attempt)

    def again(self) -> None:
        """Try again after a fault."""
        self.fault.set("")
        self.n_asked.set(self.n_asked.value + 1)

    def close(self) -> None:
        """End the thread."""
        self._background.close()

    def _answer(self, _attempt: int, asked: Asked) -> Judged:
        return self._shared.get(asked.check, lambda done, total: self.progress.set((done, total)))

    def _publish(self, _attempt: int, found: Judged | None, fault: str) -> None:
        self.fault.set(fault)
        if found is not None:
            self.found.set(found)
