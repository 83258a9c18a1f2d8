"""A scenario: everything that a run assumes, validated."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from reabm.scenario.firms import Government, Importer, Maker, Mine
from reabm.scenario.goods import Deposit, Element, Line, Sector
from reabm.scenario.policy import Event, Intervention, News, Policy
from reabm.scenario.quantity import Quantity, Series
from reabm.scenario.sources import Source
from reabm.scenario.yamlread import Node

STATE = "china_state"  # sets Chinese policy where no government of the world has China as its destination


@dataclass(frozen=True)
class Scenario:
    """The world, the policy scripted for it, and what was changed. Records are sorted by id, elements as in the file.

    `settings` (whole run) and `interventions` (dated) are kept apart from what they change; `at(month)` gives the
    scenario as it stands in one month, with both applied, and `segments()` every such stretch of months.
    """

    title: str
    question: str
    start: int  # month: year x 12 + month - 1
    end: int  # last month, included
    elements: dict[str, Element]
    deposits: dict[str, Deposit]
    mines: dict[str, Mine]
    lines: dict[str, Line]
    magnet_demand: dict[str, dict[str, Series]]  # line -> destination -> finished magnets
    makers: dict[str, Maker]
    importers: dict[str, Importer]
    governments: dict[str, Government]
    sectors: dict[str, Sector]
    scalars: dict[str, Quantity]  # by dotted path
    policy: Policy
    news: News
    mechanisms: dict[str, bool]
    strategies: dict[str, str]  # agent -> name of its rule
    interventions: tuple[Intervention, ...] = ()
    events: tuple[Event, ...] = ()
    settings: dict[str, float | str] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict, compare=False, repr=False)  # those it cites
    tree: Node = field(default_factory=lambda: Node({}, "scenario", 1, 1), compare=False, repr=False)

    @property
    def n_months(self) -> int:
        """Length of the run."""
        return self.end - self.start + 1

    @staticmethod
    def sections() -> tuple[str, ...]:
        """Sections of a file that hold numbers; `market` holds the scalars."""
        return (
            "elements", "deposits", "mines", "lines", "magnet_demand", "makers", "importers", "governments",
            "sectors", "market", "policy", "news",
        )  # fmt: skip

    def at(self, month: int) -> Scenario:
        """The scenario as it stands in one month: settings and the month's interventions applied."""
        from reabm.scenario.effects import in_force  # effects need this class

        return in_force(self, month)

    def segments(self) -> list[tuple[int, int, Scenario]]:
        """Stretches of months between which nothing is changed: (first month, last month, scenario in force)."""
        from reabm.scenario.effects import segments

        return segments(self)

    def __getstate__(self) -> dict[str, Any]:
        """What goes to a worker process: everything but the places in the files."""
        return {**self.__dict__, "tree": Node({}, self.tree.file, 1, 1)}
