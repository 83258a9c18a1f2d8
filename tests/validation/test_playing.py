"""Runs with parameter sets: dealt out in turn, the same whatever the threads, and labelled by what their fit saw."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from reabm.scenario import Scenario, find_configs, load_scenario, with_months
from reabm.scenario.parameters import ParameterTable
from reabm.validation.asked import UNFITTED, label_of
from reabm.validation.playing import play, with_set
from reabm.validation.windows import FIT_END

NAMES = ("price.outside.NdPr", "exports.legal", "illegal_share")
SETS = ParameterTable("two", "two.csv", ("market.freight_usd_kg",), ((0.5,), (2.0,)), (1.0, 2.0), 0)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return with_months(load_scenario(find_configs() / "scenarios" / "history.yaml"), end="2006-12")


def test_parameter_sets_are_dealt_out_in_turn(scenario: Scenario) -> None:
    paths = play(scenario, NAMES, range(5), SETS, workers=1)
    assert paths.seeds == (0, 1, 2, 3, 4)
    assert paths.sets == (0, 1, 0, 1, 0)
    alone = play(with_set(scenario, SETS, 1), NAMES, range(1, 2), workers=1)
    assert np.array_equal(paths.values["price.outside.NdPr"][1], alone.values["price.outside.NdPr"][0])
    other = play(scenario, NAMES, range(1, 2), workers=1)
    assert not np.array_equal(other.values["price.outside.NdPr"], alone.values["price.outside.NdPr"])


def test_threads_change_nothing(scenario: Scenario) -> None:
    one, two = (play(scenario, NAMES, range(4), SETS, workers=n) for n in (1, 2))
    assert all(np.array_equal(one.values[name], two.values[name], equal_nan=True) for name in one.values)


def test_what_a_scenario_sets_itself_stays(scenario: Scenario) -> None:
    own = next(iter(scenario.settings))
    sets = SETS._replace(paths=(own,), values=((0.123,),))
    assert with_set(scenario, sets, 0).settings[own] == scenario.settings[own]


def test_a_ratio_brings_its_parts_and_a_row_beyond_the_run_is_missing(scenario: Scenario) -> None:
    paths = play(scenario, ("illegal_share",), range(2), workers=1)
    legal, illegal = (paths.values[name][:, :12].sum(axis=1) for name in ("mine_output.china_actual", "illegal_output"))
    assert paths.folded("illegal_share", 2005 * 12, 2005 * 12 + 11) == pytest.approx(illegal / legal)
    assert np.isnan(paths.folded("illegal_share", 2006 * 12, 2007 * 12)).all()


def test_runs_are_called_blind_only_where_their_fit_saw_nothing_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reabm.validation.asked.parameter_file", lambda name: tmp_path / f"{name}.csv")
    (tmp_path / "early.json").write_text(json.dumps({"fit_until": "2010-12"}))
    (tmp_path / "late.json").write_text(json.dumps({"fit_until": "2012-12"}))
    assert label_of(None, FIT_END) == UNFITTED
    assert "saw nothing later" in label_of(SETS._replace(name="late"), FIT_END)
    assert "development, not blind" in label_of(SETS._replace(name="late"), 2010 * 12 + 11)
    assert "saw nothing later" in label_of(SETS._replace(name="early"), 2010 * 12 + 11)
    assert "is not said: development" in label_of(SETS._replace(name="unsaid"), FIT_END)
