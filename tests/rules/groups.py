"""Small groups of arrays, made by hand, as compiled rules take them."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

from reabm.rules.reference import by_reference


def group(**fields: Any) -> Any:
    """Arrays of float64 and numbers under their names, by reference; the arrays may be changed and read afterwards."""
    return by_reference(namedtuple("Group", fields)(**fields))  # type: ignore[misc]
