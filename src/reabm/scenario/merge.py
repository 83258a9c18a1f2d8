"""Scenario files that extend others -> one tree; the nearer file wins, key by key."""

from __future__ import annotations

from pathlib import Path

from reabm.scenario.configs import shipped_folder
from reabm.scenario.errors import MAX_FAULTS, Fault, ScenarioError, nearest, one_of, shown
from reabm.scenario.parameters import ANYWHERE, chosen_set
from reabm.scenario.sections import FILE_KEYS, GROUPS, WORLD_SECTIONS, flatten_market
from reabm.scenario.textread import display_name, read_text
from reabm.scenario.yamlread import Node, parse_tree

MAX_CHAIN = 10  # files that extend one another
MAX_WORLD_FILES = 200
MAX_WORLD_BYTES = 20_000_000
WHOLE = frozenset({"values", "basket", "mix", "content"})  # replaced as a whole: a mixture of two would be neither


def read_scenario_tree(path: Path) -> tuple[Node, list[Path]]:
    """Tree of a scenario file with all that it extends, and the folders that were read, the nearest first."""
    folders: list[Path] = []
    return _read(path, [], folders), folders


def _read(path: Path, chain: list[Path], folders: list[Path]) -> Node:
    text = read_text(path)
    folders.append(path.absolute().parent)
    tree = parse_tree(text, display_name(path))
    assert isinstance(tree.content, dict)
    _refuse_unknown(tree, FILE_KEYS | WORLD_SECTIONS)
    flatten_market(tree)
    question = _first_comment(text)
    if question and "question" not in tree.content:
        tree.content["question"] = Node(question, tree.file, 1, 1)
    chosen = tree.content.pop("parameters", None)
    extends = tree.content.pop("extends", None)
    if extends is None or extends.content is None:
        if chosen is not None and chosen.content is not None:
            _fault(chosen, "parameters", f"got {shown(chosen.plain())} without extends; allowed on a world that is extended")
        return tree
    base_path = _resolve(extends, path)
    seen = [*chain, path.resolve()]
    if base_path.resolve() in seen:
        _fault(extends, "extends", f"got {shown(extends.content)}, which extends this file; allowed no circle")
    if len(seen) >= MAX_CHAIN:
        _fault(extends, "extends", f"got more than {MAX_CHAIN} files that extend one another; allowed {MAX_CHAIN}")
    base = _read_world(base_path, folders) if base_path.is_dir() else _read(base_path, seen, folders)
    if isinstance(base.content, dict):
        base.content.pop("question", None)  # each file asks its own
    if chosen is not None and chosen.content is not None:
        _set_parameters(base, chosen, path.parent)
    return merge(base, tree)


def parameters_of(path: Path) -> str | None:
    """Name of the parameter sets that a scenario file is written with (its key `parameters`), or a file that it extends."""
    while path.is_file():
        content = parse_tree(read_text(path), display_name(path)).content
        assert isinstance(content, dict)
        chosen, extends = content.get("parameters"), content.get("extends")
        if chosen is not None and chosen.content is not None:
            return str(chosen.content).partition(":")[0]
        if extends is None or extends.content is None:
            return None
        path = _resolve(extends, path)
    return None


def _set_parameters(base: Node, chosen: Node, folder: Path) -> None:
    """Put the values of a parameter set in place of those of the world that a file extends. Overwritten: `base`.

    What the file itself says of a scalar is merged afterwards and stays.
    """
    if not isinstance(chosen.content, str):
        _fault(chosen, "parameters", f"got {shown(chosen.plain())}; allowed the name of parameter sets, or NAME:ID")
    try:
        table, number = chosen_set(str(chosen.content), folder)
    except ScenarioError as error:
        faults = [
            Fault(chosen.file, chosen.key_line, each.field, each.message) if each.file == ANYWHERE else each
            for each in error.faults
        ]
        raise ScenarioError(faults) from None
    assert isinstance(base.content, dict)
    market = base.content.get("market")
    scalars = market.content if market is not None and isinstance(market.content, dict) else {}
    for path, value in zip(table.paths, table.values[number]):
        own = scalars.get(path)
        if own is None or not isinstance(own.content, dict) or "value" not in own.content:
            _fault(
                chosen, "parameters", f"got {shown(path)}, of which the world that is extended has no value; allowed its scalars"
            )
            return
        note = own.content.get("note")
        words = f"set {number} of {table.name}" + (f"; before: {note.content}" if note is not None else "")
        place = own.content["value"]
        told = {
            "value": Node(value, place.file, place.line, place.key_line),
            "note": Node(words, place.file, place.line, place.key_line),
        }
        scalars[path] = Node({**own.content, **told}, own.file, own.line, own.key_line)


