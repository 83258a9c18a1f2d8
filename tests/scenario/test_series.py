"""Series by month: step, linear, growth; before, between and after their dates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reabm.engine.run import prepare
from reabm.scenario import find_configs, load_scenario, with_months, with_settings
from reabm.scenario.interpolate import monthly_values
from reabm.scenario.months import is_day, month_index, month_text
from reabm.scenario.quantity import Quantity, Series

JAN_2005 = 2005 * 12


def series(values: dict[str, float | None], interpolate: str = "step") -> Series:
    return Series.model_validate({"unit": "t/yr", "source": "textbook", "values": values, "interpolate": interpolate})


def test_step_holds_the_last_value() -> None:
    found = series({"2005-03": 10, "2005-05": 20}).monthly(JAN_2005, 7)
    assert found.tolist() == [10, 10, 10, 10, 20, 20, 20]
    assert found.dtype == np.float64


def test_linear_lies_on_the_line_between_dates() -> None:
    assert series({"2005": 0, "2005-05": 4}, "linear").monthly(JAN_2005 - 1, 8).tolist() == [0, 0, 1, 2, 3, 4, 4, 4]


def test_growth_multiplies_by_one_factor_a_month() -> None:
    found = series({"2005": 100, "2006": 400}, "growth").monthly(JAN_2005, 13)
    assert found[0] == 100
    assert found[6] == pytest.approx(200, rel=1e-15)
    assert found[12] == 400
    assert np.allclose(found[1:] / found[:-1], 4 ** (1 / 12), rtol=1e-14)


def test_growth_refuses_zero() -> None:
    with pytest.raises(ValueError, match="values above 0"):
        series({"2005": 0, "2006": 4}, "growth")


@pytest.mark.parametrize("interpolate", ["step", "linear", "growth"])
def test_none_is_not_a_number_and_is_not_interpolated(interpolate: str) -> None:
    found = series({"2005-01": 8, "2005-03": None, "2005-05": 6}, interpolate).monthly(JAN_2005, 6)
    assert found[:2].tolist() == [8, 8]
    assert np.isnan(found[2:4]).all()
    assert found[4:].tolist() == [6, 6]


def test_none_first_means_none_before_too() -> None:
    assert np.isnan(series({"2005-03": None, "2005-04": 1}).monthly(JAN_2005, 3)).all()


def test_a_quantity_in_place_of_a_series_is_constant() -> None:
    found = Series.model_validate({"unit": "share", "source": "textbook", "value": 0.25, "range": [0, 1]})
    assert found.is_constant
    assert found.range == (0, 1)
    assert found.monthly(JAN_2005, 3).tolist() == [0.25] * 3
    assert Series.model_validate(Quantity(value=0.25, unit="share", source=("textbook",), range=(0, 1))) == found


def test_the_order_of_dates_in_the_file_does_not_matter() -> None:
    assert series({"2007": 3, "2005": 1, "2006-02": 2}) == series({"2005-01": 1, "2006-02": 2, "2007": 3})


@given(
    values=st.dictionaries(st.integers(JAN_2005, JAN_2005 + 60), st.none() | st.floats(0.1, 100), min_size=1, max_size=8),
    interpolate=st.sampled_from(["step", "linear", "growth"]),
    start=st.integers(JAN_2005 - 30, JAN_2005 + 90),
    n_months=st.integers(0, 80),
)
def test_a_window_of_a_series_is_a_window_of_the_whole(
    values: dict[int, float | None], interpolate: str, start: int, n_months: int
) -> None:
    values = dict(sorted(values.items()))
    whole = monthly_values(values, interpolate, JAN_2005 - 30, 300)
    window = monthly_values(values, interpolate, start, n_months)
    first = start - (JAN_2005 - 30)
    assert np.array_equal(window, whole[first : first + n_months], equal_nan=True)
    numbers = [value for value in values.values() if value is not None]
    inside = whole[~np.isnan(whole)]
    if numbers and inside.size:
        assert min(numbers) * (1 - 1e-12) <= inside.min() <= inside.max() <= max(numbers) * (1 + 1e-12)


@pytest.mark.parametrize(
    ("written", "index"),
    [("2005", JAN_2005), (2005, JAN_2005), ("2005-01", JAN_2005), ("2005-12", JAN_2005 + 11),
     ("1998", 1998 * 12), ("2060-12", 2060 * 12 + 11),
     ("1997-12", None), ("2061", None), ("2005-00", None), ("2005-13", None), ("2005-1", None), ("205-01", None),
     ("2005-01-01", None), ("२००५", None), (" 2005", None), ("2005-01\n", None), ("", None),
     (True, None), (2005.0, None), (None, None), (-5, None), (10**30, None)],
)  # fmt: skip
def test_months_are_read_strictly(written: object, index: int | None) -> None:
    assert month_index(written) == index
    if index is not None:
        assert month_index(month_text(index)) == index


def test_days_are_read_strictly() -> None:
    assert is_day("2010-09-07")
    assert is_day("2010-09")
    assert is_day("2012-02-29")
    assert not is_day("2010-02-30")
    assert not is_day("2010-09-00")
    assert not is_day("2010-9-7")


def test_demand_beyond_its_script_grows_at_the_scenarios_rate_and_not_before():
    history = load_scenario(find_configs() / "scenarios" / "history.yaml")
    longer = with_months(history, end="2030-12")
    packed = [
        prepare(with_settings(longer, {"market.demand_growth_after_script": rate})).segments[0].params.users.demand_t
        for rate in (0, 0.1)
    ]
    last = max(max(series.values) for sector in history.sectors.values() for series in sector.demand.values()) - history.start
    first = min(max(series.values) for sector in history.sectors.values() for series in sector.demand.values()) - history.start
    assert np.array_equal(packed[0][:, : first + 1], packed[1][:, : first + 1])
    used = packed[0][:, last + 12] > 0.0
    assert np.allclose(packed[1][used, last + 24] / packed[1][used, last + 12], 1.1)
    assert np.array_equal(packed[0][:, last + 24], packed[0][:, last + 12])
