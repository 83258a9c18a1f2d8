"""The magnet market: what end users order, from whose plants, what is made of the oxide in store, and who gets it."""

from __future__ import annotations

from math import exp

from reabm.rules.makers import HOME, IN_CHINA, buys_in
from reabm.rules.rule import inline_rule, rule
from reabm.rules.users import thrift_step

STOCK_MONTHS_TO_CLOSE = 6.0  # months in which a gap in stocks of magnets or of makers' oxide is closed (A project assumption)
SPILL_ROUNDS = 3


@inline_rule
def stands_in_china(home, place):
    """Whether a maker's plant in a place stands in China."""
    return place == IN_CHINA or (place == HOME and home < 0.5)


@rule
def ask_price(makers, params, j):
    """Price a maker asks: unit cost plus the margin 1 / (kappa (1 - share)) of a firm with that share of the line.

    Parameters
    ----------
    makers : Makers, price_usd_kg of row j *Overwritten*
    params : MakerParams
    j : int

    Notes
    -----
    Source: docs/odd.md, Magnets: Bertrand margin under logit demand.
    """
    for l in range(params.content.shape[0]):
        margin = 1.0 / (params.markup_precision[l] * (1.0 - min(0.9, makers.line_share[j, l])))
        for p in range(3):
            makers.price_usd_kg[j, l, p] = makers.unit_cost_usd_kg[j, l, p] + margin


@rule
def order_magnets(flows, scratch, goods, params, market, shocks, recession, month):
    """End users in each destination use magnets and order to keep their stock.

    Parameters
    ----------
    flows : Flows, magnet_use_t *Overwritten*; the orders are returned in ordered_t[0] (split by zone later)
    scratch : Scratch, ordered_usd_kg *Overwritten*
    goods : Goods; params : MakerParams; market : Market; read only
    shocks : float array, shape (zones,), log deviation of demand
    recession : float array, shape (destinations, months)
    month : int
    """
    boom_china, boom_outside = exp(shocks[0]), exp(shocks[1])
    for l in range(params.content.shape[0]):
        for d in range(recession.shape[0]):
            scratch.ordered_usd_kg[l, d] = flows.magnet_usd_kg[l, d]
            shock = boom_china if d == 0 else boom_outside
            relative = flows.magnet_usd_kg[l, d] / params.reference_usd_kg[l]
            wanted = params.demand_t[l, d, month] * shock * recession[d, month] * relative ** (-params.demand_elasticity[l])
            flows.magnet_use_t[l, d] = wanted
            gap = params.cover_months[l] * wanted - goods.magnets_t[l, d]
            flows.ordered_t[0, l, d] = max(0.0, wanted + gap / STOCK_MONTHS_TO_CLOSE)


@rule
def appeal(makers, params, chinese_skill, l, j, p, mean_cost_usd_kg):
    """How much custom a plant draws: its capacity and weight, less where it is dear, less where it lacks the know-how."""
    capacity = makers.capacity_t[j, l, p]
    if capacity <= 0.0:
        return 0.0
    draw = params.weight[j] * capacity
    if params.home[j] < 0.5:
        draw *= chinese_skill
    return draw * exp(-params.markup_precision[l] * (makers.unit_cost_usd_kg[j, l, p] - mean_cost_usd_kg))


