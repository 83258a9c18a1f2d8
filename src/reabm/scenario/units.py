"""The units that may be written, as exact words. Each field expects one of them."""

from __future__ import annotations

from reabm.scenario.errors import nearest, shown

UNITS: dict[str, str] = {
    "t/yr": "tonnes of oxide (or of magnet, where the field says so) a year",
    "t/month": "tonnes a month",
    "t/half-year": "tonnes in six months, as export quotas were issued",
    "t": "tonnes",
    "kg/kg": "kilograms of oxide bought for a kilogram of finished magnet",
    "USD/kg": "US dollars a kilogram",
    "USD/t": "US dollars a tonne",
    "USD per kg/yr": "US dollars of investment for a kilogram a year of capacity",
    "1/yr per USD/kg": "share a year for each US dollar a kilogram",
    "t/yr per yr per USD/kg": "tonnes a year of capacity, added in a year for each US dollar a kilogram",
    "kg/USD": "how sharply buyers react to a dollar a kilogram",
    "M USD": "millions of US dollars",
    "share": "part of a whole, 0.25 for a quarter",
    "ratio": "a pure number",
    "firms": "a whole number of firms",
    "days": "days",
    "month": "a calendar month",
    "months": "months",
    "years": "years",
    "1/month": "share a month",
    "1/yr": "share a year",
}

SWITCH_UNIT = "switch"  # of a lever that is 0 or 1
WHOLE = frozenset({"firms"})  # units that are counted


def unit_hint(found: str, wanted: str) -> str:
    """The wanted unit, and whether the found one is another unit or no unit at all."""
    if found in UNITS:
        return f"{wanted} ({shown(found)} is {UNITS[found]})"
    return f"{wanted}{nearest(found, [wanted])}"
