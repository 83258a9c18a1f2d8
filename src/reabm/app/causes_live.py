"""Why leverage fell, and what use costs later: worked out beside the page, in the world on the screen alone (its own luck)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import solara

from reabm.app.background import TURNS, Asked, Background
from reabm.scenario import Scenario
from reabm.scenario.months import month_text
from reabm.world.layout import Array

EROSION, DECAY, NOTHING = "erosion", "decay", "nothing"
LEAST_MONTHS = 12  # between the embargo and the first later date


class CauseQuestion(NamedTuple):
    """What is wanted of a world."""

    what: str  # EROSION, DECAY, or NOTHING: whatever is being worked out is dropped
    scenario: Scenario
    seed: int
    target: str
    months: int  # of the restriction by which leverage is measured
    first: int  # calendar month of the embargo, or of the peak
    last: int  # calendar month to which leverage fell; 0 for erosion
    prices: tuple[tuple[str, float], ...]  # of `Prices`


@dataclass(frozen=True, eq=False)
class CauseState:
    """How far it is."""

    question: CauseQuestion | None = None
    done: float = 0.0  # share
    erosion: tuple[Array, Array, Array] | None = None  # years, leverage if used, if spared, M USD
    restraint_musd: float = float("nan")
    decay: tuple[tuple[str, ...], Array] | None = None  # causes, shares in M USD; the last is what no cause explains
    ends_musd: tuple[float, float] = (float("nan"), float("nan"))  # leverage at both ends of the decay
    fault: str = ""


class CausesLive:
    """Answers one question of a kind at a time; `close()` ends its thread."""

    def __init__(self) -> None:
        self.state: solara.Reactive[CauseState] = solara.reactive(CauseState())
        self._background = Background(self._answer, self._say, TURNS)

    def ask(self, question: CauseQuestion) -> None:
        """Work it out; what was asked before is dropped."""
        self._background.ask(question)

    def cancel(self, question: CauseQuestion) -> None:
        """Drop it, so that it may be asked again."""
        self._background.ask(question._replace(what=NOTHING))

    def drop(self, question: CauseQuestion) -> None:
        """Leave it: nobody looks at it any more. What is shown stays."""
        self._background.drop(question)

    def close(self) -> None:
        """End the thread."""
        self._background.close()

    def _say(self, question: CauseQuestion, found: CauseState | None, fault: str) -> None:
        self.state.set(CauseState(question, fault=fault) if found is None else found)

    def _answer(self, question: CauseQuestion, asked: Asked) -> CauseState:
        def told(done: int, total: int) -> None:
            asked.check()
            if question.what == DECAY:
                self.state.set(CauseState(question, done / total))

        asked.is_refining = question.what == EROSION  # nobody asked for it by a click
        if question.what == EROSION:
            return eroded(question, told)
        if question.what == DECAY:
            told(0, 1)
            return decayed(question, told)
        return CauseState()


def eroded(question: CauseQuestion, progress: Callable[[int, int], None]) -> CauseState:
    """What a halt in a month costs in leverage at later dates."""
    from reabm.leverage import measure_erosion

    found = measure_erosion(
        question.scenario, month_text(question.first), question.months, months=question.months, target=question.target,
        seeds=[question.seed], workers=1, progress=progress,
    )  # fmt: skip
    priced = type(found)(
        found.used.at_prices(**dict(question.prices)), found.spared.at_prices(**dict(question.prices)), found.embargo_at,
        found.embargo_months,
    )  # fmt: skip
    table = priced.table(question.target, question.months)
    lines: list[Any] = [table[name].to_numpy(dtype=float) for name in ("year", "leverage_used_musd", "leverage_spared_musd")]
    worth = priced.value_of_restraint_musd(question.target, question.months)[0]
    return CauseState(question, 1.0, erosion=(lines[0], lines[1], lines[2]), restraint_musd=worth)


def decayed(question: CauseQuestion, progress: Callable[[int, int], None]) -> CauseState:
    """Shares of causes in the fall of leverage between two dates."""
    from reabm.leverage import Prices, decompose

    found = decompose(
        question.scenario, month_text(question.first), month_text(question.last), question.months, question.target,
        prices=Prices(**dict(question.prices)), seeds=[question.seed], workers=1, progress=progress,
    )  # fmt: skip
    shares = np.asarray(found.table["share_musd"], dtype=float)
    return CauseState(question, 1.0, decay=(tuple(found.table["cause"]), shares), ends_musd=(found.first_musd, found.last_musd))
