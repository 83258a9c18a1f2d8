"""The levers on policy: a table of paths, units, bounds, sentences, and what each does to the script.

`{target}` stands for each destination outside China, `{government}` for each government of the scenario but the Chinese.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from reabm.scenario.months import FIRST_MONTH
from reabm.scenario.policy import ExportQuota, GovernmentPolicy, Policy
from reabm.scenario.quantity import ASSUMPTION, Series
from reabm.scenario.record import GROUPS
from reabm.scenario.scenario import Scenario
from reabm.scenario.units import SWITCH_UNIT

type Effect = Callable[[Policy, float, str, Scenario], Policy]  # policy, value, name in the path, whose policy it is


class PolicyLever(NamedTuple):
    """A row of the table."""

    template: str
    unit: str
    low: float
    high: float
    sentence: str
    apply: Effect


def held(value: float, unit: str) -> Series:
    """A series that a lever holds at one value."""
    return Series(unit=unit, values={FIRST_MONTH: value}, source=(ASSUMPTION,), note="Set by a lever.")


def scaled(series: Series | None, factor: float) -> Series | None:
    """A series with each value multiplied."""
    if series is None:
        return None
    values = {month: None if value is None else value * factor for month, value in series.values.items()}
    return series.model_copy(update={"values": values, "range": None})


def _with(record: Any, **changes: Any) -> Any:
    return record.model_copy(update=changes)


def _quota_tonnes(policy: Policy, value: float, _name: str, _scenario: Scenario) -> Policy:
    return _with(policy, export_quota=ExportQuota(total=held(value / 2, "t/half-year")))


def _quota_scale(policy: Policy, value: float, _name: str, _scenario: Scenario) -> Policy:
    quota = policy.export_quota
    parts = {name: scaled(getattr(quota, name), value) for name in ("total", "light", "heavy")}
    return _with(policy, export_quota=_with(quota, **parts))


def _tax_scale(policy: Policy, value: float, _name: str, _scenario: Scenario) -> Policy:
    return _with(policy, export_tax={name: scaled(tax, value) for name, tax in policy.export_tax.items()})


def _tax_share(policy: Policy, value: float, _name: str, _scenario: Scenario) -> Policy:
    return _with(policy, export_tax={group: held(value, "share") for group in GROUPS})


def _production_scale(policy: Policy, value: float, _name: str, _scenario: Scenario) -> Policy:
    quota = policy.production_quota
    parts = {name: scaled(getattr(quota, name), value) for name in ("light", "heavy")}
    return _with(policy, production_quota=_with(quota, **parts))


def _embargo(policy: Policy, value: float, target: str, _scenario: Scenario) -> Policy:
    return _with(policy, embargo={**policy.embargo, target: held(value, "share")})


def _hold(field: str) -> Effect:
    def apply(policy: Policy, value: float, _name: str, _scenario: Scenario) -> Policy:
        return _with(policy, **{field: held(value, "share")})

    return apply


def _licensed(policy: Policy, scenario: Scenario, **changes: Any) -> Policy:
    """Policy with changed licences; where the script has none, they cover the oxides of all elements."""
    licence = policy.licence
    if not licence.elements:
        changes["elements"] = tuple(scenario.elements)
    if not licence.stages and "stages" not in changes:
        changes["stages"] = ("oxide",)
    return _with(policy, licence=_with(licence, **changes))


def _approval(policy: Policy, value: float, target: str, scenario: Scenario) -> Policy:
    return _licensed(policy, scenario, approval={**policy.licence.approval, target: held(value, "share")})


def _delay(policy: Policy, value: float, _name: str, scenario: Scenario) -> Policy:
    return _licensed(policy, scenario, delay=held(value, "months"))


def _magnets(policy: Policy, value: float, _name: str, _scenario: Scenario) -> Policy:
    stages = tuple(stage for stage in policy.licence.stages if stage != "magnet")
    licence = _with(policy.licence, stages=(*stages, "magnet") if value >= 0.5 else stages)
    return _with(policy, licence=licence)


def _alloy(grade: str) -> Effect:
    def apply(policy: Policy, value: float, _name: str, _scenario: Scenario) -> Policy:
        return _with(policy, alloy_in_quota=_with(policy.alloy_in_quota, **{grade: held(value, "share")}))

    return apply


def _government(field: str, unit: str) -> Effect:
    def apply(policy: Policy, value: float, name: str, _scenario: Scenario) -> Policy:
        own = _with(policy.governments.get(name, GovernmentPolicy()), **{field: held(value, unit)})
        return _with(policy, governments={**policy.governments, name: own})

    return apply


def _mine_support(policy: Policy, value: float, name: str, scenario: Scenario) -> Policy:
    """The lender behind an importer carries the mines from which that importer may take offtake, as JOGMEC did behind Sojitz."""
    home = scenario.governments[name].destination
    buyers = {importer for importer, own in scenario.importers.items() if own.destination == home}
    support = {mine: held(value, "share") for mine, own in scenario.mines.items() if buyers & own.offtake.keys()}
    own = policy.governments.get(name, GovernmentPolicy())
    return _with(policy, governments={**policy.governments, name: _with(own, mine_support=support)})


def _complaint(policy: Policy, value: float, name: str, _scenario: Scenario) -> Policy:
    own = _with(policy.governments.get(name, GovernmentPolicy()), complaint=FIRST_MONTH if value >= 0.5 else None)
    return _with(policy, governments={**policy.governments, name: own})


# In the order in which they are applied: what replaces the script comes before what scales it.
POLICY_LEVERS: tuple[PolicyLever, ...] = (
    PolicyLever("export_quota.t_per_year", "t/yr", 0, 1e6,
                "Export quota for all rare earths together, gross weight, in place of the script.", _quota_tonnes),
    PolicyLever("export_quota.scale", "ratio", 0, 10, "Factor on the export quota.", _quota_scale),
    PolicyLever("export_tax.share", "share", 0, 1, "One export tax on all elements, in place of the script.", _tax_share),
    PolicyLever("export_tax.scale", "ratio", 0, 4, "Factor on the scripted export taxes.", _tax_scale),
    PolicyLever("embargo.{target}.share", "share", 0, 1,
                "Share of legal shipments to this destination that is stopped.", _embargo),
    PolicyLever("embargo.withhold_quota", "share", 0, 1,
                "Share of the target's licences that is not given to others.", _hold("withhold_quota")),
    PolicyLever("licence.approval.{target}", "share", 0, 1,
                "Share of licence applications for this destination that is approved.", _approval),
    PolicyLever("licence.delay_months", "months", 0, 24, "Months from application to licence.", _delay),
    PolicyLever("magnets_under_licence", "share", 0, 1, "1: magnets need a licence too; 0: they need none.", _magnets),
    PolicyLever("crackdown.share", "share", 0, 1, "Share of the illegal sector that is suppressed.", _hold("crackdown")),
    PolicyLever("production_quota.scale", "ratio", 0, 10, "Factor on the production quotas of legal mines.",
                _production_scale),
    PolicyLever("alloy_in_quota.low_grade", "share", 0, 1, "1: low-grade alloys count against the quota.",
                _alloy("low_grade")),
    PolicyLever("alloy_in_quota.high_grade", "share", 0, 1, "1: high-grade alloys count against the quota.",
                _alloy("high_grade")),
    PolicyLever("governments.{government}.subsidy", "share", 0, 1,
                "Subsidy to makers who stay, as a share of their unit cost.", _government("subsidy", "share")),
    PolicyLever("governments.{government}.stockpile", "months", 0, 60,
                "Months of use that the state's reserve is meant to hold.", _government("stockpile", "months")),
    PolicyLever("governments.{government}.thrift_programme", "ratio", 0, 10,
                "Factor on the speed of thrifting.", _government("thrift_programme", "ratio")),
    PolicyLever("governments.{government}.complaint", SWITCH_UNIT, 0, 1,
                "1: it complains to the WTO, for good; 0: it does not, in place of the script.", _complaint),
    PolicyLever("governments.{government}.mine_support", "share", 0, 1,
                "Share it bears of the losses of mines that sell ahead to its importers, in place of the script.", _mine_support),
)  # fmt: skip
