"""Market: prices by element and place, licences, exports by channel, magnets; stocks, use and substitution."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import solara

from reabm.app.chart import Chart
from reabm.app.charts import market as charts
from reabm.app.charts.market import View
from reabm.app.picker import FIRST
from reabm.app.snapshot import Snapshot
from reabm.app.visit import Visit
from reabm.app.words import month_words, name_words
from reabm.report.palette import ELEMENTS, colour

PARTS = (("prices", "Prices and exports"), ("stocks", "Stocks and use"))
PLACES = (
    ("outside", "outside China (mean)"), ("china", "inside China"), ("japan", "Japan"), ("usa", "United States"),
    ("eu", "European Union"), ("other_countries", "other countries"),
)  # fmt: skip
NOTE = (
    "Lines and dots: 2010 dollars per kilogram of oxide, without value-added tax. Dots: prices that were observed, converted "
    "with US producer prices, the year's exchange rate and the tax of the time (export prices plus freight; a dot shows what its "
    "source prints), for NdPr also neodymium and praseodymium, for Sm and Gd each alone; filled outside China, hollow inside it "
    "or where the source is weak, diamonds means of a year."
)
LINES_NOTE = "2010 dollars per kilogram of oxide, without value-added tax."


@solara.component_vue("market.vue")
def _Choose(
    parts: list[dict[str, str]],
    part: str,
    elements: list[dict[str, str]],
    chosen: list[str],
    places: list[dict[str, str]],
    shown_places: list[str],
    log: bool,
    has_observed: bool,
    observed: bool,
    exported: str,
    event_pick: Callable[[dict[str, Any]], None],
) -> None:
    """The browser's part."""


def picked(view: View, asked: Mapping[str, Any]) -> View:
    """The view after a choice in the browser; what the page does not offer is dropped."""
    told = view._asdict() | {name: value for name, value in asked.items() if name in View._fields}
    return View(
        part=str(told["part"]), elements=tuple(map(str, told["elements"])),
        places=tuple(name for name, _ in PLACES if name in told["places"]), log=bool(told["log"]),
        observed=bool(told["observed"]), exported=str(told["exported"]),
    )  # fmt: skip


@solara.component
def Market(visit: Visit) -> None:
    """What things cost, and why."""
    chosen: solara.Reactive[View] = visit.keep("market", lambda: solara.reactive(View()))
    snapshot = visit.snapshot.value
    if snapshot is None:
        return
    has_observed = snapshot.name == FIRST
    view = chosen.value._replace(observed=chosen.value.observed and has_observed)
    scenario = snapshot.track.scenario
    _Choose(
        parts=[{"name": name, "title": title} for name, title in PARTS], part=view.part,
        elements=[
            {"name": name, "title": element.name, "colour": colour(ELEMENTS, name)} for name, element in scenario.elements.items()
        ],
        chosen=list(view.elements), places=[{"name": name, "title": title} for name, title in PLACES],
        shown_places=list(view.places), log=view.log, has_observed=has_observed, observed=view.observed, exported=view.exported,
        event_pick=lambda asked: chosen.set(picked(chosen.value, asked)),
    )  # fmt: skip
    if view.part == "stocks":
        _Stocks(snapshot)
    else:
        _Prices(snapshot, view)


def _Prices(snapshot: Snapshot, view: View) -> None:
    with solara.Div(classes=["reabm-grid"]):
        with solara.Div(classes=["reabm-wide"]):
            Chart(
                charts.prices(snapshot, view), label="Prices of oxide by element and place", height="380px", file="oxide-prices",
                said=charts.said(snapshot, view),
            )  # fmt: skip
            solara.HTML(tag="p", classes=["reabm-note"], unsafe_innerHTML=escape(NOTE if view.observed else LINES_NOTE))
        Chart(
            charts.licence(snapshot), label="Price of export licences and share of exports turned away", file="licences",
            said=charts.licence_said(snapshot),
        )  # fmt: skip
        Chart(charts.exports(snapshot, view), label="Exports by channel", file="channels")
        Chart(charts.premiums(snapshot, view), label="Premium of restricted destinations over the free price", file="premium")
        Chart(charts.magnets(snapshot, view), label="Price of magnets by line and place", file="magnet-prices")
    _Table(snapshot)


def _Stocks(snapshot: Snapshot) -> None:
    with solara.Div(classes=["reabm-grid"]):
        Chart(charts.stocks(snapshot), label="Stocks of importers, makers and states", file="stocks")
        Chart(charts.cover(snapshot), label="Months of use that stocks cover", file="cover")
        Chart(charts.use(snapshot), label="Use of oxide by place", file="use")
        Chart(charts.substitution(snapshot), label="Use saved or substituted for good", file="substitution")


def _Table(snapshot: Snapshot) -> None:
    rows = charts.table(snapshot)
    if not rows:
        return
    heads = ("Element", "Inside China", "Outside China, mean", "Outside over inside", "Japan", "Japan's premium")
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join(
        f'<tr><th scope="row"><abbr title="{escape(name_words(row.name))}">{escape(row.element)}</abbr></th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in (row.inside, row.outside, row.gap, row.japan, row.premium))
        + "</tr>"
        for row in rows
    )
    caption = f"Prices in {month_words(snapshot.month)}, 2010 USD per kg of oxide"
    table = f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    with solara.Div(classes=["reabm-scroll"]):
        solara.HTML(tag="table", classes=["reabm-table"], unsafe_innerHTML=table)
