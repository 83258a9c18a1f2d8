"""Leverage over dates, lengths and targets, with intervals over paired worlds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reabm.leverage.forks import UNPRICED, Measured, Progress, columns_of, measure_forks, value_of, varied_sets
from reabm.leverage.restriction import KINDS, TARGETS, Changes, Restriction
from reabm.leverage.terms import HalfLife, bite_months, coercion_ratio, half_life, transferable_musd, window
from reabm.scenario import Fault, Scenario, ScenarioError
from reabm.scenario.months import ALLOWED, month_index, month_text
from reabm.world.layout import Array
from reabm.world.state import GAINS, PARTIES

LENGTHS = (1, 3, 6, 12, 24)
N_SEEDS = 24
N_BOOTSTRAP = 1000
BOOTSTRAP_STREAM = 20100907  # root of the resampling: the same table gives the same intervals
LOW, HIGH = 0.05, 0.95
KEY = ["target", "kind", "severity", "months", "at"]
TARGET_LOSSES = [f"target_{party}_musd" for party in PARTIES]
COERCER_LOSSES = [f"coercer_{term}_musd" for term in GAINS if term not in UNPRICED]


@dataclass(frozen=True)
class Prices:
    """What the analysis puts on what no market prices; explicit inputs of the scenario, without a source."""

    retaliation_musd_month: float
    reputation_musd: float
    issue_value_musd: float
    coercer_weight: float

    @classmethod
    def of(cls, scenario: Scenario) -> Prices:
        """Those that the scenario states."""
        value = {name: value_of(scenario, f"payoffs.{name}") for name in cls.__dataclass_fields__}
        return cls(**value)


@dataclass(frozen=True)
class Leverage:
    """Measured forks and what follows from them.

    Attributes
    ----------
    scenario : Scenario that was forked
    forks : DataFrame, one row a fork: target, kind, severity, months, at (calendar month), set, seed, and losses in M USD of the
        parties of the target coalition (`target_*`), of other countries, of the coercer by term (`coercer_*`), of miners outside
        China; months stopped and trust lost, to be priced. A negative loss is a gain.
    prices : Prices of retaliation and reputation, value of the issue, bargaining weight
    """

    scenario: Scenario
    forks: pd.DataFrame
    prices: Prices

    def at_prices(self, **changes: float) -> Leverage:
        """The same forks at other prices of retaliation, reputation or the issue: nothing has to be played again."""
        return Leverage(self.scenario, self.forks, replace(self.prices, **changes))

    @property
    def target_loss(self) -> Array:
        """D_T of every fork, M USD: users of oxide and magnets, makers, importers and government of the target."""
        return np.asarray(self.forks[TARGET_LOSSES].sum(axis=1), dtype=float)

    @property
    def coercer_loss(self) -> Array:
        """D_C of every fork, M USD, retaliation and reputation included."""
        priced = self.forks["stopped_months"] * self.prices.retaliation_musd_month
        priced = priced + self.forks["trust_lost"] * self.prices.reputation_musd
        return np.asarray(self.forks[COERCER_LOSSES].sum(axis=1) + priced, dtype=float)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row for each target, kind, length and date: mean losses, c*, coercion ratio, with bootstrap bounds of the mean over
        worlds (5-95 per cent), and the lowest and highest mean of a parameter set (`leverage_set_low`, `leverage_set_high`).

        `coercer_gains` marks where D_C is negative: the restriction pays for itself, a threat that needs no bargain.
        """
        losses = pd.DataFrame({"target": self.target_loss, "coercer": self.coercer_loss})
        rows = []
        for key, rows_of in self.forks.groupby(KEY, sort=True).indices.items():
            target, coercer = losses["target"].to_numpy()[rows_of], losses["coercer"].to_numpy()[rows_of]
            again = _resampled(len(rows_of))
            targets, coercers = target[again].mean(axis=1), coercer[again].mean(axis=1)
            spread = transferable_musd(targets, coercers, self.prices.coercer_weight)
            row = dict(zip(KEY, key)) | {"n": len(rows_of)}
            row["target_loss_musd"], row["target_loss_low"], row["target_loss_high"] = _bounds(target.mean(), targets)
            row["coercer_loss_musd"], row["coercer_loss_low"], row["coercer_loss_high"] = _bounds(coercer.mean(), coercers)
            central = transferable_musd(target.mean(), coercer.mean(), self.prices.coercer_weight)
            row["leverage_musd"], row["leverage_low"], row["leverage_high"] = _bounds(float(central), spread)
            by_set = self._leverage_by_set(rows_of, target, coercer)
            row["leverage_set_low"], row["leverage_set_high"] = float(np.min(by_set)), float(np.max(by_set))
            row["coercion_ratio"] = float(coercion_ratio(target.mean(), coercer.mean()))
            row["coercer_gains"] = bool(coercer.mean() < 0.0)
            row["has_effect"] = bool(np.any(target != 0.0) or np.any(coercer != 0.0))
            row["is_credible"] = bool(coercer.mean() <= self.prices.issue_value_musd)
            rows.append(row)
        table = pd.DataFrame(rows)
        table.insert(table.columns.get_loc("at"), "year", table["at"] / 12.0)
        return table

    def _leverage_by_set(self, rows_of: NDArray[np.int64], target: Array, coercer: Array) -> Array:
        """c* of the mean over the worlds of each parameter set."""
        sets = self.forks["set"].to_numpy()[rows_of]
        kinds = np.unique(sets)
        targets = np.array([target[sets == k].mean() for k in kinds])
        coercers = np.array([coercer[sets == k].mean() for k in kinds])
        return transferable_musd(targets, coercers, self.prices.coercer_weight)

    def curve(self, target: str, months: int, kind: str = "halt") -> pd.DataFrame:
        """The rows of one target and length over dates."""
        chosen = self.table
        chosen = chosen[(chosen["target"] == target) & (chosen["months"] == months) & (chosen["kind"] == kind)]
        return chosen.sort_values("at").reset_index(drop=True)

    def samples(self, target: str, months: int, kind: str = "halt") -> tuple[Array, Array]:
        """Years, and c* of every resampled set of worlds, shape (N_BOOTSTRAP, dates): worlds are drawn whole, over all dates."""
        mine = (self.forks["target"] == target) & (self.forks["months"] == months) & (self.forks["kind"] == kind)
        wide = pd.DataFrame({"seed": self.forks["seed"], "at": self.forks["at"], "t": self.target_loss, "c": self.coercer_loss})
        wide = wide[mine.to_numpy()].pivot(index="seed", columns="at", values=["t", "c"])
        again = _resampled(len(wide))
        targets = wide["t"].to_numpy()[again].mean(axis=1)
        coercers = wide["c"].to_numpy()[again].mean(axis=1)
        years = wide["t"].columns.to_numpy() / 12.0
        return years, transferable_musd(targets, coercers, self.prices.coercer_weight)

    def half_life(self, target: str, months: int, kind: str = "halt") -> HalfLifeEstimate:
        """Half-life of leverage after its peak, with a bootstrap interval; how often it was not reached is said."""
        curve = self.curve(target, months, kind)
        years, drawn = self.samples(target, months, kind)
        spread = [half_life(years, row) for row in drawn]
        # One that was not reached is longer than any: a bound that falls among those is unknown, not the longest known.
        drawn_years = np.array([np.inf if found.is_censored else found.years for found in spread])
        drawn_years = drawn_years[~np.isnan(drawn_years)]
        censored = float(np.mean([found.is_censored for found in spread]))
        low, high = np.full(2, np.inf)
        if drawn_years.size:
            low, high = np.quantile(drawn_years, [LOW, HIGH], method="higher")
        low, high = (bound if np.isfinite(bound) else np.nan for bound in (low, high))
        central = half_life(curve["year"].to_numpy(), curve["leverage_musd"].to_numpy())
        return HalfLifeEstimate(central, float(low), float(high), censored)

    def bite(self, target: str, at: int, kind: str = "halt") -> float:
        """Shortest length measured whose c* exceeds the value of the issue, months; NaN where none does."""
        table = self.table
        rows = table[(table["target"] == target) & (table["at"] == at) & (table["kind"] == kind)].sort_values("months")
        return bite_months(rows["months"].to_numpy(), rows["leverage_musd"].to_numpy(), self.prices.issue_value_musd)

    def window(self, target: str, months: int, kind: str = "halt") -> list[tuple[float, float]]:
        """Stretches of years in which c* is worth at least the issue."""
        curve = self.curve(target, months, kind)
        return window(curve["year"].to_numpy(), curve["leverage_musd"].to_numpy(), self.prices.issue_value_musd)


