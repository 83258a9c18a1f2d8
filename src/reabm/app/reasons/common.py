"""What the reasons of all kinds of agents share."""

from __future__ import annotations

from typing import NamedTuple

from reabm.app.charts.bars import Bars
from reabm.app.snapshot import Track
from reabm.app.words import month_words

SIZE_HEADS = ["Term", "size", "what it is"]


class Why(NamedTuple):
    """The reasons of a decision."""

    sentences: list[str]
    heads: list[str]
    rows: list[list[str]]
    bars: Bars | None


def month_of(track: Track, row: int) -> str:
    """A month of the run in words."""
    return month_words(track.scenario.start + row)


def listed(parts: list[str]) -> str:
    """Things one after the other: a, b and c."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
