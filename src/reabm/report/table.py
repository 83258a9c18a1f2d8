"""The table that a person sees after a run: key years as rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from rich import box
from rich.table import Table
from rich.text import Text

from reabm.store.result import RunTables

WIDTH = 100
NOTHING = "–"


class Shown(NamedTuple):
    """A figure of a year: its heading, its name in the summary, the room it takes and how it is written."""

    heading: str
    key: str
    width: int
    write: Callable[[float], str]


def _kilotonnes(tonnes: float) -> str:
    return f"{tonnes / 1000.0:.1f}"


def _price(usd_kg: float) -> str:
    return f"{usd_kg:.1f}" if usd_kg < 9.95 else f"{usd_kg:.0f}"


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f}"


def _one_digit(number: float) -> str:
    return f"{number:.1f}"


def _points(share: float) -> str:
    return f"{100.0 * share:.1f}"


GROUPS: tuple[tuple[str, tuple[Shown, ...]], ...] = (
    ("exports, kt", (Shown("quota", "quota_gross_t", 5, _kilotonnes), Shown("legal", "exports_legal_gross_t", 5, _kilotonnes))),
    ("NdPr", (Shown("in", "NdPr_inside_usd_kg", 4, _price), Shown("out", "NdPr_outside_usd_kg", 4, _price))),
    ("La", (Shown("in", "La_inside_usd_kg", 4, _price), Shown("out", "La_outside_usd_kg", 4, _price))),
    ("Dy", (Shown("in", "Dy_inside_usd_kg", 4, _price), Shown("out", "Dy_outside_usd_kg", 4, _price))),
    ("lic.", (Shown("$/kg", "licence_price_usd_kg", 4, _price),)),
    ("China's share, %", (
        Shown("mine", "china_mine_share", 4, _percent), Shown("sep.", "china_separation_share", 4, _percent),
        Shown("heavy", "china_heavy_separation_share", 5, _percent),
    )),
    ("moved, %", (
        Shown("prem", "relocation_share_premium", 4, _percent), Shown("comm", "relocation_share_commodity", 4, _percent),
    )),
    ("Japan", (Shown("CN, %", "japan_import_share_china", 5, _percent),)),
    ("cover", (Shown("mon.", "cover_outside_months", 5, _one_digit),)),
    ("leak", (Shown("pts", "technology_leakage", 4, _points),)),
)  # fmt: skip

CAPTION = (
    "Exports: product weight, sum of the year. Prices: 2010 USD/kg of oxide inside and outside China; licence (lic.): light "
    "group or all. Shares, prices and cover (stocks outside China in months of use): means of the year. Moved: outside-owned "
    "capacity that stands in China; leak: know-how that Chinese makers gained through it; both at the end of the year. "
    "CN: declared as Chinese."
)
PARTIAL = " *: part of the year."


def key_table(run: RunTables) -> Table:
    """The key years of a run as a table of at most 100 columns."""
    table = Table(
        box=box.MINIMAL, padding=(0, 0), show_edge=False, header_style="", border_style="dim", title_justify="left",
        caption_justify="left", caption_style="dim", title=f"[bold]{run.scenario.title}[/bold], seed {run.seed}",
    )  # fmt: skip
    table.add_column("\nyear", no_wrap=True)
    for title, columns in GROUPS:
        headings = " ".join(f"{column.heading:>{column.width}}" for column in columns)
        table.add_column(f"{title:^{len(headings)}}\n{headings}", no_wrap=True)
    years = run.summary["years"]
    for year, figures in years.items():
        mark = " " if figures["n_months"] == 12 else "*"
        table.add_row(f"{year}{mark}", *(" ".join(_cell(c, figures.get(c.key)) for c in columns) for _, columns in GROUPS))
    table.caption = CAPTION + (PARTIAL if any(figures["n_months"] < 12 for figures in years.values()) else "")
    return table


def _cell(column: Shown, value: Any) -> str:
    return f"{NOTHING if value is None else column.write(float(value)):>{column.width}}"


def peak_line(run: RunTables, element: str = "NdPr") -> Text | None:
    """One line on the peak of an element's price; None where the scenario has no such element."""
    peak = run.summary["peaks"].get(element)
    if peak is None or peak["outside_usd_kg"] is None or peak["inside_usd_kg"] is None:
        return None
    gap = peak["gap_at_outside_peak"]
    return Text(
        f"Highest {element}: {_price(peak['outside_usd_kg'])} USD/kg outside in {peak['outside_month']}"
        + (f" ({gap:.2f} times the price inside)" if gap else "")
        + f", {_price(peak['inside_usd_kg'])} inside in {peak['inside_month']}."
    )
