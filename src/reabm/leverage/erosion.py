"""Erosion by use: what an embargo at one date costs in leverage at later ones, and what restraint is worth for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reabm.leverage.forks import Progress, value_of
from reabm.leverage.restriction import Restriction, base_changes, restricted_changes
from reabm.leverage.surface import HIGH, LOW, N_SEEDS, Leverage, fork_dates, measure
from reabm.scenario import Fault, Scenario, ScenarioError, with_settings
from reabm.scenario.months import month_text
from reabm.world.layout import Array

YEARS_AFTER = (1, 2, 3, 4, 6, 8, 10, 14)


@dataclass(frozen=True)
class Erosion:
    """Leverage at later dates with and without an earlier embargo, on the same luck.

    Attributes
    ----------
    used, spared : Leverage, of the world in which the embargo was imposed and of that in which it was not
    embargo_at : int, calendar month of the embargo
    embargo_months : int
    """

    used: Leverage
    spared: Leverage
    embargo_at: int
    embargo_months: int

    def table(self, target: str = "japan", months: int = 6, kind: str = "halt") -> pd.DataFrame:
        """By later date: c* with and without the embargo, and their difference with bootstrap bounds (5-95 per cent)."""
        years, change = self._samples(target, months, kind)
        used, spared = self.used.curve(target, months, kind), self.spared.curve(target, months, kind)
        eroded = used["leverage_musd"].to_numpy() - spared["leverage_musd"].to_numpy()
        low, high = np.quantile(change, [LOW, HIGH], axis=0)
        return pd.DataFrame(
            {
                "at": used["at"],
                "year": years,
                "leverage_used_musd": used["leverage_musd"],
                "leverage_spared_musd": spared["leverage_musd"],
                "change_musd": eroded,
                "change_low": low,
                "change_high": high,
            }
        )

    def value_of_restraint_musd(self, target: str = "japan", months: int = 6, kind: str = "halt") -> tuple[float, float, float]:
        """Discounted sum over the later years of the leverage that the embargo cost, at the date of the embargo, with bounds.

        Between the dates measured leverage lost is taken to change linearly; each year counts once.
        """
        years, change = self._samples(target, months, kind)
        rate = value_of(self.used.scenario, "payoffs.discount_rate")
        own = self.table(target, months, kind)["change_musd"].to_numpy()
        since = years - self.embargo_at / 12.0
        whole = np.arange(np.ceil(since[0]), np.floor(since[-1]) + 1.0)
        weights = (1.0 + rate) ** -whole

        def sum_up(row: Array) -> float:
            return float(-np.dot(weights, np.interp(whole, since, row)))

        low, high = np.quantile([sum_up(row) for row in change], [LOW, HIGH])
        return sum_up(own), float(low), float(high)

    def _samples(self, target: str, months: int, kind: str) -> tuple[Array, Array]:
        years, used = self.used.samples(target, months, kind)
        _, spared = self.spared.samples(target, months, kind)
        return years, used - spared


def measure_erosion(
    scenario: Scenario,
    embargo_at: str,
    embargo_months: int = 6,
    at: Sequence[str | int] | None = None,
    months: int = 6,
    target: str = "japan",
    severity: float = 0.9,
    seeds: Iterable[int] = range(N_SEEDS),
    workers: int | None = None,
    progress: Progress | None = None,
) -> Erosion:
    """Impose an embargo on the target in one world and not in the other, and measure leverage in both later.

    In both worlds restrictions on the target that the scenario scripts from the embargo on are lifted.

    Parameters
    ----------
    scenario : Scenario
    embargo_at : date (`2010-09`) of the embargo
    embargo_months : its length
    at : later dates; None: 1, 2, 3, 4, 6, 8, 10, 14 years after it, within the scenario
    months, target, severity : of the restriction by which leverage is measured, and of the embargo
    seeds, workers, progress : as in `measure`
    """
    (first,) = fork_dates(scenario, embargo_at)
    dates = [first + 12 * years for years in YEARS_AFTER if first + 12 * years <= scenario.end] if at is None else list(at)
    dates = fork_dates(scenario, dates) if dates else []
    if not dates or min(dates) <= first:
        allowed = f"an embargo at least a year before {month_text(scenario.end)}, and dates after it"
        raise ScenarioError([Fault("erosion", 1, "embargo_at", f"got {embargo_at} and no later date; allowed {allowed}")])
    embargo = Restriction(target, embargo_months, "halt", severity)
    roots = list(seeds)
    worlds = []
    for n, changes in enumerate(
        (restricted_changes(scenario, embargo, first, scenario.end), base_changes(scenario, target, first, scenario.end))
    ):
        parent = with_settings(scenario, changes, origin=f"embargo of {month_text(first)}")
        told = None if progress is None else _half(progress, n)
        worlds.append(measure(parent, dates, months, target, severity=severity, seeds=roots, workers=workers, progress=told))
    return Erosion(worlds[0], worlds[1], first, embargo_months)


def _half(progress: Progress, n: int) -> Progress:
    """Progress of one of two measurements as part of both."""
    return lambda done, total: progress(done + n * total, 2 * total)
