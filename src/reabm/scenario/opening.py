"""What a run starts from: the state of a calm market before the first month, and empty pages for the month's work."""

from __future__ import annotations

from math import log
from typing import Any, NamedTuple

import numpy as np

from reabm.scenario.names import sizes_of
from reabm.scenario.pack_firms import BELIEF_MONTHS, CALM_RELIABILITY
from reabm.scenario.scenario import Scenario
from reabm.world import params as p
from reabm.world.layout import Array, block_size, views
from reabm.world.state import DESTINATIONS, LINES, MINE_STATUS, PLACES, Orders, Scratch, State, empty_state


def open_world(scenario: Scenario, params: p.Params) -> tuple[State, Array]:
    """The state before the first month: prices, stocks and beliefs of a calm market."""
    state, block = empty_state(sizes_of(scenario))
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
            market.log_usd_kg[z, e] = market.log_anchor[z, e] = market.log_habit[z, e] = log(price)
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
    for i in range(params.importers.destination.shape[0]):
        d = int(params.importers.destination[i])
        state.importers.stock_t[i] = covers[:, 0 if d == 0 else 1] * use[:, d] * params.importers.trade_share[i]
    state.importers.delivered[:] = params.importers.opening_delivered
    state.importers.disrupted[:] = params.importers.opening_disrupted
    state.importers.experience[:] = 1.0
    calm = BELIEF_MONTHS * (1.0 - CALM_RELIABILITY)
    state.importers.reliability[:] = CALM_RELIABILITY + (calm - params.importers.opening_disrupted) / BELIEF_MONTHS
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
        params.mines.opening_status == MINE_STATUS.index("producing"), params.mines.opening_utilisation, 0.0
    )
    mines.months_left[:] = np.where(params.mines.opening_status == MINE_STATUS.index("building"), params.mines.lead_months, 0.0)
    makers.capacity_t[:] = params.makers.opening_t
    total = np.sum(makers.capacity_t, axis=2)
    makers.plan_share[:] = np.where(total > 0.0, makers.capacity_t[:, :, 1] / np.where(total > 0.0, total, 1.0), 0.0)
    makers.has_plant[:] = np.where(np.sum(makers.capacity_t[:, :, 1], axis=1) > 0.0, 1.0, 0.0)
    magnets = params.makers.makes_alloy <= 0.5
    makers.planned_t[magnets] = 0.75 * makers.capacity_t[magnets]
    for k in range(len(PLACES)):
        for l in range(len(LINES)):
            need = makers.planned_t[:, l, k, None] * params.makers.content[l]
            makers.oxide_t[:, k] += need * (1.0 + params.knobs.makers.oxide_cover_months)


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
