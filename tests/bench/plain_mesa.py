"""The rare-earth market as an ordinary Mesa user would write it: an object for every agent, lists of floats, DataCollector.

It is the yardstick of `make bench`: what the same market costs without compiled rules. Numbers come from the same scenario: as
many mines, makers, importers, governments, use sectors, elements and months as the reference run, and a month of the same kind:
news, measures, beliefs, decisions of mines, makers, importers and users, production, one market for each element with quota,
smuggling, alloys, embargo and re-exports, deliveries, accounts. It is not the same to the bit, and it leaves out: prices of
magnets by destination (orders are shared by cost), know-how, licences that carry over or are hoarded, export price lists, the
WTO, support programmes, the origin of flows, and re-exports answer to last month's premium. All of it makes it faster.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, log, sqrt
from types import SimpleNamespace
from typing import Any

from mesa import Agent, DataCollector, Model

from reabm.engine.run import prepare
from reabm.scenario import find_configs, load_scenario
from tests.bench.plain_market import ElementMarket, clear

CHINESE_LEGAL, CHINESE_ILLEGAL = 0, 1
REAL_OPTION, SCRIPTED = 0, 3
IDEA, BUILDING, PRODUCING, MOTHBALLED = range(4)
N_DESTINATIONS, HOME, IN_CHINA, ELSEWHERE = 5, 0, 1, 2


@lru_cache(maxsize=1)
def history() -> SimpleNamespace:
    """The numbers of the shipped history as plain lists: elements, mines, firms, users, governments, script, knobs."""
    params = prepare(load_scenario(find_configs() / "scenarios" / "history.yaml")).segments[0].params

    def plain(group: Any) -> SimpleNamespace:
        return SimpleNamespace(**{name: getattr(group, name).tolist() for name in group._fields})

    names = ("elements", "mines", "makers", "users", "importers", "governments", "script")
    return SimpleNamespace(**{name: plain(getattr(params, name)) for name in names}, knobs=params.knobs)


class Mine(Agent):
    """Digs and separates; outside China it is built, ramped up, mothballed and started again as prices go."""

    def __init__(self, model: PlainMarket, row: int) -> None:
        super().__init__(model)
        given = model.given.mines
        self.kind, self.group, self.strategy = int(given.kind[row]), int(given.group[row]), int(given.strategy[row])
        self.is_outside = given.zone[row] > 0.5
        self.basket, self.separation_yield = given.basket[row], given.separation_yield[row]
        self.capacities, self.heavy = given.capacity_t[row], given.heavy_at_home[row]
        self.opex, self.capex = given.opex_usd_kg[row], given.capex_usd_kg[row]
        self.lead, self.ramp, self.top = given.lead_months[row], given.ramp[row], given.max_utilisation[row]
        self.earliest, self.committed = given.earliest[row], given.committed[row]
        self.ships, self.halts = given.route[row] > 0.5, model.given.script.halt[row]
        self.status = int(given.opening_status[row])
        self.utilisation = given.opening_utilisation[row] if self.status == PRODUCING else 0.0
        self.months_left = self.lead if self.status == BUILDING else 0.0
        self.loss_months, self.cash, self.prepaid, self.ore_t = 0, 0.0, 0.0, 0.0
        self.partner: Importer | None = None

    def worth(self, home: list[float], china: list[float]) -> float:
        """USD from the oxide in a kilogram of ore (as oxide): concentrate sells for a share of the inside price."""
        paid, value = self.model.knobs.mines.payability, 0.0
        heavy_at_home = self.heavy[self.model.month]
        for e, share in enumerate(self.basket):
            own = 0.0 if self.ships else 1.0
            if self.is_outside and self.model.is_heavy[e]:
                own *= heavy_at_home
            value += share * (own * home[e] + (1.0 - own) * paid * china[e])
        return value * self.separation_yield

    def decide(self) -> None:
        """Value the basket; build, ramp, mothball or restart."""
        model, month = self.model, self.model.month
        inside, outside = model.prices_inside, model.prices_outside
        self.basket_usd_kg = self.worth(outside if self.is_outside else inside, inside)
        if not self.is_outside:
            return
        knobs = model.knobs.mines
        crash = 1.0 - knobs.crash_probability * knobs.crash_depth
        hoped = [market.anchor[1] * crash for market in model.markets]
        self.expected_usd_kg = self.worth(hoped, [market.anchor[0] for market in model.markets])
        multiple = 1.0
        if self.strategy == REAL_OPTION:
            variance = min(knobs.volatility_high, max(knobs.volatility_low, self.volatility())) ** 2
            drift = (knobs.discount_rate - knobs.payout_rate) / variance
            beta = 0.5 - drift + sqrt((drift - 0.5) ** 2 + 2.0 * knobs.discount_rate / variance)
            multiple = beta / (beta - 1.0)
        annuity = knobs.discount_rate / (1.0 - (1.0 + knobs.discount_rate) ** -knobs.life_years)
        hurdle = self.opex + multiple * self.capex * (1.0 - self.prepaid) * annuity
        if self.status == IDEA:
            wants = self.expected_usd_kg >= hurdle and month >= self.earliest and self.strategy != SCRIPTED
            wants = wants and model.random.random() < knobs.open_window
            if month >= self.committed if self.committed >= 0.0 else wants:
                self.status = BUILDING
                self.months_left = self.lead * (1.0 + knobs.lead_spread * (1.5 * model.random.random() - 0.3))
        elif self.status == BUILDING:
            self.months_left -= 1.0
            if self.months_left <= 0.0:
                self.status, self.utilisation, self.loss_months = PRODUCING, 0.05, 0
        elif self.status == PRODUCING:
            margin = self.basket_usd_kg - self.opex
            self.cash += margin * self.ore_t
            if margin >= 0.0:
                self.utilisation, self.loss_months = min(self.top, self.utilisation + self.ramp), max(0, self.loss_months - 1)
            else:
                self.utilisation, self.loss_months = max(0.05, self.utilisation - 0.03), self.loss_months + 1
            if self.loss_months > knobs.mothball_months * (1.0 if self.partner is None else 2.6):
                self.status, self.utilisation, self.loss_months = MOTHBALLED, 0.0, 0
        elif self.expected_usd_kg > knobs.restart_margin * self.opex and model.random.random() < knobs.open_window:
            self.status, self.months_left = BUILDING, knobs.restart_months

    def volatility(self) -> float:
        """Yearly volatility of the basket outside."""
        value = square = 0.0
        for e, share in enumerate(self.basket):
            weight = share * self.model.markets[e].anchor[1]
            value, square = value + weight, square + weight * sqrt(12.0 * self.model.variance[e])
        return square / value if value > 0.0 else 0.0

    def dig(self) -> None:
        """Bring the month's oxide to market, inside China or outside."""
        model, capacity = self.model, self.capacities[self.model.month]
        if self.kind == CHINESE_LEGAL:
            share = capacity / model.legal_capacity[self.group] if model.legal_capacity[self.group] > 0.0 else 0.0
            self.ore_t = min(capacity, model.china.production_quota[self.group] * share)
        elif self.kind == CHINESE_ILLEGAL:
            usual = sum(share * market.reference for share, market in zip(self.basket, model.markets))
            lift = (self.basket_usd_kg / usual) ** model.knobs.mines.illegal_elasticity
            self.ore_t = capacity * min(2.0, max(0.2, lift)) * (1.0 - model.china.crackdown)
        else:
            self.ore_t = capacity * self.utilisation if self.status == PRODUCING else 0.0
        self.ore_t *= 1.0 - self.halts[model.month]
        if self.ore_t <= 0.0:
            return
        for e, share in enumerate(self.basket):
            oxide = self.ore_t * share * self.separation_yield
            own = 0.0 if self.ships else 1.0
            if model.is_heavy[e]:
                own *= self.heavy[model.month]
            at_home = oxide * own if self.is_outside else 0.0
            model.markets[e].supply[1] += at_home
            model.markets[e].supply[0] += oxide - at_home
            model.mined_t[e] += oxide


