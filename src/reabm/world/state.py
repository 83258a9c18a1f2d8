"""The state of the world at the end of a month: everything that the next month depends on.

Row i of every array is agent i (sorted by id). Money is in thousand US dollars of 2010 (`_kusd`: 1 t x 1 USD/kg), mass in
tonnes of oxide. The first axis `zones` is 0 China, 1 outside; `destinations` is china, japan, usa, eu, other_countries.
"""

from __future__ import annotations

from typing import Annotated as An
from typing import NamedTuple

import numpy as np

from reabm.world.layout import Array, At, block_size, views

CHINA, OUTSIDE = 0, 1
DESTINATIONS = ("china", "japan", "usa", "eu", "other_countries")
ZONES = ("china", "outside")
GROUPS = ("light", "heavy")
LINES = ("premium", "commodity")
PLACES = ("home", "china", "elsewhere")
MINE_STATUS = ("idea", "building", "producing", "mothballed", "closed")
IDEA, BUILDING, PRODUCING, MOTHBALLED, CLOSED = range(5)
MOVE_TERMS = ("price_gap", "herding", "rebate", "fixed_cost", "leak", "risk", "home_subsidy", "reluctance")
QUEUE_MONTHS = 12
PARTIES = ("sectors", "magnet_users", "makers", "importers", "government")
GAINS = (
    "producer_surplus", "treasury", "downstream", "technology", "domestic_users", "environment", "retaliation", "reputation",
)  # fmt: skip
ACCOUNTS = (
    "users", "makers", "governments", "chinese_miners", "illegal_miners", "outside_miners", "chinese_state",
    "licence_holders", "exporters", "smugglers", "alloy_exporters", "re_exporters", "freight", "recyclers", "traders",
)  # fmt: skip


class Market(NamedTuple):
    """Prices, expectations and the quota's books."""

    china_usd_kg: An[Array, At("elements", "USD/kg", "price inside China without VAT")]
    outside_usd_kg: An[Array, At("elements", "USD/kg", "price in free destinations outside China, FOB")]
    premium_usd_kg: An[Array, At("elements", "USD/kg", "what restricted destinations pay above that")]
    log_usd_kg: An[Array, At("zones elements", "ln USD/kg", "log of the prices (outside: with premium)")]
    log_change: An[Array, At("zones elements", "1/month", "its change against the month before")]
    delivered_usd_kg: An[Array, At("elements destinations", "USD/kg", "price in each destination")]
    anchor_usd_kg: An[Array, At("zones elements", "USD/kg", "expected price to which stocks look")]
    log_anchor: An[Array, At("zones elements", "ln USD/kg", "log of the anchor")]
    trend: An[Array, At("zones elements", "1/month", "expected monthly change of the log price")]
    slow_usd_kg: An[Array, At("zones elements", "USD/kg", "mean price over the users' memory")]
    known_pull: An[Array, At("zones elements", "share", "largest share of its ceiling at which thrift ever aimed")]
    log_habit: An[Array, At("zones elements", "ln USD/kg", "log of the price to which users have adjusted")]
    gap_usd_kg: An[Array, At("elements", "USD/kg", "mean of outside less inside price over the makers' memory")]
    variance: An[Array, At("elements", "1/month", "running variance of the monthly log change outside")]
    peak_usd_kg: An[Array, At("zones elements", "USD/kg", "recent peak, from which a crash is measured")]
    nerve: An[Array, At("zones", "share", "how far traders still follow trends (falls after a crash)")]
    shock: An[Array, At("zones", "1", "log deviation of demand from its scripted path")]
    at_work: An[Array, At("destinations", "share", "magnet capacity of its makers at work, over a year (0: not seen yet)")]
    usual_work: An[Array, At("destinations", "share", "the same over five years")]
    licence_usd_kg: An[Array, At("groups", "USD/kg", "price of an export licence")]
    bank_t: An[Array, At("groups", "t", "licences of the half-year not yet used, as oxide")]
    issued_t: An[Array, At("groups", "t", "quota of the half-year in force last month (inf: none)")]
    was_pooled: An[Array, At("1", "flag", "1 where one bank of licences served both groups last month")]
    pinch: An[Array, At("elements", "share", "part of the price outside that licences took, as buyers remember it")]
    licensed: An[Array, At("elements", "share", "1 for an element under licence, less as time goes after it was")]
    rationed_share: An[Array, At("groups", "share", "share of wanted legal exports that the quota turned away")]
    release_t: An[Array, At("groups", "t", "licences released this month, as oxide (inf: no quota)")]
    applied_t: An[Array, At("12 elements destinations", "t", "licence applications of the last twelve months (0: the latest)")]
    queue_t: An[Array, At("elements destinations", "t", "applications not yet decided")]
    list_usd_kg: An[Array, At("elements", "USD/kg", "export price list in force (0: none)")]
    scope_months: An[Array, At("1", "months", "months since exports need a licence for each shipment")]
    wto_month: An[Array, At("1", "month", "month in which the quota falls by a ruling (-1: no case)")]
    quota_banned: An[Array, At("1", "flag", "1 once a ruling took the quota away")]
    status: An[Array, At("1", "code", "worst status of this month's clearing (0: solved)")]


