"""Where trade is restricted: embargoes and licence regimes, and the block of buyers a destination belongs to for an element."""

from __future__ import annotations

from math import log

from reabm.rules.outside import CHINA, FREE, RESTRICTED
from reabm.rules.rule import inline_rule, rule


@rule
def mark_restrictions(scratch, policy, flows, market):
    """Which (element, destination) pairs are restricted this month, and how much legal trade they are allowed.

    An embargo lets the unstopped share of normal trade pass. A licence regime releases the approved share of what was
    applied for one delay ago; applications are the normal trade of the pair.

    Parameters
    ----------
    scratch : Scratch, restricted and allowed_t *Overwritten*
    policy : Policy; flows : Flows; read only
    market : Market, applied_t and queue_t *Overwritten*

    Notes
    -----
    Source: docs/odd.md, Embargo and licence regime.
    """
    in_scope = policy.magnets_in_scope[0] > 0.5
    for e in range(policy.licence_scope.shape[0]):
        in_scope = in_scope or policy.licence_scope[e] > 0.5
    was_in_scope = market.scope_months[0] > 0.0
    market.scope_months[0] = market.scope_months[0] + 1.0 if in_scope else 0.0
    keeps_queue = in_scope or was_in_scope
    delay = policy.delay_months[0]
    whole = int(delay)
    part = delay - whole
    last = market.applied_t.shape[0] - 1
    for e in range(scratch.restricted.shape[0]):
        for d in range(scratch.restricted.shape[1]):
            waved_through = (policy.approval[d] >= 1.0 and delay <= 0.0) or policy.general_licence[0] > 0.5  # restricts nothing
            needs_licence = policy.licence_scope[e] > 0.5 and d > 0 and not waved_through
            normal = flows.wanted_legal_t[e, d]
            if keeps_queue:
                for k in range(last, 0, -1):
                    market.applied_t[k, e, d] = market.applied_t[k - 1, e, d] if in_scope else 0.0
                market.applied_t[0, e, d] = normal if needs_licence else 0.0
            allowed = normal
            market.queue_t[e, d] = 0.0
            if needs_licence:
                early, late = min(whole, last), min(whole + 1, last)
                due = (1.0 - part) * market.applied_t[early, e, d] + part * market.applied_t[late, e, d]
                allowed = policy.approval[d] * due
                for k in range(min(whole + 1, last)):
                    market.queue_t[e, d] += market.applied_t[k, e, d]
            stopped = policy.embargo[d] if d > 0 else 0.0
            allowed = allowed * (1.0 - stopped)
            scratch.restricted[e, d] = 1.0 if stopped > 0.0 or needs_licence else 0.0
            scratch.allowed_t[e, d] = allowed


@inline_rule
def block_of(scratch, e, d):
    """Block of buyers that a destination belongs to for an element: China, free, or restricted."""
    if d == 0:
        return CHINA
    return RESTRICTED if scratch.restricted[e, d] > 0.5 else FREE


@inline_rule
def log_free_price(market, e):
    """Log of the price in free destinations: that of the books, unless restricted destinations pay a premium above it."""
    return market.log_usd_kg[1, e] if market.premium_usd_kg[e] == 0.0 else log(market.outside_usd_kg[e])
