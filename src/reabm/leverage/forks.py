"""Measuring losses by forking: each world is copied at a date, restricted in one copy, spared in the other, and both play on.

Both copies share their luck month by month, so that their difference is due to the restriction alone. What retaliation
and lost reputation cost the coercer is not known: forks count months stopped and trust lost, and the analysis prices them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from reabm.engine.ensemble import Failed, Job, play_jobs
from reabm.engine.run import Prepared, Room, RunError, World, prepare
from reabm.leverage.restriction import OUTSIDE, TARGETS, Changes, Restriction, base_changes, restricted_changes
from reabm.scenario import Scenario, with_months, with_settings
from reabm.world.layout import Array
from reabm.world.state import DESTINATIONS, GAINS, PARTIES

# No source, so never at one value only: the cost of re-exports, and demand after the script's last date.
DEMAND_GROWTH = "market.demand_growth_after_script"
VARIED = ("market.transshipment_base_usd_kg", "market.transshipment_slope_usd_kg", DEMAND_GROWTH)
UNIT_WEIGHTS: Changes = {"payoffs.retaliation_musd_month": 1.0, "payoffs.reputation_musd": 1.0}
UNPRICED = {"retaliation": "stopped_months", "reputation": "trust_lost"}  # terms that are counted, and priced afterwards
N_TERMS = len(DESTINATIONS) * len(PARTIES) + len(GAINS) + 1

Progress = Callable[[int, int], None]


class Measured(NamedTuple):
    """Losses of one fork: the base less the restricted world, discounted over the horizon."""

    restriction: Restriction
    at: int  # calendar month
    set_id: int
    seed: int
    losses_musd: Array  # shape (N_TERMS,): parties of each destination, terms of the coercer, miners outside China


class Parents(NamedTuple):
    """The worlds of all seeds with one parameter set at the start of a month."""

    prepared: Prepared
    set_id: int
    seeds: tuple[int, ...]
    month: int  # of the run: the next one to be played
    blocks: list[Array | None]


def value_of(scenario: Scenario, path: str) -> float:
    """A scalar of the scenario with its settings applied."""
    set_to = scenario.settings.get(path)
    return float(scenario.scalars[path].value if set_to is None else set_to)


def varied_sets(scenario: Scenario) -> list[Changes]:
    """Three parameter sets: the central one; cheap re-exports with growing demand; dear ones with shrinking demand.

    What the scenario's settings fix is not varied.
    """
    sets: list[Changes] = [{}, {}, {}]
    for path in VARIED:
        if path in scenario.settings:
            continue
        central = value_of(scenario, path)
        low, high = scenario.scalars[path].range or (central, central)
        values = (central, high, low) if path == DEMAND_GROWTH else (central, low, high)
        for changes, value in zip(sets, values):
            changes[path] = value
    return sets


def measure_forks(
    scenario: Scenario,
    dates: Sequence[int],
    restrictions: Sequence[Restriction],
    seeds: Sequence[int],
    sets: Sequence[Changes] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    after: Changes | None = None,
    begin: World | None = None,
) -> Iterator[Measured]:
    """Fork every world at every date for every restriction, and measure what was lost.

    Seeds are dealt out among the parameter sets in turn, so that the mean is over both.

    Parameters
    ----------
    scenario : Scenario; its `payoffs.discount_rate` and `payoffs.horizon_months` hold
    dates : calendar months, within the scenario
    restrictions : what is imposed; forks of one target and date share their base
    seeds : roots of luck, one world each
    sets : parameter sets, `{path: value}` each; None: `varied_sets`
    workers : threads
    progress : called with the number of forks done and the number of all
    after : further changes of both worlds from the fork on, such as mechanisms switched off
    begin : World that all seeds share up to its month, from which on each has luck of its own; None: from the first month.
        It is copied; no date may be before it

    Yields
    ------
    Measured, in the order of dates, sets, restrictions, seeds

    Raises
    ------
    RunError
        Where a world's months do not close.
    """
    horizon = int(value_of(scenario, "payoffs.horizon_months"))
    dates = sorted(dates)
    longer = with_months(scenario, end=max(scenario.end, dates[-1] + horizon - 1))
    total = len(dates) * len(restrictions) * len(seeds)
    done = 0
    chosen = sets or varied_sets(scenario)
    parents = [_first_parents(longer, k, changes, seeds, len(chosen), begin) for k, changes in enumerate(chosen)]
    parents = [group for group in parents if group.seeds]
    for at in dates:
        for k, group in enumerate(parents):
            parents[k] = group = _played_on(group, at - longer.start, workers)
            for found in _fork_all(group, at, restrictions, horizon, workers, after or {}):
                done += 1
                yield found
                if progress:
                    progress(done, total)


def _first_parents(
    scenario: Scenario, set_id: int, chosen: Changes, seeds: Sequence[int], n_sets: int, begin: World | None
) -> Parents:
    prepared = prepare(with_settings(scenario, {**chosen, **UNIT_WEIGHTS}, origin="parameter set"))
    own = tuple(seed for n, seed in enumerate(seeds) if n % n_sets == set_id)
    if begin is not None:
        return Parents(prepared, set_id, own, begin.month, [begin.block] * len(own))
    return Parents(prepared, set_id, own, 0, [None] * len(own))


def _played_on(group: Parents, month: int, workers: int | None) -> Parents:
    """The parents at the start of a later month."""
    if month == group.month:
        return group
    jobs = [Job(group.prepared, seed, group.month, month - 1, block) for seed, block in zip(group.seeds, group.blocks)]
    blocks: list[Array | None] = [
        _kept(found) for found in play_jobs(jobs, lambda job, room: room.block.copy(), workers, chunk=2)
    ]
    return group._replace(month=month, blocks=blocks)


def _fork_all(
    group: Parents, at: int, restrictions: Sequence[Restriction], horizon: int, workers: int | None, after: Changes
) -> Iterator[Measured]:
    """All forks of one group of worlds at one date, restriction by restriction, seed by seed."""
    scenario = group.prepared.scenario
    first = group.month
    last = first + horizon - 1
    end = scenario.start + last
    rate = value_of(scenario, "payoffs.discount_rate")
    weights = (1.0 + rate) ** (-np.arange(horizon) / 12.0) / 1000.0  # kUSD -> M USD

    def keep(job: Job, room: Room) -> Array:
        history = room.history
        rows = slice(first, last + 1)
        parties = np.tensordot(weights, history.surplus_kusd[rows], 1).ravel()
        gains = np.tensordot(weights, history.china_gain_kusd[rows], 1)
        miners = np.tensordot(weights, history.miners_kusd[rows], 1)
        return np.concatenate([parties, gains, [miners]])

    def jobs() -> Iterator[Job]:
        for changes in _variants(scenario, restrictions, at, end, after):
            world = prepare(with_settings(scenario, changes, origin="fork"), first)
            for seed, block in zip(group.seeds, group.blocks):
                yield Job(world, seed, first, last, block)

    played = play_jobs(jobs(), keep, workers, chunk=max(1, len(group.seeds) // 2))
    spared: list[Array] = []
    target = ""
    for restriction in restrictions:
        if restriction.target != target:
            spared = [_kept(next(played)) for _ in group.seeds]
            target = restriction.target
        for seed, base in zip(group.seeds, spared):
            yield Measured(restriction, at, group.set_id, seed, base - _kept(next(played)))


def _variants(scenario: Scenario, restrictions: Sequence[Restriction], at: int, end: int, after: Changes) -> Iterator[Changes]:
    """The base of each target, followed by its restrictions."""
    target = ""
    for restriction in restrictions:
        if restriction.target != target:
            target = restriction.target
            yield base_changes(scenario, target, at, end) | after
        yield restricted_changes(scenario, restriction, at, end) | after


def _kept[T](found: T | Failed) -> T:
    if isinstance(found, Failed):
        raise RunError(found.message)
    return found


def columns_of(measured: Measured) -> Mapping[str, Any]:
    """One row of the tidy table: whose losses, in M USD (a negative loss is a gain)."""
    n_parties = len(DESTINATIONS) * len(PARTIES)
    parties = measured.losses_musd[:n_parties].reshape(len(DESTINATIONS), len(PARTIES))
    rows = [DESTINATIONS.index(country) for country in TARGETS[measured.restriction.target]]
    others = [DESTINATIONS.index(country) for country in OUTSIDE if DESTINATIONS.index(country) not in rows]
    restriction = measured.restriction
    row: dict[str, Any] = {
        "target": restriction.target, "kind": restriction.kind, "severity": restriction.severity, "months": restriction.months,
        "at": measured.at, "set": measured.set_id, "seed": measured.seed,
    }  # fmt: skip
    for k, party in enumerate(PARTIES):
        row[f"target_{party}_musd"] = float(np.sum(parties[rows, k]))
    row["others_musd"] = float(np.sum(parties[others]))
    for k, term in enumerate(GAINS):
        loss = float(measured.losses_musd[n_parties + k])
        row[UNPRICED.get(term, f"coercer_{term}_musd")] = loss
    row["miners_musd"] = float(measured.losses_musd[-1])
    return row
