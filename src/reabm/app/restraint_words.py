"""The map of restraint in words, and its frontier as a table."""

from __future__ import annotations

from math import isfinite, isnan
from typing import TYPE_CHECKING

from reabm.app.restraint_here import Compared, Weighed
from reabm.app.words import NOTHING, month_words, name_words

if TYPE_CHECKING:
    from reabm.empirical.restraint_map import Critical

OWN_LEAD = 1.0  # factor of the mines as they are


def map_caption(found: Compared) -> str:
    """What was played."""
    question, written = found.question, found.study.file
    n_runs = found.played.sums.shape[0] * found.played.sums.shape[1] * found.played.sums.shape[2]
    return (
        f"Played from the world on the screen, not read from a stored study: from {month_words(written.decision)} for "
        f"{question.years} years, each policy on the same {written.seeds} courses of luck for each building time of mines: "
        f"{n_runs} runs in {found.seconds:.1f} s. The sliders weigh them anew without new runs. R: restraint pays more, "
        "C: coercion, ?: not sure (two standard errors). Weights are assumptions without a source."
    )


def map_sentence(found: Compared, weighed: Weighed) -> str:
    """What the map says of the mines as they are, for somebody who never saw one."""
    k = found.study.file.lead_factors.index(OWN_LEAD)
    one = weighed.frontier[k]
    coercion, restraint = (name_words(name) for name in (found.question.coercion, found.question.restraint))
    theory = float(weighed.theory[k])
    mines = f"With mines outside China that take {weighed.years[k]:.1f} years to build"
    asked = f"every discount rate asked for, {percent(one.least)} to {percent(one.most)}"
    if one.rate < 0.0 and not isfinite(one.back):
        said = f"{mines}, coercion ({coercion}) pays Beijing more than restraint ({restraint}) at {asked}."
    elif one.rate < 0.0:
        said = (
            f"{mines}, coercion ({coercion}) pays Beijing more than restraint ({restraint}) if it discounts the future by less"
            f" than {rate_words(one.back)} a year, restraint if by more: coercion costs at once and pays late."
        )
    elif not isfinite(one.rate):
        said = f"{mines}, restraint ({restraint}) pays Beijing more than coercion ({coercion}) at {asked}."
    else:
        said = (
            f"{mines}, restraint ({restraint}) pays Beijing more than coercion ({coercion}) if it discounts the future by less"
            f" than {rate_words(one.rate)} a year, coercion if by more."
        )
        if isfinite(one.back):
            said += f" From {rate_words(one.back)} on restraint pays more again."
    if isnan(theory):
        return f"{said} Theory names no rate here: coercion does not first gain and then lose."
    if theory == 0.0:
        return f"{said} By theory (a delayed punishment) coercion should pay at every rate: the punishment is too short to deter."
    return f"{said} By theory (a delayed punishment) the change should come at {rate_words(theory)}."


def frontier_rows(weighed: Weighed) -> tuple[list[str], list[list[str]]]:
    """Heads and rows: building time, critical rate, its interval over worlds, theory."""
    heads = ["Mines take", "Simulated", "5 to 95 % over worlds", "Theory"]
    rows = []
    for k, one in enumerate(weighed.frontier):
        low, high = measured_words(one, one.low), measured_words(one, one.high)
        rows.append([
            f"{weighed.years[k]:.1f} years", change_words(one), low if low == high else f"{low} to {high}",
            rate_words(float(weighed.theory[k])),
        ])  # fmt: skip
    return heads, rows


def rate_words(rate: float) -> str:
    """A rate of theory above which coercion should pay."""
    if isnan(rate):
        return NOTHING
    if rate == 0.0:
        return "at any rate"
    return percent(rate) if isfinite(rate) else "at none"


def measured_words(one: Critical, rate: float) -> str:
    """A rate that was read from the worlds; beyond the rates that were asked for, on which side of them it lies."""
    if isfinite(rate):
        return percent(rate)
    return f"above {percent(one.most)}" if rate > 0.0 else f"below {percent(one.least)}"


def percent(rate: float) -> str:
    """A rate, with a digit after the point but at nought."""
    return f"{100 * rate:.1f} %" if rate else "0 %"


def change_words(one: Critical) -> str:
    """From which rate on coercion pays more, and up to which, where restraint does again."""
    rate = measured_words(one, one.rate)
    return f"{rate} to {percent(one.back)}" if isfinite(one.back) else rate
