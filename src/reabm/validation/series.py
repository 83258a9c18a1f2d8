"""What of a run is compared with history: monthly series in the model's own units.

A series reads the table of months or the details of a record, so that it costs microseconds beside a run's milliseconds. Prices
are dollars of 2010 per kilogram of oxide without value-added tax; tonnes are oxide a month (magnets: finished magnets); capacity
is tonnes a year.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

import numpy as np

from reabm.engine.run import Prepared, Room, RunRecord
from reabm.scenario.errors import nearest
from reabm.validation.errors import ValidationError
from reabm.world.history import COLUMN, History
from reabm.world.layout import Array
from reabm.world.state import DESTINATIONS

type Fold = Literal["mean", "sum", "end", "ratio of sums"]
type Scale = Literal["log", "linear"]

ELEMENTS = ("La", "Ce", "NdPr", "SmGd", "Tb", "Dy", "Y")
PLANTS = ("showa_denko", "hitachi_metals", "shin_etsu", "tdk")  # makers whose plants in China are on record
CLAYS = ("southern_clays", "illegal_clays")
LIGHT = ("bayan_obo", "sichuan", "illegal_light")
LYNAS = ("mount_weld_1", "mount_weld_2", "lynas_expansion")
COUNTRIES = ("australia", "usa", "myanmar", "india", "russia", "brazil", "vietnam", "madagascar", "thailand", "nigeria")
ORE, CHINA = 2, DESTINATIONS.index("china")
JAPAN = DESTINATIONS.index("japan")
IN_CHINA = (1, 4)  # MAKER_COLUMNS: premium and commodity capacity in China


class Term(NamedTuple):
    """A column of the record, weighted, and perhaps multiplied month by month with another; without an array a constant."""

    array: str  # of reabm.world.history.History
    at: tuple[int, ...]  # place behind the month
    weight: float = 1.0
    by: tuple[str, tuple[int, ...]] | None = None


type Terms = Callable[[Prepared], tuple[Term, ...]]


class Series(NamedTuple):
    """One comparable output: a sum of terms, or a quotient."""

    name: str
    unit: str
    fold: Fold  # how months become the value of a row that covers several of them
    scale: Scale  # how errors are taken
    sentence: str
    terms: Terms
    parts: tuple[str, ...] = ()  # of a ratio of sums: the series above and below the line
    below: str = ""  # the series that each month is divided by


def _nothing(prepared: Prepared) -> tuple[Term, ...]:
    return ()


def _months(*columns: str) -> Terms:
    found = tuple(Term("months", (getattr(COLUMN, column),)) for column in columns)
    return lambda prepared: found


def _column(name: str, column: str, unit: str, fold: Fold, scale: Scale, sentence: str) -> Series:
    return Series(name, unit, fold, scale, sentence, _months(column))


def _share(name: str, column: str, sentence: str) -> Series:
    return _column(name, column, "share", "mean", "linear", sentence)


def _flow(name: str, column: str, sentence: str, *more: str) -> Series:
    return Series(name, "t", "sum", "log", sentence, _months(column, *more))


def _ratio(name: str, unit: str, scale: Scale, sentence: str, part: str, whole: str) -> Series:
    """Month by month part over whole (NaN of nothing); over several months the sums are divided."""
    return Series(name, unit, "ratio of sums", scale, sentence, _nothing, (part, whole))


def divided(part: Array, whole: Array) -> Array:
    """A quotient; NaN where there is nothing to divide by."""
    found: Array = np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=np.asarray(whole) > 0.0)
    return found


def _element(prepared: Prepared, name: str) -> int:
    elements = prepared.names.elements
    if name not in elements:
        raise ValidationError(f"series: the scenario has no element {name}; allowed {', '.join(elements)}")
    return elements.index(name)


def _outside(element: str) -> Series:
    sentence = "outside China: mean price paid, weighted by use, freight and any premium of a restricted country included"
    return Series(
        f"price.outside.{element}", "USD/kg", "mean", "log", f"{element} {sentence}",
        lambda prepared: (Term("outside_usd_kg", (_element(prepared, element),)),),
    )  # fmt: skip


def _inside(element: str) -> Series:
    return Series(
        f"price.china.{element}", "USD/kg", "mean", "log", f"{element} inside China, without value-added tax",
        lambda prepared: (Term("delivered_usd_kg", (_element(prepared, element), CHINA)),),
    )  # fmt: skip


def _gap(element: str) -> Series:
    def terms(prepared: Prepared) -> tuple[Term, ...]:
        freight_usd_kg = float(prepared.segments[0].params.knobs.market.freight_usd_kg)
        return (Term("outside_usd_kg", (_element(prepared, element),)), Term("", (), -freight_usd_kg))

    sentence = f"{element}: export price (price outside less freight) over the price inside without value-added tax"
    return Series(f"price_ratio.{element}", "ratio", "mean", "log", sentence, terms, below=f"price.china.{element}")


def _mines(name: str, sentence: str, chosen: Callable[[Prepared, str], bool], is_separated: bool = False) -> Series:
    """Ore of some mines, as oxide; separated: what is left of it behind the plant."""

    def terms(prepared: Prepared) -> tuple[Term, ...]:
        kept = prepared.segments[0].params.mines.separation_yield
        return tuple(
            Term("mines", (i, ORE), float(kept[i]) if is_separated else 1.0)
            for i, mine in enumerate(prepared.names.mines)
            if chosen(prepared, mine)
        )

    return Series(name, "t", "sum", "log", sentence, terms)


def _country(country: str) -> Series:
    sentence = f"mine output of {country.capitalize()}"
    return _mines(
        f"mine_output.{country}", sentence, lambda prepared, mine: prepared.scenario.mines[mine].country.lower() == country
    )


def _plant(maker: str) -> Series:
    def terms(prepared: Prepared) -> tuple[Term, ...]:
        rows = [i for i, name in enumerate(prepared.names.makers) if name.partition(".")[0] == maker]
        return tuple(Term("makers", (i, column), 12.0) for i in rows for column in IN_CHINA)

    sentence = f"capacity of {maker} that stands in China, tonnes of magnets or alloy a year"
    return Series(f"maker.{maker}.china", "t/yr", "mean", "linear", sentence, terms)


def _legal(value: bool, destinations: Sequence[int]) -> Terms:
    """Legal exports to some destinations, or what they are paid there."""

    def terms(prepared: Prepared) -> tuple[Term, ...]:
        places = [(e, d) for e in range(len(prepared.names.elements)) for d in destinations]
        return tuple(Term("legal_t", at, 1.0, ("delivered_usd_kg", at) if value else None) for at in places)

    return terms


def _japan_from_china(prepared: Prepared) -> tuple[Term, ...]:
    share, bought = COLUMN.japan_import_share_china, COLUMN.japan_purchases_t
    return (Term("months", (share,), 1.0, ("months", (bought,))),)


SERIES: dict[str, Series] = {
    series.name: series
    for series in (
        *map(_outside, ELEMENTS), *map(_inside, ELEMENTS), *map(_gap, ELEMENTS),
        _column("licence_price", "licence_price_usd_kg", "USD/kg", "mean", "log", "price of a licence, light group or all"),
        _column("licence_price.heavy", "heavy_licence_price_usd_kg", "USD/kg", "mean", "log", "the same of the heavy group"),
        _flow("export_quota", "export_quota_t", "export quota as oxide: scripted"),
        _flow("exports.legal", "exports_legal_t", "legal exports of oxide"),
        _flow("exports.alloy", "exports_alloy_t", "oxide exported as alloy outside the quota"),
        _flow("exports.smuggled", "exports_smuggled_t", "smuggled exports"),
        _flow("exports.magnets", "magnet_exports_t", "magnets that left China"),
        Series("exports.legal_value", "kUSD", "sum", "log", "what legal exports of oxide are paid, delivered",
               _legal(value=True, destinations=range(1, len(DESTINATIONS)))),
        Series("exports.legal_japan", "t", "sum", "log", "legal exports of oxide to Japan",
               _legal(value=False, destinations=(JAPAN,))),
        _ratio("exports.unit_value", "USD/kg", "log", "value of a kilogram of legal exports, delivered", "exports.legal_value",
               "exports.legal"),
        _ratio("share.exports_to_japan", "share", "linear", "share of legal exports that go to Japan", "exports.legal_japan",
               "exports.legal"),
        _ratio("smuggled_to_legal", "ratio", "log", "smuggled over legal exports", "exports.smuggled", "exports.legal"),
        _flow("illegal_output", "illegal_output_t", "illegal Chinese mine output"),
        _flow("mine_output.china", "mine_output_china_t", "licensed Chinese mine output, as statistics count it"),
        _flow("mine_output.china_actual", "mine_output_china_t", "Chinese mine output, illegal included", "illegal_output_t"),
        _ratio("illegal_share", "share", "linear", "illegal share of Chinese mine output", "illegal_output",
               "mine_output.china_actual"),
        _flow("mine_output.outside", "mine_output_row_t", "mine output outside China"),
        _flow("mine_output.world", "mine_output_china_t", "mine output of the world without illegal Chinese output",
              "mine_output_row_t"),
        _mines("mine_output.china_clays", "output of southern clays, illegal included", lambda _, mine: mine in CLAYS),
        _mines("mine_output.china_light", "output of Baotou and Sichuan, illegal included", lambda _, mine: mine in LIGHT),
        *map(_country, COUNTRIES),
        _mines("mine.lynas", "oxide that Lynas separates", lambda _, mine: mine in LYNAS, is_separated=True),
        _share("share.china_mine", "china_mine_share", "Chinese share of mine output, illegal included"),
        _share("share.china_separation", "china_separation_share", "share of oxide separated in China"),
        _share("share.china_heavy_separation", "china_heavy_separation_share", "the same of heavy elements"),
        _share("share.china_magnets", "china_magnet_share", "share of magnets made in China"),
        _flow("magnets.china", "magnets_china_t", "finished magnets made in China"),
        _flow("magnets.outside", "magnets_outside_t", "finished magnets made outside"),
        _flow("magnets.world", "magnets_china_t", "finished magnets made", "magnets_outside_t"),
        _share("japan.from_china", "japan_import_share_china", "share of Japan's purchases declared as Chinese"),
        _share("japan.from_australia", "japan_import_share_australia", "share of Japan's purchases of Australian origin (Lynas)"),
        _share("japan.dependence", "japan_dependence", "Hirschman dependence of Japan"),
        _flow("japan.imports", "japan_purchases_t", "oxide bought by Japan"),
        Series("japan.imports_from_china", "t", "sum", "log", "oxide bought by Japan and declared as Chinese", _japan_from_china),
        _flow("japan.use", "japan_use_t", "oxide used in Japan"),
        _flow("use.world", "china_use_t", "oxide used in the world", "outside_use_t"),
        _flow("use.china", "china_use_t", "oxide used in China"),
        _flow("use.outside", "outside_use_t", "oxide used outside China"),
        _ratio("share.china_use", "share", "linear", "China's share of the use of oxide", "use.china", "use.world"),
        _column("stocks.outside_months", "cover_outside_months", "months", "mean", "log", "stocks outside in months of use"),
        _column("stocks.japan_months", "japan_cover_months", "months", "mean", "log", "stocks in Japan in months of its use"),
        _share("relocation.japan_commodity", "japan_commodity_share_china", "Japanese commodity capacity that stands in China"),
        _share("relocation.japan_premium", "japan_premium_share_china", "Japanese premium capacity that stands in China"),
        _share("substitution", "substitution_share", "use outside China substituted or saved for good"),
        *map(_plant, PLANTS),
    )
}  # fmt: skip


def series_of(run_record_or_room: RunRecord | Room, names: Sequence[str]) -> dict[str, Array]:
    """Series of one run, each of the length of the run in months; of a ratio of sums its two parts too, so that it can be folded.

    Parameters
    ----------
    run_record_or_room : RunRecord, or a Room right after a job was played in it (`play_jobs(..., details=True)`); read only
    names : keys of SERIES

    Raises
    ------
    ValidationError
        For an unknown name, or a series that needs details which were not kept.
    """
    prepared, history = prepared_of(run_record_or_room), run_record_or_room.history
    found: dict[str, Array] = {}

    def read(name: str) -> Array:
        if name not in found:
            series = SERIES[name]
            if series.parts:
                found[name] = divided(read(series.parts[0]), read(series.parts[1]))
            else:
                values = _sum_of(history, terms_of(series, prepared, history))
                below = _sum_of(history, terms_of(SERIES[series.below], prepared, history)) if series.below else None
                found[name] = values if below is None else divided(values, below)
        return found[name]

    for name in check_series(names):
        read(name)
    return found


def prepared_of(run_record_or_room: RunRecord | Room) -> Prepared:
    """The scenario that was played."""
    if run_record_or_room.prepared is None:
        raise ValidationError("series: got a room in which no job was played; allowed one right after a job")
    return run_record_or_room.prepared


def terms_of(series: Series, prepared: Prepared, history: History) -> tuple[Term, ...]:
    """Terms of a series in a record; ValidationError where the record lacks the details."""
    terms = series.terms(prepared)
    for term in terms:
        for array in (term.array, term.by[0] if term.by else ""):
            if array and getattr(history, array).shape[0] == 0:
                raise ValidationError(f"series: {series.name} needs details of a run; allowed a run or room with details=True")
    return terms


def _sum_of(history: History, terms: Sequence[Term]) -> Array:
    total = np.zeros(history.months.shape[0])
    for term in terms:
        values = term.weight * (getattr(history, term.array)[:, *term.at] if term.array else 1.0)
        total += values if term.by is None else values * getattr(history, term.by[0])[:, *term.by[1]]
    return total


def check_series(names: Sequence[str]) -> tuple[str, ...]:
    """Names of series; ValidationError in one line for one that is not known."""
    for name in names:
        if name not in SERIES:
            raise ValidationError(
                f"series: got an unknown name {name!r}; allowed one of the {len(SERIES)} of SERIES{nearest(name, SERIES)}"
            )
    return tuple(dict.fromkeys(names))
