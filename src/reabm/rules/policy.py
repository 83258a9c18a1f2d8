"""What governments do: the Chinese state's measures of the month, other governments' programmes, the case before the WTO."""

from __future__ import annotations

from math import inf

from reabm.rules.planned import SUBSIDISE, planned_programme, strategy_played
from reabm.rules.rule import rule
from reabm.rules.strategies import OWN

SCRIPTED, OPEN_TRADE, TIGHT_QUOTA, LIMIT_PRICING = 0, 1, 2, 3
NO_PROGRAMME, SCRIPTED_PROGRAMME, THRESHOLD = 0, 1, 2
SUBSIDISE_AND_STOCKPILE, COMPLAIN, PRICE_FLOOR = 4, 5, 6
THRESHOLD_THRIFT = 1.5  # factor on thrifting of a government that acts on a threshold (A project assumption)


@rule
def set_chinese_policy(policy, market, script, on, strategy, month):
    """The Chinese state chooses its measures of the month.

    Parameters
    ----------
    policy : Policy, *Overwritten*
    market : Market, read only (the ruling of the WTO)
    script : Script, read only
    on : Switches
    strategy : float, code of the state's strategy
    month : int, month of the run

    Notes
    -----
    Source: docs/odd.md, Policy of the Chinese state (scripted policy, named as such).
    """
    trades_openly = strategy == OPEN_TRADE
    for g in range(policy.quota_t.shape[0]):
        quota = script.quota_t[g, month]
        if strategy == TIGHT_QUOTA:
            quota = tightest_quota(script, g, month)
        elif market.quota_banned[0] > 0.5:
            quota = inf
        policy.quota_t[g] = quota if on.export_quota > 0.5 and not trades_openly else inf
        policy.production_quota_t[g] = script.production_quota_t[g, month] if on.production_control > 0.5 else inf
    policy.pools_groups[0] = script.pools_groups[month]
    for e in range(policy.tax.shape[0]):
        policy.tax[e] = 0.0 if trades_openly else script.tax[e, month] * on.export_tax
        policy.licence_scope[e] = 0.0 if trades_openly else script.licence_scope[e, month] * on.licences
    policy.vat[0] = script.vat[month]
    for grade in range(2):
        policy.alloy_open[grade] = (1.0 if trades_openly else script.alloy_open[grade, month]) * on.alloy_channel
    for d in range(policy.embargo.shape[0]):
        policy.embargo[d] = 0.0 if trades_openly else script.embargo[d, month] * on.embargo
        policy.approval[d] = 1.0 if trades_openly else 1.0 - (1.0 - script.approval[d, month]) * on.licences
    policy.withhold_quota[0] = script.withhold[month]
    policy.delay_months[0] = script.delay_months[month]
    policy.magnets_in_scope[0] = 0.0 if trades_openly else script.magnets_in_scope[month] * on.licences
    policy.over_quota[0] = script.over_quota[month]
    policy.crackdown[0] = script.crackdown[month] * on.crackdown
    for m in range(policy.halt.shape[0]):
        policy.halt[m] = script.halt[m, month] * on.production_control
    policy.purchase_t[0] = script.purchase_t[month] * on.reserves


@rule
def tightest_quota(script, group, month):
    """Smallest half-year quota of the script so far, tonnes of oxide (inf before the first)."""
    least = inf
    for t in range(month + 1):
        if script.quota_t[group, t] < least:
            least = script.quota_t[group, t]
    return least


@rule
def government_acts(governments, params, script, flows, market, row, month, on):
    """A government other than the Chinese state sets its programmes.

    A government on a threshold perceives its exposure: the share of its purchases that came from China, weighed by how
    far the state restricts trade. Above its threshold it subsidises, saves, stockpiles and complains.

    Parameters
    ----------
    governments : Governments, its row is *Overwritten*
    params : GovernmentParams; script : Script; flows : Flows; market : Market; read only
    row, month : int
    on : Switches
    """
    d = int(params.destination[row])
    rationed = max(market.rationed_share[0], market.rationed_share[1])
    exposure = china_share_of_purchases(flows, d) * rationed if rationed > 0.0 else 0.0
    governments.exposure[row] = exposure
    strategy = strategy_played(params, governments, row)
    if strategy >= OWN:
        return  # its own rule has set its programmes
    subsidy, programme, reserve = 0.0, 1.0, 0.0
    if strategy == SCRIPTED_PROGRAMME:
        subsidy = script.subsidy[row, month]
        programme = script.thrift_programme[row, month]
        reserve = script.reserve_months[row, month]
        if script.complaint[row] >= 0.0 and month >= script.complaint[row]:
            governments.complained[row] = 1.0
    elif strategy == THRESHOLD and exposure > params.exposure_threshold[row]:
        subsidy = params.subsidy_share[row]
        programme = THRESHOLD_THRIFT
        reserve = params.reserve_months[row]
        governments.complained[row] = 1.0
    elif strategy == SUBSIDISE_AND_STOCKPILE:
        subsidy = params.subsidy_share[row]
        reserve = params.reserve_months[row]
    elif strategy == COMPLAIN and exposure > params.exposure_threshold[row]:
        governments.complained[row] = 1.0
    elif strategy == THRESHOLD:
        reserve = min(governments.reserve_months[row], params.reserve_months[row])  # what was built up is kept
    elif strategy >= SUBSIDISE:
        subsidy, reserve = planned_programme(params, strategy, row)
    governments.subsidy_share[row] = subsidy * on.home_programmes
    governments.thrift_programme[row] = 1.0 + (programme - 1.0) * on.home_programmes
    governments.reserve_months[row] = reserve * on.reserves
    governments.venture_block[row] = (
        script.venture_block[row, month] * on.home_programmes if strategy == SCRIPTED_PROGRAMME else 0.0
    )


@rule
def china_share_of_purchases(flows, d):
    """Share of what a destination buys abroad that leaves China by any channel (0 where it buys nothing)."""
    from_china = 0.0
    total = 0.0
    for e in range(flows.legal_t.shape[0]):
        china = flows.legal_t[e, d] + flows.alloy_t[e, d] + flows.smuggled_t[e, d]
        elsewhere = 0.0
        for o in range(flows.outside_t.shape[0]):
            elsewhere += flows.outside_t[o, e, d]
        from_china += china
        total += china + elsewhere
    return from_china / total if total > 0.0 else 0.0


@rule
def follow_wto(market, governments, knobs, on, luck, month):
    """Open a case at the first complaint; when its time has come the quota falls.

    Parameters
    ----------
    market : Market, *Overwritten* (wto_month, quota_banned)
    governments : Governments, read only
    knobs : QuotaKnobs; on : Switches
    luck : float in [0, 1), this month's draw for the success of a case
    month : int

    Notes
    -----
    Source: the cases DS431-433 took 34 months from complaint to the end of the quotas (wto_2014, reuters_2015_quota_end).
    """
    if on.wto < 0.5:
        return
    if market.wto_month[0] < 0.0:
        for row in range(governments.complained.shape[0]):
            if governments.complained[row] > 0.5:
                never = 1e9
                market.wto_month[0] = month + knobs.wto_lag_months if luck < knobs.wto_success else never
                break
    if 0.0 <= market.wto_month[0] <= month + 1.0:  # the state obeys from the next month on, when it sets its measures
        market.quota_banned[0] = 1.0