class Maker(Agent):
    """Makes magnets at home, in China and elsewhere, and chooses where its lines stand."""

    def __init__(self, model: PlainMarket, row: int) -> None:
        super().__init__(model)
        given = model.given.makers
        self.home, self.makes_alloy = int(given.home[row]), given.makes_alloy[row] > 0.5
        self.capacity = [list(places) for places in given.opening_t[row]]
        self.growth, self.reluctance, self.venture = given.growth[row], given.reluctance[row], given.venture_share[row]
        self.thrift = [0.0] * model.n_elements
        self.unit_cost = [[0.0] * 3 for _ in self.capacity]
        self.plan = [places[IN_CHINA] / max(1e-9, sum(places)) for places in self.capacity]
        self.building: list[tuple[float, float] | None] = [None] * len(self.capacity)
        self.planned = [[0.0] * 3 for _ in self.capacity]
        self.output_t, self.cash = 0.0, 0.0
        self.buys_in = (self.home, 0, N_DESTINATIONS - 1)

    def decide(self) -> None:
        """Finish plants, cost the lines in every place, save material, weigh the move to China."""
        given, knobs, model = self.model.given.makers, self.model.knobs.makers, self.model
        own, total = sum(places[IN_CHINA] for places in self.capacity), sum(map(sum, self.capacity))
        others = (model.capacity_in_china - own) / max(1e-9, model.capacity_of_makers - total)
        for e, market in enumerate(model.markets):
            pull = max(0.0, 1.0 - (1.25 * market.reference / (market.outside if self.home else market.inside)))
            self.thrift[e] += given.thrift_speed[e] * max(0.0, pull * given.thrift_ceiling[0][e] - self.thrift[e])
        for line, places in enumerate(self.capacity):
            for place in range(3):
                places[place] *= 1.0 + self.growth
                price = model.paid_in(self.buys_in[place])
                cost = given.conversion_usd_kg[line][IN_CHINA if self.home == 0 else place]
                for e, content in enumerate(given.content[line]):
                    cost += content * (1.0 - self.thrift[e]) * price[e]
                known = self.unit_cost[line][place]
                self.unit_cost[line][place] = known + knobs.demand_gain * (cost - known) if known else cost
            if self.home == 0 or self.makes_alloy:
                continue
            self.finish_building(line)
            saving = (
                sum(content * (1.0 - self.thrift[e]) * model.gap[e] for e, content in enumerate(given.content[line]))
                / self.unit_cost[line][HOME]
            )
            benefit = (
                knobs.gap_weight * saving + knobs.herding * others + given.vat_rebate[line] - given.fixed_cost[line]
                - knobs.leak_weight * given.leak_loss[line] * self.venture * 0.5
                - knobs.risk_weight * (1.0 - model.trust[self.home]) - model.subsidies[self.home] - self.reluctance
            )  # fmt: skip
            wanted = 1.0 / (1.0 + exp(-max(-50.0, min(50.0, knobs.logit_precision * benefit))))
            rate = knobs.move_rate if wanted > self.plan[line] else knobs.return_rate
            self.plan[line] += rate * (wanted - self.plan[line])
            size = sum(places)
            step = self.plan[line] - places[IN_CHINA] / size if size > 0.0 else 0.0
            if self.building[line] is None and abs(step) >= knobs.lump_share:
                months = knobs.plant_months * (0.75 + 0.75 * model.random.random()) if step > 0.0 else knobs.closing_months
                self.building[line] = (min(step * size, places[HOME]), months)

    def finish_building(self, line: int) -> None:
        """Capacity moves once its plant stands."""
        building = self.building[line]
        if building is None:
            return
        moved, months = building
        self.building[line] = (moved, months - 1.0) if months > 1.0 else None
        if months <= 1.0:
            moved = max(-self.capacity[line][IN_CHINA], min(moved, self.capacity[line][HOME]))
            self.capacity[line][HOME] -= moved
            self.capacity[line][IN_CHINA] += moved

    def order_oxide(self) -> None:
        """Add what the lines need to the use of the places where they stand."""
        content = self.model.given.makers.content
        for line in range(len(self.capacity)):
            for place in range(3):
                self.planned[line][place] = t = self.model.orders_for(self, line, place)
                if t > 0.0:
                    block_of, used = self.model.use_by_makers[self.buys_in[place]], content[line]
                    for e, share in enumerate(used):
                        block_of[e] += t * share * (1.0 - self.thrift[e])

    def make(self) -> None:
        """Make as many magnets as the oxide that arrived allows."""
        self.output_t, floor = 0.0, self.model.knobs.makers.content_floor
        for line, contents in enumerate(self.model.given.makers.content):
            for place, t in enumerate(self.planned[line]):
                if t > 0.0:
                    kept = self.model.kept[self.buys_in[place]]
                    limit = min(kept[e] / floor for e, content in enumerate(contents) if content > 0.0)
                    self.output_t += t * min(1.0, limit)
                    self.cash += t * min(1.0, limit) * 0.1 * self.unit_cost[line][place]


