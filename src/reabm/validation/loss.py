"""How far runs are from what was observed in the fit window, as one number and group by group.

An error is the difference of logs (prices, tonnes) or of shares, divided by the tolerance of what was observed; beyond a few tolerances
it counts linearly (Huber 1964), so that no single row rules. A series counts once in its group however many rows it has, and a
group as the study says. Beside levels stand the gaps between outside and inside: their mean over the elements year by year, and each
element's deviation from that mean (the cross-section), which a model that moves all prices together cannot fit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from reabm.scenario.months import month_text
from reabm.validation.errors import ValidationError
from reabm.world.layout import Array

OUTSIDE, INSIDE = "price.outside.", "price.china."
LEAST_ELEMENTS = 3  # of a cross-section
WORST = 50.0  # tolerances: what counts for a value that is missing or absurd
FLOOR = 1e-4  # of the observed: a smaller tonnage or price has no useful log
GROUPS = {  # beginning of a series' name -> group; the rest by its scale
    OUTSIDE: "prices_outside", INSIDE: "prices_china", "price_ratio.": "gaps", "licence_price": "gaps",
    "relocation.": "relocation", "maker.": "relocation",
}  # fmt: skip


class SeriesLike(Protocol):
    """What is used of a row of the catalogue of series (`validation/series.py`)."""

    @property
    def fold(self) -> str: ...  # noqa: D102
    @property
    def scale(self) -> str: ...  # noqa: D102
    @property
    def parts(self) -> tuple[str, ...]: ...  # noqa: D102


class Row(NamedTuple):
    """A number to be met: the statistic of a series over some months."""

    series: str
    first: int  # months, absolute
    last: int
    value: float
    tolerance: float  # of the log, or of the share
    statistic: str = "fold"  # as the series folds months; or mean, sum, peak, peak_month, low


class Point(NamedTuple):
    """A row as arrays are indexed: sum of one series over another, or over a number of months."""

    above: int
    below: int  # -1: divided by `months`
    first: int
    last: int
    months: float


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
            if row.last > until:
                raise ValidationError(f"{row.series}: got a row to {month_text(row.last)}; allowed {month_text(until)} or earlier")
        self.rows = tuple(row for row in rows if row.first >= start)
        if not self.rows:
            raise ValidationError(f"loss: got no observed row from {month_text(start)} to {month_text(until)}; allowed 1 or more")
        self.huber = huber
        self.n_months = until - start + 1
        parts = [part for row in self.rows for part in (catalogue[row.series].parts or (row.series,))]
        own = [row.series for row in self.rows if row.statistic not in ("fold", "mean", "sum")]
        self.series = tuple(dict.fromkeys([*parts, *own]))
        at = {name: n for n, name in enumerate(self.series)}
        points = [_point(row, catalogue[row.series], at, start) for row in self.rows]
        self._above, self._below, self._first, self._last = (np.array([p[k] for p in points], dtype=np.intp) for k in range(4))
        self._months = np.array([point.months for point in points])
        self._ratios = np.flatnonzero(self._below >= 0)
        self._special = [
            (n, at[row.series], row) for n, row in enumerate(self.rows) if row.statistic not in ("fold", "mean", "sum")
        ]
        self._start = start
        is_log = [catalogue[row.series].scale == "log" and row.statistic != "peak_month" for row in self.rows]
        self._is_log = np.flatnonzero(is_log)
        self._floor = np.array([FLOOR * abs(self.rows[n].value) + 1e-300 for n in self._is_log])
        seen = np.array([np.log(row.value) if log else row.value for row, log in zip(self.rows, is_log)])
        self._operator, self._seen, self._groups = self._errors(seen, catalogue)
        self.groups = tuple(name for name in weights if weights[name] > 0.0 and name in set(self._groups))
        if not self.groups:
            raise ValidationError("loss: got no row in a group of weight above 0; allowed 1 or more")
        total = sum(weights[name] for name in self.groups)
        self.weights = np.array([weights[name] / total for name in self.groups])
        self._shares = self._row_shares()

    @property
    def labels(self) -> list[tuple[str, str, int, int]]:
        """Group, series, first and last month of each error."""
        return [(group, name, first, last) for group, name, first, last in zip(self._groups, self._names, self._begins, self._ends)]

    def values(self, series: Array) -> Array:
        """Numbers of the rows in each run: logs of prices and tonnes, shares as they are.

        Parameters
        ----------
        series : float array, shape (series, runs, months), rows as in `self.series`; read only

        Returns
        -------
        float array, shape (rows, runs)
        """
        n_series, n_runs, n_months = series.shape
        sums = np.zeros((n_series, n_runs, n_months + 1))
        np.cumsum(series, axis=2, out=sums[:, :, 1:])
        found: Array = sums[self._above, :, self._last + 1] - sums[self._above, :, self._first]
        if self._ratios.size:
            k = self._ratios
            whole = sums[self._below[k], :, self._last[k] + 1] - sums[self._below[k], :, self._first[k]]
            found[k] = np.divide(found[k], whole, out=np.full_like(whole, np.nan), where=whole > 0.0)
        found /= self._months[:, None]
        for n, at, row in self._special:
            found[n] = _statistic(series[at, :, row.first - self._start : row.last - self._start + 1], row)
        if not np.isfinite(sums[:, :, -1]).all():  # a month without a value: running sums would lose all that follow
            self._mend(found, series)
        k = self._is_log
        found[k] = np.log(np.maximum(found[k], self._floor[:, None]))
        return found

    def errors(self, series: Array) -> Array:
        """Errors in tolerances, shape (errors, runs)."""
        found: Array = self._operator @ self.values(series)
        found -= self._seen[:, None]
        np.nan_to_num(found, copy=False, nan=WORST, posinf=WORST, neginf=-WORST)
        return np.clip(found, -WORST, WORST, out=found)

    def parts(self, series: Array) -> Array:
        """Loss of each group and run, shape (groups, runs)."""
        size = np.abs(self.errors(series))
        near = np.minimum(size, self.huber)
        near *= size - 0.5 * near  # Huber's function: half the square up to the corner, then a line
        found: Array = self._shares @ near
        return found

    def total(self, parts: Array) -> Array:
        """Loss from the losses of the groups, which stand along the first axis."""
        found: Array = self.weights @ parts
        return found

    def _errors(self, seen: Array, catalogue: Mapping[str, SeriesLike]) -> tuple[Array, Array, list[str]]:
        """Linear map from numbers of rows to errors (level rows, then gaps), what was observed in it, and the groups."""
        lines: list[tuple[dict[int, float], float]] = []
        groups: list[str] = []
        self._names, self._begins, self._ends = list[str](), list[int](), list[int]()

        def add(weights: dict[int, float], tolerance: float, group: str, name: str, first: int, last: int) -> None:
            lines.append((weights, tolerance))
            groups.append(group)
            self._names.append(name)
            self._begins.append(first)
            self._ends.append(last)

        for n, row in enumerate(self.rows):
            add({n: 1.0}, row.tolerance, group_of(row.series, catalogue[row.series].scale), row.series, row.first, row.last)
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
        operator = np.zeros((len(lines), len(self.rows)))
        for k, (weights, tolerance) in enumerate(lines):
            for n, weight in weights.items():
                operator[k, n] = weight / tolerance
        return operator, operator @ seen, groups

    def _gaps(self) -> dict[int, dict[str, tuple[dict[int, float], float]]]:
        """By year and element: weights of the rows whose sum is the log of outside over inside, and its tolerance."""
        zones: dict[tuple[int, str], dict[str, list[int]]] = {}
        for n, row in enumerate(self.rows):
            for zone in (OUTSIDE, INSIDE):
                if row.series.startswith(zone) and row.first // 12 == row.last // 12 and row.statistic == "fold":
                    known = zones.setdefault((row.first // 12, row.series.removeprefix(zone)), {OUTSIDE: [], INSIDE: []})
                    known[zone].append(n)
        found: dict[int, dict[str, tuple[dict[int, float], float]]] = {}
        for (year, element), sides in sorted(zones.items()):
            outside, inside = sides[OUTSIDE], sides[INSIDE]
            if outside and inside:
                weights = {n: 1.0 / len(outside) for n in outside} | {n: -1.0 / len(inside) for n in inside}
                tolerances = [float(np.mean([self.rows[n].tolerance for n in side])) for side in (outside, inside)]
                found.setdefault(year, {})[element] = (weights, float(np.hypot(*tolerances)))
        return {year: gaps for year, gaps in found.items() if len(gaps) >= LEAST_ELEMENTS}

    def _row_shares(self) -> Array:
        """Weight of each error in its group, shape (groups, errors): each series once, its rows alike."""
        found = np.zeros((len(self.groups), len(self._groups)))
        for g, group in enumerate(self.groups):
            names = [name for own, name in zip(self._groups, self._names) if own == group]
            for k, (own, name) in enumerate(zip(self._groups, self._names)):
                if own == group:
                    found[g, k] = 1.0 / (len(set(names)) * names.count(name))
        return found

    def _mend(self, found: Array, series: Array) -> None:
        """Rows again, one by one, where a month has no value."""
        for n, row in enumerate(self.rows):
            if row.statistic not in ("fold", "mean", "sum"):
                continue
            window = slice(int(self._first[n]), int(self._last[n]) + 1)
            above = series[self._above[n], :, window].sum(axis=1)
            below = series[self._below[n], :, window].sum(axis=1) if self._below[n] >= 0 else self._months[n]
            with np.errstate(divide="ignore", invalid="ignore"):
                found[n] = above / below


def _point(row: Row, series: SeriesLike, at: Mapping[str, int], start: int) -> Point:
    first, last = row.first - start, row.last - start
    if series.parts:
        return Point(at[series.parts[0]], at[series.parts[1]], first, last, 1.0)
    if series.fold == "end" and row.statistic == "fold":
        return Point(at[row.series], -1, last, last, 1.0)
    is_mean = row.statistic == "mean" or (row.statistic == "fold" and series.fold != "sum")
    return Point(at[row.series], -1, first, last, float(last - first + 1) if is_mean else 1.0)


def _statistic(window: Array, row: Row) -> Array:
    """Peak, lowest value, or month of the peak (absolute) of each run, from an array (runs, months)."""
    with np.errstate(invalid="ignore"):
        if row.statistic == "peak":
            found: NDArray[np.float64] = window.max(axis=1)
        elif row.statistic == "low":
            found = window.min(axis=1)
        elif row.statistic == "peak_month":
            found = row.first + np.argmax(window, axis=1).astype(np.float64)
        else:
            raise ValidationError(f"{row.series}: got the statistic {row.statistic!r}; allowed fold, mean, sum, peak, low, peak_month")
    return found
