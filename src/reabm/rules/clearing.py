"""The month's market: prices inside and outside China, the flow in every channel, one licence price per quota group.

All curves fall in the price and all channels rise with the gap, so that the month is a spatial price equilibrium
(Samuelson 1952; Takayama and Judge 1971; docs/odd.md, Market clearing). It is solved as nested roots, each unique:

1. `settle_outside` (outside.py): given the inside price, the market outside; without iteration where legal exports flow
   freely, because the outside price is then the legal price.
2. `settle_element`: the inside price at which what China takes and what leaves it equal China's supply.
3. `clear_group`: the licence price at which legal exports equal the quota, common to all elements of the group because
   the quota counts tonnes of all of them together.

Every root is Newton's with exact slopes (the inside price: Halley's, with the bend of the curves), kept in a bracket, and every
end that is not a solution has a status code. `tests/rules/oracle.py` solves the same problem by nested bisection.
"""

from __future__ import annotations

from math import exp, inf, log
from typing import NamedTuple

from reabm.rules.outside import (
    ACCEPTED,
    CHINA,
    FREE,
    NARROW_LOG,
    PRICE_STEPS,
    RESTRICTED,
    SEARCHED_LOG,
    element_row,
    grey_t,
    next_guess,
    reexported_t,
    settle_outside,
    taken_t,
)
from reabm.rules.rule import inline_rule, rule

__all__ = ["CHINA", "FREE", "RESTRICTED", "clear_element", "clear_group"]

SOLVED = 0
NO_CONVERGENCE = 1  # an element's price did not settle within the allowed steps
QUOTA_NOT_MET = 2  # no licence price brings exports down to the quota: fixed purchases outside exceed it
NO_PRICE = 3  # supply is unsold at the lowest price searched, or fixed purchases are unmet at the highest
TOLERANCE = 1e-13  # of the gross flow, by which China's balance may be missed
INNER = 0.1  # the same outside, over that
LICENCE_STEPS = 120
PATIENCE = 20  # steps on the licence price after which every other one halves the bracket
NARROW_LICENCE = 1e-9  # relative width of a bracket of licence prices that leaves nothing to search
HIGHEST_LICENCE_USD_KG = 1e7
QUOTA_TOLERANCE = 1e-9  # of the quota; exports end between this below the quota and the quota
FARTHEST_GUESS = 2.0  # largest change of a log price that is extrapolated
ROUGH = (1e-2, 1e-5)  # of the gross flow: aim of the first two steps from last month's prices
WANTED_TOLERANCE = 1e-6  # of the gross flow: aim for the tonnes wanted at no licence price, a signal only


class Settled(NamedTuple):
    """One element at a given licence price; see `settle_element`."""

    log_china: float  # ln USD/kg, inside price
    china_usd_kg: float  # USD/kg, its exponential
    free_usd_kg: float  # USD/kg, price in free destinations
    dear_usd_kg: float  # USD/kg, highest price outside
    legal_t: float  # t/month, legal exports
    net_t: float  # t/month, all that leaves China less what flows back
    log_china_by_licence: float  # kg/USD
    legal_by_licence: float  # t per USD/kg
    status: int


@inline_rule
def legal_price(element, licence_usd_kg, china_usd_kg):
    """Price at which legal exports are offered, and its derivatives in the inside and in the licence price.

    Inside price and its taxes, freight, licence and the licence holders' margin; not below the export price list.
    """
    fixed = element.freight_usd_kg + element.markup_usd_kg + licence_usd_kg
    price = element.tax_factor * china_usd_kg + fixed
    if price < element.list_usd_kg:
        return element.list_usd_kg, 0.0, 0.0
    return price, element.tax_factor, 1.0


@inline_rule
def steepness(slope, curvature, excess):
    """Slope with which Newton's step becomes Halley's: it sees the bend of the curve, which spares a step in four."""
    if slope >= 0.0:
        return slope
    bent = slope - 0.5 * excess * curvature / slope
    return min(bent, 0.5 * slope)  # far from the root the bend of the curve says little