def _resolve(extends: Node, path: Path) -> Path:
    """Path that a file extends: seen from its own folder, or else from the shipped scenarios."""
    written = extends.content
    if not isinstance(written, str) or not written:
        _fault(extends, "extends", f"got {shown(extends.plain())}; allowed a folder or a scenario file")
    for folder in (path.parent, shipped_folder("scenarios")):
        try:
            if (folder / str(written)).exists():
                return folder / str(written)
        except (OSError, ValueError):
            break
    siblings = sorted(p.name for p in path.parent.glob("*.yaml") if p != path)
    hint = nearest(str(written), siblings)
    return _fault(extends, "extends", f"got {shown(written)}, which does not exist; allowed a folder or a file{hint}")


def _read_world(folder: Path, folders: list[Path]) -> Node:
    name = display_name(folder)
    try:
        files = sorted(folder.glob("*.yaml"))
        n_bytes = sum(file.stat().st_size for file in files[:MAX_WORLD_FILES])
    except OSError as error:
        raise ScenarioError([Fault(name, 1, "file", f"got {error.strerror}; allowed a readable folder")]) from None
    if not 1 <= len(files) <= MAX_WORLD_FILES or n_bytes > MAX_WORLD_BYTES:
        allowed = f"1 to {MAX_WORLD_FILES} of together {MAX_WORLD_BYTES // 10**6} MB"
        message = f"got a folder with {len(files)} .yaml files of {n_bytes:,} bytes; allowed {allowed}"
        raise ScenarioError([Fault(name, 1, "file", message)])
    folders.append(folder.absolute())
    sections: dict[str, Node] = {}
    for file in files:
        tree = parse_tree(read_text(file), display_name(file))
        _refuse_unknown(tree, WORLD_SECTIONS)
        flatten_market(tree)
        assert isinstance(tree.content, dict)
        for section, node in tree.content.items():
            if section in sections:
                _join(sections[section], node, section)
            else:
                sections[section] = node
    return Node(sections, name, 1, 1)


def _join(first: Node, second: Node, section: str) -> None:
    """Add the entries of a section that stands in two files of a world. Overwritten: `first`."""
    if not isinstance(first.content, dict) or not isinstance(second.content, dict):
        _fault(second, section, f"got {shown(second.plain())}; allowed a mapping of keys to values")
        return
    for key, node in second.content.items():
        if key in first.content:
            other = first.content[key]
            _fault(node, f"{section}.{key}", f"got it twice, first in {other.file} line {other.key_line}; allowed once")
        first.content[key] = node


def merge(base: Node, near: Node, key: str = "") -> Node:
    """Tree in which `near` wins over `base`; `none` removes what the base has."""
    if not isinstance(base.content, dict) or not isinstance(near.content, dict) or key in WHOLE:
        return near
    if ("value" in near.content and "values" in base.content) or ("values" in near.content and "value" in base.content):
        return near  # a series in place of a number, or the other way round
    merged = dict(base.content)
    for name, node in near.content.items():
        if name not in merged:
            merged[name] = node
        elif node.content is None and name != "strategy" and key != "strategies":  # a strategy may be called none
            del merged[name]
        else:
            merged[name] = merge(merged[name], node, name)
    return Node(merged, near.file, near.line, near.key_line)


def _refuse_unknown(tree: Node, allowed: frozenset[str]) -> None:
    assert isinstance(tree.content, dict)
    names = one_of(sorted(allowed - GROUPS))
    unknown = [(key, node) for key, node in tree.content.items() if key not in allowed]
    raised = [
        Fault(node.file, node.key_line, key, f"got an unknown key; allowed {names}{nearest(key, allowed)}")
        for key, node in unknown[:MAX_FAULTS]
    ]
    if raised:
        raise ScenarioError(raised)


def _first_comment(text: str) -> str:
    first = text.split("\n", 1)[0]
    return first.lstrip("#").strip() if first.startswith("#") else ""


def _fault(node: Node, field: str, message: str) -> Path:
    raise ScenarioError([Fault(node.file, node.key_line, field, message)])
