"""Observations of a series as points to score: rows of the same months become one point."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reabm.validation.observed import Observation
from reabm.validation.playing import Paths
from reabm.validation.scores import LOG
from reabm.validation.series import SERIES

type Numbers = NDArray[np.float64]

QUALITIES = ("solid", "medium", "weak")  # best first


class Points(NamedTuple):
    """What was observed of one series, in order of time; flows as tonnes a month, so that a half-year stands beside a year."""

    series: str
    first: NDArray[np.int64]  # months, both included
    last: NDArray[np.int64]
    value: Numbers  # a month's
    quality: tuple[str, ...]
    source: tuple[str, ...]

    @property
    def year(self) -> NDArray[np.int64]:
        """Calendar year in whose months the middle of a point lies."""
        return np.asarray((self.first + self.last) // 2 // 12, dtype=np.int64)


def points_of(observed: Iterable[Observation], scored: bool = True) -> dict[str, Points]:
    """Points by series; of rows that speak of the same months only the best quality counts, and of several such their mean.

    The mean is geometric on a log scale. With `scored` rows that are no targets are left out; without, only they are kept.
    """
    rows: dict[str, dict[tuple[int, int], list[Observation]]] = {}
    for row in observed:
        if row.is_target == scored and row.series in SERIES:
            rows.setdefault(row.series, {}).setdefault((row.first, row.last), []).append(row)
    return {name: _points(name, periods) for name, periods in rows.items()}


def _points(name: str, periods: dict[tuple[int, int], list[Observation]]) -> Points:
    about = SERIES[name]
    first, last, values, quality, source = [], [], [], [], []
    for (begins, ends), rows in sorted(periods.items()):
        best = min(QUALITIES.index(row.quality) for row in rows)
        kept = [row for row in rows if row.quality == QUALITIES[best]]
        found = np.array([row.value for row in kept])
        if about.scale == LOG and (found > 0.0).all():
            value = float(np.exp(np.mean(np.log(found))))
        else:
            value = float(np.mean(found))
        first.append(begins)
        last.append(ends)
        values.append(value / (ends - begins + 1) if about.fold == "sum" else value)
        quality.append(QUALITIES[best])
        source.append("; ".join(dict.fromkeys(row.source_key for row in kept)))
    return Points(
        name, np.array(first, dtype=np.int64), np.array(last, dtype=np.int64), np.array(values), tuple(quality), tuple(source)
    )


def by_year(points: Points, values: Numbers, scale: str) -> tuple[NDArray[np.int64], Numbers]:
    """A value a calendar year: the mean of the points in it (geometric on a log scale); years without one are left out."""
    scaled = np.log(np.where(values > 0.0, values, np.nan)) if scale == LOG else values
    known = np.isfinite(scaled)
    years = np.unique(points.year[known])
    means = np.array([scaled[known & (points.year == year)].mean() for year in years])
    return years.astype(np.int64), np.exp(means) if scale == LOG else means


def folded(paths: Paths, points: Points) -> Numbers:
    """What each run gives for each point, shape (runs, points); NaN where the runs do not reach."""
    found = [paths.folded(points.series, int(first), int(last)) for first, last in zip(points.first, points.last)]
    return np.stack(found, axis=1)
