"""Which mechanism carries what of the fit: each one switched off, and off with the parameters fitted anew.

A mechanism without which the fit is lost, and cannot be won back by other parameters, is one that history asks for. One whose
absence costs nothing is not proved by this window, however plausible it is.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from reabm.scenario import with_settings
from reabm.store.atomic import write_atomic
from reabm.store.manifest import write_json
from reabm.store.naming import FolderError, check_free
from reabm.store.resume import PLAN
from reabm.validation.calibrate import Question, Stopped, search, trials_of
from reabm.validation.priors import CalibrationStudy
from reabm.validation.trials import TrialFolder
from reabm.world.layout import Array

WHOLE = "all on"
AT_ZERO = {  # mechanisms without a switch: the number whose zero is their absence
    "delayed_response": "use.lagged_elasticity", "dear_stock": "stocks.price_discipline",
    "fear_of_campaigns": "beliefs.crackdown_alarm", "illegal_origin": "smuggling.origin_discount",
}  # fmt: skip
HYPERCUBE_SHARE = 0.1  # of a refit's sets are drawn over the whole ranges, the rest by two starts
MOST_NAMED = 3  # things that are said to break
LEAST_GROWTH = 1.0  # tolerances by which the mean error must grow to be said

type Report = Callable[[str, int, int], object]


def ablate(
    question: Question,
    central: Mapping[str, float],
    mechanisms: Sequence[str],
    runs: int,
    out: Path,
    resume: bool = False,
    workers: int | None = None,
    progress: Report | None = None,
    stop: threading.Event | None = None,
) -> pd.DataFrame:
    """Switch mechanisms off one by one, at a central set and refitted.

    Parameters
    ----------
    question : what the central set was fitted to
    central : values of the question's knobs that are left on
    mechanisms : names of switches, or of AT_ZERO; runs : budget of each refit, 0 for none
    out : folder; each finished mechanism is kept there, a refit generation by generation
    progress : called with the mechanism, and with how many are done, of all

    Returns
    -------
    DataFrame
        mechanism, loss (fresh seeds), change, standard_error (of the change, on equal luck), refitted, each group's loss off and
        refitted, breaks; first the row of the whole model.

    Raises
    ------
    Stopped, FolderError
    """
    halted = stop or threading.Event()
    plan = {**question.plan(), "central": dict(central), "refit_runs": runs}
    if resume:
        if not (out / PLAN).is_file():
            raise FolderError(f"{out}: no ablation to resume: it has no {PLAN}")
        if json.loads((out / PLAN).read_bytes()) != json.loads(json.dumps(plan)):
            raise FolderError(f"{out}: cannot be resumed: it asks another question; start anew with another --out")
    else:
        check_free(out)
        out.mkdir(parents=True, exist_ok=True)
        write_atomic(out / PLAN, write_json(plan))
    base = _measured(question, central, workers)
    rows = [_row(question, WHOLE, base, base)]
    for n, name in enumerate(mechanisms):
        if progress:
            progress(name, n, len(mechanisms))
        file = out / f"{name}.json"
        if resume and file.is_file():
            rows.append(json.loads(file.read_bytes()))
            continue
        if halted.is_set():
            raise Stopped(out, n, len(mechanisms))
        off = replace(without(question, name), runs=max(runs, 1))
        rows.append(_ablated(off, name, central, base, runs, out, workers, halted))
        write_atomic(file, write_json(rows[-1]))
    return pd.DataFrame(rows)


def without(question: Question, name: str) -> Question:
    """The question with a mechanism off: its switch, or its number at zero and no longer a knob."""
    path = AT_ZERO.get(name, f"mechanisms.{name}")
    knobs = tuple(knob for knob in question.knobs if knob.path != path)
    return replace(question, scenario=with_settings(question.scenario, {path: 0}), knobs=knobs)


class _Measured:
    """Losses and errors of one set on the fresh seeds."""

    def __init__(self, parts: Array, errors: Array, by_seed: Array) -> None:
        self.parts, self.errors, self.by_seed = parts, errors, by_seed


def _ablated(
    off: Question, name: str, central: Mapping[str, float], base: _Measured, runs: int, out: Path, workers: int | None,
    halted: threading.Event,
) -> dict[str, Any]:  # fmt: skip
    found = _measured(off, central, workers)
    row = _row(off, name, found, base)
    if runs == 0 or np.array_equal(found.by_seed, base.by_seed):
        return row  # what does nothing in the window needs no refit
    refit = replace(
        off,
        study=_small(off.study, runs),
        first=tuple(float(central[knob.path]) for knob in off.knobs),
        scenario=with_settings(off.scenario, {knob.path: central[knob.path] for knob in off.knobs}),
    )
    folder = out / name
    kept = TrialFolder(folder, refit.plan(), resume=(folder / PLAN).is_file())
    told = search(refit, kept, refit.evaluator(refit.study.seeds, workers), None, halted)
    trials = trials_of(told)
    best = trials.values[np.argsort(trials.losses, kind="stable")[0]]
    again = _measured(off, {knob.path: float(value) for knob, value in zip(off.knobs, best)}, workers)
    if again.by_seed.mean() < found.by_seed.mean():
        row["refitted"] = float(again.by_seed.mean())
        row |= {f"{group}.refitted": float(part) for group, part in zip(off.loss.groups, again.parts)}
        row["breaks_refitted"] = _breaks(off, again.errors, base.errors)
    else:
        row["refitted"] = row["loss"]
        row |= {f"{group}.refitted": row[group] for group in off.loss.groups}
        row["breaks_refitted"] = row["breaks"]
    return row


def _measured(question: Question, values: Mapping[str, float], workers: int | None) -> _Measured:
    evaluator = question.evaluator(question.study.fresh_seeds, workers)
    prepared = evaluator.tunable.tuned({knob.path: float(values[knob.path]) for knob in question.knobs})
    parts = evaluator.play(prepared)
    errors = np.nanmean(evaluator.errors(prepared), axis=1)
    return _Measured(parts.mean(axis=1), errors, question.loss.total(parts))


def _row(question: Question, name: str, found: _Measured, base: _Measured) -> dict[str, Any]:
    apart = found.by_seed - base.by_seed
    error = float(apart.std(ddof=1) / np.sqrt(len(apart))) if len(apart) > 1 else 0.0
    return {
        "mechanism": name,
        "loss": float(found.by_seed.mean()),
        "change": float(apart.mean()),
        "standard_error": error,
        "refitted": None,
        **{group: float(part) for group, part in zip(question.loss.groups, found.parts)},
        **{f"{group}.refitted": None for group in question.loss.groups},
        "breaks": _breaks(question, found.errors, base.errors),
        "breaks_refitted": "",
    }


def _breaks(question: Question, errors: Array, base: Array) -> str:
    """Series whose mean error grows most, with the mean signed error in tolerances before and after."""
    grown: dict[str, list[tuple[float, float]]] = {}
    for (_, name, _, _), after, before in zip(question.loss.labels, errors, base):
        grown.setdefault(name, []).append((float(before), float(after)))
    worse = {name: float(np.mean([abs(b) - abs(a) for a, b in both])) for name, both in grown.items()}
    named = sorted((name for name in worse if worse[name] >= LEAST_GROWTH), key=lambda name: (-worse[name], name))[:MOST_NAMED]
    means = {name: np.mean(np.array(grown[name]), axis=0) for name in named}
    return "; ".join(f"{name} {means[name][0]:+.1f} to {means[name][1]:+.1f}" for name in named)


def _small(study: CalibrationStudy, runs: int) -> CalibrationStudy:
    """The same study with a refit's budget: two starts, of which the first begins near the central set if that is best."""
    sets = max(1, runs // len(study.seeds))
    hypercube = max(2, min(study.hypercube, int(HYPERCUBE_SHARE * sets)))
    return replace(study, starts=2, hypercube=hypercube, candidates=0)


def ablation_markdown(table: pd.DataFrame, command: str) -> str:
    """The table for a document."""
    lines = [
        "| mechanism off | loss | change | refitted | what breaks (mean error in tolerances, before to after) | and refitted |",
        "| --- | ---: | ---: | ---: | --- | --- |",
    ]
    for row in table.sort_values("change", ascending=False, kind="stable").itertuples(index=False):
        refitted = "" if row.refitted is None or row.refitted != row.refitted else f"{row.refitted:.3f}"
        change = "" if row.mechanism == WHOLE else f"{row.change:+.3f} ± {row.standard_error:.3f}"
        lines.append(
            f"| {row.mechanism.replace('_', ' ')} | {row.loss:.3f} | {change} | {refitted} | {row.breaks} | "
            f"{row.breaks_refitted} |"
        )
    return "\n".join([*lines, "", f"Made by `{command}`.", ""])
