"""Leverage: what a restriction could buy over time, how long it lasts, why it falls, what use costs later."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import solara

from reabm.app.as_then import scenario_then
from reabm.app.causes_live import DECAY, EROSION, LEAST_MONTHS, CauseQuestion, CausesLive, CauseState
from reabm.app.chart import Chart
from reabm.app.charts import leverage as charts
from reabm.app.leverage_live import KINDS, LENGTHS, USUAL, Case, LeverageLive, is_stale, question_of, targets_of
from reabm.app.leverage_numbers import (
    WHOM,
    Course,
    course_of,
    interval_words,
    musd,
    peak_since,
    restriction_words,
    scenario_prices,
    sentence_of,
    window_words,
    years_words,
)
from reabm.app.plain_table import table_html
from reabm.app.snapshot import Snapshot
from reabm.app.visit import Visit
from reabm.app.wanted import use_answer
from reabm.app.words import NOTHING, month_words

KIND_CHOICES = {"halt": "halt of shipments", "licence": "refusal of licences", "quota_cut": "cut of the export quota"}
PRICES: tuple[tuple[str, str, str, float, float, str], ...] = (  # name, words, unit, highest, step, meaning
    (
        "retaliation_musd_month",
        "Retaliation",
        "M USD/month",
        500,
        10,
        "what a month of a halt costs Beijing in retaliation: no source",
    ),
    ("reputation_musd", "Reputation", "M USD", 10_000, 100, "what the loss of all trust would cost Beijing: no source"),
    ("issue_value_musd", "Issue", "M USD", 2_000, 25, "what the concession is worth to Beijing: no source"),
)
DOUBTS = (
    "Counted: losses over the scenario's horizon (eight years in the history) of users, makers, importers and governments "
    "of the target, and of the Chinese state, each fork against the same world without the restriction, on the same luck; "
    "90 per cent of shipments are stopped (or of licences refused, or of the quota cut). Each date stands under the script "
    "and under the changes made by then: a later change does not move it. Without a source: the prices of retaliation "
    "and reputation and the value of the issue (the sliders), the cost of re-exports, and what a magnet not to be had costs "
    "its user. A halt in a year before a crisis that the scenario scripts is a warning that makes the target hold stocks in "
    "time: leverage can then be negative."
)


class ErosionLive(CausesLive):
    """What use costs later."""


class DecayLive(CausesLive):
    """Why leverage fell."""


class Chosen:
    """What is chosen on the tab; it outlives a look at another one."""

    def __init__(self) -> None:
        nothing: dict[str, float] = {}
        self.target = solara.reactive("japan")
        self.kind = solara.reactive("halt")
        self.months = solara.reactive(USUAL)
        self.prices = solara.reactive(nothing)


@solara.component_vue("leverage.vue")
def _Options(
    target: str,
    targets: list[dict[str, str]],
    kind: str,
    kinds: list[dict[str, str]],
    months: int,
    lengths: list[int],
    prices: list[dict[str, Any]],
    priced: bool,
    event_set_target: Callable[[str], None],
    event_set_kind: Callable[[str], None],
    event_set_months: Callable[[int], None],
    event_set_price: Callable[[dict[str, Any]], None],
    event_reset_prices: Callable[[Any], None],
) -> None:
    """The browser's part."""


