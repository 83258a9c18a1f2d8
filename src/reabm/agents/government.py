"""Governments outside China."""

from __future__ import annotations

from typing import ClassVar

from reabm.agents.row import RowAgent, column, given
from reabm.engine import tick


class Government(RowAgent):
    """Subsidises firms that stay, supports thrifting, builds a reserve, blocks moves, goes to the WTO.

    To play another rule, override `act`; what stands in the row counts from this month on.

    Examples
    --------
    >>> class Stockpiler(Government):                                       # doctest: +SKIP
    ...     "Wants half a year of use in its reserve, always."
    ...     def act(self):
    ...         self.reserve_months = 6.0
    >>> RareEarthModel("history.yaml", agent_classes={"japan": Stockpiler})  # doctest: +SKIP
    """

    kind: ClassVar[str] = "government"

    reserve_t = column("governments", "reserve_t")
    subsidy_share = column("governments", "subsidy_share")
    thrift_programme = column("governments", "thrift_programme")
    reserve_months = column("governments", "reserve_months")
    venture_block = column("governments", "venture_block")
    exposure = column("governments", "exposure")
    complained = column("governments", "complained")
    spent_kusd = column("governments", "spent_kusd")
    choice = column("governments", "choice")
    path_t = column("governments", "path_t")
    plan_month = column("governments", "plan_month")
    plan_due = column("governments", "plan_due")
    promised_kusd = column("governments", "promised_kusd")

    destination = given("governments", "destination")
    exposure_threshold = given("governments", "exposure_threshold")

    @property
    def stock_t(self) -> float:
        """Oxide in the state's reserve, t."""
        return float(self.reserve_t.sum())

    def act(self) -> None:
        """Set the programmes of the month."""
        page = self.model.page
        tick.act_government(page.state, page.params, self.row, self.model.month)
