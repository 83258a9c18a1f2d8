"""Markets for the solver's tests: an empty one to fill in, and random ones that meet every kink often."""

import numpy as np

from reabm.world.layout import block_size, fields_of, shape_of, views
from reabm.world.state import Cleared, Orders

SCALARS = {
    "freight_usd_kg": 0.0,
    "reverse_freight_usd_kg": 0.0,
    "alloy_conversion_usd_kg": 5.0,
    "alloy_spread_usd_kg": 5.0,
    "reexport_base_usd_kg": 1.0,
    "reexport_slope_usd_kg": 20.0,
    "adjustment_months": 4.8,
}
NEVER = 50.0  # a choke price out of reach, as log over reference


def empty_market(n, **scalars):
    """Orders for n elements without buyers and sellers, reference prices 1 USD/kg, and a Cleared to go with it."""
    sizes = {"elements": n}
    arrays = {spec.name: np.zeros(shape_of(spec, sizes)) for spec in fields_of(Orders)}
    market = Orders(**arrays, **{**SCALARS, **scalars})
    market.elasticity[:] = 0.3
    market.choke_log[:] = NEVER
    market.sensitivity[:] = 0.75
    market.tax_factor[:] = 1.0
    market.smuggling_cost_usd_kg[:] = 1.0
    cleared = views(Cleared, sizes, np.zeros(block_size(Cleared, sizes)))
    return market, cleared


def random_state(rng):
    """A random group of one to three elements: market, first guesses, quota (t/month), first guess of the licence price."""
    n = int(rng.choice([1, 2, 3], p=[0.75, 0.15, 0.1]))
    market, cleared = empty_market(
        n,
        freight_usd_kg=float(rng.uniform(0, 2)),
        reverse_freight_usd_kg=float(rng.uniform(0, 2)),
        alloy_conversion_usd_kg=float(rng.uniform(0, 8)),
        alloy_spread_usd_kg=float(rng.uniform(0.2, 15)),
        reexport_base_usd_kg=float(rng.choice([0.0, rng.uniform(0, 10)])),
        reexport_slope_usd_kg=float(rng.uniform(1, 60)),
        adjustment_months=float(rng.uniform(1, 10)),
    )
    for e in range(n):
        _fill_element(rng, market, e)
    outside_use = market.use_t[:, 1:].sum()
    quota = float(rng.uniform(0.05, 1.3) * outside_use)
    draw = rng.random()
    if draw < 0.12:
        quota = np.inf
    elif draw < 0.15:
        quota = 0.0
    elif draw < 0.195:  # fixed purchases outside that no licence price can keep out
        quota *= 0.1
        market.fixed_t[0, 1] += market.supply_t[0, 1] + quota + 0.1 * outside_use + 1.0
        market.supply_t[0, 0] += 2.0 * market.fixed_t[0, 1]
    start = float(rng.choice([0.0, rng.uniform(0, 60)]))
    cleared.log_china[:] = market.log_reference + rng.normal(0, 1, n)
    if rng.random() < 0.5:
        cleared.outside_usd_kg[:] = np.exp(market.log_reference + rng.normal(0.3, 1, n))
    return market, cleared, quota, start


def _fill_element(rng, market, e):
    size = np.exp(rng.uniform(np.log(5), np.log(3000)))
    reference = np.exp(rng.uniform(np.log(2), np.log(800)))
    use = size * rng.uniform(0, 1, 3) * [1.5, 1.2, 0.8]
    if rng.random() < 0.78:
        use[2] = 0.0
    elif rng.random() < 0.25:
        use[1] = 0.0
    if rng.random() < 0.05:
        use[0] = 0.0
    if rng.random() < 0.03:
        use[1] = 0.0
    want = use * rng.uniform(0, 8, 3)
    held = want * rng.uniform(0, 1.6, 3) * rng.choice([0.3, 1.0, 1.0])
    if rng.random() < 0.12:
        held[1] += 12 * use[1]  # the free block sits on stocks
    if rng.random() < 0.15:
        want[:], held[:] = 0.0, 0.0
    market.use_t[e], market.want_t[e], market.held_t[e] = use, want, held
    if rng.random() < 0.25:
        market.fixed_t[e] = use * rng.uniform(-0.15, 0.25, 3)
    inside, outside = size * rng.uniform(0.2, 2.5), size * rng.uniform(0, 0.6)
    draw = rng.random()
    if draw < 0.05:
        inside = 0.0
    elif draw < 0.20:
        outside = 0.0
    elif draw < 0.28:
        outside = size * rng.uniform(1, 4)
    market.supply_t[e] = inside, outside
    market.log_reference[e] = np.log(reference)
    market.elasticity[e] = rng.uniform(0.1, 0.8)
    market.choke_log[e] = rng.uniform(0.2, 3.0)
    market.curve[e] = float(rng.random() < 0.12)
    market.log_anchor[e] = np.log(reference) + rng.normal(0, 0.5, 2)
    market.sensitivity[e] = rng.uniform(0.2, 1.6)
    market.tax_factor[e] = rng.choice([1.0, rng.uniform(1, 1.5)])
    market.markup_usd_kg[e] = rng.choice([0.0, 0.0, rng.uniform(0, 0.3) * reference])
    if rng.random() < 0.6:
        market.smuggling_ceiling_t[e] = use[1:].sum() * rng.uniform(0.05, 0.6)
    market.smuggling_cost_usd_kg[e] = rng.uniform(0.2, 5) + 0.05 * reference
    if rng.random() < 0.5:  # goods of illegal origin: smuggling may pay where the price outside is below that inside
        market.unlawful_usd_kg[e] = rng.uniform(0, 10) * market.smuggling_cost_usd_kg[e]
    if rng.random() < 0.5:
        market.alloy_capacity_t[e] = use[1:].sum() * rng.uniform(0.02, 0.3)
    if rng.random() < 0.35:
        market.list_usd_kg[e] = reference * np.exp(rng.normal(0.4, 0.8))
    market.allowed_t[e] = use[2] * rng.choice([0.0, rng.uniform(0, 1.2)])
    if rng.random() < 0.05 and use[0] > 0.0:  # a glut inside after years of it: buyers await the next fall
        market.elasticity[e] = rng.uniform(0.1, 0.15)
        market.supply_t[e, 0] = rng.uniform(10, 25) * use[0]
        market.log_anchor[e, 0] = np.log(reference) - rng.uniform(15, 25)
    market.reexport_need_t[e] = use[2]
    market.reexport_ceiling_t[e] = use[1] * rng.choice([0.0, rng.uniform(0, 0.5)])
