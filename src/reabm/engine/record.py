"""Writing down a month: the row of key figures, and the details where they are kept."""

from __future__ import annotations

from math import inf, nan
from typing import NamedTuple

from reabm.rules.makers import ELSEWHERE, FIXED_COST, GAP, HOME, IN_CHINA, SUBSIDY
from reabm.rules.payoffs import MAGNET_USERS, SECTORS
from reabm.rules.rule import expanded_rule, inline_rule, rule
from reabm.world.history import COLUMN

EXPOSURE_MONTHS = 12.0


class Watched(NamedTuple):
    """Rows of which the key figures speak by name; -1: the world has none."""

    australia: int  # origin
    japan: int  # destination
    ndpr: int  # element
    dy: int  # element


@expanded_rule
def record_month(history, state, params, scratch, watched, month):
    """Write the month's key figures, and details where the history has room for them.

    Parameters
    ----------
    history : History, row `month` *Overwritten*
    state : State; params : Params; scratch : Scratch; read only
    watched : Watched, rows of which the key figures speak
    month : int
    """
    row = history.months[month]
    _record_trade(row, state, params, scratch, watched.australia, watched.japan)
    _record_stocks(row, state, params, watched.japan)
    _record_makers(row, state, params, watched.japan)
    _record_accounts(row, state, params, scratch, watched.japan)
    _record_prices(row, state, watched.ndpr, watched.dy)
    _copy(history.surplus_kusd[month], state.accounts.surplus_kusd)
    _copy(history.china_gain_kusd[month], state.accounts.china_gain_kusd)
    history.miners_kusd[month] = state.accounts.miners_kusd[0]
    if history.delivered_usd_kg.shape[0] > 0:
        _record_flows(history, state, month)
        _record_agents(history, state, params, month)
    if history.makers.shape[0] > 0:
        _record_firms(history, state, params, month)


@rule
def share(part, whole):
    """A share, zero of nothing."""
    return part / whole if whole > 0.0 else 0.0


@rule
def _record_trade(row, state, params, scratch, australia, japan):
    flows, market = state.flows, state.market
    n, n_dest = flows.taken_t.shape
    quota, released = 0.0, 0.0
    for g in range(state.policy.quota_t.shape[0]):
        if g == 0 or state.policy.pools_groups[0] < 0.5:
            quota += state.policy.quota_t[g]
            released += market.release_t[g]
    row[COLUMN.export_quota_t] = nan if quota == inf else quota / 6.0
    row[COLUMN.licences_released_t] = nan if released == inf else released
    row[COLUMN.licence_price_usd_kg] = market.licence_usd_kg[0]
    row[COLUMN.heavy_licence_price_usd_kg] = market.licence_usd_kg[1]
    row[COLUMN.rationed_share] = max(market.rationed_share[0], market.rationed_share[1])
    legal, alloy, smuggled, back = 0.0, 0.0, 0.0, 0.0
    japan_china, japan_all, japan_australia = 0.0, 0.0, 0.0
    used_china, used_outside = 0.0, 0.0
    separated_china, separated, heavy_china, heavy = 0.0, 0.0, 0.0, 0.0
    for e in range(n):
        back += flows.reverse_t[e]
        for d in range(1, n_dest):
            legal += flows.legal_t[e, d]
            alloy += flows.alloy_t[e, d]
            smuggled += flows.smuggled_t[e, d]
            used_outside += flows.used_t[e, d]
        used_china += flows.used_t[e, 0]
        if japan > 0:
            from_china = flows.legal_t[e, japan] + flows.alloy_t[e, japan]
            japan_china += from_china
            japan_all += from_china + flows.smuggled_t[e, japan]
            for o in range(flows.outside_t.shape[0] - 1):
                japan_all += flows.outside_t[o, e, japan]
            if australia >= 0:
                japan_australia += flows.outside_t[australia, e, japan]
        separated_china += scratch.separated_t[0, e]
        separated += scratch.separated_t[0, e] + scratch.separated_t[1, e]
        if params.elements.group[e] > 0.5:
            heavy_china += scratch.separated_t[0, e]
            heavy += scratch.separated_t[0, e] + scratch.separated_t[1, e]
    row[COLUMN.exports_legal_t] = legal
    row[COLUMN.exports_alloy_t] = alloy
    row[COLUMN.exports_smuggled_t] = smuggled
    row[COLUMN.imports_china_t] = back
    row[COLUMN.china_use_t] = used_china
    row[COLUMN.outside_use_t] = used_outside
    row[COLUMN.japan_import_share_china] = share(japan_china, japan_all)
    row[COLUMN.japan_import_share_australia] = share(japan_australia, japan_all)
    row[COLUMN.japan_purchases_t] = japan_all
    row[COLUMN.china_separation_share] = share(separated_china, separated)
    row[COLUMN.china_heavy_separation_share] = share(heavy_china, heavy)
    ore_legal, ore_illegal, ore_outside = 0.0, 0.0, 0.0
    for m in range(params.mines.kind.shape[0]):
        if params.mines.kind[m] == 0.0:
            ore_legal += state.mines.ore_t[m]
        elif params.mines.kind[m] == 1.0:
            ore_illegal += state.mines.ore_t[m]
        else:
            ore_outside += state.mines.ore_t[m]
    row[COLUMN.mine_output_china_t] = ore_legal
    row[COLUMN.illegal_output_t] = ore_illegal
    row[COLUMN.mine_output_row_t] = ore_outside
    row[COLUMN.china_mine_share] = share(ore_legal + ore_illegal, ore_legal + ore_illegal + ore_outside)


