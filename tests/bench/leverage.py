"""What one leverage surface costs: dates x lengths x worlds x targets, forked and measured."""

from __future__ import annotations

import time

from reabm.leverage.forks import value_of
from reabm.leverage.surface import LENGTHS, N_SEEDS, measure
from reabm.scenario import Scenario
from reabm.scenario.months import month_text
from tests.bench.row import Row

TARGETS = ("japan", "usa", "eu")
SECONDS_ALLOWED = 120.0
SEPTEMBER = 8


def surface_s(scenario: Scenario, years: int, targets: tuple[str, ...], seeds: int) -> tuple[int, float]:
    """Forks and seconds of a surface on two workers, its table with intervals included."""
    first = scenario.start + SEPTEMBER
    dates = [month_text(month) for month in range(first, scenario.end + 1, 12)]
    chosen = dates[:: len(dates) // years]
    start = time.perf_counter()
    found = measure(scenario, at=chosen, months=LENGTHS, target=targets, seeds=range(seeds), workers=2)
    table = found.table
    took = time.perf_counter() - start
    if len(table) != len(chosen) * len(LENGTHS) * len(targets):
        raise SystemExit(f"bench: {len(table)} points of a surface of {len(chosen)} dates")
    return len(found.forks), took


def surface_rows(scenario: Scenario, quick: bool) -> list[Row]:
    """A whole surface; or a third of its dates for one target, scaled."""
    measure(scenario, at="2010-09", months=1, target="japan", seeds=range(3), workers=2)  # compiles
    share = 9 if quick else 1
    forks, took = surface_s(scenario, 7 if quick else 21, TARGETS[:1] if quick else TARGETS, N_SEEDS)
    horizon = value_of(scenario, "payoffs.horizon_months")
    how = f"a ninth of it ({took:.1f} s for {forks:,} forks), scaled" if quick else f"{forks:,} forks of {horizon:.0f} months"
    what = f"a leverage surface: 21 dates x {len(LENGTHS)} lengths x {N_SEEDS} worlds x {len(TARGETS)} targets"
    return [
        Row(what, took * share, "s", most=SECONDS_ALLOWED, note=f"two workers, table with intervals; {how}"),
        Row("a fork of it", took / forks * 1e3, "ms", note="its share of bases, parents and arrays included"),
    ]
