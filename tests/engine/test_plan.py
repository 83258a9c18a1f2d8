"""Planning: what a planner weighs, what it cannot know, and that its choices are part of the world."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import reabm
from reabm.agents import RareEarthModel
from reabm.engine import plan
from reabm.engine.ensemble import Job, play_jobs
from reabm.engine.fork import play_on, replay, world_in
from reabm.engine.run import Prepared, RunRecord, World, prepare, simulate
from reabm.rules.planned import EXPORT_PATH
from reabm.rules.strategies import RECEDING_HORIZON
from reabm.scenario import Scenario, find_configs, load_scenario, with_months, with_settings
from reabm.world.draws import key_of
from reabm.world.layout import views
from reabm.world.state import State

HISTORY = find_configs() / "scenarios" / "history.yaml"
LEADS: dict[str, Any] = {
    "strategies.china_state": "receding_horizon",
    "plan.horizon_months": 18,
    "plan.draws": 2,
}
SEED, MONTH = 3, 24  # before 2007-01 is played


@cache
def scenario() -> Scenario:
    return with_settings(with_months(load_scenario(HISTORY), end="2008-12"), LEADS)


@cache
def prepared() -> Prepared:
    return prepare(scenario())


@cache
def led() -> RunRecord:
    return simulate(prepared(), SEED)


@cache
def world() -> World:
    return replay(prepared(), SEED, MONTH)


def state_of(found: Prepared, block: np.ndarray) -> State:
    state: State = views(State, found.sizes, block)
    return state


def row(found: Prepared, name: str = "china_state") -> int:
    return found.names.governments.index(name)


def plan_made(found: Prepared, block: np.ndarray, seed: int = SEED, name: str = "china_state") -> tuple[float, ...]:
    """Choice, path and promises of a plan before MONTH."""
    own = block.copy()
    state = state_of(found, own)
    state.governments.plan_due[:] = 0.0
    plan.plan_month(found, found.segments[0], seed, state, own, MONTH)
    g, governments = row(found, name), state.governments
    return (float(governments.choice[g]), *governments.path_t[g].tolist(), *governments.promised_kusd[g].tolist())


def hide(state: State) -> None:
    """Other stocks, other scrap, another shock, other illegal output: nobody outside the firms sees them."""
    state.importers.stock_t[:] = 3.0 * state.importers.stock_t + 50.0
    state.importers.bought_t[:] = 7.0
    state.makers.oxide_t[:] = 0.1 * state.makers.oxide_t
    state.makers.bought_t[:] = 0.3
    state.governments.reserve_t[:] = 900.0
    state.goods.magnets_t[:] *= 4.0
    state.goods.magnet_oxide_t[:] *= 4.0
    state.goods.in_use_t[:] *= 0.2
    state.goods.swarf_t[:] = 33.0
    state.flows.smuggled_t[:] = 123.0
    state.market.shock[:] = [-0.2, 0.3]
    state.accounts.mass_t[:] *= 2.0
    state.accounts.holdings_kusd[:] += 1e6
    state.mines.ore_t[led().prepared.segments[0].params.mines.kind == 1] = 55.0


# --- what a planner does ------------------------------------------------------------------------------------------------


def test_it_keeps_the_candidate_that_promises_most() -> None:
    found = plan_made(prepared(), world().block)
    params = prepared().segments[0].params
    weighed = plan.candidates_of(params, row(prepared()), 1.0)
    promises = np.array(found[9 : 9 + len(weighed)])
    best = weighed[int(np.argmax(promises))]
    assert len(weighed) == 8
    assert len(set(promises)) == 7  # every candidate is another world; the tightest quota so far is the one in force
    assert found[0] == best.code
    if best.code == EXPORT_PATH:
        used = state_of(prepared(), world().block).flows.used_t[:, 1:].sum()
        assert found[1] == pytest.approx(best.path_t[0] * used)


def test_it_plans_each_year_and_plays_its_choice_until_the_next_plan() -> None:
    history, g = led().history, row(prepared())
    plans = history.plans[:, g]
    assert plans[:, 1].tolist() == [12.0 * (t // 12) for t in range(48)]
    for year in range(4):
        assert np.all(plans[12 * year : 12 * year + 12] == plans[12 * year])
    assert len({tuple(plan) for plan in plans.tolist()}) == 4


def test_another_interval_is_kept_too() -> None:
    often = prepare(with_settings(scenario(), {"plan.every_months": 5, "plan.draws": 1, "plan.horizon_months": 4}))
    found = simulate(often, SEED).history.plans[:, row(often), 1]
    assert found.tolist() == [5.0 * (t // 5) for t in range(48)]


def test_who_takes_up_planning_in_the_midst_of_a_run_plans_at_once_and_again_after_the_interval() -> None:
    plays = [{"from": "2005-06", "until": None, "value": "receding_horizon"}]
    scripted = with_months(load_scenario(HISTORY), end="2006-12")
    quick = {"plan.draws": 1, "plan.horizon_months": 4, "plan.every_months": 10}
    taken_up = prepare(with_settings(scripted, {**quick, "strategies.china_state": plays}))
    record = simulate(taken_up, SEED)
    plans = record.history.plans[:, row(taken_up)]
    assert plans[:, 1].tolist() == [0.0] * 5 + [5.0] * 10 + [15.0] * 9
    assert not plans[:5].any()
    for month in (5, 6, 15):
        assert play_on(taken_up, world_in(record, month)).block.tobytes() == record.block.tobytes()


def test_who_takes_up_planning_again_plans_at_once_and_not_when_its_old_plan_would_have_ended() -> None:
    plays = [
        {"from": "2005-01", "until": "2005-03", "value": "receding_horizon"},
        {"from": "2005-06", "value": "receding_horizon"},
    ]
    quick = {"plan.draws": 1, "plan.horizon_months": 4, "plan.every_months": 12}
    scripted = with_months(load_scenario(HISTORY), end="2006-12")
    again = prepare(with_settings(scripted, {**quick, "strategies.china_state": plays}))
    plans = simulate(again, SEED).history.plans[:, row(again), 1]
    assert plans[[4, 5, 16, 17]].tolist() == [0.0, 5.0, 5.0, 17.0]


def test_what_is_promised_is_what_the_rules_then_pay_where_nothing_is_hidden_or_drawn() -> None:
    """A month ahead, in a world that stands still, the promise of the chosen quota is the pay-off of the run."""
    small = load_scenario(find_configs() / "verification" / "receding_stackelberg.yaml")
    record = simulate(prepare(small), 0)
    g = row(record.prepared)
    promised = record.history.plans[:, g, 3:].max(axis=1)
    assert promised == pytest.approx(record.history.china_gain_kusd.sum(axis=1), rel=1e-9)


def test_a_government_weighs_a_small_grid_and_its_pay_off_is_its_countrys() -> None:
    found = prepare(
        with_settings(with_months(load_scenario(HISTORY), end="2008-12"), {**LEADS, "strategies.japan": "receding_horizon"})
    )
    both = plan_made(found, world().block, name="japan")
    assert len(plan.candidates_of(found.segments[0].params, row(found, "japan"), 0.0)) == 4
    assert both[0] in (0.0, 102.0, 103.0, 104.0)
    assert np.count_nonzero(both[9:]) == 4
    assert found.segments[0].params.governments.strategy[row(found, "japan")] == RECEDING_HORIZON


# --- what it cannot know ------------------------------------------------------------------------------------------------


def test_hidden_stocks_and_output_do_not_move_a_plan_by_a_bit() -> None:
    other = world().block.copy()
    hide(state_of(prepared(), other))
    assert plan_made(prepared(), other) == plan_made(prepared(), world().block)


def test_what_it_sees_does_move_its_plan() -> None:
    other = world().block.copy()
    state = state_of(prepared(), other)
    state.mines.status[:] = 4.0
    assert plan_made(prepared(), other) != plan_made(prepared(), world().block)


def test_it_reckons_with_errors_of_its_own() -> None:
    sure = prepare(with_settings(scenario(), {"plan.stock_error": 0.0}))
    right = prepare(with_settings(scenario(), {"plan.illegal_error": 0.0}))
    assert len({plan_made(found, world().block)[9:] for found in (prepared(), sure, right)}) == 3


def test_an_open_case_is_reckoned_lost_however_it_will_end() -> None:
    won, lost = world().block.copy(), world().block.copy()
    state_of(prepared(), won).market.wto_month[0] = 1e9
    state_of(prepared(), lost).market.wto_month[0] = MONTH + 3.0
    assert plan_made(prepared(), won) == plan_made(prepared(), lost)


def test_no_dated_event_to_come_moves_a_plan() -> None:
    """Quotas, taxes, halts, recessions, complaints, use and committed mines of later months, all changed in the packed script."""
    changed = prepare(scenario())
    params = changed.segments[0].params
    later = slice(MONTH + 1, None)
    params.script.quota_t[:, later] = 1.0
    params.script.tax[:, later] = 0.9
    params.script.halt[:, later] = 1.0
    params.script.embargo[1:, later] = 1.0
    params.script.recession[:, later] = 0.1
    params.script.crackdown[later] = 1.0
    params.script.production_quota_t[:, later] = 5.0
    params.script.subsidy[:, later] = 0.5
    params.script.complaint[:] = MONTH + 1.0
    params.users.demand_t[:, later] *= 5.0
    params.makers.demand_t[..., later] *= 0.1
    params.mines.capacity_t[:, later] *= 0.0
    params.mines.committed[params.mines.committed > MONTH] = MONTH + 1.0
    assert plan_made(changed, world().block) == plan_made(prepared(), world().block)
    params.script.tax[:, MONTH] = 0.9
    assert plan_made(changed, world().block) != plan_made(prepared(), world().block)


def test_the_script_in_force_at_the_plan_stays_and_use_grows_on_as_it_did() -> None:
    room = plan.PlanningRoom(prepared(), prepared().segments[0])
    room.freeze(MONTH)
    given, frozen = prepared().segments[0].params, room.params
    assert np.array_equal(frozen.script.tax[:, : MONTH + 1], given.script.tax[:, : MONTH + 1])
    assert np.array_equal(frozen.script.tax[:, -1], given.script.tax[:, MONTH])
    used = given.users.demand_t[:, MONTH] > 0.0
    yearly = given.users.demand_t[used, MONTH] / given.users.demand_t[used, MONTH - 12]
    ahead = frozen.users.demand_t[used, MONTH + 12] / frozen.users.demand_t[used, MONTH]
    assert ahead == pytest.approx(np.clip(yearly, *plan.GROWTH), rel=1e-12)
    assert np.all(frozen.mines.earliest[frozen.mines.earliest > MONTH] == plan.NEVER)
    months = np.arange(frozen.script.half_year.size)
    assert np.array_equal(frozen.script.half_year, 6 - (scenario().start + months) % 6)


def test_the_true_luck_to_come_does_not_move_a_plan() -> None:
    streams = np.array([key_of(f"other {k}") for k in range(4)], dtype=np.uint64)
    unlucky = prepared()._replace(keys=prepared().keys._replace(streams=streams))
    unlucky = unlucky._replace(segments=prepare(scenario()).segments)
    assert plan_made(unlucky, world().block) == plan_made(prepared(), world().block)
    assert not np.array_equal(simulate(unlucky, SEED).history.months[:12], led().history.months[:12])


def test_without_luck_and_errors_another_seed_sees_the_same_world_and_plans_the_same() -> None:
    calm = prepare(with_settings(scenario(), {"mechanisms.noise": False, "plan.stock_error": 0.0, "plan.illegal_error": 0.0,
                                              "mines.open_window": 1.0, "mines.lead_spread": 0.0, "plan.quotas": 2}))  # fmt: skip
    plans = [plan_made(calm, world().block, seed)[0] for seed in (1, 2)]
    assert plans[0] == plans[1]


def test_its_luck_is_none_of_the_runs() -> None:
    room = plan.PlanningRoom(prepared(), prepared().segments[0])
    streams = [room._luck("china_state", month, k).streams for month in (24_100, 24_112) for k in range(3)]
    named = {int(word) for keys in streams for word in keys} | {int(word) for word in prepared().keys.streams}
    assert len(named) == 6 * 4 + 4


# --- choices are part of the world --------------------------------------------------------------------------------------


def test_mesa_plays_the_same_plans_to_the_last_bit() -> None:
    model = RareEarthModel(scenario=scenario(), rng=SEED)
    model.run_for(30)
    assert np.array_equal(model.history.months[:30], led().history.months[:30], equal_nan=True)
    assert np.array_equal(model.history.plans[:30], led().history.plans[:30])


@pytest.mark.parametrize("month", [11, 12, 30])
def test_a_copy_of_a_world_plays_on_with_the_choice_that_stands(month: int) -> None:
    fork = play_on(prepared(), world_in(led(), month))
    assert fork.block.tobytes() == led().block.tobytes()
    assert fork.history.months.tobytes() == led().history.months.tobytes()


def test_threads_plan_the_same() -> None:
    short = prepare(with_settings(with_months(scenario(), end="2006-06"), {"plan.horizon_months": 6}))
    alone = [simulate(short, seed).block.tobytes() for seed in range(6)]
    threads = list(play_jobs([Job(short, seed) for seed in range(6)], lambda job, room: room.block.tobytes(), 2, chunk=1))
    assert threads == alone
    assert len(set(alone)) == 6


def test_who_does_not_plan_pays_nothing_for_those_who_could(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_given: object) -> None:
        raise AssertionError("nobody plans here")

    monkeypatch.setattr(plan, "_room", fails)
    scripted = prepare(with_months(load_scenario(HISTORY), end="2006-12"))
    record = simulate(scripted, SEED)
    assert not record.history.plans.any()
    with pytest.raises(AssertionError, match="nobody plans"):
        simulate(prepared(), SEED)


@pytest.mark.parametrize(
    ("candidates", "message"),
    [
        ("[open_trade, best_reply]", "got 'best_reply'; allowed"),
        ("[receding_horizon]", "got 'receding_horizon'; allowed"),
        (f"[{', '.join(['open_trade'] * 9)}]", "got 9 strategies; allowed 8 at most"),
    ],
)
def test_candidates_that_cannot_be_weighed_are_refused_in_one_line(tmp_path: Path, candidates: str, message: str) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(
        f"title: own\nextends: {HISTORY}\ngovernments:\n  china_state: {{candidates: {candidates}}}\n", encoding="utf-8"
    )
    with pytest.raises(reabm.ScenarioError, match="candidates") as caught:
        load_scenario(file)
    assert message in str(caught.value)
