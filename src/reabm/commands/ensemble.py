"""`reabm ensemble`: the words of its command line; `ensemble_play.py` does what they ask."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from reabm.commands import terminal
from reabm.commands.scenarios import chosen_scenario
from reabm.commands.terminal import Told, say


def ensemble_command(
    scenarios: Annotated[list[Path], typer.Argument(metavar="SCENARIO...", help="Scenario files, or names of shipped ones.")],
    runs: Annotated[int, typer.Option(min=1, max=10_000_000, help="Runs, with a seed each, of every scenario and set.")] = 500,
    first_seed: Annotated[int, typer.Option(min=0, max=2**62, help="Seed of the first run; the others count on.")] = 0,
    vary: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH=LOW:HIGH:STEPS|PATH=A,B,C", help="Vary a lever (see reabm levers); may be repeated."),
    ] = None,
    design: Annotated[str, typer.Option(metavar="grid|latin", help="Every combination, or a Latin hypercube.")] = "grid",
    points: Annotated[int | None, typer.Option(min=1, max=100_000, help="Parameter sets of a Latin hypercube.")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Set a lever in every run; may be repeated.")
    ] = None,
    params: Annotated[
        str | None,
        typer.Option(metavar="NAME[:ID]", help="Every parameter set of configs/parameters/NAME.csv, or the one of an ID."),
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="Last month, in place of the scenario's.")] = None,
    keep: Annotated[str, typer.Option(metavar="summary|months", help="Outcomes of each run, or its months as well.")] = "summary",
    columns: Annotated[str | None, typer.Option(metavar="A,B", help="Months' columns that are kept (default: all).")] = None,
    outcomes: Annotated[str | None, typer.Option(metavar="A,B", help="Outcomes in the table and the figures.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=1024, help="Threads (default: one a core).")] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder (default: runs/SCENARIO-ensemble).")] = None,
    figures: Annotated[bool, typer.Option("--figures/--no-figures", help="Draw figures into the folder.")] = True,
    debug: Annotated[bool, typer.Option("--debug", hidden=True)] = False,
) -> int:
    """Play many runs, with many seeds and parameter sets; write one tidy table and show how outcomes spread."""
    from reabm.commands.ensemble_play import Asked, play_ensemble

    one = params if params is None or ":" in params else None
    sets = None if params is None or ":" in params else params
    asked = Asked(vary or [], design, points, keep, columns, outcomes, range(first_seed, first_seed + runs), sets)
    assumed = [chosen_scenario(file, settings or [], until, one) for file in scenarios]
    console = terminal.console(terminal.LINE_WIDTH)
    return Told(play_ensemble(assumed, asked, workers, out, figures, console, ["reabm", *sys.argv[1:]], say))