@rule
def plan_output(makers, flows, goods, params, policy, market, knobs, scratch, month):
    """Orders are shared among plants by appeal, within capacity and within what licences let out of China.

    Each destination splits its order between plants inside and outside China; what licences refuse goes to plants
    outside; what one zone's plants cannot make spills to the other where trade is free.

    Parameters
    ----------
    makers : Makers, planned_t *Overwritten*
    flows : Flows, ordered_t *Overwritten*: split by zone
    goods : Goods; params : MakerParams; policy : Policy; market : Market; read only
    knobs : MakerKnobs
    scratch : float array, shape (makers, 3), *Overwritten*: appeal of plants
    month : int
    """
    n = makers.capacity_t.shape[0]
    for l in range(params.content.shape[0]):
        mean_cost, capacity = 0.0, 0.0
        for j in range(n):
            if params.makes_alloy[j] > 0.5:
                continue
            for p in range(3):
                mean_cost += makers.capacity_t[j, l, p] * makers.unit_cost_usd_kg[j, l, p]
                capacity += makers.capacity_t[j, l, p]
        mean_cost = mean_cost / capacity if capacity > 0.0 else 0.0
        chinese_skill = goods.knowledge[0] ** params.technology[l]
        draw_china, draw_outside, most_china, most_outside = 0.0, 0.0, 0.0, 0.0
        for j in range(n):
            for p in range(3):
                makers.planned_t[j, l, p] = 0.0
                scratch[j, p] = 0.0
                if params.makes_alloy[j] > 0.5:
                    continue
                scratch[j, p] = appeal(makers, params, chinese_skill, l, j, p, mean_cost)
                if stands_in_china(params.home[j], p):
                    draw_china += scratch[j, p]
                    most_china += makers.capacity_t[j, l, p]
                else:
                    draw_outside += scratch[j, p]
                    most_outside += makers.capacity_t[j, l, p]
        border = exp(-params.markup_precision[l] * params.tariff[l] * mean_cost)
        want_china, want_outside, free_china, free_outside = 0.0, 0.0, 0.0, 0.0
        for d in range(flows.ordered_t.shape[2]):
            order = flows.ordered_t[0, l, d]
            inside = draw_china * (1.0 if d == 0 else border)
            outside = draw_outside * (border if d == 0 else 1.0)
            share = inside / (inside + outside) if inside + outside > 0.0 else 0.0
            from_china = order * share
            if d != 0:
                from_china *= magnets_let_out(policy, market, d)
            flows.ordered_t[0, l, d] = from_china
            flows.ordered_t[1, l, d] = order - from_china
            want_china += from_china
            want_outside += order - from_china
            if d == 0 or magnets_let_out(policy, market, d) >= 1.0:
                free_china += from_china
                free_outside += order - from_china
        if want_china > most_china and most_outside > want_outside:
            spill = min(min(want_china - most_china, most_outside - want_outside), free_china)
            _shift(flows, policy, market, l, 0, 1, spill, free_china)
            want_china -= spill
            want_outside += spill
        elif want_outside > most_outside and most_china > want_china:
            spill = min(min(want_outside - most_outside, most_china - want_china), free_outside)
            _shift(flows, policy, market, l, 1, 0, spill, free_outside)
            want_outside -= spill
            want_china += spill
        _fill(makers, params, scratch, l, 1, want_china)
        _fill(makers, params, scratch, l, 0, want_outside)


@inline_rule
def magnets_let_out(policy, market, d):
    """Share of a destination's magnet orders in China that licences let out this month."""
    if policy.magnets_in_scope[0] < 0.5:
        return 1.0
    arrived = min(1.0, max(0.0, market.scope_months[0] - policy.delay_months[0]))
    return policy.approval[d] * arrived


@inline_rule
def _shift(flows, policy, market, l, source, target, spill_t, free_t):
    """Move orders between zones, in proportion to the orders of destinations with free trade."""
    if free_t <= 0.0:
        return
    for d in range(flows.ordered_t.shape[2]):
        if d == 0 or magnets_let_out(policy, market, d) >= 1.0:
            moved = spill_t * flows.ordered_t[source, l, d] / free_t
            flows.ordered_t[source, l, d] -= moved
            flows.ordered_t[target, l, d] += moved


@inline_rule
def _fill(makers, params, appeals, l, in_china, want_t):
    """Share an order among the plants of a zone by appeal, within capacity; what is left over is offered again."""
    left = want_t
    for _ in range(SPILL_ROUNDS):
        if left <= 1e-12:
            return
        draw = 0.0
        for j in range(appeals.shape[0]):
            for p in range(3):
                open_plant = makers.planned_t[j, l, p] < makers.capacity_t[j, l, p]
                if open_plant and appeals[j, p] > 0.0 and stands_in_china(params.home[j], p) == (in_china == 1):
                    draw += appeals[j, p]
        if draw <= 0.0:
            return
        given = 0.0
        for j in range(appeals.shape[0]):
            for p in range(3):
                room = makers.capacity_t[j, l, p] - makers.planned_t[j, l, p]
                if room > 0.0 and appeals[j, p] > 0.0 and stands_in_china(params.home[j], p) == (in_china == 1):
                    takes = min(room, left * appeals[j, p] / draw)
                    makers.planned_t[j, l, p] += takes
                    given += takes
        left -= given


