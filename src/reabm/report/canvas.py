"""What the figures have in common: size, type, the axis of time, and marks of what the states did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from reabm.report.palette import GREY, INK, MARK
from reabm.scenario.scenario import STATE, Scenario
from reabm.store.result import RunTables

if TYPE_CHECKING:
    from matplotlib.axes import Axes

type Series = NDArray[np.float64]

WIDTH_IN, DPI = 9.6, 150
QUOTA_SHADE, EMBARGO_SHARE = "#f1efe9", 0.2
STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans", "font.size": 8.5, "text.color": INK, "axes.labelcolor": GREY, "axes.edgecolor": "#9a9a9a",
    "axes.linewidth": 0.7, "axes.spines.top": False, "axes.spines.right": False, "axes.titlesize": 9.5,
    "axes.titleweight": "bold", "axes.titlelocation": "left", "axes.titlepad": 5.0, "axes.labelsize": 8.0, "axes.axisbelow": True,
    "xtick.color": GREY, "ytick.color": GREY, "xtick.labelsize": 8.0, "ytick.labelsize": 8.0, "xtick.major.width": 0.7,
    "ytick.major.width": 0.7, "xtick.major.size": 3.0, "ytick.major.size": 3.0, "ytick.minor.size": 0.0, "axes.grid": True,
    "axes.grid.axis": "y", "grid.color": "#e6e6e6", "grid.linewidth": 0.6, "lines.linewidth": 1.5, "legend.frameon": False,
    "legend.fontsize": 8.0, "legend.handlelength": 1.4, "svg.hashsalt": "reabm", "axes.unicode_minus": True,
}  # fmt: skip


@contextmanager
def style() -> Iterator[None]:
    """Within it matplotlib draws in the style of the house."""
    with rc_context(STYLE):  # type: ignore[arg-type]  # its keys are literals
        yield


def figure(height_in: float, title: str, subtitle: str, run: RunTables, marks: bool = True) -> Figure:
    """An empty figure with its heading above and its origin below; `marks` explains shades and ticks."""
    note = "Shaded: months with an export quota. Ticks along the axis: dated events of the scenario."
    origin = f"{run.scenario.title}, seed {run.seed}"
    return page(height_in, title, subtitle, note if marks and run.scenario.events else "", origin)


def page(height_in: float, title: str, subtitle: str, note: str, origin: str) -> Figure:
    """An empty figure with title and subtitle above, a note and what it shows below."""
    room = (0.005, 0.2 / height_in, 0.99, 1 - 0.78 / height_in)
    fig = Figure(figsize=(WIDTH_IN, height_in), dpi=DPI, layout=ConstrainedLayoutEngine(rect=room, h_pad=0.06, w_pad=0.06))
    fig.text(0.012, 1 - 0.10 / height_in, title, size=12.5, weight="bold", va="top")
    fig.text(0.012, 1 - 0.37 / height_in, subtitle, size=8.5, color=GREY, va="top")
    fig.text(0.012, 0.07 / height_in, note, size=7, color=GREY, va="bottom")
    fig.text(0.988, 0.07 / height_in, f"{origin}; simulated by reabm", size=7, color=GREY, ha="right", va="bottom")
    return fig


def write_png(figure: Figure, to: str | PathLike[str] | IO[bytes]) -> None:
    """Write a figure as PNG, the same bytes whatever was drawn before.

    Where the layout engine puts the axes depends in its last bits on what else it has solved; places are rounded.
    """
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for ax in figure.axes:
        ax.set_position(tuple(round(edge, 4) for edge in ax.get_position().bounds))
    figure.savefig(to, format="png", metadata={"Software": None})


def draw_all(draws: Mapping[str, Callable[[], Figure]], folder: Path, progress: Callable[[], object] | None = None) -> list[Path]:
    """Draw figures into a folder, each as NAME.png, whole or not at all; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, draw in draws.items():
        file = folder / f"{name}.png"
        partial = file.with_suffix(".png.partial")
        with style():
            write_png(draw(), partial)
        partial.replace(file)
        files.append(file)
        if progress:
            progress()
    return files


def time_of(run: RunTables) -> Series:
    """Middle of each month in years."""
    return np.asarray((run.scenario.start + np.arange(run.scenario.n_months) + 0.5) / 12.0, dtype=np.float64)


def time_axis(ax: Axes, run: RunTables, ticks: int = 7) -> None:
    """Years along the bottom, from the run's first to its last month."""
    years_axis(ax, run.scenario.start, run.scenario.end, ticks)


def years_axis(ax: Axes, first: int, last: int, ticks: int = 7) -> None:
    """Years along the bottom, from one month (year x 12 + month - 1) to another."""
    ax.set_xlim(first / 12.0, (last + 1) / 12.0)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=ticks, integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"{year:.0f}"))


def percent_axis(ax: Axes, top: float | None = 1.0) -> None:
    """Shares as per cent from nought."""
    ax.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.0f} %"))
    ax.set_ylim(0, top)


