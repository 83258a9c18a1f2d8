"""A validated scenario -> arrays: the only place where years become months and gross weight becomes oxide.

`pack` gives the parameters of one segment (a stretch of months without change), `open_world` the state before the first
month. Rows are sorted by id; elements keep the order of their file.
"""

from __future__ import annotations

from math import inf, log
from typing import Any, NamedTuple

import numpy as np

from reabm.rules.demand import ISOELASTIC, LINEAR
from reabm.rules.strategies import STRATEGIES
from reabm.scenario.quantity import Series
from reabm.scenario.scenario import Scenario
from reabm.world import params as p
from reabm.world.draws import AgentKeys, agent_keys
from reabm.world.layout import Array, block_size, views
from reabm.world.state import (
    DESTINATIONS,
    GROUPS,
    LINES,
    MINE_STATUS,
    PLACES,
    ZONES,
    Cleared,
    Orders,
    Scratch,
    State,
    empty_state,
)  # fmt: skip

RECYCLED = "recycled"  # the last origin
# Ferro-alloys (mischmetal, dysprosium iron) came under the quota in May 2011; rapidly quenched magnet film never did.
ALLOY_GRADES = {"low": ("La", "Ce", "Dy", "Tb"), "high": ("NdPr",)}
HEAVY_SHARE = 0.25  # a Chinese deposit with more heavy elements than this works under the heavy production quota
BELIEF_MONTHS = 40.0  # weight of the opening belief in months (some 38 good and 2 bad: docs/odd.md, Beliefs)
CALM_RELIABILITY = 0.98  # belief in calm times, at least 0.97 (docs/odd.md, Beliefs)


class Names(NamedTuple):
    """Names of rows and columns, for tables and messages."""

    elements: tuple[str, ...]
    mines: tuple[str, ...]
    makers: tuple[str, ...]
    importers: tuple[str, ...]
    governments: tuple[str, ...]
    users: tuple[str, ...]
    origins: tuple[str, ...]


def names_of(scenario: Scenario) -> Names:
    """Names in the order of the arrays' rows."""
    origins = sorted({mine.country for mine in scenario.mines.values()})
    users = tuple(f"{sector}.{d}" for sector in scenario.sectors for d in DESTINATIONS)
    return Names(
        tuple(scenario.elements), tuple(scenario.mines), tuple(scenario.makers), tuple(scenario.importers),
        tuple(scenario.governments), users, (*origins, RECYCLED),
    )  # fmt: skip


def sizes_of(scenario: Scenario) -> dict[str, int]:
    """Length of every dimension of the arrays."""
    names = names_of(scenario)
    counts = {name: len(values) for name, values in names._asdict().items()}
    return counts | {
        "destinations": len(DESTINATIONS), "zones": len(ZONES), "lines": len(LINES), "places": len(PLACES),
        "groups": len(GROUPS), "months": scenario.n_months,
    }  # fmt: skip


def keys_of(scenario: Scenario) -> AgentKeys:
    """Keys under which the agents' luck is drawn."""
    return agent_keys(scenario.mines, scenario.makers)


def pack(scenario: Scenario) -> p.Params:
    """Arrays of a scenario in which settings and interventions have been applied (`Scenario.at`)."""
    sizes = sizes_of(scenario)

    def room(kind: Any) -> Any:
        return views(kind, sizes, np.zeros(block_size(kind, sizes)))

    elements = room(p.ElementParams)
    _pack_elements(scenario, elements)
    mines = room(p.MineParams)
    _pack_mines(scenario, mines, elements)
    makers = room(p.MakerParams)
    _pack_makers(scenario, makers, elements)
    users = room(p.UserParams)
    _pack_users(scenario, users, elements)
    _count_outside_use(scenario, elements, users, makers)
    importers = room(p.ImporterParams)
    _pack_importers(scenario, importers)
    governments = room(p.GovernmentParams)
    _pack_governments(scenario, governments)
    script = room(p.Script)
    _pack_script(scenario, script)
    return p.Params(elements, mines, makers, users, importers, governments, script, _knobs(scenario), _switches(scenario))


def _monthly(scenario: Scenario, series: Series) -> Array:
    return series.monthly(scenario.start, scenario.n_months)


def weighted_sum(weights: Array, values: Array) -> float:
    """Sum of products, term by term: library sums may differ between machines in the last bit."""
    total = 0.0
    for weight, value in zip(weights, values):
        total += float(weight) * float(value)
    return total


