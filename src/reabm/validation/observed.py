"""Observed history in the model's units: one observation for each row of `configs/observed/` that has a counterpart in a run.

What is done to a printed number (docs: configs/observed/README.md):

- prices in dollars or yuan become dollars of 2010 without value-added tax (`reabm.validation.money`);
- an export price is FOB China, a run's price outside is delivered: freight (`market.freight_usd_kg`) is added;
- tonnes of goods become tonnes of oxide (`market.gross_weight_ratio`), blanks become finished magnets (`market.use.swarf_loss`);
- per cent become shares. A row that covers several months keeps its value; its series says how months are folded.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from reabm.scenario import find_configs
from reabm.scenario.errors import nearest
from reabm.scenario.months import month_text
from reabm.scenario.sources import Source, read_sources
from reabm.scenario.textread import display_name, read_text
from reabm.scenario.yamlread import parse_tree
from reabm.validation.compared import COMPARED, SHOWN_ONLY, Compared
from reabm.validation.errors import ValidationError
from reabm.validation.money import Money, load_money
from reabm.validation.rows import ASSUMPTION, Row, read_rows

__all__ = ["Observation", "ValidationError", "check_blind", "observations", "observed_rows"]

PRICE_UNITS = ("USD/kg", "CNY/kg", "USD/kg gross")
QUANTITIES = {"t REO", "t", "t alloy a year", "t magnets a year", "ratio", "months"}  # units that a run has too


class Observation(NamedTuple):
    """A row in the units of a run."""

    series: str  # of reabm.validation.series
    first: int  # absolute months (year x 12 + month - 1), included
    last: int
    value: float  # model units
    printed: float
    printed_unit: str
    quality: str  # solid, medium, weak
    source_key: str
    note: str
    file: str
    line: int
    is_target: bool  # False: general knowledge, scripted, or not comparable: shown, never scored
    quoted: str  # the observed series, e.g. Nd_fob


class Scales(NamedTuple):
    """What turns printed numbers into the model's."""

    money: Money
    freight_usd_kg: float
    gross_weight_ratio: float
    swarf_loss: float


def observations(until: int | None = None, configs: Path | None = None) -> tuple[Observation, ...]:
    """Every row that can be compared with a run, in the order of the files.

    Parameters
    ----------
    until : int, last month allowed (absolute). Rows that end later are refused before their number is read: a fit that is given
        nothing else is blind to them
    configs : Path, folder with `observed/`, `world/` and `sources.yaml`; None: the shipped one

    Raises
    ------
    ValidationError
        For a row with a wrong field, in one line with file and line.
    """
    return _observations(until, configs or find_configs())


@cache
def _observations(until: int | None, configs: Path) -> tuple[Observation, ...]:
    scales = scales_of(configs)
    rows = (_known(row) for row in read_rows(configs / "observed", _bibliography(configs), until))
    found = tuple(_observation(row, COMPARED[row.series], scales) for row in rows if row.series in COMPARED)
    if until is not None:
        check_blind(found, until)
    return found


def observed_rows(configs: Path | None = None) -> tuple[Row, ...]:
    """Every row as it is printed, also those without a counterpart in a run."""
    folder = configs or find_configs()
    return tuple(read_rows(folder / "observed", _bibliography(folder)))


def check_blind(observations: Iterable[Observation], until: int) -> None:
    """Refuse observations that end after a month: ValidationError names file and line of the first."""
    for one in observations:
        if one.last > until:
            raise ValidationError(
                f"{one.file}:{one.line}: {one.quoted}: got a row of {month_text(one.last)}; allowed to {month_text(until)}: "
                "what comes later must not be seen"
            )


def _known(row: Row) -> Row:
    """A row of a series that is compared or meant to be shown only: a slip of the pen must not lose a row silently."""
    if row.series not in COMPARED and row.series not in SHOWN_ONLY:
        hint = nearest(row.series, (*COMPARED, *SHOWN_ONLY))
        raise ValidationError(
            f"{row.file}:{row.line}: series: got {row.series!r}; allowed one that validation/compared.py names{hint}"
        )
    return row


def _bibliography(configs: Path) -> dict[str, Source]:
    file = configs / "sources.yaml"
    return read_sources(parse_tree(read_text(file), display_name(file)))


def scales_of(configs: Path) -> Scales:
    """What turns printed numbers into the model's, of a folder of configs."""
    file = configs / "world" / "market.yaml"
    market = parse_tree(read_text(file), display_name(file)).plain()["market"]
    return Scales(
        load_money(configs), market["freight_usd_kg"]["value"], market["gross_weight_ratio"]["value"],
        market["use"]["swarf_loss"]["value"],
    )  # fmt: skip


def _observation(row: Row, compared: Compared, scales: Scales) -> Observation:
    return Observation(
        compared.series, row.first, row.last, converted(row, compared, scales), row.value, row.unit, row.quality, row.source_key,
        row.note, row.file, row.line, row.may_be_target and row.source_key != ASSUMPTION, row.series,
    )  # fmt: skip


def converted(row: Row, compared: Compared, scales: Scales) -> float:
    """The value of a row in the units of the series it is compared with.

    A row that covers several months takes exchange rate, prices and tax of its middle month.
    """
    month, money, value = (row.first + row.last) // 2, scales.money, row.value
    if compared.kind != "plain" and row.unit not in (("ratio",) if compared.kind == "gap" else PRICE_UNITS):
        raise ValidationError(f"{row.file}:{row.line}: unit: got {row.unit!r}, which is no unit of {row.series}; allowed another")
    if compared.kind == "gap":  # an export price over an inside price with tax, both of the same day
        return value * (1.0 + money.vat(month))
    if row.unit in PRICE_UNITS:
        if row.unit == "USD/kg gross":
            value *= scales.gross_weight_ratio
        real = money.real_usd_of_cny(value, month) if row.unit == "CNY/kg" else money.real_usd(value, month)
        if compared.kind == "fob":
            return real + scales.freight_usd_kg
        return money.without_vat(real, month) if compared.kind == "inside" else real
    if row.unit == "per cent":
        return value / 100.0
    if row.unit == "t gross":
        return value / scales.gross_weight_ratio
    if row.unit == "t blanks":
        return value * (1.0 - scales.swarf_loss)
    if row.unit in QUANTITIES:
        return value
    raise ValidationError(
        f"{row.file}:{row.line}: unit: got {row.unit!r} for {row.series}, which no run has; allowed another unit"
    )
