"""Planning: a state or a government rolls the month's rules forward over its candidates and takes the one that promises most.

Every `plan.every_months` months, before the month is played, each government whose strategy is `receding_horizon`
- takes a copy of the world and puts in what it would take for everything that it cannot see (`rules/estimate.py`);
- plays each candidate over `plan.horizon_months` months by the very rules of the month, on the same few courses of luck;
- keeps the candidate with the largest mean of its discounted pay-off, and plays it until the next plan.

A plan knows nothing of the future: all that is dated stays as it stands, except that use and magnet demand grow on as they
did in the last year. Its luck and its errors are streams of their own, addressed by the run's seed, the planner, the month
and the number of the course. While one plans, all who plan (itself too) keep to what was chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp
from typing import Any, NamedTuple

import numpy as np

from reabm.engine.run import Prepared, Segment, all_close, own_pages, play_months
from reabm.rules.estimate import estimate_state
from reabm.rules.mines import ILLEGAL
from reabm.rules.planned import EXPORT_PATH, KNOTS, STOCKPILE, SUBSIDISE, SUBSIDISE_AND_STOCKPILE
from reabm.rules.reference import by_reference
from reabm.rules.rule import entry, rule
from reabm.rules.strategies import RECEDING_HORIZON
from reabm.world.draws import STREAMS, TO_UNIT, AgentKeys, empty_draws, key_of, numpy_block, standard_normal
from reabm.world.history import empty_history
from reabm.world.layout import Array, block_size, fields_of, views
from reabm.world.params import Params
from reabm.world.state import State

FIRST_STRATEGY = 0.0  # of a state: as the script says; of another government: none
NEVER = 1e9  # month of something that a plan does not expect
WORTHLESS_KUSD = -1e15  # promise of a candidate under which the months do not close
STEP = 0.1  # of the level of a path: how far its points are moved to see what a move brings
GROWTH = (0.8, 1.25)  # yearly growth of use that a planner may read from the last twelve months
DATED = ("mines", "makers", "users", "script")  # groups of parameters that hold series or dates


class Candidate(NamedTuple):
    """What may be played: a strategy's code, and the path of exports where it is one (t/month at its points)."""

    code: float
    path_t: Array


@rule
def discounted_kusd(terms_kusd, discount):  # type: ignore[no-untyped-def]
    """Sum over months and terms of a pay-off, each month at its discount.

    Parameters
    ----------
    terms_kusd : float array, shape (months, terms), kUSD/month; discount : float array, shape (months,); read only

    Returns
    -------
    float, kUSD
    """
    total = 0.0
    for t in range(terms_kusd.shape[0]):
        of_month = 0.0
        for k in range(terms_kusd.shape[1]):
            of_month += terms_kusd[t, k]
        total += discount[t] * of_month
    return total


def planners_of(stretch: Segment) -> tuple[int, ...]:
    """Rows of the governments that plan in a stretch of months."""
    if not hasattr(stretch.pages, "planners"):
        stretch.pages.planners = tuple(int(g) for g in np.flatnonzero(stretch.params.governments.strategy == RECEDING_HORIZON))
    found: tuple[int, ...] = stretch.pages.planners
    return found


def next_plan(stretch: Segment, state: State) -> int:
    """First month (of the run) in which anybody plans again; past the end of the stretch where nobody does."""
    due = [int(state.governments.plan_due[g]) for g in planners_of(stretch)]
    return min(due, default=stretch.last + 1)


def plan_month(prepared: Prepared, stretch: Segment, seed: int, state: State, block: Array, month: int) -> None:
    """Let all whose plan is due choose before a month; their choices in the state are *Overwritten*.

    Who takes up planning in the midst of a run plans at once.

    Parameters
    ----------
    state : State, views of `block`, at the end of the month before
    """
    rows = [g for g in planners_of(stretch) if month >= state.governments.plan_due[g]]
    if not rows:
        return
    room = _room(prepared, stretch)
    room.freeze(month)
    found = [room.choose(seed, block, g, month) for g in rows]  # all of them look at the world before anybody changes it
    governments, every = state.governments, max(1, int(stretch.params.knobs.plan.every_months))
    for g, (chosen, promised) in zip(rows, found):
        governments.choice[g], governments.plan_month[g], governments.plan_due[g] = chosen.code, month, month + every
        governments.path_t[g], governments.promised_kusd[g] = chosen.path_t, promised


def candidates_of(params: Params, row: int, used_outside_t: float) -> list[Candidate]:
    """What a planner weighs, in the order in which its promises are kept: strategies, then quotas or programmes.

    Parameters
    ----------
    used_outside_t : float, t/month, of which quotas are shares
    """
    none = np.zeros(KNOTS)
    listed = [Candidate(float(code), none) for code in params.governments.candidates[row] if code >= 0.0]
    if params.governments.is_chinese[row] < 0.5:
        grid = [Candidate(float(code), none) for code in (SUBSIDISE, STOCKPILE, SUBSIDISE_AND_STOCKPILE)]
        return [*(listed or [Candidate(FIRST_STRATEGY, none)]), *grid]
    paths = [np.full(KNOTS, share * used_outside_t) for share in quota_shares(params.knobs.plan)]
    found = [*listed, *(Candidate(float(EXPORT_PATH), path) for path in paths)]
    return found or [Candidate(FIRST_STRATEGY, none)]