def _code(kind: str, strategy: str) -> float:
    return float(STRATEGIES[kind][strategy].code)


def _knobs(scenario: Scenario) -> p.Knobs:
    sections: dict[str, dict[str, float]] = {}
    for lever in p.SCALARS:
        section, name = lever.path.split(".")
        sections.setdefault(section, {})[name] = float(scenario.scalars[lever.path].value)
    return p.Knobs(**{section: p.KNOB_KINDS[section](**values) for section, values in sections.items()})


def _switches(scenario: Scenario) -> Any:
    return p.Switches(**{name: 1.0 if scenario.mechanisms.get(name, True) else 0.0 for name in p.SWITCHES})


def _pack_elements(scenario: Scenario, to: p.ElementParams) -> None:
    scale = scenario.scalars["use.elasticity_scale"].value
    for e, (name, element) in enumerate(scenario.elements.items()):
        to.reference_usd_kg[e] = element.reference_price.value
        to.longrun_usd_kg[e] = element.longrun_price.value
        to.log_reference[e] = log(element.reference_price.value)
        to.log_longrun[e] = log(element.longrun_price.value)
        to.elasticity[e] = element.demand_elasticity.value * scale
        to.choke_log[e] = log(element.choke_price_ratio.value)
        to.curve[e] = LINEAR if element.demand_curve == "linear" else ISOELASTIC
        to.lost_load[e] = element.lost_load_ratio.value
        to.group[e] = GROUPS.index(element.group)
        for grade, names in enumerate(ALLOY_GRADES.values()):
            to.alloy_grade[grade, e] = 1.0 if name in names else 0.0


def _pack_mines(scenario: Scenario, to: p.MineParams, elements: p.ElementParams) -> None:
    names = names_of(scenario)
    kinds = ("legal", "illegal", "outside")
    for m, mine in enumerate(scenario.mines.values()):
        deposit = scenario.deposits[mine.deposit]
        basket = np.array([deposit.basket.get(name, 0.0) for name in names.elements])
        to.basket[m] = basket / np.sum(basket)
        to.separation_yield[m] = deposit.separation_yield.value
        to.zone[m] = ZONES.index(mine.zone)
        to.kind[m] = kinds.index(mine.kind)
        heavy = weighted_sum(to.basket[m], elements.group)
        to.group[m] = 1.0 if heavy > HEAVY_SHARE else 0.0
        to.origin[m] = names.origins.index(mine.country)
        to.strategy[m] = _code("mine", mine.strategy)
        to.opening_status[m] = MINE_STATUS.index(mine.status)
        to.route[m] = ("separate", "concentrate").index(mine.route)
        to.restart_route[m] = ("separate", "concentrate").index(mine.restart_route)
        to.capacity_t[m] = _monthly(scenario, mine.capacity) / 12.0
        to.heavy_at_home[m] = _monthly(scenario, mine.heavy_separation)
        to.opex_usd_kg[m] = mine.opex.value
        to.restart_opex_usd_kg[m] = mine.opex.value if mine.restart_opex is None else mine.restart_opex.value
        to.capex_usd_kg[m] = mine.capex.value
        to.lead_months[m] = mine.lead.value
        to.ramp[m] = mine.ramp.value
        to.max_utilisation[m] = mine.max_utilisation.value
        to.earliest[m] = mine.earliest - scenario.start
        to.committed[m] = -1.0 if mine.committed is None else max(0, mine.committed - scenario.start)
        to.debt_share[m] = mine.debt_share.value
        for i, importer in enumerate(names.importers):
            to.offtake_ok[m, i] = 1.0 if importer in mine.offtake else 0.0


