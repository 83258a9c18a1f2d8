"""How fast things fade: a lead that leaks away, plants that rust."""

from __future__ import annotations

from math import log


def leaked_level(opening: float, monthly_leak: float, partner_share: float, months: int) -> float:
    """Know-how of the follower after some months, as a share of the frontier (case X4): 1 - (1 - K0)(1 - leak x share)^t."""
    return 1.0 - (1.0 - opening) * (1.0 - monthly_leak * partner_share) ** months


def rusted_half_life_years(yearly_depreciation: float) -> float:
    """Years until half of a mothballed plant is lost (case X5)."""
    return log(0.5) / log(1.0 - yearly_depreciation)