class Flows(NamedTuple):
    """What moved this month."""

    supply_t: An[Array, At("zones elements", "t/month", "oxide that came to market in a zone")]
    mined_t: An[Array, At("zones elements", "t/month", "oxide contained in ore mined")]
    tailings_t: An[Array, At("zones elements", "t/month", "oxide lost in separation")]
    swarf_returned_t: An[Array, At("zones elements", "t/month", "oxide recovered from swarf")]
    scrap_returned_t: An[Array, At("zones elements", "t/month", "oxide recovered from products at the end of life")]
    legal_t: An[Array, At("elements destinations", "t/month", "legal exports")]
    alloy_t: An[Array, At("elements destinations", "t/month", "exports as alloy outside the quota")]
    smuggled_t: An[Array, At("elements destinations", "t/month", "smuggled exports")]
    reexported_t: An[Array, At("elements destinations", "t/month", "re-exports from free to restricted destinations")]
    reverse_t: An[Array, At("elements", "t/month", "oxide brought from outside into China")]
    concentrate_t: An[Array, At("origins elements", "t/month", "oxide separated in China from foreign concentrate")]
    outside_t: An[Array, At("origins elements destinations", "t/month", "oxide of outside origin delivered")]
    taken_t: An[Array, At("elements destinations", "t/month", "oxide bought for use, stock and reserves")]
    used_t: An[Array, At("elements destinations", "t/month", "oxide used by sectors and bought by makers")]
    magnets_t: An[Array, At("zones lines destinations", "t/month", "finished magnets delivered from plants in a zone")]
    unserved_t: An[Array, At("lines destinations", "t/month", "magnets wanted and not delivered, beyond stock")]
    shortage_t: An[
        Array,
        At(
            "elements destinations",
            "t/month",
            "use forgone in the month against use at the reference price, as users have adjusted",
        ),
    ]
    wanted_legal_t: An[Array, At("elements destinations", "t/month", "running mean of legal exports while they were free")]
    ordered_t: An[Array, At("zones lines destinations", "t/month", "magnets ordered from plants in a zone")]
    magnet_usd_kg: An[Array, At("lines destinations", "USD/kg", "mean price of magnets delivered")]
    magnet_use_t: An[Array, At("lines destinations", "t/month", "magnets built into products")]


