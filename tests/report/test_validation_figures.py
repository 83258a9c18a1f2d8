"""The figures of a scoreboard: which there are, what they show, the same bytes for the same board."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from reabm.report import canvas
from reabm.report.validation_figures import PANELS, draw_board, figures_of
from reabm.report.validation_words import distance, figure, interval
from reabm.scenario import Scenario, find_configs, load_scenario
from reabm.validation.scoreboard import Board, score
from tests.validation.hand_made import EXPORTS, N_MONTHS, PRICE, fact, month, paths_of, seen


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario(find_configs() / "scenarios" / "history.yaml")


@pytest.fixture(scope="module")
def board() -> Board:
    years = range(2009, 2026)
    observed = [seen(PRICE, 10.0 + year % 4, month(year), quality=("solid", "medium", "weak")[year % 3]) for year in years]
    observed += [seen(EXPORTS, 1000.0 + 50 * (year % 5), month(year)) for year in years]
    luck = np.random.default_rng(1)
    runs = {
        "price__outside__NdPr": luck.uniform(5.0, 15.0, (8, N_MONTHS)),
        "exports__legal": luck.uniform(60.0, 120.0, (8, N_MONTHS)),
    }
    facts = (
        fact(PRICE, "mean", 10.0, 9.0, 11.0, month(2011), month(2011, 12), name="a_mean"),
        fact(
            PRICE,
            "peak_month",
            month(2011, 8),
            month(2011, 5),
            month(2011, 10),
            month(2010),
            month(2012, 12),
            name="a_date",
            unit="month",
        ),
        fact(PRICE, "mean", 500.0, 400.0, np.inf, month(2015), month(2015, 12), name="far_off"),
    )
    return score(paths_of(**runs), facts, observed)


def test_at_least_twelve_series_have_a_panel() -> None:
    assert sum(len(panels) for _, _, panels in PANELS.values()) >= 12


def test_every_window_with_facts_has_a_chart(board: Board) -> None:
    assert set(figures_of(board)) == {"prices", "volumes", "facts_fit", "facts_test", "errors"}


def test_panels_show_the_median_and_every_observed_value(board: Board, scenario: Scenario) -> None:
    with canvas.style():
        drawn = figures_of(board)["prices"](board, scenario)
    ax = next(ax for ax in drawn.axes if ax.get_title(loc="left").startswith("NdPr outside"))
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert sorted(float(np.asarray(dot.get_ydata())[0]) for dot in dots) == pytest.approx(
        sorted(board.points.loc[board.points["series"] == PRICE, "observed"])
    )
    medians = board.bands.loc[board.bands["series"] == PRICE, "q50"].to_numpy()
    assert any(len(line.get_ydata()) == N_MONTHS and np.allclose(line.get_ydata(), medians) for line in ax.lines)


def test_the_same_board_gives_the_same_pictures(board: Board, scenario: Scenario, tmp_path: Path) -> None:
    first, second = (draw_board(board, scenario, tmp_path / name) for name in ("a", "b"))
    hashes = [[hashlib.sha256(file.read_bytes()).hexdigest() for file in files] for files in (first, second)]
    assert hashes[0] == hashes[1]


@pytest.mark.parametrize(
    ("number", "unit", "written"),
    [
        (24139.0, "month", "2011-08"),
        (np.inf, "month", "never"),
        (np.nan, "t", "–"),
        (0.5, "share", "0.50"),
        (12345.6, "t", "12,346"),
    ],
)
def test_figures_are_written_as_people_write_them(number: float, unit: str, written: str) -> None:
    assert figure(number, unit) == written


def test_open_bounds_and_distances_are_said_in_words() -> None:
    assert interval(0.1, np.inf) == "0.10 or more"
    assert distance(0.0, "mean", is_log=True) == ""
    assert distance(-0.25, "mean", is_log=True) == "−25 %"
    assert distance(7.0, "peak_month", is_log=True) == "+7 months"