@inline_rule
def settle_element(element, licence_usd_kg, start_log, start_usd_kg, tolerance):
    """Settle one element at a given licence price: Halley's method in the log of the inside price.

    With a tolerance above TOLERANCE the last step is extrapolated, so that price and legal exports (not the other flows)
    are right to the second order.

    Parameters
    ----------
    element : Element
    licence_usd_kg : float, USD/kg, >= 0
    start_log : float, first guess of ln inside price
    start_usd_kg : float, first guess of the highest outside price (0: none)
    tolerance : float, share of the gross flow by which China's balance may be missed

    Returns
    -------
    Settled
    """
    low = element.log_reference - SEARCHED_LOG
    high = element.log_reference + SEARCHED_LOG
    x = min(max(start_log, low), high)
    china = 0.0
    dear = start_usd_kg
    free = dear
    legal, net, excess, slope, net_by_licence, curvature = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    legal_by_log, legal_by_licence = 0.0, 0.0
    status = NO_CONVERGENCE
    for step in range(PRICE_STEPS):
        china = exp(x)
        price, by_china, by_licence = legal_price(element, licence_usd_kg, china)
        legal = -1.0
        if not element.restricts:  # the usual case, apart to be fast: one price outside, legal exports flow
            takes, takes_slope, takes_curvature = taken_t(element, element.free, log(price))
            smuggled, alloy, grey_slope = grey_t(element, price - china - element.freight_usd_kg)
            net = takes - element.supply_outside_t
            legal = net - smuggled - alloy
            free = price
            net_by_china, net_by_legal = 0.0, takes_slope / price
            passed_on = by_china * china / price  # change of the outside log price over that of the inside one
            curvature = (takes_curvature * passed_on + takes_slope * (1.0 - passed_on)) * passed_on
            legal_by_china, legal_by_legal = grey_slope, net_by_legal - grey_slope
            found = True
        if legal < 0.0:
            curvature = 0.0
            free, dear, legal, net, net_by_china, net_by_legal, legal_by_china, legal_by_legal, found = settle_outside(
                element, china, price, dear, INNER * tolerance * element.gross_t
            )
        else:
            dear = price
        inside, inside_slope, inside_curvature = taken_t(element, element.china, x)
        slope = inside_slope + (net_by_china + net_by_legal * by_china) * china
        net_by_licence = net_by_legal * by_licence
        legal_by_log = (legal_by_china + legal_by_legal * by_china) * china
        legal_by_licence = legal_by_legal * by_licence
        excess = inside + net - element.supply_t
        if abs(excess) <= tolerance * element.gross_t:
            status = SOLVED if found else NO_PRICE
            break
        if excess > 0.0:
            low = x
        else:
            high = x
        if high - low <= NARROW_LOG * (1.0 + abs(x)):
            status = SOLVED if found and abs(excess) <= ACCEPTED * element.gross_t else NO_PRICE
            break
        x = next_guess(x, low, high, excess, steepness(slope, curvature + inside_curvature, excess), step)
    log_by_licence = 0.0
    if slope < 0.0:
        log_by_licence = -net_by_licence / slope
        if tolerance > TOLERANCE:
            last = -excess / slope
            x += last
            china = exp(x)
            legal = max(legal + legal_by_log * last, 0.0)
    legal_by_licence += legal_by_log * log_by_licence
    if legal <= TOLERANCE * element.gross_t:  # no more than rounding
        legal, legal_by_licence = 0.0, 0.0
    return Settled(x, china, free, dear, legal, net, log_by_licence, legal_by_licence, status)


@inline_rule
def grey_flows(element, settled):
    """Tonnes smuggled, carried as alloy, flowing back into China and re-exported in a settled market.

    Without legal exports the grey channels carry exactly what is needed outside, so that the month's flows close: less than
    they would where the price outside is that at which oxide flows back into China, for there goods without papers have none
    either.
    """
    again, _ = reexported_t(element, settled.dear_usd_kg - settled.free_usd_kg)
    if settled.net_t < 0.0 and settled.legal_t <= 0.0:
        return 0.0, 0.0, -settled.net_t, again
    gap = settled.dear_usd_kg - settled.china_usd_kg - element.freight_usd_kg
    smuggled, alloy, _ = grey_t(element, gap)
    carried = settled.net_t - settled.legal_t
    if smuggled + alloy > 0.0:
        share = carried / (smuggled + alloy)
        return smuggled * share, alloy * share, 0.0, again
    return 0.0, 0.0, 0.0, again


