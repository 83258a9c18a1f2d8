"""Before and after the clearing: summing the curves of all buyers, and sharing out what was bought to each of them."""

from __future__ import annotations

from math import exp, inf, log

from reabm.rules.clearing import CHINA, FREE, RESTRICTED, clear_group
from reabm.rules.demand import stock_order_t, use_t
from reabm.rules.importers import speculative_cover_months
from reabm.rules.magnets import oxide_need_t, place_of_purchase
from reabm.rules.quota import release_t
from reabm.rules.rule import inline_rule, rule

NORMAL_TRADE_GAIN = 1.0 / 6.0  # weight of the latest month in the running mean of free legal trade (A project assumption)
RESERVE_PRICE_RATIO = 2.0  # a government buys for its reserve while the price is below this multiple of its anchor
RELEASE_SHARE = 1.0 / 6.0  # share of a reserve released in a month of embargo (A project assumption)


@rule
def mark_restrictions(scratch, policy, flows, market):
    """Which (element, destination) pairs are restricted this month, and how much legal trade they are allowed.

    An embargo lets the unstopped share of normal trade pass. A licence regime releases the approved share of what was
    applied for one delay ago; applications are the normal trade of the pair.

    Parameters
    ----------
    scratch : Scratch, restricted and allowed_t *Overwritten*
    policy : Policy; flows : Flows; read only
    market : Market, applied_t and queue_t *Overwritten*

    Notes
    -----
    Source: docs/odd.md, Embargo and licence regime.
    """
    in_scope = policy.magnets_in_scope[0] > 0.5
    for e in range(policy.licence_scope.shape[0]):
        in_scope = in_scope or policy.licence_scope[e] > 0.5
    was_in_scope = market.scope_months[0] > 0.0
    market.scope_months[0] = market.scope_months[0] + 1.0 if in_scope else 0.0
    keeps_queue = in_scope or was_in_scope
    delay = policy.delay_months[0]
    whole = int(delay)
    part = delay - whole
    last = market.applied_t.shape[0] - 1
    for e in range(scratch.restricted.shape[0]):
        for d in range(scratch.restricted.shape[1]):
            waved_through = policy.approval[d] >= 1.0 and delay <= 0.0  # a general licence restricts nothing
            needs_licence = policy.licence_scope[e] > 0.5 and d > 0 and not waved_through
            normal = flows.wanted_legal_t[e, d]
            if keeps_queue:
                for k in range(last, 0, -1):
                    market.applied_t[k, e, d] = market.applied_t[k - 1, e, d] if in_scope else 0.0
                market.applied_t[0, e, d] = normal if needs_licence else 0.0
            allowed = normal
            market.queue_t[e, d] = 0.0
            if needs_licence:
                early, late = min(whole, last), min(whole + 1, last)
                due = (1.0 - part) * market.applied_t[early, e, d] + part * market.applied_t[late, e, d]
                allowed = policy.approval[d] * due
                for k in range(min(whole + 1, last)):
                    market.queue_t[e, d] += market.applied_t[k, e, d]
            stopped = policy.embargo[d] if d > 0 else 0.0
            allowed = allowed * (1.0 - stopped)
            scratch.restricted[e, d] = 1.0 if stopped > 0.0 or needs_licence else 0.0
            scratch.allowed_t[e, d] = allowed


@inline_rule
def block_of(scratch, e, d):
    """Block of buyers that a destination belongs to for an element: China, free, or restricted."""
    if d == 0:
        return CHINA
    return RESTRICTED if scratch.restricted[e, d] > 0.5 else FREE


