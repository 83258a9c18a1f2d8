"""What the charts share: a panel over the months of a run, its lines, faint lines of the parent, and marks.

The horizontal axis is time in years (2010 + 8/12 is September 2010), over the whole scenario, so that a run grows into its chart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from reabm.app.snapshot import Snapshot, Track
from reabm.app.words import month_words, percent, rounded
from reabm.report.palette import MARK
from reabm.scenario import Scenario
from reabm.world.layout import Array

type Option = dict[str, Any]
FAINT = 0.5
ROW = 23  # pixels that a row of the legend takes (as in chart.vue)
SOLID, DASHED, DOTTED = "solid", "dashed", "dotted"


def points(years: Array, values: Array) -> list[list[float | None]]:
    """Pairs for a line; what is not a finite number leaves a gap. Five digits are more than a screen shows."""
    shown = np.asarray(values, dtype=float)
    finite = np.isfinite(shown)
    size = np.abs(np.where(finite & (shown != 0.0), shown, 1.0))
    places = np.clip(4 - np.floor(np.log10(size)), -22, 22)  # whole powers of ten, so that the digits are exact
    up, down = 10.0 ** np.maximum(places, 0.0), 10.0 ** np.maximum(-places, 0.0)
    digits = np.round(np.where(finite, shown, 0.0) * up / down) / up * down
    when = np.round(np.asarray(years, dtype=float), 4).tolist()
    return [[x, y if is_number else None] for x, y, is_number in zip(when, digits.tolist(), finite.tolist())]


def line(
    name: str, years: Array, values: Array, colour: str, unit: str = "", dash: str = SOLID, width: float = 2, faint: bool = False,
    axis: int = 0, step: bool = False,
) -> Option:  # fmt: skip
    """A line over time. A faint one is the parent's: it has no entry in the legend.

    `unit` is what the tooltip puts behind the figure; `%` says that the values are shares.
    """
    series: Option = {
        "type": "line", "name": ("\u200b" if faint else "") + name, "id": f"{name}{'-parent' if faint else ''}|{unit}",
        "data": points(years, values), "showSymbol": False, "yAxisIndex": axis, "silent": faint, "z": 1 if faint else 2,
        "lineStyle": {"color": colour, "type": dash, "width": 1.5 if faint else width, "opacity": FAINT if faint else 1},
        "itemStyle": {"color": colour},
    }  # fmt: skip
    if step:
        series["step"] = "start"
    return series


def layered(layers: Sequence[Option]) -> list[Option]:
    """Lines stacked to areas, the first at the bottom: each is drawn at the sum up to it, the highest behind the others.

    ECharts itself stacks along the first axis that is a number, which here is time. The tooltip shows a layer's own figure,
    the third of its points. All layers have the same months.
    """
    drawn: list[Option] = []
    sums = [0.0] * (len(layers[0]["data"]) if layers else 0)
    for layer in layers:
        data = []
        for k, (x, y) in enumerate(layer["data"]):
            sums[k] += y or 0.0
            data.append([x, float(f"{sums[k]:.6g}"), y])
        area = {"color": layer["itemStyle"]["color"], "opacity": 1}
        drawn.insert(0, layer | {"data": data, "areaStyle": area, "lineStyle": {"width": 0}})
    return drawn


def both(
    snapshot: Snapshot, name: str, column: str, colour: str, unit: str = "", scale: float = 1.0, dash: str = SOLID, axis: int = 0
) -> list[Option]:
    """The line of a key figure, and the parent's behind it."""
    tracks: list[tuple[Track, bool]] = [] if snapshot.parent is None else [(snapshot.parent, True)]
    tracks.append((snapshot.track, False))
    return [
        line(name, track.years, scale * track.column(column), colour, unit, dash, faint=faint, axis=axis)
        for track, faint in tracks
    ]


def time_axis(track: Track) -> Option:
    """The months of the whole scenario."""
    return months_axis(track.scenario)


