"""Records of what is scripted: the states' measures, news, interventions, and events for the time line."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from reabm.scenario.errors import shown
from reabm.scenario.expect import Expect
from reabm.scenario.goods import Destination
from reabm.scenario.months import month_text
from reabm.scenario.quantity import Series
from reabm.scenario.record import AS_TUPLE, Day, Month, Names, Record, Sources, Text, fault

ShareSeries = Annotated[Series, Expect("share")]
TaxSeries = Annotated[Series, Expect("share", high=10)]  # of the price inside; 6.5 are 650 per cent
QuotaSeries = Annotated[Series, Expect("t/half-year", may_end=True)]
RatioSeries = Annotated[Series, Expect("ratio")]
MonthsSeries = Annotated[Series, Expect("months")]
Stage = Literal["oxide", "magnet"]
Target = Literal["japan", "usa", "eu", "other_countries"]


def _setting(value: Any) -> float | str:
    if value is None:
        return "none"  # a strategy's name
    if isinstance(value, str):
        return value
    if not isinstance(value, int | float) or not abs(value) <= 1e300:
        raise fault("a number, true, false, or the name of a strategy", shown(value))
    return float(value)


Setting = Annotated[float | str, BeforeValidator(_setting)]  # what a lever is set to


class ExportQuota(Record):
    """Tonnes of gross weight let out in a half-year; none where no quota exists."""

    total: QuotaSeries | None = None
    light: QuotaSeries | None = None
    heavy: QuotaSeries | None = None


class AlloyInQuota(Record):
    """Whether alloys count against the quota (1) or not (0)."""

    low_grade: ShareSeries | None = None
    high_grade: ShareSeries | None = None


class ProductionQuota(Record):
    """Tonnes a year that the legal mines may produce."""

    light: Annotated[Series, Expect("t/yr")] | None = None
    heavy: Annotated[Series, Expect("t/yr")] | None = None


class Licence(Record):
    """Export licences: for which goods, which share is approved and after how long."""

    elements: Names = ()
    stages: Annotated[tuple[Stage, ...], AS_TUPLE] = ()
    approval: dict[Target, ShareSeries] = Field(default_factory=dict)
    delay: MonthsSeries | None = None


class PriceFloor(Record):
    """A government pays a mine what its price lacks to the floor."""

    mine: Text
    element: Text
    price: Annotated[Series, Expect("USD/kg")]


class GovernmentPolicy(Record):
    """Scripted measures of one buying government."""

    subsidy: ShareSeries | None = None  # of a maker's unit cost
    thrift_programme: RatioSeries | None = None  # multiplies the speed of thrifting
    stockpile: MonthsSeries | None = None
    venture_block: ShareSeries | None = None
    complaint: Month | None = None  # before the WTO
    price_floor: PriceFloor | None = None
    mine_support: dict[str, ShareSeries] = Field(default_factory=dict)  # share of a mine's loss covered


class Policy(Record):
    """Everything that states do by script."""

    export_quota: ExportQuota = ExportQuota()
    export_tax: dict[str, TaxSeries] = Field(default_factory=dict)  # light, heavy, or an element
    vat_unrefunded: ShareSeries | None = None
    alloy_in_quota: AlloyInQuota = AlloyInQuota()
    production_quota: ProductionQuota = ProductionQuota()
    over_quota: RatioSeries | None = None
    crackdown: ShareSeries | None = None
    halts: dict[str, ShareSeries] = Field(default_factory=dict)
    embargo: dict[Target, ShareSeries] = Field(default_factory=dict)
    withhold_quota: ShareSeries | None = None
    licence: Licence = Licence()
    state_purchases: Annotated[Series, Expect("t/month")] | None = None
    governments: dict[str, GovernmentPolicy] = Field(default_factory=dict)


class News(Record):
    """Scripted shocks from outside the market."""

    recession: dict[Destination, RatioSeries] = Field(default_factory=dict)  # multiplies use


class Intervention(Record):
    """A lever set to a value from one month until another, both included."""

    from_: Month = Field(alias="from")
    until: Month | None = None  # none: until the end of the run
    path: Text
    value: Setting

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.until is not None and self.until < self.from_:
            raise fault(f"{month_text(self.from_)} (from) or later", shown(month_text(self.until)), "until")
        return self


class Event(Record):
    """A dated fact for time lines; it changes nothing."""

    date: Day
    text: Text
    source: Sources
