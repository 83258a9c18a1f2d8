"""What is written down of a run, month by month: a row of key figures always, the details of agents and flows on request."""

from __future__ import annotations

from collections import namedtuple
from typing import Annotated as An
from typing import Any, NamedTuple

import numpy as np

from reabm.world.layout import Array, At, block_size, views

MONTH_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("export_quota_t", "t/month", "a sixth of the half-year's export quota, as oxide (null: no quota)"),
    ("licence_price_usd_kg", "USD/kg", "price of an export licence (light group, or all)"),
    ("heavy_licence_price_usd_kg", "USD/kg", "the same of the heavy group"),
    ("licences_released_t", "t/month", "licences sold this month, as oxide (null: no quota)"),
    ("rationed_share", "share", "legal exports turned away by the quota"),
    ("exports_legal_t", "t/month", "legal exports of oxide"),
    ("exports_alloy_t", "t/month", "oxide exported as alloy outside the quota"),
    ("exports_smuggled_t", "t/month", "smuggled exports"),
    ("imports_china_t", "t/month", "oxide brought into China"),
    ("mine_output_china_t", "t/month", "legal Chinese mine output, as oxide in ore"),
    ("illegal_output_t", "t/month", "illegal Chinese mine output"),
    ("mine_output_row_t", "t/month", "mine output outside China"),
    ("china_mine_share", "share", "Chinese share of mine output, illegal included"),
    ("china_separation_share", "share", "share of oxide separated in China"),
    ("china_heavy_separation_share", "share", "the same for heavy elements"),
    ("china_magnet_share", "share", "share of magnets made in China"),
    ("japan_import_share_china", "share", "share of Japan's purchases declared as Chinese (smuggled goods arrive under another flag)"),
    ("japan_import_share_australia", "share", "share of Japan's purchases of Australian origin (Lynas)"),
    ("japan_purchases_t", "t/month", "oxide bought by Japan"),
    ("japan_use_t", "t/month", "oxide used in Japan"),
    ("china_use_t", "t/month", "oxide used in China"),
    ("outside_use_t", "t/month", "oxide used outside China"),
    ("stocks_china_t", "t", "oxide held by importers and makers in China"),
    ("stocks_outside_t", "t", "oxide held by importers and makers outside"),
    ("reserves_t", "t", "oxide in state reserves outside China"),
    ("cover_outside_months", "months", "those stocks over the month's use outside"),
    ("japan_cover_months", "months", "stocks in Japan over its use"),
    ("japan_reliability", "share", "reliability of China as Japanese importers see it, weighed by their trade"),
    ("relocation_share", "share", "outside-owned magnet and alloy capacity that stands in China"),
    ("relocation_share_premium", "share", "the same, premium lines"),
    ("relocation_share_commodity", "share", "the same, commodity lines"),
    ("japan_commodity_share_china", "share", "Japanese-owned commodity capacity that stands in China"),
    ("japan_premium_share_china", "share", "Japanese-owned premium capacity that stands in China"),
    ("technology_leakage", "share", "know-how of Chinese makers less what own research alone would have given"),
    ("knowledge", "share", "know-how of Chinese makers relative to the frontier"),
    ("magnets_china_t", "t/month", "magnets made in China"),
    ("magnets_outside_t", "t/month", "magnets made outside"),
    ("magnet_exports_t", "t/month", "magnets that left China"),
    ("magnets_unserved_t", "t/month", "magnets wanted and not to be had"),
    ("substitution_share", "share", "value-weighted share of use outside China that was substituted or saved for good"),
    ("japan_loss_kusd", "kUSD/month", "loss of users of oxide and magnets in Japan against reference prices"),
    ("usa_loss_kusd", "kUSD/month", "loss of users in the United States"),
    ("eu_loss_kusd", "kUSD/month", "loss of users in the European Union"),
    ("other_loss_kusd", "kUSD/month", "loss of users in other countries"),
    ("china_loss_kusd", "kUSD/month", "loss of users in China"),
    ("china_gain_kusd", "kUSD/month", "pay-off of the Chinese state"),
    ("outside_miners_kusd", "kUSD/month", "receipts of miners outside China less their cash cost"),
    ("japan_dependence", "share", "Hirschman dependence of Japan: Chinese share x (1 - substitution) x what stocks do not cover of twelve months"),
    ("choke_point", "share", "largest exposure over mine, separation and magnet stages to a stop of twelve months"),
    ("mass_error_t", "t", "largest residual of the mass balance"),
    ("money_error_kusd", "kUSD", "residual of the ledger"),
    ("turnover_kusd", "kUSD/month", "payments for oxide"),
    ("status", "code", "0: the market was solved"),
    ("ndpr_outside_usd_kg", "USD/kg", "NdPr: mean price paid outside China, weighted by use (null: no such element)"),
    ("ndpr_china_usd_kg", "USD/kg", "NdPr: price inside China"),
    ("dy_outside_usd_kg", "USD/kg", "Dy: mean price paid outside China, weighted by use (null: no such element)"),
    ("dy_china_usd_kg", "USD/kg", "Dy: price inside China"),
)  # fmt: skip
Columns = namedtuple("Columns", [name for name, _, _ in MONTH_COLUMNS])  # type: ignore[misc]
COLUMN: Any = Columns(*range(len(MONTH_COLUMNS)))

