"""Where a month's oxide came from and where it went, as links between stages that close: what enters a stage leaves it.

All of it is read off the record; what the record keeps of no element by itself (scrap in China, state reserves) is told
apart for all elements together, and netted into use where one element is looked at.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from reabm.app.snapshot import Snapshot, Track
from reabm.engine.run import Segment
from reabm.scenario.names import RECYCLED
from reabm.world.history import COLUMN
from reabm.world.layout import Array, views
from reabm.world.params import Params
from reabm.world.state import DESTINATIONS, LINES, ZONES, State

CHINA_DESTINATION = 0
ILLEGAL = 1.0  # kind of a mine
FROM_CHINA = ("legal", "alloy", "smuggled")  # channels
ARRIVING = (*FROM_CHINA, "outside")

# Stages, beside mines (their country, or LEGAL_MINES and ILLEGAL_MINES) and destinations.
LEGAL_MINES, ILLEGAL_MINES = "mines:china", "mines:illegal"
SEPARATED_CHINA, SEPARATED_OUTSIDE = "separated:china", "separated:outside"
SCRAP_CHINA, SCRAP_OUTSIDE = "scrap:china", "scrap:outside"
STOCK, TO_STOCK, LOST = "stock:out", "stock:in", "lost"
REEXPORTED, INTO_CHINA, STAYS = "channel:re-export", "channel:reverse", "channel:domestic"


class Link(NamedTuple):
    """Tonnes a month that go from a stage to the next."""

    source: str
    target: str
    tonnes: float
    channel: str  # what it is coloured by


class Window(NamedTuple):
    """Months over which flows are averaged."""

    first: int  # row of the record
    last: int

    @property
    def rows(self) -> slice:
        """Rows of the record."""
        return slice(self.first, self.last + 1)

    @property
    def months(self) -> int:
        """How many."""
        return self.last - self.first + 1


class OxideFlows(NamedTuple):
    """Monthly means of what the record keeps of an element, or of all (element 0 .. n summed)."""

    ore_t: Array  # (mines,), as oxide in ore
    oxide_t: Array  # (mines,), what separation leaves of it
    shipped_t: Array  # (origins,), separated in China from foreign concentrate
    outside_t: Array  # (origins, destinations)
    by_channel_t: dict[str, Array]  # (destinations,) for each of FROM_CHINA
    sold_on_t: Array  # (destinations,), re-exported by a destination
    bought_on_t: Array  # (destinations,), bought of that
    stored_t: Array  # (destinations,), rise of stocks; for all elements with state reserves
    used_t: Array | None  # (2,), use in China and outside; only known for all elements


def window_of(snapshot: Snapshot, months: int) -> Window:
    """The month on the screen and those before it, as far as there are any."""
    return Window(max(0, snapshot.row + 1 - months), snapshot.row)


def segment_at(track: Track, row: int) -> Segment:
    """The stretch of months in which a row lies."""
    return next(found for found in track.prepared.segments if found.first <= row <= found.last)


def params_at(track: Track, row: int) -> Params:
    """Parameters in force in a month."""
    return segment_at(track, row).params


def oxide_flows(snapshot: Snapshot, window: Window, element: int | None = None) -> OxideFlows:
    """What moved, by element or all together."""
    track = snapshot.track
    history = track.history
    picked = slice(None) if element is None else slice(element, element + 1)
    n = window.months
    ore, oxide = np.zeros(len(track.names.mines)), np.zeros(len(track.names.mines))
    bought_by_state = 0.0
    for row in range(window.first, window.last + 1):
        segment = segment_at(track, row)
        mines, script = segment.params.mines, segment.params.script
        mined = history.mines[row, :, 2] * mines.basket[:, picked].sum(axis=1)
        ore += mined / n
        oxide += mined * mines.separation_yield / n
        bought_by_state += script.purchase_t[row] * segment.params.on.reserves / n

    def by_destination(flow: Array) -> Array:
        mean: Array = flow[window.rows][:, picked].sum(axis=(0, 1)) / n
        return mean

    again = history.reexported_t
    stored = _stocks_t(track, window.last, picked) - _stocks_t(track, window.first - 1, picked)
    stored = stored / n
    used = None
    if element is None:
        stored = stored + (_reserves_t(track, window.last) - _reserves_t(track, window.first - 1)) / n
        stored[CHINA_DESTINATION] += bought_by_state
        used = history.months[window.rows][:, [COLUMN.china_use_t, COLUMN.outside_use_t]].mean(axis=0)
    return OxideFlows(
        ore_t=ore,
        oxide_t=oxide,
        shipped_t=history.concentrate_t[window.rows][:, :, picked].sum(axis=(0, 2)) / n,
        outside_t=history.outside_t[window.rows][:, :, picked].sum(axis=(0, 2)) / n,
        by_channel_t={
            "legal": by_destination(history.legal_t),
            "alloy": by_destination(history.alloy_t),
            "smuggled": by_destination(history.smuggled_t),
        },
        sold_on_t=by_destination(np.maximum(-again, 0.0)),
        bought_on_t=by_destination(np.maximum(again, 0.0)),
        stored_t=stored,
        used_t=used,
    )


def _stocks_t(track: Track, row: int, picked: slice) -> Array:
    """Importers' stocks at the end of a month (destinations,); row -1: before the first."""
    if row >= 0:
        at_end: Array = track.history.stocks_t[row][:, picked].sum(axis=1)
        return at_end
    opening = views(State, track.prepared.sizes, track.prepared.opening).importers.stock_t[:, picked].sum(axis=1)
    served = params_at(track, 0).importers.destination.astype(int)
    return np.bincount(served, opening, len(DESTINATIONS))


