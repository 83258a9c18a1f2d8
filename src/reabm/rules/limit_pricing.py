"""A state that sets the outside price month by month by the tonnes it lets out, with an eye on the mines that price calls up."""

from __future__ import annotations

from math import exp, inf

from reabm.rules.magnets import oxide_need_t, place_of_purchase
from reabm.rules.mines import OUTSIDE_CHINA, PRODUCING
from reabm.rules.rule import inline_rule, rule
from reabm.rules.users import log_adjusted


@inline_rule
def limit_price_usd_kg(intercept_t, slope_t, fringe_t, cost_usd_kg, entry_usd_kg, response_t, discount, horizon_months):
    """Price that earns a dominant supplier most over a number of months, if each dear month adds to the fringe's capacity.

    It faces sales = intercept - slope P - fringe, and expects fringe' = fringe + response (P - entry). The value of the
    months to come is a quadratic A fringe^2 + B fringe + C, found backwards from nothing after the last month (Riccati).
    One month is the myopic monopolist; many are Gaskins' dynamic limit pricing (cases L5, L6).

    Parameters
    ----------
    intercept_t : float, t/month, use outside at price zero by a straight line; slope_t : float, t/month per USD/kg, > 0
    fringe_t : float, t/month, what the fringe can bring to market this month
    cost_usd_kg : float, USD/kg, what an exported kilogram costs the supplier
    entry_usd_kg : float, USD/kg, price at which the fringe neither grows nor shrinks
    response_t : float, t/month per month and USD/kg, growth of the fringe
    discount : float in (0, 1], worth of next month's money
    horizon_months : float, >= 1, months looked ahead, this one included; whole months count

    Returns
    -------
    float, USD/kg; no bounds are heeded (sales and fringe may come out negative in far months of the plan)

    Notes
    -----
    Source: gaskins_1971, in months; the recursion is the discrete linear-quadratic regulator. Where months so far away
    are reckoned with that the plan is no longer concave (response > 2 slope), they are left out.
    """
    a, b, d, g = intercept_t, slope_t, discount, response_t
    square, linear = 0.0, 0.0
    by_fringe, fixed = 0.0, 0.0
    for _ in range(int(horizon_months)):
        bend = 2.0 * (b - d * square * g * g)
        if bend <= 0.0:
            break
        by_fringe = (2.0 * d * g * square - 1.0) / bend
        fixed = (a + b * cost_usd_kg + d * g * (linear - 2.0 * square * g * entry_usd_kg)) / bend
        keeps = 1.0 + g * by_fringe  # next month's fringe is keeps x fringe + adds
        adds = g * (fixed - entry_usd_kg)
        sold_by_fringe = -(1.0 + b * by_fringe)
        margin, sold = fixed - cost_usd_kg, a - b * fixed
        linear = by_fringe * sold + margin * sold_by_fringe + d * keeps * (2.0 * square * adds + linear)
        square = by_fringe * sold_by_fringe + d * square * keeps * keeps
    return fixed + by_fringe * fringe_t


@inline_rule
def quota_for_release_t(release_t, bank_t, issued_t, months_left, new_half, new_year, carry_over):
    """Half-year quota after which an even share of the bank of licences is what is to be let out this month.

    The inverse of `quota.issue_licences`: six times the month's tonnes, less what holders still have from before.

    Parameters
    ----------
    release_t : float, t/month, >= 0
    bank_t, issued_t : float, t, licences not yet used; quota in force last month (inf: none)
    months_left : float, months to the end of the half-year, this one included
    new_half, new_year : float, 1 in the first month of a half-year, of a year
    carry_over : float, share of unused licences that is still good in the next year

    Returns
    -------
    float, t, >= 0
    """
    wanted = release_t * months_left
    held = bank_t * carry_over if new_year > 0.5 else bank_t
    if new_half > 0.5:
        return max(0.0, wanted - held)
    if issued_t == inf:
        return 6.0 * release_t
    return max(0.0, issued_t + (wanted - held) * 6.0 / months_left)