MINE_COLUMNS = ("status", "utilisation", "ore_t", "basket_usd_kg", "expected_usd_kg", "hurdle_usd_kg", "volatility", "contract_share",
                "route", "cash_kusd", "debt_kusd")  # fmt: skip
MAKER_COLUMNS = ("premium_home_t", "premium_china_t", "premium_elsewhere_t", "commodity_home_t", "commodity_china_t",
                 "commodity_elsewhere_t", "premium_plan_share", "commodity_plan_share", "premium_benefit", "commodity_benefit",
                 "output_t", "cash_kusd", "move_kusd")  # fmt: skip
IMPORTER_COLUMNS = (
    "reliability",
    "cover_months",
    "stock_t",
    "bought_t",
    "lent_kusd",
    "cash_kusd",
    "risk_wanted_months",
    "stock_kusd",
)
GOVERNMENT_COLUMNS = ("reserve_t", "subsidy_share", "thrift_programme", "exposure", "spent_kusd")
PLAN_COLUMNS = ("choice", "plan_month", "path_t", *(f"promised_kusd_{k}" for k in range(16)))  # of path_t the first point


MOST_OF_FIRMS = 4_000_000  # numbers kept of makers and importers (32 MB): some 830 firms over 21 years


class History(NamedTuple):
    """The record of a run. `kept` is the number of months kept in detail: all, or none.

    `watched` is the same for makers and importers: none, where they are so many that their details would fill the memory.
    """

    months: An[Array, At(f"months {len(MONTH_COLUMNS)}", "", "key figures, columns MONTH_COLUMNS")]
    surplus_kusd: An[Array, At("months destinations 5", "kUSD/month", "surplus of each party of each country")]
    china_gain_kusd: An[Array, At("months 8", "kUSD/month", "terms of the Chinese state's pay-off")]
    miners_kusd: An[Array, At("months", "kUSD/month", "operating surplus of miners outside China")]
    delivered_usd_kg: An[Array, At("kept elements destinations", "USD/kg", "price in each destination")]
    outside_usd_kg: An[Array, At("kept elements", "USD/kg", "mean price paid outside China")]
    magnet_usd_kg: An[Array, At("kept lines destinations", "USD/kg", "price of magnets")]
    legal_t: An[Array, At("kept elements destinations", "t/month", "legal exports")]
    alloy_t: An[Array, At("kept elements destinations", "t/month", "exports as alloy")]
    smuggled_t: An[Array, At("kept elements destinations", "t/month", "smuggled exports")]
    reexported_t: An[Array, At("kept elements destinations", "t/month", "re-exports")]
    outside_t: An[Array, At("kept origins elements destinations", "t/month", "oxide of outside origin")]
    concentrate_t: An[Array, At("kept origins elements", "t/month", "foreign concentrate separated in China")]
    magnets_t: An[Array, At("kept zones lines destinations", "t/month", "magnets delivered")]
    mines: An[Array, At(f"kept mines {len(MINE_COLUMNS)}", "", "MINE_COLUMNS")]
    makers: An[Array, At(f"watched makers {len(MAKER_COLUMNS)}", "", "MAKER_COLUMNS")]
    move_terms: An[Array, At("watched makers lines 8", "share", "terms of the location decision")]
    importers: An[Array, At(f"watched importers {len(IMPORTER_COLUMNS)}", "", "IMPORTER_COLUMNS")]
    governments: An[Array, At(f"kept governments {len(GOVERNMENT_COLUMNS)}", "", "GOVERNMENT_COLUMNS")]
    stocks_t: An[Array, At("kept destinations elements", "t", "oxide held by importers")]
    plans: An[Array, At(f"kept governments {len(PLAN_COLUMNS)}", "", "PLAN_COLUMNS")]


def numbers_of_firms(sizes: dict[str, int]) -> int:
    """How many numbers the details of all makers and importers take."""
    of_maker = len(MAKER_COLUMNS) + 8 * sizes["lines"]
    return sizes["months"] * (sizes["makers"] * of_maker + sizes["importers"] * len(IMPORTER_COLUMNS))


def empty_history(sizes: dict[str, int], details: bool = True) -> History:
    """Room for the record of a run of `sizes['months']` months.

    With details, prices, flows, mines and governments are kept for each month, and makers and importers up to MOST_OF_FIRMS.
    """
    kept = sizes["months"] if details else 0
    watched = kept if numbers_of_firms(sizes) <= MOST_OF_FIRMS else 0
    all_sizes = sizes | {"kept": kept, "watched": watched}
    history: History = views(History, all_sizes, np.zeros(block_size(History, all_sizes)))
    return history
