"""The page of a game over runs."""

from __future__ import annotations

from reabm.empirical.game_folder import PlayedGame
from reabm.empirical.solve import actions
from reabm.report import html
from reabm.report.game_canvas import BETWEEN, profile_words
from reabm.report.game_figures import figures_of
from reabm.report.game_table import Grid, grids_of, headings, lines_of, percent
from reabm.report.origin import assumed, made

BLOCKS = (
    "A player of several agents is a block: it counts what its members do to each other's prices, and answers another question "
    "than a single firm asks. What each member gains by leaving the block alone stands in the table of single agents."
)


def game_page(played: PlayedGame) -> str:
    """The page of a game: key figures, tables, figures, what was assumed, how it was made."""
    table, own = played.table, played.solution
    first = own.order[0]
    sure = own.luck.probability[actions(first, table.shape)]
    leavers = sum(gain.low > 0.0 for gain in own.alone if own.candidates and gain.profile == own.candidates[0])
    tiles = {
        "Profiles": (f"{own.luck.regret.size}", headings(played)[1].partition(";")[0]),
        "Equilibria": (f"{len(own.pure)}", "in pure strategies, at the means"),
        "Most credible": (percent(sure), profile_words(played, first)),
    }
    if own.parameters is not None:
        sets = f"of draws over seeds and {table.payoffs.shape[0]} parameter sets"
        tiles["With other parameters"] = (percent(own.parameters.probability[actions(first, table.shape)]), sets)
    if own.alone:
        tiles["Would leave alone"] = (f"{leavers}", "deviations of single agents at the first candidate that surely gain")
    grids = grids_of(played)
    figures = figures_of(played)
    about = played.about
    seeds = {"seeds": f"{table.n_seeds.min()} to {table.n_seeds.max()} a profile, from {table.seeds[0]} on, the same for all"}
    return html.page(
        f"reabm: a game of {own.luck.regret.size} profiles", f"The game {about['game']}, {about['from']} to {about['to']}",
        str(about["question"]) or "Who gains by deviating?",
        [
            html.section("Key figures", html.tiles(tiles)),
            html.section("Players", _players(played), html.paragraph(BLOCKS, is_note=True)),
            *(html.section(grid.title, _table(grid)) for grid in grids),
            html.section("In words", *(html.paragraph(line, is_note=True) for line in lines_of(played))),
            html.section("Figures", *(html.picture(draw) for draw in figures.values())),
            assumed(played.scenario),
            made(played.manifest, seeds),
        ],
    )  # fmt: skip


def _table(grid: Grid) -> str:
    """A grid whose words come first: those columns are one, which names the row, unless all hold words."""
    n = grid.words
    if n in (1, len(grid.headings)):
        return html.table(grid.headings, grid.rows, words=n - 1)
    return html.table(
        [BETWEEN.join(grid.headings[:n]), *grid.headings[n:]], [[BETWEEN.join(row[:n]), *row[n:]] for row in grid.rows]
    )


def _players(played: PlayedGame) -> str:
    found = {}
    for player in played.table.players:
        more = [own.name for own in player.deviations if own not in player.strategies]
        alone = f"; alone also {', '.join(more)}" if more else ""
        found[player.name] = f"{', '.join(own.name for own in player.strategies)}{alone}. Agents: {', '.join(player.agents)}."
    return html.facts(found)
