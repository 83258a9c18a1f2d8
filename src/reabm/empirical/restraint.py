"""Worlds of restraint and of coercion on the same luck: what the Chinese state gains in each, term by term.

One world is played up to the decision; from there each policy goes on from the same month, for each factor on the time that
mines outside take to build. The pay-off is linear in its weights (rules/payoffs.py): worlds are played once, at weights of one,
and every discount rate, weight on downstream jobs and price of retaliation is then a sum of what they recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self

import numpy as np
from pydantic import Field, model_validator

from reabm.empirical.blocks import Blocks, code_digest
from reabm.empirical.study_file import read_record, refuse, scenario_of, sets_of, with_levers
from reabm.engine.ensemble import Failed, Job, play_jobs
from reabm.engine.run import Prepared, Room, RunError, prepare
from reabm.scenario import Scenario, with_settings
from reabm.scenario.months import month_text
from reabm.scenario.parameters import with_values
from reabm.scenario.record import AS_TUPLE, Month, Record, Text, fault
from reabm.scenario.yamlread import Node
from reabm.store.code import scenario_digest
from reabm.world.history import COLUMN
from reabm.world.layout import Array
from reabm.world.state import GAINS

# The weight that each term of the state's pay-off is multiplied with; a term that has none is money.
WEIGHTS: dict[str, str | None] = dict(
    zip(
        GAINS,
        (
            None, None, "payoffs.downstream_weight", "payoffs.technology_value_musd", "payoffs.domestic_users_weight",
            "payoffs.environment_usd_kg", "payoffs.retaliation_musd_month", "payoffs.reputation_musd",
        ),
        strict=True,
    )
)  # fmt: skip
DOWNSTREAM, RETALIATION, RATE = "payoffs.downstream_weight", "payoffs.retaliation_musd_month", "payoffs.discount_rate"
PLANNERS = ("limit_pricing", "receding_horizon")  # strategies that look at the weights or the rate: other weights, another world
PATHS = ("china_mine_share", "outside_mines_t_yr", "outside_price_usd_kg", "relocation_share")  # means over worlds
QUARTER = 3
CHUNK = 4  # worlds handed to a thread at once: those in hand are played before a reader who leaves is heard

Fraction = Annotated[float, Field(ge=0, le=0.5, allow_inf_nan=False)]
Factor = Annotated[float, Field(gt=0, le=10, allow_inf_nan=False)]
Weight = Annotated[float, Field(ge=0, le=1e5, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=2, le=10_000)]


class Comparison(Record):
    """Two policies that are compared."""

    coercion: str
    restraint: str


class OtherSets(Record):
    """Parameter sets beside the scenarios' own, each played with fewer worlds."""

    name: str
    count: Annotated[int, Field(ge=1, le=1000)]
    seeds: Count


class RestraintFile(Record):
    """The file of the study."""

    study: Literal["restraint"]
    title: Text
    before: str  # scenario of the world up to the decision
    decision: Month
    until: Month  # last month that is counted
    policies: dict[str, str]
    settings: dict[str, dict[str, float | str]] = Field(default_factory=dict)  # levers that a policy sets besides, by its name
    comparisons: Annotated[tuple[Comparison, ...], AS_TUPLE, Field(min_length=1)]
    lead_factors: Annotated[tuple[Factor, ...], AS_TUPLE, Field(min_length=1)]
    discount_rates: Annotated[tuple[Fraction, ...], AS_TUPLE, Field(min_length=2)]
    downstream_weights: Annotated[tuple[Weight, ...], AS_TUPLE, Field(min_length=1)]
    retaliation_musd_month: Annotated[tuple[Weight, ...], AS_TUPLE, Field(min_length=1)]
    seeds: Count
    sets: OtherSets | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.until < self.decision + 24:
            raise fault("a month at least two years after the decision", month_text(self.until), "until")
        for name in ("lead_factors", "discount_rates", "downstream_weights", "retaliation_musd_month"):
            values = getattr(self, name)
            if list(values) != sorted(set(values)):
                raise fault("values that rise, each once", str(list(values)), name)
        if 1.0 not in self.lead_factors:
            raise fault("1 among them: the mines as they are", str(list(self.lead_factors)), "lead_factors")
        for name in self.settings:
            if name not in self.policies:
                raise fault(f"a name of policies: {', '.join(self.policies)}", name, f"settings.{name}")
        for n, pair in enumerate(self.comparisons):
            for side in (pair.coercion, pair.restraint):
                if side not in self.policies:
                    raise fault(f"a name of policies: {', '.join(self.policies)}", side, f"comparisons.{n}")
            if pair.coercion == pair.restraint:
                raise fault("two policies", pair.coercion, f"comparisons.{n}")
        return self


