"""What each destination took goes to its users, makers, importers and reserves."""

from __future__ import annotations

from reabm.rules.demand import stock_order_t, use_t
from reabm.rules.magnets import place_of_purchase
from reabm.rules.outside import CHINA, FREE, RESTRICTED
from reabm.rules.restrictions import block_of, log_free_price
from reabm.rules.rule import inline_rule, rule


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
    cleared,
):
    """What each destination took goes to its users, makers, importers and reserves; China's importers take the rest.

    Within a destination everybody's use is cut by the same factor (the curves share their exponents), and importers share
    the change of stock by what they want less what they hold.

    Parameters
    ----------
    scratch : Scratch, need_t, kept_share, built_in_t *Overwritten*; lost_t *Overwritten* (added to)
    flows : Flows, used_t, taken_t, shortage_t; goods; users; makers; importers; governments: *Overwritten*
    """  # fmt: skip
    n_dest, n = scratch.wanted_use_t.shape
    for e in range(n):
        is_restricted = False
        for d in range(1, n_dest):
            is_restricted = is_restricted or scratch.restricted[e, d] > 0.5
        for block in range(3):
            if block != RESTRICTED or is_restricted:  # nearly always nobody stands in the restricted block
                serve_block(scratch, flows, market, elements, knobs, e, block)
        settle_needs(scratch, flows, cleared, e)
    for d in range(n_dest):
        for e in range(n):
            scratch.built_in_t[d, e] = 0.0
    for u in range(user_params.mix.shape[0]):
        d = int(user_params.destination[u])
        for e in range(n):
            used = scratch.user_want_t[u, e] * scratch.kept_share[d, e]
            users.used_t[u, e] = used
            scratch.built_in_t[d, e] += used
    for d in range(n_dest):
        z = 0 if d == 0 else 1
        for e in range(n):
            goods.in_use_t[d, e] += scratch.built_in_t[d, e]
            scratch.lost_t[z, e] += scratch.built_in_t[d, e]
    for j in range(maker_params.home.shape[0]):
        if maker_params.makes_alloy[j] > 0.5:
            continue
        for p in range(3):
            d = place_of_purchase(maker_params, j, p)
            for e in range(n):
                bought = scratch.maker_want_t[j, p, e] * scratch.kept_share[d, e]
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
        whole += scratch.wanted_use_t[0, e]
    if policy.purchase_t[0] > 0.0 and whole > 0.0:
        for e in range(n):
            goods.state_stock_t[e] += policy.purchase_t[0] * scratch.wanted_use_t[0, e] / whole
    for i in range(importer_params.destination.shape[0]):
        d = int(importer_params.destination[i])
        for e in range(n):
            change = scratch.need_t[e, d] - flows.used_t[e, d] - scratch.fixed_t[d, e]
            held = scratch.held_t[d, e]
            share = importer_params.trade_share[i]
            if change < 0.0 and held > 0.0:
                share = importers.stock_t[i, e] / held  # sales come from those who hold stock
            importers.bought_t[i, e] = change * share
            importers.stock_t[i, e] += change * share
            importers.cash_kusd[i] -= change * share * market.delivered_usd_kg[e, d]


@inline_rule
def serve_block(scratch, flows, market, elements, knobs, e, block):
    """Use and need of all destinations of a block: they pay one price, so that their curves are cut by one factor."""
    z = 0 if block == CHINA else 1
    log_price = market.log_usd_kg[z, e] if block != FREE else log_free_price(market, e)
    kept, _ = use_t(log_price, 1.0, elements.log_reference[e], elements.elasticity[e], elements.choke_log[e], elements.curve[e])
    fuller, _ = stock_order_t(log_price, 1.0, 0.0, market.log_anchor[z, e], knobs.price_sensitivity, 1.0)
    for d in range(scratch.wanted_use_t.shape[0]):
        if block_of(scratch, e, d) != block:
            continue
        wanted = scratch.wanted_use_t[d, e]
        scratch.kept_share[d, e] = kept
        flows.used_t[e, d] = wanted * kept
        flows.shortage_t[e, d] = wanted * (1.0 - kept)
        order = (scratch.wanted_stock_t[d, e] * fuller - scratch.held_t[d, e]) / knobs.adjustment_months
        scratch.need_t[e, d] = wanted * kept + order + scratch.fixed_t[d, e]


@inline_rule
def settle_needs(scratch, flows, cleared, e):
    """What each destination takes: as it needs, but for what makes the month close exactly."""
    n_dest = scratch.wanted_use_t.shape[0]
    # China's stocks take what is left.
    inside = flows.supply_t[0, e] + cleared.reverse_t[e] - cleared.legal_t[e] - cleared.smuggled_t[e] - cleared.alloy_t[e]
    scratch.need_t[e, 0] = inside
    outside = flows.supply_t[1, e] - cleared.reverse_t[e] + cleared.legal_t[e] + cleared.smuggled_t[e] + cleared.alloy_t[e]
    found = 0.0
    for d in range(1, n_dest):
        found += scratch.need_t[e, d]
    # Outside, the solver's rounding (1e-11 of the flow) goes to the largest buyer's stock.
    largest = 1
    for d in range(2, n_dest):
        if scratch.wanted_use_t[d, e] > scratch.wanted_use_t[largest, e]:
            largest = d
    scratch.need_t[e, largest] += outside - found
    for d in range(n_dest):
        flows.taken_t[e, d] = scratch.need_t[e, d]
