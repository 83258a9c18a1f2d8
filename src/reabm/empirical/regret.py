"""Regret: the most that an agent of a run would gain by playing otherwise alone, all others as they are.

For each agent every deviation of its own (`deviations.py`) is played on a few seeds; those that may be the best go on to all
seeds of the first half, on which the best is chosen. What it gains is measured on the other half: luck that was not chosen for.
So noise does not count as regret, however many deviations were tried. Where the interval of the gain covers zero, and the gain
might still matter, more seeds follow. All plays of a seed have the same luck, and share the months before the first one counted.

Source: Wellman, Tuyls and Greenwald 2025 (survey of empirical game-theoretic analysis); interval by `games/confidence.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from reabm.empirical.deviations import Deviation, deviations_of, has_choice
from reabm.empirical.worth import counted_agents, needs_details, worth_reader
from reabm.engine.ensemble import Failed, Job, play_jobs
from reabm.engine.run import Prepared, RunError, prepare
from reabm.games.confidence import mean_interval
from reabm.scenario.lever_table import agent_kind
from reabm.scenario.scenario import Scenario
from reabm.world.layout import Array

SCREENED = 4  # seeds on which every deviation is played
WIDE = 2.0  # standard errors by which a deviation may still be better than it looks
CHUNK = 2  # runs handed to a thread at once: few are wanted at a time
MATTERS = 0.01  # a gain below this share of the agent's worth is left open
LEVEL = 0.9
FIRST_LOOK = 0.98  # of the interval that says whether a gain is looked at again: two looks together then err as one would
DRAWS = 1000
COMMITTED = "committed date"  # in place of the rule of a mine that starts building at a date whatever the price
UNCOMMITTED = ("wait", "directed", "price_fringe")  # strategies that do not heed the date

type Found = dict[str, Any]  # of one agent: numbers and words, as they are kept as JSON
type Progress = Callable[[str, int, int], object]


class Stopped(KeyboardInterrupt):
    """The measuring was interrupted; agents that were finished are kept."""


class Asked(NamedTuple):
    """What is measured."""

    scenario: Scenario
    agents: tuple[str, ...]
    first: int  # months of the run that are counted
    last: int
    seeds: int = 16  # half of them to choose the deviation, half to measure it
    most: int = 64  # seeds, where the interval covers zero


def strategic_agents(scenario: Scenario) -> tuple[str, ...]:
    """Agents that choose and whose worth can be read, kind by kind."""
    return tuple(agent for agent in counted_agents(scenario) if has_choice(scenario, agent))


class Table:
    """Plays a scenario and its deviations on equal luck, and reads what they are worth."""

    def __init__(
        self, asked: Asked, workers: int | None = None, stop: threading.Event | None = None, opening: Array | None = None,
        told: Callable[[int, int], object] | None = None,
    ) -> None:  # fmt: skip
        """`opening`: the block of a world before the first month counted, from which every seed goes on; None: its own.

        `told` is called after each run with how many are played, and 0: of how many is known when the last one is.
        """
        self.asked = asked
        self._opening = opening
        self._told = told
        self._n_played = 0
        self._prepared = prepare(asked.scenario)
        self._workers = workers
        self._stop = stop or threading.Event()
        self._details = needs_details(asked.scenario, asked.agents)
        self._take = worth_reader(self._prepared, asked.agents, asked.first, asked.last)
        self._openings: dict[int, Array] = {}  # by seed: the world before the first month counted
        self._worths: dict[int, Array] = {}  # by seed: of all agents, nobody deviating

    def worth(self, agent: str, seeds: Sequence[int]) -> Array:
        """What an agent is worth where nobody deviates, by seed."""
        self._play_on(seeds)
        row = self.asked.agents.index(agent)
        return np.array([self._worths[seed][row] for seed in seeds])

    def gains(self, agent: str, deviations: Sequence[Deviation], seeds: Sequence[int]) -> Array:
        """What an agent gains by each deviation, shape (deviations, seeds); NaN where the months do not close."""
        worth = self.worth(agent, seeds)
        first, last = self.asked.first, self.asked.last
        take = worth_reader(self._prepared, [agent], first, last)

        def jobs() -> Any:
            for deviation in deviations:
                own = prepare(deviation.of(self.asked.scenario, agent, first), first)
                yield from (self._job(own, seed) for seed in seeds)

        details = needs_details(self.asked.scenario, [agent]) or _may_support(agent, self.asked.scenario)
        played = play_jobs(jobs(), take, self._workers, CHUNK, self._stop, details)
        found = self._all(played, len(deviations) * len(seeds))
        values = np.array([np.nan if isinstance(each, Failed) else float(each[0]) for each in found])
        return values.reshape(len(deviations), len(seeds)) - worth

    def _play_on(self, seeds: Sequence[int]) -> None:
        """Play what all plays share, and the play in which nobody deviates, with seeds that are not known yet."""
        fresh = [seed for seed in seeds if seed not in self._worths]
        if not fresh:
            return
        first = self.asked.first
        if self._opening is not None:
            self._openings |= dict.fromkeys(fresh, self._opening)
        elif first > 0:
            jobs = [Job(self._prepared, seed, last=first - 1) for seed in fresh]
            blocks = self._all(
                play_jobs(jobs, lambda _, room: room.block.copy(), self._workers, stop=self._stop, chunk=1), len(jobs)
            )
            self._openings |= dict(zip(fresh, map(_closed, blocks)))
        jobs = [self._job(self._prepared, seed) for seed in fresh]
        worths = self._all(play_jobs(jobs, self._take, self._workers, stop=self._stop, details=self._details, chunk=1), len(jobs))
        self._worths |= dict(zip(fresh, map(_closed, worths)))

    def _job(self, prepared: Prepared, seed: int) -> Job:
        return Job(prepared, seed, self.asked.first, self.asked.last, self._openings.get(seed))

    def _all(self, found: Any, n: int) -> list[Any]:
        """All that is played; `Stopped` where fewer came back."""
        kept = []
        for each in found:
            kept.append(each)
            self._n_played += 1
            if self._told:
                self._told(self._n_played, 0)
        if len(kept) < n:
            raise Stopped
        return kept


def _closed(found: Any) -> Array:
    if isinstance(found, Failed):
        raise RunError(found.message)
    kept: Array = found
    return kept


def _may_support(agent: str, scenario: Scenario) -> bool:
    """A government may deviate by a support of mines, which is read from the record with details."""
    return agent_kind(scenario, agent) == "government"


def measure(
    asked: Asked,
    kept: Mapping[str, Found] | None = None,
    workers: int | None = None,
    keep: Callable[[str, Found], object] | None = None,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> dict[str, Found]:
    """Regret of agents, one after the other.

    Parameters
    ----------
    asked : what is measured
    kept : agents that are known already
    keep : called with each agent that is finished
    progress : called with the agent that comes next, and with how many are done, of all

    Raises
    ------
    Stopped, RunError (the scenario itself does not close; a deviation that does not close is passed over and counted)
    """
    table = Table(asked, workers, stop)
    found: dict[str, Found] = {}
    for n, agent in enumerate(asked.agents):
        if progress:
            progress(agent, n, len(asked.agents))
        if stop is not None and stop.is_set():
            raise Stopped
        known = (kept or {}).get(agent)
        found[agent] = regret_of(table, agent) if known is None else known
        if known is None and keep:
            keep(agent, found[agent])
    return found


def regret_of(table: Table, agent: str, deviations: Sequence[Deviation] | None = None) -> Found:
    """The best deviation of an agent, and what it gains on luck that it was not chosen for.

    Returns
    -------
    dict
        agent, kind, rule (what it plays), worth (mean, nobody deviating), scale (the larger of that and of its worth under the
        best deviation, sign aside), best (the deviation), gain, low, high (mean and interval on the measuring seeds), regret
        (gain, at least 0), relative (to the scale), gains (by measuring seed), tried (name, mean gain, choosing seeds with which
        it closes; no gain where it is left out because some run of it does not close), failed
    """
    asked = table.asked
    choosing, measuring = _halves(asked.seeds)
    every = tuple(deviations_of(asked.scenario, agent, asked.first) if deviations is None else deviations)
    first = table.gains(agent, every, choosing[:SCREENED])
    tried = [first[k] for k in range(len(every))]
    promising = _may_be_best(first)
    if promising and len(choosing) > SCREENED:
        rest = table.gains(agent, [every[k] for k in promising], choosing[SCREENED:])
        for k, more in zip(promising, rest):
            tried[k] = np.concatenate((tried[k], more))
    means = [float(gains.mean()) for gains in tried]  # NaN where a run failed: such a deviation is never the best
    worth = float(table.worth(agent, choosing).mean())
    best, gains, failed = -1, np.zeros(0), 0
    for k in sorted((k for k in promising if not np.isnan(means[k])), key=lambda k: -means[k]):
        measured = table.gains(agent, [every[k]], measuring)[0]
        if np.isfinite(measured).any():
            best, gains = k, measured
            break
        means[k] = np.nan  # it closes with no seed of this half: what it gains is not known
        failed += len(measured)
    scale = max(abs(worth), abs(worth + means[best])) if best >= 0 else abs(worth)
    fresh = range(len(choosing) + len(gains), asked.most)
    if best >= 0 and len(fresh) and _is_open(gains, scale):  # one more look, at luck that did not say whether to look again
        more = table.gains(agent, [every[best]], fresh)[0]
        gains = more if len(more) >= len(gains) else np.concatenate((gains, more))
    gain, low, high = interval(gains)
    scale = max(abs(worth), abs(worth + gain))
    return {
        "agent": agent,
        "kind": agent_kind(asked.scenario, agent),
        "rule": _rule(asked, agent),
        "worth_musd": worth,
        "scale_musd": scale,
        "best": every[best].name if best >= 0 else "",
        "gain_musd": gain,
        "low_musd": low,
        "high_musd": high,
        "regret_musd": max(0.0, gain),
        "relative": max(0.0, gain) / scale if scale > 0.0 else 0.0,
        "gains_musd": [None if np.isnan(each) else float(each) for each in gains],
        "tried": [
            {"name": own.name, "gain_musd": None if np.isnan(mean) else mean, "seeds": int(np.isfinite(each).sum())}
            for own, mean, each in zip(every, means, tried)
        ],
        "failed": int(sum(np.isnan(each).sum() for each in tried) + np.isnan(gains).sum()) + failed,
    }


def _rule(asked: Asked, agent: str) -> str:
    """What an agent plays when the months that are counted begin; a mine whose building was decided outside the model says so."""
    own = asked.scenario.at(asked.scenario.start + asked.first)
    mine = own.mines.get(agent)
    is_committed = mine is not None and mine.committed is not None and own.strategies[agent] not in UNCOMMITTED
    return COMMITTED if is_committed else own.strategies[agent]


def _halves(n: int) -> tuple[range, range]:
    """Seeds on which the best deviation is chosen, and those on which it is measured."""
    return range(n // 2), range(n // 2, n)


def _may_be_best(gains: Array) -> list[int]:
    """Deviations that gain, or may, and that no other surely beats: by mean and standard error on the first seeds."""
    found = np.isfinite(gains).all(axis=1)
    mean = np.where(found, gains.mean(axis=1), -np.inf)
    n = gains.shape[1]
    error = np.where(found, gains.std(axis=1, ddof=1) / np.sqrt(n), 0.0) if n > 1 else np.zeros(len(gains))
    high, low = mean + WIDE * error, mean - WIDE * error
    return [int(k) for k in np.flatnonzero(found & (high > 0.0) & (high >= low.max(initial=-np.inf)))]


def _is_open(gains: Array, scale: float) -> bool:
    """Whether a wide interval of a gain covers zero, and it may be one that matters; a single run tells nothing."""
    if np.isfinite(gains).sum() < 2:
        return True
    _, low, high = interval(gains, FIRST_LOOK)
    return low <= 0.0 < high and high > MATTERS * scale


def interval(gains: Array, level: float = LEVEL) -> tuple[float, float, float]:
    """Mean of paired gains, and the ends of its bootstrap interval; runs that failed do not count."""
    own = gains[np.isfinite(gains)]
    if len(own) == 0:
        return 0.0, 0.0, 0.0
    return float(own.mean()), *mean_interval(own, DRAWS, level=level)


def exploitability(found: Mapping[str, Found]) -> tuple[float, float, float]:
    """Sum of all regrets, and the interval of what those who gain do gain; seeds are drawn for all alike, as luck was shared."""
    rows = [np.array(own["gains_musd"], dtype=float) for own in found.values() if own["regret_musd"] > 0.0]
    if not rows:
        return 0.0, 0.0, 0.0
    most = max(map(len, rows))
    values = np.array([np.concatenate((row, np.full(most - len(row), np.nan))) for row in rows])
    there = np.isfinite(values)
    values = np.where(there, values, 0.0)
    generator = np.random.default_rng(0)
    sums = np.empty(DRAWS)
    for k in range(DRAWS):
        weight = np.bincount(generator.integers(most, size=most), minlength=most).astype(float)
        n = there @ weight
        means = np.where(n > 0.0, (values @ weight) / np.maximum(n, 1.0), values.sum(axis=1) / there.sum(axis=1))
        sums[k] = np.cumsum(means)[-1]
    low, high = np.quantile(sums, ((1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0))
    total = 0.0
    for own in found.values():
        total += own["regret_musd"]
    return total, max(0.0, float(low)), float(high)


def by_rule(found: Mapping[str, Found]) -> list[Found]:
    """How far from rational each rule is: mean and largest regret of the agents that play it, kind by kind."""
    groups: dict[tuple[str, str], list[Found]] = {}
    for own in found.values():
        groups.setdefault((own["kind"], own["rule"]), []).append(own)
    rows = []
    for (kind, rule), each in groups.items():
        worst = max(each, key=lambda own: float(own["regret_musd"]))
        rows.append({
            "kind": kind, "rule": rule, "agents": len(each), "mean_musd": float(np.mean([own["regret_musd"] for own in each])),
            "largest_musd": worst["regret_musd"], "whose": worst["agent"] if worst["regret_musd"] > 0.0 else "",
            "mean_relative": float(np.mean([own["relative"] for own in each])),
            "surely": sum(own["low_musd"] > 0.0 for own in each),
        })  # fmt: skip
    return rows
