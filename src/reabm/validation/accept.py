"""Which parameter sets are as good as the best: acceptance on fresh luck, in the manner of approximate Bayesian computation.

A search that has seen eight lucks a thousand times fits them as well. So the best sets of the search, those of them that differ,
are played again with seeds that it never saw, and accepted where their loss there is near the best one. From the accepted those
are kept that are spread out most, beginning with the best: the central set.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reabm.validation.priors import CalibrationStudy, Knob
from reabm.world.layout import Array

ERRORS = 3.0  # standard errors within which two losses are taken as the same


class Accepted(NamedTuple):
    """The accepted sets."""

    values: Array  # kept sets x knobs, the central one first
    losses: Array  # kept sets, on fresh luck
    sample: Array  # all accepted x knobs, by loss
    sample_losses: Array
    threshold: float
    standard_error: float  # of the difference of a set near the threshold from the best one
    n_candidates: int
    n_within: int  # candidates within the threshold; fewer than the sample where too few were


def units_of(values: Array, knobs: Sequence[Knob]) -> Array:
    """Places of parameter values in their ranges, 0 to 1; shape as `values`."""
    return np.array([[knob.unit(float(value)) for knob, value in zip(knobs, one)] for one in values]).reshape(values.shape)


def candidates_of(values: Array, losses: Array, knobs: Sequence[Knob], count: int, distance: float) -> NDArray[np.intp]:
    """Rows of the best sets that are at least `distance` from every better one (root mean square over the knobs)."""
    chosen: list[int] = []
    near = np.empty((count, values.shape[1]))
    for row in np.argsort(losses, kind="stable"):
        unit = units_of(values[row : row + 1], knobs)[0]
        if not chosen or np.sqrt(np.mean((near[: len(chosen)] - unit) ** 2, axis=1)).min() >= distance:
            near[len(chosen)] = unit
            chosen.append(int(row))
            if len(chosen) == count:
                break
    return np.array(chosen, dtype=np.intp)


def accept(values: Array, by_seed: Array, knobs: Sequence[Knob], study: CalibrationStudy) -> Accepted:
    """Accept and thin.

    Parameters
    ----------
    values : candidates x knobs; by_seed : candidates x fresh seeds, their losses on the same luck; read only
    """
    losses = by_seed.mean(axis=1)
    order = np.argsort(losses, kind="stable")
    best = int(order[0])
    n_seeds = by_seed.shape[1]
    spread = (by_seed - by_seed[best]).std(axis=1, ddof=1) / np.sqrt(n_seeds) if n_seeds > 1 else np.zeros(len(losses))
    others = spread[order[1 : study.least]]
    error = float(np.median(others)) if others.size else 0.0
    threshold = float(losses[best] + max(study.slack * losses[best], ERRORS * error))
    n_within = int(np.count_nonzero(losses <= threshold))
    kept = order[: max(n_within, min(study.least, len(order)))]
    chosen = kept[spread_out(units_of(values[kept], knobs), study.sets)]
    return Accepted(values[chosen], losses[chosen], values[kept], losses[kept], threshold, error, len(losses), n_within)


def spread_out(units: Array, count: int) -> NDArray[np.intp]:
    """Rows that are farthest from each other, beginning with the first: each next one is the farthest from all chosen."""
    chosen = [0]
    gap = np.sqrt(np.mean((units - units[0]) ** 2, axis=1))
    while len(chosen) < min(count, len(units)):
        farthest = int(np.argmax(gap))
        if gap[farthest] <= 0.0:
            break  # the rest are copies
        chosen.append(farthest)
        gap = np.minimum(gap, np.sqrt(np.mean((units - units[farthest]) ** 2, axis=1)))
    return np.array(chosen, dtype=np.intp)
