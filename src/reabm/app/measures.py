"""The Chinese state's measures in force in a month, as its rule sets them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from reabm.app.in_force import params_of, played_code
from reabm.app.snapshot import Track
from reabm.app.words import name_words, percent, rounded
from reabm.rules.planned import EXPORT_PATH, count_alloys
from reabm.rules.policy import OPEN_TRADE, set_chinese_policy
from reabm.rules.state_plans import depart_from_script
from reabm.rules.strategies import OWN
from reabm.world.history import COLUMN
from reabm.world.layout import block_size, views
from reabm.world.state import DESTINATIONS, Policy

YEAR = 12.0


def plain(rule: Any) -> Any:
    """A rule as it is written, without waiting for the compiler: it is asked for one agent and month."""
    return getattr(rule, "py_func", rule)


def policy_of(track: Track, row: int) -> Policy:
    """What the state's rule sets in a month. The quota is not read from here: rulings, limit pricing and plans change it."""
    known, sizes = params_of(track, row), track.prepared.sizes
    policy: Policy = views(Policy, sizes, np.zeros(block_size(Policy, sizes)))
    g = int(np.argmax(known.governments.is_chinese))
    market = SimpleNamespace(quota_banned=np.zeros(1))
    strategy = played_code(track, row, g)
    base = OPEN_TRADE if strategy == EXPORT_PATH else strategy
    plain(set_chinese_policy)(policy, market, known.script, known.on, base, row)
    knobs = known.knobs
    plain(depart_from_script)(
        policy, known.script, known.elements.group, knobs.coercion, knobs.restraint, knobs.industry, known.on, base, row
    )
    if strategy == EXPORT_PATH:
        plain(count_alloys)(policy, known.script, known.on, row)
    return policy


def _is_own(track: Track, row: int) -> bool:
    """Whether the state plays a rule of a user's own, whose measures cannot be told from parameters and record."""
    known = params_of(track, row).governments
    return bool(known.strategy[int(np.argmax(known.is_chinese))] >= OWN)


def measures(track: Track, row: int) -> list[tuple[str, str]]:
    """Every measure and how far it goes, in words; measures not taken say so."""
    months = track.history.months[row]
    quota = float(months[COLUMN.export_quota_t])
    quota_words = f"{rounded(quota)} t of oxide a month" if np.isfinite(quota) else "none"
    if _is_own(track, row):
        return [("Export quota", quota_words), ("All other measures", "set by a rule of its own, and not kept")]
    policy = policy_of(track, row)
    elements = track.names.elements
    scope = [name for name, flag in zip(elements, policy.licence_scope) if flag > 0.5]
    targets = [f"{name_words(DESTINATIONS[d])} {percent(float(part))}" for d, part in enumerate(policy.embargo) if part > 0.0]
    halts = [f"{name_words(track.names.mines[m])} {percent(float(part))}" for m, part in enumerate(policy.halt) if part > 0.0]
    refused = [
        f"{name_words(DESTINATIONS[d])} {percent(float(part))}" for d, part in enumerate(policy.approval) if d > 0 and part < 1.0
    ]
    licence = "none needed"
    if scope or policy.magnets_in_scope[0] > 0.5:
        goods = [*scope, *(["magnets"] if policy.magnets_in_scope[0] > 0.5 else [])]
        approved = f"; approved: {', '.join(refused)}" if refused else ""
        licence = f"for {', '.join(goods)}{approved}; {rounded(float(policy.delay_months[0]))} months' wait"
    limits = [
        f"{group} {rounded(YEAR * float(t))} t/yr" for group, t in zip(("light", "heavy"), policy.production_quota_t)
        if np.isfinite(t)
    ]  # fmt: skip
    bought = float(policy.purchase_t[0])
    return [
        ("Export quota", quota_words),
        ("Export tax", _taxes(elements, policy.tax)),
        ("Value-added tax not refunded", percent(float(policy.vat[0]))),
        ("Embargo", ", ".join(targets) or "none"),
        ("Export licence for each shipment", licence),
        (
            "Alloys outside the quota",
            f"low grade {percent(float(policy.alloy_open[0]))}, high {percent(float(policy.alloy_open[1]))}",
        ),
        ("Production quota", ", ".join(limits) or "none"),
        ("Crackdown on illegal mines", percent(float(policy.crackdown[0])) if policy.crackdown[0] > 0.0 else "none"),
        ("Mines halted", ", ".join(halts) or "none"),
        ("State purchases", f"{rounded(bought)} t/month" if bought > 0.0 else "none"),
    ]


def _taxes(elements: tuple[str, ...], tax: Any) -> str:
    by_rate: dict[float, list[str]] = {}
    for name, rate in zip(elements, tax):
        by_rate.setdefault(float(rate), []).append(name)
    if set(by_rate) == {0.0}:
        return "none"
    if len(by_rate) == 1:
        return percent(next(iter(by_rate)))
    return "; ".join(f"{percent(rate)} on {', '.join(names)}" for rate, names in sorted(by_rate.items()))


def in_short(track: Track, row: int) -> str:
    """The measures that press on trade, in a few words."""
    quota = float(track.history.months[row, COLUMN.export_quota_t])
    if _is_own(track, row):
        return "quota, and a rule of its own" if np.isfinite(quota) else "a rule of its own"
    policy = policy_of(track, row)
    stopped = [name_words(DESTINATIONS[d]) for d, part in enumerate(policy.embargo) if part > 0.0]
    taken = [f"embargo on {', '.join(stopped)}"] if stopped else []
    taken += ["quota"] if np.isfinite(quota) else []
    taken += ["export tax"] if policy.tax.max(initial=0.0) > 0.0 else []
    taken += ["licences"] if policy.licence_scope.max(initial=0.0) > 0.5 or policy.magnets_in_scope[0] > 0.5 else []
    return ", ".join(taken) or "trades freely"