@rule
def design_out(makers, params, scratch, market, knobs, on, j):
    """A maker redesigns its magnets to need less of dear elements (a ratchet, as with other users), and chooses grades by price.

    What was found while an element was dear spreads to further magnets after its price has fallen.
    Grades with more or less of an element follow its price with a delay, both ways: of what is not designed out for good, the
    part left out until prices fall is 1 - habit. Its value in use is lost month by month, a redesign is paid once.

    Parameters
    ----------
    makers : Makers, saved and thrift of row j *Overwritten*
    scratch : Scratch, maker_redesign_kusd of row j *Overwritten*
    params : MakerParams; market : Market; knobs : UseKnobs; on : Switches; read only
    j : int

    Notes
    -----
    Source: nedo_2010, asahi_2016, mainrich: dysprosium in magnets fell for years after the price had.
    """
    scratch.maker_redesign_kusd[j] = 0.0
    home = int(params.home[j])
    z = 0 if home == 0 else 1
    for e in range(params.content.shape[1]):
        bought = makers.bought_t[j, 0, e] + makers.bought_t[j, 1, e] + makers.bought_t[j, 2, e]
        habit = scratch.habit[z, e]
        scratch.maker_redesign_kusd[j] += bought / habit * scratch.habit_worth_usd_kg[z, e]
        if on.thrift > 0.5:
            ceiling = 0.0
            for l in range(params.content.shape[0]):
                ceiling = max(ceiling, params.thrift_ceiling[l, e])
            speed = min(1.0, params.thrift_speed[e] * knobs.thrift_scale * scratch.programme[home])
            pull = max(scratch.thrift_pull[z, e], knobs.thrift_spread * market.known_pull[z, e])
            step = thrift_step(makers.saved[j, e], ceiling, speed, pull)
            scratch.maker_redesign_kusd[j] += bought * step / (1.0 - makers.saved[j, e]) * scratch.redesign_usd_kg[z, e]
            makers.saved[j, e] += step
        makers.thrift[j, e] = makers.saved[j, e] + (1.0 - makers.saved[j, e]) * (1.0 - habit)


@rule
def make_magnets(makers, goods, params, knobs, use_knobs, j, made_t, made_oxide_t):
    """One maker makes magnets of both lines from the oxide in its stores, in every place.

    Output is what was planned, as far as the scarcest element goes: a magnet can be made with somewhat less than the
    usual content, not with much less. The store serves both lines in proportion to their needs. Swarf leaves the plant;
    the rest of the oxide is in the magnets.

    Parameters
    ----------
    makers : Makers, output_t, oxide_t of row j *Overwritten*
    goods : Goods, swarf_t *Overwritten*
    params : MakerParams; knobs : MakerKnobs; use_knobs : UseKnobs
    j : int
    made_t : float array, shape (lines, zones), t, *Overwritten* (added to)
    made_oxide_t : float array, shape (lines, zones, elements), t of oxide in the magnets, *Overwritten* (added to)
    """
    n_lines, n = params.content.shape
    for p in range(3):
        z = 0 if stands_in_china(params.home[j], p) else 1
        planned = 0.0
        for l in range(n_lines):
            makers.output_t[j, l, p] = makers.planned_t[j, l, p]
            planned += makers.planned_t[j, l, p]
        if planned <= 0.0:
            continue
        for e in range(n):
            need = 0.0
            for l in range(n_lines):
                need += params.content[l, e] * (1.0 - makers.thrift[j, e]) * makers.planned_t[j, l, p]
            if need <= 0.0:
                continue
            least = need * knobs.content_floor
            if makers.oxide_t[j, p, e] >= least:
                continue  # the usual case: enough for all that was planned
            reach = makers.oxide_t[j, p, e] / least
            for l in range(n_lines):
                if params.content[l, e] > 0.0:
                    makers.output_t[j, l, p] = min(makers.output_t[j, l, p], makers.planned_t[j, l, p] * reach)
        for l in range(n_lines):
            made_t[l, z] += makers.output_t[j, l, p]
        for e in range(n):
            need = 0.0
            for l in range(n_lines):
                need += params.content[l, e] * (1.0 - makers.thrift[j, e]) * makers.output_t[j, l, p]
            if need <= 0.0:
                continue
            spent = min(need, makers.oxide_t[j, p, e])
            makers.oxide_t[j, p, e] -= spent
            swarf = spent * use_knobs.swarf_loss
            goods.swarf_t[z, e] += swarf
            arrives = (spent - swarf) / need
            for l in range(n_lines):
                made_oxide_t[l, z, e] += params.content[l, e] * (1.0 - makers.thrift[j, e]) * makers.output_t[j, l, p] * arrives


