"""What all records share: strict, frozen, no unknown keys; and the pieces that many of them use."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from reabm.scenario.errors import shown
from reabm.scenario.months import ALLOWED, is_day, month_index, month_text

DESTINATIONS = ("china", "japan", "usa", "eu", "other_countries")
TARGETS = DESTINATIONS[1:]
LINES = ("premium", "commodity")
GROUPS = ("light", "heavy")
STAGES = ("concentrate", "oxide", "alloy", "magnet")


class Record(BaseModel):
    """A validated piece of a scenario. Its attributes are the keys of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


def fault(allowed: str, got: str | None = None, field: str = "") -> PydanticCustomError:
    """An error that a validator raises; `field` names a part below the place where it is raised."""
    return PydanticCustomError("reabm", "{allowed}", {"allowed": allowed, "got": got, "field": field})


def _sources(written: Any) -> Any:
    if isinstance(written, str):
        return (written,)
    return tuple(written) if isinstance(written, list) else written


def _month(written: Any) -> int:
    if isinstance(written, int) and not isinstance(written, bool) and written >= 10_000:
        return written if month_index(month_text(written)) is not None else _no_month(written)
    index = month_index(written)
    return index if index is not None else _no_month(written)


def _no_month(written: Any) -> int:
    raise fault(ALLOWED, shown(written))


def _day(written: Any) -> str:
    text = str(written) if isinstance(written, int) else written
    if not isinstance(text, str) or not is_day(text):
        raise fault("a day YYYY-MM-DD, a month or a year", shown(written))
    return text


def _as_tuple(written: Any) -> Any:
    return tuple(written) if isinstance(written, list) else written


def _strategy(written: Any) -> Any:
    return "none" if written is None else written  # the name of a government that does nothing


AS_TUPLE = BeforeValidator(_as_tuple)
Month = Annotated[int, BeforeValidator(_month)]  # year x 12 + month - 1
Day = Annotated[str, BeforeValidator(_day)]
Sources = Annotated[tuple[str, ...], BeforeValidator(_sources), Field(min_length=1)]
Names = Annotated[tuple[str, ...], AS_TUPLE]
Number = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Range = Annotated[tuple[Number, Number], AS_TUPLE]
Place = Annotated[
    tuple[
        Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)],
        Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)],
    ],
    AS_TUPLE,
]  # longitude, latitude
Strategy = Annotated[str, BeforeValidator(_strategy)]
Text = Annotated[str, Field(min_length=1, max_length=5_000)]


def check_sum(shares: dict[str, float], field: str, what: str) -> None:
    """Raise where shares do not sum to 1."""
    total = 0.0
    for share in shares.values():
        total += share
    if not abs(total - 1) <= 1e-6:
        raise fault(f"{what} that sum to 1", f"a sum of {total:.7g}", field)
