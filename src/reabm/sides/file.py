"""A game as a file: side, scenario, seed, months, and what was decided in each turn. Playing it again gives the same bits."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

from reabm.scenario import dump_scenario, find_configs, load_scenario
from reabm.scenario.build import build_scenario
from reabm.scenario.errors import Fault, ScenarioError, nearest, one_of, shown
from reabm.scenario.months import ALLOWED, month_index, month_text
from reabm.scenario.scenario import Scenario
from reabm.scenario.sections import flatten_market
from reabm.scenario.textread import display_name, read_text
from reabm.scenario.yamlread import Node, parse_tree
from reabm.sides.game import Game, new_game
from reabm.sides.table import find_side
from reabm.store.manifest import sha256

FORMAT = 1
KEYS = ("game", "side", "scenario", "seed", "start", "end", "turns")
SHIPPED, TEXT = "shipped", "text"


def game_text(game: Game) -> str:
    """A game as the text of its file. A scenario that ships is named, with its hash; another one is written out."""
    lines = [f"# {game.side.title} played in half-years; reabm play FILE plays it again", f"game: {FORMAT}"]
    lines.append(f"side: {game.side.name}")
    whole = dump_scenario(game.given)
    name = Path(game.given.tree.file).stem
    if name in _shipped() and dump_scenario(_load_shipped(name)) == whole:
        lines.append(f"scenario: {{{SHIPPED}: {name}, sha256: {sha256(whole.encode('utf-8'))}}}")
    else:
        lines += ["scenario:", f"  {TEXT}: |", *(f"    {line}" for line in whole.splitlines())]
    lines += [f"seed: {game.seed}", f"start: {month_text(game.first)}", f"end: {month_text(game.last)}"]
    lines.append("turns:" if game.turns else "turns: []")
    for turn in game.turns:
        lines.append("  - {" + ", ".join(f"{path}: {value!r}" for path, value in turn.items()) + "}")
    return "\n".join(lines) + "\n"


def save_game(game: Game, path: str | PathLike[str]) -> Path:
    """Write a game's file."""
    file = Path(path)
    file.write_text(game_text(game), encoding="utf-8")
    return file


def load_game(path: str | PathLike[str]) -> Game:
    """Read a game's file and play it again.

    Raises
    ------
    ScenarioError
        With a line for each fault: file, line, field, what was found, what is allowed.
    """
    file = Path(path)
    return read_game(read_text(file), display_name(file))


def read_game(text: str, origin: str) -> Game:
    """The game that a text holds, played again; `origin` is what messages call the text."""
    tree = parse_tree(text, origin)
    fields = _fields(tree)
    scenario = _scenario(fields["scenario"])
    side = fields["side"]
    find_side(scenario, side.content, origin, side.key_line)
    for name in ("start", "end"):
        if month_index(fields[name].content) is None:
            _fault(fields[name], name, f"got {shown(fields[name].plain())}; allowed {ALLOWED}")
    seed = _whole(fields["seed"], "seed", 2**63 - 1)
    start, end = (str(fields[name].content) for name in ("start", "end"))
    try:
        game = new_game(scenario, str(side.content), seed, start, end, origin)
    except ScenarioError as error:  # said of a field: now its line is known
        lines = {name: node.key_line for name, node in fields.items()}
        raise ScenarioError([Fault(origin, lines.get(f.field, 1), f.field, f.message) for f in error.faults]) from None
    turns = fields["turns"]
    if not isinstance(turns.content, list):
        _fault(turns, "turns", f"got {shown(turns.plain())}; allowed a list of turns, each {{lever: value}}")
    assert isinstance(turns.content, list)
    if len(turns.content) > game.n_turns:
        _fault(turns, "turns", f"got {len(turns.content)} turns; allowed {game.n_turns} from start to end")
    for n, node in enumerate(turns.content):
        if not isinstance(node.content, dict):
            _fault(node, f"turns[{n}]", f"got {shown(node.plain())}; allowed a mapping of levers to values")
        game = game.decide(n, node.plain(), origin, node.line)
    return game


def _fields(tree: Node) -> dict[str, Node]:
    assert isinstance(tree.content, dict)
    faults = [
        Fault(node.file, node.key_line, key, f"got an unknown key; allowed {one_of(KEYS)}{nearest(key, KEYS)}")
        for key, node in tree.content.items()
        if key not in KEYS
    ]
    faults += [Fault(tree.file, 1, key, f"got nothing; allowed a key {key}") for key in KEYS if key not in tree.content]
    if faults:
        raise ScenarioError(faults)
    version = tree.content["game"]
    if version.content != FORMAT or isinstance(version.content, bool):
        _fault(version, "game", f"got {shown(version.plain())}; allowed {FORMAT}, the format of games that this version plays")
    return tree.content


def _scenario(node: Node) -> Scenario:
    """The scenario of a game: one that ships and has not changed since, or the one written out in the file."""
    given = node.content if isinstance(node.content, dict) else {}
    if set(given) == {TEXT} and isinstance(given[TEXT].content, str):
        try:
            tree = parse_tree(str(given[TEXT].content), node.file)
            flatten_market(tree)
            return build_scenario(tree, {})
        except ScenarioError as error:  # lines of the text are those of the file after its key
            before = given[TEXT].key_line
            raise ScenarioError(
                [Fault(f.file, f.line + before, f"scenario.{f.field}", f.message) for f in error.faults]
            ) from None
    if set(given) != {SHIPPED, "sha256"}:
        _fault(node, "scenario", f"got {shown(node.plain())}; allowed {{{SHIPPED}, sha256}}, or {{{TEXT}}}")
    name, wanted = given[SHIPPED].content, given["sha256"].content
    if name not in _shipped():
        _fault(given[SHIPPED], f"scenario.{SHIPPED}", f"got {shown(given[SHIPPED].plain())}; allowed {one_of(_shipped())}")
    scenario = _load_shipped(str(name))
    found = sha256(dump_scenario(scenario).encode("utf-8"))
    if wanted != found:
        changed = f"got {shown(given['sha256'].plain())}; allowed {found}, the hash of {name} as it ships with this version"
        _fault(given["sha256"], "scenario.sha256", changed)
    return scenario


def _shipped() -> list[str]:
    return sorted(file.stem for file in (find_configs() / "scenarios").glob("*.yaml"))


def _load_shipped(name: str) -> Scenario:
    return load_scenario(find_configs() / "scenarios" / f"{name}.yaml")


def _whole(node: Node, field: str, most: int) -> int:
    value: Any = node.content
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        _fault(node, field, f"got {shown(node.plain())}; allowed a whole number from 0 to {most}")
    return int(value)


def _fault(node: Node, field: str, message: str) -> None:
    raise ScenarioError([Fault(node.file, node.key_line, field, message)])
