"""A line of the bench: what was measured, its figure, what was asked for."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """A figure and its bar."""

    what: str
    figure: float
    unit: str
    least: float | None = None  # bar: no less than this
    most: float | None = None  # bar: no more than this
    note: str = ""  # how it was measured, where `what` does not say it

    @property
    def holds(self) -> bool | None:
        """Whether the figure meets its bar; None where none was set."""
        if self.least is None and self.most is None:
            return None
        return (self.least is None or self.figure >= self.least) and (self.most is None or self.figure <= self.most)

    @property
    def target(self) -> str:
        """The bar in words."""
        parts = [f"{word} {written(bar)}" for word, bar in (("at least", self.least), ("at most", self.most)) if bar is not None]
        return ", ".join(parts)


def written(number: float) -> str:
    """Three digits, whole numbers from a hundred on."""
    return f"{number:,.0f}" if abs(number) >= 99.95 or number == 0.0 else f"{number:.3g}"