@rule
def _record_stocks(row, state, params, japan):
    n = params.elements.group.shape[0]
    china, outside, in_japan, reserves, japan_use = 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(params.importers.destination.shape[0]):
        d = int(params.importers.destination[i])
        held = 0.0  # by row, here and below, so that the processor works at several sums at a time
        for e in range(n):
            held += state.importers.stock_t[i, e]
        if d == 0:
            china += held
        else:
            outside += held
            if d == japan:
                in_japan += held
    for e in range(n):
        for g in range(params.governments.destination.shape[0]):
            if params.governments.is_chinese[g] < 0.5:
                reserves += state.governments.reserve_t[g, e]
        if japan > 0:
            japan_use += state.flows.used_t[e, japan]
    for j in range(params.makers.home.shape[0]):
        for p in range(3):
            held = 0.0
            for e in range(n):
                held += state.makers.oxide_t[j, p, e]
            if p == 1 or (p == 0 and params.makers.home[j] < 0.5):
                china += held
            else:
                outside += held
    row[COLUMN.stocks_china_t] = china
    row[COLUMN.stocks_outside_t] = outside
    row[COLUMN.reserves_t] = reserves
    row[COLUMN.japan_use_t] = japan_use
    row[COLUMN.cover_outside_months] = share(outside, row[COLUMN.outside_use_t])
    row[COLUMN.japan_cover_months] = share(in_japan, japan_use)
    total, trade = 0.0, 0.0
    for i in range(params.importers.destination.shape[0]):
        if int(params.importers.destination[i]) == japan:
            total += params.importers.trade_share[i] * state.importers.reliability[i]
            trade += params.importers.trade_share[i]
    row[COLUMN.japan_reliability] = share(total, trade)


