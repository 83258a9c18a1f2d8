"""The month's oxide from mines to countries, and its magnets from plants to countries, as Sankey diagrams."""

from __future__ import annotations

from collections.abc import Callable

from reabm.app.charts.balance import (
    ARRIVING,
    ILLEGAL_MINES,
    INTO_CHINA,
    LEGAL_MINES,
    LOST,
    REEXPORTED,
    SCRAP_CHINA,
    SCRAP_OUTSIDE,
    SEPARATED_CHINA,
    SEPARATED_OUTSIDE,
    STAYS,
    STOCK,
    TO_STOCK,
    Link,
    magnet_links,
    oxide_links,
    through,
)
from reabm.app.charts.base import Option, empty
from reabm.app.charts.places import headed
from reabm.app.snapshot import Snapshot
from reabm.app.words import month_words, name_words, rounded
from reabm.report.palette import CHANNELS, COUNTRIES, DESTINATIONS, GREY, LINES, PALE, STAGES, ZONES, colour
from reabm.scenario.months import month_text
from reabm.world import state

FEW = 0.004  # of all ore: countries that mine less are drawn together
NOT_DRAWN = 2e-5  # of all oxide
OTHER_MINES = "mines:others"
STOCK_COLOUR = "#9a9a9a"
WORDS = {
    LEGAL_MINES: "Chinese mines", ILLEGAL_MINES: "Chinese illegal mines", OTHER_MINES: "other mines",
    SEPARATED_CHINA: "separated in China", SEPARATED_OUTSIDE: "separated outside",
    SCRAP_CHINA: "scrap in China", SCRAP_OUTSIDE: "scrap outside", STOCK: "from stock", TO_STOCK: "into stock",
    LOST: "lost in separation", INTO_CHINA: "brought into China", REEXPORTED: "re-exported",
    "channel:legal": "legal exports", "channel:alloy": "exported as alloy", "channel:smuggled": "smuggled",
    "channel:outside": "not from China", STAYS: "stays in China",
}  # fmt: skip
MINED, SEPARATED, CHANNEL, PASSED_ON = range(4)  # columns


def period_words(snapshot: Snapshot, months: int) -> str:
    """The month on the screen, or what it is averaged over."""
    first = max(0, snapshot.row + 1 - months)
    if first == snapshot.row:
        return month_words(snapshot.month)
    start = snapshot.track.scenario.start
    return f"mean of {month_text(start + first)} to {month_text(snapshot.month)}"


def oxide(snapshot: Snapshot, element: int | None = None, months: int = 1) -> Option:
    """Mines, separation, channels, countries."""
    what = "all elements" if element is None else snapshot.track.names.elements[element]
    title = f"Oxide from mines to countries, {what}"
    if snapshot.shown == 0:
        return empty(title, "Nothing has moved yet: play, or step a month.")
    links = _few_mines(oxide_links(snapshot, element, months))
    whole = sum(link.tonnes for link in links if link.source.startswith("mines:"))
    links = [link for link in links if link.tonnes > NOT_DRAWN * whole]
    if not links:
        return empty(title, "None of it was mined, traded or used.")
    nodes = dict.fromkeys(node for link in links for node in (link.source, link.target))
    last = PASSED_ON + 1 if REEXPORTED in nodes else PASSED_ON

    def column(node: str) -> int:
        if node.startswith("mines:"):
            return MINED
        if node.startswith(("separated:", "scrap:")):
            return SEPARATED
        if node in state.DESTINATIONS:
            return last
        return {REEXPORTED: PASSED_ON, TO_STOCK: last + 1}.get(node, CHANNEL)

    ordered = sorted(nodes, key=lambda node: (column(node), _place(node)))
    unit = f"t of oxide a month · {period_words(snapshot, months)}"
    return _sankey(title, unit, ordered, links, column, _words, _colour, "oxide")


def magnets(snapshot: Snapshot, months: int = 1) -> Option:
    """Plants in China and outside, by line, and the countries that get the magnets."""
    title = "Magnets from plants to countries"
    if snapshot.shown == 0:
        return empty(title, "Nothing has moved yet: play, or step a month.")
    links = magnet_links(snapshot, months)
    if not links:
        return empty(title, "No magnets were delivered.")
    nodes = {node for link in links for node in (link.source, link.target)}
    order = [f"plants:{zone}:{line}" for zone in reversed(state.ZONES) for line in state.LINES]
    order += [*state.DESTINATIONS[1:], state.DESTINATIONS[0]]
    unit = f"t of magnet a month · {period_words(snapshot, months)}"
    ordered = [node for node in order if node in nodes]

    def words(node: str) -> str:
        if node in state.DESTINATIONS:
            return name_words(node)
        _, zone, line = node.split(":")
        return f"{line}, {'China' if zone == 'china' else 'outside'}"

    def paint(node: str) -> str:
        return DESTINATIONS[node] if node in DESTINATIONS else LINES[node.split(":")[2]]

    return _sankey(title, unit, ordered, links, lambda node: int(node in state.DESTINATIONS), words, paint, "magnets")


