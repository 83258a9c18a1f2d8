"""A run: one scenario with one seed, from the first month to the last.

Compiled months are played in stretches between which no lever changes. A month in which mass, money or the market does not
close ends the run with a `RunError` that names the month and what is wrong.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from reabm.engine.own import OwnRow, own_rows, ready_to_ask
from reabm.engine.record import Watched, record_month
from reabm.engine.tick import play_month
from reabm.rules.reference import by_reference
from reabm.rules.rule import entry, rule
from reabm.scenario.months import month_text
from reabm.scenario.pack import Names, keys_of, names_of, open_world, pack, sizes_of, write_page
from reabm.scenario.scenario import Scenario
from reabm.world.draws import AgentKeys, draw_month, empty_draws
from reabm.world.history import COLUMN, History, empty_history
from reabm.world.layout import Array, block_size, views
from reabm.world.params import Params
from reabm.world.state import DESTINATIONS, State

MASS_TOLERANCE_T = 1e-9  # or 64 eps of what moves and stands in stock, in a world much larger than the reference
MASS_EPSILONS = 64.0 * float(np.finfo(float).eps)
MONEY_TOLERANCE = 1e-12  # of turnover, at least 1e-6 USD
STEP_MONTHS = 12  # months played between two reports of progress

Progress = Callable[[int], None]


class RunError(RuntimeError):
    """A month that does not close: the result would be worthless."""


class Segment(NamedTuple):
    """Months (of the run) in which the same parameters hold, with room for the market's page."""

    first: int
    last: int
    params: Params
    orders: Any
    scratch: Any
    params_page: Any  # the parameters by reference, for compiled code
    pages: threading.local  # each thread's own orders and scratch, by reference
    own: tuple[OwnRow, ...]  # agents that play a rule of a user's own, which is asked before each month


class Prepared(NamedTuple):
    """A scenario ready to be run with any seed."""

    scenario: Scenario
    names: Names
    sizes: dict[str, int]
    keys: AgentKeys
    segments: tuple[Segment, ...]
    opening: Array  # block of the state before the first month
    watched: Watched  # rows that the record names


class World(NamedTuple):
    """A world between two months: all that the months to come depend on, and what was written down so far."""

    seed: int
    month: int  # of the run: the next one to be played
    block: Array  # of the state at the end of the month before
    history: History  # rows before `month` are written


class RunRecord(NamedTuple):
    """What a run leaves: its record, the last state and the block of memory behind it."""

    prepared: Prepared
    seed: int
    history: History
    state: State
    block: Array


def prepare(scenario: Scenario, first: int = 0) -> Prepared:
    """Pack every stretch of months of a scenario; with `first` only those that end in that month (of the run) or later."""
    names = names_of(scenario)
    stretches = []
    for begins, ends, in_force in scenario.segments():
        months = (begins - scenario.start, ends - scenario.start)
        if months[1] < first:
            continue
        params = pack(in_force)
        orders, scratch = write_page(in_force, params)
        pages = (by_reference(params), threading.local())
        stretches.append(Segment(*months, params, orders, scratch, *pages, own_rows(params)))
    _, opening = open_world(*_before(scenario, stretches[0].params))
    watched = Watched(
        _row(names.origins, "Australia"), _row(DESTINATIONS, "japan"), _row(names.elements, "NdPr"), _row(names.elements, "Dy")
    )
    return Prepared(scenario, names, sizes_of(scenario), keys_of(scenario), tuple(stretches), opening, watched)


def _row(names: tuple[str, ...], name: str) -> int:
    return names.index(name) if name in names else -1


def _before(scenario: Scenario, first: Params) -> tuple[Scenario, Params]:
    """What the world is opened with: a dated change acts from its month on and leaves the world it finds as it was."""
    found = replace(scenario, interventions=()).at(scenario.start)
    is_changed = any(entry.from_ == scenario.start for entry in scenario.interventions)
    return found, pack(found) if is_changed else first


