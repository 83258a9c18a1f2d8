"""What its trade is worth to an importer: cash, stock, what holding it costs, and what its customers lose."""

from __future__ import annotations

import numpy as np

from reabm.empirical.mine_books import failures, mine_series
from reabm.empirical.played import Played
from reabm.rules.importers import PREPAY_SHARE
from reabm.rules.payoffs import MAGNET_USERS, SECTORS
from reabm.world.history import IMPORTER_COLUMNS
from reabm.world.layout import Array
from reabm.world.params import Params


def importer_kusd(played: Played, params: Params, i: int) -> Array:
    """What an importer gained in each month counted, kUSD.

    Oxide sold less bought, and the change of what its stock counts: at reference prices, or at the market's where that is lower,
    so that what is hoarded in a glut earns nothing before it is sold; less what holding the stock costs by its own reckoning
    (`stocks.carrying_share`); less its part (its share of trade) of what users of oxide and magnets in its country lose: it buys
    for customers, and who never holds a stock must feel it when they pay or go without. What it advanced to a mine is a loan,
    lost where the mine fails.

    Parameters
    ----------
    played : Played, with details; params : Params; i : int, row of the importer
    """
    opening = played.opening
    d = int(params.importers.destination[i])
    holds = 0.0
    if opening is not None:
        counts = np.minimum(params.elements.reference_usd_kg, opening.market.delivered_usd_kg[:, d])
        holds = float(opening.importers.stock_t[i] @ counts)
    stock = importer_series(played, i, "stock_kusd", holds)
    cash = importer_series(played, i, "cash_kusd", float(opening.importers.cash_kusd[i]) if opening is not None else 0.0)
    surplus = played.history.surplus_kusd[played.begins : played.last + 1, d]
    customers = surplus[:, SECTORS] + surplus[:, MAGNET_USERS]
    holding = params.knobs.stocks.carrying_share * stock[1:]
    kusd = np.diff(cash) + np.diff(stock) - holding + params.importers.trade_share[i] * customers
    return played.counted(kusd - _lost_advances_kusd(played, params, i))


def importer_series(played: Played, i: int, name: str, before: float) -> Array:
    """A column of an importer's record: before the first month on record, then month by month."""
    return played.series("importers", i, IMPORTER_COLUMNS.index(name), before)


def _lost_advances_kusd(played: Played, params: Params, i: int) -> Array:
    """What an importer had advanced to mines that fail, with interest, in the months in which they do.

    Whom it financed is known by the month in which it signed, the mine's contract and the sum.
    """
    opening = played.opening
    lent = importer_series(played, i, "lent_kusd", float(opening.importers.lent_kusd[i]) if opening is not None else 0.0)
    lost = np.zeros(len(lent) - 1)
    rate = params.knobs.payoffs.discount_rate
    for k in np.flatnonzero(np.diff(lent) > 0.0):
        sums = PREPAY_SHARE * params.mines.capex_usd_kg * params.mines.capacity_t[:, played.begins + k] * 12.0
        for m in np.flatnonzero(np.isclose(sums, lent[k + 1] - lent[k], rtol=1e-9)):
            ahead = mine_series(played, int(m), "contract_share")
            if ahead[k] == 0.0 and ahead[k + 1] == params.importers.offtake_share[i]:
                fails = np.flatnonzero(failures(played, int(m))[k:])
                if len(fails):
                    lost[k + fails[0]] += sums[m] * (1.0 + rate) ** (fails[0] / 12.0)
                break
    return lost