def _reserves_t(track: Track, row: int) -> Array:
    """State reserves outside China, all elements (destinations,); row -1: before the first month."""
    if row >= 0:
        held = track.history.governments[row, :, 0]
    else:
        held = views(State, track.prepared.sizes, track.prepared.opening).governments.reserve_t.sum(axis=1)
    governed = params_at(track, 0).governments.destination.astype(int)
    return np.bincount(governed, held, len(DESTINATIONS))


def oxide_links(snapshot: Snapshot, element: int | None = None, months: int = 1) -> list[Link]:
    """Mines -> separation -> channel -> destination -> stock, in tonnes of oxide a month.

    What enters a destination and does not go into its stock is used there. Two attributions are not the record's: goods that a
    destination passed on are taken from its purchases of all channels alike, and exports beyond what China separated this month
    come from its scrap first, then from its stocks.
    """
    window = window_of(snapshot, months)
    flows = oxide_flows(snapshot, window, element)
    links: list[Link] = []

    def add(source: str, target: str, tonnes: float, channel: str) -> None:
        if tonnes > 1e-9:
            links.append(Link(source, target, float(tonnes), channel))

    _separate(add, snapshot.track, window, flows)
    _leave_china(add, flows)
    _arrive(add, flows)
    return links


def _separate(add, track: Track, window: Window, flows: OxideFlows) -> None:  # type: ignore[no-untyped-def]
    """Ore to separation plants, and what these lose."""
    mines, names = params_at(track, window.last).mines, track.names
    lost_china = lost_outside = 0.0
    at_home = mines.zone < 0.5
    for label, rows in ((LEGAL_MINES, at_home & (mines.kind != ILLEGAL)), (ILLEGAL_MINES, at_home & (mines.kind == ILLEGAL))):
        add(label, SEPARATED_CHINA, flows.ore_t[rows].sum(), "domestic")
        lost_china += flows.ore_t[rows].sum() - flows.oxide_t[rows].sum()
    for o, origin in enumerate(names.origins):
        rows = ~at_home & (mines.origin == o)
        ore, oxide = flows.ore_t[rows].sum(), flows.oxide_t[rows].sum()
        if oxide <= 0.0:
            continue
        to_china = min(flows.shipped_t[o] / oxide, 1.0)
        add(f"mines:{origin}", SEPARATED_CHINA, ore * to_china, "reverse")
        add(f"mines:{origin}", SEPARATED_OUTSIDE, ore * (1.0 - to_china), "outside")
        lost_china += (ore - oxide) * to_china
        lost_outside += (ore - oxide) * (1.0 - to_china)
    add(SEPARATED_CHINA, LOST, lost_china, "lost")
    add(SEPARATED_OUTSIDE, LOST, lost_outside, "lost")
    scrap = names.origins.index(RECYCLED)
    back, kept = flows.outside_t[:, CHINA_DESTINATION], flows.outside_t[:, CHINA_DESTINATION + 1 :].sum(axis=1)
    add(SEPARATED_OUTSIDE, "channel:outside", kept.sum() - kept[scrap], "outside")
    add(SCRAP_OUTSIDE, "channel:outside", kept[scrap], "outside")
    add(SEPARATED_OUTSIDE, INTO_CHINA, back.sum() - back[scrap], "reverse")
    add(SCRAP_OUTSIDE, INTO_CHINA, back[scrap], "reverse")
    add(INTO_CHINA, DESTINATIONS[CHINA_DESTINATION], back.sum(), "reverse")


