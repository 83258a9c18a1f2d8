"""What a field expects of its quantity or series: one unit, and bounds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from reabm.scenario.errors import shown
from reabm.scenario.months import month_text
from reabm.scenario.quantity import Quantity, Series
from reabm.scenario.record import fault
from reabm.scenario.units import WHOLE, unit_hint


@dataclass(frozen=True, slots=True)
class Expect:
    """Mark of a field: `Annotated[Quantity, Expect("USD/kg")]`. Values are 0 or more, shares 0 to 1, unless said."""

    unit: str
    low: float = 0.0
    high: float = math.inf
    above: bool = False  # must lie above `low`
    may_end: bool = False  # a series may hold none

    @property
    def top(self) -> float:
        """Highest value allowed."""
        return 1.0 if self.unit == "share" and self.high == math.inf else self.high

    def bounds(self) -> str:
        """The bounds in words."""
        if self.above:
            words = f"above {self.low:g}"
            return words if self.top == math.inf else f"{words}, at most {self.top:g}"
        if self.unit in WHOLE:
            return f"a whole number, {self.low:g} to {self.top:g}"
        return f"{self.low:g} or more" if self.top == math.inf else f"{self.low:g} to {self.top:g}"

    def allows(self, value: float) -> bool:
        """Whether a value lies within the bounds."""
        if self.unit in WHOLE and value % 1.0 != 0.0:
            return False
        return (value > self.low if self.above else value >= self.low) and value <= self.top

    def check(self, found: Any) -> Any:
        """The found quantity or series, if it has the unit and lies within the bounds."""
        if isinstance(found, Quantity | Series):
            if found.unit != self.unit:
                raise fault(unit_hint(found.unit, self.unit), shown(found.unit), "unit")
            for field, value in _values(found).items():
                if value is None and not self.may_end:
                    raise fault(f"a number, {self.bounds()}", "none", field)
                if value is not None and not self.allows(value):
                    raise fault(f"{self.bounds()}, in {self.unit}", shown(value), field)
        return found

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Called by pydantic: the check follows the validation of the quantity itself."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))


def _values(found: Quantity | Series) -> dict[str, float | None]:
    if isinstance(found, Quantity):
        return {"value": found.value}
    if found.is_constant:
        return dict.fromkeys(["value"], next(iter(found.values.values())))
    return {f"values.{month_text(month)}": value for month, value in found.values.items()}