@rule
def sum_wants(
    scratch,
    users,
    user_params,
    makers,
    maker_params,
    importers,
    importer_params,
    governments,
    government_params,
    policy,
    market,
    elements,
    knobs,
    maker_knobs,
    script,
    on,
    month,
):
    """Use at reference prices, wanted stock, stock held and government purchases, by element and destination.

    Parameters
    ----------
    scratch : Scratch, wanted_use_t, sector_use_t, wanted_stock_t, held_t, fixed_t *Overwritten*
    the others : read only
    """  # fmt: skip
    n, n_dest = scratch.wanted_use_t.shape
    for e in range(n):
        for d in range(n_dest):
            scratch.wanted_use_t[e, d] = 0.0
            scratch.wanted_stock_t[e, d] = 0.0
            scratch.held_t[e, d] = 0.0
            scratch.fixed_t[e, d] = 0.0
    boom_china = exp(market.shock[0])
    boom_outside = exp(market.shock[1])
    for u in range(user_params.mix.shape[0]):
        d = int(user_params.destination[u])
        level = user_params.demand_t[u, month] * script.recession[d, month] * (boom_china if d == 0 else boom_outside)
        for e in range(n):
            scratch.wanted_use_t[e, d] += level * user_params.mix[u, e] * (1.0 - users.thrift[u, e])
    for e in range(n):
        for d in range(n_dest):
            scratch.sector_use_t[e, d] = scratch.wanted_use_t[e, d]
    for j in range(maker_params.home.shape[0]):
        if maker_params.makes_alloy[j] > 0.5:
            continue
        for p in range(3):
            d = place_of_purchase(maker_params, j, p)
            for e in range(n):
                scratch.wanted_use_t[e, d] += oxide_need_t(makers, maker_params, maker_knobs, j, p, e)
    for i in range(importer_params.destination.shape[0]):
        d = int(importer_params.destination[i])
        z = 0 if d == 0 else 1
        for e in range(n):
            cover = importers.cover_months[i]
            if on.speculation > 0.5:
                cover += speculative_cover_months(market.trend[z, e], market.nerve[z], knobs.speculation)
            scratch.wanted_stock_t[e, d] += max(0.3, cover) * importer_params.trade_share[i] * scratch.wanted_use_t[e, d]
            scratch.held_t[e, d] += importers.stock_t[i, e]
    for g in range(government_params.destination.shape[0]):
        d = int(government_params.destination[g])
        if government_params.is_chinese[g] > 0.5:
            continue
        for e in range(n):
            scratch.reserve_t[g, e] = reserve_order_t(governments, government_params, policy, market, scratch, g, e, d)
            scratch.fixed_t[e, d] += scratch.reserve_t[g, e]
    whole = 0.0
    for e in range(n):
        whole += scratch.wanted_use_t[e, 0]
    if policy.purchase_t[0] > 0.0 and whole > 0.0:
        for e in range(n):
            scratch.fixed_t[e, 0] += policy.purchase_t[0] * scratch.wanted_use_t[e, 0] / whole


@inline_rule
def reserve_order_t(governments, params, policy, market, scratch, g, e, d):
    """What a government buys for its reserve, or (negative) releases from it while its country is embargoed."""
    held = governments.reserve_t[g, e]
    if scratch.restricted[e, d] > 0.5:
        return -min(held * RELEASE_SHARE, 0.5 * scratch.wanted_use_t[e, d])
    target = governments.reserve_months[g] * scratch.wanted_use_t[e, d]
    if target <= held or market.outside_usd_kg[e] > RESERVE_PRICE_RATIO * market.anchor_usd_kg[1, e]:
        return 0.0
    return params.reserve_speed[g] * (target - held)


