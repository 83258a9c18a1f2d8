"""One month, in order. Start here: whoever reads this page knows who does what, and when.

    1 news           demand drifts, the month's page is clean
    2 governments    the Chinese state, other governments, the case before the WTO
    3 beliefs        importers' trust, expectations of prices (from last month's market)
    4 firms decide   mines, makers, importers, users
    5 production     ore and oxide, scrap and swarf, magnets from the oxide in store
    6 the market     prices inside and outside China, flows by channel, licence prices
    7 deliveries     to users, makers, importers and reserves; magnets to end users
    8 accounts       money, pay-offs, mass

In a deciding stage an agent reads anything and writes only its own row, so the order of agents does not matter.
`agents/model.py` plays the same stages with Mesa agents; a test demands the same bits.
"""

from __future__ import annotations

from reabm.rules import accounts as money
from reabm.rules import (
    cover_rules,
    expectations,
    government_programmes,
    importers,
    limit_pricing,
    magnets,
    maker_plans,
    makers,
    market,
    mine_plans,
    mines,
    news,
    ore,
    payoffs,
    planned,
    policy,
    quantity_reply,
    quota,
    state_plans,
    trade,
    users,
    wants,
)  # fmt: skip
from reabm.rules.restrictions import mark_restrictions
from reabm.rules.rule import expanded_rule
from reabm.rules.sharing import share_out
from reabm.rules.strategies import OWN, QUANTITY_REPLY


@expanded_rule
def play_month(state, params, orders, scratch, draws, month):
    """Play one month.

    Parameters
    ----------
    state : State, *Overwritten*
    params : Params, read only
    orders : Orders; scratch : Scratch; *Overwritten*, nothing in them outlives the month
    draws : Draws, the month's luck, read only
    month : int, 0 is the first month of the run
    """
    hear_news(state, params, orders, scratch, draws, month)
    for row in range(params.governments.destination.shape[0]):
        act_government(state, params, row, month)
    follow_wto(state, params, draws, month)
    form_beliefs(state, params, scratch, month)
    for row in range(params.importers.destination.shape[0]):
        believe(state, params, row)
    look_around(state, params, scratch, month)
    for row in range(params.mines.zone.shape[0]):
        value_basket(state, params, scratch, row, month)
    for row in range(params.mines.zone.shape[0]):  # apart from the last, so that the processor works at several mines at once
        set_hurdle(state, params, scratch, row, month)
    for row in range(params.mines.zone.shape[0]):
        run_mine(state, params, draws, row, month)
    for row in range(params.makers.home.shape[0]):
        decide_maker(state, params, scratch, draws, row, month)
    for row in range(params.importers.destination.shape[0]):
        set_cover(state, params, row)
    for row in range(params.users.destination.shape[0]):
        save_material(state, params, scratch, row)
    for row in range(params.importers.destination.shape[0]):
        offer_offtake(state, params, row, month)
    order_magnets(state, params, scratch, month)
    for row in range(params.mines.zone.shape[0]):
        mine_ore(state, params, scratch, row, month)
    return_materials(state, params, scratch)
    for row in range(params.makers.home.shape[0]):
        make_magnets(state, params, scratch, row)
    clear_market(state, params, orders, scratch, month)
    deliver(state, params, scratch, month)
    keep_accounts(state, params, scratch, month)


# --- 1 news -----------------------------------------------------------------------------------------------------


@expanded_rule
def hear_news(state, params, orders, scratch, draws, month):
    """Demand drifts; the sums of last month are cleared; the stocks that the month opens with are noted."""
    news.clean_page(state.flows, scratch)
    news.hear_news(state.market, params.knobs.market, params.on, draws.demand)
    if month == 0:
        money.weigh_stocks(
            state.accounts.mass_t, state.importers, params.importers, state.makers, params.makers, state.governments,
            params.governments, state.goods,
        )  # fmt: skip
        payoffs.value_holdings(
            state.accounts.holdings_kusd, state.importers, params.importers, state.makers, params.makers, state.governments,
            params.governments, state.goods, params.elements,
        )  # fmt: skip
    for z in range(scratch.opening_mass_t.shape[0]):
        for e in range(scratch.opening_mass_t.shape[1]):
            scratch.opening_mass_t[z, e] = state.accounts.mass_t[z, e]
    scratch.opening_trust[0] = mean_trust(state, params)


