"""What leverage is: the split of a bargain, how long a lever bites, when its window closes, when half of it is gone.

Pure functions of losses; `forks.py` measures the losses. Definitions and signs: docs/odd.md, Leverage.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from reabm.world.layout import Array

EPSILON_MUSD = 1.0  # losses of the coercer below this count as this in the coercion ratio


def transferable_musd(target_loss_musd: Array | float, coercer_loss_musd: Array | float, coercer_weight: float = 0.5) -> Array:
    """Concession that the coercer can extract: the generalised Nash bargaining split with the restriction as threat (c*).

    beta D_T - (1 - beta) max(D_C, 0): a coercer who gains by the restriction itself is not paid for sparing the target it.

    Parameters
    ----------
    target_loss_musd : float or array, M USD, D_T, what the target coalition loses
    coercer_loss_musd : float or array, M USD, D_C, what the coercer loses
    coercer_weight : float in [0, 1], bargaining weight beta of the coercer

    Returns
    -------
    float array, M USD; negative where the threat costs the coercer more than it is worth

    Notes
    -----
    Source: Nash 1953 (bargaining with threats); cases G4, G5.
    """
    own = np.maximum(np.asarray(coercer_loss_musd, dtype=float), 0.0)
    split: Array = coercer_weight * np.asarray(target_loss_musd, dtype=float) - (1.0 - coercer_weight) * own
    return split


def coercion_ratio(target_loss_musd: Array | float, coercer_loss_musd: Array | float) -> Array:
    """How much more the target loses than the coercer: D_T / max(D_C, 1 M USD)."""
    ratio: Array = np.asarray(target_loss_musd, dtype=float) / np.maximum(
        np.asarray(coercer_loss_musd, dtype=float), EPSILON_MUSD
    )
    return ratio


def bite_months(months: Array, leverage_musd: Array, issue_value_musd: float) -> float:
    """Shortest restriction whose leverage exceeds the value of the issue, in months; NaN where none of those tried does.

    Parameters
    ----------
    months : array, shape (n,), lengths tried, rising
    leverage_musd : array, shape (n,), c* of each
    """
    found = np.flatnonzero(np.asarray(leverage_musd) > issue_value_musd)
    return float(np.asarray(months)[found[0]]) if found.size else float("nan")


class HalfLife(NamedTuple):
    """Time from the peak of leverage until half of it is left."""

    years: float  # NaN where it was not reached, or where there never was leverage
    is_censored: bool  # True where half was not reached within the dates
    peak_at: float  # year (with fraction) of the peak
    peak_musd: float


def half_life(years: Array, leverage_musd: Array) -> HalfLife:
    """Half-life of leverage: years from its peak until it first stands at half, interpolated linearly between dates.

    Parameters
    ----------
    years : array, shape (n,), rising
    leverage_musd : array, shape (n,), c* at those dates

    Notes
    -----
    Source: case X1. An unreached half-life is NaN and `is_censored`, never the length of the record.
    """
    at, value = np.asarray(years, dtype=float), np.asarray(leverage_musd, dtype=float)
    top = int(np.argmax(value))
    if not value[top] > 0.0:
        return HalfLife(float("nan"), False, float(at[top]), float(value[top]))
    crossed = crossing_years(at[top:], value[top:], 0.5 * value[top])
    return HalfLife(crossed - float(at[top]), bool(np.isnan(crossed)), float(at[top]), float(value[top]))


def crossing_years(years: Array, values: Array, level: float) -> float:
    """First year at which a curve that starts above a level stands at it (linear between dates); NaN where it never does."""
    below = np.flatnonzero(values <= level)
    if below.size == 0:
        return float("nan")
    k = int(below[0])
    if k == 0:
        return float(years[0])
    part = (values[k - 1] - level) / (values[k - 1] - values[k])
    return float(years[k - 1] + part * (years[k] - years[k - 1]))


def window(years: Array, leverage_musd: Array, issue_value_musd: float) -> list[tuple[float, float]]:
    """Stretches of time in which leverage is worth at least the issue (first and last year, linear between dates)."""
    at, value = np.asarray(years, dtype=float), np.asarray(leverage_musd, dtype=float)
    is_open = value >= issue_value_musd
    found: list[tuple[float, float]] = []
    opened: float | None = float(at[0]) if is_open[0] else None
    for k in range(1, len(at)):
        if is_open[k] == is_open[k - 1]:
            continue
        part = (issue_value_musd - value[k - 1]) / (value[k] - value[k - 1])
        year = float(at[k - 1] + part * (at[k] - at[k - 1]))
        if is_open[k]:
            opened = year
        elif opened is not None:
            found.append((opened, year))
            opened = None
    if opened is not None:
        found.append((opened, float(at[-1])))
    return found
