"""Makers of magnets and alloys: what a kilogram costs where, whether to move the line to China, and building there."""

from __future__ import annotations

from math import exp

from reabm.rules.maker_plans import GLOBAL_GAME, THIRD_COUNTRY, go_elsewhere, planned_share
from reabm.rules.rule import inline_rule, rule
from reabm.rules.strategies import OWN

LOGIT, BEST_REPLY, STAY, DIRECTED = 0, 1, 2, 3
HOME, IN_CHINA, ELSEWHERE = 0, 1, 2  # places
WORK_MEMORY_MONTHS = 12.0  # over which makers judge how busy their industry is (A project assumption)
USUAL_MEMORY_MONTHS = 60.0  # over which they forget how busy it used to be (A project assumption)
OTHER_COUNTRIES = 4  # destination in which a plant `elsewhere` buys
GAP, HERDING, REBATE, FIXED_COST, LEAK, RISK, SUBSIDY, RELUCTANCE = range(8)  # terms of the choice


@inline_rule
def move_probability(benefit, precision):
    """Logit probability of wanting a line in China, given the benefit as a share of unit cost (cases R1-R3)."""
    x = precision * benefit
    if x >= 0.0:
        return 1.0 / (1.0 + exp(-x))
    grows = exp(x)
    return grows / (1.0 + grows)


@inline_rule
def plan_step(plan_share, wanted_share, move_rate, return_rate):
    """Partial adjustment of the plan: quick towards China, slow back (hysteresis in time)."""
    gap = wanted_share - plan_share
    return plan_share + (move_rate * gap if gap > 0.0 else return_rate * gap)


@inline_rule
def buys_in(home, place):
    """Destination in which a plant buys its oxide: home, China, or other countries."""
    if place == HOME:
        return home
    return 0.0 if place == IN_CHINA else float(OTHER_COUNTRIES)


@rule
def count_others(scratch, makers, params):
    """Share of outside-owned capacity that stands in China: of all firms, and of all but each one.

    Capacity weighted, so that a big firm's move counts for more (case R6); alloy and magnet capacity count alike.

    Parameters
    ----------
    scratch : Scratch, relocation_share and others_in_china *Overwritten*
    makers : Makers; params : MakerParams; read only
    """
    inside, total = 0.0, 0.0
    for j in range(params.home.shape[0]):
        if params.home[j] > 0.5:
            own_inside, own = capacity_of(makers, j)
            inside += own_inside
            total += own
    scratch.relocation_share[0] = inside / total if total > 0.0 else 0.0
    for j in range(params.home.shape[0]):
        own_inside, own = capacity_of(makers, j) if params.home[j] > 0.5 else (0.0, 0.0)
        rest = total - own
        scratch.others_in_china[j] = (inside - own_inside) / rest if rest > 1e-12 else 0.0


@inline_rule
def capacity_of(makers, j):
    """Capacity of one firm in China, and in all."""
    inside, total = 0.0, 0.0
    for l in range(makers.capacity_t.shape[1]):
        for p in range(makers.capacity_t.shape[2]):
            total += makers.capacity_t[j, l, p]
        inside += makers.capacity_t[j, l, IN_CHINA]
    return inside, total


@rule
def cost_lines(makers, params, market, gain, j):
    """Unit cost of every line of a maker in every place.

    Oxide is in the books at the mean of what was paid for it, so that cost follows the price with a lag.

    Parameters
    ----------
    makers : Makers, unit_cost_usd_kg of row j *Overwritten*
    params : MakerParams; market : Market; read only
    gain : float, share of the oxide in the books that is renewed in a month
    j : int

    Notes
    -----
    Source: docs/odd.md, Location of makers: conversion + sum of content (1 - thrift) price.
    """
    for l in range(params.content.shape[0]):
        for p in range(3):
            d = int(buys_in(params.home[j], p))
            cost = params.conversion_usd_kg[l, p]
            if params.home[j] < 0.5 and p == HOME:
                cost = params.conversion_usd_kg[l, IN_CHINA]
            for e in range(params.content.shape[1]):
                cost += params.content[l, e] * (1.0 - makers.thrift[j, e]) * market.delivered_usd_kg[e, d]
            known = makers.unit_cost_usd_kg[j, l, p]
            makers.unit_cost_usd_kg[j, l, p] = known + gain * (cost - known) if known > 0.0 else cost


