"""The figures of the restraint study: the map, the frontier beside theory, what flows when, and how fast the position erodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, SymLogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from reabm.empirical.restraint import DOWNSTREAM, RETALIATION, WEIGHTS, Comparison
from reabm.empirical.restraint_folder import RestraintResult, mean_paths, terms_by_year, theory_of
from reabm.empirical.restraint_map import UNSURE, cells, frontier, own_rate
from reabm.empirical.restraint_theory import fit_window, mean_difference
from reabm.report import canvas
from reabm.report.leverage_canvas import TERMS, money_axis, shades, stacked_bars
from reabm.report.palette import BLUE, GREY, INK, ORANGE, RED
from reabm.scenario.months import month_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES = {
    "hard_line": "a hard line",
    "restraint": "restraint",
    "open_trade": "open trade",
    "history": "history",
    "ban": "repeated bans",
}
DIVERGING = LinearSegmentedColormap.from_list("restraint", [BLUE, "#f7f7f7", RED])
ROOM = 0.05  # above and below bars
RATE_TICKS = 6
TOP_RATE = 0.30  # of the figure of the frontier
BAR: dict[str, Any] = {"lw": 4.0, "alpha": 0.35, "solid_capstyle": "butt"}


def name_of(policy: str) -> str:
    """A policy in words."""
    return NAMES.get(policy, policy.replace("_", " "))


def origin_of(result: RestraintResult) -> str:
    """What the figures show."""
    written = result.study.file
    return f"{written.title}, {written.seeds} paired worlds a cell"


def lead_names(result: RestraintResult) -> list[str]:
    """Mean building times in words, one for each factor."""
    return [f"{factor * result.played.lead_years:.1f}" for factor in result.study.file.lead_factors]


def the_map(result: RestraintResult) -> Figure:
    """Who does better, over discount rate and building time, for each weight on jobs (columns) and retaliation (rows)."""
    written = result.study.file
    pair = written.comparisons[0]
    found = cells(result.study, result.played)
    found = found[(found["coercion"] == pair.coercion) & (found["restraint"] == pair.restraint)]
    rates, n_leads = np.array(written.discount_rates), len(written.lead_factors)
    columns, rows = written.downstream_weights, written.retaliation_musd_month
    fig = canvas.page(
        1.6 + 1.9 * len(rows), f"Where does {name_of(pair.restraint)} pay the Chinese state more than {name_of(pair.coercion)}?",
        f"Pay-off from {month_text(written.decision)} to {month_text(written.until)}, discounted: blue where restraint earns "
        f"more, "
        "red where coercion does",
        "Hatched: sign not sure (2 s.e.). Dots: both pay the same; hollow: restraint above; triangles: beyond the rates.",
        origin_of(result),
    )  # fmt: skip
    axes = np.atleast_2d(fig.subplots(len(rows), len(columns), sharex=True, sharey=True, squeeze=False))
    norm = SymLogNorm(linthresh=300.0, vmin=-6000.0, vmax=6000.0)
    mesh = None
    ticks = sorted({round(k * (len(rates) - 1) / RATE_TICKS) for k in range(RATE_TICKS + 1)})
    for i, retaliation in enumerate(rows):
        for j, downstream in enumerate(columns):
            ax: Axes = axes[i, j]
            own = found[(found["downstream_weight"] == downstream) & (found["retaliation_musd_month"] == retaliation)]
            wide = own.pivot(index="discount_rate", columns="lead_factor", values="difference_musd").to_numpy()
            unsure = own.assign(unsure=own["better"] == UNSURE).pivot(
                index="discount_rate", columns="lead_factor", values="unsure"
            )
            x, y = np.arange(n_leads + 1) - 0.5, np.arange(len(rates) + 1) - 0.5
            mesh = ax.pcolormesh(x, y, wide, cmap=DIVERGING, norm=norm, rasterized=True)
            for r, k in np.argwhere(unsure.to_numpy(dtype=bool)):
                ax.add_patch(Rectangle((k - 0.5, r - 0.5), 1.0, 1.0, fill=False, hatch="/////", ec="#8a8a8a", lw=0.0))
            draw_frontier(ax, result, pair, downstream, retaliation)
            ax.grid(False)
            ax.set_ylim(y[0], y[-1])
            ax.set_xticks(range(n_leads), lead_names(result))
            ax.set_yticks(ticks, [f"{100 * rates[r]:g} %" for r in ticks])
            if i == 0:
                ax.set_title(f"weight on jobs {downstream:g}")
            if i == len(rows) - 1:
                ax.set_xlabel("building time of mines, years")
            if j == 0:
                ax.set_ylabel(f"retaliation {retaliation:,.0f}\ndiscount rate, 1/yr")
    if mesh is not None:
        bar = fig.colorbar(mesh, ax=axes, shrink=0.7, pad=0.01, ticks=[-3000, -1000, -300, 0, 300, 1000, 3000])
        bar.set_label("coercion less restraint, M USD")
        bar.ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}".replace("-", "−"))
        bar.outline.set_visible(False)
    return fig


def draw_frontier(ax: Axes, result: RestraintResult, pair: Comparison, downstream: float, retaliation: float) -> None:
    """The critical rates of one panel with their intervals; all rates of the grid are as high, beyond them is a triangle."""
    found = frontier(result.study, result.played, pair, downstream, retaliation)
    rates = np.array(result.study.file.discount_rates)

    def place(rate: float) -> float:
        return float(np.interp(rate, rates, np.arange(len(rates))))

    edges = (-0.5, len(rates) - 0.5)
    inside = [np.isfinite(one.rate) for one in found]
    ax.plot(
        range(len(found)),
        [place(one.rate) if is_in else np.nan for one, is_in in zip(found, inside)],
        "o-",
        color=INK,
        ms=2.5,
        lw=1.0,
    )
    again = [np.isfinite(one.back) for one in found]
    ax.plot(
        range(len(found)),
        [place(one.back) if is_back else np.nan for one, is_back in zip(found, again)],
        "o:", color=INK, ms=2.5, lw=1.0, mfc="white",
    )  # fmt: skip
    for k, one in enumerate(found):
        ends = [place(rate) if np.isfinite(rate) else edges[int(rate > 0.0)] for rate in (one.low, one.high)]
        if ends[0] != ends[1]:
            ax.plot([k, k], ends, color=INK, lw=0.8)
        beyond(ax, [(k, rate) for rate in (one.low, one.rate, one.high)], edges, INK)


def beyond(ax: Axes, points: Iterable[tuple[float, float]], edges: tuple[float, float], color: Any) -> None:
    """Triangles at the lower and the upper edge for rates that lie beyond those of the study, and so were not measured."""
    for edge, sign, marker in zip(edges, (-np.inf, np.inf), ("v", "^"), strict=True):
        own = sorted({x for x, rate in points if rate == sign})
        if own:  # the layout takes the box of an empty line that is not clipped for the whole plane
            ax.plot(own, [edge] * len(own), marker, color=color, ms=4.5, clip_on=False, zorder=5)


def the_frontier(result: RestraintResult) -> Figure:
    """Critical discount rate over the building time: simulated by weight on jobs, with theory, and over parameter sets."""
    study, written = result.study, result.study.file
    pair = written.comparisons[0]
    retaliation = float(study.weights[list(WEIGHTS.values()).index(RETALIATION)])
    downstream = float(study.weights[list(WEIGHTS.values()).index(DOWNSTREAM)])
    years = np.array(written.lead_factors) * result.played.lead_years
    theory = theory_of(result)
    theory = theory[(theory["coercion"] == pair.coercion) & (theory["restraint"] == pair.restraint)]
    fig = canvas.page(
        3.9, "Does a longer building time make coercion more tempting?",
        f"Discount rate above which {name_of(pair.coercion)} pays more than {name_of(pair.restraint)}; the lower, the more "
        f"tempting (retaliation {retaliation:g} M USD a month; dashes: the scenarios' rate)",
        "Bands: 5-95 % over paired worlds. Triangles: beyond the rates. Theory: cases G1, G2; flows and window of the worlds.",
        origin_of(result),
    )  # fmt: skip
    left, right = fig.subplots(1, 2, sharey=True)
    for weight, shade in zip(written.downstream_weights, shades(len(written.downstream_weights))):
        found = frontier(study, result.played, pair, weight, retaliation)
        rates = np.array([one.rate for one in found])
        shown = np.isfinite(rates) & (rates < TOP_RATE)
        if not shown.any() and np.isfinite(rates).all():
            continue
        low, high = (np.clip([getattr(one, name) for one in found], 0.0, TOP_RATE) for name in ("low", "high"))
        left.fill_between(years, low, high, where=shown, color=shade, alpha=0.18, lw=0)
        beyond(
            left, [(x, rate) for x, one in zip(years, found) for rate in (one.low, one.rate, one.high)], (0.0, TOP_RATE), shade
        )
        left.plot(years, np.where(shown, rates, np.nan), "o-", ms=3.5, color=shade, label=f"{weight:g}")
    left.legend(title="weight on jobs", title_fontsize=7.5, fontsize=7.5, loc="upper left")
    left.set_title("Simulated")
    left.set_ylabel("critical discount rate, 1/yr")
    left.yaxis.set_major_formatter(lambda rate, _: f"{100 * rate:.0f} %")
    left.set_ylim(0.0, TOP_RATE)
    own = frontier(study, result.played, pair, downstream, retaliation)
    for k, one in enumerate(own):
        if not np.isnan(one.sets_low):
            right.plot(
                [years[k]] * 2,
                np.clip([one.sets_low, one.sets_high], 0.0, TOP_RATE),
                color=GREY,
                lw=4.0,
                alpha=0.35,
                solid_capstyle="butt",
            )
    right.plot([], [], color=GREY, label="simulated, other parameter sets", **BAR)
    beyond(right, [(x, rate) for x, one in zip(years, own) for rate in (one.sets_low, one.sets_high)], (0.0, TOP_RATE), GREY)
    rates = np.array([one.rate for one in own])
    beyond(right, zip(years, rates), (0.0, TOP_RATE), INK)
    right.plot(years, np.where(np.isfinite(rates), rates, np.nan), "o-", ms=3.5, color=INK, label="simulated, central set")
    for column, shade, line, label in (
        ("rate_horizon", ORANGE, "s--", "theory, flows of each building time"),
        ("rate_delay_only", BLUE, "^:", "theory, only the window is longer"),
    ):
        values = theory[column].to_numpy(dtype=float)
        right.plot(years, np.where(values < TOP_RATE, values, np.nan), line, ms=3.5, color=shade, label=label)
    right.set_title(f"Beside theory, weight on jobs {downstream:g}")
    right.legend(fontsize=7.5, loc="upper right")
    for ax in (left, right):
        ax.set_xlabel("mean building time of mines outside China, years")
        ax.axhline(own_rate(study), color=GREY, lw=0.7, ls=(0, (4, 3)))
    return fig


def the_flows(result: RestraintResult) -> Figure:
    """What coercion earns over restraint year by year: by building time, and by term of the pay-off."""
    study, written = result.study, result.study.file
    pair = written.comparisons[0]
    by_year = terms_by_year(result, pair.coercion, pair.restraint)
    base = written.lead_factors.index(1.0)
    fig = canvas.page(
        5.6, f"When does {name_of(pair.coercion)} pay, and with what?",
        f"Pay-off of {name_of(pair.coercion)} less that of {name_of(pair.restraint)}, M USD a year, not discounted",
        "Means over worlds. Dashed: the two steps of theory, T - R and P - R, fitted to the mines as they are.",
        origin_of(result),
    )  # fmt: skip
    top, bottom = fig.subplots(2, 1, sharex=True)
    time = np.arange(by_year.shape[1])
    for k, (years, shade) in enumerate(zip(lead_names(result), shades(len(written.lead_factors)))):
        top.plot(time, by_year[k].sum(axis=1), color=shade, label=f"{years} years", lw=2.2 if k == base else 1.3)
    window = fit_window(
        mean_difference(study, result.played.quarters, pair.coercion, pair.restraint, study.weights)[base].mean(axis=0)
    )
    top.plot([-0.5, window.years - 0.5], [window.gain] * 2, "--", color=INK, lw=1.0)
    top.plot([window.years - 0.5, len(time) - 0.5], [-window.loss] * 2, "--", color=INK, lw=1.0)
    top.set_title("By building time of mines outside China")
    bottom.set_title("By term of the pay-off, mines as they are")
    stacked_bars(bottom, TERMS, dict(zip(TERMS, by_year[base].T, strict=True)))
    up, down = np.maximum(by_year[base], 0.0).sum(axis=1).max(), np.minimum(by_year[base], 0.0).sum(axis=1).min()
    bottom.set_ylim(down - ROOM * (up - down), up + ROOM * (up - down))
    bottom.set_xticks(time, [f"{written.decision // 12 + k}" for k in time])
    for ax in (top, bottom):
        money_axis(ax, "M USD a year")
        ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return fig


def the_erosion(result: RestraintResult) -> Figure:
    """Share of mining that China keeps, by policy and building time, and half-lives beside the best supplier's."""
    study, written = result.study, result.study.file
    pair = written.comparisons[0]
    theory = theory_of(result)
    theory = theory[(theory["coercion"] == pair.coercion) & (theory["restraint"] == pair.restraint)]
    years = np.array(written.lead_factors) * result.played.lead_years
    fig = canvas.page(
        3.7, "How fast does the monopoly erode, and would a patient supplier let it?",
        "Chinese share of mining after the decision; time until half of its fall is done, beside the dynamic limit price (L5)",
        f"The best supplier discounts at {100 * own_rate(study):g} %; response of mines and slope of use read from the worlds.",
        origin_of(result),
    )  # fmt: skip
    left, right = fig.subplots(1, 2)
    n = mean_paths(result, pair.coercion, "china_mine_share").shape[1]
    time = (written.decision + np.arange(n) + 0.5) / 12.0
    for k, (name, shade) in enumerate(zip(lead_names(result), shades(len(written.lead_factors)))):
        for policy, line in ((pair.coercion, "-"), (pair.restraint, ":")):
            share = mean_paths(result, policy, "china_mine_share")[k]
            smooth = np.convolve(share, np.full(12, 1 / 12), mode="valid")
            left.plot(time[11:], smooth, line, color=shade, lw=1.3, label=f"{name} years" if line == "-" else None)
    left.set_title(f"Line: {name_of(pair.coercion)}; dots: {name_of(pair.restraint)}")
    left.legend(fontsize=7.5, loc="lower left", title="building time", title_fontsize=7.5)
    left.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
    right.plot(years, theory["half_life_coercion"], "o-", ms=3.5, color=RED, label=f"simulated, {name_of(pair.coercion)}")
    right.plot(years, theory["half_life_restraint"], "o-", ms=3.5, color=BLUE, label=f"simulated, {name_of(pair.restraint)}")
    right.plot(years, theory["best_half_life"], "s--", ms=3.5, color=ORANGE, label="theory, the best supplier")
    right.plot(years, theory["myopic_half_life"], "^:", ms=3.5, color=GREY, label="theory, a myopic one")
    right.set_yscale("log")
    right.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    right.set_xlabel("mean building time of mines outside China, years")
    right.set_title("Half-life, years")
    right.legend(fontsize=7.5)
    return fig


FIGURES: dict[str, Callable[[RestraintResult], Figure]] = {
    "restraint_map": the_map, "restraint_frontier": the_frontier, "restraint_flows": the_flows, "restraint_erosion": the_erosion,
}  # fmt: skip


def draw_restraint(
    result: RestraintResult, folder: Path, names: Iterable[str] | None = None, progress: Callable[[], object] | None = None
) -> list[Path]:
    """Draw the figures of a study into a folder and return their files; the same study gives the same bytes."""
    return canvas.draw_all(
        {name: partial(FIGURES[name], result) for name in (FIGURES if names is None else names)}, folder, progress
    )
