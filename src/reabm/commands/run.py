"""`reabm run`: play a scenario, or a saved run on from a month; write its folder and show what happened."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reabm.commands import terminal
from reabm.commands.scenarios import chosen_scenario

if TYPE_CHECKING:
    from reabm.scenario import Scenario
    from reabm.store import Result

type Play = Callable[[Callable[[int], None]], Result]


def run_command(
    context: typer.Context,
    scenario: Annotated[
        Path | None, typer.Argument(metavar="[SCENARIO]", help="Scenario file, or the name of a shipped one; none with --from.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, max=2**63 - 1, help="Root of the run's luck (default: 0).")] = None,
    until: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="Last month, in place of the scenario's.")] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="PATH=VALUE", help="Set a lever (see reabm levers), with --from from --at on; may be repeated."
        ),
    ] = None,
    params: Annotated[
        str | None,
        typer.Option(metavar="NAME[:ID]", help="Parameter set of configs/parameters (default of ID: the central one)."),
    ] = None,
    parent: Annotated[
        Path | None, typer.Option("--from", metavar="FOLDER", help="Play a saved run on from the month --at, on the same luck.")
    ] = None,
    at: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="Month from which that run is played on.")] = None,
    states: Annotated[
        list[str] | None,
        typer.Option(
            "--save-states", metavar="YYYY-MM", help="Save the world at the start of a month, or 'yearly'; may be repeated."
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder of the run (default: runs/SCENARIO-seedSEED).")] = None,
    figures: Annotated[bool, typer.Option("--figures/--no-figures", help="Draw figures into the folder.")] = True,
    debug: Annotated[bool, typer.Option("--debug", hidden=True)] = False,
) -> None:
    """Play a scenario month by month, or a saved run on from a month; write a run folder and show what happened."""
    if (scenario is None) == (parent is None):
        raise typer.BadParameter("allowed a SCENARIO, or --from FOLDER --at YYYY-MM", context)
    if parent is None:
        if at is not None:
            raise typer.BadParameter("--at YYYY-MM says from where --from FOLDER is played on", context)
        assumed, play = _from_start(chosen_scenario(scenario, settings or [], until, params), seed or 0)
    else:
        if at is None or seed is not None or params is not None:
            raise typer.BadParameter("--from FOLDER needs --at YYYY-MM, and takes seed and parameters of its folder", context)
        assumed, play = _from_saved(parent, at, settings or [], until)
    from reabm.store.naming import RUNS, check_free, check_room
    from reabm.store.states import state_months

    state_months(assumed, states)
    check_room(RUNS / "new") if out is None else check_free(out)
    result = _play(assumed, play)
    folder = result.save(out, command=["reabm", *sys.argv[1:]], states=states)
    _show(result)
    if not result.keeps_firms:
        print("agents      too many makers and importers to keep their details; agents.parquet holds mines and governments")
    print(f"run folder  {folder}", flush=True)
    if figures:
        drawn = _draw(result, folder)
        print(f"figures     {folder / 'figures'}: {', '.join(file.stem for file in drawn)}")


def _from_start(assumed: Scenario, seed: int) -> tuple[Scenario, Play]:
    """A scenario, and how it is played."""

    def play(played: Callable[[int], None]) -> Result:
        from reabm.store import run

        return run(assumed, seed, progress=played)

    return assumed, play


def _from_saved(parent: Path, at: str, settings: list[str], until: str | None) -> tuple[Scenario, Play]:
    """The scenario of a fork of a saved run, and how it is played."""
    from reabm.scenario import forked, parse_setting
    from reabm.store import fork, load_run

    saved = load_run(parent)
    changes = dict(parse_setting(setting) for setting in settings)
    assumed = forked(saved.scenario, at, changes, until, origin="--set").scenario
    return assumed, lambda played: fork(saved, at, changes, until, progress=played, origin="--set")


def _play(scenario: Scenario, play: Play) -> Result:
    """Play the months under a progress bar."""
    with terminal.bar() as bar:
        task = bar.add_task("compiling rules (once)", total=scenario.n_months)
        bar.refresh()
        from reabm.scenario.months import month_text

        def played(n_months: int) -> None:
            month = month_text(scenario.start + n_months - 1)
            bar.update(task, completed=n_months, description=f"playing months, {month}")

        return play(played)


def _show(result: Result) -> None:
    from reabm.report.table import key_table, peak_line

    console = terminal.console(terminal.TABLE_WIDTH)
    console.print()
    console.print(key_table(result))
    line = peak_line(result)
    if line is not None:
        console.print(line)
    console.print()


def _draw(result: Result, folder: Path) -> list[Path]:
    with terminal.bar() as bar:
        task = bar.add_task("drawing figures", total=None)
        bar.refresh()
        from reabm.report.figures import FIGURES, draw_figures

        bar.update(task, total=len(FIGURES))
        return draw_figures(result, folder / "figures", progress=lambda: bar.advance(task))
