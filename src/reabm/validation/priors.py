"""What a calibration may turn: the study's file, its knobs, and the ranges in which they may lie.

A range is that of the world's file, where a source or a reason stands beside it. A study may narrow it, never widen it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from pathlib import Path
from typing import NamedTuple, NoReturn

import numpy as np

from reabm.scenario import Scenario, ScenarioError, read_month
from reabm.scenario.errors import nearest, one_of, shown
from reabm.scenario.textread import display_name, read_text
from reabm.scenario.yamlread import Node, parse_tree
from reabm.validation.errors import ValidationError
from reabm.world.layout import Array

SCALES = ("linear", "log")
NEAREST_TO_END = 1e-3  # of a range: a place at its very end counts as this near
QUALITIES = ("solid", "medium", "weak")
LAST_OF_FIT = 2012 * 12 + 11  # no calibration sees a later month: what follows is the test window


class Knob(NamedTuple):
    """A scalar that is free within its range."""

    path: str
    low: float
    high: float
    scale: str

    def value(self, unit: float) -> float:
        """Value at a place in [0, 1] of the range."""
        if self.scale == "log":
            found = exp(log(self.low) + unit * (log(self.high) - log(self.low)))
        else:
            found = self.low + unit * (self.high - self.low)
        return min(max(found, self.low), self.high)

    def unit(self, value: float) -> float:
        """Place of a value in the range, 0 to 1."""
        low, high, at = (log(x) if self.scale == "log" else x for x in (self.low, self.high, max(value, self.low)))
        return min(max((at - low) / (high - low), 0.0), 1.0)


def prior_cost(values: Array, knobs: Sequence[Knob]) -> Array:
    """How far sets lie from the middle of their ranges, shape (sets,): mean of -ln(4 u (1 - u)) over the knobs, u in [0, 1].

    It is the negative log of a Beta(2, 2) density, up to a constant: the ends of a range are less credible than its middle, and a
    value that only just fits better there is not taken.
    """
    units = np.array([[knob.unit(float(value)) for knob, value in zip(knobs, one)] for one in np.atleast_2d(values)])
    units = np.clip(units, NEAREST_TO_END, 1.0 - NEAREST_TO_END)
    found: Array = -np.log(4.0 * units * (1.0 - units)).mean(axis=1)
    return found


@dataclass(frozen=True)
class CalibrationStudy:
    """A study's file as it was read; lengths and counts are checked."""

    file: str
    scenario: str
    fit_until: int  # month
    runs: int
    seeds: range
    population: int
    starts: int
    hypercube: int
    step: float
    patience: int
    candidates: int
    fresh_seeds: range
    slack: float
    distance: float
    sets: int
    least: int
    huber: float
    prior: float  # weight of `prior_cost` beside the loss
    tolerance: Mapping[str, Mapping[str, float]]
    weights: Mapping[str, float]
    knobs: Mapping[str, Node]

    def bound(self, scenario: Scenario) -> tuple[Knob, ...]:
        """The knobs with their ranges in a scenario's world.

        Raises
        ------
        ValidationError
            Where a path is no scalar of the market, or a range is wider than the world's.
        """
        return tuple(_knob(path, node, scenario) for path, node in self.knobs.items())


def read_study(file: Path) -> CalibrationStudy:
    """Read a calibration's file; ValidationError or ScenarioError in one line with its line number."""
    tree = parse_tree(read_text(file), display_name(file))
    top = _mapping(tree, "the study")
    known = ("scenario", "fit_until", "runs", "seeds", "search", "acceptance", "loss", "knobs")
    _only(tree, "", known)
    search = _part(tree, "search", ("population", "starts", "hypercube", "step", "patience"))
    accept = _part(tree, "acceptance", ("candidates", "seeds", "slack", "distance", "sets", "least"))
    loss = _part(tree, "loss", ("huber", "prior", "tolerance", "weights"))
    tolerance = _part(loss, "tolerance", ("log", "linear"))
    population = _count(search, "population", 4, 10_000)
    written = top["scenario"].content
    if not isinstance(written, str):
        _fault(top["scenario"], "scenario", "a scenario's name or file")
    knobs = _mapping(top["knobs"], "knobs")
    if not knobs:
        _fault(top["knobs"], "knobs", "1 knob or more")
    weights = _mapping(_get(loss, "weights"), "weights")
    return CalibrationStudy(
        file=display_name(file),
        scenario=str(written),
        fit_until=fit_month(str(top["fit_until"].content)),
        runs=_count(tree, "runs", 1, 10**9),
        seeds=_seeds(_get(tree, "seeds")),
        population=population,
        starts=_count(search, "starts", 2, 64),
        hypercube=_count(search, "hypercube", 2, 100_000),
        step=_number(search, "step", 1e-3, 1.0),
        patience=_count(search, "patience", 1, 100_000),
        candidates=_count(accept, "candidates", 1, 100_000),
        fresh_seeds=_seeds(_get(accept, "seeds")),
        slack=_number(accept, "slack", 0.0, 10.0),
        distance=_number(accept, "distance", 0.0, 1.0),
        sets=_count(accept, "sets", 1, 10_000),
        least=_count(accept, "least", 1, 10_000),
        huber=_number(loss, "huber", 0.1, 100.0),
        prior=_number(loss, "prior", 0.0, 100.0),
        tolerance={
            scale: {quality: _number(_part(tolerance, scale, QUALITIES), quality, 1e-6, 100.0) for quality in QUALITIES}
            for scale in ("log", "linear")
        },
        weights={name: _number(_get(loss, "weights"), name, 0.0, 1e6) for name in weights},
        knobs=knobs,
    )


