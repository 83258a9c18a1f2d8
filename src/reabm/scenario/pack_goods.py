"""Elements and their users -> arrays."""

from __future__ import annotations

from math import log

import numpy as np

from reabm.rules.demand import ISOELASTIC, LINEAR
from reabm.scenario.names import named
from reabm.scenario.pack_values import code, monthly_demand
from reabm.scenario.scenario import Scenario
from reabm.world import params as p
from reabm.world.layout import Array
from reabm.world.state import DESTINATIONS, GROUPS, LINES

# Ferro-alloys (mischmetal, dysprosium iron) came under the quota in May 2011; rapidly quenched magnet film never did.
ALLOY_GRADES = {"low": ("La", "Ce", "Dy", "Tb"), "high": ("NdPr",)}


def pack_elements(scenario: Scenario, to: p.ElementParams) -> None:
    """Fill the elements' arrays."""
    pack_elasticity(scenario, scenario.scalars["use.elasticity_scale"].value, to.elasticity)
    for e, (name, element) in enumerate(scenario.elements.items()):
        to.reference_usd_kg[e] = element.reference_price.value
        to.log_reference[e] = log(element.reference_price.value)
        to.log_longrun[e] = log(element.longrun_price.value)
        to.longrun_usd_kg[e] = element.longrun_price.value
        to.choke_log[e] = log(element.choke_price_ratio.value)
        to.curve[e] = LINEAR if element.demand_curve == "linear" else ISOELASTIC
        to.lost_load[e] = element.lost_load_ratio.value
        to.group[e] = GROUPS.index(element.group)
        for grade, names in enumerate(ALLOY_GRADES.values()):
            to.alloy_grade[grade, e] = 1.0 if name in names else 0.0


def pack_elasticity(scenario: Scenario, scale: float, to: Array) -> None:
    """Fill the elements' short-run elasticities."""
    for e, element in enumerate(scenario.elements.values()):
        to[e] = element.demand_elasticity.value * scale


def pack_users(scenario: Scenario, to: p.UserParams, elements: p.ElementParams) -> None:
    """Fill the arrays of use sectors, one row for each sector and destination."""
    names = named(scenario)
    life = np.zeros(len(names.elements))
    weight = np.zeros(len(names.elements))
    recovery = np.zeros_like(to.recovery)
    uses = np.zeros_like(to.recovery)
    row = 0
    for sector in scenario.sectors.values():
        mix = np.array([sector.mix.get(name, 0.0) for name in names.elements])
        mix = mix / np.sum(mix)
        for d, destination in enumerate(DESTINATIONS):
            to.destination[row] = d
            to.strategy[row] = code("user", sector.strategy)
            to.mix[row] = mix
            series = sector.demand.get(destination)  # type: ignore[call-overload]
            to.demand_t[row] = 0.0 if series is None else monthly_demand(scenario, series) / 12.0
            to.thrift_ceiling[row] = [sector.thrift_ceiling.get(name, 0.0) for name in names.elements]
            to.thrift_speed[row] = sector.thrift_speed.value
            use = to.demand_t[row, 0] * mix
            life += use * sector.life.value
            weight += use
            recovery[d] += use * sector.recovery.value
            uses[d] += use
            row += 1
    for e in range(len(names.elements)):
        to.life_months[e] = 12.0 * (life[e] / weight[e] if weight[e] > 0.0 else 10.0)
    to.recovery[:] = np.where(uses > 0.0, recovery / np.where(uses > 0.0, uses, 1.0), 0.0)


def count_outside_use(scenario: Scenario, elements: p.ElementParams, users: p.UserParams, makers: p.MakerParams) -> None:
    """Use outside China in the first year at reference prices: the scale of smuggling, alloys and of an element's weight.

    A run of less than a year has the scale of a longer one, so that a run that is played on keeps its past.
    """
    sectors = tuple(scenario.sectors.values())
    for u in range(users.destination.shape[0]):
        d = int(users.destination[u])
        series = sectors[u // len(DESTINATIONS)].demand.get(DESTINATIONS[d])  # type: ignore[call-overload]
        if d > 0 and series is not None:
            year = series.monthly(scenario.start, 12) / 12.0
            elements.outside_use_t[:] += users.mix[u] * float(np.mean(year))
    for j in range(makers.home.shape[0]):
        if makers.makes_alloy[j] < 0.5:
            for l in range(len(LINES)):
                places = (0, 2) if makers.home[j] > 0 else (2,)
                capacity = 0.0
                for k in places:
                    capacity += float(makers.opening_t[j, l, k])
                elements.outside_use_t[:] += capacity * makers.content[l]