def _pack_makers(scenario: Scenario, to: p.MakerParams, elements: p.ElementParams) -> None:
    names = names_of(scenario)
    kinds = {"expansion": "makers.expansion_months", "joint_venture": "makers.plant_months", "plant": "makers.plant_months"}
    for j, maker in enumerate(scenario.makers.values()):
        to.home[j] = DESTINATIONS.index(maker.home)
        to.makes_alloy[j] = 1.0 if maker.makes == "alloy" else 0.0
        to.strategy[j] = _code("maker", maker.strategy)
        to.growth[j] = (1.0 + maker.scripted_capacity_growth.value) ** (1.0 / 12.0) - 1.0
        to.weight[j] = maker.weight.value
        to.reluctance[j] = maker.reluctance.value
        to.venture_share[j] = maker.joint_venture_share.value
        to.plant_months[j] = scenario.scalars[kinds[maker.plant_kind]].value
        for l, line in enumerate(LINES):
            for k, place in enumerate(PLACES):
                quantity = maker.capacity.get(line, {}).get(place)  # type: ignore[call-overload]
                to.opening_t[j, l, k] = 0.0 if quantity is None else quantity.value / 12.0
    for l, name in enumerate(LINES):
        product = scenario.lines[name]
        to.content[l] = [product.content.get(element, 0.0) for element in names.elements]
        to.conversion_usd_kg[l] = [
            product.conversion_cost_home.value, product.conversion_cost_china.value, product.conversion_cost_elsewhere.value,
        ]  # fmt: skip
        to.markup_precision[l] = product.markup_precision.value
        to.demand_elasticity[l] = product.demand_elasticity.value
        to.leak_loss[l] = product.leak_loss.value
        to.fixed_cost[l] = product.fixed_cost.value
        to.tariff[l] = product.tariff.value
        to.vat_rebate[l] = product.vat_rebate.value
        to.technology[l] = product.technology_weight.value
        to.cover_months[l] = product.cover.value
        to.thrift_ceiling[l] = [product.thrift_ceiling.get(element, 0.0) for element in names.elements]
        oxide = weighted_sum(to.content[l], elements.reference_usd_kg)
        to.reference_usd_kg[l] = product.conversion_cost_china.value + oxide + 1.1 / product.markup_precision.value
        for d, destination in enumerate(DESTINATIONS):
            series = scenario.magnet_demand.get(name, {}).get(destination)
            to.demand_t[l, d] = 0.0 if series is None else _monthly(scenario, series) / 12.0
    for e in range(len(names.elements)):
        to.thrift_speed[e] = max(scenario.lines[name].thrift_speed.value for name in LINES)


def _pack_users(scenario: Scenario, to: p.UserParams, elements: p.ElementParams) -> None:
    names = names_of(scenario)
    life = np.zeros(len(names.elements))
    weight = np.zeros(len(names.elements))
    recovery = np.zeros_like(to.recovery)
    uses = np.zeros_like(to.recovery)
    row = 0
    for sector in scenario.sectors.values():
        mix = np.array([sector.mix.get(name, 0.0) for name in names.elements])
        mix = mix / np.sum(mix)
        for d, destination in enumerate(DESTINATIONS):
            to.destination[row] = d
            to.strategy[row] = _code("user", sector.strategy)
            to.mix[row] = mix
            series = sector.demand.get(destination)  # type: ignore[call-overload]
            to.demand_t[row] = 0.0 if series is None else _monthly(scenario, series) / 12.0
            to.thrift_ceiling[row] = [sector.thrift_ceiling.get(name, 0.0) for name in names.elements]
            to.thrift_speed[row] = sector.thrift_speed.value
            use = to.demand_t[row, 0] * mix
            life += use * sector.life.value
            weight += use
            recovery[d] += use * sector.recovery.value
            uses[d] += use
            row += 1
    for e in range(len(names.elements)):
        to.life_months[e] = 12.0 * (life[e] / weight[e] if weight[e] > 0.0 else 10.0)
    to.recovery[:] = np.where(uses > 0.0, recovery / np.where(uses > 0.0, uses, 1.0), 0.0)


def _count_outside_use(scenario: Scenario, elements: p.ElementParams, users: p.UserParams, makers: p.MakerParams) -> None:
    """Use outside China in the first year at reference prices: the scale of smuggling, alloys and of an element's weight."""
    year = slice(0, min(12, scenario.n_months))
    for u in range(users.destination.shape[0]):
        if users.destination[u] > 0:
            elements.outside_use_t[:] += users.mix[u] * float(np.mean(users.demand_t[u, year]))
    for j in range(makers.home.shape[0]):
        if makers.makes_alloy[j] < 0.5:
            for l in range(len(LINES)):
                places = (0, 2) if makers.home[j] > 0 else (2,)
                capacity = 0.0
                for k in places:
                    capacity += float(makers.opening_t[j, l, k])
                elements.outside_use_t[:] += capacity * makers.content[l]


