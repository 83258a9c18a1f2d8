"""Every field of the schema at its bounds, beyond them, and with what is no value at all."""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from reabm.scenario import ScenarioError
from reabm.scenario.build import build_scenario
from reabm.scenario.describe import _annotation_at, _unwrapped
from reabm.scenario.errors import Fault
from reabm.scenario.frame import Frame
from reabm.scenario.market import Market
from reabm.scenario.sections import KINDS
from reabm.scenario.sources import Source
from reabm.scenario.yamlread import Node, parse_tree

ONE_LINE = re.compile(r"^[^:\n]+:\d+: [\w.\[\]]+: got .*; allowed .*$")
Loc = tuple[str | int, ...]

NO_VALUES: list[Any] = [
    math.nan, math.inf, -math.inf, "", None, [], [1.0, [2.0]], {}, {"a": {"b": 1}}, 10**400, -1e308, True,
    "text", "tab\there \x1b[31m \u202e end", "x" * 10_000, "2005-01", 2005, "none",
]  # fmt: skip


def leaves(node: Node, loc: Loc = ()) -> Iterator[tuple[Loc, Node]]:
    """Every value below a node that is not a mapping."""
    if isinstance(node.content, dict):
        for key, below in node.content.items():
            yield from leaves(below, (*loc, key))
    else:
        yield loc, node


def schema_path(loc: Loc) -> Loc:
    """The same place whatever the ids: one of each kind is enough."""
    if loc[0] == "market":
        return ("market", "*", *loc[2:])
    hidden = {0: loc[0], 1: "*"} if loc[0] in KINDS else {}
    return tuple("*" if re.fullmatch(r"\d{4}(-\d\d)?|[A-Z].*|china|japan|usa|maker_.|mount_weld|south", str(hidden.get(i, part)))
                 else hidden.get(i, part) for i, part in enumerate(loc))  # fmt: skip


@pytest.fixture(scope="module")
def tree(whole_text: str) -> Node:
    return parse_tree(whole_text, "whole.yaml")


def test_no_field_takes_what_is_no_value(tree: Node) -> None:
    """Each field of the schema with each of the wrong values: it loads or it is one line a fault."""
    build_scenario(_fresh(tree), {})
    found = {schema_path(loc): (loc, node) for loc, node in leaves(tree)}
    assert len(found) > 150
    n_refused = 0
    for loc, node in found.values():
        was = node.content
        for value in NO_VALUES:
            node.content = _as_nodes(value, node)
            try:
                build_scenario(_fresh(tree), {})
            except ScenarioError as error:
                n_refused += 1
                for line in str(error).split("\n"):
                    assert ONE_LINE.match(line), (loc, value, line)
                    assert len(line) < 1_000, (loc, value, line)
            node.content = was
    assert n_refused > 0.6 * len(found) * len(NO_VALUES)


def test_every_bound_is_allowed_and_nothing_beyond_it(tree: Node) -> None:
    """Quantities and series: lowest, highest, and the next number beyond either."""
    assert isinstance(tree.content, dict)
    n_bounds = 0
    for section, node in tree.content.items():
        for model, plain in _records(section, node):
            for loc in _quantities(plain):
                expect = _unwrapped(_annotation_at(model, loc))[1]
                assert expect is not None, (section, loc)
                for bound, outwards in ((expect.low, -math.inf), (expect.top, math.inf)):
                    if bound == outwards or math.isinf(bound):
                        continue
                    n_bounds += 1
                    is_open = expect.above and outwards < 0
                    assert _accepts(model, plain, loc, bound) != is_open, (section, loc, bound)
                    assert not _accepts(model, plain, loc, float(np.nextafter(bound, outwards))), (section, loc, bound)
    assert n_bounds > 250


def _records(section: str, node: Node) -> Iterator[tuple[Any, Any]]:
    assert isinstance(node.content, dict | str | list)
    if section in KINDS:
        assert isinstance(node.content, dict)
        for below in node.content.values():
            yield KINDS[section], below.plain()
    elif section == "market":
        yield Market, node.plain()
    elif section in ("policy", "news", "magnet_demand"):
        yield Frame.model_fields[section].annotation, node.plain()


def _quantities(plain: Any, loc: Loc = ()) -> Iterator[Loc]:
    if isinstance(plain, dict):
        if ("value" in plain or "values" in plain) and "unit" in plain:
            yield loc
        else:
            for key, below in plain.items():
                yield from _quantities(below, (*loc, key))


def _accepts(model: Any, plain: Any, loc: Loc, value: float) -> bool:
    changed = copy.deepcopy(plain)
    target = changed
    for part in loc:
        target = target[part]
    target.pop("range", None)
    if "value" in target:
        target["value"] = value
    else:
        target["values"] = dict.fromkeys(target["values"], value)
        target.pop("interpolate", None)
    try:
        TypeAdapter(model).validate_python(changed)
    except ValidationError:
        return False
    return True


def _as_nodes(value: Any, place: Node) -> Any:
    if isinstance(value, dict):
        return {key: Node(_as_nodes(part, place), place.file, place.line, place.line) for key, part in value.items()}
    if isinstance(value, list):
        return [Node(_as_nodes(part, place), place.file, place.line, place.line) for part in value]
    return value


def _fresh(tree: Node) -> Node:
    assert isinstance(tree.content, dict)
    return Node(dict(tree.content), tree.file, tree.line, tree.key_line)


def test_a_fault_is_one_line_whatever_it_holds() -> None:
    nasty = "a\nb\r\x1b[2J\u2028\u202e:{}\x00" + "é" * 500
    assert ONE_LINE.match(str(Fault(nasty, 3, nasty, f"got {nasty}; allowed x")))


def test_sources_are_checked_like_everything_else() -> None:
    for year in NO_VALUES:
        try:
            Source.model_validate({"author": "A", "title": "T", "year": year})
        except ValidationError:
            continue
        assert isinstance(year, int | str)
