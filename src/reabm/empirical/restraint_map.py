"""The map: where restraint beats coercion, by discount rate, lead time of mines, weight on downstream jobs and retaliation.

Everything here is arithmetic on what the worlds recorded (`restraint.Played`): nothing is played again.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reabm.empirical.restraint import DOWNSTREAM, RATE, RETALIATION, WEIGHTS, Comparison, Played, RestraintStudy, scalar
from reabm.world.layout import Array

SURE = 2.0  # standard errors beyond which the sign of a difference counts as sure
N_BOOTSTRAP, BOOTSTRAP_STREAM = 400, 20101028
LOW, HIGH = 0.05, 0.95
RESTRAINT, COERCION, UNSURE = "restraint", "coercion", "unsure"
BELOW, WITHIN, ABOVE = "below", "within", "above"


class Critical(NamedTuple):
    """The discount rate above which coercion pays more, 1/yr, as far as the rates of the study tell.

    Nothing was measured beyond them: -inf where the change lies below the least (coercion pays more there already), inf where
    it lies above the most, if anywhere.
    """

    rate: float
    low: float  # 5 to 95 per cent over the worlds
    high: float
    sets_low: float  # lowest and highest of the parameter sets; NaN without any
    sets_high: float
    back: float  # rate above which restraint pays more again
    least: float  # of the rates of the study
    most: float


def weights_at(study: RestraintStudy, downstream: float | None = None, retaliation: float | None = None) -> Array:
    """Weights of the pay-off's terms, shape (terms,): those of the scenarios, with other weights on jobs and retaliation."""
    found = study.weights.copy()
    for path, value in ((DOWNSTREAM, downstream), (RETALIATION, retaliation)):
        if value is not None:
            found[list(WEIGHTS.values()).index(path)] = value
    return found


def differences(study: RestraintStudy, sums: Array, pair: Comparison, weights: Array) -> Array:
    """Pay-off under coercion less that under restraint on the same luck, M USD; the axes of `sums` without policy and term.

    Parameters
    ----------
    sums : float array, shape (policies, leads, ..., terms)
    """
    names = list(study.policies)
    found: Array = (sums[names.index(pair.coercion)] - sums[names.index(pair.restraint)]) @ weights
    return found


def cells(study: RestraintStudy, played: Played) -> pd.DataFrame:
    """Every cell of the map: the difference (coercion less restraint), its paired standard error, and who wins if it is sure."""
    written = study.file
    rows = []
    for pair in written.comparisons:
        for downstream in written.downstream_weights:
            for retaliation in written.retaliation_musd_month:
                found = differences(study, played.sums, pair, weights_at(study, downstream, retaliation))  # leads, seeds, rates
                mean, error = found.mean(axis=1), standard_error(found, axis=1)
                for k, factor in enumerate(written.lead_factors):
                    for r, rate in enumerate(written.discount_rates):
                        sure = abs(mean[k, r]) > SURE * error[k, r]
                        winner = COERCION if mean[k, r] > 0.0 else RESTRAINT
                        rows.append(
                            (pair.coercion, pair.restraint, downstream, retaliation, factor, factor * played.lead_years, rate,
                             mean[k, r], error[k, r], winner if sure else UNSURE)
                        )  # fmt: skip
    names = (
        "coercion", "restraint", "downstream_weight", "retaliation_musd_month", "lead_factor", "lead_years", "discount_rate",
        "difference_musd", "standard_error", "better",
    )  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def standard_error(values: Array, axis: int) -> Array:
    """Standard error of the mean over an axis."""
    found: Array = values.std(axis=axis, ddof=1) / np.sqrt(values.shape[axis])
    return found


def critical_rates(values: Array, rates: Array) -> tuple[Array, Array]:
    """Where rows of differences rise through zero over the rates, and where they fall through it: the lowest such rates.

    Restraint wins below the first and coercion above: -inf where coercion wins at the lowest rate already, inf where it never
    does. Above the second, if there is one (else inf), restraint wins again: coercion then costs at once and pays late.

    Parameters
    ----------
    values : float array, shape (..., rates); rates : float array, rising
    """
    wins = values > 0.0
    rise = _crossing(values, rates, wins[..., 1:] & ~wins[..., :-1])
    return np.where(wins[..., 0], -np.inf, rise), _crossing(values, rates, wins[..., :-1] & ~wins[..., 1:])


