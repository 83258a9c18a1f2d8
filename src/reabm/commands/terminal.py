"""The terminal: a console for tables, a bar for what takes time, a line for what went wrong."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

TABLE_WIDTH, LINE_WIDTH = 100, 200  # where the output is no terminal


class Told(int):
    """An exit code of which the person was told already."""


def say(line: str) -> None:
    """A line on stderr."""
    print(line, file=sys.stderr)


def console(width: int) -> Console:
    """A console on stdout; where that is no terminal, plain text of a fixed width."""
    from rich.console import Console

    found = Console(highlight=False, soft_wrap=False)
    return found if found.is_terminal else Console(highlight=False, width=width, no_color=True)


def bar() -> Progress:
    """A progress bar on stderr that leaves nothing behind; none where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<24}"), BarColumn(30), MofNCompleteColumn(), TimeElapsedColumn())
    errors = Console(stderr=True)
    return Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal)