@expanded_rule
def mean_trust(state, params):
    """Mean belief of importers outside China in its reliability."""
    total, weight = 0.0, 0.0
    for i in range(params.importers.destination.shape[0]):
        if params.importers.destination[i] > 0.5:
            total += params.importers.trade_share[i] * state.importers.reliability[i]
            weight += params.importers.trade_share[i]
    return total / weight if weight > 0.0 else 1.0


# --- 2 governments ----------------------------------------------------------------------------------------------


@expanded_rule
def act_government(state, params, row, month):
    """The government of a row sets its measures of the month."""
    strategy = planned.strategy_played(params.governments, state.governments, row)
    planned.forget_plan(state.governments, params.governments, row)
    if params.governments.is_chinese[row] > 0.5:
        if strategy < OWN:  # from there on a rule of its own has set them
            base = policy.OPEN_TRADE if strategy == planned.EXPORT_PATH else strategy
            policy.set_chinese_policy(state.policy, state.market, params.script, params.on, base, month)
            state_plans.depart_from_script(
                state.policy, params.script, params.elements.group, params.knobs.coercion, params.knobs.restraint,
                params.knobs.industry, params.on, base, month,
            )  # fmt: skip
        if strategy == planned.EXPORT_PATH and params.on.export_quota > 0.5:
            planned.set_path_quota(
                state.policy, state.market, state.governments, params.script, params.knobs, params.on, row, month
            )
        if strategy == policy.LIMIT_PRICING and params.on.export_quota > 0.5:
            limit_pricing.set_limit_quota(
                state.policy, state.market, state.mines, params.mines, state.users, params.users, state.makers, params.makers,
                params.elements, params.script, params.knobs, month,
            )  # fmt: skip
    else:
        policy.government_acts(
            state.governments, params.governments, params.script, state.flows, state.market, row, month, params.on
        )


@expanded_rule
def follow_wto(state, params, draws, month):
    """A case is opened and, when its time has come, decided; licences of a new half-year are issued."""
    policy.follow_wto(state.market, state.governments, params.knobs.quota, params.on, draws.world[0], month)
    quota.issue_licences(
        state.market, state.policy, params.script.new_half[month], params.script.new_year[month], params.script.half_year[month],
        params.knobs.quota.carry_over,
    )  # fmt: skip


# --- 3 beliefs --------------------------------------------------------------------------------------------------


@expanded_rule
def form_beliefs(state, params, scratch, month):
    """Expectations follow last month's prices; buyers note which elements are under licence."""
    importers.remember_licences(state.market, state.policy, params.knobs.beliefs.memory)
    if month > 0:
        expectations.update_expectations(
            state.market, params.elements, params.knobs.expectations, params.knobs.stocks, params.knobs.use, params.knobs.makers
        )


@expanded_rule
def believe(state, params, row):
    """An importer updates its belief in China's reliability."""
    d = int(params.importers.destination[row])
    seen, by_licence, by_quota = importers.disruption_seen(state.policy, state.market, params.knobs.beliefs, d)
    if params.importers.strategy[row] == cover_rules.LEARNING:
        cover_rules.learn_cover(
            state.importers, params.importers, state.flows, state.market, params.knobs.stocks, params.knobs.learning, params.on,
            seen, row,
        )  # fmt: skip
    importers.update_belief(state.importers, row, seen, by_licence, by_quota, params.knobs.beliefs.memory)


