"""What table, page and figures of a scoreboard have in common: names of windows and baselines, figures as people write them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from reabm.scenario.months import month_text
from reabm.validation import baselines
from reabm.validation.windows import EARLY, FIT, LICENCES, TEST

NOTHING = "–"
WINDOWS = {
    FIT: "fit window, to December 2012", EARLY.name: "2011 and 2012, known to December 2010",
    TEST: "test window, January 2013 to March 2025", LICENCES: "licences of April 2025 and after",
}  # fmt: skip
SHORT = {FIT: "fit", EARLY.name: "2011-12", TEST: "test", LICENCES: "licences 2025"}
BASELINES = {baselines.NO_CHANGE: "no change", baselines.AR1: "AR(1)", baselines.ISOELASTIC: "isoelastic"}
CONDITIONAL = (
    "Scores are conditional on what a run is told: policy, reference demand and Chinese production quotas, also after 2012, are "
    "scripted."
)
FACTS_NOTE = (
    "Hit: the median of the runs lies within the fact's tolerance. In band: the observed figure lies within the runs' 5 to 95 "
    "per cent. Forecast: the same with the error that the runs' median had in the fit window, for figures of "
    "the kind. Prices: 2010 USD/kg without value-added tax; tonnes: oxide."
)
SERIES_NOTE = (
    "Error: log-RMSE of the runs' median (0.1 is about ten per cent); of shares and capacities RMSE in their unit. Beside each "
    "baseline the model's error on the same points. Direction: share of changes from year to year with the right sign. Ranks: "
    "Spearman. "
    "Coverage: share of observed values inside the 90 % band."
)
MOST_DIGITS = 1e15


def bars_of(summary: Mapping[str, Any], called: Mapping[str, str] = BASELINES) -> dict[str, bool]:
    """The bars that were set beforehand, with baselines as people call them, and whether each is reached."""
    found = {}
    for written, is_reached in summary["bars"].items():
        text = written
        for name, words in called.items():
            text = text.replace(f"than {name} ", f"than {words} ")
        found[text] = bool(is_reached)
    return found


def figure(value: Any, unit: str = "") -> str:
    """A figure in three digits or so, dates as months, nothing as a dash."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NOTHING
    number = float(value)
    if math.isinf(number):
        return "never" if unit == "month" and number > 0 else ""
    if unit == "month":
        return month_text(round(number))
    size = abs(number)
    if size >= 999.5:
        return f"{number:,.0f}"
    return f"{number:.0f}" if size >= 99.5 else f"{number:.1f}" if size >= 9.95 else f"{number:.2f}"


def interval(low: Any, high: Any, unit: str = "") -> str:
    """`low to high`, or a single bound."""
    below, above = figure(low, unit), figure(high, unit)
    if below in ("", NOTHING) and above in ("", NOTHING):
        return NOTHING
    if above == "":
        return f"{below} or more"
    return f"up to {above}" if below == "" else below if below == above else f"{below} to {above}"


def distance(value: Any, statistic: str, is_log: bool) -> str:
    """How far outside its tolerance a median lies."""
    number = float(value)
    if math.isnan(number):
        return NOTHING
    if number == 0.0:
        return ""
    if math.isinf(number):
        return "never"
    if statistic in ("peak_month", "lowest_year", "first_month"):
        return f"{number:+.0f} months".replace("-", "−")
    return (f"{100.0 * number:+.0f} %" if is_log else f"{number:+.3f}" if abs(number) < 10.0 else f"{number:+,.0f}").replace(
        "-", "−"
    )


def percent(share: Any) -> str:
    """A share as per cent."""
    return NOTHING if share is None or math.isnan(float(share)) else f"{100.0 * float(share):.0f} %"
