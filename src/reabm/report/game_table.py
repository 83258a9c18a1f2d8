"""Tables of a game over runs: credible profiles, equilibria, best replies, single agents, and where play drifts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from reabm.empirical.game import Player
from reabm.empirical.game_folder import PlayedGame
from reabm.empirical.solve import HIGHEST_PRECISION, Gain, actions
from reabm.empirical.summary import basins_of, names_at

MOST_PROFILES = 8  # rows of the most credible profiles
MOST_ENDS = 5
LIKELY = 0.05  # share of a mix that is named
NOTHING = "–"
MEANING = (
    "Pay-offs: M USD of 2010, discounted to the first month, means over seeds. Gain: what a player would win by its best other "
    "strategy, the others staying (the largest of all players). P: share of bootstrap draws in which nobody gains."
)


class Grid(NamedTuple):
    """A table before it is shown: a title, headings, rows; the first `words` columns hold words."""

    title: str
    headings: tuple[str, ...]
    rows: list[list[str]]
    words: int


def grids_of(played: PlayedGame) -> list[Grid]:
    """All tables of a game, in the order in which they are read."""
    found = [profiles_grid(played)]
    if played.solution.order:
        found.append(replies_grid(played))
    if played.solution.alone:
        found.append(alone_grid(played))
    found.append(drift_grid(played))
    return found


def tables_of(played: PlayedGame) -> list[Group]:
    """The same for the terminal."""
    return [Group(Text(grid.title, style="bold"), _table(grid)) for grid in grids_of(played)]


def headings(played: PlayedGame) -> list[str]:
    """What was asked and played, in two lines."""
    about, table = played.about, played.table
    counts = " x ".join(f"{player.name} {len(player.strategies)}" for player in table.players)
    seeds = (
        f"{table.n_seeds.min()}"
        if table.n_seeds.min() == table.n_seeds.max()
        else f"{table.n_seeds.min()} to {table.n_seeds.max()}"
    )
    sets = f", {table.payoffs.shape[0]} parameter sets" if table.payoffs.shape[0] > 1 else ""
    return [
        str(about["question"]) or str(about["game"]),
        f"{counts} = {int(np.prod(table.shape))} profiles, {seeds} seeds each{sets}; players choose in {about['from']}, "
        f"pay-offs to {about['to']}",
    ]  # fmt: skip


def profiles_grid(played: PlayedGame) -> Grid:
    """The profiles that are most credible as equilibria."""
    table, own = played.table, played.solution
    players = table.players
    rows = []
    for profile in own.order[:MOST_PROFILES]:
        at = actions(profile, table.shape)
        gains = [float(own.gains[(i, *at)]) for i in range(len(players))]
        most = int(np.argmax([gain / wide if wide > 0.0 else gain for gain, wide in zip(gains, own.scales)]))
        row = [*names_at(players, profile).values()]
        row += [f"{musd(own.payoffs[(i, *at)])} ± {own.errors[(i, *at)]:,.0f}" for i in range(len(players))]
        row += [f"{musd(max(gains[most], 0.0))}" + (f" {players[most].name}" if gains[most] > 0.0 else "")]
        row += [percent(own.luck.probability[at])]
        if own.parameters is not None:
            row.append(percent(own.parameters.probability[at]))
        rows.append(row)
    names = [player.name for player in players]
    probability = ["P, luck", "P, luck and parameters"] if own.parameters is not None else ["P"]
    title = f"Most credible profiles of {own.luck.regret.size}"
    return Grid(title, (*names, *(f"{name} M USD" for name in names), "largest gain", *probability), rows, len(names))


def replies_grid(played: PlayedGame) -> Grid:
    """Against the most credible profile: what each player gets from each of its strategies."""
    table, own = played.table, played.solution
    at = actions(own.order[0], table.shape)
    most = max(table.shape)
    rows = []
    for i, player in enumerate(table.players):
        ladder = own.payoffs[i][tuple(slice(None) if j == i else a for j, a in enumerate(at))]
        order = sorted(range(len(ladder)), key=lambda k: (-float(ladder[k]), k))
        cells = [f"{'*' if k == at[i] else ''}{player.strategies[k].name} {change(ladder[k] - ladder[at[i]])}" for k in order]
        rows.append([player.name, *cells, *[""] * (most - len(cells))])
    heads = ("player", "best reply", *(f"{k}." for k in range(2, most + 1)))
    return Grid("Replies to the most credible profile (* it plays), M USD beside what it gets", heads, rows, len(heads))


def alone_grid(played: PlayedGame) -> Grid:
    """Single agents who leave a candidate alone: the best they find."""
    rows = []
    for profile in played.solution.candidates:
        number = f"{played.solution.order.index(profile) + 1}"
        at = actions(profile, played.table.shape)
        idle = 0
        for player, action in zip(played.table.players, at):
            for agent in player.agents:
                best = best_gain(played.solution.alone, profile, agent)
                if best is None or is_idle(best):
                    idle += best is not None
                    continue
                sure = f"{change(best.gain)} [{change(best.low)} to {change(best.high)}]"
                rows.append([number, agent, player.strategies[action].name, best.choice, sure, verdict(best)])
        if idle:
            rows.append([number, f"{idle} more", "", "no matter what", "0", "no"])
    return Grid(
        "Single agents who leave a candidate (number of the row above) while all others stay, their block included",
        ("row", "agent", "plays", "best other", "gain, M USD [90 %]", "would it?"), rows, 6,
    )  # fmt: skip


def drift_grid(played: PlayedGame) -> Grid:
    """Where noisy, growing and drifting play ends up."""
    own, players = played.solution, played.table.players
    mixes = own.quantal.mixed_at(HIGHEST_PRECISION)
    noisy = f"quantal response, precision {HIGHEST_PRECISION:g}"
    rows = [[noisy, *(mix_words(player, mix) for player, mix in zip(players, mixes)), ""]]
    basins = basins_of(players, own)
    rows += [["replicator ends at", *basin.strategies, percent(basin.share)] for basin in basins[:MOST_ENDS]]
    moving = 1.0 - sum(basin.share for basin in basins)
    if moving >= LIKELY:
        rows.append(["replicator: still moving", *[""] * len(players), percent(moving)])
    alpha, shares = float(own.rank.alphas[-1]), own.rank.shares[-1]
    often = sorted(range(shares.size), key=lambda n: (-float(shares.flat[n]), n))[:MOST_ENDS]
    rows += [
        [f"alpha-rank at {alpha:g}", *names_at(players, k).values(), percent(shares.flat[k])]
        for k in often
        if shares.flat[k] >= LIKELY
    ]
    return Grid("Where play drifts", ("dynamics", *(player.name for player in players), "share"), rows, len(players) + 1)


def lines_of(played: PlayedGame) -> list[str]:
    """Equilibria in words, and what the figures mean."""
    own, players = played.solution, played.table.players
    counts = own.luck.n_equilibria
    often = ", ".join(f"{n} in {percent(share)}" for n, share in enumerate(counts) if share >= 0.005)
    lines = [f"equilibria  {len(own.pure)} in pure strategies{_mixed_words(played)}; of the bootstrap's draws have {often}"]
    idle = [player.name for player, wide in zip(players, own.scales) if wide == 0.0]
    if idle:
        lines.append(f"beside it   nothing that anyone does changes what {' and '.join(idle)} gets: every reply is a best one")
    if played.table.n_failed:
        lines.append(f"failed      {played.table.n_failed} runs did not close and are left out")
    lost = dict.fromkeys(f"{gain.agent} to {gain.choice}" for gain in own.alone if not gain.n_seeds)
    if lost:
        lines.append(f"no seed     {', '.join(lost)}: closes with no seed, and is no choice")
    return [*lines, MEANING]


def best_gain(alone: Sequence[Gain], profile: int, agent: str) -> Gain | None:
    """The largest gain of an agent that leaves a profile; none where it was not tried."""
    own = [gain for gain in alone if gain.profile == profile and gain.agent == agent and gain.n_seeds]
    return max(own, key=lambda gain: gain.gain) if own else None


def is_idle(gain: Gain) -> bool:
    """Whether the best that an agent finds alone changes nothing for it."""
    return gain.gain == gain.low == gain.high == 0.0


def verdict(gain: Gain) -> str:
    """Whether the agent would leave, as far as the seeds tell."""
    if gain.low > 0.0:
        return "yes"
    return "no" if gain.high <= 0.0 else "not sure"


def mix_words(player: Player, mix: np.ndarray) -> str:
    """Shares of a mix that are worth naming."""
    order = sorted(range(len(mix)), key=lambda k: (-float(mix[k]), k))
    return ", ".join(f"{player.strategies[k].name} {percent(mix[k])}" for k in order if mix[k] >= LIKELY)


def percent(share: float) -> str:
    """A share as whole per cent."""
    return f"{100.0 * float(share):.0f} %"


def musd(value: float) -> str:
    """Money in M USD with a true minus sign, a digit after the point where it is small."""
    text = f"{value:,.0f}" if abs(value) >= 10.0 else f"{value:,.1f}"
    return "0" if text in ("-0", "-0.0", "0.0") else text.replace("-", "−")


def change(value: float) -> str:
    """A difference with its sign."""
    text = musd(value)
    return text if text == "0" or text.startswith("−") else f"+{text}"


def _mixed_words(played: PlayedGame) -> str:
    found = len(played.solution.mixed)
    if not found:
        return ""
    whole = " (complete)" if len(played.table.players) == 2 else " found"
    return f", {found} mixed{whole}"


def _table(grid: Grid) -> Table:
    table = Table(box=box.SIMPLE, pad_edge=False, header_style="bold")
    for n, heading in enumerate(grid.headings):
        table.add_column(heading, justify="left" if n < grid.words else "right")
    for row in grid.rows:
        table.add_row(*row)
    return table
