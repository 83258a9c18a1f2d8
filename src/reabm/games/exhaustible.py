"""A stock that runs out: owners sell so that its price, less the cost of mining, grows at the rate of interest.

Source: Hotelling 1931. Use is q = (a - p) / b a year (linear) or A (p / p0)^-eps (isoelastic), interest r a year; prices in
USD/kg, quantities in t and t/yr.
"""

from __future__ import annotations

from math import exp, log
from typing import NamedTuple

from scipy.integrate import quad
from scipy.optimize import brentq


class Depletion(NamedTuple):
    """A path on which a stock is used up."""

    first_price_usd_kg: float
    years: float  # until nothing is left


def linear_depletion(
    choke_usd_kg: float,
    slope_usd_kg_t: float,
    stock_t: float,
    interest: float,
    cost_usd_kg: float = 0.0,
    backstop_usd_kg: float | None = None,
) -> Depletion:
    """First price and life of a stock under linear use (cases H1, H3).

    The margin p - c grows at r until the price is that of the backstop (or use ends), and then the stock is gone.

    Parameters
    ----------
    choke_usd_kg, slope_usd_kg_t : a, b of p = a - b q, q in t/yr
    stock_t : t; interest : 1/yr; cost_usd_kg : of mining
    backstop_usd_kg : price at which a substitute takes over; none: the choke price
    """
    last = choke_usd_kg if backstop_usd_kg is None else min(choke_usd_kg, backstop_usd_kg)

    def left_t(years: float) -> float:
        margin = (last - cost_usd_kg) * (1.0 - exp(-interest * years)) / interest
        return stock_t - ((choke_usd_kg - cost_usd_kg) * years - margin) / slope_usd_kg_t

    years = float(brentq(left_t, 0.0, 10_000.0, xtol=1e-12))
    return Depletion(cost_usd_kg + (last - cost_usd_kg) * exp(-interest * years), years)


def isoelastic_first_price_usd_kg(use_t_yr: float, at_usd_kg: float, elasticity: float, stock_t: float, interest: float) -> float:
    """First price of a stock that is never used up, as isoelastic use never ends (case H2).

    The integral of use over all time, use(p0) / (eps r), is the stock.
    """
    return at_usd_kg * (use_t_yr / (elasticity * interest * stock_t)) ** (1.0 / elasticity)


def monthly_prices_usd_kg(choke_usd_kg: float, slope_usd_kg_t: float, stock_t: float, interest: float) -> list[float]:
    """Prices of the months until a stock is gone, at no cost of mining (case H1d): each is that before times (1 + r)^(1/12).

    Parameters
    ----------
    choke_usd_kg, slope_usd_kg_t : a, b of p = a - b q, q in t/yr
    stock_t : t; interest : share by which the price grows in a year
    """
    grows = (1.0 + interest) ** (1.0 / 12.0)

    def sold_t(first: float) -> float:
        total, price = 0.0, first
        while price < choke_usd_kg:
            total += (choke_usd_kg - price) / slope_usd_kg_t / 12.0
            price *= grows
        return total

    first = float(brentq(lambda price: sold_t(price) - stock_t, 1e-9 * choke_usd_kg, choke_usd_kg, xtol=1e-13))
    n_months = int(log(choke_usd_kg / first) / log(grows)) + 1
    return [price for price in (first * grows**k for k in range(n_months)) if price < choke_usd_kg]


def sold_on_path_t(
    choke_usd_kg: float, slope_usd_kg_t: float, path: Depletion, interest: float, cost_usd_kg: float = 0.0
) -> float:
    """Tonnes sold along a path of linear use, by quadrature: a check of `linear_depletion` by another way."""

    def use_t_yr(year: float) -> float:
        price = cost_usd_kg + (path.first_price_usd_kg - cost_usd_kg) * exp(interest * year)
        return (choke_usd_kg - price) / slope_usd_kg_t

    return float(quad(use_t_yr, 0.0, path.years)[0])
