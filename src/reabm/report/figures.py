"""The figures of a run, as PNG files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from matplotlib.figure import Figure

from reabm.report import canvas, firm_figures, market_figures
from reabm.store.result import RunTables

FIGURES: dict[str, Callable[[RunTables], Figure]] = {
    "prices": market_figures.prices,
    "exports": market_figures.exports,
    "shares": market_figures.shares,
    "makers": firm_figures.makers,
    "mines": firm_figures.mines,
    "japan": firm_figures.japan,
    "stocks": market_figures.stocks,
    "leverage": firm_figures.leverage,
}


def draw_figures(
    run: RunTables, folder: Path, names: Iterable[str] = FIGURES, progress: Callable[[], object] | None = None
) -> list[Path]:
    """Draw figures of a run into a folder and return their files; the same run gives the same bytes."""
    return canvas.draw_all({name: partial(FIGURES[name], run) for name in names}, folder, progress)
