"""The table of scripted inputs: what a run is told, where that stands, and which results depend on it."""

from __future__ import annotations

from typing import NamedTuple

from reabm.report.markdown import table
from reabm.scenario import Scenario, list_numbers
from reabm.scenario.months import month_text
from reabm.scenario.sources import Number
from reabm.world.layout import fields_of
from reabm.world.params import Script

SHOWN_SOURCES = 5
CALENDAR = ("half_year", "new_half", "new_year", "year_end", "rigid_prices")  # the calendar, and a flag that is always 1


class Scripted(NamedTuple):
    """A scripted input."""

    series: str
    paths: tuple[str, ...]  # of the scenario; * stands for one name
    fields: tuple[str, ...]  # of Script
    conditional: str


SCRIPTED: tuple[Scripted, ...] = (
    Scripted("export quota", ("policy.export_quota",), ("quota_t", "pools_groups"),
             "level of licence prices and of legal exports from 2005 to 2014"),
    Scripted("export tax", ("policy.export_tax",), ("tax",), "part of the price gap; revenue of the state"),
    Scripted("value-added tax not refunded", ("policy.vat_unrefunded",), ("vat",), "the standing gap between inside and outside"),
    Scripted("alloys inside the quota", ("policy.alloy_in_quota",), ("alloy_open",), "size and end of the alloy loophole"),
    Scripted("production quota", ("policy.production_quota",), ("production_quota_t",),
             "Chinese legal mine output nearly as a whole, and with it Chinese mine and separation shares"),
    Scripted("output over quota", ("policy.over_quota",), ("over_quota",), "Chinese legal mine output, 2005-2014 above all"),
    Scripted("crackdown", ("policy.crackdown",), ("crackdown",), "illegal output; timing of the price peak of 2011"),
    Scripted("halts", ("policy.halts",), ("halt",), "inside prices in late 2011 and 2012; Myanmar's output from 2019"),
    Scripted("embargo", ("policy.embargo", "policy.withhold_quota"), ("embargo", "withhold"),
             "Japan's imports in autumn 2010, the fall of its trust in China, later cover and offtake"),
    Scripted("export licences of 2025", ("policy.licence",), ("licence_scope", "approval", "delay_months", "magnets_in_scope"),
             "premium outside for heavy elements and magnet exports in 2025"),
    Scripted("Chinese state purchases", ("policy.state_purchases",), ("purchase_t",), "inside prices in late 2014"),
    Scripted("programmes of other governments", ("policy.governments.*.subsidy", "policy.governments.*.thrift_programme",
             "policy.governments.*.stockpile", "policy.governments.*.venture_block"),
             ("subsidy", "thrift_programme", "reserve_months", "venture_block"),
             "that Japanese makers stayed home in 2011-2013; speed of thrifting; reserves"),
    Scripted("complaint to the WTO", (), ("complaint",), "date at which quotas fall (its success and length are rules)"),
    Scripted("price floor and support of mines", ("policy.governments.*.price_floor", "policy.governments.*.mine_support"),
             ("mine_floor_usd_kg", "mine_support"), "survival of Lynas in 2013-2016, Indian output, MP Materials in 2025"),
    Scripted("recessions", ("news.recession",), ("recession",), "the dips of 2008-09 and 2020, part of that of 2012"),
    Scripted("use of other sectors at reference prices", ("sectors.*.demand",), (),
             "the trend of use in every destination; its response to prices is a rule"),
    Scripted("magnets wanted at reference prices", ("magnet_demand",), (), "the trend of magnets and of NdPr, Dy, Tb prices"),
    Scripted("mine capacity", ("mines.*.capacity",), (), "upper bound of every mine's output; Chinese and illegal output, "
             "Myanmar's growth and hence the Chinese mine share of 2024"),
    Scripted("share of heavy elements separated at home", ("mines.*.heavy_separation",), (),
             "Chinese share of heavy separation, nearly as a whole"),
    Scripted("growth of makers' capacity", ("makers.*.scripted_capacity_growth",), (), "Chinese share of magnet output"),
)  # fmt: skip


def scripted_table(scenario: Scenario) -> str:
    """Every scripted input with its place, its sources, and what is conditional on it; committed mines at the end."""
    numbers = list_numbers(scenario)
    meanings = {spec.name: spec.meaning for spec in fields_of(Script)}
    rows = []
    for own in SCRIPTED:
        found = [each for each in numbers if any(matches(each.path, path) for path in own.paths)]
        places = ", ".join(f"`{path}`" for path in own.paths) or "`policy.governments.*.complaint`"
        fields = ", ".join(f"`{name}`" for name in own.fields)
        about = own.series if own.fields else f"{own.series} (of the world)"
        assert all(name in meanings for name in own.fields)
        rows.append((about, places, fields, _size(found), _sources(found), own.conditional))
    rows.append((
        "committed dates of mines", "`mines.*.committed`", "", _committed(scenario), "see the mines' notes",
        "mine output outside China from 2010 on, and the Chinese mine share of 2024",
    ))  # fmt: skip
    headings = ("series", "in the scenario", "array of `Script`", "size", "sources", "conditional on it")
    return table(headings, rows)


def matches(path: str, pattern: str) -> bool:
    """Whether a number's path lies at or below a pattern in which * stands for one name."""
    parts, wanted = path.split("."), pattern.split(".")
    return len(parts) >= len(wanted) and all(b in ("*", a) for a, b in zip(parts, wanted))


def _size(found: list[Number]) -> str:
    if not found:
        return "dates"
    assumed = sum(each.is_assumption for each in found)
    words = f"{len(found)} series, {sum(each.n_dates for each in found)} values"
    return f"{words}; {assumed} of the series assumed" if assumed else words


def _sources(found: list[Number]) -> str:
    keys = [key for key in dict.fromkeys(key for each in found for key in each.source) if key != "assumption"]
    shown = ", ".join(keys[:SHOWN_SOURCES])
    more = f" and {len(keys) - SHOWN_SOURCES} more" if len(keys) > SHOWN_SOURCES else ""
    judged = any("assumption" in each.source for each in found)
    return f"{shown}{more}{'; ' if keys and judged else ''}{'judgement' if judged else ''}"


def _committed(scenario: Scenario) -> str:
    dates = [f"{name} {month_text(mine.committed)}" for name, mine in scenario.mines.items() if mine.committed is not None]
    return ", ".join(dates)
