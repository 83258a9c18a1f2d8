"""What pydantic found wrong -> one line each, with the place in the file."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError

from reabm.scenario.describe import names_at, wanted_at
from reabm.scenario.errors import MAX_FAULTS, Fault, nearest, nearest_name, one_of, shown
from reabm.scenario.months import month_index
from reabm.scenario.record import Record
from reabm.scenario.yamlread import Node

type Loc = tuple[int | str, ...]

_BOUNDS = {
    "greater_than_equal": "{ge:g} or more",
    "less_than_equal": "at most {le:g}",
    "greater_than": "above {gt:g}",
    "finite_number": "a finite number",
    "string_type": "text",
    "string_too_short": "some text",
    "string_too_long": "at most {max_length} characters",
    "bool_type": "true or false",
    "float_type": "a number, as 1500 or 0.25",
    "int_type": "a whole number",
    "tuple_type": "a list",
    "too_short": "at least {min_length} entries",
    "too_long": "at most {max_length} entries",
}


def faults_of(error: ValueError, node: Node, path: str, model: type[Record]) -> list[Fault]:
    """Faults of a record that was read from `node`, which stands at `path`."""
    if not isinstance(error, ValidationError):
        return [Fault(node.file, node.key_line, path, f"got {shown(node.plain())}; {error}")]
    seen: dict[tuple[Any, ...], Fault] = {}
    errors = error.errors(include_url=False)[: 2 * MAX_FAULTS]
    meant = {_meant(found["loc"], model) for found in errors if found["type"] == "extra_forbidden"}
    for found in errors:
        if found["type"] == "missing" and found["loc"] in meant:
            continue  # the misspelt key says it
        ctx = found.get("ctx") or {}
        loc: Loc = tuple(found["loc"])
        if found["type"] == "reabm" and ctx["field"]:
            loc = (*loc, *ctx["field"].split(".", 1))
        is_key = bool(loc) and loc[-1] == "[key]"
        if is_key:
            loc = loc[:-1]
        message = _message(found, ctx, loc, model, is_key or found["type"] == "extra_forbidden")
        fault = fault_at(node, loc, message, path)
        seen.setdefault((fault.line, fault.field), fault)
    return list(seen.values())


def _meant(loc: Loc, model: type[Record]) -> Loc:
    """Where a misspelt key was meant to stand."""
    return (*loc[:-1], nearest_name(str(loc[-1]), names_at(model, loc[:-1])))


def _message(found: Any, ctx: dict[str, Any], loc: Loc, model: type[Record], is_unknown_key: bool) -> str:
    kind = found["type"]
    if kind == "reabm":
        return f"got {ctx['got'] or shown(found['input'])}; allowed {ctx['allowed']}"
    if is_unknown_key:
        key = str(loc[-1])
        names = names_at(model, loc[:-1])
        return f"got an unknown key {shown(key)}; allowed {one_of(names)}{nearest(key, names)}"
    if kind == "missing":
        return f"got nothing; allowed {wanted_at(model, loc)}"
    if kind == "literal_error":
        names = re.findall(r"'([^']*)'", ctx["expected"])
        hint = nearest(found["input"], names) if isinstance(found["input"], str) else ""
        return f"got {shown(found['input'])}; allowed {one_of(names)}{hint}"
    allowed = _BOUNDS[kind].format(**ctx) if kind in _BOUNDS else wanted_at(model, loc)
    return f"got {shown(found['input'])}; allowed {allowed}"


def fault_at(node: Node, loc: Loc, message: str, path: str = "") -> Fault:
    """Fault at `loc` below `node`; the line is that of the deepest part that stands in the file."""
    for part in loc:
        path = _joined(path, part)
        node = _child(node, part) or node
    return Fault(node.file, node.key_line, path or "file", message)


def place_of(tree: Node, loc: Loc) -> tuple[str, int]:
    """File and line of what stands at `loc`."""
    fault = fault_at(tree, loc, "")
    return fault.file, fault.line


def _joined(path: str, part: int | str) -> str:
    if isinstance(part, int):
        return f"{path}[{part}]"
    if month_index(part) is not None:
        part = part.replace("-", "_")
    return f"{path}.{part}" if path else str(part)


def _child(node: Node, part: int | str) -> Node | None:
    content = node.content
    if isinstance(content, list):
        return content[part] if isinstance(part, int) and part < len(content) else None
    if not isinstance(content, dict):
        return None
    if str(part) in content:
        return content[str(part)]
    month = month_index(part)
    if month is not None:  # 2005 and 2005-01 are one month
        return next((below for key, below in content.items() if month_index(key) == month), None)
    return None
