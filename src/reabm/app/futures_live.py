"""The fan of futures on the page: drawn anew beside it when a lever is moved, the fan before beside it for comparison."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import solara

from reabm.app.as_then import n_scripted
from reabm.app.background import Asked, Background
from reabm.app.futures import (
    COLUMNS,
    Asking,
    Fan,
    LeverageFan,
    bands_of,
    leverage_dates,
    leverage_futures,
    leverages_of,
    months_of,
    scenario_of,
    world_at,
)
from reabm.app.snapshot import Snapshot
from reabm.engine.run import Prepared, prepare

MOST_FANS = 6  # kept, for a look back
LEVERAGE_FORKS = 500  # futures x dates: what two cores measure in about two seconds


class FanQuestion(NamedTuple):
    """The futures that are wanted, and those to compare them with."""

    asking: Asking
    before: Asking | None
    with_leverage: bool


@dataclass(frozen=True, eq=False)
class Fans:
    """What is drawn."""

    question: FanQuestion
    fan: Fan
    before: Fan | None
    leverage: LeverageFan | None
    leverage_before: LeverageFan | None
    doing: str  # what is still played, for people; empty: nothing


def question_of(
    snapshot: Snapshot, months: int, n_futures: int, tried: tuple[tuple[str, object], ...] = (), with_leverage: bool = False
) -> FanQuestion:
    """Futures from the month on the screen. They are compared with the run without what is tried, or before the last change."""
    track, parent, scripted = snapshot.track, snapshot.parent, n_scripted(snapshot)
    asking = Asking(track.scenario, track.seed, snapshot.shown, months, n_futures, scripted, tried)
    before = None
    if tried:
        before = asking._replace(tried=())
    elif parent is not None:
        before = Asking(parent.scenario, parent.seed, snapshot.shown, months, n_futures, scripted)
    return FanQuestion(asking, before, with_leverage)


class FuturesLive:
    """Plays the futures that a visitor looks at; `close()` ends its thread."""

    def __init__(self, publish: Callable[[Fans], object] | None = None) -> None:
        self.fans: solara.Reactive[Fans | None] = solara.reactive(None)
        self.fault = solara.reactive("")
        self._publish = publish or self.fans.set
        self._fans: deque[Fan] = deque(maxlen=MOST_FANS)
        self._leverages: deque[LeverageFan] = deque(maxlen=MOST_FANS)
        self._background = Background(self._answer, self._say)

    def ask(self, question: FanQuestion) -> None:
        """Play what is not known of it; what was asked before is dropped."""
        self._background.ask(question)

    def drop(self, question: FanQuestion) -> None:
        """Leave it: nobody looks at it any more."""
        self._background.drop(question)

    def close(self) -> None:
        """End the thread."""
        self._background.close()

    def _say(self, _question: FanQuestion, _done: bool | None, fault: str) -> None:
        self.fault.set(fault)

    def _answer(self, question: FanQuestion, asked: Asked) -> bool:
        asking, before = question.asking, question.before
        self.fault.set("")  # it was said of the question before
        wants = question.with_leverage and bool(leverage_dates(asking))
        fan = self._fan(asking, asked)
        past = None if before is None else _known(self._fans, before)
        known = _known(self._leverages, asking) if wants else None
        known_before = _known(self._leverages, before) if wants and before is not None else None

        def show(doing: str) -> None:
            asked.check()
            self._publish(Fans(question, fan, past, known, known_before, doing))

        show("leverage is being measured" if wants and known is None else "")
        if wants and known is None:
            known = self._leverage(asking, asked)
            show("")
        if before is not None and past is None:
            past = self._fan(before, asked)
            show("")
        if wants and before is not None and known_before is None:
            known_before = self._leverage(before, asked)
            show("")
        return True

    def _fan(self, asking: Asking, asked: Asked) -> Fan:
        found = _known(self._fans, asking)
        if found is not None:
            return found
        start = time.perf_counter()
        values, n_failed = months_of(asking, world_at(_prepared(asking), asking), asked)
        bands = bands_of(values)
        fan = Fan(
            asking, asking.scenario.start + asking.shown,
            {name: bands[:, n] for n, name in enumerate(COLUMNS)}, {name: values[0, n].copy() for n, name in enumerate(COLUMNS)},
            len(values), n_failed, time.perf_counter() - start,
        )  # fmt: skip
        self._fans.append(fan)
        return fan

    def _leverage(self, asking: Asking, asked: Asked) -> LeverageFan:
        start = time.perf_counter()
        n_futures = leverage_futures(asking, LEVERAGE_FORKS)
        values = leverages_of(asking, world_at(_prepared(asking), asking), asked, n_futures)
        found = LeverageFan(asking, leverage_dates(asking), bands_of(values), n_futures, time.perf_counter() - start)
        self._leverages.append(found)
        return found


def _prepared(asking: Asking) -> Prepared:
    """The run up to the futures; what is tried acts only after it."""
    return prepare(scenario_of(asking._replace(tried=())))


def _known[F: (Fan, LeverageFan)](fans: deque[F], asking: Asking) -> F | None:
    return next((fan for fan in reversed(fans) if fan.asking == asking), None)
