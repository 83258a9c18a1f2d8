"""A visit without threads: what a tab needs to be drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from reabm.app.snapshot import Snapshot


class Visiting:
    """A visitor who looks at one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = solara.reactive(snapshot)
        self._kept: dict[str, Any] = {}
        self._to_close: list[Callable[[], object]] = []

    def keep(self, key: str, make: Callable[[], Any], _close: object = None) -> Any:
        """What a tab keeps."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def on_close(self, call: Callable[[], object]) -> None:
        """Something to end with the visit."""
        self._to_close.append(call)

    def close(self) -> None:
        """End it."""
        for call in self._to_close:
            call()
