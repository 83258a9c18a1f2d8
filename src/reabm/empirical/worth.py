"""The worth of an agent in a run: what it gained over months that are counted, M USD, discounted to the first of them.

Chinese state      the terms of its pay-off (`china_gain_kusd`)
government         the surplus of every party of its country, less its support of mines, which the rules book nowhere
mine outside China cash, less debt and advances, and what is left at the end (`mine_worth.py`)
maker of magnets   price less unit cost on what it made; output in China as it weighs a move (fixed cost, leak, others there ...)
importer           trade, stock and its cost, its part of what its customers lose (`importer_worth.py`)

Not booked by the rules, and so nobody's: margins of alloy makers, use sectors one by one, mines in China one by one (part of
the state's pay-off), what a scripted price floor for a mine costs. Subsidies to makers are transfers within a country. Of a
maker's plants in China the local partner's part is not taken off, as the maker does not weigh it either. What stands at the end
is counted for mines only: makers pay for a move kilogram by kilogram. Governments look no further than the last month.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from reabm.empirical.importer_worth import importer_kusd
from reabm.empirical.mine_support import support_kusd
from reabm.empirical.mine_worth import mine_kusd
from reabm.empirical.played import Played, present_value_musd
from reabm.engine.ensemble import Job
from reabm.engine.run import Prepared, Room
from reabm.scenario.errors import nearest, one_of, shown
from reabm.scenario.lever_table import agent_kind
from reabm.scenario.pack import pack
from reabm.scenario.population import copies_of
from reabm.scenario.scenario import Scenario
from reabm.world.history import MAKER_COLUMNS
from reabm.world.layout import Array, views
from reabm.world.params import Params
from reabm.world.state import DESTINATIONS, State

KINDS = ("state", "government", "mine", "maker", "importer")
WITH_DETAILS = ("mine", "maker", "importer")  # kinds whose worth is read from the record with details
SUPPORTED = "mine_support"

type Kusd = Callable[[Played, Params, str], Array]


def worth_reader(prepared: Prepared, agents: Sequence[str], first: int, last: int) -> Callable[[Job, Room], Array]:
    """A function that reads the agents' worth from a run: the `take` of `engine.ensemble.play_jobs`.

    Play with `details=needs_details(prepared.scenario, agents)`.

    Parameters
    ----------
    prepared : Prepared, whose parameters of month `first` are the yardstick (rate, cost of holding, long-run prices), whatever
        scenario a job plays; jobs must have its agents
    agents : names
    first, last : int, months of the run, included; the last must be played by every job

    Returns
    -------
    function (Job, Room) -> float array, shape (agents,), M USD discounted to month `first` at `payoffs.discount_rate`

    Raises
    ------
    ValueError
        For an agent that the scenario lacks, or whose pay-off nobody books.
    """
    scenario = prepared.scenario
    for agent in agents:
        fault = worth_fault(scenario, agent)
        if fault:
            raise ValueError(f"{agent}: {fault}")
    if not 0 <= first < last < scenario.n_months:
        raise ValueError(f"months {first} to {last} are counted; the run has 0 to {scenario.n_months - 1}")
    params = pack(scenario.at(scenario.start + first))
    rate = params.knobs.payoffs.discount_rate
    readers = [_READERS[agent_kind(scenario, agent)] for agent in agents]

    def take(job: Job, room: Room) -> Array:
        played = _played(job, room, first, last)
        return np.array([present_value_musd(read(played, params, agent), rate) for read, agent in zip(readers, agents)])

    return take


def needs_details(scenario: Scenario, agents: Sequence[str]) -> bool:
    """Whether the worth of one of the agents is read from the record with details."""
    kinds = {agent_kind(scenario, agent) for agent in agents}
    return not kinds.isdisjoint(WITH_DETAILS) or any(_supports_mines(scenario, agent) for agent in agents)


def worth_fault(scenario: Scenario, agent: str) -> str:
    """Why the worth of an agent cannot be read; empty where it can."""
    if agent not in scenario.strategies:
        hint = nearest(agent, scenario.strategies)
        return f"got an unknown agent {shown(agent)}; allowed {one_of(counted_agents(scenario))}{hint}"
    kind = agent_kind(scenario, agent)
    if kind not in KINDS:
        return "the pay-off of a use sector is booked with all sectors of a country"
    if kind == "mine" and scenario.mines[agent].kind != "outside":
        return "the pay-off of mines in China is booked with that of the Chinese state"
    if kind == "maker" and scenario.makers[agent].makes == "alloy":
        return "the margin of an alloy maker is not booked"
    if kind in ("maker", "importer") and copies_of(scenario) > 1:
        return "a synthetic population has many firms of the name; allowed population.copies 1"
    return ""


def counted_agents(scenario: Scenario) -> tuple[str, ...]:
    """Agents whose worth can be read, kind by kind."""
    found = [name for name in scenario.strategies if not worth_fault(scenario, name)]
    return tuple(sorted(found, key=lambda name: KINDS.index(agent_kind(scenario, name))))


def _played(job: Job, room: Room, first: int, last: int) -> Played:
    prepared = job.prepared
    ends = prepared.sizes["months"] - 1 if job.last is None else job.last
    if not job.first <= first or not last <= ends:
        raise ValueError(f"months {first} to {last} are counted, but months {job.first} to {ends} were played")
    block = prepared.opening if job.opening is None else job.opening
    opening = views(State, prepared.sizes, block)
    return Played(prepared.scenario, room.history, first, last, job.first, opening)


def _of_state(played: Played, _params: Params, _agent: str) -> Array:
    return _summed(played.history.china_gain_kusd[played.first : played.last + 1])


def _of_government(played: Played, _params: Params, agent: str) -> Array:
    row = DESTINATIONS.index(played.scenario.governments[agent].destination)
    found = _summed(played.history.surplus_kusd[played.first : played.last + 1, row])
    return found - support_kusd(played, agent) if _supports_mines(played.scenario, agent) else found


def _of_mine(played: Played, params: Params, agent: str) -> Array:
    return mine_kusd(played, params, list(played.scenario.mines).index(agent))


def _of_maker(played: Played, _params: Params, agent: str) -> Array:
    j = list(played.scenario.makers).index(agent)
    before = float(played.opening.makers.cash_kusd[j]) if played.opening is not None else 0.0
    cash = played.series("makers", j, MAKER_COLUMNS.index("cash_kusd"), before)
    weighed = played.series("makers", j, MAKER_COLUMNS.index("move_kusd"))[1:]
    return played.counted(np.diff(cash) + weighed)


def _of_importer(played: Played, params: Params, agent: str) -> Array:
    return importer_kusd(played, params, list(played.scenario.importers).index(agent))


_READERS: dict[str, Kusd] = {
    "state": _of_state,
    "government": _of_government,
    "mine": _of_mine,
    "maker": _of_maker,
    "importer": _of_importer,
}


def _supports_mines(scenario: Scenario, agent: str) -> bool:
    own = scenario.policy.governments.get(agent)
    scripted = own is not None and len(own.mine_support) > 0
    lever = f"governments.{agent}.{SUPPORTED}"
    return scripted or lever in scenario.settings or any(entry.path == lever for entry in scenario.interventions)


def _summed(columns: Array) -> Array:
    """Sum over columns, one after the other: the same bits on every machine."""
    total = columns[:, 0].copy()
    for k in range(1, columns.shape[1]):
        total += columns[:, k]
    return total
