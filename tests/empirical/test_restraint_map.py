import io

import numpy as np
import pytest
from rich.console import Console

from reabm.empirical.restraint_folder import frontier_table, load_restraint, save_restraint, summary_of
from reabm.empirical.restraint_map import UNSURE, Critical, at_rate, break_even, cells, critical_rates, differences, frontier
from reabm.empirical.restraint_theory import (
    Window,
    fit_window,
    half_life_of,
    mean_difference,
    theory_table,
    threshold_rate,
)
from reabm.games.repeated import delayed_threshold, trigger_threshold
from reabm.report.restraint_figures import FIGURES, draw_restraint, the_frontier
from reabm.report.restraint_words import restraint_sentences, restraint_table, span_text
from tests.empirical.restraint_case import small

RATES = np.array([0.0, 0.1, 0.2, 0.4])


@pytest.mark.parametrize(
    ("values", "rate", "back"),
    [
        ([-2.0, -1.0, 1.0, 3.0], 0.15, np.inf),
        ([1.0, 2.0, 3.0, 4.0], -np.inf, np.inf),
        ([-4.0, -3.0, -2.0, -1.0], np.inf, np.inf),
        ([-1.0, 1.0, 1.0, -1.0], 0.05, 0.3),
        ([1.0, 1.0, -1.0, -1.0], -np.inf, 0.15),
        ([-3.0, -3.0, -3.0, 1.0], 0.35, np.inf),
    ],
)
def test_the_critical_rate_is_where_the_difference_rises_through_nought(values, rate, back):
    found, again = critical_rates(np.array([values]), RATES)
    assert found[0] == pytest.approx(rate)
    assert again[0] == pytest.approx(back)


def test_every_cell_of_the_grid_is_there_and_its_sign_decides():
    result = small()
    table = cells(result.study, result.played)
    written = result.study.file
    n = len(written.lead_factors) * len(written.discount_rates) * len(written.downstream_weights)
    assert len(table) == n * len(written.retaliation_musd_month)
    sure = table[table["better"] != UNSURE]
    assert ((sure["difference_musd"] > 0.0) == (sure["better"] == "coercion")).all()
    assert (abs(sure["difference_musd"]) > 2.0 * sure["standard_error"]).all()
    unsure = table[table["better"] == UNSURE]
    assert (abs(unsure["difference_musd"]) <= 2.0 * unsure["standard_error"]).all()


def test_dearer_retaliation_never_helps_coercion():
    result = small()
    table = cells(result.study, result.played)
    key = ["lead_factor", "discount_rate", "downstream_weight"]
    cheap = table[table["retaliation_musd_month"] == 100.0].set_index(key)["difference_musd"]
    dear = table[table["retaliation_musd_month"] == 700.0].set_index(key)["difference_musd"]
    assert (dear < cheap).all()


def test_at_a_break_even_weight_both_pay_the_same():
    result = small()
    study, pair = result.study, result.study.file.comparisons[0]
    table = break_even(study, result.played, pair)
    row = table[(table["weight"] == "payoffs.downstream_weight") & (table["lead_factor"] == 1.0)].iloc[0]
    weights = study.weights
    weights[2] = row["break_even"]
    rate = study.file.discount_rates.index(0.05)  # the scenarios' own
    gap = differences(study, result.played.sums, pair, weights)[0, :, rate].mean()
    assert abs(gap) < 1e-6 * abs(result.played.sums).max()


def test_the_frontier_lies_within_its_interval():
    result = small()
    for one in frontier(result.study, result.played, result.study.file.comparisons[0], 0.5, 100.0):
        assert one.low <= one.rate <= one.high
        assert np.isnan(one.sets_low)  # no other sets were played


def shifted(result, musd):
    """The result with so much more for coercion in every world, at every rate and weight: producers' money has no weight."""
    sums = result.played.sums.copy()
    sums[list(result.study.policies).index("hard_line"), ..., 0] += musd
    return result._replace(played=result.played._replace(sums=sums))


@pytest.mark.parametrize(
    ("musd", "side", "end", "words"), [(1e7, "below", 0.0, "below 0 %"), (-1e7, "above", 0.5, "above 50.0 %")]
)
def test_a_rate_beyond_those_of_the_study_is_said_to_lie_beyond_them(tmp_path, musd, side, end, words):
    """What was not measured gets no number of its own: not in the table, the sentences, the terminal or the figures."""
    result = shifted(small(), musd)
    table = frontier_table(result)
    for name in ("critical_rate", "low", "high"):
        assert (table[name] == end).all()
        assert (table[f"{name}_side"] == side).all()
    assert table["sets_low"].isna().all()
    assert (table["sets_low_side"] == "").all()
    assert (table["back_side"] == "above").all()
    assert np.isfinite(table.drop(columns=["sets_low", "sets_high"]).select_dtypes("number").to_numpy()).all()
    said = " ".join(restraint_sentences(result))
    assert f"2.5 years: {words} [{words}, {words}]" in said
    assert f"0.5: {words}; 1.3: {words}" in said
    assert "none" not in said.partition("Weights at which")[0]
    console = Console(width=200, file=io.StringIO())
    console.print(restraint_table(result))
    assert console.file.getvalue().count(words) == 2 * 2  # critical rate and interval, of two building times
    own = summary_of(result)["frontier"][0]
    assert (own["critical_rate"], own["critical_rate_side"]) == (end, side)
    figure = the_frontier(result)
    marks = [line.get_marker() for line in figure.axes[0].lines if len(line.get_xdata()) and line.get_marker() in ("v", "^")]
    assert set(marks) == {"v" if side == "below" else "^"}


