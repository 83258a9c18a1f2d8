"""Leverage: what a restriction does to each side, read from forked worlds. Start with `terms.py`, then `surface.py`."""

from reabm.leverage.folder import LeverageStudy, load_leverage, save_leverage
from reabm.leverage.surface import LENGTHS, Leverage, Prices, measure

__all__ = ["LENGTHS", "Leverage", "LeverageStudy", "Prices", "load_leverage", "measure", "save_leverage"]
