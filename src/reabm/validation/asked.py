"""What a scoreboard was asked, so that it can be asked again: scenario, seeds, parameter sets, code; and what was known to whom."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reabm.scenario import Scenario, dump_scenario, find_configs
from reabm.scenario.months import month_text
from reabm.validation.playing import Paths
from reabm.validation.windows import EARLY, FIT_END

if TYPE_CHECKING:
    from reabm.validation.parameters import ParameterSets

UNFITTED = (
    "Parameters: the scenario as it stands, set by hand with all of history in view: every window is development, none is blind."
)


def sets_of(name: str | None) -> ParameterSets | None:
    """Parameter sets by name; none where none are asked for."""
    if name is None:
        return None
    from reabm.validation.parameters import load_parameters

    return load_parameters(name)


def about_asked(
    scenario: Scenario,
    paths: Paths,
    sets: ParameterSets | None,
    early: ParameterSets | None,
    ladder: bool,
    conditional_on: tuple[str, ...],
) -> dict[str, Any]:
    """The part of the summary that says what was played, and on what its scores are conditional."""
    asked = {
        "scenario": scenario.title, "scenario_sha256": hashlib.sha256(dump_scenario(scenario).encode()).hexdigest(),
        "runs": len(paths.seeds), "first_seed": min(paths.seeds), "last_seed": max(paths.seeds), "failed": list(paths.failed),
        "parameters": None if sets is None else sets.name, "parameter_sets": 1 if sets is None else max(paths.sets) + 1,
        "early_parameters": None if early is None else early.name, "ladder": ladder, "code_sha256": code_sha256(),
        "configs_sha256": configs_sha256(), "conditional_on": list(conditional_on), "label": label_of(sets, FIT_END),
    }  # fmt: skip
    if ladder:
        asked["early_label"] = "2011 and 2012: " + label_of(sets if early is None else early, EARLY.known_until)
    return asked


def label_of(sets: ParameterSets | None, known_until: int) -> str:
    """How blind the runs were to what comes after a month."""
    if sets is None:
        return UNFITTED
    until = getattr(sets, "fit_until", None)
    if until is None or until > known_until:
        seen = "an unknown month" if until is None else month_text(until)
        return f"Parameters: {sets.name}, fitted to {seen}, later than {month_text(known_until)}: development, not blind."
    return (
        f"Parameters: {sets.name}, fitted to {month_text(until)}. The fit saw nothing later; whoever changes rules after a look at later "
        "scores turns them into development."
    )


def code_sha256() -> str:
    """Hash of every source file of the package but the page: the same code gives the same scores."""
    package = Path(__file__).resolve().parents[1]
    rooms = ("agents", "engine", "rules", "scenario", "validation", "world")
    return _sha256([file for room in rooms for file in sorted((package / room).rglob("*.py"))], package)


def configs_sha256() -> str:
    """Hash of the observed tables and of the facts."""
    folder = find_configs()
    return _sha256([*sorted((folder / "observed").glob("*.csv")), *sorted((folder / "studies").glob("*.yaml"))], folder)


def _sha256(files: list[Path], below: Path) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.relative_to(below).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
