"""Use sectors by destination."""

from __future__ import annotations

from typing import ClassVar

from reabm.agents.row import RowAgent, column, given
from reabm.engine import tick


class User(RowAgent):
    """A use sector in a destination (`glass.japan`): substitutes and saves for good when oxide is dear.

    To play another rule, override `save_material` (writes `thrift`, a share of each element).
    """

    kind: ClassVar[str] = "user"

    thrift = column("users", "thrift")
    used_t = column("users", "used_t")

    destination = given("users", "destination")
    mix = given("users", "mix")
    demand_by_month_t = given("users", "demand_t")
    thrift_ceiling = given("users", "thrift_ceiling")

    @property
    def use_t(self) -> float:
        """Oxide used this month, all elements together, t."""
        return float(self.used_t.sum())

    def save_material(self) -> None:
        """Substitute and save."""
        page = self.model.page
        tick.save_material(page.state, page.params, page.scratch, self.row)
