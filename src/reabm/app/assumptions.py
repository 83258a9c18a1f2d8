"""What two scenarios assume differently, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any, NamedTuple

from reabm.app.lever_words import label_of, value_words
from reabm.app.words import month_words, name_words
from reabm.scenario import Scenario
from reabm.scenario.lever_table import list_levers
from reabm.scenario.months import month_text
from reabm.scenario.quantity import Quantity, Series
from reabm.scenario.record import Record

MONTH_FIELDS = frozenset({"earliest", "committed", "complaint"})  # of records: a calendar month as a number


class Change(NamedTuple):
    """One thing that the two runs assume differently."""

    what: str
    a: str
    b: str


def changes_between(a: Scenario, b: Scenario) -> list[Change]:
    """What two scenarios assume differently: settings, dated measures, strategies, then everything else by path."""
    found = [
        Change(f"{label_of(path)} (whole run)", *(_value(one.settings.get(path)) for one in (a, b)))
        for path in sorted({*a.settings, *b.settings})
        if a.settings.get(path) != b.settings.get(path)
    ]
    levers = list_levers(b) if a.interventions or b.interventions else {}
    only_a = [entry for entry in a.interventions if entry not in b.interventions]
    only_b = [entry for entry in b.interventions if entry not in a.interventions]
    for entry in sorted([*only_a, *only_b], key=lambda one: (one.from_, one.path)):
        end = f" to {month_words(entry.until)}" if entry.until is not None else ""
        said = value_words(levers[entry.path], entry.value) if entry.path in levers else _value(entry.value)
        what = f"{label_of(entry.path)}, {'from ' if not end else ''}{month_words(entry.from_)}{end}"
        found.append(Change(what, said if entry in only_a else "as before", said if entry in only_b else "as before"))
    found += [
        Change(f"strategy of {name_words(agent)}", *(_value(one.strategies.get(agent)) for one in (a, b)))
        for agent in sorted({*a.strategies, *b.strategies})
        if a.strategies.get(agent) != b.strategies.get(agent)
    ]
    apart = ("title", "question", "settings", "interventions", "strategies", "events", "sources", "tree")
    for one in fields(Scenario):
        if one.name not in apart:
            found += list(_between(one.name, getattr(a, one.name), getattr(b, one.name)))
    return found


def _between(path: str, a: Any, b: Any) -> Iterator[Change]:
    if a is b or a == b:
        return
    if isinstance(a, Record) and type(a) is type(b) and not isinstance(a, Quantity | Series):
        for name in type(a).model_fields:
            if name in MONTH_FIELDS:
                yield from _months_between(f"{path}.{name}", getattr(a, name), getattr(b, name))
            elif name not in ("source", "note", "strategy"):
                yield from _between(f"{path}.{name}", getattr(a, name), getattr(b, name))
    elif isinstance(a, dict) and isinstance(b, dict):
        for name in dict.fromkeys([*a, *b]):
            yield from _between(f"{path}.{name}", a.get(name), b.get(name))
    elif _value(a) != _value(b) or not isinstance(a, Quantity | Series):
        yield Change(_path_words(path), _value(a), _value(b))
    elif isinstance(a, Series) and isinstance(b, Series) and a.values != b.values:
        yield Change(_path_words(path), _value(a), _value(b) + f", another from {_first_month(a, b)} on")


def _months_between(path: str, a: int | None, b: int | None) -> Iterator[Change]:
    if a != b:
        yield Change(_path_words(path), *("none" if one is None else month_words(one) for one in (a, b)))


def _path_words(path: str) -> str:
    """A path of a scenario file in words: governments · Japan · subsidy."""
    return " · ".join(name_words(part) for part in path.removeprefix("policy.").split("."))


def _first_month(a: Series, b: Series) -> str:
    months = sorted({*a.values, *b.values})
    return month_text(next((month for month in months if a.values.get(month) != b.values.get(month)), months[0]))


def _value(value: Any) -> str:
    if value is None or value == () or value == {}:
        return "none"
    if isinstance(value, Quantity):
        return f"{value.value:g} {value.unit}"
    if isinstance(value, Series):
        return (
            f"{value.values[next(iter(value.values))]} {value.unit}"
            if len(value.values) == 1
            else f"{len(value.values)} dated values"
        )
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:g}"
    if isinstance(value, str):
        return value.replace("_", " ")
    if isinstance(value, tuple | list | dict):
        return f"{len(value)} entries"
    return "given"
