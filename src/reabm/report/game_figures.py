"""The figures of a game over runs: pay-offs, equilibria, single agents, noisy play, and where play drifts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from reabm.empirical.game_folder import PlayedGame
from reabm.empirical.solve import HIGHEST_PRECISION, Gain, actions
from reabm.report import canvas
from reabm.report.game_canvas import PLAYERS, order_words, profile_words, sheet, words
from reabm.report.game_dynamics import phase_portrait, response_graph
from reabm.report.game_payoffs import payoffs
from reabm.report.game_table import best_gain, is_idle
from reabm.report.palette import BLUE, CYCLE, GREY, INK, ORANGE, RED

MOST_BARS = 14


def probabilities(played: PlayedGame) -> Figure:
    """How often each profile is an equilibrium, and how much is gained by leaving it, with intervals."""
    own, shape = played.solution, played.table.shape
    order = own.order[:MOST_BARS]
    both = own.parameters
    fig = sheet(
        played, 1.5 + 0.27 * len(order), "Which profiles are equilibria, and how sure is that?",
        f"Left: bootstrap draws in which nobody gains by deviating. Right: gain, 90 % interval ({order_words(played)})",
        "Dark: draws of seeds. Light: of seeds and parameter sets." if both is not None else "Draws of seeds, the same for all.",
    )  # fmt: skip
    left, right = fig.subplots(1, 2, sharey=True, width_ratios=(1.0, 1.0))
    places = np.arange(len(order))[::-1]
    ats = [actions(profile, shape) for profile in order]
    height = 0.34 if both is not None else 0.6
    left.barh(places + (0.18 if both is not None else 0.0), [own.luck.probability[at] for at in ats], height, color=BLUE)
    if both is not None:
        left.barh(places - 0.18, [both.probability[at] for at in ats], height, color="#9ccbe8")
    left.set_yticks(places, [profile_words(played, profile) for profile in order], size=7.5)
    left.set_xlim(0.0, 1.0)
    left.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.0f} %"))
    left.set_title("Equilibrium in")
    for place, at in zip(places, ats):
        low, middle, high = (float(each[at]) for each in (own.luck.low, own.luck.regret, own.luck.high))
        right.plot([low, high], [place, place], color=ORANGE, lw=3.0, alpha=0.5, solid_capstyle="butt")
        right.plot(middle, place, "o", color=RED, ms=4)
    right.set_xlim(left=min(0.0, right.get_xlim()[0]))
    right.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.0f} %"))
    right.set_title("Largest gain, share of a player's range")
    for ax in (left, right):
        ax.tick_params(axis="y", length=0)
        ax.grid(axis="x")
        ax.grid(axis="y", visible=False)
    return fig


def quantal(played: PlayedGame) -> Figure:
    """Choice probabilities as players err less and less."""
    path, players = played.solution.quantal, played.table.players
    columns = 2
    rows = -(-len(players) // columns)
    fig = sheet(
        played, 1.1 + 2.2 * rows, "What is played by those who err, and less and less?",
        "Quantal response: probability of each strategy over precision, per share of what a player can win or lose",
        "At precision 0 every strategy is as likely as any other.",
    )  # fmt: skip
    axes = fig.subplots(rows, columns, squeeze=False, sharey=True).ravel()
    for i, ax in enumerate(axes):
        if i >= len(players):
            ax.set_visible(False)
            continue
        ends = []
        for k, choice in enumerate(players[i].strategies):
            shade = CYCLE[k % len(CYCLE)]
            ax.plot(path.precision, path.mixed[i][:, k], color=shade, lw=1.6)
            ends.append((float(path.mixed[i][-1, k]), words(choice.name), shade))
        last, placed = min(float(path.precision.max()), HIGHEST_PRECISION), -np.inf
        for value, name, shade in sorted(ends):
            placed = max(value, placed + 0.085)
            ax.annotate(
                name, (last, placed), xytext=(4, 0), textcoords="offset points", va="center", size=7.5, color=shade,
                annotation_clip=False,
            )  # fmt: skip
        ax.set_xlim(0.0, last)
        canvas.percent_axis(ax)
        ax.set_title(players[i].name)
        ax.set_xlabel("precision")
    return fig


def single_agents(played: PlayedGame) -> Figure:
    """What single agents gain by leaving the most credible candidate, their block staying."""
    players = played.table.players
    profile, rows = _leavers(played)
    asked = sum(len(player.agents) for player in players if player.deviations)
    fig = sheet(
        played, 1.5 + 0.21 * len(rows), "Who would leave alone?",
        f"Best gain of a single agent at {profile_words(played, profile)} ({order_words(played)}); 90 % interval",
        "Its block stays. Beside the name: what it does instead."
        + (f" Left out: {asked - len(rows)} for whom nothing makes a difference." if asked > len(rows) else ""),
    )  # fmt: skip
    ax = fig.subplots()
    for place, (i, _, gain) in zip(range(len(rows))[::-1], rows):
        shade = PLAYERS[i % len(PLAYERS)]
        ax.plot([gain.low, gain.high], [place, place], color=shade, lw=3.0, alpha=0.45, solid_capstyle="butt")
        ax.plot(gain.gain, place, "o", color=shade, ms=4)
    ax.set_yticks(range(len(rows))[::-1], [f"{agent}: {words(gain.choice)}" for _, agent, gain in rows], size=7.5)
    ax.axvline(0.0, color=INK, lw=0.8)
    if max(abs(x) for _, _, gain in rows for x in (gain.low, gain.high)) > 50.0:
        ax.set_xscale("symlog", linthresh=1.0)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.4g}".replace("-", "−")))
    ax.set_xlabel("gain, M USD", color=GREY)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x")
    return fig


def _leavers(played: PlayedGame) -> tuple[int, list[tuple[int, str, Gain]]]:
    """The first candidate that somebody could leave with an effect, and the best gain of each agent who could: player, name."""
    for profile in played.solution.candidates:
        rows = []
        for i, player in enumerate(played.table.players):
            for agent in player.agents:
                best = best_gain(played.solution.alone, profile, agent)
                if best is not None and not is_idle(best):
                    rows.append((i, agent, best))
        if rows:
            return profile, rows
    return -1, []


FIGURES: dict[str, Callable[[PlayedGame], Figure]] = {
    "payoffs": payoffs,
    "probabilities": probabilities,
    "single_agents": single_agents,
    "quantal": quantal,
    "phase_portrait": phase_portrait,
    "response_graph": response_graph,
}


def figures_of(played: PlayedGame) -> dict[str, Callable[[], Figure]]:
    """The figures that a game has something to show in."""
    has = {"single_agents": bool(_leavers(played)[1])}
    return {name: partial(draw, played) for name, draw in FIGURES.items() if has.get(name, True)}


def draw_game(played: PlayedGame, folder: Path) -> list[Path]:
    """Draw the figures of a game into a folder and return their files."""
    return canvas.draw_all(figures_of(played), folder)
