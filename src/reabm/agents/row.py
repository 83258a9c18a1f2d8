"""An agent as a window on one row of the world's arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from mesa import Agent

from reabm.rules.strategies import STRATEGIES
from reabm.world.layout import At, fields_of
from reabm.world.params import Params
from reabm.world.state import State

if TYPE_CHECKING:
    from reabm.agents.model import RareEarthModel
    from reabm.world.layout import Array

_FIELDS = {(root, spec.group, spec.name): At(" ".join(spec.dims), spec.unit, spec.meaning)
           for root, kind in (("state", State), ("params", Params)) for spec in fields_of(kind)}  # fmt: skip


class column:
    """An agent's row of an array of the state: `column("mines", "ore_t")`.

    Read from an agent it gives the row: a number, or a view that writes through (`maker.capacity_t[0, 1] += 10`).
    What is assigned overwrites the row.
    """

    root: ClassVar[str] = "state"

    def __init__(self, group: str, name: str) -> None:
        at = _FIELDS.get((self.root, group, name))
        if at is None:
            raise AttributeError(f"the {self.root} has no array {group}.{name}")
        self.group = group
        self.name = name
        self.__doc__ = f"{at.meaning} ({at.unit}; {at.dims})"

    def __get__(self, agent: RowAgent | None, owner: type | None = None) -> Any:
        return self if agent is None else self._array(agent)[agent.row]

    def __set__(self, agent: RowAgent, value: Any) -> None:
        self._array(agent)[agent.row] = value

    def _array(self, agent: RowAgent) -> Array:
        array: Array = getattr(getattr(getattr(agent.model, self.root), self.group), self.name)
        return array


class given(column):
    """An agent's row of an array of the parameters, read only: `given("mines", "capex_usd_kg")`."""

    root = "params"

    def __get__(self, agent: RowAgent | None, owner: type | None = None) -> Any:
        row = super().__get__(agent, owner)
        if agent is not None and isinstance(row, np.ndarray):
            row = row.view()
            row.flags.writeable = False
        return row

    def __set__(self, agent: RowAgent, value: Any) -> None:
        raise AttributeError(f"{self.name} is given by the scenario; change it there (settings, interventions)")


class RowAgent(Agent):
    """One row of the world: it reads anything, decides, and writes its own row only.

    The arrays own every number. What others must see appears in the next stage, so the order of agents within a deciding
    stage never matters; a strategy of one's own keeps that up by writing to `self` only.

    Parameters
    ----------
    model : RareEarthModel
    name : str, name of the agent in the scenario
    row : int, its row in the arrays of its kind
    """

    kind: ClassVar[str] = ""  # as in the catalogue of strategies
    model: RareEarthModel

    def __init__(self, model: RareEarthModel, name: str, row: int) -> None:
        super().__init__(model)
        self.name = name
        self.row = row

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    @property
    def strategy(self) -> str:
        """Name of the rule that the scenario chose for this agent (empty where its kind has but one)."""
        table = getattr(self.model.params, self.group(), None)
        codes = getattr(table, "strategy", None)
        if codes is None:
            return ""
        found = [name for name, entry in STRATEGIES[self.kind].items() if entry.code == codes[self.row]]
        return found[0]

    @classmethod
    def group(cls) -> str:
        """Name of the group of arrays in which this kind of agent has its row."""
        return f"{cls.kind}s"

    def remove(self) -> None:
        """Refused: the world goes on with as many rows as it has."""
        raise RuntimeError(f"{self.name} is a row of the world and cannot be removed; give it a class that decides nothing")
