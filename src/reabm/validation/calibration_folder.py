"""The folder of a finished calibration: trials, accepted sets, what they say of each parameter, and how it was made."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from reabm.scenario import Scenario, dump_scenario, load_scenario
from reabm.scenario.months import month_text
from reabm.store.manifest import MANIFEST, circumstances, file_about, sealed, sha256, versions, write_json
from reabm.store.whole import read_holding
from reabm.validation.calibrate import Calibration
from reabm.validation.identify import Identified, Pair, correlated, identify
from reabm.validation.origin import digest, plan_digest
from reabm.validation.parameters import parameters_csv
from reabm.validation.trials import TrialFolder, write_atomic

HOLDS = "calibration"
NO_DATE = ("created",)  # of the circumstances: parameter files have the same bytes when they are made again


class SavedCalibration(NamedTuple):
    """A calibration as it stands in its folder."""

    folder: Path
    manifest: dict[str, Any]
    scenario: Scenario
    trials: pd.DataFrame  # a row a set: start, generation, loss, loss of each group, value of each knob
    parameters: pd.DataFrame  # a row a knob: fields of Identified
    pairs: pd.DataFrame
    sets: pd.DataFrame  # set_id, path, value, loss


def about_sets(found: Calibration, command: Sequence[str]) -> dict[str, Any]:
    """What is said beside parameter sets: how they were found, and which is the central one."""
    question, accepted = found.question, found.accepted
    trial = np.flatnonzero((found.trials.values == accepted.values[0]).all(axis=1))[0]
    best = {name: float(value) for name, value in zip(question.loss.groups, found.trials.parts[trial])}
    return {
        "command": list(command),
        "central": 0,
        "central_is": "the lowest mean loss on fresh seeds",
        "fit_until": month_text(question.scenario.end),
        "seed": question.seed,
        "search_seeds": [question.study.seeds.start, len(question.study.seeds)],
        "fresh_seeds": [question.study.fresh_seeds.start, len(question.study.fresh_seeds)],
        "runs": int(question.runs),
        "sets": len(accepted.losses),
        "accepted": len(accepted.sample_losses),
        "within_threshold": accepted.n_within,
        "candidates": accepted.n_candidates,
        "loss": float(accepted.losses[0]),
        "loss_of_the_middle": float(found.trials.losses[0]),
        "loss_by_group": best,
        "threshold": accepted.threshold,
        "knobs": {knob.path: {"range": [knob.low, knob.high], "scale": knob.scale} for knob in question.knobs},
        "scenario_sha256": plan_digest(question.scenario),
        "code_sha256": digest(),
        **{key: value for key, value in circumstances(list(command)).items() if key not in (*NO_DATE, "command")},
        **versions(),
    }


def write_calibration(found: Calibration, folder: Path, command: Sequence[str]) -> None:
    """Write what was found beside the plan; the manifest comes last and the files of generations go."""
    question, trials, accepted = found.question, found.trials, found.accepted
    paths = [knob.path for knob in question.knobs]
    table = pd.DataFrame(
        {
            "start": trials.start.astype(np.int32),
            "generation": trials.generation.astype(np.int32),
            "loss": trials.losses,
            **{f"loss.{name}": trials.parts[:, g] for g, name in enumerate(question.loss.groups)},
            **{path: trials.values[:, k] for k, path in enumerate(paths)},
        }
    )
    known = identify(accepted.sample, accepted.values[0], question.knobs, question.begin)
    pairs = correlated(accepted.sample, question.knobs)
    about = about_sets(found, command)
    sample = pd.DataFrame({"loss": accepted.sample_losses} | {path: accepted.sample[:, k] for k, path in enumerate(paths)})
    files = {
        "accepted.parquet": _parquet(sample),
        "pairs.csv": _csv(pd.DataFrame(pairs, columns=list(Pair._fields))),
        "parameters.csv": _csv(pd.DataFrame(known, columns=list(Identified._fields))),
        "plan.json": (folder / "plan.json").read_bytes(),
        "scenario.yaml": dump_scenario(question.scenario).encode(),
        "sets.csv": parameters_csv(paths, accepted.values, accepted.losses),
        "sets.json": write_json(about),
        "trials.parquet": _parquet(table),
    }
    for name, content in files.items():
        if name != "plan.json":
            write_atomic(folder / name, content)
    hashes = {name: file_about(len(content), sha256(content)) for name, content in sorted(files.items())}
    manifest = {**versions(), "holds": HOLDS, **about, **circumstances(list(command)), "files": hashes}
    write_atomic(folder / MANIFEST, sealed(manifest))
    TrialFolder.of(folder).drop_generations()


def load_calibration(folder: Path) -> SavedCalibration:
    """Read the folder of a finished calibration; every file is compared with its hash."""
    manifest, files = read_holding(folder, HOLDS, "no folder of a calibration")
    return SavedCalibration(
        folder, manifest, load_scenario(folder / "scenario.yaml"), pd.read_parquet(io.BytesIO(files["trials.parquet"])),
        _frame(files, "parameters.csv"), _frame(files, "pairs.csv"), _frame(files, "sets.csv"),
    )  # fmt: skip


def _frame(files: Mapping[str, bytes], name: str) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(files[name]), keep_default_na=False)


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n").encode()


def _parquet(table: pd.DataFrame) -> bytes:
    content = io.BytesIO()
    table.to_parquet(content, index=False, compression="zstd")
    return content.getvalue()
