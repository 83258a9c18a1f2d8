"""What the record of a run says of a mine's failures and its owner's purse."""

from __future__ import annotations

import numpy as np

from reabm.world.history import MINE_COLUMNS, History
from reabm.world.layout import Array
from reabm.world.state import MOTHBALLED


def failures(history: History, m: int) -> Array:
    """1 in the months in which a mine failed: it stands still and its debt was written off."""
    status, debt = (history.mines[:, m, MINE_COLUMNS.index(name)] for name in ("status", "debt_kusd"))
    failed = np.zeros(len(status))
    failed[1:] = (debt[1:] == 0.0) & (debt[:-1] > 0.0) & (status[1:] == MOTHBALLED)
    return failed


def earned_kusd(history: History, m: int) -> Array:
    """What the owner of a mine earned or paid in each month: the change of its cash.

    In a bankruptcy the rules set cash to nothing; what the owner had put in by then is lost all the same.
    """
    cash = history.mines[:, m, MINE_COLUMNS.index("cash_kusd")]
    change = np.diff(cash, prepend=0.0)
    return np.where(failures(history, m) > 0.0, 0.0, change)


def owed_kusd(history: History, m: int) -> Array:
    """What the owner of a mine borrowed in each month, or (negative) was rid of."""
    debt: Array = np.diff(history.mines[:, m, MINE_COLUMNS.index("debt_kusd")], prepend=0.0)
    return debt
