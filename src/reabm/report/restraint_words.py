"""What the restraint study says, in sentences whose numbers come from the run, and its table for the terminal."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from rich.console import Group

from reabm.empirical.restraint import DOWNSTREAM, RETALIATION, WEIGHTS
from reabm.empirical.restraint_folder import RestraintResult, break_even_of, theory_of
from reabm.empirical.restraint_map import (
    COERCION,
    RESTRAINT,
    SURE,
    UNSURE,
    Critical,
    at_rate,
    cells,
    differences,
    frontier,
    own_rate,
    standard_error,
    within,
)
from reabm.report.leverage_canvas import TERMS
from reabm.report.leverage_table import NOTHING, headed, musd, plain_table
from reabm.report.restraint_figures import name_of
from reabm.scenario.months import month_text
from reabm.world.layout import Array

TERM_NAMES = tuple(name for name, _ in TERMS.values())  # in the order of the pay-off's terms
COLUMNS = 5  # discount rates that the terminal's table shows
FAR = 100.0  # times its own value: a break-even weight beyond that is none


def restraint_table(result: RestraintResult) -> Group:
    """Coercion less restraint by building time and discount rate, with the critical rate, simulated and of theory."""
    written = result.study.file
    pair = written.comparisons[0]
    found = differences(result.study, result.played.sums, pair, result.study.weights)
    mean, error = found.mean(axis=1), standard_error(found, axis=1)
    rates = written.discount_rates
    shown = sorted({round(k * (len(rates) - 1) / (COLUMNS - 1)) for k in range(COLUMNS)})
    theory = _theory(result)
    table = plain_table()
    table.add_column("years", justify="right", no_wrap=True)
    for r in shown:
        table.add_column(f"{100 * rates[r]:.3g} %", justify="right", no_wrap=True)
    for heading in ("critical", "5-95 %", "other sets", "theory"):
        table.add_column(heading, justify="right", no_wrap=True)
    jobs, retaliation = _own_prices(result)
    for k, one in enumerate(frontier(result.study, result.played, pair, jobs, retaliation)):
        marks = ["" if abs(mean[k, r]) > SURE * error[k, r] else "?" for r in shown]
        table.add_row(
            f"{written.lead_factors[k] * result.played.lead_years:.1f}",
            *(f"{musd(mean[k, r])}{mark}" for r, mark in zip(shown, marks, strict=True)),
            critical_text(one), span_text(one, one.low, one.high), _sets_text(one),
            rate_text(float(theory["rate_horizon"].iloc[k])),
        )  # fmt: skip
    caption = (
        f"M USD from {month_text(written.decision)} to {month_text(written.until)}, discounted; above 0 coercion pays more; "
        f"?: the "
        f"sign is not sure. Weight on jobs {jobs:g}, retaliation {retaliation:g} M USD a month. Critical: the discount rate "
        f"above which coercion "
        "pays more (below, above: beyond the rates of the study). Theory: G1, G2 with flows and window of these worlds."
    )
    title = f"{name_of(pair.coercion)} less {name_of(pair.restraint)}, by mean building time of mines outside China"
    return headed(title[0].upper() + title[1:], table, caption)


def rate_text(rate: float) -> str:
    """A discount rate in per cent; `none` where theory says that coercion pays at none, a dash where nothing can be said."""
    if math.isnan(rate):
        return NOTHING
    return "none" if math.isinf(rate) else f"{100 * rate:.1f} %" if rate >= 0.0005 else "0 %"


def measured_text(one: Critical, rate: float) -> str:
    """A rate that was read from the worlds: beyond the rates of the study only on which side it lies."""
    if math.isinf(rate):
        return f"above {rate_text(one.most)}" if rate > 0.0 else f"below {rate_text(one.least)}"
    return rate_text(rate)


def critical_text(one: Critical) -> str:
    """From which rate on coercion pays, and up to which where restraint pays more again above it."""
    rate = measured_text(one, one.rate)
    return rate if math.isinf(one.back) else f"{rate} to {rate_text(one.back)}"


def interval_text(one: Critical) -> str:
    """The interval of a critical rate over the worlds, as `[5.5 %, 7.5 %]`."""
    return f"[{measured_text(one, one.low)}, {measured_text(one, one.high)}]"


def span_text(one: Critical, low: float, high: float) -> str:
    """Two rates, as `3.6-4.6 %`, or `below 1.0 % to 4.6 %`."""
    if math.isnan(low):
        return NOTHING
    ends = measured_text(one, low), measured_text(one, high)
    if math.isfinite(low) and math.isfinite(high):
        return f"{ends[0].removesuffix(' %')}-{ends[1]}"
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def restraint_sentences(result: RestraintResult) -> list[str]:
    """What the map, the frontier and theory say; every number is of this run."""
    jobs, retaliation = _own_prices(result)
    central = frontier(result.study, result.played, result.study.file.comparisons[0], jobs, retaliation)
    return [
        *_of_the_map(result),
        *_of_the_frontier(result, central),
        *_of_weights(result),
        *_of_theory(result, central),
        *_of_other_pairs(result),
    ]


def _of_the_map(result: RestraintResult) -> list[str]:
    study, written = result.study, result.study.file
    pair = written.comparisons[0]
    jobs, retaliation = _own_prices(result)
    found = cells(study, result.played)
    own = found[(found["coercion"] == pair.coercion) & (found["restraint"] == pair.restraint)]
    part = {name: _percent(float((own["better"] == name).mean())) for name in (RESTRAINT, COERCION, UNSURE)}
    gap = differences(study, result.played.sums, pair, study.weights)
    here = at_rate(study, gap, own_rate(study))[written.lead_factors.index(1.0)]
    more = "more" if here.mean() > 0.0 else "less"
    by_term = terms_at_own_rate(result)
    listed = ", ".join(f"{TERM_NAMES[k]} {musd(by_term[k])}" for k in np.argsort(by_term))
    return [
        f"Of the {len(own)} cells of the map ({name_of(pair.coercion)} against {name_of(pair.restraint)}, {written.seeds} paired "
        f"worlds each), restraint pays more in {part[RESTRAINT]}, coercion in {part[COERCION]}; in {part[UNSURE]} the sign is "
        f"not "
        "sure.",
        f"At the scenarios' own rate of {_percent(own_rate(study))}, weight on jobs {jobs:g} and retaliation of {retaliation:g} "
        f"M USD a month, {name_of(pair.coercion)} pays {musd(abs(float(here.mean())))} M USD {more} than "
        f"{name_of(pair.restraint)} "
        f"(paired standard error {musd(float(standard_error(here, 0)))}). By term, M USD: {listed}.",
    ]


def terms_at_own_rate(result: RestraintResult) -> Array:
    """Coercion less restraint by term of the pay-off, discounted at the scenarios' own rate, mines as they are, M USD."""
    study, written = result.study, result.study.file
    pair, names = written.comparisons[0], list(study.policies)
    gap = result.played.sums[names.index(pair.coercion)] - result.played.sums[names.index(pair.restraint)]
    mean = np.moveaxis(gap[written.lead_factors.index(1.0)].mean(axis=0), 0, 1)  # terms, rates
    found: Array = at_rate(study, mean, own_rate(study)) * study.weights
    return found


