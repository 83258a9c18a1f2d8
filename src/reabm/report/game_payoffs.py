"""The heat map of a game: what every profile pays each player, and where each would rather go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from reabm.empirical.game_folder import PlayedGame
from reabm.report.game_canvas import BETWEEN, Layout, best_replies, layout_of, sheet
from reabm.report.palette import GREY, INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CELL_IN, PANEL_TOP_IN, LABEL_IN = 0.21, 0.34, 1.25
MOST_NUMBERS = 140  # cells of a panel in which numbers can still be read
SHADES = LinearSegmentedColormap.from_list("pay", colormaps["YlGnBu"](np.linspace(0.02, 0.62, 64)))


def payoffs(played: PlayedGame) -> Figure:
    """A panel a player: shade and number are its pay-off, the arrow points to its best reply, a dot says that it plays it."""
    shape = played.table.shape
    layout = layout_of(shape)
    wide = layout.columns > 8 or layout.columns * 2 > 12
    columns = 1 if wide else 2
    rows = -(-len(shape) // columns)
    below = 0.13 * len(layout.across) + 0.2
    height = 1.05 + rows * (PANEL_TOP_IN + CELL_IN * layout.rows + below)
    fig = sheet(
        played, height, "What does every profile pay, and where would each player go?",
        "M USD of 2010, discounted, means over seeds; one panel a player",
        "Dot: it plays its best reply. Arrow: towards its best reply. Framed: nobody gains by deviating.",
    )  # fmt: skip
    axes = np.atleast_1d(fig.subplots(rows, columns, squeeze=False).ravel())
    for i, ax in enumerate(axes):
        if i >= len(shape):
            ax.set_visible(False)
            continue
        _panel(ax, played, layout, i, is_left=i % columns == 0)
    return fig


def _panel(ax: Axes, played: PlayedGame, layout: Layout, i: int, is_left: bool) -> None:
    table, own = played.table, played.solution
    shape, player = table.shape, table.players[i]
    worth = np.zeros((layout.rows, layout.columns))
    for profile in np.ndindex(*shape):
        worth[layout.place(profile, shape)] = own.payoffs[(i, *profile)]
    low, span = float(worth.min()), float(worth.max() - worth.min())
    ax.imshow((worth - low) / (span if span > 0.0 else 1.0), cmap=SHADES, vmin=0.0, vmax=1.0, aspect="auto")
    plays = best_replies(own.payoffs, i)
    best = own.payoffs[i].argmax(axis=i)
    for profile in np.ndindex(*shape):
        row, column = layout.place(profile, shape)
        if worth.size <= MOST_NUMBERS:
            ax.text(
                column - 0.12, row, f"{worth[row, column]:,.0f}".replace("-", "−"), size=6.2, ha="center", va="center", color=INK
            )
        if plays[profile]:
            ax.plot(column + 0.40, row, "o", ms=2.6, color=INK)
        else:
            others = tuple(a for k, a in enumerate(profile) if k != i)
            to = list(profile)
            to[i] = int(best[others])
            there = layout.place(to, shape)
            glyph = ("▲" if there[0] < row else "▼") if there[0] != row else ("◀" if there[1] < column else "▶")
            ax.text(column + 0.40, row, glyph, size=5.2, ha="center", va="center", color=GREY)
    for profile in own.pure:
        row, column = layout.place(profile, shape)
        ax.add_patch(Rectangle((column - 0.48, row - 0.47), 0.96, 0.94, fill=False, ec=INK, lw=1.2))
    ax.set_title(f"{player.name}{' (a block of ' + str(len(player.agents)) + ')' if player.is_block else ''}")
    across = [name.replace(BETWEEN, "\n") for name in layout.names(table.players, layout.across)]
    ax.set_xticks(range(layout.columns), across, size=7 if max(map(len, across)) * layout.columns < 110 else 5.5)
    ax.set_yticks(range(layout.rows), layout.names(table.players, layout.down) if is_left else [""] * layout.rows, size=7)
    ax.tick_params(length=0)
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set_visible(False)