@rule
def weigh_move(makers, params, market, governments, government_of, doubt, knowledge, shares, knobs, on, j):
    """Terms of a maker's choice to have each line in China, every one as a share of the line's unit cost at home.

    price gap + others' presence + tax rebate - cost of moving - leakage - unreliability - home subsidy - reluctance.

    Parameters
    ----------
    makers : Makers, move_terms and move_benefit of row j *Overwritten*
    params : MakerParams; market : Market; governments : Governments; read only
    government_of : int array, shape (destinations,), row of a destination's government (-1: none)
    doubt : float array, shape (destinations,), in [0, 1], importers' mean doubt of deliveries from China. What its export
        quota added does not count: a plant in China buys beyond its reach
    knowledge : float in [0, 1], know-how of Chinese makers: what is known there cannot leak any more
    shares : float array, shape (makers,), share of the others' capacity that stands in China (last month)
    knobs : MakerKnobs; on : Switches; j : int

    Notes
    -----
    Source: docs/odd.md, Location of makers.
    """
    home = int(params.home[j])
    if home == 0:
        return  # Chinese makers do not choose
    g = int(government_of[home])
    for l in range(params.content.shape[0]):
        cost = makers.unit_cost_usd_kg[j, l, HOME]
        saving = 0.0
        for e in range(params.content.shape[1]):
            saving += params.content[l, e] * (1.0 - makers.thrift[j, e]) * market.gap_usd_kg[e]
        terms = makers.move_terms[j, l]
        terms[GAP] = knobs.gap_weight * saving / cost
        terms[HERDING] = knobs.herding * shares[j] * on.herding
        terms[REBATE] = params.vat_rebate[l]
        terms[FIXED_COST] = -params.fixed_cost[l] * (0.5 if makers.has_plant[j] > 0.5 else 1.0)
        terms[LEAK] = -knobs.leak_weight * params.leak_loss[l] * params.venture_share[j] * (1.0 - knowledge)
        terms[RISK] = -knobs.risk_weight * doubt[home]
        terms[SUBSIDY] = -governments.subsidy_share[g] if g >= 0 else 0.0
        terms[RELUCTANCE] = -params.reluctance[j]
        total = 0.0
        for k in range(8):
            total += terms[k]
        makers.move_benefit[j, l] = total


@rule
def follow_work(market, scratch, makers, params):
    """Share of a country's magnet capacity that was at work, as its makers remember it: of late (about a year), and usually (five).

    Counted by where a maker is at home, its plants abroad included; the country's alloy makers live on their orders.

    Parameters
    ----------
    market : Market, at_work and usual_work *Overwritten*
    scratch : Scratch, magnets_made_t and magnet_capacity_t *Overwritten*
    makers : Makers; params : MakerParams; read only
    """
    n_dest = market.at_work.shape[0]
    for d in range(n_dest):
        scratch.magnets_made_t[d] = 0.0
        scratch.magnet_capacity_t[d] = 0.0
    for j in range(params.home.shape[0]):
        if params.makes_alloy[j] < 0.5:
            _own_inside, own = capacity_of(makers, j)
            scratch.magnet_capacity_t[int(params.home[j])] += own
            for l in range(makers.output_t.shape[1]):
                for p in range(makers.output_t.shape[2]):
                    scratch.magnets_made_t[int(params.home[j])] += makers.output_t[j, l, p]
    for d in range(n_dest):
        if scratch.magnet_capacity_t[d] > 0.0:
            now = scratch.magnets_made_t[d] / scratch.magnet_capacity_t[d]
            market.at_work[d] = remembered_work(market.at_work[d], now, WORK_MEMORY_MONTHS)
            market.usual_work[d] = remembered_work(market.usual_work[d], now, USUAL_MEMORY_MONTHS)


