"""Players who choose a quantity or a price: best replies, Cournot, Stackelberg, price takers and chains of them.

Nothing here knows a demand curve: pay-offs come from a function that the caller gives, which may be a formula or a run of the
model (`tests/verification` plays these games over runs). Every search is deterministic.

Source: Cournot 1838 and Stackelberg 1934, as in any textbook of industrial organisation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from scipy.optimize import brentq, minimize_scalar

type Payoff = Callable[[int, list[float]], float]  # player, everybody's choice -> what the player gets


class Best(NamedTuple):
    """A best choice and what it earns."""

    choice: float
    payoff: float


def best_choice(payoff: Callable[[float], float], low: float, high: float, tolerance: float = 1e-7, coarse: int = 0) -> Best:
    """The choice between two ends that earns most: exact for a parabola after a few trials, bracketed for any hill.

    Parameters
    ----------
    payoff : function of the choice, with one hill between the ends, or many where `coarse` finds the highest
    low, high : float, ends of what may be chosen; they are tried too
    tolerance : float, of the choice, as a share of the distance between the ends
    coarse : int, steps of a grid that is tried first; the search then keeps to the neighbours of its best point
    """
    left, right = low, high
    if coarse:
        grid = [low + (high - low) * k / coarse for k in range(coarse + 1)]
        peak = max(range(coarse + 1), key=lambda k: payoff(grid[k]))
        left, right = grid[max(0, peak - 1)], grid[min(coarse, peak + 1)]
    span = {"xatol": tolerance * (high - low)}
    found = float(minimize_scalar(lambda x: -payoff(x), bounds=(left, right), method="bounded", options=span).x)
    return max((Best(x, payoff(x)) for x in (found, left, right)), key=lambda best: best.payoff)


def cournot(
    payoff: Payoff, start: Sequence[float], high: Sequence[float], tolerance: float = 1e-6, sweeps: int = 200
) -> list[float]:
    """Choices to which nobody has a better reply: each in turn takes its best reply until nobody moves.

    Parameters
    ----------
    payoff : see `Payoff`
    start : first choices; high : largest choice of each player (the least is zero)
    tolerance : float, largest change in a sweep at the end, as a share of `high`
    sweeps : int, after which it has not settled

    Raises
    ------
    ArithmeticError
        Where replies go round in circles.
    """
    choices = list(start)
    for _ in range(sweeps):
        moved = 0.0
        for i, top in enumerate(high):
            reply = best_reply(payoff, i, choices, top, tolerance / 10.0).choice
            moved = max(moved, abs(reply - choices[i]) / top)
            choices[i] = reply
        if moved <= tolerance:
            return choices
    raise ArithmeticError(f"best replies have not settled after {sweeps} sweeps")


def best_reply(payoff: Payoff, player: int, choices: Sequence[float], high: float, tolerance: float = 1e-7) -> Best:
    """Best choice of one player between zero and `high`, the others' choices being given."""

    def own(choice: float) -> float:
        return payoff(player, [*choices[:player], choice, *choices[player + 1 :]])

    return best_choice(own, 0.0, high, tolerance)


def lead(
    payoff: Callable[[float, list[float]], float],
    reply: Callable[[float], list[float]],
    low: float,
    high: float,
    tolerance: float = 1e-6,
    coarse: int = 0,
) -> tuple[Best, list[float]]:
    """A leader's best choice where the others answer it, and their answer (Stackelberg).

    Parameters
    ----------
    payoff : what the leader gets from its choice and the answers
    reply : the answers to a choice
    low, high, tolerance, coarse : as in `best_choice`
    """
    best = best_choice(lambda choice: payoff(choice, reply(choice)), low, high, tolerance, coarse)
    return best, reply(best.choice)


def price_taking(price: Callable[[float], float], supply: Callable[[float], float], high: float) -> float:
    """Quantity at which takers of a price supply what brings that price about.

    Parameters
    ----------
    price : price at their quantity, falling; supply : their quantity at a price, rising
    high : float, more than they ever supply
    """

    def short(quantity: float) -> float:
        return supply(price(quantity)) - quantity

    return 0.0 if short(0.0) <= 0.0 else float(brentq(short, 0.0, high, xtol=1e-9 * high, rtol=1e-12))
