"""A calibration: which values of the scalars bring the model closest to what was observed in the fit window.

Search, acceptance on fresh luck, and what the accepted sets say about each parameter. It sees nothing after the fit window:
runs end with it, and observations that end later are refused before their number is read.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from reabm.engine.ensemble import CHUNKS_AHEAD
from reabm.scenario import Scenario, with_months
from reabm.scenario.months import month_text
from reabm.store.naming import FolderError
from reabm.validation.accept import Accepted, accept, candidates_of
from reabm.validation.evaluate import Evaluator
from reabm.validation.loss import Loss
from reabm.validation.origin import digest, plan_digest
from reabm.validation.priors import CalibrationStudy, Knob, prior_cost
from reabm.validation.trials import HYPERCUBE, Generation, Told, TrialFolder
from reabm.world.layout import Array

if TYPE_CHECKING:
    from reabm.validation.search import Search

type Progress = Callable[[int, int, float], object]


class Stopped(KeyboardInterrupt):
    """A calibration was interrupted; what was finished is kept."""

    def __init__(self, folder: Path, n_runs: int, n_wanted: int) -> None:
        super().__init__(f"interrupted: {n_runs:,} of {n_wanted:,} runs are kept in {folder}")


@dataclass(frozen=True)
class Question:
    """What is asked of a calibration."""

    scenario: Scenario  # up to the end of the fit window
    study: CalibrationStudy
    knobs: tuple[Knob, ...]
    loss: Loss
    runs: int
    seed: int
    first: tuple[float, ...] | None = None  # values with which the search begins; None: the middle of every range

    @property
    def begin(self) -> list[float]:
        """What the search begins with: if nothing is said, the middle of every range, and not what an earlier one found."""
        return [knob.value(0.5) for knob in self.knobs] if self.first is None else list(self.first)

    @property
    def in_force(self) -> list[float]:
        """The knobs' values in the scenario."""
        return [float(self.scenario.settings.get(knob.path, self.scenario.scalars[knob.path].value)) for knob in self.knobs]

    @property
    def candidates(self) -> int:
        """Sets that acceptance plays again: no more than a third of the budget pays for, but as many as it takes at least."""
        paid = self.runs // 3 // len(self.study.fresh_seeds)
        return min(self.study.candidates, max(self.study.least, paid))

    @property
    def evaluations(self) -> int:
        """Parameter sets of the search: the budget less what acceptance takes."""
        fresh = min(self.study.candidates * len(self.study.fresh_seeds), self.runs // 3)
        return max(1, (self.runs - fresh) // len(self.study.seeds))

    def plan(self) -> dict[str, Any]:
        """What must be the same for a calibration to be resumed."""
        return {
            "scenario": plan_digest(self.scenario),
            "code": digest(),
            "knobs": [list(knob) for knob in self.knobs],
            "prior": self.study.prior,
            "rows": [list(row) for row in self.loss.rows],
            "groups": dict(zip(self.loss.groups, self.loss.weights.tolist())),
            "runs": self.runs,
            "seed": self.seed,
            "seeds": [self.study.seeds.start, len(self.study.seeds)],
            "search": [self.study.population, self.study.starts, self.study.hypercube, self.study.step, self.study.patience],
        }

    def prior(self, values: Array) -> Array:
        """What sets cost for lying near the ends of their ranges, beside the loss; shape (sets,)."""
        return self.study.prior * prior_cost(values, self.knobs)

    def search(self) -> Search:
        """The search, at its beginning."""
        from reabm.validation.search import Search  # imports the optimiser

        own = self.study
        return Search(
            self.knobs, self.begin, self.evaluations, own.population, own.starts, own.hypercube, own.step, own.patience, self.seed
        )

    def evaluator(self, seeds: range, workers: int | None) -> Evaluator:
        """Plays sets with these seeds; no more threads than the search can feed."""
        found = Evaluator(self.scenario, self.knobs, seeds, self.loss, workers)
        found.workers = max(1, min(found.workers, (self.study.starts - 1) * self.study.population // CHUNKS_AHEAD))
        return found


class Trials(NamedTuple):
    """Every set that was played, in the order in which they were asked for."""

    start: Array  # sets
    generation: Array  # sets
    values: Array  # sets x knobs
    parts: Array  # sets x groups
    losses: Array  # sets


class Calibration(NamedTuple):
    """What was found."""

    question: Question
    trials: Trials
    accepted: Accepted


def ask(
    scenario: Scenario, study: CalibrationStudy, loss_of: Callable[..., Loss], fit_until: int, runs: int, seed: int
) -> Question:
    """A question: the scenario is cut at the end of the fit window, and the loss holds nothing later."""
    cut = with_months(scenario, end=fit_until)
    return Question(cut, study, study.bound(scenario), loss_of(study, cut.start, fit_until), runs, seed)


def calibrate(
    question: Question,
    out: Path,
    resume: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> Calibration:
    """Search and accept; every finished generation is kept in the folder.

    Parameters
    ----------
    resume : play on where a calibration of the same question in this folder was stopped; it ends with the same bits
    progress : called with runs done, runs of the whole, and the best loss so far
    stop : when set, finished generations are kept and `Stopped` is raised

    Raises
    ------
    Stopped, FolderError
    """
    halted = stop or threading.Event()
    folder = TrialFolder(out, question.plan(), resume)
    evaluator = question.evaluator(question.study.seeds, workers)
    told = search(question, folder, evaluator, progress, halted)
    trials = trials_of(told)
    chosen = candidates_of(trials.values, trials.losses, question.knobs, question.candidates, question.study.distance)
    fresh = question.evaluator(question.study.fresh_seeds, workers)
    found: list[Array] = []
    for parts in fresh.parts(iter(trials.values[chosen]), halted):
        found.append(question.loss.total(parts) + question.prior(trials.values[chosen[len(found)]])[0])
        if progress:
            done = len(trials.losses) * len(question.study.seeds) + len(found) * len(question.study.fresh_seeds)
            progress(min(done, question.runs), question.runs, float(trials.losses.min()))
    if len(found) < len(chosen):
        raise Stopped(out, len(trials.losses) * len(question.study.seeds), question.runs)
    return Calibration(question, trials, accept(trials.values[chosen], np.array(found), question.knobs, question.study))


def search(
    question: Question, folder: TrialFolder, evaluator: Evaluator, progress: Progress | None, halted: threading.Event
) -> list[Told]:
    """Play generations until the budget is spent; those that the folder holds are told again instead of played."""
    machine, told, best = question.search(), list[Told](), np.inf
    for known in folder.read():
        asked = machine.ask()
        if asked is None or asked.start != known.generation.start or not np.array_equal(asked.values, known.generation.values):
            raise FolderError(f"{folder.folder}: cannot be resumed: its trials are those of other packages; start anew")
        machine.tell(asked, known.losses.tolist())
        told.append(known)
        best = min(best, float(known.losses.min()))
    waiting: deque[Generation] = deque()

    def sets() -> Iterator[Array]:
        while not halted.is_set():
            generation = machine.ask()
            if generation is None:
                return
            waiting.append(generation)
            yield from generation.values
            if generation.start == HYPERCUBE:
                return

    n_sets = sum(len(one.by_seed) for one in told)
    is_open = True
    while is_open and not halted.is_set():
        is_open, results = False, list[Array]()
        for parts in evaluator.parts(sets(), halted):
            is_open = True
            results.append(parts)
            n_sets += 1
            if len(results) == len(waiting[0].values):
                made = _told(waiting.popleft(), results, question)
                folder.write(made)
                machine.tell(made.generation, made.losses.tolist())
                told.append(made)
                best = min(best, float(made.losses.min()))
                results = []
            if progress:
                progress(n_sets * len(evaluator.seeds), question.runs, best)
        if told and told[-1].generation.start != HYPERCUBE:
            break
    if halted.is_set():
        raise Stopped(folder.folder, sum(len(one.by_seed) for one in told) * len(evaluator.seeds), question.runs)
    return told


def trials_of(told: list[Told]) -> Trials:
    """All trials as arrays."""
    return Trials(
        np.concatenate([np.full(len(one.by_seed), one.generation.start) for one in told]),
        np.concatenate([np.full(len(one.by_seed), one.generation.number) for one in told]),
        np.concatenate([one.generation.values for one in told]),
        np.concatenate([one.parts for one in told]),
        np.concatenate([one.losses for one in told]),
    )


def window_text(question: Question) -> str:
    """The months that are fitted to."""
    return f"{month_text(question.scenario.start)} to {month_text(question.scenario.end)}"


def _told(generation: Generation, results: list[Array], question: Question) -> Told:
    parts = np.array(results)  # sets x groups x seeds
    by_seed = np.zeros((parts.shape[0], parts.shape[2])) + question.prior(generation.values)[:, None]
    for g, weight in enumerate(question.loss.weights):
        by_seed += weight * parts[:, g, :]
    return Told(generation, parts.mean(axis=2), by_seed)
