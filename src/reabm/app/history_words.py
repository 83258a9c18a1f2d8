"""What the scoreboard says, in words: the sentence on top, facts hit and missed, scores of a series."""

from __future__ import annotations

from collections.abc import Iterable
from math import exp, isfinite, isnan
from typing import Any, NamedTuple

from reabm.app.judged import Dot, Judged
from reabm.app.series_words import called
from reabm.app.words import MONTHS, NOTHING, percent, rounded
from reabm.report import validation_words
from reabm.report.validation_words import bars_of
from reabm.scenario.months import month_index
from reabm.validation.series import SERIES
from reabm.validation.windows import FIT, LICENCES, TEST

QUALITIES = ("solid", "medium", "weak")
BASELINES = {"no_change": "no change", "ar1": "AR(1)", "isoelastic": "isoelastic curve"}
BASELINES_NOTE = (
    "No change: the last value observed by the end of 2012. AR(1): fitted to the years up to 2012. Isoelastic curve: a demand "
    "curve through the years up to 2012, fed with the volumes that were really traded later, which no forecaster has. In the fit "
    "window no change and AR(1) look one step ahead."
)
SHORT = {FIT: "fit window", TEST: "test window", LICENCES: "licences of 2025"}
DATED = {
    FIT: "up to December 2012", TEST: "from January 2013 to March 2025", LICENCES: "about the licences of April 2025",
}  # fmt: skip
WINDOWS = {window: words for window, words in validation_words.WINDOWS.items() if window in SHORT}
HIT, MISS = "✓ hit", "✗ miss"
INSIDE, OUTSIDE = "inside", "outside"
NO_REASON = "no reason is written yet"
ALL = "all"


class Fact(NamedTuple):
    """A row of the table of facts."""

    name: str
    sentence: str
    window: str
    window_words: str
    period: str
    series: str
    series_words: str
    observed: str
    printed: str  # where the source prints another number or unit
    tolerance: str
    median: str
    band: str
    in_band: str
    is_hit: bool
    verdict: str
    reason: str  # of a miss
    source: str  # keys, quality, what the tolerance is made of


class Shown(NamedTuple):
    """Which facts the visitor wants to see."""

    window: str = ALL
    only_misses: bool = False
    only_series: bool = False


EVERY = Shown()


def value_words(value: float, unit: str = "") -> str:
    """A figure with its unit: 27 USD/kg, 97 %, July 2011, never."""
    if isnan(value):
        return NOTHING
    if unit == "month":
        return "never" if not isfinite(value) else f"{MONTHS[round(value) % 12]} {round(value) // 12}"
    if unit in ("share", "share of runs"):
        return NOTHING if not isfinite(value) else f"{rounded(100.0 * value)} %"  # a narrow band needs the third digit
    return rounded(value) if unit in ("", "ratio") else f"{rounded(value)} {unit}"


def unit_of(series: str) -> str:
    """Unit of a series' values month by month; flows are tonnes a month, whatever months an observation covers."""
    about = SERIES[series]
    unit = "thousand USD" if about.unit == "kUSD" else about.unit.replace("t/yr", "t a year")
    return f"{unit} a month" if about.fold == "sum" else unit


def interval_words(low: float, high: float, unit: str) -> str:
    """`27 to 31.9 USD/kg`, or a single bound."""
    if isnan(low) or isnan(high):
        return NOTHING
    if low == high:
        return value_words(low, unit)
    if unit != "month" and not isfinite(high):
        return f"at least {value_words(low, unit)}"
    if not isfinite(low):
        return f"at most {value_words(high, unit)}"
    if unit == "month" and not isfinite(high):
        return f"{value_words(low, unit)} or later"
    below = value_words(low, "" if unit not in ("share", "share of runs", "month") else unit)
    if unit in ("share", "share of runs"):
        below = below.removesuffix(" %")
    return f"{below} to {value_words(high, unit)}"


def period_words(first: int, last: int) -> str:
    """Months, both included, as people say them: 2011, July 2011, 2010 and 2011, January to June 2012."""
    year = first // 12
    if first == last:
        return f"{MONTHS[first % 12]} {year}"
    if first % 12 == 0 and last % 12 == 11:
        return str(year) if last // 12 == year else f"{year} to {last // 12}"
    if last // 12 == year:
        return f"{MONTHS[first % 12]} to {MONTHS[last % 12]} {year}"
    return f"{MONTHS[first % 12]} {year} to {MONTHS[last % 12]} {last // 12}"


