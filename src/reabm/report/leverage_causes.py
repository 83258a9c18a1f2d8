"""Figures of why leverage is lost: what an earlier embargo costs later, and what each cause takes from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reabm.leverage.folder import LeverageStudy
from reabm.report import canvas
from reabm.report.leverage_canvas import BAND, TARGETS, date_names, money_axis, months_word
from reabm.report.palette import BLUE, GREY, INK, RED
from reabm.scenario.months import month_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def erosion(study: LeverageStudy) -> Figure:
    """Leverage at later dates with and without an earlier embargo, and what the embargo took from it."""
    found = study.eroded
    if found is None:
        raise ValueError("the study holds no erosion")
    table, (worth, low, high) = found.table, found.restraint_musd
    began = month_text(found.embargo_at)
    finding = "wears leverage away" if worth > 0.0 else "does not wear leverage away"
    if low <= 0.0 <= high:
        finding = "may or may not wear leverage away"
    fig = canvas.page(
        3.9, f"An embargo of {began} {finding}",
        f"c* over {TARGETS[found.target]} by a halt of {months_word(found.months)}, at later dates, after an embargo of "
        f"{months_word(found.embargo_months)} and without it. Restraint in {began} was worth "
        f"{_musd(worth)} [{_musd(low)}, {_musd(high)}] M USD",
        "Brackets: 5 to 95 per cent over worlds. Worth of restraint: leverage kept, discounted, a year counted once.",
        found.scenario,
    )  # fmt: skip
    left, right = fig.subplots(1, 2)
    names = date_names([int(at) for at in table["at"]])
    x = np.arange(len(table))
    left.plot(table["year"], table["leverage_spared_musd"], "o-", ms=3, color=BLUE, label="without the embargo")
    left.plot(table["year"], table["leverage_used_musd"], "o-", ms=3, color=RED, label="after the embargo")
    left.fill_between(table["year"], table["leverage_used_musd"], table["leverage_spared_musd"], color=GREY, alpha=BAND, lw=0)
    left.set_title("Concession c*")
    left.legend(loc="best")
    canvas.years_axis(left, int(table["at"].iloc[0]) - 6, int(table["at"].iloc[-1]) + 5, 7)
    change = table["change_musd"].to_numpy(dtype=np.float64)
    spread = np.abs(np.vstack([table["change_low"], table["change_high"]]) - change)
    right.bar(x, change, 0.62, color=[RED if value < 0.0 else BLUE for value in change], lw=0)
    right.errorbar(x, change, yerr=spread, fmt="none", ecolor=INK, elinewidth=0.9, capsize=2.5)
    right.set_title("Change of c* by the embargo")
    right.set_xticks(x, names)
    for ax in (left, right):
        money_axis(ax, "M USD of 2010" if ax is left else "")
    return fig


def decay(study: LeverageStudy) -> Figure:
    """From leverage at its peak to what is left: what each cause took, as a fall of bars."""
    found = study.decay
    if found is None:
        raise ValueError("the study holds no decomposition")
    table = found.table
    first, last = month_text(found.first), month_text(found.last)
    causes = table["cause"].astype(str).tolist()
    shares = table["share_musd"].to_numpy(dtype=np.float64)
    largest = causes[int(np.argmax(shares))]
    fig = canvas.page(
        1.5 + 0.36 * (len(causes) + 2), f"What changed leverage from {first} to {last}? {largest.capitalize()} took most",
        f"c* over {TARGETS[found.target]} by a halt of {months_word(found.months)}: {_musd(found.first_musd)} M USD in {first}, "
        f"{_musd(found.last_musd)} in {last}; Shapley shares of what was lost",
        "Brackets: 5 to 95 per cent over worlds. Blue: the cause added to leverage.", found.scenario,
    )  # fmt: skip
    ax = fig.subplots()
    left_over = found.first_musd - np.cumsum(shares)
    before = np.concatenate([[found.first_musd], left_over[:-1]])
    rows = np.arange(len(causes)) + 1
    ax.barh(0, found.first_musd, 0.62, color=GREY, lw=0)
    ax.barh(rows, -shares, 0.62, left=before, color=[RED if share > 0.0 else BLUE for share in shares], lw=0)
    ax.barh(len(causes) + 1, found.last_musd, 0.62, color=GREY, lw=0)
    low, high = table["low"].to_numpy(dtype=np.float64), table["high"].to_numpy(dtype=np.float64)
    spread = np.abs(np.vstack([shares - high, shares - low]))
    ax.errorbar(left_over, rows, xerr=spread, fmt="none", ecolor=INK, elinewidth=0.9, capsize=2.5)
    ends = np.concatenate([[found.first_musd], left_over])
    for row, end in enumerate(ends):
        ax.plot([end, end], [row - 0.31, row + 1.31], color=GREY, lw=0.6, zorder=0.5)
    right_edge = max(found.first_musd, float(np.max(np.maximum(before, left_over) + (high - low)))) * 1.02
    values = [
        _musd(found.first_musd),
        *(("+" if share < 0.0 else "") + _musd(-share) for share in shares),
        _musd(found.last_musd),
    ]
    for row, value in enumerate(values):
        ax.annotate(
            value, (1.0, row), xycoords=("axes fraction", "data"), xytext=(4, 0), textcoords="offset points", va="center",
            size=8, color=INK,
        )  # fmt: skip
    ax.set_yticks(np.arange(len(values)), [f"c* in {first}", *causes, f"c* in {last}"])
    ax.invert_yaxis()
    ax.axvline(0.0, color=INK, lw=0.8)
    ax.set_xlim(right=max(right_edge, ax.get_xlim()[1]))
    ax.set_xlabel("M USD of 2010")
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")
    return fig


def _musd(value: float) -> str:
    text = f"{value:,.0f}"
    return "0" if text == "-0" else text.replace("-", "−")
