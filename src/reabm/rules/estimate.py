"""The world as an agent that plans ahead believes it to be: what nobody outside a firm sees is put in from what is seen."""

from __future__ import annotations

from reabm.rules.accounts import weigh_stocks
from reabm.rules.magnets import place_of_purchase
from reabm.rules.mines import ILLEGAL
from reabm.rules.payoffs import value_holdings
from reabm.rules.rule import inline_rule, rule

IN_USE_SHARE = 0.5  # share of a product's life that what is in use has served (as a run is opened)


@rule
def estimate_state(state, params, errors, month):
    """Put in for everything that the planner cannot see what it would take it for, from what it sees and with its own errors.

    Not seen: stocks of oxide and magnets outside its own reserve, scrap in use, the demand shock of the month, output of
    illegal mines and what was smuggled, and whether a case before the WTO that is open will be won (it reckons to lose it
    after the usual time). None of these is read, so that no change of one can move a plan. Seen: prices, licences, trade and
    use of last month, mines and plants with what is under construction, designs, announced programmes, and trust, which
    follows from the measures that were taken.

    Parameters
    ----------
    state : State, a copy, *Overwritten*
    params : Params, read only
    errors : float array, shape (importers + makers + governments + 1,), factors on the stocks of each and on users' magnets
    month : int, the next one to be played

    Notes
    -----
    A project assumption: importers hold their base cover of use at reference prices, makers their usual cover of the oxide that they
    need, governments the reserve they announced, users of magnets their usual cover of what they want.
    """
    flows, goods, elements = state.flows, state.goods, params.elements
    n, n_dest = flows.used_t.shape
    k = 0
    for i in range(params.importers.destination.shape[0]):
        d = int(params.importers.destination[i])
        cover = params.importers.base_cover_months[i] * params.importers.trade_share[i] * errors[k]
        k += 1
        for e in range(n):
            state.importers.stock_t[i, e] = cover * usual_use_t(state, params, d, e, month)
            state.importers.bought_t[i, e] = 0.0
    lines = params.makers.content.shape[0]
    for j in range(params.makers.home.shape[0]):
        cover = (1.0 + params.knobs.makers.oxide_cover_months) * errors[k] * (1.0 - params.makers.makes_alloy[j])
        k += 1
        for p in range(3):
            for e in range(n):
                need = 0.0
                for l in range(lines):
                    need += state.makers.planned_t[j, l, p] * params.makers.content[l, e] * (1.0 - state.makers.thrift[j, e])
                state.makers.oxide_t[j, p, e] = cover * need
                state.makers.bought_t[j, p, e] = need
    for g in range(params.governments.destination.shape[0]):
        d = int(params.governments.destination[g])
        for e in range(n):
            announced = state.governments.reserve_months[g] * flows.used_t[e, d] * errors[k]
            state.governments.reserve_t[g, e] = 0.0 if params.governments.is_chinese[g] > 0.5 else announced
        k += 1
    for d in range(n_dest):
        for l in range(lines):
            held = params.makers.cover_months[l] * params.makers.demand_t[l, d, month] * errors[k]
            goods.magnets_t[l, d] = held
            for e in range(n):
                goods.magnet_oxide_t[l, d, e] = held * params.makers.content[l, e] * (1.0 - params.knobs.use.swarf_loss)
        for e in range(n):
            goods.in_use_t[d, e] = IN_USE_SHARE * flows.used_t[e, d] * params.users.life_months[e]
            flows.smuggled_t[e, d] = 0.0
    for z in range(2):
        state.market.shock[z] = 0.0
        for e in range(n):
            left = (
                flows.swarf_returned_t[z, e] / params.knobs.use.swarf_recovery if params.knobs.use.swarf_recovery > 0.0 else 0.0
            )
            goods.swarf_t[z, e] = left * params.knobs.use.swarf_delay_months
    for m in range(params.mines.kind.shape[0]):
        if params.mines.kind[m] == ILLEGAL:
            state.mines.ore_t[m] = 0.0
    if state.market.wto_month[0] >= 0.0 and state.market.quota_banned[0] < 0.5:
        state.market.wto_month[0] = month + params.knobs.quota.wto_lag_months
    weigh_stocks(
        state.accounts.mass_t, state.importers, params.importers, state.makers, params.makers, state.governments,
        params.governments, goods,
    )  # fmt: skip
    value_holdings(
        state.accounts.holdings_kusd, state.importers, params.importers, state.makers, params.makers, state.governments,
        params.governments, goods, elements,
    )  # fmt: skip


@inline_rule
def usual_use_t(state, params, d, e, month):
    """Oxide of an element that sectors of a destination and makers who buy there would use at reference prices, t/month.

    From the level of demand, designs, and what plants make; neither the month's price nor its shock.
    """
    use = 0.0
    for u in range(params.users.destination.shape[0]):
        if int(params.users.destination[u]) == d:
            level = params.users.demand_t[u, month] * params.script.recession[d, month]
            use += level * params.users.mix[u, e] * (1.0 - state.users.thrift[u, e])
    for j in range(params.makers.home.shape[0]):
        if params.makers.makes_alloy[j] < 0.5:
            for p in range(3):
                if place_of_purchase(params.makers, j, p) == d:
                    for l in range(params.makers.content.shape[0]):
                        need = state.makers.planned_t[j, l, p] * params.makers.content[l, e]
                        use += need * (1.0 - state.makers.thrift[j, e])
    return use
