"""A game's file: which scenario, from which month on who chooses among what, and with how many seeds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import Any

from reabm.empirical.game import AGENT, Choice, Game, Player, Seeds
from reabm.empirical.nodes import entries, mapping, month, refuse, whole, word
from reabm.empirical.worth import worth_fault
from reabm.scenario import Scenario, ScenarioError, forked, load_scenario, with_months, with_settings
from reabm.scenario.configs import find_configs
from reabm.scenario.errors import nearest, one_of, shown
from reabm.scenario.lever_table import agent_kind, choices
from reabm.scenario.merge import parameters_of
from reabm.scenario.months import month_text
from reabm.scenario.parameters import parameter_file, read_parameters
from reabm.scenario.textread import display_name, read_text
from reabm.scenario.yamlread import Node, parse_tree

KEYS = ("scenario", "from", "to", "settings", "parameters", "seeds", "candidates", "players")
NEEDED = ("scenario", "from", "to", "players")
PLAYER_KEYS = ("agent", "agents", "payoff_of", "strategies", "deviations")
CHOICE_KEYS = ("name", "plays", "settings")
TAKEN = ("set", "seed", "deviates", "deviates_to")  # columns of the table of runs beside the players
MOST_PROFILES = 2_000
MOST_PLAYERS = 8
MOST_SEEDS = 1_000
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}", re.ASCII)


def read_game(file: Path, n_sets: int = 1, n_seeds: int | None = None) -> Game:
    """Read and check a game's file.

    Parameters
    ----------
    n_sets : how many parameter sets are played, the central one first; 1: the scenario as it is
    n_seeds : seeds of every profile, in place of the file's sampling

    Raises
    ------
    ScenarioError
        In one line with file, line and field where the file asks for what there is not.
    """
    text = read_text(file)
    tree = parse_tree(text, display_name(file))
    top = mapping(tree, "", KEYS, NEEDED)
    scenario_file = _scenario_file(top["scenario"], file.parent)
    base = _with_settings(load_scenario(scenario_file), top.get("settings"))
    first, last = month(top["from"], "from"), month(top["to"], "to")
    if not base.start <= first <= base.end:
        run = f"{month_text(base.start)} to {month_text(base.end)}, the months of the scenario"
        refuse(top["from"], "from", f"got {month_text(first)}; allowed {run}")
    if not first < last <= base.end:
        run = f"a month after {month_text(first)} (from), to {month_text(base.end)}"
        refuse(top["to"], "to", f"got {month_text(last)}; allowed {run}")
    scenario = with_months(base, end=last)
    players = _players(top["players"], scenario, first)
    own_sets = "parameters" in top
    parameters = word(top["parameters"], "parameters") if own_sets else parameters_of(scenario_file)
    beside = file.parent if own_sets else scenario_file.parent
    return Game(
        name=file.stem,
        file=display_name(file),
        question=_question(text),
        scenario=scenario,
        first=first,
        seeds=_seeds(top.get("seeds"), n_seeds),
        players=players,
        candidates=whole(top["candidates"], "candidates", 0, MOST_PROFILES) if "candidates" in top else 2,
        sets=_sets(scenario, parameters, beside, n_sets, top.get("parameters", tree)),
        parameters=parameters if n_sets > 1 else None,
    )


def _question(text: str) -> str:
    """The first line, if it is a comment."""
    first = text.split("\n", 1)[0]
    return first.lstrip("#").strip() if first.startswith("#") else ""


def _scenario_file(node: Node, folder: Path) -> Path:
    """A shipped scenario by its name, or a file as seen from the game's own folder."""
    written = word(node, "scenario")
    shipped = find_configs() / "scenarios"
    for found in (folder / written, shipped / f"{written}.yaml"):
        if found.is_file():
            return found
    names = sorted(path.stem for path in shipped.glob("*.yaml"))
    return refuse(node, "scenario", f"got {shown(written)}; allowed {one_of(names)}, or a scenario file{nearest(written, names)}")


