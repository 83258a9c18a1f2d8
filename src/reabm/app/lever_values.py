"""What every lever amounts to in a month: by the script, by the file's settings, or by the visitor.

A lever of policy stands in place of a series of the script, so its value in force is read from that series. A factor is 1
where nobody set it, and what it scales is read without it: setting the quota to a number gives that number back, whatever
the factor on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from math import isnan
from typing import NamedTuple

from reabm.app.snapshot import Snapshot
from reabm.app.words import name_words
from reabm.scenario import Scenario
from reabm.scenario.firm_levers import BoundFirmLever, firm_paths
from reabm.scenario.lever_table import list_levers, policy_paths
from reabm.scenario.policy import GovernmentPolicy, Policy
from reabm.scenario.quantity import ASSUMPTION, Sourced
from reabm.scenario.quantity import Series as Scripted
from reabm.world.history import COLUMN

type Value = float | str | None  # None: there is none, as a quota that was not issued, or an order to a firm that decides itself
type Found = Iterable[Scripted | None]

FACTOR = ".scale"
PLANS = "receding_horizon"
NO_RULING = ("tight_quota", "limit_pricing")  # strategies of the Chinese state that obey no ruling
FREE_OF_SCRIPT = ("open_trade", "licence_with_restraint", "industrial_policy")  # that take no measure of the script on exports


class Reader(NamedTuple):
    """How a lever of policy is read from the script."""

    value: Callable[[Scenario, str, int], float | None]  # scenario in force, name in the path, month
    behind: Callable[[Policy, str], Found]  # the series that the lever stands in place of


def in_force(scenario: Scenario, month: int) -> dict[str, Value]:
    """Value of every lever in a month (year x 12 + month - 1), by path, in the units of the table."""
    given = _set_in(scenario, month)
    found = _without_factors(scenario).at(month)
    values: dict[str, Value] = {}
    policies = policy_paths(scenario)
    for path in list_levers(scenario):
        section, _, name = path.partition(".")
        if path in policies:
            row, slot = policies[path]
            reader = READERS.get(row.template)
            values[path] = given.get(path) if path in given or reader is None else reader.value(found, slot, month)
        elif section == "strategies":
            values[path] = found.strategies[name]
        elif section == "mechanisms":
            values[path] = 1.0 if found.mechanisms.get(name, True) else 0.0
        elif path in found.scalars:
            values[path] = found.scalars[path].value
        else:
            values[path] = given.get(path, _told(found, path, month))
    return values


def _told(scenario: Scenario, path: str, month: int) -> Value:
    """What the scenario tells a directed firm; None where it is left to decide."""
    firms = firm_paths(scenario)
    series = told_series(scenario, firms[path]) if path in firms else None
    return None if series is None else _at(series, month, 0.0)


def told_series(scenario: Scenario, lever: BoundFirmLever) -> Scripted | None:
    """The series that a lever of a directed firm stands in place of."""
    if lever.row.section == "makers":
        return scenario.makers[lever.agent].directed_share.get(lever.row.name.removesuffix("_in_china"))  # type: ignore[call-overload]
    mine = scenario.mines[lever.agent]
    return {"build": mine.directed_build, "output": mine.directed_output}.get(lever.row.name)


def behind(scenario: Scenario, path: str) -> tuple[Sourced, ...]:
    """The numbers of the scenario, with their sources, that a lever stands in place of."""
    if path in scenario.scalars:
        return (scenario.scalars[path],)
    policies = policy_paths(scenario)
    firms = firm_paths(scenario)
    if path in firms:
        series = told_series(scenario, firms[path])
        return () if series is None else (series,)
    if path not in policies or policies[path].row.template not in READERS:
        return ()
    row, slot = policies[path]
    return tuple(series for series in READERS[row.template].behind(scenario.policy, slot) if series is not None)


def source_words(scenario: Scenario, path: str, most: int = 2) -> str:
    """Where the number comes from that a lever stands in place of: titles of its sources; empty where it has none."""
    keys = list(dict.fromkeys(key for number in behind(scenario, path) for key in number.source))
    titles = [f"{scenario.sources[key].author}: {scenario.sources[key].title}" for key in keys if key in scenario.sources]
    said = titles[:most]
    if len(titles) > most:
        said.append(f"and {len(titles) - most} more")
    if ASSUMPTION in keys:
        said.append("partly a judgement of this project" if titles else "a judgement of this project")
    return "; ".join(said)


IDLE_IN_OPEN_TRADE = ("export_quota.", "export_tax.", "embargo.", "licence.", "magnets_under_licence", "alloy_in_quota.")


def remarks(snapshot: Snapshot) -> dict[str, str]:
    """Levers that do not do now what their value says, and why."""
    scenario = snapshot.track.scenario
    month = min(snapshot.next_month, scenario.end)
    found = scenario.at(month)
    strategy = next((found.strategies[name] for name in _states(found)), "")
    said = {}
    if strategy in FREE_OF_SCRIPT:
        plays = name_words(strategy)
        said["strategies.china_state"] = f"{plays[:1].upper()}{plays[1:]}: quota, tax, embargo and licences stay without effect."
        idle = f"Without effect: the Chinese state plays {plays}."
        said |= {path: idle for path in list_levers(scenario) if path.startswith(IDLE_IN_OPEN_TRADE)}
    elif strategy == PLANS:
        said["strategies.china_state"] = (
            "It plans ahead: quota, tax, embargo and licences act only while it follows the script, one of its candidates."
        )
    elif strategy not in NO_RULING and _is_quota_gone(snapshot):
        said["export_quota.t_per_year"] = (
            "A ruling of the WTO ended the quota: one set now has no effect, unless the Chinese state plays a strategy "
            "that obeys no ruling."
        )
    set_now = _set_in(scenario, month)
    for path, (_, agent) in firm_paths(scenario).items():
        if path in set_now and found.strategies.get(agent) != "directed":
            said[path] = "Acts once the firm plays the strategy directed."
    if not _has_licences(found, month):
        for path in ("licence.delay_months", "magnets_under_licence"):
            if path in set_now:
                said[path] = "Acts once licences are in force: set the approval of a destination."
    return said


def _is_quota_gone(snapshot: Snapshot) -> bool:
    """Whether the script has a quota in the month on the screen and the run has none."""
    if snapshot.shown == 0:
        return False
    row = snapshot.track.history.months[snapshot.row]
    found = snapshot.track.scenario.at(snapshot.month)
    return (
        isnan(float(row[COLUMN.export_quota_t]))
        and _quota(found, "", snapshot.month) is not None
        and found.mechanisms.get("export_quota", True)
        and all(found.strategies[name] not in FREE_OF_SCRIPT for name in _states(found))
    )


def _states(scenario: Scenario) -> list[str]:
    own = [name for name, government in scenario.governments.items() if government.destination == "china"]
    return [name for name in own or ["china_state"] if name in scenario.strategies]


def _set_in(scenario: Scenario, month: int) -> dict[str, float | str]:
    """What levers were set to, by the file or by the visitor, and act in a month."""
    found = dict(scenario.settings)
    for entry in scenario.interventions:
        if entry.from_ <= month <= (scenario.end if entry.until is None else entry.until):
            found[entry.path] = entry.value
    return found


def _without_factors(scenario: Scenario) -> Scenario:
    return replace(
        scenario,
        settings={path: value for path, value in scenario.settings.items() if not path.endswith(FACTOR)},
        interventions=tuple(entry for entry in scenario.interventions if not entry.path.endswith(FACTOR)),
    )


def _at(series: Scripted | None, month: int, default: float) -> float:
    return default if series is None else float(series.monthly(month, 1)[0])


def _quota(scenario: Scenario, _name: str, month: int) -> float | None:
    """Tonnes a year: twice what was issued for the half-year, the parts together where there are two quotas."""
    quota = scenario.policy.export_quota
    light, heavy = _at(quota.light, month, float("nan")), _at(quota.heavy, month, float("nan"))
    if quota.light is not None and quota.heavy is not None:
        is_split = month >= max(min(quota.light.values), min(quota.heavy.values))
        if is_split and not (isnan(light) and isnan(heavy)):
            return None if isnan(light + heavy) else 2.0 * (light + heavy)
    total = _at(quota.total, month, float("nan"))
    return None if isnan(total) else 2.0 * total


def _tax(scenario: Scenario, _name: str, month: int) -> float | None:
    """The mean over the elements: the script taxes them unequally."""
    tax = scenario.policy.export_tax
    rates = [_at(tax.get(name, tax.get(element.group)), month, 0.0) for name, element in scenario.elements.items()]
    if len(set(rates)) == 1:
        return rates[0]
    total = 0.0
    for rate in rates:
        total += rate
    return total / len(rates)


def _has_licences(scenario: Scenario, month: int) -> bool:
    dates = [min(approval.values) for approval in scenario.policy.licence.approval.values()]
    return bool(dates) and month >= min(dates)


def _approval(scenario: Scenario, target: str, month: int) -> float:
    given: Mapping[str, Scripted] = scenario.policy.licence.approval  # type: ignore[assignment]
    return _at(given.get(target), month, 1.0) if _has_licences(scenario, month) else 1.0


def _delay(scenario: Scenario, _name: str, month: int) -> float:
    return _at(scenario.policy.licence.delay, month, 0.0) if _has_licences(scenario, month) else 0.0


def _magnets(scenario: Scenario, _name: str, month: int) -> float:
    return 1.0 if "magnet" in scenario.policy.licence.stages and _has_licences(scenario, month) else 0.0


def _complained(scenario: Scenario, name: str, month: int) -> float:
    """Whether the government has gone to the WTO by then."""
    date = scenario.policy.governments.get(name, GovernmentPolicy()).complaint
    return 1.0 if date is not None and date <= month else 0.0


def _support(scenario: Scenario, name: str, month: int) -> float:
    """The largest share of a mine's losses that is borne: the script supports mines unequally."""
    own = scenario.policy.governments.get(name, GovernmentPolicy())
    return max((_at(series, month, 0.0) for series in own.mine_support.values()), default=0.0)