def oxide_in_magnets_t(snapshot: Snapshot, months: int = 1) -> float:
    """Oxide that the magnets delivered would have taken with the content of 2005, before anything was saved (t/month)."""
    made = snapshot.track.history.magnets_t[max(0, snapshot.row + 1 - months) : snapshot.row + 1].mean(axis=0).sum(axis=(0, 2))
    content = snapshot.track.prepared.segments[0].params.makers.content.sum(axis=1)
    return float((made * content).sum())


def said(snapshot: Snapshot, element: int | None, months: int) -> str:
    """The oxide diagram in a sentence."""
    if snapshot.shown == 0:
        return "Nothing played yet"
    links = oxide_links(snapshot, element, months)
    mined = sum(link.tonnes for link in links if link.source.startswith("mines:"))
    parts = [f"{WORDS[f'channel:{channel}']} {rounded(through(links, f'channel:{channel}')[1])} t" for channel in ARRIVING]
    return f"{period_words(snapshot, months)}: {rounded(mined)} t mined a month; {', '.join(parts)}"


def _few_mines(links: list[Link]) -> list[Link]:
    """Countries that mine little, put together."""
    mined: dict[str, float] = {}
    for link in links:
        if link.source.startswith("mines:"):
            mined[link.source] = mined.get(link.source, 0.0) + link.tonnes
    small = {node for node, tonnes in mined.items() if tonnes < FEW * sum(mined.values())} - {LEGAL_MINES, ILLEGAL_MINES}
    if len(small) < 2:
        return links
    kept = [link for link in links if link.source not in small]
    for target in (SEPARATED_CHINA, SEPARATED_OUTSIDE):
        gone = [link for link in links if link.source in small and link.target == target]
        if gone:
            kept.append(Link(OTHER_MINES, target, sum(link.tonnes for link in gone), gone[0].channel))
    return kept


# Top to bottom in each column: what is outside China above, what stays there below, so that few streams cross.
ORDER = (
    ILLEGAL_MINES, LEGAL_MINES, SCRAP_OUTSIDE, SEPARATED_OUTSIDE, SEPARATED_CHINA, SCRAP_CHINA, "channel:outside", "channel:legal",
    "channel:alloy", "channel:smuggled", INTO_CHINA, REEXPORTED, STOCK, STAYS, LOST, *state.DESTINATIONS[1:],
    state.DESTINATIONS[0], TO_STOCK,
)  # fmt: skip


def _place(node: str) -> tuple[int, str]:
    """Where a node stands in its column: always there, so that nothing jumps while months pass."""
    if node == OTHER_MINES:
        return -2, node
    return (ORDER.index(node), node) if node in ORDER else (-1, node)


def _words(node: str) -> str:
    return WORDS.get(node) or name_words(node.split(":")[-1])


def _colour(node: str) -> str:
    kind, _, name = node.partition(":")
    if node in DESTINATIONS:
        return DESTINATIONS[node]
    if kind == "mines":
        return {LEGAL_MINES: COUNTRIES["china"], ILLEGAL_MINES: CHANNELS["smuggled"], OTHER_MINES: GREY}.get(
            node
        ) or colour(COUNTRIES, name)
    if kind == "separated":
        return ZONES[name]
    if kind == "channel":
        return CHANNELS[name]
    return STAGES["magnet"] if kind == "scrap" else STOCK_COLOUR


def _sankey(
    title: str, unit: str, nodes: list[str], links: list[Link], column: Callable[[str], int], words: Callable[[str], str],
    paint: Callable[[str], str], ident: str,
) -> Option:  # fmt: skip
    data, last = [], max(column(node) for node in nodes)
    for node in nodes:
        size = max(through(links, node))
        text = f"{words(node)} {rounded(size)}"
        item: Option = {
            "name": node, "depth": column(node), "itemStyle": {"color": paint(node)}, "label": {"formatter": text},
            "said": f"{words(node)}: {rounded(size)} t/month",
        }  # fmt: skip
        if column(node) == last:
            item["label"]["position"] = "left"
        data.append(item)
    drawn = [
        {
            "source": link.source, "target": link.target, "value": float(f"{link.tonnes:.4g}"),
            "lineStyle": {"color": CHANNELS.get(link.channel) or ZONES.get(link.channel) or PALE},
            "said": f"{words(link.source)} → {words(link.target)}: {rounded(link.tonnes)} t/month",
        }
        for link in links
    ]  # fmt: skip
    return {
        "animation": False, "aria": {"enabled": True}, "title": headed(title, unit),
        "tooltip": {
            "trigger": "item", "formatter": "js:said", "confine": True, "backgroundColor": "theme:paper",
            "borderColor": "theme:rule", "textStyle": {"color": "theme:ink", "fontSize": 12},
        },
        "series": [
            {
                "type": "sankey", "id": ident, "name": ident, "left": 0, "right": 2, "top": 46, "bottom": 10, "nodeWidth": 10,
                "nodeGap": 15, "nodeAlign": "left", "layoutIterations": 0, "draggable": False, "data": data, "links": drawn,
                "emphasis": {"focus": "adjacency"}, "lineStyle": {"opacity": 0.42, "curveness": 0.5},
                "label": {
                    "color": "theme:ink", "fontSize": 11, "position": "right", "distance": 3, "textBorderColor": "theme:paper",
                    "textBorderWidth": 3,
                },
            }
        ],
    }  # fmt: skip
