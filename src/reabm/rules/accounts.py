"""Money, losses and checks: the month's ledger, what each side gained or lost, and whether all mass is still there."""

from __future__ import annotations

from math import exp

from reabm.rules.restrictions import log_free_price
from reabm.rules.rule import inline_rule, rule

(USERS, MAKERS, GOVERNMENTS, CHINESE_MINERS, ILLEGAL_MINERS, OUTSIDE_MINERS, CHINESE_STATE, LICENCE_HOLDERS, EXPORTERS,
 SMUGGLERS, ALLOY_EXPORTERS, RE_EXPORTERS, FREIGHT, RECYCLERS, TRADERS) = range(15)  # fmt: skip
(PRODUCER_SURPLUS, TREASURY, DOWNSTREAM, TECHNOLOGY, DOMESTIC_USERS, ENVIRONMENT, RETALIATION, REPUTATION) = range(8)
CHINESE_COST_USD_KG = 6.0  # cash cost of Chinese mining and separation; commonly quoted 5.5 to 8.5 (A project assumption)


@rule
def settle_money(accounts, flows, scratch, market, cleared, policy, knobs, payability, delay_cost_rate):
    """Book the month's payments for oxide by account; they must sum to zero.

    Buyers pay the price of their destination. Of a legal export the miner gets the inside price, the state tax and VAT,
    licence holders the licence price, carriers the freight and exporters what is left (the margin of the price list or of
    scarce shipments); smugglers and alloy exporters keep the gap less freight; re-exporters the premium.

    Parameters
    ----------
    accounts : Accounts, ledger_kusd and turnover_kusd *Overwritten*
    others : read only
    payability : float, share of the inside price paid for foreign concentrate
    delay_cost_rate : float, share of the inside price that a month's delay costs (0 without licences)

    Notes
    -----
    Source: docs/odd.md, Accounts.
    """
    ledger = accounts.ledger_kusd
    for a in range(ledger.shape[0]):
        ledger[a] = 0.0
    paid = 0.0
    n, n_dest = flows.taken_t.shape
    for e in range(n):
        china = market.china_usd_kg[e]
        outside = market.outside_usd_kg[e]
        premium = market.premium_usd_kg[e]
        for d in range(n_dest):
            price = market.delivered_usd_kg[e, d]
            value = flows.taken_t[e, d] * price
            paid += abs(value)
            ledger[GOVERNMENTS] -= scratch.fixed_t[d, e] * price
            used = flows.used_t[e, d] * price
            ledger[USERS] -= used  # sectors and makers together; makers are separated below by what they bought
            ledger[TRADERS] -= value - used - scratch.fixed_t[d, e] * price
        concentrate = 0.0
        for o in range(flows.concentrate_t.shape[0]):
            concentrate += flows.concentrate_t[o, e]
        returned = flows.swarf_returned_t[0, e] + flows.scrap_returned_t[0, e]
        own = flows.supply_t[0, e] - concentrate - returned - scratch.illegal_t[e]
        ledger[CHINESE_MINERS] += own * china + (1.0 - payability) * concentrate * china
        ledger[ILLEGAL_MINERS] += scratch.illegal_t[e] * china
        ledger[OUTSIDE_MINERS] += payability * concentrate * china
        ledger[RECYCLERS] += returned * china
        returned = flows.swarf_returned_t[1, e] + flows.scrap_returned_t[1, e]
        seen = outside + premium if premium > 0.0 else outside
        back = min(flows.reverse_t[e], flows.supply_t[1, e])
        stays = flows.supply_t[1, e] - back
        share = returned / flows.supply_t[1, e] if flows.supply_t[1, e] > 0.0 else 0.0
        ledger[OUTSIDE_MINERS] += stays * seen * (1.0 - share) + back * outside * (1.0 - share)
        ledger[RECYCLERS] += stays * seen * share + back * outside * share
        ledger[FREIGHT] += flows.reverse_t[e] * (china - outside)
        ledger[RE_EXPORTERS] += flows.reexported_t[e, 0] * outside
        tax = policy.tax[e] * china
        vat = policy.vat[0] * china
        carry = delay_cost_rate * policy.licence_scope[e] * china
        licence = cleared.licence_usd_kg[e]
        for d in range(1, n_dest):
            price = market.delivered_usd_kg[e, d]
            legal = flows.legal_t[e, d]
            ledger[CHINESE_STATE] += legal * (tax + vat + knobs.quota.state_rent_share * licence)
            ledger[LICENCE_HOLDERS] += legal * (1.0 - knobs.quota.state_rent_share) * licence
            ledger[FREIGHT] += legal * knobs.market.freight_usd_kg
            ledger[TRADERS] += legal * carry
            ledger[EXPORTERS] += legal * (price - china - tax - vat - carry - licence - knobs.market.freight_usd_kg)
            ledger[SMUGGLERS] += flows.smuggled_t[e, d] * (price - china - knobs.market.freight_usd_kg)
            ledger[ALLOY_EXPORTERS] += flows.alloy_t[e, d] * (price - china - knobs.market.freight_usd_kg)
            ledger[FREIGHT] += (flows.smuggled_t[e, d] + flows.alloy_t[e, d]) * knobs.market.freight_usd_kg
            ledger[RE_EXPORTERS] += flows.reexported_t[e, d] * price
            if price != seen:
                for o in range(flows.outside_t.shape[0]):
                    ledger[RE_EXPORTERS] += flows.outside_t[o, e, d] * (price - seen)
    accounts.turnover_kusd[0] = paid


