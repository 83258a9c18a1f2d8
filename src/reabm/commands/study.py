"""`reabm study`: a question about strategies that is asked of many worlds, from a file of configs/studies."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reabm.commands import terminal

if TYPE_CHECKING:
    from reabm.scenario.yamlread import Node


def study_command(
    study: Annotated[
        str,
        typer.Argument(metavar="STUDY", help="restraint_map, relocation_game, a study's file, or the folder of a played one"),
    ],
    workers: Annotated[int | None, typer.Option(min=1, max=1024, help="Threads (default: one a core).")] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder (default: runs/STUDY).")] = None,
    figures: Annotated[bool, typer.Option("--figures/--no-figures", help="Draw figures into the folder.")] = True,
    debug: Annotated[bool, typer.Option("--debug", hidden=True)] = False,
) -> None:
    """Play a study and say what it shows; of a played folder, say it again. One that was stopped goes on where it was."""
    folder = Path(study)
    if folder.is_dir():
        from reabm.report.studies import load_study, show_study

        show_study(load_study(folder), terminal.console(terminal.TABLE_WIDTH))
        return
    from reabm.empirical.study_file import study_path, study_tree
    from reabm.report.studies import KINDS

    file = study_path(study)
    kind, tree = study_tree(file, tuple(KINDS))
    _play(kind, tree, file, workers, out, figures)


def _play(kind: str, tree: Node, file: Path, workers: int | None, out: Path | None, figures: bool) -> None:
    from reabm.report.studies import KINDS, draw_study, show_study
    from reabm.store.naming import RUNS, check_free, check_room

    wanted = RUNS / file.stem if out is None else out
    check_room(wanted) if out is None else check_free(wanted)
    with terminal.bar() as bar:
        task = bar.add_task("compiling rules (once)", total=None)
        bar.refresh()

        def done(n: int, total: int) -> None:
            bar.update(task, completed=n, total=total, description="worlds")

        given: Any = KINDS[kind].read(tree, file)
        result, blocks = KINDS[kind].play(given, wanted, workers, done)
    folder = KINDS[kind].save(result, wanted, out is not None, ["reabm", *sys.argv[1:]])
    blocks.drop()
    show_study(result, terminal.console(terminal.TABLE_WIDTH))
    print(f"study folder  {folder}", flush=True)
    if figures:
        drawn = draw_study(result, folder / "figures")
        print(f"figures       {folder / 'figures'}: {', '.join(one.stem for one in drawn)}")
