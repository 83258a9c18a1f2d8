"""Save and resume: another process plays a saved world on to the bits of the unbroken run; damage never passes (B1)."""

from __future__ import annotations

import io
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from reabm.engine.run import prepare
from reabm.scenario import ScenarioError
from reabm.scenario.months import month_text
from reabm.store import FolderError, Result, fork, load_run, run
from reabm.store import folder as folders
from reabm.store.manifest import MANIFEST, sealed, sha256
from reabm.store.states import read_world, state_months
from tests.engine.forks import bits, months_of, scenario
from tests.engine.months import SCENARIOS
from tests.short_run import history, two_years, with_embargo

ROOT = Path(__file__).parents[2]
AT = "2006-05"


def elsewhere(*arguments: str, code: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """A fresh process."""
    start = ["-c", code] if code else ["-m", "tests.store.resume"]
    paths = [str(Path(entry).resolve()) for entry in sys.path if entry]
    return subprocess.run(
        [sys.executable, *start, *arguments], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), **environment},
    )  # fmt: skip


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_run_resumed_at_any_of_twenty_months_in_another_process_equals_the_unbroken_one(name: str, tmp_path: Path) -> None:
    whole = run(scenario(name), seed=9)
    months = [month_text(whole.scenario.start + month) for month in months_of(prepare(whole.scenario), 21)[:-1]]
    assert (months[0], months[-1], len(months)) == ("2005-01", "2025-12", 20)
    folder = whole.save(tmp_path / name, states=months[1::2])  # of the others there is nothing but scenario and seed
    assert list(load_run(folder).saved_states) == months[1::2]
    done = elsewhere(*(word for month in months for word in (str(folder), month)), PYTHONHASHSEED="1")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [" ".join(bits(whole.record).values())] * 20


def test_a_saved_state_is_read_and_not_replayed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = two_years().save(tmp_path / "one", states=[AT])
    monkeypatch.setattr(folders, "replay", lambda *_, **__: pytest.fail("it was replayed"))
    assert bits(fork(folder, AT).record) == bits(two_years().record)
    with pytest.raises(pytest.fail.Exception):
        fork(folder, "2006-06")


def test_states_of_a_fork_and_beyond_the_end_can_be_played_on(tmp_path: Path) -> None:
    child = two_years().fork("2006-01", {"export_quota.scale": 0.4}, until="2007-06")
    folder = child.save(tmp_path / "child", states=["2007-02", "2007-07"])
    assert bits(fork(folder, "2007-02").record) == bits(child.record)
    longer = fork(folder, "2007-07", until="2007-12")
    assert bits(longer.record) == bits(run(longer.scenario, longer.seed).record)


def test_months_of_states_are_a_list_or_every_january_and_the_first_month() -> None:
    short = history("2007-12")

    def months(wanted: object) -> list[str]:
        return [month_text(month) for month in state_months(short, wanted)]  # type: ignore[arg-type]

    assert months(None) == []
    assert months("yearly") == ["2005-01", "2006-01", "2007-01"]
    assert months(["2006-05", "yearly", "2005-03", "2006-05"]) == ["2005-01", "2005-03", "2006-01", "2006-05", "2007-01"]
    assert months("2008-01") == ["2008-01"]  # after the last month
    for wrong in ("2008-02", "2004-12", "monthly", ["2005-01", "never"]):
        with pytest.raises(ScenarioError, match=r"^states:1: month: got [^\n]*$"):
            months(wrong)


def test_the_same_run_gives_the_same_state_files(tmp_path: Path) -> None:
    one = two_years().save(tmp_path / "one", states=[AT])
    two = run(history("2006-12"), seed=0).save(tmp_path / "two", states=[AT])
    for name in (f"{AT}.npz", "record.npz"):
        assert (one / "state" / name).read_bytes() == (two / "state" / name).read_bytes()


def test_a_state_needs_no_pickle_and_says_what_it_is(tmp_path: Path) -> None:
    file = two_years().save(tmp_path / "one", states=[AT]) / "state" / f"{AT}.npz"
    with np.load(file, allow_pickle=False) as found:
        assert found["state"].dtype == np.float64
        about = json.loads(found["about"].tobytes())
    assert (about["month"], about["seed"]) == (AT, 0)
    assert "hitachi_metals" in about["names"]["makers"]
    assert "market.china_usd_kg: elements" in about["fields"]


# --- damage ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return two_years().save(tmp_path / "one", states=[AT])


def refused(folder: Path, at: str = AT) -> str:
    with pytest.raises(FolderError) as error:
        fork(folder, at)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_every_flipped_bit_and_every_truncation_of_a_state_is_noticed(saved: Path) -> None:
    dice = random.Random(5)
    for file in sorted((saved / "state").iterdir()):
        whole = file.read_bytes()
        for _ in range(25):
            at, bit = dice.randrange(len(whole)), 1 << dice.randrange(8)
            file.write_bytes(whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :])
            assert f"{file}: damaged" in refused(saved)
        for length in (0, 1, len(whole) - 1):
            file.write_bytes(whole[:length])
            assert f"{file}: damaged" in refused(saved)
        file.unlink()
        assert f"{file}: cannot be read" in refused(saved)
        file.write_bytes(whole)
    fork(saved, AT)


