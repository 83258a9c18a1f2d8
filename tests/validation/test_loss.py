"""The loss on arrays made by hand."""

from __future__ import annotations

from math import exp, log
from typing import NamedTuple

import numpy as np
import pytest

from reabm.validation.errors import ValidationError
from reabm.validation.loss import WORST, Loss, Row

START = 2010 * 12
WEIGHTS = {
    "prices_outside": 1.0,
    "prices_china": 1.0,
    "gaps": 1.0,
    "cross_section": 1.0,
    "volumes": 1.0,
    "shares": 1.0,
    "facts": 1.0,
}


class Kind(NamedTuple):
    fold: str
    scale: str
    parts: tuple[str, ...] = ()


CATALOGUE = {
    **{f"price.{zone}.{element}": Kind("mean", "log") for zone in ("outside", "china") for element in ("La", "Ce", "Dy")},
    "exports.legal": Kind("sum", "log"), "above": Kind("sum", "log"), "below": Kind("sum", "log"),
    "quotient": Kind("ratio of sums", "linear", ("above", "below")), "share.china_mine": Kind("mean", "linear"),
    "stock": Kind("end", "log"),
}  # fmt: skip


def loss_of(*rows: Row, months: int = 12) -> Loss:
    return Loss(rows, CATALOGUE, START, START + months - 1, WEIGHTS, 2.0)


def table(loss: Loss, **months: list[float]) -> np.ndarray:
    return np.array([np.asarray(months[name.replace(".", "_")], dtype=float) for name in loss.series])


def test_a_price_counts_by_its_log_in_tolerances_and_beyond_two_of_them_as_a_line() -> None:
    loss = loss_of(Row("price.outside.La", START, START + 11, 10.0, 0.1))
    for factor, expected in ((1.0, 0.0), (exp(0.1), 0.5), (exp(-0.2), 2.0), (exp(0.5), 2.0 * (5.0 - 1.0))):
        series = table(loss, price_outside_La=[10.0 * factor] * 12)
        assert loss.parts(series)[0, 0] == pytest.approx(expected, abs=1e-9)


def test_months_become_a_mean_a_sum_an_end_or_a_quotient_of_sums() -> None:
    rows = [
        Row("exports.legal", START + 1, START + 2, 5.0, 1.0), Row("stock", START, START + 2, 4.0, 1.0),
        Row("quotient", START, START + 2, 0.5, 1.0, "linear"), Row("share.china_mine", START, START + 2, 0.0, 1.0, "linear"),
        Row("exports.legal", START, START + 2, 2.0, 1.0, "log", "mean"),
    ]  # fmt: skip
    loss = loss_of(*rows, months=3)
    series = table(
        loss, exports_legal=[1, 2, 3], stock=[9, 8, 4], above=[1, 0, 2], below=[2, 2, 2], share_china_mine=[0.1, 0.2, 0.3]
    )
    numbers = loss.numbers(series)[:, 0]
    assert numbers == pytest.approx([log(5.0), log(4.0), 0.5, 0.2, log(2.0)])


def test_peaks_dates_and_bases_are_those_of_each_run() -> None:
    rows = [
        Row("price.outside.La", START, START + 5, 7.0, 1.0, "log", "peak", group="facts", name="a"),
        Row("price.outside.La", START, START + 5, START + 2.0, 1.0, "linear", "peak_month", group="facts", name="b"),
        Row("price.outside.La", START + 3, START + 5, 0.5, 1.0, "log", "ratio", (START, START + 2), group="facts", name="c"),
        Row("price.outside.La", START, START + 5, 2.0, 1.0, "log", "peak_ratio", (START, START + 1), group="facts", name="d"),
        Row("price.outside.La", START, START + 5, START + 1.0, 1.0, "linear", "first_month", None, 5.0, group="facts", name="e"),
    ]
    loss = loss_of(*rows, months=6)
    series = table(loss, price_outside_La=[1, 5, 7, 2, 3, 1, 9, 1, 1, 1, 1, 1])  # two runs of six months
    numbers = loss.numbers(series)
    assert numbers[:, 0] == pytest.approx([log(7), 2, log(2 / (13 / 3)), log(7 / 3), 1])
    assert numbers[:, 1] == pytest.approx([log(9), 0, log(1 / (11 / 3)), log(9 / 5), 0])
    assert loss.errors(series)[1] == pytest.approx([0.0, -2.0])


