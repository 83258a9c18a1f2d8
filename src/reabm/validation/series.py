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


class Played(NamedTuple):
    """Months of one run, and who stands in which row."""

    history: History
    prepared: Prepared

    def column(self, name: str) -> Array:
        """A key figure."""
        found: Array = self.history.months[:, getattr(COLUMN, name)]
        return found

    def element(self, name: str) -> int:
        """Row of an element."""
        elements = self.prepared.names.elements
        if name not in elements:
            raise ValidationError(f"series: the scenario has no element {name}; allowed {', '.join(elements)}")
        return elements.index(name)

    def ore(self, chosen: Callable[[str], bool]) -> Array:
        """Oxide in the ore of some mines, t/month."""
        rows = [i for i, name in enumerate(self.prepared.names.mines) if chosen(name)]
        found: Array = self.history.mines[:, rows, ORE].sum(axis=1)
        return found

    def freight_usd_kg(self) -> float:
        """Freight from China, part of every price outside."""
        return float(self.prepared.segments[0].params.knobs.market.freight_usd_kg)


class Series(NamedTuple):
    """One comparable output."""

    name: str
    unit: str
    fold: Fold  # how months become the value of a row that covers several of them
    scale: Scale  # how errors are taken
    sentence: str
    of: Callable[[Played], Array]
    parts: tuple[str, ...] = ()  # of a ratio of sums: the series above and below the line
    needs: str = ""  # array of the history that must be kept


def _column(name: str, column: str, unit: str, fold: Fold, scale: Scale, sentence: str) -> Series:
    return Series(name, unit, fold, scale, sentence, lambda run: run.column(column))


def _share(name: str, column: str, sentence: str) -> Series:
    return _column(name, column, "share", "mean", "linear", sentence)


def _flow(name: str, column: str, sentence: str) -> Series:
    return _column(name, column, "t", "sum", "log", sentence)


def _ratio(name: str, unit: str, scale: Scale, sentence: str, part: str, whole: str, needs: str = "") -> Series:
    """Month by month part over whole (NaN of nothing); over several months the sums are divided."""
    return Series(
        name, unit, "ratio of sums", scale, sentence,
        lambda run: divided(SERIES[part].of(run), SERIES[whole].of(run)), (part, whole), needs,
    )  # fmt: skip


def divided(part: Array, whole: Array) -> Array:
    """A quotient; NaN where there is nothing to divide by."""
    found: Array = np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=np.asarray(whole) > 0.0)
    return found


def _outside(element: str) -> Series:
    return Series(
        f"price.outside.{element}", "USD/kg", "mean", "log",
        f"{element} outside China: mean price paid, weighted by use, freight and any premium of a restricted country included",
        lambda run: run.history.outside_usd_kg[:, run.element(element)], (), "outside_usd_kg",
    )  # fmt: skip


def _inside(element: str) -> Series:
    return Series(
        f"price.china.{element}", "USD/kg", "mean", "log", f"{element} inside China, without value-added tax",
        lambda run: run.history.delivered_usd_kg[:, run.element(element), CHINA], (), "delivered_usd_kg",
    )  # fmt: skip


def _gap(element: str) -> Series:
    def of(run: Played) -> Array:
        at = run.element(element)
        export = run.history.outside_usd_kg[:, at] - run.freight_usd_kg()
        return divided(export, run.history.delivered_usd_kg[:, at, CHINA])

    sentence = f"{element}: export price (price outside less freight) over the price inside without value-added tax"
    return Series(f"price_ratio.{element}", "ratio", "mean", "log", sentence, of, (), "outside_usd_kg")


def _mined(country: str) -> Series:
    def of(run: Played) -> Array:
        mines = run.prepared.scenario.mines
        return run.ore(lambda name: mines[name].country.lower() == country)

    return Series(f"mine_output.{country}", "t", "sum", "log", f"mine output of {country.capitalize()}", of, (), "mines")


def _ore(name: str, sentence: str, mines: tuple[str, ...]) -> Series:
    return Series(name, "t", "sum", "log", sentence, lambda run: run.ore(lambda one: one in mines), (), "mines")


def _lynas(run: Played) -> Array:
    rows = [i for i, name in enumerate(run.prepared.names.mines) if name in LYNAS]
    kept = run.prepared.segments[0].params.mines.separation_yield[rows]
    found: Array = run.history.mines[:, rows, ORE] @ kept
    return found


def _plant(maker: str) -> Series:
    def of(run: Played) -> Array:
        rows = [i for i, name in enumerate(run.prepared.names.makers) if name.partition(".")[0] == maker]
        found: Array = run.history.makers[:, rows][:, :, IN_CHINA].sum(axis=(1, 2)) * 12.0
        return found

    sentence = f"capacity of {maker} that stands in China, tonnes of magnets or alloy a year"
    return Series(f"maker.{maker}.china", "t/yr", "mean", "linear", sentence, of, (), "makers")


def _quota(run: Played) -> Array:
    found: Array = run.column("export_quota_t")
    return found


def _legal_value(run: Played) -> Array:
    legal, paid = run.history.legal_t[:, :, 1:], run.history.delivered_usd_kg[:, :, 1:]
    found: Array = np.einsum("ted,ted->t", legal, paid)
    return found


def _japan_tonnes(column: str) -> Callable[[Played], Array]:
    return lambda run: run.column(column) * run.column("japan_purchases_t")


