"""Scenario -> text of one file that loads again to an equal scenario."""

from __future__ import annotations

import re
from typing import Any

from reabm.scenario.errors import printable
from reabm.scenario.months import FIRST_MONTH, month_text
from reabm.scenario.quantity import Quantity, Series
from reabm.scenario.record import Record
from reabm.scenario.scenario import Scenario
from reabm.scenario.sections import KINDS
from reabm.scenario.yamlwords import NOTHING, meaning

_BARE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./ -]*", re.ASCII)
_MONTHS = {"earliest", "committed", "complaint", "from_", "until"}  # attributes that hold a month


def dump_scenario(scenario: Scenario) -> str:
    """The whole scenario as a file: nothing extended, every float to its last bit."""
    tree: dict[str, Any] = {
        "title": scenario.title,
        "question": scenario.question,
        "start": month_text(scenario.start),
        "end": month_text(scenario.end),
        "agents": {"strategies": scenario.strategies},
        "mechanisms": scenario.mechanisms,
        "settings": scenario.settings,
        "interventions": [_tree(entry) for entry in scenario.interventions],
        "policy": _tree(scenario.policy),
        "news": _tree(scenario.news),
        "market": {path: _tree(quantity) for path, quantity in scenario.scalars.items()},
    }
    for section in KINDS:
        tree[section] = {name: _tree(record) for name, record in getattr(scenario, section).items()}
    tree["magnet_demand"] = _tree(scenario.magnet_demand)
    tree["events"] = [_tree(event) for event in scenario.events]
    tree["sources"] = {key: _tree(source) for key, source in scenario.sources.items()}
    lines = [f"# {printable(scenario.question or scenario.title)}"]
    for key, value in tree.items():
        if value not in ({}, [], ""):
            _write(lines, key, value, 0)
    return "\n".join(lines) + "\n"


def _tree(value: Any) -> Any:
    """Plain dicts, lists and words of a record; what is empty is left out."""
    if isinstance(value, Quantity):
        return {"value": value.value, **_sourced(value)}
    if isinstance(value, Series):
        return _series(value)
    if isinstance(value, Record):
        found = {}
        for name, field in type(value).model_fields.items():
            part = getattr(value, name)
            if name == "source":
                found[name] = _sources(part)
            elif name in _MONTHS and part is not None:
                found[field.alias or name] = month_text(part)
            elif part is not None and part != field.get_default(call_default_factory=True):
                found[field.alias or name] = _tree(part)
        return found
    if isinstance(value, dict):
        return {str(key): _tree(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_tree(part) for part in value]
    return value


def _series(series: Series) -> dict[str, Any]:
    found = _sourced(series)
    if series.is_constant:
        return {"value": series.values[FIRST_MONTH], **found}
    if series.interpolate != "step":
        found["interpolate"] = series.interpolate
    return {**found, "values": {month_text(month): value for month, value in series.values.items()}}


def _sourced(number: Quantity | Series) -> dict[str, Any]:
    found: dict[str, Any] = {"unit": number.unit}
    if number.range is not None:
        found["range"] = list(number.range)
    found["source"] = _sources(number.source)
    if number.note:
        found["note"] = number.note
    return found


def _sources(keys: tuple[str, ...]) -> str | list[str]:
    return keys[0] if len(keys) == 1 else list(keys)


def _write(lines: list[str], key: str, value: Any, depth: int) -> None:
    """Add `key: value`; mappings of words, and lists, in one line."""
    indent = "  " * depth
    if isinstance(value, dict) and any(isinstance(part, dict) for part in value.values()):
        lines.append(f"{indent}{_word(key)}:")
        for name, part in value.items():
            _write(lines, name, part, depth + 1)
    elif isinstance(value, list) and any(isinstance(part, dict) for part in value):
        lines.append(f"{indent}{_word(key)}:")
        lines += [f"{indent}  - {_flow(part)}" for part in value]
    else:
        lines.append(f"{indent}{_word(key)}: {_flow(value)}")


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_word(key)}: {_flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(part) for part in value) + "]"
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return _word(str(value))


def _word(text: str) -> str:
    """Text that the reader takes for the same text: bare where that is safe, else in double quotes."""
    is_plain = len(text) < 100 and _BARE.fullmatch(text) and text == text.strip() and text not in NOTHING
    if is_plain and isinstance(meaning(text), str):
        return text
    escaped = "".join(_escaped(c) for c in text)
    return f'"{escaped}"'


def _escaped(c: str) -> str:
    if c in '"\\':
        return "\\" + c
    if c.isprintable():
        return c
    return f"\\U{ord(c):08X}"
