"""Worlds in which makers choose again and again where their lines stand while the price gap is held: a coordination game.

Makers are told where to stand until a month (all at home, or all in China) and choose freely from then on. An export tax holds
the gap, a home subsidy pushes against it, `makers.herding` is the gain from the others' presence. Three experiments: where makers
come to rest from both starts, a ramp of the subsidy down and up again, and one firm that is made to move or to stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self

import numpy as np
from pydantic import Field, model_validator

from reabm.empirical.blocks import Blocks, code_digest, scenario_digest
from reabm.empirical.restraint import scalar
from reabm.empirical.study_file import read_record, refuse, scenario_of, with_levers
from reabm.engine.ensemble import Failed, Job, play_jobs
from reabm.engine.run import Room, RunError, prepare
from reabm.scenario import Scenario, with_months, with_settings
from reabm.scenario.months import LAST_MONTH, month_text
from reabm.scenario.record import AS_TUPLE, LINES, Month, Record, Share, Text, fault
from reabm.scenario.yamlread import Node
from reabm.world.history import MAKER_COLUMNS
from reabm.world.layout import Array
from reabm.world.state import MOVE_TERMS

HERDING, PRECISION = "makers.herding", "makers.logit_precision"
HOME, CHINA = 0.0, 1.0  # starts, and where a firm is made to stand
YEAR = 12
PLACES = ("home", "china", "elsewhere")

Strength = Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)]


class Push(Record):
    """What draws makers to China and what holds them."""

    export_tax: Share
    subsidy: Share  # by every government of a maker's home


class Ramp(Record):
    """A subsidy that falls step by step and rises again."""

    export_tax: Share
    subsidies: Annotated[tuple[Share, ...], AS_TUPLE, Field(min_length=2)]  # falling
    hold_months: Annotated[int, Field(ge=1, le=240)]
    herding: Annotated[tuple[Strength, ...], AS_TUPLE, Field(min_length=1)]


class Forced(Record):
    """One firm at a time is made to move, or to stay."""

    pushes: Annotated[tuple[Push, ...], AS_TUPLE, Field(min_length=1)]
    herding: Annotated[tuple[Strength, ...], AS_TUPLE, Field(min_length=1)]


class RelocationFile(Record):
    """The file of the study."""

    study: Literal["relocation"]
    title: Text
    world: str
    settings: dict[str, float] = Field(default_factory=dict)  # levers that hold the rest of the world
    release: Month  # from which makers choose
    until: Month
    pushes: Annotated[tuple[Push, ...], AS_TUPLE, Field(min_length=2)]
    herding: Annotated[tuple[Strength, ...], AS_TUPLE, Field(min_length=1)]
    ramp: Ramp
    forced: Forced
    seeds: Annotated[int, Field(ge=2, le=1000)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.until < self.release + 2 * YEAR:
            raise fault("a month at least two years after release", month_text(self.until), "until")
        if 0.0 not in self.herding or list(self.herding) != sorted(set(self.herding)):
            raise fault("values that rise, each once, 0 among them: nobody minds the others", str(list(self.herding)), "herding")
        if list(self.ramp.subsidies) != sorted(set(self.ramp.subsidies), reverse=True):
            raise fault("values that fall, each once", str(list(self.ramp.subsidies)), "ramp.subsidies")
        room = (LAST_MONTH - self.release + 1) // (2 * len(self.ramp.subsidies) - 1)
        if self.ramp.hold_months > room:
            raise fault(
                f"at most {room}: the ramp must end by {month_text(LAST_MONTH)}", str(self.ramp.hold_months), "ramp.hold_months"
            )
        return self


@dataclass(frozen=True)
class RelocationStudy:
    """The study, its world read and held."""

    file: RelocationFile
    world: Scenario

    @property
    def firms(self) -> tuple[str, ...]:
        """Makers who choose: those at home outside China."""
        return tuple(name for name, maker in self.world.makers.items() if maker.home != "china")

    @property
    def own_herding(self) -> float:
        """Herding of the world itself."""
        return scalar(self.world, HERDING)

    @property
    def precision(self) -> float:
        """Precision of the makers' choice."""
        return scalar(self.world, PRECISION)


class Case(NamedTuple):
    """One world of the study."""

    push: Push
    herding: float
    start: float  # HOME or CHINA
    forced: str = ""  # firm that is told for good
    to: float = HOME


class Rest(NamedTuple):
    """Where makers stand at the end: means over the last year."""

    shares: Array  # (seeds, firms) of each firm's capacity that stands in China
    capacity_t: Array  # (firms, lines, places) t/month, mean over the seeds
    terms: Array  # (firms, lines, MOVE_TERMS) of the choice, mean over the seeds


class Relocated(NamedTuple):
    """What the worlds gave."""

    rest: dict[Case, Rest]  # pushes x herding x both starts
    forced: dict[Case, Rest]
    ramps: Array  # (herding, seeds, steps, 2) at the end of each step: push (gap less subsidy, share of cost), share in China
    reference: Array  # (starts, seeds) last year's share of the world as it is, makers put home or in China in its first years


