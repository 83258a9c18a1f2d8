"""Compare: two runs side by side, and their difference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

import solara

from reabm.app.assumptions import Change
from reabm.app.background import Background
from reabm.app.chart import Chart
from reabm.app.charts.compare import both_runs
from reabm.app.compare import (
    FIRST_FIGURES,
    KEY_FIGURES,
    MOST_KEPT,
    Comparison,
    Kept,
    Line,
    Pair,
    Playing,
    choices,
    chosen,
    in_month,
    over_months,
)  # fmt: skip
from reabm.app.snapshot import Snapshot
from reabm.app.visit import Visit
from reabm.app.words import month_words

MOST_CHANGES = 30
MOST_CHARTS = 6
MONEY = "Prices and sums of money are in US dollars of 2010."


class Asked(NamedTuple):
    """What the visitor chose; no key: chosen by the page."""

    a: str = ""
    b: str = ""
    figures: tuple[str, ...] = FIRST_FIGURES


class Answer(NamedTuple):
    """The last comparison that was worked out."""

    pair: Pair
    found: Comparison | None
    fault: str


class Comparing:
    """What this tab keeps for a visit."""

    def __init__(self) -> None:
        self.asked = solara.reactive(Asked())
        self.kept: solara.Reactive[tuple[Kept, ...]] = solara.reactive(())
        self.answer: solara.Reactive[Answer | None] = solara.reactive(None)
        self.background: Background[Pair, Comparison] = Background(Playing(), self._publish)

    def _publish(self, pair: Pair, found: Comparison | None, fault: str) -> None:
        self.answer.value = Answer(pair, found, fault)

    def choose(self, asked: Mapping[str, Any]) -> None:
        """Take what was chosen in the browser; what the page does not offer is dropped."""
        told = {**self.asked.value._asdict(), **asked}
        wanted = tuple(one.column for one in KEY_FIGURES if one.column in told["figures"])
        self.asked.value = Asked(str(told["a"]), str(told["b"]), wanted[:MOST_CHARTS])

    def keep(self, snapshot: Snapshot, name: str) -> None:
        """Keep the run on the screen; a name that is taken gets a number."""
        if len(self.kept.value) >= MOST_KEPT:
            return
        taken = {one.name for one in self.kept.value}
        wanted = name.strip()[:40] or suggestion(snapshot)
        own, n = wanted, 2
        while own in taken:
            own, n = f"{wanted} ({n})", n + 1
        track = snapshot.track
        self.kept.value = (*self.kept.value, Kept(own, track.scenario, track.seed, track.played))

    def drop(self, name: str) -> None:
        """Let a kept run go."""
        self.kept.value = tuple(one for one in self.kept.value if one.name != name)


def comparing_of(visit: Visit) -> Comparing:
    """What this tab keeps for a visit, made when the tab is first opened."""

    def make() -> Comparing:
        made = Comparing()
        visit.on_close(made.background.close)
        return made

    return visit.keep("compare", make)


def same_runs(one: Pair, other: Pair) -> bool:
    """Whether two pairs are of the same runs; what they are called does not matter."""
    return all(mine.seed == theirs.seed and mine.scenario == theirs.scenario for mine, theirs in zip(one, other))


def suggestion(snapshot: Snapshot) -> str:
    """A name for the run on the screen."""
    changes = f", {len(snapshot.changes)} changes" if len(snapshot.changes) > 1 else ", 1 change" if snapshot.changes else ""
    return f"{snapshot.name.replace('_', ' ')}{changes}, seed {snapshot.track.seed}"[:40]


@solara.component_vue("compare.vue")
def _Choose(
    most_charts: int,
    offered: list[dict[str, str]],
    a: str,
    b: str,
    chosen_by_hand: bool,
    kept: list[str],
    most: int,
    suggestion: str,
    figures: list[dict[str, str]],
    shown: list[str],
    event_choose: Callable[[dict[str, Any]], None],
    event_keep: Callable[[str], None],
    event_drop: Callable[[str], None],
) -> None:
    """The browser's part."""


@solara.component
def Compare(visit: Visit) -> None:
    """Two runs on the same luck."""
    comparing = comparing_of(visit)
    snapshot = visit.snapshot.value
    asked, kept = comparing.asked.value, comparing.kept.value
    offered = [] if snapshot is None else choices(snapshot, kept)
    both = None if snapshot is None else chosen(snapshot, offered, asked.a, asked.b)
    pair = None if both is None else Pair(both[0].side, both[1].side)
    # Once for each pair, not at each drawing: a pair that cannot be played would be played for ever.
    solara.use_effect(lambda: None if pair is None else comparing.background.ask(pair), [pair])
    if snapshot is None or both is None or pair is None:
        return
    first, second = both
    _Choose(
        offered=[{"key": one.key, "title": one.side.title} for one in offered], a=first.key, b=second.key,
        most_charts=MOST_CHARTS,
        chosen_by_hand=bool(asked.a or asked.b), kept=[one.name for one in kept], most=MOST_KEPT, suggestion=suggestion(snapshot),
        figures=[{"name": one.column, "title": one.title} for one in KEY_FIGURES], shown=list(asked.figures),
        event_choose=comparing.choose, event_keep=lambda name: comparing.keep(snapshot, str(name)),
        event_drop=lambda name: comparing.drop(str(name)),
    )  # fmt: skip
    answer = comparing.answer.value
    if answer is None or not same_runs(answer.pair, pair):  # never one pair under the names of another
        solara.HTML(tag="p", classes=["reabm-note"], unsafe_innerHTML="Playing both runs …", attributes={"role": "status"})
    elif answer.found is None:
        solara.HTML(tag="p", classes=["reabm-message"], unsafe_innerHTML=escape(answer.fault), attributes={"role": "alert"})
    else:
        _Shown(snapshot, answer.found, asked.figures)