@rule
def book_makers(makers, params, market):
    """A maker's margin of the month: price less unit cost on what it made.

    Parameters
    ----------
    makers : Makers, cash_kusd *Overwritten*
    params : MakerParams; market : Market; read only
    """
    for j in range(params.home.shape[0]):
        for l in range(makers.output_t.shape[1]):
            for p in range(3):
                makers.cash_kusd[j] += makers.output_t[j, l, p] * (
                    makers.price_usd_kg[j, l, p] - makers.unit_cost_usd_kg[j, l, p]
                )


@inline_rule
def users_loss_usd_kg(log_ratio, reference, elasticity):
    """Loss of users per tonne used at the reference price: the area left of an isoelastic curve from reference to price.

    The price comes as the log of its ratio to the reference, because the log is known and a power costs more than `exp`.

    Notes
    -----
    Source: standard; integral of (q / P0)^-eps from P0 to p.
    """
    if elasticity == 1.0:
        elasticity = 1.0000001
    return reference / (1.0 - elasticity) * (exp((1.0 - elasticity) * log_ratio) - 1.0)


@inline_rule
def main_element(params, l):
    """Row of the element of which a line's magnets hold most."""
    best = 0
    for e in range(params.content.shape[1]):
        if params.content[l, e] > params.content[l, best]:
            best = e
    return best


@rule
def count_losses(
    accounts, flows, scratch, market, elements, goods, makers, maker_params, policy, knobs, mined_t, knowledge_gain, trust_loss
):
    """Loss of users in each destination, and the terms of the Chinese state's pay-off.

    Parameters
    ----------
    accounts : Accounts, users_loss_kusd and china_gain_kusd *Overwritten*
    others : read only
    mined_t : float, t/month mined in China, illegal included
    knowledge_gain : float, rise of know-how this month through foreign plants
    trust_loss : float, fall of the buyers' mean belief this month (>= 0)

    Notes
    -----
    Source: docs/odd.md, Accounts (pay-off of the Chinese state). Unserved magnets count at the lost load of their main element.
    """  # fmt: skip
    n, n_dest = flows.used_t.shape
    for d in range(n_dest):
        accounts.users_loss_kusd[d] = 0.0
    for e in range(n):
        choke = elements.choke_log[e] + 1.0  # beyond it nobody buys
        reference, elasticity, log_reference = elements.reference_usd_kg[e], elements.elasticity[e], elements.log_reference[e]
        inside = users_loss_usd_kg(min(market.log_usd_kg[0, e] - log_reference, choke), reference, elasticity)
        free = users_loss_usd_kg(min(log_free_price(market, e) - log_reference, choke), reference, elasticity)
        restricted = free
        if market.premium_usd_kg[e] > 0.0:
            restricted = users_loss_usd_kg(min(market.log_usd_kg[1, e] - log_reference, choke), reference, elasticity)
        for d in range(n_dest):
            unit_loss = inside if d == 0 else (restricted if scratch.restricted[e, d] > 0.5 else free)
            accounts.users_loss_kusd[d] += scratch.wanted_use_t[d, e] * unit_loss
    for d in range(n_dest):
        for l in range(flows.unserved_t.shape[0]):
            missing_kusd = flows.unserved_t[l, d] * maker_params.reference_usd_kg[l]
            accounts.users_loss_kusd[d] += missing_kusd * elements.lost_load[main_element(maker_params, l)]
    gain = accounts.china_gain_kusd
    own_value = 0.0
    for e in range(n):
        own_value += scratch.separated_t[0, e]
    gain[PRODUCER_SURPLUS] = (
        accounts.ledger_kusd[CHINESE_MINERS]
        + accounts.ledger_kusd[EXPORTERS]
        + accounts.ledger_kusd[LICENCE_HOLDERS]
        - own_value * CHINESE_COST_USD_KG
    )
    gain[TREASURY] = accounts.ledger_kusd[CHINESE_STATE]
    foreign = 0.0
    for j in range(makers.output_t.shape[0]):
        if maker_params.home[j] > 0.5:
            for l in range(makers.output_t.shape[1]):
                foreign += makers.output_t[j, l, 1]
    gain[DOWNSTREAM] = knobs.downstream_weight * knobs.value_added_usd_kg * foreign
    gain[TECHNOLOGY] = knobs.technology_value_musd * 1000.0 * knowledge_gain
    gain[DOMESTIC_USERS] = -knobs.domestic_users_weight * accounts.users_loss_kusd[0]
    gain[ENVIRONMENT] = -knobs.environment_usd_kg * mined_t
    stops = 0.0
    for d in range(1, n_dest):
        stops = max(stops, policy.embargo[d])
    gain[RETALIATION] = -knobs.retaliation_musd_month * 1000.0 * stops
    gain[REPUTATION] = -knobs.reputation_musd * 1000.0 * trust_loss


