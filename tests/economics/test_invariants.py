"""What no month may break, whatever the scenario (D1-D3 of the reliability bar, short form)."""

from __future__ import annotations

import numpy as np
import pytest

from reabm.engine.run import RunError, check_months, prepare, simulate
from reabm.scenario import find_configs, load_scenario, with_settings
from reabm.world.history import COLUMN
from tests.economics.plays import Plays
from tests.economics.settings import random_scenario
from tests.economics.steps import Month, faults, step

SCENARIOS = sorted(path.stem for path in (find_configs() / "scenarios").glob("*.yaml"))
RANDOM = range(36)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_month_of_a_shipped_scenario_is_sound(plays: Plays, name: str) -> None:
    found = [fault for month in step(prepare(plays.scenario(name)), seed=3) for fault in faults(month)]
    assert found == []


@pytest.mark.parametrize("seed", RANDOM)
def test_every_month_under_random_settings_is_sound(plays: Plays, seed: int) -> None:
    scenario, settings = random_scenario(plays.scenario(SCENARIOS[seed % len(SCENARIOS)]), seed)
    found = [fault for month in step(prepare(scenario), seed) for fault in faults(month)]
    assert found == [], f"{found[:5]} under {settings}"


ONCE_BROKEN = [
    {"mechanisms.thrift": 0},  # 2025: users outside sell more to China from stock than mines outside supply
    {"makers.herding": 1.0},  # 2011-13: the same
    {"mechanisms.concentrate_route": 0},
    {"embargo.japan.share": 1.0, "market.demand_noise_sd": 0.29},  # free countries pass legal imports on to Japan
    # Goods without papers leave at a price that would bring oxide with papers back.
    {"smuggling.cost_usd_kg": 0.4, "smuggling.cost_share": 0.05, "smuggling.origin_discount": 0.25},
]


@pytest.mark.parametrize("settings", ONCE_BROKEN, ids=lambda settings: ",".join(settings))
@pytest.mark.parametrize("seed", [0, 2])
def test_settings_that_once_broke_a_month_are_sound(plays: Plays, settings: dict[str, float], seed: int) -> None:
    prepared = prepare(with_settings(plays.scenario("history"), settings))
    assert [fault for month in step(prepared, seed) for fault in faults(month)] == []


AT_ONCE: list[dict[str, float]] = [
    {"stocks.price_sensitivity": 5},
    {"stocks.speculation": 20, "market.demand_noise_sd": 0.1},
    {"stocks.price_sensitivity": 3, "embargo.japan.share": 1.0},
    # Dysprosium is next to worthless in China after a bubble: its use hardly grows with cheapness.
    {"stocks.speculation": 20, "use.elasticity_scale": 0.2, "use.adjustment_months": 24, "expectations.anchor_gain": 0.3},
]


@pytest.mark.parametrize("settings", AT_ONCE, ids=lambda settings: ",".join(settings))
def test_stocks_that_are_sold_within_a_month_are_sound(plays: Plays, settings: dict[str, float]) -> None:
    prepared = prepare(with_settings(plays.scenario("history"), {"stocks.adjustment_months": 1, **settings}))
    assert [fault for month in step(prepared, seed=1) for fault in faults(month)] == []


def test_playing_month_by_month_is_the_same_as_playing_at_once(plays: Plays) -> None:
    prepared = prepare(plays.scenario("history"))
    *_, last = step(prepared, seed=5)
    whole = simulate(prepared, seed=5)
    assert np.array_equal(whole.history.months, last.history.months, equal_nan=True)


# --- the checks themselves bite --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("mass_error_t", 1e-6, "mass does not close"),
        ("mass_error_t", np.nan, "mass does not close"),
        ("money_error_kusd", 1e-5, "money does not close"),
        ("money_error_kusd", -1e-5, "money does not close"),
        ("money_error_kusd", np.nan, "money does not close"),
        ("status", 1.0, "the market was not solved"),
        ("status", np.nan, "the market was not solved"),
    ],
)
def test_a_month_that_does_not_close_fails_the_run(plays: Plays, column: str, value: float, words: str) -> None:
    play = plays.play(until="2006-12")
    check_months(play.months, play.scenario.start)
    doctored = play.months.copy()
    doctored[17, getattr(COLUMN, column)] = value
    with pytest.raises(RunError, match=f"2006-06: {words}"):
        check_months(doctored, play.scenario.start)


def spoil(month: Month, fault: str) -> None:
    """Put one small fault into the state at the end of a month."""
    state = month.after
    if fault == "oxide vanishes":
        state.importers.stock_t[0, 2] -= 1e-6
    elif fault == "oxide appears":
        state.goods.swarf_t[0, 2] += 1e-6
    elif fault == "negative stock":
        state.makers.oxide_t[0, 0, 0] = -1e-6
    elif fault == "cent lost":
        state.accounts.ledger_kusd[0] += 1e-5
    elif fault == "price of nothing":
        state.market.outside_usd_kg[1] = 0.0
    elif fault == "share above one":
        state.importers.reliability[0] = 1.01
    elif fault == "thrift forgotten":
        state.users.thrift[np.argmax(month.before.users.thrift) // state.users.thrift.shape[1]] = 0.0
    elif fault == "export beyond the licences":
        state.flows.legal_t[0, 1] += 1e5
    elif fault == "licence used twice":
        state.market.bank_t[:] += 1.0
    elif fault == "too much ore":
        state.mines.ore_t[0] *= 10.0
    elif fault == "plants appear":
        state.makers.capacity_t[0, 0, 0] += 1e-6
    elif fault == "magnets vanish":
        state.goods.magnets_t[0, 1] -= 1e-3
    elif fault == "market unsolved":
        state.market.status[0] = 1.0


FAULTS = (
    "oxide vanishes", "oxide appears", "negative stock", "cent lost", "price of nothing", "share above one", "thrift forgotten",
    "export beyond the licences", "licence used twice", "too much ore", "plants appear", "magnets vanish", "market unsolved",
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_every_seeded_fault_is_found(fault: str) -> None:
    scenario = load_scenario(find_configs() / "scenarios" / "history.yaml")
    for month in step(prepare(scenario), seed=0):
        if month.number == 70:  # November 2010: the embargo, a quota in force, thrift under way
            assert faults(month) == []
            spoil(month, fault)
            assert faults(month) != []
            return
