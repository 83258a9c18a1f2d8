"""One more agent moves nobody else's luck (A6)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reabm.engine.run import prepare, simulate
from reabm.world.draws import draw_month, empty_draws
from tests.engine.months import play

MONTHS = 96
SECTIONS = ("makers", "mines", "importers")
OF_AGENTS = {"makers": ("makers", "move_terms"), "mines": ("mines",), "importers": ("importers",)}


def zeroed(quantity):
    """The same quantity at zero, or series at zero throughout."""
    if hasattr(quantity, "values"):
        return quantity.model_copy(update={"values": dict.fromkeys(quantity.values, 0.0), "range": None})
    return quantity.model_copy(update={"value": 0.0, "range": None})


def with_idle(scenario, section):
    """Scenario with one more maker, mine or importer, first by name, that has nothing and does nothing."""
    records = getattr(scenario, section)
    if section == "importers":
        pattern = records["sojitz"]
        idle = pattern.model_copy(
            update={name: zeroed(getattr(pattern, name)) for name in ("trade_share", "finance", "offtake_share")}
        )
        more = dict(sorted({**records, "aaa_idle": idle}.items()))
        return replace(scenario, importers=more, strategies={**scenario.strategies, "aaa_idle": idle.strategy})
    if section == "makers":
        pattern = records["shin_etsu"]
        capacity = {line: {place: zeroed(q) for place, q in places.items()} for line, places in pattern.capacity.items()}
        idle = pattern.model_copy(update={"capacity": capacity, "strategy": "stay"})
    else:
        pattern = records["mount_weld_1"]
        update = {"capacity": zeroed(pattern.capacity), "strategy": "wait", "status": "idea", "committed": None, "offtake": {}}
        idle = pattern.model_copy(update=update)
    more = dict(sorted({**records, "aaa_idle": idle}.items()))
    return replace(scenario, **{section: more}, strategies={**scenario.strategies, "aaa_idle": idle.strategy})


def draws_by_name(prepared, seed, month):
    draws = empty_draws(prepared.sizes)
    draw_month(draws, prepared.keys, np.uint64(seed), month)
    names = prepared.names
    return {
        "demand": draws.demand.tolist(),
        "world": draws.world.tolist(),
        **{name: row.tolist() for name, row in zip(names.mines, draws.mines)},
        **{name: row.tolist() for name, row in zip(names.makers, draws.makers)},
    }


@pytest.mark.parametrize("section", ["makers", "mines"])
def test_an_idle_agent_changes_nobodys_draws(history, section):
    one, other = prepare(history), prepare(with_idle(history, section))
    assert getattr(other.names, section)[0] == "aaa_idle"
    for month in range(24060, 24060 + 24):
        before, after = draws_by_name(one, 7, month), draws_by_name(other, 7, month)
        extra = after.pop("aaa_idle")
        assert after == before
        assert extra not in before.values()  # it has luck of its own


@pytest.mark.parametrize("section", SECTIONS)
def test_an_idle_agent_changes_no_figure(history, section):
    one, other = play(prepare(history), 7, MONTHS), play(prepare(with_idle(history, section)), 7, MONTHS)
    assert one.history.months[:MONTHS].tobytes() == other.history.months[:MONTHS].tobytes()


@pytest.mark.parametrize("section", SECTIONS)
def test_an_idle_agent_changes_no_price_no_flow_and_no_other_agent(history, section):
    one, other = simulate(prepare(history), 7), simulate(prepare(with_idle(history, section)), 7)
    assert getattr(other.prepared.names, section)[0] == "aaa_idle"
    for name, mine, yours in zip(one.history._fields, one.history, other.history):
        others = yours[:, 1:] if name in OF_AGENTS[section] else yours
        assert mine.shape == others.shape
        assert mine.tobytes() == others.tobytes(), name
