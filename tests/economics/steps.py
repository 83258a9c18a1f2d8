"""A run played month by month, with the state at the end of each month, and the rules of book-keeping it must obey."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum, inf
from typing import NamedTuple

import numpy as np

from reabm.engine.run import Prepared, play_months
from reabm.rules.reference import by_reference
from reabm.scenario.pack import write_page
from reabm.world.draws import empty_draws
from reabm.world.history import MONTH_COLUMNS, History, empty_history
from reabm.world.params import Params
from reabm.world.state import Scratch, State, copy_state

STOCK_TOLERANCE_T = 1e-9
EPS = float(np.finfo(float).eps)


class Month(NamedTuple):
    """The world at the end of a month, and before it. The arrays are read only and change with the next month."""

    number: int
    before: State
    after: State
    params: Params
    scratch: Scratch
    history: History


def step(prepared: Prepared, seed: int) -> Iterator[Month]:
    """Every month of a run in turn."""
    scenario = prepared.scenario
    state, block = copy_state(prepared.opening, prepared.sizes)
    draws, history = empty_draws(prepared.sizes), empty_history(prepared.sizes)
    rest = [by_reference(values) for values in (draws, history)]
    for stretch in prepared.segments:
        orders, scratch = write_page(scenario.at(scenario.start + stretch.first), stretch.params)
        page = [by_reference(values) for values in (state, stretch.params, orders, scratch)]
        for month in range(stretch.first, stretch.last + 1):
            before, _ = copy_state(block, prepared.sizes)
            play_months(
                *page, *rest, prepared.keys, np.uint64(seed), scenario.start, month, month, prepared.watched,
            )  # fmt: skip
            yield Month(month, before, state, stretch.params, scratch, history)


def faults(month: Month) -> list[str]:
    """Every rule of book-keeping that a month breaks, in words; none in a sound month."""
    found: list[str] = []
    for check in (_stocks, _prices, _shares, _ratchets, _quota, _restrictions, _capacity, _magnets, _mass, _money):
        found += [f"month {month.number}: {fault}" for fault in check(month)]
    return found


def oxide_t(state: State) -> float:
    """Oxide in all stocks of the world: what is built into products has left the market."""
    goods = state.goods
    stocks = (state.importers.stock_t, state.makers.oxide_t, state.governments.reserve_t, goods.swarf_t,
              goods.magnet_oxide_t, goods.state_stock_t)  # fmt: skip
    return fsum(fsum(stock.ravel()) for stock in stocks)


def _stocks(month: Month) -> Iterator[str]:
    state = month.after
    goods = state.goods
    stocks = {
        "importers": state.importers.stock_t, "makers": state.makers.oxide_t, "reserves": state.governments.reserve_t,
        "swarf": goods.swarf_t, "in use": goods.in_use_t, "magnets": goods.magnets_t, "in magnets": goods.magnet_oxide_t,
        "state reserve": goods.state_stock_t, "licences": state.market.bank_t,
    }  # fmt: skip
    for name, stock in stocks.items():
        if not np.all(stock >= -STOCK_TOLERANCE_T):
            yield f"stock of {name} is {np.min(stock):.3g}"


def _prices(month: Month) -> Iterator[str]:
    market, flows = month.after.market, month.after.flows
    prices = {
        "china": market.china_usd_kg, "outside": market.outside_usd_kg, "delivered": market.delivered_usd_kg,
        "anchor": market.anchor_usd_kg, "magnets": flows.magnet_usd_kg,
    }  # fmt: skip
    for name, price in prices.items():
        if not np.all(np.isfinite(price) & (price > 0.0)):
            yield f"price {name} is {np.min(price):.3g}"
    if not np.all(market.licence_usd_kg >= 0.0):
        yield "licence price below zero"
    if market.status[0] != 0.0:
        yield f"market not solved: status {market.status[0]:g}"


def _shares(month: Month) -> Iterator[str]:
    state = month.after
    shares = {
        "reliability": state.importers.reliability,
        "thrift of users": state.users.thrift,
        "saved by makers": state.makers.saved,
        "pinch of licences": state.market.pinch,
        "plan": state.makers.plan_share,
        "knowledge": state.goods.knowledge,
        "rationed": state.market.rationed_share,
        "nerve": state.market.nerve,
        "utilisation": state.mines.utilisation,
        "sold ahead": state.mines.contract_share,
        "approval": state.policy.approval,
        "embargo": state.policy.embargo,
        "exposure": state.governments.exposure,
    }
    row = month.history.months[month.number]
    shares |= {name: row[i] for i, (name, unit, _) in enumerate(MONTH_COLUMNS) if unit == "share"}
    for name, share in shares.items():
        if not np.all((share >= -1e-12) & (share <= 1.0 + 1e-9)):
            yield f"share {name} is {np.min(share):.6g} to {np.max(share):.6g}"


def _ratchets(month: Month) -> Iterator[str]:
    before, after = month.before, month.after
    if np.any(after.users.thrift < before.users.thrift) or np.any(after.makers.saved < before.makers.saved):
        yield "thrift fell"
    if after.goods.knowledge[0] < before.goods.knowledge[0]:
        yield "know-how fell"


def _quota(month: Month) -> Iterator[str]:
    """Legal exports stay within the licences at hand; what is left is in the bank, what is carried over is allowed."""
    policy, script, t = month.after.policy, month.params.script, month.number
    pooled = policy.pools_groups[0] > 0.5
    groups = range(1) if pooled else range(policy.quota_t.shape[0])
    legal = np.sum(month.after.flows.legal_t, axis=1)
    was_pooled = t == 0 or script.pools_groups[t - 1] > 0.5
    for g in groups:
        if policy.quota_t[g] == inf:
            continue
        carried = month.before.market.bank_t[g] if was_pooled == pooled else float(np.max(month.before.market.bank_t))
        if script.new_year[t] > 0.5:
            carried *= month.params.knobs.quota.carry_over
        at_hand = carried + (policy.quota_t[g] if script.new_half[t] > 0.5 else 0.0)
        issued = month.before.market.issued_t[g]
        if script.new_half[t] < 0.5 and issued != policy.quota_t[g]:  # changed by a lever: counts for the months left
            part = script.half_year[t] / 6.0
            at_hand = max(0.0, at_hand + (policy.quota_t[g] - (issued if issued < inf else 0.0)) * part)
        used = float(np.sum(legal)) if pooled else float(np.sum(legal[month.params.elements.group == g]))
        slack = 1e-6 * max(1.0, at_hand)
        if used > at_hand + slack:
            yield f"legal exports of {used:.6g} t with licences for {at_hand:.6g} t"
        if month.after.market.bank_t[g] > at_hand - used + slack:
            yield f"licences used twice: {month.after.market.bank_t[g]:.6g} t left of {at_hand:.6g} after {used:.6g}"


def _restrictions(month: Month) -> Iterator[str]:
    legal, scratch = month.after.flows.legal_t, month.scratch
    held = (scratch.restricted > 0.5) & (legal > scratch.allowed_t * (1.0 + 1e-6) + 1e-6)
    held[:, 0] = False
    everywhere = np.all(scratch.restricted[:, 1:] > 0.5, axis=1)  # then what is allowed to all is shared by all
    total = np.sum(legal, axis=1) > np.sum(scratch.allowed_t[:, 1:], axis=1) * (1.0 + 1e-6) + 1e-6
    if np.any(held[~everywhere]) or np.any(total & everywhere):
        yield "a restricted country got more legal shipments than allowed"
    channels = (month.after.flows.legal_t, month.after.flows.alloy_t, month.after.flows.smuggled_t, month.after.flows.outside_t)
    if min(float(np.min(flow)) for flow in channels) < -1e-9 or np.any(month.after.flows.reverse_t < 0.0):
        yield "a flow below zero"


def _capacity(month: Month) -> Iterator[str]:
    before, after, params, t = month.before, month.after, month.params, month.number
    if np.any(after.makers.output_t > np.maximum(before.makers.capacity_t, after.makers.capacity_t) + 1e-9):
        yield "a maker made more than its plants can"
    grown = np.sum(before.makers.capacity_t, axis=2) * (1.0 + params.makers.growth[:, None])
    if not np.allclose(np.sum(after.makers.capacity_t, axis=2), grown, rtol=1e-12, atol=1e-12):
        yield "a maker's capacity changed beyond scripted growth"
    if np.any(after.makers.capacity_t < -1e-9) or np.any(after.makers.output_t < -1e-12):
        yield "capacity or output of a maker below zero"
    kind = params.mines.kind
    most = params.mines.capacity_t[:, t] * np.where(kind == 1.0, 2.0, np.where(kind == 2.0, after.mines.utilisation, 1.0))
    if np.any(after.mines.ore_t > most * (1.0 + 1e-12) + 1e-12) or np.any(after.mines.ore_t < 0.0):
        yield "a mine mined more than it can"


def _magnets(month: Month) -> Iterator[str]:
    before, after = month.before.goods.magnets_t, month.after.goods.magnets_t
    flows = month.after.flows
    made = np.sum(month.after.makers.output_t, axis=(0, 2))
    arrived = np.sum(flows.magnets_t, axis=(0, 2))
    if not np.allclose(arrived, made, rtol=1e-9, atol=1e-9):
        yield f"magnets made {made} and delivered {arrived} differ"
    kept = before + np.sum(flows.magnets_t, axis=0) - flows.magnet_use_t
    if not np.allclose(after, kept, rtol=1e-9, atol=1e-9):
        yield "magnets in store do not close"


def _mass(month: Month) -> Iterator[str]:
    """The world's oxide, summed here anew; and the residuals that the engine booked by zone and element."""
    flows = month.after.flows
    opening, closing = oxide_t(month.before), oxide_t(month.after)
    gained = fsum(flows.mined_t.ravel()) - fsum(flows.tailings_t.ravel())
    lost = fsum(month.scratch.lost_t.ravel())
    gross = opening + closing + abs(gained) + abs(lost)
    limit = 1e-9 + 64 * EPS * gross
    if not abs(opening + gained - lost - closing) <= limit:
        yield f"the world's oxide does not close by {opening + gained - lost - closing:.3g} t"
    if not np.max(np.abs(month.after.accounts.mass_error_t)) <= limit:
        yield f"booked mass error {np.max(np.abs(month.after.accounts.mass_error_t)):.3g} t"
    supply = fsum(flows.supply_t.ravel())
    taken = fsum(flows.taken_t.ravel())
    if not abs(supply - taken) <= 1e-9 * max(1.0, supply):
        yield f"supplied {supply:.9g} t, taken {taken:.9g} t"


def _money(month: Month) -> Iterator[str]:
    accounts = month.after.accounts
    error = abs(fsum(accounts.ledger_kusd))
    if not error <= max(1e-9, 1e-12 * accounts.turnover_kusd[0]):
        yield f"the ledger does not close by {error:.3g} kUSD"
