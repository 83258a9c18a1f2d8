"""Leverage of the world on the screen, measured beside the page by forks, and kept as long as it is exact.

Leverage at a date is what a restriction would do under the policies of that time: the scenario's script, and what the visitor
had changed by then. So a change moves the curve from its own date on and leaves the past as it was. What a fork loses depends
on the months up to its date and on the horizon after it, thus on everything that the scenario then in force says up to date +
horizon. Forks are kept by that scenario, and one with other interventions takes over those forks of a known one whose horizon
ends before the first intervention in which the two differ, where all else is equal: they are the same to the last bit. An
undone change brings its parent's scenario back, and with it all that was measured there.

The world on the screen comes first, alone, so that there is an answer soon; other luck refines it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import solara

from reabm.app.as_then import as_then, n_scripted
from reabm.app.background import TURNS, Asked, Background
from reabm.app.snapshot import Snapshot, Track
from reabm.scenario import Scenario

if TYPE_CHECKING:
    from reabm.leverage import Leverage
    from reabm.leverage.forks import Measured

LENGTHS = (1, 3, 6, 12, 24)  # months of the restriction
USUAL = 6
TARGETS = ("japan", "all")
KINDS = ("halt", "licence", "quota_cut")
N_WORLDS = 8  # with the one on the screen
MOST_FORKS = 20_000  # that are kept beside those of the question in hand, under 1 kB each
NEVER = 10**6  # a month beyond any
HALF_YEARS = (2, 8)  # months of the year (0: January) in which leverage is measured: March and September
FIRST_DATES = 5  # are enough to see a course
FIRST_WORKERS = 2  # for the first answer; what refines it leaves a core to the page


class Case(NamedTuple):
    """A restriction by which leverage is measured."""

    target: str
    kind: str
    months: int


class Question(NamedTuple):
    """What is wanted: leverage in a world at some dates. What is compared is what the answer depends on."""

    scenario: Scenario
    seed: int
    kind: str
    dates: tuple[int, ...]  # calendar months of the forks
    parent: Scenario | None
    parent_dates: tuple[int, ...]
    n_scripted: int  # of the scenarios' interventions: the first ones, which are not the visitor's
    all_lengths: bool  # for the tab of leverage: all lengths, all targets
    refined: bool  # over other luck too: while the run stands still


@dataclass(frozen=True, eq=False)  # compared by identity: tables have no single truth value
class Reading:
    """Leverage as far as it is known: one small `Leverage` for each case, priced as the scenario says."""

    scenario: Scenario
    seed: int
    kind: str
    own: dict[Case, Leverage]  # of the world on the screen alone
    worlds: dict[Case, Leverage]  # over N_WORLDS worlds, at the dates at which all of them are known
    parent: dict[Case, Leverage]  # of the world before the last change
    is_whole: bool  # whether all that was asked for is in it
    doing: str  # what is measured now, for people; empty where nothing is


def is_stale(reading: Reading | None, question: Question) -> bool:
    """Whether what is drawn is another world's, or (while the run stands still) lacks dates of this one.

    Scenarios are compared as `Background` compares questions: an equal one, made anew, is not measured again.
    """
    if not question.dates:
        return False
    if reading is None or reading.scenario != question.scenario or reading.seed != question.seed:
        return True
    if reading.kind != question.kind or not question.refined:
        return reading.kind != question.kind
    usual = Case(targets_of(question.kind)[0], question.kind, USUAL)
    return usual not in reading.own or len(reading.own[usual].forks) < len(question.dates)


def cases_of(kind: str, lengths: Sequence[int] = LENGTHS) -> list[Case]:
    """Cases of a kind, those of one target beside each other: they share their base. A quota cut holds for all buyers."""
    return [Case(target, kind, n) for target in targets_of(kind) for n in lengths]


def targets_of(kind: str) -> tuple[str, ...]:
    """Whom a kind of restriction can be aimed at."""
    return ("all",) if kind == "quota_cut" else TARGETS


def fork_dates(track: Track, now: int | None = None) -> tuple[int, ...]:
    """Every March and September whose eve was played, and the month after the one on the screen where that is asked for."""
    scenario = track.scenario
    last = min(scenario.start + track.played, scenario.end)
    found = {month for month in range(scenario.start + 1, last + 1) if month % 12 in HALF_YEARS}
    if now is not None and scenario.start < now <= last:
        found.add(now)
    return tuple(sorted(found))


def question_of(snapshot: Snapshot, kind: str = "halt", all_lengths: bool = False) -> Question:
    """What the page wants to know about leverage now."""
    track, parent = snapshot.track, snapshot.parent
    now = None if snapshot.is_playing else snapshot.next_month
    return Question(
        track.scenario, track.seed, kind, fork_dates(track, now),
        None if parent is None else parent.scenario, () if parent is None else fork_dates(parent),
        n_scripted(snapshot),
        all_lengths, not snapshot.is_playing,
    )  # fmt: skip


type Key = tuple[Case, int, int]  # case, date, seed


class Known:
    """Forks that were measured, by scenario, so many in all. Touched by one thread.

    What is let go is what was used longest ago, never forks of the question in hand: it may need as many scenarios as the
    visitor made changes, and would measure them in turn again and again.
    """

    def __init__(self, most_forks: int = MOST_FORKS) -> None:
        self._most_forks = most_forks
        self._of: list[tuple[Scenario, dict[Key, Measured]]] = []  # the one used last is the last
        self._in_hand = 0  # so many of the last are of the question in hand

    def begin(self) -> None:
        """Another question is taken in hand: what is not used for it may be let go."""
        self._in_hand = 0

    def of(self, scenario: Scenario) -> dict[Key, Measured]:
        """Forks of a scenario, those included that other scenarios have in common with it; *to be added to*."""
        at = next((n for n, (known, _) in enumerate(self._of) if known is scenario or known == scenario), None)
        if at is None:
            self._of.append((scenario, self._shared(scenario)))
            self._in_hand += 1
        else:
            if at < len(self._of) - self._in_hand:
                self._in_hand += 1
            self._of.append(self._of.pop(at))
        self._let_go()
        return self._of[-1][1]

    def _shared(self, scenario: Scenario) -> dict[Key, Measured]:
        found: dict[Key, Measured] = {}
        horizon = horizon_of(scenario)
        for known, forks in self._of:
            until = shared_until(known, scenario)
            found |= {key: value for key, value in forks.items() if key[1] + horizon - 1 < until}
        return found

    def _let_go(self) -> None:
        n_forks = sum(len(forks) for _, forks in self._of)
        while n_forks > self._most_forks and len(self._of) > self._in_hand:
            n_forks -= len(self._of.pop(0)[1])


def horizon_of(scenario: Scenario) -> int:
    """Months over which losses after a fork are counted."""
    path = "payoffs.horizon_months"
    set_to = scenario.settings.get(path)
    return int(scenario.scalars[path].value if set_to is None else set_to)


def shared_until(one: Scenario, other: Scenario) -> int:
    """First month (calendar) in which two scenarios may differ; the first of the run where more than interventions differ."""
    if replace(one, interventions=()) != replace(other, interventions=()):
        return one.start
    for limit in sorted({entry.from_ for entry in (*one.interventions, *other.interventions)}):
        # In their order: where two meet on one lever the later one wins.
        if [each for each in one.interventions if each.from_ <= limit] != [
            each for each in other.interventions if each.from_ <= limit
        ]:
            return limit
    return NEVER


class LeverageLive:
    """Measures leverage of a visitor's world. `reading` is what is known; `close()` ends its thread."""

    def __init__(self, publish: Callable[[Reading], object] | None = None) -> None:
        self.reading: solara.Reactive[Reading | None] = solara.reactive(None)
        self.fault = solara.reactive("")
        self._publish = publish or self.reading.set
        self._known = Known()
        self._background = Background(self._answer, self._say, TURNS)

    def ask(self, question: Question) -> None:
        """Measure what is not known of it; what was asked before is dropped."""
        if question.dates:
            self._background.ask(question)

    def drop(self, question: Question) -> None:
        """Leave it: nobody looks at it any more. What was measured by then is kept."""
        self._background.drop(question)

    def close(self) -> None:
        """End the thread."""
        self._background.close()

    def _say(self, _question: Question, _done: bool | None, fault: str) -> None:
        self.fault.set(fault)

    def _answer(self, question: Question, asked: Asked) -> bool:
        own: dict[Key, Measured] = {}
        other: dict[Key, Measured] = {}
        kind, dates = question.kind, question.dates
        self.fault.set("")  # it was said of the question before
        self._known.begin()
        seeds = seeds_of(question.seed)
        first = [Case(targets_of(kind)[0], kind, USUAL)]
        everything = cases_of(kind) if question.all_lengths else first
        usual = [case for case in everything if case.months == USUAL]

        def show(doing: str, is_whole: bool = False) -> None:
            self._publish(reading_of(question, own, other, everything, doing, is_whole))

        def measure(
            scenario: Scenario, into: dict[Key, Measured], cases: Sequence[Case], at: Sequence[int], roots: Sequence[int],
            doing: str, workers: int = 1,
        ) -> None:  # fmt: skip
            before = len(into)
            for then, dates_then in as_then(scenario, question.n_scripted, at):
                forks = self._known.of(then)
                try:
                    measure_missing(then, forks, cases, dates_then, roots, asked, workers)
                finally:  # what is known by then is shown, even where something newer is asked for already
                    into.update({key: value for key, value in forks.items() if key[1] in dates_then})
                    if len(into) > before:
                        before = len(into)
                        show(doing)

        # Some dates first, the last among them: the course of the curve is seen soon, wherever the run stands.
        for stride in (4, 2, 1):
            if stride == 1 or len(dates) >= stride * FIRST_DATES:
                measure(question.scenario, own, first, dates[::-1][::stride], [question.seed], "more dates", FIRST_WORKERS)
        asked.is_refining = True
        if question.parent is not None:
            measure(question.parent, other, first, question.parent_dates, [question.seed], "the other lengths")
        for target in targets_of(kind):
            aimed = [case for case in everything if case.target == target]
            measure(question.scenario, own, aimed, dates, [question.seed], "the other lengths")
        if question.parent is not None:
            measure(question.parent, other, usual, question.parent_dates, [question.seed], "other luck")
        if question.refined:
            measure(question.scenario, own, first, dates, seeds, "other luck")
            measure(question.scenario, own, usual, dates, seeds, "other luck")
            for target in targets_of(kind):
                aimed = [case for case in everything if case.target == target]
                measure(question.scenario, own, aimed, dates, seeds, "other luck")
        show("", is_whole=True)
        return True


