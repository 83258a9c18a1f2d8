"""Forecasts that cost nothing, for a model to be better than: no change, AR(1), and a demand curve.

Each is made of observations up to a last known month alone; the curve besides is told the volumes that were really traded later,
which no forecaster has. Values are a year's, in the unit of the series (tonnes a month for flows). Inside the fit window no
change and AR(1) look one step ahead.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reabm.validation.scores import LOG

type Numbers = NDArray[np.float64]

NO_CHANGE, AR1, ISOELASTIC = "no_change", "ar1", "isoelastic"
NAMES = (NO_CHANGE, AR1, ISOELASTIC)
WORDS = {
    NO_CHANGE: "no change from the last value observed in the fit window",
    AR1: "AR(1) around the mean of the fit window, fitted to its years",
    ISOELASTIC: "isoelastic curve through the fit window, fed with the volumes that were really traded",
}
MIN_YEARS, MIN_PAIRS, MIN_CURVE = 4, 3, 3
LARGEST = 0.99  # of the persistence: a unit root would never come back to the mean


class Persistence(NamedTuple):
    """An AR(1) in logs or levels: x(t) - mean = phi (x(t-1) - mean)."""

    mean: float
    phi: float
    last_year: int
    last: float


class Curve(NamedTuple):
    """An isoelastic demand curve, P = P0 (Q / Q0) ** (-1 / eps)."""

    p0: float
    q0: float
    slope: float  # -1 / eps, at most 0

    @property
    def eps(self) -> float:
        """Elasticity of demand; infinite where volumes said nothing about prices, or the wrong thing."""
        return -1.0 / self.slope if self.slope < 0.0 else float("inf")


def no_change(last_months: NDArray[np.int64], values: Numbers, until: int) -> float:
    """The value observed last, in or before a month; the mean of several that end in the same month; NaN without one.

    Parameters
    ----------
    last_months : int array, shape (n,), the month in which each observation ends
    values : float array, shape (n,)
    until : int, last month that may be known
    """
    known = (last_months <= until) & np.isfinite(values)
    if not known.any():
        return np.nan
    newest = last_months[known].max()
    return float(np.mean(values[known & (last_months == newest)]))


def one_step_no_change(last_months: NDArray[np.int64], values: Numbers) -> Numbers:
    """No change inside the window that is known: each value from the newest one that ended before it did; NaN for the first."""
    return np.array([no_change(last_months, values, int(last) - 1) for last in last_months])


def fit_ar1(years: NDArray[np.int64], values: Numbers, scale: str) -> Persistence | None:
    """An AR(1) fitted to a year's values by Yule and Walker; None below four years or three pairs of neighbours.

    The estimate of Yule and Walker is stationary, so that a boom at the end of the window is not carried on for ever.

    Parameters
    ----------
    years : int array, shape (n,), ascending, of the fit window only; years may lack
    values : float array, shape (n,); scale : `log` or `linear`
    """
    x = _scaled(values, scale)
    known = np.isfinite(x)
    years, x = years[known], x[known]
    follows = np.flatnonzero(np.diff(years) == 1)
    if len(years) < MIN_YEARS or len(follows) < MIN_PAIRS:
        return None
    away = x - x.mean()
    spread = float(np.mean(away**2))
    phi = float(np.mean(away[follows + 1] * away[follows])) / spread if spread > 0.0 else 0.0
    return Persistence(float(x.mean()), float(np.clip(phi, -LARGEST, LARGEST)), int(years[-1]), float(x[-1]))


def forecast_ar1(fit: Persistence | None, years: NDArray[np.int64], scale: str) -> Numbers:
    """The AR(1) played on from its last year, year by year; NaN for years that it was fitted to, and without a fit."""
    if fit is None:
        return np.full(len(years), np.nan)
    ahead = years - fit.last_year
    x = np.where(ahead > 0, fit.mean + fit.phi ** np.maximum(ahead, 0) * (fit.last - fit.mean), np.nan)
    return np.exp(x) if scale == LOG else x


def one_step_ar1(fit: Persistence | None, years: NDArray[np.int64], values: Numbers, scale: str) -> Numbers:
    """The AR(1) inside the window that it was fitted to: each year from the one before; NaN where that lacks."""
    found = np.full(len(years), np.nan)
    if fit is None:
        return found
    x = _scaled(values, scale)
    for k in range(1, len(years)):
        if years[k] == years[k - 1] + 1:
            found[k] = fit.mean + fit.phi * (x[k - 1] - fit.mean)
    return np.exp(found) if scale == LOG else found


def fit_curve(prices: Numbers, volumes: Numbers) -> Curve | None:
    """An isoelastic curve through the years of the fit window, by least squares in logs; None below three years.

    A demand curve falls: where price and volume rose together, the best falling curve is a level one, the mean of the prices.

    Parameters
    ----------
    prices, volumes : float arrays, shape (n,), of the same years of the fit window
    """
    both = (prices > 0.0) & (volumes > 0.0)
    if both.sum() < MIN_CURVE:
        return None
    p, q = np.log(prices[both]), np.log(volumes[both])
    spread = float(np.sum((q - q.mean()) ** 2))
    slope = float(np.sum((p - p.mean()) * (q - q.mean()))) / spread if spread > 0.0 else 0.0
    return Curve(float(np.exp(p.mean())), float(np.exp(q.mean())), min(slope, 0.0))


def price_on(curve: Curve | None, volumes: Numbers) -> Numbers:
    """Prices at which the curve sells given volumes; NaN where a volume is unknown, and without a curve."""
    if curve is None:
        return np.full(len(volumes), np.nan)
    known = np.where(volumes > 0.0, volumes, np.nan)
    return np.asarray(curve.p0 * (known / curve.q0) ** curve.slope, dtype=np.float64)


def _scaled(values: Numbers, scale: str) -> Numbers:
    return np.log(np.where(values > 0.0, values, np.nan)) if scale == LOG else values