class Goods(NamedTuple):
    """Stocks that belong to no single agent."""

    swarf_t: An[Array, At("zones elements", "t", "oxide in swarf on its way back")]
    in_use_t: An[Array, At("destinations elements", "t", "oxide in products in use")]
    magnets_t: An[Array, At("lines destinations", "t", "finished magnets held by end users")]
    magnet_oxide_t: An[Array, At("lines destinations elements", "t", "oxide contained in them")]
    state_stock_t: An[Array, At("elements", "t", "reserve of the Chinese state")]
    knowledge: An[Array, At("1", "share", "know-how of Chinese makers relative to the frontier")]
    leaked: An[Array, At("1", "1/month", "rise of know-how this month through foreign plants")]
    own_knowledge: An[Array, At("1", "share", "what that know-how would be without foreign makers in China")]


class Mines(NamedTuple):
    """Mines with their separation, one row each."""

    status: An[Array, At("mines", "code", "0 idea, 1 building, 2 producing, 3 mothballed, 4 closed")]
    months_left: An[Array, At("mines", "months", "until construction or restart is done")]
    utilisation: An[Array, At("mines", "share", "ore over capacity")]
    loss_months: An[Array, At("mines", "months", "running count of months at a loss")]
    ore_t: An[Array, At("mines", "t/month", "oxide contained in this month's ore")]
    basket_usd_kg: An[Array, At("mines", "USD/kg", "value of the oxide from a kilogram in ore, at current prices")]
    expected_usd_kg: An[Array, At("mines", "USD/kg", "the same at expected prices")]
    hurdle_usd_kg: An[Array, At("mines", "USD/kg", "expected basket value at which the owner would build")]
    volatility: An[Array, At("mines", "1/yr", "volatility the owner reckons with")]
    contract_share: An[Array, At("mines", "share", "share of output sold ahead")]
    prepaid_share: An[Array, At("mines", "share", "share of capital cost advanced by partners")]
    partner: An[Array, At("mines", "row", "importer with the offtake contract (-1: none)")]
    route: An[Array, At("mines", "code", "0 separates itself, 1 ships concentrate to China")]
    cash_kusd: An[Array, At("mines", "kUSD", "cash since the first month")]
    debt_kusd: An[Array, At("mines", "kUSD", "debt")]
    bankrupt: An[Array, At("mines", "count", "bankruptcies")]


class Makers(NamedTuple):
    """Makers of magnets or alloys, one row each."""

    capacity_t: An[Array, At("makers lines places", "t/month", "capacity standing at home, in China, elsewhere")]
    plan_share: An[Array, At("makers lines", "share", "share of the line the firm wants in China")]
    build_t: An[Array, At("makers lines", "t/month", "capacity under construction (negative: being closed in China)")]
    build_months: An[Array, At("makers lines", "months", "until that is done")]
    build_elsewhere: An[Array, At("makers lines", "flag", "1 where that capacity is for a third country, not for China")]
    has_plant: An[Array, At("makers", "flag", "1 once the firm has run a plant in China")]
    oxide_t: An[Array, At("makers places elements", "t", "oxide in the firm's stores")]
    bought_t: An[Array, At("makers places elements", "t/month", "oxide bought this month")]
    planned_t: An[Array, At("makers lines places", "t/month", "output planned for the next month")]
    output_t: An[Array, At("makers lines places", "t/month", "output this month")]
    unit_cost_usd_kg: An[Array, At("makers lines places", "USD/kg", "cost of a kilogram of magnet")]
    price_usd_kg: An[Array, At("makers lines places", "USD/kg", "price asked")]
    line_share: An[Array, At("makers lines", "share", "share of the firm in the line's planned output")]
    saved: An[Array, At("makers elements", "share", "part of the usual content designed out for good")]
    thrift: An[
        Array,
        At(
            "makers elements",
            "share",
            "part of the usual content left out: designed out, or until prices fall (below 0: more than usual)",
        ),
    ]
    move_terms: An[Array, At("makers lines 8", "share", "terms of the last location decision, as shares of unit cost")]
    move_benefit: An[Array, At("makers lines", "share", "their sum")]
    cash_kusd: An[Array, At("makers", "kUSD", "price less unit cost on what was made, since the first month")]