@rule
def count_alloy_in_china(scratch, makers, params):
    """Oxide that foreign alloy makers' plants in China can ship home as alloy, outside the quota.

    Parameters
    ----------
    scratch : Scratch, alloy_in_china_t *Overwritten*
    makers : Makers; params : MakerParams; read only
    """
    for e in range(scratch.alloy_in_china_t.shape[0]):
        total = 0.0
        for j in range(params.home.shape[0]):
            if params.makes_alloy[j] > 0.5 and params.home[j] > 0.5:
                for l in range(params.content.shape[0]):
                    total += makers.capacity_t[j, l, 1] * params.content[l, e] * (1.0 - makers.thrift[j, e])
        scratch.alloy_in_china_t[e] = total


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
    n, n_dest = scratch.wanted_use_t.shape
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
            orders.use_t[e, b] += scratch.wanted_use_t[e, d]
            orders.want_t[e, b] += scratch.wanted_stock_t[e, d]
            orders.held_t[e, b] += scratch.held_t[e, d]
            orders.fixed_t[e, b] += scratch.fixed_t[e, d]
            if b == RESTRICTED:
                allowed += scratch.allowed_t[e, d]
                restricted_use += scratch.wanted_use_t[e, d]
            elif b == FREE:
                free_use += flows.wanted_legal_t[e, d]
        orders.supply_t[e, 0] = flows.supply_t[0, e]
        orders.supply_t[e, 1] = flows.supply_t[1, e]
        orders.allowed_t[e] = allowed
        orders.reexport_need_t[e] = restricted_use
        orders.reexport_ceiling_t[e] = on.transshipment * knobs.market.transshipment_ceiling * free_use
        delay_cost = policy.delay_months[0] * knobs.mines.discount_rate / 12.0 if policy.licence_scope[e] > 0.5 else 0.0
        orders.tax_factor[e] = 1.0 + policy.tax[e] + policy.vat[0] + delay_cost
        orders.log_anchor[e, 0] = log(market.anchor_usd_kg[0, e])
        orders.log_anchor[e, 1] = log(market.anchor_usd_kg[1, e])
        orders.smuggling_ceiling_t[e] = on.smuggling * knobs.smuggling.ceiling_share * elements.outside_use_t[e]
        enforcement = 1.0 + knobs.smuggling.enforcement_effect * policy.crackdown[0]
        cost = knobs.smuggling.cost_usd_kg + knobs.smuggling.cost_share * market.china_usd_kg[e]
        orders.smuggling_cost_usd_kg[e] = max(1e-3, cost * enforcement)
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
        trend, weight, stopped, normal = 0.0, 0.0, 0.0, 0.0
        for e in range(elements.group.shape[0]):
            if policy.pools_groups[0] < 0.5 and elements.group[e] != g:
                continue
            value = elements.outside_use_t[e] * elements.reference_usd_kg[e]
            trend += market.trend[1, e] * value
            weight += value
            for d in range(1, flows.wanted_legal_t.shape[1]):
                normal += flows.wanted_legal_t[e, d]
                if scratch.restricted[e, d] > 0.5:
                    stopped += max(0.0, flows.wanted_legal_t[e, d] - scratch.allowed_t[e, d])
        trend = trend / weight if weight > 0.0 else 0.0
        hoarding = knobs.quota.hoarding * on.licence_hoarding
        released = release_t(market.bank_t[g], script.half_year[month], normal, trend, hoarding, knobs.quota.hoarding_floor)
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
    market : Market, prices, licence prices, bank and rationing *Overwritten*
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


@inline_rule
def _ration(market, g, wanted):
    rationed = 0.0
    if market.release_t[g] < wanted and wanted > 0.0:
        rationed = 1.0 - market.release_t[g] / wanted
    market.rationed_share[g] = rationed


@rule
def take_prices(market, cleared, scratch):
    """Copy the month's prices into the market's books, those of each destination included."""
    for e in range(cleared.log_china.shape[0]):
        market.last_usd_kg[0, e] = market.china_usd_kg[e]
        market.last_usd_kg[1, e] = market.outside_usd_kg[e] + market.premium_usd_kg[e]
        market.china_usd_kg[e] = exp(cleared.log_china[e])
        market.outside_usd_kg[e] = cleared.outside_usd_kg[e]
        market.premium_usd_kg[e] = cleared.premium_usd_kg[e]
        for d in range(market.delivered_usd_kg.shape[1]):
            if d == 0:
                price = market.china_usd_kg[e]
            else:
                price = market.outside_usd_kg[e] + (market.premium_usd_kg[e] if scratch.restricted[e, d] > 0.5 else 0.0)
            market.delivered_usd_kg[e, d] = price


