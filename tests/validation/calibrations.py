"""Small calibrations for tests: a history that the model itself has written, with known parameters."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import log

import numpy as np

from reabm.engine.ensemble import Job, play_jobs
from reabm.engine.run import prepare
from reabm.scenario import Scenario, load_scenario, with_months, with_settings
from reabm.scenario.configs import find_configs
from reabm.validation.calibrate import Question
from reabm.validation.loss import Loss, Row
from reabm.validation.priors import CalibrationStudy, read_study
from reabm.validation.series import SERIES, series_of

TRUTH = {"alloy.low_grade_share": 0.16, "use.elasticity_scale": 1.3}
UNTIL = 2010 * 12 + 11
NAMES = ("price.outside.La", "price.outside.NdPr", "price.china.Dy", "exports.legal", "exports.alloy", "use.outside")
SEEDS = range(40, 44)


@cache
def history() -> Scenario:
    """Three years of the history."""
    return with_months(load_scenario(find_configs() / "scenarios" / "history.yaml"), start="2008-01", end="2010-12")


@cache
def written_rows() -> tuple[Row, ...]:
    """Half-years of some series under the true parameters, mean over seeds that no calibration uses."""
    prepared = prepare(with_settings(history(), TRUTH))
    jobs = [Job(prepared, seed) for seed in range(8)]
    played = list(play_jobs(jobs, lambda job, room: {k: v.copy() for k, v in series_of(room, NAMES).items()}, 1, details=True))
    rows = []
    for name in NAMES:
        months = np.mean([run[name] for run in played], axis=0)
        for first in range(0, len(months), 6):
            own = months[first : first + 6]
            value = float(own.sum() if SERIES[name].fold == "sum" else own.mean())
            rows.append(Row(name, history().start + first, history().start + first + 5, value, 0.1))
    return tuple(rows)


def study(**changes: object) -> CalibrationStudy:
    """The shipped study, made small."""
    shipped = read_study(find_configs() / "studies" / "calibration.yaml")
    small = replace(
        shipped, fit_until=UNTIL, seeds=SEEDS, population=8, starts=2, hypercube=24, candidates=12, fresh_seeds=range(90, 98),
        sets=6, least=4, distance=0.002, step=0.2, prior=0.0, knobs={path: shipped.knobs[path] for path in TRUTH},
    )  # fmt: skip
    return replace(small, **changes)  # type: ignore[arg-type]


def question(runs: int = 1200, seed: int = 3, own: CalibrationStudy | None = None) -> Question:
    """What a test asks."""
    own = own or study()
    loss = Loss(written_rows(), SERIES, history().start, UNTIL, own.weights, own.huber)
    return Question(history(), own, own.bound(history()), loss, runs, seed)


def log_distance(path: str, value: float) -> float:
    """How far a value is from the truth, as a log."""
    return abs(log(value / TRUTH[path]))
