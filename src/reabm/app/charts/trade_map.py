"""The world map: what mines dig, where plants stand, and the month's trade as moving arrows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from reabm.app.charts.balance import CHINA_DESTINATION, FROM_CHINA, OxideFlows, oxide_flows, params_at, window_of
from reabm.app.charts.base import Option, empty
from reabm.app.charts.flows import period_words
from reabm.app.charts.places import (
    DESTINATION_PLACES,
    MAP_NAMES,
    WORLD_BOX,
    Place,
    arrow_width,
    destination_of,
    map_option,
    plant_size,
    plants,
)
from reabm.app.snapshot import Snapshot
from reabm.app.words import name_words, rounded
from reabm.report.palette import CHANNELS, GREEN, GREY, PINK, STAGES, YELLOW
from reabm.scenario.names import RECYCLED
from reabm.world.state import DESTINATIONS, MINE_STATUS

MINES = "mine: "
STATUS_COLOURS = {"producing": STAGES["mine"], "building": YELLOW, "idea": "theme:paper", "mothballed": PINK, "closed": GREY}
CHANNEL_WORDS = {
    "legal": "legal exports", "alloy": "as alloy", "smuggled": "smuggled", "outside": "not from China", "reverse": "into China",
    "magnets": "magnets from China",
}  # fmt: skip
CHANNEL_COLOURS = {name: CHANNELS[name] for name in CHANNEL_WORDS if name in CHANNELS} | {"magnets": GREEN}
BENDS = {"legal": 0.2, "alloy": 0.3, "smuggled": 0.4, "outside": -0.2, "reverse": -0.3, "magnets": 0.1}
SEEN_T = 0.3  # t/month: less is not drawn
SECONDS = 5  # that a mark needs along an arrow


class Arrow(NamedTuple):
    """Trade between two places."""

    channel: str
    source: str  # a destination, or a mine's country
    target: str
    tonnes: float  # a month


def trade(snapshot: Snapshot, element: int | None = None, months: int = 1) -> list[Arrow]:
    """All arrows there may be, those that carry nothing included: an arrow keeps its place in the chart while months pass.

    Re-exports are left out: the record does not say from whom to whom. Magnets made outside China have no country of origin in
    the record either.
    """
    names = snapshot.track.names
    window = window_of(snapshot, months)
    flows = oxide_flows(snapshot, window, element)
    arrows = [
        Arrow(channel, DESTINATIONS[CHINA_DESTINATION], name, float(flows.by_channel_t[channel][d]))
        for channel in FROM_CHINA
        for d, name in enumerate(DESTINATIONS)
        if d != CHINA_DESTINATION
    ]
    for o, origin in enumerate(names.origins):
        if origin in (RECYCLED, "China"):
            continue
        for d, name in enumerate(DESTINATIONS):
            is_home = d == CHINA_DESTINATION
            tonnes = flows.outside_t[o, d] + (flows.shipped_t[o] if is_home else 0.0)
            arrows.append(Arrow("reverse" if is_home else "outside", origin, name, float(tonnes)))
    magnets = snapshot.track.history.magnets_t[window.rows, CHINA_DESTINATION].mean(axis=0).sum(axis=0)
    arrows += [
        Arrow("magnets", DESTINATIONS[CHINA_DESTINATION], name, float(magnets[d]))
        for d, name in enumerate(DESTINATIONS)
        if d != CHINA_DESTINATION
    ]
    return arrows


def trade_map(
    snapshot: Snapshot, element: int | None = None, months: int = 1, box: tuple[list[float], list[float]] = WORLD_BOX
) -> Option:
    """Mines, plants and arrows on the map."""
    what = "all elements" if element is None else snapshot.track.names.elements[element]
    title = f"Trade, mines and magnet plants, {what}"
    if snapshot.shown == 0:
        return empty(title, "Nothing has moved yet: play, or step a month.") | {"legend": {"show": False}}
    arrows = trade(snapshot, element, months)
    sources = origin_places(snapshot)
    series = [_arrows([one for one in arrows if one.channel == channel], channel, sources) for channel in CHANNEL_WORDS]
    series += _mines(snapshot, element)
    series.append(_plants(snapshot))
    return map_option(title, f"t a month · {period_words(snapshot, months)}", series, box)


def origin_places(snapshot: Snapshot) -> dict[str, Place]:
    """Where an origin's arrows begin: at its largest mine (by capacity in that month), China's in the middle of the country."""
    track = snapshot.track
    mines = params_at(track, snapshot.row).mines
    best: dict[str, tuple[float, Place]] = {}
    for m, name in enumerate(track.names.mines):
        record = track.scenario.mines[name]
        size = float(mines.capacity_t[m].max())
        if size > best.get(record.country, (-1.0, (0.0, 0.0)))[0]:
            best[record.country] = (size, record.place)
    return {country: place for country, (_, place) in best.items()} | {"china": DESTINATION_PLACES["china"]}


def _arrows(arrows: list[Arrow], channel: str, sources: dict[str, Place]) -> Option:
    data = []
    for one in arrows:
        is_seen = one.tonnes >= SEEN_T
        (x, y), (x1, y1) = sources[one.source], DESTINATION_PLACES[one.target]
        width = arrow_width(one.tonnes)
        item: Option = {"name": f"{one.source}>{one.target}", "coords": [[x, y], [x1, y1]]}
        if is_seen:
            item["lineStyle"] = {"width": width}
            item["effect"] = {"symbolSize": round(3.0 + width, 1)}
            item["said"] = (
                f"{name_words(one.source)} → {name_words(one.target)}, {CHANNEL_WORDS[channel]}: {rounded(one.tonnes)} t/month"
            )
        else:
            item |= {"lineStyle": {"width": 0, "opacity": 0}, "effect": {"symbolSize": 0}, "symbolSize": 0, "said": ""}
        data.append(item)
    shade = CHANNEL_COLOURS[channel]
    return {
        "type": "lines", "id": f"arrows-{channel}", "name": CHANNEL_WORDS[channel], "coordinateSystem": "geo", "zlevel": 1,
        "symbol": ["none", "arrow"], "symbolSize": 6, "data": data,
        "effect": {"show": True, "period": SECONDS, "symbol": "circle", "color": shade, "trailLength": 0},
        "lineStyle": {
            "color": shade, "curveness": BENDS[channel], "opacity": 0.6,
            "type": "dashed" if channel in ("smuggled", "magnets") else "solid",
        },
        "itemStyle": {"color": shade},
    }  # fmt: skip


def mine_size(tonnes: float) -> float:
    """Diameter of a mine's marker (its area grows with output)."""
    return round(float(np.clip(0.34 * np.sqrt(tonnes), 4.5, 32.0)), 1)


