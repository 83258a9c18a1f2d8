"""Where things stand: coordinates of countries and plants, and the map of the makers' plants with their moves.

Mines and makers bring their places with the scenario. What is here is general geography (capitals, or the middle of a region),
good to a few degrees: it places a marker, no result depends on it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from reabm.app.charts.base import Option, empty, heading
from reabm.app.snapshot import Snapshot
from reabm.app.words import month_words, name_words, rounded
from reabm.report.palette import PLACES
from reabm.scenario.population import name_behind
from reabm.world.history import MAKER_COLUMNS
from reabm.world.layout import Array
from reabm.world.state import LINES
from reabm.world.state import PLACES as SITES

type Place = tuple[float, float]  # longitude, latitude

DESTINATION_PLACES: dict[str, Place] = {
    "china": (113.0, 34.5),  # the middle between the mines of the north and of the south
    "japan": (139.7, 35.7),  # Tokyo
    "usa": (-83.0, 40.0),  # Columbus, Ohio: the industrial north-east
    "eu": (8.7, 50.1),  # Frankfurt
    "other_countries": (101.7, 3.1),  # Kuala Lumpur; the region ranges from Korea to India
}
ELSEWHERE: Place = (121.0, 14.6)  # Manila: plants that are neither at home nor in China stand in South-East Asia
ELSEWHERE_OF: dict[str, Place] = {
    "shin_etsu": (107.0, -6.2),  # Indonesia and Malaysia, as the note of its record says
    "western_fringe": (126.9, 36.5),  # Korea and the USA
}
MAP_NAMES = {"USA": "United States of America"}  # of a mine's country, where the map spells it otherwise
EUROPEAN_UNION = (
    "Austria", "Belgium", "Bulgaria", "Croatia", "Cyprus", "Czechia", "Denmark", "Estonia", "Finland", "France", "Germany",
    "Greece", "Hungary", "Ireland", "Italy", "Latvia", "Lithuania", "Luxembourg", "Netherlands", "Poland", "Portugal", "Romania",
    "Slovakia", "Slovenia", "Spain", "Sweden", "United Kingdom",
)  # fmt: skip
WORLD_BOX = ([-128.0, 72.0], [155.0, -44.0])  # north-west and south-east corner of what is shown
ASIA_BOX = ([70.0, 52.0], [154.0, -36.0])
EAST_ASIA_BOX = ([92.0, 46.0], [146.0, 12.0])
MOVED = 0.5  # t/month of capacity: less is no move


def destination_of(country: str) -> str:
    """The destination of the model in which a country of the map lies."""
    known = {"China": "china", "Japan": "japan", "United States of America": "usa", "USA": "usa"}
    return known.get(country) or ("eu" if country in EUROPEAN_UNION else "other_countries")


def headed(title: str, unit: str) -> Option:
    """Title of a chart without axes: unit and month stand below it, so that both fit a narrow screen."""
    small = {"color": "theme:soft", "fontSize": 12}
    return heading(title) | {"subtext": unit, "subtextStyle": small, "itemGap": 8}


def geo(box: tuple[list[float], list[float]] = WORLD_BOX, top: int = 46) -> Option:
    """The map under markers and arrows: muted countries. Its height follows from the width."""
    return {
        "id": "world", "map": "world", "left": 0, "right": 0, "top": top, "boundingCoords": list(box), "roam": False,
        "itemStyle": {"areaColor": "theme:land", "borderColor": "theme:paper", "borderWidth": 0.6},
        "emphasis": {"itemStyle": {"areaColor": "theme:rule"}, "label": {"show": False}},
        "select": {"itemStyle": {"areaColor": "theme:rule"}, "label": {"show": False}}, "selectedMode": False,
        "label": {"show": False}, "tooltip": {"show": False},
    }  # fmt: skip


def map_height(box: tuple[list[float], list[float]] = WORLD_BOX, below: int = 112) -> str:
    """CSS height of a chart with a map, title and legend, in a box of class `reabm-map`."""
    (west, north), (east, south) = box
    return f"calc({100.0 * (north - south) / (0.75 * (east - west)):.1f}cqi + {below}px)"


def map_option(title: str, unit: str, series: list[Option], box: tuple[list[float], list[float]] = WORLD_BOX) -> Option:
    """A map with its title and a legend of the series below."""
    return {
        "animation": False, "aria": {"enabled": True}, "geo": geo(box),
        "title": headed(title, unit) | {"backgroundColor": "theme:paper", "padding": [5, 2000, 6, 5]},
        "tooltip": {
            "trigger": "item", "formatter": "js:said", "confine": True, "backgroundColor": "theme:paper",
            "borderColor": "theme:rule", "textStyle": {"color": "theme:ink", "fontSize": 12},
        },
        "legend": {
            "type": "plain", "bottom": 0, "left": 0, "right": 0, "itemWidth": 16, "itemHeight": 9, "itemGap": 10,
            "padding": [6, 2, 2, 2], "backgroundColor": "theme:paper", "textStyle": {"color": "theme:ink", "fontSize": 12},
            "data": [{"name": one["name"]} for one in series if not one["name"].startswith("\u200b")],
        },
        "series": series,
    }  # fmt: skip


class Plants(NamedTuple):
    """Capacity of one maker, all its firms together, both lines (t/month)."""

    name: str
    is_chinese: bool
    spots: tuple[Place, Place, Place]  # at home, in China, elsewhere
    standing_t: Array  # (3,)
    opening_t: Array  # (3,), in the first month
    wanted_china_t: float  # what the plan would have in China


def plants(snapshot: Snapshot) -> list[Plants]:
    """Capacity of every maker by place in the month on the screen; none where the record does not keep makers."""
    track = snapshot.track
    if track.history.makers.shape[0] == 0 or snapshot.shown == 0:
        return []
    capacity, plan = capacity_of(track.history.makers[snapshot.row]), _plan_of(track.history.makers[snapshot.row])
    opening = capacity_of(track.history.makers[0])
    names = [name_behind(name) for name in track.names.makers]
    found = []
    for name, maker in sorted(track.scenario.makers.items()):
        rows = [j for j, own in enumerate(names) if own == name]
        standing = capacity[rows].sum(axis=0)
        wanted = float((capacity[rows].sum(axis=2) * plan[rows]).sum())
        spots = (maker.place, maker.place_china, ELSEWHERE_OF.get(name, ELSEWHERE))
        found.append(
            Plants(name, maker.home == "china", spots, standing.sum(axis=0), opening[rows].sum(axis=(0, 1)), wanted)
        )  # fmt: skip
    return found


def capacity_of(makers: Array) -> Array:
    """Capacity (makers, lines, places) in a row of the record."""
    at = [MAKER_COLUMNS.index(f"{line}_{site}_t") for line in LINES for site in SITES]
    return makers[:, at].reshape(len(makers), len(LINES), len(SITES))


def _plan_of(makers: Array) -> Array:
    return makers[:, [MAKER_COLUMNS.index(f"{line}_plan_share") for line in LINES]]


def plant_size(tonnes: float) -> float:
    """Diameter of a plant's marker (its area grows with capacity)."""
    return round(float(np.clip(0.42 * np.sqrt(tonnes), 4.0, 24.0)), 1)


