"""How far a model is from what was observed: five scores, each a plain function of arrays.

A value that is missing on either side counts for nothing; where fewer values remain than a score needs, it is NaN, not a guess.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

type Numbers = NDArray[np.float64]

LOG, LINEAR = "log", "linear"
MIN_ERRORS, MIN_RANKS, MIN_CHANGES = 1, 4, 2  # values without which a score says nothing
FLOOR = 0.01  # of the largest observed value: a log has no nought


def errors(model: Numbers, observed: Numbers, scale: str) -> Numbers:
    """What the model is too high by: log ratios of prices and tonnes, differences of shares.

    Parameters
    ----------
    model, observed : float arrays of one shape, in the same unit; read only
    scale : `log` or `linear`

    Returns
    -------
    float array, the same shape
        On a log scale 0.1 is about ten per cent; on a linear one 0.1 is ten points. NaN where either is missing, and where
        nothing was observed on a log scale. A model's nought is read as a hundredth of the largest observed value.
    """
    if scale == LINEAR:
        return np.asarray(model - observed, dtype=np.float64)
    known = observed[np.isfinite(observed)]
    floor = FLOOR * float(known.max()) if known.size and known.max() > 0.0 else np.nan
    seen = np.where(observed > 0.0, observed, np.nan)
    return np.asarray(np.log(np.maximum(model, floor)) - np.log(seen), dtype=np.float64)


def rmse(model: Numbers, observed: Numbers, scale: str) -> float:
    """Root of the mean squared error, in logs or in the unit of the share; NaN without a single pair."""
    found = errors(model, observed, scale)
    found = found[np.isfinite(found)]
    return float(np.sqrt(np.mean(found**2))) if found.size >= MIN_ERRORS else np.nan


def n_pairs(model: Numbers, observed: Numbers, scale: str) -> int:
    """How many values are on both sides."""
    return int(np.isfinite(errors(model, observed, scale)).sum())


def direction(model: Numbers, observed: Numbers, years: NDArray[np.int64], within: tuple[int, int]) -> float:
    """Share of the observed changes from one year to the next whose sign the model has.

    Parameters
    ----------
    model, observed : float arrays, shape (n,), a value a year
    years : int array, shape (n,), ascending
    within : first and last year to which a change may lead; the year it comes from may lie before

    Returns
    -------
    float
        In [0, 1]; NaN below two changes. A year in which nothing was observed to change is left out.
    """
    right = []
    for k in range(1, len(years)):
        seen, told = observed[k] - observed[k - 1], model[k] - model[k - 1]
        follows = years[k] == years[k - 1] + 1 and within[0] <= years[k] <= within[1]
        if follows and np.isfinite(seen) and np.isfinite(told) and seen != 0.0:
            right.append(np.sign(seen) == np.sign(told))
    return float(np.mean(right)) if len(right) >= MIN_CHANGES else np.nan


def rank_correlation(model: Numbers, observed: Numbers) -> float:
    """Spearman's correlation of ranks; equal values share their rank. NaN below four pairs, or where one side never changes."""
    both = np.isfinite(model) & np.isfinite(observed)
    if both.sum() < MIN_RANKS:
        return np.nan
    a, b = _ranks(model[both]), _ranks(observed[both])
    a, b = a - a.mean(), b - b.mean()
    spread = float(np.sqrt(np.sum(a * a) * np.sum(b * b)))
    return float(np.sum(a * b) / spread) if spread > 0.0 else np.nan


def coverage(low: Numbers, high: Numbers, observed: Numbers) -> float:
    """Share of the observed values that lie inside the model's band, its edges included; NaN without a value."""
    known = np.isfinite(low) & np.isfinite(high) & np.isfinite(observed)
    if not known.any():
        return np.nan
    return float(np.mean((observed[known] >= low[known]) & (observed[known] <= high[known])))


def is_hit(model: float, low: float, high: float) -> bool:
    """Whether the model's figure lies within a fact's tolerance, its edges included; a missing figure is a miss."""
    return bool(low <= model <= high)


def _ranks(values: Numbers) -> Numbers:
    order = np.argsort(values, kind="stable")
    ranks = np.empty(len(values))
    ranks[order] = np.arange(len(values), dtype=np.float64)
    for value in np.unique(values):
        equal = values == value
        ranks[equal] = ranks[equal].mean()
    return ranks
