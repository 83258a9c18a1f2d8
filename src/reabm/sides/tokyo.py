"""Tokyo: the government of Japan, its subsidies, reserve, thrift programme and support of mines abroad."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reabm.empirical.mine_support import support_kusd
from reabm.empirical.played import Played
from reabm.scenario.pack_values import monthly
from reabm.scenario.scenario import Scenario
from reabm.sides.present import Present, number
from reabm.sides.side import (
    ANNOUNCED,
    CUSTOMS,
    CUSTOMS_LATE,
    OWN_BOOKS,
    OWN_VIEW,
    Decision,
    Item,
    Side,
    destination_row,
    market_items,
    nothing,
    share_steps,
)
from reabm.world.history import GOVERNMENT_COLUMNS
from reabm.world.layout import Array
from reabm.world.state import PARTIES

JAPAN = "japan"


def _agents(scenario: Scenario) -> tuple[str, ...]:
    return tuple(name for name, own in scenario.governments.items() if own.destination == JAPAN)[:1]


def _script(field: str, name: str) -> Callable[[Present], float | None]:
    def read(present: Present) -> float | None:
        return float(getattr(present.params.script, field)[present.row("governments", name), present.index])

    return read


def _complains(name: str) -> Callable[[Present], float | None]:
    """Whether it has complained, or will this month."""

    def read(present: Present) -> float | None:
        row = present.row("governments", name)
        planned = present.params.script.complaint[row]
        has = present.state.governments.complained[row] > 0.5
        return float(has or 0.0 <= planned <= present.index)

    return read


def _support(name: str) -> Callable[[Present], float | None]:
    """The share that all supported mines get; None where it differs."""

    def read(present: Present) -> float | None:
        own = present.in_force.policy.governments.get(name)
        shares = {float(monthly(present.in_force, share)[present.index]) for share in own.mine_support.values()} if own else {0.0}
        return shares.pop() if len(shares) == 1 else None

    return read


def _decisions(scenario: Scenario) -> tuple[Decision, ...]:
    name = _agents(scenario)[0]
    path = f"governments.{name}"
    return (
        Decision(f"{path}.subsidy", "Subsidy to makers who stay, of their unit cost", "share", 0.0, 0.5, 0.01,
                 _script("subsidy", name)),
        Decision(f"{path}.stockpile", "State reserve to hold, in months of use", "months", 0.0, 24.0, 1.0,
                 _script("reserve_months", name)),
        Decision(f"{path}.thrift_programme", "Speed of saving and substitution, as a multiple", "ratio", 1.0, 4.0, 0.1,
                 _script("thrift_programme", name)),
        Decision(f"{path}.complaint", "Complain to the WTO about the export quota", "switch", 0.0, 1.0, 1.0,
                 _complains(name), (0.0, 1.0)),
        share_steps(f"{path}.mine_support", "Share borne of the losses of mines that may sell to Japan", _support(name)),
    )  # fmt: skip


def _information(present: Present, agents: tuple[str, ...]) -> list[Item]:
    row, figure = present.row("governments", agents[0]), present.figure
    own = present.state.governments
    spent = present.past(present.history.governments[:, row, GOVERNMENT_COLUMNS.index("spent_kusd")])
    makers = "Japanese makers' lines in China"
    return [
        *market_items(present),
        Item("purchases", "Oxide bought by Japan", figure("japan_purchases_t", CUSTOMS_LATE), "t/month", CUSTOMS),
        Item("australia", "Share of it from Australia", figure("japan_import_share_australia", CUSTOMS_LATE), "share", CUSTOMS),
        Item("premium", f"{makers}, premium", figure("japan_premium_share_china"), "share", ANNOUNCED),
        Item("commodity", f"{makers}, commodity", figure("japan_commodity_share_china"), "share", ANNOUNCED),
        Item("reserve", "State reserve", number(own.reserve_t[row].sum()), "t", OWN_BOOKS),
        Item("spent", "Spent on the reserve since the first month", None if spent is None else spent / 1e3, "M USD", OWN_BOOKS),
        Item("exposure", "Exposure to China", number(own.exposure[row]), "share", OWN_VIEW),
    ]


def _terms(played: Played, agents: tuple[str, ...]) -> Mapping[str, Array]:
    row = destination_row(JAPAN)
    surplus = played.history.surplus_kusd[played.first : played.last + 1, row]
    terms: dict[str, Array] = {party.replace("_", " "): surplus[:, k] for k, party in enumerate(PARTIES)}
    return {**terms, "support of mines": -support_kusd(played, agents[0])}


TOKYO = Side(
    "tokyo", "Tokyo",
    "It wants the most for all of Japan: users of oxide and magnets, makers, trading houses and the treasury.",
    _agents, "scripted_history", _decisions, _information, _terms, nothing,
)  # fmt: skip
