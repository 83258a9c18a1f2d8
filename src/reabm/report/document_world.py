"""What the documents say of the world: agents, state, parameters, levers, strategies."""

from __future__ import annotations

from reabm.report.markdown import number, table
from reabm.rules.strategies import STRATEGIES
from reabm.scenario import Scenario, list_levers, list_numbers
from reabm.scenario.firm_levers import FIRM_LEVERS
from reabm.scenario.lever_table import policy_paths
from reabm.scenario.pack import sizes_of
from reabm.scenario.record import LINES
from reabm.world.knobs import SCALARS
from reabm.world.layout import FieldSpec, fields_of
from reabm.world.params import SWITCHES, Params
from reabm.world.state import DESTINATIONS, GROUPS, PLACES, ZONES, State


def agents_table(scenario: Scenario) -> str:
    """Kinds of agents: how many, who, where their rules and state stand."""
    chinese = [name for name, own in scenario.governments.items() if own.destination == "china"]
    others = [name for name in scenario.governments if name not in chinese]
    rows = (
        ("Chinese state", len(chinese), ", ".join(chinese), "`Policy`", "`rules/policy.py`"),
        ("other governments", len(others), ", ".join(others), "`Governments`", "`rules/policy.py`"),
        ("mines with their separation", len(scenario.mines), ", ".join(scenario.mines), "`Mines`", "`rules/mines.py`"),
        ("makers of magnets or alloys", len(scenario.makers), ", ".join(scenario.makers), "`Makers`",
         "`rules/makers.py`, `rules/magnets.py`"),
        ("importers", len(scenario.importers), ", ".join(scenario.importers), "`Importers`", "`rules/importers.py`"),
        ("use sectors", len(scenario.sectors) * len(DESTINATIONS),
         f"{', '.join(scenario.sectors)}; each in {len(DESTINATIONS)} destinations", "`Users`", "`rules/users.py`"),
    )  # fmt: skip
    return table(("agents", "number", "names in the reference world", "state", "rules"), rows)


def dimensions_table(scenario: Scenario) -> str:
    """Dimensions of the arrays in the reference world."""
    words = {
        "elements": ", ".join(scenario.elements), "destinations": ", ".join(DESTINATIONS), "zones": ", ".join(ZONES),
        "lines": ", ".join(LINES), "places": ", ".join(PLACES), "groups": ", ".join(GROUPS),
        "origins": "countries of ore, and recycled oxide", "users": "use sectors by destination",
        "months": f"of the run ({scenario.title})",
        "named_makers": "those of the scenario's file; `makers` are as many or, in a larger population, a multiple",
    }  # fmt: skip
    return table(("dimension", "size", "members"), [(n, size, words.get(n, "")) for n, size in sizes_of(scenario).items()])


def _fields(specs: list[FieldSpec]) -> str:
    rows = [(f"`{s.group}.{s.name}`", " x ".join(s.dims), s.unit, s.meaning) for s in specs]
    return table(("variable", "dimensions", "unit", "meaning"), rows)


def state_table(_scenario: Scenario) -> str:
    """Every array of the state."""
    return _fields(fields_of(State))


def parameters_table(_scenario: Scenario) -> str:
    """Every array of the parameters but the script, which has a table of its own."""
    return _fields([spec for spec in fields_of(Params) if spec.group != "script"])


def scalars_table(scenario: Scenario) -> str:
    """Scalar levers: path, unit, value, plausible range, allowed range, meaning, source."""
    rows = []
    for lever in SCALARS:
        own = scenario.scalars[lever.path]
        plausible = "" if own.range is None else f"{number(own.range[0])} to {number(own.range[1])}"
        allowed = f"{number(lever.low)} to {number(lever.high)}"
        sentence = lever.sentence if lever.mid_run else f"{lever.sentence} Whole run only."
        rows.append((f"`{lever.path}`", lever.unit, number(own.value), plausible, allowed, sentence, ", ".join(own.source)))
    return table(("lever", "unit", "value", "plausible", "allowed", "meaning", "source"), rows)


def policy_table(scenario: Scenario) -> str:
    """Levers on policy: what replaces or scales the script."""
    levers = list_levers(scenario)
    rows = []
    for path in policy_paths(scenario):
        lever = levers[path]
        rows.append((f"`{path}`", lever.unit, f"{number(lever.low)} to {number(lever.high)}", lever.sentence))
    return table(("lever", "unit", "allowed", "meaning"), rows)


def directed_table(_scenario: Scenario) -> str:
    """Levers of firms that are told what to do; a name stands for each of its kind."""
    rows = [(f"`{row.section}.{row.section[:-1].upper()}.{row.name}`", row.unit, "0 to 1", row.sentence) for row in FIRM_LEVERS]
    return table(("lever", "unit", "allowed", "meaning"), rows)


def mechanisms_table(scenario: Scenario) -> str:
    """Mechanisms that can be switched off, and whether they act in the scenario."""
    rows = [(f"`mechanisms.{name}`", "on" if scenario.mechanisms.get(name, True) else "off") for name in SWITCHES]
    return table(("switch", "in the reference scenario"), rows)


def strategies_table(scenario: Scenario) -> str:
    """The catalogue of strategies and who plays what in the scenario."""
    rows = []
    for kind, catalogue in STRATEGIES.items():
        for name, strategy in catalogue.items():
            players = [agent for agent, played in _players(scenario, kind).items() if played == name]
            rows.append((kind, f"`{name}`", strategy.sentence, strategy.sees, strategy.source, ", ".join(players)))
    return table(("kind", "strategy", "what it does", "what it sees", "source", "played by"), rows)


def _players(scenario: Scenario, kind: str) -> dict[str, str]:
    governments = {name: own.strategy for name, own in scenario.governments.items()}
    chinese = {name for name, own in scenario.governments.items() if own.destination == "china"}
    return {
        "state": {name: played for name, played in governments.items() if name in chinese},
        "government": {name: played for name, played in governments.items() if name not in chinese},
        "mine": {name: own.strategy for name, own in scenario.mines.items()},
        "maker": {name: own.strategy for name, own in scenario.makers.items()},
        "importer": {name: own.strategy for name, own in scenario.importers.items()},
        "user": {name: own.strategy for name, own in scenario.sectors.items()},
    }[kind]


def assumptions_table(scenario: Scenario) -> str:
    """How many numbers of each section have a source, a source with a judgement, or a judgement alone."""
    counts: dict[str, list[int]] = {}
    for own in list_numbers(scenario):
        head = own.path.split(".")[0]
        section = "market" if own.path in scenario.scalars else head
        kind = 2 if own.is_assumption else 1 if own.is_partly_assumed else 0
        counts.setdefault(section, [0, 0, 0])[kind] += 1
    rows: list[tuple[object, ...]] = [(section, sum(found), *found) for section, found in counts.items()]
    totals = [sum(found[k] for found in counts.values()) for k in range(3)]
    rows.append(("all", sum(totals), *totals))
    return table(("section", "numbers", "from a source", "a source with a judgement", "assumption"), rows)
