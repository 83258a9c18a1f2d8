"""Use of an element as a function of its price, and the stock that is wanted beside it."""

from __future__ import annotations

from math import exp

from reabm.rules.rule import inline_rule

ISOELASTIC = 0
LINEAR = 1


@inline_rule
def use_t(log_price, use_at_reference_t, log_reference, elasticity, choke_log, curve):
    """Tonnes used in a month at a price, and the slope in the log price.

    Isoelastic use is cut linearly (in the log price) to zero between the choke price and e times it: above it users
    stop rather than pay. The linear curve has the same value and elasticity at the reference price.

    Parameters
    ----------
    log_price : float, ln USD/kg
    use_at_reference_t : float, t/month, >= 0
    log_reference : float, ln USD/kg
    elasticity : float, > 0, of use at the reference price
    choke_log : float, ln of choke price over reference price (isoelastic only)
    curve : int, ISOELASTIC or LINEAR

    Returns
    -------
    tuple of float: t/month (>= 0) and its derivative in the log price (<= 0)

    Notes
    -----
    Source: docs/odd.md, Use and thrift; the isoelastic form is standard, the cut above the choke price a project assumption.
    """
    relative = log_price - log_reference
    if curve == LINEAR:
        ratio = exp(relative)
        quantity = use_at_reference_t * (1.0 + elasticity - elasticity * ratio)
        if quantity <= 0.0:
            return 0.0, 0.0
        return quantity, -use_at_reference_t * elasticity * ratio
    quantity = use_at_reference_t * exp(-elasticity * relative)
    slope = -elasticity * quantity
    if relative > choke_log:
        left = 1.0 - (relative - choke_log)
        if left <= 0.0:
            return 0.0, 0.0
        slope = slope * left - quantity
        quantity = quantity * left
    return quantity, slope


@inline_rule
def stock_order_t(log_price, wanted_t, stock_t, log_anchor, sensitivity, adjustment_months):
    """Tonnes bought (or sold, if negative) in a month to bring stock to what is wanted, and the slope in the log price.

    More stock is wanted while the price is below its anchor. Never sells more than is there, because the adjustment
    takes a month or more.

    Parameters
    ----------
    log_price, log_anchor : float, ln USD/kg
    wanted_t : float, t, stock wanted at the anchor price, >= 0
    stock_t : float, t, >= 0
    sensitivity : float, elasticity of wanted stock (xi)
    adjustment_months : float, months, >= 1

    Returns
    -------
    tuple of float: t/month and its derivative in the log price (<= 0)

    Notes
    -----
    Source: docs/odd.md, Stocks.
    """
    wanted = wanted_t * exp(-sensitivity * (log_price - log_anchor))
    return (wanted - stock_t) / adjustment_months, -sensitivity * wanted / adjustment_months


@inline_rule
def users_loss_usd_kg(log_ratio, reference, elasticity, choke_log, curve):
    """Consumer surplus lost where the price stands above its reference, per tonne used at the reference price.

    The area left of the use curve between the two prices, the cut above the choke price included: at most what a tonne is
    worth beyond its reference price. Negative below the reference.

    Parameters
    ----------
    log_ratio : float, ln of price over reference price (the log is known, and a power costs more than `exp`)
    reference : float, USD/kg, > 0
    elasticity : float, > 0, of use at the reference price
    choke_log : float, ln of choke price over reference price (isoelastic only)
    curve : int, ISOELASTIC or LINEAR

    Notes
    -----
    Source: standard; the integral of `use_t` over the price. With a = 1 - elasticity and x the price over the reference:
    (x^a - 1) / a up to the choke price c; beyond it [x^a (1 - ln(x / c)) / a + x^a / a^2] between c and at most e c.
    """
    if curve == LINEAR:
        x = min(exp(log_ratio), 1.0 + 1.0 / elasticity)
        return reference * ((1.0 + elasticity) * (x - 1.0) - 0.5 * elasticity * (x * x - 1.0))
    a = 1.0 - elasticity
    if abs(a) < 1e-6:
        a = 1e-6
    power = exp(a * min(log_ratio, choke_log))
    loss = (power - 1.0) / a
    if log_ratio > choke_log:
        beyond = min(log_ratio - choke_log, 1.0)
        loss += power * (exp(a * beyond) * (1.0 - beyond + 1.0 / a) - 1.0 - 1.0 / a) / a
    return reference * loss
