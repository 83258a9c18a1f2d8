"""`reabm validate`: play many runs, hold them against history, print and save the scoreboard."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reabm.commands import terminal
from reabm.commands.scenarios import chosen_scenario, scenario_file

if TYPE_CHECKING:
    from reabm.scenario import Scenario
    from reabm.validation.scoreboard import Board

SHIPPED = Path("history")
TABLE_WIDTH = 200  # where the output is no terminal


def validate_command(
    scenario: Annotated[Path, typer.Argument(metavar="[SCENARIO]", help="Scenario file, or name of a shipped one.")] = SHIPPED,
    params: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Parameter sets of reabm calibrate, fitted to 2012 (default: all of those that the scenario is written with).",
        ),
    ] = None,
    early_params: Annotated[
        str | None, typer.Option(metavar="NAME", help="With --ladder: parameter sets fitted to 2010, for 2011 and 2012.")
    ] = None,
    runs: Annotated[
        int, typer.Option(min=2, max=5_000, help="Runs, with a seed each; parameter sets are dealt out in turn.")
    ] = 100,
    first_seed: Annotated[int, typer.Option(min=0, max=2**62, help="Seed of the first run; the others count on.")] = 0,
    ladder: Annotated[bool, typer.Option("--ladder", help="Score 2011 and 2012 as well, from what was known in 2010.")] = False,
    workers: Annotated[int | None, typer.Option(min=1, max=1024, help="Threads (default: one a core).")] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder (default: runs/validate).")] = None,
    figures: Annotated[bool, typer.Option("--figures/--no-figures", help="Draw figures into the folder.")] = True,
    debug: Annotated[bool, typer.Option("--debug", hidden=True)] = False,
) -> None:
    """Hold many runs against history: fact by fact, series by series, beside forecasts that cost nothing."""
    chosen = chosen_scenario(scenario, [])
    if early_params is not None and not ladder:
        raise typer.BadParameter("--early-params: got a name without --ladder; allowed together")
    from reabm.scenario.merge import parameters_of
    from reabm.store.naming import RUNS, check_free, check_room

    check_room(RUNS / "new") if out is None else check_free(out)
    params = params or parameters_of(scenario_file(scenario))
    board = _score(chosen, params, early_params, range(first_seed, first_seed + runs), ladder, workers)
    from reabm.validation.folder import save_board

    show(board)
    folder = save_board(board, chosen, out, command=["reabm", *sys.argv[1:]])
    console = terminal.console(TABLE_WIDTH)
    console.print(f"folder    {folder}", soft_wrap=True)
    if figures:
        drawn = _draw(board, chosen, folder)
        console.print(f"figures   {folder / 'figures'}: {', '.join(file.stem for file in drawn)}", soft_wrap=True)
    console.print(f"report    reabm report {folder}", soft_wrap=True)


def _score(scenario: Scenario, params: str | None, early: str | None, seeds: range, ladder: bool, workers: int | None) -> Board:
    """Play under a progress bar, and score; the rung of 2010 is played with its own sets where they are given."""
    with terminal.bar() as bar:
        task = bar.add_task("compiling rules (once)", total=len(seeds) * (2 if early else 1))
        bar.refresh()
        from reabm.report.document_scripted import SCRIPTED
        from reabm.validation.asked import about_asked, sets_of
        from reabm.validation.observed import observations
        from reabm.validation.playing import play
        from reabm.validation.scoreboard import joined, names_wanted, score
        from reabm.validation.targets import load_targets
        from reabm.validation.windows import EARLY, RUNGS

        targets, observed = load_targets(), tuple(row for row in observations() if row.is_target)
        names = names_wanted(targets, observed)
        sets, early_sets = sets_of(params), sets_of(early)
        before = 0

        def played(done: int, _: int) -> None:
            bar.update(task, completed=before + done, description="playing runs")

        paths = play(scenario, names, seeds, sets, workers, played)
        about = {"asked": about_asked(scenario, paths, sets, early_sets, ladder, tuple(each.series for each in SCRIPTED))}
        board = score(paths, targets, observed, (EARLY, *RUNGS) if ladder and early_sets is None else RUNGS, about)
        if early_sets is None:
            return board
        before = len(seeds)
        return joined(board, score(play(scenario, names, seeds, early_sets, workers, played), (), observed, (EARLY,)))


def show(board: Board) -> None:
    """Print tables, misses and what they come to."""
    from reabm.report import validation_table as tables

    console = terminal.console(TABLE_WIDTH)
    for table in (*tables.fact_tables(board, console.width), *tables.series_tables(board, console.width)):
        console.print()
        console.print(table)
    console.print()
    for note in tables.notes():
        console.print(note, style="dim")
    console.print()
    console.print("Misses", style="bold")
    for line in tables.missed_lines(board):
        console.print(f"  {line}", soft_wrap=True, markup=False)
    console.print()
    for line in (*tables.summary_lines(board.summary), *tables.condition_lines(board.summary)):
        console.print(line, soft_wrap=True, markup=False)


def _draw(board: Board, scenario: Scenario, folder: Path) -> list[Path]:
    with terminal.bar() as bar:
        task = bar.add_task("drawing figures", total=None)
        bar.refresh()
        from reabm.report.validation_figures import draw_board, figures_of

        bar.update(task, total=len(figures_of(board)))
        return draw_board(board, scenario, folder / "figures", progress=lambda: bar.advance(task))
