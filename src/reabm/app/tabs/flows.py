"""Flows: where the month's oxide and magnets came from and where they went, as Sankey diagrams and on the map."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import solara

from reabm.app.chart import WORLD, Chart
from reabm.app.charts import flows as charts
from reabm.app.charts.places import ASIA_BOX, EAST_ASIA_BOX, WORLD_BOX, map_height
from reabm.app.charts.trade_map import Table, figures_of, trade_map
from reabm.app.snapshot import Snapshot
from reabm.app.visit import Visit
from reabm.app.words import rounded

ALL = "all"
BOXES = {"world": ("world", WORLD_BOX), "asia": ("Asia and Australia", ASIA_BOX), "east": ("East Asia", EAST_ASIA_BOX)}
SPANS = {"1": "this month", "12": "mean of 12 months"}


@solara.component_vue("flow_choices.vue")
def _Choices(fields: list[dict[str, Any]], event_choose: Callable[[dict[str, str]], None]) -> None:
    """The browser's part."""


@solara.component
def Flows(visit: Visit) -> None:
    """Choices, the two diagrams, the map and the figures of what was clicked on it."""
    chosen = solara.use_reactive({"element": ALL, "months": "1", "box": "world"})
    picked = solara.use_reactive("")
    snapshot = visit.snapshot.value
    if snapshot is None:
        return
    now = chosen.value
    elements = snapshot.track.names.elements
    element = elements.index(now["element"]) if now["element"] in elements else None
    months, (_, box) = int(now["months"]), BOXES[now["box"]]
    _Choices(
        fields=[
            _field("element", "Element", now, {ALL: "all elements"} | {name: name for name in elements}),
            _field("months", "Period", now, SPANS),
            _field("box", "Map", now, {name: words for name, (words, _) in BOXES.items()}),
        ],
        event_choose=lambda one: chosen.set(chosen.value | {one["name"]: one["value"]}),
    )
    with solara.Div(classes=["reabm-sankey"], attributes={"tabindex": "0", "role": "region", "aria-label": "Oxide flows"}):
        Chart(
            charts.oxide(snapshot, element, months), label="Oxide from mines to countries", height="460px", file="oxide-flows",
            said=charts.said(snapshot, element, months),
        )  # fmt: skip
    solara.HTML(tag="p", classes=["reabm-note"], unsafe_innerHTML=_note(element))
    with solara.Div(classes=["reabm-map"]):
        Chart(
            trade_map(snapshot, element, months, box), label="Map of trade, mines and plants", height=map_height(box),
            file="trade-map", maps=WORLD, on_pick=lambda event: picked.set(str(event.get("name", ""))),
        )  # fmt: skip
    _Picked(snapshot, picked.value, element, months)
    Chart(charts.magnets(snapshot, months), label="Magnets from plants to countries", height="320px", file="magnet-flows")
    if snapshot.shown:
        solara.HTML(tag="p", classes=["reabm-note"], unsafe_innerHTML=_magnet_note(snapshot, months))


def _field(name: str, label: str, now: dict[str, str], options: dict[str, str]) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "value": now[name],
        "options": [{"value": value, "text": text} for value, text in options.items()],
    }


def _note(element: int | None) -> str:
    used = "What enters a country and does not go into its stocks is used there: by sectors and by makers of magnets. "
    if element is None:
        return used + "State reserves count as stock. Scrap and swarf that came back in China stand as a source of their own."
    return used + (
        "Of one element the record keeps neither scrap in China nor state reserves: China's figure is net of scrap, and what a "
        "reserve bought counts as used."
    )


def _magnet_note(snapshot: Snapshot, months: int) -> str:
    most = rounded(charts.oxide_in_magnets_t(snapshot, months))
    return (
        f"Tonnes of finished magnet, not of oxide: with the content of 2005 they take {most} t of oxide a month, less what was "
        "saved since and what comes back as swarf. Which country outside China a magnet was made in the record does not keep."
    )


@solara.component
def _Picked(snapshot: Snapshot, name: str, element: int | None, months: int) -> None:
    """Figures of what was clicked on the map."""
    if not name or snapshot.shown == 0:
        solara.HTML(
            tag="p", classes=["reabm-note"],
            unsafe_innerHTML="Click a mine, a plant or a country for its figures. Arrows to other countries end in South-East Asia; "
            "width grows with the root of the tonnes.",
        )  # fmt: skip
        return
    solara.HTML(tag="div", classes=["reabm-scroll"], unsafe_innerHTML=_table(figures_of(snapshot, name, element, months)))


def _table(table: Table) -> str:
    rows = "".join(f'<tr><th scope="row">{escape(what)}</th><td>{escape(value)}</td></tr>' for what, value in table.rows)
    return f'<table class="reabm-table reabm-picked"><caption>{escape(table.title)}</caption><tbody>{rows}</tbody></table>'
