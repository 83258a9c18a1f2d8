"""Reading a study's file key by key: what is wrong is said in one line with file, line, field, found and allowed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from reabm.scenario.errors import Fault, ScenarioError, nearest, one_of, shown
from reabm.scenario.months import ALLOWED, month_index
from reabm.scenario.yamlread import Node


def refuse(node: Node, field: str, message: str) -> NoReturn:
    """Raise ScenarioError of one line at the place of a value."""
    raise ScenarioError([Fault(node.file, node.key_line, field, message)])


def mapping(node: Node, field: str, known: Iterable[str] | None = None, needed: Iterable[str] = ()) -> dict[str, Node]:
    """The entries of a mapping, of which only `known` keys are allowed and `needed` ones must be there."""
    if not isinstance(node.content, dict) or not node.content:
        refuse(node, field or "file", f"got {shown(node.plain())}; allowed a mapping of names to values")
    found = node.content
    if known is not None:
        names = list(known)
        for key, below in found.items():
            if key not in names:
                refuse(below, _below(field, key), f"got an unknown key; allowed {one_of(names)}{nearest(key, names)}")
    for key in needed:
        if key not in found:
            refuse(node, _below(field, key), "got nothing; allowed a value")
    return found


def entries(node: Node, field: str) -> list[Node]:
    """The entries of a list with one entry or more."""
    if not isinstance(node.content, list) or not node.content:
        refuse(node, field, f"got {shown(node.plain())}; allowed a list, [one, or, more]")
    return node.content


def word(node: Node, field: str) -> str:
    """A word; `none` is one too."""
    if node.content is None:
        return "none"
    if not isinstance(node.content, str):
        refuse(node, field, f"got {shown(node.plain())}; allowed a word")
    return node.content


def whole(node: Node, field: str, low: int, high: int) -> int:
    """A whole number within bounds."""
    value = node.content
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        refuse(node, field, f"got {shown(node.plain())}; allowed a whole number from {low:,} to {high:,}")
    return value


def month(node: Node, field: str) -> int:
    """A month, year x 12 + month - 1."""
    found = month_index(node.content)
    if found is None:
        refuse(node, field, f"got {shown(node.plain())}; allowed {ALLOWED}")
    return found


def _below(field: str, key: str) -> str:
    return f"{field}.{key}" if field else key
