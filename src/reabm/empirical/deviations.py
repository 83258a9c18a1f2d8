"""What an agent could do instead: every other strategy of its catalogue, and other values of what is its own alone.

A deviation holds from the first month that is counted on; what was before stays. Parameters that all agents of a kind share
(hurdle rate and volatility of mines, logit precision, weight and memory of fears ...) are no deviation of one agent: no grid is
laid over them. What one agent has of its own is: the levers of a government and of the state, the share of its lines a maker has
in China, when a mine is built and how much of it runs, an importer's cover in calm times, and the numbers of a state's own plan.
Some strategies are left out, with the reason in LEFT_OUT; so are campaigns against illegal mining, as no pay-off books what they
cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from reabm.rules.strategies import STRATEGIES
from reabm.scenario import with_settings
from reabm.scenario.lever_table import agent_kind, list_levers
from reabm.scenario.months import month_text
from reabm.scenario.record import LINES
from reabm.scenario.scenario import Scenario
from reabm.scenario.units import WHOLE
from reabm.world.knobs import Lever

DIRECTED = "directed"
LEFT_OUT = {
    ("mine", "price_fringe"): "a crowd of small owners without lead time or sunk cost: another technology, no other decision",
    ("mine", "quantity_reply"): "digs at once, without lead time or sunk cost: another technology, no other decision",
    ("mine", DIRECTED): "by its levers: when it is built, how much of it runs",
    ("maker", DIRECTED): "by its levers: the share of each line in China",
}
QUOTA_SCALES = (0.0, 0.5, 0.75, 1.25, 1.5, 2.0)
TAXES = (0.0, 0.1, 0.25, 0.5)
PRODUCTION_SCALES = (0.8, 1.2)
SUBSIDIES = (0.0, 0.05, 0.1, 0.2)
RESERVE_MONTHS = (0.0, 3.0, 6.0, 12.0)
THRIFTS = (1.0, 1.5, 2.0, 3.0, 4.0)
SUPPORTS = (0.0, 0.3, 0.6)
SHARES_IN_CHINA = (0.0, 0.25, 0.5, 1.0)
BUILD_EVERY_MONTHS = 24
OUTPUTS = (0.0, 0.5, 0.8)
TOLD_FACTORS = (0.5, 0.8, 0.9, 0.95, 1.05, 1.1, 1.25, 1.5)  # of an output that a mine was told
COVER_FACTORS = (0.5, 1.5, 2.0, 3.0, 4.0, 6.0)
PLAN_FACTORS = (0.25, 0.5, 2.0)  # of the numbers of a state's plan
PLANS = {
    "limit_pricing": ("limit_pricing", ""),
    "receding_horizon": ("plan", "horizon_months"),
}  # section of levers, what it ends in

type Value = float | str


class Deviation(NamedTuple):
    """Something that one agent does instead of what it does."""

    name: str  # as it is written in tables
    settings: tuple[tuple[str, Value], ...] = ()  # levers from the first month counted on
    cover_factor: float = 1.0  # on an importer's cover in calm times
    later: tuple[tuple[str, Value, int], ...] = ()  # levers from some month (of the run) on

    def of(self, scenario: Scenario, agent: str, first: int) -> Scenario:
        """The scenario in which the agent deviates from a month (of the run) on; months before are not to be played."""
        if self.cover_factor != 1.0:
            own = scenario.importers[agent]
            cover = own.base_cover.model_copy(update={"value": own.base_cover.value * self.cover_factor, "range": None})
            changed = own.model_copy(update={"base_cover": cover})
            scenario = replace(scenario, importers={**scenario.importers, agent: changed})
        told = (*((path, value, first) for path, value in self.settings), *self.later)
        dated: dict[str, Any] = {
            path: [{"from": month_text(scenario.start + month), "value": value}] for path, value, month in told
        }
        return with_settings(scenario, dated, origin=f"deviation of {agent}") if dated else scenario


def deviations_of(scenario: Scenario, agent: str, first: int) -> tuple[Deviation, ...]:
    """All deviations of an agent from what it does in a month (of the run); those that would change nothing are left out."""
    kind = agent_kind(scenario, agent)
    view = scenario.at(scenario.start + first)
    own = view.strategies[agent]
    found = [
        Deviation(name, ((f"strategies.{agent}", name),))
        for name in STRATEGIES[kind]
        if name != own and (kind, name) not in LEFT_OUT
    ]
    levers = {path: lever for path, lever in list_levers(scenario).items() if lever.mid_run}
    found += _GRIDS[kind](_Asked(scenario, view, agent, own, first, levers))
    return tuple(found)


class _Asked(NamedTuple):
    """Whose grids are wanted."""

    scenario: Scenario
    view: Scenario  # as it stands in the first month
    agent: str
    own: str  # what it plays then
    first: int
    levers: dict[str, Lever]  # that may change while a run goes on


def has_choice(scenario: Scenario, agent: str) -> bool:
    """Whether the rules let an agent choose at all: makers at home in China build by script."""
    return agent_kind(scenario, agent) != "maker" or scenario.makers[agent].home != "china"


def _levers(pairs: Iterable[tuple[str, Iterable[float]]], levers: dict[str, Lever]) -> Iterator[Deviation]:
    """One lever each, at every value of its grid that it may have."""
    for path, values in pairs:
        lever = levers.get(path)
        for value in values:
            if lever is not None and lever.low <= value <= lever.high:
                yield Deviation(f"{path.removeprefix('governments.')} {value:g}", ((path, value),))


def _of_state(ask: _Asked) -> list[Deviation]:
    found: list[Deviation] = []
    if ask.own == "scripted_history":
        found += _levers(
            (
                ("export_quota.scale", QUOTA_SCALES), ("export_tax.share", TAXES),
                ("production_quota.scale", PRODUCTION_SCALES),
            ),
            ask.levers,
        )  # fmt: skip
    for name, (section, ending) in PLANS.items():
        for path, lever in ask.levers.items():
            if name in STRATEGIES["state"] and path.startswith(f"{section}.") and path.endswith(ending):
                at = ask.view.scalars[path].value
                whole = lever.unit in WHOLE or path.endswith("months")
                wanted = {round(at * factor, 0 if whole else 6) for factor in PLAN_FACTORS}
                values = sorted({min(lever.high, max(lever.low, value)) for value in wanted} - {at})
                for value in values:
                    found.append(Deviation(f"{path} {value:g}", ((f"strategies.{ask.agent}", name), (path, value))))
    return found


def _of_government(ask: _Asked) -> list[Deviation]:
    path = f"governments.{ask.agent}"
    if ask.own != "scripted_history":
        return []
    grids = (
        (f"{path}.subsidy", SUBSIDIES), (f"{path}.stockpile", RESERVE_MONTHS), (f"{path}.thrift_programme", THRIFTS),
        (f"{path}.mine_support", SUPPORTS), (f"{path}.complaint", (1.0,)),
    )  # fmt: skip
    return [each._replace(name=each.name.removeprefix(f"{ask.agent}.")) for each in _levers(grids, ask.levers)]


def _of_mine(ask: _Asked) -> list[Deviation]:
    directed = (f"strategies.{ask.agent}", DIRECTED)
    build, output = f"mines.{ask.agent}.build", f"mines.{ask.agent}.output"
    if ask.own == DIRECTED:
        told = ask.view.mines[ask.agent].directed_output
        share = None if told is None else float(told.monthly(ask.scenario.start + ask.first, 1)[0])
        if share is None:
            return [Deviation(f"output {value:g}", ((output, value),)) for value in OUTPUTS]
        return [
            Deviation(f"output x {factor:g}", ((output, share * factor),))
            for factor in TOLD_FACTORS
            if 0.0 < share * factor <= 1.0
        ]
    found = [Deviation(f"runs at {share:g}", (directed, (build, 1.0), (output, share))) for share in OUTPUTS]
    for month in range(ask.first, ask.scenario.n_months, BUILD_EVERY_MONTHS):
        name = f"builds {month_text(ask.scenario.start + month)}"
        found.append(Deviation(name, (directed,), later=((build, 1.0, month),)))
    return found


def _of_maker(ask: _Asked) -> list[Deviation]:
    found = []
    for premium in SHARES_IN_CHINA:
        for commodity in SHARES_IN_CHINA:
            told = tuple((f"makers.{ask.agent}.{line}_in_china", share) for line, share in zip(LINES, (premium, commodity)))
            found.append(Deviation(f"in China {premium:g} / {commodity:g}", ((f"strategies.{ask.agent}", DIRECTED), *told)))
    return found


def _of_importer(ask: _Asked) -> list[Deviation]:
    return [Deviation(f"calm cover x {factor:g}", (), factor) for factor in COVER_FACTORS]


_GRIDS = {
    "state": _of_state,
    "government": _of_government,
    "mine": _of_mine,
    "maker": _of_maker,
    "importer": _of_importer,
}
