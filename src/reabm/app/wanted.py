"""A question of what is drawn: asked while it is drawn, left once it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import solara


class Answering[Q](Protocol):
    """What works out answers beside the page."""

    def ask(self, question: Q) -> None:
        """Work it out; what was asked before is dropped."""

    def drop(self, question: Q) -> None:
        """Leave it, if it is still being worked out."""


def use_answer[Q](live: Answering[Q], question: Q | None) -> None:
    """Ask while a component is drawn. Once it is gone (another tab is shown) or asks something else, the work on it ends."""

    def begin() -> Callable[[], None] | None:
        if question is None:
            return None
        live.ask(question)
        return lambda: live.drop(question)

    solara.use_effect(begin, [question])
