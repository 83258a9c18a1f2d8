"""Many sums over months of a record at once, on the block of memory behind it: what a calibration asks of each run."""

from __future__ import annotations

from reabm.rules.rule import rule


@rule
def read_terms(block, start, stride, by_start, by_stride, weight, begins, below, table):  # type: ignore[no-untyped-def]
    """Fill a table of series, each a sum of weighted (products of) columns, and running sums over its months.

    Parameters
    ----------
    block : float array, memory of a record; read only
    start, stride : int arrays, shape (terms,), where a term's column begins and how far its months lie apart; -1: a constant
    by_start, by_stride : int arrays, shape (terms,), the column it is multiplied with; -1: none
    weight : float array, shape (terms,)
    begins : int array, shape (series + 1,), first term of each series
    below : int array, shape (series,), an earlier series that each month is divided by; -1: none. NaN of nothing
    table : float array, shape (series, 2, months + 1), *Overwritten*: months (last column unused), running sums from 0
    """
    months = table.shape[2] - 1
    for s in range(table.shape[0]):
        values, sums = table[s, 0], table[s, 1]
        values[:] = 0.0
        for k in range(begins[s], begins[s + 1]):
            if start[k] < 0:
                for t in range(months):
                    values[t] += weight[k]
            elif by_start[k] < 0:
                for t in range(months):
                    values[t] += weight[k] * block[start[k] + t * stride[k]]
            else:
                for t in range(months):
                    values[t] += weight[k] * block[start[k] + t * stride[k]] * block[by_start[k] + t * by_stride[k]]
        if below[s] >= 0:
            for t in range(months):
                under = table[below[s], 0, t]
                values[t] = values[t] / under if under > 0.0 else float("nan")
        sums[0] = 0.0
        for t in range(months):
            sums[t + 1] = sums[t] + values[t]


@rule
def fold_table(table, part, whole, first, after, divisor, found):  # type: ignore[no-untyped-def]
    """Fold months of a table of series to one number a row: a sum or mean, or the quotient of two sums; NaN where `after` is -1.

    Parameters
    ----------
    table : float array, shape (series, 2, months + 1), from `read_terms`; read only
    part, whole : int arrays, shape (rows,), series of each row, and the one below the line; -1: none
    first, after : int arrays, shape (rows,), first month and the one after the last; after -1: beyond the run
    divisor : float array, shape (rows,); found : float array, shape (rows,), *Overwritten*
    """
    for r in range(part.shape[0]):
        found[r] = float("nan")
        if after[r] < 0:
            continue
        above = table[part[r], 1, after[r]] - table[part[r], 1, first[r]]
        if whole[r] < 0:
            found[r] = above / divisor[r]
        else:
            under = table[whole[r], 1, after[r]] - table[whole[r], 1, first[r]]
            if under > 0.0:
                found[r] = above / under
