"""The top-level keys of files, and the one flat form of the market's scalars."""

from __future__ import annotations

from reabm.scenario.errors import Fault, ScenarioError
from reabm.scenario.firms import Government, Importer, Maker, Mine
from reabm.scenario.goods import Deposit, Element, Line, Sector
from reabm.scenario.record import Record
from reabm.scenario.yamlread import Node
from reabm.world.knobs import SCALARS

KINDS: dict[str, type[Record]] = {
    "elements": Element,
    "deposits": Deposit,
    "mines": Mine,
    "lines": Line,
    "makers": Maker,
    "importers": Importer,
    "governments": Government,
    "sectors": Sector,
}
SCALAR_PATHS = frozenset(lever.path for lever in SCALARS)
GROUPS = frozenset(path.partition(".")[0] for path in SCALAR_PATHS) - frozenset(KINDS) - {"market"}
WORLD_SECTIONS = frozenset(KINDS) | {"magnet_demand", "market"} | GROUPS
FILE_KEYS = frozenset({
    "title", "question", "extends", "start", "end", "agents", "mechanisms", "policy", "news", "interventions",
    "settings", "events", "sources", "parameters",
})  # fmt: skip


def flatten_market(tree: Node) -> None:
    """Gather the scalars under `market`, by their dotted paths. Overwritten: `tree`.

    `market: {freight_usd_kg: ...}`, `market: {smuggling: {cost_usd_kg: ...}}`, `market: {smuggling.cost_usd_kg: ...}`
    and a section `smuggling: {cost_usd_kg: ...}` of its own are all read.
    """
    assert isinstance(tree.content, dict)
    found: dict[str, Node] = {}
    place: Node | None = None
    for section in [name for name in tree.content if name == "market" or name in GROUPS]:
        node = tree.content[section]
        if not isinstance(node.content, dict):
            continue  # refused later, as a section that is no mapping
        place = place or node
        del tree.content[section]
        _gather(node, "" if section == "market" else section, found)
    if place is not None:
        tree.content["market"] = Node(dict(found), place.file, place.line, place.key_line)


def _gather(node: Node, path: str, found: dict[str, Node]) -> None:
    assert isinstance(node.content, dict)
    for key, child in node.content.items():
        below = f"{path}.{key}" if path else key
        if f"market.{below}" in SCALAR_PATHS:
            below = f"market.{below}"
        is_group = isinstance(child.content, dict) and not {"value", "unit"} & child.content.keys()
        if is_group and below not in SCALAR_PATHS and any(p.startswith(f"{below}.") for p in SCALAR_PATHS):
            _gather(child, below, found)
        elif below in found:
            message = f"got it twice, first in line {found[below].key_line}; allowed once"
            raise ScenarioError([Fault(child.file, child.key_line, f"market.{below}", message)])
        else:
            found[below] = child
