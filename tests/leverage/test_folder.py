"""The folder of measured leverage: whole or not there, the same when it is read, and damage is found."""

from __future__ import annotations

import json
from dataclasses import asdict
from math import isnan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reabm.leverage import LeverageStudy, load_leverage, save_leverage
from reabm.leverage.folder import names_of
from reabm.leverage.summary import measured_cases, unpriced, usual_length
from reabm.store import FolderError, load_run
from tests.measured import DATES, LENGTHS, N_SEEDS, small, small_study


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_leverage(small_study(), tmp_path_factory.mktemp("leverage") / "study", command=["reabm", "leverage"])


def test_what_is_read_is_what_was_saved(saved: Path) -> None:
    before, after = small_study(), load_leverage(saved)
    assert list(after.measured) == ["history", "restraint"]
    for name, one in before.measured.items():
        pd.testing.assert_frame_equal(after.measured[name].forks, one.forks, check_dtype=False, check_exact=True)
        pd.testing.assert_frame_equal(after.measured[name].table, one.table, check_dtype=False, check_exact=True)
        assert after.measured[name].prices == one.prices
        assert after.measured[name].scenario.title == one.scenario.title
    for made, read in ((before.eroded, after.eroded), (before.decay, after.decay)):
        assert made is not None
        assert read is not None
        pd.testing.assert_frame_equal(read.table, made.table, check_exact=True)
        assert {**read._asdict(), "table": None} == {**made._asdict(), "table": None}


def test_other_prices_are_kept(tmp_path: Path) -> None:
    folder = save_leverage(LeverageStudy({"history": small().at_prices(retaliation_musd_month=7.0)}), tmp_path / "x")
    read = load_leverage(folder).measured["history"]
    assert asdict(read.prices) == {**asdict(small().prices), "retaliation_musd_month": 7.0}
    assert (read.table["leverage_musd"] >= small().table["leverage_musd"]).all()


def test_the_manifest_says_what_the_folder_holds(saved: Path) -> None:
    manifest = json.loads((saved / "manifest.json").read_text())
    assert manifest["holds"] == "leverage"
    assert manifest["scenarios"] == ["history", "restraint"]
    assert manifest["n_forks"] == 2 * 2 * len(DATES) * len(LENGTHS) * N_SEEDS
    assert manifest["command"] == ["reabm", "leverage"]
    assert set(manifest["files"]) == {file.name for file in saved.iterdir()} - {"manifest.json"}


def test_the_table_can_be_read_without_reabm(saved: Path) -> None:
    table = pd.read_csv(saved / "table.csv")
    assert len(table) == 2 * 2 * len(DATES) * len(LENGTHS)
    assert set(table["date"]) == set(DATES)
    assert set(table["scenario"]) == {"history", "restraint"}
    assert (table["leverage_low"] <= table["leverage_musd"]).all()


def test_the_summary_holds_half_lives_windows_and_bite_times(saved: Path) -> None:
    summary = json.loads((saved / "summary.json").read_text())["scenarios"]["history"]
    halt = next(case for case in summary["cases"] if case["kind"] == "halt")
    six = halt["by_months"]["6"]
    life = small().half_life("japan", 6)
    if isnan(life.central.years):  # leverage did not halve
        assert six["half_life_years"] is None
    else:
        assert six["half_life_years"] == pytest.approx(life.central.years, abs=1e-6)
    assert six["peak_at"] == "2010-09"
    assert six["windows"] == [pytest.approx(list(window), abs=1e-6) for window in small().window("japan", 6)]
    assert set(halt["bite_months"]) == set(DATES)
    never = summary["cases"][0]["bite_months"]["2013-09"]
    assert never is None or never in LENGTHS


@pytest.mark.parametrize("name", ["forks.parquet", "table.csv", "summary.json", "scenario-history.yaml", "erosion.csv"])
def test_a_changed_byte_is_found(name: str, tmp_path: Path) -> None:
    folder = save_leverage(small_study(), tmp_path / "study")
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(FolderError, match=f"{name}: damaged"):
        load_leverage(folder)


def test_a_missing_file_and_a_missing_folder_cost_one_line(tmp_path: Path) -> None:
    folder = save_leverage(small_study(), tmp_path / "study")
    (folder / "forks.parquet").unlink()
    with pytest.raises(FolderError, match=r"forks\.parquet: cannot be read") as caught:
        load_leverage(folder)
    assert "\n" not in str(caught.value)
    with pytest.raises(FolderError, match="no such"):
        load_leverage(tmp_path / "nowhere")


def test_a_named_folder_must_be_free_and_an_own_name_is_numbered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    study = LeverageStudy({"history": small()})
    assert save_leverage(study) == Path("runs/history-leverage")
    assert save_leverage(study) == Path("runs/history-leverage-2")
    with pytest.raises(FolderError, match="already exists"):
        save_leverage(study, Path("runs/history-leverage"))


def test_nothing_is_left_of_a_folder_that_could_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("reabm.store.whole.give_name", broken)
    with pytest.raises(KeyboardInterrupt):
        save_leverage(small_study(), tmp_path / "study")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_leverage_is_not_taken_for_a_run(saved: Path) -> None:
    with pytest.raises(FolderError, match="not of a run"):
        load_run(saved)


def test_scenarios_of_one_name_are_numbered() -> None:
    assert list(names_of([small(), small(), small("restraint")])) == ["history", "history-2", "restraint"]


def test_cases_are_ordered_by_country_and_kind_and_six_months_are_usual() -> None:
    assert measured_cases(small()) == [("japan", "halt"), ("japan", "licence")]
    assert usual_length(small()) == 6


def test_without_the_prices_that_have_no_source_a_halt_never_costs_the_coercer_more() -> None:
    is_halt = (small().forks["kind"] == "halt").to_numpy()
    assert (unpriced(small()).coercer_loss <= small().coercer_loss)[is_halt].all()
    assert np.array_equal(unpriced(small()).target_loss, small().target_loss)