class OtherSet(NamedTuple):
    """A parameter set that is played beside the scenarios' own."""

    number: int  # in its table
    values: Mapping[str, float]  # by path


@dataclass(frozen=True)
class RestraintStudy:
    """The study, its scenarios and parameter sets read."""

    file: RestraintFile
    before: Scenario
    policies: Mapping[str, Scenario]
    others: tuple[OtherSet, ...] = ()  # none where the study was read back from its folder: what they gave stands there

    @property
    def first(self) -> int:
        """Month of the run in which the policies part."""
        return self.file.decision - self.before.start

    @property
    def last(self) -> int:
        """Last month of the run that is counted."""
        return self.file.until - self.before.start

    @property
    def weights(self) -> Array:
        """Weights of the terms that the scenarios state, shape (terms,)."""
        return weights_of(self.before)


class Played(NamedTuple):
    """What the worlds of a study gave, in M USD for weights of one.

    P policies, L lead factors, S seeds, R rates, Q quarters after the decision, T months after it.
    """

    sums: Array  # (P, L, S, R, terms) discounted to the decision, of the scenarios' own parameters
    quarters: Array  # (P, L, S, Q, terms) not discounted
    paths: Array  # (P, L, PATHS, T) means over the seeds
    sets: Array  # (sets, P, L, S', R, terms) of other parameter sets; none: zero of them
    slope_t_yr: float  # fall of use outside for each USD/kg, t/yr
    lead_years: float  # capacity-weighted building time of mines outside that are not begun


def weights_of(scenario: Scenario) -> Array:
    """The weights of the terms of the Chinese state's pay-off in a scenario, shape (terms,)."""
    return np.array([1.0 if path is None else scalar(scenario, path) for path in WEIGHTS.values()])


def scalar(scenario: Scenario, path: str) -> float:
    """Value of a scalar, a setting included."""
    set_to = scenario.settings.get(path)
    return float(scenario.scalars[path].value if set_to is None else set_to)


def restraint_study(tree: Node, file: Path) -> RestraintStudy:
    """Read the study and the scenarios that it names.

    Raises
    ------
    ScenarioError
        In one line, with file, line and field.
    """
    record = read_record(tree, RestraintFile)
    before = scenario_of(record.before, file, tree, "before")
    policies = {name: scenario_of(written, file, tree, f"policies.{name}") for name, written in record.policies.items()}
    for name, levers in record.settings.items():
        policies[name] = with_levers(policies[name], levers, tree, f"settings.{name}")
    _check_weighable(before, tree, "before")
    for name, scenario in policies.items():
        field = f"policies.{name}"
        if scenario.start != before.start or scenario.mines.keys() != before.mines.keys():
            raise refuse(tree, field, f"got a world with another start or other mines than {record.before}; allowed the same")
        _check_weighable(scenario, tree, field)
    for field in ("decision", "until"):
        if not before.start < getattr(record, field) <= min(scenario.end for scenario in (before, *policies.values())):
            raise refuse(tree, field, f"got {month_text(getattr(record, field))}; allowed a month within all scenarios")
    own, rates = scalar(before, RATE), record.discount_rates
    if not rates[0] <= own <= rates[-1]:
        allowed = f"rates that hold the scenarios' own, {own:g}, between them"
        raise refuse(tree, "discount_rates", f"got {rates[0]:g} to {rates[-1]:g}; allowed {allowed}")
    return RestraintStudy(record, before, policies, () if record.sets is None else _others(record.sets, file, tree))


