"""The scenario as arrays: everything that does not change while a run goes on (built by `scenario/pack.py`).

Series are indexed by the month of the run (0 is the first month). Rates are per month, masses in tonnes of oxide, money
in thousand US dollars of 2010.
"""

from __future__ import annotations

from collections import namedtuple
from typing import Annotated as An
from typing import Any, NamedTuple

from reabm.world.knobs import SCALARS
from reabm.world.layout import Array, At


def _sections() -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    for lever in SCALARS:  # `population` is no section of knobs: it says which firms there are, no rule sees it
        section, name = lever.path.split(".")
        sections.setdefault(section, []).append(name)
    return sections


SECTIONS = _sections()
MarketKnobs = namedtuple("MarketKnobs", SECTIONS["market"])  # type: ignore[misc]
SmugglingKnobs = namedtuple("SmugglingKnobs", SECTIONS["smuggling"])  # type: ignore[misc]
AlloyKnobs = namedtuple("AlloyKnobs", SECTIONS["alloy"])  # type: ignore[misc]
QuotaKnobs = namedtuple("QuotaKnobs", SECTIONS["quota"])  # type: ignore[misc]
ExpectationKnobs = namedtuple("ExpectationKnobs", SECTIONS["expectations"])  # type: ignore[misc]
StockKnobs = namedtuple("StockKnobs", SECTIONS["stocks"])  # type: ignore[misc]
BeliefKnobs = namedtuple("BeliefKnobs", SECTIONS["beliefs"])  # type: ignore[misc]
UseKnobs = namedtuple("UseKnobs", SECTIONS["use"])  # type: ignore[misc]
MineKnobs = namedtuple("MineKnobs", SECTIONS["mines"])  # type: ignore[misc]
MakerKnobs = namedtuple("MakerKnobs", SECTIONS["makers"])  # type: ignore[misc]
KnowledgeKnobs = namedtuple("KnowledgeKnobs", SECTIONS["knowledge"])  # type: ignore[misc]
PayoffKnobs = namedtuple("PayoffKnobs", SECTIONS["payoffs"])  # type: ignore[misc]
LimitPricingKnobs = namedtuple("LimitPricingKnobs", SECTIONS["limit_pricing"])  # type: ignore[misc]
CoercionKnobs = namedtuple("CoercionKnobs", SECTIONS["coercion"])  # type: ignore[misc]
RestraintKnobs = namedtuple("RestraintKnobs", SECTIONS["restraint"])  # type: ignore[misc]
IndustryKnobs = namedtuple("IndustryKnobs", SECTIONS["industry"])  # type: ignore[misc]
FloorKnobs = namedtuple("FloorKnobs", SECTIONS["price_floor"])  # type: ignore[misc]
LearningKnobs = namedtuple("LearningKnobs", SECTIONS["learning"])  # type: ignore[misc]
PlanKnobs = namedtuple("PlanKnobs", SECTIONS["plan"])  # type: ignore[misc]
KNOB_KINDS: dict[str, Any] = {
    "market": MarketKnobs, "smuggling": SmugglingKnobs, "alloy": AlloyKnobs, "quota": QuotaKnobs,
    "expectations": ExpectationKnobs, "stocks": StockKnobs, "beliefs": BeliefKnobs, "use": UseKnobs,
    "mines": MineKnobs, "makers": MakerKnobs, "knowledge": KnowledgeKnobs, "payoffs": PayoffKnobs,
    "limit_pricing": LimitPricingKnobs, "coercion": CoercionKnobs, "restraint": RestraintKnobs, "industry": IndustryKnobs,
    "price_floor": FloorKnobs, "learning": LearningKnobs, "plan": PlanKnobs,
}  # fmt: skip
SWITCHES = (
    "export_quota", "export_tax", "alloy_channel", "smuggling", "embargo", "licences", "rigid_export_price",
    "licence_hoarding", "precaution", "speculation", "thrift", "recycling", "relocation", "herding", "technology_leak",
    "outside_investment", "outside_separation", "concentrate_route", "transshipment", "offtake", "crackdown",
    "production_control", "home_programmes", "reserves", "wto", "noise",
)  # fmt: skip
Switches = namedtuple("Switches", SWITCHES)  # type: ignore[misc]


class ElementParams(NamedTuple):
    """What is known of each element."""

    reference_usd_kg: An[Array, At("elements", "USD/kg", "price at which use is stated")]
    longrun_usd_kg: An[Array, At("elements", "USD/kg", "cost of the marginal project")]
    log_reference: An[Array, At("elements", "ln USD/kg", "log of the reference price")]
    log_longrun: An[Array, At("elements", "ln USD/kg", "log of the cost of the marginal project")]
    elasticity: An[Array, At("elements", "ratio", "short-run elasticity of use")]
    choke_log: An[Array, At("elements", "ln ratio", "choke price over reference")]
    curve: An[Array, At("elements", "code", "0 isoelastic, 1 linear")]
    lost_load: An[Array, At("elements", "ratio", "value of a missing tonne over the reference price")]
    group: An[Array, At("elements", "code", "0 light, 1 heavy")]
    outside_use_t: An[Array, At("elements", "t/month", "use outside China at reference prices in the first year")]
    alloy_grade: An[Array, At("2 elements", "flag", "1 where low-grade, high-grade alloys contain the element")]


