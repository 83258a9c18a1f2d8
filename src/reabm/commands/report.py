"""`reabm report`: one HTML page about a folder that a command wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report_command(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", help="Folder of a run, of leverage, a scoreboard, a calibration, a game, regret or a study."
        ),
    ],
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="The page (default: FOLDER/report.html).")] = None,
    debug: Annotated[bool, typer.Option("--debug", hidden=True)] = False,
) -> None:
    """Write a page about a folder: question, key figures, pictures, what was assumed, how it was made."""
    from reabm.report.pages import write_report

    print(f"report  {write_report(folder, out)}")
