"""The panel of levers as data: groups, sections and controls, built from the table of levers, so that new ones appear."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reabm.app.lever_values import Value, in_force, source_words
from reabm.app.lever_words import is_switch, label_of, reach, step_of, unit_of, value_words
from reabm.app.words import name_words
from reabm.rules.strategies import STRATEGIES
from reabm.scenario import Scenario
from reabm.scenario.firm_levers import firm_paths
from reabm.scenario.lever_table import STRATEGY_UNIT, agent_kind, choices, list_levers
from reabm.scenario.record import TARGETS
from reabm.world.knobs import Lever

type Data = dict[str, Any]  # goes to the browser

BEIJING, TOKYO, OTHERS, FIRMS, REST = "Beijing", "Tokyo", "Other governments", "Firms' strategies", "Everything else"
GROUPS = (BEIJING, TOKYO, OTHERS, FIRMS, REST)
ORDERS = "Orders to"  # stand behind the strategies, one of which takes them
EMBARGO = {f"embargo.{target}.share": target for target in TARGETS}  # one control for all of them
CHINESE = ("export_quota", "export_tax", "embargo", "licence", "magnets_under_licence", "crackdown", "production_quota",
           "alloy_in_quota")  # fmt: skip
KINDS = {"state": "States", "government": "Governments", "mine": "Mines", "maker": "Magnet makers", "importer": "Importers",
         "user": "Users"}  # fmt: skip
SECTIONS = {"export_quota": "Export quota", "export_tax": "Export tax", "licence": "Export licences", "embargo": "Export quota",
            "magnets_under_licence": "Export licences", "crackdown": "Mining", "production_quota": "Mining",
            "alloy_in_quota": "What the quota covers", "mechanisms": "Mechanisms, on or off", "payoffs": "Pay-offs",
            "makers": "Magnet makers"}  # fmt: skip


def panel(scenario: Scenario) -> list[Data]:
    """The groups of the panel, in order: name, what stands on top (search box, embargo), whether sections fold, sections.

    Only levers that may be turned in the midst of a run are in it, each once; the embargoes are one control of their own.
    """
    values = in_force(scenario, scenario.start)
    placed: dict[str, dict[str, list[Data]]] = {group: {} for group in GROUPS}
    for path, lever in list_levers(scenario).items():
        if lever.mid_run and path not in EMBARGO:
            group, section = place(scenario, path)
            placed[group].setdefault(section, []).append(control(scenario, lever, values[path]))
    return [
        {
            "name": group,
            "search": group == REST,
            "embargo": group == BEIJING,
            "folds": group in (FIRMS, REST),
            "sections": [
                {"name": name, "note": _note(name, group), "levers": sections[name]}
                for name in sorted(sections, key=lambda name: name.startswith(ORDERS))
            ],
        }
        for group, sections in placed.items()
        if sections
    ]


def place(scenario: Scenario, path: str) -> tuple[str, str]:
    """Group and section in which a lever stands."""
    section, _, name = path.partition(".")
    if section == "strategies":
        return _place_of_agent(scenario, name)
    if section == "governments":
        government = name.partition(".")[0]
        own = scenario.governments.get(government)
        if own is not None and own.destination == "japan":
            return TOKYO, "Programmes"
        return OTHERS, _capital(name_words(government))
    if path in firm_paths(scenario):
        return FIRMS, f"{ORDERS} {KINDS[agent_kind(scenario, name.partition('.')[0])].lower()} on the strategy directed"
    if section in CHINESE:
        return BEIJING, SECTIONS.get(section, _capital(name_words(section)))
    return REST, SECTIONS.get(section, _capital(name_words(section)))


def _place_of_agent(scenario: Scenario, agent: str) -> tuple[str, str]:
    kind = agent_kind(scenario, agent)
    if kind == "state":
        return BEIJING, "Strategy"
    if kind == "government":
        is_tokyo = scenario.governments[agent].destination == "japan"
        return (TOKYO, "Programmes") if is_tokyo else (OTHERS, _capital(name_words(agent)))
    if kind == "importer" and scenario.importers[agent].destination == "japan":
        return TOKYO, "Trading houses: stocks and prepayment"
    return FIRMS, KINDS[kind]


def control(scenario: Scenario, lever: Lever, value: Value) -> Data:
    """One control: what it is called, its unit and range, what it does and where its number comes from."""
    found: Data = {"path": lever.path, "label": label_of(lever.path), "unit": unit_of(lever)}
    if lever.unit == STRATEGY_UNIT:
        agent = lever.path.partition(".")[2]
        rules = STRATEGIES[agent_kind(scenario, agent)]
        names = choices(scenario, agent)
        options = [{"value": name, "label": name_words(name), "sentence": rules[name].sentence} for name in names]
        said = [f"{_capital(name_words(name))}: {rules[name].sentence}" for name in names]
        return {**found, "kind": "strategy", "options": options, "help": said}
    said = [lever.sentence]
    if is_switch(lever):
        found |= {"kind": "switch"}
    else:
        high = reach(lever, value)
        factor = 100.0 if lever.unit == "share" else 1.0  # shares are turned in per cent
        found |= {
            "kind": "number", "factor": factor, "low": factor * lever.low, "high": factor * lever.high, "reach": factor * high,
            "step": factor * step_of(lever, high),
        }  # fmt: skip
        said.append(f"Allowed: {value_words(lever, lever.low)} to {value_words(lever, lever.high)}.")
    sources = source_words(scenario, lever.path)
    return {**found, "help": [*said, f"Source of what it replaces: {sources}."] if sources else said}


def targets(scenario: Scenario) -> list[Data]:
    """Destinations that an embargo may name."""
    levers = list_levers(scenario)
    return [{"value": name, "label": _capital(name_words(name))} for path, name in EMBARGO.items() if path in levers]


def _note(section: str, group: str) -> list[str]:
    """What the strategies of a kind are, said once for all of them."""
    kind = next((kind for kind, name in KINDS.items() if name == section and group == FIRMS), "")
    return _sentences(STRATEGIES[kind].items()) if kind else []


def _sentences(rules: Iterable[tuple[str, Any]]) -> list[str]:
    return [f"{_capital(name_words(name))}: {rule.sentence}" for name, rule in rules]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
