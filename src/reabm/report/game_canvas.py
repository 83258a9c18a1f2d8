"""What the figures of a game have in common: words for profiles, a table of profiles as a grid, colours of players."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from reabm.empirical.game import Player
from reabm.empirical.game_folder import PlayedGame
from reabm.empirical.summary import names_at
from reabm.report import canvas
from reabm.report.palette import BLUE, BROWN, GREEN, MARK, ORANGE, PINK, RED, SKY

BETWEEN = " · "  # two strategies of a profile
PLAYERS = (RED, BLUE, GREEN, ORANGE, MARK, PINK, BROWN, SKY)


class Layout(NamedTuple):
    """Profiles laid out in rows and columns: some players down, the others across."""

    down: tuple[int, ...]
    across: tuple[int, ...]
    rows: int
    columns: int

    def place(self, profile: Sequence[int], shape: Sequence[int]) -> tuple[int, int]:
        """Row and column of a profile."""
        row, column = 0, 0
        for player in self.down:
            row = row * shape[player] + profile[player]
        for player in self.across:
            column = column * shape[player] + profile[player]
        return row, column

    def names(self, players: Sequence[Player], of: Sequence[int]) -> list[str]:
        """Labels of the rows or columns, the first player's strategy first."""
        sizes = [len(players[i].strategies) for i in of]
        return [
            BETWEEN.join(words(players[i].strategies[a].name) for i, a in zip(of, np.unravel_index(k, sizes)))
            for k in range(int(np.prod(sizes)))
        ]


def layout_of(shape: Sequence[int]) -> Layout:
    """The first half of the players down, the others across."""
    half = (len(shape) + 1) // 2
    down, across = tuple(range(half)), tuple(range(half, len(shape)))
    return Layout(down, across, int(np.prod([shape[i] for i in down])), int(np.prod([shape[i] for i in across])))


def sheet(played: PlayedGame, height_in: float, title: str, subtitle: str, note: str = "") -> Figure:
    """An empty figure of a game."""
    about = played.about
    seeds = played.table.n_seeds
    many = f"{seeds.min()}" if seeds.min() == seeds.max() else f"{seeds.min()} to {seeds.max()}"
    return canvas.page(height_in, title, subtitle, note, f"{about['game']}, {about['from']} to {about['to']}, {many} seeds")


def words(name: str) -> str:
    """A strategy's name as it is read."""
    return name.replace("_", " ")


def profile_words(played: PlayedGame, profile: int) -> str:
    """A profile in one line."""
    return BETWEEN.join(words(name) for name in names_at(played.table.players, profile).values())


def order_words(played: PlayedGame) -> str:
    """Whose strategies a line names, in their order."""
    return BETWEEN.join(player.name for player in played.table.players)


def best_replies(payoffs: NDArray[np.float64], player: int) -> NDArray[np.bool_]:
    """Whether what a player does is a best reply, at every profile."""
    own = payoffs[player]
    found: NDArray[np.bool_] = own >= own.max(axis=player, keepdims=True)
    return found
