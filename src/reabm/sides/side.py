"""What a side is made of: its decisions, what it is told, and what it gains."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from reabm.empirical.played import Played
from reabm.scenario.scenario import Scenario
from reabm.sides.present import Present
from reabm.world.layout import Array
from reabm.world.state import DESTINATIONS

MARKET = "market price"
ANNOUNCED = "announced"
CUSTOMS = "customs, two months late"
OWN_BOOKS = "own books"
OWN_VIEW = "own judgement"
ESTIMATE = "estimate, a year late"
CUSTOMS_LATE = 2  # months until trade of a month is published (A project assumption)
ESTIMATE_LATE = 12  # months until somebody has counted what was hidden (A project assumption)


class Decision(NamedTuple):
    """Something that the side decides at the start of a half-year."""

    path: str  # of the lever
    label: str
    unit: str
    low: float
    high: float
    step: float
    read: Callable[[Present], float | None]  # what is in force at the turn; None: as others settle it
    choices: tuple[float, ...] = ()  # where only these are allowed
    group: str = ""  # what is decided together: all are then set, those not named as they are in force

    def allows(self, value: float) -> bool:
        """Whether the side may decide so."""
        return value in self.choices if self.choices else self.low <= value <= self.high


class Item(NamedTuple):
    """One thing that the side knows at a turn."""

    name: str
    label: str
    value: float | str | None
    unit: str
    known: str  # how it is known
    change: float | None = None  # over the half-year


class Side(NamedTuple):
    """A side that a person can play."""

    name: str
    title: str
    wants: str  # a sentence
    agents: Callable[[Scenario], tuple[str, ...]]  # for whom it decides; none where the scenario lacks them
    strategy: str  # that they play while a person decides
    decisions: Callable[[Scenario], tuple[Decision, ...]]
    information: Callable[[Present, tuple[str, ...]], list[Item]]
    terms: Callable[[Played, tuple[str, ...]], Mapping[str, Array]]  # pay-off by term, kUSD in each month
    opening: Callable[[Scenario], Mapping[str, float]]  # levers set from the first month of the game on


def market_items(present: Present) -> list[Item]:
    """What every side reads in the trade press and in customs statistics."""
    figure = present.figure
    quota = present.state.market.issued_t
    gross = present.in_force.scalars["market.gross_weight_ratio"].value
    issued = float(quota[0] if present.state.policy.pools_groups[0] > 0.5 else quota[0] + quota[1]) * gross
    return [
        Item("ndpr_outside", "NdPr, price outside China", figure("ndpr_outside_usd_kg"), "USD/kg", MARKET),
        Item("ndpr_china", "NdPr, price in China", figure("ndpr_china_usd_kg"), "USD/kg", MARKET),
        Item("dy_outside", "Dy, price outside China", figure("dy_outside_usd_kg"), "USD/kg", MARKET),
        Item("dy_china", "Dy, price in China", figure("dy_china_usd_kg"), "USD/kg", MARKET),
        Item("licence_price", "Price of an export licence", figure("licence_price_usd_kg"), "USD/kg", MARKET),
        Item("quota", "Export quota of the half-year now ending, gross", issued if issued < 1e9 else None, "t", ANNOUNCED),
        Item("exports", "Legal exports of oxide from China", figure("exports_legal_t", CUSTOMS_LATE), "t/month", CUSTOMS),
        Item("magnet_exports", "Magnets leaving China", figure("magnet_exports_t", CUSTOMS_LATE), "t/month", CUSTOMS),
        Item("japan_from_china", "Share of Japan's purchases declared as Chinese",
             figure("japan_import_share_china", CUSTOMS_LATE), "share", CUSTOMS),
        Item("ruling", "Ruling that took the export quota away", "yes" if present.state.market.quota_banned[0] > 0.5 else "no",
             "", ANNOUNCED),
    ]  # fmt: skip


def changes_between(now: list[Item], before: list[Item]) -> list[Item]:
    """Items with the change of each number since an earlier turn."""
    then = {item.name: item.value for item in before}
    found = []
    for item in now:
        old = then.get(item.name)
        moved = item.value - old if isinstance(item.value, float) and isinstance(old, float) else None
        found.append(item._replace(change=moved))
    return found


def destination_row(name: str) -> int:
    """Row of a destination."""
    return DESTINATIONS.index(name)


def share_steps(path: str, label: str, read: Callable[[Present], float | None], **more: object) -> Decision:
    """A decision on a share, in steps of a twentieth."""
    return Decision(path, label, "share", 0.0, 1.0, 0.05, read, **more)  # type: ignore[arg-type]


def nothing(_scenario: Scenario) -> Mapping[str, float]:
    """No lever is set when the game begins."""
    return {}
