"""Mines and their separation: value of the basket, the decision to build, ramp, loss, bankruptcy and restart (ore: `ore.py`)."""

from __future__ import annotations

from math import sqrt

from reabm.rules.rule import inline_rule, rule
from reabm.rules.strategies import OWN

LEGAL, ILLEGAL, OUTSIDE_CHINA = 0, 1, 2  # kind of mine
SEPARATES, SHIPS_CONCENTRATE = 0, 1  # route
REAL_OPTION, NET_PRESENT_VALUE, WAIT, SCRIPTED, PRICE_FRINGE, DIRECTED = 0, 1, 2, 3, 4, 5
IDEA, BUILDING, PRODUCING, MOTHBALLED, CLOSED = 0, 1, 2, 3, 4
FIRST_UTILISATION = 0.05
FALL_OF_UTILISATION = 0.03  # monthly, while a mine runs at a loss (docs/odd.md, Mines)
BANKRUPT_SHARE = 0.25  # losses beyond this share of the capital cost end a company that has debt (A project assumption)


@inline_rule
def hurdle_multiple(discount_rate, payout_rate, volatility):
    """Real-option multiple: how far the value of a project must exceed its cost before one builds (case L3).

    beta / (beta - 1) with beta = 1/2 - (r - d)/s^2 + sqrt(((r - d)/s^2 - 1/2)^2 + 2 r/s^2).

    Parameters
    ----------
    discount_rate, payout_rate : float, 1/yr, r and d > 0
    volatility : float, 1/yr, s; zero gives the certainty value

    Returns
    -------
    float, >= 1

    Notes
    -----
    Source: Dixit and Pindyck 1994, ch. 5.
    """
    if volatility <= 1e-6:
        return max(1.0, discount_rate / payout_rate)
    per_variance = 1.0 / (volatility * volatility)
    drift = (discount_rate - payout_rate) * per_variance
    beta = 0.5 - drift + sqrt((drift - 0.5) * (drift - 0.5) + 2.0 * discount_rate * per_variance)
    return beta / (beta - 1.0)


@inline_rule
def annuity(discount_rate, life_years):
    """Yearly payment that repays one unit of capital over its life (case L1)."""
    return discount_rate / (1.0 - (1.0 + discount_rate) ** (-life_years))


@rule
def basket_usd_kg(params, m, route, heavy_at_home, at_home_usd_kg, china_usd_kg, floor_usd_kg, floor_share, groups, payability):
    """Value of the oxide from one kilogram (of oxide in ore) of a mine.

    What the mine separates itself sells at home prices; concentrate, and the heavy part where it cannot separate it, is
    sold to Chinese separators for a share of the inside price.

    Parameters
    ----------
    params : MineParams; m : int, row
    route : float, 0 separates, 1 ships concentrate
    heavy_at_home : float, share of heavy elements it separates itself
    at_home_usd_kg, china_usd_kg : float arrays, shape (elements,), USD/kg, read only
    floor_usd_kg : float array, shape (elements,), USD/kg, price floor (0: none)
    floor_share : float, 1 where floors are in force
    groups : float array, shape (elements,), 1 for heavy
    payability : float, share of the inside price paid for concentrate

    Returns
    -------
    float, USD/kg
    """
    value = 0.0
    ships_heavy = params.kind[m] == OUTSIDE_CHINA
    for e in range(at_home_usd_kg.shape[0]):
        floor = floor_usd_kg[e] * floor_share
        home = max(at_home_usd_kg[e], floor)
        shipped = max(payability * china_usd_kg[e], floor)
        own = 1.0 - route
        if ships_heavy and groups[e] > 0.5:
            own = own * heavy_at_home
        value += params.basket[m, e] * (own * home + (1.0 - own) * shipped)
    return value * params.separation_yield[m]


