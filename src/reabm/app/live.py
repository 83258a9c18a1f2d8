"""A visitor's world: played month by month, changed in its midst, looked at in any month that was played.

A change of a lever is a dated intervention of the scenario from the month after the one on the screen on. So what was done on
the page is a scenario file, and that file run headlessly has the page's bits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reabm.app.snapshot import Snapshot, Track
from reabm.engine.fork import replay
from reabm.engine.run import Prepared, World, fork_world, open_world_of, play_until, prepare, simulate
from reabm.scenario import Scenario, with_settings
from reabm.scenario.fork import forked
from reabm.scenario.months import month_text
from reabm.scenario.policy import Intervention

SPEEDS = (2.0, 6.0, 12.0, 24.0, 60.0)  # months a second


class Live:
    """The world of one visitor. Touched by one thread only; what others see is `snapshot()`."""

    def __init__(self, name: str, scenario: Scenario, seed: int = 0, settings: Mapping[str, Any] | None = None) -> None:
        self._version = 0
        self.is_playing = False
        self.speed = SPEEDS[1]
        self.message = ""
        self.begin(name, scenario, seed, settings)

    def begin(self, name: str, scenario: Scenario, seed: int = 0, settings: Mapping[str, Any] | None = None) -> None:
        """Open a world before its first month, with levers set for the whole run."""
        self.name = name
        self._own = with_settings(scenario, settings) if settings else scenario
        self._open(self._own, seed)

    def _open(self, scenario: Scenario, seed: int) -> None:
        self._prepared: Prepared = prepare(scenario)
        self._world: World = open_world_of(self._prepared, seed)
        self._shown = 0
        self._parent: Track | None = None
        self._parent_played = 0
        self._forked: int | None = None
        self.is_playing = False

    def resume(self, name: str, scenario: Scenario, seed: int, changes: tuple[Intervention, ...], shown: int) -> None:
        """A run that a visitor had changed, played up to a month; the run without the changes is its parent."""
        self.begin(name, scenario, seed)
        if changes:
            self._open(replace(scenario, interventions=(*scenario.interventions, *changes)), seed)
            self._set_parent(scenario, max(min(entry.from_ for entry in changes) - scenario.start, 0), 0)
        self.go_to(shown)

    def reset(self) -> None:
        """Back to before the first month; the visitor's changes are undone."""
        self._open(self._own, self._world.seed)

    def reseed(self, seed: int) -> None:
        """The same scenario and changes with other luck, played to where it was."""
        scenario, shown, forked_at = self.scenario, self._shown, self._forked
        parent = self._parent
        self._open(scenario, seed)
        self.go_to(shown)
        if parent is not None:
            self._set_parent(parent.scenario, forked_at, parent.played)

    @property
    def scenario(self) -> Scenario:
        """What is played: the scenario with the visitor's changes."""
        return self._prepared.scenario

    @property
    def seed(self) -> int:
        """Root of the luck."""
        return self._world.seed

    def set_speed(self, speed: float) -> None:
        """Months a second while playing."""
        if speed not in SPEEDS:
            raise ValueError(f"speed: got {speed:g}; allowed {', '.join(f'{one:g}' for one in SPEEDS)} months a second")
        self.speed = speed

    @property
    def shown(self) -> int:
        """Months up to the one on the screen."""
        return self._shown

    def go_to(self, shown: int) -> None:
        """Show the world after so many months: those not yet played are played, the others are looked up."""
        shown = min(max(shown, 0), self.scenario.n_months)
        if shown > self._world.month:
            self._world = play_until(self._prepared, self._world, shown)
        self._shown = shown
        if self._shown >= self.scenario.n_months:
            self.is_playing = False

    def look_at(self, shown: int) -> None:
        """Stop, and show the world after so many months."""
        self.is_playing = False
        self.go_to(shown)

    def toggle(self) -> None:
        """Play, or pause; from the last month play begins anew with the first."""
        if not self.is_playing and self._shown >= self.scenario.n_months:
            self.go_to(0)
        self.is_playing = not self.is_playing

    def step(self, months: int = 1) -> None:
        """Go on by some months (back, where negative)."""
        self.go_to(self._shown + months)

    def change(self, changes: Mapping[str, Any], months: int | None = None) -> None:
        """Set levers from the next month on, to the end or for some months; the run is forked there.

        A lever that is moved again before a month was played replaces what it was set to: it is one fork.

        Raises
        ------
        ScenarioError
            For a lever that is unknown, out of its range, or not to be turned in the midst of a run.
        """
        at = self.scenario.start + self._shown
        if at > self.scenario.end:
            self.message = "the run is over: go back to a month before the last to change something"
            return
        parent, parent_played = self.scenario, self._world.month
        is_same_fork = self._forked == self._shown and self._world.month == self._shown and self._parent is not None
        base = _without(self.scenario, at, changes) if is_same_fork else self.scenario
        dated = changes if months is None else {path: [_held(at, months, value)] for path, value in changes.items()}
        scenario = forked(base, at, dated).scenario
        world = self._world
        if self._shown < world.month:
            world = replay(self._prepared, world.seed, self._shown, details=True)
        # The whole scenario is packed, not only what is to come: going back from here replays it from its first month.
        self._prepared = prepare(scenario)
        self._world = fork_world(self._prepared, world)
        if not is_same_fork:
            self._set_parent(parent, self._shown, parent_played)
        self._forked = self._shown

    def undo(self) -> None:
        """Drop the last fork: back to its parent in the month of the fork."""
        if self._parent is None or self._forked is None:
            return
        scenario, at = self._parent.scenario, self._forked
        self._open(scenario, self._world.seed)
        self.go_to(at)

    def drop(self, n: int) -> None:
        """Take back one of the visitor's changes, the n-th, and replay up to the month on the screen."""
        changes = self.changes
        if not 0 <= n < len(changes):
            raise ValueError(f"change: got number {n + 1}; allowed 1 to {len(changes)}")
        is_playing = self.is_playing
        self.resume(self.name, self._own, self.seed, changes[:n] + changes[n + 1 :], self._shown)
        self.is_playing = is_playing

    @property
    def changes(self) -> tuple[Intervention, ...]:
        """What the visitor changed, in order."""
        return self.scenario.interventions[len(self._own.interventions) :]

    def _set_parent(self, scenario: Scenario, at: int | None, played: int) -> None:
        record = simulate(prepare(scenario), self._world.seed)
        self._parent = Track(record.prepared, record.history, record.seed, scenario.n_months)
        self._parent_played = played
        self._forked = at

    def snapshot(self) -> Snapshot:
        """The world as it stands, for others to read."""
        self._version += 1
        played = self._world.month
        parent = None
        if self._parent is not None:
            parent = self._parent._replace(played=min(max(self._parent_played, played), self._parent.played))
        return Snapshot(
            version=self._version,
            name=self.name,
            track=Track(self._prepared, self._world.history, self._world.seed, played),
            shown=self._shown,
            parent=parent,
            forked=self._forked,
            changes=self.changes,
            is_playing=self.is_playing,
            speed=self.speed,
            message=self.message,
        )


def _held(at: int, months: int, value: Any) -> dict[str, Any]:
    return {"from": month_text(at), "until": month_text(at + months - 1), "value": value}


def _without(scenario: Scenario, at: int, paths: Mapping[str, Any]) -> Scenario:
    """The scenario without what some levers were set to from a month on."""
    kept: list[Intervention] = [entry for entry in scenario.interventions if entry.from_ != at or entry.path not in paths]
    return replace(scenario, interventions=tuple(kept))
