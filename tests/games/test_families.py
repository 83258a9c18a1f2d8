"""Families of games with a closed form: what the formulas promise, tried another way."""

import numpy as np
import pytest

from reabm.games.bargaining import attrition_mean_months, crisis_demand, first_mover_share, nash_concession
from reabm.games.entry import (
    Entry,
    accommodating_profit,
    deterring_cost,
    deterring_output,
    deterring_profit,
    entrant_profit,
    leader_profit,
    reply,
)
from reabm.games.exhaustible import isoelastic_first_price_usd_kg, linear_depletion, monthly_prices_usd_kg
from reabm.games.inventory import carry_over_t, newsvendor_cost_kusd, newsvendor_t
from reabm.games.learning import Attraction, attractions, choice_probabilities
from reabm.games.relocation import Relocation, cascade, folds, settled_shares, signal_threshold, weighted_cascade
from reabm.games.repeated import finite_trigger_threshold, trigger_threshold


def test_slow_mines_make_restraint_harder_and_a_longer_memory_easier() -> None:
    thresholds = [trigger_threshold(5.0, 3.0, 1.0, delay) for delay in (1, 2, 4, 8)]
    assert thresholds == sorted(thresholds)
    finite = [finite_trigger_threshold(5.0, 3.0, 1.0, periods) for periods in (2, 6, 60)]
    assert finite == sorted(finite, reverse=True)
    assert finite[-1] == pytest.approx(trigger_threshold(5.0, 3.0, 1.0), abs=1e-6)


def test_a_punishment_too_short_deters_nobody() -> None:
    with pytest.raises(ValueError, match="punishment"):
        finite_trigger_threshold(9.0, 3.0, 1.0, 2)
    with pytest.raises(ValueError, match="must pay more"):
        trigger_threshold(3.0, 3.0, 1.0)


def test_restraint_just_holds_at_the_threshold() -> None:
    """Counted out over 4000 periods: coercing for four, punished for ever, against restraint for ever."""
    factor = trigger_threshold(5.0, 3.0, 1.0, delay=4)
    weights = factor ** np.arange(4000)
    assert weights @ np.where(np.arange(4000) < 4, 5.0, 1.0) == pytest.approx(weights @ np.full(4000, 3.0), rel=1e-9)


def test_the_best_demand_of_a_crisis_is_best_among_all() -> None:
    for lowest, highest, cost in [(20.0, 120.0, 30.0), (20.0, 120.0, 90.0), (0.0, 50.0, 5.0)]:
        best = crisis_demand(lowest, highest, cost).demand

        def worth(demand: float, low: float = lowest, high: float = highest, own: float = cost) -> float:
            gets = min(1.0, max(0.0, (high - demand) / (high - low)))
            return gets * demand - (1.0 - gets) * own

        tried = np.linspace(lowest, highest, 2001)
        assert worth(best) >= max(worth(float(x)) for x in tried) - 1e-9


def test_nash_splits_what_both_would_lose() -> None:
    payments = np.linspace(-30.0, 120.0, 150_001)
    product = (120.0 - payments) ** 0.4 * (payments + 30.0) ** 0.6
    assert payments[product.argmax()] == pytest.approx(nash_concession(120.0, 30.0, 0.6), abs=1e-3)


def test_alternating_offers_end_with_the_one_who_may_wait() -> None:
    share = 0.5
    for _ in range(2000):  # backwards: who offers leaves the other what it would get by waiting
        share = 1.0 - 0.90 * (1.0 - 0.95 * share)
    assert share == pytest.approx(first_mover_share(0.95, 0.90), rel=1e-12)


def test_an_embargo_lasts_as_long_as_drawn_hazards_say() -> None:
    generator = np.random.default_rng(0)
    coercer, target = generator.exponential(90.0 / 15.0, 200_000), generator.exponential(60.0 / 5.0, 200_000)
    assert np.minimum(coercer, target).mean() == pytest.approx(attrition_mean_months(60.0, 90.0, 5.0, 15.0), rel=0.01)


def test_deterring_just_pays_at_the_lower_cost_of_entry_and_keeps_the_entrant_at_zero() -> None:
    game = Entry(100.0, 1.0, 20.0)
    assert entrant_profit(game, deterring_output(game, 225.0)) == pytest.approx(225.0)
    cost = deterring_cost(game)
    assert deterring_profit(game, cost) == pytest.approx(accommodating_profit(game))
    tried = np.linspace(0.0, 80.0, 801)
    assert max(leader_profit(game, float(q), reply(game, float(q))) for q in tried) == pytest.approx(accommodating_profit(game))


