"""The command line: parse, call, print. Everything heavy is imported where it is used, so that `reabm --help` is quick."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reabm.commands import terminal
from reabm.commands.leverage import leverage_command
from reabm.commands.report import report_command
from reabm.commands.scenarios import chosen_scenario as _load

if TYPE_CHECKING:
    from reabm.scenario import Scenario
    from reabm.store import Result

DONE, MISTAKE, PARTLY, FAILED, INTERRUPTED, TERMINATED = 0, 2, 3, 4, 130, 143

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Agent-based, game-theoretic model of the rare-earth market.",
)
OptionalFile = Annotated[
    Path | None, typer.Argument(metavar="[SCENARIO]", help="Scenario file, or the name of a shipped one (default: history).")
]


type Play = Callable[[Callable[[int], None]], Result]


class Told(int):
    """An exit code of which the person was told already."""


class Terminated(BaseException):
    """The process was asked to end."""


def main(arguments: list[str] | None = None) -> None:
    """Entry point of `reabm`; ends the process with its exit code.

    0, 2 (mistake), 3 (some runs failed), 4 (the run failed, or all of them), 130 or 143 (interrupted).
    """
    sys.exit(call(sys.argv[1:] if arguments is None else arguments))


def call(arguments: list[str]) -> int:
    """Carry out a command line and return its exit code; a mistake costs a line on stderr, never a traceback."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminate)
    try:
        code = app(args=arguments, prog_name="reabm", standalone_mode=False)
        sys.stdout.flush()
        if code == INTERRUPTED and not isinstance(code, Told):  # what typer makes of an interrupt; older ones abort
            _say("interrupted")
        return int(code) if isinstance(code, int) else DONE
    except (KeyboardInterrupt, Terminated) as stop:
        if "--debug" in arguments:
            raise
        _say("interrupted")
        return TERMINATED if isinstance(stop, Terminated) else INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        if type(error).__name__ == "Abort":
            _say("interrupted")
            return INTERRUPTED
        if type(error).__name__ == "NoArgsIsHelpError":
            _say(error.format_message())  # type: ignore[attr-defined]
            return MISTAKE
        if "--debug" in arguments:
            raise
        code = _code_of(error)
        if code is None:
            _say(f"reabm: {type(error).__name__}: {' '.join(str(error).split())} (a fault of the program; --debug shows where)")
            return FAILED
        for line in _lines_of(error):
            _say(line)
        return code


def _code_of(error: Exception) -> int | None:
    """Exit code of an error that is said in a line; None of one that is a fault of the program."""
    if hasattr(error, "format_message"):  # what typer says of the command line
        return MISTAKE
    if "reabm.scenario" in sys.modules:
        from reabm.scenario import ScenarioError

        if isinstance(error, ScenarioError):
            return MISTAKE
    if "reabm.study" in sys.modules:
        from reabm.study import StudyError

        if isinstance(error, StudyError):
            return MISTAKE
    if "reabm.store" in sys.modules:
        from reabm.engine.run import RunError
        from reabm.store import FolderError

        if isinstance(error, FolderError):
            return MISTAKE
        if isinstance(error, RunError):
            return FAILED
    return None


def _lines_of(error: Exception) -> list[str]:
    if hasattr(error, "format_message"):
        found = getattr(error, "ctx", None)
        command = found.command_path if found is not None else "reabm"
        return [f"{command}: {' '.join(error.format_message().split())} (see {command} --help)"]
    return str(error).split("\n")


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def _terminate(number: int, frame: Any) -> None:
    raise Terminated


def _version(wanted: bool) -> None:
    if wanted:
        from reabm import __version__

        print(f"reabm {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    """Agent-based, game-theoretic model of the rare-earth market: what export restrictions do to prices and firms."""


@app.command("run")
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
        assumed, play = _from_start(_load(scenario, settings or [], until), seed or 0)
    else:
        if at is None or seed is not None:
            raise typer.BadParameter("--from FOLDER needs --at YYYY-MM, and takes the seed of its folder", context)
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


@app.command("ensemble")
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
    from reabm.cli_ensemble import Asked, play_ensemble

    asked = Asked(vary or [], design, points, keep, columns, outcomes, range(first_seed, first_seed + runs))
    assumed = [_load(file, settings or [], until) for file in scenarios]
    console = terminal.console(terminal.LINE_WIDTH)
    return Told(play_ensemble(assumed, asked, workers, out, figures, console, ["reabm", *sys.argv[1:]], _say))


@app.command()
def tree(
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


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Scenario file.")],
    debug: Annotated[bool, typer.Option("--debug", hidden=True)] = False,
) -> None:
    """Check a scenario file only: one `ok` line, or a line for each fault."""
    from reabm.scenario import list_numbers
    from reabm.scenario.months import month_text

    scenario = _load(file, [], None)
    n_stretches = len(scenario.segments())
    numbers = list_numbers(scenario)
    assumed = sum(number.is_assumption for number in numbers)
    changes = f", {n_stretches} stretches between changes" if n_stretches > 1 else ""
    months = f"{month_text(scenario.start)} to {month_text(scenario.end)} ({scenario.n_months} months{changes})"
    kinds = ("elements", "mines", "makers", "importers", "governments")
    counts = ", ".join(f"{len(getattr(scenario, kind))} {kind}" for kind in kinds)
    print(f"ok: {file}: {scenario.title}, {months}, {counts}, {len(numbers)} numbers ({assumed} assumptions)")


@app.command()
def sources(
    scenario: OptionalFile = None,
    csv: Annotated[bool, typer.Option("--csv", help="Comma-separated values, with the reason of each assumption.")] = False,
    debug: Annotated[bool, typer.Option("--debug", hidden=True)] = False,
) -> None:
    """Every number of a scenario with its unit and its source."""
    from reabm.scenario import list_numbers

    numbers = list_numbers(_load(scenario, [], None))
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


@app.command()
def levers(
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
    for path, lever in list_levers(_load(scenario, [], None)).items():
        names = lever.unit in (STRATEGY_UNIT, SWITCH_UNIT)
        allowed = {STRATEGY_UNIT: "a name", SWITCH_UNIT: "0, 1"}.get(lever.unit, f"{lever.low:g} to {lever.high:g}")
        table.add_row(path, allowed, "" if names else lever.unit, lever.sentence)
    terminal.console(terminal.LINE_WIDTH).print(table)


@app.command()
def strategies(debug: Annotated[bool, typer.Option("--debug", hidden=True)] = False) -> None:
    """Rules that each kind of agent may play."""
    from rich.table import Table

    from reabm.rules.strategies import STRATEGIES

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("kind", "strategy"):
        table.add_column(heading, no_wrap=True)
    table.add_column("what it does")
    table.add_column("what it sees")
    for kind, catalogue in STRATEGIES.items():
        for name, strategy in catalogue.items():
            table.add_row(kind, name, strategy.sentence, strategy.sees)
    terminal.console(terminal.LINE_WIDTH).print(table)


app.command("leverage")(leverage_command)
app.command("report")(report_command)


if __name__ == "__main__":
    main()
