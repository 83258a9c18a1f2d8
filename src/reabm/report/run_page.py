"""The page of a run."""

from __future__ import annotations

from functools import partial

from reabm.report import html
from reabm.report.figures import FIGURES
from reabm.report.leverage_table import (
    NOTHING,
)
from reabm.report.origin import assumed, made
from reabm.report.table import CAPTION as YEARS_CAPTION
from reabm.report.table import GROUPS
from reabm.scenario.months import month_text
from reabm.store import SavedRun

PEAKS = ("NdPr", "La", "Dy", "Tb")


def run_page(run: SavedRun) -> str:
    """The page of a run: key years, figures, assumptions, origin."""
    scenario = run.scenario
    columns = [column for _, group in GROUPS for column in group]
    rows = []
    for year, figures in run.summary["years"].items():
        cells = [NOTHING if figures.get(c.key) is None else c.write(float(figures[c.key])) for c in columns]
        rows.append([year + ("" if figures["n_months"] == 12 else "*"), *cells])
    groups = [("", 1), *((title, len(group)) for title, group in GROUPS)]
    years = html.table(["year", *(column.heading for column in columns)], rows, groups)
    pictures = [html.picture(partial(draw, run)) for draw in FIGURES.values()]
    months = f"{scenario.n_months} months, {month_text(scenario.start)} to {month_text(scenario.end)}"
    return html.page(
        f"reabm: a run of {months}, seed {run.seed}", scenario.title, scenario.question,
        [
            html.section("Key figures", html.tiles(_peaks(run)) if _peaks(run) else ""),
            html.section("Year by year", years, html.paragraph(f"{YEARS_CAPTION} *: part of the year.", is_note=True)),
            html.section("Figures", *pictures),
            assumed(scenario),
            made(run.manifest, {"seed": str(run.seed)}),
        ],
    )  # fmt: skip


def _peaks(run: SavedRun) -> dict[str, tuple[str, str]]:
    found = {}
    for element, peak in run.summary["peaks"].items():
        if element in PEAKS and peak["outside_usd_kg"] is not None:
            ratio = f", {peak['gap_at_outside_peak']:.1f} times the price inside" if peak["gap_at_outside_peak"] else ""
            found[f"Highest {element} outside China"] = (
                f"{peak['outside_usd_kg']:,.0f} USD/kg",
                f"{peak['outside_month']}{ratio}",
            )
    return found