@solara.component
def Leverage(visit: Visit) -> None:
    """The tab."""
    live = visit.keep("leverage", LeverageLive, LeverageLive.close)
    chosen_by = visit.keep("leverage choices", Chosen)
    target, kind, months = chosen_by.target.value, chosen_by.kind.value, chosen_by.months.value
    asked_prices, set_prices = chosen_by.prices.value, chosen_by.prices.set
    snapshot, reading = visit.snapshot.value, live.reading.value
    aimed = target if target in targets_of(kind) else targets_of(kind)[0]
    chosen = Case(aimed, kind, months)
    courses = solara.use_memo(
        lambda: {case.months: found for case in (Case(aimed, kind, n) for n in LENGTHS)
                 if (found := course_of(reading, case, asked_prices)) is not None},
        [reading, aimed, kind, asked_prices],
    )  # fmt: skip
    stated = solara.use_memo(lambda: {} if reading is None else scenario_prices(reading), [reading])
    question = None if snapshot is None else question_of(snapshot, kind, all_lengths=True)
    use_answer(live, question)
    if snapshot is None or question is None:
        return
    stale = is_stale(reading, question)
    courses = courses if question.dates else {}  # before the first date there is none, whatever was measured before
    course = courses.get(months)
    _Options(
        target=aimed, targets=[{"name": one, "words": WHOM[one]} for one in targets_of(kind)], kind=kind,
        kinds=[{"name": one, "words": KIND_CHOICES[one]} for one in KINDS], months=months, lengths=list(LENGTHS),
        prices=[
            {"name": name, "words": words, "unit": unit, "high": high, "step": step, "meaning": meaning,
             "value": asked_prices.get(name, stated.get(name, 0.0))}
            for name, words, unit, high, step, meaning in PRICES
        ],
        priced=bool(asked_prices), event_set_target=chosen_by.target.set,
        event_set_kind=chosen_by.kind.set, event_set_months=chosen_by.months.set,
        event_set_price=lambda one: set_prices({**asked_prices, one["name"]: float(one["value"])}),
        event_reset_prices=lambda _: set_prices({}),
    )  # fmt: skip
    is_partial = stale or (course is not None and not course.is_complete(question.dates))
    doing = reading.doing if reading is not None and question.dates else ""  # before the first date nothing is measured
    _Sentence(course, snapshot, is_partial, doing, live.fault.value)
    listed = [courses[n] for n in sorted(courses)]
    with solara.Div(classes=["reabm-grid"]):
        Chart(charts.by_length(snapshot, listed, months, stale), label="Leverage over time by length", file="leverage-by-length",
              said="" if course is None else charts.said_of(course))  # fmt: skip
        Chart(charts.with_worlds(snapshot, course, stale), label="Leverage in this world and in others", file="leverage-worlds")
        with solara.Div(classes=["reabm-wide"]):
            _Table(listed, snapshot, question.dates)
        Chart(charts.losses(snapshot, course, stale), label="What each side would lose", file="leverage-losses")
        priced = tuple(sorted({**stated, **asked_prices}.items()))
        _Decay(visit, snapshot, course, chosen, priced, stale)
        _Erosion(visit, snapshot, chosen, priced, is_ready=len(listed) == len(LENGTHS) and not stale)
    solara.HTML(tag="p", classes=["reabm-note"], unsafe_innerHTML=escape(DOUBTS))


@solara.component
def _Sentence(course: Course | None, snapshot: Snapshot, is_partial: bool, doing: str, fault: str) -> None:
    if fault:
        said = f"Leverage could not be measured: {fault}"
    elif is_partial:
        said = charts.BUSY
    elif course is None:
        said = charts.BUSY if doing else "Leverage is measured from the first March or September that was played on."
    else:
        said = sentence_of(course, snapshot.next_month)
    with solara.Div(classes=["reabm-said"], attributes={"role": "status", "aria-label": "Leverage in words"}):
        solara.Text(said)
        if doing and not fault and not is_partial:
            solara.HTML(tag="span", classes=["reabm-busy"], unsafe_innerHTML=f" {escape(charts.BUSY)} {escape(doing)}")


@solara.component
def _Table(courses: list[Course], snapshot: Snapshot, dates: tuple[int, ...]) -> None:
    """The numbers."""
    if not courses:
        return
    heads = (
        "Months",
        "Could buy now, M USD",
        "Target loses, M USD",
        "China loses, M USD",
        "Most, M USD",
        "Half-life",
        "5–95 %",
        "Worth the issue",
    )
    rows = []
    for course in courses:
        place = course.now(snapshot.next_month)
        now = [NOTHING] * 3 if place is None else [
            f"{values[place]:,.0f}" for values in (course.own.leverage, course.own.target_loss, course.own.coercer_loss)
        ]  # fmt: skip
        half = course.half
        most = f"{half.peak_musd:,.0f} in {month_words(half.peak_at)}" if half.peak_musd > 0.0 else NOTHING
        between = NOTHING if course.mean_half is None else interval_words(course.mean_half)
        ends = (most, years_words(half), between, window_words(course))
        rows.append((str(course.case.months), *now, *(ends if course.is_complete(dates) else ["…"] * len(ends))))
    first = courses[0].case
    worlds = next((one.mean.n_worlds for one in courses if one.mean is not None), 0)
    over = f"; 5–95 %: half-life of the mean over {worlds} worlds of other luck" if worlds else ""
    words = restriction_words(first).split("-month ")[1]
    caption = f"{words[0].upper()}{words[1:]}, in this world{over}"
    solara.HTML(tag="div", classes=["reabm-scroll"], unsafe_innerHTML=table_html(caption, heads, rows, look="reabm-table"))