def _pack_importers(scenario: Scenario, to: p.ImporterParams) -> None:
    for i, importer in enumerate(scenario.importers.values()):
        to.destination[i] = DESTINATIONS.index(importer.destination)
        to.strategy[i] = _code("importer", importer.strategy)
        to.trade_share[i] = importer.trade_share.value
        to.base_cover_months[i] = importer.base_cover.value
        to.finance_kusd[i] = importer.finance.value * 1000.0
        to.offtake_share[i] = importer.offtake_share.value
        to.opening_delivered[i] = BELIEF_MONTHS * CALM_RELIABILITY
        to.opening_disrupted[i] = BELIEF_MONTHS * (1.0 - CALM_RELIABILITY)
    for d in range(len(DESTINATIONS)):
        rows = to.destination == d
        total = float(np.sum(to.trade_share[rows]))
        if total > 0.0:
            to.trade_share[rows] /= total


def _pack_governments(scenario: Scenario, to: p.GovernmentParams) -> None:
    for g, government in enumerate(scenario.governments.values()):
        to.destination[g] = DESTINATIONS.index(government.destination)
        to.is_chinese[g] = 1.0 if government.destination == "china" else 0.0
        kind = "state" if government.destination == "china" else "government"
        to.strategy[g] = _code(kind, government.strategy)
        to.reserve_speed[g] = government.stockpile_speed.value
        to.exposure_threshold[g] = government.exposure_threshold.value
        to.subsidy_share[g] = government.subsidy_share.value
        to.reserve_months[g] = government.stockpile_months.value


def _pack_script(scenario: Scenario, to: p.Script) -> None:
    n = scenario.n_months
    policy = scenario.policy
    names = names_of(scenario)
    months = np.arange(scenario.start, scenario.start + n)
    to.half_year[:] = 6 - months % 6
    to.new_half[:] = months % 6 == 0
    to.new_half[0] = 1.0
    to.new_year[:] = months % 12 == 0

    def series(given: Series | None, default: float) -> Array:
        return np.full(n, default) if given is None else _monthly(scenario, given)

    _pack_quota(scenario, to, series)
    for e, name in enumerate(names.elements):
        group = scenario.elements[name].group
        to.tax[e] = series(policy.export_tax.get(name, policy.export_tax.get(group)), 0.0)
        to.licence_scope[e] = 0.0
    to.vat[:] = series(policy.vat_unrefunded, 0.0)
    to.alloy_open[0] = 1.0 - series(policy.alloy_in_quota.low_grade, 0.0)
    to.alloy_open[1] = 1.0 - series(policy.alloy_in_quota.high_grade, 0.0)
    for g, quota in enumerate((policy.production_quota.light, policy.production_quota.heavy)):
        values = series(quota, inf) / 12.0
        to.production_quota_t[g] = np.where(np.isnan(values), inf, values)
    to.over_quota[:] = series(policy.over_quota, 1.0)
    to.crackdown[:] = series(policy.crackdown, 0.0)
    for m, name in enumerate(names.mines):
        to.halt[m] = series(policy.halts.get(name), 0.0)
    for d, name in enumerate(DESTINATIONS):
        if d > 0:
            to.embargo[d] = series(policy.embargo.get(name), 0.0)  # type: ignore[call-overload]
        to.recession[d] = series(scenario.news.recession.get(name), 1.0)  # type: ignore[call-overload]
    to.withhold[:] = series(policy.withhold_quota, 0.0)
    _pack_licence(scenario, to, series)
    to.purchase_t[:] = series(policy.state_purchases, 0.0)
    to.thrift_programme[:] = 1.0
    for g, name in enumerate(names.governments):
        to.complaint[g] = -1.0
        given = policy.governments.get(name)
        if given is None:
            continue
        to.subsidy[g] = series(given.subsidy, 0.0)
        to.thrift_programme[g] = series(given.thrift_programme, 1.0)
        to.reserve_months[g] = series(given.stockpile, 0.0)
        to.venture_block[g] = series(given.venture_block, 0.0)
        if given.complaint is not None:
            to.complaint[g] = max(0, given.complaint - scenario.start)
        if given.price_floor is not None:
            m = names.mines.index(given.price_floor.mine)
            e = names.elements.index(given.price_floor.element)
            to.mine_floor_usd_kg[:, m, e] = series(given.price_floor.price, 0.0)
        for mine, support in given.mine_support.items():
            to.mine_support[names.mines.index(mine)] = series(support, 0.0)
    to.rigid_prices[:] = 1.0


