"""How far runs are from what was observed in the fit window, as one number and group by group.

An error is the difference of logs (prices, tonnes) or of shares, divided by the tolerance of what was observed; beyond a few
tolerances it counts linearly (Huber 1964), so that no single row rules. A series counts once in its group however many rows
it has, and a group as the study says. Beside levels stand the gaps between outside and inside: their mean over the elements
year by year, and each element's deviation from that mean (the cross-section), which a model that moves all prices together
cannot fit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import hypot, log
from typing import NamedTuple, Protocol

import numpy as np

from reabm.scenario.months import month_text
from reabm.validation.errors import ValidationError
from reabm.validation.loss_sums import (
    FIRST_MONTH,
    FOLD,
    LOW,
    LOWEST_YEAR,
    PEAK,
    PEAK_MONTH,
    PEAK_TO_BASE,
    RATIO,
    TO_BASE,
    sum_losses,
)
from reabm.world.layout import Array

OUTSIDE, INSIDE = "price.outside.", "price.china."
LEAST_ELEMENTS = 3  # of a cross-section
WORST = 20.0  # tolerances: what counts for a value that is missing or absurd
FLOOR = 1e-4  # of the observed: a smaller tonnage or price has no useful log
STATISTICS = {
    "peak": PEAK, "low": LOW, "peak_month": PEAK_MONTH, "ratio": TO_BASE, "peak_ratio": PEAK_TO_BASE, "lowest_year": LOWEST_YEAR,
    "first_month": FIRST_MONTH,
}  # fmt: skip
DATED = ("peak_month", "lowest_year", "first_month")  # whose number is a month
GROUPS = {  # beginning of a series' name -> group; the rest by its scale
    OUTSIDE: "prices_outside", INSIDE: "prices_china", "price_ratio.": "gaps", "licence_price": "gaps",
    "relocation.": "relocation", "maker.": "relocation",
}  # fmt: skip


class SeriesLike(Protocol):
    """What is used of a row of the catalogue of series (`validation/series.py`)."""

    @property
    def fold(self) -> str:
        """How months become the value of a row."""
        ...

    @property
    def scale(self) -> str:
        """How errors are taken: log or linear."""
        ...

    @property
    def parts(self) -> tuple[str, ...]:
        """Of a ratio of sums: the series above and below the line."""
        ...


class Row(NamedTuple):
    """A number to be met: the statistic of a series over some months."""

    series: str
    first: int  # months, absolute
    last: int
    value: float
    tolerance: float  # of the log, or of the number itself
    scale: str = "log"  # log or linear
    statistic: str = "fold"  # as the series folds months; or one of STATISTICS
    base: tuple[int, int] | None = None  # months, absolute, of statistics over a base period
    threshold: float = 0.0  # of first_month
    side: int = 0  # 1: an error only above the value, -1: only below, 0: both
    group: str = ""  # empty: that of the series
    name: str = ""  # what counts once in its group; empty: the series

    @property
    def until(self) -> int:
        """Last month that it speaks of."""
        return self.last if self.base is None else max(self.last, self.base[1])

    @property
    def begins(self) -> int:
        """First month that it speaks of."""
        return self.first if self.base is None else min(self.first, self.base[0])


def group_of(series: str, scale: str) -> str:
    """Group of a series in the loss."""
    for start, group in GROUPS.items():
        if series.startswith(start):
            return group
    return "volumes" if scale == "log" else "shares"


class Loss:
    """The loss of runs of one length, with everything looked up before."""

    def __init__(
        self,
        rows: Sequence[Row],
        catalogue: Mapping[str, SeriesLike],
        start: int,
        until: int,
        weights: Mapping[str, float],
        huber: float,
    ) -> None:
        """Rows that begin before `start` are left out; one that ends after `until` is refused."""
        for row in rows:
            if row.until > until:
                raise ValidationError(
                    f"{row.series}: got a row to {month_text(row.until)}; allowed {month_text(until)} or earlier"
                )
        self.rows = tuple(row for row in rows if row.begins >= start)
        if not self.rows:
            raise ValidationError(f"loss: got no observed row from {month_text(start)} to {month_text(until)}; allowed 1 or more")
        self.huber = huber
        self.n_months = until - start + 1
        self.series = tuple(dict.fromkeys(name for row in self.rows for name in _series_of(row, catalogue[row.series])))
        at = {name: n for n, name in enumerate(self.series)}
        self._rows = np.array([_places(row, catalogue[row.series], at, start) for row in self.rows], dtype=np.int64)
        self._numbers = np.array([_divisor(row, catalogue[row.series]) for row in self.rows])
        self._floors = np.array([FLOOR * abs(row.value) + 1e-300 for row in self.rows])
        self._errors(catalogue, start)
        self.groups = tuple(name for name in weights if weights[name] > 0.0 and name in set(self._groups))
        if not self.groups:
            raise ValidationError("loss: got no row in a group of weight above 0; allowed 1 or more")
        total = sum(weights[name] for name in self.groups)
        self.weights = np.array([weights[name] / total for name in self.groups])
        self._of_group = np.array([self.groups.index(g) if g in self.groups else -1 for g in self._groups], dtype=np.int64)
        self._shares = self._row_shares()
        self._limits = np.array([huber, WORST])

    @property
    def labels(self) -> list[tuple[str, str, int, int]]:
        """Group, series or fact, first and last month of each error."""
        return [
            (group, name, first, last) for group, name, first, last in zip(self._groups, self._names, self._begins, self._ends)
        ]

    @property
    def worst(self) -> float:
        """Loss of a run that does not close."""
        return self.huber * (WORST - 0.5 * self.huber)

    def parts(self, series: Array) -> Array:
        """Loss of each group and run, shape (groups, runs).

        Parameters
        ----------
        series : float array, shape (series, runs x months), rows as in `self.series`, the months of one run after the other's
        """
        return self._summed(series)[2]

    def errors(self, series: Array) -> Array:
        """Errors in tolerances, shape (errors, runs), in the order of `labels`."""
        return self._summed(series)[1]

    def numbers(self, series: Array) -> Array:
        """Numbers of the rows (logs of prices and tonnes), shape (rows, runs)."""
        return self._summed(series)[0]

    def total(self, parts: Array) -> Array:
        """Loss from the losses of the groups, which stand along the first axis."""
        found: Array = self.weights @ parts
        return found

    def _summed(self, series: Array) -> tuple[Array, Array, Array]:
        runs = series.shape[1] // self.n_months
        values, errors = np.empty((len(self.rows), runs)), np.empty((len(self._seen), runs))
        losses = np.empty((len(self.groups), runs))
        sum_losses(
            np.ascontiguousarray(series), self.n_months, self._rows, self._numbers, self._floors, self._entries, self._weights,
            self._seen, self._sides, self._of_group, self._shares, self._limits, values, errors, losses,
        )  # fmt: skip
        return values, errors, losses

    def _errors(self, catalogue: Mapping[str, SeriesLike], start: int) -> None:
        """Errors as weighted sums of numbers of rows: the rows themselves, then the gaps."""
        lines: list[tuple[dict[int, float], float]] = []
        self._groups, self._names = list[str](), list[str]()
        self._begins, self._ends = list[int](), list[int]()

        def add(weights: dict[int, float], tolerance: float, group: str, name: str, first: int, last: int) -> None:
            lines.append((weights, tolerance))
            self._groups.append(group)
            self._names.append(name)
            self._begins.append(first)
            self._ends.append(last)

        for n, row in enumerate(self.rows):
            group = row.group or group_of(row.series, catalogue[row.series].scale)
            add({n: 1.0}, row.tolerance, group, row.name or row.series, row.first, row.last)
        for year, gaps in self._gaps().items():
            first, last = year * 12, year * 12 + 11
            mean: dict[int, float] = {}
            for weights, _ in gaps.values():
                for n, weight in weights.items():
                    mean[n] = mean.get(n, 0.0) + weight / len(gaps)
            typical = float(np.mean([tolerance for _, tolerance in gaps.values()]))
            add(mean, typical, "gaps", "gap.mean", first, last)
            for element, (weights, tolerance) in gaps.items():
                rest = {n: weights.get(n, 0.0) - mean[n] for n in mean}
                add(rest, tolerance, "cross_section", f"gap.{element}", first, last)
        seen = [_seen(row, start) for row in self.rows]
        entries = [(k, n, weight / tolerance) for k, (weights, tolerance) in enumerate(lines) for n, weight in weights.items()]
        self._entries = np.array([(k, n) for k, n, _ in entries], dtype=np.int64)
        self._weights = np.array([weight for _, _, weight in entries])
        self._seen = np.zeros(len(lines))
        for k, n, weight in entries:
            self._seen[k] += weight * seen[n]
        self._sides = np.zeros(len(lines))
        self._sides[: len(self.rows)] = [row.side for row in self.rows]

    def _gaps(self) -> dict[int, dict[str, tuple[dict[int, float], float]]]:
        """By year and element: weights of the rows whose sum is the log of outside over inside, and its tolerance."""
        zones: dict[tuple[int, str], dict[str, list[int]]] = {}
        for n, row in enumerate(self.rows):
            for zone in (OUTSIDE, INSIDE):
                if (
                    row.series.startswith(zone)
                    and row.first // 12 == row.last // 12
                    and row.statistic == "fold"
                    and row.scale == "log"
                ):
                    known = zones.setdefault((row.first // 12, row.series.removeprefix(zone)), {OUTSIDE: [], INSIDE: []})
                    known[zone].append(n)
        found: dict[int, dict[str, tuple[dict[int, float], float]]] = {}
        for (year, element), sides in sorted(zones.items()):
            outside, inside = sides[OUTSIDE], sides[INSIDE]
            if outside and inside:
                weights = {n: 1.0 / len(outside) for n in outside} | {n: -1.0 / len(inside) for n in inside}
                tolerances = [float(np.mean([self.rows[n].tolerance for n in side])) for side in (outside, inside)]
                found.setdefault(year, {})[element] = (weights, hypot(*tolerances))
        return {year: gaps for year, gaps in found.items() if len(gaps) >= LEAST_ELEMENTS}

    def _row_shares(self) -> Array:
        """Weight of each error in its group: each series once, its rows alike."""
        alike = Counter(zip(self._groups, self._names))
        series = Counter(group for group, _ in alike)
        return np.array([1.0 / (series[group] * alike[group, name]) for group, name in zip(self._groups, self._names)])


def _series_of(row: Row, series: SeriesLike) -> tuple[str, ...]:
    """Series that a row is made of."""
    return series.parts if row.statistic == "fold" and series.parts else (row.series,)


def _places(row: Row, series: SeriesLike, at: Mapping[str, int], start: int) -> tuple[int, ...]:
    """A row as the compiled sums read it."""
    above, *rest = (at[name] for name in _series_of(row, series))
    first = row.last if row.statistic == "fold" and series.fold == "end" else row.first
    kind = FOLD if row.statistic in ("fold", "mean", "sum") else STATISTICS[row.statistic]
    base = row.base or (start, start)
    return (
        RATIO if rest else kind, above, rest[0] if rest else -1, first - start, row.last - start, base[0] - start,
        base[1] - start, 1 if row.scale == "log" else 0,
    )  # fmt: skip


def _divisor(row: Row, series: SeriesLike) -> float:
    """Months over which a sum is a mean; 1 for a sum, the threshold of a first month."""
    if row.statistic == "first_month":
        return row.threshold
    is_mean = row.statistic == "mean" or (row.statistic == "fold" and series.fold == "mean")
    return float(row.last - row.first + 1) if is_mean else 1.0


def _seen(row: Row, start: int) -> float:
    """The observed number as a run's: a log, or a month counted from the first."""
    if row.scale == "log":
        return log(row.value)
    return row.value - start if row.statistic in DATED else row.value