def seeds_of(seed: int) -> tuple[int, ...]:
    """Roots of luck: the run's own, then others, the same ones whatever was changed."""
    others = [other for other in range(N_WORLDS) if other != seed]
    return (seed, *others[: N_WORLDS - 1])


def measure_missing(
    scenario: Scenario, known: dict[Key, Measured], cases: Sequence[Case], dates: Iterable[int], seeds: Sequence[int],
    asked: Asked, workers: int,
) -> None:  # fmt: skip
    """Measure what is not known yet and add it to `known`; between two forks it is looked up whether it is still wanted."""
    from reabm.leverage.forks import measure_forks
    from reabm.leverage.restriction import Restriction

    missing: dict[tuple[tuple[int, ...], tuple[Case, ...]], list[int]] = {}
    for at in dates:
        for roots in [(seed,) for seed in seeds[:1]] + ([tuple(seeds[1:])] if len(seeds) > 1 else []):
            lacking = tuple(case for case in cases if any((case, at, seed) not in known for seed in roots))
            if lacking:
                missing.setdefault((roots, lacking), []).append(at)
    for (roots, lacking), at_dates in missing.items():
        asked.check()
        restrictions = [Restriction(case.target, case.months, case.kind) for case in lacking]
        for found in measure_forks(scenario, at_dates, restrictions, roots, sets=[{}], workers=workers):
            case = Case(found.restriction.target, found.restriction.kind, found.restriction.months)
            known[case, found.at, found.seed] = found
            asked.check()