def _leave_china(add, flows: OxideFlows) -> None:  # type: ignore[no-untyped-def]
    """What China separated goes into its channels of export, the rest to its users and stocks."""
    china = DESTINATIONS[CHINA_DESTINATION]
    separated = china_separated_t(flows)
    exported = {channel: flows.by_channel_t[channel].sum() for channel in FROM_CHINA}
    whole = sum(exported.values())
    arrived = flows.outside_t[:, CHINA_DESTINATION].sum() + flows.bought_on_t[CHINA_DESTINATION]
    found = separated - whole + arrived - flows.stored_t[CHINA_DESTINATION]  # use, but for scrap
    scrap = max(0.0, -found) if flows.used_t is None else max(0.0, flows.used_t[0] - found)
    lacking = max(0.0, whole - separated)
    by_scrap = min(scrap, lacking)
    for channel, tonnes in exported.items():
        if whole > 0.0:
            add(SEPARATED_CHINA, f"channel:{channel}", tonnes * min(1.0, separated / whole), channel)
            add(SCRAP_CHINA, f"channel:{channel}", tonnes * by_scrap / whole, channel)
            add(STOCK, f"channel:{channel}", tonnes * (lacking - by_scrap) / whole, channel)
    add(SEPARATED_CHINA, STAYS, separated - whole, "domestic")
    add(SCRAP_CHINA, STAYS, scrap - by_scrap, "domestic")
    add(STAYS, china, max(0.0, separated - whole) + scrap - by_scrap, "domestic")
    stored = flows.stored_t[CHINA_DESTINATION] + lacking - by_scrap
    add(STOCK, china, -stored, "stock")
    add(china, TO_STOCK, stored, "stock")


def _arrive(add, flows: OxideFlows) -> None:  # type: ignore[no-untyped-def]
    """Channels to destinations, re-exports, and what these put into stock."""
    kept = flows.outside_t.sum(axis=0)
    for d, name in enumerate(DESTINATIONS):
        if d == CHINA_DESTINATION:
            add(REEXPORTED, name, flows.bought_on_t[d], "re-export")
            continue
        arrived = {channel: flows.by_channel_t[channel][d] for channel in FROM_CHINA} | {"outside": kept[d]}
        whole = sum(arrived.values())
        passed = min(flows.sold_on_t[d], whole)
        for channel, tonnes in arrived.items():
            if tonnes > 0.0:
                add(f"channel:{channel}", REEXPORTED, tonnes * passed / whole, "re-export")
                add(f"channel:{channel}", name, tonnes * (1.0 - passed / whole), channel)
        from_stock = flows.sold_on_t[d] - passed
        add(STOCK, REEXPORTED, from_stock, "re-export")
        add(REEXPORTED, name, flows.bought_on_t[d], "re-export")
        stored = flows.stored_t[d] + from_stock
        add(STOCK, name, -stored, "stock")
        add(name, TO_STOCK, stored, "stock")


def china_separated_t(flows: OxideFlows) -> float:
    """Oxide separated in China, from its own ore and from foreign concentrate."""
    outside = flows.outside_t[:-1].sum()  # scrap, the last origin, is separated by nobody
    return float(flows.oxide_t.sum() - outside)


def magnet_links(snapshot: Snapshot, months: int = 1) -> list[Link]:
    """Plants by zone -> line -> destination, in tonnes of finished magnets a month."""
    window = window_of(snapshot, months)
    delivered = snapshot.track.history.magnets_t[window.rows].mean(axis=0)
    links = []
    for z, zone in enumerate(ZONES):
        for k, line in enumerate(LINES):
            for d, name in enumerate(DESTINATIONS):
                if delivered[z, k, d] > 1e-9:
                    links.append(Link(f"plants:{zone}:{line}", name, float(delivered[z, k, d]), zone))
    return links


def through(links: list[Link], node: str) -> tuple[float, float]:
    """Tonnes into a stage and out of it."""
    return sum(link.tonnes for link in links if link.target == node), sum(link.tonnes for link in links if link.source == node)
