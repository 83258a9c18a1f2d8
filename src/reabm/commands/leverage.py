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
    from reabm.leverage.causes import Decay, Eroded
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
Seeds = Annotated[
    int,
    typer.Option(min=N_SETS, help="Number of worlds, dealt out among three parameter sets (cost of re-exports, later demand)."),
]
Settings = Annotated[list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Set a lever; may be repeated.")]
Params = Annotated[
    str | None, typer.Option(metavar="NAME[:ID]", help="Parameter set of configs/parameters (default of ID: the central one).")
]
Workers = Annotated[int | None, typer.Option(min=1, help="Threads (default: one a core).")]
Retaliation = Annotated[float | None, typer.Option(min=0.0, metavar="MUSD", help="Price of a month of stopped shipments.")]
Reputation = Annotated[float | None, typer.Option(min=0.0, metavar="MUSD", help="Price of the loss of all trust.")]
Issue = Annotated[float | None, typer.Option(min=0.0, metavar="MUSD", help="Value of the concession that is asked for.")]
Embargo = Annotated[
    str | None, typer.Option(metavar="YYYY-MM", help="Measure also what an embargo at this date takes from leverage later.")
]
DecayDates = Annotated[
    str | None,
    typer.Option(metavar="YYYY-MM:YYYY-MM", help="Split the fall of leverage between two dates among its causes."),
]
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
    params: Params = None,
    workers: Workers = None,
    retaliation: Retaliation = None,
    reputation: Reputation = None,
    issue: Issue = None,
    embargo: Embargo = None,
    decay: DecayDates = None,
    out: Out = None,
    figures: Figures = True,
    debug: Annotated[bool, typer.Option("--debug", hidden=True)] = False,
) -> None:
    """Measure leverage: copy the world at dates, restrict one copy, and count what each side loses."""
    prices = {"retaliation_musd_month": retaliation, "reputation_musd": reputation, "issue_value_musd": issue}
    priced = [f"payoffs.{name}={value}" for name, value in prices.items() if value is not None]
    chosen = [chosen_scenario(written, [*(settings or []), *priced], params=params) for written in scenarios]
    targets, kinds = target or ["japan"], kind or ["halt"]
    dates = _date(embargo, "--embargo", chosen[0], spare=12), _two_dates(decay, chosen[0])
    from reabm.store.naming import RUNS, check_free, check_room

    check_room(RUNS / "new") if out is None else check_free(out)
    found = _measure(chosen, at, months, targets, kinds, severity, seeds, workers)
    from reabm.leverage.folder import LeverageStudy, names_of, save_leverage

    study = LeverageStudy(names_of(found))
    if embargo is not None:
        study = study._replace(eroded=_erode(study, dates[0], severity, seeds, workers))
    if decay is not None:
        study = study._replace(decay=_decompose(study, dates[1], severity, seeds, workers))
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


def _erode(study: LeverageStudy, embargo_at: str, severity: float, seeds: int, workers: int | None) -> Eroded:
    """What an embargo in the first scenario costs in leverage later, of the case that is looked at first."""
    with terminal.bar() as bar:
        task = bar.add_task("forks after the embargo", total=None)
        from reabm.leverage import measure_erosion
        from reabm.leverage.causes import eroded_of
        from reabm.leverage.summary import measured_cases, usual_length

        name, first = next(iter(study.measured.items()))
        target, months = measured_cases(first)[0][0], usual_length(first)
        found = measure_erosion(
            first.scenario, embargo_at, months=months, target=target, severity=severity, seeds=range(seeds), workers=workers,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )  # fmt: skip
        return eroded_of(found, name, target, months)


def _decompose(study: LeverageStudy, dates: tuple[str, str], severity: float, seeds: int, workers: int | None) -> Decay:
    """Causes of the fall of leverage in the first scenario, of the case that is looked at first."""
    with terminal.bar() as bar:
        task = bar.add_task("causes, switched off", total=None)
        from reabm.leverage import decompose
        from reabm.leverage.causes import decay_of
        from reabm.leverage.summary import measured_cases, usual_length

        name, first = next(iter(study.measured.items()))
        target, months = measured_cases(first)[0][0], usual_length(first)
        found = decompose(
            first.scenario, *dates, months=months, target=target, severity=severity, seeds=range(seeds), workers=workers,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )  # fmt: skip
        return decay_of(found, name, target, months, dates)


def _date(written: str | None, option: str, scenario: Scenario, spare: int = 0) -> str:
    """A month within the scenario, some months before its end, or a mistake that is said in a line."""
    from reabm.scenario.months import ALLOWED, month_index, month_text

    if written is None:
        return ""
    month = month_index(written)
    if month is None:
        raise typer.BadParameter(f"{option}: got {written!r}; allowed {ALLOWED}")
    if not scenario.start < month <= scenario.end - spare:
        allowed = f"{month_text(scenario.start + 1)} to {month_text(scenario.end - spare)}"
        raise typer.BadParameter(f"{option}: got {written}; allowed {allowed}")
    return month_text(month)


def _two_dates(written: str | None, scenario: Scenario) -> tuple[str, str]:
    """Two months, the first before the second."""
    if written is None:
        return "", ""
    first, colon, last = written.partition(":")
    if not colon:
        raise typer.BadParameter(f"--decay: got {written}; allowed FIRST:LAST, as 2010-09:2014-09")
    dates = _date(first, "--decay", scenario), _date(last, "--decay", scenario)
    if dates[0] >= dates[1]:
        raise typer.BadParameter(f"--decay: got {written}; allowed two months, the first before the second")
    return dates


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
    if study.eroded is not None:
        console.print()
        console.print(tables.eroded_table(study.eroded))
    if study.decay is not None:
        console.print()
        console.print(tables.decay_table(study.decay))
    console.print()


def _draw(study: LeverageStudy, folder: Path) -> list[Path]:
    with terminal.bar() as bar:
        task = bar.add_task("drawing figures", total=None)
        bar.refresh()
        from reabm.report.leverage_figures import draw_leverage, figures_of

        bar.update(task, total=len(figures_of(study)))
        return draw_leverage(study, folder / "figures", progress=lambda: bar.advance(task))