class MineParams(NamedTuple):
    """What is known of each mine."""

    zone: An[Array, At("mines", "code", "0 China, 1 outside")]
    kind: An[Array, At("mines", "code", "0 legal Chinese, 1 illegal, 2 outside China")]
    group: An[Array, At("mines", "code", "production quota the mine works under")]
    origin: An[Array, At("mines", "row", "country of the ore")]
    strategy: An[Array, At("mines", "code", "rule by which the owner decides")]
    opening_status: An[Array, At("mines", "code", "status in the first month")]
    route: An[Array, At("mines", "code", "0 separates itself, 1 ships concentrate to China")]
    restart_route: An[Array, At("mines", "code", "the same after a restart")]
    basket: An[Array, At("mines elements", "share", "oxide in the ore")]
    separation_yield: An[Array, At("mines", "share", "oxide recovered in separation")]
    capacity_t: An[Array, At("mines months", "t/month", "ore capacity, as oxide (scripted)")]
    heavy_at_home: An[Array, At("mines months", "share", "share of heavy elements it separates itself (scripted)")]
    opex_usd_kg: An[Array, At("mines", "USD/kg", "cash cost of a kilogram of oxide in ore")]
    restart_opex_usd_kg: An[Array, At("mines", "USD/kg", "the same after a restart")]
    capex_usd_kg: An[Array, At("mines", "USD per kg/yr", "capital cost of a kilogram of yearly capacity")]
    lead_months: An[Array, At("mines", "months", "construction time")]
    ramp: An[Array, At("mines", "1/month", "rise of utilisation after the start")]
    max_utilisation: An[Array, At("mines", "share", "best utilisation reached")]
    opening_utilisation: An[Array, At("mines", "share", "utilisation in the first month of a mine that then produces")]
    earliest: An[Array, At("mines", "month", "first month in which it can be started")]
    committed: An[Array, At("mines", "month", "month in which building starts whatever the price (-1: free choice)")]
    directed_build: An[Array, At("mines months", "flag", "1 where a directed mine is to be built or restarted")]
    directed_output: An[Array, At("mines months", "share", "share of capacity a directed mine is to run (-1: as prices are)")]
    debt_share: An[Array, At("mines", "share", "share of capital cost borrowed")]
    offtake_ok: An[Array, At("mines importers", "flag", "1 where the importer may sign an offtake contract")]


class MakerParams(NamedTuple):
    """What is known of each maker of magnets or alloys, and of the product lines."""

    home: An[Array, At("makers", "row", "home destination")]
    makes_alloy: An[Array, At("makers", "flag", "1 for an alloy maker")]
    strategy: An[Array, At("makers", "code", "rule by which it chooses its location")]
    opening_t: An[Array, At("makers lines places", "t/month", "capacity in the first month")]
    growth: An[Array, At("makers", "1/month", "scripted growth of capacity")]
    directed_share: An[
        Array, At("named_makers lines months", "share", "share of a line in China of a directed maker (-1: as it stands)")
    ]
    weight: An[Array, At("makers", "ratio", "size of its custom relative to capacity")]
    reluctance: An[Array, At("makers", "share", "own reluctance to move, share of unit cost")]
    venture_share: An[Array, At("makers", "share", "share a local partner holds in its Chinese plants")]
    plant_months: An[Array, At("makers", "months", "time to build its next plant in China (-1: the general figure)")]
    content: An[Array, At("lines elements", "t/t", "oxide bought per tonne of finished magnet")]
    conversion_usd_kg: An[Array, At("lines places", "USD/kg", "cost of making a kilogram beyond oxide")]
    markup_precision: An[Array, At("lines", "kg/USD", "how sharply buyers compare prices (kappa)")]
    demand_elasticity: An[Array, At("lines", "ratio", "elasticity of magnet demand")]
    reference_usd_kg: An[Array, At("lines", "USD/kg", "price at which demand is stated")]
    leak_loss: An[Array, At("lines", "share", "rent at risk through leakage, share of unit cost")]
    fixed_cost: An[Array, At("lines", "share", "cost of moving, share of unit cost")]
    tariff: An[Array, At("lines", "share", "tariff on magnets that cross the Chinese border")]
    vat_rebate: An[Array, At("lines", "share", "rebate on exports of finished magnets")]
    technology: An[Array, At("lines", "ratio", "how much know-how the line needs")]
    thrift_ceiling: An[Array, At("lines elements", "share", "share of the element that can be designed out")]
    thrift_speed: An[Array, At("elements", "1/month", "speed of designing out")]
    demand_t: An[Array, At("lines destinations months", "t/month", "magnets wanted at reference prices (scripted)")]
    cover_months: An[Array, At("lines", "months", "magnets held by end users")]