def _of_the_frontier(result: RestraintResult, central: list[Critical]) -> list[str]:
    written, played = result.study.file, result.played
    listed = "; ".join(
        f"{factor * played.lead_years:.1f} years: {critical_text(one)} {interval_text(one)}"
        for factor, one in zip(written.lead_factors, central, strict=True)
    )
    said = [f"Coercion pays from these discount rates on, by mean building time of mines outside China: {listed}."]
    if len(played.sets):
        one = central[written.lead_factors.index(1.0)]
        said.append(
            f"Over {len(played.sets)} other parameter sets of the calibration that rate, with the mines as they are, lies "
            f"between "
            f"{measured_text(one, one.sets_low)} and {measured_text(one, one.sets_high)}"
            + (": which parameters are right is a larger doubt than luck." if _wider(one) else ".")
        )
        pair = written.comparisons[0]
        of_sets = np.array([differences(result.study, sums, pair, result.study.weights).mean(axis=1) for sums in played.sets])
        here = at_rate(result.study, of_sets, own_rate(result.study))[:, written.lead_factors.index(1.0)]
        said.append(
            f"At the scenarios' own rate restraint pays more in {int((here < 0.0).sum())} of these {len(here)} sets, by "
            f"{musd(-float(np.median(here)))} M USD in the median set."
            if np.median(here) < 0.0 else
            f"At the scenarios' own rate restraint pays more in {int((here < 0.0).sum())} of these {len(here)} sets; in the "
            f"median set "
            f"coercion does, by {musd(float(np.median(here)))} M USD."
        )  # fmt: skip
    return said


def _wider(one: Critical) -> bool:
    """Whether the sets lie surely further apart than luck: by as much of either as lies within the rates of the study."""
    low, high, sets_low, sets_high = (within(one, rate) for rate in (one.low, one.high, one.sets_low, one.sets_high))
    return math.isfinite(one.low) and math.isfinite(one.high) and sets_high - sets_low > 2.0 * (high - low)


def _of_weights(result: RestraintResult) -> list[str]:
    study, played, written = result.study, result.played, result.study.file
    pair = written.comparisons[0]
    base = written.lead_factors.index(1.0)
    jobs, retaliation = _own_prices(result)
    by_jobs = [f"{w:g}: {critical_text(frontier(study, played, pair, w, retaliation)[base])}" for w in written.downstream_weights]
    by_price = [
        f"{r:,.0f}: {critical_text(frontier(study, played, pair, jobs, r)[base])}" for r in written.retaliation_musd_month
    ]
    parts = []
    table = _of_pair(result, break_even_of(result))
    for row in table[table["lead_factor"] == 1.0].to_dict("records"):
        name, level, own = str(row["weight"]).partition(".")[2], float(row["break_even"]), float(row["own"])
        if math.isnan(level) or level < 0.0 or level > FAR * max(own, 1.0):
            parts.append(f"{name} none (now {own:g})")
        else:
            parts.append(f"{name} {float(f'{level:.3g}'):,g} (now {own:g}; more favours {row['more_favours']})")
    return [
        f"That rate by weight on jobs, mines as they are: {'; '.join(by_jobs)}. By retaliation, M USD a month of stopped "
        f"shipments: {'; '.join(by_price)}.",
        f"Weights at which both pay the same, each alone, at the scenarios' own rate: {'; '.join(parts)}.",
    ]


