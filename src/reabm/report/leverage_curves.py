"""Figures of c* over dates: by length, by policy, by kind of restriction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reabm.leverage.folder import LeverageStudy
from reabm.leverage.summary import measured_cases, measured_lengths, unpriced, usual_length
from reabm.leverage.surface import Leverage
from reabm.report import canvas
from reabm.report.leverage_canvas import (
    BAND,
    BANDS_NOTE,
    KINDS,
    RESTRICTIONS,
    SCENARIOS,
    TARGETS,
    first_of,
    issue_line,
    main_case,
    mark_events,
    money_axis,
    months_word,
    origin_of,
    plot_curve,
    severity_of,
    shades,
    years_axis,
)
from reabm.report.palette import GREY, PALE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def over_dates(study: LeverageStudy) -> Figure:
    """c* by date, a line a length, with and without the prices that have no source."""
    leverage = first_of(study)
    target, kind = main_case(leverage)
    prices = leverage.prices
    fig = canvas.page(
        4.7, _decay_title(leverage, target, kind),
        f"Concession c* that {RESTRICTIONS[kind]} to {TARGETS[target]} ({severity_of(leverage)}) can extract, by the month in "
        "which it starts and its length", BANDS_NOTE, origin_of(leverage),
    )  # fmt: skip
    left, right = fig.subplots(1, 2, sharey=True)
    lengths, usual = measured_lengths(leverage), usual_length(leverage)
    for ax, one in ((left, leverage), (right, unpriced(leverage))):
        for months, shade in zip(lengths, shades(len(lengths))):
            plot_curve(ax, one, target, kind, months, shade, months_word(months))
        years_axis(ax, leverage, 7)
        life = one.half_life(target, usual, kind)
        if life.central.years > 0.0:
            words = f"half-life ({months_word(usual)}): {life.central.years:.1f} years [{life.low:.1f}, {life.high:.1f}]"
            ax.text(0.99, 0.02, words, transform=ax.transAxes, ha="right", size=7.5, color=GREY)
        money_axis(ax)
        issue_line(ax, leverage, words=ax is left)
    mark_events(left, leverage)
    mark_events(right, leverage, words=False)
    right.set_ylabel("")
    own = f"Retaliation {prices.retaliation_musd_month:,.0f} M USD a month, reputation {prices.reputation_musd:,.0f}"
    left.set_title(own, size=8.5)
    right.set_title("Without retaliation and reputation (no source)", size=8.5)
    fig.legend(*left.get_legend_handles_labels(), loc="outside right center", title="length", title_fontsize=8)
    return fig


def windows(study: LeverageStudy) -> Figure:
    """When leverage is worth the issue, under each policy and for each target."""
    leverage = first_of(study)
    first_target, kind = main_case(leverage)
    targets = [first_target, *(t for t, k in measured_cases(leverage) if k == kind and t != first_target)]
    months = usual_length(leverage)
    names = list(study.measured)
    fig = canvas.page(
        1.5 + 2.3 * len(targets), _windows_title(study, targets, kind, months),
        f"c* of {months_word(months)} of {RESTRICTIONS[kind]} ({severity_of(leverage)}); shaded: it is worth at least the issue",
        BANDS_NOTE, f"{', '.join(names)}, {int(leverage.forks['seed'].nunique())} worlds each",
    )  # fmt: skip
    axes = fig.subplots(len(targets), len(names), sharey="row", sharex=True, squeeze=False)
    for row, target in zip(axes, targets):
        for ax, name, shade in zip(row, names, SCENARIOS * len(names)):
            _window(ax, study, name, target, kind, months, shade)
            money_axis(ax, "M USD of 2010" if ax is row[0] else "")
            issue_line(ax, study.measured[name], words=ax is row[-1])
            years_axis(ax, leverage, 4 if len(names) > 1 else 8)
    return fig


def choke_point(study: LeverageStudy) -> Figure:
    """Kinds of restriction compared over dates: oxide halted, magnets and heavies licensed."""
    leverage = first_of(study)
    cases = measured_cases(leverage)
    several = [target for target, _ in cases if sum(t == target for t, _ in cases) > 1]
    target = several[-1]  # all buyers, where they were measured
    kinds = [k for t, k in cases if t == target]
    months = usual_length(leverage)
    fig = canvas.page(
        4.1, _choke_title(leverage, target, kinds, months),
        f"{months_word(months)} of {' or '.join(RESTRICTIONS[k] for k in kinds)} ({severity_of(leverage)}), to {TARGETS[target]}",
        "Bands: 5 to 95 per cent over worlds.", origin_of(leverage),
    )  # fmt: skip
    panels = (
        ("target_loss", f"Loss of {TARGETS[target]}, $D_T$"), ("coercer_loss", "Loss of China, $D_C$"),
        ("leverage", "Concession c*"),
    )  # fmt: skip
    axes = fig.subplots(1, 3)
    for ax, (column, title) in zip(axes, panels):
        for kind in kinds:
            curve = leverage.curve(target, months, kind)
            ax.fill_between(curve["year"], curve[f"{column}_low"], curve[f"{column}_high"], color=KINDS[kind], alpha=BAND, lw=0)
            ax.plot(curve["year"], curve[f"{column}_musd"], color=KINDS[kind], lw=1.6, label=RESTRICTIONS[kind])
        ax.set_title(title)
        money_axis(ax, "M USD of 2010" if ax is axes[0] else "")
        years_axis(ax, leverage, 5)
        mark_events(ax, leverage, words=ax is axes[0])
    axes[-1].legend(loc="best")
    return fig


def _window(ax: Axes, study: LeverageStudy, name: str, target: str, kind: str, months: int, shade: str) -> None:
    """One policy and target: c*, its window, and the other policies in pale."""
    for other in study.measured.values():
        curve = other.curve(target, months, kind)
        ax.plot(curve["year"], curve["leverage_musd"], color=PALE, lw=1.0, zorder=1)
    spans = study.measured[name].window(target, months, kind)
    for first, last in spans:
        ax.axvspan(first, last, color=shade, alpha=0.13, lw=0, zorder=0)
    plot_curve(ax, study.measured[name], target, kind, months, shade, name)
    ax.set_title(f"{name.replace('_', ' ')}: {TARGETS[target]}")
    years = sum(last - first for first, last in spans)
    said = f"open {years:.1f} years" if spans else "never open"
    ax.text(1.0, 1.02, said, transform=ax.transAxes, ha="right", size=7, color=GREY)


def _decay_title(leverage: Leverage, target: str, kind: str) -> str:
    """The finding: when leverage peaks and how soon half of it is gone."""
    found = leverage.half_life(target, usual_length(leverage), kind)
    peak = f"{int(found.central.peak_at + 1e-6)}"
    if not found.central.peak_musd > 0.0:
        return f"{RESTRICTIONS[kind].capitalize()} to {TARGETS[target]} gives China no leverage at any date"
    if found.central.is_censored:
        return f"Leverage over {TARGETS[target]} peaks in {peak}; half of it is not lost within the dates"
    return f"Leverage over {TARGETS[target]} peaks in {peak}; half of it is gone {found.central.years:.1f} years later"


def _windows_title(study: LeverageStudy, targets: list[str], kind: str, months: int) -> str:
    """Under which policy the window is open longest."""
    if len(study.measured) == 1:
        return "When is leverage worth the issue?"
    found = []
    for target in targets:
        years = {name: sum(b - a for a, b in one.window(target, months, kind)) for name, one in study.measured.items()}
        most = max(years.values())
        longest = next(name for name, n in years.items() if n == most)
        if most > 0.0:
            found.append(f"under {longest.replace('_', ' ')}" + (f" ({TARGETS[target]})" if len(targets) > 1 else ""))
    return f"The window is open longest {' and '.join(found)}" if found else "Under no policy is leverage worth the issue"


def _choke_title(leverage: Leverage, target: str, kinds: list[str], months: int) -> str:
    """Since when the licences hurt more than the halt, where there is such a date; else the question."""
    if not {"halt", "licence"} <= set(kinds):
        return "Which restriction bites, and when?"
    halt, licence = (leverage.curve(target, months, kind) for kind in ("halt", "licence"))
    is_more = licence["target_loss_musd"].to_numpy() > halt["target_loss_musd"].to_numpy()
    if is_more.all():
        return "At every date licences on magnets and heavies cost buyers more than a halt of shipments"
    if not is_more[-1]:
        return "Which costs buyers more, a halt of shipments or licences on magnets and heavies?"
    since = len(is_more) - int(np.argmin(is_more[::-1]))
    return (
        f"Since {int(halt['year'].iloc[since] + 1e-6)} licences on magnets and heavies cost buyers more than a halt of shipments"
    )
