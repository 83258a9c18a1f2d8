"""A calibration finds what was planted, goes on after a stop with the same bits, and sees nothing after its window."""

from __future__ import annotations

import csv
import shutil
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("optuna")
pytest.importorskip("cmaes")

from reabm.engine.ensemble import play_job
from reabm.scenario.configs import find_configs
from reabm.store.naming import FolderError
from reabm.validation import evaluate
from reabm.validation.calibrate import Calibration, Stopped, calibrate, search, trials_of
from reabm.validation.calibration_folder import load_calibration, write_calibration
from reabm.validation.errors import ValidationError
from reabm.validation.fitted import loss_of
from reabm.validation.priors import read_study
from reabm.validation.sampler import mirrored
from reabm.validation.targets import load_targets
from reabm.validation.trials import GENERATIONS, TrialFolder
from tests.validation import calibrations as small

STUDY = find_configs() / "studies" / "calibration.yaml"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Calibration, Path]:
    folder = tmp_path_factory.mktemp("twin") / "calibration"
    calibration = calibrate(small.question(), folder, workers=1)
    write_calibration(calibration, folder, ["reabm", "calibrate"])
    return calibration, folder


def same(one: Calibration, other: Calibration) -> None:
    for name, mine, theirs in zip(one.trials._fields, one.trials, other.trials):
        assert np.array_equal(mine, theirs), name
    assert np.array_equal(one.accepted.values, other.accepted.values)
    assert np.array_equal(one.accepted.losses, other.accepted.losses)


def test_the_truth_has_a_lower_loss_than_the_world_before_the_fit() -> None:
    question = small.question()
    evaluator = question.evaluator(small.SEEDS, 1)
    truth, world = (
        float(question.loss.total(parts).mean())
        for parts in evaluator.parts([np.array(list(small.TRUTH.values())), np.array(question.begin)])
    )
    assert truth < 0.2 * world


def test_parameters_that_wrote_a_history_are_found_again(found: tuple[Calibration, Path]) -> None:
    calibration, _ = found
    central = dict(zip([knob.path for knob in calibration.question.knobs], calibration.accepted.values[0].tolist()))
    before = dict(zip(central, calibration.question.begin))
    for path in small.TRUTH:
        assert small.log_distance(path, central[path]) < 0.15
        assert small.log_distance(path, central[path]) < 0.3 * small.log_distance(path, before[path])


def test_every_trial_lies_within_its_bounds_and_the_first_is_the_middle_of_all_ranges(found: tuple[Calibration, Path]) -> None:
    calibration, _ = found
    low, high = np.array([(knob.low, knob.high) for knob in calibration.question.knobs]).T
    assert ((calibration.trials.values >= low) & (calibration.trials.values <= high)).all()
    assert calibration.trials.values[0] == pytest.approx(calibration.question.begin, rel=1e-12)


def test_accepted_sets_differ_and_are_within_the_threshold(found: tuple[Calibration, Path]) -> None:
    accepted = found[0].accepted
    assert len(np.unique(accepted.values, axis=0)) == len(accepted.values)
    assert accepted.losses[0] == accepted.sample_losses.min()
    assert (accepted.sample_losses[: accepted.n_within] <= accepted.threshold).all()


def test_a_folder_holds_what_was_found(found: tuple[Calibration, Path]) -> None:
    calibration, folder = found
    saved = load_calibration(folder)
    assert np.array_equal(saved.trials["loss"].to_numpy(), calibration.trials.losses)
    assert list(saved.parameters["path"]) == list(small.TRUTH)
    assert saved.manifest["loss"] == calibration.accepted.losses[0]
    assert not (folder / GENERATIONS).exists()


@pytest.mark.parametrize(("runs", "candidates"), [(2_000, 27), (20_000, 277), (200_000, 400)])
def test_search_and_acceptance_together_play_no_more_than_asked(runs: int, candidates: int) -> None:
    asked = replace(small.question(), study=read_study(STUDY), runs=runs)
    own = asked.study
    assert asked.candidates == candidates
    assert runs - 50 <= asked.evaluations * len(own.seeds) + asked.candidates * len(own.fresh_seeds) <= runs


def test_a_small_budget_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[int] = []
    monkeypatch.setattr(evaluate, "play_job", lambda job, room: (played.append(job.seed), play_job(job, room)))
    asked = small.question(runs=300)
    asked = replace(asked, study=replace(asked.study, candidates=400, least=2))
    calibrate(asked, tmp_path / "calibration", workers=1)
    assert len(played) <= 300


class StopAfter:
    """Sets an event once so many runs are done."""

    def __init__(self, runs: int) -> None:
        self.runs, self.stop = runs, threading.Event()

    def __call__(self, done: int, total: int, best: float) -> None:
        if done >= self.runs:
            self.stop.set()


