"""The futures of a world: it is copied at the month on the screen, and each copy is played on with other luck.

The months before are the world's own in every future; the first has the world's own luck and is what the run itself will be.
The luck of the others does not depend on what is changed, so that two fans differ by the change and by nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reabm.app.as_then import as_then
from reabm.app.background import Asked
from reabm.engine.ensemble import CHUNK, Failed, Job, copy_columns, play_jobs
from reabm.engine.fork import replay
from reabm.engine.run import Prepared, Room, RunError, World, prepare
from reabm.scenario import Scenario, with_months
from reabm.scenario.fork import forked
from reabm.study.outcomes import Numbers
from reabm.world.history import COLUMN
from reabm.world.layout import Array

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
WORKERS = 2
COLUMNS = (
    "ndpr_outside_usd_kg", "ndpr_china_usd_kg", "dy_outside_usd_kg", "licence_price_usd_kg", "exports_legal_t",
    "exports_smuggled_t", "japan_dependence", "japan_import_share_china", "relocation_share", "china_mine_share",
    "china_magnet_share", "cover_outside_months", "magnets_unserved_t", "substitution_share",
)  # fmt: skip
LEVERAGE_MONTHS = 6
LEVERAGE_GROUP = 40  # futures measured between two looks at whether the answer is still wanted


class Asking(NamedTuple):
    """Which futures are wanted. What is compared is what they depend on."""

    scenario: Scenario  # of the run, changes included
    seed: int
    shown: int  # months of the run before the futures part
    months: int  # of each future
    n_futures: int
    n_scripted: int  # of the scenario's interventions: the first ones, which are not the visitor's
    tried: tuple[tuple[str, Any], ...] = ()  # levers set from the first month of the futures on, for a look


@dataclass(frozen=True, eq=False)
class Fan:
    """Bands over futures."""

    asking: Asking
    first: int  # calendar month of the first month of the futures
    bands: dict[str, Array]  # by column: quantiles x months
    own: dict[str, Array]  # by column: the future with the world's own luck
    n_futures: int  # that were played to the end
    n_failed: int  # whose months did not close
    seconds: float


@dataclass(frozen=True, eq=False)
class LeverageFan:
    """Bands over futures of what six months of a halt to Japan would be worth."""

    asking: Asking
    dates: tuple[int, ...]  # calendar months
    bands: Array  # quantiles x dates, M USD
    n_futures: int
    seconds: float


def seeds_of(asking: Asking) -> Iterator[int]:
    """Roots of luck: the world's own first, then the whole numbers without it."""
    yield asking.seed
    given, n = 1, 0
    while given < asking.n_futures:
        if n != asking.seed:
            yield n
            given += 1
        n += 1


def scenario_of(asking: Asking) -> Scenario:
    """What the futures assume: the run's scenario with the levers that are tried, long enough for them."""
    end = asking.scenario.start + asking.shown + asking.months - 1
    scenario = asking.scenario if end <= asking.scenario.end else with_months(asking.scenario, end=end)
    if asking.tried:
        scenario = forked(scenario, scenario.start + asking.shown, dict(asking.tried)).scenario
    return scenario


def jobs_of(prepared: Prepared, world: World, asking: Asking) -> Iterator[Job]:
    """One job a future."""
    opening = world.block if world.month else None
    for seed in seeds_of(asking):
        yield Job(prepared, seed, world.month, world.month + asking.months - 1, opening)


def months_of(
    asking: Asking, world: World, asked: Asked, workers: int = WORKERS, columns: Sequence[str] = COLUMNS,
    progress: Callable[[int], object] | None = None,
) -> tuple[Numbers, int]:  # fmt: skip
    """Every future's months: futures x columns x months, the one with the world's own luck first; and how many failed."""
    prepared = prepare(scenario_of(asking), asking.shown)
    used = np.array([getattr(COLUMN, name) for name in columns], dtype=np.intp)
    first, last = asking.shown, asking.shown + asking.months

    def keep(_job: Job, room: Room) -> Numbers:
        kept = np.empty((len(used), asking.months))
        copy_columns(room.history.months[first:last], used, kept)
        return kept

    found = np.empty((asking.n_futures, len(used), asking.months))
    n_kept = n_failed = 0
    played = play_jobs(jobs_of(prepared, world, asking), keep, workers, CHUNK, asked.is_stale)
    for one in played:
        asked.check()
        if isinstance(one, Failed):
            n_failed += 1
            continue
        found[n_kept] = one
        n_kept += 1
        if progress:
            progress(n_kept)
    asked.check()
    if n_kept == 0:
        raise RunError("none of the futures closes")
    return found[:n_kept], n_failed


def bands_of(values: NDArray[np.float64]) -> Array:
    """Quantiles over the first axis; a month without a value in any future (no quota) has NaN."""
    if not np.isnan(values).any():
        plain: Array = np.quantile(values, QUANTILES, axis=0)
        return plain
    empty = np.isnan(values).all(axis=0)
    found: Array = np.nanquantile(np.where(empty, 0.0, values), QUANTILES, axis=0)
    found[:, empty] = np.nan
    return found


def world_at(prepared: Prepared, asking: Asking) -> World:
    """The world at the start of the first month of the futures, by replay."""
    return replay(prepared, asking.seed, asking.shown)


def leverage_dates(asking: Asking) -> tuple[int, ...]:
    """Every twelfth month of the futures, from the first on."""
    first = asking.scenario.start + asking.shown
    dates = range(first, first + asking.months, 12)
    return tuple(month for month in dates if month > asking.scenario.start)


def leverage_futures(asking: Asking, most_forks: int) -> int:
    """For how many of the futures leverage is measured within a number of forks."""
    return max(min(asking.n_futures, most_forks // max(len(leverage_dates(asking)), 1)), 1)


def leverages_of(asking: Asking, world: World, asked: Asked, n_futures: int, workers: int = WORKERS) -> Numbers:
    """c* of a halt of shipments to Japan in every future at every date, M USD: futures x dates.

    As on the curve of leverage each date stands under what was changed by then: the run's later changes are not in it.
    """
    from reabm.leverage.forks import measure_forks
    from reabm.leverage.restriction import Restriction
    from reabm.leverage.surface import Leverage, Prices, frame_of_forks
    from reabm.leverage.terms import transferable_musd

    scenario, dates = scenario_of(asking), leverage_dates(asking)
    seeds = list(seeds_of(asking._replace(n_futures=n_futures)))
    prices = Prices.of(scenario)
    changed = as_then(scenario, asking.n_scripted, dates)
    parts = []
    for begin in range(0, len(seeds), LEVERAGE_GROUP):
        asked.check()
        group = seeds[begin : begin + LEVERAGE_GROUP]
        forks = []
        for then, dates_then in changed:
            for found in measure_forks(
                then, dates_then, [Restriction("japan", LEVERAGE_MONTHS)], group, sets=[{}], workers=workers, begin=world
            ):
                asked.check()
                forks.append(found)
        frame = frame_of_forks(forks)
        priced = Leverage(scenario, frame, prices)
        values = transferable_musd(priced.target_loss, priced.coercer_loss, prices.coercer_weight)
        order = {seed: n for n, seed in enumerate(group)}
        table = np.empty((len(group), len(dates)))
        table[frame["seed"].map(order), frame["at"].map({at: n for n, at in enumerate(dates)})] = values
        parts.append(table)
    return np.concatenate(parts)


def levers_key(changes: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Levers that are tried, as part of a question."""
    return tuple(sorted(changes.items()))