def _mines(snapshot: Snapshot, element: int | None) -> list[Option]:
    """Mines, one series for each status; size is the month's ore (of the element, where one is chosen)."""
    track = snapshot.track
    status, ore = track.history.mines[snapshot.row, :, 0].astype(int), track.history.mines[snapshot.row, :, 2]
    if element is not None:
        ore = ore * params_at(track, snapshot.row).mines.basket[:, element]
    by_status: list[list[Option]] = [[] for _ in MINE_STATUS]
    for m, name in enumerate(track.names.mines):
        record = track.scenario.mines[name]
        by_status[status[m]].append(
            {
                "name": name, "value": [*record.place, round(float(ore[m]), 2)], "symbolSize": mine_size(float(ore[m])),
                "said": f"{record.name}, {record.country}: {MINE_STATUS[status[m]]}, {rounded(float(ore[m]))} t/month in ore",
            }
        )  # fmt: skip
    return [
        {
            "type": "scatter", "id": f"mines-{word}", "name": f"{MINES}{word}", "coordinateSystem": "geo", "zlevel": 2, "z": 4,
            "data": data, "symbol": "circle",
            "itemStyle": {
                "color": STATUS_COLOURS[word], "opacity": 0.85, "borderColor": "theme:soft" if word == "idea" else "theme:paper",
                "borderWidth": 1,
            },
        }
        for word, data in zip(MINE_STATUS, by_status)
    ]  # fmt: skip


def _plants(snapshot: Snapshot) -> Option:
    """Plants of all makers, wherever they stand."""
    data = []
    for one in plants(snapshot):
        words = ("at home", "in China", "elsewhere")
        for site, tonnes in enumerate(one.standing_t):
            if tonnes >= 0.5:
                data.append(
                    {
                        "name": one.name, "value": [*one.spots[site], round(float(tonnes), 1)],
                        "symbolSize": plant_size(float(tonnes)),
                        "said": f"{name_words(one.name)}, {words[site]}: capacity {rounded(float(tonnes))} t of magnet a month",
                    }
                )  # fmt: skip
    return {
        "type": "scatter", "id": "plants", "name": "magnet plant", "coordinateSystem": "geo", "zlevel": 2, "z": 5,
        "data": data, "symbol": "diamond",
        "itemStyle": {"color": STAGES["magnet"], "opacity": 0.8, "borderColor": "theme:paper", "borderWidth": 1},
    }  # fmt: skip


