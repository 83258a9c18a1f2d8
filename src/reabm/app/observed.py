"""Prices that were observed, as `configs/observed/prices.csv` has them, for dots beside a run's lines.

Nothing is converted: the repository holds no deflator and no exchange rates, so prices are in dollars of their own year, and rows
in yuan are left out.
"""

from __future__ import annotations

import csv
from functools import cache
from typing import NamedTuple

from reabm.scenario import find_configs
from reabm.scenario.sources import read_bibliography

ELEMENT_OF = {"Nd": "NdPr"}  # quotes of neodymium oxide stand beside the model's NdPr
FOB, YEAR_MEAN, YEAR_END, INSIDE, INSIDE_NO_TAX = "fob", "fob_mean_of_year", "fob_year_end", "inside", "inside_exvat"
ZONE_OF = {FOB: "outside", YEAR_MEAN: "outside", YEAR_END: "outside", INSIDE: "china", INSIDE_NO_TAX: "china"}
WORDS = {
    FOB: "export price (FOB)", YEAR_MEAN: "export price (FOB), mean of the year", YEAR_END: "export price (FOB), end of the year",
    INSIDE: "price inside China", INSIDE_NO_TAX: "price inside China without value-added tax",
}  # fmt: skip


class Observed(NamedTuple):
    """One observed price."""

    element: str  # of the model
    zone: str  # `outside` or `china`
    years: float  # when: 2010 + 8/12 is September 2010; a mean of a year stands in July
    usd_kg: float  # nominal
    is_year: bool
    quality: str  # solid, medium, weak
    words: str  # what it is and where it is from


@cache
def observed_prices() -> tuple[Observed, ...]:
    """All rows in dollars, in the order of the file."""
    titles = {key: f"{source.author}, {source.title}" for key, source in read_bibliography([]).items()}
    found = []
    with (find_configs() / "observed" / "prices.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            quoted, kind = row["series"].split("_", 1)
            if row["unit"] != "USD/kg" or kind not in ZONE_OF:
                continue
            month = int(row["month"]) - 1 if row["month"] else 6
            note = f" ({row['note']})" if row["note"] and row["note"] != "mean of the year" else ""
            source = titles.get(row["source_key"], row["source_key"])
            found.append(
                Observed(
                    ELEMENT_OF.get(quoted, quoted), ZONE_OF[kind], int(row["year"]) + month / 12.0, float(row["value"]),
                    not row["month"], row["quality"], f"{quoted} oxide, {WORDS[kind]}{note}. {source}; {row['quality']}",
                )
            )  # fmt: skip
    return tuple(found)
