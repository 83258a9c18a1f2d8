"""Dated facts of history, each with the tolerance that its sources leave: what a run is asked for, fact by fact.

They stand in `configs/studies/history_targets.yaml` as their sources print them, and are converted to the model's units when they
are read. With `until`, facts that end later are dropped before anything of them is converted: a fit never sees them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import BeforeValidator, Field, model_validator

from reabm.scenario.configs import find_configs
from reabm.scenario.errors import Fault, ScenarioError, nearest, one_of, shown
from reabm.scenario.months import ALLOWED, month_index, month_text
from reabm.scenario.record import Number, Record, Sources, Text, fault
from reabm.scenario.sources import read_bibliography
from reabm.scenario.textread import display_name, read_text
from reabm.scenario.translate import faults_of
from reabm.scenario.yamlread import Node, parse_tree
from reabm.validation.compared import Compared, Kind
from reabm.validation.errors import ValidationError
from reabm.validation.observed import Scales, converted, scales_of
from reabm.validation.rows import UNITS, Row
from reabm.validation.series import SERIES
from reabm.validation.windows import FIT, LICENCES, TEST, WINDOWS, window_of

FILE = "studies/history_targets.yaml"
MONTH = "month"  # the unit of a date
DATED = ("peak_month", "lowest_year", "first_month")  # statistics whose value is a month
BASED = ("ratio", "peak_ratio")  # statistics with a second period, that of the base
PLAIN = ("ratio", "share", "months", "share of runs")  # units that are the model's own

STATISTICS = {
    "mean": "mean of the months",
    "sum": "sum of the months",
    "peak": "highest month",
    "peak_month": "month in which it is highest",
    "lowest_year": "January of the calendar year with the lowest sum",
    "first_month": "first month at or above `threshold`; later than all where there is none",
    "ratio": "mean of the months over mean of the months of `base`",
    "peak_ratio": "highest month over mean of the months of `base`",
    "up_and_out": "share of runs in which it rises by a tenth above the period's first month, and ends at half its peak or below",
}


class Target(NamedTuple):
    """A fact in the model's units."""

    name: str
    sentence: str
    series: str
    first: int  # months, year x 12 + month - 1, both included
    last: int
    statistic: str
    base: tuple[int, int] | None
    threshold: float
    value: float  # as observed; a month for dates
    low: float  # of the model's figure that is accepted; -inf: no bound
    high: float
    unit: str  # of the model
    printed: str  # value and unit as the source has them
    window: str
    source_key: tuple[str, ...]
    quality: str
    seed_facts: tuple[str, ...]
    spread: str  # what the tolerance is made of
    if_missed: str  # what is known of a miss
    file: str
    line: int

    @property
    def until(self) -> int:
        """Last month that the fact speaks of."""
        return self.last if self.base is None else max(self.last, self.base[1])


def read_period(written: Any) -> tuple[int, int]:
    """Months of `2011`, `2011-07` or `2011-07 to 2011-09`, both included."""
    text = str(written)
    first, to, last = text.partition(" to ")
    begins, ends = month_index(first), month_index(last if to else first)
    if begins is None or ends is None:
        raise fault(f"{ALLOWED}, or two of them with ' to ' between", shown(written))
    if re.fullmatch(r"\d{4}", last if to else first):
        ends += 11
    if ends < begins:
        raise fault("a period that ends after it begins", shown(written))
    return begins, ends


Period = Annotated[tuple[int, int], BeforeValidator(read_period)]
Figure = Number | str  # a number, or a month


class Fact(Record):
    """A fact as it is written."""

    sentence: Text
    series: str
    period: Period
    statistic: Literal[*STATISTICS]  # type: ignore[valid-type]
    base: Period | None = None
    threshold: Number | None = None
    value: Figure
    low: Figure | None = None
    high: Figure | None = None
    unit: str
    spread: Text
    window: Literal[*WINDOWS]  # type: ignore[valid-type]
    source: Sources
    quality: Literal["solid", "medium", "weak"]
    seed_facts: Annotated[tuple[str, ...], BeforeValidator(lambda found: tuple(found) if isinstance(found, list) else found)] = (
        Field(default=())
    )
    if_missed: str = ""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.series not in SERIES:
            raise fault(f"{one_of(SERIES)}{nearest(self.series, SERIES)}", shown(self.series), "series")
        if (self.base is not None) != (self.statistic in BASED):
            raise fault(
                f"a base with {' and '.join(BASED)}, and with no other statistic", field="base", got=shown(self.statistic)
            )
        if (self.threshold is not None) != (self.statistic == "first_month"):
            raise fault("a threshold with first_month, and with no other statistic", field="threshold", got=shown(self.statistic))
        units = (MONTH,) if self.statistic in DATED else (*PLAIN, *UNITS)
        if self.unit not in units:
            raise fault(f"{one_of(units)}", shown(self.unit), "unit")
        if self.low is None and self.high is None:
            raise fault("a lowest or a highest accepted value, or both", "neither", "low")
        for name in ("value", "low", "high"):
            written = getattr(self, name)
            if written is not None and (month_index(written) is None if self.statistic in DATED else isinstance(written, str)):
                raise fault(ALLOWED if self.statistic in DATED else "a number", shown(written), name)
        if self.low is not None and self.high is not None and _order(self.low) > _order(self.high):
            raise fault("a highest value at or above the lowest", shown(self.high), "high")
        last = self.period[1]
        until = last if self.base is None else max(last, self.base[1])
        if window_of(until) != self.window:
            raise fault(f"{window_of(until)}, where {month_text(until)} lies", shown(self.window), "window")
        return self


