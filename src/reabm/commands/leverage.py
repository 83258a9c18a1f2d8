"""`reabm leverage`: fork the worlds of scenarios, impose a restriction, show and save what it does to each side."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reabm.commands import terminal
from reabm.commands.scenarios import chosen_scenario

if TYPE_CHECKING:
    from reabm.leverage import Leverage
    from reabm.leverage.folder import LeverageStudy
    from reabm.scenario import Scenario

N_SETS = 3  # parameter sets: fewer seeds would leave one out

Scenarios = Annotated[list[Path], typer.Argument(metavar="SCENARIO...", help="Scenario files, or names of shipped ones.")]
At = Annotated[
    list[str] | None, typer.Option(metavar="YYYY-MM", help="Date of a fork; may be repeated (default: each September).")
]
Months = Annotated[
    list[int] | None,
    typer.Option(metavar="N", min=1, help="Length of the restriction; may be repeated (default: 1, 3, 6, 12, 24)."),
]
Target = Annotated[list[str] | None, typer.Option(metavar="WHO", help="japan, usa, eu or all; may be repeated (default: japan).")]
Kind = Annotated[
    list[str] | None, typer.Option(metavar="KIND", help="halt, quota_cut or licence; may be repeated (default: halt).")
]
Severity = Annotated[float, typer.Option(help="Share stopped, cut or refused.")]
Seeds = Annotated[int, typer.Option(min=N_SETS, help="Number of worlds, dealt out among three costs of trans-shipment.")]
Settings = Annotated[list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Set a lever; may be repeated.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Threads (default: one a core).")]
Retaliation = Annotated[float | None, typer.Option(min=0.0, metavar="MUSD", help="Price of a month of stopped shipments.")]
Reputation = Annotated[float | None, typer.Option(min=0.0, metavar="MUSD", help="Price of the loss of all trust.")]
Issue = Annotated[float | None, typer.Option(min=0.0, metavar="MUSD", help="Value of the concession that is asked for.")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder (default: runs/SCENARIO-leverage).")]
Figures = Annotated[bool, typer.Option("--figures/--no-figures", help="Draw figures into the folder.")]


def leverage_command(
    scenarios: Scenarios,
    at: At = None,
    months: Months = None,
    target: Target = None,
    kind: Kind = None,
    severity: Severity = 0.9,
    seeds: Seeds = 24,
    settings: Settings = None,
    workers: Workers = None,
    retaliation: Retaliation = None,
    reputation: Reputation = None,
    issue: Issue = None,
    out: Out = None,
    figures: Figures = True,
    debug: Annotated[bool, typer.Option("--debug", hidden=True)] = False,
) -> None:
    """Measure leverage: copy the world at dates, restrict one copy, and count what each side loses."""
    chosen = [chosen_scenario(written, settings or []) for written in scenarios]
    from reabm.store.naming import RUNS, check_free, check_room

    check_room(RUNS / "new") if out is None else check_free(out)
    prices = {"retaliation_musd_month": retaliation, "reputation_musd": reputation, "issue_value_musd": issue}
    priced = {name: value for name, value in prices.items() if value is not None}
    found = _measure(chosen, at, months, target or ["japan"], kind or ["halt"], severity, seeds, workers)
    from reabm.leverage.folder import LeverageStudy, names_of, save_leverage

    study = LeverageStudy(names_of([one.at_prices(**priced) for one in found]))
    folder = save_leverage(study, out, command=["reabm", *sys.argv[1:]])
    show(study)
    print(f"leverage folder  {folder}", flush=True)
    if figures:
        drawn = _draw(study, folder)
        print(f"figures          {folder / 'figures'}: {', '.join(file.stem for file in drawn)}")


def _measure(
    scenarios: list[Scenario],
    at: list[str] | None,
    months: list[int] | None,
    targets: list[str],
    kinds: list[str],
    severity: float,
    seeds: int,
    workers: int | None,
) -> list[Leverage]:
    """Fork all scenarios under a progress bar."""
    with terminal.bar() as bar:
        task = bar.add_task("compiling rules (once)", total=None)
        bar.refresh()
        from reabm.leverage import LENGTHS, measure

        found = []
        for n, scenario in enumerate(scenarios):

            def forked(done: int, total: int, before: int = n, title: str = scenario.title) -> None:
                every = total * len(scenarios)
                bar.update(task, completed=before * total + done, total=every, description=f"forks, {title[:17]}")

            found.append(
                measure(scenario, at, months or LENGTHS, targets, kinds, severity, range(seeds), None, workers, progress=forked)
            )
        return found


def show(study: LeverageStudy) -> None:
    """Print tables and lines of a study."""
    from reabm.leverage.summary import measured_cases, measured_lengths, usual_length
    from reabm.report import leverage_table as tables

    console = terminal.console(terminal.TABLE_WIDTH)
    first = next(iter(study.measured.values()))
    months = usual_length(first)
    for target, kind in measured_cases(first):
        console.print()
        if len(study.measured) > 1:
            console.print(tables.compared_table(study.measured, target, kind, months))
        else:
            console.print(tables.loss_table(first, target, kind, months))
            if len(measured_lengths(first)) > 1:
                console.print()
                console.print(tables.surface_table(first, target, kind))
        for name, one in study.measured.items():
            console.print()
            if len(study.measured) > 1:
                console.print(f"{name}, {months} months", style="bold")
            for line in tables.lines_of(one, target, kind):
                console.print(line)
    console.print()


def _draw(study: LeverageStudy, folder: Path) -> list[Path]:
    with terminal.bar() as bar:
        task = bar.add_task("drawing figures", total=None)
        bar.refresh()
        from reabm.report.leverage_figures import draw_leverage, figures_of

        bar.update(task, total=len(figures_of(study)))
        return draw_leverage(study, folder / "figures", progress=lambda: bar.advance(task))
