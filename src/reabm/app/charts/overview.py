"""Charts of the overview."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reabm.app.charts.base import DASHED, Option, both, over_time, value_axis
from reabm.app.charts.leverage import BUSY, FAULTY
from reabm.app.figures import Figure
from reabm.app.leverage_numbers import Course
from reabm.app.snapshot import Snapshot
from reabm.app.words import NOTHING, change_words, month_words, percent, points_words, rounded
from reabm.report.palette import BLUE, BROWN, GREY, ORANGE, RED, STAGES
from reabm.world.history import COLUMN

YEAR = 12


def headline(snapshot: Snapshot, course: Course | None = None, is_stale: bool = False, fault: str = "") -> list[Figure]:
    """The figures of the month on the screen, with their change over a year; leverage as far as it is measured."""
    return [
        leverage_figure(snapshot, course, is_stale, fault),
        _figure(
            snapshot, "NdPr outside China", "ndpr_outside_usd_kg", "USD/kg", "mean price paid outside China, 2010 US dollars"
        ),
        _figure(snapshot, "NdPr inside China", "ndpr_china_usd_kg", "USD/kg", "price inside China, 2010 US dollars"),
        _figure(snapshot, "Legal exports", "exports_legal_t", "t/month", "oxide that left China legally"),
        _figure(
            snapshot, "Japan buys from China", "japan_import_share_china", "%", "share of Japan's purchases declared as Chinese"
        ),
        _figure(
            snapshot,
            "Factories moved to China",
            "relocation_share",
            "%",
            "outside-owned magnet and alloy capacity that stands there",
        ),
    ]


def leverage_figure(snapshot: Snapshot, course: Course | None, is_stale: bool, fault: str = "") -> Figure:
    """What a halt of six months would be worth in the month after the one on the screen, or last measured; a fault is said."""
    what, meaning = (
        "Leverage over Japan",
        "concession that the threat to halt shipments to Japan for six months could buy, 2010 US dollars",
    )
    place = None if course is None else course.now(snapshot.next_month)
    if fault and (is_stale or course is None or place is None):  # what is known is another world's
        return Figure(what, NOTHING, "", FAULTY, meaning)
    if course is None or place is None:
        return Figure(what, NOTHING, "", BUSY if is_stale else "from the first March or September on", meaning)
    value, month = float(course.own.leverage[place]), course.own.at[place]
    worth = "worth the issue" if value >= course.issue_musd else "less than the issue is worth"
    change = FAULTY if fault else BUSY if is_stale else f"{month_words(month)}: {worth}"
    return Figure(what, "…" if is_stale and not fault else f"{value:,.0f}", "M USD", change, meaning)


def _figure(snapshot: Snapshot, what: str, column: str, unit: str, meaning: str) -> Figure:
    if snapshot.shown == 0:
        return Figure(what, "–", "", "not played yet", meaning)
    values = snapshot.track.history.months[:, getattr(COLUMN, column)]
    now = float(values[snapshot.row])
    before = float(values[snapshot.row - YEAR]) if snapshot.row >= YEAR else float("nan")
    if unit == "%":
        points = 100 * (now - before)
        change = f"{points_words(points)} over a year" if np.isfinite(points) else ""
        return Figure(what, percent(now), "", change, meaning, _without(snapshot, column, percent))
    change = f"{change_words(now, before)} over a year" if np.isfinite(before) else ""
    return Figure(what, rounded(now), unit, change, meaning, _without(snapshot, column, rounded))


def _without(snapshot: Snapshot, column: str, words: Callable[[float], str]) -> str:
    """What the figure would be without the last change; empty where there is none, or it has not begun."""
    parent, forked = snapshot.parent, snapshot.forked
    if parent is None or forked is None or snapshot.shown <= forked or parent.played <= snapshot.row:
        return ""
    return f"{words(float(parent.column(column)[snapshot.row]))} without the change"


def prices(snapshot: Snapshot) -> Option:
    """NdPr inside and outside China."""
    series = [
        *both(snapshot, "outside China", "ndpr_outside_usd_kg", BLUE, "USD/kg"),
        *both(snapshot, "inside China", "ndpr_china_usd_kg", RED, "USD/kg"),
    ]
    return over_time(snapshot, series, value_axis("USD/kg, 2010", low=0), "Price of NdPr oxide")


def trade(snapshot: Snapshot) -> Option:
    """Quota and what left China."""
    series = [
        *both(snapshot, "export quota", "export_quota_t", "#222222", "t/month", dash=DASHED),
        *both(snapshot, "legal exports", "exports_legal_t", RED, "t/month"),
        *both(snapshot, "smuggled", "exports_smuggled_t", BROWN, "t/month"),
        *both(snapshot, "as alloy", "exports_alloy_t", ORANGE, "t/month"),
    ]
    for one in series:
        if one["name"].endswith("export quota"):
            one["lineStyle"]["color"] = one["itemStyle"]["color"] = "theme:ink"
    return over_time(snapshot, series, value_axis("t of oxide a month", low=0), "Quota and exports")


def places(snapshot: Snapshot) -> Option:
    """Chinese shares by stage, and foreign factories in China."""
    series = [
        *both(snapshot, "mines in China", "china_mine_share", STAGES["mine"], "%"),
        *both(snapshot, "separation in China", "china_separation_share", STAGES["separation"], "%"),
        *both(snapshot, "magnets in China", "china_magnet_share", STAGES["magnet"], "%"),
        *both(snapshot, "foreign capacity moved there", "relocation_share", GREY, "%", dash=DASHED),
    ]
    return over_time(snapshot, series, value_axis("share", shares=True, low=0, high=1), "Where production stands")