class Users(NamedTuple):
    """Use sectors by destination, one row for each pair (sector-major)."""

    thrift: An[Array, At("users elements", "share", "share of the element substituted or saved for good")]
    used_t: An[Array, At("users elements", "t/month", "oxide used")]


class Importers(NamedTuple):
    """Trading houses and large buyers, one row each."""

    stock_t: An[Array, At("importers elements", "t", "oxide in store")]
    delivered: An[Array, At("importers", "months", "discounted months of good delivery (alpha of the belief)")]
    disrupted: An[Array, At("importers", "months", "discounted months of disruption (beta of the belief)")]
    reliability: An[Array, At("importers", "share", "believed reliability of China")]
    cover_months: An[
        Array,
        At(
            "importers",
            "months",
            "stock wanted, in months of the destination's use, at reference prices and where all fear applies",
        ),
    ]
    risk_cover_months: An[Array, At("importers", "months", "part of it held against an interruption, at reference prices")]
    risk_wanted_months: An[
        Array,
        At("importers", "months", "what is wanted of it at present prices and for what the fear concerns, over elements by use"),
    ]
    risk_log: An[
        Array, At("importers", "1", "ln of what doing without is expected to cost over what holding costs, at reference prices")
    ]
    disrupted_by_licence: An[Array, At("importers", "months", "part of the disruption remembered that was a licence regime")]
    disrupted_by_quota: An[Array, At("importers", "months", "part of the disruption remembered that was a rationed quota")]
    bought_t: An[Array, At("importers elements", "t/month", "change of stock this month")]
    lent_kusd: An[Array, At("importers", "kUSD", "advanced to mines")]
    cash_kusd: An[Array, At("importers", "kUSD", "trading cash since the first month")]
    attraction: An[
        Array,
        At("importers 3", "months", "what a learner holds of no stock, stock by belief, fixed stock: in months of use gained"),
    ]
    experience: An[Array, At("importers", "months", "weight of what it learned from so far")]


class Governments(NamedTuple):
    """Governments, the Chinese state included, one row each."""

    reserve_t: An[Array, At("governments elements", "t", "state reserve of oxide")]
    subsidy_share: An[Array, At("governments", "share", "subsidy to stay, as a share of a line's unit cost")]
    thrift_programme: An[Array, At("governments", "ratio", "factor on the speed of thrifting at home")]
    reserve_months: An[Array, At("governments", "months", "reserve wanted, in months of use")]
    venture_block: An[Array, At("governments", "share", "probability that a move to China is blocked")]
    exposure: An[Array, At("governments", "share", "exposure the government perceives")]
    complained: An[Array, At("governments", "flag", "1 once it went to the WTO")]
    spent_kusd: An[Array, At("governments", "kUSD", "outlay since the first month")]
    choice: An[Array, At("governments", "code", "strategy that one which plans ahead chose last")]
    plan_month: An[Array, At("governments", "month", "month of that choice")]
    plan_due: An[Array, At("governments", "month", "first month in which it chooses anew")]
    path_t: An[Array, At("governments 8", "t/month", "points of the path of exports it chose")]
    promised_kusd: An[Array, At("governments 16", "kUSD", "what each candidate promised it then, discounted")]


class Policy(NamedTuple):
    """The Chinese state's measures in force this month."""

    quota_t: An[Array, At("groups", "t", "licences issued at the start of the half-year, as oxide (inf: no quota)")]
    pools_groups: An[Array, At("1", "flag", "1 where one quota covers both groups")]
    tax: An[Array, At("elements", "share", "export tax on the inside price")]
    vat: An[Array, At("1", "share", "value-added tax not refunded on export")]
    alloy_open: An[Array, At("2", "share", "low-grade and high-grade alloys: share that stands outside the quota")]
    embargo: An[Array, At("destinations", "share", "share of legal shipments stopped")]
    withhold_quota: An[Array, At("1", "share", "share of an embargo target's licences not given to others")]
    licence_scope: An[Array, At("elements", "flag", "1 where exports need a licence for each shipment")]
    approval: An[Array, At("destinations", "share", "share of applications approved")]
    delay_months: An[Array, At("1", "months", "time from application to licence")]
    general_licence: An[Array, At("1", "flag", "1 where licences cut no trade: what is refused or late is applied for anew")]
    magnets_in_scope: An[Array, At("1", "flag", "1 where magnets need a licence too")]
    production_quota_t: An[Array, At("groups", "t/month", "production quota of legal mines (inf: none)")]
    over_quota: An[Array, At("1", "ratio", "actual legal output over quota")]
    crackdown: An[Array, At("1", "share", "share of the illegal sector suppressed")]
    halt: An[Array, At("mines", "share", "share of output halted")]
    purchase_t: An[Array, At("1", "t/month", "state purchases, all elements together")]


