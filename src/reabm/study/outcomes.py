"""Outcomes: what a run comes to, one number each, from its table of months; for many runs at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reabm.scenario.errors import nearest, one_of
from reabm.store.summary import BOOM_YEARS, CALM_YEAR
from reabm.world.history import MONTH_COLUMNS

type Numbers = NDArray[np.float64]

YEAR = 12
ABROAD = ("japan_loss_kusd", "usa_loss_kusd", "eu_loss_kusd", "other_loss_kusd")


class StudyError(ValueError):
    """A question that cannot be asked so; one line for the person."""


class Months:
    """Tables of months of some runs: `months[name]` has a row a run and a column a month."""

    def __init__(self, table: Numbers, columns: Sequence[str], start: int) -> None:
        """`table`: runs x columns x months; `start`: the first month (year x 12 + month - 1)."""
        self.table = table
        self.start = start
        self._place = {name: i for i, name in enumerate(columns)}

    def __getitem__(self, name: str) -> Numbers:
        column: Numbers = self.table[:, self._place[name]]
        return column

    def years(self, name: str, first: int, last: int) -> Numbers | None:
        """The months of whole calendar years; None where the run does not cover all of them."""
        begin, end = first * YEAR - self.start, (last + 1) * YEAR - self.start
        return self[name][:, begin:end] if begin >= 0 and end <= self.table.shape[2] else None


class Outcome(NamedTuple):
    """A number that a run comes to."""

    name: str
    unit: str
    sentence: str
    columns: tuple[str, ...]  # of the months that it looks at
    of: Callable[[Months], Numbers]  # months of some runs -> one number a run; NaN where a run is too short for it


def _peak(name: str, unit: str, sentence: str, column: str) -> Outcome:
    return Outcome(name, unit, sentence, (column,), lambda months: months[column].max(axis=1))


def _lowest(name: str, unit: str, sentence: str, column: str) -> Outcome:
    return Outcome(name, unit, sentence, (column,), lambda months: months[column].min(axis=1))


def _total(name: str, unit: str, sentence: str, *columns: str) -> Outcome:
    """Sum over the run in thousands of the column's unit."""
    return Outcome(name, unit, sentence, columns, lambda months: sum_of(months, columns) / 1000.0)


def _last_year(name: str, sentence: str, column: str) -> Outcome:
    return Outcome(name, "share", sentence, (column,), lambda months: months[column][:, -YEAR:].mean(axis=1))


def _last_month(name: str, sentence: str, column: str) -> Outcome:
    return Outcome(name, "share", sentence, (column,), lambda months: months[column][:, -1].copy())


def _rise(name: str, sentence: str, column: str) -> Outcome:
    return Outcome(name, "ratio", sentence, (column,), lambda months: rise(months, column))


def sum_of(months: Months, columns: Sequence[str]) -> Numbers:
    """Sum of columns over the run."""
    total = months[columns[0]].sum(axis=1)
    for column in columns[1:]:
        total = total + months[column].sum(axis=1)
    return total


def rise(months: Months, column: str) -> Numbers:
    """Highest month of the boom over the mean of the calm year before; NaN for runs that do not cover both."""
    calm, boom = months.years(column, CALM_YEAR, CALM_YEAR), months.years(column, *BOOM_YEARS)
    if calm is None or boom is None:
        return np.full(len(months.table), np.nan)
    return _ratio(boom.max(axis=1), calm.mean(axis=1))


def gap_at_peak(months: Months) -> Numbers:
    """Price of NdPr outside China over the price inside, in the month in which it was highest outside."""
    outside, inside = months["ndpr_outside_usd_kg"], months["ndpr_china_usd_kg"]
    top = outside.argmax(axis=1)[:, None]
    return _ratio(np.take_along_axis(outside, top, 1)[:, 0], np.take_along_axis(inside, top, 1)[:, 0])


def months_bound(months: Months) -> Numbers:
    """Months in which a licence had a price."""
    bound = (months["licence_price_usd_kg"] > 0.0) | (months["heavy_licence_price_usd_kg"] > 0.0)
    return bound.sum(axis=1).astype(np.float64)


def smuggled_share(months: Months) -> Numbers:
    """Smuggled tonnes over all tonnes that left China."""
    smuggled = sum_of(months, ("exports_smuggled_t",))
    return _ratio(smuggled, smuggled + sum_of(months, ("exports_legal_t", "exports_alloy_t")))


def _ratio(part: Numbers, whole: Numbers) -> Numbers:
    found: Numbers = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0.0)
    return found


