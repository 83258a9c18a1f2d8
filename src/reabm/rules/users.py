"""Use sectors: what they want at reference prices, and how they learn to do with less."""

from __future__ import annotations

from math import exp

from reabm.rules.demand import lasting_loss_usd_kg, users_loss_usd_kg, worth_given_up_usd_kg
from reabm.rules.rule import inline_rule, rule
from reabm.rules.strategies import OWN

SAVE, KEEP_USING = 0, 1
LOG_SATURATION = (
    0.1  # ln of most use that lasting cheapness adds: no use of 2005-08 was held back by prices (A project assumption)
)


@inline_rule
def thrift_pull(price_ratio, power):
    """Share of its ceiling at which thrift aims while the slow price stands at a ratio to its trigger.

    1 - ratio^-power, nothing below the trigger.

    Notes
    -----
    Source: docs/odd.md, Use and thrift.
    """
    return 1.0 - price_ratio ** (-power) if price_ratio > 1.0 else 0.0


@inline_rule
def thrift_step(thrift, ceiling, speed, pull):
    """Monthly rise of thrift towards ceiling x pull; it never falls (a ratchet)."""
    return speed * max(0.0, ceiling * pull - thrift)


@rule
def watch_prices(scratch, market, elements, knobs):
    """How far present prices pull thrift towards its ceiling, and what a redesign costs, by zone and element.

    A redesign that saves a kilogram a month costs some months of what it saves at the prices that prompt it.

    Parameters
    ----------
    scratch : Scratch, thrift_pull, redesign_usd_kg, dearness, habit, habit_worth_usd_kg and habit_loss_usd_kg *Overwritten*
    market : Market, known_pull *Overwritten*; elements : ElementParams; knobs : UseKnobs; others read only
    """
    for z in range(market.slow_usd_kg.shape[0]):
        for e in range(market.slow_usd_kg.shape[1]):
            ratio = market.slow_usd_kg[z, e] / (knobs.thrift_trigger * elements.reference_usd_kg[e])
            scratch.thrift_pull[z, e] = thrift_pull(ratio, knobs.thrift_power)
            market.known_pull[z, e] = max(market.known_pull[z, e], scratch.thrift_pull[z, e])
            saved = max(0.0, market.slow_usd_kg[z, e] - elements.reference_usd_kg[e])
            scratch.redesign_usd_kg[z, e] = knobs.thrift_payback_months * saved
            scratch.dearness[z, e] = max(0.0, market.log_usd_kg[z, e] - elements.log_reference[e])
            adjust_to_prices(scratch, market.log_habit[z, e] - elements.log_reference[e], elements, knobs, z, e)


@inline_rule
def log_adjusted(log_ratio, lagged):
    """Log of the price over reference to which use responds with a delay: below some price use is saturated and grows no more.

    Parameters
    ----------
    log_ratio : float, ln of the price to which users have adjusted over its reference
    lagged : float, > 0, elasticity of what comes with a delay
    """
    return max(log_ratio, -LOG_SATURATION / lagged)


@inline_rule
def adjust_to_prices(scratch, log_ratio, elements, knobs, z, e):
    """Users follow a lasting change of price with a delay: their curve shifts along the long-run one.

    Use within the month has the elasticity eps, in the long run eps (1 + k); at the price h to which users have adjusted both
    curves meet: the shift is (h / reference)^(-eps k), and below saturation none is added. What users lose by it is the area
    beside the long-run curve up to h, less that beside the shifted one. Makers of magnets, who leave part of the usual content
    out, give up its value in use. With k = 0 nothing shifts.

    Parameters
    ----------
    scratch : Scratch, habit, habit_worth_usd_kg and habit_loss_usd_kg of zone z and element e *Overwritten*
    log_ratio : float, ln of h over reference
    elements : ElementParams; knobs : UseKnobs; read only
    z, e : int

    Notes
    -----
    Source: nerlove_1958 (partial adjustment); docs/odd.md, Use and thrift.
    """
    elasticity, reference = elements.elasticity[e], elements.reference_usd_kg[e]
    lagged = elasticity * knobs.lagged_elasticity
    if lagged <= 0.0:
        scratch.habit[z, e] = 1.0
        scratch.habit_worth_usd_kg[z, e] = 0.0
        scratch.habit_loss_usd_kg[z, e] = 0.0
        return
    log_h = log_adjusted(log_ratio, lagged)
    habit = exp(-lagged * log_h)
    lasting = lasting_loss_usd_kg(log_h, reference, elasticity, lagged, elements.choke_log[e], elements.curve[e])
    of_month = users_loss_usd_kg(log_h, reference, elasticity, elements.choke_log[e], elements.curve[e])
    scratch.habit[z, e] = habit
    scratch.habit_worth_usd_kg[z, e] = worth_given_up_usd_kg(log_h, reference, lagged)
    scratch.habit_loss_usd_kg[z, e] = lasting - habit * of_month


