"""Horizontal bars: terms with their sizes, side by side or stacked."""

from __future__ import annotations

from typing import NamedTuple

from reabm.app.charts.base import Option, heading
from reabm.app.words import rounded


class Bar(NamedTuple):
    """One series: a value for each label."""

    name: str  # empty: no entry in the legend
    colour: str
    values: list[float]


class Bars(NamedTuple):
    """What a chart of bars shows."""

    title: str
    unit: str
    labels: list[str]
    bars: list[Bar]
    is_stacked: bool


def bar_chart(bars: Bars) -> Option:
    """The option; a sum (the last label of bars that are not stacked) is set apart in weight."""
    series: list[Option] = []
    top = [sum(bar.values[k] for bar in bars.bars) for k in range(len(bars.labels))]
    for bar in bars.bars:
        data: list[Option] = []
        for k, value in enumerate(bar.values):
            text = rounded(value)
            is_last = not bars.is_stacked or bar is _last_with(bars, k)
            shown = rounded(top[k]) if bars.is_stacked else text
            data.append({
                "value": float(f"{value:.6g}"),
                "said": f"{bars.labels[k]}{', ' if bar.name else ''}{bar.name}: {text} {bars.unit}",
                "label": {
                    "show": is_last, "formatter": shown, "position": "right" if value >= 0.0 else "left", "color": "theme:ink",
                    "fontSize": 11, "fontWeight": 700 if not bars.is_stacked and k == len(bars.labels) - 1 else 400,
                },
            })  # fmt: skip
        one: Option = {
            "type": "bar", "name": bar.name or "\u200bvalue", "id": f"{bar.name}|{bars.unit}", "data": data,
            "itemStyle": {"color": bar.colour}, "barMaxWidth": 18, "barGap": "5%",
        }  # fmt: skip
        if bars.is_stacked:
            one["stack"] = "all"
        series.append(one)
    named = [bar.name for bar in bars.bars if bar.name]
    low, high = (find((value for bar in bars.bars for value in bar.values), default=0.0) for find in (min, max))
    room = ["0%" if low >= 0.0 else "12%", "0%" if high <= 0.0 else "12%"]  # for the figures at the ends of bars
    return {
        "animation": False, "title": heading(bars.title, bars.unit),
        "grid": {"left": 4 if low >= 0.0 else 34, "right": 44, "top": 46 if named else 28, "bottom": 4, "containLabel": True},
        "legend": {
            "show": bool(named), "top": 22, "left": 0, "padding": 0, "itemWidth": 14, "itemHeight": 8, "data": named,
            "textStyle": {"color": "theme:ink", "fontSize": 12},
        },
        "tooltip": {
            "trigger": "item", "formatter": "js:said", "confine": True, "backgroundColor": "theme:paper",
            "borderColor": "theme:rule", "textStyle": {"color": "theme:ink", "fontSize": 12},
        },
        "xAxis": {
            "type": "value", "boundaryGap": room, "splitNumber": 4,
            "axisLabel": {"color": "theme:soft", "formatter": "js:number", "hideOverlap": True},
            "splitLine": {"lineStyle": {"color": "theme:rule"}},
        },
        "yAxis": {
            "type": "category", "data": bars.labels, "inverse": True, "axisTick": {"show": False},
            "axisLabel": {"color": "theme:ink", "fontSize": 11.5, "interval": 0},
            "axisLine": {"lineStyle": {"color": "theme:soft"}},
        },
        "series": series,
    }  # fmt: skip


def _last_with(bars: Bars, label: int) -> Bar:
    """The last series of a stack that has something at a label: it carries the sum."""
    having = [bar for bar in bars.bars if bar.values[label] != 0.0]
    return having[-1] if having else bars.bars[0]


def height_of(bars: Bars) -> str:
    """Height that leaves room for each bar."""
    rows = len(bars.labels) * (1 if bars.is_stacked else max(len(bars.bars), 1))
    return f"{80 + (19 if not bars.is_stacked else 34) * rows}px"