@rule
def clear_element(market, e, licence_usd_kg, start_log):
    """Settle one element at a given licence price.

    Parameters
    ----------
    market : Orders, read only
    e : int, row of the element
    licence_usd_kg : float, USD/kg, >= 0
    start_log : float, first guess of ln inside price

    Returns
    -------
    tuple of floats: ln inside price, free outside price, premium of restricted destinations (USD/kg); legal, smuggled,
    alloy and reverse flow, tonnes re-exported to restricted destinations (t/month); 1 where solved
    """
    element = element_row(market, e)
    settled = settle_element(element, licence_usd_kg, start_log, 0.0, TOLERANCE)
    smuggled, alloy, back, again = grey_flows(element, settled)
    premium = settled.dear_usd_kg - settled.free_usd_kg
    solved = 1 if settled.status == SOLVED else 0
    return settled.log_china, settled.free_usd_kg, premium, settled.legal_t, smuggled, alloy, back, again, solved


@inline_rule
def exports_at(market, cleared, group, pools_groups, licence_usd_kg, tolerance, keeps):
    """Settle every element of a quota group at a licence price.

    Parameters
    ----------
    market : Orders, read only
    cleared : Cleared; its prices and how they respond give the first guesses; where `keeps`, the group's rows are *Overwritten*
    group : int, 0 light, 1 heavy
    pools_groups : bool, True where one quota covers both groups
    licence_usd_kg : float, USD/kg
    tolerance : float, as in `settle_element`
    keeps : bool, whether the result is kept in `cleared`

    Returns
    -------
    tuple: legal exports of the group (t/month), their derivative in the licence price (t per USD/kg), worst status
    """
    total = 0.0
    slope = 0.0
    status = SOLVED
    for e in range(market.group.shape[0]):
        if not pools_groups and market.group[e] != group:
            continue
        change = cleared.response[e] * (licence_usd_kg - cleared.licence_usd_kg[e])
        start_log = cleared.log_china[e] + min(max(change, -FARTHEST_GUESS), FARTHEST_GUESS)
        start_usd_kg = cleared.outside_usd_kg[e] + cleared.premium_usd_kg[e]
        element = element_row(market, e)
        settled = settle_element(element, licence_usd_kg, start_log, start_usd_kg, tolerance)
        total += settled.legal_t
        slope += settled.legal_by_licence
        status = max(status, settled.status)
        if keeps:
            keep_element(cleared, e, element, settled, licence_usd_kg)
    return total, slope, status


@inline_rule
def keep_element(cleared, e, element, settled, licence_usd_kg):
    """Write a settled element into row e of `cleared`, which is *Overwritten*."""
    smuggled, alloy, back, again = grey_flows(element, settled)
    cleared.response[e] = settled.log_china_by_licence
    cleared.log_china[e] = settled.log_china
    cleared.china_usd_kg[e] = settled.china_usd_kg
    cleared.outside_usd_kg[e] = settled.free_usd_kg
    cleared.premium_usd_kg[e] = settled.dear_usd_kg - settled.free_usd_kg
    cleared.licence_usd_kg[e] = licence_usd_kg
    cleared.legal_t[e] = settled.legal_t
    cleared.smuggled_t[e] = smuggled
    cleared.alloy_t[e] = alloy
    cleared.reverse_t[e] = back
    cleared.reexported_t[e] = again


