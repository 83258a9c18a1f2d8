"""What a statistician would see of a world: a year of trade and use, and stocks and capacity at its end.

Everything is a mean over the months before a date or stands at its eve, so that an index knows no more than the state that
decides on a restriction does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated as An
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reabm.rules.makers import HOME, IN_CHINA, OTHER_COUNTRIES
from reabm.rules.mines import OUTSIDE_CHINA
from reabm.world.layout import Array, At
from reabm.world.params import Params
from reabm.world.state import CHINA, DESTINATIONS, PLACES, PRODUCING, State

MEASURES = ("weight", "value")
YEAR_MONTHS = 12


class Trade(NamedTuple):
    """Trade and use, a month or the mean of several. `measures`: by weight (t) and by value at the prices paid (kUSD)."""

    declared: An[Array, At("measures elements destinations", "t, kUSD/month", "legal exports and alloys of China")]
    smuggled: An[Array, At("measures elements destinations", "t, kUSD/month", "smuggled out of China")]
    reexported: An[Array, At("measures elements destinations", "t, kUSD/month", "re-exports (negative: sold from stock)")]
    outside: An[Array, At("measures origins elements destinations", "t, kUSD/month", "oxide separated outside China, by origin")]
    mined_in: An[Array, At("origins elements", "share", "where the ore of the oxide that China supplies was mined")]
    used_t: An[Array, At("elements destinations", "t/month", "oxide used")]
    unsaved_t: An[Array, At("elements destinations", "t/month", "the same, had nothing been substituted or saved for good")]
    unsaved_kusd: An[Array, At("elements destinations", "kUSD/month", "its value at the prices paid")]
    magnets: An[Array, At("measures zones lines destinations", "t, kUSD/month", "magnets delivered from plants in a zone")]
    made_t: An[Array, At("destinations", "t/month", "magnets made in a country")]
    magnet_need_t: An[Array, At("lines destinations", "t/month", "magnets used and not to be had")]
    magnet_need_kusd: An[Array, At("lines destinations", "kUSD/month", "their value")]


class Standing(NamedTuple):
    """Stocks and capacity outside China at a date."""

    stock_t: An[Array, At("elements destinations", "t", "oxide of importers, makers and the state")]
    magnet_stock_t: An[Array, At("lines destinations", "t", "finished magnets held by end users")]
    mining_t: An[Array, At("elements", "t/month", "capacity of producing mines outside China, as oxide recovered")]
    separation_t: An[Array, At("elements", "t/month", "part of it that is separated outside China")]
    magnet_capacity_t: An[Array, At("lines", "t/month", "capacity of magnet plants outside China")]


class Sight(NamedTuple):
    """A world at a date as its statistics show it."""

    trade: Trade  # mean over the year before
    standing: Standing  # at the end of the month before


def trade_of_month(state: State, params: Params, china: int) -> Trade:
    """Trade and use of the month that a state has just finished.

    Parameters
    ----------
    state : State; params : Params, in force that month; read only
    china : int, row of China among the origins
    """
    flows = state.flows
    priced = np.stack([np.ones_like(state.market.delivered_usd_kg), state.market.delivered_usd_kg])
    foreign = flows.concentrate_t.copy()
    supplied = flows.supply_t[CHINA]
    mined_in = np.divide(foreign, supplied, out=np.zeros_like(foreign), where=supplied > 0.0)
    mined_in[china] += 1.0 - mined_in.sum(axis=0)
    unsaved = _unsaved_t(state, params)
    magnet_priced = np.stack([np.ones_like(flows.magnet_usd_kg), flows.magnet_usd_kg])
    need = flows.magnet_use_t + flows.unserved_t
    return Trade(
        priced * (flows.legal_t + flows.alloy_t), priced * flows.smuggled_t, priced * flows.reexported_t,
        priced[:, None] * flows.outside_t, mined_in, flows.used_t.copy(), unsaved, unsaved * state.market.delivered_usd_kg,
        magnet_priced[:, None] * flows.magnets_t, _made_t(state, params), need, need * flows.magnet_usd_kg,
    )  # fmt: skip


def mean_trade(months: Sequence[Trade]) -> Trade:
    """The mean month of several."""
    return Trade(*(np.mean(values, axis=0) for values in zip(*months)))


def standing_of(state: State, params: Params, month: int) -> Standing:
    """Stocks and capacity at the end of a month (of the run).

    Notes
    -----
    Capacity is nameplate times best utilisation of mines that produce: what a survey of plants finds,
    not what they happen to make.
    """
    n_elements = params.elements.group.shape[0]
    stock = np.zeros((n_elements, len(DESTINATIONS)))
    _add_by_row(stock, params.importers.destination, state.importers.stock_t)
    _add_by_row(stock, params.governments.destination, state.governments.reserve_t)
    for p in range(len(PLACES)):
        _add_by_row(stock, plant_countries(params, p), state.makers.oxide_t[:, p])
    mines = params.mines
    works = (mines.kind == OUTSIDE_CHINA) & (state.mines.status == PRODUCING)
    ore = np.where(works, mines.capacity_t[:, month] * mines.max_utilisation * mines.separation_yield, 0.0)
    mining = ore[:, None] * mines.basket
    route = state.mines.route if params.on.outside_separation > 0.5 else np.ones_like(state.mines.route)
    heavy = params.elements.group > 0.5
    own = (1.0 - route)[:, None] * np.where(heavy, mines.heavy_at_home[:, month, None], 1.0)
    capacity = np.zeros(state.makers.capacity_t.shape[1])
    for p in range(len(PLACES)):
        stands_outside = (plant_countries(params, p) != CHINA) & (params.makers.makes_alloy < 0.5)
        capacity += state.makers.capacity_t[stands_outside, :, p].sum(axis=0)
    return Standing(stock, state.goods.magnets_t.copy(), mining.sum(axis=0), (mining * own).sum(axis=0), capacity)


def _unsaved_t(state: State, params: Params) -> Array:
    """Use of oxide had nobody ever substituted or saved for good, shape (elements, destinations)."""
    unsaved = np.zeros_like(state.flows.used_t)
    _add_by_row(unsaved, params.users.destination, state.users.used_t / (1.0 - state.users.thrift))
    for p in range(len(PLACES)):
        _add_by_row(unsaved, plant_countries(params, p), state.makers.bought_t[:, p] / (1.0 - state.makers.saved))
    return unsaved


def _made_t(state: State, params: Params) -> Array:
    """Magnets made in each country, shape (destinations,)."""
    made = np.zeros(len(DESTINATIONS))
    for p in range(len(PLACES)):
        np.add.at(made, plant_countries(params, p), state.makers.output_t[:, :, p].sum(axis=1))
    return made


def plant_countries(params: Params, place: int) -> NDArray[np.int64]:
    """Country in which each maker's plant at a place stands and buys, shape (makers,)."""
    if place == HOME:
        return params.makers.home.astype(np.int64)
    return np.full(len(params.makers.home), CHINA if place == IN_CHINA else OTHER_COUNTRIES, dtype=np.int64)


def _add_by_row(to: Array, countries: NDArray[np.generic], tonnes: Array) -> None:
    """Add what each agent has, shape (agents, elements), to its country's column of `to`, shape (elements, destinations)."""
    np.add.at(to.T, np.asarray(countries, dtype=np.int64), tonnes)