def test_the_lowest_year_is_told_from_whole_years() -> None:
    loss = loss_of(Row("exports.legal", START, START + 35, START + 12.0, 1.0, "linear", "lowest_year"), months=36)
    series = table(loss, exports_legal=[3.0] * 12 + [1.0] * 12 + [2.0] * 12)
    assert loss.parts(series)[0, 0] == 0.0


def test_a_series_counts_once_in_its_group_however_many_rows_it_has() -> None:
    many = [Row("exports.legal", START + t, START + t, 1.0, 1.0) for t in range(10)]
    loss = loss_of(*many, Row("stock", START, START + 11, 1.0, 1.0))
    series = table(loss, exports_legal=[1.0] * 12, stock=[exp(1.0)] * 12)
    assert loss.parts(series)[0, 0] == pytest.approx(0.25)  # half of the group at half a square


def test_a_fact_with_one_bound_costs_nothing_on_its_right_side() -> None:
    loss = loss_of(Row("price.outside.La", START, START, 10.0, 0.1, side=-1, group="facts"))
    assert loss.parts(table(loss, price_outside_La=[30.0] * 12))[0, 0] == 0.0
    assert loss.parts(table(loss, price_outside_La=[5.0] * 12))[0, 0] > 1.0


def gap_rows() -> list[Row]:
    return [
        Row(f"price.{zone}.{element}", START, START + 11, price, 0.1)
        for element, (outside, inside) in {"La": (40.0, 4.0), "Ce": (20.0, 4.0), "Dy": (60.0, 40.0)}.items()
        for zone, price in (("outside", outside), ("china", inside))
    ]


def prices(**gaps: float) -> dict[str, list[float]]:
    inside = {"La": 4.0, "Ce": 4.0, "Dy": 40.0}
    found = {f"price_china_{name}": [price] * 12 for name, price in inside.items()}
    return found | {f"price_outside_{name}": [inside[name] * gap] * 12 for name, gap in gaps.items()}


def test_gaps_that_are_all_too_wide_fail_the_mean_gap_and_not_the_cross_section() -> None:
    loss = loss_of(*gap_rows())
    right = dict(zip(loss.groups, loss.parts(table(loss, **prices(La=10.0, Ce=5.0, Dy=1.5)))[:, 0]))
    wide = dict(zip(loss.groups, loss.parts(table(loss, **prices(La=20.0, Ce=10.0, Dy=3.0)))[:, 0]))
    alike = dict(zip(loss.groups, loss.parts(table(loss, **prices(La=4.2, Ce=4.2, Dy=4.2)))[:, 0]))
    assert right == pytest.approx(dict.fromkeys(loss.groups, 0.0), abs=1e-9)
    assert wide["gaps"] > 1.0
    assert wide["cross_section"] == pytest.approx(0.0, abs=1e-9)
    assert alike["cross_section"] > 1.0
    assert alike["gaps"] == pytest.approx(0.0, abs=0.01)  # 4.2: about the geometric mean of the three


def test_a_price_that_is_not_there_counts_as_the_worst_and_costs_no_other_row() -> None:
    loss = loss_of(Row("price.outside.La", START, START + 1, 10.0, 0.1), Row("price.outside.La", START + 5, START + 6, 10.0, 0.1))
    series = table(loss, price_outside_La=[float("nan")] + [10.0] * 11)
    assert loss.errors(series)[:, 0] == pytest.approx([WORST, 0.0])


def test_every_run_of_a_set_has_its_own_loss() -> None:
    loss = loss_of(Row("exports.legal", START, START + 11, 12.0, 0.1))
    one = [1.0] * 12
    assert loss.parts(table(loss, exports_legal=one + [2.0] * 12))[0] == pytest.approx([0.0, 2.0 * (log(2) / 0.1 - 1.0)])


def test_a_row_after_the_fit_window_is_refused_and_one_before_the_run_is_left_out() -> None:
    with pytest.raises(ValidationError, match="got a row to 2011-01; allowed 2010-12 or earlier"):
        loss_of(Row("exports.legal", START, START + 12, 1.0, 0.1))
    with pytest.raises(ValidationError, match="2011-01"):
        loss_of(Row("exports.legal", START, START + 2, 1.0, 0.1, "log", "ratio", (START + 10, START + 12)))
    loss = loss_of(Row("exports.legal", START - 1, START, 1.0, 0.1), Row("stock", START, START, 1.0, 0.1))
    assert [row.series for row in loss.rows] == ["stock"]
