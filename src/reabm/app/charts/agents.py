"""The history of one agent: the series of the record that matter for its kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from reabm.app.charts.base import DASHED, DOTTED, Option, line, over_time, value_axis
from reabm.app.in_force import GOVERNMENTS, IMPORTERS, MAKERS, MINES, params_of
from reabm.app.moves import BENEFIT, PLAN, YEAR
from reabm.app.reasons.states import GAIN_WORDS
from reabm.app.roster import GOVERNMENT, IMPORTER, MAKER, MINE, MUSD, Agent, kind_of
from reabm.app.snapshot import Snapshot, Track
from reabm.report.palette import BLUE, BROWN, CYCLE, GREEN, GREY, LINES, ORANGE, RED
from reabm.world.history import COLUMN
from reabm.world.layout import Array
from reabm.world.state import GAINS
from reabm.world.state import LINES as LINE_NAMES

GAIN_COLOURS = (*CYCLE[:7], GREY)


class Panel(NamedTuple):
    """One chart of an agent's history."""

    name: str  # of the file
    title: str
    option: Option


class Curve(NamedTuple):
    """One line: what it is called, how it is read from a run, its colour."""

    name: str
    read: Callable[[Track], Array]
    colour: str
    dash: str = "solid"
    unit: str = ""


def histories(snapshot: Snapshot, agent: Agent) -> list[Panel]:
    """Two to four charts, the parent run faint behind."""
    return HISTORIES[kind_of(snapshot.track, agent)](snapshot, agent.row)


def _panel(snapshot: Snapshot, name: str, title: str, unit: str, curves: list[Curve], low: float | None = 0.0) -> Panel:
    series: list[Option] = []
    for track, faint in [(snapshot.parent, True), (snapshot.track, False)]:
        if track is None or not track.played:
            continue
        for curve in curves:
            shown = "%" if unit == "share" else (curve.unit or unit)
            series.append(line(curve.name, track.years, curve.read(track), curve.colour, shown, curve.dash, faint=faint))
    axis = value_axis("%" if unit == "share" else unit, shares=unit == "share", low=low)
    return Panel(name, title, over_time(snapshot, series, axis, title, legend=len(curves) > 1))


def _kept(group: str, row: int, column: int, scale: float = 1.0) -> Callable[[Track], Array]:
    return lambda track: scale * getattr(track.history, group)[: track.played, row, column]


def _maker(snapshot: Snapshot, j: int) -> list[Panel]:
    track = snapshot.track
    is_foreign = params_of(track, 0).makers.home[j] > 0.5
    has_line = [bool(params_of(track, 0).makers.opening_t[j, l].sum() > 0.0) for l in range(2)]

    def total(run: Track) -> Array:
        return YEAR * run.history.makers[: run.played, j, :6].sum(axis=1)

    sizes = [Curve("capacity", total, GREY, DASHED), Curve("made", _kept(MAKERS, j, MAKER["output_t"], YEAR), BLUE)]
    output = _panel(snapshot, "output", "Capacity and output", "t/yr", sizes)
    cash = _panel(snapshot, "margin", "Margin on what was made, summed up", "M USD", [
        Curve("margin", _kept(MAKERS, j, MAKER["cash_kusd"], 1 / MUSD), GREEN),
    ], low=None)  # fmt: skip
    if not is_foreign:
        return [output, cash]
    stands, benefits = [], []
    for l, name in enumerate(LINE_NAMES):
        if has_line[l]:
            stands += [
                Curve(f"{name}, there", _share_in_china(j, l), LINES[name]),
                Curve(f"{name}, planned", _kept(MAKERS, j, PLAN + l), LINES[name], DOTTED),
            ]
            benefits.append(Curve(f"{name} line", _kept(MAKERS, j, BENEFIT + l), LINES[name]))
    return [
        _panel(snapshot, "in-china", "Share of its lines in China", "share", stands),
        _panel(snapshot, "benefit", "Benefit of a line in China, of unit cost", "share", benefits, low=None),
        output, cash,
    ]  # fmt: skip


def _share_in_china(j: int, l: int) -> Callable[[Track], Array]:
    def read(track: Track) -> Array:
        capacity = track.history.makers[: track.played, j, 3 * l : 3 * l + 3]
        share: Array = capacity[:, 1] / np.maximum(capacity.sum(axis=1), 1e-12)
        return share

    return read


