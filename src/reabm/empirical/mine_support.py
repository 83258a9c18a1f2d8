"""What a government's support of mines costs it."""

from __future__ import annotations

import numpy as np

from reabm.empirical.mine_books import failures, mine_series
from reabm.empirical.played import Played
from reabm.scenario.pack_values import monthly
from reabm.world.layout import Array
from reabm.world.state import PRODUCING

FRINGE = "price_fringe"  # a strategy of mines that no support reaches


def support_kusd(played: Played, government: str) -> Array:
    """What a government's support of mines cost it in each month counted: its share of what the mines lost.

    The rules take this off the mines' losses and book it nowhere; here it is counted, as they reckon it: this month's margin on
    last month's ore, less interest.
    """
    scenario = played.scenario
    paid = np.zeros(played.last + 1)
    for begins, ends, view in scenario.segments():
        own = view.policy.governments.get(government)
        if own is None:
            continue
        rate = view.scalars["mines.discount_rate"].value
        earliest = max(played.first, played.begins if played.opening is not None else played.begins + 1)
        months = np.arange(max(begins - scenario.start, earliest), min(ends - scenario.start, played.last) + 1)
        for name, share in own.mine_support.items():
            m = list(scenario.mines).index(name)
            if len(months) == 0 or view.mines[name].kind != "outside" or view.mines[name].strategy == FRINGE:
                continue
            at = months - played.begins  # of series that begin before the first month on record: the month before
            status, ore, debt = (mine_series(played, m, column)[at] for column in ("status", "ore_t", "debt_kusd"))
            basket = mine_series(played, m, "basket_usd_kg")[at + 1]
            before = float(played.opening.mines.bankrupt[m]) if played.opening is not None else 0.0
            failed = np.concatenate(([before], before + np.cumsum(failures(played, m))))[at] > 0.0
            own_opex, later = view.mines[name].opex.value, view.mines[name].restart_opex
            opex = np.where(failed, own_opex if later is None else later.value, own_opex)
            earned = (basket - opex) * ore - debt * rate / 12.0
            lost = np.where(status == PRODUCING, np.maximum(0.0, -earned), 0.0)
            paid[months] += monthly(view, share)[months] * lost
    return paid[played.first :]
