"""The record of a run -> its four tables: months, prices, flows, agents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reabm.engine.run import RunRecord
from reabm.store.table import Column, Table, Words, month_column
from reabm.world.history import GOVERNMENT_COLUMNS, IMPORTER_COLUMNS, MAKER_COLUMNS, MINE_COLUMNS, MONTH_COLUMNS
from reabm.world.state import DESTINATIONS, LINES, MINE_STATUS, MOVE_TERMS, ZONES

CHINA, OUTSIDE = "china", "outside"
ALL = "all"  # mean outside China, weighted by use
CHANNELS = ("legal", "alloy", "smuggled", "reverse", "re-export", "outside", "domestic")
STAGES = ("oxide", "concentrate", "magnet")
KINDS = ("mine", "maker", "importer", "government")
FIRMS = ("maker", "importer")  # kinds that a synthetic population multiplies
ORE_STATUS = ", ".join(f"{code} {name}" for code, name in enumerate(MINE_STATUS))

AGENT_COLUMNS: dict[str, tuple[str, str]] = {
    "status": ("code", f"state of a mine: {ORE_STATUS}"),
    "utilisation": ("share", "ore over capacity"),
    "ore_t": ("t/month", "oxide contained in the month's ore"),
    "basket_usd_kg": ("USD/kg", "value of the oxide from a kilogram in ore, at current prices"),
    "expected_usd_kg": ("USD/kg", "the same at expected prices"),
    "hurdle_usd_kg": ("USD/kg", "expected basket value at which the owner would build"),
    "volatility": ("1/yr", "volatility the owner reckons with"),
    "contract_share": ("share", "share of output sold ahead"),
    "route": ("code", "0 separates itself, 1 ships concentrate to China"),
    "cash_kusd": ("kUSD", "cash since the first month"),
    "debt_kusd": ("kUSD", "debt"),
    "premium_home_t": ("t/month", "capacity of the premium line at home"),
    "premium_china_t": ("t/month", "capacity of the premium line in China"),
    "premium_elsewhere_t": ("t/month", "capacity of the premium line elsewhere"),
    "commodity_home_t": ("t/month", "capacity of the commodity line at home"),
    "commodity_china_t": ("t/month", "capacity of the commodity line in China"),
    "commodity_elsewhere_t": ("t/month", "capacity of the commodity line elsewhere"),
    "premium_plan_share": ("share", "share of the premium line that the firm wants in China"),
    "commodity_plan_share": ("share", "share of the commodity line that the firm wants in China"),
    "premium_benefit": ("share", "benefit of moving the premium line, as a share of unit cost"),
    "commodity_benefit": ("share", "benefit of moving the commodity line, as a share of unit cost"),
    "output_t": ("t/month", "magnets made"),
    "reliability": ("share", "reliability of China as the importer believes it"),
    "cover_months": ("months", "stock wanted, in months of the destination's use, at reference prices"),
    "stock_t": ("t", "oxide in store"),
    "bought_t": ("t/month", "change of stock"),
    "lent_kusd": ("kUSD", "advanced to mines"),
    "risk_wanted_months": ("months", "part of it against an interruption, at present prices and for what the fear concerns"),
    "move_kusd": ("kUSD/month", "what output away from home gave beyond the margin, as the maker weighs a move (fixed cost ...)"),
    "stock_kusd": ("kUSD", "an importer's oxide in store at reference prices, or at the market's where that is lower"),
    "reserve_t": ("t", "state reserve of oxide"),
    "subsidy_share": ("share", "subsidy to stay, as a share of a line's unit cost"),
    "thrift_programme": ("ratio", "factor on the speed of thrifting at home"),
    "exposure": ("share", "exposure that the government perceives"),
    "spent_kusd": ("kUSD", "outlay since the first month"),
} | {
    f"{line}_{term}": ("share", f"term '{term}' in the benefit of moving the {line} line, as a share of unit cost")
    for line in LINES
    for term in MOVE_TERMS
}  # fmt: skip


def months_table(record: RunRecord) -> Table:
    """One row a month."""
    months = record.history.months
    table = {"month": month_column(record.prepared.scenario.start, np.arange(len(months)))}
    for i, (name, unit, meaning) in enumerate(MONTH_COLUMNS):
        table[name] = Column(months[:, i].copy(), unit, meaning)
    return table


class _Rows:
    """Rows of a long table, gathered block by block and put in the order of month and block."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.words: dict[str, list[str]] = {name: [] for name in names}
        self.blocks: list[tuple[NDArray[Any], ...]] = []

    def add(self, values: NDArray[np.float64], keep: NDArray[np.bool_] | None = None, **words: str) -> None:
        """A month's series that is described by one word a column; `keep` says which months have a row."""
        months = np.arange(len(values)) if keep is None else np.flatnonzero(keep)
        codes = [np.full(len(months), self._code(name, words[name]), np.int32) for name in self.names]
        order = np.full(len(months), len(self.blocks))
        self.blocks.append((months, order, values[months], *codes))

    def _code(self, name: str, word: str) -> int:
        known = self.words[name]
        if word not in known:
            known.append(word)
        return known.index(word)

    def table(self, start: int, value: str, about: tuple[str, str], meanings: dict[str, str]) -> Table:
        """The rows sorted by month, then in the order in which the blocks were added."""
        empty: tuple[Any, ...] = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
        empty += tuple(np.zeros(0, np.int32) for _ in self.names)
        parts = [np.concatenate(part) for part in zip(*self.blocks or [empty])]
        order = np.lexsort((parts[1], parts[0]))
        table = {"month": month_column(start, parts[0][order])}
        for name, codes in zip(self.names, parts[3:]):
            table[name] = Column(Words(codes[order], tuple(self.words[name])), "name", meanings[name])
        table[value] = Column(parts[2][order], *about)
        return table