def relocation_study(tree: Node, file: Path) -> RelocationStudy:
    """Read the study and its world.

    Raises
    ------
    ScenarioError
        In one line, with file, line and field.
    """
    record = read_record(tree, RelocationFile)
    world = scenario_of(record.world, file, tree, "world")
    if not world.start < record.release:
        raise refuse(tree, "release", f"got {month_text(record.release)}; allowed a month after {month_text(world.start)}")
    held = with_levers(world, record.settings, tree, "settings")
    return RelocationStudy(record, with_months(held, end=record.until))


def world_of(study: RelocationStudy, case: Case) -> Scenario:
    """The scenario of a case: makers told where to stand up to the release, one of them for good where it is forced."""
    settings: dict[str, Any] = {"export_tax.share": case.push.export_tax, HERDING: case.herding}
    settings |= {f"governments.{name}.subsidy": case.push.subsidy for name in _subsidising(study.world)}
    return with_settings(study.world, settings | _told(study, case.start, case.forced, case.to), origin="study")


def _told(study: RelocationStudy, start: float, forced: str = "", to: float = HOME) -> dict[str, Any]:
    """Levers that put every maker home or in China until the release, and one for good."""
    told: dict[str, Any] = {}
    before = [{"from": month_text(study.world.start), "until": month_text(study.file.release - 1), "value": "directed"}]
    for firm in study.firms:
        told[f"strategies.{firm}"] = "directed" if firm == forced else before
        for line in LINES:
            told[f"makers.{firm}.{line}_in_china"] = to if firm == forced else start
    return told


def _subsidising(world: Scenario) -> list[str]:
    return [name for name, government in world.governments.items() if government.destination != "china"]


def ramp_of(study: RelocationStudy, herding: float) -> tuple[Scenario, list[int]]:
    """The scenario of a ramp, and the last month (of the run) of each of its steps, down and up again."""
    ramp = study.file.ramp
    levels = [*ramp.subsidies, *ramp.subsidies[-2::-1]]
    first = study.file.release
    end = first + len(levels) * ramp.hold_months - 1
    world = with_months(study.world, end=end)
    dated = [
        {
            "from": month_text(first + k * ramp.hold_months),
            "until": month_text(first + (k + 1) * ramp.hold_months - 1),
            "value": level,
        }
        for k, level in enumerate(levels)
    ]
    before = [{"from": month_text(world.start), "until": month_text(first - 1), "value": levels[0]}]
    settings: dict[str, Any] = {"export_tax.share": ramp.export_tax, HERDING: herding}
    settings |= {f"governments.{name}.subsidy": before + dated for name in _subsidising(world)}
    ends = [first - world.start + (k + 1) * ramp.hold_months - 1 for k in range(len(levels))]
    return with_settings(world, settings | _told(study, HOME), origin="ramp"), ends


def cases_at_rest(file: RelocationFile) -> list[Case]:
    """All worlds of the first experiment."""
    return [Case(push, herding, start) for push in file.pushes for herding in file.herding for start in (HOME, CHINA)]


def cases_forced(study: RelocationStudy) -> list[Case]:
    """All worlds of the third: nobody forced, then every firm made to move, and to stay."""
    found = []
    for push in study.file.forced.pushes:
        for herding in study.file.forced.herding:
            found.append(Case(push, herding, HOME))
            found += [Case(push, herding, HOME, firm, to) for firm in study.firms for to in (CHINA, HOME)]
    return found


def play_relocation(
    study: RelocationStudy, folder: Path, workers: int | None = None, progress: Callable[[int, int], object] | None = None
) -> tuple[Relocated, Blocks]:
    """Play all worlds of the study; what was played before it was stopped is read from the folder's pieces."""
    plan = {"study": study.file.model_dump(mode="json"), "world": scenario_digest(study.world), "code": code_digest()}
    blocks = Blocks(folder, plan)
    at_rest, forced = cases_at_rest(study.file), cases_forced(study)
    makers: Mapping[str, Callable[[], dict[str, Array]]] = {
        "rest": lambda: _stacked(_play_cases(study, at_rest, workers)),
        "forced": lambda: _stacked(_play_cases(study, forced, workers)),
        "ramps": lambda: {"ramps": _play_ramps(study, workers)},
        "reference": lambda: {"reference": _play_reference(study, workers)},
    }
    found = {}
    for n, (name, play) in enumerate(makers.items()):
        piece = blocks.read(name)
        if piece is None:
            piece = play()
            blocks.write(name, piece)
        found[name] = piece
        if progress:
            progress(n + 1, len(makers))
    return relocated_of(study, found), blocks


