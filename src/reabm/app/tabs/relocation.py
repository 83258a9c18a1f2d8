"""Relocation: where each maker's lines stand, what leaked to Chinese makers, and who followed whom."""

from __future__ import annotations

from collections.abc import Callable

import solara

from reabm.app.chart import WORLD, Chart
from reabm.app.charts import relocation as charts
from reabm.app.charts.places import geo, map_height, plants_map
from reabm.app.moves import has_firms, moves
from reabm.app.plain_table import PlainTable
from reabm.app.snapshot import Snapshot
from reabm.app.visit import Visit
from reabm.app.words import month_words
from reabm.report.palette import PALE_PLACES, PLACES

LEGEND = [
    {"name": charts.PLACE_WORDS[place], "premium": PLACES[place], "commodity": PALE_PLACES[place]}
    for place in ("china", "elsewhere", "home")
]


@solara.component_vue("relocation.vue")
def _Legend(places: list[dict[str, str]], unit: str, parent: bool, event_choose: Callable[[str], None]) -> None:
    """The browser's part."""


@solara.component
def Relocation(visit: Visit) -> None:
    """Factories that go to China, and what goes with them."""
    unit = solara.use_reactive(charts.SHARE)
    snapshot = visit.snapshot.value
    if snapshot is None:
        return
    with solara.Div(classes=["reabm-grid"]):
        Chart(charts.outside_owned(snapshot), label="Outside-owned capacity in China by line", file="relocation", height="260px")
        Chart(charts.leak(snapshot), label="Know-how of Chinese makers", file="know-how", height="260px")
    if not has_firms(snapshot.track):
        _Nothing("With so many firms the details of each are not kept. The shares above count them all.")
        return
    if snapshot.shown == 0:
        _Nothing("No month was played yet. Press play, and the factories stand where they stood in the first month.")
        return
    _SmallCharts(snapshot, unit)
    _Map(snapshot)
    _Chain(snapshot)


@solara.component
def _SmallCharts(snapshot: Snapshot, unit: solara.Reactive[str]) -> None:
    solara.HTML(tag="h2", unsafe_innerHTML="Where each foreign-owned maker's lines stand", classes=["reabm-heading"])
    _Legend(places=LEGEND, unit=unit.value, parent=snapshot.parent is not None, event_choose=unit.set)
    with solara.Div(classes=["reabm-makers"]):
        for name, rows in charts.foreign_makers(snapshot.track):
            Chart(
                charts.where_it_stands(snapshot, name, rows, unit.value), file=f"{name}-places", height="150px",
                label=f"Where the lines of {charts.short_name(name)} stand", said=charts.china_now(snapshot, rows),
            ).key(name)  # fmt: skip


@solara.component
def _Map(snapshot: Snapshot) -> None:
    solara.HTML(tag="h2", unsafe_innerHTML="Plants and moves on the map", classes=["reabm-heading"])
    box = charts.map_box(snapshot)
    option = plants_map(snapshot) | {"geo": geo(box)}
    with solara.Div(classes=["reabm-map"]):
        Chart(option, label="Map of plants and moves", height=map_height(box), file="plants-map", maps=WORLD)


@solara.component
def _Chain(snapshot: Snapshot) -> None:
    listed = moves(snapshot.track)
    solara.HTML(tag="h2", unsafe_innerHTML="The herding chain", classes=["reabm-heading"])
    solara.HTML(
        tag="p", classes=["reabm-note"],
        unsafe_innerHTML="A plant in China is worth more to a maker the more of the others' capacity stands there. Each bar "
        "leads from a decision to the month in which the plant ran, where a dot tells its size (a diamond: a line closed in "
        "China); arrows lead to a decision from the largest moves that were new to it. When building began is not written down: "
        "it is read from the size of the move, which is what the plan lacked on that day. A plant that is still being built "
        "shows once it runs.",
    )  # fmt: skip
    if not listed:
        _Nothing("Nobody has moved a line so far.")
        return
    height = f"{90 + 21 * 2 * len(charts.foreign_makers(snapshot.track))}px"
    said = f"{len(listed)} moves so far; the table below lists them"
    Chart(charts.chain(snapshot, listed), label="Who followed whom to China", said=said, file="herding", height=height)
    decided = [move for move in listed if move.decided <= snapshot.row]
    caption = f"Moves decided until {month_words(snapshot.month)}, the latest first"
    if len(decided) > charts.MOST_LISTED:
        caption += f" ({charts.MOST_LISTED} of {len(decided)})"
    PlainTable(caption, *charts.moves_table(snapshot.track, decided[-charts.MOST_LISTED :]), height="320px")


@solara.component
def _Nothing(why: str) -> None:
    with solara.Div(classes=["reabm-empty"], attributes={"role": "status"}):
        solara.Text(why)