def prices_table(record: RunRecord) -> Table:
    """Prices of oxide by element and of magnets by line: inside China, outside on average (`all`), in each destination."""
    history, names = record.history, record.prepared.names
    rows = _Rows("stage", "element", "zone", "destination")
    for e, element in enumerate(names.elements):
        rows.add(history.delivered_usd_kg[:, e, 0], stage="oxide", element=element, zone=CHINA, destination=CHINA)
        rows.add(history.outside_usd_kg[:, e], stage="oxide", element=element, zone=OUTSIDE, destination=ALL)
        for d, destination in enumerate(DESTINATIONS[1:], start=1):
            prices = history.delivered_usd_kg[:, e, d]
            rows.add(prices, stage="oxide", element=element, zone=OUTSIDE, destination=destination)
    for k, line in enumerate(LINES):
        prices = history.magnet_usd_kg[:, k]
        rows.add(prices[:, 0], stage="magnet", element=line, zone=CHINA, destination=CHINA)
        delivered = history.magnets_t[:, :, k, 1:].sum(axis=1)
        total = delivered.sum(axis=1)
        weights = np.where(total[:, None] > 0.0, delivered, 1.0)
        mean = (prices[:, 1:] * weights).sum(axis=1) / weights.sum(axis=1)
        rows.add(mean, stage="magnet", element=line, zone=OUTSIDE, destination=ALL)
        for d, destination in enumerate(DESTINATIONS[1:], start=1):
            rows.add(prices[:, d], stage="magnet", element=line, zone=OUTSIDE, destination=destination)
    meanings = {
        "stage": "oxide or magnet",
        "element": "element, or line of magnets",
        "zone": "market: china or outside",
        "destination": "who pays it; all: mean outside China, weighted by use (magnets: by deliveries)",
    }
    return rows.table(record.prepared.scenario.start, "usd_per_kg", ("USD/kg", "price without VAT, 2010 US dollars"), meanings)


