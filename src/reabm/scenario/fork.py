"""The scenario of a fork: its parent's, with changes from a month on as dated interventions.

So what was done in a fork is written down in its scenario, and that scenario run from its first month has the fork's bits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from reabm.scenario.errors import Fault, ScenarioError
from reabm.scenario.lever_table import list_levers
from reabm.scenario.load import read_month, with_months, with_settings
from reabm.scenario.months import month_text
from reabm.scenario.policy import Intervention
from reabm.scenario.scenario import Scenario


class Forked(NamedTuple):
    """What a fork assumes, and what makes it differ from its parent."""

    scenario: Scenario
    at: int  # month: year x 12 + month - 1; nothing differs before it
    changes: tuple[Intervention, ...]  # the last interventions of the scenario


def forked(
    parent: Scenario,
    at: str | int,
    changes: Mapping[str, Any] | None = None,
    until: str | int | None = None,
    origin: str = "changes",
) -> Forked:
    """Scenario of a fork at the start of a month.

    Parameters
    ----------
    parent : Scenario
    at : month of the parent's run, or the one after its last where `until` lengthens it
    changes : `{path: value}` holds from `at` to the end, `{path: [{from, until, value}]}` in those months, not before `at`
    until : last month, in place of the parent's
    origin : what the messages call the place where the changes were written

    Raises
    ------
    ScenarioError
        One line for each fault: months outside the run or before `at`, levers that hold for a whole run, values out of range.
    """
    scenario = parent if until is None else with_months(parent, end=until)
    month = check_at(parent, at, beyond=until is not None)
    if month > scenario.end:
        found = f"got {month_text(scenario.end)}; allowed {month_text(month)} (at) or later"
        raise ScenarioError([Fault("months", 1, "until", found)])
    dated = {path: _dated(value, month) for path, value in (changes or {}).items()}
    _refuse_whole_run(scenario, dated, month, origin)
    changed = with_settings(scenario, dated, origin)
    added = changed.interventions[len(scenario.interventions) :]
    _refuse_before(added, list(dated), month, origin)
    return Forked(changed, month, added)


def check_at(scenario: Scenario, at: str | int, beyond: bool = True) -> int:
    """A month at whose start a run has a world: one of its months, or (`beyond`) the one after the last."""
    month = read_month(at, "at")
    last = scenario.end + 1 if beyond else scenario.end
    if not scenario.start <= month <= last:
        run = "the months of the run" + (" and the one after" if beyond else "")
        found = f"got {month_text(month)}; allowed {month_text(scenario.start)} to {month_text(last)}, {run}"
        raise ScenarioError([Fault("months", 1, "at", found)])
    return month


def _dated(value: Any, month: int) -> Any:
    return value if isinstance(value, list | tuple) else [{"from": month, "value": value}]


def _refuse_whole_run(scenario: Scenario, dated: Mapping[str, Any], month: int, origin: str) -> None:
    """A lever that holds for a whole run cannot be turned in its midst."""
    levers = list_levers(scenario)
    faults = [
        Fault(origin, n, path, f"got a change in {month_text(month)}; allowed for whole runs only: set it in a run of its own")
        for n, path in enumerate(dated, start=1)
        if path in levers and not levers[path].mid_run
    ]
    if faults:
        raise ScenarioError(faults)


def _refuse_before(added: tuple[Intervention, ...], paths: list[str], month: int, origin: str) -> None:
    """What came before the fork is shared with the parent and stays as it was."""
    faults = [
        Fault(
            origin, paths.index(entry.path) + 1, f"{entry.path}.from",
            f"got {month_text(entry.from_)}; allowed {month_text(month)} (the fork) or later",
        )
        for entry in added
        if entry.from_ < month
    ]  # fmt: skip
    if faults:
        raise ScenarioError(faults)


def changes_text(changes: tuple[Intervention, ...], at: int) -> dict[str, Any]:
    """Changes as `forked` takes them: a value that holds from the fork to the end, or dated values."""
    found: dict[str, Any] = {}
    for path in dict.fromkeys(entry.path for entry in changes):
        entries = [entry for entry in changes if entry.path == path]
        if len(entries) == 1 and entries[0].from_ == at and entries[0].until is None:
            found[path] = entries[0].value
        else:
            found[path] = [_entry(entry) for entry in entries]
    return found


def _entry(entry: Intervention) -> dict[str, Any]:
    until = {} if entry.until is None else {"until": month_text(entry.until)}
    return {"from": month_text(entry.from_), **until, "value": entry.value}
