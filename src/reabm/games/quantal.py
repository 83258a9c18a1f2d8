"""Quantal response: how play looks if players err, and err less the more precise they are.

Each player plays action a with a probability proportional to exp(precision x expected pay-off of a). The path from precision 0
(all actions alike) is followed by its length, not by precision, so that it gets round folds; every point is brought back to
the path by Newton's method until its residual is below RESIDUAL.

Source: McKelvey and Palfrey 1995; the following of the path is the usual predictor and corrector (Turocy 2005).
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np

from reabm.games.normal_form import Array, Mixed, action_payoffs, check_game, pair_payoffs

RESIDUAL = 1e-10  # largest miss of a probability
MOST_POINTS = 20_000
LONGEST_STEP, SHORTEST_STEP = 0.2, 1e-7  # along the path, in probabilities and units of precision
CORRECTIONS = 12


class QuantalPath(NamedTuple):
    """Points of the path in their order; precision may fall on parts of it."""

    precision: Array  # (points,), per unit of pay-off
    mixed: list[Array]  # for each player (points, k_i)
    residual: Array  # (points,), largest miss of a probability
    payoffs: Array  # the game

    def mixed_at(self, precision: float) -> Mixed:
        """The point where the path first reaches a precision, solved for exactly that precision.

        Raises
        ------
        ValueError
            Where the path was not followed as far.
        """
        reached = np.flatnonzero(self.precision >= precision)
        if not len(reached):
            raise ValueError(f"the path was followed to precision {self.precision.max():g}; {precision:g} was asked for")
        k = int(reached[0])
        guess = [own[k] for own in self.mixed]
        if k > 0:
            low, high = self.precision[k - 1], self.precision[k]
            part = (precision - low) / (high - low)
            guess = [own[k - 1] + part * (own[k] - own[k - 1]) for own in self.mixed]
        return solve_quantal(self.payoffs, precision, guess)


def quantal_path(payoffs: Array, highest: float = 10.0) -> QuantalPath:
    """Follow the path of quantal response equilibria from precision 0 to the highest.

    Parameters
    ----------
    payoffs : array, shape (n, k_1, ..., k_n); normalise first where precision is to mean the same in every game
    highest : float, > 0, precision at which to stop, per unit of pay-off

    Raises
    ------
    ArithmeticError
        Where a point cannot be brought back to the path, however short the step.
    """
    check_game(payoffs)
    shape = payoffs.shape[1:]
    point = np.append(np.concatenate([np.full(k, 1.0 / k) for k in shape]), 0.0)
    ahead = np.append(np.zeros(len(point) - 1), 1.0)
    points, residuals = [point], [0.0]
    length = 0.01
    while point[-1] < highest:
        if len(points) > MOST_POINTS:
            raise ArithmeticError(f"the quantal path has not reached precision {highest:g} after {MOST_POINTS} points")
        tangent = _tangent(payoffs, point, ahead)
        corrected, misses, steps = _correct(payoffs, point + length * tangent, tangent)
        if misses > RESIDUAL or np.abs(corrected - point).max() > 2.0 * length or float((corrected - point) @ tangent) <= 0.0:
            length /= 2.0
            if length < SHORTEST_STEP:
                raise ArithmeticError(f"the quantal path is lost at precision {point[-1]:g}")
            continue
        point, ahead = corrected, tangent
        points.append(point)
        residuals.append(misses)
        length = min(LONGEST_STEP, length * (1.5 if steps <= 3 else 0.8))
    table = np.array(points)
    places = np.cumsum([0, *shape])
    mixed = [table[:, low:high] for low, high in itertools.pairwise(places)]
    return QuantalPath(table[:, -1], mixed, np.array(residuals), payoffs)


def solve_quantal(payoffs: Array, precision: float, guess: Mixed) -> Mixed:
    """The quantal response equilibrium of a precision near a guess, by Newton's method.

    Raises
    ------
    ArithmeticError
        Where the residual stays above RESIDUAL.
    """
    flat = np.concatenate(guess)
    for _ in range(50):
        miss, by_mix, _ = _miss(payoffs, flat, precision)
        if np.abs(miss).max() <= RESIDUAL * 1e-3:
            break
        flat = flat - np.linalg.solve(by_mix, miss)
    if np.abs(_miss(payoffs, flat, precision)[0]).max() > RESIDUAL:
        raise ArithmeticError(f"no quantal response found near the guess at precision {precision:g}")
    return _split(flat, payoffs.shape[1:])


def respond(payoffs: Array, mixed: Mixed, precision: float) -> Mixed:
    """The mixes with which players answer the others' mixes, erring by the logit rule."""
    return [_logit(precision * action_payoffs(payoffs, mixed, i)) for i in range(len(mixed))]


def _logit(worth: Array) -> Array:
    grown = np.exp(worth - worth.max())
    return np.asarray(grown / grown.sum())


def _split(flat: Array, shape: tuple[int, ...]) -> Mixed:
    places = np.cumsum([0, *shape])
    return [flat[low:high] for low, high in itertools.pairwise(places)]


def _miss(payoffs: Array, flat: Array, precision: float) -> tuple[Array, Array, Array]:
    """Mixes less the answers to them, and the derivatives in the mixes and in precision."""
    shape = payoffs.shape[1:]
    mixed = _split(flat, shape)
    places = np.cumsum([0, *shape])
    miss, by_mix, by_precision = np.zeros(len(flat)), np.eye(len(flat)), np.zeros(len(flat))
    for i in range(len(shape)):
        rows = slice(places[i], places[i + 1])
        worth = action_payoffs(payoffs, mixed, i)
        answer = _logit(precision * worth)
        bend = np.diag(answer) - np.outer(answer, answer)
        miss[rows] = mixed[i] - answer
        by_precision[rows] = -bend @ worth
        for j in range(len(shape)):
            if j != i:
                pairs = pair_payoffs(payoffs, mixed, i, j)
                by_mix[rows, places[j] : places[j + 1]] = -precision * bend @ pairs
    return miss, by_mix, by_precision


def _tangent(payoffs: Array, point: Array, ahead: Array) -> Array:
    """Direction of the path at a point, of length one, on the side of the direction so far."""
    _, by_mix, by_precision = _miss(payoffs, point[:-1], float(point[-1]))
    matrix = np.vstack([np.column_stack([by_mix, by_precision]), ahead])
    found = np.linalg.solve(matrix, np.append(np.zeros(len(point) - 1), 1.0))
    return np.asarray(found / np.linalg.norm(found))


def _correct(payoffs: Array, guess: Array, tangent: Array) -> tuple[Array, float, int]:
    """Newton's method back to the path, across the tangent; the miss that is left, and the steps."""
    point = guess
    for step in range(CORRECTIONS):
        miss, by_mix, by_precision = _miss(payoffs, point[:-1], float(point[-1]))
        if np.abs(miss).max() <= RESIDUAL * 1e-2:
            return point, float(np.abs(miss).max()), step
        matrix = np.vstack([np.column_stack([by_mix, by_precision]), tangent])
        point = point - np.linalg.solve(matrix, np.append(miss, (point - guess) @ tangent))
    return point, float(np.abs(_miss(payoffs, point[:-1], float(point[-1]))[0]).max()), CORRECTIONS
