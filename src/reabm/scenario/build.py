"""Tree of nodes -> validated scenario, or every fault that was found in it."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from pydantic import ValidationError

from reabm.scenario.check import whole_faults
from reabm.scenario.effects import with_strategies
from reabm.scenario.errors import MAX_FAULTS, Fault, ScenarioError, nearest, one_of, shown
from reabm.scenario.frame import Frame
from reabm.scenario.market import Market
from reabm.scenario.quantity import Quantity, Series
from reabm.scenario.record import LINES, Record
from reabm.scenario.references import reference_faults, source_faults, strategy_faults
from reabm.scenario.scenario import STATE, Scenario
from reabm.scenario.sections import KINDS
from reabm.scenario.sources import Source, read_sources
from reabm.scenario.translate import faults_of
from reabm.scenario.yamlread import Node
from reabm.world.params import SWITCHES

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}", re.ASCII)


def build_scenario(tree: Node, bibliography: dict[str, Source]) -> Scenario:
    """Scenario of a tree that extends nothing."""
    builder = _Builder(tree)
    own = builder.take("sources")
    known = bibliography | (read_sources(own, "sources") if own else {})
    tables = {section: builder.table(section, model) for section, model in KINDS.items()}
    scalars = builder.scalars()
    frame = builder.frame()
    for more in (reference_faults(tree), source_faults(tree, frozenset(known)), strategy_faults(tree)):
        builder.faults += islice(more, MAX_FAULTS)
    builder.stop_at_faults()
    assert frame is not None
    scenario = Scenario(
        title=frame.title,
        question=frame.question,
        start=frame.start,
        end=frame.end,
        magnet_demand=_by_name(frame),
        scalars=scalars,
        policy=frame.policy,
        news=frame.news,
        mechanisms={name: frame.mechanisms.get(name, True) for name in SWITCHES},
        strategies=_strategies(tables, frame),
        interventions=frame.interventions,
        events=frame.events,
        settings=dict(frame.settings),
        sources=_cited(tree, known),
        tree=tree,
        **tables,
    )
    scenario = with_strategies(scenario, dict(frame.agents.strategies))
    builder.faults += whole_faults(scenario)
    builder.stop_at_faults()
    return scenario


class _Builder:
    """The faults found so far in one tree."""

    def __init__(self, tree: Node) -> None:
        assert isinstance(tree.content, dict)
        self.tree = tree
        self.sections = dict(tree.content)
        self.faults: list[Fault] = []

    def take(self, section: str) -> Node | None:
        return self.sections.pop(section, None)

    def stop_at_faults(self) -> None:
        if self.faults:
            raise ScenarioError(sorted(self.faults, key=lambda fault: (fault.file, fault.line)))

    def mapping(self, section: str) -> dict[str, Node]:
        """Entries of a section that must be a mapping."""
        node = self.take(section)
        if node is None:
            message = f"got nothing; allowed a section {section}; add it, or extends: ../world"
            self.faults.append(Fault(self.tree.file, self.tree.line, section, message))
        elif not isinstance(node.content, dict) or not node.content:
            message = f"got {shown(node.plain())}; allowed a mapping of names to values"
            self.faults.append(Fault(node.file, node.key_line, section, message))
        else:
            return node.content
        return {}

    def table(self, section: str, model: type[Record]) -> dict[str, Any]:
        """Records of a section by id; sorted, but elements in the order of the file."""
        records: dict[str, Any] = {}
        for name, node in self.mapping(section).items():
            if len(self.faults) >= MAX_FAULTS:
                break
            if not _ID.fullmatch(name):
                self.add(node, section, f"got the name {shown(name)}; allowed letters, digits and _, a letter first")
                continue
            if section == "lines" and name not in LINES:
                self.add(node, section, f"got an unknown line {shown(name)}; allowed {one_of(LINES)}{nearest(name, LINES)}")
                continue
            try:
                records[name] = model.model_validate(node.plain())
            except ValidationError as error:
                self.faults += faults_of(error, node, f"{section}.{name}", model)
        return records if section == "elements" else dict(sorted(records.items()))

    def add(self, node: Node, path: str, message: str) -> None:
        self.faults.append(Fault(node.file, node.key_line, path, message))

    def scalars(self) -> dict[str, Quantity]:
        """The market's scalars by dotted path, in the order of the table of levers."""
        written = self.mapping("market")
        node = self.tree.content["market"] if written and isinstance(self.tree.content, dict) else None
        if node is None:
            return {}
        try:
            market = Market.model_validate(node.plain())
        except ValidationError as error:
            self.faults += faults_of(error, node, "", Market)
            return {}
        return {str(field.alias): getattr(market, name) for name, field in Market.model_fields.items()}

    def frame(self) -> Frame | None:
        """Everything else."""
        node = Node(self.sections, self.tree.file, self.tree.line, self.tree.key_line)
        try:
            return Frame.model_validate(node.plain())
        except ValidationError as error:
            self.faults += faults_of(error, node, "", Frame)
            return None


def _strategies(tables: dict[str, dict[str, Any]], frame: Frame) -> dict[str, str]:
    """Rule of each agent, before the scenario's own choices; a Chinese state that is not listed follows the script."""
    has_state = any(record.destination == "china" for record in tables["governments"].values())
    found = {} if has_state else {STATE: "scripted_history"}
    for section in ("governments", "importers", "makers", "mines", "sectors"):
        found |= {name: record.strategy for name, record in tables[section].items()}
    return found


def _by_name(frame: Frame) -> dict[str, dict[str, Series]]:
    return {str(line): {str(where): wanted for where, wanted in by.items()} for line, by in frame.magnet_demand.items()}


def _cited(tree: Node, known: dict[str, Source]) -> dict[str, Source]:
    keys: set[str] = set()

    def visit(value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                visit(item)
        elif isinstance(value, dict):
            for key, below in value.items():
                if key == "source":
                    keys.update([below] if isinstance(below, str) else below)
                else:
                    visit(below)

    visit(tree.plain())
    return {key: known[key] for key in sorted(keys & known.keys())}
