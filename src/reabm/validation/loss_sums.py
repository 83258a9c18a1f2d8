"""The sums of the loss, compiled: numbers of the rows of one run, their errors, and the loss of each group."""

from __future__ import annotations

from math import inf, isnan, log, nan

from reabm.rules.rule import rule

# Statistics of a row, by number.
FOLD, RATIO, PEAK, LOW, PEAK_MONTH, TO_BASE, PEAK_TO_BASE, LOWEST_YEAR, FIRST_MONTH = range(9)


@rule
def row_number(series, run, months, kind, above, below, first, last, base_first, base_last, divisor):  # type: ignore[no-untyped-def]
    """Number of a row: sum over months over a divisor, quotient of two sums, peak, month of the peak, or over a base period.

    Parameters
    ----------
    series : float array, shape (series, runs x months), read only
    run, months : int, which run, and how many months each has
    kind : int, FOLD and so on; above, below : int, rows of `series`
    first, last, base_first, base_last : int, months of the run, included
    divisor : float; of FIRST_MONTH the threshold

    Returns
    -------
    float; NaN where there is nothing to divide by or a month has no value; months count from the run's first
    """
    begin = run * months
    if kind in (PEAK_MONTH, PEAK, PEAK_TO_BASE):
        best, at = -inf, first
        for t in range(first, last + 1):
            value = series[above, begin + t]
            if isnan(value):
                return nan
            if value > best:
                best, at = value, t
        if kind == PEAK_MONTH:
            return float(at)
        if kind == PEAK:
            return best
        total = 0.0
        for t in range(base_first, base_last + 1):
            total += series[above, begin + t]
        return best / (total / (base_last - base_first + 1)) if total > 0.0 else nan
    if kind == LOW:
        least = inf
        for t in range(first, last + 1):
            least = min(least, series[above, begin + t])
        return least
    if kind == FIRST_MONTH:
        for t in range(first, last + 1):
            if series[above, begin + t] >= divisor:
                return float(t)
        return float(last + 1)
    if kind == LOWEST_YEAR:
        least, at = inf, first
        for begins in range(first, last - 10, 12):
            total = 0.0
            for t in range(begins, begins + 12):
                total += series[above, begin + t]
            if total < least:
                least, at = total, begins
        return float(at)
    total = 0.0
    for t in range(first, last + 1):
        total += series[above, begin + t]
    if kind == RATIO:
        whole = 0.0
        for t in range(first, last + 1):
            whole += series[below, begin + t]
        return total / whole if whole > 0.0 else nan
    if kind == TO_BASE:
        whole = 0.0
        for t in range(base_first, base_last + 1):
            whole += series[above, begin + t]
        mean = whole / (base_last - base_first + 1)
        return total / (last - first + 1) / mean if mean > 0.0 else nan
    return total / divisor


@rule
def sum_losses(  # type: ignore[no-untyped-def]
    series, months, rows, numbers, floors, entries, weights, seen, sides, groups, shares, limits, values, errors, losses
):
    """Errors of every row and run in tolerances, and the loss of every group and run.

    An error is a weighted sum of the numbers of rows (logs where so marked) less the same sum of what was observed; it counts by
    Huber's function: half its square up to a corner, a line beyond.

    Parameters
    ----------
    series : float array, shape (series, runs x months), read only
    months : int, months of a run
    rows : int array, shape (rows, 8): kind, above, below, first, last, base first, base last, 1 for a log; read only
    numbers : float array, shape (rows,): divisor; floors : float array, shape (rows,): least value under a log; read only
    entries : int array, shape (entries, 2): error and row of each weight, by error; weights : float array, shape (entries,)
    seen : float array, shape (errors,): what was observed; read only
    sides : float array, shape (errors,): 1 counts only above, -1 only below, 0 both; read only
    groups : int array, shape (errors,), -1 for none; shares : float array, shape (errors,), weight in the group; read only
    limits : float array: corner of Huber's function, and the worst error; read only
    values : float array, shape (rows, runs), numbers or logs; errors : shape (errors, runs); losses : shape (groups, runs).
        *Overwritten*
    """
    runs = losses.shape[1]
    corner, worst = limits[0], limits[1]
    for n in range(rows.shape[0]):
        for r in range(runs):
            value = row_number(
                series, r, months, rows[n, 0], rows[n, 1], rows[n, 2], rows[n, 3], rows[n, 4], rows[n, 5], rows[n, 6], numbers[n]
            )
            if rows[n, 7] == 1 and not isnan(value):
                value = log(max(value, floors[n]))
            values[n, r] = value
    for k in range(seen.shape[0]):
        for r in range(runs):
            errors[k, r] = -seen[k]
    for j in range(entries.shape[0]):
        for r in range(runs):
            errors[entries[j, 0], r] += weights[j] * values[entries[j, 1], r]
    for g in range(losses.shape[0]):
        for r in range(runs):
            losses[g, r] = 0.0
    for k in range(seen.shape[0]):
        for r in range(runs):
            error = errors[k, r]
            if isnan(error):
                error = worst
            error = min(max(error, -worst), worst)
            if error * sides[k] < 0.0:
                error = 0.0
            errors[k, r] = error
            if groups[k] >= 0:
                size = abs(error)
                near = min(size, corner)
                losses[groups[k], r] += shares[k] * near * (size - 0.5 * near)