@rule
def outside_line(
    market, users, user_params, makers, maker_params, maker_knobs, use_knobs, mines, mine_params, elements, script, month
):
    """The straight line that the state takes for use outside China, what mines there serve of it, and the price it reads.

    The quota counts tonnes of all elements alike, so a tighter one adds the same dollars to a kilogram of each. The line
    is therefore the sum over elements of use at reference prices, each with its slope there, against the mean price by
    use. It is exact where one element has a linear curve; elsewhere it takes relative prices for those of reference. Of
    an element that mines outside bring in excess, no more counts than can be used at all: the rest displaces nothing.

    Parameters
    ----------
    market : Market; users : Users; user_params : UserParams; makers : Makers; maker_params : MakerParams
    maker_knobs : MakerKnobs; use_knobs : UseKnobs; mines : Mines; mine_params : MineParams; elements : ElementParams
    script : Script; read only
    month : int

    Returns
    -------
    tuple of float: intercept (t/month), slope (t/month per USD/kg), output of mines outside (t/month), present mean price
    outside (USD/kg)

    Notes
    -----
    A project assumption: what the state believes. It sees this month's use less what is saved by now and as users have
    adjusted by last month, no noise and no stocks, and expects neither growth nor further saving or adjustment.
    """
    use, slope, reference, price, fringe = 0.0, 0.0, 0.0, 0.0, 0.0
    for e in range(elements.reference_usd_kg.shape[0]):
        own = 0.0
        for u in range(user_params.destination.shape[0]):
            d = int(user_params.destination[u])
            if d > 0:
                level = user_params.demand_t[u, month] * script.recession[d, month]
                own += level * user_params.mix[u, e] * (1.0 - users.thrift[u, e])
        lagged = elements.elasticity[e] * use_knobs.lagged_elasticity
        if lagged > 0.0:
            own *= exp(-lagged * log_adjusted(market.log_habit[1, e] - elements.log_reference[e], lagged))
        for j in range(maker_params.home.shape[0]):
            for p in range(3):
                if maker_params.makes_alloy[j] < 0.5 and place_of_purchase(maker_params, j, p) > 0:
                    own += oxide_need_t(makers, maker_params, maker_knobs, j, p, e)
        use += own
        slope += own * elements.elasticity[e] / elements.reference_usd_kg[e]
        reference += own * elements.reference_usd_kg[e]
        price += own * (market.outside_usd_kg[e] + market.premium_usd_kg[e])
        fringe += min(fringe_t(mines, mine_params, e, elements.group[e], month), own * (1.0 + elements.elasticity[e]))
    if use <= 0.0:
        return 0.0, 0.0, 0.0, 0.0
    return use + slope * reference / use, slope, fringe, price / use


@inline_rule
def fringe_t(mines, params, e, group, month):
    """Oxide of an element that the mines outside China could separate there in a month, at last month's utilisation.

    Parameters
    ----------
    mines : Mines; params : MineParams; read only
    e : int, row of the element; group : float, 1 for heavy
    month : int

    Returns
    -------
    float, t/month; concentrate for Chinese separators is not counted, nor smuggled or recycled oxide
    """
    total = 0.0
    for m in range(params.zone.shape[0]):
        if params.kind[m] == OUTSIDE_CHINA and mines.status[m] == PRODUCING:
            own = 1.0 - mines.route[m]
            if group > 0.5:
                own = own * params.heavy_at_home[m, month]
            work = params.capacity_t[m, month] * mines.utilisation[m]
            total += work * params.basket[m, e] * params.separation_yield[m] * own
    return total


@rule
def set_limit_quota(policy, market, mines, mine_params, users, user_params, makers, maker_params, elements, script, knobs, month):
    """The Chinese state lets out the tonnes at which the outside price is the one that pays it best over its horizon.

    It sees what the mines outside could dig last month and last month's price, expects them to have grown by the fringe's
    law since, and re-optimises every month. One pooled quota covers all elements, whatever the script says.

    With several elements this is approximate: total tonnes and a mean price by use stand for the market, the mines outside
    for one fringe. Grey trade, stocks, recycling and the home market are not reckoned with: they undercut the price.

    Parameters
    ----------
    policy : Policy, quota_t and pools_groups *Overwritten*
    others : read only
    month : int

    Notes
    -----
    Source: gaskins_1971; docs/odd.md, Policy of the Chinese state.
    """  # fmt: skip
    intercept, slope, digs, price = outside_line(
        market, users, user_params, makers, maker_params, knobs.makers, knobs.use, mines, mine_params, elements, script, month
    )
    exports = 0.0
    if slope > 0.0:
        own = knobs.limit_pricing
        response = own.fringe_response / 144.0  # t/yr per yr becomes t/month per month
        fringe = max(0.0, digs + response * (price - own.entry_price_usd_kg))
        discount = exp(-knobs.payoffs.discount_rate / 12.0)
        target = limit_price_usd_kg(
            intercept, slope, fringe, own.unit_cost_usd_kg, own.entry_price_usd_kg, response, discount, own.horizon_months
        )
        exports = max(0.0, intercept - slope * target - fringe)
    quota = quota_for_release_t(
        exports, market.bank_t[0], market.issued_t[0], script.half_year[month], script.new_half[month], script.new_year[month],
        knobs.quota.carry_over,
    )  # fmt: skip
    policy.pools_groups[0] = 1.0
    for g in range(policy.quota_t.shape[0]):
        policy.quota_t[g] = quota
