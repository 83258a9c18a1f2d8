"""The figures of a scoreboard: model bands beside observed values, facts as dots and intervals, errors beside the baselines'."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

from reabm.report import canvas
from reabm.report.palette import BLUE, GREEN, INK, PALE, PINK, RED
from reabm.report.validation_words import BASELINES, WINDOWS, figure
from reabm.scenario import Scenario
from reabm.scenario.months import month_index
from reabm.validation import baselines
from reabm.validation.scoreboard import Board
from reabm.validation.scores import LOG
from reabm.validation.series import SERIES
from reabm.validation.targets import DATED
from reabm.validation.windows import FIT, FIT_END, LICENCES, LICENCES_FROM, TEST

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

type Draw = Callable[[Board, Scenario], Figure]

PANELS = {  # name of the figure -> its title, a note, and series with titles of panels
    "prices": ("Prices, 2010 USD without value-added tax: the model's band and what was observed",
               "Baselines know 2012 only. Right of the shade: licences of April 2025 and after.", {
        "price.outside.NdPr": "NdPr outside, USD/kg", "price.outside.Dy": "Dy outside, USD/kg",
        "price.outside.Tb": "Tb outside, USD/kg", "price.china.NdPr": "NdPr inside, USD/kg",
        "price.china.Dy": "Dy inside, USD/kg", "price.china.Tb": "Tb inside, USD/kg", "price.outside.La": "La outside, USD/kg",
        "price.outside.Ce": "Ce outside, USD/kg", "price_ratio.NdPr": "NdPr, outside over inside",
        "price.china.La": "La inside, USD/kg", "price.china.Ce": "Ce inside, USD/kg", "price_ratio.La": "La, outside over inside",
    }),
    "volumes": ("Exports, output and shares: the model's band and what was observed",
                "Flows: mean of twelve months; small dots: a single month. Told: all but given by the script.", {
        "exports.legal": "Legal exports, kt oxide a year", "exports.smuggled": "Smuggled exports, kt a year",
        "exports.magnets": "Magnet exports, kt a year", "mine_output.usa": "US mine output, kt a year",
        "mine.lynas": "Lynas, kt oxide a year",
        "mine_output.china": "Chinese mining (told), kt a year", "magnets.china": "Magnets made in China, kt a year",
        "share.china_mine": "Chinese share of mining", "share.china_magnets": "Chinese share of magnets",
        "japan.use": "Use in Japan, kt a year", "japan.from_china": "Japan's purchases from China",
        "maker.showa_denko.china": "Showa Denko in China, kt a year",
    }),
}  # fmt: skip
COLOURS = {baselines.NO_CHANGE: "#7a7a7a", baselines.AR1: GREEN, baselines.ISOELASTIC: PINK}
STYLES = {baselines.NO_CHANGE: (0, (1, 1.5)), baselines.AR1: (0, (5, 2)), baselines.ISOELASTIC: "-"}
QUALITY = {"solid": (INK, INK), "medium": ("#8d8d8d", INK), "weak": ("white", INK)}  # face and edge of an observed dot
TEST_SHADE = "#f3f1ec"
BAND, INNER = 0.17, 0.24
KILO = 1000.0
FACT_ROW_IN, LEAST_ROWS = 0.172, 8
LEGEND_IN = 0.5  # room below the panels
UNITS = {unit: f" {unit}" for unit in ("USD/kg", "t", "t/yr", "months")}  # of facts; shares, ratios and dates have none
FARTHEST = 10.0  # times the observed: facts farther off are drawn at the edge
SMOOTH = 12  # months


def figures_of(board: Board) -> dict[str, Draw]:
    """The figures that can be drawn of a board, by name."""
    shown = set(board.bands["series"])
    found: dict[str, Draw] = {}
    for name, (title, note, panels) in PANELS.items():
        own = {series: words for series, words in panels.items() if series in shown}
        if own:
            found[name] = partial(_grid, title=title, note=note, panels=own)
    for window in dict.fromkeys(board.facts["window"]):
        found[f"facts_{window}"] = partial(_facts, window=window)
    if (board.series["window"] == TEST).any():
        found["errors"] = _errors
    return found


def draw_board(
    board: Board,
    scenario: Scenario,
    folder: Path,
    names: Iterable[str] | None = None,
    progress: Callable[[], object] | None = None,
) -> list[Path]:
    """Draw the figures of a board into a folder and return their files; the same board gives the same bytes."""
    known = figures_of(board)
    return canvas.draw_all(
        {name: partial(known[name], board, scenario) for name in (known if names is None else names)}, folder, progress
    )


def _grid(board: Board, scenario: Scenario, title: str, note: str, panels: dict[str, str]) -> Figure:
    """Series in panels: median and bands, observed values by quality, baselines faint."""
    columns = 3
    rows = -(-len(panels) // columns)
    fig = canvas.page(
        1.45 + 1.95 * rows, title,
        "Line, bands: median, middle 50 and 90 per cent of the runs. Dots: observed, with their months. "
        "Shaded: test window, 2013 to March 2025", note, _origin(board, scenario),
    )  # fmt: skip
    axes = fig.subplots(rows, columns, squeeze=False, sharex=True)
    for ax, (series, words) in zip(axes.flat, panels.items()):
        _panel(ax, board, scenario, series)
        ax.set_title(words)
    for ax in list(axes.flat)[len(panels) :]:
        ax.set_visible(False)
    _legend_below(fig, _legend())
    return fig


def _panel(ax: Axes, board: Board, scenario: Scenario, series: str) -> None:
    about = SERIES[series]
    is_flow, is_capacity = about.fold == "sum", about.unit == "t/yr"
    scale = 12.0 / KILO if is_flow else 1.0 / KILO if is_capacity else 1.0
    bands = board.bands[board.bands["series"] == series]
    at = (bands["month"].to_numpy() + 0.5) / 12.0
    lines = {q: scale * bands[q].to_numpy() for q in ("q05", "q25", "q50", "q75", "q95")}
    if is_flow:
        lines = {q: _centred(values) for q, values in lines.items()}
    ax.axvspan((FIT_END + 1) / 12.0, LICENCES_FROM / 12.0, color=TEST_SHADE, lw=0, zorder=-2)
    ax.fill_between(at, lines["q05"], lines["q95"], color=BLUE, alpha=BAND, lw=0)
    ax.fill_between(at, lines["q25"], lines["q75"], color=BLUE, alpha=INNER, lw=0)
    ax.plot(at, lines["q50"], color=BLUE, lw=1.3)
    points = board.points[board.points["series"] == series]
    _baselines(ax, points[points["window"] == TEST], scale)
    seen = points[points["window"].isin((FIT, TEST, LICENCES))]
    for row in seen.itertuples(index=False):
        first, last = _months(row)
        face, edge = QUALITY[row.quality]
        value = scale * row.observed
        if last - first > 1:
            ax.plot([first / 12.0, (last + 1) / 12.0], [value, value], color=edge, lw=0.7, zorder=3)
        ax.plot(
            [(first + last + 1) / 24.0],
            [value],
            "o",
            ms=3.4 if last > first or not is_flow else 2.2,
            mfc=face,
            mec=edge,
            mew=0.6,
            zorder=4,
            clip_on=False,  # a plant that is closed stands on the axis
        )
    _value_axis(ax, about, lines, scale * seen["observed"].to_numpy(dtype=np.float64))
    canvas.years_axis(ax, scenario.start, scenario.end, 5)


def _baselines(ax: Axes, points: pd.DataFrame, scale: float) -> None:
    for name in baselines.NAMES:
        known = points[points[name].notna()]
        if known.empty:
            continue
        at = np.array([sum(_months(row)) / 24.0 for row in known.itertuples(index=False)])
        order = np.argsort(at, kind="stable")
        ax.plot(
            at[order], scale * known[name].to_numpy()[order], color=COLOURS[name], ls=STYLES[name], lw=0.9, alpha=0.85, zorder=2,
            marker="." if len(known) == 1 else "", ms=3,
        )  # fmt: skip


def _value_axis(ax: Axes, about: Any, lines: dict[str, Any], observed: Any) -> None:
    every = np.concatenate([lines["q05"], lines["q95"], observed])
    every = every[np.isfinite(every)]
    if about.unit == "share":
        ax.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.0f} %"))
        ax.set_ylim(0.0, 1.03)
    elif about.unit in ("USD/kg", "ratio") and (every > 0.0).any():
        ax.set_yscale("log")
        positive = every[every > 0.0]
        ax.set_ylim(positive.min() / 1.25, positive.max() * 1.35)
        decades = np.log10(positive.max() / positive.min())
        ax.yaxis.set_major_locator(LogLocator(base=10.0, subs=(1.0,) if decades > 2.2 else (1.0, 2.0, 5.0)))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}" if value >= 1.0 else f"{value:g}"))
        ax.yaxis.set_minor_formatter(NullFormatter())
    else:
        ax.set_ylim(0.0, 1.08 * every.max() if every.size and every.max() > 0.0 else 1.0)


def _facts(board: Board, scenario: Scenario, window: str) -> Figure:
    """Facts of a window as dots and intervals, everything divided by what was observed; dates in a panel of their own."""
    own = board.facts[board.facts["window"] == window]
    dates = own[own["statistic"].isin(DATED)]
    sizes = own[~own["statistic"].isin(DATED) & (own["observed"] > 0.0)]
    rows = max(len(sizes) + len(dates), LEAST_ROWS)
    hit = int(own["hit"].sum())
    left_out = len(own) - len(sizes) - len(dates)
    fig = canvas.page(
        1.75 + FACT_ROW_IN * rows, f"{hit} of {len(own)} facts are hit: {WINDOWS[window]}",
        "Grey: what the sources leave open. Line: 5 to 95 per cent of the runs; dot: their median; red, with a cross: a miss",
        "In brackets: observed. Arrows: farther off than the axis."
        + (f" Not drawn: {left_out} observed as 0 (see the table)." if left_out else ""),
        _origin(board, scenario),
    )  # fmt: skip
    heights = [max(len(part), 1) for part in (sizes, dates) if len(part)]
    axes = np.atleast_1d(fig.subplots(len(heights), 1, height_ratios=heights))
    k = 0
    if len(sizes):
        _sizes(axes[k], sizes)
        k += 1
    if len(dates):
        _dates(axes[k], dates)
    return fig


def _sizes(ax: Axes, facts: pd.DataFrame) -> None:
    ax.axvline(1.0, color=INK, lw=0.7, zorder=1)
    for y, row in enumerate(facts.itertuples(index=False)):
        parts = tuple(value / row.observed for value in (row.low, row.high, row.band_low, row.band_high, row.median))
        _row(ax, y, row, parts, (1.0 / FARTHEST, FARTHEST))
    ax.set_xscale("log")
    ax.set_xlim(1.0 / FARTHEST, FARTHEST)
    ticks = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_xlabel("model over observed")
    _names(ax, facts)


def _dates(ax: Axes, facts: pd.DataFrame) -> None:
    years = facts[["low", "high", "band_low", "band_high", "median", "observed"]].to_numpy(dtype=np.float64) / 12.0
    known = years[np.isfinite(years)]
    edges = (float(np.floor(known.min())) - 1.0, float(np.ceil(known.max())) + 1.0)
    for y, (row, at) in enumerate(zip(facts.itertuples(index=False), years)):
        _row(ax, y, row, tuple(at[:5]), edges)
        ax.plot([at[5]], [y], "|", color=INK, ms=8, mew=1.2, zorder=3)
    canvas.years_axis(ax, round(12 * edges[0]), round(12 * edges[1]) - 1, 12)
    ax.set_xlabel("year; black tick: observed")
    _names(ax, facts)


def _row(ax: Axes, y: int, row: Any, at: tuple[float, ...], edges: tuple[float, float]) -> None:
    low, high, band_low, band_high, median = at
    low, high = max(low, edges[0]), min(high, edges[1])
    ax.barh(y, high - low, left=low, height=0.72, color=PALE, lw=0, zorder=0)
    shade = BLUE if row.hit else RED
    if np.isfinite(band_low):
        ax.plot(np.clip([band_low, band_high], *edges), [y, y], color=shade, lw=1.3, zorder=2, solid_capstyle="butt")
    if np.isnan(median):
        return
    if median > edges[1] or median < edges[0]:
        ax.plot([np.clip(median, *edges)], [y], ">" if median > edges[1] else "<", color=shade, ms=4.5, clip_on=False, zorder=4)
        return
    ax.plot([median], [y], "o" if row.hit else "X", color=shade, ms=4.2 if row.hit else 4.8, mec="white", mew=0.5, zorder=4)


def _names(ax: Axes, facts: pd.DataFrame) -> None:
    names = [
        f"{str(row.fact).replace('_', ' ')}  ({figure(row.observed, row.unit)}{UNITS.get(row.unit, '')})"
        for row in facts.itertuples(index=False)
    ]
    ax.set_yticks(range(len(facts)), names, size=7)
    ax.set_ylim(len(facts) - 0.4, -0.6)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)


def _errors(board: Board, scenario: Scenario) -> Figure:
    """Errors of the model in the test window beside each baseline's on the same points."""
    own = board.series[(board.series["window"] == TEST) & (board.series["scale"] == LOG)]
    own = own[own["n"] > 0].sort_values("rmse", kind="stable").reset_index(drop=True)
    found = board.summary["series"][TEST]
    beaten = ", ".join(
        f"{label} on {found[name]['beaten_on']} of {found[name]['applies_to']}" for name, label in BASELINES.items()
    )
    fig = canvas.page(
        1.6 + 0.19 * max(len(own), LEAST_ROWS), f"The model is closer than {beaten} series",
        "Log-RMSE of prices and tonnes in the test window: 0.1 is about ten per cent, 0.7 a factor of two. Pale: told by script",
        "In brackets: observed values; a baseline has those it speaks of. The counts above leave out what is told.",
        _origin(board, scenario),
    )  # fmt: skip
    ax = fig.subplots()
    for y, row in enumerate(own.itertuples(index=False)):
        told = bool(row.told_by)
        others = [getattr(row, f"rmse_{name}") for name in baselines.NAMES]
        known = [value for value in (row.rmse, *others) if np.isfinite(value)]
        ax.plot([min(known), max(known)], [y, y], color=PALE, lw=0.9, zorder=1)
        for name, marker in zip(baselines.NAMES, ("s", "^", "D")):
            value = getattr(row, f"rmse_{name}")
            ax.plot([value], [y], marker, color=COLOURS[name], ms=4.2, mew=0, zorder=2, alpha=0.4 if told else 1.0)
        ax.plot([row.rmse], [y], "o", color=BLUE, ms=5.2, mec="white", mew=0.5, zorder=3, alpha=0.4 if told else 1.0)
    ax.set_xscale("symlog", linthresh=0.05, linscale=0.25)  # errors below a twentieth are small, whatever they are
    ax.xaxis.set_minor_locator(NullLocator())
    ticks = (0.0, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.set_xlim(0.0, 6.0)
    ax.set_xlabel("log-RMSE")
    ax.set_yticks(range(len(own)), [f"{row.series}  ({row.n})" for row in own.itertuples(index=False)], size=7)
    ax.set_ylim(len(own) - 0.4, -0.6)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    _legend_below(fig, _error_legend())
    return fig


def _legend_below(fig: Figure, handles: list[Any]) -> None:
    """A legend in a row of its own between the panels and the note."""
    height = fig.get_figheight()
    engine = fig.get_layout_engine()
    assert isinstance(engine, ConstrainedLayoutEngine)
    engine.set(rect=(0.005, LEGEND_IN / height, 0.99, 1 - (0.58 + LEGEND_IN) / height))
    fig.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, 0.19 / height), ncols=len(handles), fontsize=7.5)


