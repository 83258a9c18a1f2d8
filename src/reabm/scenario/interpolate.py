"""Dated values -> one value a month."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


def monthly_values(values: dict[int, float | None], interpolate: str, start_index: int, n_months: int) -> NDArray[np.float64]:
    """Value in each of `n_months` months from `start_index` on.

    Parameters
    ----------
    values : dict of month (year x 12 + month - 1, ascending) to number or None, any unit
    interpolate : "step" (the last value holds), "linear", or "growth" (straight in the logarithm; values above 0)
        Before the first date the first value holds, after the last date the last one. Towards a date with None the
        value before it holds.

    Returns
    -------
    float array, shape (n_months,)
        NaN where the value in force is None.
    """
    return _monthly_values(tuple(values.items()), interpolate, start_index, n_months).copy()


@lru_cache(maxsize=4096)
def _monthly_values(
    values: tuple[tuple[int, float | None], ...], interpolate: str, start_index: int, n_months: int
) -> NDArray[np.float64]:
    """As above; remembered, because parameter sets share nearly all their series."""
    dates = [date for date, _ in values]
    known = [np.nan if value is None else value for _, value in values]
    result = np.empty(n_months, dtype=np.float64)
    n_before = _clip(dates[0] - start_index, n_months)
    result[:n_before] = known[0]
    for i, date in enumerate(dates):
        following = dates[i + 1] if i + 1 < len(dates) else max(date, start_index + n_months)
        first = _clip(date - start_index, n_months)
        last = _clip(following - start_index, n_months)
        if first >= last:
            continue
        here = known[i]
        there = known[i + 1] if i + 1 < len(dates) else np.nan
        if interpolate == "step" or np.isnan(here) or np.isnan(there) or here == there:
            result[first:last] = here
            continue
        for month in range(first, last):
            part = (start_index + month - date) / (following - date)
            if interpolate == "linear":
                result[month] = here + (there - here) * part
            else:
                result[month] = here * (there / here) ** part
    return result


def _clip(position: int, n_months: int) -> int:
    return min(max(position, 0), n_months)
