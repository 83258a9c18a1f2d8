"""Best replies in quantity against the formulas of textbooks, where pay-offs are formulas too."""

import pytest

from reabm.games.quantity import best_choice, cournot, lead, price_taking

INTERCEPT, SLOPE = 100.0, 0.002


def payoff(player: int, tonnes: list[float]) -> float:
    costs = (10.0, 20.0, 35.0)
    return (INTERCEPT - SLOPE * sum(tonnes) - costs[player]) * tonnes[player]


def test_unequal_firms_settle_where_cournot_says() -> None:
    assert cournot(payoff, [0.0] * 3, [50_000.0] * 3) == pytest.approx([15_625.0, 10_625.0, 3_125.0], rel=1e-4)


def test_where_replies_start_does_not_matter() -> None:
    assert cournot(payoff, [50_000.0] * 3, [50_000.0] * 3) == pytest.approx([15_625.0, 10_625.0, 3_125.0], rel=1e-4)


def test_a_leader_sells_what_a_monopolist_would_and_its_follower_half() -> None:
    def profit(own: float, others: list[float]) -> float:
        return (INTERCEPT - SLOPE * (own + others[0]) - 20.0) * own

    best, followers = lead(profit, lambda own: [(80.0 - SLOPE * own) / (2.0 * SLOPE)], 0.0, 40_000.0)
    assert (best.choice, followers[0]) == (pytest.approx(20_000.0, rel=1e-5), pytest.approx(10_000.0, rel=1e-5))


def test_the_ends_of_a_range_can_be_best() -> None:
    assert best_choice(lambda x: x, 0.0, 7.0).choice == 7.0
    assert best_choice(lambda x: -x, 2.0, 7.0).choice == 2.0


def test_a_grid_finds_the_higher_of_two_hills() -> None:
    def hills(x: float) -> float:
        return max(1.0 - (x - 2.0) ** 2, 3.0 - 4.0 * (x - 8.0) ** 2)

    assert best_choice(hills, 0.0, 10.0, coarse=20).choice == pytest.approx(8.0, abs=1e-5)


def test_takers_of_a_price_sell_where_supply_meets_it_and_nothing_below_their_cost() -> None:
    assert price_taking(lambda q: 50.0 - 0.01 * q, lambda p: 100.0 * max(0.0, p - 30.0), 1e4) == pytest.approx(1000.0)
    assert price_taking(lambda q: 20.0 - 0.01 * q, lambda p: 100.0 * max(0.0, p - 30.0), 1e4) == 0.0


def test_replies_that_go_round_are_no_answer() -> None:
    def flip(player: int, choices: list[float]) -> float:
        wants = 1.0 if (choices[1 - player] > 0.5) == (player == 0) else 0.0
        return -((choices[player] - wants) ** 2)

    with pytest.raises(ArithmeticError, match="not settled"):
        cournot(flip, [0.0, 0.0], [1.0, 1.0], sweeps=30)
