"""The table of all agents in a month: what each plays, believes, holds and has, and how that changed over a year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from reabm.app.charts.relocation import firm_words
from reabm.app.in_force import GOVERNMENTS, IMPORTERS, MAKERS, MINES, params_of, strategy_of
from reabm.app.measures import in_short
from reabm.app.moves import YEAR, has_firms
from reabm.app.regret_here import Regret, cell_of
from reabm.app.snapshot import Snapshot, Track
from reabm.app.words import change_words, name_words, percent, rounded
from reabm.scenario.population import name_behind
from reabm.world.history import COLUMN, GOVERNMENT_COLUMNS, IMPORTER_COLUMNS, MAKER_COLUMNS, MINE_COLUMNS
from reabm.world.layout import Array
from reabm.world.state import DESTINATIONS, MINE_STATUS

MOST_FIRMS = 60  # of a kind that are listed; of more only the largest
MINE, MAKER, IMPORTER, GOVERNMENT = (
    {name: k for k, name in enumerate(columns)} for columns in (MINE_COLUMNS, MAKER_COLUMNS, IMPORTER_COLUMNS, GOVERNMENT_COLUMNS)
)
STATE_KIND, GOVERNMENT_KIND, MAKER_KIND, MINE_KIND, IMPORTER_KIND = KINDS = ("state", "government", "maker", "mine", "importer")
KIND_WORDS = {
    "state": "Chinese state", "government": "government", "maker": "maker", "mine": "mine", "importer": "importer",
}  # fmt: skip
HEADS = {  # what the columns say where one kind is listed; "" is for all kinds together
    "": ("Plays", "Believes", "Holds", "Cash, M USD", "Status"),
    "state": ("Plays", "Pay-off of {months}", "Export quota", "Treasury, M USD", "Measures in force"),
    "government": ("Plays", "Exposure it perceives", "Reserve of oxide", "Spent, M USD", "Programmes"),
    "maker": ("Plays", "Benefit of a line in China (premium · commodity)", "Capacity", "Margin so far, M USD", "Where it stands"),
    "mine": ("Plays", "Expected basket and hurdle", "Ore of the month", "Cash, M USD", "Status"),
    "importer": ("Plays", "Reliability of China", "Stock of oxide", "Cash, M USD", "Cover wanted"),
}
LAST, LAST_WORDS = 12, "twelve months"  # over which a pay-off is summed
MUSD = 1000.0  # kUSD
REGRET_HEAD = "Regret, M USD"


class Agent(NamedTuple):
    """Who stands in which row."""

    group: str
    row: int


class Cell(NamedTuple):
    """What a table shows, by what it is sorted, how it changed over a year."""

    text: str
    key: float | str | None  # none: sorted last
    change: str = ""


def id_of(track: Track, agent: Agent) -> str:
    """A name for buttons and links, the same in every world that has the agent."""
    return f"{agent.group}-{getattr(track.names, agent.group)[agent.row]}"


def agent_of(track: Track, written: str) -> Agent | None:
    """The agent of an id; None where the world has no such."""
    group, _, name = written.partition("-")
    names: tuple[str, ...] = getattr(track.names, group) if group in (GOVERNMENTS, MAKERS, MINES, IMPORTERS) else ()
    return Agent(group, names.index(name)) if name in names else None


def kind_of(track: Track, agent: Agent) -> str:
    """Kind of an agent."""
    if agent.group == GOVERNMENTS:
        return STATE_KIND if params_of(track, 0).governments.is_chinese[agent.row] > 0.5 else GOVERNMENT_KIND
    return {MAKERS: MAKER_KIND, MINES: MINE_KIND, IMPORTERS: IMPORTER_KIND}[agent.group]


def title_of(track: Track, agent: Agent) -> str:
    """Name of an agent as people say it."""
    if agent.group == MAKERS:
        return firm_words(track, agent.row)
    name = getattr(track.names, agent.group)[agent.row]
    behind = name_behind(name)
    return name_words(behind) + (f" no. {name.partition('.')[2]}" if behind != name else "")


def agents(track: Track) -> list[Agent]:
    """All agents that are listed: governments with the Chinese state first, then makers, mines, importers."""
    known = params_of(track, 0)
    found = [Agent(GOVERNMENTS, int(g)) for g in np.argsort(-known.governments.is_chinese, kind="stable")]
    if has_firms(track):
        found += [Agent(MAKERS, j) for j in _largest(known.makers.opening_t.sum(axis=(1, 2)))]
    found += [Agent(MINES, m) for m in range(len(track.names.mines))]
    if has_firms(track):
        found += [Agent(IMPORTERS, i) for i in _largest(known.importers.trade_share)]
    return found


def _largest(sizes: Array) -> list[int]:
    """The largest rows, in the order of rows."""
    return sorted(int(k) for k in np.argsort(-sizes, kind="stable")[:MOST_FIRMS])


def heads(snapshot: Snapshot) -> dict[str, list[str]]:
    """What the columns say in the month on the screen: a sum over a year is over fewer months in the first one."""
    n = min(snapshot.shown, LAST)
    months = LAST_WORDS if n in (0, LAST) else f"{n} month{'s' if n > 1 else ''}"
    return {kind: [head.format(months=months) for head in some] for kind, some in HEADS.items()}


def roster(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The rows of the table in the month on the screen."""
    if snapshot.shown == 0:
        return []
    track, row = snapshot.track, snapshot.row
    known = params_of(track, row)
    listed = []
    for agent in agents(track):
        kind = kind_of(track, agent)
        name, play = strategy_of(known, agent.group, agent.row)
        cells = [Cell(name_words(name), name), *CELLS[kind](track, row, agent.row)]
        listed.append({
            "id": id_of(track, agent), "name": title_of(track, agent), "kind": kind, "kind_words": KIND_WORDS[kind],
            "rule": play.sentence,
            "cells": [cell._asdict() for cell in cells],
        })  # fmt: skip
    return listed


