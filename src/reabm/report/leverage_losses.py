"""Figures of what c* is made of: losses by party and term, and the two prices that have no source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from reabm.leverage.folder import LeverageStudy
from reabm.leverage.summary import measured_lengths, unpriced, usual_length
from reabm.leverage.surface import Leverage
from reabm.leverage.terms import transferable_musd
from reabm.report import canvas
from reabm.report.leverage_canvas import (
    PARTIES,
    RESTRICTIONS,
    TARGETS,
    TERMS,
    date_names,
    first_of,
    issue_line,
    main_case,
    money_axis,
    months_word,
    origin_of,
    severity_of,
    shades,
    stacked_bars,
)
from reabm.report.palette import INK
from reabm.scenario.months import month_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

REPUTATIONS = 4  # lines
MOST_DATES = 9  # that can be written out below bars
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def losses(study: LeverageStudy) -> Figure:
    """Who loses what: parties of the target above, terms of the coercer below."""
    leverage = first_of(study)
    target, kind = main_case(leverage)
    months = usual_length(leverage)
    forks = leverage.forks
    mine = forks[(forks["target"] == target) & (forks["kind"] == kind) & (forks["months"] == months)].copy()
    mine["retaliation_musd"] = mine["stopped_months"] * leverage.prices.retaliation_musd_month
    mine["reputation_musd"] = mine["trust_lost"] * leverage.prices.reputation_musd
    means = mine.groupby("at").mean(numeric_only=True)
    columns = {name: means[name].to_numpy(dtype=np.float64) for name in means}
    fig = canvas.page(
        5.9, f"Who loses by {RESTRICTIONS[kind]} to {TARGETS[target]}?",
        f"What {months_word(months)} of it ({severity_of(leverage)}) cost each side, by the month in which it starts; below 0: "
        "gains",
        "Means over worlds. Prices of the grey terms have no source. China's sum below 0: the restriction pays for itself.",
        origin_of(leverage),
    )  # fmt: skip
    top, bottom = fig.subplots(2, 1, sharex=True)
    stacked_bars(top, PARTIES, columns)
    stacked_bars(bottom, TERMS, columns)
    top.set_title(f"{TARGETS[target][0].upper()}{TARGETS[target][1:]}, $D_T$")
    bottom.set_title("China, $D_C$")
    for ax in (top, bottom):
        money_axis(ax)
        handles, labels = ax.get_legend_handles_labels()
        ax.legend([*handles[1:], handles[0]], [*labels[1:], labels[0]], loc="center left", bbox_to_anchor=(1.0, 0.5))
    names = date_names([int(at) for at in means.index])
    bottom.set_xticks(np.arange(len(names)), names, rotation=0 if "-" not in names[0] or len(names) <= MOST_DATES else 45)
    bottom.set_xlabel("restriction starts in" + ("" if "-" in names[0] else f" {MONTHS[int(means.index[0]) % 12]}"))
    return fig


def unsourced(study: LeverageStudy) -> Figure:
    """c* at its highest date as a function of the two prices that have no source, and where it falls to nought."""
    leverage = first_of(study)
    target, kind = main_case(leverage)
    usual = usual_length(leverage)
    curve = leverage.curve(target, usual, kind)
    at = int(curve["at"].iloc[int(curve["leverage_musd"].to_numpy().argmax())])
    retaliation = np.linspace(0.0, _highest(leverage, "payoffs.retaliation_musd_month"), 201)
    reputations = np.linspace(0.0, _highest(leverage, "payoffs.reputation_musd"), REPUTATIONS)
    own = leverage.prices
    fig = canvas.page(
        4.2, "How much hangs on two prices that nobody knows?",
        f"{RESTRICTIONS[kind].capitalize()} to {TARGETS[target]} ({severity_of(leverage)}) in {month_text(at)}, over what a "
        "month of retaliation and the loss of all trust would cost China",
        "Black point: the scenario's own prices. Flat parts: China gains by the restriction itself.", origin_of(leverage),
    )  # fmt: skip
    left, right = fig.subplots(1, 2)
    for reputation, shade in zip(reputations, shades(len(reputations))):
        values = leverage_at(leverage, target, kind, usual, at, retaliation, float(reputation))
        left.plot(retaliation, values, color=shade, label=f"{reputation:,.0f}")
    here = leverage_at(leverage, target, kind, usual, at, np.array([own.retaliation_musd_month]), own.reputation_musd)
    left.plot(own.retaliation_musd_month, here[0], "o", color=INK, ms=5, mec="white", mew=0.8, zorder=5, clip_on=False)
    left.set_title(f"c* of {months_word(usual)}")
    money_axis(left)
    issue_line(left, leverage)
    left.legend(loc="lower left", title="reputation, M USD for all trust", title_fontsize=7.5, fontsize=7.5)
    lengths = measured_lengths(leverage)
    top = float(reputations[-1]) or 1.0
    for months, shade in zip(lengths, shades(len(lengths))):
        frontier = break_even_reputation(leverage, target, kind, months, at, retaliation)
        right.plot(retaliation, frontier, color=shade, label=months_word(months))
    right.plot(own.retaliation_musd_month, own.reputation_musd, "o", color=INK, ms=5, mec="white", mew=0.8, zorder=5)
    right.set_ylim(0.0, top)
    right.set_title("c* is 0 on a line, above 0 to its left")
    right.set_ylabel("reputation, M USD for all trust")
    right.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    right.legend(loc="upper right", title="length", title_fontsize=7.5, fontsize=7.5)
    for ax in (left, right):
        ax.set_xlim(0.0, float(retaliation[-1]))
        ax.set_xlabel("retaliation, M USD a month stopped")
    return fig


def leverage_at(
    leverage: Leverage, target: str, kind: str, months: int, at: int, retaliation: NDArray[np.float64], reputation: float
) -> NDArray[np.float64]:
    """c* of one restriction over prices of retaliation, shape of `retaliation`, M USD."""
    target_loss, own, stopped, trust = means_of(leverage, target, kind, months, at)
    return transferable_musd(target_loss, own + stopped * retaliation + trust * reputation, leverage.prices.coercer_weight)


def break_even_reputation(
    leverage: Leverage, target: str, kind: str, months: int, at: int, retaliation: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Price of reputation at which c* is 0, over prices of retaliation, M USD; NaN where no trust is lost."""
    target_loss, own, stopped, trust = means_of(leverage, target, kind, months, at)
    weight = leverage.prices.coercer_weight
    left = weight / (1.0 - weight) * target_loss - own - stopped * retaliation
    return left / trust if trust > 0.0 else np.full_like(retaliation, np.nan)


def means_of(leverage: Leverage, target: str, kind: str, months: int, at: int) -> tuple[float, float, float, float]:
    """Of one restriction, means over worlds: D_T, D_C without priced terms (M USD), months stopped, trust lost."""
    forks = leverage.forks
    mine = ((forks["target"] == target) & (forks["kind"] == kind) & (forks["months"] == months) & (forks["at"] == at)).to_numpy()
    own = float(unpriced(leverage).coercer_loss[mine].mean())
    stopped, trust = float(forks["stopped_months"][mine].mean()), float(forks["trust_lost"][mine].mean())
    return float(leverage.target_loss[mine].mean()), own, stopped, trust


def _highest(leverage: Leverage, path: str) -> float:
    quantity = leverage.scenario.scalars[path]
    return float(quantity.range[1]) if quantity.range else 2.0 * float(quantity.value)
