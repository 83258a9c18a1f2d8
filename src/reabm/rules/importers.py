"""Importers: how far they trust China, how much they hold, and which mines they finance."""

from __future__ import annotations

from math import log

from reabm.rules.rule import inline_rule, rule

JUST_IN_TIME, BAYESIAN_COVER, COVER_AND_PREPAY = 0, 1, 2
TREND_LOW, TREND_HIGH = -0.35, 0.70  # bounds on three months of trend that speculation heeds (docs/odd.md, Stocks)
RESERVATION_RATIO = 6.0  # no contract while the basket outside is worth more than this many times its long-run value
SECURITY_PREMIUM = 2.5  # how far the value of security must exceed the cost of a stock before a mine is financed
PREPAY_SHARE = 0.5  # share of capital cost that a partner advances (Sojitz-JOGMEC-Lynas: USD 250 M for phase 2)


@inline_rule
def reliability(delivered, disrupted):
    """Mean of the Beta belief that a month's deliveries come (case B1)."""
    return delivered / (delivered + disrupted)


@rule
def disruption_seen(policy, market, knobs, d):
    """How far a month counts as disrupted for buyers in a destination, in [0, 1], and what licences and the quota add to it.

    The largest of: the share of shipments stopped; a licence regime, as far as it is read as a ban (refusals and delay);
    a rationed quota, as far as it alarms. Inside China: a campaign against illegal mining, as far as it alarms.

    Notes
    -----
    Source: docs/odd.md, Beliefs; acrei_2012. A project assumption: the largest, not the sum.

    Returns
    -------
    tuple of float: disruption; the part of it that a licence regime adds to an embargo; the part that a rationed quota adds
    to both
    """
    if d == 0:
        return knobs.crackdown_alarm * policy.crackdown[0], 0.0, 0.0
    stopped = policy.embargo[d]
    seen = stopped
    under_licence = policy.magnets_in_scope[0] > 0.5
    for e in range(policy.licence_scope.shape[0]):
        under_licence = under_licence or policy.licence_scope[e] > 0.5
    if under_licence:
        served = policy.approval[d] * max(0.0, 1.0 - policy.delay_months[0] / 12.0)
        seen = max(seen, knobs.licence_read_as_ban * (1.0 - served))
    rationed = max(market.rationed_share[0], market.rationed_share[1])
    alarmed = min(1.0, max(seen, knobs.quota_alarm * rationed))
    return alarmed, seen - stopped, alarmed - seen


@rule
def update_belief(importers, row, seen, by_licence, by_quota, memory):
    """Discounted Beta-Bernoulli update of an importer's belief (case B1), and what of its doubt is due to licences and the quota.

    Parameters
    ----------
    importers : Importers, its row is *Overwritten*
    row : int; seen : float in [0, 1], disruption; by_licence, by_quota : float >= 0, parts of it, their sum at most `seen`
    memory : float, discount on the past
    """
    importers.disrupted_by_licence[row] = memory * importers.disrupted_by_licence[row] + by_licence
    importers.disrupted_by_quota[row] = memory * importers.disrupted_by_quota[row] + by_quota
    importers.delivered[row] = memory * importers.delivered[row] + (1.0 - seen)
    importers.disrupted[row] = memory * importers.disrupted[row] + seen
    importers.reliability[row] = reliability(importers.delivered[row], importers.disrupted[row])


@inline_rule
def doubt_besides_quota(importers, row):
    """An importer's doubt of deliveries, in [0, 1], without what a rationed quota added: it does not ration buyers in China."""
    months = importers.delivered[row] + importers.disrupted[row]
    return (importers.disrupted[row] - importers.disrupted_by_quota[row]) / months


@inline_rule
def log_worth_of_cover(believed_reliability, interruption_months, shortage_multiple, carrying_share):
    """ln(h v / c): h = (1 - reliability) / mbar is the hazard of a cut-off, v the cost of a missing tonne, c that of holding one a month.

    v and c as multiples of price. At least 0: below that no stock is worth its cost.
    """
    hazard = (1.0 - believed_reliability) / interruption_months
    ratio = hazard * shortage_multiple / carrying_share
    return log(ratio) if ratio > 1.0 else 0.0


@inline_rule
def interruption_cover_months(log_worth, interruption_months, cap_months):
    """Stock against an interruption of exponential length, in months of use: mbar ln(h v / c), capped (case N2)."""
    return min(cap_months, interruption_months * log_worth)


@inline_rule
def share_held_when_dear(log_worth, dearness, discipline):
    """Share of that stock which is still held where the price stands above its reference.

    What a missing tonne costs rises with its price p only by the power 1 - discipline, what holding one costs rises with p:
    ln(h v / c) falls by discipline x ln(p / reference). A stock at its cap is cut in the same measure.

    Parameters
    ----------
    log_worth : float, ln(h v / c) at the reference price, >= 0
    dearness : float, ln of price over reference, >= 0
    discipline : float in [0, 1]; 0: a missing tonne costs so many times its price, and all is held

    Notes
    -----
    Source: docs/odd.md, Stocks. A project assumption.
    """
    if log_worth <= 0.0:
        return 1.0
    return max(0.0, 1.0 - discipline * dearness / log_worth)


