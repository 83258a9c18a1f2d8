"""A study's file: which study it is, and its record, checked; a mistake is one line with file, line and field."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reabm.scenario import Fault, Scenario, ScenarioError, load_scenario, with_settings
from reabm.scenario.configs import find_configs, shipped_folder
from reabm.scenario.errors import nearest, one_of, shown
from reabm.scenario.parameters import ANYWHERE, ParameterTable, chosen_set
from reabm.scenario.record import Record
from reabm.scenario.textread import display_name, read_text
from reabm.scenario.translate import faults_of
from reabm.scenario.yamlread import Node, parse_tree

KIND = "study"


def study_tree(file: Path, kinds: tuple[str, ...]) -> tuple[str, Node]:
    """Which of the known studies a file asks for, and its tree.

    Raises
    ------
    ScenarioError
        Where the file cannot be read, or its key `study` names none of them.
    """
    tree = parse_tree(read_text(file), display_name(file))
    assert isinstance(tree.content, dict)
    node = tree.content.get(KIND)
    kind = None if node is None else node.content
    if node is None or kind not in kinds:
        got = "nothing" if node is None else shown(node.plain())
        hint = nearest(kind, kinds) if isinstance(kind, str) else ""
        line = 1 if node is None else node.key_line
        raise ScenarioError([Fault(tree.file, line, KIND, f"got {got}; allowed {one_of(kinds)}{hint}")])
    return str(kind), tree


def read_record[R: Record](tree: Node, model: type[R]) -> R:
    """The record that a tree holds; ScenarioError in one line for each fault."""
    try:
        return model.model_validate(tree.plain())
    except ValidationError as error:
        raise ScenarioError(faults_of(error, tree, "", model)) from None


def refuse(tree: Node, field: str, message: str) -> ScenarioError:
    """The error that says what is wrong with a field of a study; the line is that of the deepest part that stands in the file."""
    node, rest = tree, field
    while rest and isinstance(node.content, dict):
        keys = [key for key in node.content if rest == key or rest.startswith(f"{key}.")]  # a key may be dotted itself
        if not keys:
            break
        node, rest = node.content[keys[0]], rest[len(keys[0]) + 1 :]
    return ScenarioError([Fault(tree.file, node.key_line, field, message)])


def scenario_of(written: str, file: Path, tree: Node, field: str) -> Scenario:
    """A scenario that a study names: a file beside the study's, or the name of a shipped one."""
    beside = file.parent / written
    shipped = shipped_folder("scenarios") / f"{written}.yaml"
    if beside.is_file():
        return load_scenario(beside)
    if shipped.is_file():
        return load_scenario(shipped)
    known = sorted(path.stem for path in shipped_folder("scenarios").glob("*.yaml"))
    raise refuse(
        tree, field, f"got {shown(written)}; allowed a file beside the study, or {one_of(known)}{nearest(written, known)}"
    )


def with_levers(scenario: Scenario, levers: Mapping[str, Any], tree: Node, field: str) -> Scenario:
    """A scenario with the levers that a study sets under `field`; what is wrong with one is said of the study's own line."""
    try:
        return with_settings(scenario, levers, origin=field)
    except ScenarioError as error:
        found = error.faults[0]
        raise refuse(tree, f"{field}.{found.field}" if found.field else field, found.message) from None


def sets_of(name: str, file: Path, tree: Node, field: str) -> ParameterTable:
    """The parameter sets that a study names: of a table beside its file, else of the shipped one."""
    try:
        table, _ = chosen_set(name, file.parent)
    except ScenarioError as error:
        found = error.faults[0]
        if found.file != ANYWHERE:  # of the table's own lines
            raise
        raise refuse(tree, field, found.message) from None
    return table


def study_path(written: str) -> Path:
    """The file of a study: a path, or the name of a shipped one."""
    given = Path(written)
    shipped = find_configs() / "studies" / f"{written}.yaml"
    return shipped if not given.exists() and not given.suffix and shipped.exists() else given
