"""`reabm play`: play a saved game again, show what it was worth, and save the run that it is."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reabm.commands import terminal

if TYPE_CHECKING:
    from reabm.sides import Game


def play_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File of a game.")],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Save the run folder here; turns not played go on as they are.")
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", hidden=True)] = False,
) -> None:
    """Play a saved game again: what was decided in each half-year, and what it was worth beside other ways to play."""
    from reabm.store.naming import check_free

    if out is not None:
        check_free(out)
    with terminal.bar() as bar:
        task = bar.add_task("compiling rules (once)", total=None)
        bar.refresh()
        from reabm.sides import load_game

        game = load_game(file)
        bar.update(task, total=1, completed=1)
    show(game)
    if out is not None:
        from reabm.store import Result

        print(f"run folder  {Result(game.record()).save(out, command=['reabm', *sys.argv[1:]])}")


def show(game: Game) -> None:
    """Print the turns and, where one was played, what they were worth."""
    from reabm.report import play_table as tables
    from reabm.sides import ending_of

    console = terminal.console(terminal.TABLE_WIDTH)
    print(f"{game.side.title}: turn {game.turn} of {game.n_turns}, seed {game.seed}. {game.side.wants}")
    ending = ending_of(game)
    if ending is None:
        return
    for table in (tables.turns_table(game), tables.ranking_table(ending), tables.terms_table(ending)):
        console.print(table)
    print(ending.sentence)
