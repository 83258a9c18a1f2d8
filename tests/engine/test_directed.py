"""Firms that are told what to do: they do it as soon as, and as far as, it can be done."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from reabm.engine.run import RunRecord, prepare, simulate
from reabm.scenario.months import month_index
from reabm.world.history import MAKER_COLUMNS, MINE_COLUMNS
from tests.short_run import history

SEED = 0
MINE, MAKER = "mount_weld_1", "hitachi_metals"
BUILDING, PRODUCING, MOTHBALLED = 1.0, 2.0, 3.0


@cache
def told(until: str, *settings: tuple[str, Any]) -> RunRecord:
    """History with the mine and the maker on `directed`, and dated levers: (path, ((from, value), ...))."""
    dated = {path: [{"from": month, "value": value} for month, value in values] for path, values in settings}
    directed = {f"strategies.{name}": "directed" for name in (MINE, MAKER)}
    return simulate(prepare(history(until, **directed, **dated)), SEED)


def at(when: str) -> int:
    return int(month_index(when) or 0) - int(month_index("2005-01") or 0)


def mine(record: RunRecord, name: str) -> np.ndarray:
    row = record.prepared.names.mines.index(MINE)
    return record.history.mines[:, row, MINE_COLUMNS.index(name)]


def maker(record: RunRecord, name: str) -> np.ndarray:
    row = record.prepared.names.makers.index(MAKER)
    return record.history.makers[:, row, MAKER_COLUMNS.index(name)]


# --- makers -----------------------------------------------------------------------------------------------------------


def in_china(record: RunRecord, line: str) -> np.ndarray:
    parts = [maker(record, f"{line}_{place}_t") for place in ("home", "china", "elsewhere")]
    return parts[1] / (parts[0] + parts[1] + parts[2])


def test_a_maker_that_is_told_nothing_keeps_its_plants_as_one_that_stays() -> None:
    free = told("2013-12")
    stays = simulate(
        prepare(history("2013-12", **{"strategies.mount_weld_1": "directed", "strategies.hitachi_metals": "stay"})), SEED
    )
    assert free.block.tobytes() == stays.block.tobytes()
    assert np.all(in_china(free, "commodity") == 0)


def test_a_maker_plans_at_once_and_builds_in_the_usual_time() -> None:
    record = told("2013-12", (f"makers.{MAKER}.commodity_in_china", (("2006-01", 0.5), ("2012-01", 0.2))))
    plan, share = maker(record, "commodity_plan_share"), in_china(record, "commodity")
    assert plan[at("2005-12")] == 0
    assert plan[at("2006-01")] == 0.5
    first = int(np.flatnonzero(share > 0)[0]) - at("2006-01")
    assert 30 <= first <= 61  # 40 months x 0.75 to 1.5
    assert 0.5 - 0.08 < share[at("2011-12")] < 0.5  # within a lump: the firm grew while it built
    assert share[at("2012-04")] == pytest.approx(share[at("2011-12")])
    assert share[at("2012-06")] == pytest.approx(0.2, abs=0.005)  # closing takes four months
    assert np.all(in_china(record, "premium") == 0)


def test_a_step_smaller_than_a_lump_is_planned_and_not_built() -> None:
    record = told("2013-12", (f"makers.{MAKER}.commodity_in_china", (("2006-01", 0.05),)))
    assert maker(record, "commodity_plan_share")[-1] == 0.05
    assert np.all(in_china(record, "commodity") == 0)


def test_a_home_government_may_block_a_maker_that_is_told_to_go() -> None:
    path = f"makers.{MAKER}.commodity_in_china"
    free = told("2013-12", (path, (("2012-07", 0.5),)))
    building = free.state.makers.build_t[free.prepared.names.makers.index(MAKER), 1]
    blocked = history("2013-04", **{"strategies.hitachi_metals": "directed", path: [{"from": "2012-07", "value": 0.5}]})
    world = prepare(blocked)
    starts = sum(
        bool(simulate(world, seed, details=False).state.makers.build_t[world.names.makers.index(MAKER), 1]) for seed in range(30)
    )
    assert building > 0  # the block ends in May 2013
    assert 5 < starts < 29  # ten months at one in ten: two in three begin


# --- mines ------------------------------------------------------------------------------------------------------------


def test_a_mine_is_not_built_unless_told_whatever_its_committed_date() -> None:
    assert np.all(mine(told("2013-12"), "status") == 0)


@pytest.mark.parametrize(("when", "starts"), [("2008-06", "2008-06"), ("2005-06", "2007-01")])
def test_a_mine_is_started_when_told_and_not_before_it_may(when: str, starts: str) -> None:
    status = mine(told("2013-12", (f"mines.{MINE}.build", ((when, 1),))), "status")
    assert int(np.flatnonzero(status == BUILDING)[0]) == at(starts)
    assert status[-1] == PRODUCING


BUILD = (f"mines.{MINE}.build", (("2007-06", 1),))


def test_a_mine_runs_the_share_it_is_told_up_by_its_ramp_and_down_at_once() -> None:
    record = told("2016-12", BUILD, (f"mines.{MINE}.output", (("2005-01", 0.3), ("2013-01", 0.1), ("2014-01", 1))))
    use = mine(record, "utilisation")
    assert mine(record, "status")[at("2012-12")] == PRODUCING
    assert use[at("2012-12")] == 0.3
    assert use[at("2013-01")] == 0.1
    rising = use[at("2014-01") : at("2014-06")]
    assert np.allclose(np.diff(rising), np.diff(rising)[0])
    assert 0 < np.diff(rising)[0] < 0.05
    assert np.max(use) < 1  # its best
    assert np.max(use) > 0.6


def test_a_stopped_mine_keeps_its_debt_pays_interest_and_is_restarted_when_told() -> None:
    output = (f"mines.{MINE}.output", (("2011-06", 0), ("2012-06", 0.5)))
    record = told("2015-12", BUILD, output, ("mines.restart_months", (("2005-01", 12),)))
    status, debt, cash = (mine(record, name) for name in ("status", "debt_kusd", "cash_kusd"))
    stopped = slice(at("2011-06"), at("2012-06"))
    assert status[at("2011-05")] == PRODUCING
    assert np.all(status[stopped] == MOTHBALLED)
    assert np.all(mine(record, "ore_t")[stopped] == 0)
    assert np.all(debt[stopped] == debt[at("2011-05")])
    assert debt[at("2011-05")] > 0
    interest = debt[at("2011-05")] * 0.1 / 12
    assert np.diff(cash[stopped]) == pytest.approx(-interest)
    assert np.all(status[at("2012-06") : at("2013-06")] == BUILDING)
    assert status[at("2013-06")] == PRODUCING


def test_an_owner_who_runs_at_a_loss_on_purpose_fails_when_equity_is_gone() -> None:
    loses = (("mines.payability", (("2005-01", 0.1),)), ("mechanisms.outside_separation", (("2005-01", 0),)))
    record = told("2024-12", BUILD, (f"mines.{MINE}.output", (("2005-01", 1),)), *loses,
                  ("governments.japan.mine_support", (("2005-01", 0),)))  # fmt: skip
    row = record.prepared.names.mines.index(MINE)
    assert record.state.mines.bankrupt[row] >= 1
    debt = mine(record, "debt_kusd")
    failed = int(np.flatnonzero((debt[1:] == 0) & (debt[:-1] > 0))[0]) + 1
    assert mine(record, "status")[failed] == MOTHBALLED
    assert np.max(mine(record, "utilisation")[:failed]) > 0.5  # it ran at a loss until then


def test_what_firms_are_told_changes_nothing_on_another_strategy() -> None:
    levers = {f"makers.{MAKER}.commodity_in_china": 0.7, f"mines.{MINE}.output": 0.1, f"mines.{MINE}.build": 1}
    one, other = (simulate(prepare(history("2013-12", **given)), SEED) for given in ({}, levers))
    assert one.block.tobytes() == other.block.tobytes()