@rule
def reckon(scratch, market, knobs):
    """What all developers reckon with this month: the annuity on capital, prices now and by expectation, their volatility.

    Parameters
    ----------
    scratch : Scratch, annuity, price_usd_kg, expected_usd_kg and volatility *Overwritten*; relocation_share read only: the
        customers lost to a mine outside China
    market : Market; knobs : MineKnobs; read only
    """
    scratch.annuity[0] = annuity(knobs.discount_rate, knobs.life_years)
    crash = 1.0 - knobs.crash_probability * knobs.crash_depth
    drain = max(0.0, 1.0 - knobs.drain_weight * scratch.relocation_share[0])
    for e in range(market.variance.shape[0]):
        scratch.price_usd_kg[0, e] = market.china_usd_kg[e]
        scratch.price_usd_kg[1, e] = market.outside_usd_kg[e] + market.premium_usd_kg[e]
        scratch.volatility[e] = sqrt(12.0 * market.variance[e])
        for z in range(2):
            scratch.expected_usd_kg[z, e] = market.anchor_usd_kg[z, e] * crash * drain


@inline_rule
def route_of(mines, params, on, m):
    """Route of a mine's ore; without separation abroad every mine outside China ships concentrate there."""
    if params.kind[m] == OUTSIDE_CHINA and on.outside_separation < 0.5:
        return 1.0
    return mines.route[m]


@rule
def value_mine(mines, params, market, elements, script, knobs, scratch, m, month, on):
    """Current and expected basket value of one mine, and their volatility.

    Parameters
    ----------
    mines : Mines, row m *Overwritten*
    params : MineParams; market : Market; elements : ElementParams; script : Script; knobs : MineKnobs; read only
    scratch : Scratch, what all developers reckon with (see `reckon`) and price floors; support_kusd *Overwritten*
    m, month : int
    on : Switches
    """
    zone = int(params.zone[m])
    heavy = params.heavy_at_home[m, month]
    floor = scratch.floor_usd_kg[m]
    route = route_of(mines, params, on, m)
    mines.basket_usd_kg[m] = basket_usd_kg(
        params, m, route, heavy, scratch.price_usd_kg[zone], market.china_usd_kg, floor, on.home_programmes,
        elements.group, knobs.payability,
    )  # fmt: skip
    if params.kind[m] != OUTSIDE_CHINA:
        return  # Chinese capacity is scripted: nothing is expected of it
    if scratch.guarantor[m] >= 0.0 and mines.status[m] == PRODUCING:  # what its government has to add
        unaided = basket_usd_kg(
            params, m, route, heavy, scratch.price_usd_kg[zone], market.china_usd_kg, script.mine_floor_usd_kg[month, m],
            on.home_programmes, elements.group, knobs.payability,
        )  # fmt: skip
        scratch.support_kusd[m] = (mines.basket_usd_kg[m] - unaided) * mines.ore_t[m]
    mines.expected_usd_kg[m] = basket_usd_kg(
        params, m, route, heavy, scratch.expected_usd_kg[zone], market.anchor_usd_kg[0], floor, on.home_programmes,
        elements.group, knobs.payability,
    )  # fmt: skip
    value, square = 0.0, 0.0
    for e in range(scratch.volatility.shape[0]):
        weight = params.basket[m, e] * market.anchor_usd_kg[1, e]
        value += weight
        square += weight * scratch.volatility[e]
    own = min(knobs.volatility_high, max(knobs.volatility_low, square / value if value > 0.0 else 0.0))
    mines.volatility[m] = own * (1.0 - mines.contract_share[m])


@rule
def set_hurdle(mines, params, knobs, annuity_rate, m):
    """Expected basket value at which the owner of a mine would build: running costs and a multiple of capital costs.

    Parameters
    ----------
    mines : Mines, hurdle_usd_kg of row m *Overwritten*
    params : MineParams; knobs : MineKnobs; read only
    annuity_rate : float, 1/yr, yearly payment on a unit of capital
    m : int
    """
    if params.kind[m] != OUTSIDE_CHINA or params.strategy[m] >= OWN:
        return
    multiple = 1.0
    if params.strategy[m] == REAL_OPTION:
        multiple = hurdle_multiple(knobs.discount_rate, knobs.payout_rate, mines.volatility[m])
    capital = params.capex_usd_kg[m] * (1.0 - mines.prepaid_share[m]) * annuity_rate
    mines.hurdle_usd_kg[m] = params.opex_usd_kg[m] + multiple * capital


