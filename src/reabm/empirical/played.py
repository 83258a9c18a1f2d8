"""Months of a run that are counted, and what they are worth in the first of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from reabm.scenario.scenario import Scenario
from reabm.world.history import History
from reabm.world.layout import Array
from reabm.world.state import State


class Played(NamedTuple):
    """Months of a run that are counted."""

    scenario: Scenario
    history: History
    first: int  # of the run
    last: int  # included
    begins: int = 0  # first month of the run that the record holds: later than 0 where a world was played on
    opening: State | None = None  # the world before that month; None: nobody has anything yet

    def series(self, group: str, row: int, column: int, before: float = 0.0) -> Array:
        """A column of an agent's record: what was before the first month on record, then each month up to the last counted."""
        kept: Array = getattr(self.history, group)
        if len(kept) == 0:
            raise ValueError(f"the record keeps no {group}: play with details=True (a crowd of firms is never kept)")
        return np.concatenate(([before], kept[self.begins : self.last + 1, row, column]))

    def counted(self, months: Array) -> Array:
        """Of a number for each month on record up to the last counted, those from the first counted on."""
        return months[self.first - self.begins :]


def present_value_musd(kusd: Array, rate: float) -> float:
    """Worth in the first month of what comes month by month, kUSD -> M USD, at a yearly rate."""
    weights = (1.0 + rate) ** (-np.arange(len(kusd)) / 12.0) / 1000.0
    return float(np.cumsum(kusd * weights)[-1])