def test_a_month_outside_the_run_is_one_line(saved: Path) -> None:
    for at in ("2004-12", "2007-01", "soon"):
        with pytest.raises(ScenarioError, match=r"^months:1: at: got [^\n]*$"):
            fork(saved, at)


def reading(folder: Path, content: bytes, **changed: object) -> str:
    """What is said of a state that its folder's manifest would let pass."""
    found = load_run(folder)
    given = {"prepared": prepare(found.scenario), "scenario": found.origin.scenario, "seed": 0, "month": 24076, **changed}
    record = (folder / "state" / "record.npz").read_bytes()
    with pytest.raises(FolderError) as error:
        read_world(content, record, file=Path("state/2006-05.npz"), **given)  # type: ignore[arg-type]
    assert "\n" not in str(error.value)
    return str(error.value)


def edited(file: Path, block: dict[int, float] | None = None, **changes: object) -> bytes:
    """A state with other content that is a whole file nevertheless."""
    with np.load(file, allow_pickle=False) as found:
        state, about = found["state"].copy(), json.loads(found["about"].tobytes())
    for at, value in (block or {}).items():
        state[at] = value
    out = io.BytesIO()
    np.savez(out, about=np.frombuffer(json.dumps({**about, **changes}).encode(), np.uint8), state=state)
    return out.getvalue()


def test_a_state_of_another_run_or_version_is_refused_and_the_line_names_what_differs(saved: Path) -> None:
    file = saved / "state" / f"{AT}.npz"
    about = json.loads(np.load(file, allow_pickle=False)["about"].tobytes())
    whole = file.read_bytes()
    assert "another scenario" in reading(saved, whole, scenario="0" * 64)
    assert "another seed (0, here 1)" in reading(saved, whole, seed=1)
    assert "another month (2006-05, here 2006-06)" in reading(saved, whole, month=24077)
    assert "another version of the rules" in reading(saved, edited(file, sources="0" * 16))
    fields = [field for field in about["fields"] if "nerve" not in field]
    assert "other fields (market.nerve: zones is missing)" in reading(saved, edited(file, fields=fields))
    more = [*about["fields"], "market.mood: zones"]
    assert "other fields (market.mood: zones is unknown here)" in reading(saved, edited(file, fields=more))
    names = {**about["names"], "makers": [*about["names"]["makers"][1:], "tdk_2"]}
    assert "other agents (makers: " in reading(saved, edited(file, names=names))
    sizes = {**about["sizes"], "lines": 3}
    assert "arrays of other sizes (lines: 3, here 2)" in reading(saved, edited(file, sizes=sizes))


def test_nan_and_other_rubbish_in_a_state_are_refused(saved: Path) -> None:
    file = saved / "state" / f"{AT}.npz"
    assert "holds 2 NaN" in reading(saved, edited(file, {7: np.nan, 70: np.nan}))
    assert "damaged" in reading(saved, b"")
    assert "damaged" in reading(saved, b"PK\x03\x04 no archive")
    assert "damaged" in reading(saved, file.read_bytes()[:-40])
    out = io.BytesIO()
    np.savez(out, about=np.array([{"seed": 0}], dtype=object))  # a pickle inside
    assert "damaged" in reading(saved, out.getvalue())


def test_a_record_of_another_version_is_refused(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_record(**arrays: np.ndarray) -> str:
        with np.load(saved / "state" / "record.npz", allow_pickle=False) as found:
            record = {name: found[name] for name in found.files} | arrays
        out = io.BytesIO()
        np.savez(out, **record)
        (saved / "state" / "record.npz").write_bytes(out.getvalue())
        manifest = json.loads((saved / MANIFEST).read_text())
        manifest["files"]["state/record.npz"] = {"bytes": len(out.getvalue()), "sha256": sha256(out.getvalue())}
        del manifest["checksum"]
        (saved / MANIFEST).write_bytes(sealed(manifest))
        return refused(saved)

    assert "other sizes (months)" in with_record(months=np.zeros((24, 3)))
    assert "other fields (mood)" in with_record(mood=np.zeros(24))


def test_a_replay_that_gives_other_months_is_refused(tmp_path: Path) -> None:
    result = run(history("2006-12"), seed=0)
    result.record.history.months[3, 5] *= 1.0 + 1e-15  # as another machine or version might
    folder = result.save(tmp_path / "one")
    assert "months.parquet: exports_legal_t comes out differently in a replay" in refused(folder)
    fork(folder, "2005-04")  # before it, all is as it was


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
result.save(sys.argv[1], states=["2005-06", "2006-05"])
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_save_with_states_that_is_killed_leaves_nothing_or_all(tmp_path: Path) -> None:
    for n in range(4, 14):  # fsync by fsync: 6 tables and texts, 3 files of states, the manifest, two folders, and the name
        place = tmp_path / str(n)
        done = elsewhere(str(place / "one"), str(n), code=KILLED)
        assert done.returncode == -9, done.stderr
        found = [file.name for file in place.iterdir()]
        assert len(found) == 1
        if found == ["one"]:
            assert n == 13
        else:
            assert "unfinished" in refused(place / found[0])


def test_embargo_years_can_be_resumed(tmp_path: Path) -> None:
    whole: Result = with_embargo()
    folder = whole.save(tmp_path / "one", states=["2010-11"])
    assert bits(fork(folder, "2010-11").record) == bits(whole.record)
