"""Charts of leverage: over time, by length, what each side would lose, why it decays, what use costs later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from reabm.app.charts.base import DASHED, DOTTED, Option, empty, heading, line, over_time, points, tooltip, value_axis
from reabm.app.leverage_numbers import WHOM, Course, Line, restriction_words
from reabm.app.snapshot import Snapshot
from reabm.report.palette import BLUE, GREEN, GREY, ORANGE, RED, SKY
from reabm.world.layout import Array

MUSD = "M USD"
UNIT = "M USD of 2010"
NAMED_YEARS = 1.5  # a window narrower than its name has none
LENGTH_COLOURS = {1: SKY, 3: GREEN, 6: BLUE, 12: ORANGE, 24: RED}
TARGET_COLOURS = {"japan": BLUE, "all": GREY}
BUSY = "being measured …"
FAULTY = "could not be measured"
NOT_YET = "measured in March and September of every year that was played"


def panel(snapshot: Snapshot, course: Course | None, is_stale: bool, fault: str = "") -> Option:
    """Leverage over Japan with the window in which it is worth the issue, for the overview; or why it is not known."""
    title = "Leverage over Japan: a halt of six months"
    if fault and (is_stale or course is None):
        return empty(title, f"{FAULTY}: {fault}")
    if course is None:
        return empty(title, BUSY if is_stale else NOT_YET)
    series = [*_faint(course), line("concession it could buy", course.own.years, course.own.leverage, BLUE, MUSD)]
    series[-1] |= window_marks(course)
    if is_stale:
        series[-1]["lineStyle"]["opacity"] = 0.45
    return _titled(over_time(snapshot, series, value_axis(UNIT), title), is_stale)


def by_length(snapshot: Snapshot, courses: Sequence[Course], chosen: int, is_stale: bool) -> Option:
    """Leverage over time, a line for each length of the restriction; the chosen one is thick."""
    title = "Leverage by length of the restriction"
    if not courses:
        return empty(title, BUSY if is_stale else NOT_YET)
    series: list[Option] = []
    for course in courses:
        months, is_chosen = course.case.months, course.case.months == chosen
        if is_chosen:
            series += _faint(course, LENGTH_COLOURS[months])
        series.append(
            line(f"{months} month{'s' if months > 1 else ''}", course.own.years, course.own.leverage, LENGTH_COLOURS[months],
                 MUSD, width=3 if is_chosen else 1.5)
        )  # fmt: skip
        if is_chosen:
            series[-1] |= window_marks(course)
    return _titled(over_time(snapshot, series, value_axis(UNIT), title), is_stale)


def with_worlds(snapshot: Snapshot, course: Course | None, is_stale: bool) -> Option:
    """The chosen restriction in the world on the screen, and the mean over several worlds with its bounds."""
    title = "This world and others"
    if course is None:
        return empty(title, BUSY if is_stale else NOT_YET)
    colour = LENGTH_COLOURS[course.case.months]
    series: list[Option] = []
    if course.mean is not None:
        series.append(band(course.mean.years, course.mean.low, course.mean.high, colour, "mean"))
        series.append(line(f"mean of {course.mean.n_worlds} worlds", course.mean.years, course.mean.leverage, GREY, MUSD, DASHED))
        series.append(_unseen("mean, low (5 %)", course.mean.years, course.mean.low, colour))
        series.append(_unseen("mean, high (95 %)", course.mean.years, course.mean.high, colour))
    series.append(line("this world", course.own.years, course.own.leverage, colour, MUSD, width=3))
    series[-1] |= window_marks(course, with_area=False)
    option = over_time(snapshot, series, value_axis(UNIT), title)
    named = [entry for entry in option["legend"]["data"] if not entry["name"].startswith("mean,")]
    option["legend"] |= {"data": named, "rows": 1}
    option["grid"]["top"] = 50  # one row of names: those of the bounds are not among them
    return _titled(option, is_stale)


def losses(snapshot: Snapshot, course: Course | None, is_stale: bool) -> Option:
    """What either side would lose by the chosen restriction."""
    title = "What each side would lose"
    if course is None:
        return empty(title, BUSY if is_stale else NOT_YET)
    years = course.own.years
    whom = WHOM[course.case.target]
    series = [
        line(f"{whom} lose" if course.case.target == "all" else f"{whom} loses", years, course.own.target_loss,
             TARGET_COLOURS[course.case.target], MUSD),
        line("China loses", years, course.own.coercer_loss, RED, MUSD),
    ]  # fmt: skip
    return _titled(over_time(snapshot, series, value_axis(UNIT), title), is_stale)


def causes(names: Sequence[str], shares: Array, title: str) -> Option:
    """Shares of causes in the fall of leverage, as bars."""
    order = np.argsort(shares, kind="stable")
    data: list[dict[str, Any]] = [
        {"value": float(f"{shares[k]:.3g}"), "itemStyle": {"color": BLUE if shares[k] >= 0.0 else ORANGE}} for k in order
    ]
    return {
        "animation": False, "aria": {"enabled": True}, "title": heading(title, MUSD),
        "grid": {"left": 12, "right": 64, "top": 34, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "value", "axisLabel": {"formatter": "js:number", "color": "theme:soft", "hideOverlap": True},
                  "splitLine": {"lineStyle": {"color": "theme:rule"}}},
        "yAxis": {"type": "category", "data": [names[k] for k in order], "axisTick": {"show": False},
                  "axisLine": {"lineStyle": {"color": "theme:soft"}}, "axisLabel": {"color": "theme:ink"}},
        "series": [{"type": "bar", "name": "taken from leverage", "id": f"causes|{MUSD}", "data": data, "barMaxWidth": 22,
                    "label": {"show": True, "position": "right", "formatter": "{c}", "color": "theme:ink"}}],
    }  # fmt: skip


def erosion(years: Array, used: Array, spared: Array, title: str) -> Option:
    """Leverage at later dates with and without an embargo now."""
    series = [
        line("if it is spared", years, spared, GREEN, MUSD),
        line("if it is used now", years, used, RED, MUSD),
    ]
    for one in series:
        one["showSymbol"] = True
    return {
        "animation": False, "aria": {"enabled": True}, "title": heading(title, UNIT), "tooltip": tooltip(),
        "grid": {"left": 12, "right": 16, "top": 50, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "value", "min": "dataMin", "max": "dataMax", "minInterval": 1, "splitLine": {"show": False},
                  "axisLabel": {"formatter": "js:year", "color": "theme:soft", "hideOverlap": True, "showMinLabel": False,
                                "showMaxLabel": False},
                  "axisLine": {"onZero": False, "lineStyle": {"color": "theme:soft"}}, "axisPointer": {"label": {"show": False}}},
        "yAxis": value_axis(UNIT), "series": series,
        "legend": {"show": True, "top": 21, "left": 0, "padding": 0, "itemWidth": 18, "itemHeight": 3, "icon": "roundRect",
                   "textStyle": {"color": "theme:ink", "fontSize": 12}, "data": [one["name"] for one in series]},
    }  # fmt: skip


def band(years: Array, low: Array, high: Array, colour: str, name: str, opacity: float = 0.2) -> Option:
    """The area between two lines. It is drawn by `js:band`: ECharts stacks along the first axis of numbers: time."""
    rows = zip(points(years, low), points(years, high))
    return {
        "type": "custom", "name": f"\u200b{name}-band", "id": f"{name}-band|", "renderItem": "js:band", "silent": True, "z": 1,
        "data": [[x, below, above, opacity] for (x, below), (_, above) in rows], "encode": {"x": 0, "y": [1, 2]},
        "itemStyle": {"color": colour}, "clip": True,
    }  # fmt: skip


def _unseen(name: str, years: Array, values: Array, colour: str) -> Option:
    """A line that only the tooltip shows."""
    return line(name, years, values, colour, MUSD) | {"lineStyle": {"width": 0, "opacity": 0}, "silent": True}


def window_marks(course: Course, with_area: bool = True) -> Option:
    """The value of the issue as a dotted line, and the stretches in which leverage is worth it."""
    marks: Option = {
        "markLine": {
            "symbol": "none", "silent": True, "animation": False,
            "lineStyle": {"color": "theme:soft", "type": DOTTED, "width": 1.5},
            "label": {"show": True, "position": "insideEndTop", "formatter": f"worth the issue: {course.issue_musd:,.0f}",
                      "color": "theme:soft", "fontSize": 11},
            "data": [{"yAxis": course.issue_musd}],
        }
    }  # fmt: skip
    if with_area and course.windows:
        marks["markArea"] = {
            "silent": True, "animation": False, "itemStyle": {"color": BLUE, "opacity": 0.1},
            "label": {"show": True, "color": "theme:soft", "fontSize": 11, "position": "insideBottom"},
            "data": [
                [{"xAxis": round(first, 4), "name": "window" if until - first >= NAMED_YEARS else ""}, {"xAxis": round(until, 4)}]
                for first, until in course.windows
            ],
        }  # fmt: skip
    return marks


def _faint(course: Course, colour: str = BLUE) -> list[Option]:
    """The run before the last change."""
    parent: Line | None = course.parent
    return [] if parent is None else [line("before the change", parent.years, parent.leverage, colour, MUSD, faint=True)]


def _titled(option: Option, is_stale: bool) -> Option:
    """A chart whose numbers are about to change says so behind its title."""
    if is_stale:
        option["title"]["text"] += f"  {{unit|· {BUSY}}}"
    return option


def said_of(course: Course) -> str:
    """What a chart shows, for those who do not see it."""
    return f"A {restriction_words(course.case)}; {len(course.own.at)} dates, last {course.own.leverage[-1]:,.0f} M USD."
