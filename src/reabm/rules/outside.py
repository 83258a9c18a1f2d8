"""The month's market outside China, the inside price being given.

Two blocks of buyers stand outside: the free and the restricted (under embargo or licence). Supply from outside China,
smuggled goods and alloys go to whoever pays most. Legal exports cost the legal price and go to the free block without
limit, to the restricted one up to the tonnes allowed. The restricted price never falls below the free one, because
nothing hinders goods from leaving a restricted country, and may stand above it by what re-exporters charge.
"""

from __future__ import annotations

from math import exp, log
from typing import NamedTuple

from reabm.rules.channels import alloy_t, smuggled_t, transshipped_t
from reabm.rules.demand import stock_order_t, use_t
from reabm.rules.rule import inline_rule, rule

CHINA, FREE, RESTRICTED = 0, 1, 2  # blocks of buyers
PRICE_STEPS = 150
SEARCHED_LOG = (
    50.0  # prices are searched between e^-50 and e^50 times the reference; use of 0.1 elasticity needs e^-23 to grow tenfold
)
PATIENCE = 40  # steps after which the bracket is only halved
ACCEPTED = 1e-10  # of the element's gross flow: what is left where rounding or a flat curve hinders the aim
SIDE = 4e-16  # keeps a price on its side of the legal price, where what is drawn may jump
NARROW_LOG = 4e-16  # a bracket as narrow as this, relative to the log price, leaves nothing to search


class Buyers(NamedTuple):
    """One block of buyers of an element."""

    use_t: float  # t/month, use at the reference price
    want_t: float  # t/month, stock wanted at the anchor price, over the months of adjustment
    held_t: float  # t/month, stock held, over the same
    fixed_t: float  # t/month, purchases whatever the price
    log_anchor: float  # ln USD/kg


class Element(NamedTuple):
    """One element's row of the orders: numbers only, so that the solver's loops touch no arrays."""

    china: Buyers
    free: Buyers
    restricted: Buyers
    restricts: bool  # whether anybody stands in the restricted block
    supply_t: float  # t/month, in China
    supply_outside_t: float  # t/month
    gross_t: float  # t/month, size of the flows, against which rounding is judged
    log_reference: float
    elasticity: float
    choke_log: float
    curve: float
    sensitivity: float
    tax_factor: float
    freight_usd_kg: float
    reverse_freight_usd_kg: float
    markup_usd_kg: float
    list_usd_kg: float
    smuggling_ceiling_t: float
    smuggling_cost_usd_kg: float
    unlawful_usd_kg: float
    alloy_capacity_t: float
    alloy_conversion_usd_kg: float
    alloy_spread_usd_kg: float
    allowed_t: float
    reexport_need_t: float
    reexport_ceiling_t: float
    reexport_base_usd_kg: float
    reexport_slope_usd_kg: float


class Drawn(NamedTuple):
    """What both outside blocks draw at a highest price; see `draw_t`."""

    tonnes: float  # t/month, from outside supply, grey channels and legal tonnes allowed to the restricted block
    by_dear: float  # t per USD/kg, derivative in the highest price
    by_legal: float  # t per USD/kg, derivative in the legal price
    pooled_t: float  # t/month, part of `tonnes` that legal exports could feed without limit
    legal_t: float  # t/month, legal exports to the free block that come on top
    legal_by_dear: float  # t per USD/kg
    legal_by_legal: float  # t per USD/kg
    free_usd_kg: float  # USD/kg, price in free destinations
    found: bool  # whether a free price was found


class Outside(NamedTuple):
    """Prices and flows outside at an inside price; see `settle_outside`."""

    free_usd_kg: float  # USD/kg, price in free destinations
    dear_usd_kg: float  # USD/kg, highest price outside
    legal_t: float  # t/month, legal exports
    net_t: float  # t/month, all that leaves China less what flows back
    net_by_china: float  # t per USD/kg, derivative of `net_t` in the inside price
    net_by_legal: float  # t per USD/kg, in the legal price
    legal_by_china: float  # the same of `legal_t`
    legal_by_legal: float
    found: bool  # whether prices were found


