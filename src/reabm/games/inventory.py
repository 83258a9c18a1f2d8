"""How much to hold: against demand that is not known, and for a shortage that is.

Source: Arrow, Harris and Marschak 1951 (newsvendor); Williams and Wright 1991 (competitive storage).
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, pi, sqrt

from scipy.optimize import brentq
from scipy.stats import norm


def newsvendor_t(short_usd_kg: float, over_usd_kg: float, mean_t: float, deviation_t: float) -> float:
    """Best stock where demand is normal (case N1): demand stays below it with probability short / (short + over).

    Parameters
    ----------
    short_usd_kg, over_usd_kg : cost of a kilogram too few, and too many
    mean_t, deviation_t : of demand
    """
    return mean_t + deviation_t * float(norm.ppf(short_usd_kg / (short_usd_kg + over_usd_kg)))


def newsvendor_cost_kusd(short_usd_kg: float, over_usd_kg: float, mean_t: float, deviation_t: float, stock_t: float) -> float:
    """Expected cost of a stock where demand is normal, kUSD (case N1c at the best stock)."""
    z = (stock_t - mean_t) / deviation_t
    density = exp(-z * z / 2.0) / sqrt(2.0 * pi)
    missing = deviation_t * (density - z * float(norm.sf(z)))
    left = missing + stock_t - mean_t
    return short_usd_kg * missing + over_usd_kg * left


def carry_over_t(
    price_now: Callable[[float], float],
    price_later: Callable[[float], float],
    storage_usd_kg: float,
    interest: float,
    most_t: float,
) -> float:
    """Tonnes that competitive traders carry into a shortage they know of (case N3): until p1 = (p0 + k)(1 + r).

    Parameters
    ----------
    price_now, price_later : USD/kg in each period as a function of what is carried over; the first rises, the second falls
    storage_usd_kg, interest : cost of storing a kilogram, and of money, for one period
    most_t : t, all that could be carried
    """

    def gain(carried: float) -> float:
        return price_later(carried) - (price_now(carried) + storage_usd_kg) * (1.0 + interest)

    return 0.0 if gain(0.0) <= 0.0 else float(brentq(gain, 0.0, most_t, xtol=1e-12 * most_t))