@rule
def play_months(state, params, orders, scratch, draws, history, keys, seed, calendar, first, last, watched):  # type: ignore[no-untyped-def]
    """Play the months first..last (of the run) and write them down.

    Parameters
    ----------
    state : State; orders : Orders; scratch : Scratch; draws : Draws; history : History; *Overwritten*
    params : Params; keys : AgentKeys; read only
    seed : int, root of the luck; calendar : int, absolute number of the run's first month
    first, last : int; watched : Watched, rows that the record names
    """
    for month in range(first, last + 1):
        draw_month(draws, keys, seed, calendar + month)
        play_month(state, params, orders, scratch, draws, month)
        record_month(history, state, params, scratch, watched, month)


def simulate(
    prepared: Prepared, seed: int = 0, details: bool = True, progress: Progress | None = None, begin: World | None = None
) -> RunRecord:
    """Run a prepared scenario with one seed, from its first month or from a world in its midst.

    Parameters
    ----------
    prepared : Prepared
    seed : int, 0 <= seed < 2**63
    details : bool, whether flows, prices and agents are kept for each month (with `begin`: as they were so far)
    progress : called with the number of months played so far
    begin : World, from `play_until`, possibly of another scenario with the same agents; it is copied

    Raises
    ------
    RunError
        Where a month's mass or money does not close, or the market could not be solved.
    """
    world = open_world_of(prepared, seed, details) if begin is None else fork_world(prepared, begin)
    world = play_until(prepared, world, prepared.sizes["months"], progress)
    return RunRecord(prepared, world.seed, world.history, views(State, prepared.sizes, world.block), world.block)


def open_world_of(prepared: Prepared, seed: int, details: bool = True) -> World:
    """The world before the first month."""
    return World(checked_seed(seed), 0, prepared.opening.copy(), empty_history(prepared.sizes, details))


def fork_world(prepared: Prepared, world: World) -> World:
    """An independent copy of a world, with room for the months of `prepared`."""
    if world.block.size != prepared.opening.size:
        raise RunError("a world can only be played on with the agents that it has: the scenario has others")
    if np.isnan(world.block).any():
        raise RunError(f"{month_text(prepared.scenario.start + world.month)}: the world holds a NaN and cannot be played on")
    history = empty_history(prepared.sizes, details=world.history.outside_usd_kg.shape[0] > 0)
    for fresh, old in zip(history, world.history):
        if fresh.shape[0] > 0:
            fresh[: world.month] = old[: world.month]
    return World(world.seed, world.month, world.block.copy(), history)


def play_until(prepared: Prepared, world: World, month: int, progress: Progress | None = None) -> World:
    """Play a world on, up to and without a month (of the run). Its arrays are *Overwritten*: fork it before to keep it.

    Raises
    ------
    RunError
        For the first month that does not close.
    """
    room = Room(prepared.sizes, world.block, world.history)
    step = STEP_MONTHS if progress else month
    for first in range(world.month, month, max(step, 1)):
        last = min(first + step, month) - 1
        play_stretches(prepared, world.seed, room, first, last)
        if progress:
            progress(last + 1)
    check_months(world.history.months[world.month : month], prepared.scenario.start + world.month)
    return world._replace(month=month)


class Room:
    """What a thread needs to play worlds of one size: state, record, luck, intermediate results, all by reference."""

    def __init__(self, sizes: dict[str, int], block: Array | None = None, history: History | None = None) -> None:
        self.block = np.zeros(block_size(State, sizes)) if block is None else block
        self.history = empty_history(sizes, details=False) if history is None else history
        self.prepared: Prepared | None = None  # the scenario last played here, which names the rows
        self.state = views(State, sizes, self.block)
        self.draws = empty_draws(sizes)
        self.state_page = by_reference(self.state)
        self.history_page = by_reference(self.history)
        self.draws_page = by_reference(self.draws)


