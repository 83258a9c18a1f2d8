"""Figures of the market: prices, the quota and exports, shares of each stage, stocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from reabm.report import canvas
from reabm.report.palette import CHANNELS, ELEMENTS, GREY, GROUPS, INK, STAGES, ZONES, colour
from reabm.store.result import RunTables
from reabm.store.summary import OxidePrices

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN = ("NdPr", "La", "Ce", "Dy", "Tb", "Y")
LOG_FROM = 12.0  # ratio of highest to lowest price from which a log scale reads better


def prices(run: RunTables) -> Figure:
    """Prices of oxide inside and outside China, a panel an element."""
    oxide = OxidePrices(run.prices)
    shown = [e for e in SHOWN if e in oxide.elements] or list(oxide.elements)[:6]
    names = {name: element.name for name, element in run.scenario.elements.items()}
    fig = canvas.figure(
        5.9, "Prices inside and outside China",
        "2010 USD per kilogram of oxide, without VAT, log scale where prices range widely; the tint between the lines is the gap "
        "that restrictions open", run,
    )  # fmt: skip
    axes = fig.subplots(2, 3, sharex=True).ravel()
    x = canvas.time_of(run)
    for ax, element in zip(axes, shown):
        inside, outside = oxide.inside[element], oxide.outside[element]
        canvas.mark_policy(ax, run, words=ax is axes[0])
        ax.fill_between(x, inside, outside, color=colour(ELEMENTS, element), alpha=0.28, lw=0)
        ax.plot(x, outside, color=ZONES["outside"], lw=1.4)
        ax.plot(x, inside, color=ZONES["china"], lw=1.4)
        low = min(inside.min(), outside.min())
        if low > 0.0 and max(inside.max(), outside.max()) / low > LOG_FROM:
            ax.set_yscale("log")
            ax.yaxis.set_major_locator(LogLocator(10, subs=(1.0, 3.0)))
            ax.yaxis.set_minor_formatter(NullFormatter())
        else:
            ax.set_ylim(bottom=0)
        ax.yaxis.set_major_formatter(FuncFormatter(lambda price, _: f"{price:,.0f}" if price >= 1 else f"{price:g}"))
        ax.set_title(element, pad=7)
        ax.text(1, 1.03, names.get(element, ""), transform=ax.transAxes, ha="right", size=7.5, color=GREY)
        canvas.time_axis(ax, run, 5)
        canvas.mark_events(ax, run)
    for ax in axes[len(shown) :]:
        ax.set_visible(False)
    for ax in axes[::3]:
        ax.set_ylabel("USD/kg")
    axes[0].plot([], [], color=ZONES["outside"], label="outside China (FOB)")
    axes[0].plot([], [], color=ZONES["china"], label="inside China")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="upper right", ncols=2, bbox_to_anchor=(0.995, 1.0))
    return fig


def exports(run: RunTables) -> Figure:
    """The export quota against exports by channel, and what a licence cost."""
    gross = run.scenario.scalars["market.gross_weight_ratio"].value
    fig = canvas.figure(
        5.9, "The export quota and what left China",
        f"Kilotonnes of product weight a half-year ({gross:g} t of product hold 1 t of oxide), and the price of an export "
        "licence for a kilogram of oxide", run,
    )  # fmt: skip
    top, bottom = fig.subplots(2, 1, sharex=True, height_ratios=(2.1, 1))
    half = (run.scenario.start + np.arange(run.scenario.n_months)) // 6
    halves = np.unique(half)
    x = halves / 2.0 + 0.25
    base = np.zeros(len(halves))
    canvas.mark_policy(top, run)
    for channel, label in (("legal", "legal"), ("alloy", "as alloy, outside the quota"), ("smuggled", "smuggled")):
        monthly = canvas.column(run, f"exports_{channel}_t")
        kilotonnes = np.array([monthly[half == h].sum() for h in halves]) * gross / 1000.0
        top.bar(x, kilotonnes, 0.40, bottom=base, color=CHANNELS[channel], label=label, lw=0)
        base += kilotonnes
    quota = canvas.column(run, "export_quota_t")
    allowed = np.array([quota[half == h].sum() for h in halves]) * gross / 1000.0
    top.hlines(allowed, x - 0.25, x + 0.25, color=INK, lw=1.8, label="export quota")
    top.set_ylabel("kt a half-year")
    top.set_ylim(0, 1.08 * max(base.max(), np.nan_to_num(allowed).max(), 1e-9))
    top.legend(loc="lower right", ncols=4, bbox_to_anchor=(1.0, 1.0), borderaxespad=0.2)
    canvas.mark_policy(bottom, run, words=True)
    light, heavy = canvas.column(run, "licence_price_usd_kg"), canvas.column(run, "heavy_licence_price_usd_kg")
    t = canvas.time_of(run)
    apart = np.flatnonzero(np.abs(heavy - light) > 1e-9)
    two = slice(apart[0], apart[-1] + 1) if apart.size else slice(0, 0)
    bottom.plot(t[two], heavy[two], color=GROUPS["heavy"], lw=1.3, label="heavy group (where apart)")
    bottom.plot(t, light, color=GROUPS["light"], lw=1.3, label="light group, or all")
    bottom.set_ylabel("USD/kg")
    bottom.set_ylim(0, 1.25 * max(light.max(), heavy.max(), 0.8))
    bottom.set_title("Licence price")
    bottom.legend(loc="lower right", ncols=2, bbox_to_anchor=(1.0, 1.0), borderaxespad=0.2)
    canvas.time_axis(bottom, run, 11)
    canvas.mark_events(bottom, run)
    return fig


def shares(run: RunTables) -> Figure:
    """China's share of each stage."""
    fig = canvas.figure(
        4.6, "China's share of each stage",
        "Share of the world's tonnes, illegal mining included: bold the mean of twelve months, thin the single month", run,
    )  # fmt: skip
    ax = fig.subplots()
    x = canvas.time_of(run)
    lines = (
        ("china_heavy_separation_share", "heavy", "heavy separation"),
        ("china_separation_share", "separation", "separation"),
        ("china_magnet_share", "magnet", "magnets"),
        ("china_mine_share", "mine", "mining"),
    )
    canvas.mark_policy(ax, run, words=True)
    ends = []
    for name, key, label in lines:
        values = canvas.column(run, name)
        ax.plot(x, values, color=STAGES[key], lw=0.5, alpha=0.45)
        mean = canvas.smooth(values)
        ax.plot(x, mean, color=STAGES[key], lw=2.0)
        ends.append((float(mean[-1]), label, STAGES[key]))
    canvas.percent_axis(ax, 1.06)
    canvas.time_axis(ax, run, 11)
    canvas.mark_events(ax, run)
    canvas.label_ends(ax, run, ends)
    return fig


