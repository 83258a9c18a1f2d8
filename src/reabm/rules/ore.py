"""What mines bring up and to market: ore under production quotas and prices, oxide, tailings, concentrate shipped to China."""

from __future__ import annotations

from math import inf

from reabm.rules.mines import ILLEGAL, LEGAL, OUTSIDE_CHINA, PRODUCING, route_of
from reabm.rules.rule import rule


@rule
def mine_ore(mines, params, policy, market, elements, knobs, shares, m, month):
    """Ore of the month, as contained oxide.

    A legal Chinese mine works its share of the production quota, more of it when the basket is worth more, within
    capacity; the illegal sector follows the inside value of its basket, less what a crackdown suppresses; a mine outside
    works capacity times utilisation. Halts apply to all.

    Parameters
    ----------
    mines : Mines, ore_t of row m *Overwritten*
    shares : float array, shape (groups,), t/month, capacity of legal mines in each production-quota group
    others : read only

    Notes
    -----
    Source: docs/odd.md, Mines. The price response of over-quota output is a project assumption.
    """
    capacity = params.capacity_t[m, month]
    ore = 0.0
    if params.kind[m] == LEGAL:
        g = int(params.group[m])
        allowed = policy.production_quota_t[g]
        ore = capacity
        if allowed < inf and shares[g] > 0.0:
            value = mines.basket_usd_kg[m]
            usual = 0.0
            for e in range(elements.reference_usd_kg.shape[0]):
                usual += params.basket[m, e] * elements.reference_usd_kg[e]
            usual = usual * params.separation_yield[m]
            lift = 1.0
            if usual > 0.0 and value > 0.0:
                lift = min(1.25, max(0.7, (value / usual) ** knobs.overquota_elasticity))
            ore = min(capacity, allowed * capacity / shares[g] * policy.over_quota[0] * lift)
    elif params.kind[m] == ILLEGAL:
        usual, seen = 0.0, 0.0
        for e in range(elements.reference_usd_kg.shape[0]):
            usual += params.basket[m, e] * elements.reference_usd_kg[e]
            seen += params.basket[m, e] * market.slow_usd_kg[0, e]
        ratio = seen / usual if usual > 0.0 else 1.0
        ore = capacity * min(2.0, max(0.2, ratio**knobs.illegal_elasticity)) * (1.0 - policy.crackdown[0])
    elif mines.status[m] == PRODUCING:
        ore = capacity * mines.utilisation[m]
    mines.ore_t[m] = ore * (1.0 - policy.halt[m])


@rule
def bring_to_market(flows, scratch, mines, params, importer_destination, groups, on, m, month):
    """Book one mine's output: ore, tailings, oxide supplied in each zone, concentrate separated in China.

    Parameters
    ----------
    flows : Flows, mined_t, tailings_t, supply_t, concentrate_t *Overwritten* (added to)
    scratch : Scratch, origin_t, contract_t, separated_t, illegal_t *Overwritten* (added to)
    mines : Mines; params : MineParams; read only
    importer_destination : float array, shape (importers,), destination an importer serves
    groups : float array, shape (elements,), 1 for heavy
    on : Switches
    m, month : int
    """
    ore = mines.ore_t[m]
    if ore <= 0.0:
        return
    origin = int(params.origin[m])
    mined_in = int(params.zone[m])
    partner = int(mines.partner[m])
    route = route_of(mines, params, on, m)
    for e in range(groups.shape[0]):
        mined = ore * params.basket[m, e]
        oxide = mined * params.separation_yield[m]
        own = 1.0 - route
        if groups[e] > 0.5:
            own = own * params.heavy_at_home[m, month]
        at_home = oxide * own if params.kind[m] == OUTSIDE_CHINA else oxide
        shipped = oxide - at_home
        flows.mined_t[mined_in, e] += mined
        flows.tailings_t[mined_in, e] += mined - oxide
        flows.supply_t[mined_in, e] += at_home
        flows.supply_t[0, e] += shipped
        flows.concentrate_t[origin, e] += shipped
        scratch.separated_t[mined_in, e] += at_home
        scratch.separated_t[0, e] += shipped
        if params.kind[m] == ILLEGAL:
            scratch.illegal_t[e] += oxide
        if mined_in == 1:
            scratch.origin_t[origin, e] += at_home
            if partner >= 0:
                d = int(importer_destination[partner])
                scratch.contract_t[origin, e, d] += at_home * mines.contract_share[m]
