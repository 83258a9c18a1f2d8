"""Passing a group of arrays to compiled code by one pointer.

A NamedTuple of arrays is handed to a compiled function array by array, seven words and a reference count each; with two
hundred arrays that costs seconds of compilation for every function. A `Group` shows the same arrays and numbers under the
same names, but compiled code gets one pointer to a table of addresses and lengths. The arrays stay owned by Python; a
`Group` must not outlive them, and holds them so that it cannot.

Where nothing is compiled (NUMBA_DISABLE_JIT=1) the NamedTuples themselves are passed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.datamodel import models
from numba.core.imputils import lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate
from numba.extending import NativeValue, infer_getattr, register_model, typeof_impl, unbox
from numba.np.arrayobj import make_array, populate_array

FLOAT64 = np.dtype(np.float64).str
WORD = 8  # bytes of an address, a length, a float


class GroupType(types.Type):
    """Numba's type of a group: names of the fields, each with its number of dimensions (-1: a single number)."""

    def __init__(self, kind: str, fields: tuple[tuple[str, int], ...]) -> None:
        self.kind = kind
        self.fields = fields
        super().__init__(name=f"Group({kind}; {', '.join(f'{name}:{ndim}' for name, ndim in fields)})")

    def place(self, attr: str) -> tuple[int, int]:
        """Word of the table at which a field starts, and its number of dimensions."""
        word = 0
        for name, ndim in self.fields:
            if name == attr:
                return word, ndim
            word += 1 + max(0, ndim)
        raise AttributeError(f"{self.kind} has no field {attr!r}")

    def type_of(self, attr: str) -> Any:
        """Type of a field in compiled code."""
        _, ndim = self.place(attr)
        return types.float64 if ndim < 0 else types.Array(types.float64, ndim, "C")


register_model(GroupType)(models.OpaqueModel)
_group_type = lru_cache(maxsize=None)(GroupType)


class Group:
    """A NamedTuple of float64 arrays and numbers, passed to compiled code by reference."""

    __slots__ = ("_table", "_values", "address", "numba_type")

    def __init__(self, values: Any) -> None:
        fields = []
        table: list[int] = []
        for name, value in zip(values._fields, values):
            if isinstance(value, np.ndarray):
                seen = value.__array_interface__
                if seen["typestr"] != FLOAT64 or seen["strides"] is not None:  # no strides: contiguous
                    raise TypeError(f"{name} must be a contiguous array of float64")
                shape = seen["shape"]
                fields.append((name, len(shape)))
                table += [seen["data"][0], *shape]
            else:
                fields.append((name, -1))
                table.append(int(np.float64(value).view(np.int64)))
        self._values = values
        self._table = np.array(table, dtype=np.int64)
        self.numba_type = _group_type(type(values).__name__, tuple(fields))
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
        try:
            return typ.type_of(attr)
        except AttributeError:
            return None


@lower_getattr_generic(GroupType)
def _read_field(context: Any, builder: Any, typ: GroupType, value: Any, attr: str) -> Any:
    start, ndim = typ.place(attr)
    table = builder.bitcast(value, ir.IntType(64).as_pointer())
    unchanging = builder.module.add_metadata([])

    def word(offset: int) -> Any:
        loaded = builder.load(cgutils.gep_inbounds(builder, table, offset))
        loaded.set_metadata("invariant.load", unchanging)
        return loaded

    if ndim < 0:
        return builder.bitcast(word(start), ir.DoubleType())
    array_type = typ.type_of(attr)
    shape = [word(start + 1 + k) for k in range(ndim)]
    size = context.get_constant(types.intp, WORD)
    strides = [size]
    for length in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    array = make_array(array_type)(context, builder)
    data = builder.inttoptr(word(start), ir.DoubleType().as_pointer())
    populate_array(array, data=data, shape=shape, strides=strides, itemsize=size, meminfo=None, parent=None)
    return array._getvalue()