@pytest.mark.parametrize("runs", [60, 300, 700])
def test_a_calibration_that_was_stopped_goes_on_to_the_same_bits(
    tmp_path: Path, found: tuple[Calibration, Path], runs: int
) -> None:
    folder, halt = tmp_path / "calibration", StopAfter(runs)
    with pytest.raises(Stopped):
        calibrate(small.question(), folder, workers=2, progress=halt, stop=halt.stop)
    assert len(list((folder / GENERATIONS).glob("*"))) < len(np.unique(found[0].trials.generation))
    same(calibrate(small.question(), folder, resume=True, workers=2), found[0])


def test_a_generation_whose_writing_was_cut_off_is_played_again(tmp_path: Path, found: tuple[Calibration, Path]) -> None:
    folder, halt = tmp_path / "calibration", StopAfter(500)
    with pytest.raises(Stopped):
        calibrate(small.question(), folder, workers=1, progress=halt, stop=halt.stop)
    last = max((folder / GENERATIONS).glob("*.npz"))
    last.rename(last.with_name(f"{last.name}.partial-1"))
    same(calibrate(small.question(), folder, resume=True, workers=1), found[0])


def test_a_damaged_generation_is_one_line(tmp_path: Path) -> None:
    folder, halt = tmp_path / "calibration", StopAfter(500)
    with pytest.raises(Stopped):
        calibrate(small.question(), folder, workers=1, progress=halt, stop=halt.stop)
    (folder / GENERATIONS / "000001.npz").write_bytes(b"PK\x03\x04 no")
    with pytest.raises(FolderError, match=r"000001\.npz: damaged"):
        calibrate(small.question(), folder, resume=True, workers=1)


def test_another_question_is_not_resumed(tmp_path: Path) -> None:
    folder, halt = tmp_path / "calibration", StopAfter(100)
    with pytest.raises(Stopped):
        calibrate(small.question(), folder, workers=1, progress=halt, stop=halt.stop)
    with pytest.raises(FolderError, match="cannot be resumed: its seed is another"):
        calibrate(small.question(seed=4), folder, resume=True, workers=1)
    with pytest.raises(FolderError, match="already exists"):
        calibrate(small.question(), folder, workers=1)
    with pytest.raises(FolderError, match=r"no calibration to resume: it has no plan\.json"):
        calibrate(small.question(), tmp_path / "nowhere", resume=True, workers=1)


def test_a_start_that_no_longer_improves_is_given_up_for_another_with_a_larger_population(tmp_path: Path) -> None:
    question = small.question(runs=2400, own=small.study(patience=3))
    folder = TrialFolder(tmp_path / "calibration", question.plan(), resume=False)
    trials = trials_of(search(question, folder, question.evaluator(small.SEEDS, 1), None, threading.Event()))
    starts, sizes = (
        np.unique(trials.start[trials.start >= 0]),
        np.unique(trials.generation[trials.start >= 0], return_counts=True)[1],
    )
    assert len(starts) > 2
    assert set(sizes.tolist()) >= {8, 16}


def test_the_space_is_folded_at_its_walls() -> None:
    assert mirrored(np.array([0.3, 1.2, -0.2, 2.5, -1.9])) == pytest.approx([0.3, 0.8, 0.2, 0.5, 0.1])


@pytest.mark.parametrize("until", [2010 * 12 + 11, 2012 * 12 + 11])
def test_what_was_observed_after_the_window_can_be_tampered_with_and_changes_nothing(tmp_path: Path, until: int) -> None:
    configs = tmp_path / "configs"
    shutil.copytree(find_configs(), configs)
    study = read_study(STUDY)
    before = loss_of(study, 2005 * 12, until, configs)
    year, n_changed = until // 12, 0
    for file in (configs / "observed").glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            rows = list(reader)
        if "value" not in (reader.fieldnames or ()) or "year" not in (reader.fieldnames or ()) or file.name == "money.csv":
            continue
        for row in rows:
            if int(row["year"]) > year:
                row["value"], n_changed = str(0.5 * float(row["value"])), n_changed + 1
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, reader.fieldnames or (), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    assert n_changed > 50
    shutil.copytree(configs, tmp_path / "again")  # another folder: nothing comes from a cache
    after = loss_of(study, 2005 * 12, until, tmp_path / "again")
    assert after.rows == before.rows
    assert max(row.until for row in after.rows) <= until


def test_a_later_fact_or_row_that_slips_through_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import reabm.validation.fitted as fitted

    def seeing_all(until: int | None = None, configs: Any = None) -> Any:
        return load_targets(None, configs)

    monkeypatch.setattr(fitted, "load_targets", seeing_all)
    with pytest.raises(ValidationError, match="allowed to 2012-12"):
        loss_of(read_study(STUDY), 2005 * 12, 2012 * 12 + 11)
