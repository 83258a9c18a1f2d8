"""The folder of a played restraint study: its scenarios, what every world recorded, the map, the frontier, a summary."""

from __future__ import annotations

import io
import json
import math
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from reabm.empirical.restraint import PATHS, Played, RestraintFile, RestraintStudy
from reabm.empirical.restraint_map import break_even, cells, frontier, own_rate, side_of, within
from reabm.empirical.restraint_theory import theory_table
from reabm.scenario import dump_scenario, load_scenario
from reabm.store.manifest import write_json
from reabm.store.whole import read_holding, write_whole
from reabm.world.layout import Array
from reabm.world.state import GAINS

HOLDS = "restraint"
ARRAYS, CELLS, FRONTIER, THEORY, BREAK_EVEN, SUMMARY, STUDY = (
    "worlds.npz", "map.csv", "frontier.csv", "theory.csv", "break_even.csv", "summary.json", "study.json",
)  # fmt: skip
RATES = {name: "critical_rate" if name == "rate" else name for name in ("rate", "low", "high", "sets_low", "sets_high", "back")}
ARRAY_NAMES = ("sums", "quarters", "paths", "sets")


class RestraintResult(NamedTuple):
    """A study and what its worlds gave."""

    study: RestraintStudy
    played: Played
    folder: Path | None = None
    manifest: dict[str, Any] | None = None


def frontier_table(result: RestraintResult) -> pd.DataFrame:
    """Critical discount rates of every comparison, weight, retaliation and lead.

    Numbers alone: a rate that lies beyond those of the study stands as the end that it lies beyond, and the column `..._side`
    beside it says `below` or `above` (else `within`).
    """
    written = result.study.file
    rows = []
    for pair in written.comparisons:
        for downstream in written.downstream_weights:
            for retaliation in written.retaliation_musd_month:
                found = frontier(result.study, result.played, pair, downstream, retaliation)
                for factor, one in zip(written.lead_factors, found, strict=True):
                    found_rates = {name: getattr(one, field) for field, name in RATES.items()}
                    rows.append(
                        {
                            "coercion": pair.coercion,
                            "restraint": pair.restraint,
                            "downstream_weight": downstream,
                            "retaliation_musd_month": retaliation,
                            "lead_factor": factor,
                            **{name: within(one, rate) for name, rate in found_rates.items()},
                            **{f"{name}_side": side_of(rate) for name, rate in found_rates.items()},
                        }
                    )
    return pd.DataFrame(rows)


def save_restraint(result: RestraintResult, folder: Path, is_named: bool = True, command: list[str] | None = None) -> Path:
    """Write the folder as a whole and return it; the same study gives the same bytes in every file but the manifest."""
    study, played = result.study, result.played
    content = io.BytesIO()
    np.savez(content, **{name: getattr(played, name) for name in ARRAY_NAMES})
    about = {"file": study.file.model_dump(mode="json"), "slope_t_yr": played.slope_t_yr, "lead_years": played.lead_years}
    files = {"scenario-before.yaml": dump_scenario(study.before).encode()}
    files |= {f"scenario-{name}.yaml": dump_scenario(one).encode() for name, one in study.policies.items()}
    files |= {ARRAYS: content.getvalue(), STUDY: write_json(about), CELLS: _csv(cells(study, played))}
    files |= {FRONTIER: _csv(frontier_table(result)), SUMMARY: write_json(summary_of(result))}
    for name, make in ((THEORY, theory_of), (BREAK_EVEN, break_even_of)):
        files[name] = _csv(make(result))
    return write_whole(files, {"holds": HOLDS, "title": study.file.title}, folder, is_named, command)


def load_restraint(folder: str | PathLike[str]) -> RestraintResult:
    """Read the folder of a study.

    Raises
    ------
    FolderError
        In one line, with the name of the file that is missing or damaged.
    """
    place = Path(folder)
    manifest, files = read_holding(place, HOLDS, "holds no restraint study; it was not written by reabm study")
    about = json.loads(files[STUDY])
    written = RestraintFile.model_validate(about["file"])
    policies = {name: load_scenario(place / f"scenario-{name}.yaml") for name in written.policies}
    study = RestraintStudy(written, load_scenario(place / "scenario-before.yaml"), policies)
    with np.load(io.BytesIO(files[ARRAYS]), allow_pickle=False) as found:
        arrays: dict[str, Array] = {name: found[name] for name in ARRAY_NAMES}
    return RestraintResult(
        study, Played(**arrays, slope_t_yr=about["slope_t_yr"], lead_years=about["lead_years"]), place, manifest
    )


def theory_of(result: RestraintResult) -> pd.DataFrame:
    """Theory beside each comparison."""
    tables = []
    for pair in result.study.file.comparisons:
        table = theory_table(result.study, result.played, pair.coercion, pair.restraint)
        table.insert(0, "coercion", pair.coercion)
        table.insert(1, "restraint", pair.restraint)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def break_even_of(result: RestraintResult) -> pd.DataFrame:
    """Weights at which the two sides of each comparison pay the same."""
    tables = []
    for pair in result.study.file.comparisons:
        table = break_even(result.study, result.played, pair)
        table.insert(0, "coercion", pair.coercion)
        table.insert(1, "restraint", pair.restraint)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def summary_of(result: RestraintResult) -> dict[str, Any]:
    """The main numbers of the first comparison, for machines; every number stands in the tables beside it."""
    study, written = result.study, result.study.file
    pair = written.comparisons[0]
    found = cells(study, result.played)
    own = found[(found["coercion"] == pair.coercion) & (found["restraint"] == pair.restraint)]
    shares = own["better"].value_counts(normalize=True)
    table = frontier_table(result)
    chosen = table[(table["coercion"] == pair.coercion) & (table["restraint"] == pair.restraint)]
    return {
        "title": written.title,
        "comparison": pair.model_dump(),
        "worlds": {"seeds": written.seeds, "policies": len(written.policies), "leads": len(written.lead_factors),
                   "sets": len(result.played.sets)},
        "own_discount_rate": own_rate(study),
        "lead_years": result.played.lead_years,
        "cells": len(own),
        "share_of_cells": {name: float(shares.get(name, 0.0)) for name in ("restraint", "coercion", "unsure")},
        "frontier": [{key: _number(value) for key, value in row.items()} for row in chosen.to_dict("records")],
        "theory": [{key: _number(value) for key, value in row.items()}
                   for row in theory_table(study, result.played, pair.coercion, pair.restraint).to_dict("records")],
    }  # fmt: skip


def mean_paths(result: RestraintResult, policy: str, column: str) -> Array:
    """Mean over worlds of a column of PATHS by lead and month after the decision."""
    names = list(result.study.policies)
    found: Array = result.played.paths[names.index(policy), :, PATHS.index(column)]
    return found


def terms_by_year(result: RestraintResult, coercion: str, restraint: str) -> Array:
    """Coercion less restraint by lead, year after the decision and term of the pay-off, M USD, at the scenarios' own weights."""
    names = list(result.study.policies)
    gap = (result.played.quarters[names.index(coercion)] - result.played.quarters[names.index(restraint)]).mean(axis=1)
    years = gap.shape[1] // 4
    found: Array = gap[:, : 4 * years].reshape(gap.shape[0], years, 4, len(GAINS)).sum(axis=2) * result.study.weights
    return found


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n").encode("utf-8")


def _number(value: Any) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) else ("unbounded" if math.isinf(value) else value)
    return int(value) if isinstance(value, np.integer) else value
