"""Leverage: what a restriction does to each side, read from forked worlds. Start with `terms.py`, then `surface.py`."""

from reabm.leverage.indices import indices
from reabm.leverage.rank import rank_correlation
from reabm.leverage.surface import LENGTHS, Leverage, Prices, measure

__all__ = ["LENGTHS", "Leverage", "Prices", "indices", "measure", "rank_correlation"]
