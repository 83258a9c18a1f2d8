"""A number, or a series of numbers by date, with its unit, its range and its source."""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator, model_validator

from reabm.scenario.errors import shown
from reabm.scenario.interpolate import monthly_values
from reabm.scenario.months import ALLOWED, FIRST_MONTH, month_index, month_text
from reabm.scenario.record import Number, Range, Record, Sources, fault

ASSUMPTION = "assumption"  # stands for a source; a note then gives the reason


class Sourced(Record):
    """Something that says where it comes from."""

    unit: str
    source: Sources
    note: str = Field(default="", max_length=5_000)

    @property
    def is_assumption(self) -> bool:
        """Whether no source stands behind it."""
        return set(self.source) == {ASSUMPTION}

    @property
    def is_partly_assumed(self) -> bool:
        """Whether a judgement stands beside its sources."""
        return ASSUMPTION in self.source and not self.is_assumption

    @model_validator(mode="after")
    def _explain_assumption(self) -> Self:
        if ASSUMPTION in self.source and not self.note.strip():
            raise fault("a note with the reason, where the source is 'assumption'", "nothing", "note")
        return self


class Quantity(Sourced):
    """One number, constant for the whole run."""

    value: Number
    range: Range | None = None

    @model_validator(mode="after")
    def _check_range(self) -> Self:
        _check_in_range({"value": self.value}, self.range)
        return self


class Series(Sourced):
    """A number that changes by date; `values` maps months (year x 12 + month - 1) to numbers, none to nothing."""

    interpolate: Literal["step", "linear", "growth"] = "step"
    values: dict[int, float | None]
    range: Range | None = None

    @model_validator(mode="before")
    @classmethod
    def _constant(cls, written: Any) -> Any:
        """A quantity may stand where a series is allowed."""
        if isinstance(written, Quantity):
            return written.model_dump(exclude={"value"}) | {"values": {FIRST_MONTH: written.value}}
        if isinstance(written, dict) and "value" in written:
            rest = {key: value for key, value in written.items() if key != "value"}
            if "values" in rest:
                raise fault("either one value or values by date, not both", "both", "value")
            return rest | {"values": {FIRST_MONTH: _number(written["value"], "value")}}
        return written

    @field_validator("values", mode="before")
    @classmethod
    def _by_month(cls, written: Any) -> Any:
        if not isinstance(written, dict):
            raise fault("a mapping of dates to numbers, as {2005: 1.5, 2010-07: 2}", shown(written))
        if not written:
            raise fault("at least one date", "no dates")
        values: dict[int, float | None] = {}
        for key, value in written.items():
            month = key if isinstance(key, int) else month_index(key)
            if month is None:
                raise fault(ALLOWED, f"the date {shown(key)}", str(key))
            if month in values:
                raise fault("each month once", f"the month {month_text(month)} twice", str(key))
            values[month] = _number(value, str(key))
        return dict(sorted(values.items()))

    @model_validator(mode="after")
    def _check_values(self) -> Self:
        if self.interpolate == "growth" and any(value is not None and value <= 0 for value in self.values.values()):
            raise fault("values above 0 where values grow", "a value that is not above 0", "values")
        _check_in_range({f"values.{month_text(month)}": value for month, value in self.values.items()}, self.range)
        return self

    @property
    def is_constant(self) -> bool:
        """Whether it was written as one quantity."""
        return list(self.values) == [FIRST_MONTH] and self.interpolate == "step"

    def monthly(self, start_index: int, n_months: int) -> NDArray[np.float64]:
        """Value in each month from `start_index` on; NaN where there is none."""
        return monthly_values(self.values, self.interpolate, start_index, n_months)


def _number(written: Any, field: str) -> float | None:
    if written is None:
        return None
    if isinstance(written, bool) or not isinstance(written, int | float):
        raise fault("a number, as 1500 or 0.25", shown(written), field)
    if not abs(written) <= 1e300:
        raise fault("a finite number", shown(written), field)
    return float(written)


def _check_in_range(values: dict[str, float | None], allowed: tuple[float, float] | None) -> None:
    if allowed is None:
        return
    low, high = allowed
    if low > high:
        raise fault("[lowest, highest]", f"[{low:g}, {high:g}]", "range")
    for field, value in values.items():
        if value is not None and not low <= value <= high:
            raise fault(f"{low:g} to {high:g}, its own range", shown(value), field)
