"""The figures of leverage: over dates and lengths, who loses what, windows by policy, prices without a source, kinds compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from reabm.leverage.folder import LeverageStudy
from reabm.leverage.summary import measured_cases, measured_dates, measured_lengths, unpriced, usual_length
from reabm.leverage.surface import Leverage
from reabm.leverage.terms import transferable_musd
from reabm.report import canvas
from reabm.report.leverage_canvas import (
    BAND,
    KINDS,
    PARTIES,
    RESTRICTIONS,
    SCENARIOS,
    TARGETS,
    TERMS,
    date_names,
    issue_line,
    main_case,
    mark_events,
    money_axis,
    months_word,
    origin_of,
    severity_of,
    shades,
    stacked_bars,
    years_axis,
)
from reabm.report.leverage_causes import decay, erosion
from reabm.report.palette import GREY, INK, MARK, PALE
from reabm.scenario.months import month_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BANDS_NOTE = "Bands: 5 to 95 per cent over worlds. Below 0 the threat costs China more than it is worth."
MOST_LENGTHS = 3  # panels
REPUTATIONS = 4  # lines


def over_dates(study: LeverageStudy) -> Figure:
    """c* by date, a line a length, with and without the prices that have no source."""
    leverage = _first(study)
    target, kind = main_case(leverage)
    prices = leverage.prices
    fig = canvas.page(
        4.7, _decay_title(leverage, target, kind),
        f"Concession c* that {RESTRICTIONS[kind]} to {TARGETS[target]} ({severity_of(leverage)}) can extract, by the month in "
        "which it starts and its length", BANDS_NOTE, origin_of(leverage),
    )  # fmt: skip
    left, right = fig.subplots(1, 2, sharey=True)
    lengths = measured_lengths(leverage)
    for ax, one in ((left, leverage), (right, unpriced(leverage))):
        for months, shade in zip(lengths, shades(len(lengths))):
            _curve(ax, one, target, kind, months, shade, months_word(months))
        years_axis(ax, leverage, 7)
    for ax in (left, right):
        mark_events(ax, leverage)
        money_axis(ax)
    issue_line(left, leverage)
    right.set_ylabel("")
    left.set_title(f"Retaliation {prices.retaliation_musd_month:,.0f} M USD a month, reputation {prices.reputation_musd:,.0f}", size=8.5)
    right.set_title("Without retaliation and reputation, which have no source", size=8.5)
    right.legend(*left.get_legend_handles_labels(), loc="upper right", title="length", title_fontsize=8)
    return fig


def losses(study: LeverageStudy) -> Figure:
    """Who loses what: parties of the target above, terms of the coercer below."""
    leverage = _first(study)
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
        f"Losses by {months_word(months)} of it ({severity_of(leverage)}), by the month in which it starts; below 0: gains",
        "Means over worlds. Grey terms have no source. A sum below 0 means that the restriction pays for itself.", origin_of(leverage),
    )  # fmt: skip
    top, bottom = fig.subplots(2, 1, sharex=True)
    stacked_bars(top, PARTIES, columns)
    stacked_bars(bottom, TERMS, columns)
    top.set_title(f"{TARGETS[target][0].upper()}{TARGETS[target][1:]} (D_T)")
    bottom.set_title("China (D_C)")
    for ax in (top, bottom):
        money_axis(ax)
        ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    names = date_names([int(at) for at in means.index])
    bottom.set_xticks(np.arange(len(names)), names, rotation=0 if len(names) <= 12 else 45)
    bottom.set_xlabel("restriction starts in" + ("" if "-" in names[0] else f" {MONTHS[int(means.index[0]) % 12]}"))
    return fig


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def windows(study: LeverageStudy) -> Figure:
    """When leverage is worth the issue, under each policy."""
    leverage = _first(study)
    target, kind = main_case(leverage)
    months = usual_length(leverage)
    several = len(study.measured) > 1
    open_years = {name: sum(b - a for a, b in one.window(target, months, kind)) for name, one in study.measured.items()}
    longest = max(open_years, key=lambda name: open_years[name])
    if not several:
        title = "When is leverage worth the issue?"
    elif open_years[longest] > 0.0:
        title = f"Under which policy does the window stay open? Longest under {longest.replace('_', ' ')}"
    else:
        title = "Under no policy is leverage ever worth the issue"
    fig = canvas.page(
        3.9, title,
        f"c* of {months_word(months)} of {RESTRICTIONS[kind]} to {TARGETS[target]} ({severity_of(leverage)}); shaded: it is worth "
        "at least the issue", BANDS_NOTE, f"{', '.join(study.measured)}, {int(leverage.forks['seed'].nunique())} worlds each",
    )  # fmt: skip
    axes = fig.subplots(1, len(study.measured), sharey=True, squeeze=False).ravel()
    for ax, (name, one), shade in zip(axes, study.measured.items(), SCENARIOS * len(axes)):
        for other in study.measured.values():
            curve = other.curve(target, months, kind)
            ax.plot(curve["year"], curve["leverage_musd"], color=PALE, lw=1.0, zorder=1)
        for first, last in one.window(target, months, kind):
            ax.axvspan(first, last, color=shade, alpha=0.13, lw=0, zorder=0)
        _curve(ax, one, target, kind, months, shade, name)
        spans = one.window(target, months, kind)
        said = ", ".join(f"{a:.1f}–{b:.1f}" for a, b in spans) if spans else "never open"
        ax.set_title(name.replace("_", " "))
        ax.text(1.0, 1.02, f"window {said}" if spans else said, transform=ax.transAxes, ha="right", size=7.5, color=GREY)
        money_axis(ax)
        issue_line(ax, one, words=ax is axes[-1])
        years_axis(ax, leverage, 4 if several else 8)
    for ax in axes[1:]:
        ax.set_ylabel("")
    return fig


def unsourced(study: LeverageStudy) -> Figure:
    """c* at its highest date as a function of the two prices that have no source."""
    leverage = _first(study)
    target, kind = main_case(leverage)
    curve = leverage.curve(target, usual_length(leverage), kind)
    at = int(curve["at"].iloc[int(curve["leverage_musd"].to_numpy().argmax())])
    highest = {name: _highest(leverage, f"payoffs.{name}") for name in ("retaliation_musd_month", "reputation_musd")}
    retaliation = np.linspace(0.0, highest["retaliation_musd_month"], 101)
    reputations = np.linspace(0.0, highest["reputation_musd"], REPUTATIONS)
    lengths = measured_lengths(leverage)
    shown = lengths if len(lengths) <= MOST_LENGTHS else [lengths[0], usual_length(leverage), lengths[-1]]
    fig = canvas.page(
        3.8, "How much hangs on two prices that nobody knows?",
        f"c* of {RESTRICTIONS[kind]} to {TARGETS[target]} ({severity_of(leverage)}) in {month_text(at)}, over what a month of "
        "retaliation and the loss of all trust would cost China",
        "Point: the scenario's own prices. Flat lines: China gains by the restriction itself.", origin_of(leverage),
    )  # fmt: skip
    axes = fig.subplots(1, len(shown), squeeze=False).ravel()
    for ax, months in zip(axes, shown):
        for reputation, shade in zip(reputations, shades(len(reputations))):
            values = leverage_at(leverage, target, kind, months, at, retaliation, float(reputation))
            ax.plot(retaliation, values, color=shade, label=f"{reputation:,.0f}")
        own = leverage.prices
        here = leverage_at(leverage, target, kind, months, at, np.array([own.retaliation_musd_month]), own.reputation_musd)
        ax.plot(own.retaliation_musd_month, here[0], "o", color=INK, ms=5, mec="white", mew=0.8, zorder=5, clip_on=False)
        ax.set_title(months_word(months))
        ax.set_xlabel("retaliation, M USD a month stopped")
        money_axis(ax, "c*, M USD of 2010" if ax is axes[0] else "")
        issue_line(ax, leverage, words=ax is axes[0])
        ax.set_xlim(0.0, float(retaliation[-1]))
    axes[-1].legend(loc="lower left", title="reputation, M USD for all trust", title_fontsize=7.5, fontsize=7.5)
    return fig


def choke_point(study: LeverageStudy) -> Figure:
    """Kinds of restriction compared over dates: oxide halted, magnets and heavies licensed."""
    leverage = _first(study)
    cases = measured_cases(leverage)
    target = next(one for one in ("all", "japan", "usa", "eu") if len({k for t, k in cases if t == one}) > 1)
    kinds = [k for t, k in cases if t == target]
    months = usual_length(leverage)
    fig = canvas.page(
        4.1, _choke_title(leverage, target, kinds, months),
        f"{months_word(months)} of {' or '.join(RESTRICTIONS[k] for k in kinds)} ({severity_of(leverage)}), to {TARGETS[target]}",
        "Bands: 5 to 95 per cent over worlds.", origin_of(leverage),
    )  # fmt: skip
    panels = (
        ("target_loss", f"Loss of {TARGETS[target]} (D_T)"), ("coercer_loss", "Loss of China (D_C)"), ("leverage", "Concession c*"),
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
    fig.legend(*axes[0].get_legend_handles_labels(), loc="upper right", ncols=len(kinds), bbox_to_anchor=(0.995, 1.0))
    return fig


def leverage_at(
    leverage: Leverage, target: str, kind: str, months: int, at: int, retaliation: NDArray[np.float64], reputation: float
) -> NDArray[np.float64]:
    """c* of one restriction over prices of retaliation, shape of `retaliation`, M USD."""
    forks = leverage.forks
    mine = ((forks["target"] == target) & (forks["kind"] == kind) & (forks["months"] == months) & (forks["at"] == at)).to_numpy()
    own = unpriced(leverage).coercer_loss[mine].mean()
    stopped, trust = float(forks["stopped_months"][mine].mean()), float(forks["trust_lost"][mine].mean())
    coercer = own + stopped * retaliation + trust * reputation
    return transferable_musd(float(leverage.target_loss[mine].mean()), coercer, leverage.prices.coercer_weight)


def figures_of(study: LeverageStudy) -> dict[str, Callable[[LeverageStudy], Figure]]:
    """The figures that can be drawn of a study, by name."""
    leverage = _first(study)
    found: dict[str, Callable[[LeverageStudy], Figure]] = {}
    if len(measured_dates(leverage)) > 1:
        found["leverage"] = over_dates
    found["losses"] = losses
    if len(measured_dates(leverage)) > 1:
        found["windows"] = windows
    found["unsourced_prices"] = unsourced
    cases = measured_cases(leverage)
    if len(measured_dates(leverage)) > 1 and len(cases) > len({target for target, _ in cases}):
        found["choke_point"] = choke_point
    if study.eroded is not None:
        found["erosion"] = erosion
    if study.decay is not None:
        found["decay"] = decay
    return found


def draw_leverage(
    study: LeverageStudy, folder: Path, names: Iterable[str] | None = None, progress: Callable[[], object] | None = None
) -> list[Path]:
    """Draw the figures of a study into a folder and return their files; the same study gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    known = figures_of(study)
    files = []
    for name in known if names is None else names:
        file = folder / f"{name}.png"
        partial = file.with_suffix(".png.partial")
        with canvas.style():
            known[name](study).savefig(partial, format="png", metadata={"Software": None})
        partial.replace(file)
        files.append(file)
        if progress:
            progress()
    return files


