"""A run folder is whole or not there; damage is always noticed; the same run gives the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

import reabm
from reabm.store import FolderError, Result, load_run, run
from reabm.store.table import parquet_bytes, read_frame
from reabm.store.tables import TABLES
from tests.short_run import history, two_years, with_embargo

FILES = {"scenario.yaml", "summary.json", "manifest.json", *(f"{name}.parquet" for name in TABLES)}


@pytest.fixture
def result() -> Result:
    return two_years()


@pytest.fixture
def folder(result: Result, tmp_path: Path) -> Path:
    return result.save(tmp_path / "one")


def hashes(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def refused(folder: Path) -> str:
    """The one line with which a folder is refused."""
    with pytest.raises(FolderError) as error:
        load_run(folder)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_folder_holds_the_files_and_the_manifest_their_hashes(folder: Path, result: Result) -> None:
    assert {file.name for file in folder.iterdir()} == FILES
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["reabm"] == reabm.__version__
    assert manifest["seed"] == result.seed
    assert manifest["parent"] is None
    assert {"python", "platform", "cpu", "git", "created", "command"} <= set(manifest)
    assert set(manifest["libraries"]) == {"numpy", "numba", "pandas", "pyarrow"}
    found = hashes(folder)
    del found["manifest.json"]
    assert {name: about["sha256"] for name, about in manifest["files"].items()} == found


def test_the_same_run_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = run(history("2006-12"), seed=0).save(tmp_path / "two")
    first, second = hashes(folder), hashes(again)
    del first["manifest.json"], second["manifest.json"]  # it holds the time
    assert first == second


def test_another_seed_gives_other_bytes(folder: Path, tmp_path: Path) -> None:
    other = run(history("2006-12"), seed=1).save(tmp_path / "two")
    assert hashes(folder)["months.parquet"] != hashes(other)["months.parquet"]


def test_a_folder_reads_back_to_the_same_tables(folder: Path, result: Result) -> None:
    saved = load_run(folder)
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(saved, name), getattr(result, name), check_exact=True)
    assert saved.summary == result.summary
    assert saved.seed == result.seed
    assert saved.scenario == result.scenario


def test_the_saved_scenario_and_seed_give_the_run_back_to_the_bit(folder: Path, tmp_path: Path) -> None:
    saved = load_run(folder)
    again = run(saved.scenario, saved.seed).save(tmp_path / "two")
    assert hashes(again)["months.parquet"] == hashes(folder)["months.parquet"]


def test_units_and_meanings_stand_in_the_files(folder: Path) -> None:
    schema = pq.read_schema(folder / "months.parquet")
    assert schema.field("exports_legal_t").metadata[b"unit"] == b"t/month"
    assert b"legal exports" in schema.field("exports_legal_t").metadata[b"meaning"]
    assert str(schema.field("exports_legal_t").type) == "double"


def test_a_default_folder_is_numbered_rather_than_overwritten(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = [str(result.save()) for _ in range(3)]
    assert names == ["runs/history-seed0", "runs/history-seed0-2", "runs/history-seed0-3"]
    assert sorted(file.name for file in Path("runs").iterdir()) == ["history-seed0", "history-seed0-2", "history-seed0-3"]


def test_a_named_folder_that_exists_is_refused_and_left_alone(result: Result, folder: Path) -> None:
    before = hashes(folder)
    with pytest.raises(FolderError, match=r"already exists"):
        result.save(folder)
    assert hashes(folder) == before
    assert [file.name for file in folder.parent.iterdir()] == ["one"]


def test_every_flipped_bit_is_noticed_and_the_file_named(folder: Path) -> None:
    dice = random.Random(7)
    for name in sorted(FILES):
        whole = (folder / name).read_bytes()
        for _ in range(25):
            at, bit = dice.randrange(len(whole)), 1 << dice.randrange(8)
            (folder / name).write_bytes(whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :])
            assert name in refused(folder)
        (folder / name).write_bytes(whole)
    load_run(folder)


def test_every_truncation_is_noticed_and_the_file_named(folder: Path) -> None:
    for name in sorted(FILES):
        whole = (folder / name).read_bytes()
        for length in (0, 1, len(whole) // 2, len(whole) - 1):
            (folder / name).write_bytes(whole[:length])
            assert name in refused(folder)
        (folder / name).write_bytes(whole)


def test_a_missing_file_is_noticed_and_named(folder: Path) -> None:
    for name in sorted(FILES):
        (folder / name).rename(folder.parent / "away")
        assert name in refused(folder)
        (folder.parent / "away").rename(folder / name)


def test_swapped_files_and_files_of_another_run_are_noticed(folder: Path, tmp_path: Path) -> None:
    other = run(history("2006-12"), seed=1).save(tmp_path / "two")
    whole = (folder / "months.parquet").read_bytes()
    for foreign in (other / "months.parquet", folder / "flows.parquet"):
        (folder / "months.parquet").write_bytes(foreign.read_bytes())
        assert "months.parquet" in refused(folder)
    (folder / "months.parquet").write_bytes(whole)


def test_a_folder_that_is_none_is_refused_in_one_line(tmp_path: Path) -> None:
    assert "no such run folder" in refused(tmp_path / "nowhere")
    assert "manifest.json" in refused(tmp_path)


def test_parquet_itself_notices_damage_of_its_pages() -> None:
    whole = parquet_bytes(TABLES["flows"](with_embargo().record))
    kept = read_frame(whole)
    dice = random.Random(11)
    n_noticed = 0
    for _ in range(60):
        at = dice.randrange(4, len(whole) * 2 // 3)  # pages come first
        try:
            frame = read_frame(whole[:at] + bytes([whole[at] ^ 16]) + whole[at + 1 :])
        except (OSError, ValueError, MemoryError):
            n_noticed += 1
            continue
        pd.testing.assert_frame_equal(frame, kept, check_exact=True)
    assert n_noticed > 50


@pytest.mark.parametrize("call", ["fsync", "rename", "mkdir"])
def test_when_the_disk_fails_nothing_is_left_and_one_line_is_said(
    call: str, result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, real = {"fsync": (os, os.fsync), "rename": (Path, Path.rename), "mkdir": (Path, Path.mkdir)}[call]
    said: list[str] = []
    for n in range(1, 100):
        calls = iter(range(1, 10_000))

        def failing(*arguments, calls=calls, n=n, **more):
            if next(calls) == n:
                raise OSError(28, "No space left on device")
            return real(*arguments, **more)

        monkeypatch.setattr(place, call, failing)
        try:
            found = result.save(tmp_path / "full")
        except FolderError as error:
            said.append(str(error))
        else:
            monkeypatch.undo()
            load_run(found)
            break
        finally:
            monkeypatch.undo()
        leftovers = list(tmp_path.iterdir())
        if leftovers:  # the last call of all is the flush of the parent folder, after the run got its name
            assert leftovers == [tmp_path / "full"]
            load_run(leftovers[0])
            leftovers[0].rename(tmp_path.parent / f"{tmp_path.name}-{n}")
    else:
        pytest.fail("never succeeded")
    assert all("No space left on device" in line and "\n" not in line for line in said)
    assert len(said) == n - 1
    assert n > (1 if call != "fsync" else len(FILES))


KILLED = """
import os, sys
from tests.short_run import two_years
result, n = two_years(), int(sys.argv[2])
real, calls = os.fsync, iter(range(1, 1000))
def fsync(handle):
    if next(calls) == n:
        os.kill(os.getpid(), 9)
    real(handle)
os.fsync = fsync
result.save(sys.argv[1])
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
@pytest.mark.parametrize("n", [1, 4, 8])
def test_a_save_that_is_killed_leaves_no_folder_that_looks_complete(n: int, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "one"), str(n)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=False,
    )
    assert done.returncode == -9
    assert not (tmp_path / "one").exists()
    (partial,) = tmp_path.iterdir()
    assert partial.name.startswith("one.partial-")
    assert "unfinished" in refused(partial)
