"""A small surface of leverage that several tests look at; read only."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from reabm.leverage import Leverage, LeverageStudy, measure
from reabm.leverage.causes import Decay, Eroded
from reabm.scenario import find_configs, load_scenario, with_settings

PRICES = {"payoffs.retaliation_musd_month": 10.0, "payoffs.reputation_musd": 50.0}
DATES, LENGTHS, N_SEEDS = ("2010-09", "2013-09"), (1, 6), 3


@cache
def small(scenario: str = "history") -> Leverage:
    """Two dates, two lengths, two kinds, three worlds; prices low enough for leverage to speak of."""
    assumed = load_scenario(find_configs() / "scenarios" / f"{scenario}.yaml")
    assumed = with_settings(assumed, PRICES)
    return measure(assumed, DATES, LENGTHS, "japan", ("halt", "licence"), seeds=range(N_SEEDS))


@cache
def small_study() -> LeverageStudy:
    """The small surface of two scenarios, with an erosion and a decomposition that were made up."""
    return LeverageStudy({"history": small(), "restraint": small("restraint")}, made_up_erosion(), made_up_decay())


def made_up_erosion() -> Eroded:
    """An embargo that costs leverage for three years."""
    at = np.array([2011, 2012, 2013, 2016]) * 12 + 8
    spared, change = np.array([300.0, 100.0, -50.0, -80.0]), np.array([-150.0, -60.0, -10.0, 4.0])
    table = pd.DataFrame({
        "at": at, "year": at / 12.0, "leverage_used_musd": spared + change, "leverage_spared_musd": spared,
        "change_musd": change, "change_low": change - 20.0, "change_high": change + 15.0,
    })  # fmt: skip
    return Eroded("history", "japan", 6, 2010 * 12 + 8, 6, table, (230.0, 180.0, 290.0))


def made_up_decay() -> Decay:
    """A fall from 460 to -110 with a cause that adds to leverage."""
    shares = np.array([120.0, 250.0, -40.0, 240.0])
    causes = ["new mines", "substitution", "stocks", "growth, prices and policy"]
    table = pd.DataFrame({"cause": causes, "share_musd": shares, "low": shares - 30.0, "high": shares + 50.0})
    return Decay("history", "japan", 6, 2010 * 12 + 8, 2014 * 12 + 8, 460.0, -110.0, table)