def reading_of(
    question: Question, own: dict[Key, Measured], other: dict[Key, Measured], cases: Sequence[Case], doing: str, is_whole: bool
) -> Reading:
    """What is known of a question, as small tables."""
    seeds = seeds_of(question.seed)
    parent = question.parent
    known_of = {
        "own": {case: leverage_of(question.scenario, own, case, question.dates, seeds[:1]) for case in cases},
        "worlds": {case: leverage_of(question.scenario, own, case, question.dates, seeds) for case in cases},
        "parent": {} if parent is None else {
            case: leverage_of(parent, other, case, question.parent_dates, seeds[:1]) for case in cases if case.months == USUAL
        },
    }  # fmt: skip
    present = {name: {case: found for case, found in some.items() if found is not None} for name, some in known_of.items()}
    return Reading(
        question.scenario, question.seed, question.kind, present["own"], present["worlds"], present["parent"], is_whole, doing
    )


def leverage_of(
    scenario: Scenario, known: dict[Key, Measured], case: Case, dates: Sequence[int], seeds: Sequence[int]
) -> Leverage | None:
    """Leverage of a case at those dates at which all seeds are known; None where there is none."""
    from reabm.leverage.surface import Leverage, Prices, frame_of_forks

    at_all = [at for at in dates if all((case, at, seed) in known for seed in seeds)]
    if not at_all:
        return None
    found = [known[case, at, seed] for at in at_all for seed in seeds]
    return Leverage(scenario, frame_of_forks(found), Prices.of(scenario))