class Importer(Agent):
    """Buys for a destination: believes in China or not, holds a stock accordingly, finances mines."""

    def __init__(self, model: PlainMarket, row: int) -> None:
        super().__init__(model)
        given = model.given.importers
        self.row, self.destination, self.share = row, int(given.destination[row]), given.trade_share[row]
        self.calm_cover, self.strategy = given.base_cover_months[row], int(given.strategy[row])
        self.delivered, self.disrupted = given.opening_delivered[row], given.opening_disrupted[row]
        self.purse, self.cover = given.finance_kusd[row], self.calm_cover
        use = model.reference_use(self.destination)
        self.stock = [self.calm_cover * self.share * t for t in use]
        self.orders = [0.0] * model.n_elements

    @property
    def reliability(self) -> float:
        """Believed chance that a month's deliveries come."""
        return self.delivered / (self.delivered + self.disrupted)

    def believe(self) -> None:
        """Beta-Bernoulli update with a discount on the past."""
        if self.destination == 0:
            return
        knobs, seen = self.model.knobs.beliefs, self.model.disruption(self.destination)
        self.delivered = knobs.memory * self.delivered + 1.0 - seen
        self.disrupted = knobs.memory * self.disrupted + seen

    def set_cover(self) -> None:
        """Months of use wanted in store: calm cover and a stock against an interruption."""
        knobs, risk = self.model.knobs.stocks, 0.0
        hazard = (1.0 - self.reliability) / knobs.interruption_months
        ratio = hazard * knobs.shortage_multiple / knobs.carrying_share
        if self.strategy > 0 and self.destination and ratio > 1.0:
            risk = min(knobs.risk_cap_months, knobs.interruption_months * log(ratio))
        self.cover = self.calm_cover + risk

    def offer_offtake(self) -> None:
        """Advance half of a mine's capital to the first that may be financed, while China is not trusted."""
        knobs = self.model.knobs.stocks
        hazard = (1.0 - self.reliability) / knobs.interruption_months
        if self.strategy != 2 or hazard * knobs.shortage_multiple <= 2.5 * knobs.carrying_share:
            return
        for row, mine in enumerate(self.model.mines):
            allowed = self.model.given.mines.offtake_ok[row][self.row] > 0.5
            if not allowed or mine.partner is not None or self.model.month < mine.earliest - 12:
                continue
            needed = 0.5 * mine.capex * mine.capacities[self.model.month] * 12.0
            if needed <= self.purse:
                self.purse -= needed
                mine.partner, mine.prepaid = self, 0.5
                return

    def buy(self) -> None:
        """Take the orders at the prices found into store."""
        for e, market in enumerate(self.model.markets):
            price = self.model.block_and_price(e, self.destination)[1]
            anchor = market.anchor[0 if self.destination == 0 else 1]
            want = self.model.wanted_stock(self, e) * (anchor / price) ** market.sensitivity
            self.orders[e] = (want - self.stock[e]) / market.adjustment
            self.stock[e] += self.orders[e]