def _check_weighable(scenario: Scenario, tree: Node, field: str) -> None:
    """Refuse a world that cannot be weighed afterwards: its weights change on the way, or somebody in it looks at them."""
    dated = next((entry for entry in scenario.interventions if entry.path in WEIGHTS.values()), None)
    if dated is not None:
        message = f"got {dated.path} from {month_text(dated.from_)} on; allowed weights that hold for the whole run"
        raise refuse(tree, field, message)
    played = [*scenario.strategies.values(), *scenario.settings.values(), *(entry.value for entry in scenario.interventions)]
    planner = next((found for found in played if isinstance(found, str) and found in PLANNERS), None)
    if planner is not None:
        message = (
            f"got a scenario in which somebody plays {planner}; allowed strategies that do not look at the pay-off's weights"
        )
        raise refuse(tree, field, message)


def _others(wanted: OtherSets, file: Path, tree: Node) -> tuple[OtherSet, ...]:
    """The sets that are played beside the scenarios' own, spread over their table, which is sorted by nothing."""
    table = sets_of(wanted.name, file, tree, "sets.name")
    numbers = [n for n in range(len(table.values)) if n != table.central]
    if wanted.count > len(numbers):
        raise refuse(tree, "sets.count", f"got {wanted.count}; allowed at most {len(numbers)}, the central set left out")
    step = len(numbers) / wanted.count
    return tuple(OtherSet(n, table.of(n)) for n in (numbers[int(k * step)] for k in range(wanted.count)))


def with_lead(scenario: Scenario, factor: float) -> Scenario:
    """The scenario with the building time of every mine outside China multiplied (restarts keep theirs)."""

    def slower(mine: Any) -> Any:
        if mine.kind != "outside":
            return mine
        lead = mine.lead.model_copy(update={"value": mine.lead.value * factor, "range": None})
        return mine.model_copy(update={"lead": lead})

    return replace(scenario, mines={name: slower(mine) for name, mine in scenario.mines.items()})


def at_one(scenario: Scenario) -> Scenario:
    """The scenario with every weight of the pay-off at one, so that what is recorded can be weighed afterwards."""
    ones = {path: 1.0 for path in WEIGHTS.values() if path is not None}
    return with_settings(scenario, ones, origin="weights of one")


def discounting(rates: Sequence[float], n_months: int) -> Array:
    """Worth at the decision of a thousand dollars in each month, in M USD: (1 + rate)^(-t / 12) / 1000, shape (rates, months)."""
    months = np.arange(n_months) / 12.0
    return np.array([(1.0 + rate) ** -months / 1000.0 for rate in rates])


def lead_years(study: RestraintStudy) -> float:
    """Building time of mines outside that had not begun in the first month, weighed by capacity, years."""
    total, months = 0.0, 0.0
    for mine in study.before.mines.values():
        if mine.kind == "outside" and mine.status == "idea":
            capacity = float(np.max(mine.capacity.monthly(study.before.start, study.before.n_months)))
            total += capacity
            months += capacity * mine.lead.value
    return months / total / 12.0 if total > 0.0 else float("nan")


def play_restraint(
    study: RestraintStudy, folder: Path, workers: int | None = None, progress: Callable[[int, int], object] | None = None
) -> tuple[Played, Blocks]:
    """Play all worlds of the study; what was played before it was stopped is read from the folder's pieces.

    Parameters
    ----------
    folder : where the results will stand; pieces lie beside it
    progress : called with the number of parameter sets done, and of all
    """
    blocks = Blocks(folder, _plan(study))
    played: list[OtherSet | None] = [None, *study.others]
    found = []
    for done, other in enumerate(played):
        name = "own" if other is None else f"set-{other.number:03d}"
        piece = blocks.read(name)
        if piece is None:
            piece = _play_set(study, other, workers)
            blocks.write(name, piece)
        found.append(piece)
        if progress:
            progress(done + 1, len(played))
    own = found[0]
    sets = np.array([piece["sums"] for piece in found[1:]])
    slope = slope_t_yr(prepare(study.before))
    return Played(own["sums"], own["quarters"], own["paths"], sets, slope, lead_years(study)), blocks


def _plan(study: RestraintStudy) -> dict[str, Any]:
    scenarios = {name: scenario_digest(scenario) for name, scenario in {"before": study.before, **study.policies}.items()}
    others = [[other.number, dict(other.values)] for other in study.others]  # a table may change under the same name
    return {"study": study.file.model_dump(mode="json"), "scenarios": scenarios, "sets": others, "code": code_digest()}


