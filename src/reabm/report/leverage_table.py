"""What a person sees of measured leverage in the terminal: losses and c* by date, by length, by scenario."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from reabm.leverage.causes import Decay, Eroded
from reabm.leverage.summary import measured_dates, measured_lengths, unpriced, usual_length
from reabm.leverage.surface import Leverage
from reabm.scenario.months import month_text

NOTHING = "–"
TARGETS = {"japan": "Japan", "usa": "the USA", "eu": "the EU", "all": "all buyers"}
KINDS = {"halt": "halt of shipments to", "quota_cut": "cut of the quota of", "licence": "licences refused to"}
CAPTION = (
    "M USD of 2010, discounted. D_T, D_C: what the target and China lose by the restriction; c*: the concession it can extract; "
    "[ ]: 5 to 95 per cent over worlds; unpriced: without retaliation and reputation. Not credible: China would lose more than "
    "the issue is worth."
)


def restriction_text(leverage: Leverage, target: str, kind: str, months: int | None = None) -> str:
    """A restriction in words: `halt of shipments to Japan (90 %), 6 months`."""
    share = float(leverage.forks["severity"].iloc[0])
    text = f"{KINDS[kind]} {TARGETS[target]} ({100 * share:.0f} %)"
    return text if months is None else f"{text}, {months} month{'s' if months > 1 else ''}"


def musd(value: float) -> str:
    """Money in whole M USD with a true minus sign."""
    if math.isnan(value):
        return NOTHING
    text = f"{value:,.0f}"
    return "0" if text == "-0" else text.replace("-", "−")


def plain_table() -> Table:
    """An empty table in the style of the house."""
    return Table(box=box.MINIMAL, padding=(0, 1), show_edge=False, header_style="", border_style="dim")


def headed(title: str, table: Table, caption: str) -> Group:
    """A table with its title and its caption, which may be wider than the table."""
    return Group(Text(title, style="bold"), table, Text(caption, style="dim"))


def remarks(row: Any) -> str:
    """What a row of the table is to be read with."""
    if not row.has_effect:
        return "no effect: there is nothing that it could restrict"
    found = []
    if row.target_loss_musd < 0.0:
        found.append("target gains")
    if row.coercer_gains:
        found.append("China gains")
    if not row.is_credible:
        found.append("not credible")
    return ", ".join(found)


def ratio_text(row: Any) -> str:
    """The coercion ratio; a dash where the coercer loses nothing, so that it means nothing."""
    return NOTHING if row.coercer_gains else f"{row.coercion_ratio:.2f}".replace("-", "−")


def loss_table(leverage: Leverage, target: str, kind: str, months: int) -> Group:
    """Losses, c* and coercion ratio of one restriction by date."""
    table = plain_table()
    for heading in ("date", "D_T", "D_C", "c*", "[5, 95]", "unpriced", "D_T/D_C"):
        table.add_column(heading, no_wrap=True, justify="left" if heading == "date" else "right")
    table.add_column("remarks")
    free = unpriced(leverage).curve(target, months, kind)["leverage_musd"]
    for row, without in zip(leverage.curve(target, months, kind).itertuples(index=False), free):
        interval = f"[{musd(row.leverage_low)}, {musd(row.leverage_high)}]"
        table.add_row(
            month_text(int(row.at)), musd(row.target_loss_musd), musd(row.coercer_loss_musd), musd(row.leverage_musd), interval,
            musd(without), ratio_text(row), remarks(row),
        )  # fmt: skip
    return headed(f"{leverage.scenario.title}: {restriction_text(leverage, target, kind, months)}", table, CAPTION)


def surface_table(leverage: Leverage, target: str, kind: str) -> Group:
    """c* by date and length, and how long the restriction must last before c* exceeds the issue."""
    issue = musd(leverage.prices.issue_value_musd)
    lengths = measured_lengths(leverage)
    title = f"{leverage.scenario.title}: c* by length in months, {restriction_text(leverage, target, kind)}"
    table = plain_table()
    table.add_column("date", no_wrap=True)
    for n in lengths:
        table.add_column(f"{n}", no_wrap=True, justify="right")
    table.add_column("bite, months", justify="right")
    chosen = leverage.table[(leverage.table["target"] == target) & (leverage.table["kind"] == kind)]
    wide = chosen.pivot(index="at", columns="months", values="leverage_musd")
    for at in measured_dates(leverage):
        bite = leverage.bite(target, at, kind)
        cells = [musd(float(wide.loc[at, n])) for n in lengths]
        table.add_row(month_text(at), *cells, NOTHING if math.isnan(bite) else f"{bite:.0f}")
    return headed(title, table, f"M USD. Bite: shortest length measured with c* above the issue of {issue} M USD.")


def compared_table(measured: Mapping[str, Leverage], target: str, kind: str, months: int) -> Group:
    """c* of one restriction by date in several scenarios, with intervals."""
    first = next(iter(measured.values()))
    table = plain_table()
    table.add_column("date", no_wrap=True)
    for name in measured:
        table.add_column(name, no_wrap=True, justify="right")
    curves = [one.curve(target, months, kind).set_index("at") for one in measured.values()]
    for at in sorted({int(at) for curve in curves for at in curve.index}):
        cells = []
        for curve in curves:
            if at not in curve.index:
                cells.append(NOTHING)
                continue
            row = curve.loc[at]
            low, high = musd(row["leverage_low"]), musd(row["leverage_high"])
            cells.append(f"{musd(row['leverage_musd'])} {f'[{low}, {high}]':>16}")
        table.add_row(month_text(at), *cells)
    return headed(f"c*: {restriction_text(first, target, kind, months)}", table, "M USD, with 5 to 95 per cent over worlds.")


def eroded_table(found: Eroded) -> Group:
    """c* at later dates with and without an earlier embargo."""
    table = plain_table()
    for heading in ("date", "c* spared", "c* after", "change", "[5, 95]"):
        table.add_column(heading, no_wrap=True, justify="left" if heading == "date" else "right")
    for row in found.table.itertuples(index=False):
        interval = f"[{musd(row.change_low)}, {musd(row.change_high)}]"
        spared, used, change = musd(row.leverage_spared_musd), musd(row.leverage_used_musd), musd(row.change_musd)
        table.add_row(month_text(int(row.at)), spared, used, change, interval)
    worth, low, high = (musd(value) for value in found.restraint_musd)
    title = (
        f"{found.scenario}: what an embargo of {found.embargo_months} months in {month_text(found.embargo_at)} takes from c* "
        f"over {TARGETS[found.target]} (halt, {found.months} months)"
    )
    caption = (
        f"M USD. Restraint was worth {worth} [{low}, {high}] M USD: leverage kept, discounted, each later year counted once."
    )
    return headed(title, table, caption)


def decay_table(found: Decay) -> Group:
    """Shares of causes in the fall of c*."""
    table = plain_table()
    for heading in ("cause", "share", "[5, 95]"):
        table.add_column(heading, no_wrap=True, justify="left" if heading == "cause" else "right")
    for row in found.table.itertuples(index=False):
        table.add_row(str(row.cause), musd(row.share_musd), f"[{musd(row.low)}, {musd(row.high)}]")
    first, last = month_text(found.first), month_text(found.last)
    change = "fell" if found.last_musd < found.first_musd else "rose"
    title = (
        f"{found.scenario}: why c* over {TARGETS[found.target]} (halt, {found.months} months) {change} from "
        f"{musd(found.first_musd)} in {first} to {musd(found.last_musd)} in {last}"
    )
    return headed(title, table, "M USD. Shapley shares; below 0: the cause added to leverage.")


def half_life_line(leverage: Leverage, target: str, kind: str, months: int) -> str:
    """Half-life with its interval, or why there is none."""
    found = leverage.half_life(target, months, kind)
    peak = month_text(round(found.central.peak_at * 12.0))
    if not found.central.peak_musd > 0.0:
        return f"half-life   none: c* is never above 0 (highest {musd(found.central.peak_musd)} in {peak})"
    start = f"from the peak of {musd(found.central.peak_musd)} M USD in {peak}"
    if found.central.is_censored:
        last = month_text(measured_dates(leverage)[-1])
        return f"half-life   censored: {start}, half of it is not lost by {last}"
    share = f"; half is not lost in {100 * found.censored_share:.0f} % of resamplings" if found.censored_share > 0.0 else ""
    return f"half-life   {found.central.years:.1f} years [{found.low:.1f}, {found.high:.1f}] {start}{share}"


def window_line(leverage: Leverage, target: str, kind: str, months: int) -> str:
    """When c* is worth the issue."""
    spans = leverage.window(target, months, kind)
    issue = f"c* at least the issue of {musd(leverage.prices.issue_value_musd)} M USD"
    if not spans:
        return f"window      never open ({issue})"
    return f"window      {', '.join(f'{a:.1f} to {b:.1f}' for a, b in spans)} ({issue}; linear between dates)"


def bite_line(leverage: Leverage, target: str, kind: str) -> str:
    """Bite time by date, for what was measured at more than one length."""
    bites = {month_text(at): leverage.bite(target, at, kind) for at in measured_dates(leverage)}
    known = ", ".join(f"{at}: {n:.0f}" for at, n in bites.items() if not math.isnan(n))
    return f"bite        months until c* exceeds the issue: {known or 'none of the lengths measured'}"


def unsourced_line(leverage: Leverage, target: str, kind: str, months: int) -> str:
    """What the prices without a source do to c* at its highest date, and to its half-life."""
    curve = leverage.curve(target, months, kind)
    free = unpriced(leverage).curve(target, months, kind)["leverage_musd"]
    top = int(curve["leverage_musd"].to_numpy().argmax())
    at = month_text(int(curve["at"].iloc[top]))
    prices = leverage.prices
    return (
        f"no source   retaliation ({musd(prices.retaliation_musd_month)} M USD a month) and reputation "
        f"({musd(prices.reputation_musd)} M USD for all trust) have no source: c* in {at} is "
        f"{musd(float(curve['leverage_musd'].iloc[top]))} with them, {musd(float(free.iloc[top]))} without; its half-life "
        f"{_years(leverage, target, kind, months)} with them, {_years(unpriced(leverage), target, kind, months)} without"
    )


def _years(leverage: Leverage, target: str, kind: str, months: int) -> str:
    """A half-life in words."""
    found = leverage.half_life(target, months, kind).central
    return "censored" if found.is_censored else "none" if math.isnan(found.years) else f"{found.years:.1f} years"


def lines_of(leverage: Leverage, target: str, kind: str) -> list[Text]:
    """The lines below the tables."""
    months = usual_length(leverage)
    lines = []
    if len(leverage.curve(target, months, kind)) > 1:  # one date has no course
        lines += [half_life_line(leverage, target, kind, months), window_line(leverage, target, kind, months)]
    if len(measured_lengths(leverage)) > 1:
        lines.append(bite_line(leverage, target, kind))
    return [Text(line) for line in (*lines, unsourced_line(leverage, target, kind, months))]
