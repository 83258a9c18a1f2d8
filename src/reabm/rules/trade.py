"""Who got whose oxide: the cleared flows of the month traced from origin to destination, channel by channel."""

from __future__ import annotations

from reabm.rules.rule import inline_rule, rule

DIVERSIFY = 2.0  # extra pull of buyers that distrust China on oxide of other origin (A project assumption)
ROUNDS = 3
NORMAL_TRADE_GAIN = 1.0 / 6.0  # weight of the latest month in the running mean of free legal trade (A project assumption)


@rule
def trace_flows(flows, scratch, cleared, e, normal_trade_gain):
    """Share one element's flows among the destinations outside China.

    Oxide sold ahead goes to its partner's country first; the rest of the supply from outside goes to restricted
    destinations before others, and among these rather to those who distrust China; then smuggled goods and alloys; then
    legal exports, within what is allowed where trade is restricted. A destination that sells from stock re-exports.

    Parameters
    ----------
    flows : Flows, outside_t, legal_t, alloy_t, smuggled_t, reexported_t, reverse_t, wanted_legal_t of row e *Overwritten*
    scratch : Scratch, left_t, origin_left_t, spread_t *Overwritten*
    cleared : Cleared, read only
    e : int
    normal_trade_gain : float, weight of this month in the running mean of free legal trade

    Notes
    -----
    A project assumption; totals per channel are those of the clearing, so that mass closes.
    """
    n_dest = scratch.need_t.shape[1]
    n_origins = flows.outside_t.shape[0]
    left = scratch.left_t
    pool = 0.0
    left[0] = 0.0
    spread_t = scratch.spread_t
    for d in range(n_dest):
        spread_t[d] = 0.0
        flows.legal_t[e, d] = 0.0
        flows.alloy_t[e, d] = 0.0
        flows.smuggled_t[e, d] = 0.0
        flows.reexported_t[e, d] = 0.0
        if d > 0:
            need = scratch.need_t[e, d]
            left[d] = max(0.0, need)
            if need < 0.0:
                pool -= need
                flows.reexported_t[e, d] = need
    supply, sold_ahead = 0.0, 0.0
    for o in range(n_origins):
        supply += scratch.origin_t[o, e]
    back = min(cleared.reverse_t[e], supply)
    flows.reverse_t[e] = cleared.reverse_t[e]
    from_stock = min(cleared.reverse_t[e] - back, pool)  # what China buys beyond this month's supply comes out of stocks outside
    flows.reexported_t[e, 0] = from_stock
    pool -= from_stock
    stays = 1.0 - back / supply if supply > 0.0 else 0.0
    for o in range(n_origins):
        scratch.origin_left_t[o] = scratch.origin_t[o, e] * stays
        if scratch.origin_t[o, e] <= 0.0:
            continue
        flows.outside_t[o, e, 0] = scratch.origin_t[o, e] * (1.0 - stays)
        for d in range(1, n_dest):
            ahead = min(scratch.contract_t[o, e, d] * stays, left[d])
            flows.outside_t[o, e, d] += ahead
            scratch.origin_left_t[o] -= ahead
            left[d] -= ahead
            sold_ahead += ahead
    free_supply = supply * stays - sold_ahead
    for stage in range(2 * ROUNDS):  # first to restricted destinations, then to all
        if free_supply <= 1e-12:
            break
        draw = 0.0
        for d in range(1, n_dest):
            draw += _pull(scratch, e, d, stage < ROUNDS)
        if draw <= 0.0:
            continue
        given = 0.0
        for d in range(1, n_dest):
            most = max(0.0, left[d] - scratch.allowed_t[e, d]) if stage < ROUNDS else left[d]
            takes = min(most, free_supply * _pull(scratch, e, d, stage < ROUNDS) / draw)
            if takes > 0.0:
                spread_t[d] += takes
                left[d] -= takes
                given += takes
        free_supply -= given
    grey = cleared.smuggled_t[e] + cleared.alloy_t[e] + pool + max(0.0, free_supply)
    for stage in range(2):
        draw = 0.0
        for d in range(1, n_dest):
            draw += _lack(scratch, e, d, stage == 0)
        if draw <= 0.0 or grey <= 0.0:
            continue
        share = min(1.0, grey / draw)
        total = cleared.smuggled_t[e] + cleared.alloy_t[e] + pool + max(0.0, free_supply)
        for d in range(1, n_dest):
            takes = _lack(scratch, e, d, stage == 0) * share
            flows.smuggled_t[e, d] += takes * cleared.smuggled_t[e] / total
            flows.alloy_t[e, d] += takes * cleared.alloy_t[e] / total
            flows.reexported_t[e, d] += takes * pool / total
            if free_supply > 0.0:
                spread_t[d] += takes * free_supply / total
            left[d] -= takes
            grey -= takes
    _spread(flows, scratch, e)
    legal = cleared.legal_t[e]
    again, wanted = 0.0, 0.0
    for d in range(1, n_dest):
        if scratch.restricted[e, d] > 0.5:
            takes = min(min(left[d], scratch.allowed_t[e, d]), legal)
            flows.legal_t[e, d] = takes
            legal -= takes
            left[d] -= takes
            again += left[d]
            flows.reexported_t[e, d] += left[d]
        else:
            wanted += left[d]
    if wanted <= 0.0 and again > 0.0 and legal > 0.0:
        sold = 0.0
        for d in range(1, n_dest):
            if scratch.restricted[e, d] < 0.5:
                sold -= flows.reexported_t[e, d]
        if sold > 0.0:  # free destinations only pass on: what they import goes where their stocks go
            for d in range(1, n_dest):
                if scratch.restricted[e, d] < 0.5:
                    passes = -legal * flows.reexported_t[e, d] / sold
                    flows.legal_t[e, d] = passes
                    flows.reexported_t[e, d] -= passes
        else:  # all destinations are restricted: they share what is allowed to all
            part = min(1.0, legal / again)
            for d in range(1, n_dest):
                if scratch.restricted[e, d] > 0.5:
                    flows.legal_t[e, d] += left[d] * part
                    flows.reexported_t[e, d] -= left[d] * part
            legal -= again * part
            again -= again * part
    for d in range(1, n_dest):
        if scratch.restricted[e, d] < 0.5:
            if wanted > 0.0:
                flows.legal_t[e, d] = legal * left[d] / wanted
                flows.reexported_t[e, d] -= again * left[d] / wanted
            flows.wanted_legal_t[e, d] += normal_trade_gain * (flows.legal_t[e, d] - flows.wanted_legal_t[e, d])


