"""Chart of the history: the band of the runs, what was observed, forecasts that cost nothing, and the visitor's own run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

import numpy as np

from reabm.app.charts.base import (
    DASHED,
    DOTTED,
    ROW,
    Option,
    empty,
    heading,
    legend_entries,
    legend_of,
    legend_rows,
    line,
    months_axis,
    tooltip,
    value_axis,
    zoom,
)
from reabm.app.charts.leverage import band
from reabm.app.history_words import BASELINES, QUALITIES, interval_words, period_words, unit_of, value_words
from reabm.app.judged import BANDS, Dot, Judged
from reabm.app.series_words import called
from reabm.app.snapshot import Track
from reabm.report.palette import BLUE, GREEN, PINK, RED
from reabm.validation.errors import ValidationError
from reabm.validation.series import SERIES, series_of
from reabm.validation.windows import FIT_END, LICENCES_FROM
from reabm.world.layout import Array

LOW, MEDIAN, HIGH = BANDS.index("q05"), BANDS.index("q50"), BANDS.index("q95")
OWN = "your run"
DOT = "path://M0 0H0ZM18 8H18ZM9 .5a3.5 3.5 0 1 0 .001 0Z"  # of the legend
LOOKS = {  # an observed dot by quality: what fills it, and its edge
    "solid": ("theme:ink", "theme:ink"), "medium": ("#8d8d8d", "theme:ink"), "weak": ("theme:paper", "theme:ink"),
}  # fmt: skip
BASELINE_COLOURS = {"no_change": "theme:soft", "ar1": GREEN, "isoelastic": PINK}
BASELINE_DASHES: dict[str, Any] = {"no_change": DOTTED, "ar1": DASHED, "isoelastic": [9, 3]}
FAINT = 0.65
TEST_SHADE = 0.09
NAMES_OF_WINDOWS = 16  # pixels above the plot


class View(NamedTuple):
    """What the visitor chose to see."""

    series: str = "price.outside.NdPr"
    baselines: bool = True
    own: bool = True


def is_log(name: str) -> bool:
    """Whether a series is drawn on a log axis: prices, and one over the other."""
    return SERIES[name].unit in ("USD/kg", "ratio")


def own_run(track: Track, name: str) -> tuple[Array, Array] | None:
    """Months and values of a series in a visitor's run; None where its record lacks it (another world, or too many firms)."""
    if track.played == 0:
        return None
    try:
        values = series_of(cast(Any, track), (name,))[name]  # of a run or room it reads what a track has too
    except ValidationError:
        return None
    return track.years, values[: track.played]


def chart(judged: Judged, view: View, own: tuple[Array, Array] | None) -> Option:
    """Band and median of the runs beside what was observed, with the windows of fit and test."""
    about = called(view.series)
    unit, log = unit_of(view.series), is_log(view.series)
    shares = unit == "share"
    told = "%" if shares else "" if unit == "ratio" else unit
    bands, dots = judged.bands[view.series], judged.dots.get(view.series, ())
    if log:
        bands = np.where(bands > 0.0, bands, np.nan)
    years = judged.years
    series = [
        band(years, bands[LOW], bands[HIGH], BLUE, "outer", 0.24),
        band(years, bands[1], bands[3], BLUE, "inner", 0.3),
        _unseen("95 % of runs are below", years, bands[HIGH], told),
        line("median of the runs", years, bands[MEDIAN], BLUE, told),
        _unseen("5 % of runs are below", years, bands[LOW], told),
    ]
    series[0] |= _windows(judged)
    if view.baselines:
        series += _baselines(dots, told, log)
    if view.own and own is not None:
        values = np.where(own[1] > 0.0, own[1], np.nan) if log else own[1]
        series.append(line(OWN, own[0], values, RED, told, width=1.6) | {"z": 3})
    series += _observed(dots, told, unit, log, judged)
    entries = [
        entry | ({"icon": DOT} if str(entry["name"]).startswith("observed") else {})
        for entry in legend_entries(series)
        if not str(entry["name"]).endswith("are below")
    ]
    rows = legend_rows([entry["name"] for entry in entries])
    low = None if log or (not shares and _lowest(bands) < 0.0) else 0.0
    axis = value_axis(about.unit, shares=shares, log=log, low=low, high=1.0 if shares else None)
    if log:
        axis |= _reach(bands, dots, own if view.own else None)
        axis |= {
            "minorTick": {"show": True},
            "minorSplitLine": {"show": True, "lineStyle": {"color": "theme:rule", "opacity": 0.5}},
        }
    return {
        "animation": False, "aria": {"enabled": True}, "title": heading(about.title, about.unit), "tooltip": tooltip(),
        "grid": {"left": 12, "right": 16, "top": 28 + ROW * rows + NAMES_OF_WINDOWS, "bottom": 8, "containLabel": True},
        "xAxis": months_axis(judged.scenario), "yAxis": axis, "series": series, "dataZoom": zoom(),
        "legend": legend_of(entries, rows) | {"show": True},
    }  # fmt: skip


def waiting(view: View, why: str) -> Option:
    """The frame of the chart before there is anything in it."""
    about = called(view.series)
    return empty(about.title, why)


def said(judged: Judged, view: View, own: tuple[Array, Array] | None) -> str:
    """What can be seen in the chart, in sentences."""
    unit = unit_of(view.series)
    scored = [dot for dot in judged.dots.get(view.series, ()) if dot.window]
    inside = sum(dot.is_inside for dot in scored)
    parts = [f"{inside} of {len(scored)} observed values lie inside the band of the runs"]
    parts += [
        f"the last, {period_words(dot.first, dot.last)}: observed {value_words(dot.observed, unit)}, "
        f"median of the runs {value_words(dot.median, unit)}"
        for dot in scored[-1:]
    ]
    if view.own and own is not None:
        parts.append(f"your run has come to {value_words(float(own[1][-1]), unit)}")
    return "; ".join(parts)