class Accounts(NamedTuple):
    """This month's money and losses."""

    ledger_kusd: An[Array, At("15", "kUSD/month", "receipts less payments by account, oxide and magnets")]
    turnover_kusd: An[Array, At("1", "kUSD/month", "sum of all payments")]
    surplus_kusd: An[Array, At("destinations 5", "kUSD/month", "surplus of each party, change of holdings included")]
    holdings_kusd: An[Array, At("destinations 5", "kUSD", "what each party holds, at reference prices")]
    new_holdings_kusd: An[Array, At("destinations 5", "kUSD", "the same as this month leaves it, until it is booked")]
    miners_kusd: An[Array, At("1", "kUSD/month", "receipts of miners outside China less their cash cost")]
    china_gain_kusd: An[Array, At("8", "kUSD/month", "terms of the Chinese state's pay-off")]
    mass_t: An[Array, At("zones elements", "t", "oxide in all stocks at the end of the month")]
    mass_error_t: An[Array, At("zones elements", "t", "residual of the month's mass balance")]


class Orders(NamedTuple):
    """The month's market as the solver sees it: summed curves of three blocks of buyers (China, free, restricted)."""

    use_t: An[Array, At("elements 3", "t/month", "use at the reference price")]
    want_t: An[Array, At("elements 3", "t", "stock wanted at the anchor price")]
    held_t: An[Array, At("elements 3", "t", "stock held")]
    fixed_t: An[Array, At("elements 3", "t/month", "purchases whatever the price")]
    supply_t: An[Array, At("elements 2", "t/month", "supply inside China and outside")]
    log_reference: An[Array, At("elements", "ln USD/kg", "reference price")]
    elasticity: An[Array, At("elements", "ratio", "elasticity of use")]
    choke_log: An[Array, At("elements", "ln ratio", "choke price over reference")]
    curve: An[Array, At("elements", "code", "0 isoelastic, 1 linear")]
    log_anchor: An[Array, At("elements 2", "ln USD/kg", "anchor price inside and outside")]
    sensitivity: An[Array, At("elements", "ratio", "elasticity of wanted stock")]
    group: An[Array, At("elements", "code", "quota group")]
    tax_factor: An[Array, At("elements", "ratio", "1 + export tax + unrefunded VAT + cost of delay")]
    markup_usd_kg: An[Array, At("elements", "USD/kg", "margin of licence holders with market power")]
    smuggling_ceiling_t: An[Array, At("elements", "t/month", "ceiling of smuggling")]
    smuggling_cost_usd_kg: An[Array, At("elements", "USD/kg", "cost of smuggling")]
    unlawful_usd_kg: An[Array, At("elements", "USD/kg", "what goods of illegal origin lose inside China, a gain of smuggling")]
    alloy_capacity_t: An[Array, At("elements", "t/month", "alloy capacity outside the quota's scope")]
    allowed_t: An[Array, At("elements", "t/month", "legal tonnes allowed to restricted destinations")]
    list_usd_kg: An[Array, At("elements", "USD/kg", "lowest price on the export list (0: none)")]
    reexport_need_t: An[Array, At("elements", "t/month", "need of the restricted block at reference prices")]
    reexport_ceiling_t: An[Array, At("elements", "t/month", "most that can be re-exported")]
    freight_usd_kg: float
    reverse_freight_usd_kg: float
    alloy_conversion_usd_kg: float
    alloy_spread_usd_kg: float
    reexport_base_usd_kg: float
    reexport_slope_usd_kg: float
    adjustment_months: float


