"""The Chinese state."""

from __future__ import annotations

from typing import ClassVar

from reabm.agents.row import RowAgent
from reabm.engine import tick
from reabm.world.state import Policy


class ChineseState(RowAgent):
    """Sets quotas, taxes, embargoes, licences, production control and purchases: the arrays of `policy`.

    To play another rule, override `act` and write to `self.policy`; what is not written stays as it was last month, so
    begin with `super().act()` to keep the rest of the script.

    Examples
    --------
    >>> class Embargo(ChineseState):                                             # doctest: +SKIP
    ...     "As the script says, and nothing to Japan in 2012."
    ...     def act(self):
    ...         super().act()
    ...         if self.model.date.startswith("2012"):
    ...             self.policy.embargo[1] = 1.0
    >>> RareEarthModel("history.yaml", agent_classes={ChineseState: Embargo})     # doctest: +SKIP
    """

    kind: ClassVar[str] = "state"

    @classmethod
    def group(cls) -> str:
        """It has its row among the governments."""
        return "governments"

    @property
    def policy(self) -> Policy:
        """The measures in force, which it alone writes."""
        return self.model.state.policy

    @property
    def stock_t(self) -> float:
        """Oxide in the state's reserve, t."""
        return float(self.model.state.goods.state_stock_t.sum())

    def act(self) -> None:
        """Set the measures of the month."""
        page = self.model.page
        tick.act_government(page.state, page.params, self.row, self.model.month)
