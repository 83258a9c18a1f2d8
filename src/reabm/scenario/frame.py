"""The part of a scenario file that is not a table of records."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from reabm.scenario.goods import LineName, MagnetDemand
from reabm.scenario.months import month_text
from reabm.scenario.policy import Event, Intervention, News, Policy, Setting
from reabm.scenario.record import AS_TUPLE, Month, Record, Strategy, Text, fault
from reabm.world.params import SWITCHES

Mechanism = Literal[*SWITCHES]  # type: ignore[valid-type]


class Agents(Record):
    """Rules chosen for agents by this scenario."""

    strategies: dict[str, Strategy] = Field(default_factory=dict)


class Frame(Record):
    """Title, months, policy, news, and what is changed."""

    title: Text
    question: Annotated[str, Field(max_length=1_000)] = ""
    start: Month
    end: Month  # last month, included
    agents: Agents = Agents()
    mechanisms: dict[Mechanism, bool] = Field(default_factory=dict)  # all act unless switched off
    magnet_demand: dict[LineName, MagnetDemand]
    policy: Policy = Policy()
    news: News = News()
    interventions: Annotated[tuple[Intervention, ...], AS_TUPLE] = ()
    settings: dict[str, Setting] = Field(default_factory=dict)
    events: Annotated[tuple[Event, ...], AS_TUPLE] = ()

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end <= self.start:
            raise fault(f"a month after {month_text(self.start)} (start)", month_text(self.end), "end")
        return self