def quota_shares(own: Any) -> list[float]:
    """Quotas among a planning state's candidates, as shares of what is used outside China."""
    n = int(own.quotas)
    low, high = own.least_quota_share, own.most_quota_share
    return [low + (high - low) * (k / (n - 1) if n > 1 else 0.5) for k in range(n)]


def _room(prepared: Prepared, stretch: Segment) -> PlanningRoom:
    """The calling thread's room for plans in a stretch."""
    if not hasattr(stretch.pages, "planning"):
        stretch.pages.planning = PlanningRoom(prepared, stretch)
    found: PlanningRoom = stretch.pages.planning
    return found


class PlanningRoom:
    """What a thread needs to plan in one stretch: a script that stands still, and a world to try candidates in."""

    def __init__(self, prepared: Prepared, stretch: Segment) -> None:
        self.prepared, self.stretch = prepared, stretch
        self.horizon = int(stretch.params.knobs.plan.horizon_months)
        sizes = prepared.sizes | {"months": prepared.sizes["months"] + self.horizon}
        self.params = _longer(stretch.params, sizes)
        self.block = np.zeros(block_size(State, sizes))
        self.believed = self.block.copy()
        self.state = views(State, sizes, self.block)
        self.history = empty_history(sizes, details=False)
        draws = empty_draws(sizes)
        self.pages = tuple(by_reference(group) for group in (self.state, self.params, draws, self.history))
        self.play: Callable[..., Any] | None = None

    def freeze(self, month: int) -> None:
        """Let everything that is dated stand as it does in a month (of the run), for ever."""
        given, params = self.stretch.params, self.params
        for group in DATED:
            _freeze(getattr(given, group), getattr(params, group), month)
        start = self.prepared.scenario.start
        months = np.arange(start, start + params.script.half_year.size)
        params.script.half_year[:] = 6 - months % 6
        params.script.new_half[:] = months % 6 == 0
        params.script.new_year[:] = months % 12 == 0
        params.script.year_end[:] = months % 12 == 11
        params.script.new_half[0] = 1.0
        for demand_t in (params.users.demand_t, params.makers.demand_t):
            _grow_on(demand_t, month)
        params.mines.earliest[params.mines.earliest > month] = NEVER
        params.mines.committed[params.mines.committed > month] = -1.0
        params.script.complaint[params.script.complaint > month] = -1.0

    def choose(self, seed: int, block: Array, row: int, month: int) -> tuple[Candidate, Array]:
        """The best candidate of a planner, and what each promised (kUSD, discounted)."""
        own = self.stretch.params.knobs.plan
        name = self.prepared.names.governments[row]
        calendar = self.prepared.scenario.start + month
        self._believe(seed, block, name, calendar, month)
        used = float(self.state.flows.used_t[:, 1:].sum())
        weighed = candidates_of(self.stretch.params, row, used)
        courses = [self._luck(name, calendar, k) for k in range(int(own.draws))]
        discount = np.array([exp(-self.stretch.params.knobs.payoffs.discount_rate / 12.0 * t) for t in range(self.horizon)])

        def promise(candidate: Candidate) -> float:
            total = 0.0
            for keys in courses:
                total += self._try(candidate, row, seed, keys, month, discount)
            return total / len(courses)

        promises = [promise(candidate) for candidate in weighed]
        best = max(range(len(weighed)), key=promises.__getitem__)
        chosen = weighed[best]
        paths = [k for k, candidate in enumerate(weighed) if candidate.code == EXPORT_PATH]
        if paths and own.refinements >= 1.0:
            first = max(paths, key=promises.__getitem__)
            bettered, worth = better_path(promise, weighed[first], promises[first], int(own.knots), int(own.refinements))
            promises[first] = worth
            if worth > promises[best] or first == best:
                chosen = bettered
        kept = np.zeros(self.state.governments.promised_kusd.shape[1])
        kept[: len(promises)] = promises
        return chosen, kept

    def _believe(self, seed: int, block: Array, name: str, calendar: int, month: int) -> None:
        """Write the world that the planner believes in."""
        own = self.stretch.params.knobs.plan
        counted = self.params.importers.destination.size + self.params.makers.home.size + self.params.governments.destination.size
        normal = _normals(seed, key_of(f"{name} reckons stocks"), calendar, counted + 2)
        errors = np.array([exp(own.stock_error * z) for z in normal[:-1]])
        illegal = self.params.mines.kind == ILLEGAL
        given = self.stretch.params.mines.capacity_t[illegal, month]
        self.params.mines.capacity_t[illegal, month:] = given[:, None] * exp(own.illegal_error * normal[-1])
        self.block[:] = block
        estimate_state(self.pages[0], self.pages[1], errors, month)
        self.believed[:] = self.block

    def _luck(self, name: str, calendar: int, course: int) -> AgentKeys:
        """Streams of luck that no run draws from."""
        streams = [key_of(f"{name} plans in {calendar}, course {course}: {stream}") for stream in STREAMS]
        return self.prepared.keys._replace(streams=np.array(streams, dtype=np.uint64))

    def _try(self, candidate: Candidate, row: int, seed: int, keys: AgentKeys, month: int, discount: Array) -> float:
        """Discounted pay-off of a candidate on one course of luck, kUSD."""
        self.block[:] = self.believed
        governments = self.state.governments
        governments.choice[row], governments.plan_month[row] = candidate.code, month
        governments.path_t[row] = candidate.path_t
        state, params, draws, history = self.pages
        last = month + self.horizon - 1
        given = (
            state, params, *own_pages(self.stretch), draws, history, keys, np.uint64(seed), self.prepared.scenario.start, month,
            last, self.prepared.watched,
        )  # fmt: skip
        if self.play is None:
            self.play = entry(play_months, given)
        self.play(*given)
        if not all_close(self.history.months[month : last + 1]):
            return WORTHLESS_KUSD
        if self.params.governments.is_chinese[row] > 0.5:
            terms = self.history.china_gain_kusd[month : last + 1]
        else:
            terms = self.history.surplus_kusd[month : last + 1, int(self.params.governments.destination[row])]
        return float(discounted_kusd(terms, discount))


