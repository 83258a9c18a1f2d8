"""What a scoreboard was asked, so that it can be asked again: scenario, seeds, parameter sets, code; and how blind it is."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from reabm.scenario import Scenario, find_configs
from reabm.scenario.months import month_index, month_text
from reabm.scenario.parameters import ParameterTable, chosen_set, parameter_file
from reabm.validation.origin import digest, plan_digest
from reabm.validation.playing import Paths
from reabm.validation.targets import FILE
from reabm.validation.windows import EARLY, FIT_END

DEVELOPMENT = (  # what was chosen with a look at scores of 2013 and after; whoever chooses more so adds it here
    "rules and scripted inputs were changed with them in view (mines' restart, how far cheapness adds use, illegal origin as a "
    "motive to smuggle, demand after 2012), and numbers that are not fitted were set by hand"
)
UNFITTED = (
    "Parameters: the scenario as it stands, set by hand with all of history in view: every window is development, none is blind."
)


def sets_of(name: str | None) -> ParameterTable | None:
    """All parameter sets of NAME, or the one of NAME:id; none where none are asked for."""
    if name is None:
        return None
    table, number = chosen_set(name)
    if ":" not in name:
        return table
    return table._replace(values=(table.values[number],), losses=(table.losses[number],), central=0)


def about_asked(
    scenario: Scenario,
    paths: Paths,
    sets: ParameterTable | None,
    early: ParameterTable | None,
    ladder: bool,
    conditional_on: tuple[str, ...],
) -> dict[str, Any]:
    """The part of the summary that says what was played, and on what its scores are conditional."""
    asked = {
        "scenario": scenario.title, "scenario_sha256": plan_digest(scenario),
        "runs": len(paths.seeds), "first_seed": min(paths.seeds), "last_seed": max(paths.seeds), "failed": list(paths.failed),
        "parameters": None if sets is None else sets.name, "parameter_sets": 1 if sets is None else max(paths.sets) + 1,
        "parameters_sha256": _sets_sha256(sets), "early_parameters": None if early is None else early.name,
        "early_parameters_sha256": _sets_sha256(early), "ladder": ladder, "code_sha256": digest(),
        "configs_sha256": configs_sha256(), "conditional_on": list(conditional_on), "label": label_of(sets, FIT_END),
    }  # fmt: skip
    if ladder:
        asked["early_label"] = "2011 and 2012: " + label_of(sets if early is None else early, EARLY.known_until)
    return asked


def label_of(sets: ParameterTable | None, known_until: int) -> str:
    """How blind the runs were to what comes after a month."""
    if sets is None:
        return UNFITTED
    until = fitted_until(sets.name)
    if until is None:
        return f"Parameters: {sets.name}; to which month they were fitted is not said: development, not blind."
    if until > known_until:
        return f"Parameters: {sets.name}, fitted to {month_text(until)}, after {month_text(known_until)}: development, not blind."
    return (
        f"Parameters: {sets.name}, fitted to {month_text(until)}; the fit saw nothing later. Scores of later years are "
        f"development all the same, until April 2025: {DEVELOPMENT}. The licences of April 2025 chose nothing."
    )


def fitted_until(name: str) -> int | None:
    """Last month that a calibration saw, as the file beside its sets says; None where that is not said."""
    file = parameter_file(name).with_suffix(".json")
    if not file.is_file():
        return None
    about = json.loads(file.read_text(encoding="utf-8"))
    written = re.findall(r"\d{4}-\d{2}", str(about.get("fit_until", about.get("fit_window", ""))))
    return month_index(written[-1]) if written else None


def configs_sha256() -> str:
    """Hash of the observed tables and of the facts."""
    folder = find_configs()
    return _sha256([*sorted((folder / "observed").glob("*.csv")), folder / FILE], folder)


def _sets_sha256(sets: ParameterTable | None) -> str | None:
    return None if sets is None else hashlib.sha256(repr((sets.paths, sets.values)).encode()).hexdigest()


def _sha256(files: list[Path], below: Path) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.relative_to(below).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
