"""`reabm regret`: what each agent of a run would gain by playing otherwise alone."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reabm.commands import terminal
from reabm.commands.scenarios import chosen_scenario
from reabm.commands.terminal import Told, say

if TYPE_CHECKING:
    from reabm.empirical.regret import Asked
    from reabm.empirical.regret_folder import SavedRegret
    from reabm.scenario import Scenario

INTERRUPTED = 130
WIDTH = 140  # letters where the output is no terminal
FROM = "2010-01"


def regret_command(
    scenario: Annotated[
        Path | None, typer.Argument(metavar="[SCENARIO]", help="Scenario file, or the name of a shipped one (default: history).")
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Set a lever (see reabm levers); may be repeated.")
    ] = None,
    params: Annotated[str | None, typer.Option(metavar="NAME[:ID]", help="Parameter set of configs/parameters.")] = None,
    agents: Annotated[
        str | None,
        typer.Option(metavar="NAMES", help="Agents between commas, or kinds: state, government, mine, maker, importer."),
    ] = None,
    first: Annotated[
        str | None,
        typer.Option("--from", metavar="YYYY-MM", help=f"First month that counts, from which on they deviate ({FROM})."),
    ] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="YYYY-MM", help="Last month that counts (the scenario's).")] = None,
    seeds: Annotated[int, typer.Option(min=2, max=10_000, help="Half of them to choose a deviation, half to measure it.")] = 16,
    most: Annotated[
        int, typer.Option("--most-seeds", min=2, max=100_000, help="As many where the interval covers zero and it matters.")
    ] = 64,
    workers: Annotated[int | None, typer.Option(min=1, max=1024, help="Threads (default: one a core).")] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder (default: runs/SCENARIO-regret).")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where the measuring in --out was stopped.")] = False,
    figures: Annotated[bool, typer.Option("--figures/--no-figures", help="Draw figures into the folder.")] = True,
    debug: Annotated[bool, typer.Option("--debug", hidden=True)] = False,
) -> int:
    """Measure regret: the best gain that each agent finds by deviating alone, to any other strategy or setting of its own."""
    assumed = chosen_scenario(scenario, settings or [], params=params)
    if resume and out is None:
        raise typer.BadParameter("--resume needs --out DIR: the folder that was interrupted")
    from reabm.empirical.regret import Stopped, measure
    from reabm.empirical.regret_folder import begin_folder, finish_folder, keep_agent
    from reabm.study.interrupt import gentle_interrupt

    asked = _asked(assumed, agents, first, last, seeds, max(seeds, most))
    folder, kept = begin_folder(asked, out, resume)
    try:
        with gentle_interrupt() as stop, terminal.bar() as bar:
            task = bar.add_task("compiling rules (once)", total=len(asked.agents))

            def done(agent: str, n: int, total: int) -> None:
                bar.update(task, completed=n, total=total, description=agent.replace("_", " ")[:24])

            found = measure(asked, kept, workers, lambda agent, own: keep_agent(folder, agent, own), done, stop)
    except Stopped:
        say(f"interrupted: agents that were finished are kept in {folder}")
        words = [word for word in sys.argv[1:] if word != "--resume"]
        named = [] if out is not None else ["--out", str(folder)]
        say(f"go on with: {shlex.join(['reabm', *words, *named, '--resume'])}")
        return Told(INTERRUPTED)
    saved = finish_folder(asked, found, folder, ["reabm", *sys.argv[1:]])
    _show(saved)
    console = terminal.console(WIDTH)
    console.print(f"folder   {folder}", soft_wrap=True)
    if figures:
        from reabm.report.regret_figures import draw_regret

        drawn = draw_regret(saved, folder / "figures")
        console.print(f"figures  {folder / 'figures'}: {', '.join(file.stem for file in drawn)}", soft_wrap=True)
    console.print(f"report   reabm report {folder}", soft_wrap=True)
    return Told(0)


def _asked(assumed: Scenario, agents: str | None, first: str | None, last: str | None, seeds: int, most: int) -> Asked:
    """What was asked, checked; ScenarioError in one line."""
    from reabm.empirical.regret import Asked, strategic_agents
    from reabm.empirical.worth import KINDS, worth_fault
    from reabm.scenario.errors import Fault, ScenarioError
    from reabm.scenario.lever_table import agent_kind
    from reabm.scenario.load import read_month
    from reabm.scenario.months import month_text

    begins = (
        max(assumed.start, min(read_month(FROM, "--from"), assumed.end - 1)) if first is None else read_month(first, "--from")
    )
    ends = assumed.end if last is None else read_month(last, "--to")
    if not assumed.start <= begins < ends <= assumed.end:
        allowed = f"allowed months from {month_text(assumed.start)} to {month_text(assumed.end)}, the last after the first"
        raise ScenarioError([Fault("months", 1, "--from", f"got {month_text(begins)} to {month_text(ends)}; {allowed}")])
    able = strategic_agents(assumed)
    chosen = list(able)
    if agents is not None:
        chosen = []
        for name in (each.strip() for each in agents.split(",") if each.strip()):
            own = [agent for agent in able if agent_kind(assumed, agent) == name] if name in KINDS else [name]
            fault = worth_fault(assumed, name) if name not in KINDS else ""
            if fault:
                raise ScenarioError([Fault("--agents", 1, name, fault)])
            chosen += [agent for agent in own if agent not in chosen]
    if not chosen:
        raise ScenarioError([Fault("--agents", 1, "agents", "got nobody who chooses and whose worth can be read")])
    return Asked(assumed, tuple(chosen), begins - assumed.start, ends - assumed.start, seeds, most)


def _show(saved: SavedRegret) -> None:
    from reabm.report.regret_table import NOTE, agent_tables, exploitability_line, rule_table, unclosed_lines

    console = terminal.console(WIDTH)
    for table in (*agent_tables(saved), rule_table(saved)):
        console.print()
        console.print(table)
    for line in (exploitability_line(saved), *unclosed_lines(saved)):
        console.print(line, soft_wrap=True)
    console.print(NOTE, style="dim")
    console.print()