def with_regret(
    rows: list[dict[str, Any]], columns: dict[str, list[str]], known: Mapping[str, Regret]
) -> tuple[list[dict[str, Any]], dict[str, list[str]]]:
    """The table with a column of regret, where that of some agent is known."""
    if not known:
        return rows, columns
    more = [{**row, "cells": [*row["cells"], cell_of(known.get(row["id"].partition("-")[2]))]} for row in rows]
    return more, {kind: [*heads_of, REGRET_HEAD] for kind, heads_of in columns.items()}


def _points(now: float, before: float) -> str:
    gained = 100 * (now - before)
    return f"{gained:+.0f} points" if np.isfinite(gained) and abs(gained) >= 0.5 else ""


def _relative(now: float, before: float) -> str:
    words = change_words(now, before)
    return words if words[0] in "+-" and words not in ("+0 %", "-0 %") else ""


def _musd(kusd: float) -> Cell:
    return Cell(rounded(kusd / MUSD), kusd)


def _before(values: Array, row: int) -> float:
    """The value a year before a month; NaN where the run began later."""
    return float(values[row - 12]) if row >= 12 else float("nan")


def _state(track: Track, row: int, g: int) -> list[Cell]:
    gains = track.history.china_gain_kusd
    year = float(gains[max(row - LAST + 1, 0) : row + 1].sum())
    earlier = float(gains[max(row - 23, 0) : row - 11].sum()) if row >= 23 else float("nan")
    quota = track.history.months[:, COLUMN.export_quota_t]
    now = float(quota[row])
    held = Cell(f"quota {rounded(now)} t/month" if np.isfinite(now) else "no quota", now if np.isfinite(now) else None)
    treasury = float(gains[: row + 1, 1].sum())
    change = f"{rounded((year - earlier) / MUSD)} M USD" if np.isfinite(earlier) else ""
    return [
        Cell(f"pay-off {rounded(year / MUSD)} M USD", year, ("+" if year >= earlier else "") + change if change else ""),
        held._replace(change=_relative(now, _before(quota, row))), _musd(treasury), Cell(*[in_short(track, row)] * 2),
    ]  # fmt: skip


