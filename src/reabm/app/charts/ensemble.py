"""Charts of the futures: the past as a line, the fan of what may come, the fan before the change behind it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from reabm.app.charts.base import DASHED, Option, empty, heading, line, tooltip, value_axis
from reabm.app.charts.leverage import MUSD, UNIT, band
from reabm.app.futures import Fan, LeverageFan
from reabm.app.futures_live import Fans
from reabm.app.snapshot import Snapshot
from reabm.report.palette import BLUE, BROWN, GREEN, GREY, ORANGE, PINK, RED
from reabm.world.history import COLUMN
from reabm.world.layout import Array

PAST_YEARS = 5
MEDIAN = 2  # place among the quantiles
NOTHING_YET = "play a month, or stand still, to see the futures of this world"


class Output(NamedTuple):
    """A key figure whose futures are drawn."""

    column: str  # of the months' table
    title: str
    unit: str  # `%`: a share
    colour: str


OUTPUTS = (
    Output("ndpr_outside_usd_kg", "NdPr outside China", "USD/kg", BLUE),
    Output("ndpr_china_usd_kg", "NdPr inside China", "USD/kg", RED),
    Output("dy_outside_usd_kg", "Dy outside China", "USD/kg", BLUE),
    Output("licence_price_usd_kg", "Price of an export licence", "USD/kg", PINK),
    Output("exports_legal_t", "Legal exports", "t/month", RED),
    Output("exports_smuggled_t", "Smuggled exports", "t/month", BROWN),
    Output("japan_dependence", "Japan's dependence", "%", PINK),
    Output("japan_import_share_china", "Japan buys from China", "%", RED),
    Output("relocation_share", "Factories moved to China", "%", ORANGE),
    Output("china_mine_share", "Chinese share of mining", "%", BROWN),
    Output("china_magnet_share", "Chinese share of magnets", "%", GREEN),
    Output("cover_outside_months", "Stocks outside China", "months of use", BLUE),
    Output("magnets_unserved_t", "Magnets not to be had", "t/month", RED),
    Output("substitution_share", "Use outside saved or substituted", "%", GREEN),
)
FIRST_SHOWN = ("ndpr_outside_usd_kg", "exports_legal_t", "japan_dependence", "relocation_share")


def output(column: str) -> Output:
    """An output by its column."""
    return next(one for one in OUTPUTS if one.column == column)


def fan(snapshot: Snapshot, fans: Fans | None, column: str, is_stale: bool) -> Option:
    """The past, the fan of futures, and the fan to compare it with."""
    what = output(column)
    if fans is None:
        return empty(what.title, "the futures are being played …" if is_stale else NOTHING_YET)
    years, values = _past(fans.fan, snapshot, column)
    series: list[Option] = []
    if fans.before is not None:
        before_years, before = _opened(fans.before, fans.before.bands[column], years, values)
        series += band(before_years, before[0], before[-1], GREY, "before", 0.13)
        series.append(line("median before", before_years, before[MEDIAN], GREY, what.unit, DASHED, width=1.5))
    ahead, bands = _opened(fans.fan, fans.fan.bands[column], years, values)
    series += [
        *band(ahead, bands[0], bands[4], what.colour, "outer", 0.16),
        *band(ahead, bands[1], bands[3], what.colour, "inner", 0.28),
        *[
            line(name, ahead, row, what.colour, what.unit) | {"lineStyle": {"width": 0, "opacity": 0}, "silent": True}
            for name, row in zip(("95 % below", "75 % below", "25 % below", "5 % below"), bands[[4, 3, 1, 0]])
        ],
        line("median", ahead, bands[MEDIAN], what.colour, what.unit),
        line("past", years, values, "#222222", what.unit, width=2),
    ]
    series[-1]["lineStyle"]["color"] = series[-1]["itemStyle"]["color"] = "theme:ink"
    shares = what.unit == "%"
    first = max(snapshot.track.scenario.start, fans.fan.first - 12 * PAST_YEARS)
    unit = "share" if shares else what.unit
    # No bound at zero for shares: that of substitution may fall below it where prices are low.
    axis = value_axis(unit, shares=shares, low=None if shares else 0)
    return _drawn(what.title, unit, series, axis, first, fans.fan.first + fans.fan.asking.months, is_stale)


def leverage_fan(fans: Fans | None, is_stale: bool) -> Option:
    """Bands over futures of what a halt of shipments to Japan would be worth, at yearly dates."""
    title = "Leverage over Japan: a halt of six months"
    if fans is None or fans.leverage is None:
        return empty(title, "being measured …")
    found, before = fans.leverage, fans.leverage_before
    series: list[Option] = []
    if before is not None:
        years = _years(before)
        series += band(years, before.bands[0], before.bands[-1], GREY, "before", 0.13)
        series.append(line("median before", years, before.bands[MEDIAN], GREY, MUSD, DASHED, width=1.5))
    years = _years(found)
    series += [
        *band(years, found.bands[0], found.bands[4], BLUE, "outer", 0.16),
        *band(years, found.bands[1], found.bands[3], BLUE, "inner", 0.28),
        line("median", years, found.bands[MEDIAN], BLUE, MUSD) | {"showSymbol": True},
    ]
    return _drawn(title, UNIT, series, value_axis(UNIT), found.dates[0], max(found.dates[-1], found.dates[0] + 12), is_stale)


def caption(fans: Fans) -> str:
    """On what the fans stand."""
    found = fans.fan
    luck = "same luck in both fans" if fans.before is not None else "other luck from that month on"
    said = f"{found.n_futures:,} futures, each this world up to its month, {luck}; played in {found.seconds:.1f} s."
    if found.n_failed:
        said += f" {found.n_failed:,} more did not close and are left out."
    said += " Dark: half of the futures. Light: nine of ten. Policies and parameters are the run's own: only luck differs."
    if fans.leverage is not None:
        said += (
            f" Leverage by forks of the first {fans.leverage.n_futures:,} of them at {len(fans.leverage.dates)} dates, "
            f"in {fans.leverage.seconds:.1f} s: its outer bands are rough."
        )
    return said


def _years(found: LeverageFan) -> Array:
    return np.array(found.dates) / 12.0


def _past(found: Fan, snapshot: Snapshot, column: str) -> tuple[Array, Array]:
    """Months before the futures part, of the run that is on the screen; they are the same in every fan from that month."""
    last = min(found.asking.shown, snapshot.track.played)
    first = max(last - 12 * PAST_YEARS, 0)
    values: Array = snapshot.track.history.months[first:last, getattr(COLUMN, column)]
    return (snapshot.track.scenario.start + np.arange(first, last)) / 12.0, values


def _opened(found: Fan, bands: Array, years: Array, values: Array) -> tuple[Array, Array]:
    """Bands that open at the last month of the past."""
    ahead = (found.first + np.arange(bands.shape[1])) / 12.0
    if values.size == 0:
        return ahead, bands
    return np.concatenate([years[-1:], ahead]), np.concatenate([np.full((len(bands), 1), values[-1]), bands], axis=1)


def _drawn(title: str, unit: str, series: list[Option], axis: Option, first: int, until: int, is_stale: bool) -> Option:
    hidden = ("% below",)
    names = [one["name"] for one in series if not one["name"].startswith("\u200b") and not one["name"].endswith(hidden)]
    option: Option = {
        "animation": False, "aria": {"enabled": True}, "title": heading(title, unit), "tooltip": tooltip(), "series": series,
        "grid": {"left": 12, "right": 16, "top": 50, "bottom": 8, "containLabel": True}, "yAxis": axis,
        "xAxis": {"type": "value", "min": round(first / 12.0, 4), "max": round(until / 12.0, 4), "minInterval": 1,
                  "axisLabel": {"formatter": "js:year", "color": "theme:soft", "hideOverlap": True, "showMinLabel": False,
                                "showMaxLabel": False},
                  "axisLine": {"lineStyle": {"color": "theme:soft"}}, "splitLine": {"show": False},
                  "axisPointer": {"label": {"show": False}}},
        "legend": {"top": 21, "left": 0, "padding": 0, "itemWidth": 18, "itemHeight": 3, "icon": "roundRect",
                   "textStyle": {"color": "theme:ink", "fontSize": 12}, "data": names},
    }  # fmt: skip
    if is_stale:
        option["title"]["text"] += "  {unit|· being played anew …}"
    return option
