"""History: how well the model did where it could have failed, series by series and fact by fact, misses as plainly as hits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import solara

from reabm.app import history_words as words
from reabm.app.chart import Chart
from reabm.app.charts import history as charts
from reabm.app.charts.history import View
from reabm.app.history_words import ALL, SHORT, WINDOWS, Shown
from reabm.app.judged import Judged
from reabm.app.judging import Judging
from reabm.app.plain_table import PlainTable, table_html
from reabm.app.series_words import Called, called, grouped
from reabm.app.snapshot import Snapshot
from reabm.app.visit import Visit
from reabm.app.wanted import use_answer

HEIGHT = "420px"
LOADING = "The scoreboard is being loaded …"
PLAYING = "Runs of the shipped history are being played: {} of {} …"
SCORING = "The runs are being held against history …"
NOT_YET = "Your own run joins the chart once a month was played."
NO_COLUMN = "Your run's record has no such series."
READ = (
    "Dark and light band: the middle 50 and 90 per cent of the runs, month by month. Dots: observed, converted to the model's "
    "units; filled where the source is solid, grey medium, hollow weak; diamonds are shown and never scored. Dashed: end of "
    "2012, where the fit window ends and the test window begins; the darkest strip is that of the licences of April 2025. An "
    "observation of several months stands in their middle, and is held against the runs' mean of the same months."
)


class Chosen:
    """What is chosen on the tab; it outlives a look at another one."""

    def __init__(self) -> None:
        self.view = solara.reactive(View())
        self.shown = solara.reactive(Shown())


@solara.component_vue("history.vue")
def _Choose(
    groups: list[dict[str, Any]],
    series: str,
    baselines: bool,
    own: bool,
    has_own: bool,
    event_pick: Callable[[dict[str, Any]], None],
) -> None:
    """The browser's part."""


@solara.component_vue("history_facts.vue")
def _Facts(
    caption: str,
    windows: list[dict[str, str]],
    window: str,
    misses: bool,
    own: bool,
    series: str,
    series_words: str,
    rows: list[dict[str, Any]],
    event_pick: Callable[[dict[str, Any]], None],
    event_look: Callable[[str], None],
) -> None:
    """The browser's part."""


def picked(view: View, asked: Mapping[str, Any], known: Mapping[str, Any]) -> View:
    """The view after a choice in the browser; what the page does not offer is dropped."""
    series = str(asked.get("series", view.series))
    return View(
        series if series in known else view.series, bool(asked.get("baselines", view.baselines)), bool(asked.get("own", view.own))
    )


def shown_of(shown: Shown, asked: Mapping[str, Any]) -> Shown:
    """The filter of the facts after a choice in the browser."""
    window = str(asked.get("window", shown.window))
    return Shown(
        window if window in (ALL, *WINDOWS) else shown.window, bool(asked.get("misses", shown.only_misses)),
        bool(asked.get("own", shown.only_series)),
    )  # fmt: skip


@solara.component
def History(visit: Visit) -> None:
    """The tab."""
    live = visit.keep("history", Judging, Judging.close)
    chosen = visit.keep("history choices", Chosen)
    use_answer(live, live.n_asked.value)
    snapshot, judged, fault = visit.snapshot.value, live.found.value, live.fault.value
    if fault:
        _Fault(fault, live.again)
    elif judged is None:
        _Waiting(chosen.view.value, live.progress.value)
    elif snapshot is not None:
        _Summary(judged)
        _Series(judged, snapshot, chosen)
        _AllFacts(judged, chosen)


@solara.component
def _Fault(fault: str, again: Callable[[], None]) -> None:
    with solara.Div(classes=["reabm-notice"], attributes={"role": "alert"}):
        solara.Text(f"The runs could not be held against history: {fault}")
        solara.Button("Try again", on_click=again, text=True)


@solara.component
def _Waiting(view: View, progress: tuple[int, int]) -> None:
    """The frame of what will stand here, and how far it is."""
    done, total = progress
    said = LOADING if total == 0 else PLAYING.format(done, total) if done < total else SCORING
    bar = f'<progress max="{max(total, 1)}" value="{done}" aria-label="Runs played"></progress> ' if total else ""
    solara.HTML(
        tag="p", classes=["reabm-said"], attributes={"role": "status"}, unsafe_innerHTML=f"{bar}{escape(said)}",
    )  # fmt: skip
    with solara.Div():
        Chart(charts.waiting(view, said), label="Model and history: being played", said=said, file="history", height=HEIGHT)


@solara.component
def _Summary(judged: Judged) -> None:
    """What it comes to, on what it is conditional."""
    lines = "".join(f"<p>{escape(one)}</p>" for one in words.more_lines(judged))
    bars = "".join(
        f'<li><b class="{"hit" if is_reached else "miss"}"><span aria-hidden="true">{"✓" if is_reached else "✗"}</span> '
        f"{'reached' if is_reached else 'not reached'}</b> {escape(text)}</li>"
        for is_reached, text in words.bars(judged)
    )
    first = f'<p class="first">{escape(words.headline(judged))}</p>'
    solara.HTML(
        tag="div", classes=["reabm-verdict"], attributes={"role": "region", "aria-label": "How the model did"},
        unsafe_innerHTML=f'{first}{lines}<ul aria-label="Bars set beforehand">{bars}</ul>',
    )  # fmt: skip
    solara.HTML(tag="details", classes=["reabm-told"], unsafe_innerHTML=_told(judged))


