"""What happens to everybody: the shock to demand, and the clean page at the start of a month."""

from __future__ import annotations

from reabm.rules.rule import inline_rule, rule


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
    blank(flows.supply_t)
    blank(flows.mined_t)
    blank(flows.tailings_t)
    blank(flows.swarf_returned_t)
    blank(flows.scrap_returned_t)
    blank(flows.concentrate_t)
    blank(flows.outside_t)
    blank(scratch.separated_t)
    blank(scratch.lost_t)
    blank(scratch.illegal_t)
    blank(scratch.magnet_trade_t)
    blank(scratch.origin_t)
    blank(scratch.contract_t)
    blank(scratch.made_t)
    blank(scratch.made_oxide_t)


@inline_rule
def blank(sums):
    """Set all numbers of an array to zero, in the order of memory."""
    row = sums.reshape(-1)
    for k in range(row.shape[0]):
        row[k] = 0.0
