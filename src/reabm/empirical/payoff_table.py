"""The table of pay-offs over strategy profiles: paired seeds, more of them where it is not clear who gains, every run kept.

All profiles share history up to the month in which the players choose: it is played once for each seed and set, and the profiles
play on from there. Later luck is addressed by seed and month, so the k-th run of every profile has the same luck.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from reabm.empirical.game import Deviation, Game, Player, agents_of, n_profiles, shape_of
from reabm.empirical.kept import KeptRuns, RunKey
from reabm.empirical.worth import worth_reader
from reabm.engine.ensemble import Failed, Job, play_jobs
from reabm.engine.run import Prepared, Room, RunError, prepare
from reabm.games.confidence import is_open, seeds_wanted
from reabm.games.normal_form import scales
from reabm.scenario import Scenario, with_settings
from reabm.store.code import code_digest, scenario_digest
from reabm.world.layout import Array

ROOMS = ("rules", "world", "engine", "scenario", "games", "empirical")
CHUNK = 4  # runs handed to a thread at once: a leader's run takes a second
N_DRAWS, LEVEL = 400, 0.9  # of the intervals by which seeds are added
ROUNDS = 100  # of sampling, at most

type Progress = Callable[[str, int, int], object]


class Stopped(KeyboardInterrupt):
    """A table was interrupted; what was finished is kept."""

    def __init__(self, folder: Path, n_runs: int) -> None:
        super().__init__(f"interrupted: {n_runs:,} runs are kept in {folder}")


class Deviated(NamedTuple):
    """Runs in which one agent left a profile alone."""

    profile: int
    deviation: Deviation
    payoffs: Array  # seeds x agents, M USD; NaN where not played


@dataclass(frozen=True)
class Table:
    """Pay-offs of every run, M USD in real dollars discounted to the month in which players choose; NaN where there is none."""

    players: tuple[Player, ...]
    payoffs: Array  # sets x profiles x seeds x agents
    deviated: tuple[Deviated, ...]
    seeds: tuple[int, ...]  # roots of luck
    n_failed: int

    @property
    def shape(self) -> tuple[int, ...]:
        """How many strategies each player has."""
        return shape_of(self.players)

    @property
    def agents(self) -> tuple[str, ...]:
        """Names along the last axis."""
        return agents_of(self.players)

    @property
    def n_seeds(self) -> Array:
        """Runs of each profile with the central set, shape (profiles,)."""
        found: Array = np.isfinite(self.payoffs[0]).all(axis=-1).sum(axis=-1)
        return found

    def replicates(self, central: bool = True) -> Array:
        """Pay-offs of players, shape (profiles, players, seeds, sets): the central set alone, or all sets."""
        return common_luck(player_payoffs(self.players, self.payoffs[:1] if central else self.payoffs))

    def row(self, agent: str) -> int:
        """Place of an agent along the last axis."""
        return self.agents.index(agent)


def player_payoffs(players: Sequence[Player], payoffs: Array) -> Array:
    """From pay-offs of agents (sets, profiles, seeds, agents) to those of players (profiles, players, seeds, sets)."""
    names = agents_of(players)
    rows = [[names.index(agent) for agent in player.paid] for player in players]
    added = np.stack([payoffs[..., own].sum(axis=-1) for own in rows], axis=-1)
    return np.ascontiguousarray(added.transpose(1, 3, 2, 0))


def common_luck(replicates: Array) -> Array:
    """Pay-offs (profiles, players, seeds, sets) of the seeds that every profile has, the others NaN.

    A run that failed leaves one profile without its luck: means over unequal luck are not compared. Where no seed is common
    to all, they stay as they are.
    """
    there = np.isfinite(replicates).all(axis=(0, 1))  # seeds x sets
    there |= ~there.any(axis=0)
    return np.where(there, replicates, np.nan)


def plan_of(game: Game) -> dict[str, object]:
    """What must be the same for a table to be played on."""
    return {**game.about(), "scenario": scenario_digest(game.scenario), "code": code_digest(ROOMS)}


def play_table(
    game: Game,
    kept: KeptRuns,
    candidates_of: Callable[[Table], Sequence[int]],
    workers: int | None = None,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> Table:
    """Play a game's table: all profiles, more seeds where it is open who gains, deviations of single agents, other sets.

    Parameters
    ----------
    kept : runs that are known already, and where finished ones are kept
    candidates_of : from the table of the central set to the profiles at which single agents deviate
    workers : int, threads
    progress : called with what is done, runs done of it, and runs of it
    stop : when set, what is finished is kept and `Stopped` is raised

    Raises
    ------
    Stopped, RunError (a profile closes with no seed, so that there is no game to solve)
    """
    playing = _Playing(game, kept, workers, progress, stop or threading.Event())
    profiles = range(n_profiles(game.players))
    seeds = game.seeds
    playing.play(0, "pay-off table", [(p, -1, k) for p in profiles for k in range(seeds.start)])
    playing.check_closes(0)
    has = dict.fromkeys(profiles, seeds.start)
    for _ in range(ROUNDS):
        played = max(has.values())
        more = _wanted(playing.table(has), played, game)
        if not more:
            break
        # all profiles alike: a mean over more luck than another's would be compared with luck that the other never had
        playing.play(0, "more seeds", [(p, -1, k) for p in profiles for k in range(played, played + more)])
        has = dict.fromkeys(profiles, played + more)
    chosen = list(candidates_of(playing.table(has)))
    ways = [(p, d) for p in chosen for d in range(len(game.deviations_at(_actions(p, game.shape))))]
    playing.play(0, "single agents", [(p, d, k) for p, d in ways for k in range(min(seeds.alone, has[p]))])
    still = playing.open_gains(ways)
    playing.play(0, "single agents", [(p, d, k) for p, d in still for k in range(min(seeds.alone, has[p]), has[p])])
    for number in range(1, len(game.sets)):
        playing.play(number, f"parameter set {number}", [(p, -1, k) for p in profiles for k in range(seeds.start)])
        playing.check_closes(number)
    kept.flush()
    return playing.table(has, chosen)


def _wanted(table: Table, played: int, game: Game) -> int:
    """Further seeds of every profile, within what the game allows; 0 where it is settled who gains."""
    replicates = table.replicates()
    wide = scales(np.nanmean(replicates, axis=(2, 3)).T)
    scaled = replicates / np.where(wide > 0.0, wide, 1.0)[None, :, None, None]
    wanted = seeds_wanted(scaled, game.shape, game.seeds.step, game.seeds.most, N_DRAWS, level=LEVEL)
    return min(max((each.n_seeds for each in wanted), default=0), game.seeds.most - played)


def _actions(profile: int, shape: Sequence[int]) -> tuple[int, ...]:
    return tuple(int(a) for a in np.unravel_index(profile, shape))


class _Playing:
    """The worlds of a game: those that all profiles share, and the runs of profiles that play on from them."""

    def __init__(self, game: Game, kept: KeptRuns, workers: int | None, progress: Progress | None, stop: threading.Event) -> None:
        self.game, self.kept, self.workers, self.progress, self.stop = game, kept, workers, progress, stop
        self.month = game.first - game.scenario.start
        self.last = game.scenario.n_months - 1
        self.agents = game.agents
        self._set = -1
        self._base: Scenario = game.scenario
        self._shared: Prepared | None = None
        self._worth: Callable[[Job, Room], Array] | None = None
        self._blocks: dict[int, Array | Failed | None] = {}
        self._why: dict[RunKey, str] = {}  # of runs that did not close, as far as they were played now

    def play(self, number: int, words: str, runs: Iterable[tuple[int, int, int]]) -> None:
        """Play those of some runs (profile, deviation, seed) of a set that are not known yet."""
        keys = [RunKey(number, *each) for each in runs]
        due = [key for key in keys if key not in self.kept.found]
        done = len(keys) - len(due)
        if not due:
            return
        self._open(number, sorted({key.seed for key in due}))
        due_now: list[RunKey] = []

        def jobs() -> Iterator[Job]:
            world: tuple[tuple[int, int], Prepared] | None = None
            for key in due:
                block = self._blocks[key.seed]
                if isinstance(block, Failed):
                    continue
                cell = key.profile, key.deviation
                if world is None or world[0] != cell:
                    world = cell, prepare(self._scenario(key), self.month)
                due_now.append(key)
                yield Job(world[1], self._seed(key.seed), self.month, self.last, block)

        lost = [key for key in due if isinstance(self._blocks[key.seed], Failed)]
        for key in lost:  # the world that all profiles share does not close with this seed
            self._fail(key, self._blocks[key.seed])
        done += len(lost)
        assert self._worth is not None
        played = play_jobs(jobs(), self._worth, self.workers, CHUNK, self.stop, details=True)
        for n, found in enumerate(played):
            if isinstance(found, Failed):
                self._fail(due_now[n], found)
            else:
                self.kept.add(due_now[n], found)
            done += 1
            if self.progress:
                self.progress(words, done, len(keys))
        if self.stop.is_set():
            self.kept.flush()
            raise Stopped(self.kept.folder, len(self.kept.found))

    def check_closes(self, number: int) -> None:
        """Raise a RunError in one line where a profile closes with none of the first seeds: no mean, no game."""
        tried = self.game.seeds.start
        n = n_profiles(self.game.players)
        of = {p: [RunKey(number, p, -1, k) for k in range(tried)] for p in range(n)}
        lost = [p for p, keys in of.items() if all(np.isnan(self.kept.found[key]).any() for key in keys)]
        if not lost:
            return
        self.kept.flush()
        plays = zip(self.game.players, _actions(lost[0], self.game.shape), strict=True)
        who = ", ".join(f"{player.name} {player.strategies[a].name}" for player, a in plays)
        more = f" (and {len(lost) - 1} more of {n} profiles)" if len(lost) > 1 else ""
        under = f" under parameter set {number}" if number else ""
        why = next((f" ({self._why[key]})" for key in of[lost[0]] if key in self._why), "")
        raise RunError(
            f"{self.game.file}: {who}{more}: closes with none of {tried} seeds{under}{why}; the game cannot be solved without it"
        )

    def _fail(self, key: RunKey, found: Any) -> None:
        self.kept.add(key, np.full(len(self.agents), np.nan))
        self._why[key] = found.message

    def open_gains(self, ways: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Deviations (profile, place) of which the first seeds do not tell whether the agent gains."""
        found = []
        for profile, place in ways:
            own = self.agents.index(self._deviations(profile)[place].agent)
            known = [RunKey(0, profile, place, k) for k in range(self.game.seeds.alone)]
            apart = [
                self.kept.found[key][own] - self.kept.found[key._replace(deviation=-1)][own]
                for key in known
                if key in self.kept.found
            ]
            if is_open(np.array(apart)[:, None], N_DRAWS, 0, LEVEL):
                found.append((profile, place))
        return found

    def table(self, has: Mapping[int, int], chosen: Sequence[int] = ()) -> Table:
        """The first `has` seeds of each profile, with the deviations at some profiles; a resumed table may know more."""
        game = self.game
        payoffs = np.full((len(game.sets), n_profiles(game.players), game.seeds.most, len(self.agents)), np.nan)
        alone = {(p, d): np.full(payoffs.shape[2:], np.nan) for p in chosen for d in range(len(self._deviations(p)))}
        failed = 0
        for key, found in self.kept.found.items():
            if key.seed >= has[key.profile]:
                continue
            failed += int(np.isnan(found).any())
            if key.deviation < 0:
                payoffs[key.set, key.profile, key.seed] = found
            elif (key.profile, key.deviation) in alone:
                alone[key.profile, key.deviation][key.seed] = found
        deviated = tuple(Deviated(p, self._deviations(p)[d], own) for (p, d), own in alone.items())
        seeds = tuple(self._seed(k) for k in range(game.seeds.most))
        return Table(game.players, payoffs, deviated, seeds, failed)

    def _deviations(self, profile: int) -> list[Deviation]:
        return self.game.deviations_at(_actions(profile, self.game.shape))

    def _seed(self, place: int) -> int:
        return self.game.seeds.first + place

    def _scenario(self, key: RunKey) -> Scenario:
        deviation = None if key.deviation < 0 else self._deviations(key.profile)[key.deviation]
        return self.game.played(self._base, _actions(key.profile, self.game.shape), deviation)

    def _open(self, number: int, seeds: Sequence[int]) -> None:
        """Have the worlds that all profiles of a set share, at the start of the month in which players choose."""
        if number != self._set:
            self._set, self._blocks = number, {}
            settings = self.game.sets[number]
            self._base = with_settings(self.game.scenario, settings, origin="parameter set") if settings else self.game.scenario
            self._shared = prepare(self._base)
            self._worth = worth_reader(self._shared, self.agents, self.month, self.last)
        fresh = [k for k in seeds if k not in self._blocks]
        assert self._shared is not None
        if self.month == 0:
            self._blocks |= dict.fromkeys(fresh, self._shared.opening)
            return
        jobs = [Job(self._shared, self._seed(k), 0, self.month - 1) for k in fresh]
        found = play_jobs(jobs, lambda job, room: room.block.copy(), self.workers, CHUNK)
        self._blocks |= dict(zip(fresh, found))
