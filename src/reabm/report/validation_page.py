"""The page of a scoreboard: what is hit and missed, series beside baselines, figures, what the scores are conditional on."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from reabm.report import html
from reabm.report.origin import assumed, made
from reabm.report.validation_figures import figures_of
from reabm.report.validation_table import FACT_COLUMNS, SERIES_COLUMNS, condition_lines, fact_cells, series_cells
from reabm.report.validation_words import BASELINES, FACTS_NOTE, SERIES_NOTE, SHORT, WINDOWS, bars_of, percent
from reabm.validation.baselines import WORDS
from reabm.validation.folder import SavedBoard
from reabm.validation.windows import TEST

QUESTION = "How well did the model do where it could have failed: fact by fact, and beside forecasts that cost nothing?"


def validation_page(saved: SavedBoard) -> str:
    """The page of a scoreboard."""
    board = saved.board
    draws = figures_of(board)
    grids = [name for name in draws if not name.startswith(("facts_", "errors"))]
    sections = [
        html.section("Key figures", html.tiles(_tiles(board.summary))),
        html.section("What the scores are conditional on", *(html.paragraph(line) for line in condition_lines(board.summary))),
        html.section("Bars", html.table(["bar", "reached"], _bars(board.summary), words=1)),
        html.section("Model and history", *(html.picture(partial(draws[name], board, saved.scenario)) for name in grids)),
    ]
    for window in dict.fromkeys(board.facts["window"]):
        own = board.facts[board.facts["window"] == window]
        picture = html.picture(partial(draws[f"facts_{window}"], board, saved.scenario))
        sections.append(html.section(f"Facts: {WINDOWS[window]}", picture, _facts(own), _misses(own)))
    sections.append(html.paragraph(FACTS_NOTE, is_note=True))
    errors = [html.picture(partial(draws["errors"], board, saved.scenario))] if "errors" in draws else []
    sections.append(html.section("Series beside baselines", *errors, *_series(board.series), *_baselines()))
    sections += [assumed(saved.scenario), made(saved.manifest, _asked(board.summary))]
    asked = board.summary.get("asked", {})
    title = f"History as judge: {saved.scenario.title}"
    return html.page(f"reabm: scoreboard of {asked.get('runs', 'some')} runs", title, QUESTION, sections)


def _tiles(summary: dict[str, Any]) -> dict[str, tuple[str, str]]:
    found = {}
    for window, facts in summary["facts"].items():
        found[f"Facts hit, {SHORT[window]}"] = (
            f"{facts['hit']} of {facts['facts']}",
            f"{len(facts['missed'])} missed, listed below",
        )
    test = summary["facts"].get(TEST)
    if test:
        found["Test facts in the 90 % band"] = (percent(test["share_in_band"]), "bar: 70 %")
    for name, label in BASELINES.items():
        beaten = summary["series"].get(TEST, {}).get(name)
        if beaten:
            found[f"Closer than {label}"] = (
                f"{beaten['beaten_on']} of {beaten['applies_to']}",
                "series of the test window that it applies to",
            )
    return found


def _bars(summary: dict[str, Any]) -> list[list[str]]:
    return [[words[0].upper() + words[1:], "yes" if is_reached else "NO"] for words, is_reached in bars_of(summary).items()]


def _facts(own: pd.DataFrame) -> str:
    rows = [[*fact_cells(row), row.sentence, row.spread, row.quality, row.source] for row in own.itertuples(index=False)]
    table = html.table([*FACT_COLUMNS, "what happened", "tolerance from", "quality", "source"], rows, words=4)
    return html.folded(f"All {len(own)} facts", table)


def _misses(own: pd.DataFrame) -> str:
    """Misses with their reasons, in the open."""
    missed = own[~own["hit"].astype(bool)]
    if missed.empty:
        return html.paragraph("No misses.")
    rows = []
    for row in missed.itertuples(index=False):
        cells = fact_cells(row)
        rows.append([row.fact, cells[3], cells[5], cells[10], row.sentence, row.reason or "no reason is written yet"])
    return html.table(["miss", "observed", "model", "off by", "what happened", "why"], rows, words=2)


def _series(series: pd.DataFrame) -> list[str]:
    parts = []
    for window in dict.fromkeys(series["window"]):
        own = series[series["window"] == window]
        parts.append(html.paragraph(f"{WINDOWS[window][0].upper()}{WINDOWS[window][1:]}:"))
        parts.append(html.table(SERIES_COLUMNS, [series_cells(row) for row in own.to_dict("records")], words=1))
    return [*parts, html.paragraph(SERIES_NOTE, is_note=True)]


def _baselines() -> list[str]:
    lines = "; ".join(f"{label}: {WORDS[name]}" for name, label in BASELINES.items())
    return [html.paragraph(f"Baselines. {lines}. Inside the fit window no change and AR(1) look one step ahead.", is_note=True)]


def _asked(summary: dict[str, Any]) -> dict[str, str]:
    asked = summary.get("asked", {})
    sets = asked.get("parameters") or "none: the scenario as it stands"
    return {
        "runs": f"{asked.get('runs')}, seeds {asked.get('first_seed')} to {asked.get('last_seed')}",
        "parameter sets": f"{sets} ({asked.get('parameter_sets')})", "code": str(asked.get("code_sha256")),
        "observed": str(asked.get("configs_sha256")), "scenario": str(asked.get("scenario_sha256")),
    }  # fmt: skip
