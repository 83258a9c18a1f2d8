"""What happens to everybody: the shock to demand, and the clean page at the start of a month."""

from __future__ import annotations

from reabm.rules.rule import rule


@rule
def hear_news(market, knobs, on, normals):
    """Demand drifts around its script: AR(1) in logs, one shock inside China and one outside.

    Parameters
    ----------
    market : Market, shock *Overwritten*
    knobs : MarketKnobs; on : Switches
    normals : float array, shape (zones,), standard normal draws
    """
    for z in range(market.shock.shape[0]):
        market.shock[z] = knobs.demand_noise_persistence * market.shock[z] + on.noise * knobs.demand_noise_sd * normals[z]


@rule
def clean_page(flows, scratch):
    """Set everything that is added up during the month to zero.

    Parameters
    ----------
    flows : Flows, supply_t, mined_t, tailings_t, returns, concentrate_t, outside_t *Overwritten*
    scratch : Scratch, sums *Overwritten*
    """
    n_origins, n, n_dest = flows.outside_t.shape
    for z in range(flows.supply_t.shape[0]):
        for e in range(n):
            flows.supply_t[z, e] = 0.0
            flows.mined_t[z, e] = 0.0
            flows.tailings_t[z, e] = 0.0
            flows.swarf_returned_t[z, e] = 0.0
            flows.scrap_returned_t[z, e] = 0.0
            scratch.separated_t[z, e] = 0.0
            scratch.lost_t[z, e] = 0.0
    for e in range(n):
        scratch.illegal_t[e] = 0.0
        scratch.magnet_trade_t[e] = 0.0
    for o in range(n_origins):
        for e in range(n):
            flows.concentrate_t[o, e] = 0.0
            scratch.origin_t[o, e] = 0.0
            for d in range(n_dest):
                flows.outside_t[o, e, d] = 0.0
                scratch.contract_t[o, e, d] = 0.0
    for l in range(scratch.made_t.shape[0]):
        for z in range(scratch.made_t.shape[1]):
            scratch.made_t[l, z] = 0.0
            for e in range(n):
                scratch.made_oxide_t[l, z, e] = 0.0
