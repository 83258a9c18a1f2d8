"""What follows from measured leverage, in a few numbers: half-lives, windows, bite times, and what prices without a source do."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from reabm.leverage.restriction import KINDS, TARGETS
from reabm.leverage.surface import Leverage
from reabm.scenario.months import month_text

UNPRICED = {"retaliation_musd_month": 0.0, "reputation_musd": 0.0}
USUAL_MONTHS = 6  # the length that is looked at first, where it was measured


def measured_cases(leverage: Leverage) -> list[tuple[str, str]]:
    """Pairs of target and kind that were measured, one country before all, a halt before other kinds."""
    pairs = leverage.forks[["target", "kind"]].drop_duplicates().itertuples(index=False)
    return sorted(((str(t), str(k)) for t, k in pairs), key=lambda pair: (list(TARGETS).index(pair[0]), KINDS.index(pair[1])))


def measured_lengths(leverage: Leverage) -> list[int]:
    """Lengths of the restriction that were measured, in months, rising."""
    return sorted(int(n) for n in leverage.forks["months"].unique())


def measured_dates(leverage: Leverage) -> list[int]:
    """Dates of the forks, calendar months, rising."""
    return sorted(int(at) for at in leverage.forks["at"].unique())


def usual_length(leverage: Leverage) -> int:
    """Six months where they were measured, else the length in the middle."""
    lengths = measured_lengths(leverage)
    return USUAL_MONTHS if USUAL_MONTHS in lengths else lengths[len(lengths) // 2]


def unpriced(leverage: Leverage) -> Leverage:
    """The same forks without retaliation and reputation, which have no source."""
    return leverage.at_prices(**UNPRICED)


def summary_of(leverage: Leverage) -> dict[str, Any]:
    """Title, prices, and per target, kind and length: half-life with its interval, window, bite times by date."""
    cases: list[dict[str, Any]] = []
    for target, kind in measured_cases(leverage):
        bites = {month_text(at): _number(leverage.bite(target, at, kind)) for at in measured_dates(leverage)}
        lengths = {}
        for months in measured_lengths(leverage):
            found = leverage.half_life(target, months, kind)
            lengths[str(months)] = {
                "peak_at": month_text(round(found.central.peak_at * 12.0)),
                "peak_musd": _number(found.central.peak_musd),
                "half_life_years": _number(found.central.years),
                "half_life_low": _number(found.low),
                "half_life_high": _number(found.high),
                "is_censored": found.central.is_censored,
                "censored_share": found.censored_share,
                "windows": [[_number(a), _number(b)] for a, b in leverage.window(target, months, kind)],
            }
        cases.append({"target": target, "kind": kind, "by_months": lengths, "bite_months": bites})
    return {
        "title": leverage.scenario.title, "question": leverage.scenario.question, "prices": asdict(leverage.prices),
        "n_forks": len(leverage.forks), "cases": cases,
    }  # fmt: skip


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 6)
