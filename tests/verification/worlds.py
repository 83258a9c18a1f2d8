"""Runs of the small worlds, and what the public tables say of them."""

from __future__ import annotations

from functools import cache

import numpy as np

import reabm
from reabm.scenario import Scenario, find_configs, load_scenario, with_settings

type Value = float | int | str | list[dict[str, float | str]]

FIRMS = ("first", "second", "third", "fourth", "fifth")


@cache
def world(name: str) -> Scenario:
    """A scenario of configs/verification."""
    return load_scenario(find_configs() / "verification" / f"{name}.yaml")


def played(name: str, **settings: Value) -> reabm.Result:
    """A run of a small world with levers set; two underscores in a name stand for the dot of a path."""
    return reabm.run(with_settings(world(name), {path.replace("__", "."): value for path, value in settings.items()}))


@cache
def kept(name: str, **settings: Value) -> reabm.Result:
    """The same, kept for the next row that reads it."""
    return played(name, **settings)


def prices(run: reabm.Result, zone: str = "outside", element: str | None = None) -> np.ndarray:
    """Oxide prices month by month, USD/kg, inside or outside China; of the only element where none is named."""
    table = run.prices
    destination = "all" if zone == "outside" else "china"
    wanted = (table.stage == "oxide") & (table.zone == zone) & (table.destination == destination)
    if element is not None:
        wanted &= table.element == element
    return table[wanted].usd_per_kg.to_numpy()


def price(run: reabm.Result, zone: str = "outside", element: str | None = None) -> float:
    """Price of the last month, USD/kg."""
    return float(prices(run, zone, element)[-1])


def yearly(run: reabm.Result, column: str) -> float:
    """A flow of the last month as t/yr."""
    return 12.0 * float(run.months[column].iloc[-1])


def licence_price(run: reabm.Result) -> float:
    """Price of a licence in the last month, USD/kg."""
    return float(run.months.licence_price_usd_kg.iloc[-1])


def exports(run: reabm.Result, element: str) -> float:
    """Legal exports of an element in the last month as t/yr."""
    table = run.flows
    wanted = (table.element == element) & (table.channel == "legal") & (table.month == table.month.max())
    return 12.0 * float(table[wanted].t.sum())


def outputs(name: str, t_month: list[float]) -> dict[str, float]:
    """Levers that tell the firms of an oligopoly what to mine, t a month each."""
    mines = world(name).mines
    return {
        f"mines__{firm}__output": 12.0 * tonnes / float(mines[firm].capacity.monthly(world(name).start, 1)[0])
        for firm, tonnes in zip(FIRMS, t_month)
    }


def cost(name: str, firm: str) -> float:
    """Running cost of a firm, USD/kg, as its file says."""
    return world(name).mines[firm].opex.value
