"""The outcomes of a run in a few numbers: what one would look up first, computed from its tables."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reabm.scenario import Scenario
from reabm.scenario.months import month_text

if TYPE_CHECKING:
    import pandas as pd

type Summary = dict[str, Any]

KEY_YEARS = (2005, 2008, 2010, 2011, 2012, 2014, 2019, 2024)
FEW_YEARS = 8  # shown of a run that lies in other years
LEADING = "NdPr"
YEAR_ELEMENTS = ("NdPr", "La", "Dy")
CALM_YEAR, BOOM_YEARS = 2009, (2010, 2012)  # how far prices rose: peak of the boom over the mean of the calm year


class OxidePrices:
    """Outside and inside prices of oxide as arrays: months x elements."""

    def __init__(self, prices: pd.DataFrame) -> None:
        rows = prices[prices["stage"] == "oxide"]
        self.elements = tuple(dict.fromkeys(rows["element"].astype(str)))
        self.inside = self._wide(rows, "china", "china")
        self.outside = self._wide(rows, "outside", "all")

    def _wide(self, oxide: pd.DataFrame, zone: str, destination: str) -> dict[str, NDArray[np.float64]]:
        rows = oxide[(oxide["zone"] == zone) & (oxide["destination"] == destination)]
        of = rows["element"].astype(str)
        return {e: rows.loc[of == e, "usd_per_kg"].to_numpy(dtype=np.float64) for e in self.elements}


def summarise(months: pd.DataFrame, prices: pd.DataFrame, scenario: Scenario, seed: int) -> Summary:
    """Key figures of a run; what a run does not reach is left out, what has no value is None."""
    oxide = OxidePrices(prices)
    found: Summary = {
        "scenario": scenario.title,
        "seed": seed,
        "first_month": month_text(scenario.start),
        "last_month": month_text(scenario.end),
        "n_months": scenario.n_months,
        "peaks": {element: _peak(oxide, element, scenario) for element in oxide.elements},
        "price_rise": _rises(oxide, scenario),
        "licence_price_peak": _licence_peak(months, scenario),
        "relocation": _relocation(months),
        "years": {str(year): year_figures(months, oxide, scenario, year) for year in key_years(scenario)},
        "checks": {
            "mass_error_max_t": _number(months["mass_error_t"].abs().max()),
            "money_error_max_kusd": _number(months["money_error_kusd"].abs().max()),
            "months_not_solved": int((months["status"] != 0).sum()),
        },
    }
    return found


def key_years(scenario: Scenario) -> tuple[int, ...]:
    """Years worth a line: those of the history that the run covers, else some evenly spaced ones; always the last."""
    first, last = scenario.start // 12, scenario.end // 12
    years = [year for year in KEY_YEARS if first <= year <= last]
    if len(years) < min(4, last - first + 1):
        years = [int(year) for year in np.linspace(first, last, min(FEW_YEARS, last - first + 1)).round()]
    return tuple(sorted({*years, last}))


def year_slice(scenario: Scenario, year: int) -> slice:
    """Rows of a calendar year in the table of months, as far as the run covers it."""
    return slice(max(0, year * 12 - scenario.start), max(0, min(scenario.n_months, year * 12 + 12 - scenario.start)))


def year_figures(months: pd.DataFrame, oxide: OxidePrices, scenario: Scenario, year: int) -> Summary:
    """A year's sums (tonnes), means (prices, shares, cover) and closing values (where makers stand, know-how)."""
    gross = scenario.scalars["market.gross_weight_ratio"].value
    rows = year_slice(scenario, year)
    part = months.iloc[rows]

    def mean(column: str) -> float | None:
        return _number(part[column].mean())

    def closing(column: str) -> float | None:
        return _number(part[column].iloc[-1])

    quota = part["export_quota_t"]
    figures: Summary = {
        "n_months": len(part),
        "quota_gross_t": None if quota.isna().all() else _number(quota.sum() * gross),
        "exports_legal_gross_t": _number(part["exports_legal_t"].sum() * gross),
        "exports_alloy_gross_t": _number(part["exports_alloy_t"].sum() * gross),
        "exports_smuggled_gross_t": _number(part["exports_smuggled_t"].sum() * gross),
        "licence_price_usd_kg": mean("licence_price_usd_kg"),
        "heavy_licence_price_usd_kg": mean("heavy_licence_price_usd_kg"),
    }
    figures["quota_used_share"] = _ratio(figures["exports_legal_gross_t"], figures["quota_gross_t"])
    for element in YEAR_ELEMENTS:
        if element in oxide.elements:
            figures[f"{element}_inside_usd_kg"] = _number(oxide.inside[element][rows].mean())
            figures[f"{element}_outside_usd_kg"] = _number(oxide.outside[element][rows].mean())
    for column in (
        "china_mine_share", "china_separation_share", "china_heavy_separation_share", "china_magnet_share",
        "japan_import_share_china", "japan_import_share_australia", "cover_outside_months", "japan_cover_months",
        "japan_dependence", "choke_point",
    ):  # fmt: skip
        figures[column] = mean(column)
    for column in (
        "relocation_share_premium", "relocation_share_commodity", "japan_premium_share_china", "japan_commodity_share_china",
        "technology_leakage", "substitution_share",
    ):  # fmt: skip
        figures[column] = closing(column)
    return figures


def _peak(oxide: OxidePrices, element: str, scenario: Scenario) -> Summary:
    inside, outside = oxide.inside[element], oxide.outside[element]
    top, top_inside = int(np.argmax(outside)), int(np.argmax(inside))
    return {
        "outside_usd_kg": _number(outside[top]),
        "outside_month": month_text(scenario.start + top),
        "inside_usd_kg": _number(inside[top_inside]),
        "inside_month": month_text(scenario.start + top_inside),
        "gap_at_outside_peak": _ratio(outside[top], inside[top]),
    }


def _rises(oxide: OxidePrices, scenario: Scenario) -> Summary:
    """Peak outside in the boom over the mean of the calm year before, where the run covers both."""
    calm = year_slice(scenario, CALM_YEAR)
    boom = slice(year_slice(scenario, BOOM_YEARS[0]).start, year_slice(scenario, BOOM_YEARS[1]).stop)
    if calm.stop - calm.start < 12 or boom.stop - boom.start < 12:
        return {}
    return {e: _ratio(oxide.outside[e][boom].max(), oxide.outside[e][calm].mean()) for e in oxide.elements}


def _licence_peak(months: pd.DataFrame, scenario: Scenario) -> Summary:
    prices = months["licence_price_usd_kg"].to_numpy(dtype=np.float64)
    top = int(np.argmax(prices))
    price = _number(prices[top])
    return {"usd_kg": price, "month": month_text(scenario.start + top) if price else None}


def _relocation(months: pd.DataFrame) -> Summary:
    """Where outside-owned capacity stands at the beginning, at its most Chinese, and at the end."""
    found: Summary = {}
    for column in ("relocation_share_premium", "relocation_share_commodity", "japan_premium_share_china",
                   "japan_commodity_share_china"):  # fmt: skip
        values = months[column]
        found[column] = {"first": _number(values.iloc[0]), "most": _number(values.max()), "last": _number(values.iloc[-1])}
    return found


def _number(value: Any) -> float | None:
    """A plain float for JSON; None for what is not finite."""
    return float(value) if isfinite(value) else None


def _ratio(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole else _number(part / whole)
