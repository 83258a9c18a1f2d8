"""Leverage: what a restriction does to each side, read from forked worlds. Start with `terms.py`, then `surface.py`."""

from reabm.leverage.decomposition import Decomposition, decompose
from reabm.leverage.erosion import Erosion, measure_erosion
from reabm.leverage.folder import LeverageStudy, load_leverage, save_leverage
from reabm.leverage.indices import indices
from reabm.leverage.rank import rank_correlation
from reabm.leverage.surface import LENGTHS, Leverage, Prices, measure

__all__ = [
    "LENGTHS",
    "Decomposition",
    "Erosion",
    "Leverage",
    "LeverageStudy",
    "Prices",
    "decompose",
    "indices",
    "load_leverage",
    "measure",
    "measure_erosion",
    "rank_correlation",
    "save_leverage",
]
