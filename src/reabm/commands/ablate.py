"""`reabm ablate`: what each mechanism carries of the fit to history."""

from __future__ import annotations

import shlex
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from reabm.commands import terminal
from reabm.commands.calibrate import NEEDED
from reabm.commands.terminal import Told, say

INTERRUPTED = 130


def ablate_command(
    scenario: Annotated[
        Path | None,
        typer.Argument(metavar="[SCENARIO]", help="Scenario file, or the name of a shipped one (default: the study's)."),
    ] = None,
    params: Annotated[str | None, typer.Option(metavar="NAME[:ID]", help="Parameter set (default: the world as it is).")] = None,
    study: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The study (default: configs/studies/calibration.yaml).")
    ] = None,
    fit_until: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="Last month that is fitted to.")] = None,
    mechanism: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only this one; may be repeated.")] = None,
    runs: Annotated[int, typer.Option(min=0, help="Runs of each refit; 0: none.")] = 8000,
    workers: Annotated[int | None, typer.Option(min=1, max=1024, help="Threads (default: one a core).")] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of the search.")] = 0,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder.")] = Path("runs/ablation"),
    resume: Annotated[bool, typer.Option("--resume", help="Go on where the ablation in --out was stopped.")] = False,
    debug: Annotated[bool, typer.Option("--debug", hidden=True)] = False,
) -> int:
    """Switch each mechanism off, and off with the parameters fitted anew: how much worse is the fit, and what breaks?"""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing and runs:
        say(f"reabm ablate: {' and '.join(missing)} not found; install reabm[calibrate], or add --runs 0")
        return Told(2)
    from reabm.commands.calibrate_play import Asked, question_of
    from reabm.scenario.errors import nearest
    from reabm.scenario.parameters import with_parameters
    from reabm.store.atomic import write_atomic
    from reabm.study.interrupt import gentle_interrupt
    from reabm.validation.ablation import AT_ZERO, ablate, ablation_markdown
    from reabm.validation.calibrate import Stopped
    from reabm.validation.errors import ValidationError
    from reabm.world.params import SWITCHES

    question = question_of(Asked(scenario, study, fit_until, max(runs, 100), workers, seed, out, resume, None, False))
    if params is not None:
        from dataclasses import replace

        question = replace(question, scenario=with_parameters(question.scenario, params))
    in_force = dict(zip([knob.path for knob in question.knobs], question.in_force))
    on = [name for name in SWITCHES if question.scenario.mechanisms[name]]
    on += [name for name, path in AT_ZERO.items() if in_force.get(path, 0.0) > 0.0]
    for name in mechanism or []:
        if name not in on:
            raise ValidationError(f"--mechanism: got {name!r}; allowed one that acts{nearest(name, on)}")
    central = dict(zip([knob.path for knob in question.knobs], question.in_force))
    command = shlex.join(["reabm", *(word for word in sys.argv[1:] if word != "--resume")])
    try:
        with gentle_interrupt() as stop, terminal.bar() as bar:
            task = bar.add_task("compiling rules (once)", total=len(mechanism or on))

            def done(name: str, n: int, total: int) -> None:
                bar.update(task, completed=n, total=total, description=f"without {name.replace('_', ' ')}")

            table = ablate(question, central, mechanism or on, runs, out, resume, workers, done, stop)
    except Stopped:
        say(f"interrupted: what was finished is kept in {out}")
        say(f"go on with: {command} --resume")
        return Told(INTERRUPTED)
    write_atomic(out / "ablation.csv", table.to_csv(index=False, lineterminator="\n").encode())
    write_atomic(out / "ablation.md", ablation_markdown(table, command).encode())
    print(ablation_markdown(table, command))
    print(f"folder  {out}")
    return Told(0)
