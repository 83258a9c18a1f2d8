"""How the shipped history stands beside what was observed: the scoreboard of many runs, made ready for the page.

It is worked out once a process, for all visitors. Pandas and the scoreboard are loaded when it is first asked for, so that the
page opens without them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from solara.server.kernel_context import without_context

from reabm.app.background import Said, words_of
from reabm.app.picker import FIRST, load_shipped
from reabm.scenario import Scenario, find_configs
from reabm.scenario.merge import parameters_of
from reabm.scenario.months import month_index
from reabm.scenario.sources import read_bibliography
from reabm.world.layout import Array

if TYPE_CHECKING:
    from reabm.validation.observed import Observation
    from reabm.validation.scoreboard import Board

type Told = Callable[[int, int], object]  # runs played, of how many

RUNS = 100  # as `reabm validate` plays by default
BANDS = ("q05", "q25", "q50", "q75", "q95")


class Dot(NamedTuple):
    """A point of a series: what was observed over some months, and what the scoreboard holds it against."""

    first: int  # months, year x 12 + month - 1, both included
    last: int
    observed: float  # in the unit of the series; flows a month
    quality: str  # solid, medium, weak
    printed: str  # as the source has it
    source: str
    window: str  # empty: shown, never scored
    median: float = float("nan")  # of the runs, over the same months
    low: float = float("nan")  # 5 and 95 per cent of the runs
    high: float = float("nan")
    no_change: float = float("nan")  # baselines
    ar1: float = float("nan")
    isoelastic: float = float("nan")

    @property
    def years(self) -> float:
        """Where it stands on the axis of time: at a month's start, as the lines' points do."""
        return (self.first + (self.last - self.first + 1) // 2) / 12.0

    @property
    def is_inside(self) -> bool:
        """Whether the observed value lies inside the band of the runs."""
        return self.low <= self.observed <= self.high


@dataclass(frozen=True, eq=False)
class Judged:
    """The scoreboard of the shipped history under its own parameters; one thing to Solara, which would look into a tuple."""

    scenario: Scenario
    n_runs: int
    n_sets: int  # parameter sets among which the runs are dealt out
    label: str  # how blind the parameters are
    bands: dict[str, Array]  # of each series: five quantiles x months
    dots: dict[str, tuple[Dot, ...]]
    facts: tuple[dict[str, Any], ...]  # rows of `Board.facts`
    scores: dict[str, tuple[dict[str, Any], ...]]  # rows of `Board.series`, window by window
    summary: dict[str, Any]  # of `Board`

    @property
    def years(self) -> Array:
        """Time of the bands' months, in years."""
        n = next(iter(self.bands.values())).shape[1] if self.bands else 0
        return (self.scenario.start + np.arange(n)) / 12.0


def judge(told: Told) -> Judged:
    """Play the shipped history under each of its parameter sets and hold the runs against what was observed."""
    from reabm.validation.asked import label_of, sets_of
    from reabm.validation.observed import observations
    from reabm.validation.playing import play
    from reabm.validation.scoreboard import names_wanted, score
    from reabm.validation.targets import load_targets
    from reabm.validation.windows import FIT_END

    scenario, targets, observed = load_shipped(FIRST), load_targets(), observations(configs=find_configs())
    scored = tuple(row for row in observed if row.is_target)
    sets = sets_of(parameters_of(find_configs() / "scenarios" / f"{FIRST}.yaml"))
    paths = play(scenario, names_wanted(targets, scored), range(RUNS), sets, progress=told)
    board = score(paths, targets, scored)
    return judged_of(board, observed, scenario, len(paths.seeds), max(paths.sets) + 1, label_of(sets, FIT_END))