@rule
def share_out(
    scratch,
    flows,
    goods,
    users,
    user_params,
    makers,
    maker_params,
    importers,
    importer_params,
    governments,
    government_params,
    policy,
    market,
    elements,
    knobs,
    maker_knobs,
    script,
    cleared,
    month,
):
    """What each destination took goes to its users, makers, importers and reserves; China's importers take the rest.

    Within a destination everybody's use is cut by the same factor (the curves share their exponents), and importers share
    the change of stock by what they want less what they hold.

    Parameters
    ----------
    scratch : Scratch, need_t *Overwritten*
    flows : Flows, used_t, taken_t, shortage_t; goods; users; makers; importers; governments: *Overwritten*
    """  # fmt: skip
    n, n_dest = scratch.wanted_use_t.shape
    for e in range(n):
        log_reference = log(elements.reference_usd_kg[e])
        for block in range(3):  # all destinations of a block pay one price, so that their curves are cut by one factor
            price = market.china_usd_kg[e] if block == CHINA else market.outside_usd_kg[e]
            if block == RESTRICTED:
                price += market.premium_usd_kg[e]
            log_price = log(price)
            kept, _ = use_t(log_price, 1.0, log_reference, elements.elasticity[e], elements.choke_log[e], elements.curve[e])
            anchor = market.anchor_usd_kg[0 if block == CHINA else 1, e]
            fuller, _ = stock_order_t(log_price, 1.0, 0.0, log(anchor), knobs.price_sensitivity, 1.0)
            for d in range(n_dest):
                if block_of(scratch, e, d) != block:
                    continue
                wanted = scratch.wanted_use_t[e, d]
                scratch.kept_share[e, d] = kept
                flows.used_t[e, d] = wanted * kept
                flows.shortage_t[e, d] = wanted * (1.0 - kept)
                order = (scratch.wanted_stock_t[e, d] * fuller - scratch.held_t[e, d]) / knobs.adjustment_months
                scratch.need_t[e, d] = wanted * kept + order + scratch.fixed_t[e, d]
        # China's stocks take what is left, so that the month closes exactly.
        inside = flows.supply_t[0, e] + cleared.reverse_t[e] - cleared.legal_t[e] - cleared.smuggled_t[e] - cleared.alloy_t[e]
        scratch.need_t[e, 0] = inside
        outside = flows.supply_t[1, e] - cleared.reverse_t[e] + cleared.legal_t[e] + cleared.smuggled_t[e] + cleared.alloy_t[e]
        found = 0.0
        for d in range(1, n_dest):
            found += scratch.need_t[e, d]
        # Outside, the solver's rounding (1e-11 of the flow) goes to the largest buyer's stock.
        largest = 1
        for d in range(2, n_dest):
            if scratch.wanted_use_t[e, d] > scratch.wanted_use_t[e, largest]:
                largest = d
        scratch.need_t[e, largest] += outside - found
        for d in range(n_dest):
            flows.taken_t[e, d] = scratch.need_t[e, d]
    boom_china = exp(market.shock[0])
    boom_outside = exp(market.shock[1])
    for u in range(user_params.mix.shape[0]):
        d = int(user_params.destination[u])
        level = user_params.demand_t[u, month] * script.recession[d, month] * (boom_china if d == 0 else boom_outside)
        for e in range(n):
            used = level * user_params.mix[u, e] * (1.0 - users.thrift[u, e]) * scratch.kept_share[e, d]
            users.used_t[u, e] = used
            goods.in_use_t[d, e] += used
            scratch.lost_t[0 if d == 0 else 1, e] += used
    for j in range(maker_params.home.shape[0]):
        if maker_params.makes_alloy[j] > 0.5:
            continue
        for p in range(3):
            d = place_of_purchase(maker_params, j, p)
            for e in range(n):
                bought = oxide_need_t(makers, maker_params, maker_knobs, j, p, e) * scratch.kept_share[e, d]
                makers.bought_t[j, p, e] = bought
                makers.oxide_t[j, p, e] += bought
    for g in range(government_params.destination.shape[0]):
        d = int(government_params.destination[g])
        if government_params.is_chinese[g] > 0.5:
            continue
        for e in range(n):
            bought = scratch.reserve_t[g, e]
            governments.spent_kusd[g] += bought * market.delivered_usd_kg[e, d]
            governments.reserve_t[g, e] += bought
    whole = 0.0
    for e in range(n):
        whole += scratch.wanted_use_t[e, 0]
    if policy.purchase_t[0] > 0.0 and whole > 0.0:
        for e in range(n):
            goods.state_stock_t[e] += policy.purchase_t[0] * scratch.wanted_use_t[e, 0] / whole
    for i in range(importer_params.destination.shape[0]):
        d = int(importer_params.destination[i])
        for e in range(n):
            change = scratch.need_t[e, d] - flows.used_t[e, d] - scratch.fixed_t[e, d]
            held = scratch.held_t[e, d]
            share = importer_params.trade_share[i]
            if change < 0.0 and held > 0.0:
                share = importers.stock_t[i, e] / held  # sales come from those who hold stock
            importers.bought_t[i, e] = change * share
            importers.stock_t[i, e] += change * share
            importers.cash_kusd[i] -= change * share * market.delivered_usd_kg[e, d]