class Cleared(NamedTuple):
    """What the solver found."""

    log_china: An[Array, At("elements", "ln USD/kg", "inside price (also the first guess of the next month)")]
    china_usd_kg: An[Array, At("elements", "USD/kg", "the same, not as a log")]
    outside_usd_kg: An[Array, At("elements", "USD/kg", "price in free destinations")]
    premium_usd_kg: An[Array, At("elements", "USD/kg", "premium of restricted destinations")]
    licence_usd_kg: An[Array, At("elements", "USD/kg", "licence price paid on the element")]
    legal_t: An[Array, At("elements", "t/month", "legal exports")]
    smuggled_t: An[Array, At("elements", "t/month", "smuggled exports")]
    alloy_t: An[Array, At("elements", "t/month", "exports as alloy")]
    reverse_t: An[Array, At("elements", "t/month", "flow into China")]
    reexported_t: An[Array, At("elements", "t/month", "re-exports to restricted destinations")]
    response: An[Array, At("elements", "kg/USD", "derivative of ln inside price in the licence price")]
    status: An[Array, At("1", "code", "0 solved, 1 a price did not settle, 2 quota not met, 3 no price exists")]


class State(NamedTuple):
    """Everything that the next month depends on."""

    market: Market
    flows: Flows
    goods: Goods
    mines: Mines
    makers: Makers
    users: Users
    importers: Importers
    governments: Governments
    policy: Policy
    accounts: Accounts
    cleared: Cleared


