"""Restraint or coercion from the month on the screen: two policies of Beijing, played on from the world as it stands.

Both are played on equal luck for each building time of the mines outside China. The pay-off is linear in its weights: worlds are
played once, at weights of one, and weighed anew as often as a slider is moved.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reabm.app.answers import Progress
from reabm.app.background import Asked
from reabm.app.rivals import SLOW, WORKERS, long_enough, seeds_of
from reabm.app.snapshot import Snapshot
from reabm.engine.fork import replay
from reabm.engine.run import prepare
from reabm.rules.strategies import STRATEGIES
from reabm.scenario import Scenario, forked, with_settings
from reabm.scenario.lever_table import STATE
from reabm.scenario.months import month_text
from reabm.world.layout import Array

if TYPE_CHECKING:
    from reabm.empirical.restraint import Played, RestraintStudy
    from reabm.empirical.restraint_map import Critical

FACTORS = (0.5, 1.0, 1.5, 2.0, 3.0)  # on the building time of every mine outside China
RATES = (0.0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)  # 1/yr
LEAST_YEARS = 3
WEIGHING = ("limit_pricing",)  # looks at the weights itself: other weights, another world


class Question(NamedTuple):
    """Which map is wanted. What is compared is what its worlds depend on."""

    scenario: Scenario
    seed: int
    shown: int
    years: int
    coercion: str  # strategies of the Chinese state
    restraint: str


@dataclass(frozen=True, eq=False)
class Compared:
    """The worlds of both policies."""

    question: Question
    study: RestraintStudy
    played: Played
    seconds: float


@dataclass(frozen=True, eq=False)
class Weighed:
    """The map at some weights. Arrays are leads x rates."""

    years: Array  # building time of the mines, by lead
    rates: Array
    difference: Array  # coercion less restraint, M USD
    error: Array  # standard error over paired worlds
    unsure: NDArray[np.bool_]
    frontier: tuple[Critical, ...]
    theory: Array  # rate above which coercion should pay, by lead; NaN where the worlds pose no dilemma
    own_rate: float  # of the scenario


def policies(scenario: Scenario) -> tuple[str, ...]:
    """Strategies of the Chinese state that may be compared; none in a world without it."""
    if STATE not in scenario.strategies:
        return ()
    return tuple(name for name in STRATEGIES["state"] if name not in (*SLOW, *WEIGHING))


def question_of(snapshot: Snapshot, years: int, coercion: str, restraint: str) -> Question | None:
    """The map from the month after the one on the screen."""
    track = snapshot.track
    known = policies(track.scenario)
    if coercion == restraint or not {coercion, restraint} <= set(known):
        return None
    return Question(track.scenario, track.seed, snapshot.shown, years, coercion, restraint)


def study_of(question: Question) -> tuple[RestraintStudy, dict[str, Scenario]]:
    """The study, and the scenarios of its policies with weights of one."""
    from reabm.empirical.restraint import WEIGHTS, RestraintFile, RestraintStudy, at_one

    first = question.scenario.start + question.shown
    end = first + 12 * question.years - 1
    scenario = long_enough(question.scenario, end)
    weighed = [path for path in WEIGHTS.values() if path is not None]
    in_force = scenario.at(first).scalars
    weights = {path: float(in_force[path].value) for path in (*weighed, "payoffs.discount_rate")}
    # Changes of weights on the way would come on top of weights of one: what is in force now holds.
    plain = replace(scenario, interventions=tuple(entry for entry in scenario.interventions if entry.path not in weights))
    before = with_settings(plain, weights)
    chosen = (question.coercion, question.restraint)
    written = RestraintFile.model_validate({
        "study": "restraint", "title": "From the month on the screen", "before": "screen", "decision": month_text(first),
        "until": month_text(end), "policies": {name: name for name in chosen},
        "comparisons": ({"coercion": question.coercion, "restraint": question.restraint},), "lead_factors": FACTORS,
        "discount_rates": RATES, "downstream_weights": (1.0,), "retaliation_musd_month": (0.0,),
        "seeds": len(seeds_of(question.seed)),
    })  # fmt: skip
    scenarios = {name: forked(before, first, {f"strategies.{STATE}": name}).scenario for name in chosen}
    return RestraintStudy(written, before, scenarios), {name: at_one(one) for name, one in scenarios.items()}


def compare(question: Question, asked: Asked, progress: Progress | None = None) -> Compared:
    """Play both policies from the world as it stands."""
    from reabm.empirical.restraint import Played, lead_years, play_policies, slope_t_yr

    begun = time.perf_counter()
    study, scenarios = study_of(question)
    asked.check()
    base = prepare(study.before)
    asked.check()
    opening = replay(prepare(long_enough(question.scenario, study.file.until)), question.seed, question.shown).block
    seeds = seeds_of(question.seed)
    openings = [opening if question.shown else None] * len(seeds)
    found = play_policies(study, scenarios, seeds, openings, WORKERS, asked.check, progress)
    played = Played(**found, sets=np.zeros((0,)), slope_t_yr=slope_t_yr(base), lead_years=lead_years(study))
    return Compared(question, study, played, time.perf_counter() - begun)


def stated(found: Compared) -> dict[str, float]:
    """The weights that the scenario itself has: on downstream jobs, and of retaliation (M USD a month)."""
    from reabm.empirical.restraint import DOWNSTREAM, RETALIATION, scalar

    return {"downstream": scalar(found.study.before, DOWNSTREAM), "retaliation": scalar(found.study.before, RETALIATION)}


def weigh(found: Compared, downstream: float | None = None, retaliation: float | None = None) -> Weighed:
    """The map at weights on downstream jobs and retaliation (None: the scenario's own); nothing is played again."""
    from reabm.empirical.restraint_map import SURE, differences, frontier, own_rate, standard_error, weights_at
    from reabm.empirical.restraint_theory import fit_window, mean_difference, threshold_rate

    study, played = found.study, found.played
    pair = study.file.comparisons[0]
    own = stated(found)
    down = own["downstream"] if downstream is None else downstream
    price = own["retaliation"] if retaliation is None else retaliation
    weights = weights_at(study, down, price)
    each = differences(study, played.sums, pair, weights)  # leads, seeds, rates
    mean, error = each.mean(axis=1), standard_error(each, axis=1)
    flows = mean_difference(study, played.quarters, pair.coercion, pair.restraint, weights).mean(axis=1)
    theory = np.array([threshold_rate(fit_window(one), flows.shape[1] / 4.0) for one in flows])
    return Weighed(
        np.array(study.file.lead_factors) * played.lead_years, np.array(study.file.discount_rates), mean, error,
        np.abs(mean) <= SURE * error, tuple(frontier(study, played, pair, down, price)), theory, own_rate(study),
    )  # fmt: skip
