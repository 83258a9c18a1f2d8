"""Relations that hold whatever the numbers are (D7): scale, units, splitting, order of agents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reabm.engine.run import Prepared, prepare, simulate
from reabm.rules.reference import by_reference
from reabm.scenario import Scenario, with_months, with_settings
from reabm.scenario.goods import Element
from reabm.scenario.pack import open_world, write_page
from reabm.world.history import COLUMN, MONTH_COLUMNS, History
from reabm.world.layout import Array
from reabm.world.params import Params
from tests.economics.plays import Plays

UNTIL = "2014-12"
REEXPORT = ("transshipment_base_usd_kg", "transshipment_slope_usd_kg")
STATES_OWN = ("china_gain_kusd",)  # counts fixed sums of money, and buyers' trust by heads
RESIDUALS = ("mass_error_t", "money_error_kusd")
COMPARED = [name for name, _, _ in MONTH_COLUMNS if name not in STATES_OWN + RESIDUALS]
BY_MASS = [name for name, unit, _ in MONTH_COLUMNS if unit.split("/")[0] in ("t", "kUSD")]
BY_MONEY = [name for name, unit, _ in MONTH_COLUMNS if unit.startswith(("USD", "kUSD"))]


@pytest.fixture(scope="module")
def scenario(plays: Plays) -> Scenario:
    return with_months(plays.scenario("history"), None, UNTIL)


@pytest.fixture(scope="module")
def history(scenario: Scenario) -> History:
    return simulate(prepare(scenario), seed=1).history


def assert_same(found: Array, expected: Array, names: list[str], rtol: float) -> None:
    for name in names:
        column = getattr(COLUMN, name)
        scale = max(1.0, float(np.nanmax(np.abs(expected[:, column]), initial=0.0)))
        assert np.allclose(found[:, column], expected[:, column], rtol=rtol, atol=rtol * scale, equal_nan=True), name


def with_params(prepared: Prepared, change: Callable[[Params], Params]) -> Prepared:
    """The same run with other parameters, and the opening state that follows from them."""
    stretches = []
    for stretch in prepared.segments:
        params = change(stretch.params)
        orders, scratch = write_page(prepared.scenario, params)
        stretches.append(stretch._replace(params=params, orders=orders, scratch=scratch, params_page=by_reference(params)))
    _, opening = open_world(prepared.scenario, stretches[0].params)
    return prepared._replace(segments=tuple(stretches), opening=opening)


def times(group: Any, factor: float, *names: str) -> Any:
    return group._replace(**{name: getattr(group, name) * factor for name in names})


@pytest.mark.parametrize("k", [0.5, 4.0])
def test_a_world_k_times_as_large_has_the_same_prices_and_k_times_the_tonnes(
    scenario: Scenario, history: History, k: float
) -> None:
    def larger(params: Params) -> Params:
        return params._replace(
            elements=times(params.elements, k, "outside_use_t"),
            mines=times(params.mines, k, "capacity_t"),
            makers=times(params.makers, k, "opening_t", "demand_t"),
            users=times(params.users, k, "demand_t"),
            importers=times(params.importers, k, "finance_kusd"),
            script=times(params.script, k, "quota_t", "production_quota_t", "purchase_t"),
        )

    found = simulate(with_params(prepare(scenario), larger), seed=1).history
    expected = history.months.copy()
    expected[:, [getattr(COLUMN, name) for name in BY_MASS]] *= k
    assert_same(found.months, expected, COMPARED, 1e-9)
    assert np.allclose(found.delivered_usd_kg, history.delivered_usd_kg, rtol=1e-9)


def test_counting_in_half_dollars_doubles_all_prices_and_moves_nothing(scenario: Scenario, history: History) -> None:
    k = 2.0

    def halves(params: Params) -> Params:
        knobs = params.knobs
        knobs = knobs._replace(
            market=times(knobs.market, k, "freight_usd_kg", "reverse_freight_usd_kg", *REEXPORT),
            smuggling=times(knobs.smuggling, k, "cost_usd_kg"),
            alloy=times(knobs.alloy, k, "conversion_usd_kg", "spread_usd_kg"),
        )
        makers = times(params.makers, k, "conversion_usd_kg", "reference_usd_kg")
        elements = times(params.elements, k, "reference_usd_kg", "longrun_usd_kg")
        return params._replace(
            elements=elements._replace(
                log_reference=np.log(elements.reference_usd_kg), log_longrun=np.log(elements.longrun_usd_kg)
            ),
            mines=times(params.mines, k, "opex_usd_kg", "restart_opex_usd_kg", "capex_usd_kg"),
            makers=times(makers, 1.0 / k, "markup_precision"),
            importers=times(params.importers, k, "finance_kusd"),
            script=times(params.script, k, "mine_floor_usd_kg"),
            knobs=knobs,
        )

    def dearer(element: Element) -> Element:
        price = element.opening_price
        return element.model_copy(update={"opening_price": price.model_copy(update={"value": k * price.value})})

    elements = {name: dearer(element) for name, element in scenario.elements.items()}
    prepared = with_params(prepare(scenario)._replace(scenario=replace(scenario, elements=elements)), halves)
    found = simulate(prepared, seed=1).history
    expected = history.months.copy()
    expected[:, [getattr(COLUMN, name) for name in BY_MONEY]] *= k
    assert_same(found.months, expected, COMPARED, 1e-6)


@pytest.mark.parametrize("name", ["mitsui", "other_importers", "eu_trading_house", "china_traders"])
def test_an_importer_split_into_two_equal_halves_changes_nothing_in_the_market(
    scenario: Scenario, history: History, name: str
) -> None:
    whole = scenario.importers[name]
    halved = {
        field: getattr(whole, field).model_copy(update={"value": getattr(whole, field).value / 2.0})
        for field in ("trade_share", "finance")
    }
    half = whole.model_copy(update=halved)
    importers = {**scenario.importers, name: half, f"{name}_too": half}
    importers = dict(sorted(importers.items()))
    strategies = {**scenario.strategies, f"{name}_too": scenario.strategies[name]}
    found = simulate(prepare(replace(scenario, importers=importers, strategies=strategies)), seed=1).history
    assert_same(found.months, history.months, COMPARED, 1e-9)
    assert np.allclose(found.delivered_usd_kg, history.delivered_usd_kg, rtol=1e-9)


RENAMED = [
    ("importers", "mitsui"), ("importers", "us_importer"), ("importers", "china_traders"),
    ("makers", "china_fringe"), ("makers", "zhong_ke_san_huan"), ("mines", "sichuan"), ("mines", "illegal_clays"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "name"), RENAMED)
@pytest.mark.parametrize("place", ["aa", "zz"])
def test_an_agent_with_another_name_and_row_changes_the_order_of_rows_only(
    scenario: Scenario, history: History, kind: str, name: str, place: str
) -> None:
    # Agents whose luck plays no part: luck is addressed by name.
    records = getattr(scenario, kind)
    renamed = {(f"{place}_{key}" if key == name else key): record for key, record in records.items()}
    strategies = {(f"{place}_{key}" if key == name else key): value for key, value in scenario.strategies.items()}
    changed = replace(scenario, strategies=strategies, **{kind: dict(sorted(renamed.items()))})
    prepared = prepare(changed)
    found = simulate(prepared, seed=1).history
    assert_same(found.months, history.months, COMPARED, 1e-9)
    rows = [list(dict(sorted(renamed.items()))).index(f"{place}_{key}" if key == name else key) for key in records]
    assert np.allclose(getattr(found, kind)[:, rows], getattr(history, kind), rtol=1e-7, atol=1e-6, equal_nan=True)


HISTORY_KNOBS = {  # what switches a rule off, and a number of that rule that then counts for nothing
    "use.lagged_elasticity": ({"use.lagged_elasticity": 0}, {"use.adjustment_months": 3}),
    "stocks.price_discipline": ({"mechanisms.precaution": 0}, {"stocks.price_discipline": 1}),
    "beliefs.crackdown_alarm": ({"strategies.china_traders": "just_in_time"}, {"beliefs.crackdown_alarm": 1}),
}


@pytest.mark.parametrize("knob", HISTORY_KNOBS)
def test_a_number_of_a_rule_that_is_off_moves_nothing_and_of_one_that_is_on_moves_prices(scenario: Scenario, knob: str) -> None:
    off, number = HISTORY_KNOBS[knob]

    def prices(settings: dict[str, Any]) -> Array:
        return simulate(prepare(with_settings(scenario, settings)), seed=1).history.delivered_usd_kg

    assert np.array_equal(prices(off), prices(off | number))
    assert not np.allclose(prices({}), prices(number), rtol=1e-3)


def test_without_a_quota_its_pinch_is_nothing_and_with_one_it_is_more_of_cheap_elements(scenario: Scenario) -> None:
    def pinch(settings: dict[str, Any]) -> Array:
        short = with_months(with_settings(scenario, settings), None, "2011-06")
        return simulate(prepare(short), seed=1).state.market.pinch

    names = list(scenario.elements)
    with_quota = pinch({})
    assert np.all(pinch({"mechanisms.export_quota": 0}) == 0.0)
    assert with_quota[names.index("La")] > 2.0 * with_quota[names.index("Dy")] > 0.0
