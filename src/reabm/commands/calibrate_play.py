"""What `reabm calibrate` does once its words are read: the question, a bar, the folder, tables, figures."""

from __future__ import annotations

import re
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from reabm.commands import terminal
from reabm.commands.scenarios import scenario_file
from reabm.commands.terminal import say
from reabm.scenario import find_configs, load_scenario
from reabm.study.interrupt import gentle_interrupt
from reabm.validation.calibrate import Calibration, Question, Stopped, ask, calibrate, window_text
from reabm.validation.calibration_folder import about_sets, load_calibration, write_calibration
from reabm.validation.errors import ValidationError
from reabm.validation.fitted import loss_of
from reabm.validation.parameters import parameters_csv, save_parameters
from reabm.validation.priors import fit_month, read_study

if TYPE_CHECKING:
    from rich.progress import Progress

DONE, INTERRUPTED = 0, 130
STUDY = "studies/calibration.yaml"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}", re.ASCII)
REPORT_S = 0.1


class Asked(NamedTuple):
    """The words of the command line."""

    scenario: Path | None
    study: Path | None
    fit_until: str | None
    runs: int | None
    workers: int | None
    seed: int
    out: Path
    resume: bool
    save: str | None
    figures: bool


def play_calibration(asked: Asked, words: list[str]) -> int:
    """Calibrate, show, save and draw; returns the exit code: 0, or 130 with the command that resumes it on stderr."""
    if asked.save is not None and not NAME.fullmatch(asked.save):
        raise ValidationError(f"--save: got {asked.save!r}; allowed a name of letters, digits, _ and -")
    question = question_of(asked)
    command = ["reabm", *(word for word in words if word != "--resume")]
    started = time.monotonic()
    try:
        found = _play(question, asked)
        write_calibration(found, asked.out, command)
    except Stopped as stop:
        say(str(stop))
        say(f"go on with: {shlex.join([*command, '--resume'])}")
        return INTERRUPTED
    _show(found, asked.out, time.monotonic() - started)
    if asked.save is not None:
        accepted = found.accepted
        table = parameters_csv([knob.path for knob in question.knobs], accepted.values, accepted.losses)
        print(f"parameters  {save_parameters(find_configs(), asked.save, table, about_sets(found, command))}")
    if asked.figures:
        from reabm.report.calibration_figures import draw_calibration

        drawn = draw_calibration(load_calibration(asked.out), asked.out / "figures")
        print(f"figures     {asked.out / 'figures'}: {', '.join(file.stem for file in drawn)}")
    return DONE


def question_of(asked: Asked) -> Question:
    """The question that the words mean."""
    file = asked.study or find_configs() / STUDY
    study = read_study(file)
    until = study.fit_until if asked.fit_until is None else fit_month(asked.fit_until)
    scenario = load_scenario(scenario_file(asked.scenario or Path(study.scenario)))
    return ask(scenario, study, loss_of, until, asked.runs or study.runs, asked.seed)


def _play(question: Question, asked: Asked) -> Calibration:
    with _bar() as bar:
        task = bar.add_task("compiling rules (once)", total=question.runs, rate="", best="")
        bar.refresh()
        reported = 0.0

        def played(done: int, total: int, best: float) -> None:
            nonlocal reported
            if done < total and time.monotonic() - reported < REPORT_S:
                return
            reported = time.monotonic()
            speed = bar.tasks[task].speed
            bar.update(
                task, completed=done, description=f"fitting {window_text(question)}",
                rate=f"{speed:,.0f} runs/s" if speed else "", best=f"best loss {best:.3f}" if best < 1e9 else "",
            )  # fmt: skip

        with gentle_interrupt() as stop:
            return calibrate(question, asked.out, asked.resume, asked.workers, played, stop)


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description:<24}"), BarColumn(30), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
        TextColumn("{task.fields[best]}"), TimeRemainingColumn(),
    )  # fmt: skip
    errors = Console(stderr=True)
    return Progress(*columns, console=errors, transient=True, refresh_per_second=4, disable=not errors.is_terminal)


def _show(found: Calibration, folder: Path, seconds: float) -> None:
    from reabm.report import calibration_table as tables

    saved = load_calibration(folder)
    console = terminal.console(terminal.LINE_WIDTH)
    console.print()
    console.print(tables.groups_table(saved))
    console.print()
    console.print(tables.parameters_table(saved))
    for line in tables.lines_of(saved):
        console.print(line, soft_wrap=True)
    runs = len(found.trials.losses) * len(found.question.study.seeds)
    console.print(f"runs        {runs:,} of the search, {seconds:,.0f} s with acceptance")
    console.print(f"folder      {folder}", soft_wrap=True)