def months_axis(scenario: Scenario) -> Option:
    """The months of a scenario, from its first to its last."""
    first, last = scenario.start / 12.0, (scenario.end + 1) / 12.0
    every = 5 if last - first > 12 else 2 if last - first > 5 else 1  # years between labels
    is_round = first % every == 0.0
    return {
        "type": "value", "min": round(first, 4), "max": round(last, 4), "interval": every,
        "axisLabel": {"formatter": "js:year", "color": "theme:soft", "showMinLabel": is_round, "showMaxLabel": False},
        "axisLine": {"lineStyle": {"color": "theme:soft"}}, "splitLine": {"show": False},
        "axisPointer": {"label": {"show": False}},
    }  # fmt: skip


def value_axis(unit: str, shares: bool = False, log: bool = False, low: float | None = None, high: float | None = None) -> Option:
    """An axis with its unit, which stands behind the chart's title."""
    axis: Option = {
        "type": "log" if log else "value", "name": unit, "nameTextStyle": {"fontSize": 0, "color": "transparent"},
        "axisLabel": {"formatter": "js:percent" if shares else "js:number", "color": "theme:soft", "hideOverlap": True},
        "splitLine": {"lineStyle": {"color": "theme:rule"}},
    }  # fmt: skip
    if low is not None:
        axis["min"] = low
    if high is not None:
        axis["max"] = high
    return axis


def marks(snapshot: Snapshot) -> Option:
    """A series without data that marks the month on the screen and the visitor's changes."""
    start = snapshot.track.scenario.start
    changed: Option = {"color": MARK, "type": DASHED, "width": 1.5}
    lines: list[Option] = [
        {"xAxis": round(month / 12.0, 4), "lineStyle": changed} for month in sorted({entry.from_ for entry in snapshot.changes})
    ]
    if snapshot.shown < snapshot.track.played:
        now = (start + snapshot.row) / 12.0
        lines.append({"xAxis": round(now, 4), "lineStyle": {"color": "theme:ink", "type": "solid", "width": 1}})
    return {
        "type": "line", "name": "\u200bmarks", "id": "marks|", "data": [], "silent": True,
        "markLine": {"symbol": "none", "silent": True, "label": {"show": False}, "animation": False, "data": lines},
    }  # fmt: skip


def over_time(
    snapshot: Snapshot, series: Iterable[Option], axes: Option | Sequence[Option], title: str = "", legend: bool = True
) -> Option:
    """The option of a chart over the months of a run."""
    shown = [*series, marks(snapshot)]
    listed = [axes] if isinstance(axes, dict) else list(axes)
    entries = legend_entries(shown)
    names = [one["name"] for one in entries]
    rows = legend_rows(names) if legend else 0
    option: Option = {
        "animation": False,
        "grid": {"left": 12, "right": 16 if len(listed) == 1 else 12, "top": 28 + ROW * rows, "bottom": 8,
                 "containLabel": True},
        "tooltip": tooltip(), "xAxis": time_axis(snapshot.track), "yAxis": listed, "series": shown, "dataZoom": zoom(),
        "legend": legend_of(entries, rows) | {"show": legend},
    }  # fmt: skip
    if title:
        option["title"] = heading(title, " · ".join(dict.fromkeys(axis["name"] for axis in listed if axis.get("name"))))
    return option


def legend_entries(series: Iterable[Option]) -> list[Option]:
    """What the legend lists: each name once, with the dash of its line, or a block for an area."""
    found: dict[str, Option] = {}
    for one in series:
        name = one["name"]
        if not name.startswith("\u200b") and name not in found:
            look = one.get("lineStyle", {})
            is_line = one.get("type") == "line" and look.get("width", 1) > 0
            found[name] = {"name": name} | ({"icon": stroke(look.get("type", SOLID))} if is_line else {})
    return list(found.values())


