"""Agents of the plain Mesa market (plain_mesa.py): what each is and decides, as attributes and methods in plain Python."""

from __future__ import annotations

from math import exp, log, sqrt
from typing import TYPE_CHECKING

from mesa import Agent

if TYPE_CHECKING:
    from tests.bench.plain_mesa import PlainMarket

CHINESE_LEGAL, CHINESE_ILLEGAL = 0, 1
REAL_OPTION, SCRIPTED = 0, 3
IDEA, BUILDING, PRODUCING, MOTHBALLED = range(4)
N_DESTINATIONS, HOME, IN_CHINA = 5, 0, 1


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
