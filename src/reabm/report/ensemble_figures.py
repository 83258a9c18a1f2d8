"""Figures of an ensemble: how the runs spread from month to month, and how outcomes answer to what was varied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from reabm.report import canvas
from reabm.report.ensemble_links import MOST_LEVERS, worth_drawing
from reabm.report.palette import CYCLE, GREY
from reabm.study.fans import FAN_COLUMNS
from reabm.study.outcomes import OUTCOMES
from reabm.study.spread import bands

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

type Series = NDArray[np.float64]

FAN_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
OUTER, INNER = 0.16, 0.28  # how strong the bands are
FEW_VALUES = 12  # of a lever: more of them are gathered in bins
MOST_BINS, SETS_PER_BIN = 10, 15
MOST_PANELS = 6
BAND_NOTE = "Line: median of the runs. Dark band: middle 50 %; light band: middle 90 %."
POINT_NOTE = " Points: runs, gathered in bins for the bands."
TITLE_WIDTH = 38  # letters


class Fan(NamedTuple):
    """A panel of the fan chart."""

    column: str
    title: str
    is_share: bool = False
    scale: float = 1.0


FANS = (
    Fan("ndpr_outside_usd_kg", "NdPr outside China, USD/kg"),
    Fan("ndpr_china_usd_kg", "NdPr inside China, USD/kg"),
    Fan("licence_price_usd_kg", "Export licence, USD/kg"),
    Fan("exports_legal_t", "Legal exports, kt oxide a month", scale=1e-3),
    Fan("relocation_share_commodity", "Commodity lines in China", is_share=True),
    Fan("japan_dependence", "Dependence of Japan", is_share=True),
)


def fan_chart(months: pd.DataFrame, about: str) -> Figure:
    """Six key series, each with the median and two bands of the runs of each scenario."""
    names = list(dict.fromkeys(months["scenario"].astype(str)))
    spread = bands(months, FAN_COLUMNS, FAN_QUANTILES)
    title = "How the runs spread" + ("" if len(names) == 1 else ", by scenario")
    fig = canvas.page(5.6, title, f"{about}. Luck differs from run to run, nothing else.", BAND_NOTE, ", ".join(names))
    axes = fig.subplots(2, 3, sharex=True)
    for ax, fan in zip(axes.flat, FANS):
        for name, shade in zip(names, CYCLE):
            own = spread[(spread["scenario"] == name) & (spread["column"] == fan.column)]
            wide = own.pivot_table(index="month", columns="quantile", values="value", dropna=False)
            at = wide.index.year + (wide.index.month - 0.5) / 12.0
            _band(ax, np.asarray(at), fan.scale * wide.to_numpy(dtype=np.float64).T, shade)
        ax.set_title(fan.title)
        if fan.is_share:
            canvas.percent_axis(ax, None)
        else:
            ax.set_ylim(0, None)
    first, last = (int(month.year * 12 + month.month - 1) for month in (months["month"].min(), months["month"].max()))
    for ax in axes.flat:
        canvas.years_axis(ax, first, last, 5)
    _name_scenarios(fig, names)
    return fig


def responses(runs: pd.DataFrame, path: str, outcomes: Sequence[str], varied: Sequence[str]) -> Figure:
    """Chosen outcomes against one varied lever, with the bands of all runs at each of its values."""
    names = list(dict.fromkeys(runs["scenario"].astype(str)))
    has_value = [name for name in outcomes if runs[name].notna().any()]  # a short run has no value for some
    chosen = (has_value or list(outcomes)[:1])[:MOST_PANELS]
    n_rows = -(-len(chosen) // 3)
    n_sets, n_seeds = runs["set"].nunique(), runs["seed"].nunique()
    others = [other for other in varied if other != path]
    what = ", ".join(others) if len(others) < MOST_LEVERS else f"each of {len(others)} other levers"
    beside = f" The bands hold what {what} does as well." if others else " Seeds are the same at every value."
    subtitle = f"{n_sets} parameter sets, {n_seeds} seeds each.{beside}"
    note = BAND_NOTE + (POINT_NOTE if _is_binned(runs[path]) else "")
    fig = canvas.page(0.95 + 2.5 * n_rows, f"Outcomes against {path}", subtitle, note, ", ".join(names))
    axes = fig.subplots(n_rows, min(3, len(chosen)), squeeze=False, sharex=True)
    for ax, outcome in zip(axes.flat, chosen):
        for k, (name, shade) in enumerate(zip(names, CYCLE)):
            own = runs[runs["scenario"].astype(str) == name]
            aside = 0.16 * (k - (len(names) - 1) / 2.0)
            _response(ax, own[path], own[outcome].to_numpy(dtype=np.float64), shade, aside)
        about = OUTCOMES[outcome]
        unit = "" if about.unit in ("share", "ratio", "months") else f", {about.unit}"
        ax.set_title(fill(about.sentence[0].upper() + about.sentence[1:] + unit, TITLE_WIDTH), size=8.0)
        if about.unit == "share":
            ax.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.4g} %"))
        ax.yaxis.set_major_locator(MaxNLocator(nbins=5))
    for ax in axes.flat[len(chosen) :]:
        ax.set_visible(False)
    for k, ax in enumerate(axes.flat[: len(chosen)]):
        if k + 3 >= len(chosen):
            ax.set_xlabel(path)
            ax.tick_params(labelbottom=True)
    _name_scenarios(fig, names)
    return fig


def draw_ensemble(
    folder: Path,
    runs: pd.DataFrame,
    months: pd.DataFrame | None,
    about: str,
    varied: Sequence[str],
    outcomes: Sequence[str],
    progress: Callable[[], object] | None = None,
) -> list[Path]:
    """Draw the figures of an ensemble into a folder and return their files; the same runs give the same bytes."""
    wanted: dict[str, Callable[[], Figure]] = {}
    if months is not None and len(months):
        wanted["fan"] = lambda: fan_chart(months, about)
    for path in worth_drawing(runs, outcomes, varied):
        wanted[f"against_{path}"] = lambda path=path: responses(runs, path, outcomes, varied)  # type: ignore[misc]
    return canvas.draw_all(wanted, folder, progress)


def _band(ax: Axes, at: Series, quantiles: Series, shade: str) -> None:
    """Median and two bands; `quantiles`: FAN_QUANTILES x places."""
    low, low_half, middle, high_half, high = quantiles
    ax.fill_between(at, low, high, color=shade, alpha=OUTER, lw=0)
    ax.fill_between(at, low_half, high_half, color=shade, alpha=INNER, lw=0)
    ax.plot(at, middle, color=shade, lw=1.4)


def _is_binned(values: Any) -> bool:
    """Whether a lever took more numbers than are shown one by one."""
    return bool(values.dtype.kind in "fiu" and values.nunique() > FEW_VALUES)


def _response(ax: Axes, values: Any, found: Series, shade: str, aside: float = 0.0) -> None:
    """An outcome against a lever: names side by side, few numbers joined, many numbers as points with bands of bins."""
    if not len(found):
        return
    if values.dtype.kind not in "fiu":
        words = list(dict.fromkeys(values.astype(str)))
        for k, word in enumerate(words):
            low, low_half, middle, high_half, high = _quantiles(found[(values.astype(str) == word).to_numpy()])
            at = k + aside
            ax.plot([at, at], [low, high], color=shade, alpha=0.4, lw=3, solid_capstyle="butt")
            ax.plot([at, at], [low_half, high_half], color=shade, alpha=0.6, lw=7, solid_capstyle="butt")
            ax.plot([at], [middle], "o", color=shade, ms=4, mec="white", mew=0.6)
        ax.set_xticks(range(len(words)), words)
        ax.set_xlim(-0.5, len(words) - 0.5)
        return
    numbers = values.to_numpy(dtype=np.float64)
    places = np.unique(numbers)
    if not _is_binned(values):
        _band(ax, places, np.array([_quantiles(found[numbers == place]) for place in places]).T, shade)
        ax.plot(places, [_quantiles(found[numbers == place])[2] for place in places], "o", color=shade, ms=3)
        ax.margins(x=0.03)
        return
    n_bins = int(np.clip(len(places) // SETS_PER_BIN, 3, MOST_BINS))
    edges = np.linspace(places[0], places[-1], n_bins + 1)
    bins = np.clip(np.searchsorted(edges, numbers, side="right") - 1, 0, n_bins - 1)
    filled = np.unique(bins)
    ax.plot(numbers, found, ".", color=GREY, ms=1.5, alpha=min(0.6, 300.0 / len(found)), rasterized=True, zorder=0)
    _band(ax, (edges[:-1] + edges[1:])[filled] / 2.0, np.array([_quantiles(found[bins == b]) for b in filled]).T, shade)
    ax.margins(x=0.02)


def _quantiles(found: Series) -> Series:
    finite = found[np.isfinite(found)]
    if not finite.size:
        return np.full(len(FAN_QUANTILES), np.nan)
    return np.quantile(finite, FAN_QUANTILES)


def _name_scenarios(fig: Figure, names: Sequence[str]) -> None:
    """Names in their colours at the top right, where there are several."""
    if len(names) < 2:
        return
    at = 0.988
    for name, shade in reversed(list(zip(names, CYCLE))):
        fig.text(at, 1 - 0.12 / fig.get_figheight(), name, size=9, weight="bold", color=shade, ha="right", va="top")
        at -= 0.012 + 0.0088 * len(name)
