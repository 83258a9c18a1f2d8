"""Importers' rules of cover: fixed stocks, and learning which rule serves best, against the formula of the theory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from reabm.games.learning import Attraction, attractions, choice_probabilities
from reabm.rules.cover_rules import (
    DIVERSIFY,
    LEARNING,
    STOCKPILE,
    choice_weight,
    choose_cover,
    count_diversifiers,
    update_attractions,
    worth_of_stock,
)
from reabm.rules.importers import BAYESIAN_COVER
from tests.rules.groups import group

STOCKS = group(stockpile_months=6.0, carrying_share=0.02, shortage_multiple=4.0, interruption_months=3.0)


def test_case_b2_is_reproduced_by_the_rule_that_importers_play() -> None:
    # phi 0.9, delta 0.6, rho 0.8, lambda 0.5: probability of the first after three rounds 0.6457183049
    attraction, experience = np.zeros((1, 2)), np.ones(1)
    for paid, weight in (((3.0, 1.0), (1.0, 0.0)), ((0.0, 2.0), (0.0, 1.0)), ((4.0, 1.0), (1.0, 0.0))):
        update_attractions(attraction, experience, 0, paid, weight, 0.9, 0.6, 0.8)
    assert choice_weight(attraction, 0, 0, 0.5) == pytest.approx(0.6457183049, abs=1e-9)


def test_it_learns_as_the_solver_does() -> None:
    random = np.random.default_rng(2)
    payoffs, chosen = random.normal(size=(30, 3)), random.integers(0, 3, 30)
    attraction, experience = np.zeros((1, 3)), np.ones(1)
    for paid, played in zip(payoffs, chosen):
        update_attractions(attraction, experience, 0, tuple(paid), tuple(np.eye(3)[played]), 0.95, 0.4, 0.9)
    rule = Attraction(0.95, 0.4, 0.9, 2.0)
    expected = attractions(rule, payoffs.tolist(), chosen.tolist())
    assert attraction[0] == pytest.approx(expected, abs=1e-12)
    found = [choice_weight(attraction, 0, k, 2.0) for k in range(3)]
    assert found == pytest.approx(choice_probabilities(rule, expected).tolist(), abs=1e-12)


def test_a_stock_earns_what_prices_rise_and_what_it_bridges_and_costs_to_carry() -> None:
    assert worth_of_stock(6.0, 0.0, 0.0, STOCKS) == pytest.approx(-0.12)
    assert worth_of_stock(6.0, 0.05, 0.0, STOCKS) == pytest.approx(0.18)
    assert worth_of_stock(1.5, 0.0, 0.5, STOCKS) == pytest.approx(
        -0.03 + 1.0
    )  # half of the month is missing, half of that bridged
    assert worth_of_stock(0.0, 0.3, 1.0, STOCKS) == 0.0


def chosen(strategy: float, attraction: list[float] | None = None) -> Any:
    """An importer with a base cover of 4 months whose belief asks for 2 more, after its rule has chosen."""
    importers = group(
        risk_cover_months=np.full(1, 2.0), risk_log=np.full(1, 0.7), cover_months=np.full(1, 6.0),
        attraction=np.array([attraction or [0.0, 0.0, 0.0]]),
    )  # fmt: skip
    params = group(strategy=np.full(1, float(strategy)), base_cover_months=np.full(1, 4.0))
    choose_cover(importers, params, STOCKS, group(precision=5.0), 0)
    return importers


@pytest.mark.parametrize(
    ("strategy", "cover", "risk", "log"),
    [(BAYESIAN_COVER, 6.0, 2.0, 0.7), (STOCKPILE, 10.0, 0.0, 0.0), (DIVERSIFY, 4.0, 0.0, 0.0)],
)
def test_each_rule_wants_its_cover(strategy: float, cover: float, risk: float, log: float) -> None:
    importers = chosen(strategy)
    assert (importers.cover_months[0], importers.risk_cover_months[0], importers.risk_log[0]) == (cover, risk, log)


def test_a_learner_holds_the_mean_of_its_rules_at_first_and_then_what_served_best() -> None:
    importers = chosen(LEARNING)
    assert importers.cover_months[0] == pytest.approx(4.0 + (0.0 + 2.0 + 6.0) / 3.0)
    assert importers.risk_cover_months[0] == pytest.approx(2.0 / 3.0)
    assert chosen(LEARNING, [9.0, 0.0, 0.0]).cover_months[0] == pytest.approx(4.0)
    assert chosen(LEARNING, [0.0, 9.0, 0.0]).cover_months[0] == pytest.approx(6.0)
    assert chosen(LEARNING, [0.0, 0.0, 9.0]).cover_months[0] == pytest.approx(10.0)


def test_diversifiers_are_counted_by_their_share_of_trade() -> None:
    shares = np.full(5, 9.0)
    count_diversifiers(
        shares,
        group(
            destination=np.array([1.0, 1.0, 2.0]),
            strategy=np.array([DIVERSIFY, 0.0, DIVERSIFY]),
            trade_share=np.array([0.3, 0.7, 1.0]),
        ),
    )
    assert shares.tolist() == [0.0, 0.3, 1.0, 0.0, 0.0]