@solara.component
def _Erosion(visit: Visit, snapshot: Snapshot, case: Case, prices: tuple[tuple[str, float], ...], is_ready: bool) -> None:
    """What a halt now would cost in leverage later; worked out by itself while the run stands still."""
    live = visit.keep("erosion", ErosionLive, ErosionLive.close)
    scenario = scenario_then(snapshot, snapshot.next_month)
    halted = case._replace(kind="halt")
    question = CauseQuestion(
        EROSION, scenario, snapshot.track.seed, case.target, case.months, snapshot.next_month, 0, prices
    )  # fmt: skip
    has_later = scenario.start < question.first and question.first + LEAST_MONTHS <= scenario.end
    wanted = question if is_ready and has_later and not snapshot.is_playing else None
    use_answer(live, wanted)
    state: CauseState = live.state.value
    title = "What use would cost later"
    with solara.Div():
        if state.erosion is None or state.question is None:
            why = "shown while the run stands still, at least a year before its end" if not has_later else charts.BUSY
            Chart(charts.empty(title, state.fault or why), label=title, height="140px")
            return
        years, used, spared = state.erosion
        fresh = state.question == question
        Chart(
            charts.erosion(years, used, spared, title + ("" if fresh else f"  {{unit|· {month_words(state.question.first)}}}")),
            label=title, file="leverage-erosion",
        )  # fmt: skip
        said = (
            f"A {restriction_words(halted)} in {month_words(state.question.first)} would "
            f"{'take' if state.restraint_musd >= 0.0 else 'add'} leverage worth {musd(abs(state.restraint_musd))} "
            f"{'from' if state.restraint_musd >= 0.0 else 'to'} the years after it (discounted sum); "
            f"with this run's luck and policies."
        )
        solara.HTML(tag="p", classes=["reabm-note"], unsafe_innerHTML=escape(said))


@solara.component
def _Decay(
    visit: Visit, snapshot: Snapshot, course: Course | None, case: Case, prices: tuple[tuple[str, float], ...], stale: bool
) -> None:
    """Why leverage fell from its peak to the month on the screen; asked for by a button, as it takes seconds."""
    live = visit.keep("causes", DecayLive, DecayLive.close)
    state: CauseState = live.state.value
    title = "Why leverage fell"
    place = None if course is None else course.now(snapshot.next_month)
    if course is None or place is None or case.kind != "halt":
        why = "worked out for a halt of shipments" if case.kind != "halt" else charts.NOT_YET
        Chart(charts.empty(title, why), label=title, height="140px")
        return
    first, peak_musd = peak_since(
        course, max((entry.from_ for entry in snapshot.changes if entry.from_ <= snapshot.next_month), default=0)
    )
    last = course.own.at[place]
    can_ask = peak_musd > 0.0 and first < last and not stale
    scenario = scenario_then(snapshot, last)
    question = CauseQuestion(DECAY, scenario, snapshot.track.seed, case.target, case.months, first, last, prices)
    is_busy = state.question is not None and state.decay is None and not state.fault
    is_old = state.decay is not None and state.question != question
    with solara.Div():
        if state.decay is not None and state.question is not None:
            names, shares = state.decay
            begin, end = month_words(state.question.first), month_words(state.question.last)
            Chart(charts.causes(names, shares, title), label=title, file="leverage-causes")
            said = (
                f"From {musd(state.ends_musd[0])} in {begin} to {musd(state.ends_musd[1])} in {end}: what each cause took "
                "(Shapley shares, in this world; negative: it added)."
            )
            if is_old:
                said += " The run, the month or the prices have changed since."
            solara.HTML(tag="p", classes=["reabm-note"], unsafe_innerHTML=escape(said))
        else:
            why = state.fault or ("leverage has not fallen from its peak yet" if not can_ask and not stale else "")
            Chart(charts.empty(title, why or "each mechanism is switched off in turn"), label=title, height="140px")
        if is_busy:
            solara.HTML(
                tag="progress", attributes={"max": 100, "value": round(100 * state.done), "aria-label": "Progress of the causes"}
            )
            solara.Button("Cancel", on_click=lambda: live.cancel(question), text=True)
        elif can_ask and (is_old or state.decay is None):
            solara.Button(
                f"Why did it fall from {month_words(first)} to {month_words(last)}?", on_click=lambda: live.ask(question),
                outlined=True,
            )  # fmt: skip