def judged_of(
    board: Board, observed: tuple[Observation, ...], scenario: Scenario, n_runs: int, n_sets: int, label: str
) -> Judged:
    """A board as the page draws it: the same numbers, series by series."""
    bands = {
        str(name): own.sort_values("month")[list(BANDS)].to_numpy().T for name, own in board.bands.groupby("series", sort=False)
    }
    scores: dict[str, list[dict[str, Any]]] = {}
    for row in board.series.to_dict("records"):
        scores.setdefault(str(row["series"]), []).append({str(key): value for key, value in row.items()})
    facts = tuple({str(key): value for key, value in row.items()} for row in board.facts.to_dict("records"))
    return Judged(
        scenario, n_runs, n_sets, label, bands, _dots(board, observed), facts,
        {name: tuple(rows) for name, rows in scores.items()}, board.summary,
    )  # fmt: skip


def _dots(board: Board, observed: tuple[Observation, ...]) -> dict[str, tuple[Dot, ...]]:
    """Points of each series in order of time: those that are scored, and those that are only shown."""
    from reabm.validation.points import points_of

    titles = {key: f"{source.author}, {source.title}" for key, source in read_bibliography([]).items()}
    printed: dict[tuple[str, int, int, str, bool], list[str]] = {}
    for one in observed:
        key = (one.series, one.first, one.last, one.quality, one.is_target)
        printed.setdefault(key, []).append(f"{one.printed:g} {one.printed_unit}")
    found: dict[str, list[Dot]] = {}

    def add(series: str, first: int, last: int, value: float, quality: str, source: str, *more: Any, is_scored: bool) -> None:
        words = " and ".join(dict.fromkeys(printed.get((series, first, last, quality, is_scored), [])))
        sources = "; ".join(titles.get(key, key) for key in source.split("; "))
        found.setdefault(series, []).append(Dot(first, last, float(value), quality, words, sources, *more))

    for row in board.points.itertuples(index=False):
        numbers = (row.median, row.band_low, row.band_high, row.no_change, row.ar1, row.isoelastic)
        first, last = month_index(row.first), month_index(row.last)
        assert first is not None
        assert last is not None
        add(
            row.series, first, last, row.observed, row.quality, row.source, row.window, *map(float, numbers), is_scored=True
        )  # fmt: skip
    for name, own in points_of(observed, scored=False).items():
        for k in range(len(own.value)):
            add(
                name, int(own.first[k]), int(own.last[k]), own.value[k], own.quality[k], own.source[k], "", is_scored=False
            )  # fmt: skip
    return {name: tuple(sorted(dots, key=lambda dot: (dot.first, dot.last))) for name, dots in found.items()}


class Shared[A]:
    """Something long that is worked out once for all who ask: in a thread of its own, begun by the first of them."""

    def __init__(self, work: Callable[[Told], A]) -> None:
        self._work = work
        self._changed = threading.Condition()
        self._is_at_work = False
        self._n_faults = 0
        self._fault = ""  # words: the error itself holds what the thread had in hand
        self.found: A | None = None
        self.progress = (0, 0)  # done, of how many

    def get(self, check: Callable[[], object], told: Told) -> A:
        """Wait for it; `check` is called now and then and leaves by raising, `told` hears how far it is.

        Raises
        ------
        Said
            What went wrong, for all who wait; who asks again lets it be tried again.
        """
        with self._changed:
            before = self._n_faults
            if self.found is None and not self._is_at_work:
                self._is_at_work = True
                self.progress = (0, 0)
                with without_context():  # a thread keeps the visitor by whom it was begun, and this one is everybody's
                    threading.Thread(target=self._run, name="reabm-scoreboard", daemon=True).start()
            said = None
            while self.found is None:
                if self._n_faults > before:
                    raise Said(self._fault)
                check()
                if self.progress != said:
                    said = self.progress
                    told(*said)
                self._changed.wait(0.1)
            return self.found

    def _run(self) -> None:
        try:
            found = self._work(self._tell)
        except Exception as error:  # noqa: BLE001 - said to all who wait
            with self._changed:
                self._fault, self._is_at_work = words_of(error), False
                self._n_faults += 1
                self._changed.notify_all()
            return
        with self._changed:
            self.found, self._is_at_work = found, False
            self._changed.notify_all()

    def _tell(self, done: int, total: int) -> None:
        self.progress = (done, total)


HISTORY: Shared[Judged] = Shared(judge)