def _play_set(study: RestraintStudy, other: OtherSet | None, workers: int | None) -> dict[str, Array]:
    """All policies and leads under one parameter set (None: the scenarios' own), on the same seeds."""
    written = study.file
    seeds = range(written.seeds if other is None else written.sets.seeds)  # type: ignore[union-attr]

    def under(scenario: Scenario) -> Scenario:
        return at_one(scenario if other is None else with_values(scenario, other.values))

    parent = prepare(under(study.before))
    opened = (Job(parent, seed, 0, study.first - 1) for seed in seeds)
    openings = _all(play_jobs(opened, lambda job, room: room.block.copy(), workers))
    policies = {name: under(scenario) for name, scenario in study.policies.items()}
    return play_policies(study, policies, seeds, openings, workers)


def play_policies(
    study: RestraintStudy, policies: Mapping[str, Scenario], seeds: Sequence[int], openings: Sequence[Array | None],
    workers: int | None = None, check: Callable[[], object] = lambda: None, told: Callable[[int, int], object] | None = None,
) -> dict[str, Array]:  # fmt: skip
    """All policies and leads on from given worlds, one a seed: `sums`, `quarters` and `paths` of `Played`.

    Parameters
    ----------
    policies : the study's, in its order, with weights of one
    openings : blocks of the worlds before the decision; None: before the first month
    check : called before a scenario is made ready and after each world, in the calling thread; it leaves by raising
    told : called after each world with those that are played, and of how many
    """
    written = study.file
    n_months = study.last - study.first + 1
    worth = discounting(written.discount_rates, n_months)
    n_quarters = n_months // QUARTER

    def jobs() -> Iterator[Job]:
        for scenario in policies.values():
            for factor in written.lead_factors:
                check()
                prepared = prepare(with_lead(scenario, factor))
                for seed, opening in zip(seeds, openings, strict=True):
                    yield Job(prepared, seed, study.first, study.last, opening)

    def keep(job: Job, room: Room) -> tuple[Array, Array, Array]:
        rows = slice(job.first, study.last + 1)
        gain = room.history.china_gain_kusd[rows]
        quarters = gain[: n_quarters * QUARTER].reshape(n_quarters, QUARTER, -1).sum(axis=1) / 1000.0
        return worth @ gain, quarters, _paths(job.prepared, room, rows)

    shape = (len(policies), len(written.lead_factors), len(seeds))

    def after_each(n_played: int) -> None:
        check()
        if told:
            told(n_played, prod(shape))

    played = _all(play_jobs(jobs(), keep, workers, CHUNK, details=True), after_each)
    sums, quarters, paths = (np.array([one[k] for one in played]).reshape(*shape, *played[0][k].shape) for k in range(3))
    return {"sums": sums, "quarters": quarters, "paths": paths.mean(axis=2)}


def _all[T](results: Iterator[T | Failed], after_each: Callable[[int], object] = lambda _n: None) -> list[T]:
    """All results; RunError for the first world whose months do not close."""
    found: list[T] = []
    for one in results:
        if isinstance(one, Failed):
            raise RunError(one.message)
        found.append(one)
        after_each(len(found))
    return found


def _paths(prepared: Prepared, room: Room, rows: slice) -> Array:
    """The columns PATHS of a run, shape (PATHS, months); the price is that of outside use at reference prices."""
    months = room.history.months[rows]
    use = prepared.segments[0].params.elements.outside_use_t
    price = room.history.outside_usd_kg[rows] @ (use / np.sum(use))
    return np.array(
        [
            months[:, COLUMN.china_mine_share],
            12.0 * months[:, COLUMN.mine_output_row_t],
            price,
            months[:, COLUMN.relocation_share],
        ]
    )


def slope_t_yr(prepared: Prepared) -> float:
    """How many tonnes a year of use outside a lasting rise by 1 USD/kg of every element ends, at reference prices."""
    params = prepared.segments[0].params
    elements = params.elements
    lasting = elements.elasticity * (1.0 + params.knobs.use.lagged_elasticity)
    return float(12.0 * np.sum(elements.outside_use_t * lasting / elements.reference_usd_kg))
