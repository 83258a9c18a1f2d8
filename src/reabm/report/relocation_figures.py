"""The figures of the relocation study: resting points and tipping, loops, who is followed, and what a subsidy holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reabm.empirical.relocation import HOME, Case
from reabm.empirical.relocation_folder import RelocationResult
from reabm.empirical.relocation_theory import APART, firms_of, resting, total_of
from reabm.report import canvas
from reabm.report.leverage_canvas import shades
from reabm.report.palette import BLUE, GREY, INK, ORANGE, RED

MOST_LINES = 4
NAMED = 0.08  # share of capacity from which a firm's name is written


def origin_of(result: RelocationResult) -> str:
    """What the figures show."""
    return f"Makers' move, {result.study.file.seeds} worlds a point"


def share_axis(ax: Axes, label: str = "share of makers' capacity in China") -> None:
    """Shares as per cent from nought to one."""
    canvas.percent_axis(ax)
    ax.set_ylabel(label)


def some_of(values: tuple[float, ...], own: float) -> list[float]:
    """At most MOST_LINES of the values, the first, the last and the one nearest to the world's own among them."""
    nearest = min(values, key=lambda value: abs(value - own))
    spread = {values[round(k * (len(values) - 1) / (MOST_LINES - 1))] for k in range(MOST_LINES)}
    spread.discard(min(spread - {values[0], values[-1]}, key=lambda value: abs(value - nearest), default=values[0] - 1.0))
    return sorted({values[0], values[-1], nearest, *spread})[: MOST_LINES + 1]


def herding_names(result: RelocationResult, herding: float) -> str:
    """A strength of herding in words."""
    own = " (the world's)" if abs(herding - result.study.own_herding) < 1e-9 else ""
    return f"{herding:g}{own}"


def the_rest(result: RelocationResult) -> Figure:
    """Where makers come to rest over the push, from both starts, beside theory."""
    table = result.rest
    chosen = some_of(result.study.file.herding, result.study.own_herding)
    fig = canvas.page(
        4.4, "Does it matter where makers start?",
        "Share of outside makers' capacity in China in the long run, over what pushes it there; one panel for each strength "
        "of herding",
        "Push: price gap less home subsidy, as a share of unit cost. Bars: standard error. Theory: the same firms' game.",
        origin_of(result),
    )  # fmt: skip
    axes = fig.subplots(1, len(chosen), sharey=True, squeeze=False)[0]
    for ax, herding in zip(axes, chosen, strict=True):
        own = table[table["herding"] == herding].sort_values("push")
        fine_push, low, high = theory_curves(result, herding)
        ax.plot(fine_push, low, color=GREY, lw=0.9, label="theory, lowest and highest")
        ax.plot(fine_push, high, color=GREY, lw=0.9, ls="--")
        for column, shade, mark, label in (("home", BLUE, "o", "all began at home"), ("china", RED, "s", "all began in China")):
            share, error = own[f"share_from_{column}"], own[f"error_from_{column}"]
            ax.errorbar(own["push"], share, error, color=shade, marker=mark, ms=3.2, lw=1.2, label=label)
        threshold = float(own["global_threshold"].median())
        if own["push"].min() < threshold < own["push"].max():
            ax.axvline(threshold, color=ORANGE, lw=1.0, ls=":", label="global game (R4)")
        ax.set_title(f"herding {herding_names(result, herding)}")
        ax.set_xlabel("push, share of unit cost")
    share_axis(axes[0])
    axes[0].legend(fontsize=6.8, loc="upper left")
    return fig


def theory_curves(result: RelocationResult, herding: float, n: int = 121) -> tuple[Any, Any, Any]:
    """Lowest and highest resting share over a fine grid of pushes: the firms of the main push, shifted."""
    table = result.rest
    base = table[(table["herding"] == 0.0) & (table["subsidy"] == 0.0)]
    middle = (
        base.iloc[(base["export_tax"] - result.main_tax).abs().argmin()] if len(base) else table[table["herding"] == 0.0].iloc[-1]
    )
    push = next(
        one for one in result.study.file.pushes if (one.export_tax, one.subsidy) == (middle["export_tax"], middle["subsidy"])
    )
    firms = firms_of(result.played.rest[Case(push, 0.0, HOME)])
    grid = np.linspace(table["push"].min(), table["push"].max(), n)
    ends = np.array(
        [[total_of(firms, one) for one in resting(firms, result.study.precision, herding, at - middle["push"])] for at in grid]
    )
    return grid, ends[:, 0], ends[:, 1]


