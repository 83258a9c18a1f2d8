"""Adding up a month's pay-offs: what one party pays another gets, beside what is used, spent on work, and held."""

from __future__ import annotations

from math import fsum, log

import numpy as np

from reabm.engine.run import prepare
from reabm.rules.accounts import (
    ALLOY_EXPORTERS,
    CHINESE_MINERS,
    CHINESE_STATE,
    EXPORTERS,
    FREIGHT,
    ILLEGAL_MINERS,
    LICENCE_HOLDERS,
    OUTSIDE_MINERS,
    SMUGGLERS,
)
from reabm.rules.makers import HOME, IN_CHINA
from reabm.rules.payoffs import magnet_users_loss_kusd, main_element, users_loss_usd_kg
from reabm.rules.rule import rule
from reabm.scenario import Scenario
from tests.economics.steps import Month, step

# Accounts of the ledger that are no party of a country; re-exporters and recyclers are counted with importers and sectors.
OTHERS = (
    CHINESE_MINERS,
    ILLEGAL_MINERS,
    OUTSIDE_MINERS,
    CHINESE_STATE,
    LICENCE_HOLDERS,
    EXPORTERS,
    SMUGGLERS,
    ALLOY_EXPORTERS,
    FREIGHT,
)
ROUNDING = 1e-12  # of what changes hands and of what is held


@rule
def users_loss(price, reference, elasticity, choke_log, curve):  # type: ignore[no-untyped-def]
    return users_loss_usd_kg(log(price / reference), reference, elasticity, choke_log, curve)


@rule
def magnet_loss(price, reference, elasticity, wanted_t):  # type: ignore[no-untyped-def]
    return magnet_users_loss_kusd(price, reference, elasticity, wanted_t)


@rule
def lost_load_row(params, line):  # type: ignore[no-untyped-def]
    return main_element(params, line)


def leak_kusd(month: Month) -> tuple[float, float]:
    """Cash that some party pays and none gets (or the other way round) in a month, and what changes hands and is held.

    The surplus of all parties, less the change of what they hold, less what use is worth to users, plus what is spent on
    work, is their cash; with the accounts that have no party it must be nothing.
    """
    accounts = month.after.accounts
    held = month.before.accounts.holdings_kusd
    if month.number == 0:  # the opening is valued in the first month: nothing is known of it before
        return 0.0, 0.0
    cash = [fsum(accounts.surplus_kusd.ravel()), -fsum(accounts.holdings_kusd.ravel()), fsum(held.ravel())]
    cash += [-use_is_worth_kusd(month), -magnets_are_worth_kusd(month), spent_on_work_kusd(month)]
    cash += [accounts.ledger_kusd[account] for account in OTHERS]
    cash.append(waiting_kusd(month))
    return fsum(cash), accounts.turnover_kusd[0] + fsum(np.abs(held.ravel()))


def use_is_worth_kusd(month: Month) -> float:
    """What oxide is worth to the sectors that use it, beyond what their use at reference prices is worth to them."""
    elements, users, market = month.params.elements, month.params.users, month.after.market
    worth = []
    for d in range(market.delivered_usd_kg.shape[1]):
        z = 0 if d == 0 else 1
        used = np.sum(month.after.users.used_t[users.destination == d], axis=0)
        for e, price in enumerate(market.delivered_usd_kg[:, d]):
            row = (elements.reference_usd_kg[e], elements.elasticity[e], elements.choke_log[e], elements.curve[e])
            loss = month.scratch.habit_loss_usd_kg[z, e] + month.scratch.habit[z, e] * users_loss(price, *row)
            worth.append(price * used[e] - month.scratch.sector_use_t[d, e] * loss)
    return fsum(worth)


def magnets_are_worth_kusd(month: Month) -> float:
    """The same of magnets to those who build them in, less the lost load of those not to be had."""
    flows, makers = month.after.flows, month.params.makers
    worth = []
    for l, reference in enumerate(makers.reference_usd_kg):
        lost_load = reference * month.params.elements.lost_load[lost_load_row(makers, l)]
        for d, price in enumerate(month.scratch.ordered_usd_kg[l]):
            missing = flows.unserved_t[l, d]
            wanted = flows.magnet_use_t[l, d] + missing
            worth.append(
                wanted * price - magnet_loss(price, reference, makers.demand_elasticity[l], wanted) - missing * lost_load
            )
    return fsum(worth)


def spent_on_work_kusd(month: Month) -> float:
    """What makers spend on conversion, makers and sectors on redesign, and what is lost by poorer grades."""
    output, makers = month.after.makers.output_t, month.params.makers
    spent = [*month.scratch.user_redesign_kusd, *month.scratch.maker_redesign_kusd[makers.makes_alloy < 0.5]]
    for j, home in enumerate(makers.home):
        for p in range(3):
            place = IN_CHINA if home == 0 and p == HOME else p
            spent += list(output[j, :, p] * makers.conversion_usd_kg[:, place])
    return fsum(spent)


def waiting_kusd(month: Month) -> float:
    """What buyers pay for the time in which licences are awaited: it goes to those who lend, who are no party."""
    policy, market = month.after.policy, month.after.market
    rate = policy.delay_months[0] * month.params.knobs.mines.discount_rate / 12.0
    legal = np.sum(month.after.flows.legal_t[:, 1:], axis=1)
    return float(rate * np.sum(policy.licence_scope * market.china_usd_kg * legal))


def leaks(scenario: Scenario, seed: int = 0) -> list[str]:
    """Months that leak, and how much."""
    found = []
    for month in step(prepare(scenario), seed):
        leak, gross = leak_kusd(month)
        if not abs(leak) <= ROUNDING * gross:
            turnover = month.after.accounts.turnover_kusd[0]
            found.append(f"month {month.number}: {leak:.3g} kUSD, {abs(leak) / turnover:.1e} of turnover")
    return found