@rule
def _record_makers(row, state, params, japan):
    inside, total = 0.0, 0.0
    japan_share = COLUMN.japan_premium_share_china
    for l in range(params.makers.content.shape[0]):
        line_inside, line_total, japan_inside, japan_total = 0.0, 0.0, 0.0, 0.0
        for j in range(params.makers.home.shape[0]):
            if params.makers.home[j] < 0.5:
                continue
            for p in range(3):
                line_total += state.makers.capacity_t[j, l, p]
            line_inside += state.makers.capacity_t[j, l, 1]
            if int(params.makers.home[j]) == japan:
                for p in range(3):
                    japan_total += state.makers.capacity_t[j, l, p]
                japan_inside += state.makers.capacity_t[j, l, 1]
        inside += line_inside
        total += line_total
        if l == 0:
            row[COLUMN.relocation_share_premium] = share(line_inside, line_total)
            row[japan_share] = share(japan_inside, japan_total)
        else:
            row[COLUMN.relocation_share_commodity] = share(line_inside, line_total)
            row[COLUMN.japan_commodity_share_china] = share(japan_inside, japan_total)
    row[COLUMN.relocation_share] = share(inside, total)
    row[COLUMN.technology_leakage] = state.goods.knowledge[0] - state.goods.own_knowledge[0]
    row[COLUMN.knowledge] = state.goods.knowledge[0]
    china, outside, exported, unserved = 0.0, 0.0, 0.0, 0.0
    for l in range(params.makers.content.shape[0]):
        for d in range(state.flows.unserved_t.shape[1]):
            china += state.flows.magnets_t[0, l, d]
            outside += state.flows.magnets_t[1, l, d]
            unserved += state.flows.unserved_t[l, d]
            if d > 0:
                exported += state.flows.magnets_t[0, l, d]
    row[COLUMN.magnets_china_t] = china
    row[COLUMN.magnets_outside_t] = outside
    row[COLUMN.magnet_exports_t] = exported
    row[COLUMN.magnets_unserved_t] = unserved
    row[COLUMN.china_magnet_share] = share(china, china + outside)


@inline_rule
def _users_loss(accounts, d):
    """Loss of users of oxide and of magnets in a country, against reference prices."""
    return -(accounts.surplus_kusd[d, SECTORS] + accounts.surplus_kusd[d, MAGNET_USERS])


@inline_rule
def weigh_thrift(used_t, thrift, price_usd_kg):
    """Value of what one row saved for good, and of what it used, at reference prices."""
    saved, value = 0.0, 0.0
    for e in range(used_t.shape[0]):
        weight = used_t[e] * price_usd_kg[e]
        saved += weight * thrift[e]
        value += weight
    return saved, value


@rule
def _record_accounts(row, state, params, scratch, japan):
    row[COLUMN.china_loss_kusd] = _users_loss(state.accounts, 0)
    row[COLUMN.japan_loss_kusd] = _users_loss(state.accounts, 1)
    row[COLUMN.usa_loss_kusd] = _users_loss(state.accounts, 2)
    row[COLUMN.eu_loss_kusd] = _users_loss(state.accounts, 3)
    row[COLUMN.other_loss_kusd] = _users_loss(state.accounts, 4)
    gain = 0.0
    for k in range(state.accounts.china_gain_kusd.shape[0]):
        gain += state.accounts.china_gain_kusd[k]
    row[COLUMN.china_gain_kusd] = gain
    row[COLUMN.outside_miners_kusd] = state.accounts.miners_kusd[0]
    saved, value = 0.0, 0.0
    for u in range(params.users.destination.shape[0]):
        if params.users.destination[u] > 0.5:
            row_saved, row_value = weigh_thrift(state.users.used_t[u], state.users.thrift[u], params.elements.reference_usd_kg)
            saved += row_saved
            value += row_value
    for j in range(params.makers.home.shape[0]):
        if params.makers.home[j] > 0.5:
            for p in range(3):
                row_saved, row_value = weigh_thrift(
                    state.makers.bought_t[j, p], state.makers.saved[j], params.elements.reference_usd_kg
                )
                saved += row_saved
                value += row_value
    substituted = share(saved, value)
    row[COLUMN.substitution_share] = substituted
    uncovered = max(0.0, 1.0 - row[COLUMN.japan_cover_months] / EXPOSURE_MONTHS)
    row[COLUMN.japan_dependence] = row[COLUMN.japan_import_share_china] * (1.0 - substituted) * uncovered
    need = row[COLUMN.outside_use_t]
    stock = row[COLUMN.stocks_outside_t] / EXPOSURE_MONTHS
    separated = 0.0
    for e in range(params.elements.group.shape[0]):
        separated += scratch.separated_t[1, e]
    mined = row[COLUMN.mine_output_row_t]
    worst = 0.0
    if need > 0.0:
        worst = max(1.0 - min(1.0, (mined + stock) / need), 1.0 - min(1.0, (separated + stock) / need))
    # Magnets: what plants outside could make, and what users hold, against what is wanted outside.
    wanted, held, capacity = 0.0, 0.0, 0.0
    for l in range(state.flows.unserved_t.shape[0]):
        for d in range(1, state.flows.unserved_t.shape[1]):
            wanted += state.flows.magnet_use_t[l, d] + state.flows.unserved_t[l, d]
            held += state.goods.magnets_t[l, d]
        for j in range(params.makers.home.shape[0]):
            if params.makers.makes_alloy[j] < 0.5:
                if params.makers.home[j] > 0.5:
                    capacity += state.makers.capacity_t[j, l, 0]
                capacity += state.makers.capacity_t[j, l, 2]
    if wanted > 0.0:
        worst = max(worst, 1.0 - min(1.0, (capacity + held / EXPOSURE_MONTHS) / wanted))
    row[COLUMN.choke_point] = min(1.0, worst)  # shares of one may end a last bit above it
    error = 0.0
    for z in range(2):
        for e in range(params.elements.group.shape[0]):
            error = max(error, abs(state.accounts.mass_error_t[z, e]))
    row[COLUMN.mass_error_t] = error
    balance = 0.0
    for a in range(state.accounts.ledger_kusd.shape[0]):
        balance += state.accounts.ledger_kusd[a]
    row[COLUMN.money_error_kusd] = balance
    row[COLUMN.turnover_kusd] = state.accounts.turnover_kusd[0]
    row[COLUMN.status] = state.market.status[0]


