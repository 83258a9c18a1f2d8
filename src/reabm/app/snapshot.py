"""What the page sees of a world: an immutable picture, published by the one thread that plays.

Months that were played are never written again (a fork has a record of its own), so a picture shares the record's arrays and
costs nothing: rows before `played` are final, later ones are not to be read.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from reabm.engine.run import Prepared
from reabm.scenario import Scenario
from reabm.scenario.months import month_text
from reabm.scenario.pack import Names
from reabm.scenario.policy import Intervention
from reabm.world.history import COLUMN, History
from reabm.world.layout import Array


class Track(NamedTuple):
    """A run as far as it was played."""

    prepared: Prepared
    history: History  # rows before `played` are final
    seed: int
    played: int  # months

    @property
    def scenario(self) -> Scenario:
        """What the run assumes, changes made on the page included."""
        return self.prepared.scenario

    @property
    def names(self) -> Names:
        """Names of the rows of the record's arrays."""
        return self.prepared.names

    @property
    def years(self) -> Array:
        """Time of every month played, in years (September 2010 is 2010 + 8/12)."""
        return (self.scenario.start + np.arange(self.played)) / 12.0

    def column(self, name: str) -> Array:
        """A key figure (of `MONTH_COLUMNS`) over the months played."""
        return self.history.months[: self.played, getattr(COLUMN, name)]


class Snapshot(NamedTuple):
    """One published state of a visitor's world."""

    version: int
    name: str  # of the scenario that was picked
    track: Track
    shown: int  # months up to the one on the screen: row `shown` - 1 of the record; 0: before the first
    parent: Track | None  # the run before the last change, drawn faintly
    forked: int | None  # month of the run in which that change was made
    changes: tuple[Intervention, ...]  # made by the visitor, in order
    is_playing: bool
    speed: float  # months a second
    message: str  # what went wrong with the last command, in one line; empty: nothing

    @property
    def row(self) -> int:
        """Row of the record for the month on the screen (0 before the first)."""
        return max(self.shown - 1, 0)

    @property
    def month(self) -> int:
        """The month on the screen (calendar)."""
        return self.track.scenario.start + self.row

    @property
    def date(self) -> str:
        """The month on the screen, as `2010-09`."""
        return month_text(self.month)

    @property
    def next_month(self) -> int:
        """The month in which a change made now begins (calendar)."""
        return self.track.scenario.start + self.shown

    @property
    def is_over(self) -> bool:
        """Whether the month on the screen is the scenario's last."""
        return self.shown >= self.track.scenario.n_months