def period_of(written: str) -> str:
    """The period of a row of facts (`2011`, `2011-07`, `2011-07 to 2011-09`) in words."""
    first, to, last = written.partition(" to ")
    begins, ends = month_index(first), month_index(last if to else first)
    if begins is None or ends is None:
        return written
    return period_words(begins, ends + 11 if len(last if to else first) == 4 else ends)


def facts(judged: Judged, shown: Shown = EVERY, series: str = "") -> list[Fact]:
    """The facts that are wanted, in the order of the file."""
    return [
        _fact(row)
        for row in judged.facts
        if shown.window in (ALL, row["window"])
        and not (shown.only_misses and row["hit"])
        and not (shown.only_series and row["series"] != series)
    ]


def _fact(row: dict[str, Any]) -> Fact:
    unit, is_hit = str(row["unit"]), bool(row["hit"])
    observed = value_words(float(row["observed"]), unit)
    return Fact(
        str(row["fact"]), str(row["sentence"]), str(row["window"]), SHORT.get(str(row["window"]), str(row["window"])),
        period_of(str(row["period"])), str(row["series"]), called(str(row["series"])).title, observed,
        _printed(str(row["printed"]), unit), interval_words(float(row["low"]), float(row["high"]), unit),
        value_words(float(row["median"]), unit), interval_words(float(row["band_low"]), float(row["band_high"]), unit),
        INSIDE if row["in_band"] else OUTSIDE, is_hit, HIT if is_hit else MISS,
        "" if is_hit else str(row["reason"]) or NO_REASON,
        f"{row['quality']}; tolerance from {row['spread']}; sources: {row['source']}",
    )  # fmt: skip


def _printed(printed: str, unit: str) -> str:
    """What the source has, where it was converted: prices to dollars of 2010, gross tonnes to oxide."""
    is_same = unit in ("month", "ratio", "share", "share of runs", "months")
    number, _, rest = printed.partition(" ")
    return "" if is_same or rest in ("t", "t REO") else f"{rounded(float(number), 6)} {rest}"


def caption(found: list[Fact], judged: Judged, shown: Shown) -> str:
    """What the table of facts holds."""
    n_hit = sum(one.is_hit for one in found)
    where = "" if shown.window == ALL else f" of the {WINDOWS[shown.window]}"
    what = "misses" if shown.only_misses else "facts"
    said = f"{len(found)} of {len(judged.facts)} {what if not shown.only_misses else 'facts: the misses'}{where}"
    return said if shown.only_misses else f"{said}: {n_hit} hit, {len(found) - n_hit} missed"


def headline(judged: Judged) -> str:
    """The sentence on top."""
    counts = judged.summary["facts"]
    parts = [
        f"{counts[window]['hit']} of {counts[window]['facts']} facts {words}"
        for window, words in DATED.items()
        if window in counts
    ]
    return f"Given the scripted inputs, the runs hit {_joined(parts)}."


def more_lines(judged: Judged) -> list[str]:
    """What else is said on top: the share inside the band, and series beside each baseline."""
    counts = judged.summary["facts"]
    parts = [f"{percent(counts[window]['share_in_band'])} in the {SHORT[window]}" for window in (FIT, TEST) if window in counts]
    if LICENCES in counts:
        parts.append(f"{percent(counts[LICENCES]['share_in_band'])} of those about the licences")
    beaten = judged.summary["series"].get(TEST, {})
    beside = [
        f"than {'the ' if words.endswith('curve') else ''}{words} on {beaten[name]['beaten_on']} of {beaten[name]['applies_to']}"
        for name, words in BASELINES.items()
        if name in beaten and beaten[name]["applies_to"]
    ]
    lines = [f"Observed values of facts inside the 5 to 95 per cent band of the runs: {_joined(parts)}."]
    if beside:
        lines.append(
            f"In the test window the runs' median is closer to what was observed {_joined(beside)} series "
            f"({beaten['told']} series that the script all but tells are not counted)."
        )
    return lines


