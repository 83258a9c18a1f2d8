"""A visitor's world: played month by month, changed in its midst, looked at in any month that was played.

A change of a lever is a dated intervention of the scenario from the month after the one on the screen on. So what was done on
the page is a scenario file, and that file run headlessly has the page's bits.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from reabm.app.snapshot import Snapshot, Track
from reabm.engine.fork import replay
from reabm.engine.run import Prepared, RunError, World, fork_world, open_world_of, play_until, prepare, simulate
from reabm.scenario import Scenario, ScenarioError
from reabm.scenario.fork import forked
from reabm.scenario.months import month_text
from reabm.scenario.policy import Intervention

SPEEDS = (2.0, 6.0, 12.0, 24.0, 60.0)  # months a second


class Fork(NamedTuple):
    """Where the visitor changed something: the run before it is the parent of the run after it."""

    before: Scenario
    at: int  # months of the run that both share
    played: int  # months of the parent that had been played


class State(NamedTuple):
    """All that makes a visitor's world, so that a command that fails can be taken back as a whole."""

    name: str
    own: Scenario  # without the visitor's changes
    prepared: Prepared  # with them
    world: World  # at the end of the months played; played on in place
    shown: int  # months up to the one on the screen
    forks: tuple[Fork, ...]
    parent: Track | None  # the run before the last fork, to its end


