"""Money and checks: the month's ledger, and whether all mass is still there."""

from __future__ import annotations

from reabm.rules.rule import inline_rule, rule

(USERS, MAKERS, GOVERNMENTS, CHINESE_MINERS, ILLEGAL_MINERS, OUTSIDE_MINERS, CHINESE_STATE, LICENCE_HOLDERS, EXPORTERS,
 SMUGGLERS, ALLOY_EXPORTERS, RE_EXPORTERS, FREIGHT, RECYCLERS, TRADERS) = range(15)  # fmt: skip
SUMMED_AT_ONCE = 256  # firms: what many of them hold is added up in parts, or rounding would be taken for lost mass


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
def weigh_firms(mass_t, importers, importer_params, makers, maker_params):
    """Add what importers and makers hold to the oxide of their zones."""
    n_importers, n_makers, n = importer_params.destination.shape[0], maker_params.home.shape[0], mass_t.shape[1]
    if max(n_importers, n_makers) > SUMMED_AT_ONCE:
        weigh_many_firms(mass_t, importers, importer_params, makers, maker_params)
        return
    for i in range(n_importers):
        z = 0 if importer_params.destination[i] < 0.5 else 1
        for e in range(n):
            mass_t[z, e] += importers.stock_t[i, e]
    for j in range(n_makers):
        for p in range(3):
            z = 0 if p == 1 or (p == 0 and maker_params.home[j] < 0.5) else 1
            for e in range(n):
                mass_t[z, e] += makers.oxide_t[j, p, e]


@rule
def weigh_many_firms(mass_t, importers, importer_params, makers, maker_params):
    """The same for a crowd, SUMMED_AT_ONCE firms at a time, so that rounding is not taken for lost mass."""
    for e in range(mass_t.shape[1]):
        inside, outside, all_inside, all_outside = mass_t[0, e], mass_t[1, e], 0.0, 0.0
        for i in range(importer_params.destination.shape[0]):
            if importer_params.destination[i] < 0.5:
                inside += importers.stock_t[i, e]
            else:
                outside += importers.stock_t[i, e]
            if i % SUMMED_AT_ONCE == SUMMED_AT_ONCE - 1:
                all_inside, all_outside, inside, outside = all_inside + inside, all_outside + outside, 0.0, 0.0
        for j in range(maker_params.home.shape[0]):
            for p in range(3):
                if p == 1 or (p == 0 and maker_params.home[j] < 0.5):
                    inside += makers.oxide_t[j, p, e]
                else:
                    outside += makers.oxide_t[j, p, e]
            if j % SUMMED_AT_ONCE == SUMMED_AT_ONCE - 1:
                all_inside, all_outside, inside, outside = all_inside + inside, all_outside + outside, 0.0, 0.0
        mass_t[0, e], mass_t[1, e] = all_inside + inside, all_outside + outside


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
    weigh_firms(mass_t, importers, importer_params, makers, maker_params)
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
