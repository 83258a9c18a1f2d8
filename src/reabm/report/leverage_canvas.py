"""What the figures of leverage have in common: dates, money, marks of a few events, words for parties and terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from reabm.leverage.folder import LeverageStudy
from reabm.leverage.summary import measured_cases, measured_dates
from reabm.leverage.surface import Leverage
from reabm.report import canvas
from reabm.report.palette import BLUE, BROWN, GREEN, GREY, INK, MARK, ORANGE, PINK, RED, SKY, YELLOW
from reabm.scenario.months import month_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TARGETS = {"japan": "Japan", "usa": "the USA", "eu": "the EU", "all": "all buyers"}
RESTRICTIONS = {"halt": "a halt of shipments", "quota_cut": "a cut of the quota", "licence": "licences for magnets and heavies"}
KINDS = {"halt": BLUE, "quota_cut": GREEN, "licence": RED}
SCENARIOS = (BLUE, GREEN, RED, ORANGE, PINK, BROWN)
PARTIES = {
    "target_sectors_musd": ("users of oxide", BLUE), "target_magnet_users_musd": ("users of magnets", SKY),
    "target_makers_musd": ("makers", GREEN), "target_importers_musd": ("importers", YELLOW),
    "target_government_musd": ("government", BROWN),
}  # fmt: skip
TERMS = {
    "coercer_producer_surplus_musd": ("producers", RED), "coercer_treasury_musd": ("treasury", ORANGE),
    "coercer_downstream_musd": ("magnet making", PINK), "coercer_technology_musd": ("know-how", MARK),
    "coercer_domestic_users_musd": ("users and traders", SKY), "coercer_environment_musd": ("environment", GREEN),
    "retaliation_musd": ("retaliation", "#8a8a8a"), "reputation_musd": ("reputation", "#bdbdbd"),
}  # fmt: skip
MARKED = {
    "2010-09-21": "halt to Japan", "2013-02": "Lynas starts", "2015-01-01": "quotas end", "2025-04-04": "licences",
}  # fmt: skip
LIGHTEST, DARKEST = 0.82, 0.05  # of viridis, whose light end cannot be seen on white
BAND = 0.16
BANDS_NOTE = "Bands: 5 to 95 per cent over worlds. Below 0 the threat costs China more than it is worth."
HEADROOM = 0.23  # of the height of the data, for names of events above it
WORDS_PT = 6.5


def first_of(study: LeverageStudy) -> Leverage:
    """The scenario that was named first: figures of one scenario show it."""
    return next(iter(study.measured.values()))


def main_case(leverage: Leverage) -> tuple[str, str]:
    """The target and kind that are looked at first."""
    return measured_cases(leverage)[0]


def severity_of(leverage: Leverage) -> str:
    """The share stopped, in words."""
    return f"{100.0 * float(leverage.forks['severity'].iloc[0]):.0f} %"


def months_word(n: int) -> str:
    """`1 month`, `6 months`."""
    return f"{n} month{'s' if n != 1 else ''}"


def shades(n: int) -> list[Any]:
    """Colours of an ordered series, light to dark, told apart without colour too."""
    from matplotlib import colormaps

    return list(colormaps["viridis"](np.linspace(LIGHTEST, DARKEST, n))) if n > 1 else [BLUE]


def money_axis(ax: Axes, label: str = "M USD of 2010") -> None:
    """Money upwards, with a line at nought."""
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}".replace("-", "−")))
    ax.set_ylabel(label)
    ax.axhline(0.0, color=INK, lw=0.8, zorder=1.5)


def years_of(leverage: Leverage) -> tuple[int, int]:
    """First and last month of the axis of time: half a year around the dates."""
    dates = measured_dates(leverage)
    return dates[0] - 6, dates[-1] + 5


def mark_events(ax: Axes, leverage: Leverage, words: bool = True) -> None:
    """A thin line and a name for the few events by which the dates are read, where the scenario has them.

    To be called when all is drawn: names stand above the data.
    """
    if words:
        low, high = ax.get_ylim()
        ax.set_ylim(low, high + HEADROOM * (high - low))
    first, last = (month / 12.0 for month in years_of(leverage))
    written = {event.date for event in leverage.scenario.events}
    for date, name in MARKED.items():
        at = year_of(date)
        if date not in written or not first <= at <= last:
            continue
        ax.axvline(at, color=GREY, lw=0.6, ls=(0, (2, 2)), zorder=0.5)
        if words:
            late = at > first + 0.85 * (last - first)
            ax.annotate(
                name, (at, 1.0), xycoords=("data", "axes fraction"), xytext=(-2 if late else 2, -1), textcoords="offset points",
                rotation=90, va="top", ha="right" if late else "left", size=WORDS_PT, color=GREY,
            )  # fmt: skip


def year_of(date: str) -> float:
    """Year with fraction of `YYYY-MM` or `YYYY-MM-DD`."""
    parts = [int(part) for part in date.split("-")]
    return parts[0] + (parts[1] - 1 + (parts[2] / 31.0 if len(parts) > 2 else 0.0)) / 12.0


def years_axis(ax: Axes, leverage: Leverage, ticks: int = 8) -> None:
    """Years along the bottom, around the dates of the forks."""
    canvas.years_axis(ax, *years_of(leverage), ticks)


def date_names(dates: list[int]) -> list[str]:
    """Short names of dates: years where all fall into the same month, so that bars have room."""
    if len({at % 12 for at in dates}) == 1:
        return [str(at // 12) for at in dates]
    return [month_text(at) for at in dates]


def stacked_bars(ax: Axes, parts: dict[str, tuple[str, str]], columns: dict[str, NDArray[np.float64]]) -> None:
    """Bars of parts over dates: gains below nought, losses above, and a mark at the sum."""
    n = len(next(iter(columns.values())))
    above, below, x = np.zeros(n), np.zeros(n), np.arange(n)
    for key, (label, shade) in parts.items():
        if key not in columns:
            continue
        values = columns[key]
        base = np.where(values >= 0.0, above, below)
        ax.bar(x, values, 0.72, bottom=base, color=shade, label=label, lw=0)
        above += np.maximum(values, 0.0)
        below += np.minimum(values, 0.0)
    ax.plot(x, above + below, "D", ms=3.8, color=INK, mec="white", mew=0.6, label="sum", zorder=3)
    ax.set_xlim(-0.6, n - 0.4)


def plot_curve(ax: Axes, leverage: Leverage, target: str, kind: str, months: int, shade: Any, label: str) -> None:
    """c* over dates with its band."""
    curve = leverage.curve(target, months, kind)
    ax.fill_between(curve["year"], curve["leverage_low"], curve["leverage_high"], color=shade, alpha=BAND, lw=0)
    ax.plot(curve["year"], curve["leverage_musd"], color=shade, lw=1.6, label=label, marker="o", ms=2.6, mew=0)


def origin_of(leverage: Leverage) -> str:
    """What a figure was drawn from."""
    n = int(leverage.forks["seed"].nunique())
    return f"{leverage.scenario.title}, {n} worlds"


def issue_line(ax: Axes, leverage: Leverage, words: bool = True) -> None:
    """The value of the issue as a dashed line."""
    issue = leverage.prices.issue_value_musd
    ax.axhline(issue, color=INK, lw=0.8, ls="--", zorder=1.5)
    if words:
        ax.annotate(
            f"the issue, {issue:,.0f}", (0.995, issue), xycoords=("axes fraction", "data"), xytext=(0, 2),
            textcoords="offset points", ha="right", size=WORDS_PT, color=INK,
        )  # fmt: skip
