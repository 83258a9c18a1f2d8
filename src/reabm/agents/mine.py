"""Mines with their separation plants."""

from __future__ import annotations

from typing import ClassVar

from reabm.agents.row import RowAgent, column, given
from reabm.engine import tick
from reabm.world.layout import Array


class Mine(RowAgent):
    """Values the basket in its ore, is opened, ramps up, is mothballed, fails, restarts; digs and separates.

    To play another rule, override `run`: `self.status`, `self.utilisation` and `self.months_left` are what the rest of the
    month looks at.
    """

    kind: ClassVar[str] = "mine"

    status = column("mines", "status")
    months_left = column("mines", "months_left")
    utilisation = column("mines", "utilisation")
    loss_months = column("mines", "loss_months")
    ore_t = column("mines", "ore_t")
    basket_usd_kg = column("mines", "basket_usd_kg")
    expected_usd_kg = column("mines", "expected_usd_kg")
    hurdle_usd_kg = column("mines", "hurdle_usd_kg")
    volatility = column("mines", "volatility")
    contract_share = column("mines", "contract_share")
    prepaid_share = column("mines", "prepaid_share")
    partner = column("mines", "partner")
    route = column("mines", "route")
    cash_kusd = column("mines", "cash_kusd")
    debt_kusd = column("mines", "debt_kusd")
    bankrupt = column("mines", "bankrupt")
    output_t = column("mines", "ore_t")

    zone = given("mines", "zone")
    basket = given("mines", "basket")
    capacity_by_month_t = given("mines", "capacity_t")
    opex_usd_kg = given("mines", "opex_usd_kg")
    capex_usd_kg = given("mines", "capex_usd_kg")
    lead_months = given("mines", "lead_months")
    earliest = given("mines", "earliest")
    max_utilisation = given("mines", "max_utilisation")

    @property
    def luck(self) -> Array:
        """This month's uniform draws: finance, building time, two to spare."""
        return self.model.draws.mines[self.row]

    def decide(self) -> None:
        """Value the basket, then act on it."""
        self.value()
        self.run()

    def value(self) -> None:
        """What the basket is worth, now and by expectation, and at which worth the owner would build."""
        page = self.model.page
        tick.value_basket(page.state, page.params, page.scratch, self.row, self.model.month)
        tick.set_hurdle(page.state, page.params, page.scratch, self.row, self.model.month)

    def run(self) -> None:
        """Build, ramp up or down, mothball, fail or restart."""
        page = self.model.page
        tick.run_mine(page.state, page.params, page.draws, self.row, self.model.month)

    def dig(self) -> None:
        """Dig, separate and bring to market; no decision."""
        page = self.model.page
        tick.mine_ore(page.state, page.params, page.scratch, self.row, self.model.month)
