"""`reabm tree`: saved runs and their forks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reabm.commands import terminal


def tree_command(
    folders: Annotated[
        list[Path] | None, typer.Argument(metavar="[FOLDER]...", help="Run folders, or folders that hold some (default: runs).")
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", hidden=True)] = False,
) -> None:
    """Saved runs and their forks: which run was played on from which month, with which changes."""
    from reabm.report.run_tree import run_tree
    from reabm.store.naming import RUNS

    console = terminal.console(terminal.LINE_WIDTH)
    for shown in run_tree(folders or [RUNS]):
        console.print(shown)
