"""The forks that are compared with the cases X1, X2, G4 and G5, and what is read from them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import log

from reabm.leverage import Leverage, measure
from reabm.scenario import Scenario, find_configs, load_scenario, with_settings
from tests.verification.cases import cases

CASES = cases("X1", "X2", "G4", "G5")
EMBARGO = load_scenario(find_configs() / "verification" / "embargo.yaml")
DECAY = load_scenario(find_configs() / "verification" / "leverage_decay.yaml")
FIRST = 2005 * 12  # t = 0 of the decay
YEARS = 6
LENGTHS = range(1, 13)  # months of an embargo


def measured(scenario: Scenario, at: int, *later: int, months: range | int = 1) -> Leverage:
    """A whole stop of shipments to Japan. There is no luck and no trans-shipment to vary: one world is all of them."""
    lengths = months if isinstance(months, int) else list(months)
    return measure(scenario, [at, *later], lengths, "japan", severity=1.0, seeds=range(1), sets=[{}])


@cache
def embargoes(**settings: float) -> Mapping[int, float]:
    """D_T of an embargo by its length in months, kUSD."""
    scenario = with_settings(EMBARGO, {path.replace("__", "."): value for path, value in settings.items()})
    table = measured(scenario, 2006 * 12, months=LENGTHS).table
    return dict(zip(table["months"], 1000.0 * table["target_loss_musd"], strict=True))


@cache
def decaying(every: int = 1) -> Leverage:
    """Forks of the decaying world, a date in so many months, over six years."""
    return measured(DECAY, *range(FIRST, FIRST + 12 * YEARS + 1, every))


@cache
def concession_musd(coercer_weight: float) -> float:
    """c* at t = 0 with a bargaining weight set in the scenario."""
    found = measured(with_settings(DECAY, {"payoffs.coercer_weight": coercer_weight}), FIRST)
    return float(found.table["leverage_musd"].iloc[0])


def half_life_years(found: Leverage) -> float:
    return found.half_life("japan", 1).central.years


def window_years(found: Leverage) -> float:
    """Length of the one window, opened with the first fork."""
    ((opens, closes),) = found.window("japan", 1)
    return closes - opens


def speed(found: Leverage) -> float:
    """1/yr at which D_T decays between the first fork and the last."""
    curve = found.curve("japan", 1)
    years = curve["year"].iloc[-1] - curve["year"].iloc[0]
    return log(curve["target_loss_musd"].iloc[0] / curve["target_loss_musd"].iloc[-1]) / float(years)


def half_life_by_speed(found: Leverage) -> float:
    """Half-life of c* from what the forks say of D_T, D_C and the speed: half of c* is left where D_T = (D_T0 + D_C) / 2."""
    first = found.curve("japan", 1).iloc[0]
    return log(2.0 / (1.0 + first["coercer_loss_musd"] / first["target_loss_musd"])) / speed(found)


def window_by_speed(found: Leverage) -> float:
    """Years until D_T = D_C, in the same way."""
    first = found.curve("japan", 1).iloc[0]
    return log(first["target_loss_musd"] / first["coercer_loss_musd"]) / speed(found)
