"""The model as users of Mesa expect it."""

from __future__ import annotations

import gc
import os
import re
import subprocess
import sys
import warnings
import weakref
from pathlib import Path

import mesa
import numpy as np
import pandas as pd
import pytest

import reabm
from reabm.agents import ChineseState, Importer, Maker, Mine, RareEarthModel, User
from reabm.agents.model import AGENT_COLUMNS
from reabm.agents.row import column
from reabm.engine.run import RunError
from reabm.scenario import with_months
from reabm.store import run
from reabm.world.layout import fields_of
from reabm.world.state import State
from tests.engine.months import shipped


@pytest.fixture
def model(history):
    return RareEarthModel(with_months(history, end="2006-12"), rng=3)


@pytest.mark.parametrize("rng", [None, 1.5, "7", True, [1], np.random.default_rng(1), np.random.SeedSequence(1)])
def test_anything_but_an_integer_rng_is_one_clear_error(history, rng):
    with pytest.raises(TypeError, match=re.escape(f"rng is {rng!r}; it must be an integer from 0 to 2**63 - 1")):
        RareEarthModel(history, rng=rng)


@pytest.mark.parametrize("rng", [-1, 2**63])
def test_an_integer_outside_its_range_is_one_clear_error(history, rng):
    with pytest.raises(ValueError, match="must be an integer from 0"):
        RareEarthModel(history, rng=rng)


def test_an_integer_of_numpy_is_an_integer(history):
    one, other = RareEarthModel(history, rng=np.int64(5)), RareEarthModel(history, rng=5)
    one.step(), other.step()
    assert one.block.tobytes() == other.block.tobytes()


def test_the_scenario_may_be_a_path_or_nothing_or_a_scenario(history):
    for given in (None, shipped("history"), str(shipped("history")), history):
        assert RareEarthModel(given).scenario == history
    assert reabm.RareEarthModel is RareEarthModel


def test_it_runs_to_the_end_and_says_so(model):
    assert model.running
    assert model.date == "2005-01"
    model.run_for(5)
    assert (model.month, model.date, model.running) == (5, "2005-06", True)
    model.run_for(1000)
    assert (model.month, model.running) == (24, False)
    with pytest.raises(RunError, match="the run ended with 2006-12"):
        model.step()


def test_run_model_plays_to_the_end(model):
    model.run_model()
    assert model.month == 24


def test_the_collected_months_are_the_engines_table(model):
    model.run_for(24)
    frame = model.datacollector.get_model_vars_dataframe()
    by_engine = run(model.scenario, seed=3).months
    pd.testing.assert_frame_equal(frame, by_engine, check_exact=True)
    for name in frame.columns:
        assert frame[name].to_numpy().tobytes() == by_engine[name].to_numpy().tobytes(), name
    assert frame["month"][0] == pd.Timestamp("2005-01-01")


def test_the_collected_agents_say_who_does_what(model):
    model.run_for(3)
    frame = model.datacollector.get_agent_vars_dataframe()
    assert list(frame.columns) == list(AGENT_COLUMNS)
    assert frame.index.names == ["Step", "AgentID"]
    assert len(frame) == 3 * len(model.agents)
    last = frame.loc[3].set_index("name")
    assert last.loc["mount_weld_1", "kind"] == "mine"
    assert last.loc["hitachi_metals", "strategy"] == "logit"
    assert last.loc["china_state", "strategy"] == "scripted_history"
    assert last.loc["hitachi_metals", "output_t"] == model.agent("hitachi_metals").made_t.sum() > 0
    assert (last.loc[last["kind"] == "importer", "stock_t"] > 0).all()
    assert last.loc[last["kind"] == "mine", "output_t"].sum() == pytest.approx(model.state.mines.ore_t.sum())


def test_batch_run_of_mesa_works(history):
    short = with_months(history, end="2005-06")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        rows = mesa.batch_run(RareEarthModel, {"scenario": short}, rng=[0, 1], number_processes=1, display_progress=False)
    frame = pd.DataFrame(rows)
    assert set(frame["rng"]) == {0, 1}
    one = frame[frame["rng"] == 1].iloc[0]
    assert one["month"] == pd.Timestamp("2005-06-01")
    assert one["exports_legal_t"] == run(short, seed=1).months["exports_legal_t"].iloc[-1]


def test_nothing_that_mesa_announces_to_remove_is_used(history):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = RareEarthModel(history)
        model.run_for(2)
        model.datacollector.get_model_vars_dataframe()
    room = Path(sys.modules["reabm.agents"].__file__).parent
    for file in room.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"seed=|mesa\.space|Simulator|batch_run\(|\.steps\b", text), file.name


def test_models_are_collected_as_garbage(history):
    model = RareEarthModel(history)
    model.run_for(2)
    kept = [weakref.ref(thing) for thing in (model, model.block, model.agent("japan"), model.datacollector)]
    del model
    gc.collect()
    assert [ref() for ref in kept] == [None] * len(kept)


def test_every_array_of_the_state_that_has_rows_of_agents_is_shown_by_an_agent(model):
    shown = {
        (shown.group, shown.name)
        for agent in model.agents
        for kind in type(agent).__mro__
        for shown in vars(kind).values()
        if type(shown) is column
    }
    groups = ("mines", "makers", "importers", "users", "governments")
    assert shown == {(spec.group, spec.name) for spec in fields_of(State) if spec.group in groups}


def test_an_agent_is_a_window_on_its_row(model):
    model.step()
    for agents, kind in ((model.mines, Mine), (model.makers, Maker), (model.importers, Importer), (model.users, User)):
        assert [agent.row for agent in agents] == list(range(len(agents)))
        assert all(isinstance(agent, kind) for agent in agents)
    maker = model.agent("shin_etsu")
    maker.capacity_t[1, 2] += 7.0
    assert model.state.makers.capacity_t[maker.row, 1, 2] == maker.capacity_t[1, 2] >= 7.0
    mine = model.agent("mount_weld_1")
    mine.utilisation = 0.25
    assert model.state.mines.utilisation[mine.row] == 0.25
    assert np.flatnonzero(model.state.mines.utilisation == 0.25).tolist() == [mine.row]
    assert isinstance(model.agent("china_state"), ChineseState)
    assert repr(mine) == "<Mine mount_weld_1>"


def test_what_the_scenario_gives_is_read_only(model):
    mine = model.agent("mount_weld_1")
    assert mine.basket.sum() == pytest.approx(1.0)
    with pytest.raises(AttributeError, match="given by the scenario"):
        mine.opex_usd_kg = 1.0
    with pytest.raises(ValueError, match="read-only"):
        mine.basket[0] = 1.0


def test_an_agent_cannot_be_removed(model):
    with pytest.raises(RuntimeError, match="mount_weld_1 is a row of the world"):
        model.agent("mount_weld_1").remove()


def test_a_misspelt_agent_gets_the_nearest_name(model):
    with pytest.raises(KeyError, match="did you mean 'mount_weld_1'"):
        model.agent("mount_wled_1")


def test_a_column_that_does_not_exist_is_refused():
    with pytest.raises(AttributeError, match=re.escape("the state has no array mines.colour")):
        column("mines", "colour")


def test_mesa_is_imported_in_this_room_only():
    package = Path(reabm.__file__).parent
    importers = {
        path.relative_to(package).parts[0]
        for path in package.rglob("*.py")
        if re.search(r"^\s*(import|from) mesa\b", path.read_text(encoding="utf-8"), re.M)
    }
    assert importers == {"agents"}
    code = "import sys, reabm.engine.run, reabm.store; sys.exit('mesa' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0