def plants_map(snapshot: Snapshot) -> Option:
    """Every maker's capacity at home, in China and elsewhere, and an arrow for each move to China, made or wanted.

    Chinese makers stand in their home. A move is capacity in China beyond that of the first month; one that is wanted or being
    built is what the maker's plan has there beyond what stands (the record keeps the plan, not the building site).
    """
    title = "Magnet and alloy plants"
    found = plants(snapshot)
    if not found:
        why = "Nothing has been built yet: play, or step a month." if snapshot.shown == 0 else "So many makers are not kept one by one."
        return empty(title, why) | {"legend": {"show": False}}
    series = [_markers(found, site, label) for site, label in enumerate(("at home", "foreign, in China", "elsewhere"))]
    series += [_moves(found, "moved to China", True), _moves(found, "move wanted or under way", False)]
    unit = f"capacity (area), t of magnet a month · {month_words(snapshot.month)}"
    return map_option(title, unit, series)


def _markers(found: list[Plants], site: int, label: str) -> Option:
    data = []
    for one in found:
        tonnes = float(one.standing_t[0] + one.standing_t[1]) if one.is_chinese and site == 0 else float(one.standing_t[site])
        if tonnes < MOVED or (one.is_chinese and site != 0):
            continue
        words = ("home", "China", "elsewhere")[site] if not one.is_chinese else "China"
        data.append(
            {
                "name": one.name, "value": [*one.spots[site], round(tonnes, 1)], "symbolSize": plant_size(tonnes),
                "said": f"{name_words(one.name)}, {words}: {rounded(tonnes)} t/month",
            }
        )  # fmt: skip
    return {
        "type": "scatter", "id": f"plants-{SITES[site]}", "name": label, "coordinateSystem": "geo", "data": data,
        "symbol": ("circle", "diamond", "triangle")[site], "z": 4,
        "itemStyle": {"color": PLACES[SITES[site]], "opacity": 0.8, "borderColor": "theme:paper", "borderWidth": 0.8},
    }  # fmt: skip


def _moves(found: list[Plants], label: str, made: bool) -> Option:
    data = []
    for one in found:
        if one.is_chinese:
            continue
        if made:
            tonnes = float(one.standing_t[1] - one.opening_t[1])
            words = f"{name_words(one.name)}: {rounded(tonnes)} t/month more in China than in the first month"
        else:
            tonnes = one.wanted_china_t - float(one.standing_t[1])
            words = f"{name_words(one.name)}: wants {rounded(tonnes)} t/month more in China than stands there"
        if tonnes >= MOVED:
            data.append(
                {
                    "name": one.name, "coords": [list(one.spots[0]), list(one.spots[1])], "said": words,
                    "lineStyle": {"width": arrow_width(tonnes)},
                }
            )  # fmt: skip
    return {
        "type": "lines", "id": "moves-made" if made else "moves-wanted", "name": label, "coordinateSystem": "geo", "data": data,
        "symbol": ["none", "arrow"], "symbolSize": 7, "z": 3,
        "lineStyle": {"color": PLACES["china"], "type": "solid" if made else "dashed", "curveness": 0.25, "opacity": 0.75},
        "itemStyle": {"color": PLACES["china"]},
    }  # fmt: skip


def arrow_width(tonnes: float) -> float:
    """Width of an arrow; grows with the root of the tonnes, so that ten and ten thousand can be seen on one map."""
    return round(float(np.clip(0.6 + 0.16 * np.sqrt(max(tonnes, 0.0)), 0.6, 10.0)), 2)
