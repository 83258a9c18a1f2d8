"""A mine outside China that answers what the state lets out by the output that pays it best: a follower of Stackelberg."""

from __future__ import annotations

from math import inf

from reabm.rules.mines import CLOSED, OUTSIDE_CHINA, PRODUCING
from reabm.rules.rule import rule


@rule
def reply_to_quota(mines, params, policy, users, elements, script, m, month):
    """The owner digs its best reply: on a straight demand line half of what the others leave above its own cost.

    It sees the quota of the month, takes an even sixth of a half-year's as let out, others' output of last month, and use by
    sectors outside China at reference prices, before thrift and without makers' need. q = (intercept - slope cost - others) / 2,
    in tonnes sold, each at the cost of the ore behind it; no stocks, no price of last month.

    Parameters
    ----------
    mines : Mines, status, utilisation and cash of row m *Overwritten*
    params : MineParams; policy : Policy; users : UserParams; elements : ElementParams; script : Script; read only
    m, month : int

    Notes
    -----
    Source: stackelberg_1934. Exact for one element on a linear curve and one such mine; several that answer each other's
    last output settle only where they are two.
    """
    if params.kind[m] != OUTSIDE_CHINA or mines.status[m] == CLOSED or month < params.earliest[m]:
        return
    use, slope, reference = 0.0, 0.0, 0.0
    for e in range(elements.reference_usd_kg.shape[0]):
        own = 0.0
        for u in range(users.destination.shape[0]):
            d = int(users.destination[u])
            if d > 0:
                own += users.demand_t[u, month] * script.recession[d, month] * users.mix[u, e]
        use += own
        slope += own * elements.elasticity[e] / elements.reference_usd_kg[e]
        reference += own * elements.reference_usd_kg[e]
    others = 0.0
    for g in range(policy.quota_t.shape[0]):
        if policy.quota_t[g] < inf and (g == 0 or policy.pools_groups[0] < 0.5):
            others += policy.quota_t[g] / 6.0
    for k in range(params.kind.shape[0]):
        if params.kind[k] == OUTSIDE_CHINA and k != m:
            others += mines.ore_t[k] * params.separation_yield[k]
    best = 0.0
    if use > 0.0 and params.separation_yield[m] > 0.0:
        intercept = use + slope * reference / use
        best = max(0.0, 0.5 * (intercept - slope * params.opex_usd_kg[m] / params.separation_yield[m] - others))
    mines.cash_kusd[m] += (mines.basket_usd_kg[m] - params.opex_usd_kg[m]) * mines.ore_t[m]  # what last month earned
    made = params.capacity_t[m, month] * params.separation_yield[m]
    mines.status[m] = PRODUCING
    mines.utilisation[m] = min(params.max_utilisation[m], best / made) if made > 0.0 else 0.0
