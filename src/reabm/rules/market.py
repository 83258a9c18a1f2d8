"""The month's market: licences offered, the solver's page written, cleared, and its prices taken."""

from __future__ import annotations

from math import inf, log

from reabm.rules.channels import unlawful_usd_kg
from reabm.rules.clearing import clear_group
from reabm.rules.outside import FREE, RESTRICTED
from reabm.rules.quota import pinch_remembered, release_t
from reabm.rules.restrictions import block_of
from reabm.rules.rule import inline_rule, rule

MANY_EXPORTERS = 1e5  # from here on licence holders count as price takers


@inline_rule
def holders_margin_usd_kg(orders, flows, e, outside_usd_kg, exporters_n):
    """Margin that n licence holders with market power add to the price outside (Cournot; case K1).

    exports / (n x slope of the takings outside), both at last month's price: a fixed point over months.
    """
    if exporters_n >= MANY_EXPORTERS:
        return 0.0
    slope = 0.0
    for block in range(1, 3):
        use = orders.elasticity[e] * orders.use_t[e, block]
        stock = orders.sensitivity[e] * orders.want_t[e, block] / orders.adjustment_months
        slope += (use + stock) / outside_usd_kg
    exports = 0.0
    for d in range(1, flows.legal_t.shape[1]):
        exports += flows.legal_t[e, d]
    return exports / (exporters_n * slope) if slope > 0.0 else 0.0


@rule
def write_orders(orders, scratch, flows, policy, market, elements, knobs, on, month):
    """Fill the solver's page for the month.

    Parameters
    ----------
    orders : Orders, arrays *Overwritten*
    scratch : Scratch; flows : Flows; policy : Policy; market : Market; elements : ElementParams; knobs : Knobs
    on : Switches; month : int
    """
    n_dest, n = scratch.wanted_use_t.shape
    delay_cost = 0.0
    for e in range(n):
        allowed, free_use, restricted_use = 0.0, 0.0, 0.0
        for b in range(3):
            orders.use_t[e, b] = 0.0
            orders.want_t[e, b] = 0.0
            orders.held_t[e, b] = 0.0
            orders.fixed_t[e, b] = 0.0
        for d in range(n_dest):
            b = block_of(scratch, e, d)
            orders.use_t[e, b] += scratch.wanted_use_t[d, e]
            orders.want_t[e, b] += scratch.wanted_stock_t[d, e]
            orders.held_t[e, b] += scratch.held_t[d, e]
            orders.fixed_t[e, b] += scratch.fixed_t[d, e]
            if b == RESTRICTED:
                allowed += scratch.allowed_t[e, d]
                restricted_use += scratch.wanted_use_t[d, e]
            elif b == FREE:
                free_use += flows.wanted_legal_t[e, d]
        orders.supply_t[e, 0] = flows.supply_t[0, e]
        orders.supply_t[e, 1] = flows.supply_t[1, e]
        orders.allowed_t[e] = allowed
        orders.reexport_need_t[e] = restricted_use
        orders.reexport_ceiling_t[e] = on.transshipment * knobs.market.transshipment_ceiling * free_use
        delay_cost = policy.delay_months[0] * knobs.mines.discount_rate / 12.0 if policy.licence_scope[e] > 0.5 else 0.0
        orders.tax_factor[e] = 1.0 + policy.tax[e] + policy.vat[0] + delay_cost
        orders.log_anchor[e, 0] = market.log_anchor[0, e]
        orders.log_anchor[e, 1] = market.log_anchor[1, e]
        orders.smuggling_ceiling_t[e] = on.smuggling * knobs.smuggling.ceiling_share * elements.outside_use_t[e]
        enforcement = 1.0 + knobs.smuggling.enforcement_effect * policy.crackdown[0]
        cost = knobs.smuggling.cost_usd_kg + knobs.smuggling.cost_share * market.china_usd_kg[e]
        orders.smuggling_cost_usd_kg[e] = max(1e-3, cost * enforcement)
        orders.unlawful_usd_kg[e] = unlawful_usd_kg(
            knobs.smuggling.origin_discount, market.china_usd_kg[e], scratch.illegal_t[e], orders.smuggling_ceiling_t[e]
        )
        low = elements.alloy_grade[0, e] * policy.alloy_open[0] * knobs.alloy.low_grade_share
        high = elements.alloy_grade[1, e] * policy.alloy_open[1] * knobs.alloy.high_grade_share
        orders.alloy_capacity_t[e] = (low + high) * elements.outside_use_t[e]
        if policy.alloy_open[1] > 0.0 and elements.alloy_grade[1, e] > 0.5:
            orders.alloy_capacity_t[e] += scratch.alloy_in_china_t[e] * policy.alloy_open[1]
        has_quota = market.release_t[0] < inf  # without a quota anybody may export
        margin = holders_margin_usd_kg(orders, flows, e, market.outside_usd_kg[e], knobs.market.exporters_n)
        orders.markup_usd_kg[e] = margin if has_quota else 0.0
        keeps_list = on.rigid_export_price > 0.5 and has_quota
        orders.list_usd_kg[e] = market.outside_usd_kg[e] * (1.0 - knobs.quota.price_list_decay) if keeps_list else 0.0
        market.list_usd_kg[e] = orders.list_usd_kg[e]


