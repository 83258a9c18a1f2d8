"""Passing a group of arrays to compiled code by one pointer.

A NamedTuple of arrays is handed to a compiled function array by array, seven words and a reference count each; with two
hundred arrays that costs seconds of compilation for every function. A `Group` shows the same arrays and numbers under the
same names, but compiled code gets one pointer to a table of addresses and lengths. The arrays stay owned by Python; a
`Group` must not outlive them, and holds them so that it cannot.

Where nothing is compiled (NUMBA_DISABLE_JIT=1) the NamedTuples themselves are passed.
"""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.datamodel import models
from numba.core.imputils import lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate
from numba.extending import NativeValue, infer_getattr, register_model, typeof_impl, unbox

from reabm.rules.field import FIXED, UNKNOWN, WORD, FieldType, Shape, field_type, make_field

FLOAT64 = np.dtype(np.float64).str
Fields = tuple[tuple[str, Shape | None], ...]


class GroupType(types.Type):
    """Numba's type of a group: names of the fields, each with the lengths that stand in its type (None: a single number)."""

    def __init__(self, kind: str, fields: Fields) -> None:
        self.kind = kind
        self.fields = fields
        self.types: dict[str, Any] = {}
        self.words: dict[str, int] = {}  # word of the table at which a field starts
        word = 0
        for name, shape in fields:
            self.types[name] = types.float64 if shape is None else field_type(f"{kind}.{name}", shape)
            self.words[name] = word
            word += 1 + len(shape or ())
        written = (f"{name}:{'-' if shape is None else ','.join(map(str, shape))}" for name, shape in fields)
        super().__init__(name=f"Group({kind}; {'; '.join(written)})")


register_model(GroupType)(models.OpaqueModel)


@lru_cache(maxsize=None)
def _dimensions(kind: Any) -> dict[str, tuple[bool, ...]]:
    """Of each array of a NamedTuple, which of its dimensions have their lengths in the type (see `field.py`)."""
    hints = get_type_hints(kind, include_extras=True)
    said = {name: get_args(hint)[1].dims.split() for name, hint in hints.items() if get_origin(hint) is Annotated}
    return {name: tuple(dim in FIXED or dim.isdigit() for dim in dims) for name, dims in said.items()}


@lru_cache(maxsize=1024)
def _group_type(kind: Any, shapes: tuple[Shape | None, ...]) -> GroupType:
    """Type of a group of arrays of these shapes (None: a number)."""
    known = _dimensions(kind)
    fields: list[tuple[str, Shape | None]] = []
    for name, shape in zip(kind._fields, shapes):
        if shape is not None:  # a field that says nothing of its dimensions: no length is known
            fixes = known.get(name, (False,) * len(shape))
            shape = tuple(n if fixed else UNKNOWN for n, fixed in zip(shape, fixes, strict=True))
        fields.append((name, shape))
    return _type_of_fields(kind.__name__, tuple(fields))


_type_of_fields = lru_cache(maxsize=None)(GroupType)  # one object for each type, however long the run


class Group:
    """A NamedTuple of float64 arrays and numbers, passed to compiled code by reference."""

    __slots__ = ("_table", "_values", "address", "numba_type")

    def __init__(self, values: Any) -> None:
        shapes: list[Shape | None] = []
        table: list[int] = []
        for name, value in zip(values._fields, values):
            if isinstance(value, np.ndarray):
                seen = value.__array_interface__
                if seen["typestr"] != FLOAT64 or seen["strides"] is not None:  # no strides: contiguous
                    raise TypeError(f"{name} must be a contiguous array of float64")
                shapes.append(seen["shape"])
                table += [seen["data"][0], *seen["shape"]]
            else:
                shapes.append(None)
                table.append(int(np.float64(value).view(np.int64)))
        self._values = values
        self._table = np.array(table, dtype=np.int64)
        kind: Any = type(values)
        self.numba_type = _group_type(kind, tuple(shapes))
        self.address = int(self._table.__array_interface__["data"][0])

    def __getattr__(self, name: str) -> Any:
        return getattr(self._values, name)


def by_reference(values: Any) -> Any:
    """A NamedTuple of groups in which every group is a `Group`; a group itself becomes one; numbers stay as they are."""
    if numba.config.DISABLE_JIT or not hasattr(values, "_fields"):
        return values
    if any(hasattr(value, "_fields") for value in values):
        return type(values)(*(by_reference(value) for value in values))
    return Group(values)


@typeof_impl.register(Group)
def _type_of_group(value: Group, _context: Any) -> GroupType:
    return value.numba_type


@unbox(GroupType)
def _unbox_group(typ: GroupType, obj: Any, c: Any) -> NativeValue:
    address = c.pyapi.object_getattr_string(obj, "address")
    pointer = c.pyapi.long_as_voidptr(address)
    c.pyapi.decref(address)
    return NativeValue(c.builder.bitcast(pointer, c.context.get_value_type(typ)))


@infer_getattr
class _GroupAttributes(AttributeTemplate):
    key = GroupType

    def generic_resolve(self, typ: GroupType, attr: str) -> Any:
        return typ.types.get(attr)


@lower_getattr_generic(GroupType)
def _read_field(context: Any, builder: Any, typ: GroupType, value: Any, attr: str) -> Any:
    """A number, or address and lengths of an array, from the table; the table does not change while compiled code runs."""
    start, field = typ.words[attr], typ.types[attr]
    unchanging = builder.module.add_metadata([])

    def word(place: int, kind: Any) -> Any:
        table = builder.bitcast(value, kind.as_pointer())
        loaded = builder.load(cgutils.gep_inbounds(builder, table, place))
        loaded.set_metadata("invariant.load", unchanging)
        return loaded

    if not isinstance(field, FieldType):
        return word(start, ir.DoubleType())
    first = word(start, ir.DoubleType().as_pointer())
    if UNKNOWN not in field.shape:  # so that numbers may be read before it is known whether they are needed
        size = ir.Constant(ir.IntType(64), prod(field.shape) * WORD)
        first.set_metadata("dereferenceable", builder.module.add_metadata([size]))
    return make_field(context, builder, field, first, [word(start + 1 + k, ir.IntType(64)) for k in range(len(field.shape))])