def _crossing(values: Array, rates: Array, turns: NDArray[np.bool_]) -> Array:
    """The rate, read on a straight line, of the first of some changes of sign; inf where there is none."""
    at = turns.argmax(axis=-1)
    before = np.take_along_axis(values, at[..., None], -1)[..., 0]
    after = np.take_along_axis(values, at[..., None] + 1, -1)[..., 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        part = before / (before - after)
    return np.where(turns.any(axis=-1), rates[at] + part * (rates[at + 1] - rates[at]), np.inf)


def frontier(study: RestraintStudy, played: Played, pair: Comparison, downstream: float, retaliation: float) -> list[Critical]:
    """The critical discount rate for each lead factor, with its spread over worlds and over parameter sets."""
    rates = np.array(study.file.discount_rates)
    weights = weights_at(study, downstream, retaliation)
    own = differences(study, played.sums, pair, weights)  # leads, seeds, rates
    central, back = critical_rates(own.mean(axis=1), rates)
    drawn = np.array([critical_rates(own[:, picked].mean(axis=1), rates)[0] for picked in resamples(own.shape[1])])
    low, high = (np.quantile(drawn, part, axis=0, method="higher" if part > 0.5 else "lower") for part in (LOW, HIGH))
    of_sets = np.array(
        [critical_rates(differences(study, sums, pair, weights).mean(axis=1), rates)[0] for sums in played.sets]
    )  # sets, leads
    nothing = np.full(len(central), np.nan)
    sets_low, sets_high = (of_sets.min(axis=0), of_sets.max(axis=0)) if len(of_sets) else (nothing, nothing)
    return [
        Critical(
            float(central[k]), float(low[k]), float(high[k]), float(sets_low[k]), float(sets_high[k]), float(back[k]),
            float(rates[0]), float(rates[-1]),
        )
        for k in range(len(central))
    ]  # fmt: skip


def side_of(rate: float) -> str:
    """Where a critical rate lies: within the rates of the study, or beyond the end at which it is then cut."""
    if np.isnan(rate):
        return ""
    return WITHIN if np.isfinite(rate) else BELOW if rate < 0.0 else ABOVE


def within(one: Critical, rate: float) -> float:
    """A critical rate, or the end of the study's rates beyond which it lies."""
    return float(np.clip(rate, one.least, one.most))


def resamples(n: int) -> NDArray[np.int64]:
    """Worlds drawn with replacement, shape (N_BOOTSTRAP, n); always the same."""
    return np.random.default_rng(BOOTSTRAP_STREAM).integers(0, n, (N_BOOTSTRAP, n))


def own_rate(study: RestraintStudy) -> float:
    """Discount rate of the scenarios, 1/yr."""
    return scalar(study.before, RATE)


def at_rate(study: RestraintStudy, values: Array, rate: float) -> Array:
    """Differences at a rate between those of the grid, read on a straight line (NaN beyond them); the last axis is the rates'."""
    rates = np.array(study.file.discount_rates)
    flat = values.reshape(-1, len(rates))
    return np.array([np.interp(rate, rates, row, left=np.nan, right=np.nan) for row in flat]).reshape(values.shape[:-1])


def break_even(study: RestraintStudy, played: Played, pair: Comparison) -> pd.DataFrame:
    """For each lead and each weight without a source: the value at which coercion and restraint pay the same, all else equal.

    `more_favours` says whom a higher weight helps; `break_even` is NaN where the term does not tell the two apart. The rate is
    the scenarios' own.
    """
    names = list(study.policies)
    gap = (played.sums[names.index(pair.coercion)] - played.sums[names.index(pair.restraint)]).mean(axis=1)  # leads, rates, terms
    gap = at_rate(study, np.moveaxis(gap, 1, 2), own_rate(study))  # leads, terms
    rows = []
    for k, factor in enumerate(study.file.lead_factors):
        total = float(gap[k] @ study.weights)
        for t, path in enumerate(WEIGHTS.values()):
            if path is None:
                continue
            each = float(gap[k, t])
            rest = total - each * study.weights[t]
            level = -rest / each if abs(each) > 1e-9 else np.nan
            rows.append((factor, path, float(study.weights[t]), each, COERCION if each > 0.0 else RESTRAINT, level))
    return pd.DataFrame(rows, columns=["lead_factor", "weight", "own", "per_unit_musd", "more_favours", "break_even"])