@rule
def mean_price_outside_usd_kg(state, e):
    """Mean price of an element that was paid outside China, weighted by use; the market's price where nothing was used."""
    paid, bought = 0.0, 0.0
    for d in range(1, state.flows.used_t.shape[1]):
        paid += state.market.delivered_usd_kg[e, d] * state.flows.used_t[e, d]
        bought += state.flows.used_t[e, d]
    return paid / bought if bought > 0.0 else state.market.outside_usd_kg[e]


@rule
def _record_prices(row, state, ndpr, dy):
    row[COLUMN.ndpr_outside_usd_kg] = mean_price_outside_usd_kg(state, ndpr) if ndpr >= 0 else nan
    row[COLUMN.ndpr_china_usd_kg] = state.market.delivered_usd_kg[ndpr, 0] if ndpr >= 0 else nan
    row[COLUMN.dy_outside_usd_kg] = mean_price_outside_usd_kg(state, dy) if dy >= 0 else nan
    row[COLUMN.dy_china_usd_kg] = state.market.delivered_usd_kg[dy, 0] if dy >= 0 else nan


@inline_rule
def _copy(target, source):
    """Copy an array element by element (numba compiles slice assignment slowly)."""
    to, given = target.reshape(-1), source.reshape(-1)
    for k in range(given.shape[0]):
        to[k] = given[k]


@rule
def _record_flows(history, state, month):
    _copy(history.delivered_usd_kg[month], state.market.delivered_usd_kg)
    for e in range(state.market.outside_usd_kg.shape[0]):
        history.outside_usd_kg[month, e] = mean_price_outside_usd_kg(state, e)
    _copy(history.magnet_usd_kg[month], state.flows.magnet_usd_kg)
    _copy(history.legal_t[month], state.flows.legal_t)
    _copy(history.alloy_t[month], state.flows.alloy_t)
    _copy(history.smuggled_t[month], state.flows.smuggled_t)
    _copy(history.reexported_t[month], state.flows.reexported_t)
    _copy(history.outside_t[month], state.flows.outside_t)
    _copy(history.concentrate_t[month], state.flows.concentrate_t)
    _copy(history.magnets_t[month], state.flows.magnets_t)


