"""`reabm game`: the words of its command line; `game_play.py` does what they ask."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from reabm.commands.terminal import Told


def game_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A game's file, or the name of a shipped one (game_small).")],
    seeds: Annotated[
        int | None, typer.Option(min=1, max=1_000, help="Seeds of every profile, in place of the file's sampling.")
    ] = None,
    sets: Annotated[
        int, typer.Option(min=1, max=10_000, help="Parameter sets, the central one first; 1: the scenario as it is.")
    ] = 1,
    workers: Annotated[int | None, typer.Option(min=1, max=1024, help="Threads (default: one a core).")] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder (default: runs/NAME of the file).")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where the game in --out was stopped.")] = False,
    figures: Annotated[bool, typer.Option("--figures/--no-figures", help="Draw figures into the folder.")] = True,
    debug: Annotated[bool, typer.Option("--debug", hidden=True)] = False,
) -> int:
    """Play every profile of strategies on equal luck, and say who gains by deviating and which profiles are equilibria."""
    from reabm.commands.game_play import Asked, play_game

    return Told(play_game(Asked(file, seeds, sets, workers, out, resume, figures), sys.argv[1:]))