class UserParams(NamedTuple):
    """Use sectors by destination."""

    destination: An[Array, At("users", "row", "destination")]
    strategy: An[Array, At("users", "code", "rule by which it uses")]
    mix: An[Array, At("users elements", "share", "elements in a tonne used")]
    demand_t: An[Array, At("users months", "t/month", "use at reference prices (scripted)")]
    thrift_ceiling: An[Array, At("users elements", "share", "share that can be substituted or saved")]
    thrift_speed: An[Array, At("users", "1/month", "speed of doing so")]
    recovery: An[Array, At("destinations elements", "share", "share recoverable at the end of life")]
    life_months: An[Array, At("elements", "months", "mean life of products")]


class ImporterParams(NamedTuple):
    """Trading houses."""

    destination: An[Array, At("importers", "row", "destination served")]
    strategy: An[Array, At("importers", "code", "rule by which it buys")]
    trade_share: An[Array, At("importers", "share", "share of its destination's trade")]
    base_cover_months: An[Array, At("importers", "months", "stock held in calm times")]
    finance_kusd: An[Array, At("importers", "kUSD", "what it can advance to mines")]
    offtake_share: An[Array, At("importers", "share", "share of a mine's output it would take")]
    opening_delivered: An[Array, At("importers", "months", "alpha of the belief in the first month")]
    opening_disrupted: An[Array, At("importers", "months", "beta of the belief in the first month")]


class GovernmentParams(NamedTuple):
    """Governments."""

    destination: An[Array, At("governments", "row", "destination governed")]
    strategy: An[Array, At("governments", "code", "rule by which it acts")]
    is_chinese: An[Array, At("governments", "flag", "1 for the Chinese state")]
    reserve_speed: An[Array, At("governments", "1/month", "speed of filling the reserve")]
    exposure_threshold: An[Array, At("governments", "share", "exposure at which it acts")]
    subsidy_share: An[Array, At("governments", "share", "subsidy it would pay, share of unit cost")]
    reserve_months: An[Array, At("governments", "months", "reserve it would hold")]
    candidates: An[Array, At("governments 8", "code", "strategies that one which plans ahead weighs (-1: none)")]


class Script(NamedTuple):
    """Policy and news scripted by the scenario, month by month."""

    quota_t: An[Array, At("groups months", "t", "licences of the half-year, as oxide (inf: no quota)")]
    pools_groups: An[Array, At("months", "flag", "1 where one quota covers both groups")]
    half_year: An[Array, At("months", "months", "months left in the half-year, this one included")]
    new_half: An[Array, At("months", "flag", "1 in the first month of a half-year")]
    new_year: An[Array, At("months", "flag", "1 in January")]
    year_end: An[Array, At("months", "flag", "1 in December")]
    tax: An[Array, At("elements months", "share", "export tax")]
    vat: An[Array, At("months", "share", "value-added tax not refunded")]
    alloy_open: An[Array, At("2 months", "share", "alloys outside the quota's scope")]
    production_quota_t: An[Array, At("groups months", "t/month", "production quota (inf: none)")]
    over_quota: An[Array, At("months", "ratio", "actual over allowed legal output")]
    crackdown: An[Array, At("months", "share", "illegal sector suppressed")]
    halt: An[Array, At("mines months", "share", "output halted")]
    embargo: An[Array, At("destinations months", "share", "legal shipments stopped")]
    withhold: An[Array, At("months", "share", "target's licences not given to others")]
    licence_scope: An[Array, At("elements months", "flag", "elements under licence")]
    approval: An[Array, At("destinations months", "share", "applications approved")]
    delay_months: An[Array, At("months", "months", "time to a licence")]
    magnets_in_scope: An[Array, At("months", "flag", "magnets under licence")]
    purchase_t: An[Array, At("months", "t/month", "state purchases")]
    recession: An[Array, At("destinations months", "ratio", "level of demand")]
    subsidy: An[Array, At("governments months", "share", "subsidy to stay")]
    thrift_programme: An[Array, At("governments months", "ratio", "factor on thrifting")]
    reserve_months: An[Array, At("governments months", "months", "reserve wanted")]
    venture_block: An[Array, At("governments months", "share", "moves blocked")]
    complaint: An[Array, At("governments", "month", "month of the WTO complaint (-1: none)")]
    mine_floor_usd_kg: An[Array, At("months mines elements", "USD/kg", "price floor paid by a government (0: none)")]
    mine_support: An[Array, At("mines months", "share", "share of losses borne by partners")]
    rigid_prices: An[Array, At("months", "flag", "1 while the export price list is kept")]


class Knobs(NamedTuple):
    """The scalar levers, by section."""

    market: Any
    smuggling: Any
    alloy: Any
    quota: Any
    expectations: Any
    stocks: Any
    beliefs: Any
    use: Any
    mines: Any
    makers: Any
    knowledge: Any
    payoffs: Any
    limit_pricing: Any
    coercion: Any
    restraint: Any
    industry: Any
    price_floor: Any
    learning: Any
    plan: Any


class Params(NamedTuple):
    """A scenario, ready to run."""

    elements: ElementParams
    mines: MineParams
    makers: MakerParams
    users: UserParams
    importers: ImporterParams
    governments: GovernmentParams
    script: Script
    knobs: Knobs
    on: Any  # Switches: 1.0 where a mechanism acts