@dataclass(frozen=True)
class HalfLifeEstimate:
    """A half-life with its bootstrap interval."""

    central: HalfLife
    low: float
    high: float
    censored_share: float = field(default=0.0)  # share of resampled worlds in which half was not reached


def _bounds(central: float, spread: Array) -> tuple[float, float, float]:
    low, high = np.quantile(spread, [LOW, HIGH])
    return float(central), float(low), float(high)


def _resampled(n: int) -> NDArray[np.int64]:
    """Rows of N_BOOTSTRAP samples of n worlds, with replacement; the same ones whenever n worlds are drawn."""
    rows: NDArray[np.int64] = np.random.default_rng(BOOTSTRAP_STREAM).integers(0, n, (N_BOOTSTRAP, n), dtype=np.int64)
    return rows


def measure(
    scenario: Scenario,
    at: Sequence[str | int] | str | None = None,
    months: Sequence[int] | int = LENGTHS,
    target: Sequence[str] | str = "japan",
    kind: Sequence[str] | str = "halt",
    severity: float = 0.9,
    seeds: Iterable[int] = range(N_SEEDS),
    sets: Sequence[Changes] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    after: Changes | None = None,
) -> Leverage:
    """Measure leverage in a scenario by forking its worlds.

    Parameters
    ----------
    scenario : Scenario
    at : dates (`2010-09`) of the forks; None: the September of every year but the first of the scenario
    months : lengths of the restriction
    target : of japan, usa, eu, all
    kind : of halt (of shipments), quota_cut (target all), licence; forks of several kinds share their bases
    severity : share stopped, cut, or refused
    seeds : roots of luck, dealt out among the parameter sets in turn
    sets : parameter sets; None: `varied_sets`, over the cost of trans-shipment and demand after the script
    workers : threads; None: one a core
    progress : called with forks done and forks in all
    after : further changes of both worlds from the fork on

    Returns
    -------
    Leverage

    Raises
    ------
    ScenarioError
        For a date, target, kind or severity that is not allowed: what was found, what is allowed.
    """
    dates = list(dict.fromkeys(fork_dates(scenario, at)))
    lengths = [months] if isinstance(months, int) else list(dict.fromkeys(months))
    targets = [target] if isinstance(target, str) else list(dict.fromkeys(target))
    kinds = [kind] if isinstance(kind, str) else list(dict.fromkeys(kind))
    for one in kinds:
        check_asked(lengths, targets, one, severity, int(value_of(scenario, "payoffs.horizon_months")))
    restrictions = [Restriction(one, n, how, severity) for one in targets for how in kinds for n in lengths]
    chosen = varied_sets(scenario) if sets is None else sets
    found = measure_forks(scenario, dates, restrictions, list(seeds), chosen, workers, progress, after)
    return Leverage(scenario, frame_of_forks(found), Prices.of(scenario))


