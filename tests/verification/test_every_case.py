"""Every row of `cases.csv` is reproduced within its tolerance, or stands in `missing.csv` with the reason."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from reabm.games.entry import Entry, blockading_cost, deterring_cost, deterring_output
from reabm.games.exhaustible import linear_depletion, sold_on_path_t
from reabm.rules.makers import move_probability
from tests.verification.cases import cases, expected
from tests.verification.markets import UNIT_T, deterring_t
from tests.verification.markets import blockading_cost as blockading_cost_over_runs
from tests.verification.markets import deterring_cost as deterring_cost_over_runs
from tests.verification.rows import ROWS, RUN
from tests.verification.rows_market import depletion
from tests.verification.rows_paper import MOVES
from tests.verification.worlds import prices

ALL = cases("")
N_MISSING = 0  # may rise on purpose only


def missing() -> dict[str, str]:
    with open(Path(__file__).parent / "missing.csv", newline="", encoding="utf-8") as file:
        return {row["id"]: row["reason"] for row in csv.DictReader(file)}


@pytest.mark.parametrize("case", ROWS)
def test_a_row_is_reproduced_within_its_tolerance(case: str) -> None:
    assert ROWS[case].measure() == expected(ALL[case])


def test_every_row_is_reproduced_or_missing_with_a_reason() -> None:
    absent = missing()
    assert len(ALL) == 146
    assert ROWS.keys() | absent.keys() == ALL.keys()
    assert not ROWS.keys() & absent.keys()
    assert all(len(reason) > 20 for reason in absent.values())
    assert len(absent) == N_MISSING


def test_a_wrong_answer_is_outside_every_tolerance() -> None:
    """The loosest tolerance is two per cent: no row would pass with an answer three per cent off, or 0.01 where it is zero."""
    for row in ALL.values():
        answer = float(row["expected"])
        assert answer * 1.03 + (0.01 if answer == 0.0 else 0.0) != expected(row)


def test_what_needs_a_market_goes_through_runs() -> None:
    blocks = ("M", "C", "S", "D", "Q", "E", "K", "F", "J", "Z", "L2", "L6", "X1", "X2")
    assert {ROWS[case].way for case in ROWS if case.startswith(blocks)} == {RUN}


def test_the_games_over_runs_agree_with_their_formulas_where_the_cases_do_not_ask() -> None:
    game = Entry(100.0, 1.0, 20.0)
    for entry_cost in (60.0, 300.0):
        assert deterring_t(entry_cost) / UNIT_T == pytest.approx(deterring_output(game, entry_cost), rel=1e-6)
    assert deterring_cost_over_runs() == pytest.approx(deterring_cost(game), rel=1e-6)
    assert blockading_cost_over_runs() == pytest.approx(blockading_cost(game), rel=1e-6)


# --- what a row's single number does not show ------------------------------------------------------------------------------


def test_the_price_of_a_stock_that_runs_out_grows_at_the_rate_of_interest_until_use_ends() -> None:
    run = depletion()
    path = prices(run)
    sold = run.months.mine_output_row_t.to_numpy()
    selling = sold > 1e-9
    grows = path[1:][selling[1:]] / path[:-1][selling[1:]]
    assert grows == pytest.approx(np.full(len(grows), 1.05 ** (1.0 / 12.0)), rel=1e-9)
    assert sold.sum() == pytest.approx(100_000.0, rel=1e-9)
    assert path[selling][-1] < 100.0 <= path[selling][-1] * 1.05 ** (1.0 / 12.0) + 1e-9


@pytest.mark.parametrize(("cost", "backstop"), [(0.0, None), (20.0, 90.0)])
def test_a_path_of_depletion_sells_the_stock_and_no_more(cost: float, backstop: float | None) -> None:
    path = linear_depletion(100.0, 0.01, 100_000.0, 0.05, cost, backstop)
    assert sold_on_path_t(100.0, 0.01, path, 0.05, cost) == pytest.approx(100_000.0, rel=1e-9)


def test_makers_of_the_model_settle_where_the_solver_says() -> None:
    from reabm.games.relocation import settled_shares, wanted_share

    low, tips, high = settled_shares(MOVES)
    for share in (low, tips, high):
        benefit = MOVES.gap + MOVES.pull * share - MOVES.cost
        assert move_probability(benefit, MOVES.precision) == pytest.approx(share, rel=1e-12)
    assert wanted_share(MOVES, tips - 1e-3) < tips - 1e-3  # below the tipping point fewer want to have moved than have
    assert wanted_share(MOVES, tips + 1e-3) > tips + 1e-3
