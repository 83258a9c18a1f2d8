"""The map of restraint: discount rate over building time, who does better in each cell, the frontier and the line of theory."""

from __future__ import annotations

import numpy as np

from reabm.app.charts.base import DASHED, SOLID, Option, empty, heading, stroke
from reabm.app.restraint_here import Weighed
from reabm.app.rivals_words import signed
from reabm.report.palette import MARK
from reabm.world.layout import Array

PAPER = "#f7f7f7"  # both pay the same
SHADES = ["#56a5d8", PAPER, "#f0935a"]  # blue and red of the palette, light enough for letters on them
INK = "#1c1c1c"  # on the map, which is light in both themes
MARK_HERE = "rgb(91, 75, 138)"  # MARK as it stands on light paper, written so that a dark page puts no lighter one in its place
REACH = 0.6  # rows from a line within which it touches a letter
HALO = "rgba(247, 247, 247, 0.85)"  # around letters, so that a line behind them does not strike them out
LETTERS = {"restraint": "R", "coercion": "C", "unsure": "?"}


def winner(difference: float, unsure: bool) -> str:
    """Who does better in a cell."""
    return "unsure" if unsure else "coercion" if difference > 0.0 else "restraint"


def place(rate: float, rates: Array) -> float | None:
    """Where a rate lies on the axis of rates, one cell a rate; None at its ends and beyond: nothing changes there."""
    return float(np.interp(rate, rates, np.arange(len(rates)))) if rates[0] < rate < rates[-1] else None


