"""Records of what is traded and used: elements, ore deposits, magnet lines, use sectors."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from reabm.scenario.expect import Expect
from reabm.scenario.quantity import Quantity, Series, Sourced
from reabm.scenario.record import Record, Share, Strategy, Text, check_sum

Destination = Literal["china", "japan", "usa", "eu", "other_countries"]
LineName = Literal["premium", "commodity"]
Price = Annotated[Quantity, Expect("USD/kg", above=True)]
Cost = Annotated[Quantity, Expect("USD/kg")]
ShareQuantity = Annotated[Quantity, Expect("share")]
Ratio = Annotated[Quantity, Expect("ratio")]
MonthsQuantity = Annotated[Quantity, Expect("months")]
Speed = Annotated[Quantity, Expect("1/month", high=1)]


class Element(Record):
    """A rare earth that has its own price."""

    name: Text
    group: Literal["light", "heavy"]
    reference_price: Price
    opening_price: Price  # January 2005, inside China
    longrun_price: Price
    demand_curve: Literal["isoelastic", "linear"]
    demand_elasticity: Annotated[Quantity, Expect("ratio", above=True)]
    choke_price_ratio: Annotated[Quantity, Expect("ratio", low=1, above=True)]
    lost_load_ratio: Ratio
    opening_cover_china: MonthsQuantity
    opening_cover_outside: MonthsQuantity
    note: str = ""


class Deposit(Sourced):
    """A kind of ore: which elements a tonne of it holds."""

    name: Text
    basket: dict[str, Share]
    unit: Literal["share"]
    separation_yield: Annotated[Quantity, Expect("share", above=True)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        check_sum(self.basket, "basket", "shares of the elements")
        return self


class Line(Sourced):
    """A class of magnets: what it holds, costs and how its buyers choose."""

    name: Text
    content: dict[str, Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)]]
    unit: Literal["kg/kg"]
    conversion_cost_home: Cost
    conversion_cost_china: Cost
    conversion_cost_elsewhere: Cost
    markup_precision: Annotated[Quantity, Expect("kg/USD", above=True)]
    demand_elasticity: Ratio
    leak_loss: ShareQuantity
    fixed_cost: Annotated[Quantity, Expect("share", high=100)]  # of unit cost
    tariff: ShareQuantity
    vat_rebate: ShareQuantity
    technology_weight: Ratio
    thrift_ceiling: dict[str, Share] = Field(default_factory=dict)  # share of an element that can be designed out
    thrift_speed: Speed
    cover: MonthsQuantity  # magnets held by end users


class Sector(Sourced):
    """A use of rare earths other than magnets."""

    name: Text
    strategy: Strategy = "save"
    mix: dict[str, Share]
    unit: Literal["share"]
    demand: dict[Destination, Annotated[Series, Expect("t/yr")]]  # t of oxide, at reference prices
    thrift_ceiling: dict[str, Share] = Field(default_factory=dict)
    thrift_speed: Speed
    life: Annotated[Quantity, Expect("years")]
    recovery: ShareQuantity

    @model_validator(mode="after")
    def _whole(self) -> Self:
        check_sum(self.mix, "mix", "shares of the elements")
        return self


MagnetDemand = dict[Destination, Annotated[Series, Expect("t/yr")]]  # finished magnets
