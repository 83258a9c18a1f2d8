"""What a calibration costs beside the runs that it plays: python -m tests.bench.calibration [RUNS [TURNS]]."""

from __future__ import annotations

import sys
import threading
import time
from itertools import batched
from pathlib import Path
from tempfile import TemporaryDirectory

from reabm.commands.scenarios import scenario_file
from reabm.engine.ensemble import Job, in_threads, play_job
from reabm.engine.run import Prepared, Room, RunError
from reabm.scenario import find_configs, load_scenario
from reabm.validation.accept import candidates_of
from reabm.validation.calibrate import Calibration, Question, ask, calibrate
from reabm.validation.fitted import loss_of
from reabm.validation.priors import read_study
from reabm.world.history import empty_history
from tests.bench.row import Row, written

WORKERS = 2
MOST_ADDED = 15.0  # per cent
AT_A_TIME = 200  # sets made ready before they are played: what making them ready costs is the calibration's


def question_of(runs: int) -> Question:
    """The shipped calibration with fewer runs."""
    configs = find_configs()
    study = read_study(configs / "studies" / "calibration.yaml")
    scenario = load_scenario(scenario_file(Path(study.scenario)))
    return ask(scenario, study, loss_of, study.fit_until, runs, seed=0)


def calibrated(question: Question) -> tuple[Calibration, float, float]:
    """What it finds; processor time and time of the clock, s."""
    with TemporaryDirectory() as folder:
        clock, processor = time.perf_counter(), time.process_time()
        found = calibrate(question, Path(folder) / "calibration", workers=WORKERS)
        return found, time.process_time() - processor, time.perf_counter() - clock


def runs_alone(question: Question, found: Calibration) -> tuple[int, float, float]:
    """The runs of its search alone, without a look at what they give: how many, processor time and time of the clock, s."""
    evaluator = question.evaluator(question.study.seeds, WORKERS)
    own = threading.local()
    n_runs, clock, processor = 0, 0.0, 0.0

    def play(prepared: Prepared) -> None:
        if not hasattr(own, "room"):
            own.room = Room(prepared.sizes, history=empty_history(prepared.sizes))
        for seed in question.study.seeds:
            try:
                play_job(Job(prepared, seed), own.room)
            except RunError:  # counted by the calibration too
                continue

    for values in batched(found.trials.values, AT_A_TIME):
        ready = list(evaluator.values_of(values))
        since, before = time.perf_counter(), time.process_time()
        n_runs += len(question.study.seeds) * len(list(in_threads(iter(ready), play, WORKERS, 1, threading.Event())))
        clock, processor = clock + time.perf_counter() - since, processor + time.process_time() - before
    return n_runs, processor, clock


def n_played(question: Question, found: Calibration) -> int:
    """Runs of its search and, with fresh seeds, of the candidates for acceptance."""
    own, trials = question.study, found.trials
    chosen = candidates_of(trials.values, trials.losses, question.knobs, question.candidates, own.distance)
    return len(trials.losses) * len(own.seeds) + len(chosen) * len(own.fresh_seeds)


def calibration_rows(runs: int, turns: int) -> list[Row]:
    """The least of turns in which calibration and runs alone follow each other."""
    question = question_of(runs)
    calibrated(question_of(2_000))  # compiles
    whole, alone, clocks, n_runs, n_alone = list[float](), list[float](), list[tuple[float, float]](), 0, 0
    for _ in range(turns):
        found, processor, clock = calibrated(question)
        n_runs = n_played(question, found)
        n_alone, own_processor, own_clock = runs_alone(question, found)
        whole.append(processor / n_runs)
        alone.append(own_processor / n_alone)
        clocks.append((clock / n_runs, own_clock / n_alone))
    by_clock = min(one for one, _ in clocks) / min(one for _, one in clocks)
    note = f"{n_runs:,} runs of {question.scenario.n_months} months, {WORKERS} workers, best of {turns} turns"
    return [
        Row("a run of a calibration", 1e3 * min(whole), "ms", note=f"processor time; {note}"),
        Row("the same runs alone", 1e3 * min(alone), "ms", note=f"processor time; {n_alone:,} runs of the search"),
        Row("what a calibration adds", 100 * (min(whole) / min(alone) - 1), "%", most=MOST_ADDED, note="processor time"),
        Row("what a calibration adds by the clock", 100 * (by_clock - 1), "%", note="two cores, whatever else they do"),
    ]


if __name__ == "__main__":
    for row in calibration_rows(*(int(word) for word in [*sys.argv[1:], "20000", "3"][:2])):
        print(f"{row.what:40} {written(row.figure):>8} {row.unit:3} {row.target:14} {row.note}")