def _with_settings(scenario: Scenario, node: Node | None) -> Scenario:
    """The scenario with the levers that a game sets for the whole run."""
    if node is None:
        return scenario
    for path, own in mapping(node, "settings").items():
        try:
            scenario = with_settings(scenario, {path: own.plain()})
        except ScenarioError as error:
            refuse(own, f"settings.{path}", error.faults[0].message)
    return scenario


def _seeds(node: Node | None, n_seeds: int | None) -> Seeds:
    found = Seeds(0, 16, 8, 24, 6)
    if node is not None:
        bounds = {"first": (0, 2**53)} | dict.fromkeys(("start", "step", "most", "alone"), (1, MOST_SEEDS))
        own = mapping(node, "seeds", tuple(bounds))
        found = found._replace(**{name: whole(at, f"seeds.{name}", *bounds[name]) for name, at in own.items()})
        if found.most < found.start:
            refuse(own.get("most", node), "seeds.most", f"got {found.most}; allowed {found.start} (start) or more")
    return found if n_seeds is None else found._replace(start=n_seeds, most=n_seeds)


def _sets(scenario: Scenario, name: str | None, beside: Path, n_sets: int, node: Node) -> tuple[dict[str, float], ...]:
    """The scalars that each parameter set changes, by the table beside the file that names it, else the shipped one.

    What the scenario itself sets stays.
    """
    if n_sets == 1:
        return ({},)
    if name is None:
        refuse(node, "parameters", f"got nothing; allowed the name of parameter sets, of which {n_sets} are to be played")
    table = read_parameters(parameter_file(name, beside))
    if n_sets > len(table.values):
        refuse(node, "parameters", f"got {n_sets} sets to be played; allowed at most {len(table.values)}, those of {name}")
    order = [table.central, *(k for k in range(len(table.values)) if k != table.central)][:n_sets]
    return tuple(
        {path: value for path, value in zip(table.paths, table.values[k]) if path not in scenario.settings} for k in order
    )


def _players(node: Node, scenario: Scenario, first: int) -> tuple[Player, ...]:
    named = mapping(node, "players")
    if not 2 <= len(named) <= MOST_PLAYERS:
        refuse(node, "players", f"got {len(named)}; allowed 2 to {MOST_PLAYERS}")
    players = tuple(_player(name, own, scenario, first) for name, own in named.items())
    taken: dict[str, str] = {}
    levers: dict[str, str] = {}
    for player in players:
        at = named[player.name]
        for agent in player.agents:
            if agent in taken:
                refuse(at, f"players.{player.name}", f"got {shown(agent)}, who plays for {taken[agent]}; allowed each agent once")
            taken[agent] = player.name
        for path in dict.fromkeys(
            path for choice in player.strategies for agent in player.agents for path in choice.levers(agent)
        ):
            if path in levers:
                refuse(at, f"players.{player.name}", f"got {path}, which {levers[path]} sets; allowed one player for each lever")
            levers[path] = player.name
    n = prod(len(player.strategies) for player in players)
    if n > MOST_PROFILES:
        refuse(node, "players", f"got {n:,} profiles; allowed {MOST_PROFILES:,}: fewer strategies or players")
    return players


