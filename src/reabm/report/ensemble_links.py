"""How outcomes of an ensemble go with the levers that were varied: rank correlations, and which levers matter most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

MOST_LEVERS = 8  # shown one by one; of more (the sets of a calibration vary dozens) those that matter most
LEAST_RUNS = 3


def link(lever: Any, outcome: Any) -> float | None:
    """Spearman's rank correlation; none for names and where one of the two does not vary."""
    if lever.dtype.kind not in "fiu":
        return None
    is_there = outcome.notna().to_numpy()
    ranks = [series[is_there].rank().to_numpy() for series in (lever, outcome)]
    if is_there.sum() < LEAST_RUNS or any(np.ptp(rank) == 0.0 for rank in ranks):
        return None
    return float(np.corrcoef(*ranks)[0, 1])


def strongest(runs: pd.DataFrame, outcome: str, varied: Sequence[str]) -> list[tuple[str, float]]:
    """Levers with their correlation with an outcome, the strongest first; those without one are left out."""
    known = [(path, found) for path in varied if (found := link(runs[path], runs[outcome])) is not None]
    return sorted(known, key=lambda one: -abs(one[1]))


def worth_drawing(runs: pd.DataFrame, outcomes: Sequence[str], varied: Sequence[str]) -> list[str]:
    """All levers where they are few; of many those with the largest correlations over the outcomes, in their own order."""
    if len(varied) <= MOST_LEVERS:
        return list(varied)
    sizes = dict.fromkeys(varied, 0.0)
    for outcome in outcomes:
        for path, found in strongest(runs, outcome, varied):
            sizes[path] += abs(found)
    first = sorted(varied, key=lambda path: -sizes[path])[:MOST_LEVERS]
    return [path for path in varied if path in first]
