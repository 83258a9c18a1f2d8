"""Parameter sets: written and read to the last bit, chosen by name, under what a scenario sets itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

import reabm.scenario.parameters as files
from reabm.cli import call
from reabm.scenario import ScenarioError, dump_scenario, load_scenario, with_settings
from reabm.scenario.configs import find_configs
from reabm.scenario.parameters import chosen_set, read_parameters, with_parameters
from reabm.store import load_run, run
from reabm.validation.parameters import load_parameters, parameters_csv, save_parameters, settings_of

PATHS = ("smuggling.cost_usd_kg", "quota.hoarding")
VALUES = np.array([[4.0, 1.0 / 3.0], [2.5, 0.1 + 0.2]])
LOSSES = np.array([1.25, 1.5])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configs folder with parameter sets called fit."""
    save_parameters(tmp_path, "fit", parameters_csv(PATHS, VALUES, LOSSES), {"central": 1})
    monkeypatch.setattr(files, "shipped_folder", lambda name: tmp_path / name)
    return tmp_path


def test_sets_are_read_as_they_were_written(folder: Path) -> None:
    sets = load_parameters("fit")
    assert sets.paths == PATHS
    assert np.array_equal(sets.values, VALUES)
    assert np.array_equal(sets.losses, LOSSES)
    assert sets.central == 1
    assert settings_of(sets, 0) == {"smuggling.cost_usd_kg": 4.0, "quota.hoarding": 1.0 / 3.0}
    one = load_parameters("fit:0")
    assert one.values.tolist() == [VALUES[0].tolist()]
    assert one.central == 0


def test_a_name_means_the_central_set_and_an_id_its_own(folder: Path) -> None:
    assert chosen_set("fit")[1] == 1
    assert chosen_set("fit:0")[1] == 0


def test_what_a_scenario_sets_itself_goes_before_a_parameter_set(folder: Path) -> None:
    history = load_scenario(find_configs() / "scenarios" / "history.yaml")
    own = with_settings(history, {"quota.hoarding": 5.0})
    found = with_parameters(own, "fit")
    assert found.settings == {**history.settings, "smuggling.cost_usd_kg": 2.5, "quota.hoarding": 5.0}


def scenario_file(folder: Path, more: str = "") -> Path:
    file = folder / "mine.yaml"
    file.write_text(f"# mine\ntitle: Mine\nextends: history.yaml\nend: 2005-12\nparameters: fit\n{more}", encoding="utf-8")
    return file


def test_a_scenario_can_name_its_parameter_sets_and_its_own_values_stay(folder: Path) -> None:
    scenario = load_scenario(scenario_file(folder, "quota: {hoarding: {value: 7}}\n"))
    assert scenario.scalars["smuggling.cost_usd_kg"].value == 2.5
    assert scenario.scalars["quota.hoarding"].value == 7.0
    assert "set 1 of fit" in scenario.scalars["smuggling.cost_usd_kg"].note


def test_the_resolved_scenario_holds_the_values_and_gives_the_same_bits_without_the_sets(folder: Path, tmp_path: Path) -> None:
    scenario = load_scenario(scenario_file(folder))
    first = run(scenario, seed=2)
    saved = first.save(tmp_path / "run")
    shutil.rmtree(folder / "parameters")
    again = load_scenario(saved / "scenario.yaml")
    assert dump_scenario(again) == dump_scenario(scenario)
    assert run(again, seed=2).months.equals(first.months)
    assert load_run(saved).scenario.scalars["quota.hoarding"].value == 0.1 + 0.2


def test_a_world_alone_and_a_number_outside_its_range_are_one_line(folder: Path) -> None:
    far = parameters_csv(PATHS, np.array([[4.0, 40.0]]), LOSSES[:1])
    save_parameters(folder, "far", far, {"central": 0})
    file = scenario_file(folder)
    file.write_text(file.read_text(encoding="utf-8").replace("fit", "far"), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"quota\.hoarding"):
        load_scenario(file)
    file.write_text("# mine\ntitle: Mine\nparameters: none_such\nextends: history.yaml\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"mine\.yaml:3: parameters: got 'none_such'; allowed far, fit"):
        load_scenario(file)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\n", ":1: columns: got other columns"),
        ("set_id,path,value,loss\n0,quota.hoarding,1\n", ":2: row: got 3 fields; allowed 4"),
        ("set_id,path,value,loss\n0,quota.hording,1,1\n", "did you mean quota.hoarding?"),
        ("set_id,path,value,loss\n0,quota.hoarding,nan,1\n", ":2: value: got 'nan'; allowed a number"),
        ("set_id,path,value,loss\n0,quota.hoarding,99,1\n", ":2: quota.hoarding: got 99; allowed 0 to 50"),
        ("set_id,path,value,loss\n0,quota.hoarding,1,1\n0,quota.hoarding,2,1\n", "got it twice in set 0"),
        ("set_id,path,value,loss\n1,quota.hoarding,1,1\n", "numbered 0, 1, 2"),
        ("set_id,path,value,loss\n0,quota.hoarding,1,1\n1,quota.carry_over,1,1\n", "other scalars in set 1"),
        ("set_id,path,value,loss\n", "numbered 0, 1, 2"),
    ],
)
def test_a_broken_file_is_one_line(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ScenarioError) as raised:
        read_parameters(file)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "said"),
    [("../x", "allowed a name of letters"), ("fix", "did you mean fit?"), ("fit:2", "allowed 0 to 1"), ("fit:x", "0 to 1")],
)
def test_a_wrong_name_is_one_line(folder: Path, name: str, said: str) -> None:
    with pytest.raises(ScenarioError, match="got") as raised:
        chosen_set(name)
    assert said in str(raised.value)


def test_the_command_line_plays_a_set_and_every_set(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--until", "2005-06", "--no-figures"]
    assert call(["run", "history", "--params", "fit:0", "--set", "quota.hoarding=3", *words, "--out", str(tmp_path / "r")]) == 0
    assert load_run(tmp_path / "r").scenario.settings["smuggling.cost_usd_kg"] == 4.0
    assert load_run(tmp_path / "r").scenario.settings["quota.hoarding"] == 3.0
    assert call(["ensemble", "history", "--params", "fit", "--runs", "2", *words, "--out", str(tmp_path / "e")]) == 0
    assert "4 runs" in capsys.readouterr().out or (tmp_path / "e" / "runs.parquet").exists()
    assert (
        call(["ensemble", "history", "--params", "fit", "--vary", "quota.hoarding=1,2", *words, "--out", str(tmp_path / "f")])
        == 2
    )
    assert "allowed with a single set, --params fit:0" in capsys.readouterr().err