def _mine(snapshot: Snapshot, m: int) -> list[Panel]:
    basket = Curve("at today's prices", _kept(MINES, m, MINE["basket_usd_kg"]), BLUE)
    ore = _panel(snapshot, "ore", "Oxide in the ore of a month", "t/month", [Curve("ore", _kept(MINES, m, MINE["ore_t"]), BROWN)])
    if params_of(snapshot.track, 0).mines.kind[m] < 2.0:
        return [_panel(snapshot, "basket", "Value of the basket", "USD/kg", [basket]), ore]
    return [
        _panel(snapshot, "basket", "Value of the basket, and the hurdle to build", "USD/kg", [
            basket, Curve("expected", _kept(MINES, m, MINE["expected_usd_kg"]), ORANGE),
            Curve("hurdle", _kept(MINES, m, MINE["hurdle_usd_kg"]), RED, DASHED),
        ]), ore,
        _panel(snapshot, "risk", "Volatility, and output sold ahead", "share", [
            Curve("volatility a year", _kept(MINES, m, MINE["volatility"]), GREY),
            Curve("sold ahead", _kept(MINES, m, MINE["contract_share"]), GREEN),
            Curve("capacity in use", _kept(MINES, m, MINE["utilisation"]), BROWN),
        ]),
        _panel(snapshot, "money", "Cash and debt", "M USD", [
            Curve("cash", _kept(MINES, m, MINE["cash_kusd"], 1 / MUSD), GREEN),
            Curve("debt", _kept(MINES, m, MINE["debt_kusd"], 1 / MUSD), RED),
        ], low=None),
    ]  # fmt: skip


def _importer(snapshot: Snapshot, i: int) -> list[Panel]:
    return [
        _panel(snapshot, "reliability", "Believed reliability of China", "share", [
            Curve("reliability", _kept(IMPORTERS, i, IMPORTER["reliability"]), RED),
        ], low=None),
        _panel(snapshot, "cover", "Stock wanted", "months of use", [
            Curve("cover", _kept(IMPORTERS, i, IMPORTER["cover_months"]), ORANGE, unit="months"),
        ]),
        _panel(snapshot, "stock", "Stock of oxide", "t", [Curve("stock", _kept(IMPORTERS, i, IMPORTER["stock_t"]), BLUE)]),
        _panel(snapshot, "money", "Cash, and what is lent to mines", "M USD", [
            Curve("cash", _kept(IMPORTERS, i, IMPORTER["cash_kusd"], 1 / MUSD), GREEN),
            Curve("lent", _kept(IMPORTERS, i, IMPORTER["lent_kusd"], 1 / MUSD), BROWN),
        ], low=None),
    ]  # fmt: skip


def _government(snapshot: Snapshot, g: int) -> list[Panel]:
    def threshold(track: Track) -> Array:
        return np.array([params_of(track, row).governments.exposure_threshold[g] for row in range(track.played)])

    return [
        _panel(snapshot, "exposure", "Exposure it perceives", "share", [
            Curve("exposure", _kept(GOVERNMENTS, g, GOVERNMENT["exposure"]), RED),
            Curve("threshold", threshold, GREY, DASHED),
        ]),
        _panel(snapshot, "subsidy", "Subsidy to stay, of unit cost", "share", [
            Curve("subsidy", _kept(GOVERNMENTS, g, GOVERNMENT["subsidy_share"]), GREEN),
        ]),
        _panel(snapshot, "reserve", "Reserve of oxide", "t", [
            Curve("reserve", _kept(GOVERNMENTS, g, GOVERNMENT["reserve_t"]), BLUE),
        ]),
        _panel(snapshot, "spent", "Spent, summed up", "M USD", [
            Curve("spent", _kept(GOVERNMENTS, g, GOVERNMENT["spent_kusd"], 1 / MUSD), BROWN),
        ]),
    ]  # fmt: skip


def twelve_months(values: Array) -> Array:
    """Sums over the twelve months that end in each month; fewer at the start have no sum."""
    sums = np.full(len(values), np.nan)
    if len(values) >= 12:
        sums[11:] = np.convolve(values, np.ones(12), mode="valid")
    return sums


def _state(snapshot: Snapshot, g: int) -> list[Panel]:
    def gain(k: int) -> Callable[[Track], Array]:
        return lambda track: twelve_months(track.history.china_gain_kusd[: track.played, k]) / MUSD

    def whole(track: Track) -> Array:
        return twelve_months(track.history.months[: track.played, COLUMN.china_gain_kusd]) / MUSD

    def column(name: str) -> Callable[[Track], Array]:
        return lambda track: track.column(name)

    terms = [Curve(GAIN_WORDS[name], gain(k), GAIN_COLOURS[k]) for k, name in enumerate(GAINS)]
    return [
        _panel(snapshot, "pay-off", "Pay-off of twelve months", "M USD", [Curve("pay-off", whole, "theme:ink")], low=None),
        _panel(snapshot, "gains", "Its terms, twelve months each", "M USD", terms, low=None),
        _panel(snapshot, "quota", "Quota and legal exports", "t/month", [
            Curve("quota", column("export_quota_t"), "theme:ink", DASHED),
            Curve("legal exports", column("exports_legal_t"), RED),
        ]),
        _panel(snapshot, "licence", "Price of an export licence", "USD/kg", [
            Curve("light group", column("licence_price_usd_kg"), BLUE),
            Curve("heavy group", column("heavy_licence_price_usd_kg"), RED),
        ]),
    ]  # fmt: skip


HISTORIES: dict[str, Callable[[Snapshot, int], list[Panel]]] = {
    "state": _state, "government": _government, "maker": _maker, "mine": _mine, "importer": _importer,
}  # fmt: skip
