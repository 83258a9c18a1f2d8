"""What a state that limits the price does in the reference world: `python -m tests.economics.limit_pricing` prints it.

Mean price outside (by use of the first year) and output of mines outside over 2005-2025, seeds 0-3; then what the state aims at
and what the market gives, month by month in one run.
"""

from __future__ import annotations

from math import exp

import numpy as np

from reabm.agents import RareEarthModel
from reabm.rules.limit_pricing import limit_price_usd_kg, outside_line
from reabm.scenario import with_settings
from reabm.scenario.pack import pack
from reabm.world.history import COLUMN
from tests.economics.plays import SEEDS, Play, Plays, Settings

HORIZONS = (1, 60, 480)


def settings(plays: Plays, horizon: int, fringe: bool) -> Settings:
    """The state looks so many months ahead; mines outside decide as ever, or all of them follow the price."""
    mines = plays.scenario("history").mines if fringe else {}
    played = {f"strategies.{name}": "price_fringe" for name, mine in mines.items() if mine.kind == "outside"}
    return {"strategies.china_state": "limit_pricing", "limit_pricing.horizon_months": horizon, **played}


def by_horizon(plays: Plays, fringe: bool, measure: str) -> np.ndarray:
    """Mean over the run of `price` or `mined`: rows are horizons, columns seeds."""
    played = [[plays.play(settings(plays, horizon, fringe), seed) for seed in SEEDS] for horizon in HORIZONS]
    use = pack(plays.scenario("history")).elements.outside_use_t
    weights = use / use.sum()  # the mean price by use, as the state reads it

    def mean(run: Play) -> float:
        return float(np.mean(run.outside_usd_kg @ weights if measure == "price" else run.months[:, COLUMN.mine_output_row_t]))

    return np.array([[mean(run) for run in runs] for runs in played])


def aims(plays: Plays, horizon: int) -> np.ndarray:
    """What the state aims at and the price that it reads a month later (USD/kg), month by month, seed 0."""
    model = RareEarthModel(with_settings(plays.scenario("history"), settings(plays, horizon, False)), rng=0)
    found = []
    while model.running:
        state, params, month = model.page.state, model.page.params, model.month
        intercept, slope, fringe, price = outside_line(
            state.market, state.users, params.users, state.makers, params.makers, params.knobs.makers, params.knobs.use,
            state.mines, params.mines, params.elements, params.script, month,
        )  # fmt: skip
        own = params.knobs.limit_pricing
        response = own.fringe_response / 144.0
        fringe = max(0.0, fringe + response * (price - own.entry_price_usd_kg))
        discount = exp(-params.knobs.payoffs.discount_rate / 12.0)
        aim = limit_price_usd_kg(
            intercept, slope, fringe, own.unit_cost_usd_kg, own.entry_price_usd_kg, response, discount, own.horizon_months
        )
        found.append((aim, price))
        model.step()
    table = np.array(found)
    return np.stack([table[:-1, 0], table[1:, 1]])


def main() -> None:
    plays = Plays()
    columns = [by_horizon(plays, False, "price"), by_horizon(plays, False, "mined"), by_horizon(plays, True, "mined")]
    for k, horizon in enumerate(HORIZONS):
        aim, price = aims(plays, horizon).mean(axis=1)
        cells = [f"{column[k].min():.5g}-{column[k].max():.5g}" for column in columns]
        print(f"| {horizon} | {' | '.join(cells)} | {aim:.3g} | {price:.3g} |")


if __name__ == "__main__":
    main()
