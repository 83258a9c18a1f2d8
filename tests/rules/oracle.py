"""The month's market solved slowly, by bisection only, from the conditions in docs/odd.md, Market clearing.

Own formulation, sharing no line with `reabm.rules`: the unknown of an element is the tonnage that leaves China (net of
what flows back). Given it, China's price follows from China's balance and the outside prices from the outside balances;
more must leave as long as some channel still pays at those prices and carrying oxide back into China does not. The licence
price is bisected around all that.

Scalar code compiled by numba only to make ten thousand states feasible; no derivative, no first guess, no tolerance.
"""

from __future__ import annotations

from math import exp, log

import numba
import numpy as np

CHINA, FREE, RESTRICTED = 0, 1, 2
REACH = 50.0  # prices lie within e^50 of the reference
HALVINGS = 45
slow = numba.njit(cache=True, nogil=True, error_model="numpy")


@slow
def buys(o, e, block, price):
    """Tonnes a block of buyers takes at a price."""
    ratio = price / exp(o.log_reference[e])
    if o.curve[e] == 1:
        use = max(0.0, 1.0 + o.elasticity[e] * (1.0 - ratio))
    else:
        use = ratio ** -o.elasticity[e]
        use *= min(1.0, max(0.0, 1.0 - (log(ratio) - o.choke_log[e])))
    anchor = exp(o.log_anchor[e, 0 if block == CHINA else 1])
    wanted = o.want_t[e, block] * (price / anchor) ** -o.sensitivity[e]
    order = (wanted - o.held_t[e, block]) / o.adjustment_months
    return o.use_t[e, block] * use + order + o.fixed_t[e, block]


@slow
def smuggled_at(o, e, gap):
    u = max(0.0, (gap + o.unlawful_usd_kg[e]) / o.smuggling_cost_usd_kg[e] - 1.0) / 3.0
    return o.smuggling_ceiling_t[e] * u / (1.0 + u)


@slow
def alloy_at(o, e, gap):
    return o.alloy_capacity_t[e] * min(1.0, max(0.0, (gap - o.alloy_conversion_usd_kg) / o.alloy_spread_usd_kg))


@slow
def grey_at(o, e, gap):
    """Smuggled and alloy tonnes at a gap between outside and inside price, freight paid."""
    return smuggled_at(o, e, gap) + alloy_at(o, e, gap)


@slow
def reexports(o, e, premium):
    flow = o.reexport_need_t[e] * max(0.0, premium - o.reexport_base_usd_kg) / o.reexport_slope_usd_kg
    return min(flow, o.reexport_ceiling_t[e])


@slow
def inside_price(o, e, net):
    """Inside price at which China takes its supply less what leaves."""
    low, high = -REACH, REACH
    for _ in range(HALVINGS):
        x = 0.5 * (low + high)
        if buys(o, e, CHINA, exp(o.log_reference[e] + x)) > o.supply_t[e, 0] - net:
            low = x
        else:
            high = x
    return exp(o.log_reference[e] + high)


@slow
def free_price(o, e, dear, legal_to_free):
    """Price in the free block that is fed legal exports and feeds re-exports; above `dear` it would buy from outside."""
    low, high = -REACH, REACH
    for _ in range(HALVINGS):
        x = 0.5 * (low + high)
        price = exp(o.log_reference[e] + x)
        if buys(o, e, FREE, price) + reexports(o, e, dear - price) > legal_to_free:
            low = x
        else:
            high = x
    return exp(o.log_reference[e] + high)


@slow
def outside_prices(o, e, restricts, net, china):
    """Free price and highest price at which outsiders absorb their own supply and all that leaves China."""
    low, high = -REACH, REACH
    free = 0.0
    for _ in range(HALVINGS):
        x = 0.5 * (low + high)
        dear = exp(o.log_reference[e] + x)
        free = dear
        if not restricts:
            excess = buys(o, e, FREE, dear) - o.supply_t[e, 1] - net
        else:
            legal = max(0.0, net - grey_at(o, e, dear - china - o.freight_usd_kg))
            to_restricted = min(legal, o.allowed_t[e])
            free = free_price(o, e, dear, legal - to_restricted)
            needs = buys(o, e, RESTRICTED, dear) - o.supply_t[e, 1]
            if free >= dear:
                free = dear
                excess = needs + buys(o, e, FREE, dear) - net
            else:
                excess = needs - reexports(o, e, dear - free) - (net - legal) - to_restricted
        if excess > 0.0:
            low = x
        else:
            high = x
    return free, exp(o.log_reference[e] + high)


@slow
def element(o, e, licence):
    """One element at a licence price.

    Inside, free and highest outside price; legal, smuggled, alloy, reverse and re-exported tonnes.
    """
    restricts = bool(o.use_t[e, 2] + o.want_t[e, 2] + o.held_t[e, 2] > 0.0 or o.fixed_t[e, 2] != 0.0)
    size = o.supply_t[e].sum() + o.use_t[e].sum() + o.want_t[e].sum() + o.held_t[e].sum() + np.abs(o.fixed_t[e]).sum()
    low, high = -4.0 * size, 4.0 * size
    china, free, dear, legal, gap = 0.0, 0.0, 0.0, 0.0, 0.0
    for _ in range(HALVINGS):
        net = 0.5 * (low + high)
        china = inside_price(o, e, net)
        free, dear = outside_prices(o, e, restricts, net, china)
        gap = dear - china - o.freight_usd_kg
        offered = o.tax_factor[e] * china + o.freight_usd_kg + licence + o.markup_usd_kg[e]
        offered = max(offered, o.list_usd_kg[e])
        grey = grey_at(o, e, gap)
        to_restricted_pays = restricts and dear > offered and net - grey < o.allowed_t[e]
        leaving_pays = grey > net or free > offered or to_restricted_pays
        if leaving_pays and dear > china - o.reverse_freight_usd_kg:
            low = net
        else:
            high = net
    net = 0.5 * (low + high)
    grey = grey_at(o, e, gap)
    carried = min(grey, max(net, 0.0))
    legal = max(net, 0.0) - carried
    smuggled = carried * smuggled_at(o, e, gap) / grey if grey > 0.0 else 0.0
    return china, free, dear, legal, smuggled, carried - smuggled, max(-net, 0.0), reexports(o, e, dear - free)


@slow
def takings(o, e, china, free, dear):
    """What the three blocks take at their prices."""
    return buys(o, e, CHINA, china), buys(o, e, FREE, free), buys(o, e, RESTRICTED, dear)


@slow
def exports(o, licence):
    """Legal exports of all elements at a licence price."""
    total = 0.0
    for e in range(o.group.shape[0]):
        total += element(o, e, licence)[3]
    return total


@slow
def licence_price(o, quota, highest=1e6, halvings=50):
    """Licence price at which legal exports of all elements come down to the quota; 0 where they are below it anyway."""
    if exports(o, 0.0) <= quota:
        return 0.0
    low, high = 0.0, highest
    for _ in range(halvings):
        middle = 0.5 * (low + high)
        if exports(o, middle) > quota:
            low = middle
        else:
            high = middle
    return high