@inline_rule
def _pull(scratch, e, d, restricted_only):
    """How strongly a destination draws on supply from outside China: its unmet need, more where China is distrusted or by principle."""
    if restricted_only:
        if scratch.restricted[e, d] < 0.5:
            return 0.0
        return max(0.0, scratch.left_t[d] - scratch.allowed_t[e, d])
    return scratch.left_t[d] * (1.0 + DIVERSIFY * max(1.0 - scratch.trust[d], scratch.diversifies[d]))


@inline_rule
def _lack(scratch, e, d, restricted_only):
    """Unmet need; of restricted destinations only what legal trade may not bring, in the first round."""
    if restricted_only:
        return max(0.0, scratch.left_t[d] - scratch.allowed_t[e, d]) if scratch.restricted[e, d] > 0.5 else 0.0
    return scratch.left_t[d]


@inline_rule
def _spread(flows, scratch, e):
    """Book what destinations took of outside supply by origin, in proportion to what each origin has beyond its contracts."""
    total = 0.0
    for o in range(flows.outside_t.shape[0]):
        total += scratch.origin_left_t[o]
    if total <= 0.0:
        return
    for o in range(flows.outside_t.shape[0]):
        if scratch.origin_left_t[o] > 0.0:
            part = scratch.origin_left_t[o] / total
            for d in range(1, flows.outside_t.shape[2]):
                flows.outside_t[o, e, d] += part * scratch.spread_t[d]
