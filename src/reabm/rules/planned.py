"""What an agent that plans ahead does between two plans: the strategy it chose, or the path of exports it found best.

The choice itself is made between two months by `engine/plan.py` and lies in the state, so that a month needs to know nothing
of how it was found, and a copy of a world plays on with the choice that stands.
"""

from __future__ import annotations

from reabm.rules.limit_pricing import quota_for_release_t
from reabm.rules.rule import inline_rule, rule
from reabm.rules.strategies import RECEDING_HORIZON

# What can be chosen and is no strategy of the catalogue.
EXPORT_PATH = 101  # chosen by a Chinese state: so many tonnes a month, along a path
SUBSIDISE, STOCKPILE, SUBSIDISE_AND_STOCKPILE = 102, 103, 104  # chosen by another government
KNOTS = 8  # most points of a path of exports


@inline_rule
def strategy_played(params, governments, row):
    """Code of the strategy that a government plays this month: of one that plans ahead, what it chose last."""
    strategy = params.strategy[row]
    return governments.choice[row] if strategy == RECEDING_HORIZON else strategy


@inline_rule
def forget_plan(governments, params, row):
    """A government that does not plan has no plan to come back to: once it plans again, it does so at once."""
    if params.strategy[row] != RECEDING_HORIZON:
        governments.plan_due[row] = 0.0


@inline_rule
def knot_month(k, knots, horizon_months):
    """Months from the plan to the k-th point of a path: they stand closer at its start, which is all that may be played."""
    if knots < 2.0:
        return 0.0
    part = k / (knots - 1.0)
    return (horizon_months - 1.0) * part * part


@rule
def planned_export_t(path_t, months_since, knots, horizon_months):
    """Tonnes a month to be let out so many months after the plan: straight lines between the points of its path.

    Parameters
    ----------
    path_t : float array, shape (8,), t/month at the points; read only
    months_since : float, >= 0, months since the plan
    knots : float, points in use, 1 to 8; horizon_months : float, length of the path

    Returns
    -------
    float, t/month
    """
    for k in range(int(knots) - 1):
        begins, ends = knot_month(float(k), knots, horizon_months), knot_month(k + 1.0, knots, horizon_months)
        if months_since <= ends and ends > begins:
            part = max(0.0, (months_since - begins) / (ends - begins))
            return path_t[k] + part * (path_t[k + 1] - path_t[k])
    return path_t[int(knots) - 1]


@rule
def set_path_quota(policy, market, governments, script, knobs, on, row, month):
    """The Chinese state trades openly but for one quota, by which it lets out what its path says; alloys stay as the script has them.

    Parameters
    ----------
    policy : Policy, quota_t, pools_groups and alloy_open *Overwritten*
    market : Market; governments : Governments; script : Script; knobs : Knobs; on : Switches; read only
    row, month : int

    Notes
    -----
    A project assumption: as under `limit_pricing` one pooled quota covers all elements, and no ruling is obeyed.
    """
    own = knobs.plan
    exports = planned_export_t(governments.path_t[row], month - governments.plan_month[row], own.knots, own.horizon_months)
    quota = quota_for_release_t(
        exports, market.bank_t[0], market.issued_t[0], script.half_year[month], script.new_half[month], script.new_year[month],
        knobs.quota.carry_over,
    )  # fmt: skip
    policy.pools_groups[0] = 1.0
    for g in range(policy.quota_t.shape[0]):
        policy.quota_t[g] = quota
    count_alloys(policy, script, on, month)


@inline_rule
def count_alloys(policy, script, on, month):
    """Alloys count against the quota of a path as the script has them."""
    for grade in range(2):
        policy.alloy_open[grade] = script.alloy_open[grade, month] * on.alloy_channel


@inline_rule
def planned_programme(params, strategy, row):
    """Subsidy to stay (share of unit cost) and reserve (months of use) of a government that chose among them."""
    subsidy = params.subsidy_share[row] if strategy == SUBSIDISE or strategy == SUBSIDISE_AND_STOCKPILE else 0.0
    reserve = params.reserve_months[row] if strategy == STOCKPILE or strategy == SUBSIDISE_AND_STOCKPILE else 0.0
    return subsidy, reserve