def _pack_quota(scenario: Scenario, to: p.Script, series: Any) -> None:
    """Half-year quotas in gross weight become tonnes of oxide; light and heavy parts pool where only a total is set."""
    quota = scenario.policy.export_quota
    gross = scenario.scalars["market.gross_weight_ratio"].value
    total = series(quota.total, np.nan) / gross
    light = series(quota.light, np.nan) / gross
    heavy = series(quota.heavy, np.nan) / gross
    first_split = inf
    if quota.light is not None and quota.heavy is not None:
        first_split = max(min(quota.light.values), min(quota.heavy.values))
    for t in range(scenario.n_months):
        split = scenario.start + t >= first_split and not (np.isnan(light[t]) and np.isnan(heavy[t]))
        if split:
            to.quota_t[0, t] = inf if np.isnan(light[t]) else light[t]
            to.quota_t[1, t] = inf if np.isnan(heavy[t]) else heavy[t]
            to.pools_groups[t] = 0.0
        else:
            to.quota_t[:, t] = inf if np.isnan(total[t]) else total[t]
            to.pools_groups[t] = 1.0


def _pack_licence(scenario: Scenario, to: p.Script, series: Any) -> None:
    """Where a licence regime is in force: from the first dated approval on."""
    licence = scenario.policy.licence
    names = names_of(scenario)
    to.approval[:] = 1.0
    dates = [min(approval.values) for approval in licence.approval.values()]
    first = min(dates) if dates else inf
    months = np.arange(scenario.start, scenario.start + scenario.n_months)
    in_force = np.where(months >= first, 1.0, 0.0)
    for d, name in enumerate(DESTINATIONS):
        given = licence.approval.get(name)  # type: ignore[call-overload]
        if given is not None:
            to.approval[d] = np.where(in_force > 0.0, _monthly(scenario, given), 1.0)
    to.delay_months[:] = series(licence.delay, 0.0) * in_force
    if "oxide" in licence.stages:
        for name in licence.elements:
            to.licence_scope[names.elements.index(name)] = in_force
    if "magnet" in licence.stages:
        to.magnets_in_scope[:] = in_force


def open_world(scenario: Scenario, params: p.Params) -> tuple[State, Array]:
    """The state before the first month: prices, stocks and beliefs of a calm market."""
    state, block = empty_state(sizes_of(scenario))
    names = names_of(scenario)
    market, goods, flows = state.market, state.goods, state.flows
    knobs = params.knobs
    for e, element in enumerate(scenario.elements.values()):
        china = element.opening_price.value
        outside = china * (1.0 + params.script.tax[e, 0] + params.script.vat[0]) + knobs.market.freight_usd_kg
        market.china_usd_kg[e] = china
        market.outside_usd_kg[e] = outside
        for z, price in enumerate((china, outside)):
            market.anchor_usd_kg[z, e] = price
            market.slow_usd_kg[z, e] = price
            market.peak_usd_kg[z, e] = price
            market.log_usd_kg[z, e] = market.log_anchor[z, e] = log(price)
        market.gap_usd_kg[e] = outside - china
        market.variance[e] = 0.04**2
        market.delivered_usd_kg[e] = outside
        market.delivered_usd_kg[e, 0] = china
        state.cleared.log_china[e] = log(china)
    market.nerve[:] = 1.0
    market.wto_month[0] = -1.0
    _open_firms(params, state)
    use = _opening_use(params, state)
    covers = np.array([[element.opening_cover_china.value, element.opening_cover_outside.value]
                       for element in scenario.elements.values()])  # fmt: skip
    for i in range(len(names.importers)):
        d = int(params.importers.destination[i])
        state.importers.stock_t[i] = covers[:, 0 if d == 0 else 1] * use[:, d] * params.importers.trade_share[i]
        state.importers.delivered[i] = params.importers.opening_delivered[i]
        state.importers.disrupted[i] = params.importers.opening_disrupted[i]
        state.importers.reliability[i] = CALM_RELIABILITY
    goods.knowledge[0] = knobs.knowledge.opening
    goods.own_knowledge[0] = knobs.knowledge.opening
    for d in range(len(DESTINATIONS)):
        goods.in_use_t[d] = 0.5 * use[:, d] * params.users.life_months
        z = 0 if d == 0 else 1
        flows.used_t[:, d] = use[:, d]
        if d > 0:
            flows.wanted_legal_t[:, d] = use[:, d]
        for l in range(len(LINES)):
            wanted = params.makers.demand_t[l, d, 0]
            flows.magnet_usd_kg[l, d] = params.makers.reference_usd_kg[l]
            goods.magnets_t[l, d] = params.makers.cover_months[l] * wanted
            goods.magnet_oxide_t[l, d] = goods.magnets_t[l, d] * params.makers.content[l] * (1.0 - knobs.use.swarf_loss)
        goods.swarf_t[z] += 0.0
    return state, block


