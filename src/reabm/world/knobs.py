"""The scalars of the rules: path, unit, allowed range, one sentence.

`world/params.py` makes the arrays' companions (`Knobs`) from this table and `scenario/levers.py` shows it to people, so
that a scalar is named once.
"""

from __future__ import annotations

from typing import NamedTuple


class Lever(NamedTuple):
    """One thing that can be changed."""

    path: str  # dotted path, as used in files and on the command line
    unit: str
    low: float
    high: float
    sentence: str
    mid_run: bool = True  # may it change while a run goes on?


SCALARS: tuple[Lever, ...] = (
    # --- market -----------------------------------------------------------------------------------------------
    Lever("market.freight_usd_kg", "USD/kg", 0, 20, "Freight and insurance from a Chinese port to a buyer outside."),
    Lever("market.reverse_freight_usd_kg", "USD/kg", 0, 20, "Cost of bringing oxide from outside into China."),
    Lever(
        "market.transshipment_base_usd_kg",
        "USD/kg",
        0,
        100,
        "Margin at which the first kilogram is re-exported to an embargoed country (no source: always varied).",
    ),
    Lever(
        "market.transshipment_slope_usd_kg",
        "USD/kg",
        0.1,
        500,
        "Rise of that margin when the target's whole need is re-exported.",
    ),
    Lever(
        "market.transshipment_ceiling",
        "share",
        0,
        1,
        "Largest share of the free countries' legal imports that can be re-exported.",
    ),
    Lever("market.demand_noise_sd", "share", 0, 0.3, "Standard deviation of the monthly shock to demand."),
    Lever("market.demand_noise_persistence", "share", 0, 0.99, "Share of last month's demand shock that remains."),
    Lever(
        "market.gross_weight_ratio",
        "ratio",
        1,
        2,
        "Tonnes of product weight in quota and customs figures per tonne of oxide.",
        False,
    ),
    Lever(
        "market.demand_growth_after_script",
        "1/yr",
        -0.2,
        0.3,
        "Growth of use and magnet demand after the last date of their scripts (2025): three paths are low, none, high.",
        False,
    ),
    Lever(
        "market.exporters_n",
        "ratio",
        1,
        1e6,
        "Number of licence holders that sell as Cournot rivals; a large number means competition.",
    ),
    # --- smuggling and the alloy loophole ----------------------------------------------------------------------
    Lever("smuggling.cost_usd_kg", "USD/kg", 0, 100, "Fixed cost of smuggling a kilogram."),
    Lever("smuggling.cost_share", "share", 0, 1, "Cost of smuggling as a share of the inside price (risk premium)."),
    Lever(
        "smuggling.origin_discount",
        "share",
        0,
        1,
        "Share of the inside price that goods of illegal origin lose there: a motive to smuggle them without any gap.",
    ),
    Lever("smuggling.ceiling_share", "share", 0, 2, "Ceiling of smuggling as a share of use outside China at reference prices."),
    Lever("smuggling.enforcement_effect", "ratio", 0, 20, "How much a full crackdown multiplies the smugglers' cost, less one."),
    Lever(
        "alloy.conversion_usd_kg",
        "USD/kg",
        0,
        100,
        "Cost of turning a kilogram of oxide into alloy for export outside the quota.",
    ),
    Lever("alloy.spread_usd_kg", "USD/kg", 0.1, 100, "Spread of that cost between the cheapest and the dearest alloy maker."),
    Lever("alloy.low_grade_share", "share", 0, 1, "Capacity of low-grade alloy export (La, Ce, NdPr) as a share of outside use."),
    Lever(
        "alloy.high_grade_share", "share", 0, 1, "Capacity of high-grade alloy export (NdPr, Dy, Tb) as a share of outside use."
    ),
    # --- the quota ---------------------------------------------------------------------------------------------
    Lever("quota.hoarding", "ratio", 0, 50, "How strongly licence holders withhold licences when prices rise."),
    Lever("quota.hoarding_floor", "share", 0.05, 1, "Least share of the even release that is always sold."),
    Lever("quota.carry_over", "share", 0, 1, "Share of a year's unused licences that is still good in the next year."),
    Lever("quota.price_list_decay", "share", 0, 1, "Largest monthly fall of the export price list while quotas last."),
    Lever("quota.state_rent_share", "share", 0, 1, "Share of the licence rent that the state takes."),
    Lever("quota.wto_success", "share", 0, 1, "Probability that a complaint before the WTO succeeds."),
    Lever("quota.wto_lag_months", "months", 6, 120, "Months from a complaint to the end of the instrument."),
    # --- expectations and stocks -------------------------------------------------------------------------------
    Lever("expectations.anchor_gain", "share", 0, 1, "Weight of last month's price in the anchor price."),
    Lever("expectations.longrun_weight", "share", 0, 0.5, "Weight of the long-run cost in the anchor price."),
    Lever("expectations.trend_memory", "share", 0, 0.99, "Share of the old trend that remains in the new one."),
    Lever("stocks.price_sensitivity", "ratio", 0, 5, "Elasticity of wanted stock with respect to price over anchor."),
    Lever("stocks.adjustment_months", "months", 1, 24, "Months in which a stock gap is closed."),
    Lever("stocks.risk_weight", "ratio", 0, 3, "Weight of the embargo stock (case N2) in the wanted cover."),
    Lever("stocks.risk_cap_months", "months", 0, 24, "Largest cover held against an interruption."),
    Lever("stocks.interruption_months", "months", 1, 36, "Believed mean length of an interruption."),
    Lever("stocks.shortage_multiple", "ratio", 1, 100, "Cost of a missing tonne as a multiple of its price."),
    Lever(
        "stocks.price_discipline",
        "share",
        0,
        1,
        "How far the cost of a missing tonne stays the same when its price rises (0: rises with it; 1: fixed, so that dear stock is held less).",
    ),
    Lever("stocks.carrying_share", "1/month", 0.001, 0.1, "Carrying cost of a stock per month as a share of its value."),
    Lever(
        "stocks.stockpile_months", "months", 0, 36, "Months of use beyond base cover under `stockpile`, one of a learner's rules."
    ),
    Lever("stocks.speculation", "months", 0, 50, "Months of cover that a unit of price trend adds."),
    Lever("stocks.speculation_burn", "share", 0, 1, "Share of speculation given up each month after a crash."),
    Lever("beliefs.memory", "share", 0.8, 1, "Monthly discount on past deliveries in the reliability belief."),
    Lever("beliefs.licence_read_as_ban", "share", 0, 1, "How far a month under licence counts as a month of disruption."),
    Lever("beliefs.quota_alarm", "share", 0, 1, "How far a rationed export quota counts as disruption."),
    Lever(
        "beliefs.crackdown_alarm",
        "share",
        0,
        1,
        "How far a campaign against illegal mining counts as disruption for buyers inside China.",
    ),
    # --- use -----------------------------------------------------------------------------------------------------
    Lever("use.elasticity_scale", "ratio", 0.2, 4, "Factor on every element's short-run elasticity of use.", False),
    Lever(
        "use.lagged_elasticity",
        "ratio",
        0,
        5,
        "Response of use to a lasting change of price that comes with a delay, as a multiple of the response within the month.",
    ),
    Lever(
        "use.adjustment_months",
        "months",
        1,
        60,
        "Mean delay of that response: recipes, contracts and budgets follow prices slowly.",
    ),
    Lever("use.thrift_scale", "ratio", 0, 5, "Factor on the speed of substitution and thrifting."),
    Lever(
        "use.thrift_depth",
        "ratio",
        0,
        1.5,
        "Factor on the ceilings of what use sectors (not makers of magnets) can save for good.",
    ),
    Lever(
        "use.thrift_spread", "share", 0, 1, "How far makers go on towards the thrift that they once aimed at after prices fell."
    ),
    Lever("use.thrift_power", "ratio", 0.1, 5, "How fast the wanted thrift approaches its ceiling as prices rise."),
    Lever("use.thrift_trigger", "ratio", 1, 5, "Price over reference at which thrifting starts."),
    Lever(
        "use.thrift_payback_months",
        "months",
        0,
        60,
        "Months in which a redesign pays back what it costs, at the prices that prompt it (accounts only).",
    ),
    Lever("use.price_memory_months", "months", 1, 36, "Months over which users average prices before they re-design."),
    Lever(
        "use.recycling_price_ratio", "ratio", 1, 20, "Price over reference at which half of the recoverable scrap is recovered."
    ),
    Lever("use.swarf_loss", "share", 0, 0.9, "Share of the oxide bought that leaves a magnet plant as cutting swarf."),
    Lever("use.swarf_recovery", "share", 0, 1, "Share of the oxide in swarf that is recovered."),
    Lever("use.swarf_delay_months", "months", 1, 24, "Mean delay until swarf returns as oxide."),
    # --- mines ---------------------------------------------------------------------------------------------------
    Lever("mines.discount_rate", "1/yr", 0.01, 0.3, "Real cost of capital of a mining project."),
    Lever("mines.payout_rate", "1/yr", 0.005, 0.3, "Convenience yield in the real-option hurdle."),
    Lever("mines.volatility_low", "1/yr", 0.01, 1, "Lowest volatility a developer reckons with."),
    Lever("mines.volatility_high", "1/yr", 0.05, 2, "Highest volatility a developer reckons with."),
    Lever("mines.crash_probability", "share", 0, 1, "Probability that China floods the market once the mine is built."),
    Lever("mines.crash_depth", "share", 0, 1, "Fall of the expected price in that case."),
    Lever("mines.drain_weight", "ratio", 0, 2, "How far customers moving to China lower the price a developer expects."),
    Lever("mines.life_years", "years", 5, 60, "Years over which the investment is paid back.", False),
    Lever("mines.mothball_months", "months", 1, 60, "Consecutive months of loss after which a mine is mothballed."),
    Lever("mines.restart_margin", "ratio", 1, 4, "Basket value over cost at which a mothballed mine restarts."),
    Lever("mines.restart_months", "months", 1, 60, "Months from the decision to restart to the first ore."),
    Lever("mines.payability", "share", 0.1, 1, "Share of the inside oxide value paid for concentrate shipped to China."),
    Lever("mines.lead_spread", "share", 0, 1, "Spread of construction time around the plan (delays weigh more)."),
    Lever("mines.open_window", "1/month", 0, 1, "Monthly chance that a developer whose hurdle is passed can close its finance."),
    Lever("mines.illegal_elasticity", "ratio", 0, 3, "Elasticity of illegal output in the inside value of its basket."),
    Lever("mines.overquota_elasticity", "ratio", 0, 2, "Elasticity of legal over-quota output in the inside basket value."),
    Lever(
        "mines.floor_support",
        "share",
        0,
        1,
        "How much longer than others a mine with an offtake partner is kept open at a loss (1: three times as long).",
    ),
    Lever(
        "mines.fringe_response",
        "1/yr per USD/kg",
        0,
        1,
        "Share of its capacity that a mine on `price_fringe` adds in a year for a dollar a kilogram above its full cost.",
    ),
    Lever(
        "mines.herd_share",
        "share",
        0,
        1,
        "Share of the other open projects under construction from which a developer on `herd` follows.",
    ),
    # --- magnet makers ---------------------------------------------------------------------------------------------
    Lever("makers.logit_precision", "ratio", 0, 100, "Precision of the makers' choice of location."),
    Lever("makers.herding", "ratio", 0, 5, "Gain from others' presence in China (complementarity J)."),
    Lever("makers.gap_weight", "ratio", 0, 5, "Weight of the expected saving on oxide in the location choice."),
    Lever("makers.gap_memory_months", "months", 1, 60, "Months over which makers average the price gap."),
    Lever("makers.leak_weight", "ratio", 0, 5, "Weight of technology leakage in the location choice."),
    Lever("makers.risk_weight", "ratio", 0, 10, "Weight of the state's unreliability in the location choice."),
    Lever("makers.move_rate", "1/month", 0, 1, "Monthly speed at which the plan moves towards China."),
    Lever("makers.return_rate", "1/month", 0, 1, "Monthly speed at which the plan moves back."),
    Lever("makers.lump_share", "share", 0, 1, "Smallest step of capacity that a maker builds or closes."),
    Lever("makers.expansion_months", "months", 0, 120, "Months to extend a plant that already stands in China."),
    Lever("makers.plant_months", "months", 0, 120, "Months to build a first plant in China."),
    Lever("makers.closing_months", "months", 0, 120, "Months to close a line."),
    Lever(
        "makers.idle_share",
        "share",
        0,
        1,
        "Share of usual work in magnets below which a country's alloy makers draw plants together.",
    ),
    Lever(
        "makers.idle_closing_hazard", "1/month", 0, 1, "Chance that one then gives a line in China up, were there no gain in it."
    ),
    Lever("makers.oxide_cover_months", "months", 0, 12, "Oxide that makers keep beyond the month's need."),
    Lever(
        "makers.content_floor", "share", 0.1, 1, "Least share of the usual content of an element with which a magnet can be made."
    ),
    Lever("makers.demand_gain", "share", 0, 1, "Share of makers' contracts and booked oxide that is renewed in a month."),
    Lever(
        "makers.signal_noise", "ratio", 0, 2, "Largest error of the private signal under `global_game`, in shares of unit cost."
    ),
    Lever(
        "makers.partner_share",
        "share",
        0,
        0.9,
        "Local partner's share in a plant under `joint_venture`, where the firm's own record has none.",
    ),
    Lever("knowledge.opening", "share", 0, 1, "Know-how of Chinese makers relative to the frontier in the first month.", False),
    Lever("knowledge.premium_leak", "1/month", 0, 0.2, "Know-how gained per month from premium lines in joint ventures."),
    Lever("knowledge.commodity_leak", "1/month", 0, 0.2, "Know-how gained per month from commodity lines of foreign firms."),
    Lever("knowledge.own_research", "1/month", 0, 0.2, "Know-how gained per month from own research."),
    # --- pay-offs ----------------------------------------------------------------------------------------------------
    Lever("payoffs.discount_rate", "1/yr", 0, 0.5, "Rate at which every side discounts."),
    Lever(
        "payoffs.value_added_usd_kg",
        "USD/kg",
        0,
        500,
        "Value added in China per kilogram of magnet made there by a foreign maker.",
    ),
    Lever("payoffs.downstream_weight", "ratio", 0, 5, "Weight of that value added in the Chinese state's pay-off."),
    Lever("payoffs.technology_value_musd", "M USD", 0, 1e5, "Value to the state of closing the whole technology gap."),
    Lever("payoffs.domestic_users_weight", "ratio", 0, 3, "Weight of Chinese users' loss in the state's pay-off."),
    Lever("payoffs.environment_usd_kg", "USD/kg", 0, 50, "Environmental cost of a kilogram mined in China."),
    Lever("payoffs.retaliation_musd_month", "M USD", 0, 1e4, "Cost to the state of a month in which shipments are stopped."),
    Lever("payoffs.reputation_musd", "M USD", 0, 1e5, "Cost to the state of one point of lost reliability."),
    Lever("payoffs.coercer_weight", "share", 0, 1, "Bargaining weight of the Chinese state (beta) in the transferable leverage."),
    Lever("payoffs.issue_value_musd", "M USD", 0, 1e5, "Value of the concession that the state asks for."),
    Lever("payoffs.horizon_months", "months", 12, 240, "Months over which losses after a restriction are counted.", False),
    # --- synthetic population (scenario/population.py) -----------------------------------------------------------------
    Lever(
        "population.copies",
        "firms",
        1,
        10_000,
        "Firms in place of each named maker and importer, together as large as it (1: the world as it is).",
        False,
    ),
    Lever("population.size_spread", "ratio", 0, 3, "Standard deviation of the log of their sizes.", False),
    Lever("population.reluctance_spread", "share", 0, 1, "Standard deviation of makers' own reluctance to move.", False),
    Lever("population.venture_spread", "ratio", 0, 2, "Standard deviation of the log of the local partner's share.", False),
    Lever("population.cover_spread", "ratio", 0, 1.5, "Standard deviation of the log of importers' cover in calm times.", False),
    Lever("population.doubt_spread", "ratio", 0, 2, "Standard deviation of the log of importers' opening doubt.", False),
    # --- the state's plan under `limit_pricing` ------------------------------------------------------------------------
    Lever("limit_pricing.horizon_months", "months", 1, 600, "Months that a state on `limit_pricing` looks ahead (1: myopic)."),
    Lever("limit_pricing.unit_cost_usd_kg", "USD/kg", 0, 500, "What the state reckons an exported kilogram costs it."),
    Lever(
        "limit_pricing.entry_price_usd_kg",
        "USD/kg",
        0,
        500,
        "Mean price outside at which the state believes that mines outside neither grow nor shrink.",
    ),
    Lever(
        "limit_pricing.fringe_response",
        "t/yr per yr per USD/kg",
        0,
        1e4,
        "Capacity that the state believes a dollar a kilogram above that price adds outside in a year.",
    ),
    # --- the state's other plans ---------------------------------------------------------------------------------------
    Lever("coercion.ban_share", "share", 0, 1, "Share of legal shipments to its target that a state on `coercive_ban` stops."),
    Lever("coercion.ban_months", "months", 1, 120, "Months that such a ban lasts."),
    Lever("coercion.interval_months", "months", 1, 600, "Months from the start of a ban to the start of the next."),
    Lever(
        "restraint.approval", "share", 0, 1, "Share of applications that a state on `licence_with_restraint` approves at once."
    ),
    Lever("restraint.delay_months", "months", 0, 11, "Months that its licences take."),
    Lever("industry.oxide_tax", "share", 0, 3, "Export tax on oxide and alloys of a state on `industrial_policy`."),
    # --- other plans ---------------------------------------------------------------------------------------------------
    Lever(
        "price_floor.over_longrun",
        "ratio",
        0,
        5,
        "Price that a government on `price_floor` guarantees mines, over the long-run price of what earns them most.",
    ),
    Lever("learning.memory", "share", 0, 1, "Part of an attraction that remains after a month (phi), under `learning`."),
    Lever("learning.foregone", "share", 0, 1, "Weight of what a rule would have brought, against what it brought (delta)."),
    Lever("learning.experience_memory", "share", 0, 1, "Part of experience that remains after a month (rho)."),
    Lever("learning.precision", "ratio", 0, 100, "Precision of the choice among rules, per month of use gained (lambda)."),
    # --- plans of those who play `receding_horizon` -----------------------------------------------------------------------
    Lever("plan.horizon_months", "months", 1, 600, "Months over which a planner on `receding_horizon` tries each candidate."),
    Lever("plan.every_months", "months", 1, 120, "Months from one plan to the next; the choice is played until then."),
    Lever("plan.draws", "ratio", 1, 64, "Courses of luck on which every candidate is tried; they are none of the run's."),
    Lever("plan.stock_error", "ratio", 0, 2, "Standard deviation of the log error in the stocks that a planner reckons with."),
    Lever("plan.illegal_error", "ratio", 0, 2, "The same, of the illegal capacity that it reckons with."),
    Lever("plan.quotas", "ratio", 0, 8, "Quotas among a planning state's candidates, evenly spaced between the next two shares."),
    Lever("plan.least_quota_share", "share", 0, 5, "Tightest of them, as a share of what is used outside China."),
    Lever("plan.most_quota_share", "share", 0, 5, "Loosest of them."),
    Lever("plan.knots", "ratio", 1, 8, "Points of a path of exports (1: the same tonnes in every month of the plan)."),
    Lever("plan.refinements", "ratio", 0, 20, "Steps by which the best quota is bettered, off the grid (0: none)."),
)