def _player(name: str, node: Node, scenario: Scenario, first: int) -> Player:
    field = f"players.{name}"
    if not _NAME.fullmatch(name):
        refuse(node, "players", f"got the name {shown(name)}; allowed letters, digits and _, a letter first")
    if name in TAKEN:
        refuse(node, "players", f"got the name {shown(name)}, which is a column of the table; allowed another")
    own = mapping(node, field, PLAYER_KEYS, ("strategies",))
    if ("agent" in own) == ("agents" in own):
        refuse(node, field, "got both agent and agents, or neither; allowed one of them")
    if "agent" in own:
        agents: tuple[str, ...] = (_agent(own["agent"], f"{field}.agent", scenario),)
    else:
        agents = _agents(own["agents"], f"{field}.agents", scenario)
    kinds = {agent_kind(scenario, agent) for agent in agents}
    if len(kinds) > 1:
        refuse(own["agents"], f"{field}.agents", f"got a block of {', '.join(sorted(kinds))}; allowed agents of one kind")
    strategies = _choices(own["strategies"], f"{field}.strategies", scenario, agents, first)
    if len(strategies) < 2:
        refuse(own["strategies"], f"{field}.strategies", "got 1; allowed 2 or more, or there is nothing to choose")
    more = _choices(own["deviations"], f"{field}.deviations", scenario, agents, first) if "deviations" in own else ()
    named = {choice.name: choice for choice in strategies}
    for choice in more:
        if named.get(choice.name, choice) != choice:
            refuse(
                own["deviations"], f"{field}.deviations", f"got {shown(choice.name)} with other settings; allowed another name"
            )
    paid = _agents(own["payoff_of"], f"{field}.payoff_of", scenario) if "payoff_of" in own else agents
    alone = (*strategies, *(choice for choice in more if choice.name not in named)) if len(agents) > 1 else more
    return Player(name, agents, paid, strategies, alone)


def _agents(node: Node, field: str, scenario: Scenario) -> tuple[str, ...]:
    found = [(_agent(each, f"{field}[{k}]", scenario), each) for k, each in enumerate(entries(node, field))]
    for k, (name, each) in enumerate(found):
        if name in [other for other, _ in found[:k]]:
            refuse(each, f"{field}[{k}]", f"got {shown(name)} twice; allowed each agent once")
    return tuple(name for name, _ in found)


def _agent(node: Node, field: str, scenario: Scenario) -> str:
    name = word(node, field)
    if name not in scenario.strategies:
        refuse(node, field, f"got {shown(name)}; allowed an agent of the scenario{nearest(name, scenario.strategies)}")
    fault = worth_fault(scenario, name)
    if fault:
        refuse(node, field, f"got {shown(name)}: {fault}")
    return name


def _choices(node: Node, field: str, scenario: Scenario, agents: Sequence[str], first: int) -> tuple[Choice, ...]:
    found: list[Choice] = []
    for k, each in enumerate(entries(node, field)):
        choice = _choice(each, f"{field}[{k}]", scenario, agents, first)
        if choice.name in [other.name for other in found]:
            refuse(each, f"{field}[{k}]", f"got {shown(choice.name)} twice; allowed each name once")
        found.append(choice)
    return tuple(found)


def _choice(node: Node, field: str, scenario: Scenario, agents: Sequence[str], first: int) -> Choice:
    """A name of the catalogue, or `{name, plays, settings}`."""
    settings: dict[str, Any] = {}
    if isinstance(node.content, dict):
        own = mapping(node, field, CHOICE_KEYS, ("name",))
        name = word(own["name"], f"{field}.name")
        plays, at = (word(own["plays"], f"{field}.plays"), own["plays"]) if "plays" in own else (name, own["name"])
        for path, each in (mapping(own["settings"], f"{field}.settings") if "settings" in own else {}).items():
            for agent in agents if AGENT in path else agents[:1]:
                _check_setting(path.replace(AGENT, agent), each, f"{field}.settings.{path}", scenario, first)
            settings[path] = each.plain()
    else:
        name = plays = word(node, field)
        at = node
    if not _NAME.fullmatch(name):
        refuse(at, field, f"got the name {shown(name)}; allowed letters, digits and _, a letter first")
    allowed = choices(scenario, agents[0])
    if plays not in allowed:
        refuse(at, field, f"got {shown(plays)}; allowed {one_of(allowed)}{nearest(plays, allowed)}")
    return Choice(name, plays, settings)


def _check_setting(path: str, node: Node, field: str, scenario: Scenario, first: int) -> None:
    if path.startswith("strategies."):
        refuse(node, field, "got a strategy; allowed levers other than the agents' strategies")
    try:
        forked(scenario, first, {path: node.plain()})
    except ScenarioError as error:
        refuse(node, field, error.faults[0].message)