def column(run: RunTables, name: str) -> Series:
    """A column of the months."""
    values: Series = run.months[name].to_numpy(dtype=np.float64)
    return values


def smooth(values: Series, n_months: int = 12) -> Series:
    """Mean of the last `n_months` months (of those there are)."""
    total = np.cumsum(np.insert(values, 0, 0.0))
    last = np.arange(1, len(values) + 1)
    first = np.maximum(last - n_months, 0)
    means: Series = (total[last] - total[first]) / (last - first)
    return means


def spans(run: RunTables, holds: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """Stretches of time in which something holds, in years."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], holds, [False]]).astype(int)))
    return [((run.scenario.start + a) / 12.0, (run.scenario.start + b) / 12.0) for a, b in edges.reshape(-1, 2)]


def mark_policy(ax: Axes, run: RunTables, words: bool = False) -> None:
    """Shade the months with an export quota, mark embargoes and licences of the script; `words` writes their names."""
    for first, last in spans(run, ~np.isnan(column(run, "export_quota_t"))):
        ax.axvspan(first, last, color=QUOTA_SHADE, lw=0, zorder=-2)
        if words:
            _name(ax, run, max(first, run.scenario.start / 12), "export quota")
    for name, (first, last) in policy_marks(run):
        ax.axvspan(first, last, color=MARK, alpha=0.40, lw=0, zorder=-1)
        if words:
            _name(ax, run, first, name)


def _name(ax: Axes, run: RunTables, at: float, name: str) -> None:
    """A small name at the top of a mark, on the side where there is room."""
    late = at > run.scenario.start / 12 + 0.85 * run.scenario.n_months / 12
    place = {"xytext": (-3 if late else 3, -2), "textcoords": "offset points", "ha": "right" if late else "left"}
    ax.annotate(name, (at, 1.0), xycoords=("data", "axes fraction"), va="top", size=6.5, color=GREY, **place)  # type: ignore[arg-type]


def _bans(scenario: Scenario) -> NDArray[np.bool_]:
    """Months in which a state on `coercive_ban` stops shipments."""
    from reabm.rules.state_plans import first_dispute  # compiled: only where it is asked for
    from reabm.scenario.pack import pack

    params = pack(scenario.at(scenario.start))
    knobs = params.knobs.coercion
    _, first = first_dispute(params.script.embargo, knobs.interval_months)
    since = np.arange(scenario.n_months) - first
    return (since >= 0) & (since % int(knobs.interval_months) < knobs.ban_months)


def policy_marks(run: RunTables) -> list[tuple[str, tuple[float, float]]]:
    """Embargoes and licensing of the state's script, as (name, (from, until)); none where it does not follow its script."""
    scenario = run.scenario
    states = [name for name, government in scenario.governments.items() if government.destination == "china"] or [STATE]
    played = {scenario.strategies.get(name) for name in states}
    if played & {"open_trade", "licence_with_restraint", "industrial_policy"}:
        return []
    found = []
    policy = scenario.policy
    halted = np.zeros(scenario.n_months, dtype=bool)
    for series in policy.embargo.values():
        halted |= series.monthly(scenario.start, scenario.n_months) > EMBARGO_SHARE
    if "coercive_ban" in played:
        halted |= _bans(scenario)
    found += [("embargo", span) for span in spans(run, halted)]
    firsts = [min(series.values) for series in policy.licence.approval.values()]
    if firsts and scenario.start < min(firsts) <= scenario.end:
        at = min(firsts) / 12.0
        found.append(("licences", (at, at + 1.0 / 12.0)))
    return found


def mark_events(ax: Axes, run: RunTables) -> None:
    """A small tick on the axis of time for each dated event of the scenario."""
    first, last = run.scenario.start / 12.0, (run.scenario.end + 1) / 12.0
    for event in run.scenario.events:
        parts = [int(part) for part in event.date.split("-")]
        at = parts[0] + ((parts[1] - 1 if len(parts) > 1 else 6) + (parts[2] / 31.0 if len(parts) > 2 else 0.5)) / 12.0
        if first <= at <= last:
            ax.plot([at, at], [0.0, 0.025], transform=ax.get_xaxis_transform(), color=GREY, lw=0.5, alpha=0.8, clip_on=False)


def label_ends(ax: Axes, run: RunTables, ends: list[tuple[float, str, str]], size: float = 8.0) -> None:
    """Names at the right end of lines (value, name, colour), moved apart where they would overlap."""
    ax.get_figure().draw_without_rendering()  # type: ignore[union-attr]  # lays out the axes: their height is asked for below
    low, high = ax.get_ylim()
    gap = (high - low) * size * 1.35 / 72.0 / (ax.get_figure().get_figheight() * ax.get_position().height)  # type: ignore[union-attr]
    placed = -np.inf
    for value, name, shade in sorted(ends):
        placed = max(value, placed + gap)
        ax.annotate(
            name, ((run.scenario.end + 1) / 12.0, placed), xytext=(4, 0), textcoords="offset points", va="center", size=size,
            color=shade, annotation_clip=False,
        )  # fmt: skip
