"""The ways by which oxide leaves China: what each carries at a given price gap."""

from __future__ import annotations

from reabm.rules.rule import inline_rule


@inline_rule
def smuggled_t(gap_usd_kg, ceiling_t, cost_usd_kg):
    """Tonnes smuggled in a month at a price gap, and the slope in the gap.

    Nothing below the cost; above it the flow rises with falling ease towards a ceiling (routes and carriers are
    limited): with u = (gap - cost) / (3 cost), flow = ceiling u / (1 + u).

    Parameters
    ----------
    gap_usd_kg : float, USD/kg, outside price less inside price and freight
    ceiling_t : float, t/month
    cost_usd_kg : float, USD/kg, > 0

    Returns
    -------
    tuple of float: t/month (>= 0) and its derivative in the gap (>= 0)

    Notes
    -----
    Source: docs/odd.md, Channels; the form is a project assumption.
    """
    if gap_usd_kg <= cost_usd_kg or ceiling_t <= 0.0:
        return 0.0, 0.0
    over = gap_usd_kg - cost_usd_kg  # u / (1 + u) is over / (over + width): one division for flow and slope
    width = 3.0 * cost_usd_kg
    part = 1.0 / (over + width)
    return ceiling_t * over * part, ceiling_t * width * part * part


@inline_rule
def unlawful_usd_kg(discount, china_usd_kg, illegal_t, ceiling_t):
    """What smuggling earns on goods of illegal origin beside the gap: without papers and tax they sell below the price inside.

    It counts as far as what is mined illegally could fill the smugglers' routes, so that it fades with illegal mining.

    Parameters
    ----------
    discount : float in [0, 1], share of the inside price that goods without papers lose
    china_usd_kg : float, USD/kg; illegal_t : float, t/month, brought to market this month; ceiling_t : float, t/month

    Notes
    -----
    Source: docs/odd.md, Channels. A project assumption; smuggled goods are still paid for at the price inside China.
    """
    if ceiling_t <= 0.0:
        return 0.0
    return discount * china_usd_kg * min(1.0, illegal_t / ceiling_t)


@inline_rule
def alloy_t(gap_usd_kg, capacity_t, conversion_usd_kg, spread_usd_kg):
    """Tonnes of oxide that leave as alloy outside the quota, and the slope in the gap.

    Conversion costs are spread evenly over the capacity, so that the flow rises linearly from nothing at the cheapest
    maker's cost to the full capacity at the dearest maker's.

    Parameters
    ----------
    gap_usd_kg : float, USD/kg, outside price less inside price and freight
    capacity_t : float, t/month, of alloys that stand outside the quota's scope
    conversion_usd_kg, spread_usd_kg : float, USD/kg, cost of the cheapest maker and distance to the dearest (> 0)

    Returns
    -------
    tuple of float: t/month (>= 0) and its derivative in the gap (>= 0)

    Notes
    -----
    Source: docs/odd.md, Channels; the even spread is a project assumption.
    """
    if capacity_t <= 0.0:
        return 0.0, 0.0
    over = gap_usd_kg - conversion_usd_kg
    if over <= 0.0:
        return 0.0, 0.0
    if over >= spread_usd_kg:
        return capacity_t, 0.0
    steep = capacity_t / spread_usd_kg  # the same at every gap: the solver's loops divide once
    return steep * over, steep


@inline_rule
def transshipped_t(premium_usd_kg, need_t, ceiling_t, base_usd_kg, slope_usd_kg):
    """Tonnes re-exported to embargoed countries at a premium over the free outside price, and the slope.

    The premium that brings out x tonnes is base + slope x / need, up to a ceiling set by what the free countries get.

    Parameters
    ----------
    premium_usd_kg : float, USD/kg, price in the target less price in free countries
    need_t : float, t/month, what the target would use at reference prices, >= 0
    ceiling_t : float, t/month, most that can be re-exported
    base_usd_kg, slope_usd_kg : float, USD/kg (no source: always varied), slope > 0

    Returns
    -------
    tuple of float: t/month (>= 0) and its derivative in the premium (>= 0)

    Notes
    -----
    Source: docs/odd.md, Channels; a project assumption.
    """
    if premium_usd_kg <= base_usd_kg or need_t <= 0.0:
        return 0.0, 0.0
    flow = need_t * (premium_usd_kg - base_usd_kg) / slope_usd_kg
    if flow >= ceiling_t:
        return ceiling_t, 0.0
    return flow, need_t / slope_usd_kg