@inline_rule
def buyers_row(market, e, block, zone):
    """One block of buyers, read from the orders. Stocks are divided by the months of adjustment here, not at every price."""
    per_month = 1.0 / market.adjustment_months
    return Buyers(
        market.use_t[e, block],
        market.want_t[e, block] * per_month,
        market.held_t[e, block] * per_month,
        market.fixed_t[e, block],
        market.log_anchor[e, zone],
    )


@inline_rule
def element_row(market, e):
    """One element, read from the orders."""
    china = buyers_row(market, e, CHINA, 0)
    free = buyers_row(market, e, FREE, 1)
    restricted = buyers_row(market, e, RESTRICTED, 1)
    gross = market.supply_t[e, 0] + market.supply_t[e, 1] + china.use_t + free.use_t + restricted.use_t + 1e-9
    return Element(
        china,
        free,
        restricted,
        restricted.use_t + restricted.want_t + restricted.held_t > 0.0 or restricted.fixed_t != 0.0,
        market.supply_t[e, 0],
        market.supply_t[e, 1],
        gross + china.held_t + free.held_t + restricted.held_t,
        market.log_reference[e],
        market.elasticity[e],
        market.choke_log[e],
        market.curve[e],
        market.sensitivity[e],
        market.tax_factor[e],
        market.freight_usd_kg,
        market.reverse_freight_usd_kg,
        market.markup_usd_kg[e],
        market.list_usd_kg[e],
        market.smuggling_ceiling_t[e],
        market.smuggling_cost_usd_kg[e],
        market.unlawful_usd_kg[e],
        market.alloy_capacity_t[e],
        market.alloy_conversion_usd_kg,
        market.alloy_spread_usd_kg,
        market.allowed_t[e],
        market.reexport_need_t[e],
        market.reexport_ceiling_t[e],
        market.reexport_base_usd_kg,
        market.reexport_slope_usd_kg,
    )


@inline_rule
def taken_t(element, buyers, log_price):
    """What a block of buyers takes in a month (use, stock change, fixed purchases), slope and curvature in the log price.

    The curvature only serves to guess the next price: it is that of powers of the price, kinks and linear use left out.
    """
    used, use_slope = use_t(log_price, buyers.use_t, element.log_reference, element.elasticity, element.choke_log, element.curve)
    order, order_slope = stock_order_t(
        log_price,
        buyers.want_t,
        buyers.held_t,
        buyers.log_anchor,
        element.sensitivity,
        1.0,  # both are per month already
    )
    curvature = -element.elasticity * use_slope - element.sensitivity * order_slope
    return used + order + buyers.fixed_t, use_slope + order_slope, curvature


@inline_rule
def grey_t(element, gap_usd_kg):
    """Tonnes smuggled and tonnes leaving as alloy at a gap (highest outside price less inside price and freight).

    The third number is the slope of both together in the gap.
    """
    smuggled, smuggled_slope = smuggled_t(
        gap_usd_kg + element.unlawful_usd_kg, element.smuggling_ceiling_t, element.smuggling_cost_usd_kg
    )
    alloy, alloy_slope = alloy_t(
        gap_usd_kg, element.alloy_capacity_t, element.alloy_conversion_usd_kg, element.alloy_spread_usd_kg
    )
    return smuggled, alloy, smuggled_slope + alloy_slope


@inline_rule
def reexported_t(element, premium_usd_kg):
    """Tonnes re-exported to the restricted block at a premium, and the slope."""
    return transshipped_t(
        premium_usd_kg,
        element.reexport_need_t,
        element.reexport_ceiling_t,
        element.reexport_base_usd_kg,
        element.reexport_slope_usd_kg,
    )


@inline_rule
def next_guess(x, low, high, excess, slope, step):
    """Newton's next log price, or the middle of the bracket where that would leave it or takes too long."""
    if slope < 0.0 and step < PATIENCE:
        guess = x - excess / slope
        if low < guess < high:
            return guess
    return 0.5 * (low + high)


