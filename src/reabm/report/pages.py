"""Pages about folders: of a run, and of measured leverage."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from reabm.leverage import load_leverage
from reabm.leverage.folder import LeverageStudy
from reabm.leverage.summary import measured_cases, measured_lengths, unpriced, usual_length
from reabm.leverage.surface import Leverage
from reabm.report import html
from reabm.report.figures import FIGURES
from reabm.report.leverage_figures import figures_of
from reabm.report.leverage_table import (
    CAPTION,
    NOTHING,
    half_life_line,
    musd,
    ratio_text,
    remarks,
    restriction_text,
    unsourced_line,
    window_line,
)
from reabm.report.table import CAPTION as YEARS_CAPTION
from reabm.report.table import GROUPS
from reabm.scenario import Scenario, list_numbers
from reabm.scenario.months import month_text
from reabm.store import FolderError, SavedRun, load_run
from reabm.store.folder import read_manifest

PAGE = "report.html"
N_SETTINGS = 40  # lines of what was changed


def write_report(folder: Path, file: Path | None = None) -> Path:
    """Write the page about a folder (by default into it) and return the file.

    Raises
    ------
    FolderError
        Where the folder is neither of a run nor of leverage, is damaged, or the page cannot be written.
    """
    manifest = read_manifest(folder)
    if manifest.get("holds") == "leverage":
        text = leverage_page(load_leverage(folder))
    elif "months.parquet" in manifest["files"] and "seed" in manifest:
        text = run_page(load_run(folder))
    else:
        raise FolderError(f"{folder}: neither the folder of a run nor of leverage; allowed are those two")
    wanted = folder / PAGE if file is None else file
    unfinished = wanted.with_name(f"{wanted.name}.partial-{os.getpid()}")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(wanted)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise FolderError(f"{wanted}: cannot be written: {error.strerror or error}") from error
    return wanted


def run_page(run: SavedRun) -> str:
    """The page of a run: key years, figures, assumptions, origin."""
    scenario = run.scenario
    columns = [column for _, group in GROUPS for column in group]
    rows = []
    for year, figures in run.summary["years"].items():
        cells = [NOTHING if figures.get(c.key) is None else c.write(float(figures[c.key])) for c in columns]
        rows.append([year + ("" if figures["n_months"] == 12 else "*"), *cells])
    groups = [("", 1), *((title, len(group)) for title, group in GROUPS)]
    years = html.table(["year", *(column.heading for column in columns)], rows, groups)
    pictures = [html.picture(partial(draw, run)) for draw in FIGURES.values()]
    months = f"{scenario.n_months} months, {month_text(scenario.start)} to {month_text(scenario.end)}"
    return html.page(
        f"reabm: a run of {months}, seed {run.seed}", scenario.title, scenario.question,
        [
            html.section("Key figures", html.tiles(_peaks(run)) if _peaks(run) else ""),
            html.section("Year by year", years, html.paragraph(f"{YEARS_CAPTION} *: part of the year.", is_note=True)),
            html.section("Figures", *pictures),
            _assumed(scenario),
            _made(run.manifest, {"seed": str(run.seed)}),
        ],
    )  # fmt: skip


def leverage_page(study: LeverageStudy) -> str:
    """The page of measured leverage: findings, tables by target and kind, figures, assumptions, origin."""
    first = next(iter(study.measured.values()))
    months = usual_length(first)
    sections = [html.section("Key figures", html.tiles(_findings(study, months)))]
    for target, kind in measured_cases(first):
        sections.append(_case(study, target, kind, months))
    sections.append(html.section("Figures", *(html.picture(partial(draw, study)) for draw in figures_of(study).values())))
    sections.append(_assumed(first.scenario, _unsourced(study, months)))
    n_worlds = int(first.forks["seed"].nunique())
    sections.append(
        _made(study.manifest or {}, {"worlds": f"{n_worlds} a scenario, on {first.forks['set'].nunique()} parameter sets"})
    )
    names = ", ".join(name.replace("_", " ") for name in study.measured)
    n_forks = sum(len(one.forks) for one in study.measured.values())
    title = f"Leverage: {first.scenario.title}" if len(study.measured) == 1 else f"Leverage under {names}"
    question = (
        "What does a restriction cost its target and the state that imposes it, how large a concession could it extract (c*), "
        "and for how long?"
    )
    return html.page(f"reabm: measured leverage, {n_forks:,} forks", title, question, sections)


def _peaks(run: SavedRun) -> dict[str, tuple[str, str]]:
    found = {}
    for element, peak in run.summary["peaks"].items():
        if element in ("NdPr", "La", "Dy", "Tb") and peak["outside_usd_kg"] is not None:
            ratio = f", {peak['gap_at_outside_peak']:.1f} times the price inside" if peak["gap_at_outside_peak"] else ""
            found[f"Highest {element} outside China"] = (
                f"{peak['outside_usd_kg']:,.0f} USD/kg",
                f"{peak['outside_month']}{ratio}",
            )
    return found


def _findings(study: LeverageStudy, months: int) -> dict[str, tuple[str, str]]:
    """Peak and half-life of leverage of the first case, scenario by scenario."""
    found = {}
    for name, one in study.measured.items():
        target, kind = measured_cases(one)[0]
        life = one.half_life(target, months, kind)
        label = name.replace("_", " ")
        peak = month_text(round(life.central.peak_at * 12))
        found[f"Highest c*, {label}"] = (
            f"{musd(life.central.peak_musd)} M USD", f"{restriction_text(one, target, kind, months)}, in {peak}",
        )  # fmt: skip
        if life.central.peak_musd > 0.0:
            years = "censored" if life.central.is_censored else f"{life.central.years:.1f} years"
            interval = (
                f"5 to 95 per cent: {life.low:.1f} to {life.high:.1f}" if life.low == life.low else "not lost within the dates"
            )
            found[f"Half-life, {label}"] = (years, interval)
    return found


def _case(study: LeverageStudy, target: str, kind: str, months: int) -> str:
    """Tables of one target and kind: where there are several scenarios, c* of all, and the losses of each to be opened."""
    first = next(iter(study.measured.values()))
    caption = html.paragraph(CAPTION, is_note=True)
    heading = restriction_text(first, target, kind, months)
    heading = heading[0].upper() + heading[1:]
    if len(study.measured) == 1:
        return html.section(heading, *_details(first, target, kind, months), caption)
    compared = html.table(*_compared_rows(study, target, kind, months))
    words = html.paragraph("c*, M USD, with 5 to 95 per cent over worlds in brackets.", is_note=True)
    details = [
        html.folded(f"Losses and lengths: {name.replace('_', ' ')}", *_details(one, target, kind, months))
        for name, one in study.measured.items()
    ]
    return html.section(heading, compared, words, *details, caption)


def _details(leverage: Leverage, target: str, kind: str, months: int) -> list[str]:
    """Losses by date, half-life, window, and c* by length."""
    parts = [html.table(*_loss_rows(leverage, target, kind, months), words=1)]
    for line in (half_life_line(leverage, target, kind, months), window_line(leverage, target, kind, months)):
        label, words = line.split(maxsplit=1)
        parts.append(html.paragraph(f"{label.capitalize()}: {words}.", is_note=True))
    if len(measured_lengths(leverage)) > 1:
        parts.append(html.paragraph("c* by length of the restriction, M USD:"))
        parts.append(html.table(*_surface_rows(leverage, target, kind)))
    return parts


def _compared_rows(study: LeverageStudy, target: str, kind: str, months: int) -> tuple[list[str], list[list[str]]]:
    curves = [one.curve(target, months, kind).set_index("at") for one in study.measured.values()]
    rows = []
    for at in sorted({int(at) for curve in curves for at in curve.index}):
        row = [month_text(at)]
        for curve in curves:
            found = curve.loc[at] if at in curve.index else None
            row.append(NOTHING if found is None else _with_interval(found))
        rows.append(row)
    return ["date", *(name.replace("_", " ") for name in study.measured)], rows


def _with_interval(row: Any) -> str:
    return f"{musd(row['leverage_musd'])} [{musd(row['leverage_low'])}, {musd(row['leverage_high'])}]"


def _loss_rows(leverage: Leverage, target: str, kind: str, months: int) -> tuple[list[str], list[list[str]]]:
    free = unpriced(leverage).curve(target, months, kind)["leverage_musd"]
    rows = []
    for row, without in zip(leverage.curve(target, months, kind).itertuples(index=False), free):
        interval = f"{musd(row.leverage_low)} to {musd(row.leverage_high)}"
        rows.append([
            month_text(int(row.at)), musd(row.target_loss_musd), musd(row.coercer_loss_musd), musd(row.leverage_musd), interval,
            musd(without), ratio_text(row), remarks(row),
        ])  # fmt: skip
    return ["date", "D_T", "D_C", "c*", "5 to 95 %", "unpriced", "D_T/D_C", "remarks"], rows


def _surface_rows(leverage: Leverage, target: str, kind: str) -> tuple[list[str], list[list[str]]]:
    lengths = measured_lengths(leverage)
    chosen = leverage.table[(leverage.table["target"] == target) & (leverage.table["kind"] == kind)]
    wide = chosen.pivot(index="at", columns="months", values="leverage_musd")
    rows = []
    for at, values in wide.iterrows():
        bite = leverage.bite(target, int(at), kind)
        rows.append([month_text(int(at)), *(musd(float(values[n])) for n in lengths), NOTHING if bite != bite else f"{bite:.0f}"])
    return ["date", *(f"{n} mo." for n in lengths), "bite, months"], rows


def _unsourced(study: LeverageStudy, months: int) -> list[str]:
    """What prices without a source do to c*, scenario by scenario."""
    found = []
    for name, one in study.measured.items():
        target, kind = measured_cases(one)[0]
        words = unsourced_line(one, target, kind, months).split(maxsplit=2)[2]
        start = f"{name.replace('_', ' ')}, {restriction_text(one, target, kind, months)}: " if len(study.measured) > 1 else ""
        found.append(html.paragraph(f"{start}{words[0].upper()}{words[1:]}."))
    return found


def _assumed(scenario: Scenario, more: list[str] | None = None) -> str:
    """How many numbers have a source, and what was changed."""
    numbers = list_numbers(scenario)
    assumed = sum(number.is_assumption for number in numbers)
    partly = sum(number.is_partly_assumed for number in numbers)
    tiles = html.tiles({
        "Numbers in the scenario": (f"{len(numbers):,}", "each with unit and source"),
        "With a source": (f"{len(numbers) - assumed - partly:,}", "from documents or data"),
        "Source and judgement": (f"{partly:,}", "a source, and a judgement upon it"),
        "Assumptions": (f"{assumed:,}", "with a reason, without a source"),
    })  # fmt: skip
    off = [name for name, acts in scenario.mechanisms.items() if not acts]
    changed = [f"{path} = {value}" for path, value in scenario.settings.items()][:N_SETTINGS]
    lines = []
    if changed:
        lines.append(html.paragraph(f"Set for the whole run: {'; '.join(changed)}."))
    if off:
        lines.append(html.paragraph(f"Mechanisms switched off: {', '.join(off)}."))
    list_them = html.paragraph("reabm sources SCENARIO lists every number with its unit, source and reason.", is_note=True)
    return html.section("What is assumed", tiles, *lines, *(more or []), list_them)


def _made(manifest: Mapping[str, Any], more: Mapping[str, str]) -> str:
    """Command, version and machine, from the manifest."""
    pairs = {
        "command": shlex.join(manifest.get("command", [])), **more, "reabm": str(manifest.get("reabm", "")),
        "commit": str(manifest.get("git") or "not from a checkout"), "made": str(manifest.get("created", "")),
        "python": str(manifest.get("python", "")),
        "libraries": ", ".join(f"{name} {version}" for name, version in manifest.get("libraries", {}).items()),
        "machine": f"{manifest.get('platform', '')}, {manifest.get('cpu', '')}",
    }  # fmt: skip
    return html.section("How it was made", html.facts(pairs, are_code=("command", "commit")))
