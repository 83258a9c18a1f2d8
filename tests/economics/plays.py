"""Runs for the economic tests: played once for each (scenario, settings, seed), kept small, and compared on equal luck."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from reabm.engine.run import prepare, simulate
from reabm.scenario import Scenario, find_configs, load_scenario, with_months, with_settings
from reabm.scenario.months import month_index
from reabm.scenario.pack import Names
from reabm.world.history import COLUMN, MAKER_COLUMNS, MINE_COLUMNS
from reabm.world.layout import Array
from reabm.world.state import DESTINATIONS

SEEDS = (0, 1, 2, 3)

type Settings = Mapping[str, Any]


def during(first: str, last: str | None, value: float | str) -> list[dict[str, Any]]:
    """A lever held at a value from one month until another, both included."""
    return [{"from": first, "until": last, "value": value}]


class Play(NamedTuple):
    """What the tests read of one run."""

    scenario: Scenario
    names: Names
    months: Array
    delivered_usd_kg: Array
    outside_usd_kg: Array
    legal_t: Array
    reexported_t: Array
    mines: Array
    makers: Array

    def span(self, first: str, last: str) -> slice:
        """Rows of the months from `first` to `last`, both included; a year stands for its first or last month."""
        first = first if "-" in first else f"{first}-01"
        last = last if "-" in last else f"{last}-12"
        start, end = month_index(first), month_index(last)
        assert start is not None
        assert end is not None
        return slice(start - self.scenario.start, end - self.scenario.start + 1)

    def column(self, name: str, first: str, last: str) -> Array:
        return self.months[self.span(first, last), getattr(COLUMN, name)]

    def mean(self, name: str, first: str, last: str) -> float:
        return float(np.mean(self.column(name, first, last)))

    def total(self, name: str, first: str, last: str) -> float:
        return float(np.sum(self.column(name, first, last)))

    def prices(self, element: str, where: str, first: str, last: str) -> Array:
        """Monthly prices: `where` is a destination, or `outside` for the free ones."""
        e = self.names.elements.index(element)
        if where == "outside":
            return self.outside_usd_kg[self.span(first, last), e]
        return self.delivered_usd_kg[self.span(first, last), e, DESTINATIONS.index(where)]

    def price(self, element: str, where: str, first: str, last: str) -> float:
        return float(np.mean(self.prices(element, where, first, last)))

    def gap(self, element: str, first: str, last: str) -> float:
        """Mean price in free destinations outside less mean price inside."""
        return self.price(element, "outside", first, last) - self.price(element, "china", first, last)

    def mine(self, name: str, column: str, first: str, last: str) -> Array:
        return self.mines[self.span(first, last), self.names.mines.index(name), MINE_COLUMNS.index(column)]

    def share_in_china(self, makers: list[str], month: str) -> float:
        """Share of these makers' capacity that stands in China."""
        rows = [self.names.makers.index(name) for name in makers]
        capacity = self.makers[self.span(month, month)][0, rows][:, : MAKER_COLUMNS.index("premium_plan_share")]
        inside = [MAKER_COLUMNS.index(f"{line}_china_t") for line in ("premium", "commodity")]
        return float(np.sum(capacity[:, inside]) / np.sum(capacity))


type Measure = Callable[[Play], float]


def mean_of(column: str, first: str, last: str) -> Measure:
    """Mean of a monthly key figure."""
    return lambda run: run.mean(column, first, last)


def total_of(column: str, first: str, last: str) -> Measure:
    """Sum of a monthly key figure."""
    return lambda run: run.total(column, first, last)


def price_of(element: str, where: str, first: str, last: str) -> Measure:
    """Mean price of an element."""
    return lambda run: run.price(element, where, first, last)


def ratio_of(top: Measure, bottom: Measure) -> Measure:
    """One measure over another."""
    return lambda run: top(run) / bottom(run)


def less(measure: Measure, other: Measure) -> Measure:
    """One measure less another."""
    return lambda run: measure(run) - other(run)


def gap_of(element: str, first: str, last: str) -> Measure:
    """Mean price outside less mean price inside."""
    return lambda run: run.gap(element, first, last)


class Plays:
    """Runs, each played once."""

    def __init__(self) -> None:
        folder = find_configs() / "scenarios"
        self._scenarios: dict[str, Scenario] = {path.stem: load_scenario(path) for path in sorted(folder.glob("*.yaml"))}
        self._played: dict[tuple[str, str, str | None, int], Play] = {}

    def scenario(self, name: str) -> Scenario:
        return self._scenarios[name]

    def add(self, name: str, scenario: Scenario) -> str:
        """Give a scenario made by a test a name of its own."""
        self._scenarios[name] = scenario
        return name

    def play(self, settings: Settings | None = None, seed: int = 0, of: str = "history", until: str | None = None) -> Play:
        key = (of, repr(sorted((settings or {}).items())), until, seed)
        if key not in self._played:
            scenario = with_months(with_settings(self._scenarios[of], settings or {}), None, until)
            record = simulate(prepare(scenario), seed)
            history = record.history
            kept = (history.delivered_usd_kg, history.outside_usd_kg, history.legal_t, history.reexported_t,
                    history.mines, history.makers)  # fmt: skip
            self._played[key] = Play(scenario, record.prepared.names, history.months, *(array.copy() for array in kept))
        return self._played[key]

    def measure(self, measure: Measure, settings: Settings | None = None, of: str = "history", until: str | None = None) -> Array:
        """A measure in the runs of all seeds."""
        return np.array([measure(self.play(settings, seed, of, until)) for seed in SEEDS])

    def effect(
        self, measure: Measure, changed: Settings, base: Settings | None = None, of: str = "history", until: str | None = None
    ) -> Array:
        """What `changed` adds to a measure, seed by seed: the same luck with and without it."""
        return self.measure(measure, changed, of, until) - self.measure(measure, base, of, until)
