"""What of a run is compared: the record's own numbers, the same from a run and from a room that is used again."""

import numpy as np
import pytest

from reabm.engine.ensemble import Job, play_jobs
from reabm.engine.run import Room, prepare, simulate
from reabm.validation.folding import Reader, fold, folded, folding
from reabm.validation.observed import observations
from reabm.validation.series import SERIES, ValidationError, series_of
from reabm.world.history import COLUMN
from tests.short_run import history

MONTHS = 96


@pytest.fixture(scope="module")
def prepared():
    return prepare(history("2012-12"))


@pytest.fixture(scope="module")
def run(prepared):
    return simulate(prepared, seed=3)


def test_every_series_has_a_month_each_and_finite_numbers_where_it_has_any(run):
    found = series_of(run, tuple(SERIES))
    assert set(found) == set(SERIES)
    for name, values in found.items():
        assert values.shape == (MONTHS,), name
        if SERIES[name].fold != "ratio of sums":
            assert np.isfinite(values).all(), name


def test_prices_and_flows_are_those_of_the_record(run):
    found = series_of(
        run, ("price.outside.NdPr", "price.china.Dy", "exports.legal", "exports.legal_japan", "japan.imports_from_china")
    )
    column = run.history.months
    assert np.array_equal(found["price.outside.NdPr"], column[:, COLUMN.ndpr_outside_usd_kg])
    assert np.array_equal(found["price.china.Dy"], column[:, COLUMN.dy_china_usd_kg])
    assert np.array_equal(found["exports.legal"], column[:, COLUMN.exports_legal_t])
    assert np.all(found["exports.legal_japan"] <= found["exports.legal"] + 1e-9)
    assert np.all(found["japan.imports_from_china"] <= column[:, COLUMN.japan_purchases_t] + 1e-9)


def test_the_gap_is_the_export_price_over_the_price_inside(run):
    found = series_of(run, ("price_ratio.La", "price.outside.La", "price.china.La"))
    assert np.allclose(found["price_ratio.La"] * found["price.china.La"] + 0.7, found["price.outside.La"])


def test_countries_and_mines_add_up_to_mine_output(run, prepared):
    names = prepared.names.mines
    found = series_of(
        run, ("mine_output.china_clays", "mine_output.china_light", "mine_output.china_actual", "mine_output.australia")
    )
    assert np.allclose(found["mine_output.china_clays"] + found["mine_output.china_light"], found["mine_output.china_actual"])
    lynas = [i for i, name in enumerate(names) if name.startswith(("mount_weld", "lynas", "browns", "greenfield_australia"))]
    assert np.allclose(found["mine_output.australia"], run.history.mines[:, lynas, 2].sum(axis=1))


def test_capacity_in_china_is_that_of_the_maker_a_year(run, prepared):
    at = prepared.names.makers.index("showa_denko")
    first = series_of(run, ("maker.showa_denko.china",))["maker.showa_denko.china"][0]
    assert first == pytest.approx(12.0 * (run.history.makers[0, at, 1] + run.history.makers[0, at, 4]))
    assert 800.0 < first < 1300.0  # the Baotou venture of 2002


def test_a_room_that_is_used_again_gives_what_a_run_of_its_own_gives(prepared, run):
    names = tuple(SERIES)
    seeds = (5, 3, 3)

    def keep(job, room):
        return {name: values.copy() for name, values in series_of(room, names).items()} | {"stocks": room.history.stocks_t.copy()}

    last = list(play_jobs([Job(prepared, seed) for seed in seeds], keep, workers=1, details=True))[-1]
    own = series_of(run, names)
    for name in names:
        assert np.array_equal(last[name], own[name], equal_nan=True), name
    assert np.array_equal(last["stocks"], run.history.stocks_t)


def test_a_room_without_details_says_what_is_missing_and_an_unknown_name_what_is_meant(prepared):
    message = next(iter(play_jobs([Job(prepared, 1)], _complaint, workers=1)))
    assert message == "series: price.china.La needs details of a run; allowed a run or room with details=True"
    with pytest.raises(ValidationError, match="got a room in which no job was played"):
        series_of(Room(prepared.sizes), ("exports.legal",))


def _complaint(job, room):
    assert series_of(room, ("exports.legal",))["exports.legal"].sum() > 0.0
    with pytest.raises(ValidationError, match=r"unknown name 'exports\.leagl'.*exports\.legal"):
        series_of(room, ("exports.leagl",))
    with pytest.raises(ValidationError) as error:
        series_of(room, ("price.china.La",))
    return str(error.value)


def test_months_are_folded_by_mean_sum_and_quotient_of_sums():
    values = {
        "price.china.La": np.array([1.0, 2.0, 6.0, 9.0]), "exports.legal": np.array([10.0, 20.0, 30.0, 0.0]),
        "exports.smuggled": np.array([10.0, 0.0, 5.0, 0.0]), "smuggled_to_legal": np.array([1.0, 0.0, 1 / 6, np.nan]),
    }  # fmt: skip
    assert fold(values, "price.china.La", 0, 2) == 3.0
    assert fold(values, "exports.legal", 1, 2) == 50.0
    assert fold(values, "smuggled_to_legal", 0, 2) == 0.25  # 15 over 60, not the mean of the quotients
    assert np.isnan(fold(values, "exports.legal", 2, 4))
    plan = folding(
        ("price.china.La", "exports.legal", "smuggled_to_legal", "exports.legal", "exports.legal", "smuggled_to_legal"),
        [100, 101, 100, 102, 99, 103], [102, 102, 102, 104, 100, 103], 100, 4,
    )  # fmt: skip
    assert folded(plan, values) == pytest.approx([3.0, 50.0, 0.25, np.nan, np.nan, np.nan], nan_ok=True)


def test_a_plan_folds_all_observations_as_one_by_one(run, prepared):
    rows = observations(until=2012 * 12 + 11)
    start = prepared.scenario.start
    plan = folding([one.series for one in rows], [one.first for one in rows], [one.last for one in rows], start, MONTHS)
    values = series_of(run, plan.names)
    each = np.array([fold(values, one.series, one.first - start, one.last - start) for one in rows])
    assert np.isfinite(each).sum() > 150
    assert folded(plan, values) == pytest.approx(each, rel=1e-9, abs=1e-9, nan_ok=True)
    assert Reader(plan, run)(run) == pytest.approx(each, rel=1e-9, abs=1e-9, nan_ok=True)


def test_a_reader_serves_every_room_of_its_scenario_and_no_other(run, prepared):
    rows = observations(until=2012 * 12 + 11)
    months = (prepared.scenario.start, MONTHS)
    plan = folding([one.series for one in rows], [one.first for one in rows], [one.last for one in rows], *months)
    reader = Reader(plan, run)
    kept = list(play_jobs([Job(prepared, 4), Job(prepared, 3)], lambda job, room: reader(room), workers=1, details=True))
    assert np.array_equal(kept[1], reader(run), equal_nan=True)
    assert not np.array_equal(kept[0], kept[1], equal_nan=True)
    other = simulate(prepare(history("2012-12")), seed=3)
    with pytest.raises(ValueError, match="the scenario that it was made for"):
        reader(other)


def test_no_target_asks_for_the_log_of_nothing():
    assert not [one for one in observations() if one.is_target and SERIES[one.series].scale == "log" and one.value <= 0.0]


def test_every_target_of_the_run_is_covered_by_it(run, prepared):
    start = prepared.scenario.start
    for one in observations(until=2012 * 12 + 11):
        if one.is_target:
            value = fold(series_of(run, (one.series,)), one.series, one.first - start, one.last - start)
            assert np.isfinite(value), one
