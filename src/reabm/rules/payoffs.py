"""Pay-offs: what each side gained in a month, party by party, and the terms of the Chinese state's pay-off.

Every party is counted by what it pays and gets, and by the change of what it holds, valued at reference prices: so a stock
that is drawn down in a crisis is a cost, and no stock needs to be valued at the end. What one party pays another gets;
leverage is read from differences between two worlds only, in which the reference levels cancel.
"""

from __future__ import annotations

from math import log

from reabm.rules.accounts import CHINESE_MINERS, CHINESE_STATE, EXPORTERS, LICENCE_HOLDERS, OUTSIDE_MINERS
from reabm.rules.demand import users_loss_usd_kg
from reabm.rules.magnets import place_of_purchase, stands_in_china
from reabm.rules.makers import HOME, IN_CHINA
from reabm.rules.restrictions import log_free_price
from reabm.rules.rule import inline_rule, rule

SECTORS, MAGNET_USERS, MAKERS, IMPORTERS, GOVERNMENT = range(5)  # parties of a country
(PRODUCER_SURPLUS, TREASURY, DOWNSTREAM, TECHNOLOGY, DOMESTIC_USERS, ENVIRONMENT, RETALIATION, REPUTATION) = range(8)
OUTSIDE_MINE = 2  # kind of mine


@inline_rule
def magnet_users_loss_kusd(price, reference, elasticity, wanted_t):
    """Consumer surplus lost by end users of magnets who want so many tonnes at a price, against the reference price.

    Parameters
    ----------
    price, reference : float, USD/kg, > 0
    elasticity : float, >= 0, of magnet demand
    wanted_t : float, t/month, demand at that price

    Notes
    -----
    Source: standard; with D0 = wanted x^elasticity, D0 reference (x^(1 - elasticity) - 1) / (1 - elasticity).
    """
    x = price / reference
    at_reference = wanted_t * x**elasticity
    if abs(elasticity - 1.0) < 1e-6:
        return at_reference * reference * log(x)
    return reference * (wanted_t * x - at_reference) / (1.0 - elasticity)


@inline_rule
def main_element(params, l):
    """Row of the element of which a line's magnets hold most."""
    best = 0
    for e in range(params.content.shape[1]):
        if params.content[l, e] > params.content[l, best]:
            best = e
    return best


@rule
def value_holdings(
    holdings_kusd, importers, importer_params, makers, maker_params, governments, government_params, goods, elements
):
    """What each party of each country holds, at reference prices.

    Parameters
    ----------
    holdings_kusd : float array, shape (destinations, 5), *Overwritten*
    others : read only
    """  # fmt: skip
    for d in range(holdings_kusd.shape[0]):
        for k in range(holdings_kusd.shape[1]):
            holdings_kusd[d, k] = 0.0
    n = elements.reference_usd_kg.shape[0]
    for i in range(importer_params.destination.shape[0]):
        value = 0.0
        for e in range(n):
            value += importers.stock_t[i, e] * elements.reference_usd_kg[e]
        holdings_kusd[int(importer_params.destination[i]), IMPORTERS] += value
    for j in range(maker_params.home.shape[0]):
        if maker_params.makes_alloy[j] > 0.5:
            continue
        for p in range(3):
            value = 0.0
            for e in range(n):
                value += makers.oxide_t[j, p, e] * elements.reference_usd_kg[e]
            share = maker_params.venture_share[j] if p == IN_CHINA else 0.0
            holdings_kusd[int(maker_params.home[j]), MAKERS] += (1.0 - share) * value
            holdings_kusd[0, MAKERS] += share * value
    for g in range(government_params.destination.shape[0]):
        value = 0.0
        for e in range(n):
            value += governments.reserve_t[g, e] * elements.reference_usd_kg[e]
        if government_params.is_chinese[g] > 0.5:
            for e in range(n):
                value += goods.state_stock_t[e] * elements.reference_usd_kg[e]
        holdings_kusd[int(government_params.destination[g]), GOVERNMENT] += value
    for l in range(goods.magnets_t.shape[0]):
        for d in range(goods.magnets_t.shape[1]):
            holdings_kusd[d, MAGNET_USERS] += goods.magnets_t[l, d] * maker_params.reference_usd_kg[l]


@inline_rule
def recycled_outside_usd_kg(flows, market, e):
    """What recyclers outside China get for oxide: the highest price outside, as its mines do, less on what flows to China."""
    supply = flows.supply_t[1, e]
    back = min(flows.reverse_t[e], supply)
    dear = market.outside_usd_kg[e] + market.premium_usd_kg[e]
    return dear - market.premium_usd_kg[e] * back / supply if supply > 0.0 else dear


