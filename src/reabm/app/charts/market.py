"""Charts of the market: prices by element and place, licences, exports by channel, magnets, stocks, use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from reabm.app.charts.base import DASHED, Option, both, empty, layered, line, over_time, value_axis
from reabm.app.observed import Observed, observed_prices
from reabm.app.snapshot import Snapshot, Track
from reabm.app.words import NOTHING, name_words, percent, rounded
from reabm.report.palette import BLUE, CHANNELS, DESTINATIONS, ELEMENTS, GREEN, GREY, GROUPS, LINES, PINK, RED, ZONES, colour
from reabm.world.history import COLUMN
from reabm.world.layout import Array
from reabm.world.state import DESTINATIONS as PLACES
from reabm.world.state import LINES as LINE_NAMES

ALL = "all"  # elements together
ABROAD = PLACES[1:]
NOT_YET = "Press play, or go to a month."
OBSERVED = "observed (2010 dollars)"
DOT = "path://M0 0H0ZM18 8H18ZM9 .5a3.5 3.5 0 1 0 .001 0Z"  # of the legend
DASHES: dict[str, Any] = {
    "outside": "solid", "china": "dashed", "japan": [2, 3], "usa": [9, 3], "eu": [9, 3, 2, 3], "other_countries": [1, 5],
}  # fmt: skip


class View(NamedTuple):
    """What the visitor chose to see."""

    part: str = "prices"  # or `stocks`
    elements: tuple[str, ...] = ("NdPr", "Dy", "La")
    places: tuple[str, ...] = ("outside", "china")
    log: bool = True
    observed: bool = True
    exported: str = ALL  # element of the chart of exports


def price(track: Track, element: str, place: str) -> Array:
    """Price over the months played, USD/kg of 2010: `outside` (mean paid there), `china`, or one destination."""
    at = track.names.elements.index(element)
    if place == "outside":
        return track.history.outside_usd_kg[: track.played, at]
    return track.history.delivered_usd_kg[: track.played, at, PLACES.index(place)]


def premium(track: Track, element: str, place: str) -> Array:
    """What a destination pays more than the cheapest one outside China, as a share of what that one pays."""
    abroad = track.history.delivered_usd_kg[: track.played, track.names.elements.index(element), 1:]
    free = abroad.min(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return abroad[:, ABROAD.index(place)] / free - 1.0


def exported(track: Track, channel: str, element: str) -> Array:
    """Tonnes a month that left China (or a free country, re-exported) for all destinations outside."""
    flow: Array = getattr(track.history, f"{channel}_t")[: track.played, :, 1:]
    if element == ALL:
        return flow.sum(axis=(1, 2))
    return flow[:, track.names.elements.index(element)].sum(axis=1)


def has_details(track: Track) -> bool:
    """Whether prices and flows of elements were written down."""
    return track.played > 0 and track.history.outside_usd_kg.shape[0] > 0


def _tracks(snapshot: Snapshot) -> Iterator[tuple[Track, bool]]:
    """The parent (faint) and the run on the screen."""
    if snapshot.parent is not None and has_details(snapshot.parent):
        yield snapshot.parent, True
    yield snapshot.track, False


def _elements(snapshot: Snapshot, view: View) -> list[str]:
    return [name for name in snapshot.track.names.elements if name in view.elements]


def prices(snapshot: Snapshot, view: View) -> Option:
    """Prices of the chosen elements in the chosen places, with what was observed."""
    title = "Price of oxide"
    elements = _elements(snapshot, view)
    if not has_details(snapshot.track):
        return empty(title, NOT_YET)
    if not elements or not view.places:
        return empty(title, "Choose an element and a place above.")
    series = []
    for track, faint in _tracks(snapshot):
        for element in elements:
            for place in (name for name in DASHES if name in view.places):
                paint, dash = _look(view, elements, element, place)
                values = price(track, element, place)
                if view.log:
                    values = np.where(values > 0.0, values, np.nan)
                name = f"{element} {_place_words(place)}"
                series.append(line(name, track.years, values, paint, "USD/kg", dash, faint=faint, width=1.8))
    axis = value_axis("2010 USD/kg" + (", log scale" if view.log else ""), log=view.log, low=None if view.log else 0)
    option = over_time(snapshot, series, axis, title)
    if view.observed:
        dots = observed_dots(snapshot, view, elements)
        if dots:
            option["series"] += dots
            option["legend"]["data"].append(
                {"name": OBSERVED, "icon": DOT, "itemStyle": {"color": "theme:soft", "borderWidth": 0}}
            )
    return option


def _look(view: View, elements: list[str], element: str, place: str) -> tuple[str, Any]:
    """One element: a colour a place. Several: a colour an element, a dash a place."""
    if len(elements) > 1:
        return colour(ELEMENTS, element), DASHES[place]
    if place == "outside":  # the colour of Japan where Japan is drawn too
        return ("theme:ink", DASHED) if set(view.places) & set(ABROAD) else (ZONES["outside"], "solid")
    return (ZONES["china"] if place == "china" else DESTINATIONS[place]), "solid"


def _place_words(place: str) -> str:
    return {"outside": "outside China", "china": "inside China"}.get(place, f"in {name_words(place)}")


def observed_dots(snapshot: Snapshot, view: View, elements: list[str]) -> list[Option]:
    """Observed prices within the run: circles single quotes, diamonds means of a year, hollow where the source is weak."""
    first, last = snapshot.track.scenario.start / 12.0, (snapshot.track.scenario.end + 1) / 12.0
    found = []
    for element in elements:
        for zone in ("outside", "china"):
            own = [
                one for one in observed_prices()
                if (one.element, one.zone) == (element, zone) and first <= one.years < last and one.usd_kg > 0.0
            ]  # fmt: skip
            if own and zone in view.places:
                paint, _ = _look(view, elements, element, zone)
                found.append({
                    "type": "scatter", "name": OBSERVED, "id": f"observed {element} {zone}|USD/kg", "z": 4, "symbolSize": 7,
                    "itemStyle": {"color": paint}, "data": [_dot(one, paint, zone) for one in own],
                })  # fmt: skip
    return found


def _dot(one: Observed, paint: str, zone: str) -> Option:
    found: Option = {
        "value": [round(one.years, 4), one.usd_kg], "note": one.words, "symbol": "diamond" if one.is_year else "circle",
        "symbolSize": 9 if one.is_year else 7, "itemStyle": {"color": paint, "opacity": 0.9},
    }  # fmt: skip
    if one.quality == "weak" or zone == "china":
        found["itemStyle"] = {"color": "transparent", "borderColor": paint, "borderWidth": 1.5}
    return found


def licence(snapshot: Snapshot) -> Option:
    """What an export licence cost, and how much was turned away for want of one."""
    title = "Export licences"
    if snapshot.track.played == 0:
        return empty(title, NOT_YET)
    series = [
        *both(snapshot, "price, light group or all", "licence_price_usd_kg", GROUPS["light"], "USD/kg"),
        *both(snapshot, "price, heavy group", "heavy_licence_price_usd_kg", GROUPS["heavy"], "USD/kg", dash=DASHED),
        *both(snapshot, "turned away", "rationed_share", GREY, "%", axis=1),
    ]
    for one in series:
        if one["yAxisIndex"] == 1 and not one["silent"]:
            one |= {"areaStyle": {"color": GREY, "opacity": 0.25}, "lineStyle": {"width": 1, "color": GREY}, "z": 1}
    shares = value_axis("share of exports wanted (right)", shares=True, low=0, high=1)
    shares |= {"position": "right", "splitLine": {"show": False}}
    return over_time(snapshot, series, [value_axis("USD/kg (left)", low=0), shares], title)


def exports(snapshot: Snapshot, view: View) -> Option:
    """How the rare earths left China."""
    known = view.exported in snapshot.track.names.elements
    element = view.exported if known else ALL
    title = "How they left China" + (f": {element}" if known else "")
    if not has_details(snapshot.track):
        return empty(title, NOT_YET)
    track = snapshot.track
    layers = [
        line(name, track.years, exported(track, channel, element), CHANNELS[key], "t/month")
        for name, channel, key in (
            ("legal", "legal", "legal"),
            ("as alloy", "alloy", "alloy"),
            ("smuggled", "smuggled", "smuggled"),
        )
    ]
    series = layered(layers)
    for own, faint in _tracks(snapshot):
        again = exported(own, "reexported", element)
        series.append(line("re-exported abroad", own.years, again, PINK, "t/month", width=1.8, faint=faint))
        if faint:
            total = sum(exported(own, channel, element) for channel in ("legal", "alloy", "smuggled"))
            series.append(line("all channels", own.years, np.asarray(total), "theme:ink", "t/month", faint=True))
    if element == ALL:
        series.append(line("export quota", track.years, track.column("export_quota_t"), "theme:ink", "t/month", DASHED, 1.5))
    return over_time(snapshot, series, value_axis("t of oxide a month", low=0), title)


def premiums(snapshot: Snapshot, view: View) -> Option:
    """What a stopped destination pays above the free price."""
    title = "Premium over the free price"
    if not has_details(snapshot.track):
        return empty(title, NOT_YET)
    elements = _elements(snapshot, view)
    if not elements:
        return empty(title, "Choose an element above.")
    places = [place for place in ABROAD if place == "japan" or place in view.places]
    series = []
    for track, faint in _tracks(snapshot):
        for element in elements:
            for place in places:
                paint = colour(ELEMENTS, element) if len(elements) > 1 else DESTINATIONS[place]
                dash = "solid" if place == "japan" else DASHES[place]
                name = f"{element} in {name_words(place)}"
                series.append(line(name, track.years, premium(track, element, place), paint, "%", dash, faint=faint, width=1.6))
    return over_time(snapshot, series, value_axis("above the cheapest country outside China", shares=True, low=0), title)


def magnets(snapshot: Snapshot, view: View) -> Option:
    """Prices of magnets by line: colour the line, dash the place."""
    title = "Price of magnets"
    if not has_details(snapshot.track):
        return empty(title, NOT_YET)
    places = [place for place in ABROAD if place in view.places] or ["japan"]
    series = []
    for track, faint in _tracks(snapshot):
        for row, name in enumerate(LINE_NAMES):
            for place in ("china", *places):
                dash = DASHED if place == "china" else "solid" if place == places[0] else DASHES[place]
                values = track.history.magnet_usd_kg[: track.played, row, PLACES.index(place)]
                said = f"{name_words(name)} {_place_words(place)}"
                series.append(line(said, track.years, values, colour(LINES, name), "USD/kg", dash, faint=faint, width=1.8))
    return over_time(snapshot, series, value_axis("2010 USD/kg of magnet", low=0), title)


def stocks(snapshot: Snapshot) -> Option:
    """What is stored, and by whom."""
    title = "Stocks"
    if snapshot.track.played == 0:
        return empty(title, NOT_YET)
    series = [
        *both(snapshot, "importers and makers outside China", "stocks_outside_t", ZONES["outside"], "kt", 1e-3),
        *both(snapshot, "traders and makers in China", "stocks_china_t", ZONES["china"], "kt", 1e-3),
        *both(snapshot, "state reserves outside China", "reserves_t", GREEN, "kt", 1e-3, dash=DASHED),
    ]
    return over_time(snapshot, series, value_axis("thousand t of oxide", low=0), title)


def cover(snapshot: Snapshot) -> Option:
    """How long those stocks would last."""
    title = "How long stocks last"
    if snapshot.track.played == 0:
        return empty(title, NOT_YET)
    series = [
        *both(snapshot, "outside China", "cover_outside_months", GREY, "months"),
        *both(snapshot, "Japan", "japan_cover_months", DESTINATIONS["japan"], "months"),
    ]
    return over_time(snapshot, series, value_axis("months of use", low=0), title)


def use(snapshot: Snapshot) -> Option:
    """Oxide used, by place."""
    title = "Use of oxide"
    if snapshot.track.played == 0:
        return empty(title, NOT_YET)
    series = [
        *both(snapshot, "in China", "china_use_t", RED, "t/month"),
        *both(snapshot, "outside China", "outside_use_t", GREY, "t/month"),
        *both(snapshot, "of it in Japan", "japan_use_t", BLUE, "t/month"),
    ]
    return over_time(snapshot, series, value_axis("t of oxide a month", low=0), title)


def substitution(snapshot: Snapshot) -> Option:
    """What users outside China learnt to do without."""
    title = "Use saved or substituted for good"
    if snapshot.track.played == 0:
        return empty(title, NOT_YET)
    series = both(snapshot, "outside China", "substitution_share", GREEN, "%")
    return over_time(snapshot, series, value_axis("share of use outside China, by value", shares=True, low=0), title)


class Row(NamedTuple):
    """Prices of one element in the month on the screen, in words."""

    element: str
    name: str
    inside: str
    outside: str
    gap: str
    japan: str
    premium: str


def table(snapshot: Snapshot) -> list[Row]:
    """Prices of all elements in the month on the screen."""
    if snapshot.shown == 0 or not has_details(snapshot.track):
        return []
    track, at = snapshot.track, snapshot.row
    found = []
    for element in track.names.elements:
        inside, outside, japan = (float(price(track, element, place)[at]) for place in ("china", "outside", "japan"))
        found.append(
            Row(
                element, track.scenario.elements[element].name, rounded(inside), rounded(outside),
                f"{rounded(outside / inside, 2)} ×" if inside > 0.0 else NOTHING, rounded(japan),
                percent(float(premium(track, element, "japan")[at])),
            )
        )  # fmt: skip
    return found


def said(snapshot: Snapshot, view: View) -> str:
    """What the chart of prices shows in the month on the screen, in a sentence."""
    if snapshot.shown == 0 or not has_details(snapshot.track):
        return "Nothing was played yet"
    parts = [
        f"{element} {_place_words(place)} {rounded(float(price(snapshot.track, element, place)[snapshot.row]))}"
        for element in _elements(snapshot, view)
        for place in view.places
    ]
    return f"In {snapshot.date}, USD per kg: " + ", ".join(parts)


def licence_said(snapshot: Snapshot) -> str:
    """The licence price of the month on the screen."""
    if snapshot.shown == 0:
        return "Nothing was played yet"
    row = snapshot.track.history.months[snapshot.row]
    return (
        f"In {snapshot.date} a licence cost {rounded(float(row[COLUMN.licence_price_usd_kg]))} USD per kg and "
        f"{percent(float(row[COLUMN.rationed_share]))} of exports were turned away"
    )