@rule
def weigh_stocks(mass_t, importers, importer_params, makers, maker_params, governments, government_params, goods):
    """Oxide in all stocks of each zone, by element; what is built into products has left the market.

    Parameters
    ----------
    mass_t : float array, shape (zones, elements), t, *Overwritten*
    others : read only
    """
    n = mass_t.shape[1]
    for z in range(2):
        for e in range(n):
            mass_t[z, e] = goods.swarf_t[z, e]
    for e in range(n):
        mass_t[0, e] += goods.state_stock_t[e]
    for i in range(importer_params.destination.shape[0]):
        z = 0 if importer_params.destination[i] < 0.5 else 1
        for e in range(n):
            mass_t[z, e] += importers.stock_t[i, e]
    for j in range(maker_params.home.shape[0]):
        for p in range(3):
            z = 0 if p == 1 or (p == 0 and maker_params.home[j] < 0.5) else 1
            for e in range(n):
                mass_t[z, e] += makers.oxide_t[j, p, e]
    for g in range(government_params.destination.shape[0]):
        if government_params.is_chinese[g] < 0.5:
            z = 0 if government_params.destination[g] < 0.5 else 1
            for e in range(n):
                mass_t[z, e] += governments.reserve_t[g, e]
    for d in range(goods.in_use_t.shape[0]):
        z = 0 if d == 0 else 1
        for l in range(goods.magnet_oxide_t.shape[0]):
            for e in range(n):
                mass_t[z, e] += goods.magnet_oxide_t[l, d, e]


@rule
def check_mass(accounts, opening_t, closing_t, flows, scratch, lost_t):
    """Residual of each zone's mass balance: opening + mined - tailings +- trade +- magnets - lost - closing.

    Parameters
    ----------
    accounts : Accounts, mass_error_t *Overwritten*
    opening_t, closing_t : float arrays, shape (zones, elements), t, oxide in all stocks, read only
    lost_t : float array, shape (zones, elements), t/month, oxide used or lost, less scrap recovered
    flows : Flows; scratch : Scratch (magnet_trade_t), read only
    """
    for e in range(opening_t.shape[1]):
        moved = flows.reverse_t[e]
        for d in range(1, flows.legal_t.shape[1]):
            moved -= flows.legal_t[e, d] + flows.alloy_t[e, d] + flows.smuggled_t[e, d]
        for o in range(flows.concentrate_t.shape[0]):
            moved += flows.concentrate_t[o, e]
        moved -= scratch.magnet_trade_t[e]
        # outside, origin of concentrate is mined outside and shipped in
        for z in range(2):
            sign = 1.0 if z == 0 else -1.0
            inflow = flows.mined_t[z, e] - flows.tailings_t[z, e] + sign * moved
            accounts.mass_error_t[z, e] = opening_t[z, e] + inflow - lost_t[z, e] - closing_t[z, e]
