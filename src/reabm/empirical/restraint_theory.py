"""Theory beside the map: a delayed punishment (cases G1, G2), and a dominant supplier whose rivals grow (case L5).

The three flows of the trigger game are read from simulated worlds: what coercion earns over restraint while others still depend
(T - R), what it loses once they have diversified (R - P), and how long the first lasts (K).
"""

from __future__ import annotations

from math import log
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from reabm.empirical.restraint import PATHS, RATE, Played, RestraintStudy, scalar
from reabm.games.limit_pricing import LimitPricing, erosion_speed, half_life_years, myopic_erosion_speed
from reabm.games.repeated import delayed_threshold, trigger_threshold
from reabm.world.layout import Array

LEAST_QUARTERS = 2  # of each of the two steps
RESPONSE_YEARS = 8  # over which the growth of mines outside is compared
SMOOTH = 12  # months


class Window(NamedTuple):
    """Two steps fitted to the difference of pay-offs over time; flows in M USD a year."""

    gain: float  # T - R, while the window is open
    loss: float  # R - P, afterwards
    years: float  # K, length of the window
    explained: float  # share of the variance of the quarterly difference that two steps explain

    @property
    def is_one(self) -> bool:
        """Whether coercion first gains and then loses: without that there is no dilemma, and no threshold."""
        return self.gain > 0.0 and self.loss > 0.0


def fit_window(quarters: Array) -> Window:
    """Length and height of the two steps that come nearest to a difference of pay-offs, by least squares.

    Windows in which coercion first gains and then loses are preferred; where there is none, the best two steps are given.

    Parameters
    ----------
    quarters : float array, shape (quarters,), coercion less restraint, M USD a quarter
    """
    n = len(quarters)
    whole = float(np.sum((quarters - quarters.mean()) ** 2))
    best: dict[bool, tuple[float, Window]] = {}
    for k in range(LEAST_QUARTERS, n - LEAST_QUARTERS + 1):
        first, then = quarters[:k], quarters[k:]
        left = float(np.sum((first - first.mean()) ** 2) + np.sum((then - then.mean()) ** 2))
        window = Window(4.0 * float(first.mean()), -4.0 * float(then.mean()), k / 4.0, 1.0 - left / whole if whole > 0.0 else 0.0)
        if window.is_one not in best or left < best[window.is_one][0]:
            best[window.is_one] = (left, window)
    return best[True][1] if True in best else best[False][1]


def threshold_rate(window: Window, horizon_years: float | None = None) -> float:
    """Discount rate above which coercion pays, 1/yr, by the trigger game with a delayed punishment (cases G1, G2).

    Without a horizon punishment lasts for ever; with one it ends with the months that are counted. NaN without a dilemma; 0
    where so short a punishment deters nobody: coercion then pays at any rate.
    """
    if not window.is_one:
        return float("nan")
    quarters = max(1, round(4.0 * window.years))
    if horizon_years is None:
        factor = trigger_threshold(window.gain, 0.0, -window.loss, quarters)
    else:
        try:
            factor = delayed_threshold(window.gain, 0.0, -window.loss, quarters, round(4.0 * horizon_years))
        except ValueError:
            return 0.0
    return float(factor**-4.0 - 1.0)


def mean_difference(study: RestraintStudy, quarters: Array, coercion: str, restraint: str, weights: Array) -> Array:
    """Coercion less restraint by quarter, M USD, shape (leads, seeds, quarters)."""
    names = list(study.policies)
    found: Array = (quarters[names.index(coercion)] - quarters[names.index(restraint)]) @ weights
    return found


class Erosion(NamedTuple):
    """How fast a position is lost, beside what Gaskins' best supplier would choose; half-lives in years."""

    response_t_yr2: (
        float  # k: capacity added outside in a year for each USD/kg, from the two worlds; NaN where it is not positive
    )
    half_life_coercion: float
    half_life_restraint: float
    fall_coercion: float  # of the share of mining, to its lowest year
    fall_restraint: float
    best_half_life: tuple[float, ...]  # of the supplier who discounts at each of the rates asked for
    myopic_half_life: float
    implied_rate: float  # at which Gaskins' supplier would be as fast as coercion: 0 slower than any, inf faster than any


