"""Trading houses and large buyers."""

from __future__ import annotations

from typing import ClassVar

from reabm.agents.row import RowAgent, column, given
from reabm.engine import tick


class Importer(RowAgent):
    """Learns how far China can be relied on, sets its stock, finances mines in return for offtake.

    To play another rule, override `set_cover` (writes `cover_months` and `risk_cover_months`; `risk_log` says how far the latter
    gives way to prices, 0: not), `believe` or `offer_offtake`.
    """

    kind: ClassVar[str] = "importer"

    stock_by_element_t = column("importers", "stock_t")
    delivered = column("importers", "delivered")
    disrupted = column("importers", "disrupted")
    disrupted_by_licence = column("importers", "disrupted_by_licence")
    disrupted_by_quota = column("importers", "disrupted_by_quota")
    reliability = column("importers", "reliability")
    cover_months = column("importers", "cover_months")
    risk_cover_months = column("importers", "risk_cover_months")
    risk_log = column("importers", "risk_log")
    risk_wanted_months = column("importers", "risk_wanted_months")
    bought_t = column("importers", "bought_t")
    lent_kusd = column("importers", "lent_kusd")
    cash_kusd = column("importers", "cash_kusd")
    attraction = column("importers", "attraction")
    experience = column("importers", "experience")

    destination = given("importers", "destination")
    trade_share = given("importers", "trade_share")
    base_cover_months = given("importers", "base_cover_months")
    finance_kusd = given("importers", "finance_kusd")
    offtake_share = given("importers", "offtake_share")

    @property
    def stock_t(self) -> float:
        """Oxide in store, t."""
        return float(self.stock_by_element_t.sum())

    def believe(self) -> None:
        """Update the belief in China's reliability by what was seen last month and is announced for this one."""
        page = self.model.page
        tick.believe(page.state, page.params, self.row)

    def set_cover(self) -> None:
        """Set the stock wanted, in months of use."""
        page = self.model.page
        tick.set_cover(page.state, page.params, self.row)

    def offer_offtake(self) -> None:
        """Finance a mine, or not. The one stage in which order counts: a mine takes the first offer."""
        page = self.model.page
        tick.offer_offtake(page.state, page.params, self.row, self.model.month)
