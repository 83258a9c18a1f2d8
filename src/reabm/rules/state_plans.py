"""Plans of the Chinese state that depart from its script: bans that come again, licences kept as a threat, makers drawn in."""

from __future__ import annotations

from math import inf

from reabm.rules.rule import inline_rule, rule

COERCIVE_BAN, LICENCE_WITH_RESTRAINT, INDUSTRIAL_POLICY = 5, 6, 7
FIRST_ABROAD = 1  # destination that is banned where the script names no target (Japan)


@rule
def depart_from_script(policy, script, heavy, coercion, restraint, industry, on, strategy, month):
    """Overwrite the script's measures of the month by those of the state's plan, where it plays one.

    Parameters
    ----------
    policy : Policy, *Overwritten*; it holds the measures of the script
    script : Script, read only
    heavy : float array, shape (elements,), 1 for heavy
    coercion, restraint, industry : CoercionKnobs, RestraintKnobs, IndustryKnobs; on : Switches
    strategy : float, code of the state's strategy
    month : int, month of the run

    Notes
    -----
    Source: docs/game.md, Strategies. What each plan stands for is taken from gholz_2014 (the ban of 2010), liu_2025 (licences)
    and reuters_2010_strategy (dear oxide outside, magnets made inside); its sizes are in configs/world/market.yaml.
    """
    policy.general_licence[0] = 0.0
    if strategy == COERCIVE_BAN:
        target, first = first_dispute(script.embargo, coercion.interval_months)
        if is_banned(month, first, coercion.interval_months, coercion.ban_months):
            policy.embargo[target] = max(policy.embargo[target], coercion.ban_share * on.embargo)
        return
    if strategy != LICENCE_WITH_RESTRAINT and strategy != INDUSTRIAL_POLICY:
        return
    for g in range(policy.quota_t.shape[0]):
        policy.quota_t[g] = inf
    for e in range(policy.tax.shape[0]):
        policy.tax[e] = 0.0
        policy.licence_scope[e] = 0.0
    for d in range(policy.embargo.shape[0]):
        policy.embargo[d] = 0.0
        policy.approval[d] = 1.0
    policy.magnets_in_scope[0] = 0.0
    if strategy == LICENCE_WITH_RESTRAINT:
        for e in range(policy.licence_scope.shape[0]):
            policy.licence_scope[e] = heavy[e] * on.licences
        for d in range(1, policy.approval.shape[0]):
            policy.approval[d] = 1.0 - (1.0 - restraint.approval) * on.licences
        for grade in range(2):
            policy.alloy_open[grade] = on.alloy_channel
        policy.delay_months[0] = restraint.delay_months
        policy.general_licence[0] = 1.0
    else:
        for e in range(policy.tax.shape[0]):
            policy.tax[e] = industry.oxide_tax * on.export_tax
        for grade in range(2):
            policy.alloy_open[grade] = 0.0


@inline_rule
def is_banned(month, first, interval_months, ban_months):
    """Whether a month falls into one of the bans, the first of which begins with the first dispute."""
    return month >= first and (month - first) % int(interval_months) < ban_months


@rule
def first_dispute(embargo, interval_months):
    """Whom the script stops first, and when: of several in one month the one from which most is held back.

    Where it stops nobody: FIRST_ABROAD, after one interval.

    Parameters
    ----------
    embargo : float array, shape (destinations, months), share stopped by the script, read only
    interval_months : float, months between two bans

    Returns
    -------
    tuple of int: destination; month of the run
    """
    n_dest, n_months = embargo.shape
    for t in range(n_months):
        target, most = 0, 0.0
        for d in range(1, n_dest):
            if embargo[d, t] > most:
                target, most = d, embargo[d, t]
        if target > 0:
            return target, t
    return FIRST_ABROAD, int(interval_months)