@expanded_rule
def look_around(state, params, scratch, month):
    """What agents see of each other before they decide: trust by destination, programmes, others' plants in China."""
    makers.count_others(scratch, state.makers, params.makers)
    makers.follow_work(state.market, scratch, state.makers, params.makers)
    mines.reckon(scratch, state.market, params.knobs.mines)
    mine_plans.count_builders(scratch, state.mines, params.mines, month)
    government_programmes.guarantee_prices(
        scratch, params.governments, params.importers, params.mines, params.script, params.elements, params.knobs.price_floor,
        params.on, month,
    )  # fmt: skip
    cover_rules.count_diversifiers(scratch.diversifies, params.importers)
    users.watch_prices(scratch, state.market, params.elements, params.knobs.use)
    n_dest = scratch.trust.shape[0]
    for d in range(n_dest):
        total, doubt, weight = 0.0, 0.0, 0.0
        for i in range(params.importers.destination.shape[0]):
            if int(params.importers.destination[i]) == d:
                total += params.importers.trade_share[i] * state.importers.reliability[i]
                doubt += params.importers.trade_share[i] * importers.doubt_besides_quota(state.importers, i)
                weight += params.importers.trade_share[i]
        scratch.trust[d] = total / weight if weight > 0.0 and d > 0 else 1.0
        scratch.doubt_in_china[d] = doubt / weight if weight > 0.0 and d > 0 else 0.0
        scratch.programme[d] = 1.0
        scratch.government_of[d] = -1.0
    for g in range(params.governments.destination.shape[0]):
        d = int(params.governments.destination[g])
        if params.governments.is_chinese[g] < 0.5:
            if d < 4:
                scratch.programme[d] = state.governments.thrift_programme[g]
            scratch.government_of[d] = g
    for g in range(scratch.legal_capacity_t.shape[0]):
        scratch.legal_capacity_t[g] = 0.0


# --- 4 firms decide ---------------------------------------------------------------------------------------------


@expanded_rule
def value_basket(state, params, scratch, row, month):
    """What a mine's basket is worth, now and by its expectation."""
    mines.value_mine(
        state.mines, params.mines, state.market, params.elements, params.script, params.knobs.mines, scratch, row, month,
        params.on,
    )  # fmt: skip


@expanded_rule
def set_hurdle(state, params, scratch, row, month):
    """At which expected worth of the basket the owner of a mine would build."""
    mines.set_hurdle(state.mines, params.mines, params.knobs.mines, scratch.annuity[0], row)
    mine_plans.follow_herd(state.mines, params.mines, params.knobs.mines, scratch, row, month)


@expanded_rule
def run_mine(state, params, draws, row, month):
    """A mine is built, ramps up or down, is mothballed, fails or restarts."""
    if params.mines.strategy[row] == QUANTITY_REPLY:
        quantity_reply.reply_to_quota(
            state.mines, params.mines, state.policy, params.users, params.elements, params.script, row, month
        )
    else:
        mines.decide_mine(state.mines, params.mines, params.knobs.mines, params.script, draws.mines, row, month, params.on)


@expanded_rule
def decide_maker(state, params, scratch, draws, row, month):
    """A maker costs its lines, weighs the move, chooses where they stand, asks its price."""
    cost_lines(state, params, scratch, row)
    weigh_move(state, params, scratch, row)
    choose_location(state, params, scratch, draws, row, month)
    ask_price(state, params, row)


@expanded_rule
def cost_lines(state, params, scratch, row):
    """Plants that are ready start up, magnets are redesigned, and a kilogram is costed in every place."""
    makers.finish_building(state.makers, params.makers, row)
    magnets.design_out(state.makers, params.makers, scratch, state.market, params.knobs.use, params.on, row)
    makers.cost_lines(state.makers, params.makers, state.market, params.knobs.makers.demand_gain, row)