def the_tipping(result: RelocationResult) -> Figure:
    """Where two resting points exist, over herding and push: simulated and by theory."""
    table = result.rest
    fig = canvas.page(
        4.0, "How strong must herding be for two outcomes?",
        "How far apart makers end who began in China and who began at home, beyond what lumps and sunk plants do without herding",
        "Black: pushes at which theory of the same firms has two. Dashes: the world's herding; dots: two for identical makers "
        "(R1).",
        origin_of(result),
    )  # fmt: skip
    ax = fig.subplots()
    rounded = table.assign(at=table.groupby(["export_tax", "subsidy"])["push"].transform("mean"))
    wide = rounded.pivot(index="at", columns="herding", values="apart_by_herding")
    pushes, strengths = wide.index.to_numpy(), wide.columns.to_numpy()
    x, y = np.arange(len(strengths) + 1) - 0.5, np.arange(len(pushes) + 1) - 0.5
    mesh = ax.pcolormesh(x, y, wide.to_numpy(), cmap="Purples", vmin=0.0, vmax=1.0)
    grid, two = _two_by_theory(result, strengths)
    for k in range(len(strengths)):
        inside = grid[two[k]]
        if len(inside):
            ends = np.interp([inside[0], inside[-1]], pushes, np.arange(len(pushes)))
            ax.plot([k, k], ends, color=INK, lw=1.4, marker="_", ms=9)
    at = np.interp(
        [result.study.own_herding, min(result.critical["identical"], strengths[-1])], strengths, np.arange(len(strengths))
    )
    ax.axvline(at[0], color=BLUE, lw=1.0, ls="--")
    ax.axvline(at[1], color=BLUE, lw=1.0, ls=":")
    ax.set_xticks(range(len(strengths)), [f"{value:g}" for value in strengths])
    ax.set_yticks(range(len(pushes)), [f"{value:.2f}".replace("-", "−") for value in pushes])
    ax.set_xlabel("herding (makers.herding)")
    ax.set_ylabel("push: gap less subsidy, share of cost")
    ax.grid(False)
    bar = fig.colorbar(mesh, ax=ax, pad=0.01)
    bar.set_label("difference of the two long-run shares")
    return fig


def _two_by_theory(result: RelocationResult, strengths: Any) -> tuple[Any, list[Any]]:
    found = []
    grid = np.zeros(0)
    for herding in strengths:
        grid, low, high = theory_curves(result, float(herding))
        found.append(high - low > APART)
    return grid, found


def the_loops(result: RelocationResult) -> Figure:
    """A subsidy that falls and rises again: share in China out and back."""
    table, areas = result.ramps, result.loops
    strengths = list(result.study.file.ramp.herding)
    fig = canvas.page(
        3.6, "Do makers return on the way they came?",
        f"The home subsidy falls step by step ({result.study.file.ramp.hold_months} months each) and rises again",
        "Area between the two ways: share of capacity x share of cost. What is there without herding comes of lumps and delay.",
        origin_of(result),
    )  # fmt: skip
    ax = fig.subplots()
    for herding, shade in zip(strengths, shades(len(strengths)), strict=True):
        own = table[table["herding"] == herding]
        area = areas[areas["herding"] == herding].iloc[0]
        label = f"herding {herding_names(result, herding)}: area {area['area']:.2f}"
        ax.plot(own["push"], own["share"], "o-", ms=2.6, color=shade, label=label)
        turn = len(result.study.file.ramp.subsidies) + 1
        if turn < len(own):
            a, b = own.iloc[turn - 1], own.iloc[turn]
            ax.annotate("", (b["push"], b["share"]), (a["push"], a["share"]), arrowprops={"arrowstyle": "-|>", "color": shade})
    share_axis(ax)
    ax.set_xlabel("push: price gap less home subsidy, share of unit cost")
    ax.legend(loc="upper left")
    return fig


