"""Plans of the Chinese state month by month: when it bans, what a licence kept as a threat restricts, what is taxed."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np

from reabm.rules.payoffs import stopped_share
from reabm.rules.restrictions import mark_restrictions
from reabm.rules.state_plans import (
    COERCIVE_BAN,
    INDUSTRIAL_POLICY,
    LICENCE_WITH_RESTRAINT,
    depart_from_script,
    first_dispute,
    is_banned,
)
from tests.rules.groups import group

MONTHS, ELEMENTS, DESTINATIONS = 40, 3, 5
HEAVY = np.array([0.0, 0.0, 1.0])


def script_of(**stops: tuple[int, float]) -> Any:
    """A script that stops a destination (its number as `d1`) in one month."""
    embargo = np.zeros((DESTINATIONS, MONTHS))
    for d, (month, share) in stops.items():
        embargo[int(d[1:]), month] = share
    return group(embargo=embargo)


def scripted_policy() -> Any:
    """The script's measures of a harsh month."""
    return group(
        quota_t=np.full(2, 100.0), tax=np.full(ELEMENTS, 0.15), licence_scope=np.ones(ELEMENTS), embargo=np.zeros(DESTINATIONS),
        approval=np.full(DESTINATIONS, 0.3), magnets_in_scope=np.ones(1), alloy_open=np.full(2, 0.5),
        delay_months=np.full(1, 2.0), general_licence=np.ones(1),
    )  # fmt: skip


def departed(strategy: float, month: int, script: Any, **off: float) -> Any:
    policy = scripted_policy()
    coercion = group(ban_share=0.85, ban_months=2.0, interval_months=12.0)
    restraint, industry = group(approval=0.98, delay_months=0.5), group(oxide_tax=0.25)
    on = group(**{"embargo": 1.0, "licences": 1.0, "alloy_channel": 1.0, "export_tax": 1.0, **off})
    depart_from_script(policy, script, HEAVY, coercion, restraint, industry, on, float(strategy), month)
    return policy


def test_the_first_dispute_is_the_scripts_and_its_target_the_one_most_is_held_back_from() -> None:
    stops = np.zeros((DESTINATIONS, MONTHS))
    stops[2, 9], stops[1, 7], stops[3, 7] = 1.0, 0.4, 0.3
    assert first_dispute(stops, 36.0) == (1, 7)
    assert first_dispute(np.zeros((DESTINATIONS, MONTHS)), 36.0) == (1, 36)


def test_bans_last_so_many_months_and_come_again() -> None:
    banned = [month for month in range(40) if is_banned(month, 7, 12.0, 2.0)]
    assert banned == [7, 8, 19, 20, 31, 32]


def test_a_coercive_state_stops_its_target_and_leaves_the_script_as_it_is() -> None:
    script = script_of(d1=(7, 0.3))
    for month, share in ((6, 0.0), (7, 0.85), (8, 0.85), (9, 0.0), (19, 0.85)):
        policy = departed(COERCIVE_BAN, month, script)
        assert policy.embargo.tolist() == [0.0, share, 0.0, 0.0, 0.0]
        assert policy.quota_t.tolist() == [100.0, 100.0]
        assert policy.tax.tolist() == [0.15] * ELEMENTS
        assert policy.general_licence[0] == 0.0
    assert departed(COERCIVE_BAN, 7, script, embargo=0.0).embargo.max() == 0.0


def test_restraint_keeps_heavy_elements_under_licences_that_are_given() -> None:
    policy = departed(LICENCE_WITH_RESTRAINT, 3, script_of())
    assert (policy.quota_t == inf).all()
    assert policy.tax.max() == policy.embargo.max() == policy.magnets_in_scope[0] == 0.0
    assert policy.licence_scope.tolist() == HEAVY.tolist()
    assert policy.approval.tolist() == [1.0, 0.98, 0.98, 0.98, 0.98]
    assert policy.delay_months[0] == 0.5
    assert policy.general_licence[0] == 1.0
    off = departed(LICENCE_WITH_RESTRAINT, 3, script_of(), licences=0.0)
    assert off.licence_scope.max() == 0.0
    assert off.approval.min() == 1.0


def test_a_threat_that_is_not_used_cuts_no_trade_and_stops_nobody() -> None:
    for given, restricted in ((1.0, 0.0), (0.0, 1.0)):
        policy = departed(LICENCE_WITH_RESTRAINT, 3, script_of())
        policy.general_licence[0] = given
        shape = (ELEMENTS, DESTINATIONS)
        scratch = group(restricted=np.zeros(shape), allowed_t=np.zeros(shape))
        flows = group(wanted_legal_t=np.full(shape, 10.0))
        market = group(scope_months=np.zeros(1), applied_t=np.zeros((12, *shape)), queue_t=np.zeros(shape))
        mark_restrictions(scratch, policy, flows, market)
        assert scratch.restricted[2, 1:].tolist() == [restricted] * 4
        assert scratch.restricted[:2].max() == 0.0
        assert abs(stopped_share(policy, 1) - 0.02 * restricted) < 1e-12


def test_industrial_policy_taxes_oxide_and_alloys_and_nothing_else() -> None:
    policy = departed(INDUSTRIAL_POLICY, 3, script_of(d1=(3, 1.0)))
    assert (policy.quota_t == inf).all()
    assert policy.tax.tolist() == [0.25] * ELEMENTS
    assert policy.alloy_open.tolist() == [0.0, 0.0]
    assert policy.licence_scope.max() == policy.magnets_in_scope[0] == policy.embargo.max() == 0.0
    assert policy.approval.min() == 1.0


def test_other_strategies_leave_every_measure_as_it_was() -> None:
    policy, before = departed(0, 3, script_of(d1=(3, 1.0))), scripted_policy()
    assert policy.general_licence[0] == 0.0
    for name in ("quota_t", "tax", "licence_scope", "embargo", "approval", "magnets_in_scope", "alloy_open", "delay_months"):
        assert getattr(policy, name).tolist() == getattr(before, name).tolist(), name