@expanded_rule
def weigh_move(state, params, scratch, row):
    """A maker weighs what having each line in China would bring."""
    makers.weigh_move(
        state.makers, params.makers, state.market, state.governments, scratch.government_of, scratch.doubt_in_china,
        state.goods.knowledge[0], scratch.others_in_china, params.knobs.makers, params.on, row,
    )  # fmt: skip
    maker_plans.share_cost_with_partner(state.makers, params.makers, row)


@expanded_rule
def choose_location(state, params, scratch, draws, row, month):
    """A maker plans where its lines should stand, and starts to build or to close."""
    makers.choose_location(
        state.makers, params.makers, state.governments, scratch.government_of, state.market, params.knobs.makers, draws.makers,
        params.on, row, month,
    )  # fmt: skip


@expanded_rule
def ask_price(state, params, row):
    """A maker asks its price in every place."""
    magnets.ask_price(state.makers, params.makers, row)


@expanded_rule
def set_cover(state, params, row):
    """An importer sets the stock it wants."""
    if params.importers.strategy[row] < OWN:  # from there on a rule of its own has set it
        importers.set_cover(state.importers, params.importers, params.knobs.stocks, params.on, row)
        cover_rules.choose_cover(state.importers, params.importers, params.knobs.stocks, params.knobs.learning, row)


@expanded_rule
def save_material(state, params, scratch, row):
    """A use sector substitutes and saves."""
    users.save_material(state.users, params.users, scratch, params.knobs.use, params.on, row)


@expanded_rule
def offer_offtake(state, params, row, month):
    """An importer with a cheque book finances a mine; in the order of rows, as a mine takes the first offer."""
    importers.offer_offtake(
        state.importers, params.importers, state.mines, params.mines, state.market, params.elements, params.knobs.mines,
        params.knobs.stocks, params.on, row, month,
    )  # fmt: skip


@expanded_rule
def order_magnets(state, params, scratch, month):
    """End users order magnets; orders are shared among plants; prices and know-how follow."""
    magnets.order_magnets(
        state.flows, scratch, state.goods, params.makers, state.market, state.market.shock, params.script.recession, month
    )
    magnets.plan_output(
        state.makers, state.flows, state.goods, params.makers, state.policy, state.market, params.knobs.makers, scratch.appeal,
        month,
    )  # fmt: skip
    for l in range(params.makers.content.shape[0]):
        magnets.price_magnets(state.flows, state.makers, params.makers, params.knobs.makers.demand_gain, l)
    makers.learn(state.goods, state.makers, params.makers, params.knobs.knowledge, params.on)
    for m in range(params.mines.zone.shape[0]):
        if params.mines.kind[m] < 0.5:
            scratch.legal_capacity_t[int(params.mines.group[m])] += params.mines.capacity_t[m, month]


# --- 5 production -----------------------------------------------------------------------------------------------


@expanded_rule
def mine_ore(state, params, scratch, row, month):
    """A mine's ore of the month, separated and brought to market."""
    ore.mine_ore(
        state.mines, params.mines, state.policy, state.market, params.elements, params.knobs.mines, scratch.legal_capacity_t,
        row, month,
    )  # fmt: skip
    ore.bring_to_market(
        state.flows,
        scratch,
        state.mines,
        params.mines,
        params.importers.destination,
        params.elements.group,
        params.on,
        row,
        month,
    )


@expanded_rule
def return_materials(state, params, scratch):
    """Swarf and scrap come back as oxide."""
    users.return_swarf(state.flows, state.goods, scratch, params.knobs.use)
    users.return_scrap(
        state.flows, state.goods, scratch, params.users, state.market, params.elements, params.knobs.use, params.on
    )
    last = scratch.origin_t.shape[0] - 1
    for e in range(scratch.origin_t.shape[1]):
        scratch.origin_t[last, e] += state.flows.swarf_returned_t[1, e] + state.flows.scrap_returned_t[1, e]


