"""A prepared scenario with other scalars: only the arrays that a scalar reaches are made anew.

Packing a scenario takes as long as playing it for a year and a half; a calibration that plays eight years with eight seeds would
spend a fifth of its time on it. A scalar that rules read as a number costs a copy of its section instead. What is prepared here
is what `prepare(with_settings(...))` gives, to the last bit (`tests/study/test_tuned.py` compares every scalar).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from reabm.engine.run import Prepared, Segment, own_page, prepare
from reabm.rules.reference import by_reference
from reabm.scenario import with_settings
from reabm.scenario.pack_goods import pack_elasticity
from reabm.scenario.pack_policy import pack_quota
from reabm.scenario.scenario import Scenario
from reabm.world.knobs import SCALARS
from reabm.world.params import KNOB_KINDS, Params

QUOTA, ELASTICITY = "market.gross_weight_ratio", "use.elasticity_scale"
# Scalars that reach the opening world, scripted series of goods, or firms: those are packed as a whole.
WHOLE = frozenset({
    "market.demand_growth_after_script", "market.freight_usd_kg", "use.swarf_loss", "makers.oxide_cover_months",
    "knowledge.opening", "makers.expansion_months", "makers.plant_months",
})  # fmt: skip
QUICK = frozenset(lever.path for lever in SCALARS if lever.path.partition(".")[0] in KNOB_KINDS) - WHOLE
ON_THE_PAGE = {  # scalars that stand on the market's page as well
    "market.reverse_freight_usd_kg": "reverse_freight_usd_kg",
    "market.transshipment_base_usd_kg": "reexport_base_usd_kg",
    "market.transshipment_slope_usd_kg": "reexport_slope_usd_kg",
    "alloy.conversion_usd_kg": "alloy_conversion_usd_kg",
    "alloy.spread_usd_kg": "alloy_spread_usd_kg",
    "stocks.adjustment_months": "adjustment_months",
}
SENSITIVITY = "stocks.price_sensitivity"


class Tunable:
    """A scenario whose scalars are set over and over; its own settings stay where they are not named."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.prepared = prepare(scenario)
        self._in_force = [own for _, _, own in scenario.segments()]
        self._dated = [self._paths_dated(stretch) for stretch in self.prepared.segments]
        self._play: list[dict[str, Any]] = [{} for _ in self.prepared.segments]
        self._spare = [_Spare(stretch.scratch) for stretch in self.prepared.segments]

    def tuned(self, values: Mapping[str, float]) -> Prepared:
        """The scenario with these scalars for the whole run, ready to be run; the values are taken as checked."""
        if not QUICK.issuperset(values):
            return prepare(with_settings(self.scenario, values))
        set_to = {path: float(value) for path, value in values.items()}
        changed = replace(self.scenario, settings={**self.scenario.settings, **set_to})
        stretches = tuple(
            self._stretch(n, stretch, {path: value for path, value in set_to.items() if path not in self._dated[n]})
            for n, stretch in enumerate(self.prepared.segments)
        )
        return self.prepared._replace(scenario=changed, segments=stretches)

    def _paths_dated(self, stretch: Segment) -> frozenset[str]:
        """Paths that a dated change holds in a stretch: it goes before the value of the whole run."""
        first = self.scenario.start + stretch.first
        return frozenset(
            entry.path
            for entry in self.scenario.interventions
            if entry.from_ <= first <= (self.scenario.end if entry.until is None else entry.until)
        )

    def _stretch(self, n: int, known: Segment, values: dict[str, float]) -> Segment:
        params, page, orders = known.params, known.params_page, known.orders
        sections: dict[str, dict[str, float]] = {}
        for path, value in values.items():
            section, _, name = path.partition(".")
            sections.setdefault(section, {})[name] = value
        fresh = {section: getattr(params.knobs, section)._replace(**own) for section, own in sections.items()}
        params = params._replace(knobs=params.knobs._replace(**fresh))
        page = page._replace(knobs=page.knobs._replace(**{section: by_reference(own) for section, own in fresh.items()}))
        if ELASTICITY in values:
            elements = self._elements(n, params, values[ELASTICITY])
            params, page = params._replace(elements=elements), page._replace(elements=by_reference(elements))
            orders = orders._replace(elasticity=elements.elasticity.copy())
        if QUOTA in values:
            script = self._script(n, params, values[QUOTA])
            params, page = params._replace(script=script), page._replace(script=by_reference(script))
        if SENSITIVITY in values:
            orders = orders._replace(sensitivity=np.full_like(orders.sensitivity, values[SENSITIVITY]))
        on_page = {name: values[path] for path, name in ON_THE_PAGE.items() if path in values}
        if on_page:
            orders = orders._replace(**on_page)
        return Segment(
            known.first, known.last, params, orders, known.scratch, page, _Pages(self._play[n], orders, self._spare[n]),
            known.own,
        )  # fmt: skip

    def _elements(self, n: int, params: Params, scale: float) -> Any:
        """Elements with another scale of the elasticity."""
        elasticity = np.empty_like(params.elements.elasticity)
        pack_elasticity(self._in_force[n], scale, elasticity)
        return params.elements._replace(elasticity=elasticity)

    def _script(self, n: int, params: Params, gross: float) -> Any:
        """The script with export quotas in oxide at another gross weight."""
        script = params.script._replace(quota_t=params.script.quota_t.copy(), pools_groups=params.script.pools_groups.copy())
        pack_quota(self._with_scalar(n, QUOTA, gross), script)
        return script

    def _with_scalar(self, n: int, path: str, value: float) -> Scenario:
        own = self._in_force[n]
        return replace(own, scalars={**own.scalars, path: own.scalars[path].model_copy(update={"value": value})})


class _Spare(threading.local):
    """Each thread's own page of intermediate results, for all sets: a month writes what it reads there."""

    def __init__(self, scratch: Any) -> None:
        self.page = by_reference(own_page(scratch))


class _Pages(threading.local):
    """Each thread's own pages; the machine code is looked up once for all sets, whose arrays have the same types."""

    def __init__(self, shared: dict[str, Any], orders: Any, spare: _Spare) -> None:
        self.__dict__["shared"] = shared
        self.__dict__["own"] = (by_reference(own_page(orders)), spare.page)
        if "play" in shared:
            self.__dict__["play"] = shared["play"]

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "play":
            self.shared["play"] = value
        self.__dict__[name] = value