def _error_legend() -> list[Any]:
    from matplotlib.lines import Line2D

    marks = zip(("model", *BASELINES.values()), ("o", "s", "^", "D"), (BLUE, *COLOURS.values()))
    return [Line2D([], [], color=shade, marker=marker, ls="", ms=4.5, mew=0, label=label) for label, marker, shade in marks]


def _legend() -> list[Any]:
    from matplotlib.lines import Line2D

    handles: list[Any] = [Line2D([], [], color=BLUE, lw=1.3, label="model")]
    for quality, (face, edge) in QUALITY.items():
        handles.append(Line2D([], [], marker="o", ls="", ms=4, mfc=face, mec=edge, mew=0.6, label=f"observed, {quality}"))
    for name, label in BASELINES.items():
        handles.append(Line2D([], [], color=COLOURS[name], ls=STYLES[name], lw=0.9, label=label))
    return handles


def _centred(values: Any) -> Any:
    """Mean of the twelve months around each month; at the ends of those there are."""
    total = np.cumsum(np.insert(values, 0, 0.0))
    at = np.arange(len(values))
    first, after = np.maximum(at - SMOOTH // 2, 0), np.minimum(at + SMOOTH // 2, len(values))
    return (total[after] - total[first]) / (after - first)


def _months(row: Any) -> tuple[int, int]:
    first, last = month_index(row.first), month_index(row.last)
    assert first is not None
    assert last is not None
    return first, last


def _origin(board: Board, scenario: Scenario) -> str:
    asked = board.summary.get("asked", {})
    sets = f", {asked['parameter_sets']} parameter sets" if asked.get("parameters") else ""
    return f"{scenario.title}, {asked.get('runs', 'some')} runs{sets}"


__all__ = ["draw_board", "figures_of"]
