"""Makers of magnets and alloys."""

from __future__ import annotations

from typing import ClassVar

from reabm.agents.row import RowAgent, column, given
from reabm.engine import tick
from reabm.world.layout import Array


class Maker(RowAgent):
    """Makes magnets (or alloy) at home, in China and elsewhere, and decides where the next line stands.

    Arrays of a maker have the axes line (premium, commodity) and place (home, china, elsewhere). To play another rule,
    override `choose_location`: it starts a move of `build_t[line]` tonnes a month of capacity from home to China (negative:
    back) that is done after `build_months[line]` months; with `build_elsewhere[line] = 1` it goes to a third country.

    Examples
    --------
    >>> class MovesIn2011(Maker):                                                    # doctest: +SKIP
    ...     "Moves a tenth of its commodity line to China in January 2011, whatever it costs."
    ...     def choose_location(self):
    ...         if self.model.date == "2011-01":
    ...             self.build_t[1] = 0.1 * self.capacity_t[1, 0]
    ...             self.build_months[1] = 18
    >>> RareEarthModel("history.yaml", agent_classes={"hitachi_metals": MovesIn2011})  # doctest: +SKIP
    """

    kind: ClassVar[str] = "maker"

    capacity_t = column("makers", "capacity_t")
    plan_share = column("makers", "plan_share")
    build_t = column("makers", "build_t")
    build_months = column("makers", "build_months")
    build_elsewhere = column("makers", "build_elsewhere")
    has_plant = column("makers", "has_plant")
    oxide_t = column("makers", "oxide_t")
    bought_t = column("makers", "bought_t")
    planned_t = column("makers", "planned_t")
    made_t = column("makers", "output_t")
    unit_cost_usd_kg = column("makers", "unit_cost_usd_kg")
    price_usd_kg = column("makers", "price_usd_kg")
    line_share = column("makers", "line_share")
    saved = column("makers", "saved")
    thrift = column("makers", "thrift")
    move_terms = column("makers", "move_terms")
    move_benefit = column("makers", "move_benefit")
    cash_kusd = column("makers", "cash_kusd")

    home = given("makers", "home")
    makes_alloy = given("makers", "makes_alloy")
    reluctance = given("makers", "reluctance")
    venture_share = given("makers", "venture_share")
    plant_months = given("makers", "plant_months")

    @property
    def luck(self) -> Array:
        """This month's uniform draws: leave to move (two lines), building time (two lines)."""
        return self.model.draws.makers[self.row]

    @property
    def output_t(self) -> float:
        """Magnets made this month, t."""
        return float(self.made_t.sum())

    @property
    def stock_t(self) -> float:
        """Oxide in its stores, t."""
        return float(self.oxide_t.sum())

    @property
    def china_share(self) -> float:
        """Share of its capacity that stands in China."""
        if self.home < 0.5:
            return 1.0
        total = float(self.capacity_t.sum())
        return float(self.capacity_t[:, 1].sum()) / total if total > 0.0 else 0.0

    def decide(self) -> None:
        """Cost the lines, weigh the move, choose, ask a price."""
        self.cost_lines()
        self.weigh_move()
        self.choose_location()
        self.ask_price()

    def cost_lines(self) -> None:
        """Start plants that are ready, redesign magnets, cost a kilogram in every place."""
        page = self.model.page
        tick.cost_lines(page.state, page.params, page.scratch, self.row)

    def weigh_move(self) -> None:
        """Weigh what having each line in China would bring (`move_terms`, `move_benefit`)."""
        page = self.model.page
        tick.weigh_move(page.state, page.params, page.scratch, self.row)

    def choose_location(self) -> None:
        """Plan where the lines should stand; start to build or to close."""
        page = self.model.page
        tick.choose_location(page.state, page.params, page.scratch, page.draws, self.row, self.model.month)

    def ask_price(self) -> None:
        """Ask a price in every place."""
        page = self.model.page
        tick.ask_price(page.state, page.params, self.row)

    def make(self) -> None:
        """Turn the oxide in store into magnets; no decision."""
        page = self.model.page
        tick.make_magnets(page.state, page.params, page.scratch, self.row)