def _Shown(snapshot: Snapshot, found: Comparison, figures: Sequence[str]) -> None:
    played = snapshot.track.scenario.start + snapshot.track.played
    months = found.months_to(played)
    differs = found.first_difference(months)
    if differs is None:
        solara.HTML(tag="p", classes=["reabm-note"], unsafe_innerHTML=escape(luck_words(found)))
        _Same(found, months, bool(found.changes))
    else:
        said = f"They are the same to the last bit before {month_words(differs)}, the first month in which they differ."
        if differs == found.start:
            said = f"They differ from the first month ({month_words(differs)}) on."
        solara.HTML(tag="p", classes=["reabm-note"], unsafe_innerHTML=escape(f"{luck_words(found)} {said} {MONEY}"))
        with solara.Div(classes=["reabm-grid"]):
            for figure in (one for one in KEY_FIGURES if one.column in figures):
                Chart(
                    both_runs(snapshot, found, figure), label=f"{figure.title}: both runs and their difference", height="330px",
                    file=f"compare-{figure.column}",
                ).key(figure.column)  # fmt: skip
        if snapshot.shown > 0:
            with solara.Div(classes=["reabm-grid"]):
                _Table(f"In {month_words(snapshot.month)}", in_month(found, snapshot.month))
                last = found.months_to(snapshot.month + 1)
                _Table(
                    f"From {month_words(found.start)} to {month_words(snapshot.month)}: sums of flows, means of the others",
                    over_months(found, last),
                )
    _Changes(found.changes)


def luck_words(found: Comparison) -> str:
    """Whether both runs have the same luck."""
    a, b = found.a.side.seed, found.b.side.seed
    if a == b:
        return (
            f"Both runs have the same luck (seed {a}): the same disturbances of demand, of mines and of chance. "
            "All that differs comes from what was changed."
        )
    return f"The two runs have other luck (seed {a} and seed {b}): part of what differs is chance, not what was changed."


def _Same(found: Comparison, months: int, is_changed: bool) -> None:
    if months == 0:
        head, why = "Nothing was played yet", "Press play, or go to a month, to see both runs."
    elif is_changed:
        head = "So far these two runs are the same to the last bit"
        last = month_words(found.start + months - 1)
        why = f"Nothing differs in the {months} months to {last}. Play on to see what the change does."
    else:
        head = "These two runs are the same to the last bit"
        why = "They assume the same and have the same luck: choose another run, or change something and play on."
    text = f"<b>{escape(head)}</b>{escape(why)}"
    solara.HTML(tag="div", classes=["reabm-same"], unsafe_innerHTML=text, attributes={"role": "status"})


def _Table(caption: str, lines: Sequence[Line]) -> None:
    heads = ("Figure", "A", "B", "B − A", "B is")
    head = "".join(f'<th scope="col"{_WORDS if one == heads[-1] else ""}>{escape(one)}</th>' for one in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(one.title)} <span class="reabm-unit">{escape(one.unit.strip("%"))}</span></th>'
        f"<td>{escape(one.a)}</td><td>{escape(one.b)}</td><td>{escape(one.difference)}</td>"
        f'<td class="words">{escape(one.words)}</td></tr>'
        for one in lines
    )
    table = f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    with solara.Div(classes=["reabm-scroll"]):
        solara.HTML(tag="table", classes=["reabm-table"], unsafe_innerHTML=table)


_WORDS = ' class="words"'


def _Changes(changed: Sequence[Change]) -> None:
    if not changed:
        return
    head = "".join(f'<th scope="col" class="words">{one}</th>' for one in ("What is set", "A", "B"))
    body = "".join(
        f'<tr><th scope="row" class="words">{escape(one.what)}</th><td class="words">{escape(one.a)}</td>'
        f'<td class="words">{escape(one.b)}</td></tr>'
        for one in changed[:MOST_CHANGES]
    )
    more = f" (the first {MOST_CHANGES} of {len(changed)})" if len(changed) > MOST_CHANGES else ""
    caption = f"What the two runs assume differently{more}"
    table = f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    with solara.Div(classes=["reabm-scroll"]):
        solara.HTML(tag="table", classes=["reabm-table"], unsafe_innerHTML=table)