def erosion(study: RestraintStudy, played: Played, lead: int, coercion: str, restraint: str, rates: tuple[float, ...]) -> Erosion:
    """Erosion of the Chinese share of mining in simulated worlds beside the dynamic limit price (case L5).

    k is what a dollar more a kilogram calls up outside in a year, by the difference of the two worlds over RESPONSE_YEARS; b, the
    slope of use, that of the scenario.
    """
    names = list(study.policies)
    coerced, spared = (played.paths[names.index(name), lead] for name in (coercion, restraint))
    share, mines, price = PATHS.index("china_mine_share"), PATHS.index("outside_mines_t_yr"), PATHS.index("outside_price_usd_kg")
    n = min(12 * RESPONSE_YEARS, coerced.shape[1])
    more_t = float(np.mean(coerced[mines, n - SMOOTH : n] - spared[mines, n - SMOOTH : n]))
    dearer = float(np.sum(coerced[price, :n] - spared[price, :n]) / 12.0)  # USD/kg x years
    k = more_t / dearer if more_t > 0.0 and dearer > 0.0 else float("nan")
    seen = (half_life_of(coerced[share]), half_life_of(spared[share]), fall_of(coerced[share]), fall_of(spared[share]))
    if np.isnan(k):
        return Erosion(k, *seen, tuple(float("nan") for _ in rates), float("nan"), float("nan"))

    def speed(rate: float) -> float:
        return erosion_speed(LimitPricing(0.0, played.slope_t_yr, 0.0, 0.0, k, rate, 0.0))

    myopic = myopic_erosion_speed(LimitPricing(0.0, played.slope_t_yr, 0.0, 0.0, k, 1.0, 0.0))
    best = tuple(half_life_years(speed(rate)) if rate > 0.0 else float("inf") for rate in rates)
    wanted = -log(2.0) / seen[0] if np.isfinite(seen[0]) else 0.0
    if wanted == 0.0:
        implied = 0.0
    elif wanted <= myopic:
        implied = float("inf")
    else:
        implied = float(brentq(lambda rate: speed(rate) - wanted, 1e-9, 1e6))
    return Erosion(k, *seen, best, half_life_years(myopic), implied)


def yearly_mean(share: Array) -> Array:
    """Mean over a year up to each month, from the first whole year on."""
    window = min(SMOOTH, len(share))
    return np.convolve(share, np.full(window, 1.0 / window), mode="valid")


def fall_of(share: Array) -> float:
    """How far a share falls from its first to its lowest year."""
    mean = yearly_mean(share)
    return float(mean[0] - mean.min())


def half_life_of(share: Array) -> float:
    """Years until half of the fall of a share to its lowest is done, of its mean over a year; inf where it does not fall."""
    mean = yearly_mean(share)
    lowest = float(mean.min())
    half = (mean[0] + lowest) / 2.0
    if mean[0] - lowest < 0.01:
        return float("inf")
    return float(np.flatnonzero(mean <= half)[0]) / 12.0


def theory_table(study: RestraintStudy, played: Played, coercion: str, restraint: str) -> pd.DataFrame:
    """For each lead factor at the scenarios' own weights: the window that was fitted, thresholds of theory, and erosion.

    `rate_for_ever` punishes for ever (G2), `rate_horizon` to the end of the months that are counted, `rate_delay_only` is the
    latter with the flows of the mines as they are, and a window that is longer by what the slower mines take longer.
    """
    written = study.file
    found = mean_difference(study, played.quarters, coercion, restraint, study.weights).mean(axis=1)
    windows = [fit_window(one) for one in found]
    years = found.shape[1] / 4.0
    base = windows[written.lead_factors.index(1.0)]
    own = scalar(study.before, RATE)
    rows = []
    for k, (factor, window) in enumerate(zip(written.lead_factors, windows, strict=True)):
        longer = base.years + (factor - 1.0) * played.lead_years
        shifted = base._replace(years=min(max(longer, 0.25), years - 0.25))
        of_lead = erosion(study, played, k, coercion, restraint, (own,))
        rows.append(
            (factor, factor * played.lead_years, window.gain, window.loss, window.years, window.explained, threshold_rate(window),
             threshold_rate(window, years), threshold_rate(shifted, years), of_lead.response_t_yr2, of_lead.half_life_coercion,
             of_lead.half_life_restraint, of_lead.fall_coercion, of_lead.fall_restraint,
             of_lead.best_half_life[0], of_lead.myopic_half_life, of_lead.implied_rate)
        )  # fmt: skip
    names = (
        "lead_factor", "lead_years", "gain_musd_yr", "loss_musd_yr", "window_years", "explained", "rate_for_ever", "rate_horizon",
        "rate_delay_only", "response_t_yr2", "half_life_coercion", "half_life_restraint", "fall_coercion",
        "fall_restraint", "best_half_life", "myopic_half_life",
        "implied_rate",
    )  # fmt: skip
    return pd.DataFrame(rows, columns=names)
