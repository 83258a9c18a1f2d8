"""Rows that need no market: pure games by the solvers of `reabm.games`, decisions by the rules that the model runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from reabm.games.alpha_rank import fixation_probability
from reabm.games.bargaining import attrition_mean_months, crisis_demand, first_mover_share
from reabm.games.decay import rusted_half_life_years
from reabm.games.exhaustible import isoelastic_first_price_usd_kg, linear_depletion
from reabm.games.inventory import newsvendor_cost_kusd, newsvendor_t
from reabm.games.learning import Attraction, attractions, choice_probabilities
from reabm.games.limit_pricing import erosion_speed, half_life_years, myopic_erosion_speed
from reabm.games.mixed import mixed_equilibria
from reabm.games.normal_form import Mixed
from reabm.games.quantal import quantal_path
from reabm.games.relocation import (
    Relocation,
    cascade,
    critical_precision,
    folds,
    selected_gap,
    settled_shares,
    signal_threshold,
)
from reabm.games.repeated import finite_trigger_threshold, trigger_threshold
from reabm.leverage.index_terms import concentration
from reabm.rules.importers import interruption_cover_months, log_worth_of_cover, update_belief
from reabm.rules.mines import annuity, hurdle_multiple
from tests.rules.groups import group
from tests.verification.runs import GAME

type Measure = Callable[[], float]

MOVES = Relocation(precision=3.0, pull=2.0, gap=0.0, cost=1.0)
PENNIES = np.array([[[9.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]]])
CHICKEN = np.array([[[-10.0, 4.0], [-2.0, 0.0]], [[-8.0, -3.0], [5.0, 0.0]]])
COORDINATION = np.array([[[3.0, 0.0], [0.0, 1.0]], [[3.0, 0.0], [0.0, 1.0]]])
EWA = Attraction(memory=0.9, foregone=0.6, experience_memory=0.8, precision=0.5)


@cache
def only_mixed(name: str) -> Mixed:
    """The one equilibrium of a game in which somebody mixes."""
    game = {"chicken": CHICKEN, "coordination": COORDINATION}[name]
    (found,) = [mixed for mixed in mixed_equilibria(game) if max(own.max() for own in mixed) < 1.0]
    return found


@cache
def pennies() -> Mixed:
    """Quantal response of the pennies game at precision one."""
    return quantal_path(PENNIES, 1.0).mixed_at(1.0)


def believed_reliability() -> float:
    """Belief after six deliveries and three months without any, by the rule that importers play."""
    belief = {
        "delivered": np.array([9.0]),
        "disrupted": np.array([1.0]),
        "disrupted_by_licence": np.zeros(1),
        "disrupted_by_quota": np.zeros(1),
        "reliability": np.array([0.9]),
    }
    importers = group(**belief)
    for seen in [0.0] * 6 + [1.0] * 3:
        update_belief(importers, 0, seen, 0.0, 0.0, 0.98)
    return float(belief["reliability"][0])


def embargo_cover_months() -> float:
    """Cover at a hazard of 0.02 a month, of which the rule's belief is 1 - 6 x 0.02; costs in any one unit."""
    return float(interruption_cover_months(log_worth_of_cover(1.0 - 6.0 * 0.02, 6.0, 100.0, 0.5), 6.0, 100.0))


PAPER: dict[str, Measure] = {
    # --- entry and real options: the rules of the mines
    "L1": lambda: 12.0 + 40.0 * annuity(0.12, 20.0),
    "L3a": lambda: hurdle_multiple(0.05, 0.05, 0.3),
    "L3b": lambda: hurdle_multiple(0.05, 0.05, 0.15),
    "L3c": lambda: hurdle_multiple(0.06, 0.03, 0.45),
    "L4": lambda: hurdle_multiple(0.05, 0.05, 0.15) / hurdle_multiple(0.05, 0.05, 0.3),
    # the speed in moments is reproduced by runs to the length of a month (test_limit_pricing.py), here by its formula
    "L5mu": lambda: erosion_speed(GAME),
    "L5my": lambda: -myopic_erosion_speed(GAME),  # the case states its size
    "L5hl": lambda: half_life_years(erosion_speed(GAME)),
    # --- relocation
    "R1hi": lambda: settled_shares(MOVES)[2],
    "R1lo": lambda: settled_shares(MOVES)[0],
    "R1mid": lambda: settled_shares(MOVES)[1],
    "R1crit": lambda: critical_precision(2.0),
    "R2up": lambda: folds(3.0, 2.0, 1.0)[0],
    "R2dn": lambda: folds(3.0, 2.0, 1.0)[1],
    "R2w": lambda: folds(3.0, 2.0, 1.0)[0] - folds(3.0, 2.0, 1.0)[1],
    "R3": lambda: only(settled_shares(Relocation(1.5, 2.0, 0.2, 1.0))),
    "R4": lambda: selected_gap(2.0, 1.0),
    "R5": lambda: only(signal_threshold(0.2, 1.0, 25.0, 1.0, 0.8)),
    "R6": lambda: cascade(0.3, 0.1, 1.1),
    # --- repeated games and bargaining
    "G1": lambda: trigger_threshold(5.0, 3.0, 1.0),
    "G2": lambda: trigger_threshold(5.0, 3.0, 1.0, delay=4),
    "G3": lambda: finite_trigger_threshold(5.0, 3.0, 1.0, periods=6),
    "G6": lambda: first_mover_share(0.95, 0.90),
    "G7x": lambda: crisis_demand(20.0, 120.0, 30.0).demand,
    "G7p": lambda: crisis_demand(20.0, 120.0, 30.0).embargo_probability,
    "G8": lambda: attrition_mean_months(60.0, 90.0, 5.0, 15.0),
    "G9p": lambda: float(pennies()[0][0]),
    "G9q": lambda: float(pennies()[1][0]),
    "G10x": lambda: float(only_mixed("chicken")[0][0]),
    "G10y": lambda: float(only_mixed("chicken")[1][0]),
    # --- stocks, beliefs, learning
    "N1": lambda: newsvendor_t(90.0, 30.0, 1000.0, 200.0),
    "N1c": lambda: newsvendor_cost_kusd(90.0, 30.0, 1000.0, 200.0, newsvendor_t(90.0, 30.0, 1000.0, 200.0)),
    "N2": embargo_cover_months,
    "B1": believed_reliability,
    "B2": lambda: float(choice_probabilities(EWA, attractions(EWA, [(3, 1), (0, 2), (4, 1)], [0, 1, 0]))[0]),
    # --- stocks that run out, in continuous time
    "H1T": lambda: linear_depletion(100.0, 0.01, 100_000.0, 0.05).years,
    "H1p": lambda: linear_depletion(100.0, 0.01, 100_000.0, 0.05).first_price_usd_kg,
    "H2": lambda: isoelastic_first_price_usd_kg(10_000.0, 50.0, 0.8, 100_000.0, 0.05),
    "H3T": lambda: linear_depletion(100.0, 0.01, 100_000.0, 0.05, 20.0, 90.0).years,
    "H3p": lambda: linear_depletion(100.0, 0.01, 100_000.0, 0.05, 20.0, 90.0).first_price_usd_kg,
    # --- measures
    "X3": lambda: concentration(np.array([0.56, 0.20, 0.14, 0.10])),
    "X5": lambda: rusted_half_life_years(0.08),
    "A1": lambda: float(fixation_probability(0.5, 0.1, 50)),
    "A2": lambda: float(only_mixed("coordination")[0][0]),
}


def only(values: list[float]) -> float:
    """The one value of a list; more, or none, are no answer."""
    (value,) = values
    return value