class Live:
    """The world of one visitor. Touched by one thread only; what others see is `snapshot()`."""

    def __init__(self, name: str, scenario: Scenario, seed: int = 0) -> None:
        self._version = 0
        self.is_playing = False
        self.speed = SPEEDS[1]
        self.message = ""
        self.begin(name, scenario, seed)

    def begin(self, name: str, scenario: Scenario, seed: int = 0) -> None:
        """Open a world before its first month."""
        self._open(name, scenario, scenario, seed)

    def _open(
        self, name: str, own: Scenario, scenario: Scenario, seed: int, shown: int = 0, forks: tuple[Fork, ...] = ()
    ) -> None:
        """A world before its first month, played up to what is shown; nothing changes before all of it is there."""
        prepared = prepare(scenario)
        shown = min(max(shown, 0), scenario.n_months)
        world = play_until(prepared, open_world_of(prepared, seed), shown)
        self._state = State(name, own, prepared, world, shown, forks, _parent(forks, seed))
        self.is_playing = False

    def resume(self, name: str, own: Scenario, seed: int, changes: tuple[Intervention, ...], shown: int) -> None:
        """A run that a visitor had changed, played up to a month; each month of a change is a fork."""
        forks = []
        for month in sorted({entry.from_ for entry in changes}):
            earlier = tuple(entry for entry in changes if entry.from_ < month)
            forks.append(Fork(_with(own, earlier), max(month - own.start, 0), 0))
        self._open(name, own, _with(own, changes), seed, shown, tuple(forks))

    def reset(self) -> None:
        """Back to before the first month; the visitor's changes are undone."""
        self.begin(self._state.name, self._state.own, self.seed)

    def reseed(self, seed: int) -> None:
        """The same scenario and changes with other luck, played to where it was."""
        state = self._state
        forks = tuple(fork._replace(played=0) for fork in state.forks)
        self._open(state.name, state.own, self.scenario, seed, state.shown, forks)

    def attempt(self, command: Callable[[Live], object]) -> None:
        """Carry out a command; one that fails leaves the world as it was and says why."""
        before = self._state
        try:
            command(self)
        except Exception as error:  # noqa: BLE001 - the thread of this world must live on
            if not isinstance(error, ScenarioError | RunError | ValueError | OverflowError):
                traceback.print_exc()
            self.message = str(error) or type(error).__name__
            self.is_playing = False
            # What was played on in place may be spoilt: the months that were there are played again, to the same bits.
            self._state = before._replace(world=replay(before.prepared, before.world.seed, before.world.month, details=True))

    @property
    def scenario(self) -> Scenario:
        """What is played: the scenario with the visitor's changes."""
        return self._state.prepared.scenario

    @property
    def seed(self) -> int:
        """Root of the luck."""
        return self._state.world.seed

    @property
    def shown(self) -> int:
        """Months up to the one on the screen."""
        return self._state.shown

    @property
    def changes(self) -> tuple[Intervention, ...]:
        """What the visitor changed, in order."""
        return self.scenario.interventions[len(self._state.own.interventions) :]

    def set_speed(self, speed: float) -> None:
        """Months a second while playing."""
        if speed not in SPEEDS:
            raise ValueError(f"speed: got {speed:g}; allowed {', '.join(f'{one:g}' for one in SPEEDS)} months a second")
        self.speed = speed

    def go_to(self, shown: int) -> None:
        """Show the world after so many months: those not yet played are played, the others are looked up."""
        state = self._state
        shown = min(max(shown, 0), self.scenario.n_months)
        world = state.world if shown <= state.world.month else play_until(state.prepared, state.world, shown)
        self._state = state._replace(world=world, shown=shown)
        if shown >= self.scenario.n_months:
            self.is_playing = False

    def look_at(self, shown: int) -> None:
        """Stop, and show the world after so many months."""
        self.is_playing = False
        self.go_to(shown)

    def toggle(self) -> None:
        """Play, or pause; from the last month play begins anew with the first."""
        if not self.is_playing and self.shown >= self.scenario.n_months:
            self.go_to(0)
        self.is_playing = not self.is_playing

    def step(self, months: int = 1) -> None:
        """Go on by some months (back, where negative)."""
        self.go_to(self.shown + months)

    def change(self, changes: Mapping[str, Any], months: int | None = None) -> None:
        """Set levers from the next month on, to the end or for some months; the run is forked there.

        A lever that is moved again before a month was played replaces what it was set to: it is one fork.

        Raises
        ------
        ScenarioError
            For a lever that is unknown, out of its range, or not to be turned in the midst of a run.
        """
        state = self._state
        at = self.scenario.start + state.shown
        if at > self.scenario.end:
            self.message = "the run is over: go back to a month before the last to change something"
            return
        is_same_fork = bool(state.forks) and state.forks[-1].at == state.shown == state.world.month
        base = self._without(at, changes) if is_same_fork else self.scenario
        dated = changes if months is None else {path: [_held(at, months, value)] for path, value in changes.items()}
        scenario = forked(base, at, dated).scenario
        if scenario.interventions == self.scenario.interventions:
            return
        world = state.world
        if state.shown < world.month:
            world = replay(state.prepared, world.seed, state.shown, details=True)
        # The whole scenario is packed, not only what is to come: going back from here replays it from its first month.
        prepared = prepare(scenario)
        forks = state.forks if is_same_fork else (*state.forks, Fork(self.scenario, state.shown, state.world.month))
        parent = state.parent if is_same_fork else _parent(forks, self.seed)
        self._state = state._replace(prepared=prepared, world=fork_world(prepared, world), forks=forks, parent=parent)

    def undo(self) -> None:
        """Drop the last fork: back to the run before it, in the month of the change."""
        state = self._state
        if state.forks:
            last = state.forks[-1]
            self._open(state.name, state.own, last.before, self.seed, last.at, state.forks[:-1])

    def drop(self, n: int) -> None:
        """Take back one of the visitor's changes, the n-th, and replay up to the month on the screen."""
        changes = self.changes
        if not 0 <= n < len(changes):
            raise ValueError(f"change: got number {n + 1}; allowed 1 to {len(changes)}")
        is_playing = self.is_playing
        self.resume(self._state.name, self._state.own, self.seed, changes[:n] + changes[n + 1 :], self.shown)
        self.is_playing = is_playing

    def snapshot(self) -> Snapshot:
        """The world as it stands, for others to read."""
        self._version += 1
        state = self._state
        played, parent = state.world.month, state.parent
        if parent is not None:
            parent = parent._replace(played=min(max(state.forks[-1].played, played), parent.played))
        return Snapshot(
            version=self._version,
            name=state.name,
            track=Track(state.prepared, state.world.history, state.world.seed, played),
            shown=state.shown,
            parent=parent,
            forked=state.forks[-1].at if state.forks else None,
            changes=self.changes,
            is_playing=self.is_playing,
            speed=self.speed,
            message=self.message,
        )

    def _without(self, at: int, paths: Mapping[str, Any]) -> Scenario:
        """The scenario without what the visitor set some levers to from a month on."""
        kept = tuple(entry for entry in self.changes if entry.from_ != at or entry.path not in paths)
        return _with(self._state.own, kept)


def _with(own: Scenario, changes: tuple[Intervention, ...]) -> Scenario:
    return replace(own, interventions=(*own.interventions, *changes)) if changes else own


def _parent(forks: tuple[Fork, ...], seed: int) -> Track | None:
    """The run before the last fork, played to its end; it is shown as far as it was played, or the run is."""
    if not forks:
        return None
    record = simulate(prepare(forks[-1].before), seed)
    return Track(record.prepared, record.history, seed, record.prepared.scenario.n_months)


def _held(at: int, months: int, value: Any) -> dict[str, Any]:
    return {"from": month_text(at), "until": month_text(at + months - 1), "value": value}
