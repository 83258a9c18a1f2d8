"""Games of quantity played over runs: the market is cleared by the model, the moves are best replies to what it pays.

Every pay-off here is read from a run: the price that the run found, less the cost in the scenario's file, times the tonnes.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from scipy.optimize import brentq

import reabm
from reabm.engine.run import RunError
from reabm.games.inventory import carry_over_t
from reabm.games.quantity import Best, best_choice, best_reply, cournot, lead, price_taking
from tests.verification.worlds import FIRMS, cost, outputs, played, price, prices, world


class Sold(NamedTuple):
    """How a market ends: tonnes of each player and the price."""

    tonnes: list[float]
    usd_kg: float

    @property
    def first_share(self) -> float:
        """Share of the first player."""
        return self.tonnes[0] / sum(self.tonnes)


def month_price(name: str, t_month: list[float], let_out_t: float | None = None) -> float:
    """Price outside where firms sell so many tonnes a month, and the leader lets out so many."""
    return _month_price(name, tuple(t_month), let_out_t)


@cache
def _month_price(name: str, t_month: tuple[float, ...], let_out_t: float | None) -> float:
    levers = outputs(name, list(t_month))
    if let_out_t is not None:
        levers["export_quota__t_per_year"] = 12.0 * let_out_t
    try:
        return price(played(name, **levers))
    except RunError:  # more than anybody uses for nothing: a best reply only needs to know that this does not pay
        return 0.0


@cache
def oligopoly(name: str, n_firms: int, most_t: float = 50_000.0) -> Sold:
    """Each mine in turn takes the output that pays it best in a run, until nobody moves."""

    def payoff(player: int, tonnes: list[float]) -> float:
        return (month_price(name, tonnes) - cost(name, FIRMS[player])) * tonnes[player]

    tonnes = cournot(payoff, [most_t / 5.0] * n_firms, [most_t] * n_firms, tolerance=2e-6)
    return Sold(tonnes, month_price(name, tonnes))


def alike(name: str, n_firms: int, let_out_t: float, most_t: float = 50_000.0) -> list[float]:
    """What mines of equal cost sell beside what a leader lets out: the output that is the best reply to itself."""

    def payoff(player: int, tonnes: list[float]) -> float:
        return (month_price(name, tonnes, let_out_t) - cost(name, FIRMS[player])) * tonnes[player]

    if n_firms == 1:
        return [best_reply(payoff, 0, [0.0], most_t).choice]

    def moves(tonnes: float) -> float:
        return best_reply(payoff, 0, [tonnes] * n_firms, most_t).choice - tonnes

    return [float(brentq(moves, 0.0, most_t, xtol=1e-3))] * n_firms


@cache
def stackelberg(name: str, n_followers: int) -> tuple[Best, Sold]:
    """The Chinese state lets out what pays it best, each candidate tried against the answers of the mines outside."""

    def payoff(let_out_t: float, followers: list[float]) -> float:
        return (month_price(name, followers, let_out_t) - cost(name, "leader")) * let_out_t

    best, followers = lead(payoff, lambda let_out: alike(name, n_followers, let_out), 0.0, 50_000.0, tolerance=1e-5)
    return best, Sold([best.choice, *followers], month_price(name, followers, best.choice))


@cache
def monopoly(name: str, least_t: float, most_t: float) -> tuple[Best, float]:
    """What a leader alone lets out, what it earns (kUSD a month), and the price."""

    def payoff(let_out_t: float) -> float:
        return (month_price(name, [], let_out_t) - cost(name, "leader")) * let_out_t

    best = best_choice(payoff, least_t, most_t)
    return best, month_price(name, [], best.choice)


@cache
def dominant(name: str, linear: bool) -> Sold:
    """A supplier that sets its exports, beside a fringe as large as the price makes it (t/yr)."""

    def market(let_out_t: float, fringe_t: float) -> float:
        settings = {"export_quota__t_per_year": let_out_t, "mines__fringe__output": fringe_t / 60_000.0}
        return price(played(name, **settings))

    def supply(usd_kg: float) -> float:
        return 100.0 * max(0.0, usd_kg - 30.0) if linear else 5_000.0 * usd_kg / 30.0

    def fringe(let_out_t: float) -> list[float]:
        return [price_taking(lambda tonnes: market(let_out_t, tonnes), supply, 59_999.0)]

    def payoff(let_out_t: float, others: list[float]) -> float:
        return (market(let_out_t, others[0]) - cost(name, "dominant")) * let_out_t

    best, others = lead(payoff, fringe, 10_000.0, 50_000.0)
    return Sold([best.choice, *others], market(best.choice, others[0]))


@cache
def licence_holders(n_holders: int, quota_t: float = 30_000.0) -> Sold:
    """Holders of equal parts of a quota choose what they export, t/yr."""

    def run(tonnes: list[float]) -> reabm.Result:
        return played("licence_holders", export_quota__t_per_year=sum(tonnes))

    def payoff(player: int, tonnes: list[float]) -> float:
        found = run(tonnes)
        return (price(found) - price(found, "china")) * tonnes[player]

    part = quota_t / n_holders
    tonnes = cournot(payoff, [part] * n_holders, [part] * n_holders, tolerance=1e-5)
    return Sold(tonnes, price(run(tonnes)))


@cache
def successive_monopolies() -> tuple[Best, float]:
    """One sells oxide at a price, another buys it there and sets what it sells on: the first's choice, and the final price."""
    name, most_t = "leader_followers", 50_000.0

    def sold(oxide_usd_kg: float) -> list[float]:
        return [best_choice(lambda t: (month_price(name, [], t) - oxide_usd_kg) * t, 0.0, most_t).choice]

    own = cost(name, "leader")
    best, tonnes = lead(lambda usd_kg, t: (usd_kg - own) * t[0], sold, own, 100.0, tolerance=1e-5)
    return best, month_price(name, [], tonnes[0])


