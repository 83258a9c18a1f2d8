"""What a mine outside China is worth to its owner: what it earned, less what it owes, and what is left at the end."""

from __future__ import annotations

import numpy as np

from reabm.empirical.mine_books import earned_kusd, failures, mine_series
from reabm.empirical.played import Played
from reabm.rules.importers import PREPAY_SHARE
from reabm.rules.mines import PRICE_FRINGE, basket_usd_kg
from reabm.world.layout import Array
from reabm.world.params import Params
from reabm.world.state import BUILDING, CLOSED, IDEA, MOTHBALLED, PRODUCING

YEAR = 12.0
AS_PYTHON = getattr(basket_usd_kg, "py_func", basket_usd_kg)  # once a run: compiling it for this caller would take longer


def mine_kusd(played: Played, params: Params, m: int) -> Array:
    """What the owner of a mine gained in each month counted, kUSD; the last month holds its debt and what is left as well.

    Cash as the rules book it (equity, margins, interest). What a partner advanced is a loan: the owner owes it, and is rid of it
    where the mine fails. Debt is owed at the end. What is left: see `left_kusd`.

    Parameters
    ----------
    played : Played, with details
    params : Params, by which the end is valued
    m : int, row of the mine
    """
    kusd = played.counted(earned_kusd(played, m) + _advances_kusd(played, params, m)).copy()
    kusd[-1] += left_kusd(played, params, m) - mine_series(played, m, "debt_kusd")[-1]
    return kusd


def left_kusd(played: Played, params: Params, m: int) -> float:
    """What a mine may still earn after the last month, worth then: its margin at long-run prices over the rest of its life.

    A mine has `mines.life_years` from its first ore on (one that stood when the record began: from then on). One that is being
    built or stands still waits first; a deposit where nothing was built is worth what building it at once would bring, if
    that is positive. So neither building late nor not building is favoured by the end of the run.

    Notes
    -----
    Source: a project assumption. Long-run prices are the costs of the marginal project (`longrun` of the elements).
    """
    mine, knobs = params.mines, params.knobs
    rate, life = knobs.payoffs.discount_rate, knobs.mines.life_years
    status, route = mine_series(played, m, "status"), mine_series(played, m, "route")[-1]
    if status[-1] == CLOSED:
        return 0.0
    longrun = params.elements.longrun_usd_kg
    route = 1.0 if params.on.outside_separation < 0.5 else route
    basket = AS_PYTHON(
        mine, m, route, mine.heavy_at_home[m, played.last], longrun, longrun, np.zeros_like(longrun), 0.0,
        params.elements.group, knobs.mines.payability,
    )  # fmt: skip
    opex = mine.restart_opex_usd_kg[m] if _has_failed(played, m) else mine.opex_usd_kg[m]
    share = mine.max_utilisation[m]
    if mine.strategy[m] == PRICE_FRINGE:
        share = mine_series(played, m, "utilisation")[-1]  # its owners come and go: what works now is what was paid for
    yearly_t = mine.capacity_t[m, played.last] * YEAR
    yearly = max(0.0, float(basket) - opex) * yearly_t * share
    since = np.flatnonzero(status == PRODUCING)
    age = (len(status) - 1 - since[0]) / YEAR if len(since) else 0.0
    wait, cost = 0.0, 0.0
    if status[-1] == IDEA:
        wait, cost = mine.lead_months[m] / YEAR, mine.capex_usd_kg[m] * yearly_t
    elif status[-1] == BUILDING:
        planned = knobs.mines.restart_months if len(since) else mine.lead_months[m]
        begun = np.flatnonzero(status != BUILDING)
        wait = max(0.0, planned - (len(status) - 1 - (begun[-1] if len(begun) else 0))) / YEAR
    elif status[-1] == MOTHBALLED:
        wait = knobs.mines.restart_months / YEAR
    return max(0.0, yearly * _years(rate, max(0.0, life - age)) * (1.0 + rate) ** -wait - cost)


def _years(rate: float, years: float) -> float:
    """What one a year is worth for so many years."""
    return float((1.0 - (1.0 + rate) ** -years) / rate) if rate > 0.0 else years


def _has_failed(played: Played, m: int) -> bool:
    before = played.opening is not None and played.opening.mines.bankrupt[m] > 0.0
    return bool(before or failures(played, m).any())


def _advances_kusd(played: Played, params: Params, m: int) -> Array:
    """What the owner comes to owe its partner as building starts (-), and is rid of where the mine fails (+, with interest).

    A contract that is signed once a mine is being built advances nothing that the rules book.
    """
    status, sold_ahead = mine_series(played, m, "status"), mine_series(played, m, "contract_share")
    found = np.zeros(len(status) - 1)
    starts = np.flatnonzero((status[:-1] == IDEA) & (status[1:] == BUILDING) & (sold_ahead[:-1] > 0.0))
    rate = params.knobs.payoffs.discount_rate
    for k in starts:
        advanced = PREPAY_SHARE * params.mines.capex_usd_kg[m] * params.mines.capacity_t[m, played.begins + k] * YEAR
        known = max(int(k), played.first - played.begins)  # owed before: owed now, with interest
        found[known] -= advanced * (1.0 + rate) ** ((known - k) / YEAR)
        fails = np.flatnonzero(failures(played, m)[k:])
        if len(fails):
            found[k + fails[0]] += advanced * (1.0 + rate) ** (fails[0] / YEAR)
    return found
