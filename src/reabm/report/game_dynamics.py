"""Figures of play that drifts: the replicator of two players as a phase portrait, and the graph of better replies."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch
from matplotlib.ticker import FuncFormatter

from reabm.empirical.game_folder import PlayedGame
from reabm.empirical.solve import actions
from reabm.empirical.summary import names_at
from reabm.games.normal_form import Array, normalised
from reabm.report.game_canvas import PLAYERS, order_words, sheet, words
from reabm.report.palette import BLUE, GREY, INK, PALE, RED

MOST_NODES = 12
GRID = 21  # arrows of the field along each side
STEPS, STEP = 4_000, 0.05


class Pair(NamedTuple):
    """Two players with two strategies each, the others held."""

    players: tuple[int, int]
    first: tuple[int, int]  # strategies of the first: at 0 and at 1 of its axis
    second: tuple[int, int]
    payoffs: Array  # (2, 2, 2), in shares of their ranges


def phase_portrait(played: PlayedGame) -> Figure:
    """Which way two populations of players move, where each drops what pays less than its mean."""
    pair = pair_of(played)
    players = played.table.players
    one, two = (players[i] for i in pair.players)
    held = {p.name: words(name) for p, name in zip(players, names_at(players, played.solution.order[0]).values())}
    others = [f"{player.name}: {held[player.name]}" for i, player in enumerate(players) if i not in pair.players]
    fig = sheet(
        played, 5.6, f"Where do {one.name} and {two.name} drift?",
        "Replicator dynamics: shares of two strategies each" + (f"; held: {', '.join(others)}" if others else ""),
        "Lines: paths from many starts. Filled: a rest that draws paths in. Ring: a rest that lets them go.",
    )  # fmt: skip
    ax = fig.subplots()
    axis = np.linspace(0.0, 1.0, GRID)
    x, y = np.meshgrid(axis, axis)
    dx, dy = field(pair.payoffs, x, y)
    speed = np.hypot(dx, dy)
    top = max(float(speed.max()), 1e-12)
    away = np.maximum(speed, 1e-12)
    ax.quiver(x, y, dx / away, dy / away, speed, cmap="Blues", scale=34, width=0.0022, clim=(-0.3 * top, 1.5 * top))
    for start in np.array(np.meshgrid((0.08, 0.36, 0.64, 0.92), (0.08, 0.36, 0.64, 0.92))).reshape(2, -1).T:
        path = _path(pair.payoffs, start)
        ax.plot(path[:, 0], path[:, 1], color=GREY, lw=0.9)
    for at, draws_in in rests(pair.payoffs):
        ax.plot(*at, "o", ms=9, mec=RED, mfc=RED if draws_in else "white", mew=1.6, clip_on=False, zorder=5)
    for set_label, player, chosen in ((ax.set_xlabel, one, pair.first), (ax.set_ylabel, two, pair.second)):
        names = [words(player.strategies[a].name) for a in chosen]
        set_label(f"{player.name}: share that plays {names[1]} (the rest: {names[0]})")
    for line in (ax.xaxis, ax.yaxis):
        line.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.0f} %"))
    ax.set_xlim(-0.02, 1.02)
    ax.set_ylim(-0.02, 1.02)
    ax.grid(False)
    return fig


def pair_of(played: PlayedGame) -> Pair:
    """The two players who matter most to each other around the most credible profile, each with its reply and the next best."""
    game = normalised(played.solution.payoffs)
    at = actions(played.solution.order[0], played.table.shape)
    best: tuple[float, Pair] | None = None
    for i, j in combinations(range(len(at)), 2):
        own, other = (_two(game, at, k) for k in (i, j))
        table = np.zeros((2, 2, 2))
        for a in range(2):
            for b in range(2):
                profile = list(at)
                profile[i], profile[j] = own[a], other[b]
                table[:, a, b] = game[(i, *profile)], game[(j, *profile)]
        stake = float(np.abs(table[:, 0, 0] - table[:, 0, 1] - table[:, 1, 0] + table[:, 1, 1]).sum())
        if best is None or stake > best[0] + 1e-12:
            best = stake, Pair((i, j), own, other, table)
    assert best is not None
    return best[1]


def _two(game: Array, at: tuple[int, ...], player: int) -> tuple[int, int]:
    """What a player does in a profile, and the best of what else it could do."""
    ladder = game[player][tuple(slice(None) if k == player else a for k, a in enumerate(at))]
    other = max((a for a in range(len(ladder)) if a != at[player]), key=lambda a: (float(ladder[a]), -a))
    low, high = sorted((at[player], other))
    return low, high


def field(payoffs: Array, x: Array, y: Array) -> tuple[Array, Array]:
    """Replicator dynamics of two players with two strategies; x, y: shares of the second ones."""
    gain_x = (payoffs[0, 1, 0] - payoffs[0, 0, 0]) * (1.0 - y) + (payoffs[0, 1, 1] - payoffs[0, 0, 1]) * y
    gain_y = (payoffs[1, 0, 1] - payoffs[1, 0, 0]) * (1.0 - x) + (payoffs[1, 1, 1] - payoffs[1, 1, 0]) * x
    return np.asarray(x * (1.0 - x) * gain_x), np.asarray(y * (1.0 - y) * gain_y)


def rests(payoffs: Array) -> list[tuple[tuple[float, float], bool]]:
    """Corners that are equilibria, and the inner rest if there is one; whether each draws paths in."""
    found: list[tuple[tuple[float, float], bool]] = []
    for a in (0, 1):
        for b in (0, 1):
            lost = payoffs[0, a, b] - payoffs[0, 1 - a, b], payoffs[1, a, b] - payoffs[1, a, 1 - b]
            if min(lost) >= 0.0:
                found.append(((float(a), float(b)), min(lost) > 0.0))
    bend_x = payoffs[0, 1, 1] - payoffs[0, 0, 1] - payoffs[0, 1, 0] + payoffs[0, 0, 0]
    bend_y = payoffs[1, 1, 1] - payoffs[1, 1, 0] - payoffs[1, 0, 1] + payoffs[1, 0, 0]
    if bend_x != 0.0 and bend_y != 0.0:
        y = (payoffs[0, 0, 0] - payoffs[0, 1, 0]) / bend_x
        x = (payoffs[1, 0, 0] - payoffs[1, 0, 1]) / bend_y
        if 0.0 < x < 1.0 and 0.0 < y < 1.0:
            found.append(((float(x), float(y)), False))  # a saddle, or a centre round which paths turn
    return found


def _path(payoffs: Array, start: Array) -> Array:
    points = [np.asarray(start, dtype=float)]
    for _ in range(STEPS):
        here = points[-1]
        step = STEP * np.array(field(payoffs, here[0], here[1]))
        size = float(np.abs(step).max())
        if size < 1e-7:
            break
        points.append(np.clip(here + step * min(1.0 / size * 0.01, 20.0), 0.0, 1.0))
    return np.array(points)


def response_graph(played: PlayedGame) -> Figure:
    """The profiles in which drifting play spends its time, and who moves from which to which."""
    table, own = played.table, played.solution
    shape, players = table.shape, table.players
    alpha, shares = float(own.rank.alphas[-1]), own.rank.shares[-1]
    by_share = sorted(range(shares.size), key=lambda k: (-float(shares.flat[k]), own.order.index(k)))
    nodes = by_share[:MOST_NODES]
    left_out = sum(float(shares.flat[k]) for k in by_share[MOST_NODES:])
    fig = sheet(
        played, 6.6, "Which way does play drift from profile to profile?",
        f"Alpha-rank at {alpha:g}: size is the share of time; an arrow is a best reply of one player, in its colour",
        f"Profiles as {order_words(played)}."
        + (f" The other {len(by_share) - len(nodes)} hold {100 * left_out:.0f} % of the time." if by_share[len(nodes) :] else ""),
    )  # fmt: skip
    ax = fig.subplots()
    angle = np.pi / 2.0 - 2.0 * np.pi * np.arange(len(nodes)) / len(nodes)
    places = {node: (1.25 * np.cos(a), np.sin(a)) for node, a in zip(nodes, angle)}
    for node in nodes:
        at = actions(node, shape)
        for i in range(len(shape)):
            ladder = own.payoffs[i][tuple(slice(None) if k == i else a for k, a in enumerate(at))]
            if ladder.max() <= ladder[at[i]]:
                continue
            to = int(np.ravel_multi_index(tuple(int(ladder.argmax()) if k == i else a for k, a in enumerate(at)), shape))
            if to in places:
                ax.add_patch(FancyArrowPatch(
                    places[node], places[to], arrowstyle="-|>", mutation_scale=9, lw=1.2, color=PLAYERS[i % len(PLAYERS)],
                    shrinkA=_radius(shares.flat[node]) + 3, shrinkB=_radius(shares.flat[to]) + 3, alpha=0.85,
                    connectionstyle="arc3,rad=0.12",
                ))  # fmt: skip
    for node, a in zip(nodes, angle):
        x, y = places[node]
        share = float(shares.flat[node])
        ax.scatter(
            [x], [y], s=(2.0 * _radius(share)) ** 2, color=BLUE if share > 0.005 else PALE, edgecolor=INK, lw=0.8, zorder=4
        )
        lines = [words(name) for name in names_at(players, node).values()]
        half = -(-len(lines) // 2)
        text = "\n".join(" · ".join(part) for part in (lines[:half], lines[half:]) if part)
        out = 0.06 + _radius(share) / 150.0
        side = "center" if abs(np.cos(a)) < 0.2 else "left" if np.cos(a) > 0.0 else "right"
        ax.text(
            x + out * np.cos(a), y + (0.05 + 1.1 * out) * np.sin(a), f"{text}\n{100 * share:.0f} %" if share > 0.005 else text,
            size=7, ha=side, va="center", color=INK if share > 0.005 else GREY,
        )  # fmt: skip
    for i, player in enumerate(players):
        ax.plot([], [], color=PLAYERS[i % len(PLAYERS)], lw=2, label=player.name)
    ax.legend(loc="lower left", ncols=1)
    ax.set_xlim(-2.2, 2.2)
    ax.set_ylim(-1.32, 1.32)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return fig


def _radius(share: float) -> float:
    """Of a node, points."""
    return float(np.sqrt(10.0 + 200.0 * share))