@rule
def clear_group(market, cleared, group, pools_groups, quota_t, start_usd_kg):
    """Find the licence price at which a quota group's legal exports meet its quota.

    Zero, exactly, where the quota is slack; never so low that exports exceed the quota. Newton's method in a bracket,
    after two rough steps where last month had a licence price. The tonnes wanted at no licence price are a by-product,
    right to about 1e-6 of the gross flow.

    Parameters
    ----------
    market : Orders, read only
    cleared : Cleared, the group's rows *Overwritten*; its prices are the first guesses; status is raised, never lowered
    group : int, 0 light, 1 heavy; pools_groups : bool, True where one quota covers both groups
    quota_t : float, t/month, >= 0; inf where there is no quota
    start_usd_kg : float, USD/kg, first guess of the licence price

    Returns
    -------
    tuple of float: licence price USD/kg, legal tonnes wanted at no licence price

    Notes
    -----
    Source: docs/odd.md, Market clearing; one licence price per group is what a quota in tonnes of all elements means.
    """
    for e in range(cleared.response.shape[0]):
        cleared.response[e] = 0.0
    tolerance = QUOTA_TOLERANCE * quota_t
    target = quota_t - 0.5 * tolerance  # aim just inside the quota, so that the answer keeps it
    price = start_usd_kg if quota_t < inf else 0.0
    n_rough = len(ROUGH) if price > 0.0 else 0
    low, high = -1.0, inf
    from_low = inf  # Newton's guess at `low`
    wanted = -1.0  # not known yet
    answer = -1.0  # not known yet
    status = NO_CONVERGENCE
    for step in range(LICENCE_STEPS):
        keeps = answer < 0.0
        aim = TOLERANCE if keeps else WANTED_TOLERANCE
        if step < n_rough:
            aim = ROUGH[step]
        total, slope, found = exports_at(market, cleared, group, pools_groups, price, aim, keeps)
        if step < n_rough:
            price = rough_licence(price, total - target, slope)
            continue
        if not keeps:
            wanted = total
            if wanted > quota_t:
                break
            answer, status = -1.0, NO_CONVERGENCE  # on the very edge of being slack: settle without a licence price
            continue
        if price == 0.0:
            wanted = total
            if wanted <= quota_t:
                answer, status = 0.0, found
                break
        uses_quota = slope < 0.0 and total >= quota_t - tolerance
        hopeless = price >= HIGHEST_LICENCE_USD_KG
        if hopeless or (total <= quota_t and (uses_quota or is_narrow(low, high))):
            answer = price
            status = QUOTA_NOT_MET if hopeless else found
            if wanted >= 0.0:
                break
            price = 0.0
            continue
        if total > target:
            low = price
            from_low = price - (total - target) / slope if slope < 0.0 else inf
            if high <= low:  # rounding at the end of the search: exports at `high` came out otherwise before
                high = inf
        else:
            high = price
        price = next_licence(price, low, high, from_low, total - target, slope, step)
    cleared.status[0] = max(cleared.status[0], status)
    return (answer if answer >= 0.0 else price), max(wanted, 0.0)


@inline_rule
def rough_licence(price, excess, slope):
    """Newton's next licence price, from tonnes that are known roughly only."""
    if slope >= 0.0:
        return price
    return min(max(price - excess / slope, 0.0), 4.0 * price + 20.0)


@inline_rule
def is_narrow(low, high):
    """Whether a bracket of licence prices leaves nothing to search."""
    return high < inf and high - low <= NARROW_LICENCE * (1.0 + high)


@inline_rule
def next_licence(price, low, high, from_low, excess, slope, step):
    """The next licence price to try: Newton's, or one that surely narrows the bracket.

    `low` is negative as long as zero has not been tried and no price with exports above the quota is known.
    """
    if is_narrow(low, high):
        return high
    guess = price - excess / slope if slope < 0.0 else -1.0
    if low < 0.0 and guess <= 0.0:
        return 0.0
    if high == inf:
        least = price + NARROW_LICENCE * (1.0 + price)
        most = 4.0 * price + 20.0
        guess = most if slope >= 0.0 else min(max(guess, least), most)
        return min(guess, HIGHEST_LICENCE_USD_KG)
    if step >= PATIENCE and step % 2 == 1:
        return 0.5 * (max(low, 0.0) + high)
    if slope >= 0.0:  # nothing is exported: look for the price at which that begins
        guess = from_low if from_low != price else high - 0.9 * NARROW_LICENCE * (1.0 + high)
    if low < guess < high:
        return guess
    return 0.5 * (max(low, 0.0) + high)