def _government(track: Track, row: int, g: int) -> list[Cell]:
    kept = track.history.governments[:, g]
    exposure, reserve = kept[:, GOVERNMENT["exposure"]], kept[:, GOVERNMENT["reserve_t"]]
    subsidy, thrift = float(kept[row, GOVERNMENT["subsidy_share"]]), float(kept[row, GOVERNMENT["thrift_programme"]])
    programmes = [f"subsidy {percent(subsidy)}"] if subsidy > 0.0 else []
    programmes += [f"saving ×\u00a0{rounded(thrift)}"] if thrift > 1.0 else []
    said = ", ".join(programmes) or "no programme"
    return [
        Cell(f"exposed {percent(float(exposure[row]))}", float(exposure[row]), _points(exposure[row], _before(exposure, row))),
        Cell(f"{rounded(float(reserve[row]))} t", float(reserve[row]), _relative(reserve[row], _before(reserve, row))),
        _musd(float(kept[row, GOVERNMENT["spent_kusd"]])), Cell(said, said),
    ]  # fmt: skip


def _maker(track: Track, row: int, j: int) -> list[Cell]:
    kept = track.history.makers[:, j]
    known = params_of(track, row).makers
    capacity = kept[: row + 1, :6].reshape(row + 1, 2, 3)
    total = YEAR * capacity.sum(axis=(1, 2))
    size = Cell(f"{rounded(float(total[-1]))} t/yr", float(total[-1]), _relative(total[-1], _before(total, row)))
    cash = _musd(float(kept[row, MAKER["cash_kusd"]]))
    if known.home[j] < 0.5:
        return [Cell("–", None), size, cash, Cell("in China", 2.0)]
    has_line = capacity[-1].sum(axis=1) > 0.0
    benefits = [float(kept[row, MAKER["premium_benefit"] + l]) for l in range(2) if has_line[l]]
    inside = capacity[:, :, 1].sum(axis=1) / np.maximum(capacity.sum(axis=(1, 2)), 1e-12)
    belief = Cell("benefit " + " · ".join(percent(one) for one in benefits) if benefits else "–", max(benefits, default=None))
    stands = Cell(f"{percent(float(inside[-1]))} in China", float(inside[-1]), _points(inside[-1], _before(inside, row)))
    return [belief, size, cash, stands]


def _mine(track: Track, row: int, m: int) -> list[Cell]:
    kept = track.history.mines[:, m]
    expected, hurdle = kept[:, MINE["expected_usd_kg"]], float(kept[row, MINE["hurdle_usd_kg"]])
    ore = kept[:, MINE["ore_t"]]
    status = int(kept[row, MINE["status"]])
    if params_of(track, row).mines.kind[m] < 2.0:
        belief = Cell("–", None)
    else:
        now = float(expected[row])
        belief = Cell(
            f"expects {rounded(now)} of {rounded(hurdle)} USD/kg", now / max(hurdle, 1e-9), _relative(now, _before(expected, row))
        )
    dug = Cell(f"{rounded(float(ore[row]))} t/month", float(ore[row]), _relative(ore[row], _before(ore, row)))
    return [belief, dug, _musd(float(kept[row, MINE["cash_kusd"]])), Cell(MINE_STATUS[status], float(status))]


def _importer(track: Track, row: int, i: int) -> list[Cell]:
    kept = track.history.importers[:, i]
    trust, stock = kept[:, IMPORTER["reliability"]], kept[:, IMPORTER["stock_t"]]
    cover = kept[:, IMPORTER["cover_months"]]
    now = float(cover[row])
    grown = now - _before(cover, row)
    change = f"{grown:+.1f} months" if np.isfinite(grown) and abs(grown) >= 0.05 else ""
    return [
        Cell(f"{percent(float(trust[row]))} reliable", float(trust[row]), _points(trust[row], _before(trust, row))),
        Cell(f"{rounded(float(stock[row]))} t", float(stock[row]), _relative(stock[row], _before(stock, row))),
        _musd(float(kept[row, IMPORTER["cash_kusd"]])), Cell(f"wants {rounded(now)} months", now, change),
    ]  # fmt: skip


CELLS: dict[str, Callable[[Track, int, int], list[Cell]]] = {
    STATE_KIND: _state, GOVERNMENT_KIND: _government, MAKER_KIND: _maker, MINE_KIND: _mine, IMPORTER_KIND: _importer,
}  # fmt: skip


def home_words(track: Track, agent: Agent) -> str:
    """Where an agent is at home, in words."""
    known = params_of(track, 0)
    if agent.group == MINES:
        return track.names.origins[int(known.mines.origin[agent.row])]
    place: Any = known.makers.home if agent.group == MAKERS else getattr(known, agent.group).destination
    return name_words(DESTINATIONS[int(place[agent.row])])
