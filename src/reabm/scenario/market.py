"""The record of the market's scalars: one quantity for each row of the table of scalars, by its dotted path."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, create_model

from reabm.scenario.expect import Expect
from reabm.scenario.quantity import Quantity
from reabm.scenario.record import Record
from reabm.world.knobs import SCALARS, Lever


def _field(lever: Lever) -> Any:
    return Annotated[Quantity, Expect(lever.unit, lever.low, lever.high), Field(alias=lever.path)]


Market: type[Record] = create_model(
    "Market", __base__=Record, **{lever.path.replace(".", "__"): _field(lever) for lever in SCALARS}
)
