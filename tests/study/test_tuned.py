"""A scenario prepared by what differs is the one prepared as a whole, to the last bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from reabm.engine.ensemble import Job, play_jobs
from reabm.engine.run import Prepared, prepare
from reabm.scenario import Scenario, load_scenario, with_months, with_settings
from reabm.scenario.configs import find_configs
from reabm.study.tuned import QUICK, WHOLE, Tunable
from reabm.world.knobs import SCALARS

HISTORY = find_configs() / "scenarios" / "history.yaml"


@pytest.fixture(scope="module")
def history() -> Scenario:
    """Two years of the history with a dated change of a scalar in their midst."""
    short = with_months(load_scenario(HISTORY), start="2010-01", end="2011-12")
    return with_settings(short, {"smuggling.cost_usd_kg": [{"from": "2010-07", "until": "2010-12", "value": 2.0}]})


@pytest.fixture(scope="module")
def tunable(history: Scenario) -> Tunable:
    return Tunable(history)


def arrays(group: Any, name: str = "") -> dict[str, Any]:
    """Every array and number of nested named tuples, by dotted name."""
    if hasattr(group, "_fields"):
        found = {}
        for field, value in zip(group._fields, group):
            found |= arrays(value, f"{name}.{field}")
        return found
    return {name: group}


def same(one: Prepared, other: Prepared) -> None:
    assert np.array_equal(one.opening, other.opening)
    assert len(one.segments) == len(other.segments)
    for mine, theirs in zip(one.segments, other.segments):
        assert (mine.first, mine.last) == (theirs.first, theirs.last)
        for part in ("params", "orders"):
            left, right = arrays(getattr(mine, part)), arrays(getattr(theirs, part))
            assert left.keys() == right.keys()
            for name, value in left.items():
                assert np.array_equal(value, right[name], equal_nan=True), f"{part}{name}"


def other_value(lever: Any, now: float) -> float:
    """A value that differs from the present one and suits the lever."""
    high = min(lever.high, 2.0 * now + 1.0)
    found = lever.low + 0.37 * (high - lever.low)
    return float(round(found)) if lever.unit in ("firms", "months") and found > 1 else found


@pytest.mark.parametrize("lever", [lever for lever in SCALARS if lever.path in QUICK | WHOLE], ids=lambda lever: lever.path)
def test_each_scalar_reaches_the_same_arrays_by_the_short_way(lever: Any, history: Scenario, tunable: Tunable) -> None:
    values = {lever.path: other_value(lever, history.scalars[lever.path].value)}
    same(tunable.tuned(values), prepare(with_settings(history, values)))


def test_many_scalars_at_once_give_the_same_run(history: Scenario, tunable: Tunable) -> None:
    values = {
        lever.path: other_value(lever, history.scalars[lever.path].value) for lever in SCALARS
        if lever.path in QUICK and lever.path.partition(".")[0] in ("smuggling", "alloy", "stocks", "use", "market")
    }  # fmt: skip
    quick = tunable.tuned(values)
    same(quick, prepare(with_settings(history, values)))
    assert quick.scenario == with_settings(history, values)

    def keep(job: Any, room: Any) -> bytes:
        return bytes(room.history.months.tobytes())

    whole = prepare(with_settings(history, values))
    assert list(play_jobs([Job(quick, 5)], keep, 1)) == list(play_jobs([Job(whole, 5)], keep, 1))


def test_a_dated_change_goes_before_the_value_of_the_whole_run(tunable: Tunable) -> None:
    costs = [stretch.params.knobs.smuggling.cost_usd_kg for stretch in tunable.tuned({"smuggling.cost_usd_kg": 7.0}).segments]
    assert costs == [7.0, 2.0, 7.0]


def test_sets_that_were_tuned_leave_the_first_one_as_it_was(history: Scenario) -> None:
    tunable = Tunable(history)
    tunable.tuned({"use.elasticity_scale": 1.9, "market.gross_weight_ratio": 1.4, "stocks.price_sensitivity": 0.4})
    same(tunable.prepared, prepare(history))
