"""What a fit says of each parameter: how narrow the accepted values are, which press against a bound, which move together.

The accepted sets are those that the search came across and that hold on fresh luck; they show what values fit, not how
probable each is. So the width is a lower bound of what the data allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from reabm.validation.accept import units_of
from reabm.validation.priors import Knob
from reabm.world.layout import Array

PRIOR_WIDTH = 0.9  # of the range: 5 to 95 per cent of a flat prior
AT_BOUND = 0.02  # share of the range from an end that counts as the end
MOST_PAIRS = 12
LEAST_CORRELATION = 0.3


class Identified(NamedTuple):
    """One parameter."""

    path: str
    low: float  # of the range
    high: float
    scale: str
    begin: float  # value in the middle of its range
    central: float
    q05: float  # of the accepted sets
    median: float
    q95: float
    width: float  # 5 to 95 per cent of the accepted over the same of the prior, on the knob's scale
    bound: str  # "low", "high" or "": where the central set or the median presses
    at_low: float  # share of the accepted sets at that end
    at_high: float


class Pair(NamedTuple):
    """Two parameters that move together over the accepted sets."""

    first: str
    second: str
    correlation: float


def identify(sample: Array, central: Array, knobs: Sequence[Knob], begin: Sequence[float]) -> list[Identified]:
    """Widths and bounds of every knob.

    Parameters
    ----------
    sample : accepted sets x knobs; central : knobs; read only
    begin : values with which the search began
    """
    units = units_of(sample, knobs)
    found = []
    for k, knob in enumerate(knobs):
        q05, median, q95 = (float(q) for q in np.quantile(units[:, k], (0.05, 0.5, 0.95)))
        own = (knob.unit(float(central[k])), median)
        bound = "low" if min(own) <= AT_BOUND else "high" if max(own) >= 1.0 - AT_BOUND else ""
        found.append(
            Identified(
                knob.path, knob.low, knob.high, knob.scale, begin[k], float(central[k]), knob.value(q05), knob.value(median),
                knob.value(q95), (q95 - q05) / PRIOR_WIDTH, bound, float(np.mean(units[:, k] <= AT_BOUND)),
                float(np.mean(units[:, k] >= 1.0 - AT_BOUND)),
            )
        )  # fmt: skip
    return found


def correlated(sample: Array, knobs: Sequence[Knob]) -> list[Pair]:
    """The strongest correlations between parameters over the accepted sets."""
    units = units_of(sample, knobs)
    if len(units) < 3:
        return []
    apart = units - units.mean(axis=0)
    size = np.sqrt((apart**2).sum(axis=0))
    size[size == 0.0] = np.inf
    table = (apart.T @ apart) / np.outer(size, size)
    pairs = [Pair(knobs[i].path, knobs[j].path, float(table[i, j])) for i in range(len(knobs)) for j in range(i + 1, len(knobs))]
    strong = [pair for pair in pairs if abs(pair.correlation) >= LEAST_CORRELATION]
    return sorted(strong, key=lambda pair: -abs(pair.correlation))[:MOST_PAIRS]