def _embargoed(policy: Policy, target: str) -> Scripted | None:
    given: Mapping[str, Scripted] = policy.embargo  # type: ignore[assignment]
    return given.get(target)


def _series(behind: Callable[[Policy, str], Scripted | None], default: float) -> Reader:
    """A lever in place of one series."""
    return Reader(
        lambda scenario, name, month: _at(behind(scenario.policy, name), month, default),
        lambda policy, name: (behind(policy, name),),
    )


def _measure(field: str, default: float) -> Reader:
    return _series(lambda policy, name: getattr(policy.governments.get(name, GovernmentPolicy()), field), default)


def _factor(behind: Callable[[Policy, str], Found]) -> Reader:
    return Reader(lambda _scenario, _name, _month: 1.0, behind)


def _quotas(policy: Policy, _name: str) -> Found:
    return policy.export_quota.total, policy.export_quota.light, policy.export_quota.heavy


def _taxes(policy: Policy, _name: str) -> Found:
    return policy.export_tax.values()


READERS: dict[str, Reader] = {
    "export_quota.t_per_year": Reader(_quota, _quotas),
    "export_quota.scale": _factor(_quotas),
    "export_tax.share": Reader(_tax, _taxes),
    "export_tax.scale": _factor(_taxes),
    "embargo.{target}.share": _series(_embargoed, 0.0),
    "embargo.withhold_quota": _series(lambda policy, _: policy.withhold_quota, 0.0),
    "licence.approval.{target}": Reader(_approval, lambda policy, name: (policy.licence.approval.get(name),)),  # type: ignore[call-overload]
    "licence.delay_months": Reader(_delay, lambda policy, _: (policy.licence.delay,)),
    "magnets_under_licence": Reader(_magnets, lambda policy, _: policy.licence.approval.values()),
    "crackdown.share": _series(lambda policy, _: policy.crackdown, 0.0),
    "production_quota.scale": _factor(lambda policy, _: (policy.production_quota.light, policy.production_quota.heavy)),
    "alloy_in_quota.low_grade": _series(lambda policy, _: policy.alloy_in_quota.low_grade, 0.0),
    "alloy_in_quota.high_grade": _series(lambda policy, _: policy.alloy_in_quota.high_grade, 0.0),
    "governments.{government}.subsidy": _measure("subsidy", 0.0),
    "governments.{government}.stockpile": _measure("stockpile", 0.0),
    "governments.{government}.thrift_programme": _measure("thrift_programme", 1.0),
    "governments.{government}.complaint": Reader(_complained, lambda *_: ()),  # a date of the script, not a series
    "governments.{government}.mine_support": Reader(
        _support, lambda policy, name: policy.governments.get(name, GovernmentPolicy()).mine_support.values()
    ),
}
