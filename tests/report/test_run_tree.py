"""The tree of saved runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rich.console import Console

import reabm
from reabm.report.run_tree import run_tree
from reabm.store import FolderError, load_run, run
from reabm.store.whole import write_whole
from tests.short_run import two_years


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory) -> Path:
    runs = tmp_path_factory.mktemp("family") / "runs"
    run(two_years().scenario, seed=1).save(runs / "other")
    root = run(two_years().scenario, seed=0)
    root.save(runs / "root")
    child = root.fork("2006-03", {"export_quota.scale": 0.5, "strategies.hitachi_metals": "stay"})
    child.save(runs / "a_child")
    child.fork("2006-07", {"embargo.eu.share": [{"from": "2006-08", "until": "2006-09", "value": 0.2}]}).save(
        runs / "b_grandchild"
    )
    root.fork("2006-03").save(runs / "z_same")
    return runs


def shown(*places: Path) -> list[str]:
    console = Console(width=200, no_color=True, file=None, record=True, quiet=False)
    with console.capture() as captured:
        for part in run_tree(places):
            console.print(part)
    return [line.rstrip() for line in captured.get().rstrip("\n").split("\n")]


def test_children_stand_below_their_parents_with_month_and_changes(family: Path) -> None:
    assert shown(family) == [
        "other  History 2005-2025, 2005-01 to 2006-12, seed 1",
        "root  History 2005-2025, 2005-01 to 2006-12, seed 0",
        "├── a_child  from 2006-03: export_quota.scale=0.5, strategies.hitachi_metals=stay",
        "│   └── b_grandchild  from 2006-07: embargo.eu.share=(0.2 from 2006-08 until 2006-09)",
        "└── z_same  from 2006-03: no change",
    ]


def test_what_is_no_run_is_passed_over_and_costs_a_line_where_it_is_named(family: Path, tmp_path: Path) -> None:
    shutil.copytree(family, tmp_path / "runs")
    other = write_whole({"facts.csv": b""}, {"holds": "validation"}, tmp_path / "runs" / "validate", True, None)
    write_whole({"sets.csv": b""}, {"holds": "calibration", "seed": 0}, tmp_path / "runs" / "calibration", True, None)
    assert shown(tmp_path / "runs") == shown(family)
    assert shown(other) == [f"{other}: not the folder of a run"]
    with pytest.raises(FolderError, match="a folder of calibration, not of a run"):
        load_run(tmp_path / "runs" / "calibration")


def test_runs_can_be_named_one_by_one(family: Path) -> None:
    assert shown(family / "root", family / "root", family / "a_child") == [
        "root  History 2005-2025, 2005-01 to 2006-12, seed 0",
        "└── a_child  from 2006-03: export_quota.scale=0.5, strategies.hitachi_metals=stay",
    ]
    (alone,) = shown(family / "z_same")
    assert alone.endswith("seed 0  from 2006-03 of a run that is not here: no change")


def test_a_renamed_parent_is_found_by_scenario_and_seed(family: Path, tmp_path: Path) -> None:
    shutil.copytree(family, tmp_path / "runs")
    (tmp_path / "runs" / "root").rename(tmp_path / "runs" / "renamed")
    lines = shown(tmp_path / "runs")
    assert "renamed  History 2005-2025, 2005-01 to 2006-12, seed 0" in lines
    assert "└── a_child  from 2006-03: export_quota.scale=0.5, strategies.hitachi_metals=stay" in lines


def test_damaged_unfinished_and_missing_runs(family: Path, tmp_path: Path) -> None:
    shutil.copytree(family, tmp_path / "runs")
    shutil.copytree(family / "root", tmp_path / "runs" / "x.partial-7")
    file = tmp_path / "runs" / "a_child" / "manifest.json"
    file.write_bytes(file.read_bytes().replace(b"2006-03", b"2006-04"))
    lines = shown(tmp_path / "runs")
    assert lines[-1] == f"{file}: damaged: not what was written; run it again"
    assert not any("partial" in line for line in lines)
    assert any(line.startswith("b_grandchild") and "of a run that is not here" in line for line in lines)
    with pytest.raises(FolderError, match="no such folder"):
        run_tree([tmp_path / "nowhere"])


def test_the_tree_reads_no_tables(family: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reabm.store.folder, "read_frame", lambda *_: pytest.fail("a table was read"))
    assert len(shown(family)) == 5
