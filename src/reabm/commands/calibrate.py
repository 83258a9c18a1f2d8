"""`reabm calibrate`: the words of its command line; `calibrate_play.py` does what they ask."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from reabm.commands.terminal import Told, say

NEEDED = ("optuna", "cmaes")


def calibrate_command(
    scenario: Annotated[
        Path | None,
        typer.Argument(metavar="[SCENARIO]", help="Scenario file, or the name of a shipped one (default: the study's)."),
    ] = None,
    study: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The study (default: configs/studies/calibration.yaml).")
    ] = None,
    fit_until: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM", help="Last month that is fitted to, 2012-12 or earlier (default: the study's)."),
    ] = None,
    runs: Annotated[int | None, typer.Option(min=100, max=100_000_000, help="Runs of the whole (default: the study's).")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=1024, help="Threads (default: one a core).")] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of the search; runs have seeds of their own.")] = 0,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the calibration.")] = Path("runs/calibration"),
    resume: Annotated[bool, typer.Option("--resume", help="Go on where the calibration in --out was stopped.")] = False,
    save: Annotated[
        str | None, typer.Option(metavar="NAME", help="Write the accepted sets to configs/parameters/NAME.csv too.")
    ] = None,
    figures: Annotated[bool, typer.Option("--figures/--no-figures", help="Draw figures into the folder.")] = True,
    debug: Annotated[bool, typer.Option("--debug", hidden=True)] = False,
) -> int:
    """Find parameter sets that bring the model close to what was observed up to the end of 2012; it sees nothing later."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        say(f"reabm calibrate: {' and '.join(missing)} not found; install reabm[calibrate]: pip install 'reabm[calibrate]'")
        return Told(2)
    from reabm.commands.calibrate_play import Asked, play_calibration

    asked = Asked(scenario, study, fit_until, runs, workers, seed, out, resume, save, figures)
    return Told(play_calibration(asked, sys.argv[1:]))