@rule
def self_served(element, dear_usd_kg, top_usd_kg, aim_t):
    """Free price at which the free block, fed by nobody, just gives from its stocks what it re-exports.

    Parameters
    ----------
    element : Element
    dear_usd_kg : float, USD/kg, price in restricted destinations
    top_usd_kg : float, USD/kg, a free price at which the free block would sell more than it can re-export
    aim_t : float, t/month, by which its balance may be missed

    Returns
    -------
    tuple: free price (USD/kg), tonnes re-exported, their derivative in the restricted price (t per USD/kg), whether found:
    False where stocks stay unsold at the lowest price searched
    """
    low, high = element.log_reference - SEARCHED_LOG, log(top_usd_kg)
    x = high
    again = 0.0
    excess = 0.0
    again_by_dear = 0.0
    for step in range(PRICE_STEPS):
        price = exp(x)
        takes, slope, _ = taken_t(element, element.free, x)
        again, again_slope = reexported_t(element, dear_usd_kg - price)
        excess = takes + again
        slope -= again_slope * price
        again_by_dear = again_slope * (1.0 + again_slope * price / slope) if slope < 0.0 else 0.0
        if abs(excess) <= aim_t or high - low <= NARROW_LOG * (1.0 + abs(x)):
            break
        if excess > 0.0:
            low = x
        else:
            high = x
        x = next_guess(x, low, high, excess, slope, step)
    return exp(x), again, again_by_dear, abs(excess) <= max(ACCEPTED * element.gross_t, aim_t)


@inline_rule
def draw_t(element, dear_usd_kg, legal_usd_kg, aim_t):
    """What both blocks draw from outside supply, grey channels and the legal tonnes allowed to the restricted one.

    Without a restricted block these are the takings of the free one. With it, the free block pays the highest price as
    long as that stays below the legal price; above, legal exports feed it and it re-exports part of them.

    Parameters
    ----------
    element : Element
    dear_usd_kg : float, USD/kg, the highest price outside
    legal_usd_kg : float, USD/kg, price at which legal exports are offered
    aim_t : float, t/month, by which the free block's balance may be missed

    Returns
    -------
    Drawn
    """
    log_dear = log(dear_usd_kg)
    if not element.restricts:
        takes, slope, _ = taken_t(element, element.free, log_dear)
        return Drawn(takes, slope / dear_usd_kg, 0.0, takes, 0.0, 0.0, 0.0, dear_usd_kg, True)
    needs, slope, _ = taken_t(element, element.restricted, log_dear)
    by_dear = slope / dear_usd_kg
    above = dear_usd_kg > legal_usd_kg
    top = legal_usd_kg if above else dear_usd_kg
    takes, slope, _ = taken_t(element, element.free, log(top))
    by_top = slope / top
    again, again_slope = reexported_t(element, dear_usd_kg - top)
    if takes + again < 0.0:
        free, again, again_by_dear, found = self_served(element, dear_usd_kg, top, aim_t)
        return Drawn(needs - again, by_dear - again_by_dear, 0.0, 0.0, 0.0, 0.0, 0.0, free, found)
    if not above:
        return Drawn(needs + takes, by_dear + by_top, 0.0, takes, 0.0, 0.0, 0.0, top, True)
    return Drawn(
        needs - again,
        by_dear - again_slope,
        again_slope,
        0.0,
        takes + again,
        again_slope,
        by_top - again_slope,
        top,
        True,
    )