def _of_theory(result: RestraintResult, central: list[Critical]) -> list[str]:
    written = result.study.file
    theory = _theory(result)
    base, last = written.lead_factors.index(1.0), len(theory) - 1
    here, slow = theory.loc[base], theory.loc[last]
    said = []
    if math.isnan(here["rate_horizon"]):
        said.append(
            "Coercion does not first gain and then lose in these worlds: the trigger game (G1, G2) has no threshold here."
        )
        return said + _of_erosion(result, here)
    said.append(
        f"Trigger game (G1, G2), mines as they are: coercion gains {musd(here['gain_musd_yr'])} M USD a year for "
        f"{here['window_years']:.2g} years and loses {musd(here['loss_musd_yr'])} a year afterwards (two steps, which explain "
        f"{_percent(here['explained'])} of the quarterly difference): it should pay from {rate_text(here['rate_horizon'])} on to "
        f"the same last month, {rate_text(here['rate_for_ever'])} for ever; simulated "
        f"{measured_text(central[base], central[base].rate)}."
    )
    if last > base:
        there, now = central[last], central[base]
        if math.isinf(there.rate) and there.rate == now.rate:
            verdict = "the worlds do not say in which direction"
        else:
            agree = np.sign(there.rate - now.rate) == np.sign(slow["rate_delay_only"] - here["rate_delay_only"])
            verdict = f"theory and worlds {'agree' if agree else 'disagree'} on the direction"
        flows = f"{musd(here['loss_musd_yr'])} to {musd(slow['loss_musd_yr'])} M USD a year"
        said.append(
            f"Were only the window longer, mines that take {slow['lead_years']:.1f} instead of {here['lead_years']:.1f} years "
            f"would "
            f"move that rate to {rate_text(slow['rate_delay_only'])}; simulated it moves to {measured_text(there, there.rate)}: "
            f"{verdict}. Slow mines make the window "
            f"{slow['window_years']:.2g} instead "
            f"of {here['window_years']:.2g} years long, and change what coercion loses afterwards from {flows}: the monopoly "
            f"that restraint keeps lasts {'longer' if slow['loss_musd_yr'] > here['loss_musd_yr'] else 'no longer'} too."
        )
    return said + _of_erosion(result, here)


def _of_erosion(result: RestraintResult, here: pd.Series) -> list[str]:
    if math.isnan(here["response_t_yr2"]):
        return [
            "Limit pricing (L5): coercion calls up no more mines than restraint in these worlds, so that it has no speed here."
        ]
    falls = here["fall_coercion"], here["fall_restraint"]
    if falls[0] <= 0.0:
        return []
    return [
        f"Limit pricing (L5): a dollar a kilogram calls up {here['response_t_yr2']:.0f} t/yr of mines in a year. With that "
        f"the best "
        f"supplier at {_percent(own_rate(result.study))} would lose half of its position in {here['best_half_life']:.0f} "
        f"years, a "
        f"myopic one in {here['myopic_half_life']:.0f}. In the worlds the Chinese share of mining falls by "
        f"{100 * falls[0]:.0f} points "
        f"under coercion, half of it within {here['half_life_coercion']:.1f} years, and by {100 * falls[1]:.0f} under restraint: "
        f"{_percent(round(falls[1] / falls[0], 2))} of the erosion comes whatever price the state sets, from mines that "
        f"theory does not know."
    ]


def _of_other_pairs(result: RestraintResult) -> list[str]:
    study, written = result.study, result.study.file
    base = written.lead_factors.index(1.0)
    said = []
    for pair in written.comparisons[1:]:
        one = frontier(study, result.played, pair, *_own_prices(result))[base]
        name = name_of(pair.coercion)
        said.append(
            f"{name[0].upper()}{name[1:]} against {name_of(pair.restraint)}, mines as they are: coercion pays from "
            f"{critical_text(one)} on {interval_text(one)}; other sets {_sets_text(one)}."
        )
    return said


def _theory(result: RestraintResult) -> pd.DataFrame:
    return _of_pair(result, theory_of(result)).reset_index(drop=True)


def _of_pair(result: RestraintResult, table: pd.DataFrame) -> pd.DataFrame:
    pair = result.study.file.comparisons[0]
    return table[(table["coercion"] == pair.coercion) & (table["restraint"] == pair.restraint)]


def _own_prices(result: RestraintResult) -> tuple[float, float]:
    paths = list(WEIGHTS.values())
    return float(result.study.weights[paths.index(DOWNSTREAM)]), float(result.study.weights[paths.index(RETALIATION)])


def _sets_text(one: Critical) -> str:
    return span_text(one, one.sets_low, one.sets_high)


def _percent(share: float) -> str:
    return f"{100.0 * share:.3g} %"
