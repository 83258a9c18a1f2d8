"""Two runs side by side: which there are to choose from, what they are played for, where they differ."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import NamedTuple

import numpy as np

from reabm.app.assumptions import Change, changes_between
from reabm.app.background import Asked
from reabm.app.picker import load_shipped, shipped_names
from reabm.app.snapshot import Snapshot
from reabm.app.words import NOTHING, percent, rounded
from reabm.engine.run import prepare, simulate
from reabm.scenario import Scenario
from reabm.world.history import COLUMN, History
from reabm.world.layout import Array

MOST_KEPT = 12
MANY = 100  # a ratio beyond which its size says nothing
SMALL = 5e-4  # difference of shares that rounds to nothing
MOST_REMEMBERED = 16  # runs played, some 150 kB each
SCREEN, PARENT, UNCHANGED, SHIPPED, KEPT = "screen", "parent", "unchanged", "shipped:", "kept:"


class Kept(NamedTuple):
    """A run that the visitor keeps: as little as brings it back."""

    name: str
    scenario: Scenario
    seed: int
    played: int


class Side(NamedTuple):
    """One of two runs."""

    title: str
    scenario: Scenario
    seed: int


class Choice(NamedTuple):
    """A run to choose."""

    key: str
    side: Side


class Pair(NamedTuple):
    """Which two runs: the difference is B less A."""

    a: Side
    b: Side


class Played(NamedTuple):
    """A run from its first month to its last."""

    side: Side
    months: Array  # (months, key figures)
    prints: tuple[bytes, ...]  # a fingerprint of all that was written down of each month


class Comparison(NamedTuple):
    """Two runs over the months that both have."""

    a: Played
    b: Played
    changes: tuple[Change, ...] = ()  # what they assume differently

    @property
    def start(self) -> int:
        """First month of both (calendar)."""
        return max(self.a.side.scenario.start, self.b.side.scenario.start)

    @property
    def n_months(self) -> int:
        """Months that both have."""
        return max(min(self.a.side.scenario.end, self.b.side.scenario.end) + 1 - self.start, 0)

    def months_to(self, month: int) -> int:
        """Months that both have before a calendar month."""
        return min(max(month - self.start, 0), self.n_months)

    def column(self, played: Played, name: str) -> Array:
        """A key figure over the months that both have."""
        first = self.start - played.side.scenario.start
        return played.months[first : first + self.n_months, getattr(COLUMN, name)]

    def first_difference(self, months: int) -> int | None:
        """The first of so many months in which anything differs (calendar); None where the runs are the same to the last bit."""
        a = self.a.prints[self.start - self.a.side.scenario.start :]
        b = self.b.prints[self.start - self.b.side.scenario.start :]
        return next((self.start + at for at in range(months) if a[at] != b[at]), None)


class Playing:
    """Plays pairs of runs, and remembers the last ones. Called by one thread at a time."""

    def __init__(self) -> None:
        self._played: OrderedDict[int, Played] = OrderedDict()

    def __call__(self, pair: Pair, asked: Asked) -> Comparison:
        """Both runs of a pair."""
        a = self._play(pair.a)
        asked.check()
        return Comparison(a, self._play(pair.b), tuple(changes_between(pair.a.scenario, pair.b.scenario)))

    def _play(self, side: Side) -> Played:
        for key, known in self._played.items():
            if known.side.seed == side.seed and known.side.scenario == side.scenario:
                self._played.move_to_end(key)
                return known._replace(side=side)
        played = play(side)
        self._played[id(played)] = played
        if len(self._played) > MOST_REMEMBERED:
            self._played.popitem(last=False)
        return played


def play(side: Side) -> Played:
    """A run from its first month to its last, without the page."""
    record = simulate(prepare(side.scenario), side.seed)
    return Played(side, record.history.months, prints_of(record.history))


def prints_of(history: History) -> tuple[bytes, ...]:
    """A fingerprint of every month, over all that was written down: the same only for the same bits."""
    kept = [array for array in history if array.shape[0] == history.months.shape[0]]
    found = []
    for month in range(history.months.shape[0]):
        digest = blake2b(digest_size=16)
        for array in kept:
            digest.update(np.ascontiguousarray(array[month]).tobytes())
        found.append(digest.digest())
    return tuple(found)


def choices(snapshot: Snapshot, kept: Sequence[Kept]) -> list[Choice]:
    """Runs to choose from; those that ship are played on the luck of the run on the screen."""
    track = snapshot.track
    found = [Choice(SCREEN, Side("run on the screen", track.scenario, track.seed))]
    if snapshot.parent is not None:
        found.append(Choice(PARENT, Side("before the last change", snapshot.parent.scenario, snapshot.parent.seed)))
    if snapshot.changes:
        n = len(track.scenario.interventions) - len(snapshot.changes)
        own = replace(track.scenario, interventions=track.scenario.interventions[:n])
        found.append(Choice(UNCHANGED, Side("without your changes", own, track.seed)))
    for name in shipped_names():
        scenario = load_shipped(name)
        found.append(Choice(SHIPPED + name, Side(scenario.title, scenario, track.seed)))
    found += [Choice(f"{KEPT}{one.name}", Side(one.name, one.scenario, one.seed)) for one in kept]
    return found


def chosen(snapshot: Snapshot, offered: Sequence[Choice], a: str, b: str) -> tuple[Choice, Choice]:
    """What was chosen. Without a choice B is the run on the screen, and A the one that tells most about it.

    That is the run before the last change; without a change open trade, beside open trade the history.
    """
    known = {one.key: one for one in offered}
    beside = "history" if snapshot.name == "open_trade" else "open_trade"
    first = next((key for key in (a, PARENT, SHIPPED + beside) if key in known), SCREEN)
    return known[first], known.get(b, known[SCREEN])


class KeyFigure(NamedTuple):
    """A key figure to compare."""

    column: str
    title: str
    unit: str
    scale: float = 1.0
    is_flow: bool = False  # summed over the run; others are averaged
    total_unit: str = ""  # of the sum

    @property
    def is_share(self) -> bool:
        """Whether it is said in per cent."""
        return self.unit == "%"


KEY_FIGURES = (
    KeyFigure("ndpr_outside_usd_kg", "NdPr outside China", "USD/kg"),
    KeyFigure("ndpr_china_usd_kg", "NdPr inside China", "USD/kg"),
    KeyFigure("dy_outside_usd_kg", "Dysprosium outside China", "USD/kg"),
    KeyFigure("licence_price_usd_kg", "Export licence", "USD/kg"),
    KeyFigure("exports_legal_t", "Legal exports", "t/month", is_flow=True, total_unit="t"),
    KeyFigure("exports_smuggled_t", "Smuggled exports", "t/month", is_flow=True, total_unit="t"),
    KeyFigure("japan_loss_kusd", "Loss of Japan's users", "million USD/month", 1e-3, True, "million USD"),
    KeyFigure("china_gain_kusd", "Pay-off of the Chinese state", "million USD/month", 1e-3, True, "million USD"),
    KeyFigure("outside_miners_kusd", "Surplus of miners outside China", "million USD/month", 1e-3, True, "million USD"),
    KeyFigure("relocation_share", "Foreign capacity moved to China", "%"),
    KeyFigure("technology_leakage", "Technology leaked", "%"),
    KeyFigure("japan_import_share_china", "Japan buys from China", "%"),
    KeyFigure("japan_dependence", "Japan's dependence", "%"),
    KeyFigure("china_mine_share", "Chinese share of mining", "%"),
    KeyFigure("substitution_share", "Use saved or substituted", "%"),
    KeyFigure("stocks_outside_t", "Stocks outside China", "t"),
)
FIRST_FIGURES = ("ndpr_outside_usd_kg", "exports_legal_t", "japan_loss_kusd", "relocation_share")


class Line(NamedTuple):
    """One line of a table: a figure of both runs in words, and how they differ."""

    title: str
    unit: str
    a: str
    b: str
    difference: str
    words: str


def in_month(comparison: Comparison, month: int) -> list[Line]:
    """The key figures of both runs in a calendar month."""
    at = month - comparison.start
    if not 0 <= at < comparison.n_months:
        return []
    return [
        _line(
            figure,
            figure.unit,
            *(figure.scale * float(comparison.column(own, figure.column)[at]) for own in (comparison.a, comparison.b)),
        )
        for figure in KEY_FIGURES
    ]


def over_months(comparison: Comparison, months: int) -> list[Line]:
    """Flows summed and other figures averaged over the first so many months."""
    found = []
    for figure in KEY_FIGURES if months > 0 else ():
        values = [figure.scale * comparison.column(own, figure.column)[:months] for own in (comparison.a, comparison.b)]
        totals = [float(value.sum() if figure.is_flow else value.mean()) for value in values]
        unit = figure.total_unit if figure.is_flow else figure.unit
        found.append(_line(figure, unit, *totals))
    return found


def _line(figure: KeyFigure, unit: str, a: float, b: float) -> Line:
    gap = b - a
    if figure.is_share:
        points = NOTHING if not np.isfinite(gap) else "0 pts" if abs(gap) < SMALL else f"{_sign(gap)}{abs(100 * gap):.1f} pts"
        return Line(figure.title, "%", percent(a), percent(b), points, difference_words(a, b, True))
    return Line(figure.title, unit, rounded(a), rounded(b), _sign(gap) + rounded(abs(gap)), difference_words(a, b))


def _sign(value: float) -> str:
    return "+" if value > 0 else "−" if value < 0 else ""


def difference_words(a: float, b: float, is_share: bool = False) -> str:
    """What B is beside A, in words."""
    if not (np.isfinite(a) and np.isfinite(b)):
        return NOTHING
    if a == b:
        return "the same"
    if is_share:
        if abs(b - a) < SMALL:
            return "nearly the same"
        return f"{abs(100 * (b - a)):.1f} points {'higher' if b > a else 'lower'}"
    if abs(b - a) <= 5e-4 * max(abs(a), abs(b)):
        return "nearly the same"
    way = "higher" if b > a else "lower"
    if 0.0 < MANY * a < b:
        return f"more than {MANY} times as high"
    if a > 0.0 and b >= 0.0:
        return f"{rounded(b / a, 2)} times as high" if b > 3.0 * a else f"{rounded(100 * abs(b / a - 1.0), 2)} % {way}"
    return way