@inline_rule
def count_reexports(surplus, flows, market, e):
    """What importers earn by re-exports of an element: the mean price of all re-exports, over that at home.

    Oxide of outside origin costs the highest price outside wherever it goes; where users pay less, importers pay the rest.

    Parameters
    ----------
    surplus : float array, shape (destinations, 5), kUSD/month, importers' column *Overwritten* (added to)
    flows : Flows; market : Market; read only
    e : int
    """
    dear = market.outside_usd_kg[e] + market.premium_usd_kg[e]
    sold, paid = 0.0, flows.reexported_t[e, 0] * market.outside_usd_kg[e]
    for d in range(1, flows.used_t.shape[1]):
        if flows.reexported_t[e, d] < 0.0:
            sold -= flows.reexported_t[e, d]
        else:
            paid += flows.reexported_t[e, d] * market.delivered_usd_kg[e, d]
    for d in range(1, flows.used_t.shape[1]):
        if flows.reexported_t[e, d] < 0.0:
            surplus[d, IMPORTERS] -= flows.reexported_t[e, d] * (paid / sold - market.delivered_usd_kg[e, d])
        if market.delivered_usd_kg[e, d] < dear:
            for o in range(flows.outside_t.shape[0]):
                surplus[d, IMPORTERS] -= flows.outside_t[o, e, d] * (dear - market.delivered_usd_kg[e, d])


@rule
def count_surplus(accounts, flows, scratch, market, elements, makers, maker_params, importers, importer_params, user_params):
    """Surplus of each party of each country in the month, without the change of what it holds.

    Sectors: the consumer surplus of oxide they use, less redesign, and what recyclers there get. Users of magnets: the consumer surplus of
    magnets, less the lost load of those not to be had, less what was bought beyond use. Makers: magnets sold less oxide
    bought, conversion and redesign; of plants in China the local partner takes its share. Importers: oxide sold less bought, and what
    re-exports earn. Governments: their reserves.

    Parameters
    ----------
    accounts : Accounts, surplus_kusd *Overwritten*
    others : read only

    Notes
    -----
    Source: docs/odd.md, Pay-offs. What replaces a tonne saved for good is taken to cost the reference price; tariffs stay with
    the sellers of magnets; unserved magnets count at the lost load of their main element.
    """
    surplus = accounts.surplus_kusd
    n, n_dest = flows.used_t.shape
    for d in range(n_dest):
        for k in range(surplus.shape[1]):
            surplus[d, k] = 0.0
    for e in range(n):
        reference, elasticity, choke, curve = (
            elements.reference_usd_kg[e], elements.elasticity[e], elements.choke_log[e], elements.curve[e],
        )  # fmt: skip
        premium = market.premium_usd_kg[e]
        log_reference = elements.log_reference[e]
        inside = users_loss_usd_kg(market.log_usd_kg[0, e] - log_reference, reference, elasticity, choke, curve)
        free = users_loss_usd_kg(log_free_price(market, e) - log_reference, reference, elasticity, choke, curve)
        dear = free
        if premium > 0.0:
            dear = users_loss_usd_kg(market.log_usd_kg[1, e] - log_reference, reference, elasticity, choke, curve)
        used_outside = 0.0
        for d in range(1, n_dest):
            used_outside += flows.used_t[e, d]
        for d in range(n_dest):
            z = 0 if d == 0 else 1
            of_month = inside if d == 0 else (dear if scratch.restricted[e, d] > 0.5 else free)
            loss = scratch.habit_loss_usd_kg[z, e] + scratch.habit[z, e] * of_month
            part = 1.0 if d == 0 else (flows.used_t[e, d] / used_outside if used_outside > 0.0 else 0.0)
            recycled = (flows.swarf_returned_t[z, e] + flows.scrap_returned_t[z, e]) * part
            earned = market.china_usd_kg[e] if d == 0 else recycled_outside_usd_kg(flows, market, e)
            surplus[d, SECTORS] += recycled * earned - scratch.sector_use_t[d, e] * loss
            surplus[d, GOVERNMENT] -= scratch.fixed_t[d, e] * market.delivered_usd_kg[e, d]
        count_reexports(surplus, flows, market, e)
    for u in range(user_params.destination.shape[0]):
        surplus[int(user_params.destination[u]), SECTORS] -= scratch.user_redesign_kusd[u]
    for i in range(importer_params.destination.shape[0]):
        d = int(importer_params.destination[i])
        for e in range(n):
            surplus[d, IMPORTERS] -= importers.bought_t[i, e] * market.delivered_usd_kg[e, d]
    for l in range(flows.unserved_t.shape[0]):
        lost_load = maker_params.reference_usd_kg[l] * elements.lost_load[main_element(maker_params, l)]
        for d in range(n_dest):
            price = scratch.ordered_usd_kg[l, d]
            missing = flows.unserved_t[l, d]
            wanted = flows.magnet_use_t[l, d] + missing
            loss = magnet_users_loss_kusd(price, maker_params.reference_usd_kg[l], maker_params.demand_elasticity[l], wanted)
            bought = flows.magnets_t[0, l, d] + flows.magnets_t[1, l, d]
            surplus[d, MAGNET_USERS] += wanted * price - loss - missing * lost_load - bought * flows.magnet_usd_kg[l, d]
    for j in range(maker_params.home.shape[0]):
        if maker_params.makes_alloy[j] > 0.5:
            continue
        home = int(maker_params.home[j])
        surplus[home, MAKERS] -= scratch.maker_redesign_kusd[j]
        for p in range(3):
            earned = 0.0
            for l in range(flows.unserved_t.shape[0]):
                if makers.output_t[j, l, p] > 0.0:
                    paid = mean_paid_usd_kg(flows, l, 0 if stands_in_china(maker_params.home[j], p) else 1)
                    k = IN_CHINA if home == 0 and p == HOME else p
                    earned += makers.output_t[j, l, p] * (paid - maker_params.conversion_usd_kg[l, k])
            d = place_of_purchase(maker_params, j, p)
            for e in range(n):
                earned -= makers.bought_t[j, p, e] * market.delivered_usd_kg[e, d]
            share = maker_params.venture_share[j] if p == IN_CHINA else 0.0
            surplus[home, MAKERS] += (1.0 - share) * earned
            surplus[0, MAKERS] += share * earned


