"""The figures of regret: bars with intervals for each agent, and for each rule."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from reabm.empirical.regret_folder import SavedRegret
from reabm.report import canvas
from reabm.report.palette import BLUE, BROWN, GREEN, GREY, INK, ORANGE, RED
from reabm.report.regret_table import money, sorted_rows

KINDS = {"state": RED, "government": BLUE, "mine": BROWN, "maker": GREEN, "importer": ORANGE}
PER_ROW_IN = 0.21


def agents(saved: SavedRegret) -> Figure:
    """Gain of each agent's best deviation as a share of its worth, with its interval; the deviation beside it."""
    rows = [row for row in sorted_rows(saved) if row["best"] and row["high_musd"] > 0.0][::-1]
    none = len(saved.summary["agents"]) - len(rows)
    own = saved.summary
    idle = f" Not shown: {none} agents who find nothing better." if none else ""
    fig = canvas.page(
        1.6 + PER_ROW_IN * max(1, len(rows)), "Who would gain by playing otherwise alone?",
        "Gain of the best deviation as a share of the agent's worth (bar) and its 90 % interval (line), others as they are",
        f"Chosen and measured on different seeds. Pale: the interval covers zero.{idle}",
        f"{own['scenario']}, {own['from']} to {own['to']}",
    )  # fmt: skip
    ax = fig.subplots()
    for n, row in enumerate(rows):
        scale = row["scale_musd"] or 1.0
        gain, low, high = (100.0 * row[key] / scale for key in ("gain_musd", "low_musd", "high_musd"))
        sure = low > 0.0
        ax.barh(n, gain, height=0.62, color=KINDS[row["kind"]], alpha=0.85 if sure else 0.35)
        ax.plot([low, high], [n, n], color=INK, lw=1.0)
        ax.annotate(
            f"{row['best']}: {money(row['gain_musd'])} M USD", (max(gain, high, 0.0), n), xytext=(5, 0),
            textcoords="offset points", va="center", size=6.8, color=GREY,
        )  # fmt: skip
    ax.axvline(0.0, color=INK, lw=0.7)
    ax.set_yticks(range(len(rows)), [row["agent"].replace("_", " ") for row in rows])
    ax.set_ylim(-0.7, len(rows) - 0.3)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    ax.set_xlabel("gain, % of the agent's worth")
    low, high = ax.get_xlim()
    ax.set_xlim(low, high + 0.3 * (high - low))  # room for the names of deviations
    kinds = [kind for kind in KINDS if any(row["kind"] == kind for row in rows)]
    handles: list[Patch | Line2D] = [Patch(color=KINDS[kind], label=kind) for kind in kinds]
    ax.legend(handles=handles, loc="lower right")
    return fig


def rules(saved: SavedRegret) -> Figure:
    """Mean regret of the agents that play a rule, as a share of their worth; each agent a point."""
    groups = saved.summary["by_rule"][::-1]
    own = saved.summary
    fig = canvas.page(
        1.5 + 0.3 * max(1, len(groups)), "How far from rational is each rule?",
        "Mean regret of the agents that play it, as a share of their worth (bar); each agent a point",
        "", f"{own['scenario']}, {own['from']} to {own['to']}",
    )  # fmt: skip
    ax = fig.subplots()
    for n, group in enumerate(groups):
        each = [
            100.0 * row["relative"]
            for row in own["agents"].values()
            if (row["kind"], row["rule"]) == (group["kind"], group["rule"])
        ]
        ax.barh(n, 100.0 * group["mean_relative"], height=0.6, color=KINDS[group["kind"]], alpha=0.6)
        ax.plot(each, [n] * len(each), "o", color=KINDS[group["kind"]], ms=3.5, mec="white", mew=0.4)
    names = [f"{group['kind']}: {group['rule'].replace('_', ' ')} ({group['agents']})" for group in groups]
    ax.set_yticks(range(len(groups)), names)
    ax.set_ylim(-0.6, len(groups) - 0.4)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    ax.set_xlim(left=0.0)
    ax.set_xlabel("regret, % of the agent's worth")
    return fig


FIGURES: dict[str, Callable[[SavedRegret], Figure]] = {"agents": agents, "rules": rules}


def draw_regret(saved: SavedRegret, folder: Path) -> list[Path]:
    """Draw the figures into a folder and return their files."""
    return canvas.draw_all({name: partial(draw, saved) for name, draw in FIGURES.items()}, folder)
