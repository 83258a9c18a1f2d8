import csv
import re

import pytest

from reabm.scenario import find_configs
from reabm.scenario.sources import read_bibliography

FOLDER = find_configs() / "observed"
FILES = sorted(FOLDER.glob("*.csv"))
COLUMNS = ["series", "year", "month", "value", "unit", "source_key", "quality", "note"]
UNITS = {"USD/kg", "CNY/kg", "t gross", "t REO", "t blanks", "t", "per cent", "ratio"}


def rows(file):
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_four_files_are_there():
    assert [file.name for file in FILES] == ["exports_quota.csv", "prices.csv", "production.csv", "shares.csv"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_row_has_a_source_a_known_unit_and_a_date(file):
    known = read_bibliography([find_configs() / "scenarios"])
    for n, row in enumerate(rows(file), start=2):
        place = f"{file.name}:{n}"
        assert list(row) == COLUMNS, place
        assert row["source_key"] in known, f"{place}: {row['source_key']}"
        assert row["unit"] in UNITS, f"{place}: {row['unit']}"
        assert row["quality"] in ("solid", "medium", "weak"), place
        assert 1990 <= int(row["year"]) <= 2025, place
        assert row["month"] == "" or 1 <= int(row["month"]) <= 12, place
        assert float(row["value"]) >= 0.0, place
        assert row["unit"] != "per cent" or float(row["value"]) <= 100.0, place
        assert re.fullmatch(r"[A-Za-z_]+", row["series"]), place


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_row_stands_twice_and_a_series_has_few_units(file):
    found = rows(file)
    keys = [tuple(row[name] for name in COLUMNS[:6]) for row in found]
    assert len(keys) == len(set(keys))
    units: dict[str, set[str]] = {}
    for row in found:
        units.setdefault(row["series"], set()).add(row["unit"])
    for series, own in units.items():
        assert len(own) == 1 or own <= {"USD/kg", "CNY/kg"}, (series, own)


def test_the_gap_of_august_2011_is_there():
    august = {
        row["series"]: float(row["value"]) for row in rows(FOLDER / "prices.csv") if (row["year"], row["month"]) == ("2011", "8")
    }
    assert august["Nd_fob"] == 370.0
    assert august["Nd_inside"] == 217.0
