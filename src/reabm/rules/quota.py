"""The export quota: licences issued by half-year, banked until the year's end, released month by month, and hoarded."""

from __future__ import annotations

from math import inf

from reabm.rules.rule import rule


@rule
def issue_licences(market, policy, new_half, new_year):
    """Add the half-year's licences to the bank; what is left at the end of the year lapses.

    Parameters
    ----------
    market : Market, bank_t *Overwritten*
    policy : Policy, read only
    new_half, new_year : float, 1 in the first month of a half-year, of a year
    """
    for g in range(market.bank_t.shape[0]):
        if policy.quota_t[g] == inf:
            market.bank_t[g] = 0.0
            continue
        if new_year > 0.5:
            market.bank_t[g] = 0.0
        if new_half > 0.5:
            market.bank_t[g] += policy.quota_t[g]


@rule
def release_t(bank_t, months_left, trend, hoarding, hoarding_floor):
    """Licences that their holders sell this month.

    An even share of the bank; less of it while prices rise, because a licence kept is worth more next month.

    Parameters
    ----------
    bank_t : float, t, licences not yet used
    months_left : float, months to the end of the half-year, >= 1
    trend : float, 1/month, expected change of the log price outside
    hoarding : float, strength; 0 = none
    hoarding_floor : float, least share of the even release

    Returns
    -------
    float, t/month

    Notes
    -----
    Source: docs/odd.md, Export quota. A project assumption.
    """
    keep = 1.0 - hoarding * 3.0 * max(trend, 0.0)
    return bank_t / months_left * max(hoarding_floor, min(1.0, keep))