@rule
def deliver_magnets(flows, goods, scratch, l, made_t, made_oxide_t):
    """Magnets of one line go to those who ordered them; end users build them in, as far as they have them.

    Parameters
    ----------
    flows : Flows, magnets_t, unserved_t, magnet_use_t *Overwritten*
    goods : Goods, magnets_t, magnet_oxide_t, in_use_t *Overwritten*
    scratch : Scratch, magnet_trade_t *Overwritten* (added to)
    l : int
    made_t : float array, shape (lines, zones), t made this month; made_oxide_t : (lines, zones, elements), oxide in them
    """
    n = goods.magnet_oxide_t.shape[2]
    for z in range(2):
        ordered = 0.0
        for d in range(flows.ordered_t.shape[2]):
            ordered += flows.ordered_t[z, l, d]
        for d in range(flows.ordered_t.shape[2]):
            if ordered > 0.0:
                share = flows.ordered_t[z, l, d] / ordered
            else:  # nothing was ordered: what little was made stays in the zone
                share = 1.0 if d == z else 0.0
            flows.magnets_t[z, l, d] = made_t[l, z] * share
            goods.magnets_t[l, d] += made_t[l, z] * share
            for e in range(n):
                arrives = made_oxide_t[l, z, e] * share
                goods.magnet_oxide_t[l, d, e] += arrives
                if z == 0 and d > 0:
                    scratch.magnet_trade_t[e] += arrives
                elif z == 1 and d == 0:
                    scratch.magnet_trade_t[e] -= arrives
    for d in range(flows.ordered_t.shape[2]):
        wanted = flows.magnet_use_t[l, d]
        held = goods.magnets_t[l, d]
        used = min(wanted, held)
        flows.unserved_t[l, d] = wanted - used
        flows.magnet_use_t[l, d] = used
        if held <= 0.0:
            continue
        part = used / held
        goods.magnets_t[l, d] = held - used
        for e in range(n):
            leaves = goods.magnet_oxide_t[l, d, e] * part
            goods.magnet_oxide_t[l, d, e] -= leaves
            goods.in_use_t[d, e] += leaves
            scratch.lost_t[0 if d == 0 else 1, e] += leaves


@rule
def price_magnets(flows, makers, params, gain, l):
    """Mean contract price of a line in each destination, from the plants that were asked; each maker's share of the line.

    Contracts are renewed bit by bit, so that the price paid follows the price asked with a lag.

    Parameters
    ----------
    flows : Flows, magnet_usd_kg *Overwritten*
    makers : Makers, line_share *Overwritten*
    params : MakerParams
    gain : float, share of contracts renewed in a month
    l : int
    """
    value_china, value_outside, china, outside, total = 0.0, 0.0, 0.0, 0.0, 0.0
    for j in range(makers.planned_t.shape[0]):
        makers.line_share[j, l] = 0.0
        for p in range(3):
            planned = makers.planned_t[j, l, p]
            makers.line_share[j, l] += planned
            total += planned
            if stands_in_china(params.home[j], p):
                value_china += planned * makers.price_usd_kg[j, l, p]
                china += planned
            else:
                value_outside += planned * makers.price_usd_kg[j, l, p]
                outside += planned
    for j in range(makers.planned_t.shape[0]):
        makers.line_share[j, l] = makers.line_share[j, l] / total if total > 0.0 else 0.0
    for d in range(flows.magnet_usd_kg.shape[1]):
        from_china, from_outside = flows.ordered_t[0, l, d], flows.ordered_t[1, l, d]
        price_china = value_china / china if china > 0.0 else 0.0
        price_outside = value_outside / outside if outside > 0.0 else price_china
        if china <= 0.0:
            price_china = price_outside
        if d == 0:
            price_outside *= 1.0 + params.tariff[l]
        else:
            price_china *= 1.0 + params.tariff[l]
        if from_china + from_outside > 0.0:
            asked = (from_china * price_china + from_outside * price_outside) / (from_china + from_outside)
            flows.magnet_usd_kg[l, d] += gain * (asked - flows.magnet_usd_kg[l, d])


@inline_rule
def oxide_need_t(makers, params, knobs, j, p, e):
    """Oxide of an element that a maker wants to buy for a plant: next month's need, and a part of the gap to its usual cover."""
    need = 0.0
    for l in range(params.content.shape[0]):
        need += makers.planned_t[j, l, p] * params.content[l, e] * (1.0 - makers.thrift[j, e])
    return max(0.0, need + (knobs.oxide_cover_months * need - makers.oxide_t[j, p, e]) / STOCK_MONTHS_TO_CLOSE)


@rule
def place_of_purchase(params, j, p):
    """Row of the destination in which a maker's plant buys."""
    return int(buys_in(params.home[j], p))
