"""The figures of a calibration: how the search went, and what the accepted sets say of each parameter."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from reabm.report import canvas
from reabm.report.palette import BLUE, GREY, INK, ORANGE, RED
from reabm.validation.calibration_folder import SavedCalibration
from reabm.validation.priors import Knob


def parameters(saved: SavedCalibration) -> Figure:
    """Accepted values of each parameter in its range, the best known at the top."""
    table = saved.parameters.sort_values("width", ascending=False, kind="stable")
    height = 1.2 + 0.165 * len(table)
    own = saved.manifest
    fig = canvas.page(
        height, "What does the fit say of each parameter?",
        f"5 to 95 % (line) and median (tick) of {own['accepted']} accepted sets in the allowed range; dot: central set; "
        "ring: middle of the range",
        "Red: presses against an end of its range. A line as long as the axis: the fit says nothing. (log): logarithmic axis.",
        f"fit to {own['fit_until']}",
    )  # fmt: skip
    ax = fig.subplots()
    for n, row in enumerate(table.itertuples(index=False)):
        knob = Knob(str(row.path), row.low, row.high, str(row.scale))
        shade = RED if row.bound else BLUE
        ax.plot([knob.unit(row.q05), knob.unit(row.q95)], [n, n], color=shade, lw=3.0, alpha=0.45, solid_capstyle="butt")
        ax.plot(knob.unit(row.median), n, "|", color=shade, ms=7)
        ax.plot(knob.unit(row.central), n, "o", color=shade, ms=4)
        ax.plot(knob.unit(row.begin), n, "o", mfc="none", mec=GREY, ms=5)
        for at, value, side in ((-0.01, row.low, "right"), (1.01, row.high, "left")):
            ax.text(at, n, f"{value:g}", fontsize=6.5, color=GREY, ha=side, va="center")
    names = [f"{row.path} (log)" if row.scale == "log" else str(row.path) for row in table.itertuples(index=False)]
    ax.set_yticks(range(len(table)), names, fontsize=7)
    ax.tick_params(axis="y", pad=30, length=0)  # the range's low end stands between
    ax.set_xlim(0.0, 1.0)
    ax.set_ylim(-0.7, len(table) - 0.3)
    ax.set_xticks([])
    ax.grid(axis="y", alpha=0.4)
    for spine in ax.spines.values():
        spine.set_visible(False)
    for edge in (0.0, 1.0):
        ax.axvline(edge, color=INK, lw=0.6, clip_on=False)
    return fig


def search(saved: SavedCalibration) -> Figure:
    """Best loss of each generation, start by start, over the runs that were spent."""
    trials, own = saved.trials, saved.manifest
    fig = canvas.page(
        3.4, "How did the search go?",
        "Best loss (errors in tolerances, by Huber's function; mean over seeds) of each generation, one line a start of CMA-ES",
        "Grey points: the Latin hypercube before them. Dashed: threshold of acceptance, on fresh seeds. "
        "A start that ends makes way for another.",
        f"fit to {own['fit_until']}",
    )  # fmt: skip
    ax = fig.subplots()
    seeds = own["search_seeds"][1]
    at = (np.arange(len(trials)) + 1) * seeds
    cube = trials["start"].to_numpy() < 0
    ax.plot(at[cube], trials["loss"].to_numpy()[cube], ".", color=GREY, ms=2)
    shades = (BLUE, ORANGE, RED, INK)
    frame = trials.assign(at=at)[~cube]
    for n, (_, one) in enumerate(frame.groupby("start")):
        best = one.groupby("generation").agg(loss=("loss", "min"), at=("at", "max"))
        ax.plot(best["at"], best["loss"], color=shades[n % len(shades)], lw=1.0, alpha=0.9)
    ax.axhline(own["threshold"], color=INK, ls="--", lw=0.8)
    ax.set_yscale("log")
    for which in (ax.yaxis.set_major_formatter, ax.yaxis.set_minor_formatter):
        which(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    ax.set_xlim(left=0.0)
    ax.set_xlabel("runs")
    ax.set_ylabel("loss")
    return fig


FIGURES: dict[str, Callable[[SavedCalibration], Figure]] = {"parameters": parameters, "search": search}


def draw_calibration(saved: SavedCalibration, folder: Path) -> list[Path]:
    """Draw the figures of a calibration into a folder and return their files."""
    return canvas.draw_all({name: partial(draw, saved) for name, draw in FIGURES.items()}, folder)
