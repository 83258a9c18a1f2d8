"""Prices that were observed, in the money of a run, for dots beside its lines: `reabm.validation.observed` converts them."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from reabm.scenario import find_configs
from reabm.scenario.sources import read_bibliography
from reabm.validation.compared import ELEMENT_OF
from reabm.validation.observed import Observation, observations

OUTSIDE, INSIDE = "price.outside.", "price.china."
WORDS = {
    "fob": "export price (FOB)", "fob_mean_of_year": "export price (FOB), mean of the year",
    "fob_year_end": "export price (FOB), end of the year", "inside": "price inside China",
    "inside_exvat": "price inside China without value-added tax",
}  # fmt: skip
UNSAID = ("", "mean of the year")  # notes that the words say already


class Observed(NamedTuple):
    """One observed price."""

    element: str  # of the model
    zone: str  # `outside` or `china`
    years: float  # when: 2010 + 8/12 is September 2010; a mean stands in the middle of its months, of a year in July
    usd_kg: float  # of 2010, without value-added tax; outside with freight, as a run's
    is_year: bool
    quality: str  # solid, medium, weak
    words: str  # what it is, what the source prints and where it is from


@cache
def observed_prices() -> tuple[Observed, ...]:
    """All observed prices, in the order of the file."""
    titles = {key: f"{source.author}, {source.title}" for key, source in read_bibliography([]).items()}
    return tuple(_dot(one, titles) for one in observations(configs=find_configs()) if one.series.startswith((OUTSIDE, INSIDE)))


def _dot(one: Observation, titles: dict[str, str]) -> Observed:
    quoted, kind = one.quoted.split("_", 1)
    months = one.last - one.first + 1
    notes = [note for note in (one.note, "" if one.is_target else "not scored") if note not in UNSAID]
    note = f" ({'; '.join(notes)})" if notes else ""
    source = titles.get(one.source_key, one.source_key)
    return Observed(
        ELEMENT_OF[quoted], "outside" if one.series.startswith(OUTSIDE) else "china", (one.first + months // 2) / 12.0, one.value,
        months == 12, one.quality,
        f"{quoted} oxide, {WORDS[kind]}: {one.printed:g} {one.printed_unit} as printed{note}. {source}; {one.quality}",
    )  # fmt: skip