def frame_of_forks(found: Iterable[Measured]) -> pd.DataFrame:
    """The tidy table of forks, in an order that does not depend on how they were played."""
    frame = pd.DataFrame([columns_of(one) for one in found])
    return frame.sort_values([*KEY, "set", "seed"], kind="stable").reset_index(drop=True)


def fork_dates(scenario: Scenario, at: Sequence[str | int] | str | None) -> list[int]:
    """Calendar months of forks from what was asked: the September of every year but the first where nothing was."""
    if at is None:
        return [month for month in range(scenario.start + 12, scenario.end + 1) if month % 12 == 8]
    found = []
    for written in [at] if isinstance(at, str) else at:
        month = written if isinstance(written, int) else month_index(written)
        if month is None:
            raise ScenarioError([Fault("leverage", 1, "at", f"got {written!r}; allowed {ALLOWED}")])
        if not scenario.start < month <= scenario.end:
            allowed = f"{month_text(scenario.start + 1)} to {month_text(scenario.end)}"
            raise ScenarioError([Fault("leverage", 1, "at", f"got {month_text(month)}; allowed {allowed}")])
        found.append(month)
    return found


def check_asked(lengths: Sequence[int], targets: Sequence[str], kind: str, severity: float, horizon: int) -> None:
    """Raise one clear error for lengths, targets, a kind or a severity that are not allowed."""
    allowed = f"1 to {horizon} (payoffs.horizon_months)"
    faults = [Fault("leverage", 1, "months", f"got {n}; allowed {allowed}") for n in lengths if not 1 <= n <= horizon]
    for one in targets:
        if one not in TARGETS:
            faults.append(Fault("leverage", 1, "target", f"got {one!r}; allowed {', '.join(TARGETS)}"))
        elif kind == "quota_cut" and one != "all":
            faults.append(Fault("leverage", 1, "target", f"got {one!r}; a quota cut holds for all buyers: allowed all"))
    if kind not in KINDS:
        faults.append(Fault("leverage", 1, "kind", f"got {kind!r}; allowed {', '.join(KINDS)}"))
    if not 0.0 < severity <= 1.0:
        faults.append(Fault("leverage", 1, "severity", f"got {severity:g}; allowed more than 0, up to 1"))
    if faults:
        raise ScenarioError(faults)