def _first(study: LeverageStudy) -> Leverage:
    return next(iter(study.measured.values()))


def _curve(ax: Axes, leverage: Leverage, target: str, kind: str, months: int, shade: object, label: str) -> None:
    """c* over dates with its band."""
    curve = leverage.curve(target, months, kind)
    ax.fill_between(curve["year"], curve["leverage_low"], curve["leverage_high"], color=shade, alpha=BAND, lw=0)  # type: ignore[arg-type]
    ax.plot(curve["year"], curve["leverage_musd"], color=shade, lw=1.6, label=label, marker="o", ms=2.6, mew=0)  # type: ignore[arg-type]


def _decay_title(leverage: Leverage, target: str, kind: str) -> str:
    """The finding: when leverage peaks and how soon half of it is gone."""
    found = leverage.half_life(target, usual_length(leverage), kind)
    peak = f"{int(found.central.peak_at + 1e-6)}"
    if not found.central.peak_musd > 0.0:
        return f"{RESTRICTIONS[kind].capitalize()} to {TARGETS[target]} gives China no leverage at any date"
    if found.central.is_censored:
        return f"Leverage over {TARGETS[target]} peaks in {peak}; half of it is not lost within the dates"
    return f"Leverage over {TARGETS[target]} peaks in {peak}; half of it is gone {found.central.years:.1f} years later"


def _choke_title(leverage: Leverage, target: str, kinds: list[str], months: int) -> str:
    """Since when the licences hurt more than the halt, where there is such a date; else the question."""
    if not {"halt", "licence"} <= set(kinds):
        return "Which restriction bites, and when?"
    halt, licence = (leverage.curve(target, months, kind) for kind in ("halt", "licence"))
    is_more = licence["target_loss_musd"].to_numpy() > halt["target_loss_musd"].to_numpy()
    if is_more.all() or not is_more.any():
        more, less = ("licences", "a halt of shipments") if is_more.all() else ("a halt of shipments", "licences")
        return f"Where is the choke point? At every date {more} cost buyers more than {less}"
    since = len(is_more) - int(np.argmin(is_more[::-1]))
    if since == len(is_more):
        return "Where has the choke point moved? From oxide to magnets and heavies, and back"
    return f"The choke point moves from oxide to magnets and heavies: since {int(halt['year'].iloc[since] + 1e-6)} licences cost more"


def _highest(leverage: Leverage, path: str) -> float:
    quantity = leverage.scenario.scalars[path]
    return float(quantity.range[1]) if quantity.range else 2.0 * float(quantity.value)
