"""Forks as results: tables, folders, and who descends from whom."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

import reabm
from reabm.store import load_run, run
from reabm.store.tables import TABLES
from tests.engine.forks import bits
from tests.short_run import two_years, with_embargo

AT = "2006-03"


def test_a_fork_without_a_change_has_its_parents_tables() -> None:
    child = two_years().fork(AT)
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(child, name), getattr(two_years(), name), check_exact=True)
    assert child.summary == two_years().summary
    assert child.scenario == two_years().scenario
    assert child.seed == two_years().seed


def test_a_change_changes_no_row_before_its_month_and_some_after_in_every_table() -> None:
    child = with_embargo().fork("2009-08", {"embargo.usa.share": 0.8, "export_quota.scale": 0.6})
    for name in TABLES:
        mine, yours = getattr(with_embargo(), name), getattr(child, name)
        words = mine.select_dtypes("category").columns
        mine, yours = (frame.astype(dict.fromkeys(words, "str")) for frame in (mine, yours))
        before = [frame[frame["month"] < "2009-08"] for frame in (mine, yours)]
        pd.testing.assert_frame_equal(*before, check_exact=True)
        assert (
            not mine[mine["month"] >= "2009-08"]
            .reset_index(drop=True)
            .equals(yours[yours["month"] >= "2009-08"].reset_index(drop=True))
        )


def test_the_childs_folder_is_run_again_headlessly_to_the_same_bytes(tmp_path: Path) -> None:
    changes = {"export_tax.scale": 2, "strategies.hitachi_metals": "stay"}
    child = two_years().fork(AT, changes, until="2007-06").save(tmp_path / "child")
    again = run(reabm.load_scenario(child / "scenario.yaml"), seed=0).save(tmp_path / "again")
    for file in sorted(child.iterdir()):
        if file.name != "manifest.json":
            assert file.read_bytes() == (again / file.name).read_bytes(), file.name


def test_a_result_a_saved_run_and_a_path_give_the_same_fork(tmp_path: Path) -> None:
    folder = two_years().save(tmp_path / "one")
    changes = {"embargo.eu.share": [{"from": "2006-04", "until": "2006-06", "value": 0.5}]}
    forks = [
        two_years().fork(AT, changes), reabm.fork(two_years(), AT, changes), reabm.fork(folder, AT, changes),
        reabm.fork(str(folder), AT, changes), load_run(folder).fork(AT, changes),
    ]  # fmt: skip
    assert len({tuple(bits(child.record).values()) for child in forks}) == 1
    assert len({child.scenario.interventions for child in forks}) == 1


def test_forks_from_threads_share_a_parent() -> None:
    months = [f"2006-{m:02d}" for m in range(1, 13)]
    parent = run(two_years().scenario, seed=4)

    def digest(at: str) -> dict[str, str]:
        return bits(parent.fork(at, {"market.freight_usd_kg": 7}).record)

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(digest, months))
    assert found == [digest(at) for at in months]


def test_the_world_of_a_result_is_a_copy() -> None:
    before = bits(two_years().record)
    world = two_years().world_at(AT)
    assert world.month == 14
    world.block[:] = -1.0
    world.history.months[:] = -1.0
    assert bits(two_years().record) == before
    assert bits(two_years().fork(AT).record) == before
    assert two_years().world_at("2007-01").month == 24


# --- a tree of runs -------------------------------------------------------------------------------------------------


def manifest(folder: Path) -> dict:
    found: dict = json.loads((folder / "manifest.json").read_text())
    return found


def test_a_child_knows_its_parent_and_its_lineage_to_the_root(tmp_path: Path) -> None:
    root = run(two_years().scenario, seed=2)
    child = root.fork(AT, {"export_quota.scale": 0.5})
    unsaved = child.fork("2006-05", {"embargo.eu.share": [{"from": "2006-06", "value": 0.2}]})
    last = unsaved.fork("2006-11")
    places = {name: result.save(tmp_path / name) for name, result in (("root", root), ("child", child), ("last", last))}
    assert manifest(places["root"])["parent"] is None
    assert manifest(places["root"])["lineage"] == []
    first = {"folder": "../root", "scenario": root.origin.scenario, "seed": 2, "at": AT, "changes": {"export_quota.scale": 0.5}}
    assert manifest(places["child"])["parent"] == first
    assert manifest(places["child"])["lineage"] == [first]
    found = manifest(places["last"])
    assert found["parent"] == found["lineage"][-1]
    assert found["lineage"][0] == first
    assert [(step["folder"], step["at"], step["changes"]) for step in found["lineage"][1:]] == [
        ("../child", "2006-05", {"embargo.eu.share": [{"from": "2006-06", "value": 0.2}]}),
        (None, "2006-11", {}),
    ]
    for name, place in places.items():
        hashed = manifest(place)["files"]["scenario.yaml"]["sha256"]
        assert hashed == {"root": root, "child": child, "last": last}[name].origin.scenario


def test_lineage_goes_on_through_folders_and_lives_through_a_move(tmp_path: Path) -> None:
    here = tmp_path / "here"
    two_years().save(here / "root")
    reabm.fork(here / "root", AT, {"export_quota.scale": 2}).save(here / "child")
    shutil.move(here, tmp_path / "there")
    reabm.fork(tmp_path / "there" / "child", "2006-08").save(tmp_path / "there" / "deep" / "grandchild")
    found = manifest(tmp_path / "there" / "deep" / "grandchild")["lineage"]
    assert [(step["folder"], step["at"]) for step in found] == [("../../root", AT), ("../../child", "2006-08")]


def test_a_fork_is_called_after_its_parent_and_month(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    parent = run(two_years().scenario, seed=0)
    names = [str(parent.fork(AT).save()), str(parent.save()), str(parent.save("mine")), str(parent.fork(AT).save())]
    names.append(str(reabm.fork("mine", "2006-04").save()))
    assert names == [
        "runs/history-seed0-from-2006-03",
        "runs/history-seed0",
        "mine",
        "runs/mine-from-2006-03",
        "runs/mine-from-2006-04",
    ]
