"""Learning from what was paid: experience-weighted attraction, between reinforcement and belief.

Source: Camerer and Ho 1999.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from reabm.games.normal_form import Array


class Attraction(NamedTuple):
    """How a learner weighs what happened."""

    memory: float  # phi: part of an attraction that remains
    foregone: float  # delta: weight of what was not chosen, against what was
    experience_memory: float  # rho: part of experience that remains
    precision: float  # lambda: of the choice, per unit of pay-off


def attractions(rule: Attraction, payoffs: Sequence[Sequence[float]], chosen: Sequence[int], experience: float = 1.0) -> Array:
    """Attractions after some rounds, from none, shape (strategies,).

    Parameters
    ----------
    rule : Attraction
    payoffs : what every strategy paid, or would have paid, round by round
    chosen : which was played, round by round
    experience : N of the start, > 0
    """
    n = experience
    now = np.zeros(len(payoffs[0]))
    for paid, played in zip(payoffs, chosen, strict=True):
        before = n
        n = rule.experience_memory * before + 1.0
        weight = np.full(len(now), rule.foregone)
        weight[played] = 1.0
        now = (rule.memory * before * now + weight * np.asarray(paid, dtype=float)) / n
    return now


def choice_probabilities(rule: Attraction, attraction: Array) -> Array:
    """Logit probabilities of the strategies (case B2)."""
    grown = np.exp(rule.precision * (attraction - attraction.max()))
    return np.asarray(grown / grown.sum())