def bars(judged: Judged) -> list[tuple[bool, str]]:
    """The bars that were set beforehand, and whether each is reached."""
    found, fit = [], judged.summary["facts"].get(FIT, {"facts": 0, "hit": 0})
    missed = f"{fit['facts'] - fit['hit']} of {fit['facts']}"
    for said, is_reached in bars_of(judged.summary, BASELINES).items():
        text = f"{said} ({missed} missed)" if said.startswith("every fact") else said
        found.append((is_reached, text[0].upper() + text[1:]))
    return found


def belongs(judged: Judged) -> str:
    """Whose band it is."""
    sets = f", dealt out among {judged.n_sets} parameter sets," if judged.n_sets > 1 else ""
    return (
        f"Band, median and scores belong to the shipped scenario ({judged.scenario.title}) under its own parameters: "
        f"{judged.n_runs} runs{sets} with other luck each. They do not move with the levers; your run is the line beside them."
    )


SCORE_ROWS = (
    "Observed values", "Error of the median", *(f"Beside {words}" for words in BASELINES.values()), "Direction of change right",
    "Rank correlation", "Observed values in the band",
)  # fmt: skip
SCORE_NOTE = (
    "Error: root mean square of the logarithm, as the factor by which the median is usually off; of shares in points, of lines "
    "in tonnes a year. Beside each baseline: the runs' error and its own over the same values. Direction: share of changes from "
    "year to year with the right sign."
)


def scores(judged: Judged, series: str) -> tuple[list[str], list[list[str]]]:
    """Scores of a series: heads and rows, a column a window."""
    windows = [row for row in judged.scores.get(series, ()) if row["window"] in WINDOWS]
    columns = [_score(row) for row in windows]
    heads = ["Score", *(WINDOWS[row["window"]] for row in windows)]
    return heads, [[name, *cells] for name, *cells in zip(SCORE_ROWS, *columns)] if columns else []


def told_by(judged: Judged, series: str) -> str:
    """What the script tells a run about a series; empty: nothing that makes the score idle."""
    return next((str(row["told_by"]) for row in judged.scores.get(series, ()) if row["told_by"]), "")


def _score(row: dict[str, Any]) -> list[str]:
    scale, unit = str(row["scale"]), str(row["unit"])
    cells = [str(row["n"]), error_words(float(row["rmse"]), scale, unit)]
    for name in BASELINES:
        if not row[f"n_{name}"]:
            cells.append(f"{NOTHING} ({row[f'about_{name}']})")
            continue
        ours, its = float(row[f"model_beside_{name}"]), float(row[f"rmse_{name}"])
        sign = "✓ closer" if ours < its else "✗ farther" if ours > its else "= as close"
        cells.append(f"{sign}: {error_words(ours, scale, unit)} against {error_words(its, scale, unit).removeprefix('factor ')}")
    return [
        *cells, percent(float(row["direction"])),
        NOTHING if isnan(float(row["rank_correlation"])) else f"{float(row['rank_correlation']):.2f}".replace("-", "−"),
        percent(float(row["coverage"])),
    ]  # fmt: skip


def error_words(error: float, scale: str, unit: str) -> str:
    """An error as people say it: a factor of prices and tonnes, points of a share."""
    if isnan(error):
        return NOTHING
    if scale == "log":
        return f"factor {rounded(exp(error), 3)}"
    return f"{rounded(100.0 * error, 2)} points" if unit == "share" else f"{rounded(error)} {unit}"


VALUE_HEADS = (
    "Months",
    "Observed",
    "Median of the runs",
    "5 to 95 % of the runs",
    "In the band",
    "Quality",
    "Printed, and source",
)


def values(judged: Judged, series: str) -> list[list[str]]:
    """Every observed value of the scenario's time as a row."""
    unit = unit_of(series)
    return [_value(dot, unit) for dot in judged.dots.get(series, ()) if judged.scenario.start <= dot.first <= judged.scenario.end]


def _value(dot: Dot, unit: str) -> list[str]:
    origin = ". ".join(part for part in (dot.printed, dot.source) if part)
    where = "not scored" if not dot.window else NOTHING if isnan(dot.low) else INSIDE if dot.is_inside else OUTSIDE
    return [
        period_words(dot.first, dot.last), value_words(dot.observed, unit), value_words(dot.median, unit),
        interval_words(dot.low, dot.high, unit), where, dot.quality, origin,
    ]  # fmt: skip


def _joined(parts: Iterable[str]) -> str:
    listed = list(parts)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}" if listed else NOTHING