def test_an_interval_that_leaves_the_rates_of_the_study_says_on_which_side():
    one = Critical(0.05, -np.inf, 0.07, np.nan, np.nan, np.inf, 0.01, 0.5)
    assert span_text(one, one.low, one.high) == "below 1.0 % to 7.0 %"
    assert span_text(one, 0.03, np.inf) == "3.0 % to above 50.0 %"
    assert span_text(one, 0.03, 0.046) == "3.0-4.6 %"
    assert span_text(one, np.nan, np.nan) == "–"


def test_nothing_is_read_at_a_rate_beyond_those_of_the_study():
    study = small().study
    values = np.arange(4.0)
    assert at_rate(study, values, 0.05) == 1.0
    assert np.isnan(at_rate(study, values, 0.6))


def test_two_steps_are_found_again():
    steps = np.array([10.0] * 12 + [-4.0] * 28)
    window = fit_window(steps)
    assert window == Window(40.0, 16.0, 3.0, pytest.approx(1.0))
    noise = np.random.default_rng(1).normal(0.0, 0.5, 40)
    assert fit_window(steps + noise).years == 3.0


def test_a_difference_that_never_turns_is_no_dilemma():
    window = fit_window(np.linspace(-5.0, -1.0, 40))
    assert not window.is_one
    assert np.isnan(threshold_rate(window))


def test_the_threshold_of_two_steps_is_where_their_discounted_sum_is_nought():
    """Cases G1 and G2, from flows to a rate: simulated two-step worlds must cross where the trigger game says."""
    window = Window(40.0, 24.0, 3.0, 1.0)
    steps = np.array([10.0] * 12 + [-6.0] * 28)
    rate = threshold_rate(window, horizon_years=10.0)
    worth = (1.0 + rate) ** (-np.arange(40) / 4.0)
    assert abs(float(worth @ steps)) < 1e-9
    for_ever = threshold_rate(window)
    assert for_ever > rate  # a longer punishment deters less patient states
    assert (1.0 + for_ever) ** (-1 / 4) == pytest.approx((40.0 / 64.0) ** (1 / 12))


def test_a_game_that_ends_late_has_the_threshold_of_one_for_ever():
    assert delayed_threshold(5.0, 3.0, 1.0, 4, 4000) == pytest.approx(trigger_threshold(5.0, 3.0, 1.0, 4))
    assert delayed_threshold(5.0, 3.0, 1.0, 1, 4000) == pytest.approx(0.5)  # case G1


def test_so_short_a_punishment_deters_nobody():
    with pytest.raises(ValueError, match="at any patience"):
        delayed_threshold(5.0, 3.0, 1.0, 10, 12)
    assert threshold_rate(Window(40.0, 16.0, 9.0, 1.0), horizon_years=10.0) == 0.0


def test_a_share_that_falls_like_gaskins_has_his_half_life():
    months = np.arange(1200)
    share = 0.7 + 0.3 * np.exp(-0.2 * months / 12.0)
    assert half_life_of(share) == pytest.approx(np.log(2.0) / 0.2, abs=0.15)
    assert half_life_of(np.full(60, 0.9)) == np.inf


def test_theory_reads_its_flows_from_the_same_worlds():
    result = small()
    study, pair = result.study, result.study.file.comparisons[0]
    table = theory_table(study, result.played, pair.coercion, pair.restraint)
    quarters = mean_difference(study, result.played.quarters, pair.coercion, pair.restraint, study.weights)
    found = fit_window(quarters[0].mean(axis=0))
    assert table["gain_musd_yr"].iloc[0] == found.gain
    undiscounted = differences(study, result.played.sums, pair, study.weights)[0, :, 0].mean()
    assert quarters[0].sum(axis=1).mean() == pytest.approx(undiscounted)


def test_a_folder_gives_back_what_was_saved_twice_the_same(tmp_path):
    result = small()
    one, two = save_restraint(result, tmp_path / "a", command=["x"]), save_restraint(result, tmp_path / "b", command=["x"])
    names = sorted(file.name for file in one.iterdir() if file.name != "manifest.json")
    assert "summary.json" in names
    for name in names:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name
    read = load_restraint(one)
    assert np.array_equal(read.played.sums, result.played.sums)
    assert read.study.file == result.study.file
    assert restraint_sentences(read) == restraint_sentences(result)


@pytest.mark.filterwarnings("error::UserWarning")  # of a layout that collapsed
def test_figures_are_drawn_the_same_twice(tmp_path):
    one, two = draw_restraint(small(), tmp_path / "a"), draw_restraint(small(), tmp_path / "b")
    assert [file.stem for file in one] == list(FIGURES)
    for a, b in zip(one, two, strict=True):
        assert a.read_bytes() == b.read_bytes()
