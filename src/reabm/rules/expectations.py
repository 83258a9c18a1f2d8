"""What the market expects of prices: an anchor, a trend, slow means, and the nerve of those who follow trends."""

from __future__ import annotations

from math import exp

from reabm.rules.rule import rule

CRASH_SHARE = 0.72  # a price below this share of its recent peak burns trend followers (docs/odd.md, Expectations)
PEAK_DECAY = 0.985  # monthly forgetting of a peak
NERVE_RECOVERY = 0.01  # monthly recovery of nerve
VARIANCE_MONTHS = 36.0  # memory of the volatility a developer reckons with (docs/odd.md, Mines)


@rule
def update_expectations(market, elements, knobs, stock_knobs, use_knobs, maker_knobs):
    """Update anchors, trends, slow prices, gaps and volatility from the month's prices.

    Parameters
    ----------
    market : Market, *Overwritten*
    elements : ElementParams, read only
    knobs : ExpectationKnobs; stock_knobs : StockKnobs; use_knobs : UseKnobs; maker_knobs : MakerKnobs

    Notes
    -----
    Source: docs/odd.md, Expectations: ln e' = (1-a-b) ln e + a ln p + b ln P_longrun; g' = m g + (1-m) dln p.
    """
    for z in range(2):
        crashed = 0.0
        for e in range(market.china_usd_kg.shape[0]):
            price = market.china_usd_kg[e] if z == 0 else market.outside_usd_kg[e] + market.premium_usd_kg[e]
            change = market.log_change[z, e]
            market.trend[z, e] = knobs.trend_memory * market.trend[z, e] + (1.0 - knobs.trend_memory) * change
            a, b = knobs.anchor_gain, knobs.longrun_weight
            log_anchor = (1.0 - a - b) * market.log_anchor[z, e] + a * market.log_usd_kg[z, e] + b * elements.log_longrun[e]
            market.log_anchor[z, e] = log_anchor
            market.anchor_usd_kg[z, e] = exp(log_anchor)
            market.slow_usd_kg[z, e] += (price - market.slow_usd_kg[z, e]) / use_knobs.price_memory_months
            market.log_habit[z, e] += (market.log_usd_kg[z, e] - market.log_habit[z, e]) / use_knobs.adjustment_months
            market.peak_usd_kg[z, e] = max(market.peak_usd_kg[z, e] * PEAK_DECAY, price)
            if price < CRASH_SHARE * market.peak_usd_kg[z, e]:
                crashed += elements.reference_usd_kg[e] * elements.outside_use_t[e]
            if z == 1:
                market.variance[e] += (change * change - market.variance[e]) / VARIANCE_MONTHS
                gap = price - market.china_usd_kg[e]
                market.gap_usd_kg[e] += (gap - market.gap_usd_kg[e]) / maker_knobs.gap_memory_months
        value = 0.0
        for e in range(market.china_usd_kg.shape[0]):
            value += elements.reference_usd_kg[e] * elements.outside_use_t[e]
        share = crashed / value if value > 0.0 else 0.0
        market.nerve[z] = market.nerve[z] * (1.0 - stock_knobs.speculation_burn * share) + NERVE_RECOVERY * (
            1.0 - market.nerve[z]
        )
