"""Importers' rules of cover beside belief: a fixed stockpile, diversifying, and learning which of three rules serves best."""

from __future__ import annotations

from math import exp

from reabm.rules.importers import interruption_cover_months, log_worth_of_cover
from reabm.rules.rule import inline_rule, rule

STOCKPILE, DIVERSIFY, LEARNING = 3, 4, 5
NO_STOCK, BY_BELIEF, FIXED_STOCK = 0, 1, 2  # what a learner chooses among: beyond base cover nothing, by belief, always the same


@rule
def choose_cover(importers, params, stock_knobs, learning, row):
    """An importer on one of these rules sets the stock it wants beyond its base cover.

    Parameters
    ----------
    importers : Importers, its row is *Overwritten*; it holds the cover by belief
    params : ImporterParams; stock_knobs : StockKnobs; learning : LearningKnobs; read only
    row : int

    Notes
    -----
    Source: docs/game.md, Strategies. A learner holds the mean of its rules' covers, weighed by how likely it is to choose each.
    """
    strategy = params.strategy[row]
    if strategy < STOCKPILE or strategy > LEARNING:
        return
    base = params.base_cover_months[row]
    if strategy == LEARNING:
        by_belief = importers.risk_cover_months[row] * choice_weight(importers.attraction, row, BY_BELIEF, learning.precision)
        fixed = stock_knobs.stockpile_months * choice_weight(importers.attraction, row, FIXED_STOCK, learning.precision)
        importers.risk_cover_months[row] = by_belief
        importers.cover_months[row] = base + fixed + by_belief
        return
    importers.risk_cover_months[row] = 0.0
    importers.risk_log[row] = 0.0
    importers.cover_months[row] = base + (stock_knobs.stockpile_months if strategy == STOCKPILE else 0.0)


@inline_rule
def choice_weight(attraction, row, chosen, precision):
    """Logit probability of one of a learner's rules (case B2)."""
    best = attraction[row, 0]
    for k in range(1, attraction.shape[1]):
        best = max(best, attraction[row, k])
    total = 0.0
    for k in range(attraction.shape[1]):
        total += exp(precision * (attraction[row, k] - best))
    return exp(precision * (attraction[row, chosen] - best)) / total


@rule
def update_attractions(attraction, experience, row, paid, weight, memory, foregone, experience_memory):
    """Experience-weighted attraction: N' = rho N + 1, A' = (phi N A + (delta + (1 - delta) weight) pay) / N' (case B2).

    Parameters
    ----------
    attraction : float array, shape (learners, rules); experience : float array, shape (learners,); row *Overwritten*
    row : int
    paid : tuple of float, what every rule brought or would have brought
    weight : tuple of float, how far each was played (1: chosen, 0: not)
    memory, foregone, experience_memory : float, phi, delta, rho

    Notes
    -----
    Source: camerer_ho_1999, equations 2.1 and 2.2.
    """
    before = experience[row]
    after = experience_memory * before + 1.0
    for k in range(attraction.shape[1]):
        share = foregone + (1.0 - foregone) * weight[k]
        attraction[row, k] = (memory * before * attraction[row, k] + share * paid[k]) / after
    experience[row] = after


@inline_rule
def worth_of_stock(months, rise, disrupted, knobs):
    """What a stock brought in a month, in months of use: its rise in price less carrying cost, and what was not to be had.

    Of an interruption that is expected to last mbar months a stock of s months bridges the share s / mbar, at most all.

    Parameters
    ----------
    months : float, stock beyond base cover; rise : float, relative rise of prices
    disrupted : float in [0, 1], how far the month was disrupted
    knobs : StockKnobs

    Notes
    -----
    A project assumption, with the costs of case N2.
    """
    bridged = min(1.0, months / knobs.interruption_months)
    return months * (rise - knobs.carrying_share) + knobs.shortage_multiple * disrupted * bridged


@rule
def learn_cover(importers, params, flows, market, knobs, learning, on, seen, row):
    """An importer learns from the month what each of its rules brought, or would have brought.

    Parameters
    ----------
    importers : Importers, attraction and experience of its row *Overwritten*; the belief is still that of the month before
    params : ImporterParams; flows : Flows; market : Market; read only: last month's use and prices
    knobs : StockKnobs; learning : LearningKnobs; on : Switches
    seen : float in [0, 1], how far the month counts as disrupted; row : int
    """
    d = int(params.destination[row])
    z = 0 if d == 0 else 1
    value, rise = 0.0, 0.0
    for e in range(flows.used_t.shape[0]):
        worth = flows.used_t[e, d] * market.delivered_usd_kg[e, d]
        value += worth
        rise += worth * market.log_change[z, e]
    rise = rise / value if value > 0.0 else 0.0
    log_worth = log_worth_of_cover(
        importers.reliability[row], knobs.interruption_months, knobs.shortage_multiple, knobs.carrying_share
    )
    by_belief = on.precaution * knobs.risk_weight
    by_belief *= interruption_cover_months(log_worth, knobs.interruption_months, knobs.risk_cap_months)
    paid = (0.0, worth_of_stock(by_belief, rise, seen, knobs), worth_of_stock(knobs.stockpile_months, rise, seen, knobs))
    weight = (
        choice_weight(importers.attraction, row, NO_STOCK, learning.precision),
        choice_weight(importers.attraction, row, BY_BELIEF, learning.precision),
        choice_weight(importers.attraction, row, FIXED_STOCK, learning.precision),
    )
    update_attractions(
        importers.attraction, importers.experience, row, paid, weight, learning.memory, learning.foregone,
        learning.experience_memory,
    )  # fmt: skip


@rule
def count_diversifiers(shares, params):
    """Share of each destination's trade in the hands of importers who bid for oxide of other origin.

    Parameters
    ----------
    shares : float array, shape (destinations,), *Overwritten*
    params : ImporterParams, read only
    """
    for d in range(shares.shape[0]):
        shares[d] = 0.0
    for i in range(params.destination.shape[0]):
        if params.strategy[i] == DIVERSIFY:
            shares[int(params.destination[i])] += params.trade_share[i]
