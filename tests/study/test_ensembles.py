from __future__ import annotations

import hashlib
import os
import signal
import threading
import tracemalloc
import warnings

import pandas as pd
import psutil
import pytest

import reabm
from reabm.scenario import ScenarioError, with_settings
from reabm.store import FolderError, load_ensemble, load_run, run
from reabm.study import OUTCOMES, Interrupted, StudyError, ensembles, latin
from reabm.study.plan import Plan, named, seeds_of
from tests.short_run import history

QUOTA, STATE = "export_quota.scale", "strategies.china_state"
SEEDS = range(3, 13)
VARY = {QUOTA: [0.5, 1.0], STATE: ["scripted_history", "open_trade"]}
COLUMNS = ["choke_point", "ndpr_outside_usd_kg"]


@pytest.fixture(scope="module")
def scenario():
    return history("2005-08")


@pytest.fixture(scope="module")
def longer():
    return history("2006-02")


def digests(folder):
    """Hashes of everything in an ensemble's folder but the manifest, which holds the date."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.name != "manifest.json")
    return {file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_months_are_those_of_single_runs(scenario, longer):
    frame = reabm.ensemble({"a": scenario, "b": longer}, seeds=SEEDS, workers=2)
    assert list(frame.columns[:4]) == ["scenario", "set", "seed", "month"]
    for name, one in (("a", scenario), ("b", longer)):
        for seed in SEEDS:
            own = frame[(frame["scenario"] == name) & (frame["seed"] == seed)]
            alone = run(one, seed).months
            pd.testing.assert_frame_equal(own[alone.columns].reset_index(drop=True), alone, check_exact=True)


def test_workers_chunks_and_batches_cannot_be_seen_in_a_frame(scenario, longer):
    frames = [
        reabm.ensemble({"a": scenario, "b": longer}, seeds=SEEDS, vary=VARY, workers=workers, chunk=chunk, keep=keep)
        for keep in ("months", "summary")
        for workers, chunk in ((1, 16), (2, 1), (2, 5), (3, 64))
    ]
    for first, *others in (frames[:4], frames[4:]):
        for other in others:
            pd.testing.assert_frame_equal(first, other, check_exact=True)
    assert len(frames[0]) == 4 * len(SEEDS) * (8 + 14)
    assert len(frames[4]) == 2 * 4 * len(SEEDS)


def test_workers_and_chunks_cannot_be_seen_in_the_bytes_of_a_folder(scenario, longer, tmp_path, monkeypatch):
    monkeypatch.setattr("reabm.study.batches.RUNS_PER_BATCH", 7)
    monkeypatch.setattr("reabm.study.ensembles.RUNS_PER_GROUP", 20)
    found = []
    for workers, chunk in ((1, 16), (2, 1), (2, 5), (3, 64)):
        folder = tmp_path / f"{workers}-{chunk}"
        saved = reabm.ensemble(
            {"a": scenario, "b": longer}, seeds=SEEDS, vary=VARY, workers=workers, chunk=chunk, out=folder, columns=COLUMNS
        )
        assert saved.folder == folder
        found.append(digests(folder))
    assert all(one == found[0] for one in found)
    assert set(found[0]) == {"runs.parquet", "months.parquet", "scenarios/a.yaml", "scenarios/b.yaml"}


def test_a_folder_holds_what_a_frame_holds(scenario, tmp_path):
    saved = reabm.ensemble(scenario, seeds=SEEDS, vary=VARY, out=tmp_path / "e", columns=COLUMNS)
    again = load_ensemble(tmp_path / "e")
    months = reabm.ensemble(scenario, seeds=SEEDS, vary=VARY, columns=COLUMNS)
    runs = reabm.ensemble(scenario, seeds=SEEDS, vary=VARY, keep="summary")
    for found in (saved, again):
        pd.testing.assert_frame_equal(found.months, months, check_exact=True)
        pd.testing.assert_frame_equal(found.runs, runs, check_exact=True)
        assert found.failed.empty
    assert again.manifest["n_runs"] == again.manifest["n_planned"] == 40
    assert again.manifest["interrupted"] is False
    assert again.manifest["varied"] == [QUOTA, STATE]
    assert again.scenarios["history"] == scenario


def test_every_set_is_played_as_if_its_values_had_been_set(scenario):
    frame = reabm.ensemble(scenario, seeds=[5], vary=VARY)
    for (quota, state), own in frame.groupby([QUOTA, STATE], observed=True):
        alone = run(with_settings(scenario, {QUOTA: quota, STATE: str(state)}, origin="test"), 5).months
        pd.testing.assert_frame_equal(own[alone.columns].reset_index(drop=True), alone, check_exact=True)
    assert frame["set"].unique().tolist() == [0, 1, 2, 3]


def test_a_latin_design_and_a_frame_with_its_sets_give_the_same(scenario):
    design = latin({QUOTA: (0.5, 1.5), STATE: ["scripted_history", "open_trade"]}, 6)
    sets = pd.DataFrame(list(design.points), columns=list(design.paths))
    pd.testing.assert_frame_equal(
        reabm.ensemble(scenario, seeds=[0, 1], vary=design, keep="summary"),
        reabm.ensemble(scenario, seeds=[0, 1], vary=sets, keep="summary", workers=1),
    )


def test_outcomes_come_after_the_keys_and_have_units_in_the_file(scenario, tmp_path):
    import pyarrow.parquet as pq

    frame = reabm.ensemble(scenario, seeds=SEEDS, keep="summary")
    assert list(frame.columns) == ["scenario", "set", "seed", *OUTCOMES]
    reabm.ensemble(scenario, seeds=SEEDS, keep="summary", out=tmp_path / "e")
    field = pq.read_schema(tmp_path / "e" / "runs.parquet").field("licence_peak_usd_kg")
    assert field.metadata[b"unit"] == b"USD/kg"
    with pytest.raises(FolderError, match="holds no months"):
        _ = load_ensemble(tmp_path / "e").months


def fail_some(monkeypatch, seeds):
    """Let the months of some seeds not close."""
    from reabm.engine import ensemble as engine

    whole = engine.play_job

    def broken(job, room):
        if job.seed in seeds:
            raise engine.RunError('2005-03: mass does not close, "quoted": 1 t, allowed 0')
        whole(job, room)

    monkeypatch.setattr(engine, "play_job", broken)


def test_failed_runs_are_listed_and_have_no_outcome(scenario, tmp_path, monkeypatch):
    good = reabm.ensemble(scenario, seeds=SEEDS, keep="summary")
    fail_some(monkeypatch, {4, 7})
    with pytest.warns(UserWarning, match="2 of 10 runs failed"):
        frame = reabm.ensemble(scenario, seeds=SEEDS, keep="summary", workers=2, chunk=2)
    assert [one[:3] for one in frame.attrs["failed"]] == [("history", 0, 4), ("history", 0, 7)]
    pd.testing.assert_frame_equal(
        frame, good[~good["seed"].isin([4, 7])].reset_index(drop=True), check_exact=True, obj="those that did not fail"
    )
    saved = reabm.ensemble(scenario, seeds=SEEDS, out=tmp_path / "e", columns=COLUMNS)
    assert saved.failed["seed"].tolist() == [4, 7]
    assert saved.failed["message"][0].startswith("2005-03: mass")
    assert (saved.manifest["n_runs"], saved.manifest["n_failed"]) == (8, 2)
    assert not {4, 7} & set(saved.runs["seed"])


def test_an_ensemble_of_failures_only_is_a_frame_without_rows(scenario, tmp_path, monkeypatch):
    fail_some(monkeypatch, set(SEEDS))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert reabm.ensemble(scenario, seeds=SEEDS, keep="summary").empty
    saved = reabm.ensemble(scenario, seeds=SEEDS, out=tmp_path / "e", vary={QUOTA: [1.0]}, columns=COLUMNS)
    assert saved.runs.empty
    assert list(saved.months.columns) == ["scenario", "set", QUOTA, "seed", "month", *COLUMNS]
    assert len(saved.failed) == 10


def interrupt_at(n_done):
    """A progress report that presses Ctrl-C once."""
    pressed = []

    def progress(done, total):
        if done >= n_done and not pressed:
            pressed.append(done)
            os.kill(os.getpid(), signal.SIGINT)

    return progress


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupt_keeps_the_finished_runs_in_a_frame_and_in_a_folder(scenario, tmp_path, workers, monkeypatch):
    monkeypatch.setattr("reabm.study.batches.REPORT_S", 0.0)
    before = signal.getsignal(signal.SIGINT)
    whole = reabm.ensemble(scenario, seeds=range(3000), columns=COLUMNS, workers=2)
    with pytest.raises(Interrupted) as stop:
        reabm.ensemble(scenario, seeds=range(3000), columns=COLUMNS, progress=interrupt_at(40), workers=workers)
    n = stop.value.n_kept
    assert 40 <= n < 1000
    pd.testing.assert_frame_equal(stop.value.kept, whole[whole["seed"] < n], check_exact=True)
    with pytest.raises(Interrupted):
        reabm.ensemble(
            scenario, seeds=range(3000), columns=COLUMNS, progress=interrupt_at(40), workers=workers, out=tmp_path / "e"
        )
    saved = load_ensemble(tmp_path / "e")
    n = saved.manifest["n_runs"]
    assert saved.manifest["interrupted"] is True
    assert saved.manifest["n_planned"] == 3000
    assert saved.runs["seed"].tolist() == list(range(n))
    pd.testing.assert_frame_equal(saved.months, whole[whole["seed"] < n], check_exact=True)
    assert signal.getsignal(signal.SIGINT) is before
    assert sorted(tmp_path.iterdir()) == [tmp_path / "e"]


def test_an_ensemble_in_a_thread_leaves_the_signals_alone(scenario):
    found = []
    thread = threading.Thread(target=lambda: found.append(reabm.ensemble(scenario, seeds=range(4), keep="summary")))
    thread.start()
    thread.join()
    assert len(found[0]) == 4


def test_an_error_leaves_no_half_written_folder(scenario, tmp_path, monkeypatch):
    monkeypatch.setattr(ensembles, "outcomes_in", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        reabm.ensemble(scenario, seeds=SEEDS, out=tmp_path / "e")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_taken_is_refused_before_anything_is_played(scenario, tmp_path, monkeypatch):
    (tmp_path / "letter").write_text("keep me")
    monkeypatch.setattr(ensembles, "play_plan", lambda *_: pytest.fail("it was played"))
    with pytest.raises(FolderError, match="already exists"):
        reabm.ensemble(scenario, seeds=SEEDS, out=tmp_path)


def test_damage_is_noticed_and_the_two_kinds_of_folders_are_told_apart(scenario, tmp_path):
    saved = reabm.ensemble(scenario, seeds=SEEDS, out=tmp_path / "e", keep="summary")
    single = run(scenario, 0).save(tmp_path / "run")
    with pytest.raises(FolderError, match="use load_run"):
        load_ensemble(single)
    content = bytearray((saved.folder / "runs.parquet").read_bytes())
    content[200] ^= 1
    (saved.folder / "runs.parquet").write_bytes(content)
    with pytest.raises(FolderError, match="damaged"):
        _ = load_ensemble(saved.folder).runs
    with pytest.raises(FolderError, match="unfinished"):
        load_ensemble(tmp_path / "e.partial-1")
    with pytest.raises(FolderError, match=r"e: the folder of an ensemble, not of a run; use load_ensemble"):
        load_run(saved.folder)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"keep": "all"}, "keep is 'all'"),
        ({"columns": ["choke"]}, "did you mean choke_point"),
        ({"seeds": [1, 1]}, "seed twice"),
        ({"seeds": [-1]}, "seed is -1"),
        ({"seeds": range(-3, 3)}, "seed is -3"),
        ({"vary": {"export_quota.scale": [99]}}, "allowed 0 to 10"),
        ({"workers": 0}, "must be 1 or more"),
    ],
)
def test_a_mistake_in_the_call_is_said_in_a_line(scenario, given, words):
    with pytest.raises(ValueError, match=words):
        reabm.ensemble(scenario, **given)


def test_scenarios_need_names_of_their_own(scenario):
    with pytest.raises(StudyError, match="two scenarios of the same name"):
        reabm.ensemble([scenario, scenario])
    with pytest.raises(StudyError, match="no scenario"):
        reabm.ensemble([])


def test_parameter_sets_are_prepared_when_their_first_run_is_due(scenario, monkeypatch):
    from reabm.study import plan as room

    prepared, whole = [], room.prepare
    monkeypatch.setattr(room, "prepare", lambda scenario: prepared.append(1) or whole(scenario))
    jobs = Plan(named(scenario), latin({QUOTA: (0.5, 1.5)}, 50), seeds_of(range(3))).jobs()
    for n_jobs, n_sets in ((1, 1), (2, 1), (1, 2)):
        for _ in range(n_jobs):
            next(jobs)
        assert len(prepared) == n_sets


def test_ten_times_as_many_streamed_runs_need_no_more_memory(tmp_path):
    short = history("2005-02")

    def peak(n, name):
        tracemalloc.start()
        reabm.ensemble(short, seeds=range(n), keep="summary", out=tmp_path / name, workers=2)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(200, "warm")
    # The outcomes that wait for their row group (8,192 runs) are all that may grow: 27 numbers a run.
    assert peak(2_000, "many") < peak(200, "few") + 2_000_000


@pytest.mark.full
def test_a_hundred_thousand_streamed_runs_need_less_than_50_mb_more_than_a_thousand(tmp_path):
    short = history("2005-06")
    own = psutil.Process()
    most = {}

    def watch(done, total):
        most[total] = max(most.get(total, 0), own.memory_info().rss)

    for n in (1_000, 100_000):
        reabm.ensemble(short, seeds=range(n), out=tmp_path / str(n), progress=watch, columns=COLUMNS)
    assert most[100_000] - most[1_000] < 50e6
    assert len(load_ensemble(tmp_path / "100000").runs) == 100_000


def test_a_fault_of_a_lever_names_the_path(scenario):
    with pytest.raises(ScenarioError, match=r"export_quota\.scal: got an unknown lever"):
        reabm.ensemble(scenario, vary={"export_quota.scal": [1]})


def test_a_column_kept_alone_is_that_kept_with_others_over_several_batches(scenario, monkeypatch):
    monkeypatch.setattr("reabm.study.batches.RUNS_PER_BATCH", 4)
    alone = reabm.ensemble(scenario, seeds=range(11), columns=["choke_point"])
    among = reabm.ensemble(scenario, seeds=range(11))
    pd.testing.assert_frame_equal(alone, among[list(alone.columns)], check_exact=True)
