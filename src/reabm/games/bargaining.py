"""Bargaining over an embargo: what the threat brings in, when it is carried out, and how long an embargo lasts.

The target loses D_T and the coercer D_C if the embargo happens.

Source: Nash 1950, Rubinstein 1982, Fearon 1995 (private information), Maynard Smith 1974 (war of attrition).
"""

from __future__ import annotations

from typing import NamedTuple


class Demand(NamedTuple):
    """A take-it-or-leave-it demand and the risk that goes with it."""

    demand: float  # in the unit of the losses
    embargo_probability: float


def nash_concession(target_loss: float, coercer_loss: float, coercer_weight: float = 0.5) -> float:
    """What the target pays to be spared (cases G4, G5): weight D_T - (1 - weight) D_C, in the unit of the losses."""
    return coercer_weight * target_loss - (1.0 - coercer_weight) * coercer_loss


def first_mover_share(own_factor: float, other_factor: float) -> float:
    """Share of the one who offers first, with alternating offers and discount factors of a round (case G6)."""
    return (1.0 - other_factor) / (1.0 - own_factor * other_factor)


def crisis_demand(lowest_loss: float, highest_loss: float, coercer_loss: float) -> Demand:
    """Best demand where the target alone knows its loss, spread evenly between two ends (case G7).

    Who demands x gets it where the loss is above x, and carries the embargo out, at D_C, where it is below. The best is
    (b - D_C) / 2, not below the lowest loss: asking for that risks nothing, asking for more may be worth the risk.
    """
    demand = min(highest_loss, max(lowest_loss, (highest_loss - coercer_loss) / 2.0))
    return Demand(demand, (demand - lowest_loss) / (highest_loss - lowest_loss))


def attrition_mean_months(coercer_prize: float, target_prize: float, coercer_cost: float, target_cost: float) -> float:
    """Mean length of an embargo in which each waits for the other to give in, months (case G8).

    In the mixed equilibrium each gives in at a hazard that makes the other indifferent: the coercer at c_T / V_T, the target at
    c_C / V_C; the embargo ends with the first.

    Parameters
    ----------
    coercer_prize, target_prize : V_C, V_T, of holding out; coercer_cost, target_cost : c_C, c_T, of a month
    """
    return 1.0 / (target_cost / target_prize + coercer_cost / coercer_prize)
