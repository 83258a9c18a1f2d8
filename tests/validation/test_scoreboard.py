"""The scoreboard on runs, facts and observations made by hand."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reabm.scenario import find_configs, load_scenario
from reabm.store import FolderError
from reabm.validation.folder import files_of, load_board, save_board
from reabm.validation.points import points_of
from reabm.validation.scoreboard import Board, facts_table, names_wanted, score
from reabm.validation.windows import EARLY, RUNGS
from tests.validation.hand_made import CHINA, EXPORTS, N_MONTHS, PRICE, fact, month, paths_of, seen

YEARS = range(2009, 2025)


def board_of(observed: list, runs: dict, targets: tuple = (), rungs: tuple = RUNGS) -> Board:
    return score(paths_of(**runs), targets, observed, rungs)


def row_of(board: Board, window: str, series: str = PRICE) -> pd.Series:
    rows = board.series[(board.series["window"] == window) & (board.series["series"] == series)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_a_fact_outside_its_tolerance_is_a_miss_and_says_how_far_and_why() -> None:
    target = fact(PRICE, "mean", 100.0, 80.0, 120.0, month(2011), month(2011, 12), if_missed="no panic in the model")
    made_to_fail = facts_table(paths_of(price__outside__NdPr=[60.0, 60.0]), [target]).iloc[0]
    assert not made_to_fail["hit"]
    assert not made_to_fail["in_band"]
    assert made_to_fail["distance"] == pytest.approx(-0.25)
    assert made_to_fail["reason"] == "no panic in the model"
    hit = facts_table(paths_of(price__outside__NdPr=[70.0, 90.0, 110.0]), [target]).iloc[0]
    assert hit["hit"]
    assert hit["in_band"]
    assert hit["distance"] == 0.0
    assert hit["reason"] == ""


def test_a_fact_may_lie_in_the_band_while_the_median_misses_it_and_the_other_way_round() -> None:
    target = fact(PRICE, "mean", 100.0, 95.0, 105.0, month(2011), month(2011, 12))
    wide = facts_table(paths_of(price__outside__NdPr=[50.0, 60.0, 150.0]), [target]).iloc[0]
    assert (wide["hit"], wide["in_band"]) == (False, True)
    narrow = facts_table(paths_of(price__outside__NdPr=[103.0, 104.0]), [target]).iloc[0]
    assert (narrow["hit"], narrow["in_band"]) == (True, False)


def test_windows_are_scored_apart() -> None:
    observed = [seen(PRICE, 10.0 if year <= 2012 else 20.0, month(year)) for year in YEARS]
    board = board_of(observed, {"price__outside__NdPr": [10.0, 10.0]})
    assert (row_of(board, "fit")["n"], row_of(board, "fit")["rmse"]) == (4, 0.0)
    assert (row_of(board, "test")["n"], row_of(board, "test")["rmse"]) == (12, pytest.approx(math.log(2.0)))
    assert row_of(board, "test")["bias"] == pytest.approx(-math.log(2.0))
    assert row_of(board, "test")["coverage"] == 0.0


def test_no_change_stays_at_december_2012_and_the_model_is_said_to_be_closer_or_not() -> None:
    observed = [seen(PRICE, 10.0 if year <= 2012 else 40.0, month(year)) for year in YEARS]
    closer = row_of(board_of(observed, {"price__outside__NdPr": [20.0, 20.0]}), "test")
    assert closer["rmse_no_change"] == pytest.approx(math.log(4.0))
    assert closer["better_than_no_change"]
    worse = row_of(board_of(observed, {"price__outside__NdPr": [5.0, 5.0]}), "test")
    assert not worse["better_than_no_change"]


def test_baselines_do_not_see_the_test_window_but_the_curve_is_told_the_volumes() -> None:
    def forecasts(late_price: float, late_volume: float) -> pd.DataFrame:
        prices = [seen(PRICE, 10.0 + year % 3 if year <= 2012 else late_price, month(year)) for year in YEARS]
        volumes = [seen(EXPORTS, 1200.0 / (1 + year % 3) if year <= 2012 else late_volume, month(year)) for year in YEARS]
        board = board_of(prices + volumes, {"price__outside__NdPr": [10.0, 10.0], "exports__legal": [50.0, 50.0]})
        own = board.points[(board.points["window"] == "test") & (board.points["series"] == PRICE)]
        return own[["no_change", "ar1", "isoelastic"]].reset_index(drop=True)

    pd.testing.assert_frame_equal(forecasts(20.0, 900.0), forecasts(99.0, 900.0))
    other = forecasts(20.0, 300.0)
    assert other["no_change"].equals(forecasts(20.0, 900.0)["no_change"])
    assert (other["isoelastic"] > forecasts(20.0, 900.0)["isoelastic"]).all()


def test_a_curve_does_not_apply_to_shares_and_the_board_says_so() -> None:
    observed = [seen(CHINA, 0.9 if year <= 2012 else 0.6, month(year)) for year in YEARS]
    row = row_of(board_of(observed, {"japan__from_china": [0.7, 0.7]}), "test", CHINA)
    assert row["better_than_isoelastic"] is None
    assert row["about_isoelastic"] == "no demand curve for it"
    assert row["rmse"] == pytest.approx(0.1)


def test_the_rung_of_2010_knows_nothing_of_2011() -> None:
    observed = [seen(PRICE, {2009: 5.0, 2010: 10.0}.get(year, 80.0), month(year)) for year in YEARS]
    board = board_of(observed, {"price__outside__NdPr": [80.0, 80.0]}, rungs=(EARLY, *RUNGS))
    row = row_of(board, EARLY.name)
    assert (row["n"], row["rmse"]) == (2, 0.0)
    assert row["rmse_no_change"] == pytest.approx(math.log(8.0))


def test_of_rows_on_the_same_months_the_best_quality_counts_and_of_equals_the_mean() -> None:
    rows = [
        seen(PRICE, 10.0, month(2011)), seen(PRICE, 40.0, month(2011)), seen(PRICE, 999.0, month(2011), quality="weak"),
        seen(PRICE, 999.0, month(2012), is_target=False),
    ]  # fmt: skip
    points = points_of(rows)[PRICE]
    assert points.value.tolist() == pytest.approx([20.0])
    assert points.quality == ("solid",)


def test_flows_of_half_years_and_years_are_compared_as_a_months_mean() -> None:
    points = points_of([seen(EXPORTS, 600.0, month(2011), month(2011, 6)), seen(EXPORTS, 1200.0, month(2012))])[EXPORTS]
    assert points.value.tolist() == [100.0, 100.0]


def test_what_the_script_tells_is_not_counted_as_beaten() -> None:
    observed = [seen("mine_output.china", 1200.0 if year <= 2012 else 2400.0, month(year)) for year in YEARS]
    board = board_of(
        observed, {"mine_output__china": [200.0, 200.0]}, (fact(PRICE, "mean", 1.0, 1.0, 1.0, month(2013), month(2013)),)[:0]
    )
    found = board.summary["series"]["test"]["no_change"]
    assert (found["applies_to"], found["with_told"]["beaten_on"]) == (0, 1)


def test_the_bar_of_seventy_per_cent_counts_test_facts_in_the_band() -> None:
    def share(n_inside: int) -> tuple[float, bool]:
        facts = tuple(
            fact(PRICE, "mean", 100.0 if k < n_inside else 500.0, 1.0, 999.0, month(2015), month(2015, 12), name=f"f{k}")
            for k in range(10)
        )
        summary = score(paths_of(price__outside__NdPr=[90.0, 110.0]), facts, []).summary
        return summary["facts"]["test"]["share_in_band"], next(on for bar, on in summary["bars"].items() if "70%" in bar)

    assert share(6) == (0.6, False)
    assert share(7) == (0.7, True)


def test_series_are_wanted_once_and_in_the_order_of_their_list() -> None:
    target = fact(EXPORTS, "mean", 1.0, 1.0, 1.0, month(2011), month(2011, 12))
    assert names_wanted([target], [seen(PRICE, 1.0, month(2011)), seen(EXPORTS, 1.0, month(2011))]) == (PRICE, EXPORTS)


@pytest.fixture(scope="module")
def board() -> Board:
    observed = [seen(PRICE, 10.0 + year % 4, month(year)) for year in YEARS]
    runs = np.random.default_rng(7).uniform(5.0, 15.0, (8, N_MONTHS))
    missed = fact(PRICE, "peak", 10.0, 9.0, 11.0, month(2011), month(2011, 12), name="missed")
    return score(paths_of(price__outside__NdPr=runs), (missed,), observed, about={"asked": {"runs": 8}})


def test_a_board_comes_back_from_its_folder(board: Board, tmp_path: Path) -> None:
    scenario = load_scenario(find_configs() / "scenarios" / "history.yaml")
    folder = save_board(board, scenario, tmp_path / "board", ["reabm"])
    back = load_board(folder)
    assert back.scenario == scenario
    pd.testing.assert_frame_equal(back.board.bands, board.bands)
    for name in ("facts", "series", "points"):
        ours, read = getattr(board, name), getattr(back.board, name)
        assert list(read.columns) == list(ours.columns)
        assert read[name_of_numbers(name)].to_numpy() == pytest.approx(ours[name_of_numbers(name)].to_numpy(), rel=1e-9)
    assert files_of(back.board, scenario)["summary.json"] == files_of(board, scenario)["summary.json"]


def name_of_numbers(table: str) -> str:
    return {"facts": "median", "series": "rmse", "points": "observed"}[table]


def test_a_damaged_folder_is_refused_in_a_line(board: Board, tmp_path: Path) -> None:
    scenario = load_scenario(find_configs() / "scenarios" / "history.yaml")
    folder = save_board(board, scenario, tmp_path / "board", ["reabm"])
    text = (folder / "facts.csv").read_text()
    (folder / "facts.csv").write_text(text.replace("missed", "hitted"))
    with pytest.raises(FolderError, match=r"facts\.csv: damaged"):
        load_board(folder)
