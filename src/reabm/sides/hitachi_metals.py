"""Hitachi Metals: a maker of magnets that may move its lines to China."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from reabm.empirical.played import Played
from reabm.scenario.record import LINES
from reabm.scenario.scenario import Scenario
from reabm.sides.present import Present, number
from reabm.sides.side import ANNOUNCED, OWN_BOOKS, OWN_VIEW, Decision, Item, Side, market_items, nothing, share_steps
from reabm.world.history import MAKER_COLUMNS
from reabm.world.layout import Array
from reabm.world.state import DESTINATIONS, PLACES

MAKER = "hitachi_metals"


def _agents(scenario: Scenario) -> tuple[str, ...]:
    return (MAKER,) if MAKER in scenario.makers and scenario.makers[MAKER].home != "china" else ()


def _share(line: str) -> Callable[[Present], float | None]:
    """What the maker was told last, or else where the line stands."""

    def read(present: Present) -> float | None:
        j, l = present.row("makers", MAKER), LINES.index(line)
        told = float(present.params.makers.directed_share[j, l, present.index])
        capacity = present.state.makers.capacity_t[j, l]
        total = float(capacity[0] + capacity[1] + capacity[2])
        if told >= 0.0:
            return told
        return float(capacity[1]) / total if total > 0.0 else 0.0

    return read


def _decisions(scenario: Scenario) -> tuple[Decision, ...]:
    least = 100.0 * scenario.scalars["makers.lump_share"].value
    return tuple(
        share_steps(
            f"makers.{MAKER}.{line}_in_china",
            f"Share of the {line} line to have in China (moved in parts of {least:.0f} % or more)",
            _share(line),
        )
        for line in LINES
    )


def _information(present: Present, agents: tuple[str, ...]) -> list[Item]:
    j = present.row("makers", agents[0])
    own = present.state.makers
    home = int(present.params.makers.home[j])
    subsidy = [float(own) for g, own in enumerate(present.state.governments.subsidy_share) if _governs(present, g, home)]
    cash = present.past(present.history.makers[:, j, MAKER_COLUMNS.index("cash_kusd")])
    items = market_items(present)
    for l, line in enumerate(LINES):
        for k, place in enumerate(PLACES):
            tonnes = number(own.capacity_t[j, l, k] * 12.0)
            where = {"home": "at home", "china": "in China"}.get(place, place)
            items.append(Item(f"{line}_{place}", f"Capacity of the {line} line {where}", tonnes, "t/yr", OWN_BOOKS))
        for k, where in ((0, "at home"), (1, "in China")):
            cost = number(own.unit_cost_usd_kg[j, l, k])
            items.append(Item(f"{line}_cost_{PLACES[k]}", f"Cost of a {line} magnet made {where}", cost, "USD/kg", OWN_VIEW))
        moving = number(own.build_t[j, l] * 12.0)
        items.append(Item(f"{line}_moving", f"Of the {line} line on its way to China (-: back)", moving, "t/yr", OWN_BOOKS))
        left = number(own.build_months[j, l])
        items.append(Item(f"{line}_months", f"Months until that part of the {line} line stands", left, "months", OWN_BOOKS))
    return [
        *items,
        Item("output", "Magnets made last month", number(own.output_t[j].sum()), "t/month", OWN_BOOKS),
        Item("oxide", "Oxide in store", number(own.oxide_t[j].sum()), "t", OWN_BOOKS),
        Item(
            "cash", "Earned since the first month: price less unit cost", None if cash is None else cash / 1e3, "M USD", OWN_BOOKS
        ),
        Item("subsidy", "Subsidy at home to who stays, of unit cost", subsidy[0] if subsidy else 0.0, "share", ANNOUNCED),
        Item("others", "Foreign capacity that stands in China", present.figure("relocation_share"), "share", ANNOUNCED),
    ]


def _governs(present: Present, g: int, destination: int) -> bool:
    name = present.names.governments[g]
    return present.scenario.governments[name].destination == DESTINATIONS[destination]


def _terms(played: Played, agents: tuple[str, ...]) -> Mapping[str, Array]:
    j = list(played.scenario.makers).index(agents[0])
    cash = np.diff(played.history.makers[:, j, MAKER_COLUMNS.index("cash_kusd")], prepend=0.0)
    return {"margin on magnets": cash[played.first : played.last + 1]}


HITACHI_METALS = Side(
    MAKER, "Hitachi Metals",
    "It wants to earn on its magnets; only margins count: what a move costs and what rivals learn by it is booked nowhere.",
    _agents, "directed", _decisions, _information, _terms, nothing,
)  # fmt: skip
