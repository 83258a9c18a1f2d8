"""Governments, scripted policy and news -> arrays by month; gross weight of quotas becomes oxide here."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np

from reabm.scenario.names import named
from reabm.scenario.pack_values import code, monthly
from reabm.scenario.quantity import Series
from reabm.scenario.scenario import Scenario
from reabm.world import params as p
from reabm.world.layout import Array
from reabm.world.state import DESTINATIONS


def pack_governments(scenario: Scenario, to: p.GovernmentParams) -> None:
    """Fill the governments' arrays."""
    for g, government in enumerate(scenario.governments.values()):
        to.destination[g] = DESTINATIONS.index(government.destination)
        to.is_chinese[g] = 1.0 if government.destination == "china" else 0.0
        kind = "state" if government.destination == "china" else "government"
        to.strategy[g] = code(kind, government.strategy)
        to.reserve_speed[g] = government.stockpile_speed.value
        to.exposure_threshold[g] = government.exposure_threshold.value
        to.subsidy_share[g] = government.subsidy_share.value
        to.reserve_months[g] = government.stockpile_months.value
        to.candidates[g] = -1.0
        to.candidates[g, : len(government.candidates)] = [code(kind, name) for name in government.candidates]


def pack_script(scenario: Scenario, to: p.Script) -> None:
    """Fill the months of scripted policy and news."""
    n = scenario.n_months
    policy = scenario.policy
    names = named(scenario)
    months = np.arange(scenario.start, scenario.start + n)
    to.half_year[:] = 6 - months % 6
    to.new_half[:] = months % 6 == 0
    to.new_half[0] = 1.0
    to.new_year[:] = months % 12 == 0
    to.year_end[:] = months % 12 == 11

    def series(given: Series | None, default: float) -> Array:
        return np.full(n, default) if given is None else monthly(scenario, given)

    pack_quota(scenario, to)
    for e, name in enumerate(names.elements):
        group = scenario.elements[name].group
        to.tax[e] = series(policy.export_tax.get(name, policy.export_tax.get(group)), 0.0)
        to.licence_scope[e] = 0.0
    to.vat[:] = series(policy.vat_unrefunded, 0.0)
    to.alloy_open[0] = 1.0 - series(policy.alloy_in_quota.low_grade, 0.0)
    to.alloy_open[1] = 1.0 - series(policy.alloy_in_quota.high_grade, 0.0)
    for g, quota in enumerate((policy.production_quota.light, policy.production_quota.heavy)):
        values = series(quota, inf) / 12.0
        to.production_quota_t[g] = np.where(np.isnan(values), inf, values)
    to.over_quota[:] = series(policy.over_quota, 1.0)
    to.crackdown[:] = series(policy.crackdown, 0.0)
    for m, name in enumerate(names.mines):
        to.halt[m] = series(policy.halts.get(name), 0.0)
    for d, name in enumerate(DESTINATIONS):
        if d > 0:
            to.embargo[d] = series(policy.embargo.get(name), 0.0)  # type: ignore[call-overload]
        to.recession[d] = series(scenario.news.recession.get(name), 1.0)  # type: ignore[call-overload]
    to.withhold[:] = series(policy.withhold_quota, 0.0)
    _pack_licence(scenario, to, series)
    to.purchase_t[:] = series(policy.state_purchases, 0.0)
    to.thrift_programme[:] = 1.0
    for g, name in enumerate(names.governments):
        to.complaint[g] = -1.0
        given = policy.governments.get(name)
        if given is None:
            continue
        to.subsidy[g] = series(given.subsidy, 0.0)
        to.thrift_programme[g] = series(given.thrift_programme, 1.0)
        to.reserve_months[g] = series(given.stockpile, 0.0)
        to.venture_block[g] = series(given.venture_block, 0.0)
        if given.complaint is not None:
            to.complaint[g] = max(0, given.complaint - scenario.start)
        if given.price_floor is not None:
            m = names.mines.index(given.price_floor.mine)
            e = names.elements.index(given.price_floor.element)
            to.mine_floor_usd_kg[:, m, e] = series(given.price_floor.price, 0.0)
        for mine, support in given.mine_support.items():
            to.mine_support[names.mines.index(mine)] = series(support, 0.0)
    to.rigid_prices[:] = 1.0


def pack_quota(scenario: Scenario, to: p.Script) -> None:
    """Half-year quotas in gross weight become tonnes of oxide; light and heavy parts pool where only a total is set."""

    def series(given: Series | None, default: float) -> Array:
        return np.full(scenario.n_months, default) if given is None else monthly(scenario, given)

    quota = scenario.policy.export_quota
    gross = scenario.scalars["market.gross_weight_ratio"].value
    total = series(quota.total, np.nan) / gross
    light = series(quota.light, np.nan) / gross
    heavy = series(quota.heavy, np.nan) / gross
    first_split = inf
    if quota.light is not None and quota.heavy is not None:
        first_split = max(min(quota.light.values), min(quota.heavy.values))
    is_split = np.arange(scenario.start, scenario.start + scenario.n_months) >= first_split
    is_split &= ~(np.isnan(light) & np.isnan(heavy))
    for g, part in enumerate((light, heavy)):
        quota_t = np.where(is_split, part, total)
        to.quota_t[g] = np.where(np.isnan(quota_t), inf, quota_t)
    to.pools_groups[:] = np.where(is_split, 0.0, 1.0)


def _pack_licence(scenario: Scenario, to: p.Script, series: Any) -> None:
    """Where a licence regime is in force: from the first dated approval on."""
    licence = scenario.policy.licence
    names = named(scenario)
    to.approval[:] = 1.0
    dates = [min(approval.values) for approval in licence.approval.values()]
    first = min(dates) if dates else inf
    months = np.arange(scenario.start, scenario.start + scenario.n_months)
    in_force = np.where(months >= first, 1.0, 0.0)
    for d, name in enumerate(DESTINATIONS):
        given = licence.approval.get(name)  # type: ignore[call-overload]
        if given is not None:
            to.approval[d] = np.where(in_force > 0.0, monthly(scenario, given), 1.0)
    to.delay_months[:] = series(licence.delay, 0.0) * in_force
    if "oxide" in licence.stages:
        for name in licence.elements:
            to.licence_scope[names.elements.index(name)] = in_force
    if "magnet" in licence.stages:
        to.magnets_in_scope[:] = in_force
