"""Which observed series is compared with which series of a run, and how its printed numbers become the model's.

Series of SHOWN_ONLY have no counterpart in a run: their rows are kept for the reader, and never returned as observations.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

type Kind = Literal["plain", "fob", "inside", "inside_exvat", "gap"]

# Quotes of neodymium stand for the model's NdPr where NdPr is not quoted (README of configs/observed), samarium stands for Sm and
# Gd while both are cheap.
ELEMENT_OF = {
    "La": "La", "Ce": "Ce", "Nd": "NdPr", "Pr": "NdPr", "NdPr": "NdPr", "Sm": "SmGd", "Gd": "SmGd", "Tb": "Tb", "Dy": "Dy",
    "Y": "Y",
}  # fmt: skip
ZONE_OF: dict[str, tuple[str, Kind]] = {
    "fob": ("price.outside", "fob"), "fob_mean_of_year": ("price.outside", "fob"), "fob_year_end": ("price.outside", "fob"),
    "inside": ("price.china", "inside"), "inside_exvat": ("price.china", "inside_exvat"), "gap": ("price_ratio", "gap"),
}  # fmt: skip


class Compared(NamedTuple):
    """The counterpart of an observed series in a run."""

    series: str  # of reabm.validation.series
    kind: Kind = "plain"


COMPARED: dict[str, Compared] = {
    f"{quoted}_{suffix}": Compared(f"{zone}.{element}", kind)
    for quoted, element in ELEMENT_OF.items()
    for suffix, (zone, kind) in ZONE_OF.items()
} | {
    "export_unit_value": Compared("exports.unit_value", "fob"),
    "licence_price": Compared("licence_price"),
    "export_quota_half_year": Compared("export_quota"),
    "export_quota_year": Compared("export_quota"),
    "exports_legal_month": Compared("exports.legal"),
    "exports_legal_period": Compared("exports.legal"),
    "exports_legal_year": Compared("exports.legal"),
    "exports_to_japan": Compared("exports.legal_japan"),
    "exports_share_japan": Compared("share.exports_to_japan"),
    "smuggled_or_illegal": Compared("exports.smuggled"),
    "smuggled_over_legal": Compared("smuggled_to_legal"),
    "illegal_output_share": Compared("illegal_share"),
    "mining_quota_china": Compared("mine_output.china"),
    "mine_output_china": Compared("mine_output.china"),
    "mine_output_china_actual": Compared("mine_output.china_actual"),
    "mine_output_china_clays": Compared("mine_output.china_clays"),
    "mine_output_china_light": Compared("mine_output.china_light"),
    "mine_output_world": Compared("mine_output.world"),
    "mine_output_australia": Compared("mine_output.australia"),
    "mine_output_brazil": Compared("mine_output.brazil"),
    "mine_output_india": Compared("mine_output.india"),
    "mine_output_madagascar": Compared("mine_output.madagascar"),
    "mine_output_myanmar": Compared("mine_output.myanmar"),
    "mine_output_nigeria": Compared("mine_output.nigeria"),
    "mine_output_russia": Compared("mine_output.russia"),
    "mine_output_thailand": Compared("mine_output.thailand"),
    "mine_output_usa": Compared("mine_output.usa"),
    "mine_output_vietnam": Compared("mine_output.vietnam"),
    "lynas_output": Compared("mine.lynas"),
    "sintered_ndfeb_china": Compared("magnets.china"),
    "sintered_ndfeb_world": Compared("magnets.world"),
    "magnets_china": Compared("magnets.china"),
    "magnets_world": Compared("magnets.world"),
    "magnet_exports_china": Compared("exports.magnets"),
    "magnet_exports_china_month": Compared("exports.magnets"),
    "oxide_demand_world": Compared("use.world"),
    "oxide_demand_outside": Compared("use.outside"),
    "china_demand_share": Compared("share.china_use"),
    "china_mine_share": Compared("share.china_mine"),
    "china_separation_share": Compared("share.china_separation"),
    "china_heavy_separation_share": Compared("share.china_heavy_separation"),
    "china_magnet_share": Compared("share.china_magnets"),
    "china_sintered_ndfeb_share": Compared("share.china_magnets"),
    "japan_demand": Compared("japan.use"),
    "japan_import_share_china": Compared("japan.from_china"),
    "japan_import_share_malaysia": Compared("japan.from_australia"),
    "japan_supply_share_australia": Compared("japan.from_australia"),
    "japan_imports_from_china": Compared("japan.imports_from_china"),
    "japan_imports_from_china_half": Compared("japan.imports_from_china"),
    "japan_imports_from_china_month": Compared("japan.imports_from_china"),
    "japan_imports_half": Compared("japan.imports"),
    "stocks_of_carmakers": Compared("stocks.outside_months"),
    "showa_denko_china": Compared("maker.showa_denko.china"),
    "hitachi_metals_china": Compared("maker.hitachi_metals.china"),
    "shin_etsu_china": Compared("maker.shin_etsu.china"),
    "tdk_china": Compared("maker.tdk.china"),
    "tdk_china_planned": Compared("maker.tdk.china"),
}

SHOWN_ONLY = frozenset((
    "gap_of_all", "quota_used", "imports_china", "illegal_stopped", "illegal_aim", "separation_quota_china", "sintered_ndfeb_eu",
    "sintered_ndfeb_japan", "magnet_exports_china_to_usa_month", "eu_sintered_ndfeb_share", "japan_sintered_ndfeb_share",
    "japan_magnet_share", "japan_import_share_france", "japan_import_share_vietnam", "hitachi_metals_capacity",
    "shin_etsu_capacity", "tdk_capacity", "shin_etsu_vietnam", "neo_china_powder", "hitachi_metals_to_china",
    "showa_denko_to_china", "japan_state_stock_aim", "stocks_of_hitachi_metals", "state_reserve_bought_china",
    "dy_europe_over_march", "tb_europe_over_march", "licence_approvals", "licence_approvals_example", "licence_delay",
    "magnet_exports_fall", "ndpr_floor_usa",
))  # fmt: skip