@inline_rule
def mean_paid_usd_kg(flows, l, z):
    """Mean price that buyers paid for the magnets of a line from a zone's plants."""
    value, tonnes = 0.0, 0.0
    for d in range(flows.magnet_usd_kg.shape[1]):
        value += flows.magnets_t[z, l, d] * flows.magnet_usd_kg[l, d]
        tonnes += flows.magnets_t[z, l, d]
    return value / tonnes if tonnes > 0.0 else 0.0


@rule
def book_holdings(accounts):
    """Add the month's change of what each party holds to its surplus, and keep the new holdings.

    Parameters
    ----------
    accounts : Accounts, surplus_kusd and holdings_kusd *Overwritten*; new_holdings_kusd read only
    """
    for d in range(accounts.surplus_kusd.shape[0]):
        for k in range(accounts.surplus_kusd.shape[1]):
            accounts.surplus_kusd[d, k] += accounts.new_holdings_kusd[d, k] - accounts.holdings_kusd[d, k]
            accounts.holdings_kusd[d, k] = accounts.new_holdings_kusd[d, k]


@inline_rule
def stopped_share(policy, d):
    """Share of a destination's legal trade that the state's measures stop: an embargo, or refused licences."""
    refused = 0.0
    for e in range(policy.licence_scope.shape[0]):
        if policy.licence_scope[e] > 0.5 and policy.general_licence[0] < 0.5:
            refused = 1.0 - policy.approval[d]
    return max(policy.embargo[d], refused)


@rule
def count_gains(accounts, flows, mines, mine_params, policy, knobs, mined_t, knowledge_gain, trust_loss):
    """Terms of the Chinese state's pay-off, and the operating surplus of miners outside China.

    Producers (miners, exporters and licence holders, less the cost of legal ore), treasury (with state purchases), value
    added of all magnet making in China, know-how gained, domestic users with traders, environment, retaliation while
    shipments are stopped, reputation as trust is lost.

    Parameters
    ----------
    accounts : Accounts, china_gain_kusd and miners_kusd *Overwritten*
    others : read only
    mined_t : float, t/month mined in China, illegal included
    knowledge_gain : float, rise of know-how this month through foreign plants
    trust_loss : float, fall of the buyers' mean belief this month (>= 0)

    Notes
    -----
    Source: docs/odd.md, Pay-offs.
    """
    gain = accounts.china_gain_kusd
    own_cost, outside_cost = 0.0, 0.0
    for m in range(mine_params.kind.shape[0]):
        opex = mine_params.restart_opex_usd_kg[m] if mines.bankrupt[m] > 0.0 else mine_params.opex_usd_kg[m]
        if mine_params.kind[m] == OUTSIDE_MINE:
            outside_cost += mines.ore_t[m] * opex
        elif mine_params.kind[m] == 0.0:
            own_cost += mines.ore_t[m] * opex
    ledger = accounts.ledger_kusd
    gain[PRODUCER_SURPLUS] = ledger[CHINESE_MINERS] + ledger[EXPORTERS] + ledger[LICENCE_HOLDERS] - own_cost
    gain[TREASURY] = ledger[CHINESE_STATE] + accounts.surplus_kusd[0, GOVERNMENT]
    made = 0.0
    for l in range(flows.magnets_t.shape[1]):
        for d in range(flows.magnets_t.shape[2]):
            made += flows.magnets_t[0, l, d]
    gain[DOWNSTREAM] = knobs.downstream_weight * knobs.value_added_usd_kg * made
    gain[TECHNOLOGY] = knobs.technology_value_musd * 1000.0 * knowledge_gain
    users = accounts.surplus_kusd[0, SECTORS] + accounts.surplus_kusd[0, MAGNET_USERS]
    users += accounts.surplus_kusd[0, MAKERS] + accounts.surplus_kusd[0, IMPORTERS]
    gain[DOMESTIC_USERS] = knobs.domestic_users_weight * users
    gain[ENVIRONMENT] = -knobs.environment_usd_kg * mined_t
    stops = 0.0
    for d in range(1, policy.embargo.shape[0]):
        stops = max(stops, stopped_share(policy, d))
    gain[RETALIATION] = -knobs.retaliation_musd_month * 1000.0 * stops
    gain[REPUTATION] = -knobs.reputation_musd * 1000.0 * trust_loss
    accounts.miners_kusd[0] = ledger[OUTSIDE_MINERS] - outside_cost
