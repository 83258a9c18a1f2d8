"""Figures of the firms and of dependence: where makers and mines produce, Japan's imports, the inputs of leverage."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

import numpy as np

from reabm.report import canvas
from reabm.report.palette import CHANNELS, COUNTRIES, GREY, INK, LINES, PALE_PLACES, PLACES, RED, ZONES, colour
from reabm.scenario.population import name_behind
from reabm.store.result import RunTables

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PLACE_NAMES = {"home": "at home", "china": "in China", "elsewhere": "elsewhere"}
LARGEST_COUNTRIES = 5
CAPACITIES = [f"{line}_{place}_t" for place in PLACE_NAMES for line in ("premium", "commodity")]


def makers(run: RunTables) -> Figure:
    """Where each maker's capacity stands."""
    rows = run.agents[run.agents["kind"] == "maker"]
    if rows.empty:
        return canvas.figure(1.2, "Where each maker produces", "Too many makers to keep the details of each", run, marks=False)
    of = rows["agent"].astype(str).map(name_behind)  # of a synthetic population: all firms behind a name together
    records = run.scenario.makers
    order = sorted(records, key=lambda name: (records[name].home == "china", -_capacity(run, name)))
    n_columns = 5
    n_rows = -(-(len(order) + 1) // n_columns)
    fig = canvas.figure(
        1.0 + 1.6 * n_rows, "Where each maker produces",
        "Capacity in kilotonnes a year of magnets (of alloy where named), by place; dark: premium line, pale: commodity line",
        run, marks=False,
    )  # fmt: skip
    axes = fig.subplots(n_rows, n_columns, sharex=True, squeeze=False).ravel()
    x = canvas.time_of(run)
    for ax, name in zip(axes, order):
        mine = rows[of == name].groupby("month")[CAPACITIES].sum()
        layers, shades = [], []
        for place in ("home", "china", "elsewhere"):
            for line, known in (("premium", PLACES), ("commodity", PALE_PLACES)):
                layers.append(mine[f"{line}_{place}_t"].to_numpy(dtype=np.float64) * 12.0 / 1000.0)
                shades.append(known["china" if records[name].home == "china" and place == "home" else place])
        ax.stackplot(x, layers, colors=shades, lw=0)
        ax.set_title(_short(records[name].name, records[name].makes), size=7.5, pad=4, linespacing=1.05)
        ax.set_ylim(bottom=0)
        ax.tick_params(labelsize=7)
        canvas.time_axis(ax, run, 3)
    for ax in axes[len(order) :]:
        ax.axis("off")
    for ax in axes[max(0, len(order) - n_columns) : len(order)]:
        ax.tick_params(labelbottom=True)
    for ax in axes[: len(order) : n_columns]:
        ax.set_ylabel("kt a year", size=7.5)
    _place_legend(axes[len(order)])
    return fig


def _short(name: str, makes: str) -> str:
    """A maker's name in at most three short lines, without what stands in brackets."""
    bare = re.sub(r" *\(.*?\)", "", name)
    return textwrap.fill(bare + (" (alloy)" if makes == "alloy" else ""), 26, max_lines=3, placeholder=" ...")


def _capacity(run: RunTables, name: str) -> float:
    """Opening capacity of a maker, t/yr."""
    return float(np.sum([quantity.value for line in run.scenario.makers[name].capacity.values() for quantity in line.values()]))


def _place_legend(ax: Axes) -> None:
    for place, label in PLACE_NAMES.items():
        ax.fill_between([], [], [], color=PLACES[place], label=f"{label}, premium")
        ax.fill_between([], [], [], color=PALE_PLACES[place], label=f"{label}, commodity")
    ax.legend(loc="center left", bbox_to_anchor=(-0.1, 0.5), fontsize=7.5, labelspacing=0.35)


def mines(run: RunTables) -> Figure:
    """What the mines bring out, in China and by country outside."""
    fig = canvas.figure(4.6, "What the mines bring out", "Kilotonnes of oxide in ore a year (mean of twelve months)", run)
    left, right = fig.subplots(1, 2, sharex=True)
    x = canvas.time_of(run)
    legal, illegal = (canvas.smooth(canvas.column(run, name)) * 0.012 for name in ("mine_output_china_t", "illegal_output_t"))
    left.stackplot(x, [legal, illegal], colors=[CHANNELS["legal"], CHANNELS["smuggled"]], labels=["legal", "illegal"], lw=0)
    left.set(title="In China", ylabel="kt a year")
    right.set(title="Outside China")
    rows = run.agents[run.agents["kind"] == "mine"]
    countries = {name: mine.country for name, mine in run.scenario.mines.items() if mine.zone == "outside"}
    country = rows["agent"].astype(str).map(countries)
    totals = rows.assign(country=country).dropna(subset=["country"]).groupby(["country", "month"])["ore_t"].sum().unstack("month")
    ranked = totals.sum(axis=1).sort_values(ascending=False)
    largest = [name for name in ranked.index if ranked[name] > 0.0][:LARGEST_COUNTRIES]
    layers = {str(name): canvas.smooth(totals.loc[name].to_numpy(dtype=np.float64)) * 0.012 for name in largest}
    rest = totals.drop(index=largest)
    if len(rest) and float(rest.to_numpy().sum()) > 0.0:
        layers["others"] = canvas.smooth(rest.sum(axis=0).to_numpy(dtype=np.float64)) * 0.012
    if layers:
        shades = [colour(COUNTRIES, name) for name in layers]
        right.stackplot(x, list(layers.values()), colors=shades, labels=list(layers), lw=0)
    for ax in (left, right):
        ax.set_ylim(0, max(1.25 * ax.get_ylim()[1], 0.1))
        canvas.mark_policy(ax, run)
        canvas.mark_events(ax, run)
        canvas.time_axis(ax, run, 6)
        handles, labels = ax.get_legend_handles_labels()
        ax.legend(handles[::-1], labels[::-1], loc="upper left")
    return fig


def japan(run: RunTables) -> Figure:
    """Japan's purchases of oxide by origin and channel."""
    fig = canvas.figure(
        5.6, "Where Japan's rare earths come from",
        "Oxide that reached Japan, kilotonnes a quarter, and shares of what Japan bought", run,
    )  # fmt: skip
    top, bottom = fig.subplots(2, 1, sharex=True, height_ratios=(1.7, 1))
    rows = run.flows[(run.flows["stage"] == "oxide") & (run.flows["destination"] == "japan")]
    origin, channel = rows["origin"].astype(str), rows["channel"].astype(str)
    month = rows["month"].dt.year * 12 + rows["month"].dt.month - 1
    quarters = np.unique((run.scenario.start + np.arange(run.scenario.n_months)) // 3)
    first = origin.where(channel == "outside", "china " + channel).where(channel != "re-export", "re-export")
    named = ("china legal", "china alloy", "china smuggled", "re-export", "Australia", "recycled")
    kind = first.where(first.isin(named), "others")
    tonnes = rows["t"].groupby([kind, month // 3]).sum()
    looks = {
        "china legal": ("China, legal", CHANNELS["legal"]), "china alloy": ("China, as alloy", CHANNELS["alloy"]),
        "china smuggled": ("China, smuggled", CHANNELS["smuggled"]), "re-export": ("re-exports", CHANNELS["re-export"]),
        "others": ("other countries", "#b5b5b5"), "recycled": ("recycled", COUNTRIES["recycled"]),
        "Australia": ("Australia", COUNTRIES["Australia"]),
    }  # fmt: skip
    base = np.zeros(len(quarters))
    for name, (label, shade) in looks.items():
        if name in tonnes.index.get_level_values(0):
            kilotonnes = tonnes[name].reindex(quarters, fill_value=0.0).to_numpy(dtype=np.float64) / 1000.0
            top.bar(quarters / 4.0 + 0.125, kilotonnes, 0.22, bottom=base, color=shade, label=label, lw=0)
            base += kilotonnes
    top.set_ylabel("kt a quarter")
    top.set_ylim(0, 1.08 * max(base.max(), 1e-9))
    handles, labels = top.get_legend_handles_labels()
    top.legend(handles, labels, loc="lower right", ncols=7, bbox_to_anchor=(1.0, 1.0), borderaxespad=0.2, columnspacing=1.1)
    x = canvas.time_of(run)
    lines = (("china", "China, all channels", RED), ("australia", "Australia (Lynas)", COUNTRIES["Australia"]))
    for share, label, shade in lines:
        values = canvas.column(run, f"japan_import_share_{share}")
        bottom.plot(x, values, color=shade, lw=0.5, alpha=0.5)
        bottom.plot(x, canvas.smooth(values), color=shade, lw=1.8, label=label)
    bottom.set_title("Share of Japan's purchases (mean of twelve months)")
    bottom.legend(loc="lower right", ncols=2, bbox_to_anchor=(1.0, 1.0), borderaxespad=0.2)
    canvas.percent_axis(bottom, 1.04)
    for ax in (top, bottom):
        canvas.mark_policy(ax, run, words=ax is bottom)
        canvas.time_axis(ax, run, 11)
    canvas.mark_events(bottom, run)
    return fig


def leverage(run: RunTables) -> Figure:
    """What China's leverage rests on, and what wears it away."""
    fig = canvas.figure(
        5.4, "What leverage rests on",
        "Inputs of leverage, month by month: exposure, stocks, substitution, relocation and know-how", run,
    )  # fmt: skip
    axes = fig.subplots(2, 3, sharex=True).ravel()
    x = canvas.time_of(run)
    panels = (
        ("Dependence of Japan", (("japan_dependence", "", ZONES["outside"]),)),
        ("Largest exposure over the stages", (("choke_point", "", ZONES["outside"]),)),
        ("Stocks outside China", (("cover_outside_months", "", INK),)),
        ("Saved or substituted for good", (("substitution_share", "", GREY),)),
        ("Outside-owned capacity in China", (
            ("relocation_share_commodity", "commodity", LINES["commodity"]),
            ("relocation_share_premium", "premium", LINES["premium"]),
            ("japan_commodity_share_china", "commodity, Japanese", LINES["commodity"]),
            ("japan_premium_share_china", "premium, Japanese", LINES["premium"]),
        )),
        ("Know-how of Chinese makers", (
            ("knowledge", "relative to the frontier", INK), ("technology_leakage", "gained by relocation", RED),
        )),
    )  # fmt: skip
    for ax, (title, lines) in zip(axes, panels):
        canvas.mark_policy(ax, run, words=ax is axes[0])
        for name, label, shade in lines:
            style = "--" if name.startswith("japan_") and label else "-"
            ax.plot(x, canvas.column(run, name), style, color=shade, lw=1.4, label=label or None)
        ax.set_title(title)
        if name == "cover_outside_months":
            ax.set_ylim(bottom=0)
            ax.set_ylabel("months of use")
        else:
            highest = max(float(np.nanmax(canvas.column(run, n))) for n, _, _ in lines)
            canvas.percent_axis(ax, min(max(0.05, highest * (1.65 if len(lines) > 2 else 1.25)), 1.02))
        if len(lines) > 1:
            ax.legend(loc="upper left", fontsize=7, labelspacing=0.25)
        canvas.time_axis(ax, run, 5)
        canvas.mark_events(ax, run)
    return fig
