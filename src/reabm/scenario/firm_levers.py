"""The levers of firms on the strategy `directed`: what a person who decides for a maker or a mine tells it.

`{maker}` stands for each maker at home outside China, `{mine}` for each mine there. In a synthetic population all firms of a
name do what is told that name. On another strategy these levers do nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from reabm.scenario.firms import Maker, Mine
from reabm.scenario.policy_levers import held
from reabm.scenario.record import LINES, Record
from reabm.scenario.scenario import Scenario
from reabm.scenario.units import SWITCH_UNIT


class FirmLever(NamedTuple):
    """A row of the table."""

    section: str  # of the scenario: its records are told
    name: str  # the path is section.agent.name
    unit: str
    sentence: str
    apply: Callable[[Any, float], Record]  # record, value -> the record that was told; the value lies from 0 to 1


def _line(line: str) -> Callable[[Maker, float], Record]:
    def apply(maker: Maker, value: float) -> Record:
        return maker.model_copy(update={"directed_share": {**maker.directed_share, line: held(value, "share")}})

    return apply


def _mine(field: str) -> Callable[[Mine, float], Record]:
    def apply(mine: Mine, value: float) -> Record:
        return mine.model_copy(update={field: held(value, "share")})

    return apply


FIRM_LEVERS: tuple[FirmLever, ...] = (
    *(FirmLever("makers", f"{line}_in_china", "share",
                f"Share of its {line} line that the maker has in China, on `directed` (unset: as it stands).", _line(line))
      for line in LINES),
    FirmLever("mines", "build", SWITCH_UNIT,
              "1: the mine is built, or restarted, as soon as it may be, on `directed` (unset: 0).", _mine("directed_build")),
    FirmLever("mines", "output", "share",
              "Share of capacity that the mine runs, as far as it can, on `directed`; 0 mothballs it (unset: as prices are).",
              _mine("directed_output")),
)  # fmt: skip


class BoundFirmLever(NamedTuple):
    """A lever of firms with the firm that its path names."""

    row: FirmLever
    agent: str


def firm_paths(scenario: Scenario) -> dict[str, BoundFirmLever]:
    """Levers of firms by path."""
    told = {
        "makers": [name for name, maker in scenario.makers.items() if maker.home != "china"],
        "mines": [name for name, mine in scenario.mines.items() if mine.kind == "outside"],
    }
    bound = [BoundFirmLever(row, agent) for row in FIRM_LEVERS for agent in told[row.section]]
    return {f"{lever.row.section}.{lever.agent}.{lever.row.name}": lever for lever in bound}