def better_path(
    promise: Callable[[Candidate], float], start: Candidate, worth: float, knots: int, steps: int
) -> tuple[Candidate, float]:
    """A better path of exports than a level one: steps of Newton's method on its points, each taken only if it brings more.

    Where the pay-off is a quadratic of the path (linear curves, a fringe that follows the price) one step finds the best path.
    """
    path = start.path_t[:knots].copy()

    def at(points: Array) -> float:
        full = np.full(KNOTS, points[-1])
        full[:knots] = points
        return promise(Candidate(start.code, full))

    for _ in range(steps):
        step = STEP * max(float(path.max()), 1e-6)
        moves = step * np.eye(knots)
        up = np.array([at(path + move) for move in moves])
        down = np.array([at(path - move) for move in moves])
        slope = (up - down) / (2.0 * step)
        bend = np.zeros((knots, knots))
        for i in range(knots):
            bend[i, i] = (up[i] - 2.0 * worth + down[i]) / step**2
            for j in range(i):
                bend[i, j] = bend[j, i] = (at(path + moves[i] + moves[j]) - up[i] - up[j] + worth) / step**2
        values, vectors = np.linalg.eigh(bend)
        largest = float(np.abs(values).max())
        if largest == 0.0:
            break
        values = -np.maximum(np.abs(values), 1e-9 * largest)  # uphill, also where the pay-off is not concave
        newton = -(vectors @ ((vectors.T @ slope) / values))
        for part in (1.0, 0.5, 0.25):
            tried = np.maximum(0.0, path + part * newton)
            found = at(tried)
            if found > worth:
                path, worth = tried, found
                break
        else:
            break
    full = np.full(KNOTS, path[-1])
    full[:knots] = path
    return Candidate(start.code, full), worth


def _normals(seed: int, stream: int, calendar: int, count: int) -> list[float]:
    """Standard normal deviates of a stream in a month."""
    words = [word for k in range(0, count, 4) for word in numpy_block(seed, stream, calendar, k)]
    return [float(standard_normal((int(word) >> 11) * TO_UNIT)) for word in words[:count]]


def _longer(params: Params, sizes: dict[str, int]) -> Params:
    """A copy of parameters in which every series has room for more months; groups without series are shared."""
    found = {}
    for group in DATED:
        own = getattr(params, group)
        specs = {spec.name: spec for spec in fields_of(type(own))}
        arrays = {}
        for name, values in own._asdict().items():
            shape = list(values.shape)
            if "months" in specs[name].dims:
                shape[specs[name].dims.index("months")] = sizes["months"]
            arrays[name] = np.zeros(shape)
        found[group] = type(own)(**arrays)
    return params._replace(**found)


def _freeze(given: Any, to: Any, month: int) -> None:
    """Copy a group of arrays; in every series the months after one are like it."""
    for spec in fields_of(type(given)):
        source, target = getattr(given, spec.name), getattr(to, spec.name)
        if "months" not in spec.dims:
            target[...] = source
            continue
        axis = spec.dims.index("months")
        source, target = np.moveaxis(source, axis, 0), np.moveaxis(target, axis, 0)
        target[: month + 1] = source[: month + 1]
        target[month + 1 :] = source[month]


def _grow_on(demand_t: Array, month: int) -> None:
    """Let a series of use grow on after a month as it grew in the twelve months before it."""
    since = min(month, 12)
    if since == 0:
        return
    now, before = demand_t[..., month], demand_t[..., month - since]
    ratio = np.where((now > 0.0) & (before > 0.0), now / np.where(before > 0.0, before, 1.0), 1.0)
    yearly = np.clip(ratio ** (12.0 / since), *GROWTH)
    ahead = np.arange(1, demand_t.shape[-1] - month)
    demand_t[..., month + 1 :] = now[..., None] * yearly[..., None] ** (ahead / 12.0)
