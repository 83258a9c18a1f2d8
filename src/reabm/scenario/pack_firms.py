"""Mines, makers with their product lines, and importers -> arrays, one row for each record."""

from __future__ import annotations

import numpy as np

from reabm.scenario.firms import Maker
from reabm.scenario.names import named
from reabm.scenario.pack_values import code, monthly, monthly_demand, weighted_sum
from reabm.scenario.scenario import Scenario
from reabm.world import params as p
from reabm.world.state import DESTINATIONS, LINES, MINE_STATUS, PLACES, ZONES

HEAVY_SHARE = 0.25  # a Chinese deposit with more heavy elements than this works under the heavy production quota
BELIEF_MONTHS = 40.0  # weight of the opening belief in months (some 38 good and 2 bad: docs/odd.md, Beliefs)
CALM_RELIABILITY = 0.98  # belief in calm times, at least 0.97 (docs/odd.md, Beliefs)


def pack_mines(scenario: Scenario, to: p.MineParams, elements: p.ElementParams) -> None:
    """Fill the mines' arrays."""
    names = named(scenario)
    kinds = ("legal", "illegal", "outside")
    for m, mine in enumerate(scenario.mines.values()):
        deposit = scenario.deposits[mine.deposit]
        basket = np.array([deposit.basket.get(name, 0.0) for name in names.elements])
        to.basket[m] = basket / np.sum(basket)
        to.separation_yield[m] = deposit.separation_yield.value
        to.zone[m] = ZONES.index(mine.zone)
        to.kind[m] = kinds.index(mine.kind)
        heavy = weighted_sum(to.basket[m], elements.group)
        to.group[m] = 1.0 if heavy > HEAVY_SHARE else 0.0
        to.origin[m] = names.origins.index(mine.country)
        to.strategy[m] = code("mine", mine.strategy)
        to.opening_status[m] = MINE_STATUS.index(mine.status)
        to.route[m] = ("separate", "concentrate").index(mine.route)
        to.restart_route[m] = ("separate", "concentrate").index(mine.restart_route)
        to.capacity_t[m] = monthly(scenario, mine.capacity) / 12.0
        to.heavy_at_home[m] = monthly(scenario, mine.heavy_separation)
        to.opex_usd_kg[m] = mine.opex.value
        to.restart_opex_usd_kg[m] = mine.opex.value if mine.restart_opex is None else mine.restart_opex.value
        to.capex_usd_kg[m] = mine.capex.value
        to.lead_months[m] = mine.lead.value
        to.ramp[m] = mine.ramp.value
        to.max_utilisation[m] = mine.max_utilisation.value
        to.opening_utilisation[m] = (mine.opening_utilisation or mine.max_utilisation).value
        to.earliest[m] = mine.earliest - scenario.start
        to.committed[m] = -1.0 if mine.committed is None else max(0, mine.committed - scenario.start)
        to.directed_build[m] = 0.0 if mine.directed_build is None else monthly(scenario, mine.directed_build) >= 0.5
        to.directed_output[m] = -1.0 if mine.directed_output is None else monthly(scenario, mine.directed_output)
        to.debt_share[m] = mine.debt_share.value
        for i, importer in enumerate(names.importers):
            to.offtake_ok[m, i] = 1.0 if importer in mine.offtake else 0.0


def pack_makers(scenario: Scenario, to: p.MakerParams, elements: p.ElementParams) -> None:
    """Fill the arrays of makers and of product lines."""
    names = named(scenario)
    kinds = {"expansion": "makers.expansion_months", "joint_venture": "makers.plant_months", "plant": "makers.plant_months"}
    for j, maker in enumerate(scenario.makers.values()):
        to.home[j] = DESTINATIONS.index(maker.home)
        to.makes_alloy[j] = 1.0 if maker.makes == "alloy" else 0.0
        to.strategy[j] = code("maker", maker.strategy)
        to.growth[j] = (1.0 + maker.scripted_capacity_growth.value) ** (1.0 / 12.0) - 1.0
        to.weight[j] = maker.weight.value
        to.reluctance[j] = maker.reluctance.value
        to.venture_share[j] = _venture_share(scenario, maker)
        to.plant_months[j] = scenario.scalars[kinds[maker.plant_kind]].value
        for l, line in enumerate(LINES):
            told = maker.directed_share.get(line)  # type: ignore[call-overload]
            to.directed_share[j, l] = -1.0 if told is None else monthly(scenario, told)
            for k, place in enumerate(PLACES):
                quantity = maker.capacity.get(line, {}).get(place)  # type: ignore[call-overload]
                to.opening_t[j, l, k] = 0.0 if quantity is None else quantity.value / 12.0
    for l, name in enumerate(LINES):
        product = scenario.lines[name]
        to.content[l] = [product.content.get(element, 0.0) for element in names.elements]
        to.conversion_usd_kg[l] = [
            product.conversion_cost_home.value, product.conversion_cost_china.value, product.conversion_cost_elsewhere.value,
        ]  # fmt: skip
        to.markup_precision[l] = product.markup_precision.value
        to.demand_elasticity[l] = product.demand_elasticity.value
        to.leak_loss[l] = product.leak_loss.value
        to.fixed_cost[l] = product.fixed_cost.value
        to.tariff[l] = product.tariff.value
        to.vat_rebate[l] = product.vat_rebate.value
        to.technology[l] = product.technology_weight.value
        to.cover_months[l] = product.cover.value
        to.thrift_ceiling[l] = [product.thrift_ceiling.get(element, 0.0) for element in names.elements]
        oxide = weighted_sum(to.content[l], elements.reference_usd_kg)
        to.reference_usd_kg[l] = product.conversion_cost_china.value + oxide + 1.1 / product.markup_precision.value
        for d, destination in enumerate(DESTINATIONS):
            series = scenario.magnet_demand.get(name, {}).get(destination)
            to.demand_t[l, d] = 0.0 if series is None else monthly_demand(scenario, series) / 12.0
    for e in range(len(names.elements)):
        to.thrift_speed[e] = max(scenario.lines[name].thrift_speed.value for name in LINES)


def _venture_share(scenario: Scenario, maker: Maker) -> float:
    """Part of a maker's Chinese plants that a local partner holds: its record's, unless its plan names one, or none."""
    own = maker.joint_venture_share.value
    if maker.strategy == "move":
        return 0.0
    if maker.strategy == "joint_venture" and own == 0.0:
        return scenario.scalars["makers.partner_share"].value
    return own


def pack_importers(scenario: Scenario, to: p.ImporterParams) -> None:
    """Fill the importers' arrays."""
    for i, importer in enumerate(scenario.importers.values()):
        to.destination[i] = DESTINATIONS.index(importer.destination)
        to.strategy[i] = code("importer", importer.strategy)
        to.trade_share[i] = importer.trade_share.value
        to.base_cover_months[i] = importer.base_cover.value
        to.finance_kusd[i] = importer.finance.value * 1000.0
        to.offtake_share[i] = importer.offtake_share.value
        to.opening_delivered[i] = BELIEF_MONTHS * CALM_RELIABILITY
        to.opening_disrupted[i] = BELIEF_MONTHS * (1.0 - CALM_RELIABILITY)
    for d in range(len(DESTINATIONS)):
        rows = to.destination == d
        total = float(np.sum(to.trade_share[rows]))
        if total > 0.0:
            to.trade_share[rows] /= total