@rule
def settle_outside(element, china_usd_kg, legal_usd_kg, start_usd_kg, aim_t):
    """Prices and flows outside at an inside price.

    As needs fall, five cases follow each other: the restricted block pays a premium; legal exports at one price; grey
    channels only, at a price below the legal one; the price below which oxide would flow back into China, and grey channels
    that carry no more than is needed; oxide flows back. The fourth occurs where smuggling pays at a negative gap.

    Parameters
    ----------
    element : Element
    china_usd_kg, legal_usd_kg : float, USD/kg, inside price and price at which legal exports are offered
    start_usd_kg : float, USD/kg, first guess of the highest price outside (0: none)
    aim_t : float, t/month, by which balances outside may be missed

    Returns
    -------
    Outside

    Notes
    -----
    Source: docs/odd.md, Market clearing (channels and their complementarity), worked out for two outside blocks.
    """
    supply = element.supply_outside_t
    base_gap = -china_usd_kg - element.freight_usd_kg
    drawn = draw_t(element, legal_usd_kg, legal_usd_kg, aim_t)
    smuggled, alloy, grey_slope = grey_t(element, legal_usd_kg + base_gap)
    short = drawn.tonnes - supply - smuggled - alloy
    above = short >= 0.0
    lowest = element.log_reference - SEARCHED_LOG
    highest = log(legal_usd_kg)
    if above:
        if not element.restricts or short - drawn.pooled_t <= element.allowed_t:
            return Outside(
                drawn.free_usd_kg, legal_usd_kg, short, drawn.tonnes - supply,
                0.0, drawn.by_dear, grey_slope, drawn.by_dear - grey_slope, drawn.found,
            )  # fmt: skip
        lowest, highest = highest, highest + 2.0 * SEARCHED_LOG
    else:
        back_usd_kg = china_usd_kg - element.reverse_freight_usd_kg
        if back_usd_kg > exp(lowest):
            drawn = draw_t(element, back_usd_kg, legal_usd_kg, aim_t)
            smuggled, alloy, _ = grey_t(element, back_usd_kg + base_gap)
            if drawn.tonnes - supply <= smuggled + alloy:  # what they carried beyond the needs would come straight back
                return Outside(
                    drawn.free_usd_kg, back_usd_kg, 0.0, drawn.tonnes - supply,
                    drawn.by_dear, 0.0, 0.0, 0.0, drawn.found,
                )  # fmt: skip
            lowest = log(back_usd_kg)
    return between(element, above, china_usd_kg, legal_usd_kg, start_usd_kg, lowest, highest, aim_t)


@rule
def between(element, above, china_usd_kg, legal_usd_kg, start_usd_kg, low, high, aim_t):
    """The market outside where its highest price differs from the legal price and lies between two log prices.

    Parameters
    ----------
    as in `settle_outside`, and
    above : bool, whether the highest price is above the legal price (a premium) or below (no legal exports)
    low, high : float, ln USD/kg

    Returns
    -------
    Outside
    """
    fed = element.supply_outside_t + (element.allowed_t if above else 0.0)
    base_gap = -china_usd_kg - element.freight_usd_kg
    x = log(start_usd_kg) if start_usd_kg > 0.0 else low
    if not low < x < high:
        x = low if above else high
    nearest = legal_usd_kg * (1.0 + SIDE) if above else legal_usd_kg * (1.0 - SIDE)
    dear = max(exp(x), nearest) if above else min(exp(x), nearest)
    drawn = draw_t(element, dear, legal_usd_kg, aim_t)
    smuggled, alloy, grey_slope = 0.0, 0.0, 0.0
    excess = 0.0
    for step in range(PRICE_STEPS):
        smuggled, alloy, grey_slope = grey_t(element, dear + base_gap)
        excess = drawn.tonnes - fed - smuggled - alloy
        if abs(excess) <= aim_t or high - low <= NARROW_LOG * (1.0 + abs(x)):
            break
        if excess > 0.0:
            low = x
        else:
            high = x
        x = next_guess(x, low, high, excess, (drawn.by_dear - grey_slope) * dear, step)
        dear = max(exp(x), nearest) if above else min(exp(x), nearest)
        drawn = draw_t(element, dear, legal_usd_kg, aim_t)
    found = abs(excess) <= max(ACCEPTED * element.gross_t, aim_t)
    grey = drawn.tonnes - fed if found else smuggled + alloy  # not found: goods stay unsold or needs unmet outside
    steep = drawn.by_dear - grey_slope
    dear_by_china = -grey_slope / steep if steep < 0.0 else 0.0
    if not above:
        net_by_china = grey_slope * (dear_by_china - 1.0)
        return Outside(drawn.free_usd_kg, dear, 0.0, grey, net_by_china, 0.0, 0.0, 0.0, found and drawn.found)
    dear_by_legal = -drawn.by_legal / steep if steep < 0.0 else 0.0
    legal = element.allowed_t + drawn.legal_t
    legal_by_china = drawn.legal_by_dear * dear_by_china
    legal_by_legal = drawn.legal_by_legal + drawn.legal_by_dear * dear_by_legal
    return Outside(
        drawn.free_usd_kg, dear, legal, legal + grey,
        legal_by_china + grey_slope * (dear_by_china - 1.0), legal_by_legal + grey_slope * dear_by_legal,
        legal_by_china, legal_by_legal, found and drawn.found,
    )  # fmt: skip
