"""Money of a year and a country -> dollars of 2010 without value-added tax, the money of a run.

The deflator, the exchange rate and the tax rate stand in `configs/observed/money.csv`: annual averages as commonly published,
taken down from memory, hence assumptions. Within a year a rate is the same in every month.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

from reabm.scenario import find_configs
from reabm.scenario.errors import nearest
from reabm.validation.errors import ValidationError

BASE_YEAR = 2010
PRICES, YUAN, TAX = "us_producer_prices", "cny_per_usd", "vat_china"
UNITS = {PRICES: "index, 1982 = 100", YUAN: "CNY/USD", TAX: "per cent"}
COLUMNS = ("series", "year", "month", "value", "unit", "source_key", "quality", "note")


class Money(NamedTuple):
    """Deflator, exchange rate and value-added tax."""

    prices: dict[int, float]  # US producer prices of a year
    yuan: dict[int, float]  # CNY for a dollar, mean of a year
    tax: tuple[tuple[int, float], ...]  # month (year x 12 + month - 1) from which a rate holds, share; in order

    def deflator(self, month: int) -> float:
        """Dollars of a month's year for one of 2010."""
        return _of_year(self.prices, month, PRICES) / _of_year(self.prices, BASE_YEAR * 12, PRICES)

    def vat(self, month: int) -> float:
        """Value-added tax inside China, as a share of the price without it."""
        held = [rate for since, rate in self.tax if since <= month]
        if not held:
            raise ValidationError(f"money.csv: {TAX}: got no rate for {month // 12}; allowed a first row of that year or before")
        return held[-1]

    def real_usd(self, usd: float, month: int) -> float:
        """Dollars of a month's year -> dollars of 2010."""
        return usd / self.deflator(month)

    def real_usd_of_cny(self, cny: float, month: int) -> float:
        """Yuan of a month's year -> dollars of 2010."""
        return self.real_usd(cny / _of_year(self.yuan, month, YUAN), month)

    def without_vat(self, price: float, month: int) -> float:
        """A price inside China that includes value-added tax -> what the seller keeps."""
        return price / (1.0 + self.vat(month))


def _of_year(values: dict[int, float], month: int, series: str) -> float:
    if month // 12 not in values:
        raise ValidationError(f"money.csv: {series}: got no row for {month // 12}; allowed {min(values)} to {max(values)}")
    return values[month // 12]


def load_money(configs: Path | None = None) -> Money:
    """The money table of a folder of configs, the shipped one by default."""
    file = (configs or find_configs()) / "observed" / "money.csv"
    prices: dict[int, float] = {}
    yuan: dict[int, float] = {}
    tax: list[tuple[int, float]] = []
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ValidationError(f"{file.name}:1: columns: got {','.join(reader.fieldnames or ())}; allowed {','.join(COLUMNS)}")
        for row in reader:
            place = f"{file.name}:{reader.line_num}"
            if row["series"] not in UNITS:
                raise ValidationError(
                    f"{place}: series: got {row['series']!r}; allowed {', '.join(UNITS)}{nearest(row['series'], UNITS)}"
                )
            if row["unit"] != UNITS[row["series"]]:
                raise ValidationError(f"{place}: unit: got {row['unit']!r}; allowed {UNITS[row['series']]!r}")
            try:
                year, value = int(row["year"]), float(row["value"] or "nan")
                month = int(row["month"] or 1)
            except ValueError:
                raise ValidationError(
                    f"{place}: got {row['year']!r}, {row['month']!r}, {row['value']!r}; allowed numbers"
                ) from None
            if not 0.0 < value < 1000.0:
                raise ValidationError(f"{place}: value: got {value:g}; allowed above 0 and below 1000")
            if row["series"] == TAX:
                tax.append((year * 12 + month - 1, value / 100.0))
            else:
                (prices if row["series"] == PRICES else yuan)[year] = value
    return Money(prices, yuan, tuple(sorted(tax)))