def test_months_of_depletion_come_near_to_moments_as_interest_falls() -> None:
    for rate in (0.05, 0.01):
        first = monthly_prices_usd_kg(100.0, 0.01, 100_000.0, np.exp(rate) - 1.0)[0]
        assert first == pytest.approx(linear_depletion(100.0, 0.01, 100_000.0, rate).first_price_usd_kg, rel=0.01)


def test_isoelastic_use_for_ever_adds_up_to_the_stock() -> None:
    first = isoelastic_first_price_usd_kg(10_000.0, 50.0, 0.8, 100_000.0, 0.05)
    years = np.linspace(0.0, 800.0, 800_001)
    use = 10_000.0 * (first * np.exp(0.05 * years) / 50.0) ** -0.8
    assert np.trapezoid(use, years) == pytest.approx(100_000.0, rel=1e-6)


def test_the_newsvendors_stock_is_cheapest_and_its_cost_is_that_of_draws() -> None:
    best = newsvendor_t(90.0, 30.0, 1000.0, 200.0)
    costs = [newsvendor_cost_kusd(90.0, 30.0, 1000.0, 200.0, best + shift) for shift in (-5.0, 0.0, 5.0)]
    assert costs[1] < min(costs[0], costs[2])
    demand = np.random.default_rng(0).normal(1000.0, 200.0, 400_000)
    drawn = 90.0 * np.maximum(demand - best, 0.0) + 30.0 * np.maximum(best - demand, 0.0)
    assert drawn.mean() == pytest.approx(costs[1], rel=0.01)


def test_nothing_is_stored_for_a_cut_that_does_not_pay_for_its_storage() -> None:
    assert carry_over_t(lambda t: 30.0 + t, lambda t: 31.0 - t, 5.0, 0.01, 10.0) == 0.0


def test_attractions_without_foregone_payoffs_grow_for_what_was_chosen_only() -> None:
    rule = Attraction(memory=1.0, foregone=0.0, experience_memory=0.0, precision=1.0)
    found = attractions(rule, [(3.0, 9.0), (2.0, 9.0)], [0, 0])
    assert found.tolist() == [5.0, 0.0]
    assert choice_probabilities(rule, found).sum() == pytest.approx(1.0)


@pytest.mark.parametrize("gap", [-0.5, -0.1, 0.0, 0.1, 0.5])
@pytest.mark.parametrize("precision", [1.0, 3.0, 8.0])
def test_shares_that_settle_are_all_that_a_fine_grid_finds(gap: float, precision: float) -> None:
    game = Relocation(precision, 2.0, gap, 1.0)
    grid = np.linspace(0.0, 1.0, 200_001)
    missed = 1.0 / (1.0 + np.exp(-precision * (gap + 2.0 * grid - 1.0))) - grid
    crossings = int((np.sign(missed[1:]) * np.sign(missed[:-1]) < 0).sum() + (missed[1:-1] == 0.0).sum())
    assert len(settled_shares(game)) == crossings


def test_between_the_folds_there_are_three_shares_and_outside_one() -> None:
    up, down = folds(3.0, 2.0, 1.0)
    for gap, n in [(down - 1e-6, 1), (down + 1e-6, 3), (up - 1e-6, 3), (up + 1e-6, 1)]:
        assert len(settled_shares(Relocation(3.0, 2.0, gap, 1.0))) == n
    with pytest.raises(ValueError, match="no fold"):
        folds(1.5, 2.0, 1.0)


def test_precise_signals_bring_the_threshold_to_the_laplacian_one() -> None:
    (threshold,) = signal_threshold(0.2, 1.0, 1e8, 1.0, 0.8)
    assert threshold == pytest.approx(0.8 - 0.5, abs=1e-3)
    assert len(signal_threshold(0.5, 25.0, 1.0, 4.0, 2.5)) == 3  # poor signals: more than one


def test_a_big_firm_tips_what_small_ones_do_not() -> None:
    assert cascade(0.0, 0.1, 1.1) == 0.0
    assert cascade(0.3, 0.1, 1.1) == pytest.approx(0.23 / 0.3)
    shares, thresholds = [0.3, 0.2, 0.2, 0.3], [9.0, 0.25, 0.45, 0.9]
    assert weighted_cascade(shares, thresholds, [True, False, False, False]) == [True, True, True, False]
    assert weighted_cascade(shares, thresholds, [False] * 4) == [False] * 4