@inline_rule
def share_feared(disrupted, disrupted_by_licence, disrupted_by_quota, licensed, pinch):
    """Share of an importer's fear that concerns an element.

    An embargo stops all elements, a licence regime those that it names, and a quota in tonnes pinches where its licences are
    much of the price.

    Parameters
    ----------
    disrupted : float, months, disruption remembered
    disrupted_by_licence, disrupted_by_quota : float, months, parts of it that a licence regime and a rationed quota added
    licensed : float in [0, 1], 1 for an element under licence, less as time goes after it was
    pinch : float in [0, 1], part of the element's price that the quota's licences took

    Notes
    -----
    Source: docs/odd.md, Stocks. A project assumption.
    """
    if disrupted <= 0.0:
        return 1.0
    return 1.0 - (disrupted_by_licence * (1.0 - licensed) + disrupted_by_quota * (1.0 - pinch)) / disrupted


@rule
def remember_licences(market, policy, memory):
    """Which elements buyers hold to be under licence: those that are, and in fading measure those that were.

    Parameters
    ----------
    market : Market, licensed *Overwritten*
    policy : Policy, read only
    memory : float, discount on the past
    """
    for e in range(market.licensed.shape[0]):
        market.licensed[e] = max(1.0 if policy.licence_scope[e] > 0.5 else 0.0, memory * market.licensed[e])


@rule
def set_cover(importers, params, knobs, on, row):
    """An importer sets the stock it wants, in months of use.

    Parameters
    ----------
    importers : Importers, its row is *Overwritten*
    params : ImporterParams; knobs : StockKnobs; on : Switches; read only
    row : int
    """
    risk, log_worth = 0.0, 0.0
    if params.strategy[row] != JUST_IN_TIME:
        log_worth = log_worth_of_cover(
            importers.reliability[row], knobs.interruption_months, knobs.shortage_multiple, knobs.carrying_share
        )
        cover = interruption_cover_months(log_worth, knobs.interruption_months, knobs.risk_cap_months)
        risk = on.precaution * knobs.risk_weight * cover
    importers.risk_log[row] = log_worth
    importers.risk_cover_months[row] = risk
    importers.cover_months[row] = params.base_cover_months[row] + risk


@inline_rule
def speculative_cover_months(trend, nerve, months_per_trend):
    """Months of cover that trend followers add (or shed): nerve x months x clip(three months of trend)."""
    return nerve * months_per_trend * min(TREND_HIGH, max(TREND_LOW, 3.0 * trend))


@rule
def offer_offtake(importers, params, mines, mine_params, market, elements, knobs, stock_knobs, on, row, month):
    """An importer with a cheque book finances one unfinanced mine in return for a share of its output.

    It signs when the security it buys (belief of an interruption times the cost of doing without) exceeds the premium it
    would pay, and not while the basket outside stands far above its long-run value ('prices are unrealistic').

    Parameters
    ----------
    importers : Importers; mines : Mines: the signed rows are *Overwritten*
    params : ImporterParams; mine_params : MineParams; market : Market; elements : ElementParams; knobs : MineKnobs
    row, month : int

    Notes
    -----
    Source: press_2010_bargaining_tool, reuters_2011_magnets; docs/odd.md, Offtake and prepayment. The
    reservation price is a project assumption.
    """
    if on.offtake < 0.5 or params.strategy[row] != COVER_AND_PREPAY:
        return
    hazard = (1.0 - importers.reliability[row]) / stock_knobs.interruption_months
    if hazard * stock_knobs.shortage_multiple <= SECURITY_PREMIUM * stock_knobs.carrying_share:
        return  # China is trusted: security is not worth its price
    for m in range(mines.status.shape[0]):
        unfinanced = mines.partner[m] < 0.0 and mine_params.offtake_ok[m, row] > 0.5
        if not unfinanced or mines.status[m] > 2.0 or month < mine_params.earliest[m] - 12.0:
            continue
        needed = PREPAY_SHARE * mine_params.capex_usd_kg[m] * mine_params.capacity_t[m, month] * 12.0
        if importers.lent_kusd[row] + needed > params.finance_kusd[row]:
            continue
        now, longrun = 0.0, 0.0
        for e in range(elements.longrun_usd_kg.shape[0]):
            now += mine_params.basket[m, e] * market.outside_usd_kg[e]
            longrun += mine_params.basket[m, e] * elements.longrun_usd_kg[e]
        if now > RESERVATION_RATIO * longrun:
            continue
        mines.partner[m] = row
        mines.contract_share[m] = params.offtake_share[row]
        mines.prepaid_share[m] = PREPAY_SHARE
        importers.lent_kusd[row] += needed
        return
