"""Records of those who mine, make magnets and trade."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from reabm.scenario.errors import shown
from reabm.scenario.expect import Expect
from reabm.scenario.goods import Cost, Destination, LineName, MonthsQuantity, Ratio, ShareQuantity, Speed
from reabm.scenario.months import month_text
from reabm.scenario.quantity import Quantity, Series
from reabm.scenario.record import Month, Names, Place, Record, Share, Strategy, Text, fault

Route = Literal["separate", "concentrate"]
Where = Literal["home", "china", "elsewhere"]
MakerCapacity = dict[LineName, dict[Where, Annotated[Quantity, Expect("t/yr")]]]  # t of magnet, or of alloy


class Mine(Record):
    """A mine, or a phase of one, with the separation plant that belongs to it."""

    name: Text
    owner: Text
    country: Text
    zone: Literal["china", "outside"]
    kind: Literal["legal", "illegal", "outside"]
    deposit: Text
    strategy: Strategy
    status: Literal["producing", "building", "idea", "mothballed", "closed"]
    route: Route
    restart_route: Route
    heavy_separation: Annotated[Series, Expect("share")]
    capacity: Annotated[Series, Expect("t/yr")]
    opex: Cost
    restart_opex: Cost | None = None  # after a restart by the other route
    capex: Annotated[Quantity, Expect("USD per kg/yr")]
    lead: MonthsQuantity
    ramp: Speed
    max_utilisation: ShareQuantity
    opening_utilisation: ShareQuantity | None = None  # of a mine that produces in the first month; none: its best
    earliest: Month
    committed: Month | None = None  # construction decided outside the model
    directed_build: Annotated[Series, Expect("share")] | None = None  # of a mine on `directed`: 1 build or restart; none: 0
    directed_output: Annotated[Series, Expect("share")] | None = None  # share of capacity to run; none: as prices are
    debt_share: ShareQuantity
    place: Place
    offtake: dict[str, Share] = Field(default_factory=dict)
    note: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        at_home = self.kind in ("legal", "illegal")
        if at_home != (self.zone == "china"):
            allowed = "legal or illegal" if self.zone == "china" else "outside"
            raise fault(f"{allowed}, as its zone is {self.zone}", shown(self.kind), "kind")
        if self.committed is not None and self.committed < self.earliest:
            raise fault(f"{month_text(self.earliest)} (earliest) or later", month_text(self.committed), "committed")
        opening = self.opening_utilisation
        if opening is not None and opening.value > self.max_utilisation.value:
            raise fault(f"at most {self.max_utilisation.value:g} (max_utilisation)", shown(opening.value), "opening_utilisation")
        total = 0.0
        for share in self.offtake.values():
            total += share
        if total > 1 + 1e-6:
            raise fault("shares that sum to at most 1", f"a sum of {total:.7g}", "offtake")
        return self


class Maker(Record):
    """A maker of magnets or of the alloy for them."""

    name: Text
    home: Destination
    country: Text
    strategy: Strategy
    makes: Literal["magnet", "alloy"]
    capacity: MakerCapacity  # in January 2005
    weight: Ratio
    reluctance: Annotated[Quantity, Expect("ratio", low=-10)]
    joint_venture_share: ShareQuantity
    plant_kind: Literal["expansion", "joint_venture", "plant"]
    scripted_capacity_growth: Annotated[Quantity, Expect("1/yr", low=-1, high=5)]
    directed_share: dict[LineName, Annotated[Series, Expect("share")]] = Field(default_factory=dict)  # in China, on `directed`
    place: Place
    place_china: Place
    note: str = ""


class Importer(Record):
    """A trading house that brings rare earths to its destination."""

    name: Text
    destination: Destination
    strategy: Strategy
    trade_share: ShareQuantity
    base_cover: MonthsQuantity
    finance: Annotated[Quantity, Expect("M USD")]
    offtake_share: ShareQuantity
    note: str = ""


class Government(Record):
    """A government of a buying country."""

    name: Text
    destination: Destination
    strategy: Strategy
    stockpile_speed: Speed
    exposure_threshold: ShareQuantity
    subsidy_share: ShareQuantity
    stockpile_months: MonthsQuantity
    thrift_programme: Ratio
    candidates: Names = ()  # strategies that it weighs where it plays `receding_horizon`
    note: str = ""
