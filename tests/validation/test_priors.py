"""The study's file: ranges of the world and never wider, and one line for each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from reabm.scenario import Scenario, load_scenario
from reabm.scenario.configs import find_configs
from reabm.scenario.quantity import Quantity
from reabm.study.tuned import QUICK
from reabm.validation.errors import ValidationError
from reabm.validation.priors import Knob, read_study

SHIPPED = find_configs() / "studies" / "calibration.yaml"


@pytest.fixture(scope="module")
def history() -> Scenario:
    return load_scenario(find_configs() / "scenarios" / "history.yaml")


def test_the_ranges_of_the_shipped_study_are_those_of_the_world_or_narrower(history: Scenario) -> None:
    knobs = read_study(SHIPPED).bound(history)
    assert 25 <= len(knobs) <= 50
    for knob in knobs:
        own: Quantity = history.scalars[knob.path]
        assert own.range is not None
        assert own.range[0] <= knob.low < knob.high <= own.range[1]
        assert knob.low <= own.value <= knob.high


def test_every_knob_of_the_shipped_study_can_be_set_without_packing_the_world_anew(history: Scenario) -> None:
    assert {knob.path for knob in read_study(SHIPPED).bound(history)} <= QUICK


@pytest.mark.parametrize("knob", [Knob("a", 2.0, 9.0, "linear"), Knob("b", 0.01, 0.2, "log")])
def test_a_place_in_the_range_and_its_value_are_each_others_inverse(knob: Knob) -> None:
    assert [knob.value(0.0), knob.value(1.0)] == pytest.approx([knob.low, knob.high], rel=1e-12)
    for unit in (0.0, 0.2, 0.7, 1.0):
        assert knob.low <= knob.value(unit) <= knob.high
        assert knob.unit(knob.value(unit)) == pytest.approx(unit, abs=1e-12)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("smuggling.cost_share: {scale: log}", "smuggling.cost_share: {scale: log, range: [0.005, 0.1]}",
         "knobs.smuggling.cost_share.range: got a list of 2 entries; allowed a part of [0.01, 0.2]"),
        ("smuggling.cost_share: {scale: log}", "smuggling.cost_sharp: {scale: log}", "did you mean smuggling.cost_share?"),
        ("quota.hoarding: {scale: linear}", "quota.hoarding: {scale: log}", "allowed linear, since the range begins at 0"),
        ("fit_until: 2012-12", "fit_until: 2013-01", "allowed 2012-12 or earlier: later months are the test window"),
        ("population: 24", "population: 2", "population: got 2; allowed a number from 4 to"),
        ("patience: 40", "patient: 40", "search.patient: got 40; allowed the keys population, starts"),
        ("  count: 24", "  count: 24.5", "count"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_study_is_one_line(tmp_path: Path, history: Scenario, old: str, new: str, said: str) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    file = tmp_path / "study.yaml"
    file.write_text(text.replace(old, new) if old in text else text.replace("count: 24}", "count: 24.5}"), encoding="utf-8")
    with pytest.raises(ValidationError) as raised:
        read_study(file).bound(history)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)