class User(Agent):
    """A use sector in a destination; it substitutes and saves for good when prices stay high."""

    def __init__(self, model: PlainMarket, row: int) -> None:
        super().__init__(model)
        given = model.given.users
        self.destination, self.mix, self.demands = int(given.destination[row]), given.mix[row], given.demand_t[row]
        self.ceiling, self.speed, self.strategy = given.thrift_ceiling[row], given.thrift_speed[row], given.strategy[row]
        self.thrift = [0.0] * model.n_elements
        self.use = [0.0] * model.n_elements
        self.spent = 0.0

    def save_material(self) -> None:
        """Thrift goes towards what slow prices suggest; use at reference prices follows."""
        slow = self.model.slow_inside if self.destination == 0 else self.model.slow_outside
        demand = self.demands[self.model.month] * self.model.shock
        for e, share in enumerate(self.mix):
            if share > 0.0:
                pull = max(0.0, 1.0 - self.model.knobs.use.thrift_trigger * self.model.markets[e].reference / slow[e])
                self.thrift[e] += self.speed * max(0.0, pull * self.ceiling[e] - self.thrift[e])
                self.use[e] = demand * share * (1.0 - self.thrift[e])

    def consume(self) -> None:
        """Use what the price leaves."""
        kept, paid = self.model.kept[self.destination], self.model.paid_in(self.destination)
        in_use = self.model.in_use[self.destination]
        for e, wanted in enumerate(self.use):
            if wanted > 0.0:
                used = wanted * kept[e]
                in_use[e] += used
                self.model.used_t[e] += used
                self.spent += used * paid[e]


