"""What `reabm ensemble` does once its words are read: the plan, a bar, the folder, a table, figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from reabm.scenario.scenario import Scenario
from reabm.store.ensemble_folder import SavedEnsemble
from reabm.study.design import Design, check_varied, grid, latin, parse_vary
from reabm.study.ensembles import ALL_COLUMNS, Interrupted, stream
from reabm.study.fans import Fans
from reabm.study.outcomes import HEADLINE, StudyError, check_columns, check_outcomes
from reabm.study.plan import Plan, named

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

DONE, PARTLY, FAILED, INTERRUPTED = 0, 3, 4, 130
GRID, LATIN = "grid", "latin"
MONTHS, SUMMARY = "months", "summary"
MESSAGES_SHOWN = 3


class Asked(NamedTuple):
    """The words of the command line that decide what is played and kept."""

    vary: Sequence[str]
    design: str
    points: int | None
    keep: str
    columns: str | None
    outcomes: str | None
    seeds: range
    params: str | None = None  # NAME of parameter sets, all of which are played


def play_ensemble(
    scenarios: Sequence[Scenario],
    asked: Asked,
    workers: int | None,
    out: Path | None,
    figures: bool,
    console: Console,
    command: list[str],
    complain: Callable[[str], None],
) -> int:
    """Play, show and draw; returns the exit code: 0, 3 (some runs failed), 4 (all did) or 130 (interrupted)."""
    plan = Plan(named(scenarios), design_asked(asked, scenarios), asked.seeds)
    columns = columns_asked(asked)
    shown = check_outcomes(split(asked.outcomes)) if asked.outcomes is not None else HEADLINE
    fans = None if plan.design.paths or not figures else Fans(plan)
    try:
        saved = _play(plan, columns, workers, out, fans, command)
    except Interrupted as stop:
        complain(f"interrupted: {stop.n_kept:,} of {stop.n_runs:,} runs are kept in {stop.folder}")
        return INTERRUPTED
    n_runs, n_failed = saved.manifest["n_runs"], saved.manifest["n_failed"]
    if n_failed:
        _complain_of_failed(saved, plan.n_runs, complain)
    if n_runs:
        _show(saved, plan, shown, console)
    console.print(f"folder   {saved.folder}", soft_wrap=True)
    if n_runs and figures:
        drawn = _draw(saved, plan, fans, shown)
        console.print(f"figures  {saved.folder / 'figures'}: {', '.join(file.stem for file in drawn)}", soft_wrap=True)
    return DONE if not n_failed else PARTLY if n_runs else FAILED


def design_asked(asked: Asked, scenarios: Sequence[Scenario]) -> Design:
    """The parameter sets that were asked for, checked against every scenario."""
    if asked.design not in (GRID, LATIN):
        raise StudyError(f"--design: got '{asked.design}'; allowed {GRID}, {LATIN}")
    is_latin = asked.design == LATIN
    if is_latin and (not asked.vary or asked.points is None):
        raise StudyError("--design latin: got no --vary or no --points; allowed both, e.g. --vary path=low:high --points 100")
    if asked.points is not None and not is_latin:
        raise StudyError(f"--points: got {asked.points} for a grid; allowed with --design latin only")
    if asked.params is not None:
        if asked.vary:
            raise StudyError(f"--params {asked.params}: got --vary too; allowed with a single set, --params {asked.params}:0")
        return sets_design(asked.params, scenarios)
    varied = [parse_vary(written, place) for place, written in enumerate(asked.vary, 1)]
    check_varied(varied, scenarios, is_latin)
    if not varied:
        return Design()
    return latin(varied, asked.points or 1) if is_latin else grid(varied)


def sets_design(name: str, scenarios: Sequence[Scenario]) -> Design:
    """All parameter sets of a name; what a scenario or --set sets itself goes before them."""
    from reabm.scenario.parameters import parameter_file, read_parameters

    table = read_parameters(parameter_file(name))
    own = {path for scenario in scenarios for path in scenario.settings}
    kept = [k for k, path in enumerate(table.paths) if path not in own]
    return Design(tuple(table.paths[k] for k in kept), tuple(tuple(values[k] for k in kept) for values in table.values))


def columns_asked(asked: Asked) -> tuple[str, ...]:
    """Columns of the months that are kept; none with summaries."""
    if asked.keep not in (MONTHS, SUMMARY):
        raise StudyError(f"--keep: got '{asked.keep}'; allowed {SUMMARY}, {MONTHS}")
    if asked.keep == SUMMARY:
        if asked.columns is not None:
            raise StudyError("--columns: got columns of months, of which --keep summary keeps none; add --keep months")
        return ()
    return check_columns(split(asked.columns)) if asked.columns is not None else ALL_COLUMNS


def split(names: str) -> list[str]:
    """Names between commas."""
    return [name.strip() for name in names.split(",") if name.strip()]


def _bar(text: str) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(text), BarColumn(30), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn(),
    )  # fmt: skip
    return Progress(*columns, console=Console(stderr=True), transient=True, refresh_per_second=4)


def _play(
    plan: Plan, columns: tuple[str, ...], workers: int | None, out: Path | None, fans: Fans | None, command: list[str]
) -> SavedEnsemble:
    """Play under a bar with runs done, runs a second and the time left."""
    with _bar("{task.description:<24}") as bar:
        task = bar.add_task("compiling rules (once)", total=plan.n_runs, rate="")
        bar.refresh()

        def played(n_done: int, _: int) -> None:
            speed = bar.tasks[task].speed
            bar.update(task, completed=n_done, description="playing runs", rate=f"{speed:,.0f} runs/s" if speed else "")

        watched = fans.columns if fans else ()
        return stream(plan, out, columns, workers, played, watch=fans.add if fans else None, watched=watched, command=command)


def _show(saved: SavedEnsemble, plan: Plan, outcomes: Sequence[str], console: Console) -> None:
    from reabm.report.ensemble_table import outcomes_table

    seconds = max(saved.manifest["seconds"], 1e-3)
    n_runs = saved.manifest["n_runs"]
    sets = f" x {len(plan.design.points):,} parameter sets" if plan.design.paths else ""
    console.print()
    console.print(outcomes_table(saved.runs, outcomes, plan.design.paths, console.width))
    console.print()
    console.print(
        f"runs     {n_runs:,}: {', '.join(plan.names)}{sets} x {len(plan.seeds):,} seeds, "
        f"{seconds:.1f} s, {n_runs / seconds:,.0f} runs/s",
        soft_wrap=True,
    )


def _draw(saved: SavedEnsemble, plan: Plan, fans: Fans | None, outcomes: Sequence[str]) -> list[Path]:
    from reabm.report.ensemble_figures import draw_ensemble

    with _bar("{task.description:<24}") as bar:
        task = bar.add_task("drawing figures", total=max(1, len(plan.design.paths)), rate="")
        bar.refresh()
        months = fans.frame() if fans else None
        about = fans.about() if fans else ""
        return draw_ensemble(
            saved.folder / "figures", saved.runs, months, about, plan.design.paths, outcomes, lambda: bar.advance(task)
        )


def _complain_of_failed(saved: SavedEnsemble, n_runs: int, complain: Callable[[str], None]) -> None:
    """A line on how many runs failed, and the first few of them."""
    failed = saved.failed
    complain(f"{len(failed):,} of {n_runs:,} runs failed and have no outcome; {saved.folder / 'failed.csv'} lists them")
    for row in failed.head(MESSAGES_SHOWN).itertuples(index=False):
        complain(f"  {row.scenario}, set {row.set}, seed {row.seed}: {row.message}")
