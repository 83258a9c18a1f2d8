"""Solving a table: known games in it, quantecon beside it, luck and parameters in doubt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from quantecon.game_theory import NormalFormGame, pure_nash_brute, support_enumeration
from quantecon.game_theory import Player as Theirs

from reabm.empirical.game import Choice, Deviation, Player
from reabm.empirical.payoff_table import Deviated, Table
from reabm.empirical.solve import candidates, regret_of_mix, solve
from reabm.empirical.summary import MIXED, basins_of, summary_of
from reabm.games.normal_form import Array, profile_regrets

PRISONERS = np.array([[[3.0, 0.0], [5.0, 1.0]], [[3.0, 5.0], [0.0, 1.0]]])
STAG_HUNT = np.array([[[4.0, 0.0], [3.0, 3.0]], [[4.0, 3.0], [0.0, 3.0]]])
PENNIES = np.array([[[1.0, -1.0], [-1.0, 1.0]], [[-1.0, 1.0], [1.0, -1.0]]])


def table_of(game: Array, n_seeds: int = 8, noise: float = 0.0, n_sets: int = 1, common: float = 0.0, unit: float = 1.0) -> Table:
    """A table whose means are a game, with luck of each run, luck that all profiles share, and sets that turn it round."""
    n_players, *shape = game.shape
    players = tuple(
        Player(f"p{i}", (f"a{i}",), (f"a{i}",), tuple(Choice(f"s{k}", "plays", {}) for k in range(size)), ())
        for i, size in enumerate(shape)
    )
    generator = np.random.default_rng(1)
    cells = np.moveaxis(game, 0, -1).reshape(-1, 1, n_players)
    own = noise * generator.normal(size=(cells.shape[0], n_seeds, n_players))
    shared = common * generator.normal(size=(1, n_seeds, n_players))
    sets = [unit * (cells * (1.0 if k == 0 else -1.0) + own + shared) for k in range(n_sets)]
    return Table(players, np.array(sets), (), tuple(range(n_seeds)), 0)


def theirs(payoffs: Array) -> NormalFormGame:
    return NormalFormGame([Theirs(payoffs[0].copy()), Theirs(payoffs[1].T.copy())])


def test_the_regret_of_a_known_games_equilibrium_is_zero() -> None:
    found = solve(table_of(PRISONERS))
    assert found.pure == [(1, 1)]
    assert found.mixed == []
    assert found.luck.regret[1, 1] == 0.0
    assert found.luck.probability.tolist() == [[0.0, 0.0], [0.0, 1.0]]
    assert found.gains[:, 1, 1].tolist() == [-1.0, -1.0]
    assert (profile_regrets(found.payoffs) == profile_regrets(PRISONERS)).all()


@pytest.mark.parametrize("unit", [1.0, 1e-6, 1e6])
@pytest.mark.parametrize("shape", [(2, 2), (3, 2), (5, 3)])
@pytest.mark.parametrize("seed", range(3))
def test_a_table_of_two_players_has_the_equilibria_that_quantecon_finds(shape: tuple[int, int], seed: int, unit: float) -> None:
    table = table_of(np.random.default_rng(seed).normal(size=(2, *shape)), n_seeds=4, noise=0.01, unit=unit)
    found = solve(table)
    assert found.pure == sorted(tuple(int(a) for a in each) for each in pure_nash_brute(theirs(found.payoffs / unit)))
    ours = sorted(np.concatenate(each).round(6).tolist() for each in found.mixed)
    all_theirs = [np.concatenate(each) for each in support_enumeration(theirs(found.payoffs / unit))]
    assert ours == sorted(each.round(6).tolist() for each in all_theirs if ((each > 1e-9) & (each < 1.0 - 1e-9)).any())
    assert all(regret_of_mix(found.payoffs, each).max() < 1e-8 * unit for each in found.mixed)


def test_matching_pennies_have_no_pure_equilibrium_and_play_goes_round() -> None:
    found = solve(table_of(PENNIES))
    assert found.pure == []
    (mixed,) = found.mixed
    assert np.concatenate(mixed) == pytest.approx(np.full(4, 0.5))
    assert found.luck.n_equilibria.tolist() == [1.0]
    assert found.rank.shares[-1] == pytest.approx(np.full((2, 2), 0.25), abs=1e-6)
    assert candidates(table_of(PENNIES), most=2) == [0]  # no equilibrium: the profile of the lowest regret


def test_two_equilibria_share_the_starts_between_them() -> None:
    table = table_of(STAG_HUNT)
    found = solve(table)
    assert found.pure == [(0, 0), (1, 1)]
    ends = {basin.strategies: basin.share for basin in basins_of(table.players, found)}
    assert set(ends) <= {("s0", "s0"), ("s1", "s1")}
    assert ends["s1", "s1"] > ends["s0", "s0"]  # the safe one has the larger basin
    assert candidates(table, most=1) == [0]
    assert candidates(table, most=2) == [0, 3]


def test_mixes_that_nothing_moves_count_as_one_end() -> None:
    idle = PRISONERS.copy()
    idle[1] = 0.0  # the second player gets the same whatever happens
    table = table_of(idle)
    (basin,) = [basin for basin in basins_of(table.players, solve(table)) if basin.strategies[1] == MIXED]
    assert basin.strategies[0] == "s1"
    assert basin.share > 0.9


def test_luck_that_all_profiles_share_leaves_no_doubt_and_luck_of_their_own_does() -> None:
    assert solve(table_of(PRISONERS, common=100.0)).luck.probability[1, 1] == 1.0
    assert 0.1 < solve(table_of(PRISONERS, noise=4.0)).luck.probability[1, 1] < 1.0


def test_parameter_sets_that_turn_the_game_round_leave_their_share_of_doubt() -> None:
    found = solve(table_of(PRISONERS, n_sets=2))
    assert found.luck.probability[1, 1] == 1.0
    assert found.parameters is not None
    assert found.parameters.probability[1, 1] == pytest.approx(0.5, abs=0.06)
    assert found.parameters.probability[0, 0] == pytest.approx(0.5, abs=0.06)


def test_a_single_agents_gain_is_paired_with_its_profile_seed_by_seed() -> None:
    table = table_of(PRISONERS, noise=50.0)
    stays = table.payoffs[0, 3]
    leaves = stays + np.array([2.0, 0.0])
    player = table.players[0]._replace(deviations=(Choice("more", "plays", {}),))
    alone = (Deviated(3, Deviation(0, "a0", 0), leaves),)
    (gain,) = solve(Table((player, table.players[1]), table.payoffs, alone, table.seeds, 0)).alone
    assert (gain.agent, gain.choice, gain.n_seeds) == ("a0", "more", 8)
    assert (gain.gain, gain.low, gain.high) == pytest.approx((2.0, 2.0, 2.0))


def test_the_summary_holds_what_was_found() -> None:
    table = table_of(PRISONERS)
    about = {"game": "prisoners", "question": "?", "from": "2005-01", "to": "2005-12"}
    summary = summary_of(about, table, solve(table))
    assert summary["equilibria"]["pure"] == [{"p0": "s1", "p1": "s1"}]
    first = summary["profiles_by_credence"][0]
    assert first["profile"] == {"p0": "s1", "p1": "s1"}
    assert first["payoff_musd"] == {"p0": 1.0, "p1": 1.0}
    assert first["probability"] == 1.0
    assert summary["quantal_at_highest_precision"]["p0"]["s1"] > 0.8
    assert summary["alpha_rank"]["100"][0]["profile"] == {"p0": "s1", "p1": "s1"}


def test_what_other_parameters_make_an_equilibrium_comes_before_what_nothing_does() -> None:
    found = solve(table_of(PRISONERS, n_sets=2))
    assert found.order[:2] == [3, 0]  # (0, 0) is one under the second set only


def test_profiles_are_compared_on_luck_that_all_of_them_had() -> None:
    table = table_of(np.zeros((2, 2, 2)), n_seeds=4, common=100.0)
    payoffs = table.payoffs.copy()
    payoffs[0, 1, 2] = np.nan  # one run of one profile failed
    kept = replace(table, payoffs=payoffs).replicates()
    assert np.isnan(kept[:, :, 2]).all()
    assert np.isfinite(kept[:, :, [0, 1, 3]]).all()
    means_of = np.nanmean(kept[..., 0], axis=2)
    assert np.ptp(means_of, axis=0) == pytest.approx(0.0, abs=1e-9)  # equal games stay equal