def fit_month(written: str | int) -> int:
    """Last month of a fit window, or one line: nothing after 2012-12 may be fitted to."""
    month = read_month(written, "fit_until")
    if month > LAST_OF_FIT:
        raise ValidationError(f"fit_until: got {written}; allowed 2012-12 or earlier: later months are the test window")
    return month


def _knob(path: str, node: Node, scenario: Scenario) -> Knob:
    own = scenario.scalars.get(path)
    if own is None:
        _fault(node, f"knobs.{path}", f"a scalar of the world{nearest(path, scenario.scalars)}")
    if own.range is None:
        _fault(node, f"knobs.{path}", "a scalar whose range stands in the world's file")
    _only(node, f"knobs.{path}", ("scale", "range"))
    given = _mapping(node, f"knobs.{path}")
    scale = given["scale"].content if "scale" in given else "linear"
    if scale not in SCALES:
        _fault(given["scale"], f"knobs.{path}.scale", one_of(SCALES))
    low, high = own.range
    if "range" in given:
        narrow = given["range"].plain()
        is_pair = isinstance(narrow, list) and len(narrow) == 2 and all(isinstance(x, int | float) for x in narrow)
        if not is_pair or not low <= narrow[0] < narrow[1] <= high:
            _fault(given["range"], f"knobs.{path}.range", f"a part of [{low:g}, {high:g}], the range of the world's file")
        low, high = map(float, narrow)
    if scale == "log" and low <= 0.0:
        _fault(node, f"knobs.{path}.scale", "linear, since the range begins at 0")
    if not low < high:
        _fault(node, f"knobs.{path}", "a scalar whose range has a width")
    return Knob(path, float(low), float(high), str(scale))


def _fault(node: Node, field: str, allowed: str) -> NoReturn:
    raise ValidationError(f"{node.file}:{node.key_line}: {field}: got {shown(node.plain())}; allowed {allowed}")


def _mapping(node: Node, field: str) -> dict[str, Node]:
    if not isinstance(node.content, dict):
        _fault(node, field, "a mapping of names to values")
    assert isinstance(node.content, dict)
    return node.content


def _get(node: Node, name: str) -> Node:
    found = _mapping(node, name).get(name)
    if found is None:
        raise ValidationError(f"{node.file}:{node.line}: {name}: got nothing; allowed a value")
    return found


def _only(node: Node, field: str, names: tuple[str, ...]) -> None:
    for name, below in _mapping(node, field or "the study").items():
        if name not in names:
            _fault(below, f"{field}.{name}".lstrip("."), f"the keys {one_of(names)}")
    if not field:
        for name in names:
            _get(node, name)


def _part(node: Node, name: str, names: tuple[str, ...]) -> Node:
    found = _get(node, name)
    _only(found, name, names)
    for each in names:
        _get(found, each)
    return found


def _number(node: Node, name: str, low: float, high: float) -> float:
    found = _get(node, name)
    value = found.content
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        _fault(found, name, f"a number from {low:g} to {high:g}")
    return float(value)


def _count(node: Node, name: str, low: int, high: int) -> int:
    value = _number(node, name, low, high)
    if value != int(value):
        _fault(_get(node, name), name, "a whole number")
    return int(value)


def _seeds(node: Node) -> range:
    _only(node, "seeds", ("first", "count"))
    first = _count(node, "first", 0, 2**62)
    return range(first, first + _count(node, "count", 1, 100_000))


__all__ = ["CalibrationStudy", "Knob", "ScenarioError", "fit_month", "read_study"]