def flows_table(record: RunRecord) -> Table:
    """What moved across borders, one row a flow; months without the flow have no row.

    Oxide leaves China as `legal`, `alloy` or `smuggled` goods; oxide of other origin is `outside`, or `reverse` where it enters
    China. A `re-export` goes from a country that sells from its stock to `outside`, and from there to a restricted country.
    """
    history, names = record.history, record.prepared.names
    origins = tuple(CHINA if origin == "China" else origin for origin in names.origins)
    rows = _Rows("element", "stage", "origin", "destination", "channel")

    def add(tonnes: NDArray[np.float64], element: str, stage: str, origin: str, to: str, channel: str) -> None:
        keep = np.abs(tonnes) > 0.0
        if keep.any():
            rows.add(tonnes, keep, element=element, stage=stage, origin=origin, destination=to, channel=channel)

    for e, element in enumerate(names.elements):
        for d, to in enumerate(DESTINATIONS[1:], start=1):
            add(history.legal_t[:, e, d], element, "oxide", CHINA, to, "legal")
            add(history.alloy_t[:, e, d], element, "oxide", CHINA, to, "alloy")
            add(history.smuggled_t[:, e, d], element, "oxide", CHINA, to, "smuggled")
            again = history.reexported_t[:, e, d]
            add(np.maximum(-again, 0.0), element, "oxide", to, OUTSIDE, "re-export")
            add(np.maximum(again, 0.0), element, "oxide", OUTSIDE, to, "re-export")
        for o, origin in enumerate(origins):
            for d, to in enumerate(DESTINATIONS):
                add(history.outside_t[:, o, e, d], element, "oxide", origin, to, "reverse" if d == 0 else "outside")
            add(history.concentrate_t[:, o, e], element, "concentrate", origin, CHINA, "outside")
    for k, line in enumerate(LINES):
        for z, zone in enumerate(ZONES):
            for d, to in enumerate(DESTINATIONS):
                channel = (("domestic", "legal"), ("reverse", "outside"))[z][min(d, 1)]
                add(history.magnets_t[:, z, k, d], line, "magnet", zone, to, channel)
    meanings = {
        "element": "element, or line of magnets",
        "stage": "oxide, concentrate (foreign, separated in China) or magnet",
        "origin": "country, or zone of origin; recycled: scrap and swarf outside China",
        "destination": "country or zone that receives it",
        "channel": "legal, alloy, smuggled: out of China; reverse: into it; outside: of other origin; re-export; domestic",
    }
    about = ("t/month", "tonnes of oxide, of magnets for stage magnet")
    return rows.table(record.prepared.scenario.start, "t", about, meanings)


def agents_table(record: RunRecord) -> Table:
    """One row an agent and month, columns of all kinds; what does not apply to a kind is null.

    Makers and importers that were too many to be kept (`MOST_OF_FIRMS`) have no rows.
    """
    history, names = record.history, record.prepared.names
    kept = history.mines.shape[0]
    terms = history.move_terms
    moves = tuple(f"{line}_{term}" for line in LINES for term in MOVE_TERMS)
    blocks: tuple[tuple[str, tuple[str, ...], tuple[str, ...], NDArray[np.float64]], ...] = (
        ("mine", names.mines, MINE_COLUMNS, history.mines),
        ("maker", names.makers, MAKER_COLUMNS, history.makers),
        ("maker", names.makers, moves, terms.reshape(*terms.shape[:2], len(moves))),
        ("importer", names.importers, IMPORTER_COLUMNS, history.importers),
        ("government", names.governments, GOVERNMENT_COLUMNS, history.governments),
    )
    members = {"mine": names.mines, "maker": names.makers, "importer": names.importers, "government": names.governments}
    if history.makers.shape[0] < kept:
        blocks = tuple(block for block in blocks if block[0] not in FIRMS)
        members |= dict.fromkeys(FIRMS, ())
    first, n_agents = {}, 0
    for kind, agents in members.items():
        first[kind] = n_agents
        n_agents += len(agents)
    values: dict[str, NDArray[np.float64]] = {}
    for kind, agents, columns, found in blocks:
        rows = slice(first[kind], first[kind] + len(agents))
        for c, name in enumerate(columns):
            values.setdefault(name, np.full((kept, n_agents), np.nan))[:, rows] = found[:, :, c]
    kinds = np.concatenate([np.full(len(agents), KINDS.index(kind), np.int32) for kind, agents in members.items()])
    everyone = tuple(agent for agents in members.values() for agent in agents)
    words = tuple(dict.fromkeys(everyone))
    code = {agent: n for n, agent in enumerate(words)}
    codes = np.array([code[agent] for agent in everyone], np.int32)
    table = {
        "month": month_column(record.prepared.scenario.start, np.repeat(np.arange(kept), n_agents)),
        "kind": Column(Words(np.tile(kinds, kept), KINDS), "name", "kind of agent"),
        "agent": Column(Words(np.tile(codes, kept), words), "name", "id of the agent"),
    }
    for name, column in values.items():
        unit, meaning = AGENT_COLUMNS.get(name, ("", ""))
        table[name] = Column(column.reshape(-1), unit, meaning)
    return table


TABLES: dict[str, Callable[[RunRecord], Table]] = {
    "months": months_table,
    "prices": prices_table,
    "flows": flows_table,
    "agents": agents_table,
}
