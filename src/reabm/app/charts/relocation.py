"""Charts of relocation: where each maker's lines stand, what leaked, how much moved, and who followed whom."""

from __future__ import annotations

import numpy as np

from reabm.app.charts.base import DASHED, Option, both, heading, layered, line, marks, over_time, time_axis, value_axis, zoom
from reabm.app.charts.places import WORLD_BOX, plants
from reabm.app.in_force import params_of
from reabm.app.moves import YEAR, Move, capacity_t, has_firms
from reabm.app.snapshot import Snapshot, Track
from reabm.app.words import month_words, name_words, percent, rounded
from reabm.report.palette import BLUE, LINES, PALE_PLACES, PLACES, RED
from reabm.scenario.population import name_behind
from reabm.world.layout import Array
from reabm.world.state import LINES as LINE_NAMES
from reabm.world.state import PLACES as PLACE_NAMES

EURASIA = ([-10.0, 60.0], [152.0, -8.0])  # west and north, east and south
SHARE, TONNES = "share", "t_yr"  # what the small charts show
JUMP = 0.002  # of a firm's capacity: a change in a month that a thinned line keeps
EVERY = 12  # months between two points of a thinned line
MOST_LISTED = 150  # rows of the table of moves
MOST_ARROWS = 150  # of a crowd of firms none are drawn: they would be one blot
ARROWS_EACH = 2  # to a decision: from the largest moves that were new to it; the table names all firms
PLACE_WORDS = {"home": "at home", "china": "in China", "elsewhere": "elsewhere"}
LAYERS = tuple((line, place) for place in ("china", "elsewhere", "home") for line in range(len(LINE_NAMES)))


def foreign_makers(track: Track) -> list[tuple[str, list[int]]]:
    """Names of makers with a home outside China and their rows, the largest first; firms of one name stand together."""
    known = params_of(track, 0).makers
    rows: dict[str, list[int]] = {}
    for j, name in enumerate(track.names.makers):
        if known.home[j] > 0.5:
            rows.setdefault(name_behind(name), []).append(j)
    return sorted(rows.items(), key=lambda one: -float(known.opening_t[one[1]].sum()))


def short_name(name: str) -> str:
    """A maker's name as people say it."""
    return name_words(name)


def layer_colour(line_row: int, place: str) -> str:
    """Dark: premium line, pale: commodity line."""
    return (PLACES, PALE_PLACES)[line_row][place]


def where_it_stands(snapshot: Snapshot, name: str, rows: list[int], unit: str = SHARE) -> Option:
    """One maker's capacity by line and place, stacked; the parent run's part in China as a dashed line."""
    track = snapshot.track
    capacity = capacity_t(track)[:, rows].sum(axis=1)
    total = capacity.sum(axis=(1, 2))
    scale = 1.0 / np.maximum(total, 1e-12) if unit == SHARE else np.full(len(total), YEAR)
    kept = thinned(capacity, total)
    mark = "%" if unit == SHARE else "t/yr"
    series = [
        line(
            f"{LINE_NAMES[l]}, {PLACE_WORDS[place]}", track.years[kept],
            (capacity[:, l, PLACE_NAMES.index(place)] * scale)[kept], layer_colour(l, place), mark,
        )
        for l, place in LAYERS
    ]  # fmt: skip
    series = layered(series)
    parent = snapshot.parent
    if parent is not None and has_firms(parent):
        whole = capacity_t(parent)[:, rows].sum(axis=1)
        inside, all_t = whole[:, :, PLACE_NAMES.index("china")].sum(axis=1), whole.sum(axis=(1, 2))
        shown = inside / np.maximum(all_t, 1e-12) if unit == SHARE else YEAR * inside
        seen = thinned(whole, all_t)
        dashed = line("in China before the change", parent.years[seen], shown[seen], "theme:ink", mark, DASHED, faint=True)
        dashed["lineStyle"]["opacity"] = 0.8
        dashed["z"] = 4
        series.append(dashed)
    axis = value_axis("" if unit == SHARE else "t/yr", shares=unit == SHARE, low=0, high=1 if unit == SHARE else None)
    axis["splitNumber"] = 2
    option = over_time(snapshot, series, axis, short_name(name), legend=False)
    option["title"]["textStyle"]["fontSize"] = 12.5
    option["grid"] |= {"top": 24, "left": 2, "right": 6, "bottom": 2}
    option["xAxis"]["splitNumber"] = 2
    option["xAxis"]["axisLabel"] |= {"fontSize": 11, "showMinLabel": False}
    return option


