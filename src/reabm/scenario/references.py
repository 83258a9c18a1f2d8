"""Names in a scenario that point at something else: do they exist?"""

from __future__ import annotations

from collections.abc import Iterator

from reabm.rules.strategies import OWN, STRATEGIES
from reabm.scenario.errors import Fault, nearest, one_of, shown
from reabm.scenario.quantity import ASSUMPTION
from reabm.scenario.record import GROUPS
from reabm.scenario.scenario import STATE
from reabm.scenario.yamlread import Node

# Where names stand (* is any key): the section that must have them. Of a mapping its keys are meant.
REFERENCES: tuple[tuple[str, str], ...] = (
    ("deposits.*.basket", "elements"),
    ("lines.*.content", "elements"),
    ("lines.*.thrift_ceiling", "elements"),
    ("sectors.*.mix", "elements"),
    ("sectors.*.thrift_ceiling", "elements"),
    ("mines.*.deposit", "deposits"),
    ("mines.*.offtake", "importers"),
    ("policy.export_tax", "elements or groups"),
    ("policy.halts", "mines"),
    ("policy.licence.elements", "elements"),
    ("policy.governments", "governments"),
    ("policy.governments.*.mine_support", "mines"),
    ("policy.governments.*.price_floor.mine", "mines"),
    ("policy.governments.*.price_floor.element", "elements"),
)
MOST_CANDIDATES = 8
# The strategy that chooses among candidates cannot be one, nor one that others see in the scenario (who guarantees prices), nor
# one whose dates stand in the script, which a plan does not see.
NOT_WEIGHED = ("receding_horizon", "price_floor", "coercive_ban")
_AGENTS = {"mines": "mine", "makers": "maker", "importers": "importer", "governments": "government", "sectors": "user"}


def reference_faults(tree: Node) -> Iterator[Fault]:
    """Names of elements, deposits, mines, importers and governments that do not exist."""
    for pattern, section in REFERENCES:
        names = _names(tree, section)
        for path, node in _matching(tree, pattern):
            for name, place in _written(node):
                if name not in names:
                    hint = nearest(name, names)
                    message = f"got {shown(name)}; allowed the {section} {one_of(names)}{hint}"
                    yield Fault(place.file, place.key_line, path, message)


def source_faults(tree: Node, known: frozenset[str], path: str = "") -> Iterator[Fault]:
    """Source keys that the bibliography lacks."""
    if isinstance(tree.content, list):
        for i, item in enumerate(tree.content):
            yield from source_faults(item, known, f"{path}[{i}]")
    if not isinstance(tree.content, dict):
        return
    for key, node in tree.content.items():
        below = f"{path}.{key}" if path else key
        if key != "source":
            yield from source_faults(node, known, below)
            continue
        for name, place in _written(node):
            if name != ASSUMPTION and name not in known:
                message = f"got {shown(name)}; allowed a key of sources.yaml, or 'assumption' with a note"
                yield Fault(place.file, place.key_line, below, message + nearest(name, known))


def strategy_faults(tree: Node) -> Iterator[Fault]:
    """Agents that do not exist, stand twice, or play a strategy that their kind does not have."""
    kinds: dict[str, str] = {}
    for section, kind in _AGENTS.items():
        for path, node in _matching(tree, f"{section}.*"):
            agent = path.partition(".")[2]
            if agent in kinds:
                message = f"got {shown(agent)}, which is also a {kinds[agent]}; allowed a name of its own"
                yield Fault(node.file, node.key_line, path, message)
            is_state = kind == "government" and _is(node, "destination", "china")
            kinds[agent] = "state" if is_state else kind
    if "state" not in kinds.values():
        kinds[STATE] = "state"
    for section in _AGENTS:
        for path, node in _matching(tree, f"{section}.*.strategy"):
            yield from _strategy_fault(node, path, kinds[_agent_in(path)])
    for path, node in _matching(tree, "governments.*.candidates"):
        yield from _candidate_faults(node, path, kinds[_agent_in(path)])
    for path, node in _matching(tree, "agents.strategies.*"):
        agent = path.partition("agents.strategies.")[2]
        if agent in kinds:
            yield from _strategy_fault(node, path, kinds[agent])
        else:
            message = f"got an unknown agent {shown(agent)}; allowed {one_of(kinds)}{nearest(agent, kinds)}"
            yield Fault(node.file, node.key_line, path, message)


def _agent_in(path: str) -> str:
    """The agent in SECTION.AGENT.FIELD; its name may hold dots of its own, as long as nobody has found fault with it."""
    return path.partition(".")[2].rpartition(".")[0]


def _strategy_fault(node: Node, path: str, kind: str) -> Iterator[Fault]:
    found = "none" if node.content is None else node.content
    names = STRATEGIES[kind]
    if isinstance(found, str) and found not in names:
        message = f"got {shown(found)}; allowed {one_of(names)}{nearest(found, names)}"
        yield Fault(node.file, node.key_line, path, message)


def _candidate_faults(node: Node, path: str, kind: str) -> Iterator[Fault]:
    """What a planner weighs: strategies of its kind, and not too many."""
    found = list(_written(node))
    names = [name for name, entry in STRATEGIES[kind].items() if name not in NOT_WEIGHED and entry.code < OWN]
    for name, place in found:
        if name not in names:
            yield Fault(place.file, place.key_line, path, f"got {shown(name)}; allowed {one_of(names)}{nearest(name, names)}")
    if len(found) > MOST_CANDIDATES:
        message = f"got {len(found)} strategies; allowed {MOST_CANDIDATES} at most"
        yield Fault(node.file, node.key_line, path, message)


def _is(node: Node, key: str, value: str) -> bool:
    return isinstance(node.content, dict) and key in node.content and node.content[key].content == value


def _names(tree: Node, section: str) -> list[str]:
    assert isinstance(tree.content, dict)
    if section == "elements or groups":
        return [*_names(tree, "elements"), *GROUPS]
    found = tree.content.get(section)
    return list(found.content) if found is not None and isinstance(found.content, dict) else []


def _matching(node: Node, pattern: str, path: str = "") -> Iterator[tuple[str, Node]]:
    """Nodes at a dotted pattern, with their paths."""
    if not pattern:
        yield path, node
        return
    if not isinstance(node.content, dict):
        return
    part, _, rest = pattern.partition(".")
    for key, below in node.content.items():
        if part in (key, "*"):
            yield from _matching(below, rest, f"{path}.{key}" if path else key)


def _written(node: Node) -> Iterator[tuple[str, Node]]:
    """Names that a node holds: the keys of a mapping, the words of a list, or one word."""
    if isinstance(node.content, dict):
        yield from node.content.items()
    elif isinstance(node.content, list):
        for item in node.content:
            if isinstance(item.content, str):
                yield item.content, item
    elif isinstance(node.content, str):
        yield node.content, node