def _told(judged: Judged) -> str:
    """The scripted inputs as a table that folds."""
    from reabm.report.document_scripted import SCRIPTED

    table = table_html(
        "What a run is told", ("scripted input", "what is conditional on it"), [(one.series, one.conditional) for one in SCRIPTED]
    )
    return (
        "<summary>Given the scripted inputs: what a run is told, and what depends on it</summary>"
        "<p>Policy, reference demand and Chinese production quotas are scripted, also after 2012: scores say how well the rest "
        f"responds to them. {escape(judged.label)}</p>"
        f'<div class="reabm-scroll" tabindex="0" role="region" aria-label="Scripted inputs">{table}</div>'
    )


@solara.component
def _Series(judged: Judged, snapshot: Snapshot, chosen: Chosen) -> None:
    view = chosen.view.value
    if view.series not in judged.bands:
        view = view._replace(series=next(iter(judged.bands)))
    own = charts.own_run(snapshot.track, view.series)
    groups = solara.use_memo(lambda: _groups(judged), [judged.label, id(judged)])
    _Choose(
        groups=groups, series=view.series, baselines=view.baselines, own=view.own, has_own=own is not None,
        event_pick=lambda asked: chosen.view.set(picked(chosen.view.value, asked, judged.bands)),
    )  # fmt: skip
    about = called(view.series)
    Chart(
        charts.chart(judged, view, own), label=f"Model and history: {about.title}", said=charts.said(judged, view, own),
        file=f"history-{view.series}", height=HEIGHT,
    )  # fmt: skip
    told = words.told_by(judged, view.series)
    notes = [words.belongs(judged)]
    if own is None:
        notes.append(NOT_YET if snapshot.track.played == 0 else NO_COLUMN)
    if told:
        notes.append(f"This series is all but told by the script ({told}): a small error says little of the rules.")
    notes.append(READ + (f" {words.BASELINES_NOTE}" if view.baselines else ""))
    html = "".join(f'<p class="reabm-note">{escape(note)}</p>' for note in notes)
    solara.HTML(tag="div", classes=["reabm-notes"], unsafe_innerHTML=html)
    _Scores(judged, about)


@solara.component
def _Scores(judged: Judged, about: Called) -> None:
    heads, rows = words.scores(judged, about.name)
    if rows:
        with solara.Div(classes=["reabm-scores"]):
            PlainTable(f"Scores: {about.title}", heads, rows)
        solara.HTML(tag="p", classes=["reabm-note"], unsafe_innerHTML=escape(words.SCORE_NOTE))
    else:
        with solara.Div(classes=["reabm-empty"], attributes={"role": "status"}):
            solara.Text("No observed value of this series is scored by itself; facts below speak of it.")
    values = words.values(judged, about.name)
    if values:
        table = table_html(f"Observed values: {about.title}", words.VALUE_HEADS, values)
        solara.HTML(
            tag="details", classes=["reabm-told"],
            unsafe_innerHTML=f"<summary>The {len(values)} observed values of the chart as a table</summary>"
            f'<div class="reabm-scroll" tabindex="0" role="region" aria-label="Observed values">{table}</div>',
        )  # fmt: skip


@solara.component
def _AllFacts(judged: Judged, chosen: Chosen) -> None:
    shown, view = chosen.shown.value, chosen.view.value
    found = words.facts(judged, shown, view.series)
    rows = [one._asdict() for one in found]
    solara.HTML(tag="h2", unsafe_innerHTML="Facts, hit and missed", classes=["reabm-heading"])
    _Facts(
        caption=words.caption(found, judged, shown),
        windows=[{"name": ALL, "title": "all"}, *({"name": name, "title": title} for name, title in SHORT.items())],
        window=shown.window, misses=shown.only_misses, own=shown.only_series, series=view.series,
        series_words=called(view.series).title, rows=rows,
        event_pick=lambda asked: chosen.shown.set(shown_of(chosen.shown.value, asked)),
        event_look=lambda name: chosen.view.set(picked(chosen.view.value, {"series": name}, judged.bands)),
    )  # fmt: skip
    solara.HTML(
        tag="p", classes=["reabm-note"],
        unsafe_innerHTML="Hit: the median of the runs lies within what the sources leave open. In the band: the observed figure "
        "lies within 5 to 95 per cent of the runs. Prices: dollars of 2010 without value-added tax, outside China with freight; "
        "tonnes: oxide; figures without a unit: ratios. Bold: facts of the series in the chart; choose any to draw its own. "
        "Nothing was fitted to the licences of 2025.",
    )  # fmt: skip


def _groups(judged: Judged) -> list[dict[str, Any]]:
    return [
        {"title": group, "series": [{"name": one.name, "words": one.words} for one in listed]}
        for group, listed in grouped(judged.bands)
    ]
