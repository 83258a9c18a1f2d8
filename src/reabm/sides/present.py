"""What a side stands before at the start of a turn, and what was played, as arrays with their names."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from reabm.engine.run import World
from reabm.scenario.pack import Names, names_of, pack, sizes_of
from reabm.scenario.scenario import Scenario
from reabm.world.history import COLUMN, History
from reabm.world.layout import Array, views
from reabm.world.params import Params
from reabm.world.state import State


class Present:
    """A world at the start of a month, as those who read information and defaults from it see it.

    Parameters
    ----------
    scenario : Scenario, with what was decided so far
    world : World, read only
    """

    def __init__(self, scenario: Scenario, world: World) -> None:
        self.scenario = scenario
        self.month = world.month  # of the run: the one to come
        self.history: History = world.history
        self.names: Names = names_of(scenario)
        self.state: State = views(State, sizes_of(scenario), world.block)

    @property
    def date(self) -> int:
        """The month to come: year x 12 + month - 1; the last one where all are played."""
        return min(self.scenario.start + self.month, self.scenario.end)

    @property
    def index(self) -> int:
        """The same as a month of the run: where it stands in series of the parameters."""
        return self.date - self.scenario.start

    @cached_property
    def in_force(self) -> Scenario:
        """The scenario as it stands in the month to come."""
        return self.scenario.at(self.date)

    @cached_property
    def params(self) -> Params:
        """The same as arrays."""
        return pack(self.in_force)

    def row(self, kind: str, name: str) -> int:
        """Row of an agent: `row("makers", "tdk")`."""
        names: tuple[str, ...] = getattr(self.names, kind)
        return names.index(name)

    def figure(self, column: str, late: int = 0) -> float | None:
        """A key figure of the last month that was played, or of one some months before; None where there is none."""
        return self.past(self.history.months[:, getattr(COLUMN, column)], late)

    def past(self, series: Array, late: int = 0) -> float | None:
        """The last value of a monthly series that is known when it comes to light so many months late."""
        month = self.month - 1 - late
        return number(series[month]) if 0 <= month < len(series) else None

    def past_year(self, series: Array, late: int) -> float | None:
        """Sum over the twelve months that ended so many months ago."""
        last = self.month - late
        return number(np.cumsum(series[last - 12 : last])[-1]) if last >= 12 else None


def number(value: Any) -> float | None:
    """A float, or None where it is none."""
    found = float(value)
    return found if np.isfinite(found) else None