@inline_rule
def remembered_work(known, now, memory_months):
    """Running mean of the share at work; it begins with the first month in which anything was made."""
    return known + (now - known) / memory_months if known > 0.0 else now


@inline_rule
def is_idle(market, knobs, home):
    """Whether so much less of a country's magnet capacity is at work than usual that who makes alloy for it draws plants together."""
    return market.at_work[home] < knobs.idle_share * market.usual_work[home]


@inline_rule
def closing_probability(benefit, hazard, precision):
    """Chance in a month that an idle alloy maker gives its plants of a line in China up: the less the line gains there, the surer.

    Parameters
    ----------
    benefit : float, share of unit cost, of having the line in China; hazard : float, 1/month, where there is no gain at all
    precision : float, >= 0, of the choice
    """
    return hazard * (1.0 - move_probability(benefit, precision))


@rule
def directed_share(params, j, l, month):
    """Share of a line that a maker is told to have in China: one word for a named firm and all who multiply it (-1: as it stands)."""
    n_named = params.directed_share.shape[0]
    return params.directed_share[j * n_named // params.home.shape[0], l, month]


@rule
def choose_location(makers, params, governments, government_of, market, knobs, luck, on, j, month):
    """A maker plans where each line should stand, and starts to build or close when the plan is a step away.

    An alloy maker lives on the orders of its country's magnet makers: while these are idle, one that has been in China and weighs
    the move builds no more there, and may give up the plants that it has and serve its orders from home.
    Chinese makers do not choose. A home government may block a start (Tokyo did in July 2012). A directed maker plans at once
    what it is told, and otherwise builds as all do; a line for which nothing is told keeps its plants.

    Parameters
    ----------
    makers : Makers, plan_share, build_t, build_months, build_elsewhere of row j *Overwritten*
    params : MakerParams; governments : Governments; market : Market; knobs : MakerKnobs; read only
    government_of : int array, shape (destinations,)
    luck : float array, shape (makers, 4), uniform draws
    on : Switches; j, month : int
    """
    home = int(params.home[j])
    if home == 0 or on.relocation < 0.5 or params.strategy[j] == STAY:
        return
    if params.strategy[j] == THIRD_COUNTRY:
        go_elsewhere(makers, params, knobs, luck, j)
        return
    g = int(government_of[home])
    block = governments.venture_block[g] if g >= 0 else 0.0
    weighs = params.strategy[j] == LOGIT or params.strategy[j] == BEST_REPLY or params.strategy[j] == GLOBAL_GAME
    idle = weighs and params.makes_alloy[j] > 0.5 and makers.has_plant[j] > 0.5 and is_idle(market, knobs, home)
    for l in range(params.content.shape[0]):
        total = makers.capacity_t[j, l, 0] + makers.capacity_t[j, l, 1] + makers.capacity_t[j, l, 2]
        if total <= 0.0:
            continue
        benefit = makers.move_benefit[j, l]
        if params.strategy[j] == DIRECTED:
            wanted = directed_share(params, j, l, month)
            if wanted < 0.0:
                makers.plan_share[j, l] = makers.capacity_t[j, l, IN_CHINA] / total
                continue
            makers.plan_share[j, l] = wanted
        elif params.strategy[j] < OWN:  # a rule of its own has set the plan
            if params.strategy[j] == BEST_REPLY:
                wanted = 1.0 if benefit > 0.0 else 0.0
            elif params.strategy[j] == LOGIT:
                wanted = move_probability(benefit, knobs.logit_precision)
            else:
                wanted = planned_share(
                    params.strategy[j], l, benefit, makers.move_terms[j, l, HERDING], knobs.herding * on.herding,
                    knobs.signal_noise, luck[j, 2 + l],
                )  # fmt: skip
            makers.plan_share[j, l] = plan_step(makers.plan_share[j, l], wanted, knobs.move_rate, knobs.return_rate)
        if makers.build_t[j, l] != 0.0:
            continue
        if idle:
            gives_up = luck[j, l] < closing_probability(benefit, knobs.idle_closing_hazard, knobs.logit_precision)
            if gives_up and makers.capacity_t[j, l, HOME] > 0.0 and makers.capacity_t[j, l, IN_CHINA] > 0.0:
                makers.plan_share[j, l] = 0.0
                makers.build_t[j, l] = -makers.capacity_t[j, l, IN_CHINA]
                makers.build_months[j, l] = knobs.closing_months
            continue
        step = makers.plan_share[j, l] - makers.capacity_t[j, l, IN_CHINA] / total
        if step >= knobs.lump_share and luck[j, l] >= block:
            spread = 0.75 + 0.75 * luck[j, 2 + l]
            first = params.plant_months[j] if params.plant_months[j] >= 0.0 else knobs.plant_months
            months = knobs.expansion_months if makers.has_plant[j] > 0.5 else first
            makers.build_t[j, l] = min(step * total, makers.capacity_t[j, l, HOME])
            makers.build_months[j, l] = months * spread
        elif step <= -knobs.lump_share:
            makers.build_t[j, l] = max(step * total, -makers.capacity_t[j, l, IN_CHINA])
            makers.build_months[j, l] = knobs.closing_months


@rule
def finish_building(makers, params, j):
    """Construction goes on; when it is done, capacity shifts between home and abroad (the firm's total is kept).

    Parameters
    ----------
    makers : Makers, capacity_t, build_t, build_months, build_elsewhere, has_plant of row j *Overwritten*
    params : MakerParams; j : int
    """
    for l in range(makers.build_t.shape[1]):
        moving = makers.build_t[j, l]
        if moving == 0.0:
            continue
        makers.build_months[j, l] -= 1.0
        if makers.build_months[j, l] <= 0.0:
            abroad = ELSEWHERE if makers.build_elsewhere[j, l] > 0.5 else IN_CHINA
            moving = min(moving, makers.capacity_t[j, l, HOME]) if moving > 0.0 else max(moving, -makers.capacity_t[j, l, abroad])
            makers.capacity_t[j, l, HOME] -= moving
            makers.capacity_t[j, l, abroad] += moving
            makers.build_t[j, l] = 0.0
            makers.build_months[j, l] = 0.0
            makers.build_elsewhere[j, l] = 0.0
            if moving > 0.0 and abroad == IN_CHINA:
                makers.has_plant[j] = 1.0
    if params.growth[j] != 0.0:
        for l in range(makers.build_t.shape[1]):
            for p in range(3):
                makers.capacity_t[j, l, p] *= 1.0 + params.growth[j]


@rule
def learn(goods, makers, params, knobs, on):
    """Know-how of Chinese makers rises with foreign lines in China and with their own research (case X4).

    dK = (premium leak x venture-weighted premium share + commodity leak x commodity share + research) (1 - K).

    Parameters
    ----------
    goods : Goods, knowledge, own_knowledge and leaked *Overwritten*
    makers : Makers; params : MakerParams; knobs : KnowledgeKnobs; on : Switches
    """
    total, ventures, commodity = 0.0, 0.0, 0.0
    for j in range(makers.capacity_t.shape[0]):
        if params.home[j] < 0.5:
            continue
        for l in range(makers.capacity_t.shape[1]):
            for p in range(3):
                total += makers.capacity_t[j, l, p]
        ventures += makers.capacity_t[j, 0, IN_CHINA] * params.venture_share[j]
        for l in range(1, makers.capacity_t.shape[1]):
            commodity += makers.capacity_t[j, l, IN_CHINA]
    leak = 0.0
    if total > 0.0:
        leak = on.technology_leak * (knobs.premium_leak * ventures + knobs.commodity_leak * commodity) / total
    goods.leaked[0] = leak * (1.0 - goods.knowledge[0])
    goods.knowledge[0] += (leak + knobs.own_research) * (1.0 - goods.knowledge[0])
    goods.own_knowledge[0] += knobs.own_research * (1.0 - goods.own_knowledge[0])
