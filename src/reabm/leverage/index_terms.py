"""The usual static indices of dependence: trade shares, Hirschman's dependence, concentration, choke points. Pure functions.

They look at one moment and know no behaviour; `indices.py` reads them off worlds, `rank.py` asks how well they order leverage.
"""

from __future__ import annotations

import numpy as np

from reabm.world.layout import Array


def part_of(part: Array | float, whole: Array | float) -> Array:
    """A share, zero of nothing: parts and wholes of one shape and unit."""
    part, whole = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    shares: Array = np.divide(part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=whole > 0.0)
    return shares


def dependence(worth: Array, china_share: Array, saved_share: Array, cover_months: Array, months: float) -> float:
    """Hirschman dependence: the share of use that comes from China, cannot be saved, and that no stock bridges.

    Sum over goods of w x China's share of supply x (1 - substitution) x max(0, 1 - cover / N), with the w adding up to one.
    It keeps Hirschman's three parts apart: what trade gives (share), what adjusting costs (substitution), how long it takes
    (cover). Times the value of use in N months it is a sum of money, v d (N - cover)+ for one good without substitutes.

    Parameters
    ----------
    worth : float array, shape (n,), any unit, >= 0, value of the use of each good before anything was saved
    china_share : float array, shape (n,), share in [0, 1] of China in the supply of each good
    saved_share : float array, shape (n,), share in [0, 1] of the use that was substituted or saved for good
    cover_months : float array, shape (n,), months of use that stocks cover, >= 0
    months : float, N > 0, length of the restriction

    Returns
    -------
    float in [0, 1]; 0 where nothing is used

    Notes
    -----
    Source: hirschman_1945, ch. 2, for the three parts; their product is a project assumption (case X2 is one good).
    """
    uncovered = np.maximum(0.0, 1.0 - np.asarray(cover_months) / months)
    exposed = np.asarray(china_share) * (1.0 - np.asarray(saved_share)) * uncovered
    return float(part_of(np.sum(np.asarray(worth) * exposed), np.sum(worth)))


def concentration(supplies: Array) -> float:
    """Herfindahl-Hirschman index: chance that two units of supply, drawn at random, are of one source.

    Sum of squared shares: 1 with one source, 1/n with n equal ones.

    Parameters
    ----------
    supplies : float array, shape (sources,), one unit, >= 0

    Returns
    -------
    float in [1/sources, 1]; NaN where nothing is supplied

    Notes
    -----
    Source: hirschman_1945, ch. 6, with its square taken off as is standard since Herfindahl; case X3.
    """
    supplies = np.asarray(supplies, dtype=float)
    total = float(supplies.sum())
    return float(np.sum((supplies / total) ** 2)) if total > 0.0 else float("nan")


def choke_point(capacity_t: Array, stock_t: Array, need_t: Array, months: float) -> Array:
    """Choke-point exposure of a stage: the part of the need that neither capacity outside China nor stocks meet for N months.

    CP = 1 - min(1, (capacity outside China + stock / N) / need).

    Parameters
    ----------
    capacity_t : float array, shape (n,), t/month, capacity outside China of each good at the stage
    stock_t : float array, shape (n,), t, stock behind the stage
    need_t : float array, shape (n,), t/month, >= 0; without need there is no exposure
    months : float, N > 0, length of the restriction

    Returns
    -------
    float array, shape (n,), share in [0, 1]

    Notes
    -----
    Source: farrell_newman_2019 for the choke point; the measure is a project assumption.
    """
    need = np.asarray(need_t, dtype=float)
    met = part_of(np.asarray(capacity_t) + np.asarray(stock_t) / months, need)
    exposure: Array = np.where(need > 0.0, 1.0 - np.minimum(1.0, met), 0.0)
    return exposure


def weighted_exposure(exposure: Array, worth: Array) -> float:
    """Exposure of a group of goods, weighted by the value of need: a glut of one good does not make up for the lack of another.

    Parameters
    ----------
    exposure : float array, shape (n,), share; worth : float array, shape (n,), any unit, >= 0
    """
    return float(part_of(np.sum(np.asarray(exposure) * np.asarray(worth)), np.sum(worth)))


def chain_exposure(stages: Array) -> float:
    """Exposure of a chain is that of its worst stage: mines all over the world help nobody who has to have the ore separated in
    China. The mean over stages, often shown, hides this.

    Parameters
    ----------
    stages : float array, shape (stages,), choke-point exposure of each

    Notes
    -----
    Source: farrell_newman_2019: power lies in the node that cannot be gone around.
    """
    return float(np.max(stages))
