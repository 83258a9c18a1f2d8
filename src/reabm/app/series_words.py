"""Series that are compared with history, as people call them: a name, what they measure, and where they are listed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from reabm.validation.series import ELEMENTS, SERIES

ELEMENT_WORDS = {
    "La": "lanthanum", "Ce": "cerium", "NdPr": "neodymium and praseodymium", "SmGd": "samarium and gadolinium",
    "Tb": "terbium", "Dy": "dysprosium", "Y": "yttrium",
}  # fmt: skip
MONEY = "2010 USD/kg, log scale"
OXIDE, MAGNETS = "t of oxide a month", "t of magnets a month"
OTHERS = "Others"
FIRST_ELEMENTS = ("NdPr", "Dy", "Tb")  # what the crisis was about


class Called(NamedTuple):
    """What a series is called."""

    name: str  # of reabm.validation.series
    group: str
    words: str  # in the list, which people see without its group once it is chosen
    title: str  # of the chart
    unit: str  # of its axis


def _elements(start: str, group: str, where: str, title: str, unit: str) -> list[Called]:
    order = (*FIRST_ELEMENTS, *(one for one in ELEMENTS if one not in FIRST_ELEMENTS))
    return [
        Called(f"{start}.{one}", group, f"{one} {where} ({ELEMENT_WORDS[one]})", title.format(one), unit) for one in order
    ]  # fmt: skip


_EXPORTS, _MINES, _SHARES, _JAPAN, _MAGNETS, _PLANTS = (
    "Exports", "Mines", "China's shares", "Japan", "Magnets and use", "Relocation",
)  # fmt: skip
_ORIGINS = ("usa", "australia", "myanmar", "india", "russia", "brazil", "vietnam", "madagascar", "thailand", "nigeria")

_LISTED: tuple[tuple[str, str, str, str], ...] = (  # series, group, words, unit
    ("exports.legal", _EXPORTS, "Legal exports", OXIDE),
    ("exports.smuggled", _EXPORTS, "Smuggled exports", OXIDE),
    ("smuggled_to_legal", _EXPORTS, "Smuggled over legal exports", "ratio, log scale"),
    ("exports.alloy", _EXPORTS, "Exports as alloy outside the quota", OXIDE),
    ("exports.legal_japan", _EXPORTS, "Legal exports to Japan", OXIDE),
    ("share.exports_to_japan", _EXPORTS, "Share of legal exports that goes to Japan", "share"),
    ("exports.unit_value", _EXPORTS, "Value of a kilogram exported", MONEY),
    ("exports.legal_value", _EXPORTS, "Value of legal exports", "thousand 2010 USD a month"),
    ("export_quota", _EXPORTS, "Export quota", OXIDE),
    ("licence_price", _EXPORTS, "Price of an export licence", MONEY),
    ("licence_price.heavy", _EXPORTS, "Price of an export licence, heavy group", MONEY),
    ("mine_output.china", _MINES, "China, licensed", OXIDE),
    ("mine_output.china_actual", _MINES, "China, illegal output included", OXIDE),
    ("mine_output.china_light", _MINES, "China, Baotou and Sichuan", OXIDE),
    ("mine_output.china_clays", _MINES, "China, southern clays", OXIDE),
    ("illegal_output", _MINES, "China, illegal output", OXIDE),
    ("illegal_share", _MINES, "Illegal share of Chinese output", "share"),
    ("mine_output.world", _MINES, "World without illegal Chinese output", OXIDE),
    ("mine_output.outside", _MINES, "Outside China", OXIDE),
    ("mine.lynas", _MINES, "Lynas, separated oxide", OXIDE),
    *((f"mine_output.{one}", _MINES, "United States" if one == "usa" else one.capitalize(), OXIDE) for one in _ORIGINS),
    ("share.china_mine", _SHARES, "Mine output", "share"),
    ("share.china_separation", _SHARES, "Separation", "share"),
    ("share.china_heavy_separation", _SHARES, "Separation of heavy elements", "share"),
    ("share.china_magnets", _SHARES, "Magnets", "share"),
    ("share.china_use", _SHARES, "Use of oxide", "share"),
    ("japan.use", _JAPAN, "Oxide used in Japan", OXIDE),
    ("japan.imports", _JAPAN, "Oxide bought by Japan", OXIDE),
    ("japan.imports_from_china", _JAPAN, "Oxide that Japan buys from China", OXIDE),
    ("japan.from_china", _JAPAN, "Share that Japan buys from China", "share"),
    ("japan.from_australia", _JAPAN, "Share that Japan buys from Australia (Lynas)", "share"),
    ("japan.dependence", _JAPAN, "Japan's dependence (Hirschman)", "share"),
    ("stocks.japan_months", _JAPAN, "Stocks in Japan", "months of use"),
    ("exports.magnets", _MAGNETS, "Chinese exports of magnets", MAGNETS),
    ("magnets.china", _MAGNETS, "Magnets made in China", MAGNETS),
    ("magnets.outside", _MAGNETS, "Magnets made outside China", MAGNETS),
    ("magnets.world", _MAGNETS, "Magnets made in the world", MAGNETS),
    ("use.world", _MAGNETS, "Oxide used in the world", OXIDE),
    ("use.china", _MAGNETS, "Oxide used in China", OXIDE),
    ("use.outside", _MAGNETS, "Oxide used outside China", OXIDE),
    ("stocks.outside_months", _MAGNETS, "Stocks outside China", "months of use"),
    ("substitution", _MAGNETS, "Use outside China saved or substituted", "share"),
    ("maker.showa_denko.china", _PLANTS, "Showa Denko's lines in China", "t of alloy a year"),
    ("maker.hitachi_metals.china", _PLANTS, "Hitachi Metals' lines in China", "t of magnets a year"),
    ("maker.shin_etsu.china", _PLANTS, "Shin-Etsu's lines in China", "t of magnets or alloy a year"),
    ("maker.tdk.china", _PLANTS, "TDK's lines in China", "t of magnets a year"),
    ("relocation.japan_commodity", _PLANTS, "Japanese commodity lines in China", "share"),
    ("relocation.japan_premium", _PLANTS, "Japanese premium lines in China", "share"),
)
_BEFORE = {_MINES: "Mine output", _SHARES: "China's share of"}  # of a name that says but whose
_WHOLE = ("Illegal share", "Lynas")  # names that say all


def _title(group: str, words: str) -> str:
    if group not in _BEFORE or words.startswith(_WHOLE):
        return words
    return f"{_BEFORE[group]} {words[0].lower()}{words[1:]}" if group == _SHARES else f"{_BEFORE[group]}: {words}"


CALLED: dict[str, Called] = {
    one.name: one
    for one in (
        *_elements("price.outside", "Prices outside China", "outside China", "Price of {} oxide outside China", MONEY),
        *_elements("price.china", "Prices inside China", "inside China", "Price of {} oxide inside China, without tax", MONEY),
        *_elements(
            "price_ratio",
            "Price outside over inside",
            "outside over inside",
            "{}: export price over the price inside China",
            "ratio, log scale",
        ),
        *(Called(name, group, _title(group, words), _title(group, words), unit) for name, group, words, unit in _LISTED),
    )
}


def called(name: str) -> Called:
    """What a series is called; one that nobody has named yet says what it measures."""
    if name in CALLED:
        return CALLED[name]
    about = SERIES[name]
    words = about.sentence[0].upper() + about.sentence[1:]
    return Called(name, OTHERS, words, words, about.unit)


def grouped(names: Iterable[str]) -> list[tuple[str, list[Called]]]:
    """Series by group, in the order in which they are listed; none is left out."""
    known = set(names)
    order = [*(name for name in CALLED if name in known), *(name for name in SERIES if name in known and name not in CALLED)]
    found: dict[str, list[Called]] = {}
    for name in order:
        one = called(name)
        found.setdefault(one.group, []).append(one)
    return list(found.items())
