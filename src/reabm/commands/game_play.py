"""What `reabm game` does once its words are read: the table under a bar, equilibria, the folder, tables, figures."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import NamedTuple

from reabm.commands import terminal
from reabm.commands.terminal import say
from reabm.empirical.game import Game
from reabm.empirical.game_file import read_game
from reabm.empirical.game_folder import PlayedGame, load_game, write_game
from reabm.empirical.kept import KeptRuns
from reabm.empirical.payoff_table import Stopped, Table, plan_of, play_table
from reabm.empirical.solve import candidates, solve
from reabm.scenario import find_configs
from reabm.store.naming import RUNS
from reabm.study.interrupt import gentle_interrupt

DONE, PARTLY, INTERRUPTED = 0, 3, 130


class Asked(NamedTuple):
    """The words of the command line."""

    file: Path
    seeds: int | None
    sets: int
    workers: int | None
    out: Path | None
    resume: bool
    figures: bool


def play_game(asked: Asked, words: list[str]) -> int:
    """Play, solve, show and draw; returns the exit code: 0, 3 (some runs failed), or 130 with the command that resumes it."""
    game = read_game(game_file(asked.file), asked.sets, asked.seeds)
    out = asked.out or RUNS / game.name
    command = ["reabm", *(word for word in words if word != "--resume")]
    started = time.monotonic()
    kept = KeptRuns(out, plan_of(game), asked.resume)
    try:
        table = _play(game, kept, asked.workers)
    except Stopped as stop:
        say(str(stop))
        say(f"go on with: {shlex.join([*command, '--resume'])}")
        return INTERRUPTED
    write_game(game, table, solve(table), kept, command)
    played = load_game(out)
    _show(played, out, time.monotonic() - started)
    if asked.figures:
        from reabm.report.game_figures import draw_game

        drawn = draw_game(played, out / "figures")
        print(f"figures  {out / 'figures'}: {', '.join(file.stem for file in drawn)}")
    return PARTLY if table.n_failed else DONE


def game_file(written: Path) -> Path:
    """The file that was meant: a path, or the name of a shipped game."""
    if not written.exists() and len(written.parts) == 1 and not written.suffix:
        shipped = find_configs() / "studies" / f"{written}.yaml"
        return shipped if shipped.exists() else written
    return written


def _play(game: Game, kept: KeptRuns, workers: int | None) -> Table:
    with terminal.bar() as bar:
        task = bar.add_task("compiling rules (once)", total=None)

        def played(words: str, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, description=words)

        with gentle_interrupt() as stop:
            return play_table(game, kept, lambda table: candidates(table, game.candidates), workers, played, stop)


def _show(played: PlayedGame, folder: Path, seconds: float) -> None:
    from reabm.report import game_table as tables

    console = terminal.console(terminal.LINE_WIDTH)
    for line in tables.headings(played):
        console.print(line, soft_wrap=True)
    for table in tables.tables_of(played):
        console.print()
        console.print(table)
    console.print()
    for line in tables.lines_of(played):
        console.print(line, soft_wrap=True)
    console.print(f"played   in {seconds:,.0f} s")
    console.print(f"folder   {folder}", soft_wrap=True)