def play_stretches(prepared: Prepared, seed: int, room: Room, first: int, last: int) -> None:
    """Play the months first..last (of the run) of the world that lies in a room, which is *Overwritten*; who plans, plans."""
    from reabm.engine import plan  # it plays months itself

    for stretch in prepared.segments:
        begins, ends = max(first, stretch.first), min(last, stretch.last)
        if begins > ends:
            continue
        asked = ready_to_ask(stretch.own, room.state_page, stretch.params_page)
        while begins <= ends:
            plan.plan_month(prepared, stretch, seed, room.state, room.block, begins)
            for ask in asked:
                ask(begins)
            until = begins if asked else min(ends, plan.next_plan(stretch, room.state) - 1)
            given = (
                room.state_page, stretch.params_page, *own_pages(stretch), room.draws_page, room.history_page, prepared.keys,
                np.uint64(seed), prepared.scenario.start, begins, until, prepared.watched,
            )  # fmt: skip
            if not hasattr(stretch.pages, "play"):
                stretch.pages.play = entry(play_months, given)
            stretch.pages.play(*given)
            begins = until + 1


def checked_seed(seed: int) -> int:
    """A root of luck, or one clear error."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < 2**63:
        raise ValueError(f"seed is {seed!r}; it must be an integer from 0 to 2**63 - 1")
    return int(seed)


def own_pages(stretch: Segment) -> tuple[Any, Any]:
    """The market's page and the scratch page of a stretch, one of each for every thread that runs it."""
    if not hasattr(stretch.pages, "own"):
        stretch.pages.own = (by_reference(own_page(stretch.orders)), by_reference(own_page(stretch.scratch)))
    own: tuple[Any, Any] = stretch.pages.own
    return own


def own_page(page: Any) -> Any:
    """A copy of a page, so that threads may run the same prepared scenario at once."""
    return type(page)(*(value.copy() if isinstance(value, np.ndarray) else value for value in page))


@rule
def all_close(months):  # type: ignore[no-untyped-def]
    """Whether every month closes: mass, money and market, within the tolerances of `check_months`."""
    for t in range(months.shape[0]):
        stocks_t = months[t, COLUMN.stocks_outside_t] + months[t, COLUMN.stocks_china_t]
        gross_t = months[t, COLUMN.mine_output_china_t] + months[t, COLUMN.mine_output_row_t] + stocks_t
        if not months[t, COLUMN.mass_error_t] <= max(MASS_TOLERANCE_T, MASS_EPSILONS * gross_t):
            return False
        if not abs(months[t, COLUMN.money_error_kusd]) <= max(1e-9, MONEY_TOLERANCE * months[t, COLUMN.turnover_kusd]):
            return False
        if not months[t, COLUMN.status] <= 0.5:
            return False
    return True


def check_months(months: Array, start: int) -> None:
    """Raise `RunError` for the first month that does not close."""
    if all_close(months):  # a compiled look first: it costs a tenth of the arrays below, and does not hold the lock
        return
    gross = months[:, COLUMN.mine_output_china_t] + months[:, COLUMN.mine_output_row_t] + months[:, COLUMN.stocks_outside_t]
    mass_limit = np.maximum(MASS_TOLERANCE_T, MASS_EPSILONS * (gross + months[:, COLUMN.stocks_china_t]))
    money_limit = np.maximum(1e-9, MONEY_TOLERANCE * months[:, COLUMN.turnover_kusd])
    faults = (
        ("mass does not close", months[:, COLUMN.mass_error_t], mass_limit, "t"),
        ("money does not close", np.abs(months[:, COLUMN.money_error_kusd]), money_limit, "kUSD"),
        ("the market was not solved", months[:, COLUMN.status], np.full(len(months), 0.5), "(status)"),
    )
    for what, found, allowed, unit in faults:
        bad = np.flatnonzero(~(found <= allowed))
        if bad.size:
            t = int(bad[0])
            raise RunError(f"{month_text(start + t)}: {what}: {found[t]:.3g} {unit}, allowed {allowed[t]:.3g}")