class Government(Agent):
    """Watches how much its makers depend on China; subsidises them and fills a reserve once that is too much."""

    def __init__(self, model: PlainMarket, row: int) -> None:
        super().__init__(model)
        given = model.given.governments
        self.destination, self.is_chinese = int(given.destination[row]), given.is_chinese[row] > 0.5
        self.threshold, self.subsidy_share = given.exposure_threshold[row], given.subsidy_share[row]
        self.months, self.speed = given.reserve_months[row], given.reserve_speed[row]
        self.reserve = [0.0] * model.n_elements
        self.purchases = [0.0] * model.n_elements
        self.production_quota, self.crackdown, self.subsidy = [0.0, 0.0], 0.0, 0.0

    def act(self) -> None:
        """The Chinese state reads its script; others look at trust and exposure."""
        model, month, script = self.model, self.model.month, self.model.given.script
        if self.is_chinese:
            self.production_quota = [row[month] * script.over_quota[month] for row in script.production_quota_t]
            self.crackdown = script.crackdown[month]
            model.issue_licences()
            return
        exposure = model.share_from_china * (1.0 - model.trust[self.destination])
        self.subsidy = self.subsidy_share if exposure > self.threshold else 0.0
        model.subsidies[self.destination] = self.subsidy
        months = self.months if exposure > self.threshold else 0.0
        use = model.reference_use(self.destination) if months > 0.0 else self.purchases
        for e in range(model.n_elements):
            self.purchases[e] = max(0.0, self.speed * (months * use[e] - self.reserve[e])) if months > 0.0 else 0.0

    def store(self) -> None:
        """What was bought fills the reserve."""
        for e, bought in enumerate(self.purchases):
            self.reserve[e] += bought


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
