"""The bibliography, and the list of every number with its source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from reabm.scenario.configs import shipped_folder
from reabm.scenario.errors import ScenarioError
from reabm.scenario.quantity import Quantity, Series, Sourced
from reabm.scenario.record import Record, Text
from reabm.scenario.textread import display_name, read_text
from reabm.scenario.translate import faults_of, place_of
from reabm.scenario.yamlread import Node, parse_tree

if TYPE_CHECKING:
    from reabm.scenario.scenario import Scenario


class Source(Record):
    """One entry of the bibliography."""

    author: Text
    title: Text
    year: int | str
    address: str = ""
    page: int | str = ""
    note: str = Field(default="", max_length=5_000)


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a scenario, as `reabm sources` lists it."""

    path: str
    value: float | None  # of a series: the first one
    n_dates: int  # of a series; 1 for a quantity
    unit: str
    range: tuple[float, float] | None
    source: tuple[str, ...]
    place: str  # file:line
    is_assumption: bool  # nothing but a judgement
    is_partly_assumed: bool  # a judgement beside sources
    note: str


def read_bibliography(folders: Sequence[Path]) -> dict[str, Source]:
    """Entries that may be cited: the shipped ones, and those of a `sources.yaml` in or right above a folder that was read."""
    entries: dict[str, Source] = {}
    files = [shipped_folder("sources.yaml")]
    for folder in reversed(folders):  # the nearest last: it wins
        files += [folder.parent / "sources.yaml", folder / "sources.yaml"]
    for file in dict.fromkeys(file.resolve() for file in files):
        if file.is_file():
            entries |= read_sources(parse_tree(read_text(file), display_name(file)))
    return entries


def read_sources(tree: Node, path: str = "") -> dict[str, Source]:
    """Entries of a bibliography."""
    faults = []
    entries: dict[str, Source] = {}
    content = tree.content if isinstance(tree.content, dict) else {}
    if set(content) == {"sources"} and not path:
        return read_sources(content["sources"], "sources")
    for key, node in content.items():
        try:
            entries[key] = Source.model_validate(node.plain())
        except ValueError as error:
            faults += faults_of(error, node, f"{path}.{key}" if path else key, Source)
    if faults:
        raise ScenarioError(faults)
    return entries


def list_numbers(scenario: Scenario) -> list[Number]:
    """Every number of the scenario that has a unit and a source, in the order of the files' sections."""
    rows = []
    for path, record in sourced(scenario):
        file, line = place_of(scenario.tree, path)
        shown_path = path[1:] if path[0] == "market" else path  # scalars go by the paths of their levers
        for below, value, n_dates in _numbers(record):
            rows.append(
                Number(
                    path=".".join(shown_path + below),
                    value=value,
                    n_dates=n_dates,
                    unit=record.unit,
                    range=getattr(record, "range", None),
                    source=record.source,
                    place=f"{file}:{line}",
                    is_assumption=record.is_assumption,
                    is_partly_assumed=record.is_partly_assumed,
                    note=record.note,
                )
            )
    return rows


def sourced(scenario: Scenario) -> Iterator[tuple[tuple[str, ...], Sourced]]:
    """Each record with a unit and a source, and its path."""
    for section in scenario.sections():
        yield from _walk((section,), getattr(scenario, section) if section != "market" else scenario.scalars)


def _walk(path: tuple[str, ...], value: Any) -> Iterator[tuple[tuple[str, ...], Sourced]]:
    if isinstance(value, Sourced):
        yield path, value
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _walk((*path, str(key)), below)
    elif isinstance(value, Record):
        for name in type(value).model_fields:
            yield from _walk((*path, name), getattr(value, name))


def _numbers(record: Sourced) -> Iterator[tuple[tuple[str, ...], float | None, int]]:
    if isinstance(record, Quantity):
        yield (), record.value, 1
    elif isinstance(record, Series):
        yield (), next(iter(record.values.values())), len(record.values)
    else:  # a basket, a mix or a content
        for name in ("basket", "mix", "content", "thrift_ceiling"):
            for key, share in getattr(record, name, {}).items():
                yield (name, key), share, 1