def _plus(*columns: str) -> Callable[[Played], Array]:
    return lambda run: np.sum([run.column(column) for column in columns], axis=0)


SERIES: dict[str, Series] = {
    series.name: series
    for series in (
        *map(_outside, ELEMENTS), *map(_inside, ELEMENTS), *map(_gap, ELEMENTS),
        _column("licence_price", "licence_price_usd_kg", "USD/kg", "mean", "log", "price of a licence, light group or all"),
        _column("licence_price.heavy", "heavy_licence_price_usd_kg", "USD/kg", "mean", "log", "the same of the heavy group"),
        Series("export_quota", "t", "sum", "log", "export quota as oxide: scripted", _quota),
        _flow("exports.legal", "exports_legal_t", "legal exports of oxide"),
        _flow("exports.alloy", "exports_alloy_t", "oxide exported as alloy outside the quota"),
        _flow("exports.smuggled", "exports_smuggled_t", "smuggled exports"),
        _flow("exports.magnets", "magnet_exports_t", "magnets that left China"),
        Series("exports.legal_value", "kUSD", "sum", "log", "what legal exports of oxide are paid, delivered", _legal_value, (),
               "legal_t"),
        Series("exports.legal_japan", "t", "sum", "log", "legal exports of oxide to Japan",
               lambda run: run.history.legal_t[:, :, JAPAN].sum(axis=1), (), "legal_t"),
        _ratio("exports.unit_value", "USD/kg", "log", "value of a kilogram of legal exports, delivered", "exports.legal_value",
               "exports.legal", "legal_t"),
        _ratio("share.exports_to_japan", "share", "linear", "share of legal exports that go to Japan", "exports.legal_japan",
               "exports.legal", "legal_t"),
        _ratio("smuggled_to_legal", "ratio", "log", "smuggled over legal exports", "exports.smuggled", "exports.legal"),
        _flow("illegal_output", "illegal_output_t", "illegal Chinese mine output"),
        _flow("mine_output.china", "mine_output_china_t", "licensed Chinese mine output, as statistics count it"),
        Series("mine_output.china_actual", "t", "sum", "log", "Chinese mine output, illegal included",
               _plus("mine_output_china_t", "illegal_output_t")),
        _ratio("illegal_share", "share", "linear", "illegal share of Chinese mine output", "illegal_output",
               "mine_output.china_actual"),
        _flow("mine_output.outside", "mine_output_row_t", "mine output outside China"),
        Series("mine_output.world", "t", "sum", "log", "mine output of the world without illegal Chinese output",
               _plus("mine_output_china_t", "mine_output_row_t")),
        _ore("mine_output.china_clays", "output of southern clays, illegal included", CLAYS),
        _ore("mine_output.china_light", "output of Baotou and Sichuan, illegal included", LIGHT),
        *map(_mined, COUNTRIES),
        Series("mine.lynas", "t", "sum", "log", "oxide that Lynas separates", _lynas, (), "mines"),
        _share("share.china_mine", "china_mine_share", "Chinese share of mine output, illegal included"),
        _share("share.china_separation", "china_separation_share", "share of oxide separated in China"),
        _share("share.china_heavy_separation", "china_heavy_separation_share", "the same of heavy elements"),
        _share("share.china_magnets", "china_magnet_share", "share of magnets made in China"),
        _flow("magnets.china", "magnets_china_t", "finished magnets made in China"),
        _flow("magnets.outside", "magnets_outside_t", "finished magnets made outside"),
        Series("magnets.world", "t", "sum", "log", "finished magnets made", _plus("magnets_china_t", "magnets_outside_t")),
        _share("japan.from_china", "japan_import_share_china", "share of Japan's purchases declared as Chinese"),
        _share("japan.from_australia", "japan_import_share_australia", "share of Japan's purchases of Australian origin (Lynas)"),
        _share("japan.dependence", "japan_dependence", "Hirschman dependence of Japan"),
        _flow("japan.imports", "japan_purchases_t", "oxide bought by Japan"),
        Series("japan.imports_from_china", "t", "sum", "log", "oxide bought by Japan and declared as Chinese",
               _japan_tonnes("japan_import_share_china")),
        _flow("japan.use", "japan_use_t", "oxide used in Japan"),
        Series("use.world", "t", "sum", "log", "oxide used in the world", _plus("china_use_t", "outside_use_t")),
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
    prepared = run_record_or_room.prepared
    if prepared is None:
        raise ValidationError("series: got a room in which no job was played; allowed one right after a job")
    played = Played(run_record_or_room.history, prepared)
    found: dict[str, Array] = {}
    for name in check_series(names):
        series = SERIES[name]
        if series.needs and getattr(played.history, series.needs).shape[0] == 0:
            raise ValidationError(f"series: {name} needs the details of a run; allowed a run or room that was given details=True")
        for one in (*series.parts, name):
            if one not in found:
                found[one] = SERIES[one].of(played)
    return found


def check_series(names: Sequence[str]) -> tuple[str, ...]:
    """Names of series; ValidationError in one line for one that is not known."""
    for name in names:
        if name not in SERIES:
            raise ValidationError(
                f"series: got an unknown name {name!r}; allowed one of the {len(SERIES)} of SERIES{nearest(name, SERIES)}"
            )
    return tuple(dict.fromkeys(names))
