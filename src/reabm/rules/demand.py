"""Use of an element as a function of its price, and the stock that is wanted beside it."""

from __future__ import annotations

from math import exp, log

from reabm.rules.rule import inline_rule

ISOELASTIC = 0
LINEAR = 1
SMALL_POWER = 1e-4  # below it powers are summed as series: differences of near numbers would lose their digits


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
    loss = power_area(a, min(log_ratio, choke_log))
    if log_ratio > choke_log:
        beyond = min(log_ratio - choke_log, 1.0)
        if abs(a) < SMALL_POWER:
            cut = beyond * (1.0 - 0.5 * beyond) + a * beyond * beyond * (0.5 - beyond / 3.0)
        else:
            cut = (exp(a * beyond) * (1.0 - beyond + 1.0 / a) - 1.0 - 1.0 / a) / a
        loss += exp(a * choke_log) * cut
    return reference * loss


@inline_rule
def power_area(power, log_end):
    """Area under x^(power - 1) between 1 and the exponential of a log: (e^(power log) - 1) / power, or the log itself at power 0."""
    if abs(power) < SMALL_POWER:
        drift = power * log_end
        return log_end * (1.0 + 0.5 * drift * (1.0 + drift / 3.0))
    return (exp(power * log_end) - 1.0) / power


@inline_rule
def lasting_loss_usd_kg(log_ratio, reference, elasticity, lagged, choke_log, curve):
    """Consumer surplus lost where users have adjusted to the price above its reference, per tonne used before.

    The area left of the long-run curve, which is the curve of the month times x^(-lagged elasticity), x the price over its
    reference: of isoelastic use it is isoelastic again.

    Parameters
    ----------
    log_ratio : float, ln of the price to which users have adjusted over its reference
    reference : float, USD/kg, > 0
    elasticity : float, > 0, of use within the month at the reference price
    lagged : float, >= 0, elasticity of what comes with a delay; 0: as `users_loss_usd_kg`
    choke_log : float, ln of choke price over reference price (isoelastic only)
    curve : int, ISOELASTIC or LINEAR

    Notes
    -----
    Source: standard; the integral of `use_t` times x^(-lagged) over the price.
    """
    if curve == LINEAR:
        log_end = min(log_ratio, log(1.0 + 1.0 / elasticity))
        rest = 1.0 - lagged
        return reference * ((1.0 + elasticity) * power_area(rest, log_end) - elasticity * power_area(1.0 + rest, log_end))
    return users_loss_usd_kg(log_ratio, reference, elasticity + lagged, choke_log, curve)


@inline_rule
def worth_given_up_usd_kg(log_ratio, reference, lagged):
    """Value in use of what is left out once users have adjusted to a price, per tonne used before: the area below the curve.

    Use is x^(-lagged), x the price over its reference; what the marginal tonne is worth is that price. Negative below the
    reference, where more is used.
    """
    return reference * lagged * power_area(1.0 - lagged, log_ratio)
