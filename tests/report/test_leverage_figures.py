"""Figures of leverage are drawn from a small surface, with units on their axes and what they say taken from the figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread

from reabm.leverage import LeverageStudy
from reabm.leverage.summary import unpriced
from reabm.report import canvas
from reabm.report.canvas import DPI, WIDTH_IN
from reabm.report.leverage_canvas import PARTIES, TERMS, date_names, year_of
from reabm.report.leverage_figures import draw_leverage, figures_of
from reabm.report.leverage_losses import break_even_reputation, leverage_at, means_of
from tests.measured import DATES, small, small_study

MONEY = "M USD"


def drawn_of(name: str, study: LeverageStudy | None = None) -> Figure:
    study = small_study() if study is None else study
    with canvas.style():
        figure = figures_of(study)[name](study)
        figure.draw_without_rendering()
    return figure


def test_every_figure_is_drawn_with_colour_and_nothing_cut_off(tmp_path: Path) -> None:
    told: list[int] = []
    files = draw_leverage(small_study(), tmp_path / "figures", progress=lambda: told.append(1))
    names = ["leverage", "losses", "windows", "unsourced_prices", "choke_point", "erosion", "decay"]
    assert [file.stem for file in files] == names
    assert len(told) == len(names)
    for file in files:
        image = imread(file)
        assert image.shape[1] == WIDTH_IN * DPI
        body = image[image.shape[0] // 5 : -image.shape[0] // 10, :, :3]
        assert np.mean(np.ptp(body.reshape(-1, 3), axis=1) > 0.2) > 0.002, f"{file.name}: hardly any colour"
        edge = np.concatenate([image[:3].reshape(-1, image.shape[2]), image[:, -3:].reshape(-1, image.shape[2])])
        assert (edge[:, :3] == 1.0).all(), f"{file.name}: something is cut off at the edge"


@pytest.mark.parametrize("name", ["leverage", "losses", "windows", "choke_point", "erosion", "unsourced_prices"])
def test_money_has_its_unit_on_the_axis(name: str) -> None:
    assert any(MONEY in ax.get_ylabel() for ax in drawn_of(name).axes)


def test_prices_without_a_source_have_units_on_both_axes() -> None:
    left, right = drawn_of("unsourced_prices").axes
    assert MONEY in left.get_xlabel()
    assert MONEY in right.get_xlabel()
    assert MONEY in right.get_ylabel()


def test_the_decay_has_its_unit_and_names_each_cause_once() -> None:
    (ax,) = drawn_of("decay").axes
    assert MONEY in ax.get_xlabel()
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == ["c* in 2010-09", "new mines", "substitution", "stocks", "growth, prices and policy", "c* in 2014-09"]


def test_the_bars_of_the_decay_lead_from_the_first_to_the_last() -> None:
    (ax,) = drawn_of("decay").axes
    bars = ax.patches
    assert bars[0].get_width() == pytest.approx(460.0)
    assert bars[-2].get_x() + bars[-2].get_width() == pytest.approx(-110.0)
    assert bars[-1].get_width() == pytest.approx(-110.0)


def test_the_lines_of_leverage_are_those_of_the_table_with_and_without_priced_terms() -> None:
    left, right = drawn_of("leverage").axes[:2]
    for ax, one in ((left, small()), (right, unpriced(small()))):
        for months in (1, 6):
            curve = one.curve("japan", months)["leverage_musd"].to_numpy()
            assert any(len(line.get_ydata()) == 2 and np.array_equal(line.get_ydata(), curve) for line in ax.lines), months


def test_stacked_losses_add_up_to_the_losses_of_each_side() -> None:
    top, bottom = drawn_of("losses").axes
    curve = small().curve("japan", 6)
    for ax, column, parts in ((top, "target_loss_musd", PARTIES), (bottom, "coercer_loss_musd", TERMS)):
        heights = np.array([patch.get_height() for patch in ax.patches]).reshape(len(parts), len(DATES))
        np.testing.assert_allclose(heights.sum(axis=0), curve[column].to_numpy(), rtol=1e-9)


def test_a_single_scenario_and_date_leave_out_what_needs_more() -> None:
    one = small()
    early = one.forks[(one.forks["at"] == one.forks["at"].min()) & (one.forks["kind"] == "halt")].reset_index(drop=True)
    study = LeverageStudy({"history": type(one)(one.scenario, early, one.prices)})
    assert list(figures_of(study)) == ["losses", "unsourced_prices"]
    drawn_of("losses", study)
    drawn_of("unsourced_prices", study)


def test_titles_say_what_was_found() -> None:
    life = small().half_life("japan", 6).central
    title = drawn_of("leverage").texts[0].get_text()
    assert title == f"Leverage over Japan peaks in 2010; half of it is gone {life.years:.1f} years later"
    assert drawn_of("erosion").texts[0].get_text() == "An embargo of 2010-09 wears leverage away"


def test_leverage_over_the_prices_meets_the_table_at_the_scenarios_own() -> None:
    one = small()
    at = int(one.forks["at"].min())
    own = one.prices
    found = leverage_at(one, "japan", "halt", 6, at, np.array([own.retaliation_musd_month]), own.reputation_musd)
    assert found[0] == pytest.approx(one.curve("japan", 6)["leverage_musd"].iloc[0])


def test_leverage_is_nought_on_the_line_of_break_even() -> None:
    one = small()
    at = int(one.forks["at"].max())
    retaliation = np.array([0.0, 5.0])
    reputation = break_even_reputation(one, "japan", "halt", 6, at, retaliation)
    _, own, stopped, trust = means_of(one, "japan", "halt", 6, at)
    assert (own + stopped * retaliation + trust * reputation > 0.0).all(), "the coercer gains: nothing to break even"
    for price, trusted in zip(retaliation, reputation):
        assert leverage_at(one, "japan", "halt", 6, at, np.array([price]), trusted)[0] == pytest.approx(0.0, abs=1e-6)


def test_dates_of_one_month_are_named_by_their_years() -> None:
    assert date_names([2010 * 12 + 8, 2011 * 12 + 8]) == ["2010", "2011"]
    assert date_names([2010 * 12 + 8, 2011 * 12 + 3]) == ["2010-09", "2011-04"]
    assert year_of("2015-01-01") == pytest.approx(2015 + 1 / 31 / 12)
