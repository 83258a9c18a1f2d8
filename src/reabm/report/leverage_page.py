"""The page of measured leverage."""

from __future__ import annotations

from functools import partial
from typing import Any

from reabm.leverage.causes import Decay, Eroded
from reabm.leverage.folder import LeverageStudy
from reabm.leverage.summary import measured_cases, measured_lengths, unpriced, usual_length
from reabm.leverage.surface import Leverage
from reabm.report import html
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
from reabm.report.origin import assumed, made
from reabm.scenario.months import month_text


def leverage_page(study: LeverageStudy) -> str:
    """The page of measured leverage: findings, tables by target and kind, figures, assumptions, origin."""
    first = next(iter(study.measured.values()))
    months = usual_length(first)
    sections = [html.section("Key figures", html.tiles(_findings(study, months)))]
    for target, kind in measured_cases(first):
        sections.append(_case(study, target, kind, months))
    if study.eroded is not None:
        sections.append(_eroded(study.eroded))
    if study.decay is not None:
        sections.append(_decayed(study.decay))
    sections.append(html.section("Figures", *(html.picture(partial(draw, study)) for draw in figures_of(study).values())))
    sections.append(assumed(first.scenario, _unsourced(study, months)))
    n_worlds = int(first.forks["seed"].nunique())
    sections.append(
        made(study.manifest or {}, {"worlds": f"{n_worlds} a scenario, on {first.forks['set'].nunique()} parameter sets"})
    )
    names = ", ".join(name.replace("_", " ") for name in study.measured)
    n_forks = sum(len(one.forks) for one in study.measured.values())
    title = f"Leverage: {first.scenario.title}" if len(study.measured) == 1 else f"Leverage under {names}"
    question = (
        "What does a restriction cost its target and the state that imposes it, how large a concession could it extract (c*), "
        "and for how long?"
    )
    return html.page(f"reabm: measured leverage, {n_forks:,} forks", title, question, sections)


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


def _eroded(found: Eroded) -> str:
    """c* at later dates with and without an earlier embargo."""
    rows = [
        [
            month_text(int(row.at)), musd(row.leverage_spared_musd), musd(row.leverage_used_musd), musd(row.change_musd),
            f"{musd(row.change_low)} to {musd(row.change_high)}",
        ]
        for row in found.table.itertuples(index=False)
    ]  # fmt: skip
    worth, low, high = (musd(value) for value in found.restraint_musd)
    note = f"M USD. Restraint was worth {worth} [{low}, {high}] M USD: leverage kept, discounted, a later year counted once."
    table = html.table(["date", "c* without it", "c* after it", "change", "5 to 95 %"], rows)
    heading = f"What an embargo of {found.embargo_months} months in {month_text(found.embargo_at)} takes from c* later"
    return html.section(heading, table, html.paragraph(note, is_note=True))


def _decayed(found: Decay) -> str:
    """Shares of causes in the fall of c*."""
    rows = [
        [str(row.cause), musd(row.share_musd), f"{musd(row.low)} to {musd(row.high)}"]
        for row in found.table.itertuples(index=False)
    ]
    first, last = month_text(found.first), month_text(found.last)
    heading = f"Why c* fell from {musd(found.first_musd)} in {first} to {musd(found.last_musd)} in {last}"
    note = html.paragraph("Shapley shares, M USD; below 0: the cause added to leverage.", is_note=True)
    return html.section(heading, html.table(["cause", "share", "5 to 95 %"], rows), note)