def restraint_map(weighed: Weighed | None, stale: bool = False) -> Option:
    """The map: letters and colours say who does better, lines where both pay the same."""
    title = "Where restraint beats coercion"
    if weighed is None:
        return empty(title, "The worlds are being played …")
    rates, years = weighed.rates, weighed.years
    wide = float(np.abs(weighed.difference).max()) or 1.0
    cells: list[Option] = []
    for k in range(len(years)):
        for r in range(len(rates)):
            difference, unsure = float(weighed.difference[k, r]), bool(weighed.unsure[k, r])
            who = winner(difference, unsure)
            cells.append({
                # The root of the distance: small differences are seen beside large ones.
                "value": [k, r, round(float(np.sign(difference) * np.sqrt(abs(difference) / wide)), 4)],
                "musd": round(difference, 3), "who": who,
                "said": f"Discount rate {100 * rates[r]:g} %, mines take {years[k]:.1f} years: {said_of(who)}. "
                        f"Coercion less restraint {signed(difference)} ± {weighed.error[k, r]:,.1f} M USD",
            })  # fmt: skip
    found = [[k, place(one.rate, rates)] for k, one in enumerate(weighed.frontier)]
    beyond = [_beyond(k, one.rate > 0.0, len(rates)) for k, one in enumerate(weighed.frontier) if np.isinf(one.rate)]
    theory = [[k, place(one, rates)] for k, one in enumerate(weighed.theory.tolist())]
    back = [[k, place(one.back, rates)] for k, one in enumerate(weighed.frontier)]
    own = place(weighed.own_rate, rates)
    letters: list[Option] = []
    for cell in cells:
        k, r, _ = cell["value"]
        at = (found[k][1], theory[k][1], back[k][1], own)
        is_crossed = any(one is not None and abs(one - r) < REACH for one in at)
        label: Option = {"formatter": LETTERS[cell["who"]], "fontWeight": 400 if cell["who"] == "unsure" else 700}
        halo = {"textBorderColor": HALO, "textBorderWidth": 3} if is_crossed else {}
        letters.append({"value": [k, r], "label": label | halo})
    lines = [
        _line("both pay the same", found, INK, SOLID), _line("theory", theory, MARK_HERE, DASHED),
    ]  # fmt: skip
    if any(rate is not None for _, rate in back):  # restraint pays more again
        lines.append(_line(lines[0]["name"], back, INK, SOLID) | {"id": "back"})
    if beyond:
        lines[0]["markPoint"] = {
            "symbol": "triangle", "symbolSize": 9, "symbolOffset": [13, 2], "silent": True, "animation": False, "data": beyond,
            "label": {"show": False}, "itemStyle": {"color": INK},  # beside the letter of its cell
        }  # fmt: skip
    if own is not None:
        lines[0]["markLine"] = {
            "symbol": "none", "silent": True, "animation": False, "data": [{"yAxis": own}],
            "lineStyle": {"color": INK, "type": "dotted", "width": 1.5},
            "label": {"show": True, "formatter": "Beijing’s\nrate", "position": "end", "color": "theme:ink", "fontSize": 11,
                      "lineHeight": 13},
        }  # fmt: skip
    entries = [
        {"name": one["name"], "icon": stroke(dash), "itemStyle": {"color": shade}}
        for one, dash, shade, points in zip(lines, (SOLID, DASHED), ("theme:ink", MARK), ([*found, *back], theory))
        if "markPoint" in one or any(rate is not None for _, rate in points)
    ]
    hidden: Option = {"type": "value", "show": False, "min": -0.5}
    return {
        "animation": False, "title": heading(title, "discount rate over building time of mines"),
        "grid": {"left": 12, "right": 62, "top": 46, "bottom": 26, "containLabel": True},
        "legend": {"type": "plain", "top": 21, "left": 0, "itemWidth": 18, "itemHeight": 8, "padding": 0, "rows": 1,
                   "itemGap": 9, "textStyle": {"color": "theme:ink", "fontSize": 12, "lineHeight": 14},
                   "data": entries},
        "tooltip": {"trigger": "item", "formatter": "js:said", "confine": True, "backgroundColor": "theme:paper",
                    "borderColor": "theme:rule", "textStyle": {"color": "theme:ink", "fontSize": 12}},
        "visualMap": {"show": False, "min": -1, "max": 1, "dimension": 2, "seriesIndex": 0,
                      "inRange": {"color": SHADES}},
        "xAxis": [
            {"type": "category", "data": [f"{one:.1f}" for one in years], "name": "years that mines outside China take to build",
             "nameLocation": "middle", "nameGap": 24, "nameTextStyle": {"color": "theme:soft"},
             "axisLabel": {"color": "theme:soft"}, "axisTick": {"show": False}},
            hidden | {"max": len(years) - 0.5},
        ],
        "yAxis": [
            {"type": "category", "data": [f"{100 * one:g} %" for one in rates],
             "axisLabel": {"color": "theme:soft", "interval": 0}, "axisTick": {"show": False}},
            hidden | {"max": len(rates) - 0.5},
        ],
        "series": [
            {"type": "heatmap", "name": "\u200bmap", "id": "map", "data": cells, "itemStyle": {"opacity": 0.5 if stale else 1},
             "emphasis": {"itemStyle": {"borderColor": INK, "borderWidth": 1}}},
            *lines,
            {"type": "scatter", "name": "\u200bletters", "id": "letters", "data": letters, "symbolSize": 0.1, "silent": True,
             "z": 6, "itemStyle": {"color": "transparent"}, "tooltip": {"show": False},
             "label": {"show": True, "position": "inside", "color": INK, "fontSize": 11}},
        ],
    }  # fmt: skip


def said_of(who: str) -> str:
    """Who does better, in words."""
    return {"restraint": "restraint pays more", "coercion": "coercion pays more", "unsure": "it is not sure which pays more"}[who]


def _beyond(lead: int, is_above: bool, n_rates: int) -> Option:
    """A triangle at the edge of the map beyond which both would pay the same: no world was asked there."""
    return {"coord": [lead, n_rates - 0.5 if is_above else -0.5], "symbolRotate": 0 if is_above else 180}


def _line(name: str, points: list[list[float | None]], colour: str, dash: str) -> Option:
    rates = [None, *(rate for _, rate in points), None]
    is_alone = any(rate is not None and rates[k] is rates[k + 2] is None for k, rate in enumerate(rates[1:-1]))
    return {
        "type": "line", "name": name, "id": name, "data": points, "xAxisIndex": 1, "yAxisIndex": 1, "symbolSize": 5, "z": 4,
        "showSymbol": is_alone,  # a dot covers a letter: only where no line is drawn from a point to the next
        "connectNulls": False, "lineStyle": {"color": colour, "type": dash, "width": 2}, "itemStyle": {"color": colour},
        "tooltip": {"show": False},
    }  # fmt: skip