def relocated_of(study: RelocationStudy, found: Mapping[str, Mapping[str, Array]]) -> Relocated:
    """What the worlds gave, from its arrays."""

    def by_case(cases: Sequence[Case], arrays: Mapping[str, Array]) -> dict[Case, Rest]:
        return {case: Rest(*(arrays[name][n] for name in Rest._fields)) for n, case in enumerate(cases)}

    return Relocated(
        by_case(cases_at_rest(study.file), found["rest"]),
        by_case(cases_forced(study), found["forced"]),
        found["ramps"]["ramps"],
        found["reference"]["reference"],
    )


def _stacked(rests: Sequence[Rest]) -> dict[str, Array]:
    return {name: np.array([getattr(rest, name) for rest in rests]) for name in Rest._fields}


def _play_cases(study: RelocationStudy, cases: Sequence[Case], workers: int | None) -> list[Rest]:
    seeds = range(study.file.seeds)
    rows = _rows(study)

    def jobs() -> Iterator[Job]:
        for case in cases:
            prepared = prepare(world_of(study, case))
            for seed in seeds:
                yield Job(prepared, seed)

    def keep(job: Job, room: Room) -> tuple[Array, Array]:
        return capacities(room, rows)[-YEAR:].mean(axis=0), room.history.move_terms[-YEAR:, rows].mean(axis=0)

    played = _all(play_jobs(jobs(), keep, workers, details=True))
    found = []
    for n in range(len(cases)):
        own = played[n * len(seeds) : (n + 1) * len(seeds)]
        capacity = np.array([one[0] for one in own])
        found.append(Rest(shares_of(capacity), capacity.mean(axis=0), np.array([one[1] for one in own]).mean(axis=0)))
    return found


def _play_ramps(study: RelocationStudy, workers: int | None) -> Array:
    rows = _rows(study)
    seeds = range(study.file.seeds)
    found = []
    for herding in study.file.ramp.herding:
        scenario, ends = ramp_of(study, herding)
        prepared = prepare(scenario)

        def keep(job: Job, room: Room, ends: list[int] = ends) -> Array:
            capacity = capacities(room, rows)[ends]
            terms = room.history.move_terms[ends][:, rows]
            push = [pushed(own, capacity[k]) for k, own in enumerate(terms)]
            return np.stack([np.array(push), total_share(capacity)], axis=1)

        found.append(np.array(_all(play_jobs((Job(prepared, seed) for seed in seeds), keep, workers, details=True))))
    return np.array(found)


def _play_reference(study: RelocationStudy, workers: int | None) -> Array:
    """The world as it is, but for where its makers stood up to the release; until the study's last month."""
    rows = _rows(study)
    own = with_settings(study.world, {}, origin="study")
    plain = {path: value for path, value in own.settings.items() if path not in study.file.settings}
    from dataclasses import replace

    world = with_months(replace(own, settings=plain), end=min(study.world.end, study.file.until))
    found = []
    for start in (HOME, CHINA):
        prepared = prepare(with_settings(world, _told(study, start), origin="study"))
        jobs = (Job(prepared, seed) for seed in range(study.file.seeds))
        kept = play_jobs(jobs, lambda job, room: total_share(capacities(room, rows)[-YEAR:]).mean(), workers, details=True)
        found.append(np.array(_all(kept)))
    return np.array(found)


def _rows(study: RelocationStudy) -> list[int]:
    return [n for n, name in enumerate(study.world.makers) if name in study.firms]


def capacities(room: Room, rows: Sequence[int]) -> Array:
    """Capacity of makers by month, shape (months, makers, lines, places), t/month."""
    columns = [MAKER_COLUMNS.index(f"{line}_{place}_t") for line in LINES for place in PLACES]
    found = room.history.makers[:, rows][:, :, columns]
    return found.reshape(*found.shape[:2], len(LINES), len(PLACES))


def shares_of(capacity: Array) -> Array:
    """Share of each firm's capacity that stands in China; capacity of shape (..., firms, lines, places)."""
    return np.asarray(capacity[..., 1].sum(axis=-1) / capacity.sum(axis=(-2, -1)))


def total_share(capacity: Array) -> Array:
    """Share of all firms' capacity that stands in China; capacity of shape (..., firms, lines, places)."""
    return np.asarray(capacity[..., 1].sum(axis=(-2, -1)) / capacity.sum(axis=(-3, -2, -1)))


def pushed(terms: Array, capacity: Array) -> float:
    """Price gap less home subsidy, as a share of unit cost, mean over lines by capacity; what the levers hold."""
    weight = capacity.sum(axis=-1)
    both = terms[..., MOVE_TERMS.index("price_gap")] + terms[..., MOVE_TERMS.index("home_subsidy")]
    return float(np.sum(weight * both) / np.sum(weight))


def _all[T](results: Iterator[T | Failed]) -> list[T]:
    found: list[T] = []
    for one in results:
        if isinstance(one, Failed):
            raise RunError(one.message)
        found.append(one)
    return found
