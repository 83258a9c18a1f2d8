"""One array of a group as compiled code sees it: an address, and the lengths that are not known beforehand.

Numba's own arrays carry their lengths and strides with them, count references, look for negative indices, and may overlap any
other array, so that after every store everything must be read again. The arrays of a group are known better:

- lengths that do not depend on the scenario's firms and months (FIXED) stand in the type, so that short loops are unrolled
  and addresses need no multiplication;
- two fields never share memory: each has its own alias class (LLVM's `tbaa`), so that loops over elements become vector code;
- an index is never negative.

None of this changes a bit of a result: no operation on numbers is reordered. A field is read and written with all indices at
once (`use_t[e, d]`); with fewer indices it gives the field of the rest.
"""

from __future__ import annotations

import operator
from functools import lru_cache
from math import prod
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.datamodel import StructModel, register_default
from numba.core.imputils import lower_builtin, lower_getattr
from numba.core.typing.templates import AbstractTemplate, AttributeTemplate, bound_function, infer_global, signature
from numba.extending import infer_getattr

FIXED = ("elements", "destinations", "zones", "lines", "places", "groups")  # dimensions whose length stands in the type
UNKNOWN = -1
WORD = 8  # bytes of an address, a length, a float
Shape = tuple[int, ...]


class FieldType(types.Type):
    """Numba's type of a field: whose array it is (`Flows.legal_t`), and its lengths (UNKNOWN: found at run time)."""

    def __init__(self, owner: str, shape: Shape) -> None:
        self.owner = owner
        self.shape = shape
        super().__init__(name=f"Field({owner}; {_written(shape)})")


def _written(shape: Shape) -> str:
    return "x".join("n" if length == UNKNOWN else str(length) for length in shape)


field_type = lru_cache(maxsize=None)(FieldType)


@register_default(FieldType)
class _FieldModel(StructModel):
    """Address of the first number, then the lengths that are not in the type."""

    def __init__(self, dmm: Any, fe_type: FieldType) -> None:
        lengths = [(f"length{k}", types.intp) for k, length in enumerate(fe_type.shape) if length == UNKNOWN]
        super().__init__(dmm, fe_type, [("first", types.CPointer(types.float64)), *lengths])  # type: ignore[attr-defined]


def make_field(context: Any, builder: Any, field: FieldType, first: Any, lengths: list[Any]) -> Any:
    """A field from the address of its first number and all its lengths (those in the type are ignored)."""
    made = cgutils.create_struct_proxy(field)(context, builder)
    made.first = first
    for k, length in enumerate(lengths):
        if field.shape[k] == UNKNOWN:
            setattr(made, f"length{k}", length)
    return made._getvalue()


def _lengths(context: Any, builder: Any, field: FieldType, value: Any) -> list[Any]:
    seen = cgutils.create_struct_proxy(field)(context, builder, value=value)
    return [
        getattr(seen, f"length{k}") if length == UNKNOWN else context.get_constant(types.intp, length)
        for k, length in enumerate(field.shape)
    ]


def _address(context: Any, builder: Any, field: FieldType, value: Any, index_type: Any, index: Any) -> Any:
    """Address of the number (or of the first number of the part) at an index, which is not negative."""
    if isinstance(index_type, types.BaseTuple):  # type: ignore[attr-defined]
        parts = list(zip(cgutils.unpack_tuple(builder, index), index_type.types))
    else:
        parts = [(index, index_type)]
    lengths = _lengths(context, builder, field, value)
    offset = context.get_constant(types.intp, 0)
    for k, length in enumerate(lengths):
        offset = builder.mul(offset, length, flags=["nsw"])
        if k < len(parts):
            offset = builder.add(offset, context.cast(builder, *parts[k], types.intp), flags=["nsw"])
    seen = cgutils.create_struct_proxy(field)(context, builder, value=value)
    return cgutils.gep_inbounds(builder, seen.first, offset)


def _mark(builder: Any, instruction: Any, field: FieldType) -> None:
    """Tell the optimiser whose number is read or written: fields of different owners do not overlap."""
    module = builder.module
    root = module.add_metadata(["reabm"])
    zero = ir.Constant(ir.IntType(64), 0)
    owner = module.add_metadata([field.owner, root, zero])
    instruction.set_metadata("tbaa", module.add_metadata([owner, owner, zero]))


def _n_indices(index: Any) -> int:
    """How many dimensions an index fixes; 0 where it is no index of a field."""
    if isinstance(index, types.Integer):
        return 1
    if isinstance(index, types.BaseTuple) and all(isinstance(part, types.Integer) for part in index.types):  # type: ignore[attr-defined]
        return len(index.types)
    return 0


@infer_global(operator.getitem)
class _GetItem(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        field, index = args
        if not isinstance(field, FieldType):
            return None
        n = _n_indices(index)
        if not 0 < n <= len(field.shape):
            return None
        part = types.float64 if n == len(field.shape) else field_type(field.owner, field.shape[n:])
        return signature(part, field, index)


@infer_global(operator.setitem)
class _SetItem(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        field, index, _ = args
        if not isinstance(field, FieldType) or _n_indices(index) != len(field.shape):
            return None
        return signature(types.none, field, index, types.float64)


@lower_builtin(operator.getitem, FieldType, types.Any)
def _read(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    field, index_type = sig.args
    address = _address(context, builder, field, args[0], index_type, args[1])
    if isinstance(sig.return_type, FieldType):
        lengths = _lengths(context, builder, field, args[0])
        return make_field(context, builder, sig.return_type, address, lengths[-len(sig.return_type.shape) :])
    number = builder.load(address)
    _mark(builder, number, field)
    return number


@lower_builtin(operator.setitem, FieldType, types.Any, types.Any)
def _write(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    field, index_type, number_type = sig.args
    address = _address(context, builder, field, args[0], index_type, args[1])
    stored = builder.store(context.cast(builder, args[2], number_type, types.float64), address)
    _mark(builder, stored, field)
    return context.get_dummy_value()


@infer_getattr
class _FieldAttributes(AttributeTemplate):
    key = FieldType

    def resolve_shape(self, field: FieldType) -> Any:
        return types.UniTuple(types.intp, len(field.shape))  # type: ignore[attr-defined]

    @bound_function("field.reshape")
    def resolve_reshape(self, field: FieldType, args: Any, kws: Any) -> Any:
        """Only `reshape(-1)`: all numbers in a row."""
        size = UNKNOWN if UNKNOWN in field.shape else prod(field.shape)
        return signature(field_type(field.owner, (size,)), *args)


@lower_getattr(FieldType, "shape")
def _shape(context: Any, builder: Any, field: FieldType, value: Any) -> Any:
    lengths = _lengths(context, builder, field, value)
    return cgutils.pack_array(builder, lengths, context.get_value_type(types.intp))


@lower_builtin("field.reshape", FieldType, types.Any)
def _in_a_row(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    field = sig.args[0]
    size = context.get_constant(types.intp, 1)
    for length in _lengths(context, builder, field, args[0]):
        size = builder.mul(size, length)
    seen = cgutils.create_struct_proxy(field)(context, builder, value=args[0])
    return make_field(context, builder, sig.return_type, seen.first, [size])