class Scratch(NamedTuple):
    """Room for intermediate results of a month; nothing in it outlives the month."""

    magnets_made_t: An[Array, At("destinations", "t/month", "magnets made last month by the makers of a country")]
    magnet_capacity_t: An[Array, At("destinations", "t/month", "their capacity")]
    appeal: An[Array, At("makers places", "1", "appeal of plants")]
    made_t: An[Array, At("lines zones", "t", "magnets made")]
    made_oxide_t: An[Array, At("lines zones elements", "t", "oxide in them")]
    price_usd_kg: An[Array, At("zones elements", "USD/kg", "last month's prices (outside: with premium)")]
    expected_usd_kg: An[Array, At("zones elements", "USD/kg", "prices that developers of mines reckon with")]
    trust: An[Array, At("destinations", "share", "mean reliability of China as seen in a destination")]
    doubt_in_china: An[Array, At("destinations", "share", "doubt there of deliveries from China, less what its quota added")]
    annuity: An[Array, At("1", "1/yr", "yearly payment on a unit of mining capital")]
    volatility: An[Array, At("elements", "1/yr", "volatility of prices outside")]
    thrift_pull: An[Array, At("zones elements", "share", "share of its ceiling at which thrift aims at present prices")]
    redesign_usd_kg: An[Array, At("zones elements", "USD/kg", "cost of a redesign that saves a kilogram a month")]
    habit: An[Array, At("zones elements", "ratio", "use at reference prices after users have adjusted, over that before")]
    habit_worth_usd_kg: An[
        Array, At("zones elements", "USD/kg", "value in use that the adjustment gives up, per tonne used before")
    ]
    habit_loss_usd_kg: An[Array, At("zones elements", "USD/kg", "what that adjustment costs users, per tonne used before")]
    dearness: An[Array, At("zones elements", "1", "ln of price over reference, at least 0")]
    user_redesign_kusd: An[Array, At("users", "kUSD/month", "what sectors spent on redesign")]
    maker_redesign_kusd: An[Array, At("makers", "kUSD/month", "what makers spent on redesign")]
    programme: An[Array, At("destinations", "ratio", "factor of the home government on thrifting")]
    reserve_t: An[Array, At("governments elements", "t/month", "purchases for state reserves")]
    alloy_in_china_t: An[Array, At("elements", "t/month", "oxide that foreign alloy makers in China can ship home as alloy")]
    origin_t: An[Array, At("origins elements", "t/month", "oxide supplied outside China, by country (last row: recycled)")]
    contract_t: An[Array, At("origins elements destinations", "t/month", "part of it sold ahead to a destination")]
    origin_left_t: An[Array, At("origins", "t/month", "oxide of an origin not sold ahead")]
    spread_t: An[Array, At("destinations", "t/month", "outside supply taken that is not sold ahead")]
    kept_share: An[Array, At("destinations elements", "share", "use at this month's price over use at the reference price")]
    built_in_t: An[Array, At("destinations elements", "t/month", "oxide used by sectors")]
    left_t: An[Array, At("destinations", "t/month", "need not yet met")]
    separated_t: An[Array, At("zones elements", "t/month", "oxide separated from ore in a zone")]
    illegal_t: An[Array, At("elements", "t/month", "oxide from illegal mines")]
    lost_t: An[Array, At("zones elements", "t/month", "oxide used or lost, less scrap recovered")]
    magnet_trade_t: An[Array, At("elements", "t/month", "oxide in magnets that left China, net")]
    opening_trust: An[Array, At("1", "share", "buyers' mean belief at the start of the month")]
    legal_capacity_t: An[Array, At("groups", "t/month", "capacity of legal Chinese mines by production quota")]
    relocation_share: An[Array, At("1", "share", "share of outside-owned capacity in China")]
    others_in_china: An[Array, At("makers", "share", "share of the others' capacity in China")]
    diversifies: An[Array, At("destinations", "share", "share of trade by importers who bid for oxide of other origin")]
    floor_usd_kg: An[Array, At("mines elements", "USD/kg", "price that a government guarantees (0: none)")]
    guarantor: An[Array, At("mines", "row", "government on `price_floor` that pays the difference (-1: none)")]
    support_kusd: An[Array, At("mines", "kUSD/month", "what it pays")]
    projects: An[Array, At("2", "count", "mines outside China that could be under construction, and that are")]
    government_of: An[Array, At("destinations", "row", "government of a destination (-1: none)")]
    restricted: An[Array, At("elements destinations", "flag", "1 where legal trade is restricted")]
    wanted_use_t: An[Array, At("destinations elements", "t/month", "use at the reference price")]
    sector_use_t: An[Array, At("destinations elements", "t/month", "part of it by sectors, not makers")]
    ordered_usd_kg: An[Array, At("lines destinations", "USD/kg", "price of magnets at which end users decided")]
    wanted_stock_t: An[Array, At("destinations elements", "t", "importers' wanted stock at the anchor price")]
    held_t: An[Array, At("destinations elements", "t", "importers' stock")]
    fixed_t: An[Array, At("destinations elements", "t/month", "government purchases")]
    allowed_t: An[Array, At("elements destinations", "t/month", "legal tonnes allowed where trade is restricted")]
    need_t: An[Array, At("elements destinations", "t/month", "what a destination takes this month")]
    user_want_t: An[Array, At("users elements", "t/month", "use of a sector at the reference price")]
    maker_want_t: An[Array, At("makers places elements", "t/month", "what a maker would buy for a plant at that price")]
    speculative_months: An[Array, At("zones elements", "months", "cover that trend followers add")]
    opening_mass_t: An[Array, At("zones elements", "t", "oxide in all stocks at the start of the month")]


def empty_state(sizes: dict[str, int]) -> tuple[State, Array]:
    """A state of zeros and the block of memory behind all its arrays."""
    block = np.zeros(block_size(State, sizes))
    return views(State, sizes, block), block


def copy_state(block: Array, sizes: dict[str, int]) -> tuple[State, Array]:
    """An independent copy of the state that lives in `block`."""
    fresh = block.copy()
    return views(State, sizes, fresh), fresh