def thinned(capacity: Array, total: Array) -> Array:
    """Rows (months) that draw a line which moves in jumps: both sides of each, the ends, and one in twelve between."""
    if len(total) == 0:
        return np.zeros(0, dtype=np.int64)
    shares = capacity / np.maximum(total, 1e-12)[:, None, None]
    jump = np.flatnonzero(np.abs(np.diff(shares, axis=0)).max(axis=(1, 2)) > JUMP)
    kept: Array = np.unique(np.concatenate([[0, len(total) - 1], jump, jump + 1, np.arange(0, len(total), EVERY)])).astype(
        np.int64
    )
    return kept


def china_now(snapshot: Snapshot, rows: list[int]) -> str:
    """What the small chart says to those who do not see it."""
    if snapshot.shown == 0:
        return ""
    capacity = capacity_t(snapshot.track)[snapshot.row, rows].sum(axis=0)
    said = []
    for l, name in enumerate(LINE_NAMES):
        total = float(capacity[l].sum())
        if total > 0.0:
            said.append(f"{name} line {percent(float(capacity[l, PLACE_NAMES.index('china')]) / total)} in China")
    return f"{month_words(snapshot.month)}: {', '.join(said)}" if said else ""


def map_box(snapshot: Snapshot) -> tuple[list[float], list[float]]:
    """Part of the world that holds all plants: Europe and Asia, or the whole."""
    (west, north), (east, south) = EURASIA
    spots = [spot for one in plants(snapshot) for spot, tonnes in zip(one.spots, one.standing_t) if tonnes > 0.0]
    return EURASIA if all(west < x < east and south < y < north for x, y in spots) else WORLD_BOX


def leak(snapshot: Snapshot) -> Option:
    """Know-how of Chinese makers, and what own research alone would have given."""
    series: list[Option] = []
    for track, faint in [(snapshot.parent, True), (snapshot.track, False)]:
        if track is None:
            continue
        known, gained = track.column("knowledge"), track.column("technology_leakage")
        series.append(line("know-how", track.years, known, RED, "%", faint=faint))
        series.append(line("with own research alone", track.years, known - gained, BLUE, "%", DASHED, faint=faint))
        series.append(line("leaked", track.years, gained, "theme:soft", "%", faint=faint))
    return over_time(snapshot, series, value_axis("of the frontier", shares=True, low=0, high=1), "Know-how of Chinese makers")


def outside_owned(snapshot: Snapshot) -> Option:
    """Share of outside-owned capacity that stands in China, by line."""
    series = [
        *both(snapshot, "commodity lines", "relocation_share_commodity", LINES["commodity"], "%"),
        *both(snapshot, "premium lines", "relocation_share_premium", LINES["premium"], "%"),
        *both(snapshot, "commodity, Japan", "japan_commodity_share_china", LINES["commodity"], "%", dash=DASHED),
        *both(snapshot, "premium, Japan", "japan_premium_share_china", LINES["premium"], "%", dash=DASHED),
    ]
    return over_time(snapshot, series, value_axis("share", shares=True, low=0), "Outside-owned capacity that stands in China")


