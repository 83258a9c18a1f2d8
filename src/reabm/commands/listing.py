"""`reabm check`, `sources`, `levers`, `strategies`: what a scenario holds, and what can be changed or played."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from reabm.commands import terminal
from reabm.commands.scenarios import chosen_scenario

OptionalFile = Annotated[
    Path | None, typer.Argument(metavar="[SCENARIO]", help="Scenario file, or the name of a shipped one (default: history).")
]


def check_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Scenario file.")],
    debug: Annotated[bool, typer.Option("--debug", hidden=True)] = False,
) -> None:
    """Check a scenario file only: one `ok` line, or a line for each fault."""
    from reabm.scenario import list_numbers
    from reabm.scenario.months import month_text

    scenario = chosen_scenario(file, [], None)
    n_stretches = len(scenario.segments())
    numbers = list_numbers(scenario)
    assumed = sum(number.is_assumption for number in numbers)
    changes = f", {n_stretches} stretches between changes" if n_stretches > 1 else ""
    months = f"{month_text(scenario.start)} to {month_text(scenario.end)} ({scenario.n_months} months{changes})"
    kinds = ("elements", "mines", "makers", "importers", "governments")
    counts = ", ".join(f"{len(getattr(scenario, kind))} {kind}" for kind in kinds)
    print(f"ok: {file}: {scenario.title}, {months}, {counts}, {len(numbers)} numbers ({assumed} assumptions)")


def sources_command(
    scenario: OptionalFile = None,
    csv: Annotated[bool, typer.Option("--csv", help="Comma-separated values, with the reason of each assumption.")] = False,
    debug: Annotated[bool, typer.Option("--debug", hidden=True)] = False,
) -> None:
    """Every number of a scenario with its unit and its source."""
    from reabm.scenario import list_numbers

    numbers = list_numbers(chosen_scenario(scenario, [], None))
    if csv:
        import csv as comma

        out = comma.writer(sys.stdout, lineterminator="\n")
        out.writerow(("path", "value", "n_dates", "unit", "low", "high", "source", "is_assumption", "place", "note"))
        for n in numbers:
            low, high = n.range or ("", "")
            value = "" if n.value is None else repr(n.value)
            source = ";".join(n.source)
            out.writerow((n.path, value, n.n_dates, n.unit, low, high, source, int(n.is_assumption), n.place, n.note))
        return
    width = max((len(n.path) for n in numbers), default=0)
    for n in numbers:
        value = "none" if n.value is None else f"{n.value:g}"
        dates = f" (first of {n.n_dates})" if n.n_dates > 1 else ""
        print(f"{n.path:<{width}}  {value + ' ' + n.unit + dates:<38}  {', '.join(n.source)}")
    assumed = sum(n.is_assumption for n in numbers)
    partly = sum(n.is_partly_assumed for n in numbers)
    print(
        f"{len(numbers)} numbers: {len(numbers) - assumed - partly} with a source, {partly} from a source with a judgement, "
        f"{assumed} assumptions"
    )


def levers_command(
    scenario: OptionalFile = None,
    debug: Annotated[bool, typer.Option("--debug", hidden=True)] = False,
) -> None:
    """Everything that --set can change: path, unit, range, meaning."""
    from rich.table import Table

    from reabm.scenario import list_levers
    from reabm.scenario.lever_table import STRATEGY_UNIT, SWITCH_UNIT

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("path", "allowed", "unit"):
        table.add_column(heading, no_wrap=True)
    table.add_column("meaning")
    for path, lever in list_levers(chosen_scenario(scenario, [], None)).items():
        names = lever.unit in (STRATEGY_UNIT, SWITCH_UNIT)
        allowed = {STRATEGY_UNIT: "a name", SWITCH_UNIT: "0, 1"}.get(lever.unit, f"{lever.low:g} to {lever.high:g}")
        table.add_row(path, allowed, "" if names else lever.unit, lever.sentence)
    terminal.console(terminal.LINE_WIDTH).print(table)


def strategies_command(debug: Annotated[bool, typer.Option("--debug", hidden=True)] = False) -> None:
    """Rules that each kind of agent may play: what they do, see, and come from."""
    from rich.table import Table

    from reabm.rules.strategies import STRATEGIES

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("kind", "strategy"):
        table.add_column(heading, no_wrap=True)
    table.add_column("what it does")
    table.add_column("what it sees")
    table.add_column("source", no_wrap=True)
    for kind, catalogue in STRATEGIES.items():
        for name, strategy in catalogue.items():
            table.add_row(kind, name, strategy.sentence, strategy.sees, strategy.source)
    terminal.console(terminal.LINE_WIDTH).print(table)
