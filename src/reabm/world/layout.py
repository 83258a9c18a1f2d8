"""How a NamedTuple of arrays is described and laid out in one block of memory.

Every field of a state says its dimensions, unit and meaning in an `At(...)` annotation. All arrays of a state are views
of one block of float64, so that a world is copied, compared, hashed and saved as a whole.
"""

from __future__ import annotations

from functools import cache
from math import prod
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@cache
def _hints(kind: Any) -> dict[str, Any]:
    """Annotations of a NamedTuple class (looking them up is slow, and a run needs them several times)."""
    return get_type_hints(kind, include_extras=True)


class At(NamedTuple):
    """Dimensions (names of sizes, blank-separated), unit and meaning of an array."""

    dims: str
    unit: str
    meaning: str


class FieldSpec(NamedTuple):
    """One array of a group, as listed for documents and checks."""

    group: str
    name: str
    dims: tuple[str, ...]
    unit: str
    meaning: str


def fields_of(kind: type, group: str = "") -> list[FieldSpec]:
    """Every array of a NamedTuple class, those of nested groups included, in order."""
    found: list[FieldSpec] = []
    for name, hint in _hints(kind).items():
        if get_origin(hint) is Annotated:
            at = get_args(hint)[1]
            found.append(FieldSpec(group, name, tuple(at.dims.split()), at.unit, at.meaning))
        elif hasattr(hint, "_fields"):
            found.extend(fields_of(hint, name))
    return found


def shape_of(spec: FieldSpec, sizes: dict[str, int]) -> tuple[int, ...]:
    """Shape of an array in a world of these sizes; a dimension may be a number."""
    return tuple(int(dim) if dim.isdigit() else sizes[dim] for dim in spec.dims)


def block_size(kind: type, sizes: dict[str, int]) -> int:
    """Numbers in the block that holds all arrays of `kind`."""
    return _plan(kind, tuple(sizes.items()))[1]


def views(kind: Any, sizes: dict[str, int], block: Array) -> Any:
    """An instance of `kind` whose arrays are views of `block`, in the order of the fields."""
    plan, needed = _plan(kind, tuple(sizes.items()))
    if needed != block.size:
        raise ValueError(f"block holds {block.size} numbers, {kind.__name__} needs {needed}")
    return _follow(kind, plan, block)


@cache
def _plan(kind: Any, sizes: tuple[tuple[str, int], ...]) -> tuple[tuple[Any, ...], int]:
    """Where each field of `kind` lies in its block: (first, last, shape), or the kind and plan of a nested group."""
    return _plan_from(kind, dict(sizes), 0)


def _plan_from(kind: Any, sizes: dict[str, int], start: int) -> tuple[tuple[Any, ...], int]:
    plan: list[Any] = []
    for name, hint in _hints(kind).items():
        if get_origin(hint) is Annotated:
            at = get_args(hint)[1]
            shape = shape_of(FieldSpec("", name, tuple(at.dims.split()), "", ""), sizes)
            count = prod(shape)
            plan.append((start, start + count, shape))
            start += count
        else:
            nested, start = _plan_from(hint, sizes, start)
            plan.append((hint, nested))
    return tuple(plan), start


def _follow(kind: Any, plan: tuple[Any, ...], block: Array) -> Any:
    """Cut the block as planned."""
    values = []
    for entry in plan:
        if len(entry) == 3:
            first, last, shape = entry
            values.append(block[first:last].reshape(shape))
        else:
            values.append(_follow(entry[0], entry[1], block))
    return kind(*values)
