"""The cases with an answer on paper, read from `cases.csv`."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest


def cases(*prefixes: str) -> dict[str, dict[str, str]]:
    """Rows by id whose id starts with one of the prefixes."""
    with open(Path(__file__).parent / "cases.csv", newline="", encoding="utf-8") as file:
        return {row["id"]: row for row in csv.DictReader(file) if row["id"].startswith(prefixes)}


def expected(row: dict[str, str]) -> Any:
    """The answer of a case, within its tolerance; where the answer is zero, that tolerance is absolute."""
    answer, tolerance = float(row["expected"]), float(row["rel_tolerance"])
    return pytest.approx(answer, rel=tolerance, abs=tolerance if answer == 0.0 else 0.0)