@rule
def decide_mine(mines, params, knobs, script, luck, m, month, on):
    """One month in the life of a mine outside China: start building, finish, ramp up, mothball, fail, restart.

    The owner of a directed mine has the money ready: no price, hurdle, committed date or draw stands before its decision.

    Parameters
    ----------
    mines : Mines, row m *Overwritten*
    params : MineParams; knobs : MineKnobs; script : Script; read only
    luck : float array, shape (mines, 4), uniform draws, read only
    m, month : int
    on : Switches

    Notes
    -----
    Source: docs/odd.md, Mines.
    """
    if params.kind[m] != OUTSIDE_CHINA:
        return
    if params.strategy[m] == PRICE_FRINGE:
        follow_price(mines, params, knobs, m, month, on)
        return
    status = mines.status[m]
    capacity = params.capacity_t[m, month]
    cost = params.capex_usd_kg[m] * capacity * 12.0
    if status == IDEA:
        may = on.outside_investment > 0.5 and month >= params.earliest[m]
        may = may and (route_of(mines, params, on, m) == SEPARATES or on.concentrate_route > 0.5)
        wants = mines.expected_usd_kg[m] >= mines.hurdle_usd_kg[m] and params.strategy[m] != WAIT
        wants = wants and params.strategy[m] != SCRIPTED and luck[m, 0] < knobs.open_window
        if params.strategy[m] == DIRECTED:
            wants = params.directed_build[m, month] > 0.5
        elif params.committed[m] >= 0.0 and params.strategy[m] != WAIT:
            wants = month >= params.committed[m]
            may = on.outside_investment > 0.5
        if may and wants:
            mines.status[m] = BUILDING
            delay = 1.0 + knobs.lead_spread * (1.5 * luck[m, 1] - 0.3)
            mines.months_left[m] = params.lead_months[m] * delay
            mines.cash_kusd[m] -= cost * (1.0 - params.debt_share[m]) * (1.0 - mines.prepaid_share[m])
            mines.debt_kusd[m] += cost * params.debt_share[m] * (1.0 - mines.prepaid_share[m])
    elif status == BUILDING:
        mines.months_left[m] -= 1.0
        if mines.months_left[m] <= 0.0:
            mines.status[m] = PRODUCING
            mines.utilisation[m] = FIRST_UTILISATION
            mines.loss_months[m] = 0.0
    elif status == PRODUCING:
        _run_mine(mines, params, knobs, script, m, month, cost)
    elif status == MOTHBALLED and params.strategy[m] == DIRECTED:
        _keep_mothballed(mines, params, knobs, m, month, cost, on)
    elif status == MOTHBALLED:
        if month >= params.earliest[m] and params.strategy[m] != WAIT and on.outside_investment > 0.5:
            if mines.expected_usd_kg[m] > knobs.restart_margin * params.restart_opex_usd_kg[m] and luck[m, 0] < knobs.open_window:
                mines.status[m] = BUILDING
                mines.months_left[m] = knobs.restart_months


@inline_rule
def follow_price(mines, params, knobs, m, month, on):
    """A competitive fringe: capacity at work grows with what the price leaves above full cost, and shrinks below it.

    du = response (basket - opex - annuity of capital), u the share of its capacity at work, between none and its best. No
    lead time, no hurdle, no debt: many small owners who come and go (cases L5, L6).

    Parameters
    ----------
    mines : Mines, row m *Overwritten*
    params : MineParams; knobs : MineKnobs; read only
    m, month : int
    on : Switches

    Notes
    -----
    Source: gaskins_1971.
    """
    if month < params.earliest[m] or mines.status[m] == CLOSED:
        return
    mines.status[m] = PRODUCING
    before = mines.utilisation[m]
    change = knobs.fringe_response / 12.0 * (mines.basket_usd_kg[m] - mines.hurdle_usd_kg[m])
    if on.outside_investment < 0.5:
        change = min(change, 0.0)
    after = min(params.max_utilisation[m], max(0.0, before + change))
    mines.utilisation[m] = after
    built = max(0.0, after - before) * params.capacity_t[m, month] * 12.0
    mines.cash_kusd[m] += (mines.basket_usd_kg[m] - params.opex_usd_kg[m]) * mines.ore_t[m] - params.capex_usd_kg[m] * built


