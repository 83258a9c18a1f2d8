"""Rows that a market answers: runs of the small worlds, and games of quantity played over such runs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import reabm
from reabm.games.exhaustible import monthly_prices_usd_kg
from reabm.scenario import find_configs, load_scenario
from tests.verification import markets
from tests.verification.worlds import cost, exports, kept, licence_price, played, price, prices, world, yearly

type Measure = Callable[[], float]

QUOTA = {"export_quota__t_per_year": 30_000}
LEAK = {**QUOTA, "mechanisms__alloy_channel": 1}
ALL_AT_ONCE = {**LEAK, "export_tax__share": 0.15, "market__freight_usd_kg": 1}  # case E1
FREE = {"export_quota__t_per_year": 1_000_000}  # a quota that does not bind
DEAR = ("NdPr", "Dy", "Tb")
FIVE = ("La", "Ce", "NdPr", "Dy", "Tb")


def rent_kusd() -> float:
    """Rent of a quota in a year: the gap between the two prices, on every tonne let out."""
    run = kept("two_zones", **QUOTA)
    return (price(run) - price(run, "china")) * yearly(run, "exports_legal_t")


def monopoly_profit_kusd() -> float:
    """What the state as a monopolist earns in a month, kUSD."""
    run = kept("monopoly_agent")
    return (price(run) - cost("monopoly_agent", "leader")) * yearly(run, "exports_legal_t") / 12.0


def lift(element: str) -> float:
    """Price outside over price inside, of an element under the quota of five."""
    run = kept("five_elements")
    return price(run, "outside", element) / price(run, "china", element)


def dear_share(run: reabm.Result) -> float:
    """Share of dear elements in legal exports."""
    return sum(exports(run, element) for element in DEAR) / sum(exports(run, element) for element in FIVE)


def settled_ore_t_yr(name: str) -> float:
    """What mines bring up once nobody gains by coming or going, t/yr."""
    return yearly(kept(name), "mine_output_row_t")


def unsold_t_yr() -> float:
    """What of a glut goes to stocks in a year."""
    return 12.0 * float(kept("joint_production_glut").months.stocks_outside_t.diff().iloc[-1])


def depletion() -> reabm.Result:
    """A run in which a mine sells a stock of 100000 t so that the price grows by 5 per cent a year."""
    planned = monthly_prices_usd_kg(100.0, 0.01, 100_000.0, 0.05)
    start, most_t = world("hotelling").start, 1_000.0
    told: list[dict[str, float | str]] = []
    for k in range(world("hotelling").n_months):
        month = f"{(start + k) // 12}-{(start + k) % 12 + 1:02d}"
        sells = (100.0 - planned[k]) / 0.01 / 12.0 if k < len(planned) else 0.0
        told.append({"from": month, "until": month, "value": sells / most_t})
    return kept_depletion(told)


def kept_depletion(told: list[dict[str, float | str]]) -> reabm.Result:
    """The run of a plan of sales."""
    return played("hotelling", mines__first__output=told)


def worst_mass_error() -> float:
    """Largest miss of the mass balance over shipped scenarios and small worlds, as a share of all stocks."""
    runs = [reabm.run(load_scenario(path)) for path in sorted((find_configs() / "scenarios").glob("*.yaml"))]
    runs += [kept("five_elements"), kept("two_zones", **LEAK), kept("joint_production_glut")]
    worst = 0.0
    for run in runs:
        stocks = run.months.stocks_china_t + run.months.stocks_outside_t
        worst = max(worst, float(np.max(np.abs(run.months.mass_error_t) / stocks)))
    return worst


def free_trade_gap() -> float:
    """Price outside less inside where only freight stands between, USD/kg, with exports flowing."""
    run = kept("two_zones", market__freight_usd_kg=1)
    return price(run) - price(run, "china") if yearly(run, "exports_legal_t") > 0.0 else float("nan")


MARKET: dict[str, Measure] = {
    # --- monopoly: the strategy of the model where use is linear; elsewhere the quota that pays best over runs
    "M1a": lambda: yearly(kept("monopoly_agent"), "exports_legal_t") / 12.0,
    "M1b": lambda: price(kept("monopoly_agent")),
    "M1c": monopoly_profit_kusd,
    "M2a": lambda: markets.monopoly("monopoly_isoelastic", 100.0, 60_000.0)[1],
    "M2b": lambda: markets.monopoly("monopoly_isoelastic", 100.0, 60_000.0)[0].choice,
    "M3": lambda: markets.monopoly("monopoly_backstop", 100.0, 60_000.0)[1],
    # --- Cournot
    "C1n2": lambda: markets.oligopoly("oligopoly", 2).tonnes[0],
    "C1n2P": lambda: markets.oligopoly("oligopoly", 2).usd_kg,
    "C1n5": lambda: markets.oligopoly("oligopoly", 5).tonnes[0],
    "C1n5P": lambda: markets.oligopoly("oligopoly", 5).usd_kg,
    "C2P": lambda: markets.oligopoly("oligopoly_unequal", 3).usd_kg,
    "C2q1": lambda: markets.oligopoly("oligopoly_unequal", 3).tonnes[0],
    "C2q2": lambda: markets.oligopoly("oligopoly_unequal", 3).tonnes[1],
    "C2q3": lambda: markets.oligopoly("oligopoly_unequal", 3).tonnes[2],
    "C3P": lambda: markets.oligopoly("oligopoly_isoelastic", 2).usd_kg,
    "C3s": lambda: markets.oligopoly("oligopoly_isoelastic", 2).first_share,
    # --- Stackelberg
    "S1L": lambda: markets.stackelberg("leader_followers", 1)[0].choice,
    "S1F": lambda: markets.stackelberg("leader_followers", 1)[1].tonnes[1],
    "S1P": lambda: markets.stackelberg("leader_followers", 1)[1].usd_kg,
    "S2P": lambda: markets.stackelberg("leader_followers", 4)[1].usd_kg,
    "S3L": lambda: markets.stackelberg("leader_low_cost", 1)[0].choice,
    "S3F": lambda: markets.stackelberg("leader_low_cost", 1)[1].tonnes[1],
    "S3P": lambda: markets.stackelberg("leader_low_cost", 1)[1].usd_kg,
    # --- dominant supplier and fringe
    "D1P": lambda: markets.dominant("dominant_firm", True).usd_kg,
    "D1q": lambda: markets.dominant("dominant_firm", True).tonnes[0],
    "D1s": lambda: markets.dominant("dominant_firm", True).first_share,
    "D2P": lambda: markets.dominant("dominant_firm_isoelastic", False).usd_kg,
    "D2s": lambda: markets.dominant("dominant_firm_isoelastic", False).first_share,
    # --- quota and tax
    "Q1f": lambda: price(kept("two_zones")),
    "Q1C": lambda: price(kept("two_zones", **QUOTA), "china"),
    "Q1W": lambda: price(kept("two_zones", **QUOTA)),
    "Q1r": rent_kusd,
    "Q2": lambda: yearly(kept("two_zones_toll"), "exports_legal_t"),
    "Q2v": lambda: yearly(kept("two_zones_taxed"), "exports_legal_t"),
    "Q3C": lambda: price(kept("two_zones_isoelastic", **QUOTA), "china"),
    "Q3W": lambda: price(kept("two_zones_isoelastic", **QUOTA)),
    "Q4m": lambda: yearly(kept("two_zones", **LEAK), "exports_alloy_t"),
    "Q4g": lambda: licence_price(kept("two_zones", **LEAK)),
    "Q5": lambda: licence_price(kept("two_zones", export_quota__t_per_year=60_000)),
    "Q5u": lambda: yearly(kept("two_zones", export_quota__t_per_year=60_000), "exports_legal_t") / 60_000.0,
    "Q6L": lambda: licence_price(kept("five_elements")),
    **{f"Q6C{element}": lambda element=element: price(kept("five_elements"), "china", element) for element in FIVE},
    **{f"Q6W{element}": lambda element=element: price(kept("five_elements"), "outside", element) for element in FIVE},
    **{f"Q6X{element}": lambda element=element: exports(kept("five_elements"), element) for element in FIVE},
    "Q6AA": lambda: lift("La") / lift("Dy"),
    "Q6mix": lambda: dear_share(kept("five_elements")) - dear_share(kept("five_elements", **FREE)),
    "Q7": markets.tax_less_quota_kusd,
    "E1m": lambda: yearly(kept("two_zones_isoelastic", **ALL_AT_ONCE), "exports_alloy_t"),
    "E1C": lambda: price(kept("two_zones_isoelastic", **ALL_AT_ONCE), "china"),
    "E1W": lambda: price(kept("two_zones_isoelastic", **ALL_AT_ONCE)),
    "E1L": lambda: licence_price(kept("two_zones_isoelastic", **ALL_AT_ONCE)),
    "Z1": worst_mass_error,
    "Z2": free_trade_gap,
    # --- licence holders, two margins, makers' gap
    "K1n1u": lambda: sum(markets.licence_holders(1).tonnes) / 30_000.0,
    "K1n1p": lambda: markets.licence_holders(1).usd_kg,
    "K1n4u": lambda: sum(markets.licence_holders(4).tonnes) / 30_000.0,
    "K1n4p": lambda: markets.licence_holders(4).usd_kg,
    "K2": lambda: markets.successive_monopolies()[1],
    "F1i": lambda: markets.magnet_duopoly()[0].tonnes[0],
    "F1o": lambda: markets.magnet_duopoly()[0].tonnes[1],
    "F1m": lambda: markets.magnet_duopoly(115.95)[1][1] - markets.magnet_duopoly()[1][1],
    # --- a rival kept out
    "L2q": lambda: markets.deterring_t(225.0) / markets.UNIT_T,
    "L2p": lambda: markets.alone_profit(markets.deterring_t(225.0)),
    "L2F": markets.deterring_cost,
    "L2B": markets.blockading_cost,
    # --- stocks and ore
    "H1d": lambda: float(prices(depletion())[0]),
    "N3s": lambda: markets.announced_cut()[0],
    "N3p": lambda: markets.announced_cut()[1],
    "J1O": lambda: settled_ore_t_yr("joint_production"),
    "J1p1": lambda: price(kept("joint_production"), "outside", "first"),
    "J2O": lambda: settled_ore_t_yr("joint_production_glut"),
    "J2s": unsold_t_yr,
    "J3": lambda: settled_ore_t_yr("joint_production_isoelastic"),
    "X4": lambda: float(kept("technology_leak").months.knowledge.iloc[-1]),
}
