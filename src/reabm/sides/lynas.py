"""Lynas: the owner of Mount Weld, who builds mines and separation outside China and runs them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reabm.empirical.mine_books import earned_kusd, owed_kusd
from reabm.empirical.played import Played
from reabm.scenario.scenario import Scenario
from reabm.sides.present import Present, number
from reabm.sides.side import OWN_BOOKS, OWN_VIEW, Decision, Item, Side, market_items, nothing, share_steps
from reabm.world.layout import Array
from reabm.world.state import MINE_STATUS

OWNER = "Lynas"


def _agents(scenario: Scenario) -> tuple[str, ...]:
    return tuple(name for name, mine in scenario.mines.items() if mine.owner == OWNER and mine.kind == "outside")


def _told(field: str, mine: str) -> Callable[[Present], float | None]:
    """What the mine was told last; None where it follows prices."""

    def read(present: Present) -> float | None:
        told = float(getattr(present.params.mines, field)[present.row("mines", mine), present.index])
        return told if told >= 0.0 else None

    return read


def _decisions(scenario: Scenario) -> tuple[Decision, ...]:
    found: list[Decision] = []
    for name in _agents(scenario):
        title = scenario.mines[name].name
        found.append(
            Decision(f"mines.{name}.build", f"Build or restart {title}", "switch", 0.0, 1.0, 1.0,
                     _told("directed_build", name), (0.0, 1.0))
        )  # fmt: skip
        found.append(
            share_steps(
                f"mines.{name}.output", f"Share of capacity to run at {title} (0 stops it)", _told("directed_output", name)
            )
        )
    return tuple(found)


def _information(present: Present, agents: tuple[str, ...]) -> list[Item]:
    items, own = market_items(present), present.state.mines
    for name in agents:
        m, title = present.row("mines", name), present.scenario.mines[name].name
        partner = int(own.partner[m])
        buyer = "nobody" if partner < 0 else present.names.importers[partner]

        of_mine = (
            Item("status", "state", MINE_STATUS[int(own.status[m])], "", OWN_BOOKS),
            Item("months", "months until it is built", number(own.months_left[m]), "months", OWN_BOOKS),
            Item("utilisation", "share of capacity at work", number(own.utilisation[m]), "share", OWN_BOOKS),
            Item("ore", "oxide in last month's ore", number(own.ore_t[m]), "t/month", OWN_BOOKS),
            Item("basket", "worth of its oxide at present prices", number(own.basket_usd_kg[m]), "USD/kg", OWN_VIEW),
            Item("expected", "worth of its oxide as expected", number(own.expected_usd_kg[m]), "USD/kg", OWN_VIEW),
            Item("needed", "worth at which building pays", number(own.hurdle_usd_kg[m]), "USD/kg", OWN_VIEW),
            Item("cash", "cash since the first month", number(own.cash_kusd[m] / 1e3), "M USD", OWN_BOOKS),
            Item("debt", "debt", number(own.debt_kusd[m] / 1e3), "M USD", OWN_BOOKS),
            Item("buyer", "sells ahead to", buyer, "", OWN_BOOKS),
        )
        items += [item._replace(name=f"{name}_{item.name}", label=f"{title}: {item.label}") for item in of_mine]
    return items


def _terms(played: Played, agents: tuple[str, ...]) -> Mapping[str, Array]:
    rows = [list(played.scenario.mines).index(name) for name in agents]
    cash, debt = (
        [played.counted(count(played, m)) for m in rows] for count in (earned_kusd, owed_kusd)
    )  # fmt: skip
    return {"cash": _sum(cash), "debt": -_sum(debt)}


def _sum(parts: list[Array]) -> Array:
    total = parts[0].copy()
    for part in parts[1:]:
        total += part
    return total


LYNAS = Side(
    "lynas", "Lynas",
    "It wants cash less debt; what a mine that stands may earn after the game does not count.",
    _agents, "directed", _decisions, _information, _terms, nothing,
)  # fmt: skip
