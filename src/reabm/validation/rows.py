"""Rows of `configs/observed/`, checked but not converted: what a source prints, when, and how far it is to be trusted."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import NamedTuple

from reabm.scenario.errors import nearest, one_of
from reabm.scenario.sources import Source
from reabm.validation.errors import ValidationError

COLUMNS = ("series", "year", "month", "months", "value", "unit", "source_key", "quality", "target", "note")
FILES = ("prices", "exports_quota", "production", "shares", "plants", "stocks", "licences_2025")
UNITS = (
    "USD/kg", "CNY/kg", "USD/kg gross", "t gross", "t REO", "t blanks", "t", "per cent", "ratio", "t alloy a year",
    "t magnets a year", "t powder a year", "days", "months",
)  # fmt: skip
QUALITIES = ("solid", "medium", "weak")
ASSUMPTION = "assumption"  # source of what is general knowledge and unverified: shown, never a target
FIRST_YEAR, LAST_YEAR = 1990, 2025


class Row(NamedTuple):
    """One row as it is printed."""

    series: str
    first: int  # absolute months (year x 12 + month - 1), included
    last: int
    value: float
    unit: str
    source_key: str
    quality: str
    may_be_target: bool
    note: str
    file: str
    line: int


def read_rows(folder: Path, known: dict[str, Source], until: int | None = None) -> Iterator[Row]:
    """Rows of a folder in the order of the files; those that end after `until` are dropped before their number is read.

    Raises
    ------
    ValidationError
        For a row with a wrong field: file, line, field, what was found, what is allowed.
    """
    for name in FILES:
        file = folder / f"{name}.csv"
        if not file.is_file():
            raise ValidationError(f"{file.name}: got no such file in {folder.name}; allowed all of {', '.join(FILES)}")
        with file.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise ValidationError(
                    f"{file.name}:1: columns: got {','.join(reader.fieldnames or ())}; allowed {','.join(COLUMNS)}"
                )
            for given in reader:
                place = f"{file.name}:{reader.line_num}"
                first, last = _months(given, place)
                if until is None or last <= until:
                    yield _row(given, place, first, last, known)


def _months(given: dict[str, str], place: str) -> tuple[int, int]:
    """First and last month that a row covers; without a month it covers its year."""
    year = _whole(given, "year", place, FIRST_YEAR, LAST_YEAR)
    if not given["month"]:
        if given["months"]:
            raise ValidationError(f"{place}: months: got {given['months']!r} without a month; allowed empty for a whole year")
        return year * 12, year * 12 + 11
    month = _whole(given, "month", place, 1, 12)
    first = year * 12 + month - 1
    return first, first + _whole(given, "months", place, 1, 12) - 1


def _whole(given: dict[str, str], field: str, place: str, least: int, most: int) -> int:
    text = given[field] or ""
    if not text.isdecimal() or not least <= int(text) <= most:
        raise ValidationError(f"{place}: {field}: got {text!r}; allowed a whole number from {least} to {most}")
    return int(text)


def _row(given: dict[str, str], place: str, first: int, last: int, known: dict[str, Source]) -> Row:
    file, _, line = place.rpartition(":")
    for field, allowed in (("unit", UNITS), ("quality", QUALITIES), ("target", ("", "no"))):
        if given[field] not in allowed:
            words, hint = ", ".join(map(repr, allowed)), nearest(given[field] or "", allowed)
            raise ValidationError(f"{place}: {field}: got {given[field]!r}; allowed {words}{hint}")
    try:
        value = float(given["value"] or "nan")
    except ValueError:
        value = float("nan")
    most = 100.0 if given["unit"] == "per cent" else 1e7
    if not isfinite(value) or not 0.0 <= value <= most:
        raise ValidationError(f"{place}: value: got {given['value']!r}; allowed a number from 0 to {most:g}")
    source = given["source_key"]
    if source != ASSUMPTION and source not in known:
        raise ValidationError(f"{place}: source_key: got {source!r}; allowed an entry of sources.yaml{nearest(source, known)}")
    if source == ASSUMPTION and given["target"] != "no":
        raise ValidationError(f"{place}: target: got {given['target']!r} for general knowledge; allowed 'no'")
    if None in given or not given["series"]:
        raise ValidationError(f"{place}: series: got {given['series']!r} or too many columns; allowed {one_of(COLUMNS)}")
    return Row(
        given["series"], first, last, value, given["unit"], source, given["quality"], given["target"] != "no",
        given["note"] or "", file, int(line),
    )  # fmt: skip