def the_firms(result: RelocationResult) -> Figure:
    """What one firm's being in China moves of the others, over its size, for each strength of herding."""
    table = result.forced
    strengths = [value for value in result.study.file.forced.herding if value > 0.0] or list(result.study.file.forced.herding)
    push = result.study.file.forced.pushes[len(result.study.file.forced.pushes) // 2]
    chosen = table[(table["export_tax"] == push.export_tax) & (table["subsidy"] == push.subsidy)]
    fig = canvas.page(
        3.9, "Whom do the others follow?",
        "Change of all others' share in China between a world in which one firm is told to stay and one in which it is told "
        "to move",
        f"Export tax {push.export_tax:g}, home subsidy {push.subsidy:g}. Hollow: theory of the same firms. Firms below "
        f"{100 * NAMED:g} % have no name here.",
        origin_of(result),
    )  # fmt: skip
    axes = fig.subplots(1, len(strengths), sharey=True, squeeze=False)[0]
    for ax, herding in zip(axes, strengths, strict=True):
        own = chosen[chosen["herding"] == herding]
        ax.errorbar(own["share_of_capacity"], own["follow"], own["error_follow"], fmt="o", color=BLUE, ms=4.5, lw=1.0)
        ax.plot(own["share_of_capacity"], own["follow_theory"], "o", mfc="none", mec=GREY, ms=6.5)
        for row in own[own["share_of_capacity"] > NAMED].itertuples(index=False):
            name = str(row.firm).replace("_", " ")
            ax.annotate(name, (row.share_of_capacity, row.follow), xytext=(5, 4), textcoords="offset points", size=6.5, color=INK)
        ax.axhline(0.0, color=GREY, lw=0.7)
        ax.set_xlim(0.0, 0.33)
        ax.set_title(f"herding {herding_names(result, herding)}")
        ax.set_xlabel("the firm's share of all capacity")
        ax.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        ax.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %".replace("-", "−"))
    axes[0].set_ylabel("others' share that it moves")
    return fig


def the_subsidy(result: RelocationResult) -> Figure:
    """Share in China over the home subsidy at one gap, and the subsidy that keeps makers at home over herding."""
    table, levels = result.rest, result.subsidies
    tax = result.main_tax
    fig = canvas.page(
        3.7, "Which subsidy keeps the makers at home?",
        f"At a constant export tax of {100 * tax:g} per cent; the subsidy is a share of the unit cost of a line at home",
        "Left: points from home (solid) and from China (dashed). Right: the subsidy at which half of the capacity is in China.",
        origin_of(result),
    )  # fmt: skip
    left, right = fig.subplots(1, 2)
    strengths = some_of(result.study.file.herding, result.study.own_herding)
    for herding, shade in zip(strengths, shades(len(strengths)), strict=True):
        own = table[(table["herding"] == herding) & (table["export_tax"] == tax)].sort_values("subsidy")
        left.plot(own["subsidy"], own["share_from_home"], "o-", ms=3, color=shade, label=herding_names(result, herding))
        left.plot(own["subsidy"], own["share_from_china"], "s--", ms=2.6, lw=0.9, color=shade)
    share_axis(left)
    left.set_xlabel("home subsidy, share of unit cost")
    left.legend(title="herding", fontsize=7.5, title_fontsize=7.5)
    for column, style, shade, label in (
        ("halves_from_home", "o-", BLUE, "simulated, from home"), ("halves_from_china", "s-", RED, "simulated, from China"),
        ("halves_theory", "^--", GREY, "theory, these firms"), ("global_game", ":", ORANGE, "theory, global game (R4)"),
    ):  # fmt: skip
        values = levels[column].to_numpy(dtype=float)
        right.plot(levels["herding"], np.where(np.isfinite(values), values, np.nan), style, ms=3.2, color=shade, label=label)
    right.set_xlabel("herding (makers.herding)")
    right.set_ylabel("subsidy, share of unit cost")
    right.legend(fontsize=7.5)
    return fig


FIGURES: dict[str, Callable[[RelocationResult], Figure]] = {
    "relocation_rest": the_rest, "relocation_tipping": the_tipping, "relocation_loops": the_loops, "relocation_firms": the_firms,
    "relocation_subsidy": the_subsidy,
}  # fmt: skip


def draw_relocation(
    result: RelocationResult, folder: Path, names: Iterable[str] | None = None, progress: Callable[[], object] | None = None
) -> list[Path]:
    """Draw the figures of a study into a folder and return their files; the same study gives the same bytes."""
    return canvas.draw_all(
        {name: partial(FIGURES[name], result) for name in (FIGURES if names is None else names)}, folder, progress
    )
