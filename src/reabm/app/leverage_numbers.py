"""What follows from measured leverage at some prices: curves, windows, half-lives, and one sentence. Nothing is played here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from reabm.app.words import NOTHING, month_words, rounded
from reabm.world.layout import Array

if TYPE_CHECKING:
    from reabm.app.leverage_live import Case, Reading
    from reabm.leverage import Leverage

WHOM = {"japan": "Japan", "all": "all buyers"}
AIMED = {"japan": "to Japan", "all": "to all buyers"}
KIND_WORDS = {"halt": "halt of shipments", "licence": "refusal of licences", "quota_cut": "cut of the export quota"}
NO_LOSS_MUSD = 0.05  # what reads as 0
COUNTS = {1: "one", 3: "three", 6: "six", 12: "twelve", 24: "twenty-four"}


@dataclass(frozen=True, eq=False)
class Line:
    """Leverage over dates, M USD, with what either side would lose."""

    at: tuple[int, ...]  # calendar months
    leverage: Array
    low: Array  # bounds of the mean over worlds, 5-95 per cent; the line itself where there is one world
    high: Array
    target_loss: Array
    coercer_loss: Array
    n_worlds: int

    @property
    def years(self) -> Array:
        """Dates in years."""
        return np.array(self.at) / 12.0


class Half(NamedTuple):
    """Time from the peak of leverage until half of it is left."""

    peak_at: int  # calendar month
    peak_musd: float
    years: float  # NaN: not reached within the dates, or no leverage at all
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Course:
    """Leverage by one restriction, over time."""

    case: Case
    own: Line  # in the world on the screen
    half: Half
    windows: tuple[tuple[float, float], ...]  # stretches of years in which it is worth the issue
    mean: Line | None  # over several worlds, where they are known
    mean_half: Half | None
    parent: Line | None  # of the run before the last change
    issue_musd: float

    def is_complete(self, dates: Sequence[int]) -> bool:
        """Whether all dates are measured: before, neither its highest point nor its half-life can be said."""
        return len(self.own.at) >= len(dates)

    def now(self, month: int) -> int | None:
        """Place of the last date measured up to a month (calendar); None where there is none."""
        found = [k for k, at in enumerate(self.own.at) if at <= month]
        return found[-1] if found else None


def scenario_prices(reading: Reading) -> dict[str, float]:
    """Prices of retaliation, reputation and the issue, and the bargaining weight, as the scenario states them."""
    from reabm.leverage import Prices

    return {name: float(value) for name, value in asdict(Prices.of(reading.scenario)).items()}


def course_of(reading: Reading | None, case: Case, prices: Mapping[str, float] | None = None) -> Course | None:
    """Leverage by a restriction at some prices; None where it is not measured yet."""
    if reading is None or case not in reading.own:
        return None
    own = reading.own[case].at_prices(**(prices or {}))
    worlds = reading.worlds.get(case)
    mean = None if worlds is None or worlds is own else worlds.at_prices(**(prices or {}))
    parent = reading.parent.get(case)
    return Course(
        case, line_of(own, case), half_of(own, case), tuple(own.window(*_of(case))),
        None if mean is None else line_of(mean, case), None if mean is None else half_of(mean, case),
        None if parent is None else line_of(parent.at_prices(**(prices or {})), case), own.prices.issue_value_musd,
    )  # fmt: skip


def line_of(leverage: Leverage, case: Case) -> Line:
    """The curve of a case."""
    curve = leverage.curve(*_of(case))
    columns = ("leverage_musd", "leverage_low", "leverage_high", "target_loss_musd", "coercer_loss_musd")
    values = [curve[name].to_numpy(dtype=float) for name in columns]
    return Line(
        tuple(int(at) for at in curve["at"]), values[0], values[1], values[2], values[3], values[4], int(curve["n"].min())
    )


def half_of(leverage: Leverage, case: Case) -> Half:
    """Half-life of a case after its peak, with its interval over worlds."""
    found = leverage.half_life(*_of(case))
    return Half(round(12 * found.central.peak_at), found.central.peak_musd, found.central.years, found.low, found.high)


def peak_since(course: Course, month: int) -> tuple[int, float]:
    """Date and height of the highest leverage from a month (calendar) on; of the last date where none is as late."""
    places = [k for k, at in enumerate(course.own.at) if at >= month] or [len(course.own.at) - 1]
    best = max(places, key=lambda k: course.own.leverage[k])
    return course.own.at[best], float(course.own.leverage[best])


def _of(case: Case) -> tuple[str, int, str]:
    return case.target, case.months, case.kind


def restriction_words(case: Case) -> str:
    """A restriction in words: six-month halt of shipments to Japan."""
    length = COUNTS.get(case.months, str(case.months))
    aimed = "" if case.kind == "quota_cut" else f" {AIMED[case.target]}"
    return f"{length}-month {KIND_WORDS[case.kind]}{aimed}"


def musd(value: float) -> str:
    """Millions of dollars as people read them."""
    if not isfinite(value):
        return NOTHING
    if abs(value) >= 1000.0:
        return f"{rounded(value / 1000.0)} bn USD"
    return f"{value:,.0f} M USD"


def years_words(half: Half) -> str:
    """A half-life: 0.9 years, or why there is none."""
    if not half.peak_musd > 0.0:
        return "no leverage"
    return f"{half.years:.1f} years" if isfinite(half.years) else "not reached yet"


def interval_words(half: Half) -> str:
    """Bounds of a half-life over worlds: 0.8 to 1.1; an upper bound that was not reached stays open."""
    if not isfinite(half.low):
        return NOTHING
    return f"{half.low:.1f} to {half.high:.1f}" if isfinite(half.high) else f"{half.low:.1f} or more"


def window_words(course: Course) -> str:
    """Stretches in which leverage is worth the issue: June 2010 to September 2011."""
    if not course.windows:
        return "never"
    last = course.own.years[-1]
    parts = []
    for first, until in course.windows:
        ends = "the last date measured" if until >= last - 1e-9 else month_words(round(12 * until))
        parts.append(f"{month_words(round(12 * first))} to {ends}")
    return ", ".join(parts)


def sentence_of(course: Course, month: int) -> str:
    """What is seen, in plain language.

    Parameters
    ----------
    month : int, calendar month in which the restriction would begin
    """
    place = course.now(month)
    if place is None:
        return "Leverage is measured in March and September of every year once the first of them was reached."
    at, value = course.own.at[place], float(course.own.leverage[place])
    what = f"A {restriction_words(course.case)} in {month_words(at)}"
    if abs(float(course.own.target_loss[place])) + abs(float(course.own.coercer_loss[place])) < NO_LOSS_MUSD:
        return f"{what} would change nothing for either side: no shipment would be stopped by it."
    if value > 0.0:
        said = f"{what} would let Beijing ask for concessions worth up to {musd(value)}"
        is_worth = value >= course.issue_musd
        said += f", {'more' if is_worth else 'less'} than the {musd(course.issue_musd)} that the issue is worth to it."
    else:
        said = f"{what} is no threat: it would cost Beijing more than a bargain over it could bring ({musd(value)})."
    half = course.half
    if not half.peak_musd > 0.0 or half.peak_at > month:
        return said
    if half.peak_at == at:
        return f"{said} It has never been more."
    said += f" It was most in {month_words(half.peak_at)}, {musd(half.peak_musd)};"
    if not isfinite(half.years):
        return f"{said} more than half of that is left."
    return f"{said} half of that was gone by {month_words(round(half.peak_at + 12 * half.years))}."
