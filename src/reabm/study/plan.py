"""What an ensemble plays: scenarios, parameter sets, seeds; the runs in their order, each set prepared once and only when due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from reabm.engine.ensemble import Job
from reabm.engine.run import checked_seed, prepare
from reabm.scenario import with_settings
from reabm.scenario.scenario import Scenario
from reabm.store.naming import file_name, scenario_stem
from reabm.study.design import Design, Value, unique_values
from reabm.study.outcomes import StudyError


class RunKey(NamedTuple):
    """Which run it is."""

    scenario: int
    set: int
    seed: int


@dataclass(frozen=True)
class Plan:
    """Scenarios by name, parameter sets and seeds; every combination of them is a run."""

    scenarios: dict[str, Scenario]
    design: Design
    seeds: Sequence[int]

    @property
    def n_runs(self) -> int:
        """Runs of the whole ensemble."""
        return len(self.scenarios) * len(self.design.points) * len(self.seeds)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the scenarios."""
        return tuple(self.scenarios)

    @cached_property
    def values(self) -> list[tuple[Value, ...]]:
        """The different values of each lever that is varied."""
        return unique_values(self.design)

    def start(self, scenario: int) -> int:
        """First month of a scenario."""
        return self.scenarios[self.names[scenario]].start

    def keys(self) -> Iterator[RunKey]:
        """The runs in their order."""
        for scenario in range(len(self.scenarios)):
            for number in range(len(self.design.points)):
                for seed in self.seeds:
                    yield RunKey(scenario, number, seed)

    def jobs(self) -> Iterator[Job]:
        """The same runs, ready to be played; a parameter set is prepared when its first run is due, and then let go."""
        for scenario in self.scenarios.values():
            for number in range(len(self.design.points)):
                settings = self.design.settings(number)
                prepared = prepare(with_settings(scenario, settings, origin="vary") if settings else scenario)
                for seed in self.seeds:
                    yield Job(prepared, seed)

    def about(self) -> dict[str, Any]:
        """The plan for the manifest; sets and seeds themselves stand in the table of runs."""
        return {
            "scenarios": list(self.names),
            "varied": list(self.design.paths),
            "n_sets": len(self.design.points),
            "n_seeds": len(self.seeds),
            "first_seed": self.seeds[0] if self.seeds else None,
        }


def named(scenarios: Scenario | Sequence[Scenario] | Mapping[str, Scenario]) -> dict[str, Scenario]:
    """Scenarios by name: as given, or that of the file or title, which must differ."""
    if isinstance(scenarios, Mapping):
        found = {file_name(str(name)): scenario for name, scenario in scenarios.items()}
        n_given = len(scenarios)
    else:
        several = [scenarios] if isinstance(scenarios, Scenario) else list(scenarios)
        found = {scenario_stem(scenario): scenario for scenario in several}
        n_given = len(several)
    if not found:
        raise StudyError("got no scenario; an ensemble needs 1 or more")
    if len(found) < n_given:
        raise StudyError("got two scenarios of the same name; allowed each once, or {name: scenario}")
    return found


def seeds_of(seeds: Iterable[int]) -> Sequence[int]:
    """Seeds, each checked and each once."""
    if isinstance(seeds, range):
        for seed in seeds[:1], seeds[-1:]:
            if seed:
                checked_seed(seed[0])
        return seeds
    every = tuple(checked_seed(seed) for seed in seeds)
    if len(set(every)) < len(every):
        raise ValueError("got a seed twice; its runs would be the same")
    return every
