"""Which months a fit may see, and which ones judge it."""

from __future__ import annotations

from typing import NamedTuple

FIT, TEST, LICENCES = "fit", "test", "licences_2025"
WINDOWS = (FIT, TEST, LICENCES)
FIT_END = 2012 * 12 + 11  # December 2012
LICENCES_FROM = 2025 * 12 + 3  # April 2025


class Rung(NamedTuple):
    """A rung of the ladder: what is known, and the months on which a forecast from there is judged."""

    name: str
    known_until: int  # last month that a fit or a baseline may see
    first: int  # months of observations that are scored: they end in first..last
    last: int
    words: str


FAR = 9999 * 12
RUNGS = (
    Rung(FIT, FIT_END, 0, FIT_END, "to December 2012, inside the window of the fit"),
    Rung(TEST, FIT_END, FIT_END + 1, LICENCES_FROM - 1, "January 2013 to March 2025, after a fit to December 2012"),
    Rung(LICENCES, LICENCES_FROM - 1, LICENCES_FROM, FAR, "from April 2025 on; baselines know all until March 2025"),
)
EARLY = Rung("test_2011_12", 2010 * 12 + 11, 2011 * 12, FIT_END, "2011 and 2012, after a fit to December 2010")


def window_of(last: int) -> str:
    """The window of what ends in a month."""
    return FIT if last <= FIT_END else TEST if last < LICENCES_FROM else LICENCES
