"""Mixed equilibria against quantecon, by hand, and by what an equilibrium is."""

import numpy as np
import pytest
from quantecon.game_theory import NormalFormGame, Player, pure_nash_brute, support_enumeration, vertex_enumeration

from reabm.games.mixed import mixed_equilibria
from reabm.games.normal_form import Array, mixed_regrets, normalised, pure_equilibria

SHAPES = [(2, 2), (2, 3), (3, 3), (4, 3), (4, 4)]


def theirs(payoffs: Array) -> NormalFormGame:
    """The same game as quantecon writes it: each player's own actions first."""
    return NormalFormGame([Player(payoffs[0]), Player(payoffs[1].T.copy())])


def listed(equilibria: object) -> list[list[float]]:
    return sorted([round(float(p), 7) + 0.0 for own in mixed for p in own] for mixed in equilibria)  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("shape", SHAPES)
def test_two_players_have_the_equilibria_that_quantecon_finds_by_two_ways(shape: tuple[int, int], seed: int) -> None:
    payoffs = np.random.default_rng(seed).normal(size=(2, *shape)) * 1000.0
    ours = listed(mixed_equilibria(payoffs))
    assert ours == listed(support_enumeration(theirs(normalised(payoffs))))
    assert ours == listed(vertex_enumeration(theirs(normalised(payoffs))))
    assert len(ours) % 2 == 1  # a game without ties has an odd number


@pytest.mark.parametrize("seed", range(8))
def test_quantecon_finds_the_same_pure_equilibria_of_three_players(seed: int) -> None:
    payoffs = np.random.default_rng(seed).normal(size=(3, 3, 2, 4))
    players = [Player(np.transpose(payoffs[i], [(i + k) % 3 for k in range(3)]).copy()) for i in range(3)]
    assert pure_equilibria(payoffs) == sorted(
        tuple(int(a) for a in profile) for profile in pure_nash_brute(NormalFormGame(players))
    )


@pytest.mark.parametrize("shape", [(2, 2, 2), (3, 2, 3), (2, 2, 2, 2)])
@pytest.mark.parametrize("seed", range(3))
def test_more_players_get_equilibria_and_nothing_else(shape: tuple[int, ...], seed: int) -> None:
    payoffs = np.random.default_rng(seed).normal(size=(len(shape), *shape))
    found = mixed_equilibria(payoffs, n_starts=8)
    assert found
    assert len(found) >= len(pure_equilibria(payoffs))
    for mixed in found:
        assert mixed_regrets(normalised(payoffs), mixed).max() <= 1e-9
        assert all(own.min() >= 0.0 and own.sum() == pytest.approx(1.0, abs=1e-12) for own in mixed)


def test_the_known_mixed_equilibrium_of_three_players_is_found() -> None:
    """Each gains one by being alone in its choice: all toss a coin. Beside it stand the six profiles with one alone."""
    payoffs = np.zeros((3, 2, 2, 2))
    for profile in np.ndindex(2, 2, 2):
        for i in range(3):
            payoffs[(i, *profile)] = float(profile.count(profile[i]) == 1)
    found = mixed_equilibria(payoffs, n_starts=4)
    assert any(all(own == pytest.approx([0.5, 0.5], abs=1e-9) for own in mixed) for mixed in found)
    assert len(pure_equilibria(payoffs)) == 6


def test_money_of_any_unit_gives_the_same_equilibria() -> None:
    payoffs = np.random.default_rng(5).normal(size=(2, 3, 3))
    scaled = payoffs * np.array([1e6, 1e-6])[:, None, None] + 1e3
    assert listed(mixed_equilibria(scaled)) == pytest.approx(np.array(listed(mixed_equilibria(payoffs))), abs=1e-5)
