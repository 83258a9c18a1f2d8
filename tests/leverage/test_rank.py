"""Rank correlations agree with hand tables, and say how much of an agreement may be chance."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from reabm.leverage import Leverage, Prices, rank_correlation
from reabm.leverage.rank import agreement_of_halves, kendall, permutation_p, ranks, shift_p, spearman
from reabm.leverage.surface import COERCER_LOSSES, TARGET_LOSSES
from tests.short_run import history

PRICES = Prices(retaliation_musd_month=100.0, reputation_musd=0.0, issue_value_musd=200.0, coercer_weight=0.5)


def leverage_of(losses: dict[int, float], noise: float = 0.0, n_seeds: int = 8) -> Leverage:
    """Leverage over Japan whose target loses what is said at each date (M USD), with noise over seeds that adds up to zero."""
    rows = []
    for at, loss in losses.items():
        for seed in range(n_seeds):
            row = {"target": "japan", "kind": "halt", "severity": 0.9, "months": 12, "at": at, "set": 0, "seed": seed}
            row |= dict.fromkeys([*TARGET_LOSSES, *COERCER_LOSSES, "others_musd", "miners_musd", "trust_lost"], 0.0)
            row |= {TARGET_LOSSES[0]: loss + noise * (1 if seed % 2 else -1), "stopped_months": 1.0}
            rows.append(row)
    return Leverage(history("2006-12"), pd.DataFrame(rows), PRICES)


def frame_of(values: dict[int, float], index: str = "hhi", stage: str = "mined") -> pd.DataFrame:
    rows = [("japan", at, 12, index, stage, value) for at, value in values.items()]
    return pd.DataFrame(rows, columns=["target", "at", "months", "index", "stage", "value"])


def test_ties_share_their_mean_rank() -> None:
    np.testing.assert_array_equal(ranks(np.array([5.0, 1.0, 5.0, 9.0])), [2.5, 1.0, 2.5, 4.0])


def test_spearman_is_one_less_the_squared_differences_of_ranks() -> None:
    first, second = np.array([10.0, 20.0, 30.0, 40.0, 50.0]), np.array([1.0, 3.0, 2.0, 5.0, 4.0])
    assert spearman(first, second) == pytest.approx(1.0 - 6.0 * 4.0 / (5.0 * 24.0))
    assert spearman(first, np.exp(first)) == pytest.approx(1.0)
    assert spearman(first, -first) == pytest.approx(-1.0)
    assert np.isnan(spearman(first, np.ones(5)))


def test_spearman_with_ties_is_the_correlation_of_mean_ranks() -> None:
    first, second = np.array([1.0, 1.0, 2.0, 3.0]), np.array([2.0, 1.0, 3.0, 3.0])
    assert spearman(first, second) == pytest.approx(np.corrcoef([1.5, 1.5, 3, 4], [2, 1, 3.5, 3.5])[0, 1])


def test_kendall_counts_pairs_in_order() -> None:
    assert kendall(np.arange(5.0), np.array([1.0, 3.0, 2.0, 5.0, 4.0])) == pytest.approx((8 - 2) / 10)
    # two pairs in order, one tied in the first: 2 / sqrt(2 x 3)
    first, second = np.array([1.0, 1.0, 2.0]), np.array([1.0, 2.0, 3.0])
    assert kendall(first, second) == pytest.approx(2.0 / np.sqrt(2.0 * 3.0))
    assert np.isnan(kendall(np.ones(3), second))


def test_the_permutation_test_finds_the_share_of_all_orders() -> None:
    first, second = np.arange(5.0), np.array([1.0, 3.0, 2.0, 5.0, 4.0])
    found = abs(spearman(first, second))
    exact = np.mean([abs(spearman(first, np.array(order))) >= found - 1e-12 for order in permutations(second)])
    assert permutation_p(first, second) == pytest.approx(exact, abs=0.02)


def test_the_test_by_shifts_cannot_be_smaller_than_one_over_the_dates() -> None:
    assert shift_p(np.arange(5.0), np.arange(5.0)) == pytest.approx(1.0 / 5.0)
    wave = np.array([1.0, 2.0, 1.5, 2.5] * 5)  # a cycle of four dates: each fifth shift is the same curve
    assert shift_p(wave, wave) == pytest.approx(5.0 / 20.0)
    assert permutation_p(wave, wave) < 0.01


def test_an_index_that_is_leverage_ranks_it_perfectly_and_its_reverse_the_other_way() -> None:
    losses = {24072 + 12 * k: loss for k, loss in enumerate([500.0, 900.0, 300.0, 100.0, 700.0])}
    leverage = leverage_of(losses)
    frame = pd.concat([frame_of(losses), frame_of({at: -loss for at, loss in losses.items()}, "hhi", "magnet"),
                       frame_of(dict.fromkeys(losses, 1.0), "choke_point", "magnet")])  # fmt: skip
    found = rank_correlation(leverage, frame).set_index(["index", "stage", "against"])
    for against in ("leverage_musd", "target_loss_musd"):
        assert found.loc[("hhi", "mined", against), "spearman"] == pytest.approx(1.0)
        assert found.loc[("hhi", "mined", against), "kendall"] == pytest.approx(1.0)
        assert found.loc[("hhi", "mined", against), "spearman_of_changes"] == pytest.approx(1.0)
        assert found.loc[("hhi", "magnet", against), "spearman"] == pytest.approx(-1.0)
        assert found.loc[("choke_point", "magnet", against)][["spearman", "kendall", "p_permutation", "p_shift"]].isna().all()
    assert (found["n_dates"] == 5).all()


def test_dates_of_one_table_only_are_left_out() -> None:
    losses = {24072 + 12 * k: float(loss) for k, loss in enumerate([500, 900, 300, 100, 700])}
    index = losses | {24072 + 60: 1e9}
    assert set(rank_correlation(leverage_of(losses), frame_of(index))["n_dates"]) == {5}
    with pytest.raises(ValueError, match="in common"):
        rank_correlation(leverage_of(losses), frame_of({24071: 1.0}))
    with pytest.raises(ValueError, match="3 dates for japan; a rank correlation needs 4 or more"):
        rank_correlation(leverage_of({at: losses[at] for at in list(losses)[:3]}), frame_of(index))


def test_leverage_agrees_with_itself_as_far_as_noise_lets_it() -> None:
    losses = {24072 + 12 * k: float(loss) for k, loss in enumerate([500, 900, 300, 100, 700])}
    assert agreement_of_halves(leverage_of(losses, noise=50.0))["spearman"].item() == pytest.approx(1.0)
    noisy = leverage_of(losses)
    odd = noisy.forks["seed"] % 2 == 1
    noisy.forks.loc[odd, TARGET_LOSSES[0]] *= -1.0
    assert agreement_of_halves(noisy)["spearman"].item() == pytest.approx(-1.0)
