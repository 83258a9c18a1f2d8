"""The month of `engine/tick.py` played by Mesa agents: the same rules, the same luck, the same bits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import partial
from math import nan
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from mesa import DataCollector, Model
from mesa.agentset import AgentSet

from reabm.agents.chinese_state import ChineseState
from reabm.agents.government import Government
from reabm.agents.importer import Importer
from reabm.agents.maker import Maker
from reabm.agents.mine import Mine
from reabm.agents.row import RowAgent
from reabm.agents.user import User
from reabm.engine import tick
from reabm.engine.own import ready_to_ask
from reabm.engine.plan import plan_month
from reabm.engine.record import record_month
from reabm.engine.run import RunError, check_months, prepare
from reabm.rules.reference import by_reference
from reabm.scenario import Scenario, find_configs, load_scenario
from reabm.scenario.months import month_text
from reabm.scenario.population import name_behind
from reabm.world.draws import draw_month, empty_draws
from reabm.world.history import MONTH_COLUMNS, empty_history
from reabm.world.params import Params
from reabm.world.state import copy_state

KINDS: tuple[type[RowAgent], ...] = (ChineseState, Government, Importer, Mine, Maker, User)
AGENT_COLUMNS = (
    "name", "kind", "strategy", "output_t", "use_t", "stock_t", "cash_kusd", "status", "utilisation", "expected_usd_kg",
    "hurdle_usd_kg", "china_share", "reliability", "cover_months", "subsidy_share", "exposure",
)  # fmt: skip

AgentClasses = Mapping[Any, type[RowAgent]]  # name of an agent, or class of a kind -> class that plays it


class Page(NamedTuple):
    """What the compiled rules get: the model's arrays by reference."""

    state: Any
    params: Any
    orders: Any
    scratch: Any
    draws: Any
    history: Any


class RareEarthModel(Model):
    """The rare-earth market as a Mesa model; one step is a month.

    Every agent is a window on one row of the arrays and decides by the rules that the compiled engine uses, so that a run is
    the engine's run to the last bit. A subclass of an agent, in plain Python, may decide otherwise.

    Parameters
    ----------
    scenario : Scenario, or path of a scenario file; None: the shipped history
    rng : int, 0 <= rng < 2**63, root of the run's luck (as `seed` of `reabm.run`)
    agent_classes : who is played by which class: {"hitachi_metals": MyMaker}, or {Maker: MyMaker} for all of a kind; in a
        synthetic population {"hitachi_metals": MyMaker} means all its firms, {"hitachi_metals.3": MyMaker} the third

    Attributes
    ----------
    state, params, draws, history : the arrays
    month : int, month of the run that the next step plays (0 is the first); `date` is its text
    running : bool, False once the last month is played
    datacollector : DataCollector; `get_model_vars_dataframe()` has the columns and bits of a run's months,
        `get_agent_vars_dataframe()` the columns AGENT_COLUMNS
    governments, importers, mines, makers, users : AgentSet, in the order of rows, whatever their classes

    Examples
    --------
    >>> from reabm.agents.maker import Maker                                       # doctest: +SKIP
    >>> class StaysAtHome(Maker):                                                  # doctest: +SKIP
    ...     "Never moves a line, whatever the gap in prices."
    ...     def choose_location(self):
    ...         pass
    >>> model = RareEarthModel(rng=1, agent_classes={"hitachi_metals": StaysAtHome})  # doctest: +SKIP
    >>> model.run_for(120)                                                         # doctest: +SKIP
    >>> model.datacollector.get_model_vars_dataframe()["relocation_share"]         # doctest: +SKIP
    """

    def __init__(
        self,
        scenario: Scenario | str | PathLike[str] | None = None,
        rng: int = 0,
        agent_classes: AgentClasses | None = None,
    ) -> None:
        super().__init__(rng=_checked(rng))
        if scenario is None:
            scenario = find_configs() / "scenarios" / "history.yaml"
        self._played = scenario if isinstance(scenario, Scenario) else load_scenario(Path(scenario))
        self._luck: Any = np.uint64(rng)
        self._world = prepare(self._played)
        self._stretch = 0
        self.month = 0
        self.params: Params = self._world.segments[0].params
        self.state, self.block = copy_state(self._world.opening, self._world.sizes)
        self.draws = empty_draws(self._world.sizes)
        self.history = empty_history(self._world.sizes)
        self.page = self._write_page()
        self._enrol(agent_classes or {})
        reporters = {"month": _first_day, **{name: partial(_figure, k) for k, (name, _, _) in enumerate(MONTH_COLUMNS)}}
        self.datacollector = DataCollector(reporters, {name: partial(_seen, name) for name in AGENT_COLUMNS})

    @property
    def scenario(self) -> Scenario:
        """The scenario that is played."""
        return self._played

    @scenario.setter
    def scenario(self, empty: Any) -> None:
        """Mesa puts a record of its own here; ours holds what it would."""

    @property
    def date(self) -> str:
        """The month that is being played, or comes next: `2010-09`."""
        return month_text(self._played.start + self.month)

    def step(self) -> None:
        """Play one month: the stages of `engine/tick.py`, in the same order."""
        month = self._open_month()
        state, params, orders, scratch, draws, history = self.page
        for ask in self._asked:
            ask(month)
        tick.hear_news(state, params, orders, scratch, draws, month)
        self.at_once(self.governments, "act")
        tick.follow_wto(state, params, draws, month)
        tick.form_beliefs(state, params, scratch, month)
        self.at_once(self.importers, "believe")
        tick.look_around(state, params, scratch, month)
        self.at_once(self.mines, "decide")
        self.at_once(self.makers, "decide")
        self.at_once(self.importers, "set_cover")
        self.at_once(self.users, "save_material")
        self.importers.do("offer_offtake")
        tick.order_magnets(state, params, scratch, month)
        self.mines.do("dig")
        tick.return_materials(state, params, scratch)
        self.makers.do("make")
        tick.clear_market(state, params, orders, scratch, month)
        tick.deliver(state, params, scratch, month)
        tick.keep_accounts(state, params, scratch, month)
        record_month(history, state, params, scratch, self._world.watched, month)
        self._close_month()

    def at_once(self, agents: AgentSet, decision: str) -> None:
        """Let agents decide at the same time: each writes its own row only, so their order does not matter."""
        agents.do(decision)

    def run_for(self, duration: float) -> None:
        """Play so many months, or as many as are left."""
        for _ in range(int(duration)):
            if self.running:
                self.step()

    def _open_month(self) -> int:
        """Turn to the month's parameters and draw its luck."""
        start, end = self._played.start, self._played.end
        if not self.running:
            raise RunError(f"the run ended with {month_text(end)}; make a new model, or a scenario with a later end")
        if self.month > self._world.segments[self._stretch].last:
            self._stretch += 1
            self.params = self._world.segments[self._stretch].params
            self.page = self._write_page()
        stretch = self._world.segments[self._stretch]
        plan_month(self._world, stretch, int(self._luck), self.state, self.block, self.month)
        draw_month(self.page.draws, self._world.keys, self._luck, start + self.month)
        return self.month

    def _close_month(self) -> None:
        """Check that the month closes, collect it, turn the leaf."""
        month = self.month
        check_months(self.history.months[month : month + 1], self._played.start + month)
        self.datacollector.collect(self)
        self.month = month + 1
        self.running = self.month < self._played.n_months

    def _write_page(self) -> Page:
        """The arrays in force, as the compiled rules take them."""
        segment = self._world.segments[self._stretch]
        groups = (self.state, segment.params, segment.orders, segment.scratch, self.draws, self.history)
        page = Page(*(by_reference(group) for group in groups))
        self._asked = ready_to_ask(segment.own, page.state, page.params)
        return page

    def _enrol(self, classes: AgentClasses) -> None:
        """Make the agents, row by row."""
        names = self._world.names
        chinese = self.params.governments.is_chinese
        rows: list[tuple[type[RowAgent], str, int]] = []
        for row, name in enumerate(names.governments):
            rows.append((ChineseState if chinese[row] > 0.5 else Government, name, row))
        for kind, firms in ((Importer, names.importers), (Mine, names.mines), (Maker, names.makers), (User, names.users)):
            rows += [(kind, name, row) for row, name in enumerate(firms)]
        _check_classes(classes, rows)
        made = [_class_of(classes, kind, name)(self, name, row) for kind, name, row in rows]

        def those(*kinds: type[RowAgent]) -> AgentSet:
            return AgentSet([agent for agent in made if isinstance(agent, kinds)], random=self.random)

        self.governments = those(ChineseState, Government)
        self.importers = those(Importer)
        self.mines = those(Mine)
        self.makers = those(Maker)
        self.users = those(User)

    def agent(self, name: str) -> RowAgent:
        """The agent of a name, as in the scenario."""
        for agent in self.agents:
            if agent.name == name:
                found: RowAgent = agent
                return found
        raise KeyError(f"no agent {name!r}{_nearest(name, [agent.name for agent in self.agents])}")


