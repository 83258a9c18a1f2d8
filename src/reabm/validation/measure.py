"""What a run says of a fact: its months -> one figure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reabm.validation.playing import Paths
from reabm.validation.targets import Target

type Numbers = NDArray[np.float64]

RISE, FALL = 1.1, 0.5  # up: a tenth above the first month; out: at most half of the peak


def measured(target: Target, paths: Paths) -> Numbers:
    """The figure of each run for a fact; NaN where the runs do not reach the months of the fact.

    Returns
    -------
    float array, shape (runs,)
        In the target's unit; months as year x 12 + month - 1, infinite where it never comes to pass. `up_and_out` gives 1 or 0.
    """
    own = _months(paths, target.series, target.first, target.last)
    if target.statistic in ("mean", "sum", "ratio"):
        mean = paths.folded(target.series, target.first, target.last)
        if target.statistic == "sum":
            return mean * (target.last - target.first + 1)
        return mean if target.statistic == "mean" else _over(mean, paths.folded(target.series, *_base(target)))
    if target.statistic == "peak":
        return _unless_missing(own, own.max(axis=1))
    if target.statistic == "peak_ratio":
        return _over(_unless_missing(own, own.max(axis=1)), paths.folded(target.series, *_base(target)))
    if target.statistic == "peak_month":
        return _unless_missing(own, target.first + np.argmax(own, axis=1))
    if target.statistic == "lowest_year":
        years = own.reshape(len(own), -1, 12).sum(axis=2)
        return _unless_missing(own, target.first + 12 * np.argmin(years, axis=1))
    if target.statistic == "first_month":
        is_there = own >= target.threshold
        return _unless_missing(own, np.where(is_there.any(axis=1), target.first + np.argmax(is_there, axis=1), np.inf))
    assert target.statistic == "up_and_out"
    peak = own.max(axis=1)
    return _unless_missing(own, (peak >= RISE * own[:, 0]) & (peak > 0.0) & (own[:, -1] <= FALL * peak))


def central(target: Target, figures: Numbers) -> tuple[float, float, float]:
    """Median of the runs' figures and their 5 and 95 per cent quantiles; of `up_and_out` the share of runs, without a band."""
    known = figures[~np.isnan(figures)]
    if not known.size:
        return np.nan, np.nan, np.nan
    if target.statistic == "up_and_out":
        return float(known.mean()), np.nan, np.nan
    # 'lower' and 'higher' take figures that runs have: a month that never comes is infinite, and has no fractions
    low = np.quantile(known, 0.05, method="lower") if np.isinf(known).any() else np.quantile(known, 0.05)
    high = np.quantile(known, 0.95, method="higher") if np.isinf(known).any() else np.quantile(known, 0.95)
    middle = np.quantile(known, 0.5, method="lower") if np.isinf(known).any() else np.quantile(known, 0.5)
    return float(middle), float(low), float(high)


def _months(paths: Paths, name: str, first: int, last: int) -> Numbers:
    """Runs x months of a series; NaN throughout where the runs do not reach."""
    values = paths.values[name]
    begins, ends = first - paths.start, last - paths.start
    if begins < 0 or ends >= values.shape[1]:
        return np.full((len(values), last - first + 1), np.nan)
    return values[:, begins : ends + 1]


def _base(target: Target) -> tuple[int, int]:
    assert target.base is not None
    return target.base


def _over(above: Numbers, below: Numbers) -> Numbers:
    return np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0.0)


def _unless_missing(own: Numbers, figures: NDArray[np.generic]) -> Numbers:
    return np.where(np.isnan(own).any(axis=1), np.nan, figures.astype(np.float64))
