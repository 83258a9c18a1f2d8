"""What buyers want before the market opens: use at reference prices, stocks, purchases for reserves."""

from __future__ import annotations

from math import exp

from reabm.rules.importers import share_feared, share_held_when_dear, speculative_cover_months
from reabm.rules.magnets import oxide_need_t, place_of_purchase
from reabm.rules.rule import inline_rule, rule

RESERVE_PRICE_RATIO = 2.0  # a government buys for its reserve while the price is below this multiple of its anchor
RELEASE_SHARE = 1.0 / 6.0  # share of a reserve released in a month of embargo (A project assumption)
LEAST_COVER_MONTHS = 0.3  # no importer wants less, whatever the trend (A project assumption)


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
    knobs,
    maker_knobs,
    script,
    on,
    month,
):
    """Use at reference prices, wanted stock, stock held and government purchases, by destination and element.

    What single users and makers want is kept: when prices are known, each gets it times one factor.

    Parameters
    ----------
    scratch : Scratch, wanted_use_t, sector_use_t, wanted_stock_t, held_t, fixed_t, user_want_t, maker_want_t, reserve_t *Overwritten*
    importers : Importers, risk_wanted_months *Overwritten*
    the others : read only
    """  # fmt: skip
    n_dest, n = scratch.wanted_use_t.shape
    for d in range(n_dest):
        for e in range(n):
            scratch.wanted_use_t[d, e] = 0.0
            scratch.wanted_stock_t[d, e] = 0.0
            scratch.held_t[d, e] = 0.0
            scratch.fixed_t[d, e] = 0.0
    boom_china = exp(market.shock[0])
    boom_outside = exp(market.shock[1])
    for u in range(user_params.mix.shape[0]):
        d = int(user_params.destination[u])
        level = user_params.demand_t[u, month] * script.recession[d, month] * (boom_china if d == 0 else boom_outside)
        for e in range(n):
            want = level * user_params.mix[u, e] * (1.0 - users.thrift[u, e])
            scratch.user_want_t[u, e] = want * scratch.habit[0 if d == 0 else 1, e]
            scratch.wanted_use_t[d, e] += want
    for d in range(n_dest):
        z = 0 if d == 0 else 1
        for e in range(n):
            scratch.sector_use_t[d, e] = scratch.wanted_use_t[d, e]
            scratch.wanted_use_t[d, e] *= scratch.habit[z, e]
    for j in range(maker_params.home.shape[0]):
        if maker_params.makes_alloy[j] > 0.5:
            continue
        for p in range(3):
            d = place_of_purchase(maker_params, j, p)
            for e in range(n):
                want = oxide_need_t(makers, maker_params, maker_knobs, j, p, e)
                scratch.maker_want_t[j, p, e] = want
                scratch.wanted_use_t[d, e] += want
    speculate(scratch, market, knobs, on)
    for i in range(importer_params.destination.shape[0]):
        d = int(importer_params.destination[i])
        z = 0 if d == 0 else 1
        wanted, use = 0.0, 0.0
        for e in range(n):
            held = share_held_when_dear(importers.risk_log[i], scratch.dearness[z, e], knobs.price_discipline)
            held *= share_feared(
                importers.disrupted[i], importers.disrupted_by_licence[i], importers.disrupted_by_quota[i], market.licensed[e],
                market.pinch[e],
            )  # fmt: skip
            cover = importers.cover_months[i] - (1.0 - held) * importers.risk_cover_months[i] + scratch.speculative_months[z, e]
            stock = max(LEAST_COVER_MONTHS, cover) * importer_params.trade_share[i] * scratch.wanted_use_t[d, e]
            scratch.wanted_stock_t[d, e] += stock
            scratch.held_t[d, e] += importers.stock_t[i, e]
            wanted += held * scratch.wanted_use_t[d, e]
            use += scratch.wanted_use_t[d, e]
        importers.risk_wanted_months[i] = importers.risk_cover_months[i] * (wanted / use if use > 0.0 else 1.0)
    for g in range(government_params.destination.shape[0]):
        d = int(government_params.destination[g])
        if government_params.is_chinese[g] > 0.5:
            continue
        for e in range(n):
            scratch.reserve_t[g, e] = reserve_order_t(governments, government_params, policy, market, scratch, g, e, d)
            scratch.fixed_t[d, e] += scratch.reserve_t[g, e]
    whole = 0.0
    for e in range(n):
        whole += scratch.wanted_use_t[0, e]
    if policy.purchase_t[0] > 0.0 and whole > 0.0:
        for e in range(n):
            scratch.fixed_t[0, e] += policy.purchase_t[0] * scratch.wanted_use_t[0, e] / whole


@inline_rule
def speculate(scratch, market, knobs, on):
    """Months of cover that trends add inside and outside China, the same for all importers there."""
    for z in range(scratch.speculative_months.shape[0]):
        for e in range(scratch.speculative_months.shape[1]):
            months = speculative_cover_months(market.trend[z, e], market.nerve[z], knobs.speculation)
            scratch.speculative_months[z, e] = months if on.speculation > 0.5 else 0.0


@inline_rule
def reserve_order_t(governments, params, policy, market, scratch, g, e, d):
    """What a government buys for its reserve, or (negative) releases from it while its country is embargoed."""
    held = governments.reserve_t[g, e]
    if scratch.restricted[e, d] > 0.5:
        return -min(held * RELEASE_SHARE, 0.5 * scratch.wanted_use_t[d, e])
    target = governments.reserve_months[g] * scratch.wanted_use_t[d, e]
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
