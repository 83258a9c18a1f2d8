"""The export quota: licences issued by half-year, banked until the year's end, released month by month, and hoarded."""

from __future__ import annotations

from math import inf

from reabm.rules.rule import inline_rule, rule

FULL_SCARCITY = 1.0 / 3.0  # usual exports this far above the even release make licences fully scarce (A project assumption)
PINCH_MEMORY = 0.96  # monthly forgetting of how much licences took of the price (A project assumption)
LEAST_PRICE_USD_KG = 1e-9  # so that nothing is divided by a price of nothing


@rule
def issue_licences(market, policy, new_half, new_year, months_left, carry_over):
    """Add the half-year's licences to the bank; of what is left at the end of the year a part lapses.

    A quota changed in the middle of a half-year changes the bank by its part for the months that are left.

    Parameters
    ----------
    market : Market, bank_t, issued_t and was_pooled *Overwritten*
    policy : Policy, read only
    new_half, new_year : float, 1 in the first month of a half-year, of a year
    months_left : float, months to the end of the half-year, this one included
    carry_over : float, share of unused licences that is still good in the next year
    """
    pooled = policy.pools_groups[0] > 0.5
    if market.was_pooled[0] > 0.5 and not pooled:  # one bank becomes two: each group gets its part of what is left
        issued = 0.0
        for g in range(market.bank_t.shape[0]):
            issued += policy.quota_t[g]
        for g in range(market.bank_t.shape[0]):
            if issued > 0.0 and issued < inf:
                market.bank_t[g] *= policy.quota_t[g] / issued
    market.was_pooled[0] = policy.pools_groups[0]
    for g in range(market.bank_t.shape[0]):
        quota, issued = policy.quota_t[g], market.issued_t[g]
        market.issued_t[g] = quota
        if quota == inf:
            market.bank_t[g] = 0.0
            continue
        if new_year > 0.5:
            market.bank_t[g] *= carry_over
        if new_half > 0.5:
            market.bank_t[g] += quota
        elif issued == inf:  # a quota set in the middle of a half-year: its part for the months that are left
            market.bank_t[g] = quota * months_left / 6.0
        elif quota != issued:
            market.bank_t[g] = max(0.0, market.bank_t[g] + (quota - issued) * months_left / 6.0)


@inline_rule
def pinch_remembered(remembered, licence_usd_kg, outside_usd_kg):
    """Part of an element's price outside that licences take, as buyers and holders remember it: high at once, forgotten slowly.

    One licence price per kilogram is much of the price of a cheap element and little of a dear one's.

    Parameters
    ----------
    remembered : float in [0, 1], last month's
    licence_usd_kg, outside_usd_kg : float, USD/kg, >= 0

    Returns
    -------
    float in [0, 1]

    Notes
    -----
    Source: docs/odd.md, Export quota. A project assumption.
    """
    taken = min(1.0, licence_usd_kg / max(outside_usd_kg, LEAST_PRICE_USD_KG))
    return max(taken, PINCH_MEMORY * remembered)


@rule
def release_t(bank_t, months_left, wanted_t, pinch, trend, survives, hoarding, hoarding_floor):
    """Licences that their holders sell this month.

    An even share of the bank; less of it while prices rise, because a licence kept is worth more next month. But only
    scarce licences are worth keeping: nobody hoards while the bank covers what will be wanted until the half-year ends, unless
    licences were dear not long ago; and what lapses at the year's end is sold before.

    Parameters
    ----------
    bank_t : float, t, licences not yet used
    months_left : float, months to the end of the half-year, >= 1
    wanted_t : float, t/month, usual legal exports
    pinch : float in [0, 1], part of the price outside that licences took, as it is remembered
    trend : float, 1/month, expected change of the log price outside
    survives : float in [0, 1], share of a licence kept that is still good next month: less than 1 in December
    hoarding : float, strength; 0 = none
    hoarding_floor : float, least share of the even release

    Returns
    -------
    float, t/month

    Notes
    -----
    Source: docs/odd.md, Export quota. A project assumption: scarcity counts in full once a quarter of the need is uncovered.
    """
    even = bank_t / months_left
    scarcity = pinch
    if wanted_t > even:
        scarcity = max(scarcity, min(1.0, (wanted_t / even - 1.0) / FULL_SCARCITY) if even > 0.0 else 1.0)
    gain = survives * (1.0 + 3.0 * trend) - 1.0  # of three months' waiting
    keep = 1.0 - hoarding * max(gain, 0.0) * scarcity
    return even * max(hoarding_floor, min(1.0, keep))