def chain(snapshot: Snapshot, listed: list[Move]) -> Option:
    """Moves by firm and line: a bar from the decision to the first tonne, arrows from moves that a decision had newly seen."""
    track = snapshot.track
    names = [name for name, _ in foreign_makers(track)]
    row_of = {j: k for k, (_, rows) in enumerate(foreign_makers(track)) for j in rows}
    labels = [short_name(name) if l == 0 else "" for name in names for l in range(len(LINE_NAMES))]

    def place(move: Move) -> int:
        return row_of[move.maker] * len(LINE_NAMES) + move.line

    def when(row: int) -> float:
        return round((track.scenario.start + row) / 12.0, 4)

    series: list[Option] = []
    arrows: list[Option] = []
    for move in listed if len(listed) <= MOST_ARROWS else ():
        for k in sorted(move.followed, key=lambda k: -abs(listed[k].t_yr))[:ARROWS_EACH]:
            leader = listed[k]
            arrows.append({
                "coords": [[when(leader.done), place(leader)], [when(move.decided), place(move)]],
                "lineStyle": {"color": LINES[LINE_NAMES[leader.line]]}, "said": _followed_words(track, move, leader),
            })  # fmt: skip
    series.append({
        "type": "lines", "name": "had seen it when it decided", "id": "arrows|", "coordinateSystem": "cartesian2d",
        "data": arrows,
        "symbol": ["none", "arrow"], "symbolSize": 6, "z": 1,
        "lineStyle": {"width": 1, "opacity": 0.45, "curveness": 0.15, "color": "theme:soft"},
        "emphasis": {"lineStyle": {"width": 2.5, "opacity": 1}}, "itemStyle": {"color": "theme:soft"},
    })  # fmt: skip
    largest = max((abs(move.t_yr) for move in listed), default=1.0)
    for l, line_name in enumerate(LINE_NAMES):
        own = [move for move in listed if move.line == l]
        built = [
            {"coords": [[when(move.decided), place(move)], [when(move.done), place(move)]], "said": move_words(track, move)}
            for move in own
        ]
        series.append({
            "type": "lines", "name": "\u200bbuilding", "id": f"built-{line_name}|", "coordinateSystem": "cartesian2d",
            "data": built, "z": 2, "lineStyle": {"width": 4, "opacity": 0.55, "color": LINES[line_name]},
        })  # fmt: skip
        dots = [_dot(track, move, [when(move.done), place(move)], largest, LINES[line_name]) for move in own]
        series.append({
            "type": "scatter", "name": f"{line_name} line", "id": f"moves-{line_name}|", "data": dots, "z": 3,
            "itemStyle": {"color": LINES[line_name]},
        })  # fmt: skip
    series.append(marks(snapshot))
    named = [one["name"] for one in series if not one["name"].startswith("\u200b")]
    return {
        "animation": False,
        "title": heading("Who followed whom", "moves to China"),
        "grid": {"left": 4, "right": 12, "top": 50, "bottom": 6, "containLabel": True},
        "legend": {
            "top": 24, "left": 0, "itemHeight": 8, "itemWidth": 16, "padding": 0, "data": named,
            "textStyle": {"color": "theme:ink", "fontSize": 12},
        },
        "tooltip": {
            "trigger": "item", "formatter": "js:said", "confine": True, "backgroundColor": "theme:paper",
            "borderColor": "theme:rule", "textStyle": {"color": "theme:ink", "fontSize": 12},
        },
        "dataZoom": zoom(), "xAxis": time_axis(track) | {"splitLine": {"show": True, "lineStyle": {"color": "theme:rule"}}},
        "yAxis": {
            "type": "category", "data": labels, "inverse": True, "axisTick": {"show": False},
            "axisLabel": {"color": "theme:ink", "interval": 0, "width": 120, "overflow": "truncate", "fontSize": 11.5},
            "axisLine": {"lineStyle": {"color": "theme:rule"}},
            "splitLine": {"show": True, "interval": "js:pairs", "lineStyle": {"color": "theme:rule"}},
        },
        "series": series,
    }  # fmt: skip


def _dot(track: Track, move: Move, value: list[float], largest: float, colour: str) -> Option:
    dot: Option = {
        "value": value, "said": move_words(track, move), "symbol": "circle",
        "symbolSize": round(6 + 12 * float(np.sqrt(abs(move.t_yr) / largest)), 1),
    }  # fmt: skip
    if move.share < 0.0:
        dot |= {"symbol": "diamond", "itemStyle": {"color": "theme:paper", "borderColor": colour, "borderWidth": 2}}
    return dot


def move_words(track: Track, move: Move) -> str:
    """One move in words."""
    firm, line_name = firm_words(track, move.maker), LINE_NAMES[move.line]
    begun, done = (month_words(track.scenario.start + row) for row in (move.decided, move.done))
    about = "" if move.is_exact else "about "
    what = "moves" if move.share > 0.0 else "closes in China"
    to = " to China" if move.share > 0.0 else ""
    return (
        f"{firm} {what} {rounded(abs(move.t_yr))} t/yr ({percent(abs(move.share))}) of its {line_name} line{to}: decided "
        f"{about}{begun}, done {done}. {percent(move.others_share)} of the others' capacity stood in China, which "
        f"was worth {percent(move.herding)} of unit cost to it."
    )


def _followed_words(track: Track, move: Move, leader: Move) -> str:
    return (
        f"{firm_words(track, move.maker)} ({LINE_NAMES[move.line]}) decided in "
        f"{month_words(track.scenario.start + move.decided)} and had newly seen the move of {firm_words(track, leader.maker)} "
        f"({LINE_NAMES[leader.line]}) of {month_words(track.scenario.start + leader.done)}"
    )


def firm_words(track: Track, maker: int) -> str:
    """Name of a maker; of a firm of a population with its number."""
    name = track.names.makers[maker]
    behind = name_behind(name)
    return short_name(behind) + (f" no. {name.partition('.')[2]}" if behind != name else "")


def moves_table(track: Track, listed: list[Move]) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of the table of moves, the latest first."""
    heads = [
        "Firm and line", "Decided", "Running (closed) from", "Moved, t/yr", "of its line", "Others in China", "Herding",
        "Benefit", "Had moved before it",
    ]  # fmt: skip
    start = track.scenario.start
    rows = [
        [
            f"{firm_words(track, move.maker)}, {LINE_NAMES[move.line]}",
            ("" if move.is_exact else "about ") + month_words(start + move.decided), month_words(start + move.done),
            rounded(move.t_yr), percent(move.share), percent(move.others_share), percent(move.herding), percent(move.benefit),
            ", ".join(dict.fromkeys(short_name(name_behind(track.names.makers[j])) for j in move.before)) or "nobody",
        ]
        for move in reversed(listed)
    ]  # fmt: skip
    return heads, rows