def stroke(dash: str | Sequence[float]) -> str:
    """Icon of a line in a legend, 18 wide and 3 thick in a frame of 18 by 8, in the dash of the line."""
    known: dict[str, list[float]] = {SOLID: [18, 0], DASHED: [5, 1.5], DOTTED: [2, 2]}
    pattern = known[dash] if isinstance(dash, str) else list(dash)
    at, parts = 0.0, []
    while at < 18:
        for i, length in enumerate(pattern):
            end = min(at + length, 18)
            if i % 2 == 0 and end > at:
                parts.append(f"M{at:g} 2.5H{end:g}V5.5H{at:g}Z")
            at += length
    return "path://M0 0H0ZM18 8H18Z" + "".join(parts)


def legend_of(entries: Sequence[Option], rows: int) -> Option:
    """A legend below the title; where the browser's width asks for other than `rows` rows it moves the plot (chart.vue)."""
    return {
        "type": "plain", "top": 21, "left": 0, "itemWidth": 18, "itemHeight": 8, "itemGap": 9, "padding": 0,
        "icon": "roundRect", "textStyle": {"color": "theme:ink", "fontSize": 12, "lineHeight": 14}, "data": list(entries),
        "rows": rows,
    }  # fmt: skip


def zoom(axes: Sequence[int] = (0,)) -> list[Option]:
    """Wheel with ctrl, or two fingers, zoom into the months; dragging moves them; a double click shows the whole run."""
    return [{
        "type": "inside", "id": "months", "xAxisIndex": list(axes), "filterMode": "none", "zoomOnMouseWheel": "ctrl",
        "moveOnMouseWheel": False, "moveOnMouseMove": True, "preventDefaultMouseMove": False,
    }]  # fmt: skip


def legend_rows(names: Sequence[str]) -> int:
    """Rows that a legend takes in a chart of half the page's width."""
    rows, used = 1, 0.0
    for name in names:
        width = 23 + 6.2 * len(name)
        if used + width > 480 and used > 0:
            rows, used = rows + 1, 0.0
        used += width + 9
    return rows


def heading(text: str, unit: str = "") -> Option:
    """Title of a chart, with the unit of its vertical axis behind it."""
    # Heights are said: ECharts would take the width of a Chinese character, which a machine without such letters gets wrong.
    rich = {"unit": {"fontSize": 12, "fontWeight": 400, "lineHeight": 18, "color": "theme:soft"}}
    shown = f"{text}  {{unit|{unit}}}" if unit else text
    return {
        "text": shown,
        "left": 0,
        "top": 0,
        "padding": 0,
        "textStyle": {"fontSize": 14, "fontWeight": 600, "lineHeight": 18, "color": "theme:ink", "rich": rich},
    }


def tooltip() -> Option:
    """All lines at the month under the pointer."""
    return {
        "trigger": "axis", "formatter": "js:tooltip", "confine": True, "backgroundColor": "theme:paper",
        "borderColor": "theme:rule", "textStyle": {"color": "theme:ink", "fontSize": 12},
        "extraCssText": "max-width: min(380px, 88vw); white-space: normal; line-height: 1.35;",
    }  # fmt: skip


def empty(title: str, why: str) -> Option:
    """A chart with nothing to show yet, and why."""
    return {
        "title": [heading(title), {"text": why, "left": "center", "top": "middle",
                                   "textStyle": {"fontSize": 13, "fontWeight": 400, "color": "theme:soft"}}],
        "xAxis": [], "yAxis": [], "series": [], "grid": [], "legend": {"show": False, "data": []},
    }  # fmt: skip


def spoken(option: Option) -> str:
    """What the lines of a chart have come to, for those who do not see it: each line's last figure and its month."""
    found = []
    for one in option.get("series", []):
        name, data = one.get("name", ""), one.get("data") or []
        if one.get("type") != "line" or name.startswith("\u200b"):
            continue
        last = next((point for point in reversed(data) if isinstance(point, list) and point[1] is not None), None)
        if last is not None:
            unit = str(one.get("id", "")).partition("|")[2]
            figure = percent(last[1]) if unit == "%" else f"{rounded(last[1])} {unit}".rstrip()
            found.append(f"{name} {figure} in {month_words(round(last[0] * 12))}")
    return "; ".join(found)