@rule
def _record_agents(history, state, params, month):
    for m in range(params.mines.kind.shape[0]):
        to = history.mines[month, m]
        mines = state.mines
        to[0], to[1], to[2], to[3] = mines.status[m], mines.utilisation[m], mines.ore_t[m], mines.basket_usd_kg[m]
        to[4], to[5], to[6] = mines.expected_usd_kg[m], mines.hurdle_usd_kg[m], mines.volatility[m]
        to[7], to[8], to[9], to[10] = mines.contract_share[m], mines.route[m], mines.cash_kusd[m], mines.debt_kusd[m]
    for d in range(history.stocks_t.shape[1]):  # a room is used again: what an earlier run left there is no stock of this one
        for e in range(history.stocks_t.shape[2]):
            history.stocks_t[month, d, e] = 0.0
    for i in range(params.importers.destination.shape[0]):
        d = int(params.importers.destination[i])
        for e in range(params.elements.group.shape[0]):
            history.stocks_t[month, d, e] += state.importers.stock_t[i, e]
    for g in range(params.governments.destination.shape[0]):
        to = history.governments[month, g]
        reserve = 0.0
        for e in range(params.elements.group.shape[0]):
            reserve += state.governments.reserve_t[g, e]
        to[0], to[1] = reserve, state.governments.subsidy_share[g]
        to[2], to[3], to[4] = (
            state.governments.thrift_programme[g],
            state.governments.exposure[g],
            state.governments.spent_kusd[g],
        )
        plan = history.plans[month, g]
        plan[0], plan[1], plan[2] = state.governments.choice[g], state.governments.plan_month[g], state.governments.path_t[g, 0]
        for k in range(state.governments.promised_kusd.shape[1]):
            plan[3 + k] = state.governments.promised_kusd[g, k]


@inline_rule
def _weighed_kusd(makers, j):
    """What output away from home gave a maker beyond its margin, as it weighs a move.

    In China all terms of its choice but the price gap, which its margin holds; in a third country the cost of moving and the
    subsidy forgone.
    """
    found = 0.0
    for l in range(makers.output_t.shape[1]):
        beyond = makers.move_benefit[j, l] - makers.move_terms[j, l, GAP]
        moved = makers.move_terms[j, l, FIXED_COST] + makers.move_terms[j, l, SUBSIDY]
        weighed_t = beyond * makers.output_t[j, l, IN_CHINA] + moved * makers.output_t[j, l, ELSEWHERE]
        found += weighed_t * makers.unit_cost_usd_kg[j, l, HOME]
    return found


@inline_rule
def prudent_usd_kg(market, elements, e, d):
    """What a kilogram in store counts: the reference price, or the destination's where that is lower. What is bought in a glut
    earns nothing before it is sold.
    """
    return min(elements.reference_usd_kg[e], market.delivered_usd_kg[e, d])


@rule
def _record_firms(history, state, params, month):
    for j in range(params.makers.home.shape[0]):
        to = history.makers[month, j]
        output = 0.0
        for l in range(2):
            for p in range(3):
                to[3 * l + p] = state.makers.capacity_t[j, l, p]
                output += state.makers.output_t[j, l, p]
            to[6 + l] = state.makers.plan_share[j, l]
            to[8 + l] = state.makers.move_benefit[j, l]
        to[10] = output
        to[11] = state.makers.cash_kusd[j]
        to[12] = _weighed_kusd(state.makers, j)
    _copy(history.move_terms[month], state.makers.move_terms)
    for i in range(params.importers.destination.shape[0]):
        to = history.importers[month, i]
        d = int(params.importers.destination[i])
        stock, bought, value = 0.0, 0.0, 0.0
        for e in range(params.elements.group.shape[0]):
            stock += state.importers.stock_t[i, e]
            bought += state.importers.bought_t[i, e]
            value += state.importers.stock_t[i, e] * prudent_usd_kg(state.market, params.elements, e, d)
        to[0], to[1], to[2], to[3] = state.importers.reliability[i], state.importers.cover_months[i], stock, bought
        to[4], to[5] = state.importers.lent_kusd[i], state.importers.cash_kusd[i]
        to[6], to[7] = state.importers.risk_wanted_months[i], value
