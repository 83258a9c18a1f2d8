"""Worth of an agent: read from a run as it is played, month by month, and as an economist would count it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from reabm.empirical.mine_worth import left_kusd
from reabm.empirical.played import Played
from reabm.empirical.worth import counted_agents, needs_details, worth_fault, worth_reader
from reabm.engine.ensemble import Job, play_jobs
from reabm.engine.run import RunRecord, prepare, simulate
from reabm.scenario import Scenario, find_configs, load_scenario, with_months, with_settings
from reabm.scenario.pack import pack
from reabm.world.history import IMPORTER_COLUMNS, MAKER_COLUMNS, MINE_COLUMNS
from reabm.world.layout import Array
from reabm.world.state import MOVE_TERMS

SEED, FIRST = 1, 60
YEAR = 12


@cache
def history(end: str = "2016-12", **settings: float | str) -> Scenario:
    scenario = with_months(load_scenario(find_configs() / "scenarios" / "history.yaml"), end=end)
    return with_settings(scenario, {path.replace("__", "."): value for path, value in settings.items()})


@cache
def record(end: str = "2016-12", **settings: float | str) -> RunRecord:
    return simulate(prepare(history(end, **settings)), SEED)


def worth_of(agents: tuple[str, ...], first: int = FIRST, end: str = "2016-12", **settings: float | str) -> Array:
    prepared = record(end, **settings).prepared
    take = worth_reader(prepared, agents, first, prepared.sizes["months"] - 1)
    details = needs_details(prepared.scenario, agents)
    (found,) = play_jobs([Job(prepared, SEED)], take, workers=1, details=details)
    assert isinstance(found, np.ndarray)
    return found


def present_value(kusd: Array, rate: float = 0.05) -> float:
    return sum(value / (1.0 + rate) ** (month / 12.0) for month, value in enumerate(kusd)) / 1000.0


def test_the_state_is_worth_the_sum_of_its_terms_and_a_government_all_of_its_country() -> None:
    played = record().history
    state, usa = worth_of(("china_state", "usa"))
    assert state == pytest.approx(present_value(played.china_gain_kusd[FIRST:].sum(axis=1)))
    assert usa == pytest.approx(present_value(played.surplus_kusd[FIRST:, 2].sum(axis=1)))


def test_a_government_bears_what_it_gave_to_mines() -> None:
    settings = {"governments__japan__mine_support": 0.6}
    (with_support,) = worth_of(("japan",), **settings)
    surplus = present_value(record(**settings).history.surplus_kusd[FIRST:, 1].sum(axis=1))
    assert with_support < surplus - 10.0


def test_a_maker_that_stays_is_worth_its_margin_and_one_in_china_weighs_what_it_has_there() -> None:
    own = record().history.makers
    names = record().prepared.names.makers
    for name in ("hitachi_metals", "tdk"):
        j = names.index(name)
        cash, weighed = (own[:, j, MAKER_COLUMNS.index(column)] for column in ("cash_kusd", "move_kusd"))
        (found,) = worth_of((name,))
        assert found == pytest.approx(present_value((np.diff(cash, prepend=0.0) + weighed)[FIRST:]))
    stays = record(strategies__hitachi_metals="stay").history.makers[:, names.index("hitachi_metals")]
    assert (stays[:, [MAKER_COLUMNS.index(f"{line}_china_t") for line in ("premium", "commodity")]] == 0.0).all()
    weighed = stays[:, MAKER_COLUMNS.index("move_kusd")]
    assert (weighed <= 0.0).all()  # its plants in a third country: no gain from others' presence, only what a move costs


@pytest.mark.parametrize("where", ["china", "elsewhere"])
def test_what_a_maker_weighs_is_all_terms_but_the_price_gap_on_what_it_makes_in_china(where: str) -> None:
    """At the end of a run the state still holds every part of the sum; a third country costs the move and the subsidy."""
    in_china = {"strategies__tdk": "directed", "makers__tdk__commodity_in_china": 0.6}
    found = record(**(in_china if where == "china" else {"strategies__tdk": "third_country"}))
    j, state = found.prepared.names.makers.index("tdk"), found.state.makers
    by_hand = 0.0
    for line in (0, 1):
        beyond = state.move_terms[j, line, 1:].sum()
        by_hand += beyond * state.unit_cost_usd_kg[j, line, 0] * state.output_t[j, line, 1]
        moved = (
            state.move_terms[j, line, MOVE_TERMS.index("fixed_cost")]
            + state.move_terms[j, line, MOVE_TERMS.index("home_subsidy")]
        )
        by_hand += moved * state.unit_cost_usd_kg[j, line, 0] * state.output_t[j, line, 2]
    assert state.output_t[j, :, 1 if where == "china" else 2].sum() > 0.0
    assert found.history.makers[-1, j, MAKER_COLUMNS.index("move_kusd")] == pytest.approx(by_hand)
    assert by_hand != 0.0


def mine_played(found: RunRecord) -> Played:
    return Played(found.prepared.scenario, found.history, FIRST, found.prepared.sizes["months"] - 1)


def test_a_mine_is_worth_its_cash_less_what_it_owes_and_what_it_may_still_earn() -> None:
    found, name = record(strategies__mount_weld_1="net_present_value"), "mount_weld_1"
    m = found.prepared.names.mines.index(name)
    cash, debt = (found.history.mines[:, m, MINE_COLUMNS.index(column)] for column in ("cash_kusd", "debt_kusd"))
    params = pack(found.prepared.scenario.at(found.prepared.scenario.start + FIRST))
    kusd = np.diff(cash, prepend=0.0)[FIRST:]
    kusd[-1] += left_kusd(mine_played(found), params, m) - debt[-1]
    (worth,) = worth_of((name,), strategies__mount_weld_1="net_present_value")
    assert debt[-1] > 0.0
    assert worth <= present_value(kusd) + 1e-9  # it may owe a partner an advance beside
    advance = 0.5 * params.mines.capex_usd_kg[m] * params.mines.capacity_t[m, FIRST] * YEAR / 1000.0
    assert worth >= present_value(kusd) - advance


def test_the_end_of_a_run_favours_neither_building_late_nor_waiting() -> None:
    """A mine whose building has just begun is worth what the bare deposit is and the money just spent."""
    name = "mount_weld_2"
    levers = {f"strategies__{name}": "directed"}
    waits = record("2012-12", **levers)
    month = {"from": "2012-12", "value": 1}
    builds_scenario = with_settings(history("2012-12", **levers), {f"mines.{name}.build": [month]})
    builds = simulate(prepare(builds_scenario), SEED)
    m = waits.prepared.names.mines.index(name)
    status = [found.history.mines[-1, m, 0] for found in (waits, builds)]
    assert status == [0, 1]
    params = pack(waits.prepared.scenario.at(waits.prepared.scenario.start + FIRST))
    left = [left_kusd(mine_played(found), params, m) for found in (waits, builds)]
    cost = params.mines.capex_usd_kg[m] * params.mines.capacity_t[m, -1] * YEAR
    assert left[1] > 0.0
    assert left[0] == pytest.approx(max(0.0, left[1] - cost), rel=0.02)


def test_an_importer_is_worth_its_trade_less_holding_it_and_its_part_of_what_customers_lose() -> None:
    found, name = record(), "mitsui"
    i = found.prepared.names.importers.index(name)
    own = found.history.importers[:, i]
    cash, stock, tonnes = (own[:, IMPORTER_COLUMNS.index(column)] for column in ("cash_kusd", "stock_kusd", "stock_t"))
    assert (stock > tonnes).all()  # a tonne is worth more than a thousand dollars
    customers = found.history.surplus_kusd[:, 1, :2].sum(axis=1)
    params = pack(found.prepared.scenario.at(found.prepared.scenario.start + FIRST))
    kusd = np.diff(cash, prepend=0.0)[FIRST:] + np.diff(stock)[FIRST - 1 :]
    kusd += params.importers.trade_share[i] * customers[FIRST:] - params.knobs.stocks.carrying_share * stock[FIRST:]
    (worth,) = worth_of((name,))
    assert worth == pytest.approx(present_value(kusd))


def test_an_empty_store_is_dear_where_china_stops_shipments() -> None:
    """Who never holds more than in calm times saves the cost of holding, and loses by what its customers pay."""
    stops = {"embargo__japan__share": 1.0}
    just, cover = (
        worth_of(("other_japanese_houses",), end="2012-12", strategies__other_japanese_houses=rule, **stops)[0]
        for rule in ("just_in_time", "bayesian_cover")
    )
    assert cover > just


def test_months_played_on_from_a_world_in_their_midst_are_worth_the_same() -> None:
    prepared = record().prepared
    agents = counted_agents(prepared.scenario)
    last = prepared.sizes["months"] - 1
    before = simulate(prepare(with_months(history(), end=prepared.scenario.start + FIRST - 1)), SEED).block
    take = worth_reader(prepared, agents, FIRST, last)
    jobs = [Job(prepared, SEED), Job(prepared, SEED, FIRST, last, before)]
    whole, rest = play_jobs(jobs, take, workers=1, details=True)
    assert isinstance(whole, np.ndarray)
    assert isinstance(rest, np.ndarray)
    for agent, one, other in zip(agents, whole, rest):
        if agent in prepared.scenario.mines:
            continue  # age, and what was advanced before, are known from the record only
        assert one == pytest.approx(other, rel=1e-9), agent


def test_who_has_no_booked_pay_off_is_refused_in_one_line() -> None:
    prepared = record().prepared
    scenario = prepared.scenario
    for name, word in (("showa_denko", "alloy"), ("bayan_obo", "Chinese state"), ("catalysts", "sector"), ("sojits", "sojitz")):
        if name in scenario.strategies or name == "sojits":
            assert word in worth_fault(scenario, name)
            with pytest.raises(ValueError, match=name):
                worth_reader(prepared, [name], FIRST, 70)
    assert {"china_state", "japan", "mount_weld_1", "tdk", "sojitz"} <= set(counted_agents(scenario))
    assert all(worth_fault(scenario, name) == "" for name in counted_agents(scenario))


def test_months_that_were_not_played_are_refused() -> None:
    prepared = record().prepared
    with pytest.raises(ValueError, match="counted"):
        worth_reader(prepared, ["japan"], 10, prepared.sizes["months"])
    take = worth_reader(prepared, ["usa"], FIRST, 80)
    with pytest.raises(ValueError, match="were played"):
        list(play_jobs([Job(prepared, SEED, last=70)], take, workers=1))


def test_firms_need_the_record_with_details() -> None:
    prepared = record().prepared
    assert needs_details(prepared.scenario, ["tdk"])
    assert not needs_details(prepared.scenario, ["china_state", "usa"])
    with pytest.raises(ValueError, match="details"):
        list(play_jobs([Job(prepared, SEED)], worth_reader(prepared, ["tdk"], FIRST, 80), workers=1))