def _open_firms(params: p.Params, state: State) -> None:
    mines, makers = state.mines, state.makers
    mines.status[:] = params.mines.opening_status
    mines.route[:] = params.mines.route
    mines.partner[:] = -1.0
    mines.utilisation[:] = np.where(
        params.mines.opening_status == MINE_STATUS.index("producing"), params.mines.max_utilisation, 0.0
    )
    mines.months_left[:] = np.where(params.mines.opening_status == MINE_STATUS.index("building"), params.mines.lead_months, 0.0)
    makers.capacity_t[:] = params.makers.opening_t
    total = np.sum(makers.capacity_t, axis=2)
    makers.plan_share[:] = np.where(total > 0.0, makers.capacity_t[:, :, 1] / np.where(total > 0.0, total, 1.0), 0.0)
    makers.has_plant[:] = np.where(np.sum(makers.capacity_t[:, :, 1], axis=1) > 0.0, 1.0, 0.0)
    for j in range(params.makers.home.shape[0]):
        if params.makers.makes_alloy[j] > 0.5:
            continue
        makers.planned_t[j] = 0.75 * makers.capacity_t[j]
        for k in range(len(PLACES)):
            for l in range(len(LINES)):
                need = makers.planned_t[j, l, k] * params.makers.content[l]
                makers.oxide_t[j, k] += need * (1.0 + params.knobs.makers.oxide_cover_months)


def _opening_use(params: p.Params, state: State) -> Array:
    """Use by element and destination in the first month at reference prices."""
    use = np.zeros((params.elements.group.shape[0], len(DESTINATIONS)))
    for u in range(params.users.destination.shape[0]):
        use[:, int(params.users.destination[u])] += params.users.mix[u] * params.users.demand_t[u, 0]
    for j in range(params.makers.home.shape[0]):
        for k in range(len(PLACES)):
            home = int(params.makers.home[j])
            d = (home, 0, 4)[k]
            for l in range(len(LINES)):
                use[:, d] += state.makers.planned_t[j, l, k] * params.makers.content[l]
    return use


def write_page(scenario: Scenario, params: p.Params) -> tuple[Orders, Scratch]:
    """Room for the month's market and for intermediate results."""
    sizes = sizes_of(scenario)
    arrays: Any = views(_OrderArrays, sizes, np.zeros(block_size(_OrderArrays, sizes)))
    knobs = params.knobs
    made: Any = Orders
    orders: Orders = made(
        *arrays, knobs.market.freight_usd_kg, knobs.market.reverse_freight_usd_kg, knobs.alloy.conversion_usd_kg,
        knobs.alloy.spread_usd_kg, knobs.market.transshipment_base_usd_kg, knobs.market.transshipment_slope_usd_kg,
        knobs.stocks.adjustment_months,
    )  # fmt: skip
    orders.log_reference[:] = params.elements.log_reference
    orders.elasticity[:] = params.elements.elasticity
    orders.choke_log[:] = params.elements.choke_log
    orders.curve[:] = params.elements.curve
    orders.sensitivity[:] = knobs.stocks.price_sensitivity
    orders.group[:] = params.elements.group
    scratch = views(Scratch, sizes, np.zeros(block_size(Scratch, sizes)))
    return orders, scratch


def _order_arrays() -> Any:
    """Orders without its scalars, for laying out memory."""
    from typing import get_type_hints

    hints = get_type_hints(Orders, include_extras=True)
    fields = [(name, hint) for name, hint in hints.items() if hint is not float]
    return NamedTuple("OrderArrays", fields)


_OrderArrays = _order_arrays()
__all__ = ["Cleared", "Names", "keys_of", "names_of", "open_world", "pack", "sizes_of", "write_page"]