def stocks(run: RunTables) -> Figure:
    """Stocks, cover and reserves."""
    fig = canvas.figure(
        5.2, "Stocks", "Oxide in the stores of importers and makers, in state reserves, and how many months of use it covers", run
    )
    axes = fig.subplots(2, 2, sharex=True)
    x = canvas.time_of(run)
    (held, cover), (reserves, belief) = axes
    for ax in axes.ravel():
        canvas.mark_policy(ax, run, words=ax is reserves)
    held.plot(x, canvas.column(run, "stocks_outside_t") / 1000.0, color=ZONES["outside"], label="outside China")
    held.plot(x, canvas.column(run, "stocks_china_t") / 1000.0, color=ZONES["china"], label="inside China")
    held.set(title="Importers and makers", ylabel="kt")
    cover.plot(x, canvas.column(run, "cover_outside_months"), color=ZONES["outside"], label="outside China")
    cover.plot(x, canvas.column(run, "japan_cover_months"), color=INK, lw=1.1, label="Japan's importers")
    cover.set(title="Cover", ylabel="months of use")
    reserves.plot(x, canvas.column(run, "reserves_t") / 1000.0, color=GREY)
    reserves.set(title="State reserves outside China", ylabel="kt")
    belief.plot(x, canvas.column(run, "japan_reliability"), color=ZONES["outside"])
    belief.set(title="China's reliability, as Japan's importers see it", ylabel="months without disruption")
    for ax in (held, cover, reserves):
        ax.set_ylim(0, max(1.12 * ax.get_ylim()[1], 0.1))
    for ax in (held, cover):
        ax.legend(loc="lower right", ncols=2, bbox_to_anchor=(1.0, 1.0), borderaxespad=0.1, columnspacing=1.0)
    canvas.percent_axis(belief, None)
    values = canvas.column(run, "japan_reliability")
    belief.set_ylim(max(0.0, float(values.min()) - 0.03), 1.0)
    for ax in axes.ravel():
        canvas.time_axis(ax, run, 6)
        canvas.mark_events(ax, run)
    return fig
