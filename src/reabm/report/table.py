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
    """A column: two lines of heading, the figure it shows, and how a number is written."""

    group: str
    heading: str
    key: str
    write: Callable[[float], str]


def _kilotonnes(tonnes: float) -> str:
    return f"{tonnes / 1000.0:.1f}"


def _price(usd_kg: float) -> str:
    return f"{usd_kg:.1f}" if usd_kg < 9.95 else f"{usd_kg:.0f}"


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f}"


def _months(months: float) -> str:
    return f"{months:.1f}"


def _leak(share: float) -> str:
    return f"{100.0 * share:.1f}"


COLUMNS = (
    Shown("quota", "kt", "quota_gross_t", _kilotonnes),
    Shown("legal", "kt", "exports_legal_gross_t", _kilotonnes),
    Shown("NdPr", "in", "NdPr_inside_usd_kg", _price),
    Shown("", "out", "NdPr_outside_usd_kg", _price),
    Shown("La", "in", "La_inside_usd_kg", _price),
    Shown("", "out", "La_outside_usd_kg", _price),
    Shown("Dy", "in", "Dy_inside_usd_kg", _price),
    Shown("", "out", "Dy_outside_usd_kg", _price),
    Shown("lic.", "$/kg", "licence_price_usd_kg", _price),
    Shown("China's", "mine", "china_mine_share", _percent),
    Shown("share", "sep.", "china_separation_share", _percent),
    Shown("%", "heavy", "china_heavy_separation_share", _percent),
    Shown("moved", "prem", "relocation_share_premium", _percent),
    Shown("%", "comm", "relocation_share_commodity", _percent),
    Shown("Japan", "<CN %", "japan_import_share_china", _percent),
    Shown("cover", "mon.", "cover_outside_months", _months),
    Shown("leak", "pts", "technology_leakage", _leak),
)

CAPTION = (
    "Quota and legal exports: product weight, sum of the year. Prices in 2010 USD/kg of oxide inside and outside China, licence price of "
    "the light group, shares and cover (stocks outside, months of use): means of the year. Moved (outside-owned capacity that stands "
    "in China) and leak (know-how gained through it, points): end of the year. <CN: from China by any channel."
)


def key_table(run: RunTables) -> Table:
    """The key years of a run as a table of at most 100 columns."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 0), pad_edge=False, show_edge=False, title_justify="left", caption_justify="left")
    table.title = f"[bold]{run.scenario.title}[/bold], seed {run.seed}"
    table.caption = CAPTION
    table.add_column("\nyear", no_wrap=True)
    for column in COLUMNS:
        table.add_column(f"{column.group}\n{column.heading}", justify="right", no_wrap=True)
    partial = False
    for year, figures in run.summary["years"].items():
        mark = "" if figures["n_months"] == 12 else "*"
        partial = partial or bool(mark)
        table.add_row(year + mark, *(_cell(column, figures.get(column.key)) for column in COLUMNS))
    if partial:
        table.caption = f"{CAPTION} *: part of the year."
    return table


def _cell(column: Shown, value: Any) -> str:
    return NOTHING if value is None else column.write(float(value))


def peak_line(run: RunTables, element: str = "NdPr") -> Text | None:
    """One line on the peak of an element's price; None where the scenario has no such element."""
    peak = run.summary["peaks"].get(element)
    if peak is None or peak["outside_usd_kg"] is None or peak["inside_usd_kg"] is None:
        return None
    text = (
        f"{element} peaked outside China at {_price(peak['outside_usd_kg'])} USD/kg in {peak['outside_month']} "
        f"and inside at {_price(peak['inside_usd_kg'])} in {peak['inside_month']}"
    )
    gap = peak["gap_at_outside_peak"]
    return Text(text + (f"; outside over inside then {gap:.2f}." if gap else "."))
