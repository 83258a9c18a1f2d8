"""The table that a person sees after an ensemble: outcomes with their bands, by scenario or by what was varied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from rich import box
from rich.table import Table

from reabm.report.ensemble_links import MOST_LEVERS, link, strongest
from reabm.study.outcomes import OUTCOMES

if TYPE_CHECKING:
    import pandas as pd

LOW, HIGH = 0.05, 0.95
MOST_ROWS = 24  # parameter sets shown one by one
MOST_OUTCOMES = 4  # columns of outcomes beside the varied levers
OUTCOME_WIDTH = 27
MOST_LINKS = 3  # levers named beside an outcome
MOST_SCENARIOS = 3  # side by side
NOTHING = "–"


def outcomes_table(runs: pd.DataFrame, outcomes: Sequence[str], varied: Sequence[str], width: int = 200) -> Table:
    """Outcomes of the finished runs, in the form that suits what was varied and the width of the terminal."""
    sets = runs.groupby(["scenario", "set"], observed=True).ngroups
    if not varied:
        return _by_scenario(runs, outcomes)
    if len(varied) > MOST_LEVERS:
        return _by_strongest(runs, outcomes, varied)
    return _by_set(runs, outcomes, varied, width) if sets <= MOST_ROWS else _by_correlation(runs, outcomes, varied)


def _new(title: str, caption: str) -> Table:
    return Table(
        box=box.SIMPLE_HEAD, padding=(0, 1), show_edge=False, header_style="", border_style="dim", title_justify="left",
        caption_justify="left", caption_style="dim", title=f"[bold]{title}[/bold]", caption=caption,
    )  # fmt: skip


def _by_scenario(runs: pd.DataFrame, outcomes: Sequence[str]) -> Table:
    """A row an outcome; scenarios side by side, or below one another where there are many."""
    names = list(dict.fromkeys(runs["scenario"].astype(str)))
    table = _new("Outcomes", "Median of the runs and the band that holds the middle 90 % of them.")
    table.add_column("outcome", no_wrap=True)
    side_by_side = len(names) <= MOST_SCENARIOS
    if side_by_side:
        for name in names:
            table.add_column("median (5 to 95 %)" if len(names) == 1 else name, no_wrap=True)
    else:
        table.add_column("scenario")
        table.add_column("median (5 to 95 %)", no_wrap=True)
    if len(names) == 1:
        table.add_column("what it is", style="dim")
    for outcome in outcomes:
        cells = [_cell(runs.loc[runs["scenario"].astype(str) == name, outcome], outcome) for name in names]
        if side_by_side:
            table.add_row(outcome, *cells, *([OUTCOMES[outcome].sentence] if len(names) == 1 else []))
        else:
            for k, (name, cell) in enumerate(zip(names, cells)):
                table.add_row(outcome if k == 0 else "", name, cell)
    return table


def _by_set(runs: pd.DataFrame, outcomes: Sequence[str], varied: Sequence[str], width: int) -> Table:
    """A row a parameter set."""
    is_several = runs["scenario"].nunique() > 1
    keys = sum(len(path) + 2 for path in varied) + 14 * is_several
    shown = list(outcomes)[: max(1, min(MOST_OUTCOMES, (width - keys) // OUTCOME_WIDTH))]
    table = _new("Outcomes by parameter set", "Median of the runs of a set and the band that holds the middle 90 % of them.")
    for heading in (*(["scenario"] if is_several else []), *varied):
        table.add_column(heading, overflow="fold")
    for outcome in shown:
        unit = OUTCOMES[outcome].unit
        table.add_column(f"{outcome}\n{'%' if unit == 'share' else unit}", no_wrap=True)
    for (scenario, _), own in runs.groupby(["scenario", "set"], observed=True, sort=False):
        values = [_value(own[path].iloc[0]) for path in varied]
        cells = (_cell(own[name], name, with_unit=False) for name in shown)
        table.add_row(*([str(scenario)] if is_several else []), *values, *cells)
    return table


def _by_correlation(runs: pd.DataFrame, outcomes: Sequence[str], varied: Sequence[str]) -> Table:
    """A row an outcome: its spread over all sets, and how it goes with each lever."""
    table = _new(
        "Outcomes over all parameter sets",
        "Median of all runs and the band that holds the middle 90 % of them; then the rank correlation (-1 to 1) of the "
        "outcome with each lever that was varied (names: none).",
    )
    table.add_column("outcome", no_wrap=True)
    table.add_column("median (5 to 95 %)", no_wrap=True)
    for path in varied:
        table.add_column(path, overflow="fold", justify="right")
    for outcome in outcomes:
        links = [link(runs[path], runs[outcome]) for path in varied]
        table.add_row(outcome, _cell(runs[outcome], outcome), *(NOTHING if one is None else f"{one:+.2f}" for one in links))
    return table


def _by_strongest(runs: pd.DataFrame, outcomes: Sequence[str], varied: Sequence[str]) -> Table:
    """A row an outcome: its spread over all sets, and the levers that it goes with most."""
    table = _new(
        "Outcomes over all parameter sets",
        f"Median of all runs and the band that holds the middle 90 % of them; then those of the {len(varied)} levers that the "
        "outcome goes with most, with the rank correlation (-1 to 1).",
    )
    table.add_column("outcome", no_wrap=True)
    table.add_column("median (5 to 95 %)", no_wrap=True)
    table.add_column("goes most with")
    for outcome in outcomes:
        links = strongest(runs, outcome, varied)[:MOST_LINKS]
        table.add_row(
            outcome, _cell(runs[outcome], outcome), ", ".join(f"{path} {found:+.2f}" for path, found in links) or NOTHING
        )
    return table


def _cell(found: Any, outcome: str, with_unit: bool = True) -> str:
    """Median and band as a person writes them."""
    values = found.to_numpy(dtype=np.float64)
    values = values[np.isfinite(values)]
    if not values.size:
        return NOTHING
    low, middle, high = np.quantile(values, (LOW, 0.5, HIGH))
    unit = OUTCOMES[outcome].unit
    if unit == "share":
        return f"{100 * middle:.1f}{' %' if with_unit else ''} ({100 * low:.1f} to {100 * high:.1f})"
    n_digits = _digits(max(abs(low), abs(high)))
    tail = f" {unit}" if with_unit and unit != "ratio" else ""
    return f"{middle:,.{n_digits}f} ({low:,.{n_digits}f} to {high:,.{n_digits}f}){tail}"


def _digits(size: float) -> int:
    """Decimals that leave three significant digits."""
    return 0 if size >= 100.0 else 1 if size >= 10.0 else 2


def _value(value: Any) -> str:
    return str(value) if isinstance(value, str) else f"{float(value):g}"
