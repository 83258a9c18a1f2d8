"""Files -> scenario, and scenarios with changed levers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reabm.scenario.build import build_scenario
from reabm.scenario.check import intervention_messages
from reabm.scenario.errors import Fault, ScenarioError, shown
from reabm.scenario.lever_table import list_levers, plain_setting, setting_message
from reabm.scenario.merge import read_scenario_tree
from reabm.scenario.months import ALLOWED, month_index, month_text
from reabm.scenario.policy import Intervention
from reabm.scenario.scenario import Scenario
from reabm.scenario.sources import read_bibliography
from reabm.scenario.translate import faults_of
from reabm.scenario.yamlread import Node
from reabm.world.knobs import Lever


def load_scenario(path: str | PathLike[str]) -> Scenario:
    """Read and check a scenario file with all that it extends.

    Raises
    ------
    ScenarioError
        With one line for each fault: file, line, field, what was found, what is allowed.
    """
    tree, folders = read_scenario_tree(Path(path))
    return build_scenario(tree, read_bibliography(folders))


def with_settings(scenario: Scenario, settings: Mapping[str, Any], origin: str = "settings") -> Scenario:
    """Scenario with some levers set: `{path: value}` for the whole run, `{path: [{from, until, value}]}` for months.

    `origin` is what the messages call the place where the settings were written.
    """
    levers = list_levers(scenario)
    faults: list[Fault] = []
    whole: dict[str, float | str] = {}
    dated: list[Intervention] = []
    for n, (path, value) in enumerate(settings.items(), start=1):
        try:
            if isinstance(value, list | tuple):
                dated += [_intervention(scenario, path, entry, origin, n, levers) for entry in value]
                continue
        except ScenarioError as error:
            faults += error.faults
            continue
        whole[path] = plain_setting(value)
        message = setting_message(scenario, path, whole[path], levers)
        if message:
            faults.append(Fault(origin, n, path, message))
    if faults:
        raise ScenarioError(faults)
    return replace(
        scenario,
        settings={**scenario.settings, **whole},
        interventions=(*scenario.interventions, *dated),
    )


def _intervention(scenario: Scenario, path: str, entry: object, origin: str, n: int, levers: Mapping[str, Lever]) -> Intervention:
    """A dated change that was written as `{from, until, value}`."""
    if not isinstance(entry, Mapping):
        message = f"got {shown(entry)}; allowed a list of {{from, until, value}}, or one value for the whole run"
        raise ScenarioError([Fault(origin, n, path, message)])
    try:
        found = Intervention.model_validate({**entry, "path": path})
    except ValidationError as error:
        raise ScenarioError(faults_of(error, Node(None, origin, n, n), path, Intervention)) from None
    faults = [
        Fault(origin, n, path if part in ("path", "value") else f"{path}.{part}", message)
        for part, message in intervention_messages(scenario, found, levers)
    ]
    if faults:
        raise ScenarioError(faults)
    return found


def with_months(scenario: Scenario, start: str | int | None = None, end: str | int | None = None) -> Scenario:
    """Scenario with other first and last months; interventions outside them are dropped or cut."""
    first = scenario.start if start is None else read_month(start, "start")
    last = scenario.end if end is None else read_month(end, "until")
    if last <= first:
        message = f"got {month_text(first)} to {month_text(last)}; allowed a last month after the first"
        raise ScenarioError([Fault("months", 1, "until", message)])
    kept = []
    for entry in scenario.interventions:
        until = scenario.end if entry.until is None else entry.until
        if entry.from_ <= last and until >= first:
            cut = {"from_": max(entry.from_, first), "until": None if entry.until is None else min(until, last)}
            kept.append(entry.model_copy(update=cut))
    return replace(scenario, start=first, end=last, interventions=tuple(kept))


def read_month(written: str | int, field: str) -> int:
    """Month that a person wrote (`YYYY-MM`, or year x 12 + month - 1), or one clear error that names the field."""
    index = written if isinstance(written, int) and written > 10_000 else month_index(written)
    if index is None:
        raise ScenarioError([Fault("months", 1, field, f"got {shown(written)}; allowed {ALLOWED}")])
    return index