@expanded_rule
def make_magnets(state, params, scratch, row):
    """A maker turns the oxide in its stores into magnets."""
    if params.makers.makes_alloy[row] < 0.5:
        magnets.make_magnets(
            state.makers, state.goods, params.makers, params.knobs.makers, params.knobs.use, row, scratch.made_t,
            scratch.made_oxide_t,
        )  # fmt: skip


# --- 6 the market -----------------------------------------------------------------------------------------------


@expanded_rule
def clear_market(state, params, orders, scratch, month):
    """All curves are summed, the market is cleared, prices are taken."""
    mark_restrictions(scratch, state.policy, state.flows, state.market)
    wants.sum_wants(
        scratch, state.users, params.users, state.makers, params.makers, state.importers, params.importers, state.governments,
        params.governments, state.policy, state.market, params.knobs.stocks, params.knobs.makers, params.script, params.on, month,
    )  # fmt: skip
    wants.count_alloy_in_china(scratch, state.makers, params.makers)
    market.release_licences(
        state.market, state.policy, scratch, state.flows, params.elements, params.script, params.knobs, params.on, month
    )
    market.write_orders(orders, scratch, state.flows, state.policy, state.market, params.elements, params.knobs, params.on, month)
    market.clear_market(orders, state.cleared, state.market, state.policy)
    market.take_prices(state.market, state.cleared, scratch)


# --- 7 deliveries -----------------------------------------------------------------------------------------------


@expanded_rule
def deliver(state, params, scratch, month):
    """What was bought reaches its buyers; flows are traced to their origin; magnets reach end users."""
    share_out(
        scratch, state.flows, state.goods, state.users, params.users, state.makers, params.makers, state.importers,
        params.importers, state.governments, params.governments, state.policy, state.market, params.elements, params.knobs.stocks,
        state.cleared,
    )  # fmt: skip
    for e in range(params.elements.group.shape[0]):
        trade.trace_flows(state.flows, scratch, state.cleared, e, trade.NORMAL_TRADE_GAIN)
    for l in range(params.makers.content.shape[0]):
        magnets.deliver_magnets(state.flows, state.goods, scratch, l, scratch.made_t, scratch.made_oxide_t)


# --- 8 accounts -------------------------------------------------------------------------------------------------


@expanded_rule
def keep_accounts(state, params, scratch, month):
    """Money is booked, each side's pay-off is counted, and all mass must still be there."""
    delay_cost = state.policy.delay_months[0] * params.knobs.mines.discount_rate / 12.0
    money.settle_money(
        state.accounts, state.flows, scratch, state.market, state.cleared, state.policy, params.knobs,
        params.knobs.mines.payability, delay_cost,
    )  # fmt: skip
    money.book_makers(state.makers, params.makers, state.market)
    mined = 0.0
    for e in range(params.elements.group.shape[0]):
        mined += state.flows.mined_t[0, e]
    lost_trust = max(0.0, scratch.opening_trust[0] - mean_trust(state, params))
    payoffs.count_surplus(
        state.accounts, state.flows, scratch, state.market, params.elements, state.makers, params.makers, state.importers,
        params.importers, params.users,
    )  # fmt: skip
    payoffs.value_holdings(
        state.accounts.new_holdings_kusd, state.importers, params.importers, state.makers, params.makers, state.governments,
        params.governments, state.goods, params.elements,
    )  # fmt: skip
    payoffs.book_holdings(state.accounts)
    payoffs.count_gains(
        state.accounts, state.flows, state.mines, params.mines, state.policy, params.knobs.payoffs, mined, state.goods.leaked[0],
        lost_trust,
    )  # fmt: skip
    government_programmes.pay_guarantees(state.accounts, state.governments, scratch, params.governments)
    money.weigh_stocks(
        state.accounts.mass_t, state.importers, params.importers, state.makers, params.makers, state.governments,
        params.governments, state.goods,
    )  # fmt: skip
    money.check_mass(state.accounts, scratch.opening_mass_t, state.accounts.mass_t, state.flows, scratch, scratch.lost_t)
