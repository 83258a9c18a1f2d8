"""A game: a scenario, a side, and what was decided in each half-year so far. A game is never changed: a turn gives a new one.

What is decided stands in the game's scenario as dated interventions, so that the game is an ordinary scenario which, run from its
first month with the same seed, has the same bits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from reabm.engine.run import RunRecord, World, checked_seed, fork_world, open_world_of, play_until, prepare
from reabm.scenario.errors import Fault, ScenarioError, nearest, shown
from reabm.scenario.load import read_month, with_months, with_settings
from reabm.scenario.months import month_text
from reabm.scenario.pack import sizes_of
from reabm.scenario.scenario import Scenario
from reabm.sides.beijing import EMBARGO, EMBARGO_MONTHS
from reabm.sides.present import Present
from reabm.sides.side import Decision, Item, Played, Side, changes_between
from reabm.sides.table import find_side
from reabm.world.layout import views
from reabm.world.state import State

TURN = 6  # months
START, END = "2010-01", "2015-12"  # unless said

type Decided = Mapping[str, float]


class Option(NamedTuple):
    """A decision to be taken at a turn, and what is in force if it is not touched."""

    decision: Decision
    default: float | None  # None: nothing that one number could say, as a tax that differs between elements


@dataclass(frozen=True, eq=False)
class Game:
    """A game at the start of a turn, or at its end.

    Attributes
    ----------
    given : Scenario, the scenario that is played, without a decision
    side : Side; seed : int
    first, last : int, months (year x 12 + month - 1) of the game, both included
    turns : what was decided in each turn so far: lever path -> value
    scenario : Scenario, `given` until the game's last month with all decisions as dated interventions
    world : World at the start of the next turn, read only
    begun : World at the start of the first turn
    before : World six months before `world`, or None
    """

    given: Scenario
    side: Side
    seed: int
    first: int
    last: int
    scenario: Scenario = field(repr=False)
    world: World = field(repr=False)
    begun: World = field(repr=False)
    before: World | None = field(repr=False)
    turns: tuple[Decided, ...] = ()

    @property
    def agents(self) -> tuple[str, ...]:
        """For whom the side decides."""
        return self.side.agents(self.given)

    @property
    def n_turns(self) -> int:
        """Half-years of the game."""
        return (self.last - self.first + 1) // TURN

    @property
    def turn(self) -> int:
        """Number of the turn to come: 0 is the first."""
        return len(self.turns)

    @property
    def is_over(self) -> bool:
        """Whether all turns are played."""
        return self.turn >= self.n_turns

    @property
    def month(self) -> int:
        """First month of the turn to come; after the last turn the month after it."""
        return self.first + TURN * self.turn

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """The decisions of the turn to come; none when the game is over."""
        if self.is_over:
            return ()
        present = Present(self.scenario, self.world)
        return tuple(Option(decision, decision.read(present)) for decision in self.side.decisions(self.given))

    @cached_property
    def information(self) -> list[Item]:
        """What the side knows at the start of the turn to come."""
        now = self.side.information(Present(self.scenario, self.world), self.agents)
        if self.before is None:
            return now
        return changes_between(now, self.side.information(Present(self.scenario, self.before), self.agents))

    def decide(self, turn: int, values: Decided | None = None, origin: str = "game", line: int = 1) -> Game:
        """The game after a turn: what is decided holds until it is decided anew, embargoes for their months.

        Parameters
        ----------
        turn : int, the turn to come (so that none is played twice)
        values : lever path -> value; what is left out goes on as it is
        origin, line : what messages call the place where the values were written

        Raises
        ------
        ScenarioError
            With a line for each fault.
        """
        if turn != self.turn or self.is_over:
            allowed = "nothing more: the game is over" if self.is_over else str(self.turn)
            raise ScenarioError([Fault(origin, line, "turn", f"got {shown(turn)}; allowed {allowed}")])
        decided = self._checked(values or {}, origin, line)
        changed = with_settings(self.scenario, _dated(self.month, self._completed(decided)), origin)
        month = self.month - changed.start
        prepared = prepare(changed, first=month)
        world = play_until(prepared, fork_world(prepared, self.world), month + TURN)
        return replace(self, scenario=changed, world=world, before=self.world, turns=(*self.turns, decided))

    def _checked(self, values: Decided, origin: str, line: int) -> dict[str, float]:
        allowed = {decision.path: decision for decision in self.side.decisions(self.given)}
        faults = []
        for path, value in values.items():
            message = _message(path, value, allowed)
            if message:
                faults.append(Fault(origin, line, f"turns[{self.turn}].{path}", message))
        if faults:
            raise ScenarioError(faults)
        return {path: float(value) for path, value in values.items()}

    def _completed(self, decided: Decided) -> dict[str, float]:
        """What was decided, and with it what is decided together: as it is in force."""
        groups = {option.decision.group for option in self.options if option.decision.path in decided} - {""}
        together = {
            option.decision.path: option.default
            for option in self.options
            if option.decision.group in groups and option.default is not None
        }
        return {**together, **decided}

    @property
    def played(self) -> Played:
        """The months that were played since the game began."""
        return Played(self.scenario, self.world.history, self.first - self.scenario.start, self.world.month - 1)

    def record(self) -> RunRecord:
        """The game as a run until its last month; with turns left, as if nothing more were decided."""
        prepared = prepare(self.scenario)
        world = play_until(prepared, fork_world(prepared, self.world), self.scenario.n_months)
        return RunRecord(prepared, self.seed, world.history, views(State, sizes_of(self.scenario), world.block), world.block)


def new_game(
    scenario: Scenario, side: str, seed: int = 0, start: str | int = START, end: str | int = END, origin: str = "game"
) -> Game:
    """A game at the start of its first turn.

    Parameters
    ----------
    scenario : Scenario, played by all agents until the first turn, and by all others afterwards
    side : beijing, tokyo, hitachi_metals or lynas
    seed : int, 0 <= seed < 2**63
    start, end : months; a January or July, and a June or December after it

    Raises
    ------
    ScenarioError
        Where the side is unknown or the scenario lacks it, and for months that are none of a game.
    """
    chosen = find_side(scenario, side, origin)
    first, last = _months(scenario, start, end, origin)
    given = with_months(scenario, end=last)
    opening: dict[str, Any] = {
        f"strategies.{agent}": chosen.strategy for agent in chosen.agents(given) if _plays(given, agent, first) != chosen.strategy
    }
    opening.update(chosen.opening(given))
    changed = with_settings(
        given, {path: [{"from": month_text(first), "value": value}] for path, value in opening.items()}, origin
    )
    prepared = prepare(changed)
    world = open_world_of(prepared, checked_seed(seed))
    before = None
    if first - TURN >= changed.start:
        world = play_until(prepared, world, first - TURN - changed.start)
        before = fork_world(prepared, world)
    world = play_until(prepared, world, first - changed.start)
    return Game(scenario, chosen, int(seed), first, last, changed, world, world, before)


def _plays(scenario: Scenario, agent: str, month: int) -> str:
    return scenario.at(month).strategies[agent]


def _months(scenario: Scenario, start: str | int, end: str | int, origin: str) -> tuple[int, int]:
    first, last = read_month(start, "start"), read_month(end, "end")
    run = f"{month_text(scenario.start)} to {month_text(scenario.end)}"
    if not scenario.start <= first <= scenario.end or first % TURN != 0:
        allowed = f"a January or July within {run}"
        raise ScenarioError([Fault(origin, 1, "start", f"got {month_text(first)}; allowed {allowed}")])
    if not first < last <= scenario.end or last % TURN != TURN - 1:
        allowed = f"a June or December after {month_text(first)} (start), until {month_text(scenario.end)}"
        raise ScenarioError([Fault(origin, 1, "end", f"got {month_text(last)}; allowed {allowed}")])
    return first, last


def _message(path: str, value: object, allowed: Mapping[str, Decision]) -> str | None:
    """What is wrong with a decision; None where nothing is."""
    decision = allowed.get(path)
    if decision is None:
        return f"got an unknown decision {shown(path)}; allowed {', '.join(allowed)}{nearest(path, allowed)}"
    is_number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if is_number and decision.allows(float(value)):  # type: ignore[arg-type]
        return None
    among = (
        ", ".join(f"{choice:g}" for choice in decision.choices) or f"{decision.low:g} to {decision.high:g}, in {decision.unit}"
    )
    return f"got {shown(value)}; allowed {among}"


def _dated(month: int, decided: Decided) -> dict[str, list[dict[str, Any]]]:
    """Decisions as dated interventions: on from a month; embargoes for some months of the half-year."""
    length = int(decided.get(EMBARGO_MONTHS, TURN))
    found: dict[str, list[dict[str, Any]]] = {}
    for path, value in decided.items():
        if path == EMBARGO_MONTHS:
            continue
        ends = {"until": month_text(month + length - 1)} if path.startswith(f"{EMBARGO}.") else {}
        found[path] = [{"from": month_text(month), **ends, "value": value}]
    return found