def _windows(judged: Judged) -> Option:
    """Fit and test window, shaded and in words; they part at the end of 2012."""
    first, last = judged.scenario.start / 12.0, (judged.scenario.end + 1) / 12.0
    fit, licences = (FIT_END + 1) / 12.0, LICENCES_FROM / 12.0
    label: Option = {"show": True, "color": "theme:soft", "fontSize": 11, "position": "top", "distance": 9}
    shade: Option = {"color": "theme:ink", "opacity": TEST_SHADE / 2}
    darker: Option = {"color": "theme:ink", "opacity": TEST_SHADE}
    clear: Option = {"color": "transparent"}
    areas = [
        [{"xAxis": round(first, 4), "name": "fit window", "itemStyle": clear}, {"xAxis": round(fit, 4)}],
        [{"xAxis": round(fit, 4), "name": "test window", "itemStyle": shade}, {"xAxis": round(min(licences, last), 4)}],
    ]
    edges = [fit]
    if licences < last:
        areas.append([{"xAxis": round(licences, 4), "name": "", "itemStyle": darker}, {"xAxis": round(last, 4)}])
        edges.append(licences)
    return {
        "markArea": {"silent": True, "animation": False, "label": label, "data": areas},
        "markLine": {
            "symbol": "none", "silent": True, "animation": False, "label": {"show": False},
            "lineStyle": {"color": "theme:soft", "type": DASHED, "width": 1},
            "data": [{"xAxis": round(edge, 4)} for edge in edges],
        },
    }  # fmt: skip


def _baselines(dots: Sequence[Dot], told: str, log: bool) -> list[Option]:
    """Each baseline at the observed dates; in the fit window one step ahead, so the line breaks where the test window begins."""
    found = []
    for name, words in BASELINES.items():
        years: list[float] = []
        values: list[float] = []
        window = ""
        for dot in sorted((dot for dot in dots if dot.window), key=lambda one: (one.years, one.last)):
            value = float(getattr(dot, name))
            if not np.isfinite(value) or (log and value <= 0.0):
                continue
            if years and dot.window != window:
                years.append(dot.years)
                values.append(float("nan"))
            years.append(dot.years)
            values.append(value)
            window = dot.window
        if years:
            drawn = line(words, np.array(years), np.array(values), BASELINE_COLOURS[name], told, BASELINE_DASHES[name], width=1.3)
            drawn["lineStyle"]["opacity"] = FAINT
            drawn |= {"showSymbol": True, "symbol": "emptyCircle", "symbolSize": 3, "showAllSymbol": True}
            found.append(drawn)
    return found


def _observed(dots: Sequence[Dot], told: str, unit: str, log: bool, judged: Judged) -> list[Option]:
    """Dots by quality; those that are never scored are diamonds."""
    first, last = judged.scenario.start / 12.0, (judged.scenario.end + 1) / 12.0
    found = []
    for quality in QUALITIES:
        own = [
            dot for dot in dots
            if dot.quality == quality and first <= dot.years < last and not (log and dot.observed <= 0.0)
        ]  # fmt: skip
        if own:
            face, edge = LOOKS[quality]
            found.append({
                "type": "scatter", "name": f"observed, {quality}", "id": f"observed {quality}|{told}", "z": 4, "symbolSize": 8,
                "itemStyle": {"color": face, "borderColor": edge, "borderWidth": 1.2, "opacity": 0.95},
                "data": [_dot(dot, unit) for dot in own],
            })  # fmt: skip
    return found


def _dot(dot: Dot, unit: str) -> Option:
    return {
        "value": [round(dot.years, 4), dot.observed], "note": note(dot, unit), "symbol": "circle" if dot.window else "diamond",
        "symbolSize": 8 if dot.window else 10,
    }  # fmt: skip


def note(dot: Dot, unit: str) -> str:
    """What a dot says of itself: its months, what the source prints, who says so, and where the runs are."""
    printed = f"; printed: {dot.printed}" if dot.printed else ""
    text = f"{period_words(dot.first, dot.last)}{printed}. {dot.source} ({dot.quality})."
    if not dot.window:
        return f"{text} Shown, never scored."
    if not np.isfinite(dot.median):
        return text
    where = "inside" if dot.is_inside else "OUTSIDE"
    runs = f"{value_words(dot.median, unit)} ({interval_words(dot.low, dot.high, unit)})"
    return f"{text} Runs over the same months: {runs}: {where} the band."


def _unseen(name: str, years: Array, values: Array, told: str) -> Option:
    """A line that only the tooltip shows."""
    return line(name, years, values, BLUE, told) | {"lineStyle": {"width": 0, "opacity": 0}, "silent": True}


def _reach(bands: Array, dots: Sequence[Dot], own: tuple[Array, Array] | None) -> Option:
    """Ends of a log axis, at 1, 2 or 5 times a power of ten: what the runs and the observed values need."""
    every = np.concatenate([bands[[LOW, HIGH]].ravel(), [dot.observed for dot in dots], [] if own is None else own[1]])
    every = every[np.isfinite(every) & (every > 0.0)]
    if not every.size:
        return {}
    steps = np.array([m * 10.0**k for k in range(-6, 9) for m in (1.0, 2.0, 5.0)])
    low, high = steps[steps <= every.min()], steps[steps >= every.max()]
    return {"min": float(f"{low[-1]:.6g}"), "max": float(f"{high[0]:.6g}")} if low.size and high.size else {}


def _lowest(bands: Array) -> float:
    known = bands[np.isfinite(bands)]
    return float(known.min()) if known.size else 0.0
