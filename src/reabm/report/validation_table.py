"""The tables that a person sees of a scoreboard: facts, series, and what both come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
from rich import box
from rich.table import Table

from reabm.report.validation_words import (
    BASELINES,
    CONDITIONAL,
    FACTS_NOTE,
    NOTHING,
    SERIES_NOTE,
    SHORT,
    WINDOWS,
    bars_of,
    distance,
    figure,
    interval,
    percent,
)
from reabm.validation.scoreboard import MANY, Board
from reabm.validation.scores import LOG
from reabm.validation.series import SERIES
from reabm.validation.windows import EARLY, FIT

WIDE = 200  # letters that the whole tables need
FACT_COLUMNS = ("fact", "period", "unit", "observed", "tolerance", "model", "5 to 95 %", "forecast", "hit", "in band", "off by")
NARROW_FACTS = (0, 3, 4, 5, 8, 9)
SERIES_COLUMNS = (
    "series", "n", "error", *(f"{name} | model" for name in BASELINES.values()), "direction", "ranks", "coverage", "told by",
)  # fmt: skip
NARROW_SERIES = (0, 1, 2, 3, 4, 5)
WORDS = ("fact", "period", "unit", "series", "told by")  # columns of text


def fact_tables(board: Board, width: int = WIDE) -> Iterator[Table]:
    """Facts of each window, in the order of the file; where there is little room, with fewer columns."""
    kept = range(len(FACT_COLUMNS)) if width >= WIDE else NARROW_FACTS
    for window in dict.fromkeys(board.facts["window"]):
        own = board.facts[board.facts["window"] == window]
        hit, in_band = int(own["hit"].sum()), int(own["in_band"].sum())
        table = _table(f"Facts, {WINDOWS[window]}: {hit} of {len(own)} hit, {in_band} inside the 90 % band")
        _add_columns(table, FACT_COLUMNS, kept)
        for row in own.itertuples(index=False):
            cells = fact_cells(row)
            table.add_row(*(cells[k] for k in kept), style="" if row.hit else "bold")
        yield table


def fact_cells(row: Any) -> list[str]:
    """A fact as the cells of a table."""
    is_log = SERIES[row.series].scale == LOG
    return [
        row.fact, row.period, row.unit, figure(row.observed, row.unit), interval(row.low, row.high, row.unit),
        figure(row.median, row.unit), interval(row.band_low, row.band_high, row.unit),
        interval(row.forecast_low, row.forecast_high, row.unit), "yes" if row.hit else "MISS", in_words(row),
        distance(row.distance, row.statistic, is_log),
    ]  # fmt: skip


def in_words(row: Any) -> str:
    """Whether the observed figure lies in the band of the runs, or at least in that of a forecast."""
    return "yes" if row.in_band else "forecast" if row.in_forecast else "no"


def series_tables(board: Board, width: int = WIDE) -> Iterator[Table]:
    """Scores of series in each window, beside the baselines on the same points."""
    kept = range(len(SERIES_COLUMNS)) if width >= WIDE else NARROW_SERIES
    for window in dict.fromkeys(board.series["window"]):
        own = board.series[board.series["window"] == window]
        table = _table(f"Series, {WINDOWS[window]}: {len(own)} series, {int(own['n'].sum())} observed values")
        _add_columns(table, SERIES_COLUMNS, kept)
        for row in own.to_dict("records"):
            cells = series_cells(row)
            table.add_row(*(cells[k] for k in kept))
        yield table


def series_cells(row: dict[str, Any]) -> list[str]:
    """A series as the cells of a table."""
    beside = []
    for name in BASELINES:
        its, ours = row[f"rmse_{name}"], row[f"model_beside_{name}"]
        if row[f"better_than_{name}"] is None or pd.isna(row[f"better_than_{name}"]):
            beside.append(NOTHING)
        else:
            beside.append(f"{figure(its)} {'>' if ours < its else '<' if ours > its else '='} {figure(ours)}")
    return [
        row["series"], str(row["n"]), figure(row["rmse"]), *beside, percent(row["direction"]), figure(row["rank_correlation"]),
        percent(row["coverage"]), row["told_by"],
    ]  # fmt: skip


def missed_lines(board: Board) -> Iterator[str]:
    """Each miss with its sentence and, where one is written, the reason."""
    for row in board.facts[~board.facts["hit"].astype(bool)].itertuples(index=False):
        reason = row.reason or "no reason is written yet"
        yield f"{row.fact}: {row.sentence}; model {figure(row.median, row.unit)}. {reason}"


def summary_lines(summary: dict[str, Any]) -> Iterator[str]:
    """What the board comes to, failures as plainly as successes."""
    for window, found in summary["facts"].items():
        yield (
            f"facts     {SHORT[window]:<13} {found['hit']} of {found['facts']} within tolerance, {found['in_band']} inside the "
            f"90 % band of the runs ({percent(found['share_in_band'])})"
            + (
                ""
                if window == FIT
                else f", {found['in_forecast']} inside that of a forecast ({percent(found['share_in_forecast'])})"
            )
        )
    for window, found in summary["series"].items():
        beaten = "; ".join(f"{label} on {_of(found[name])}" for name, label in BASELINES.items())
        many = "; ".join(_of(found[name][f"with_{MANY}_points"]) for name in BASELINES)
        yield (
            f"series    {SHORT[window]:<13} closer than {beaten} (of those with {MANY} values or more: {many}); of "
            f"{found['series']} series {found['told']} are told by the script and not counted"
        )
    for words, is_reached in bars_of(summary).items():
        yield f"bar       {'reached' if is_reached else 'NOT reached':<13} {words}"


def _of(found: dict[str, Any]) -> str:
    return f"{found['beaten_on']} of {found['applies_to']}"


def condition_lines(summary: dict[str, Any]) -> Iterator[str]:
    """On what the scores are conditional, and what the parameters saw."""
    asked = summary.get("asked", {})
    yield CONDITIONAL
    if asked.get("conditional_on"):
        yield f"Told: {', '.join(asked['conditional_on'])}."
    if asked.get("label"):
        yield asked["label"]
    if EARLY.name in summary["series"] and asked.get("early_label"):
        yield asked["early_label"]


def notes() -> tuple[str, ...]:
    """How the tables are read."""
    return FACTS_NOTE, SERIES_NOTE


def _add_columns(table: Table, names: tuple[str, ...], kept: Sequence[int]) -> None:
    for k in kept:
        table.add_column(names[k], justify="left" if names[k] in WORDS else "right", no_wrap=True)


def _table(title: str) -> Table:
    return Table(
        box=box.MINIMAL, padding=(0, 1), show_edge=False, header_style="", border_style="dim", title=f"[bold]{title}[/bold]",
        title_justify="left",
    )  # fmt: skip