@cache
def magnet_duopoly(outside_cost: float | None = None) -> tuple[Sold, list[float]]:
    """Two makers of magnets, one buying oxide inside: t/yr of each, and profits (kUSD/yr). The second's cost may be another."""
    name = "magnet_duopoly"
    costs = [cost(name, "first"), cost(name, "second") if outside_cost is None else outside_cost]

    def payoff(player: int, tonnes: list[float]) -> float:
        return (month_price(name, [t / 12.0 for t in tonnes]) - costs[player]) * tonnes[player]

    tonnes = cournot(payoff, [5_000.0, 5_000.0], [30_000.0, 30_000.0], tolerance=1e-6)
    found = Sold(tonnes, month_price(name, [t / 12.0 for t in tonnes]))
    return found, [payoff(0, tonnes), payoff(1, tonnes)]


@cache
def tax_less_quota_kusd() -> float:
    """What a tax earns the state more than a quota of the same mean exports, over high and low demand alike (kUSD/yr)."""
    cost_rises, falls, gap = 0.001, 0.004, 200.0 - 10.0
    mean_t = gap / (2.0 * falls + cost_rises)  # the best quota
    toll = gap - (falls + cost_rises) * mean_t  # lets out as much on average
    ways = {"tax": {"market__freight_usd_kg": toll / 10.0}, "quota": {"export_quota__t_per_year": mean_t}}
    earned = dict.fromkeys(ways, 0.0)
    for way, levers in ways.items():
        for others in (0.0, 1.0):
            run = played("uncertain_demand", mines__others__output=others, **levers)
            tonnes = 12.0 * float(run.months.exports_legal_t.iloc[-1])
            home = (1.0 + price(run, "china")) / 2.0  # mean cost of the tonnes let out, from 10 USD/kg up to the price at home
            earned[way] += 10.0 * (price(run) - home) * tonnes / 2.0
    return earned["tax"] - earned["quota"]


@cache
def announced_cut() -> tuple[float, float]:
    """What traders carry into a cut (t), and the price before it, where carrying on pays nothing more."""
    name = "announced_cut"
    first = str(world(name).start // 12)  # the year; the world has two months

    def found(carried_t: float) -> list[float]:
        told = [
            {"from": f"{first}-01", "until": f"{first}-01", "value": (100.0 - carried_t) / 200.0},
            {"from": f"{first}-02", "until": f"{first}-02", "value": (60.0 + carried_t) / 200.0},
        ]
        return [float(p) for p in prices(played(name, mines__first__output=told))]

    carried = carry_over_t(lambda t: found(t)[0], lambda t: found(t)[1], 0.5, 0.01, 99.0)
    return carried, found(carried)[0]


# --- keeping a rival out (case L2): P = 100 - Q in units of 500 t a month, money in units of 500 kUSD ------------------------

UNIT_T = 500.0


@cache
def entrant_profit(let_out_t: float) -> float:
    """What a mine outside earns beside a leader who lets out so much, at its best output, before its cost of entry (units)."""
    name = "leader_followers"

    def payoff(tonnes: float) -> float:
        return (month_price(name, [tonnes], let_out_t) - cost(name, FIRMS[0])) * tonnes

    return best_choice(payoff, 0.0, 50_000.0).payoff / UNIT_T


def alone_profit(let_out_t: float) -> float:
    """What the leader earns with nobody beside it (units)."""
    name = "leader_followers"
    return (month_price(name, [], let_out_t) - cost(name, "leader")) * let_out_t / UNIT_T


@cache
def deterring_t(entry_cost: float) -> float:
    """Exports at which a mine outside would just not earn its cost of entry (t a month)."""
    return float(brentq(lambda t: entrant_profit(t) - entry_cost, 0.0, 39_000.0, xtol=1e-6))


def blockading_cost() -> float:
    """Cost of entry above which nobody enters beside a monopolist who does not mind them (units)."""
    return entrant_profit(monopoly("leader_followers", 0.0, 50_000.0)[0].choice)


@cache
def deterring_cost() -> float:
    """Cost of entry above which keeping the mine out pays the leader more than letting it in, as in case S1 (units)."""
    lets_in = stackelberg("leader_followers", 1)[0].payoff / UNIT_T
    most_t = monopoly("leader_followers", 0.0, 50_000.0)[0].choice
    indifferent_t = float(brentq(lambda t: alone_profit(t) - lets_in, most_t, 39_900.0, xtol=1e-6))
    return entrant_profit(indifferent_t)