@rule
def release_licences(market, policy, scratch, flows, elements, script, knobs, on, month):
    """Licences sold this month in each quota group: an even share of the bank, hoarded while prices rise.

    Those of an embargoed country are partly withheld from the others, as the state chooses.

    Parameters
    ----------
    market : Market, release_t *Overwritten*
    others : read only
    """
    for g in range(market.release_t.shape[0]):
        if policy.quota_t[g] == inf:
            market.release_t[g] = inf
            continue
        trend, weight, stopped, normal, pinch, tonnes = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        for e in range(elements.group.shape[0]):
            if policy.pools_groups[0] < 0.5 and elements.group[e] != g:
                continue
            value = elements.outside_use_t[e] * elements.reference_usd_kg[e]
            trend += market.trend[1, e] * value
            weight += value
            pinch += market.pinch[e] * elements.outside_use_t[e]
            tonnes += elements.outside_use_t[e]
            for d in range(1, flows.wanted_legal_t.shape[1]):
                normal += flows.wanted_legal_t[e, d]
                if scratch.restricted[e, d] > 0.5:
                    stopped += max(0.0, flows.wanted_legal_t[e, d] - scratch.allowed_t[e, d])
        trend = trend / weight if weight > 0.0 else 0.0
        pinch = pinch / tonnes if tonnes > 0.0 else 0.0
        hoarding = knobs.quota.hoarding * on.licence_hoarding
        survives = knobs.quota.carry_over if script.year_end[month] > 0.5 else 1.0
        released = release_t(
            market.bank_t[g], script.half_year[month], normal, pinch, trend, survives, hoarding, knobs.quota.hoarding_floor
        )
        if normal > 0.0:
            released *= 1.0 - policy.withhold_quota[0] * min(1.0, stopped / normal)
        market.release_t[g] = released


@rule
def clear_market(orders, cleared, market, policy):
    """Find prices, flows and licence prices of the month; settle the licence bank.

    Parameters
    ----------
    orders : Orders, read only
    cleared : Cleared, *Overwritten*
    market : Market, licence prices, bank, rationing and pinch *Overwritten*
    policy : Policy, read only
    """
    cleared.status[0] = 0.0
    pooled = policy.pools_groups[0] > 0.5
    n_groups = 1 if pooled else market.licence_usd_kg.shape[0]
    for g in range(n_groups):
        price, wanted = clear_group(orders, cleared, g, pooled, market.release_t[g], market.licence_usd_kg[g])
        used = 0.0
        for e in range(orders.group.shape[0]):
            if pooled or orders.group[e] == g:
                used += cleared.legal_t[e]
        for k in range(market.licence_usd_kg.shape[0]):
            if pooled or k == g:
                market.licence_usd_kg[k] = price
                market.bank_t[k] = max(0.0, market.bank_t[k] - used) if market.release_t[k] < inf else 0.0
                _ration(market, k, wanted)
    market.status[0] = cleared.status[0]
    for e in range(market.pinch.shape[0]):
        licence = market.licence_usd_kg[int(orders.group[e])]
        market.pinch[e] = pinch_remembered(market.pinch[e], licence, cleared.outside_usd_kg[e])


@inline_rule
def _ration(market, g, wanted):
    rationed = 0.0
    if market.release_t[g] < wanted and wanted > 0.0:
        rationed = 1.0 - market.release_t[g] / wanted
    market.rationed_share[g] = rationed


@rule
def take_prices(market, cleared, scratch):
    """Copy the month's prices into the market's books, those of each destination and their logs included."""
    for e in range(cleared.log_china.shape[0]):
        market.china_usd_kg[e] = cleared.china_usd_kg[e]
        market.outside_usd_kg[e] = cleared.outside_usd_kg[e]
        market.premium_usd_kg[e] = cleared.premium_usd_kg[e]
        for z in range(2):
            log_price = cleared.log_china[e] if z == 0 else log(cleared.outside_usd_kg[e] + cleared.premium_usd_kg[e])
            market.log_change[z, e] = log_price - market.log_usd_kg[z, e]
            market.log_usd_kg[z, e] = log_price
        for d in range(market.delivered_usd_kg.shape[1]):
            if d == 0:
                price = market.china_usd_kg[e]
            else:
                price = market.outside_usd_kg[e] + (market.premium_usd_kg[e] if scratch.restricted[e, d] > 0.5 else 0.0)
            market.delivered_usd_kg[e, d] = price