@inline_rule
def _run_mine(mines, params, knobs, script, m, month, cost):
    """A producing mine ramps up or down with its margin; it is mothballed after long losses, and may go bankrupt."""
    opex = params.restart_opex_usd_kg[m] if mines.bankrupt[m] > 0.0 else params.opex_usd_kg[m]
    interest = mines.debt_kusd[m] * knobs.discount_rate / 12.0
    margin = mines.basket_usd_kg[m] - opex
    top = params.max_utilisation[m]
    told = params.directed_output[m, month] if params.strategy[m] == DIRECTED else -1.0
    if margin >= 0.0:
        mines.utilisation[m] = min(top, mines.utilisation[m] + params.ramp[m])
        mines.loss_months[m] = max(0.0, mines.loss_months[m] - 1.0)
    else:
        # the ramp is technical: an owner who is told to run at a loss gets there as quickly as with a profit
        risen = min(top, mines.utilisation[m] + params.ramp[m])
        fallen = max(FIRST_UTILISATION, mines.utilisation[m] - FALL_OF_UTILISATION)
        mines.utilisation[m] = risen if told >= 0.0 else fallen
        mines.loss_months[m] += 1.0
    if told >= 0.0:
        mines.utilisation[m] = min(told, mines.utilisation[m])
    earned = margin * mines.ore_t[m] - interest
    support = script.mine_support[m, month]
    if earned < 0.0:
        earned = earned * (1.0 - support)
    mines.cash_kusd[m] += earned
    patience = 1.0
    if mines.partner[m] >= 0.0 or support > 0.0:
        patience += 2.0 * knobs.floor_support
    limit = knobs.mothball_months * patience
    fails = is_broke(mines, params, m, cost) and margin < 0.0 and support == 0.0
    gives_up = told < 0.0 and mines.loss_months[m] > limit
    if fails or gives_up or told == 0.0:
        mines.status[m] = MOTHBALLED
        mines.utilisation[m] = 0.0
        mines.loss_months[m] = 0.0
        if mines.debt_kusd[m] > 0.0 and (fails or gives_up):
            _write_off(mines, m)
        mines.route[m] = params.restart_route[m]


@inline_rule
def is_broke(mines, params, m, cost):
    """Whether a mine in debt has lost its equity and a quarter of its capital cost."""
    return mines.debt_kusd[m] > 0.0 and mines.cash_kusd[m] < -cost * (1.0 - params.debt_share[m] + BANKRUPT_SHARE)


@inline_rule
def _write_off(mines, m):
    """Bankruptcy: debt is written off, the owner's losses are forgotten, contracts end."""
    mines.debt_kusd[m] = 0.0
    mines.cash_kusd[m] = 0.0
    mines.bankrupt[m] += 1.0
    mines.partner[m] = -1.0
    mines.contract_share[m] = 0.0


@inline_rule
def _keep_mothballed(mines, params, knobs, m, month, cost, on):
    """A directed mine that its owner stopped still pays interest, may fail, and is restarted when the levers say so."""
    mines.cash_kusd[m] -= mines.debt_kusd[m] * knobs.discount_rate / 12.0
    if is_broke(mines, params, m, cost):
        _write_off(mines, m)
    wants = params.directed_build[m, month] > 0.5 and params.directed_output[m, month] != 0.0
    if wants and month >= params.earliest[m] and on.outside_investment > 0.5:
        mines.status[m] = BUILDING
        mines.months_left[m] = knobs.restart_months
