"""The rare-earth market as an ordinary Mesa user would write it: an object for every agent, lists of floats, DataCollector.

The agents are in plain_agents.py, the market of a month in plain_market.py. This is a yardstick of `make bench`: what the same
market costs without compiled rules. Numbers come from the same scenario: as many mines, makers, importers, governments, use
sectors, elements and months as the reference run, and a month of the same kind: news, measures, beliefs, decisions of mines,
makers, importers and users, production, one market for each element with quota, smuggling, alloys, embargo and re-exports,
deliveries, accounts of what was used and spent. It is not the same to the bit, and it leaves out prices of magnets by
destination (orders are shared by cost), know-how, licences that carry over or are hoarded, export price lists, the WTO, support
programmes, the origin of flows and pay-offs; re-exports answer to last month's premium, refused licences are not queued. What
is left out makes it faster, and so does collecting five columns of agents, where our Mesa model collects sixteen.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, log
from types import SimpleNamespace
from typing import Any

from mesa import DataCollector, Model

from reabm.engine.run import prepare
from reabm.scenario import find_configs, load_scenario
from tests.bench.plain_agents import CHINESE_LEGAL, IN_CHINA, N_DESTINATIONS, Government, Importer, Maker, Mine, User
from tests.bench.plain_market import ElementMarket, clear


@lru_cache(maxsize=1)
def history() -> SimpleNamespace:
    """The numbers of the shipped history as plain lists, by kind of agent; its script and knobs."""
    params = prepare(load_scenario(find_configs() / "scenarios" / "history.yaml")).segments[0].params

    def plain(group: Any) -> SimpleNamespace:
        return SimpleNamespace(**{name: getattr(group, name).tolist() for name in group._fields})

    names = ("elements", "mines", "makers", "users", "importers", "governments", "script")
    return SimpleNamespace(**{name: plain(getattr(params, name)) for name in names}, knobs=params.knobs)


class PlainMarket(Model):
    """The market of the shipped history; a step is a month.

    Parameters
    ----------
    months : int, months to play; 0: all of the history
    rng : root of Mesa's generators
    """

    def __init__(self, months: int = 0, rng: int | None = None) -> None:
        super().__init__(rng=rng)
        self.given = history()
        self.knobs = self.given.knobs
        self.months = months or len(self.given.script.vat)
        self.month, self.shock = 0, 1.0
        elements, stocks = self.given.elements, self.knobs.stocks
        self.n_elements, self.is_heavy = len(elements.group), [group > 0.5 for group in elements.group]
        self.markets = [
            ElementMarket(
                elements.reference_usd_kg[e], elements.elasticity[e], elements.choke_log[e], stocks.price_sensitivity,
                stocks.adjustment_months, elements.reference_usd_kg[e], elements.reference_usd_kg[e] + 1.0,
                anchor=(elements.reference_usd_kg[e], elements.reference_usd_kg[e] + 1.0),
            )
            for e in range(self.n_elements)
        ]  # fmt: skip
        n = self.n_elements
        self.trend, self.variance, self.gap, self.left_t = [0.0] * n, [0.02] * n, [0.0] * n, [[0.0] * n, [0.0] * n]
        self.prices_inside = [market.inside for market in self.markets]
        self.prices_outside = [market.outside for market in self.markets]
        self.slow_inside, self.slow_outside = list(self.prices_inside), list(self.prices_outside)
        self.trust, self.subsidies, self.licence = [1.0] * N_DESTINATIONS, [0.0] * N_DESTINATIONS, [0.0, 0.0]
        self.in_use = [[0.0] * n for _ in range(N_DESTINATIONS)]
        self.use_by_makers = [[0.0] * n for _ in range(N_DESTINATIONS)]
        self.kept = [[1.0] * n for _ in range(N_DESTINATIONS)]
        self.mined_t, self.used_t, self.recycled_t, self.swarf_t = [0.0] * n, [0.0] * n, [0.0] * n, [[0.0] * n, [0.0] * n]
        self.rationed, self.share_from_china, self.licences_t = 0.0, 0.9, [0.0, 0.0]
        self.users = [User(self, row) for row in range(len(self.given.users.destination))]
        self.mines = [Mine(self, row) for row in range(len(self.given.mines.kind))]
        self.makers = [Maker(self, row) for row in range(len(self.given.makers.home))]
        self.importers = [Importer(self, row) for row in range(len(self.given.importers.destination))]
        self.governments = [Government(self, row) for row in range(len(self.given.governments.destination))]
        self.china = next(one for one in self.governments if one.is_chinese)
        figures = {"ndpr_inside": lambda m: m.prices_inside[2], "ndpr_outside": lambda m: m.prices_outside[2]}
        figures |= {"dy_inside": lambda m: m.prices_inside[5], "dy_outside": lambda m: m.prices_outside[5]}
        figures |= {"licence_price": lambda m: m.licence[0], "share_from_china": lambda m: m.share_from_china}
        figures |= {f"{name}_t": lambda m, name=f"{name}_t": sum(getattr(one, name) for one in m.markets)
                    for name in ("legal", "smuggled", "alloy", "reverse")}  # fmt: skip
        self.datacollector = DataCollector(
            figures, agenttype_reporters={Mine: {"ore_t": "ore_t", "status": "status"}, Maker: {"output_t": "output_t"},
                                          Importer: {"cover": "cover"}, User: {"spent": "spent"}},
        )  # fmt: skip

    def step(self) -> None:
        """Play a month."""
        self.hear_news()
        self.agents_by_type[Government].do("act")
        self.agents_by_type[Importer].do("believe")
        self.look_around()
        self.agents_by_type[Mine].do("decide")
        self.agents_by_type[Maker].do("decide")
        self.agents_by_type[Importer].do("set_cover")
        self.agents_by_type[User].do("save_material")
        self.agents_by_type[Importer].do("offer_offtake")
        self.agents_by_type[Maker].do("order_oxide")
        self.agents_by_type[Mine].do("dig")
        self.recycle()
        self.sum_wants()
        self.clear_market()
        self.agents_by_type[Importer].do("buy")
        self.agents_by_type[User].do("consume")
        self.agents_by_type[Maker].do("make")
        self.agents_by_type[Government].do("store")
        self.keep_books()
        self.datacollector.collect(self)
        self.month += 1
        self.running = self.month < self.months

    def hear_news(self) -> None:
        """Demand drifts, and the sums of the month start from what was left over."""
        knobs = self.knobs.market
        drift = knobs.demand_noise_sd * self.random.gauss(0.0, 1.0)
        self.shock = self.shock**knobs.demand_noise_persistence * exp(drift)
        for e, market in enumerate(self.markets):
            market.supply = [self.left_t[0][e], self.left_t[1][e]]
            market.use, market.want, market.held, market.fixed = [0.0] * 3, [0.0] * 3, [0.0] * 3, [0.0] * 3
        for used in self.use_by_makers:
            used[:] = [0.0] * self.n_elements

    def issue_licences(self) -> None:
        """Licences of a new half-year."""
        script, month = self.given.script, self.month
        if month == 0 or script.new_half[month] > 0.5:
            self.licences_t = [row[month] for row in script.quota_t]

    def look_around(self) -> None:
        """What agents see of each other: trust by destination, capacity that went to China."""
        for d in range(1, N_DESTINATIONS):
            mine = [one for one in self.importers if one.destination == d]
            weight = sum(one.share for one in mine)
            self.trust[d] = sum(one.share * one.reliability for one in mine) / weight if weight > 0.0 else 1.0
        foreign = [one for one in self.makers if one.home != 0]
        self.capacity_of_makers = sum(sum(map(sum, one.capacity)) for one in foreign)
        self.capacity_in_china = sum(places[IN_CHINA] for one in foreign for places in one.capacity)
        self.legal_capacity = [0.0, 0.0]
        for mine_ in self.mines:
            if mine_.kind == CHINESE_LEGAL:
                self.legal_capacity[mine_.group] += mine_.capacities[self.month]
        self.magnets_wanted = [sum(by_month[self.month] for by_month in line) * self.shock for line in self.given.makers.demand_t]
        self.appeals: dict[Maker, list[list[float]]] = {}
        self.all_appeal = [0.0, 0.0]

    def orders_for(self, maker: Maker, line: int, place: int) -> float:
        """Magnets ordered from a plant: shared by capacity and cost, up to its capacity."""
        if not self.appeals:
            precision = self.given.makers.markup_precision
            for one in self.makers:
                self.appeals[one] = [
                    [size * exp(-min(50.0, precision[k] * cost)) for size, cost in zip(one.capacity[k], one.unit_cost[k])]
                    for k in range(2)
                ]
            self.all_appeal = [sum(sum(rows[k]) for rows in self.appeals.values()) for k in range(2)]
        if self.all_appeal[line] <= 0.0:
            return 0.0
        wanted = self.magnets_wanted[line] * self.appeals[maker][line][place] / self.all_appeal[line]
        return min(maker.capacity[line][place], wanted)

    def recycle(self) -> None:
        """Swarf, and scrap of products at the end of their life, come back as oxide."""
        knobs, users = self.knobs.use, self.given.users
        for z in range(2):
            for e in range(self.n_elements):
                leaves = self.swarf_t[z][e] / knobs.swarf_delay_months
                self.swarf_t[z][e] -= leaves
                self.markets[e].supply[z] += leaves
                self.recycled_t[e] += leaves
        for d, in_use in enumerate(self.in_use):
            slow = self.slow_inside if d == 0 else self.slow_outside
            for e, market in enumerate(self.markets):
                retired = in_use[e] / users.life_months[e]
                in_use[e] -= retired
                half = knobs.recycling_price_ratio * market.reference
                back = retired * users.recovery[d][e] * slow[e] ** 2 / (slow[e] ** 2 + half**2)
                market.supply[1 if d else 0] += back
                self.recycled_t[e] += back

    def restriction(self, e: int, d: int) -> float:
        """Share of legal shipments of an element to a destination that is stopped or refused."""
        script = self.given.script
        if d == 0:
            return 0.0
        refused = script.licence_scope[e][self.month] * (1.0 - script.approval[d][self.month])
        return max(script.embargo[d][self.month], refused)

    def disruption(self, d: int) -> float:
        """How far the month counts as disrupted."""
        refused = max(self.restriction(e, d) for e in range(self.n_elements))
        return min(1.0, max(refused, self.knobs.beliefs.quota_alarm * self.rationed))

    def reference_use(self, d: int) -> list[float]:
        """Use of a destination at reference prices, t/month by element."""
        total = list(self.use_by_makers[d])
        for user in self.users:
            if user.destination == d:
                demand = user.demands[self.month] * self.shock
                for e, share in enumerate(user.mix):
                    total[e] += demand * share * (1.0 - user.thrift[e])
        return total

    def block_and_price(self, e: int, d: int) -> tuple[int, float]:
        """Block of buyers that a destination belongs to, and what it pays."""
        market = self.markets[e]
        if d == 0:
            return 0, market.inside
        return (2, market.outside + market.premium) if self.restriction(e, d) > 0.0 else (1, market.outside)

    def paid_in(self, d: int) -> list[float]:
        """Prices in a destination."""
        return [self.block_and_price(e, d)[1] for e in range(self.n_elements)]

    def wanted_stock(self, importer: Importer, e: int) -> float:
        """Stock that an importer wants at the anchor price: cover, and more of it while prices rise."""
        speculation = self.knobs.stocks.speculation * min(0.7, max(-0.35, 3.0 * self.trend[e]))
        return max(0.0, importer.cover + speculation) * importer.share * self.use_in[importer.destination][e]

    def sum_wants(self) -> None:
        """Everybody's curves, summed by element and block."""
        script, month = self.given.script, self.month
        smuggling, alloy, freight = self.knobs.smuggling, self.knobs.alloy, self.knobs.market
        self.use_in = [self.reference_use(d) for d in range(N_DESTINATIONS)]
        outside_use = [sum(use[e] for use in self.use_in[1:]) for e in range(self.n_elements)]
        for e, market in enumerate(self.markets):
            market.allowed = 0.0
            for d, use in enumerate(self.use_in):
                stopped = self.restriction(e, d)
                block = 0 if d == 0 else 2 if stopped > 0.0 else 1
                market.use[block] += use[e]
                if block == 2:
                    market.allowed += use[e] * (1.0 - stopped)
            for importer in self.importers:
                block = self.block_and_price(e, importer.destination)[0]
                market.want[block] += self.wanted_stock(importer, e)
                market.held[block] += importer.stock[e]
            for government in self.governments:
                market.fixed[0 if government.is_chinese else 1] += government.purchases[e]
            market.tax_factor = 1.0 + script.tax[e][month] + script.vat[month]
            market.freight, market.reverse_freight = freight.freight_usd_kg, freight.reverse_freight_usd_kg
            effort = 1.0 + smuggling.enforcement_effect * self.china.crackdown
            market.smuggling = (
                smuggling.ceiling_share * outside_use[e], smuggling.cost_usd_kg * effort, smuggling.cost_share * effort
            )  # fmt: skip
            grade = max(kind[e] * script.alloy_open[k][month] for k, kind in enumerate(self.given.elements.alloy_grade))
            market.alloy = (alloy.low_grade_share * grade * outside_use[e], alloy.conversion_usd_kg, alloy.spread_usd_kg)
            market.reexport = (
                freight.transshipment_ceiling * outside_use[e], freight.transshipment_base_usd_kg,
                freight.transshipment_slope_usd_kg,
            )  # fmt: skip

    def clear_market(self) -> None:
        """One quota or two; prices, flows, and what each destination may use."""
        script, month = self.given.script, self.month
        pools = script.pools_groups[month] > 0.5
        groups = [(0, self.markets)] if pools else [
            (g, [market for market, heavy in zip(self.markets, self.is_heavy) if heavy == bool(g)]) for g in range(2)
        ]  # fmt: skip
        for g, markets in groups:
            release = self.licences_t[g] / script.half_year[month]
            self.licence[g] = clear(markets, release, self.licence[g])
            legal = sum(market.legal_t for market in markets)
            self.licences_t[g] = max(0.0, self.licences_t[g] - legal)
        if pools:
            self.licence[1], self.licences_t[1] = self.licence[0], self.licences_t[0]
        self.rationed = min(1.0, self.licence[0] / self.markets[2].outside)
        for d, kept in enumerate(self.kept):
            for e, market in enumerate(self.markets):
                kept[e] = market.use_share(self.block_and_price(e, d)[1])

    def keep_books(self) -> None:
        """Makers' oxide is used; what is over or under is carried on; expectations follow prices."""
        use, knobs = self.knobs.use, self.knobs.expectations
        for d, used_by in enumerate(self.use_by_makers):
            for e, wanted in enumerate(used_by):
                used = wanted * self.kept[d][e]
                lost = used * use.swarf_loss * use.swarf_recovery
                self.used_t[e] += used
                self.swarf_t[1 if d else 0][e] += lost
                self.in_use[d][e] += used * (1.0 - use.swarf_loss)
        traded = imported = 0.0
        for e, market in enumerate(self.markets):
            taken = [0.0, 0.0]
            for d in range(N_DESTINATIONS):
                taken[1 if d else 0] += self.use_in[d][e] * self.kept[d][e]
            for importer in self.importers:
                taken[1 if importer.destination else 0] += importer.orders[e]
            for government in self.governments:
                taken[0 if government.is_chinese else 1] += government.purchases[e]
            out = market.legal_t + market.smuggled_t + market.alloy_t - market.reverse_t
            self.left_t[0][e] = market.supply[0] - out - taken[0]
            self.left_t[1][e] = market.supply[1] + out - taken[1]
            imported, traded = imported + max(0.0, out), traded + max(0.0, out) + market.supply[1]
            new = (market.inside, market.outside)
            change = log(new[1] / self.prices_outside[e])
            self.trend[e] = knobs.trend_memory * self.trend[e] + (1.0 - knobs.trend_memory) * change
            self.variance[e] = 0.95 * self.variance[e] + 0.05 * change * change
            a, b = market.anchor
            market.anchor = (a + knobs.anchor_gain * (new[0] - a), b + knobs.anchor_gain * (new[1] - b))
            self.prices_inside[e], self.prices_outside[e] = new
            self.slow_inside[e] += (new[0] - self.slow_inside[e]) / use.price_memory_months
            self.slow_outside[e] += (new[1] - self.slow_outside[e]) / use.price_memory_months
            self.gap[e] += (new[1] - new[0] - self.gap[e]) / self.knobs.makers.gap_memory_months
        self.share_from_china = imported / traded if traded > 0.0 else 1.0

    def stocks_t(self, e: int) -> float:
        """Oxide of an element in all stores, with what was left over."""
        held = sum(one.stock[e] for one in self.importers) + sum(one.reserve[e] for one in self.governments)
        return held + self.left_t[0][e] + self.left_t[1][e]
