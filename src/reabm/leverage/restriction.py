"""Restrictions that a fork imposes, written as dated changes of levers, and the base without them.

In the base, restrictions on the same target that the scenario scripts from the fork on are lifted: otherwise a fork in September
2010 would compare one embargo with another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from reabm.scenario import Scenario
from reabm.scenario.months import month_text

OUTSIDE = ("japan", "usa", "eu", "other_countries")
TARGETS: Mapping[str, tuple[str, ...]] = {"japan": ("japan",), "usa": ("usa",), "eu": ("eu",), "all": OUTSIDE}
KINDS = ("halt", "quota_cut", "licence")
LICENCE_MONTHS = 1.5  # the 45 days of a licence (smm_2025_licences)

Changes = dict[str, Any]


class Restriction(NamedTuple):
    """Who is kept from what, how and how long."""

    target: str  # of TARGETS
    months: int
    kind: str = "halt"  # of KINDS
    severity: float = 0.9  # share of legal trade that is stopped, of the quota in force that is cut, of licences refused


def base_changes(scenario: Scenario, target: str, at: int, end: int) -> Changes:
    """Changes that lift the scripted restrictions on a target from month `at` on (calendar months, both included)."""
    changes: Changes = {f"embargo.{country}.share": [held(at, end, 0.0)] for country in TARGETS[target]}
    licensed = max(at, first_licence(scenario))
    if licensed <= end:
        for country in TARGETS[target]:
            changes[f"licence.approval.{country}"] = [held(licensed, end, 1.0)]
        if target == "all":  # delay and scope are the same for all: for one country they stay in the base
            changes["licence.delay_months"] = [held(licensed, end, 0.0)]
            changes["magnets_under_licence"] = [held(licensed, end, 0.0)]
    return changes


def first_licence(scenario: Scenario) -> int:
    """Calendar month in which a scripted licence regime begins; a month after the last of the scenario where there is none."""
    dates = [min(series.values) for series in scenario.policy.licence.approval.values()]
    return min(dates, default=10**6)


def restricted_changes(scenario: Scenario, restriction: Restriction, at: int, end: int) -> Changes:
    """The base with the restriction from month `at` on.

    Parameters
    ----------
    at, end : int, calendar months; the restriction ends after its months or with `end`
    """
    changes = base_changes(scenario, restriction.target, at, end)
    if restriction.months == 0:
        return changes
    last = min(at + restriction.months - 1, end)
    countries = TARGETS[restriction.target]
    if restriction.kind == "halt":
        for country in countries:
            changes[f"embargo.{country}.share"] = [held(at, last, restriction.severity), *rest(last + 1, end, 0.0)]
    elif restriction.kind == "quota_cut":
        if restriction.target != "all":
            raise ValueError(f"a quota cut holds for all buyers: the target is {restriction.target!r}, it must be 'all'")
        in_force = float(scenario.settings.get("export_quota.scale", 1.0))
        changes["export_quota.scale"] = [held(at, last, (1.0 - restriction.severity) * in_force)]
    elif restriction.kind == "licence":
        _put_under_licence(changes, restriction, at, last, end, first_licence(scenario))
    else:
        raise ValueError(f"kind of restriction is {restriction.kind!r}; allowed {', '.join(KINDS)}")
    return changes


def _put_under_licence(changes: Changes, restriction: Restriction, at: int, last: int, end: int, licensed: int) -> None:
    """Licences for magnets and for the elements of the scripted regime (all, where there is none), refused to the target."""
    later = max(last + 1, licensed)  # from then on the base lifts what is scripted
    countries = TARGETS[restriction.target]
    for country in OUTSIDE:
        if country in countries:
            changes[f"licence.approval.{country}"] = [held(at, last, 1.0 - restriction.severity), *rest(later, end, 1.0)]
        elif at < licensed:
            changes[f"licence.approval.{country}"] = rest(at, min(last, licensed - 1), 1.0)
    lifts = restriction.target == "all"
    changes["licence.delay_months"] = [held(at, last, LICENCE_MONTHS), *(rest(later, end, 0.0) if lifts else [])]
    changes["magnets_under_licence"] = [held(at, last, 1.0), *(rest(later, end, 0.0) if lifts else [])]


def held(first: int, last: int, value: float) -> dict[str, Any]:
    """A dated change from month to month, both included."""
    return {"from": month_text(first), "until": month_text(last), "value": value}


def rest(first: int, last: int, value: float) -> list[dict[str, Any]]:
    """The months that are left, if any."""
    return [held(first, last, value)] if first <= last else []
