"""A validated scenario -> arrays: the only place where years become months and gross weight becomes oxide.

`pack` gives the parameters of one segment (a stretch of months without change), `open_world` (in `opening.py`) the state
before the first month. Rows are sorted by id; elements keep the order of their file. Each group of arrays is filled in a
file of its own: `pack_goods.py`, `pack_firms.py`, `pack_policy.py`; `population.py` puts many firms for each named one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from reabm.scenario.names import Names, keys_of, named_sizes, names_of, sizes_of
from reabm.scenario.opening import open_world, write_page
from reabm.scenario.pack_firms import pack_importers, pack_makers, pack_mines
from reabm.scenario.pack_goods import count_outside_use, pack_elements, pack_users
from reabm.scenario.pack_policy import pack_governments, pack_script
from reabm.scenario.population import populate
from reabm.scenario.scenario import Scenario
from reabm.world import params as p
from reabm.world.layout import block_size, views

__all__ = ["Names", "keys_of", "names_of", "open_world", "pack", "sizes_of", "write_page"]


def pack(scenario: Scenario) -> p.Params:
    """Arrays of a scenario in which settings and interventions have been applied (`Scenario.at`)."""
    sizes = named_sizes(scenario)

    def room(kind: Any) -> Any:
        return views(kind, sizes, np.zeros(block_size(kind, sizes)))

    elements = room(p.ElementParams)
    pack_elements(scenario, elements)
    mines = room(p.MineParams)
    pack_mines(scenario, mines, elements)
    makers = room(p.MakerParams)
    pack_makers(scenario, makers, elements)
    users = room(p.UserParams)
    pack_users(scenario, users, elements)
    count_outside_use(scenario, elements, users, makers)
    importers = room(p.ImporterParams)
    pack_importers(scenario, importers)
    governments = room(p.GovernmentParams)
    pack_governments(scenario, governments)
    script = room(p.Script)
    pack_script(scenario, script)
    named = p.Params(elements, mines, makers, users, importers, governments, script, _knobs(scenario), _switches(scenario))
    return populate(named, scenario)


def _knobs(scenario: Scenario) -> p.Knobs:
    sections: dict[str, dict[str, float]] = {}
    for lever in p.SCALARS:
        section, name = lever.path.split(".")
        if section in p.KNOB_KINDS:
            sections.setdefault(section, {})[name] = float(scenario.scalars[lever.path].value)
    return p.Knobs(**{section: p.KNOB_KINDS[section](**values) for section, values in sections.items()})


def _switches(scenario: Scenario) -> Any:
    return p.Switches(**{name: 1.0 if scenario.mechanisms.get(name, True) else 0.0 for name in p.SWITCHES})
