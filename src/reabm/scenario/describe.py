"""What a record wants at a place of the file, in words: for the messages."""

from __future__ import annotations

import functools
import types
import typing
from typing import Any, Literal

from pydantic import BaseModel

from reabm.scenario.expect import Expect
from reabm.scenario.quantity import Quantity, Series, Sourced

type Loc = tuple[int | str, ...]

_PARTS = {
    "unit": "a unit",
    "source": "a key of sources.yaml, or 'assumption' with a note",
    "value": "a number",
    "values": "dates with numbers, as {2005: 1.5, 2010-07: 2}, or one value",
}


def names_at(model: type[BaseModel], loc: Loc) -> list[str]:
    """Keys that a mapping at this place may have."""
    wanted, _ = _unwrapped(_annotation_at(model, loc))
    if isinstance(wanted, type) and issubclass(wanted, BaseModel):
        names = [field.alias or name for name, field in wanted.model_fields.items()]
        return [*names, "value"] if wanted is Series else names
    if typing.get_origin(wanted) is dict:
        key = typing.get_args(wanted)[0]
        return list(typing.get_args(key)) if typing.get_origin(key) is Literal else []
    return []


def wanted_at(model: type[BaseModel], loc: Loc) -> str:
    """What may stand at this place."""
    wanted, expect = _unwrapped(_annotation_at(model, loc))
    above, above_expects = _unwrapped(_annotation_at(model, loc[:-1]))
    if isinstance(above, type) and issubclass(above, Sourced) and loc and loc[-1] in _PARTS:
        return above_expects.unit if above_expects and loc[-1] == "unit" else _PARTS[str(loc[-1])]
    unit = f", unit {expect.unit}" if expect else ""
    if wanted is Quantity:
        return f"a quantity {{value, unit, range, source}}{unit}"
    if wanted is Series:
        return f"a series {{values, unit, source}} or a quantity{unit}"
    if typing.get_origin(wanted) is Literal:
        return " or ".join(str(word) for word in typing.get_args(wanted))
    if typing.get_origin(wanted) is dict or (isinstance(wanted, type) and issubclass(wanted, BaseModel)):
        names = names_at(model, loc)
        return "a mapping" + (f" with the keys {', '.join(names[:20])}" if names else " of keys to values")
    if typing.get_origin(wanted) is tuple:
        return "a list"
    return {str: "some text", float: "a number", int: "a month YYYY-MM", bool: "true or false"}.get(wanted, "a value")


@functools.cache
def _hints(model: type[BaseModel]) -> dict[str, Any]:
    hints = typing.get_type_hints(model, include_extras=True)
    return {field.alias or name: hints[name] for name, field in model.model_fields.items()}


def _annotation_at(model: Any, loc: Loc) -> Any:
    wanted: Any = model
    for part in loc:
        inner, _ = _unwrapped(wanted)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            wanted = _hints(inner).get(str(part))
        elif typing.get_origin(inner) is dict:
            wanted = typing.get_args(inner)[1]
        elif typing.get_origin(inner) in (list, tuple):
            wanted = typing.get_args(inner)[0]
        else:
            return None
    return wanted


def _unwrapped(wanted: Any) -> tuple[Any, Expect | None]:
    """The type inside `Annotated` and `| None`, and what is expected of it."""
    expect = None
    while True:
        if typing.get_origin(wanted) is typing.Annotated:
            expect = next((mark for mark in wanted.__metadata__ if isinstance(mark, Expect)), expect)
            wanted = wanted.__origin__
        elif typing.get_origin(wanted) in (typing.Union, types.UnionType):
            wanted = next(part for part in typing.get_args(wanted) if part is not type(None))
        else:
            return wanted, expect