@rule
def save_material(users, params, scratch, knobs, on, u):
    """A use sector in one destination substitutes and saves for good.

    Parameters
    ----------
    users : Users, thrift of row u *Overwritten*
    scratch : Scratch, user_redesign_kusd of row u *Overwritten*
    params : UserParams; knobs : UseKnobs; on : Switches; read only
    u : int
    """
    redesign = 0.0
    if on.thrift < 0.5 or params.strategy[u] == KEEP_USING or params.strategy[u] >= OWN:
        scratch.user_redesign_kusd[u] = redesign
        return
    d = int(params.destination[u])
    z = 0 if d == 0 else 1
    speed = min(1.0, params.thrift_speed[u] * knobs.thrift_scale * scratch.programme[d])
    for e in range(params.mix.shape[1]):
        step = thrift_step(users.thrift[u, e], knobs.thrift_depth * params.thrift_ceiling[u, e], speed, scratch.thrift_pull[z, e])
        step = step if params.mix[u, e] > 0.0 else 0.0
        saved_t = users.used_t[u, e] * step / (1.0 - users.thrift[u, e])
        redesign += saved_t * scratch.redesign_usd_kg[z, e]
        users.thrift[u, e] += step
    scratch.user_redesign_kusd[u] = redesign


@rule
def return_scrap(flows, goods, scratch, params, market, elements, knobs, on):
    """Products reach the end of their life; part of their oxide is recovered when prices make it worth while.

    Parameters
    ----------
    flows : Flows, scrap_returned_t and supply_t *Overwritten* (added to)
    goods : Goods, in_use_t *Overwritten*
    scratch : Scratch, lost_t *Overwritten* (added to)
    params : UserParams; market : Market; elements : ElementParams; knobs : UseKnobs; on : Switches; read only

    Notes
    -----
    Source: docs/odd.md, Recycling and swarf: recovery x scrap x logistic in the price (here p^2 / (p^2 + p_half^2)).
    """
    for d in range(goods.in_use_t.shape[0]):
        z = 0 if d == 0 else 1
        for e in range(goods.in_use_t.shape[1]):
            retired = goods.in_use_t[d, e] / params.life_months[e]
            goods.in_use_t[d, e] -= retired
            price = market.slow_usd_kg[z, e]
            half = knobs.recycling_price_ratio * elements.reference_usd_kg[e]
            recovered = on.recycling * retired * params.recovery[d, e] * price * price / (price * price + half * half)
            flows.scrap_returned_t[z, e] += recovered
            scratch.lost_t[z, e] -= recovered
            flows.supply_t[z, e] += recovered


@rule
def return_swarf(flows, goods, scratch, knobs):
    """Cutting swarf comes back as oxide with a delay; what is not recovered is lost.

    Parameters
    ----------
    flows : Flows, swarf_returned_t and supply_t *Overwritten* (added to)
    goods : Goods, swarf_t *Overwritten*
    scratch : Scratch, lost_t *Overwritten* (added to)
    knobs : UseKnobs
    """
    for z in range(goods.swarf_t.shape[0]):
        for e in range(goods.swarf_t.shape[1]):
            leaves = goods.swarf_t[z, e] / knobs.swarf_delay_months
            goods.swarf_t[z, e] -= leaves
            recovered = leaves * knobs.swarf_recovery
            flows.swarf_returned_t[z, e] += recovered
            scratch.lost_t[z, e] += leaves - recovered
            flows.supply_t[z, e] += recovered
