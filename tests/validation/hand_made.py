"""Runs, facts and observations made by hand, so that scores can be worked out on paper."""

from __future__ import annotations

from typing import Any

import numpy as np

from reabm.validation.observed import Observation
from reabm.validation.playing import Paths
from reabm.validation.targets import Target
from reabm.validation.windows import window_of

START = 2009 * 12
N_MONTHS = 17 * 12  # 2009 to 2025
PRICE, EXPORTS, CHINA = "price.outside.NdPr", "exports.legal", "japan.from_china"


def paths_of(**runs: Any) -> Paths:
    """Runs x months by series (a dot of its name is written as two underscores); a number stands for a constant."""
    values = {}
    for name, given in runs.items():
        array = np.asarray(given, dtype=np.float64)
        values[name.replace("__", ".")] = array if array.ndim == 2 else np.repeat(array[:, None], N_MONTHS, axis=1)
    n_runs = len(next(iter(values.values())))
    return Paths(tuple(values), START, values, tuple(range(n_runs)), (0,) * n_runs, ())


def month(year: int, number: int = 1) -> int:
    return year * 12 + number - 1


def seen(series: str, value: float, first: int, last: int | None = None, **more: Any) -> Observation:
    """An observation of some months; of a whole year where only January is given."""
    known: dict[str, Any] = dict.fromkeys(Observation._fields, "")
    known |= {
        "series": series, "first": first, "last": first + 11 if last is None else last, "value": value,
        "printed": value, "quality": "solid", "source_key": "liu_2025", "line": 1, "is_target": True,
    }  # fmt: skip
    return Observation(**{**known, **more})


def fact(series: str, statistic: str, value: float, low: float, high: float, first: int, last: int, **more: Any) -> Target:
    known: dict[str, Any] = {
        "name": "one", "sentence": "It was so", "series": series, "first": first, "last": last, "statistic": statistic,
        "base": None, "threshold": float("nan"), "value": value, "low": low, "high": high, "unit": "USD/kg", "printed": "",
        "window": window_of(last), "source_key": ("liu_2025",), "quality": "solid", "seed_facts": (), "spread": "share",
        "if_missed": "", "file": "f", "line": 1,
    }  # fmt: skip
    return Target(**{**known, **more})