OUTCOMES: dict[str, Outcome] = {
    outcome.name: outcome
    for outcome in (
        _peak("ndpr_peak_outside_usd_kg", "USD/kg", "highest month of the NdPr price outside China", "ndpr_outside_usd_kg"),
        _peak("ndpr_peak_china_usd_kg", "USD/kg", "highest month of the NdPr price inside China", "ndpr_china_usd_kg"),
        _peak("dy_peak_outside_usd_kg", "USD/kg", "highest month of the Dy price outside China", "dy_outside_usd_kg"),
        _peak("dy_peak_china_usd_kg", "USD/kg", "highest month of the Dy price inside China", "dy_china_usd_kg"),
        _rise("ndpr_rise", "NdPr outside: highest month of 2010-2012 over the mean of 2009", "ndpr_outside_usd_kg"),
        _rise("dy_rise", "Dy outside: highest month of 2010-2012 over the mean of 2009", "dy_outside_usd_kg"),
        Outcome("ndpr_gap", "ratio", "NdPr at its peak outside: price outside over price inside",
                ("ndpr_outside_usd_kg", "ndpr_china_usd_kg"), gap_at_peak),
        _peak("licence_peak_usd_kg", "USD/kg", "highest month of the export licence's price", "licence_price_usd_kg"),
        Outcome("quota_bound_months", "months", "months in which a licence had a price",
                ("licence_price_usd_kg", "heavy_licence_price_usd_kg"), months_bound),
        _total("exports_legal_kt", "kt", "legal exports of oxide over the run", "exports_legal_t"),
        Outcome("smuggled_share", "share", "smuggled tonnes over all tonnes that left China",
                ("exports_smuggled_t", "exports_legal_t", "exports_alloy_t"), smuggled_share),
        _last_year("china_mine_share_end", "Chinese share of mine output, last twelve months", "china_mine_share"),
        _last_year("china_magnet_share_end", "share of magnets made in China, last twelve months", "china_magnet_share"),
        _last_year("japan_from_china_end", "share of Japan's purchases declared as Chinese, last twelve months",
                   "japan_import_share_china"),
        _last_year("japan_dependence_end", "Hirschman dependence of Japan, last twelve months", "japan_dependence"),
        _last_year("choke_point_end", "largest exposure to a stop of twelve months, last twelve months", "choke_point"),
        _last_month("premium_moved_end", "outside-owned premium capacity that stands in China at the end",
                    "relocation_share_premium"),
        _last_month("commodity_moved_end", "outside-owned commodity capacity that stands in China at the end",
                    "relocation_share_commodity"),
        _last_month("leakage_end", "know-how that Chinese makers gained through relocation, at the end", "technology_leakage"),
        _last_month("substitution_end", "use outside China substituted or saved for good, at the end", "substitution_share"),
        _lowest("reliability_low", "share", "lowest reliability of China as Japanese importers saw it", "japan_reliability"),
        _lowest("cover_low_months", "months", "lowest stocks outside China in months of use", "cover_outside_months"),
        _total("magnets_unserved_kt", "kt", "magnets wanted and not to be had over the run", "magnets_unserved_t"),
        _total("japan_loss_musd", "MUSD", "loss of users in Japan over the run", "japan_loss_kusd"),
        _total("outside_loss_musd", "MUSD", "loss of users outside China over the run", *ABROAD),
        _total("china_gain_musd", "MUSD", "pay-off of the Chinese state over the run", "china_gain_kusd"),
        _total("outside_miners_musd", "MUSD", "receipts of miners outside China over the run", "outside_miners_kusd"),
    )
}  # fmt: skip
OUTCOME_COLUMNS = tuple(
    name for name, _, _ in MONTH_COLUMNS if any(name in outcome.columns for outcome in OUTCOMES.values())
)  # in the order of the months' table
HEADLINE = (
    "ndpr_peak_outside_usd_kg", "ndpr_rise", "dy_peak_outside_usd_kg", "licence_peak_usd_kg", "smuggled_share",
    "china_mine_share_end", "commodity_moved_end", "japan_loss_musd",
)  # fmt: skip


def outcomes_of(months: Months) -> Numbers:
    """Every outcome of some runs: runs x outcomes, in the order of OUTCOMES."""
    return np.stack([outcome.of(months) for outcome in OUTCOMES.values()], axis=1)


def check_outcomes(names: Sequence[str]) -> tuple[str, ...]:
    """Names of outcomes; StudyError in one line for one that is not known."""
    return _known("outcomes", names, OUTCOMES)


def check_columns(names: Sequence[str]) -> tuple[str, ...]:
    """Names of month columns; StudyError in one line for one that is not known."""
    return _known("columns", names, {name: None for name, _, _ in MONTH_COLUMNS})


def _known(what: str, names: Sequence[str], allowed: Mapping[str, object]) -> tuple[str, ...]:
    if not names:
        raise StudyError(f"{what}: got none; allowed {one_of(allowed)}")
    for name in names:
        if name not in allowed:
            raise StudyError(f"{what}: got an unknown name {name!r}; allowed {one_of(allowed)}{nearest(name, allowed)}")
    return tuple(dict.fromkeys(names))
