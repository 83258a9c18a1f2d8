"""Figure of the usual indices beside leverage: how each of them ranks the dates."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from reabm.leverage.rank import ranks, spearman
from reabm.leverage.surface import Leverage
from reabm.report import canvas
from reabm.report.palette import BLUE, GREEN, GREY, INK, ORANGE, RED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN = (
    ("china_share_value", "oxide", "China's share of imports", BLUE),
    ("hhi", "separated", "Concentration of sources", GREEN),
    ("dependence_musd", "oxide", "Dependence, USD", ORANGE),
    ("chain_exposure", "worst_oxide", "Choke point, oxide", RED),
)
NAMES = {"japan": "Japan", "usa": "United States", "eu": "European Union", "all": "all buyers outside China"}


def index_ranks(leverage: Leverage, frame: pd.DataFrame, targets: Sequence[str] = ("japan", "all"), months: int = 12) -> Figure:
    """Ranks of the dates by leverage and by each index: a row of panels a target, lines that lie on each other agree.

    Parameters
    ----------
    leverage : Leverage, measured for the targets and the length
    frame : DataFrame of `indices` of the same targets, dates and length
    """
    height = 0.95 + 2.15 * len(targets)
    room = (0.005, 0.2 / height, 0.99, 1 - 0.78 / height)
    fig = Figure(figsize=(canvas.WIDTH_IN, height), dpi=canvas.DPI,
                 layout=ConstrainedLayoutEngine(rect=room, h_pad=0.06, w_pad=0.06))  # fmt: skip
    fig.text(0.012, 1 - 0.10 / height, "Do the usual indices order leverage?", size=12.5, weight="bold", va="top")
    fig.text(
        0.012, 1 - 0.37 / height,
        f"Rank of each date (top: the highest) by leverage c* over a stop of {months} months, measured by forks (black), and by "
        "an index (colour)", size=8.5, color=GREY, va="top",
    )  # fmt: skip
    prices = leverage.prices
    note = (f"rho: Spearman's rank correlation with c*; retaliation at {prices.retaliation_musd_month:g} M USD a month, "
            f"reputation at {prices.reputation_musd:g} M USD")  # fmt: skip
    fig.text(0.012, 0.07 / height, note, size=7, color=GREY, va="bottom")
    origin = f"{leverage.scenario.title}; simulated by reabm"
    fig.text(0.988, 0.07 / height, origin, size=7, color=GREY, ha="right", va="bottom")
    panels = fig.subplots(len(targets), len(SHOWN), sharex=True, sharey=True, squeeze=False)
    for row, (axes, target) in enumerate(zip(panels, targets)):
        curve = leverage.curve(target, months)
        for ax, (index, stage, name, shade) in zip(axes, SHOWN):
            _panel(ax, curve, _values(frame, target, months, index, stage, curve), shade)
            if row == 0:
                ax.set_title(name, pad=14)
        axes[0].set_ylabel(f"{NAMES[target]}\nrank")
    return fig


def draw_index_ranks(
    leverage: Leverage, frame: pd.DataFrame, file: Path, targets: Sequence[str] = ("japan", "all"), months: int = 12
) -> Path:
    """Write the figure as a PNG file; the same tables give the same bytes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with canvas.style():
        canvas.write_png(index_ranks(leverage, frame, targets, months), file)
    return file


def _values(frame: pd.DataFrame, target: str, months: int, index: str, stage: str, curve: pd.DataFrame) -> pd.Series:
    """An index at the dates of the curve."""
    mine = (frame["target"] == target) & (frame["months"] == months) & (frame["index"] == index) & (frame["stage"] == stage)
    return frame[mine].set_index("at")["value"].reindex(curve["at"])


def _panel(ax: Axes, curve: pd.DataFrame, values: pd.Series, shade: str) -> None:
    """Both ranks over the years, and how far they agree."""
    years = curve["year"].to_numpy()
    measured = curve["leverage_musd"].to_numpy()
    index = values.to_numpy()
    ax.plot(years, ranks(measured), color=INK, lw=1.4, marker="o", ms=2.6)
    ax.plot(years, ranks(index), color=shade, lw=1.4, marker="o", ms=2.6)
    ax.set_ylim(0, len(years) + 1)
    ax.yaxis.set_major_locator(FixedLocator([1, len(years) // 2, len(years)]))
    ax.xaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"{year:.0f}"))
    rho = spearman(index, measured)
    said = "the same at all dates" if pd.isna(rho) else f"rho = {rho:.2f}".replace("-", "\N{MINUS SIGN}")
    ax.text(1.0, 1.02, said, transform=ax.transAxes, ha="right", va="bottom", size=7.5, color=shade)