def load_targets(until: int | None = None, configs: Path | None = None) -> tuple[Target, ...]:
    """The facts, in the order of the file; with `until` (year x 12 + month - 1) none that speaks of a later month.

    Raises
    ------
    ValidationError
        With a line for each mistake: file, line, field, what was found, what is allowed.
    """
    folder = configs or find_configs()
    file = folder / FILE
    try:
        return _read(parse_tree(read_text(file), display_name(file)), folder, until)
    except ScenarioError as error:
        raise ValidationError(str(error)) from None


def check_targets_blind(targets: tuple[Target, ...], until: int) -> None:
    """Raise `ValidationError` where a fact speaks of a month after `until`: a fit must not see it."""
    for target in targets:
        if target.until > until:
            raise ValidationError(
                f"{target.file}:{target.line}: {target.name}: speaks of {month_text(target.until)}; "
                f"allowed to {month_text(until)}"
            )


def _read(tree: Node, folder: Path, until: int | None) -> tuple[Target, ...]:
    content = tree.content if isinstance(tree.content, dict) else {}
    listed = content.get("targets")
    if set(content) != {"targets"} or listed is None or not isinstance(listed.content, dict):
        raise ScenarioError(
            [Fault(tree.file, tree.line, "targets", f"got {one_of(content)}; allowed targets, a mapping by name")]
        )
    known = read_bibliography([folder / "studies"])
    found, faults = [], []
    for name, node in listed.content.items():
        path = f"targets.{name}"
        try:
            fact = Fact.model_validate(node.plain())
        except ValueError as error:
            faults += faults_of(error, node, path, Fact)
            continue
        faults += [
            Fault(
                node.file,
                _line_of(node, "source"),
                f"{path}.source",
                f"got {shown(key)}; allowed a key of sources.yaml{nearest(key, known)}",
            )
            for key in fact.source
            if key not in known or key == "assumption"
        ]
        last = fact.period[1] if fact.base is None else max(fact.period[1], fact.base[1])
        if until is None or last <= until:
            found.append((name, fact, node))
    if faults:
        raise ScenarioError(faults)
    scales = scales_of(folder)
    return tuple(_target(name, fact, node, scales) for name, fact, node in found)


def _target(name: str, fact: Fact, node: Node, scales: Scales) -> Target:
    first, last = fact.period
    is_date = fact.statistic in DATED
    kind = kind_of(fact.series)

    def in_model_units(written: Any, missing: float) -> float:
        if written is None:
            return missing
        if is_date:
            month = month_index(written)
            assert month is not None
            return float(month)
        if fact.unit in PLAIN and (kind != "gap" or fact.statistic in BASED):
            return float(written)
        row = Row(name, first, last, float(written), fact.unit, "", "", True, "", node.file, node.key_line)
        return converted(row, Compared(fact.series, kind), scales)

    unit = MONTH if is_date else fact.unit if fact.statistic in (*BASED, "up_and_out") else SERIES[fact.series].unit
    return Target(
        name, fact.sentence, fact.series, first, last, fact.statistic, fact.base,
        float("nan") if fact.threshold is None else fact.threshold, in_model_units(fact.value, float("nan")),
        in_model_units(fact.low, float("-inf")), in_model_units(fact.high, float("inf")), unit,
        str(fact.value) if is_date else f"{fact.value} {fact.unit}", fact.window, fact.source, fact.quality, fact.seed_facts,
        fact.spread, fact.if_missed, node.file, node.key_line,
    )  # fmt: skip


def _no_source(key: str, known: Iterable[str]) -> str:
    return f"got {shown(key)}; allowed a key of sources.yaml{nearest(key, known)}"


def _line_of(node: Node, key: str) -> int:
    below = node.content.get(key) if isinstance(node.content, dict) else None
    return node.key_line if below is None else below.line


def kind_of(series: str) -> Kind:
    """How a printed price of a series is read: an export price, a price inside with tax, or one over the other."""
    if series.startswith("price.outside.") or series == "exports.unit_value":
        return "fob"
    return "inside" if series.startswith("price.china.") else "gap" if series.startswith("price_ratio.") else "plain"


def _order(written: Any) -> float:
    month = month_index(written) if isinstance(written, str) else None
    return float(written) if month is None else float(month)


__all__ = ["DATED", "FIT", "LICENCES", "STATISTICS", "TEST", "Target", "check_targets_blind", "load_targets", "read_period"]
