"""Repeated restraint: how patient must one be not to coerce today, if the other answers by diversifying for good?

Each period pays R for restraint, T for coercing while the other still depends, P once it has diversified (T > R > P). Restraint
holds where the discount factor of a period is at least the threshold.

Source: Friedman 1971 (trigger strategies); the lead time of mines delays the punishment.
"""

from __future__ import annotations

from scipy.optimize import brentq


def trigger_threshold(coerce: float, restrain: float, punished: float, delay: int = 1) -> float:
    """Discount factor above which restraint holds against punishment for ever that starts after some periods (cases G1, G2).

    ((T - R) / (T - P))^(1 / delay): coercion pays T in each period until others have built their mines.

    Parameters
    ----------
    coerce, restrain, punished : T > R > P, pay-offs of a period, any unit
    delay : int, >= 1, periods in which coercion pays before it is punished
    """
    _check(coerce, restrain, punished)
    return ((coerce - restrain) / (coerce - punished)) ** (1.0 / delay)


def finite_trigger_threshold(coerce: float, restrain: float, punished: float, periods: int) -> float:
    """The same where punishment ends after some periods (case G3): (R - P)(d + ... + d^L) = T - R.

    Raises
    ------
    ValueError
        Where so short a punishment deters nobody, however patient.
    """
    _check(coerce, restrain, punished)

    def too_tempting(factor: float) -> float:
        return (coerce - restrain) - (restrain - punished) * sum(factor**k for k in range(1, periods + 1))

    if too_tempting(1.0) > 0.0:
        raise ValueError(f"{periods} periods of punishment cost less than coercion pays, at any patience")
    return float(brentq(too_tempting, 0.0, 1.0, xtol=1e-15))


def delayed_threshold(coerce: float, restrain: float, punished: float, delay: int, periods: int) -> float:
    """The same where coercion pays for some periods, is punished after them, and all ends after `periods`.

    (T - R)(1 - d^delay) = (R - P)(d^delay - d^periods); for a very long game the threshold of `trigger_threshold`.

    Raises
    ------
    ValueError
        Where the game ends so soon that punishment costs less than coercion pays, at any patience.
    """
    _check(coerce, restrain, punished)
    if not 1 <= delay < periods:
        raise ValueError(f"the game must go on after the delay of {delay} periods, and ends after {periods}")
    gain, loss = coerce - restrain, restrain - punished

    def tempted(factor: float) -> float:  # what coercion pays in all: the sum of its periods
        pays = sum(factor**k for k in range(delay))
        return gain * pays - loss * sum(factor**k for k in range(delay, periods))

    if tempted(1.0) > 0.0:
        raise ValueError(f"{periods - delay} periods of punishment cost less than {delay} of coercion pay, at any patience")
    return float(brentq(tempted, 0.0, 1.0, xtol=1e-15))


def _check(coerce: float, restrain: float, punished: float) -> None:
    if not coerce > restrain > punished:
        raise ValueError(
            f"coercing must pay more than restraint, and restraint more than punishment: {coerce, restrain, punished}"
        )