def _checked(rng: Any) -> int:
    """An integer root of luck, or one clear error."""
    allowed = "an integer from 0 to 2**63 - 1 (all luck is addressed by it; batch_run takes rng=[0, 1, ...])"
    if isinstance(rng, bool) or not isinstance(rng, int | np.integer):
        raise TypeError(f"rng is {rng!r}; it must be {allowed}")
    if not 0 <= rng < 2**63:
        raise ValueError(f"rng is {rng!r}; it must be {allowed}")
    return int(rng)


def _behind(kind: type[RowAgent], name: str) -> str:
    """Name in the scenario: of a firm of a synthetic population, that of the agent it is a part of."""
    return name_behind(name) if issubclass(kind, Maker | Importer) else name


def _class_of(classes: AgentClasses, kind: type[RowAgent], name: str) -> type[RowAgent]:
    """Who plays an agent: by its own name, by the name it is a part of, or by its kind."""
    return classes.get(name, classes.get(_behind(kind, name), classes.get(kind, kind)))


def _check_classes(classes: AgentClasses, rows: list[tuple[type[RowAgent], str, int]]) -> None:
    """Refuse classes for agents that do not exist, and classes of another kind."""
    kinds = {_behind(kind, name): kind for kind, name, _ in rows} | {name: kind for kind, name, _ in rows}
    for whom, played_by in classes.items():
        kind = whom if whom in KINDS else kinds.get(whom)
        if kind is None:
            allowed = ", ".join(known.__name__ for known in KINDS)
            raise ValueError(
                f"agent_classes: no agent {whom!r}{_nearest(str(whom), kinds)}; allowed names of agents, or {allowed}"
            )
        if not (isinstance(played_by, type) and issubclass(played_by, kind)):
            raise TypeError(f"agent_classes: {whom!r} is given {played_by!r}; it must be a subclass of {kind.__name__}")


def _nearest(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), 1)
    return f", did you mean {close[0]!r}?" if close else ""


def _first_day(model: RareEarthModel) -> pd.Timestamp:
    calendar = model.scenario.start + model.month
    return pd.Timestamp(year=calendar // 12, month=calendar % 12 + 1, day=1)


def _figure(k: int, model: RareEarthModel) -> float:
    return float(model.history.months[model.month, k])


def _seen(name: str, agent: RowAgent) -> Any:
    value = getattr(agent, name, nan)
    return value if isinstance(value, str) else float(value)
