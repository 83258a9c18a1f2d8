"""The command line: parse, call, print. Everything heavy is imported where it is used, so that `reabm --help` is quick."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Annotated, Any

import typer

from reabm.commands.ablate import ablate_command
from reabm.commands.app import app_command
from reabm.commands.calibrate import calibrate_command
from reabm.commands.ensemble import ensemble_command
from reabm.commands.game import game_command
from reabm.commands.leverage import leverage_command
from reabm.commands.listing import check_command, levers_command, sources_command, strategies_command
from reabm.commands.play import play_command
from reabm.commands.regret import regret_command
from reabm.commands.report import report_command
from reabm.commands.run import run_command
from reabm.commands.study import study_command
from reabm.commands.terminal import Told, say
from reabm.commands.tree import tree_command
from reabm.commands.validate import validate_command

DONE, MISTAKE, PARTLY, FAILED, INTERRUPTED, TERMINATED = 0, 2, 3, 4, 130, 143

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Agent-based, game-theoretic model of the rare-earth market.",
)


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
            say("interrupted")
        return int(code) if isinstance(code, int) else DONE
    except (KeyboardInterrupt, Terminated) as stop:
        if "--debug" in arguments:
            raise
        say("interrupted")
        return TERMINATED if isinstance(stop, Terminated) else INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        if type(error).__name__ == "Abort":
            say("interrupted")
            return INTERRUPTED
        if type(error).__name__ == "NoArgsIsHelpError":
            say(error.format_message())  # type: ignore[attr-defined]
            return MISTAKE
        if "--debug" in arguments:
            raise
        code = _code_of(error)
        if code is None:
            say(f"reabm: {type(error).__name__}: {' '.join(str(error).split())} (a fault of the program; --debug shows where)")
            return FAILED
        for line in _lines_of(error):
            say(line)
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
    if "reabm.validation.errors" in sys.modules:
        from reabm.validation.errors import ValidationError

        if isinstance(error, ValidationError):
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


COMMANDS: dict[str, Callable[..., Any]] = {
    "run": run_command,
    "ensemble": ensemble_command,
    "leverage": leverage_command,
    "game": game_command,
    "calibrate": calibrate_command,
    "ablate": ablate_command,
    "study": study_command,
    "validate": validate_command,
    "regret": regret_command,
    "report": report_command,
    "tree": tree_command,
    "app": app_command,
    "play": play_command,
    "check": check_command,
    "sources": sources_command,
    "levers": levers_command,
    "strategies": strategies_command,
}
for name, command in COMMANDS.items():
    app.command(name)(command)


if __name__ == "__main__":
    main()
