"""Two runs side by side: which there are to choose from, what they are played for, where and why they differ."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np

from reabm.app.background import Asked
from reabm.app.lever_words import label_of, value_words
from reabm.app.picker import load_shipped, shipped_names
from reabm.app.snapshot import Snapshot
from reabm.app.words import NOTHING, month_words, name_words, percent, rounded
from reabm.engine.run import prepare, simulate
from reabm.scenario import Scenario
from reabm.scenario.lever_table import list_levers
from reabm.scenario.months import month_text
from reabm.scenario.quantity import Quantity, Series
from reabm.scenario.record import Record
from reabm.world.history import COLUMN, History
from reabm.world.layout import Array

MOST_KEPT = 12
MONTH_FIELDS = frozenset({"earliest", "committed", "complaint"})  # of records: a calendar month as a number
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
        return Comparison(a, self._play(pair.b))

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
        _line(figure, figure.unit, *(figure.scale * float(comparison.column(own, figure.column)[at]) for own in comparison))
        for figure in KEY_FIGURES
    ]


def over_months(comparison: Comparison, months: int) -> list[Line]:
    """Flows summed and other figures averaged over the first so many months."""
    found = []
    for figure in KEY_FIGURES if months > 0 else ():
        values = [figure.scale * comparison.column(own, figure.column)[:months] for own in comparison]
        totals = [float(value.sum() if figure.is_flow else value.mean()) for value in values]
        unit = figure.total_unit if figure.is_flow else figure.unit
        found.append(_line(figure, unit, *totals))
    return found


def _line(figure: KeyFigure, unit: str, a: float, b: float) -> Line:
    gap = b - a
    if figure.is_share:
        points = f"{_sign(gap)}{abs(100 * gap):.1f} pts" if np.isfinite(gap) else NOTHING
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
        points = abs(100 * (b - a))
        if points < 0.05:
            return "nearly the same"
        return f"{points:.1f} points {'higher' if b > a else 'lower'}"
    if abs(b - a) <= 5e-4 * max(abs(a), abs(b)):
        return "nearly the same"
    way = "higher" if b > a else "lower"
    if a > 0.0 and b >= 0.0:
        return f"{rounded(b / a, 2)} times as high" if b > 3.0 * a else f"{rounded(100 * abs(b / a - 1.0), 2)} % {way}"
    return way


class Change(NamedTuple):
    """One thing that the two runs assume differently."""

    what: str
    a: str
    b: str


def changes_between(a: Scenario, b: Scenario) -> list[Change]:
    """What two scenarios assume differently: settings, dated measures, strategies, then everything else by path."""
    found = [
        Change(f"{label_of(path)} (whole run)", *(_value(one.settings.get(path)) for one in (a, b)))
        for path in sorted({*a.settings, *b.settings})
        if a.settings.get(path) != b.settings.get(path)
    ]
    levers = list_levers(b) if a.interventions or b.interventions else {}
    only_a = [entry for entry in a.interventions if entry not in b.interventions]
    only_b = [entry for entry in b.interventions if entry not in a.interventions]
    for entry in sorted([*only_a, *only_b], key=lambda one: (one.from_, one.path)):
        end = f" to {month_words(entry.until)}" if entry.until is not None else ""
        said = value_words(levers[entry.path], entry.value) if entry.path in levers else _value(entry.value)
        what = f"{label_of(entry.path)}, {'from ' if not end else ''}{month_words(entry.from_)}{end}"
        found.append(Change(what, said if entry in only_a else "as before", said if entry in only_b else "as before"))
    found += [
        Change(f"strategy of {name_words(agent)}", *(_value(one.strategies.get(agent)) for one in (a, b)))
        for agent in sorted({*a.strategies, *b.strategies})
        if a.strategies.get(agent) != b.strategies.get(agent)
    ]
    apart = ("title", "question", "settings", "interventions", "strategies", "events", "sources", "tree")
    for one in fields(Scenario):
        if one.name not in apart:
            found += list(_between(one.name, getattr(a, one.name), getattr(b, one.name)))
    return found


def _between(path: str, a: Any, b: Any) -> Iterator[Change]:
    if a is b or a == b:
        return
    if isinstance(a, Record) and type(a) is type(b) and not isinstance(a, Quantity | Series):
        for name in type(a).model_fields:
            if name in MONTH_FIELDS:
                yield from _months_between(f"{path}.{name}", getattr(a, name), getattr(b, name))
            elif name not in ("source", "note", "strategy"):
                yield from _between(f"{path}.{name}", getattr(a, name), getattr(b, name))
    elif isinstance(a, dict) and isinstance(b, dict):
        for name in dict.fromkeys([*a, *b]):
            yield from _between(f"{path}.{name}", a.get(name), b.get(name))
    elif _value(a) != _value(b) or not isinstance(a, Quantity | Series):
        yield Change(_path_words(path), _value(a), _value(b))
    elif isinstance(a, Series) and isinstance(b, Series) and a.values != b.values:
        yield Change(_path_words(path), _value(a), _value(b) + f", another from {_first_month(a, b)} on")


def _months_between(path: str, a: int | None, b: int | None) -> Iterator[Change]:
    if a != b:
        yield Change(_path_words(path), *("none" if one is None else month_words(one) for one in (a, b)))


def _path_words(path: str) -> str:
    """A path of a scenario file in words: governments · Japan · subsidy."""
    return " · ".join(name_words(part) for part in path.removeprefix("policy.").split("."))


def _first_month(a: Series, b: Series) -> str:
    months = sorted({*a.values, *b.values})
    return month_text(next((month for month in months if a.values.get(month) != b.values.get(month)), months[0]))


def _value(value: Any) -> str:
    if value is None or value == () or value == {}:
        return "none"
    if isinstance(value, Quantity):
        return f"{value.value:g} {value.unit}"
    if isinstance(value, Series):
        return (
            f"{value.values[next(iter(value.values))]} {value.unit}" if len(value.values) == 1 else f"{len(value.values)} dates"
        )
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:g}"
    if isinstance(value, str):
        return value.replace("_", " ")
    if isinstance(value, tuple | list | dict):
        return f"{len(value)} entries"
    return "given"
