"""Headline figures: a number, its unit, and how it changed over a year."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import solara


class Figure(NamedTuple):
    """One headline figure, in words."""

    what: str
    value: str
    unit: str
    change: str  # over the last twelve months
    meaning: str = ""  # shown while the pointer rests on it
    without: str = ""  # what it would be without the last change


@solara.component
def Figures(figures: Sequence[Figure]) -> None:
    """A row of figures: a list of terms and what they stand at."""
    parts = [
        f'<div class="reabm-figure" title="{escape(one.meaning)}"><dt class="what">{escape(one.what)}'
        f'<span class="reabm-unseen">: {escape(one.meaning)}</span></dt>'
        f'<dd class="value">{escape(one.value)} <span class="unit">{escape(one.unit)}</span></dd>'
        f'<dd class="change">{escape(one.change)}</dd>'
        + (f'<dd class="without">{escape(one.without)}</dd>' if one.without else "")
        + "</div>"
        for one in figures
    ]
    solara.HTML(
        tag="dl",
        classes=["reabm-figures"],
        unsafe_innerHTML="".join(parts),
        attributes={"aria-label": "Headline figures"},
    )
