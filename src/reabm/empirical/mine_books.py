"""What the record of a run says of a mine's failures and its owner's purse."""

from __future__ import annotations

import numpy as np

from reabm.empirical.played import Played
from reabm.world.history import MINE_COLUMNS
from reabm.world.layout import Array
from reabm.world.state import MOTHBALLED


def mine_series(played: Played, m: int, name: str) -> Array:
    """A column of a mine's record: before the first month on record, then month by month."""
    before = getattr(played.opening.mines, name)[m] if played.opening is not None else 0.0
    return played.series("mines", m, MINE_COLUMNS.index(name), float(before))


def failures(played: Played, m: int) -> Array:
    """1 in the months on record in which a mine failed: it stands still and its debt was written off."""
    status, debt = mine_series(played, m, "status"), mine_series(played, m, "debt_kusd")
    return ((debt[1:] == 0.0) & (debt[:-1] > 0.0) & (status[1:] == MOTHBALLED)).astype(float)


def earned_kusd(played: Played, m: int) -> Array:
    """What the owner of a mine earned or paid in each month on record: the change of its cash.

    In a bankruptcy the rules set cash to nothing; what the owner had put in by then is lost all the same.
    """
    change = np.diff(mine_series(played, m, "cash_kusd"))
    return np.where(failures(played, m) > 0.0, 0.0, change)


def owed_kusd(played: Played, m: int) -> Array:
    """What the owner of a mine borrowed in each month on record, or (negative) was rid of."""
    return np.diff(mine_series(played, m, "debt_kusd"))
