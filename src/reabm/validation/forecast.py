"""What the model would have forecast: its runs, with the error that it was known to have when the fit ended.

Runs differ by luck and by parameter set. What they share, the error of the rules themselves, no run shows; a forecast made at the
end of 2012 would have taken it from the years that were known. So each run's figure is spread by an error of the size that the
median of the runs had in the fit window, for figures of its kind (Kennedy and O'Hagan 2001: parameters and discrepancy apart).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from reabm.validation import scores
from reabm.validation.loss import group_of
from reabm.validation.series import SERIES
from reabm.validation.targets import DATED, Target
from reabm.validation.windows import FIT

type Numbers = NDArray[np.float64]

STEPS = 99  # errors that stand for the normal distribution of each run's figure
LARGEST = {
    scores.LOG: 1.5,
    scores.LINEAR: 0.5,
}  # an error counts as at most this large: one absurd value is no measure of the rest
BAND = (0.05, 0.95)
SHARE = "share"


def kind_of(series: str) -> str:
    """Figures whose errors are taken together: prices outside, inside, gaps, tonnes, shares, plants."""
    return group_of(series, SERIES[series].scale)


def known_errors(points: pd.DataFrame) -> dict[str, float]:
    """Size of the error by kind (logs, or points of a share): root mean square in the fit window, each series counting once.

    Parameters
    ----------
    points : a row a window and point, as `scoreboard.Board.points`; only those of the fit window are looked at
    """
    by_kind: dict[str, list[float]] = {}
    own = points[points["window"] == FIT]
    for name, rows in own.groupby("series", sort=False):
        scale = SERIES[str(name)].scale
        found = scores.errors(rows["median"].to_numpy(np.float64), rows["observed"].to_numpy(np.float64), scale)
        found = np.clip(found[np.isfinite(found)], -LARGEST[scale], LARGEST[scale])
        if (found.size and SERIES[str(name)].unit in (SHARE, "ratio")) or (found.size and scale == scores.LOG):
            by_kind.setdefault(kind_of(str(name)), []).append(float(np.mean(found**2)))
    return {kind: float(np.sqrt(np.mean(squares))) for kind, squares in by_kind.items()}


def forecast_band(target: Target, figures: Numbers, errors: dict[str, float]) -> tuple[float, float]:
    """5 and 95 per cent quantiles of the runs' figures with the known error; NaN in the fit window, and for dates.

    Parameters
    ----------
    figures : float array, shape (runs,), of the fact
    errors : sizes by kind, from `known_errors`
    """
    size = errors.get(kind_of(target.series))
    known = figures[np.isfinite(figures)]
    if size is None or not known.size or target.window == FIT or target.statistic in (*DATED, "up_and_out"):
        return np.nan, np.nan
    spread = size * ndtri((np.arange(STEPS) + 0.5) / STEPS)
    if SERIES[target.series].scale == scores.LOG:
        every = known[:, None] * np.exp(spread)
    else:
        every = known[:, None] + spread
        if SERIES[target.series].unit == SHARE:
            every = np.clip(every, 0.0, 1.0)
    low, high = np.quantile(every, BAND)
    return float(low), float(high)