class Table(NamedTuple):
    """Figures of what was clicked."""

    title: str
    rows: list[tuple[str, str]]  # what, and how much with its unit


def figures_of(snapshot: Snapshot, picked: str, element: int | None = None, months: int = 1) -> Table:
    """Figures of a mine, a maker or a country of the map (by its name there)."""
    track = snapshot.track
    if picked in track.names.mines:
        return _mine_figures(snapshot, picked)
    if picked in track.scenario.makers:
        return _maker_figures(snapshot, picked)
    return _country_figures(snapshot, picked.partition(">")[2] or picked, element, months)


def _mine_figures(snapshot: Snapshot, name: str) -> Table:
    track = snapshot.track
    m = track.names.mines.index(name)
    record = track.scenario.mines[name]
    status, utilisation, ore, basket, expected, hurdle, *_ = track.history.mines[snapshot.row, m]
    rows = [
        ("Country", record.country),
        ("Owner", record.owner),
        ("Status", MINE_STATUS[int(status)]),
        ("Output, as oxide in ore", f"{rounded(float(ore))} t/month"),
        ("Value of a kilogram in ore", f"{rounded(float(basket))} USD/kg now, {rounded(float(expected))} USD/kg expected"),
    ]
    if record.zone == "outside":
        rows.append(("Would build at", f"{rounded(float(hurdle))} USD/kg expected"))
        rows.append(("Use of capacity", f"{rounded(100 * float(utilisation))} %"))
    return Table(record.name, rows)


def _maker_figures(snapshot: Snapshot, name: str) -> Table:
    record = snapshot.track.scenario.makers[name]
    found = next((one for one in plants(snapshot) if one.name == name), None)
    rows = [("Country", record.country)]
    if found is not None:
        words = ("Capacity at home", "Capacity in China", "Capacity elsewhere")
        rows += [(word, f"{rounded(float(tonnes))} t of magnet a month") for word, tonnes in zip(words, found.standing_t)]
        rows.append(("Wanted in China", f"{rounded(found.wanted_china_t)} t of magnet a month"))
    return Table(record.name, rows)


def _country_figures(snapshot: Snapshot, picked: str, element: int | None, months: int) -> Table:
    """A country that mines has its output; every country belongs to a destination that buys."""
    track = snapshot.track
    window = window_of(snapshot, months)
    flows = oxide_flows(snapshot, window, element)
    name = picked if picked in DESTINATIONS else destination_of(picked)
    country = next((own for own, spelt in MAP_NAMES.items() if spelt == picked), picked)
    at = [m for m, mine in enumerate(track.names.mines) if track.scenario.mines[mine].country == country]
    rows = []
    if at:
        rows.append(("Mined, as oxide in ore", _tonnes(float(flows.ore_t[at].sum()))))
    rows += _trade_rows(flows, DESTINATIONS.index(name))
    magnets = float(track.history.magnets_t[window.rows].mean(axis=0).sum(axis=(0, 1))[DESTINATIONS.index(name)])
    rows.append(("Magnets received", f"{rounded(magnets)} t of magnet a month"))
    region = name_words(name)
    title = region if picked in DESTINATIONS or region == picked else f"{picked} (trade of: {region})"
    return Table(title, rows)


def _trade_rows(flows: OxideFlows, d: int) -> list[tuple[str, str]]:
    if d == CHINA_DESTINATION:
        rows = [(f"Exported: {CHANNEL_WORDS[name]}", _tonnes(float(flows.by_channel_t[name].sum()))) for name in FROM_CHINA]
        came = float(flows.outside_t[:, d].sum() + flows.shipped_t.sum())
        return [*rows, ("Brought in, concentrate included", _tonnes(came)), ("Put into stock", _tonnes(float(flows.stored_t[d])))]
    rows = [(f"From China: {CHANNEL_WORDS[name]}", _tonnes(float(flows.by_channel_t[name][d]))) for name in FROM_CHINA]
    rows.append(("Not from China", _tonnes(float(flows.outside_t[:, d].sum()))))
    rows.append(("Re-exports bought less sold", _tonnes(float(flows.bought_on_t[d] - flows.sold_on_t[d]))))
    rows.append(("Put into stock", _tonnes(float(flows.stored_t[d]))))
    return rows


def _tonnes(value: float) -> str:
    return f"{rounded(value)} t of oxide a month"
