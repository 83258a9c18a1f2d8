"""Printed numbers become the model's: by hand-computed examples, with the shipped money, freight, weight ratio and swarf."""

import shutil

import pytest

from reabm.scenario import find_configs
from reabm.validation.errors import ValidationError
from reabm.validation.money import load_money
from reabm.validation.observed import observations


def one(quoted, year, month=None, value=None):
    first = year * 12 + (month or 1) - 1
    found = [o for o in observations() if o.quoted == quoted and o.first == first and (value is None or o.printed == value)]
    if month is None:
        found = [o for o in found if o.last - o.first == 11]
    assert len(found) == 1, found
    return found[0]


def test_dollars_of_2010_stay_and_those_of_2011_shrink_by_producer_prices():
    money = load_money()
    assert money.real_usd(100.0, 2010 * 12 + 5) == 100.0
    assert money.real_usd(370.0, 2011 * 12 + 7) == pytest.approx(370.0 * 184.7 / 201.0)  # 340.0
    assert money.deflator(2025 * 12) == pytest.approx(1.41, abs=0.005)  # as the price floor of 2025 is deflated in history.yaml


def test_yuan_with_tax_become_dollars_of_2010_without_it():
    # 1,400 CNY/kg in July 2011: / 6.46 = 216.7 USD with tax, / 1.17 = 185.2, x 184.7 / 201.0 = 170.2
    assert one("NdPr_inside", 2011, 7).value == pytest.approx(170.2, abs=0.1)
    # 598 CNY/kg in September 2021: / 6.45 / 1.13 x 184.7 / 227.3 = 66.7
    assert one("NdPr_inside", 2021, 9).value == pytest.approx(66.7, abs=0.1)


def test_the_rate_of_the_tax_is_that_of_the_month():
    money = load_money()
    april, may, next_april = (money.vat(2018 * 12 + 3), money.vat(2018 * 12 + 4), money.vat(2019 * 12 + 3))
    assert (april, may, next_april) == (0.17, 0.16, 0.13)
    assert money.vat(2005 * 12) == 0.17
    with pytest.raises(ValidationError, match="got no rate for 2004"):
        money.vat(2004 * 12 + 11)
    with pytest.raises(ValidationError, match="got no row for 1999"):
        money.deflator(1999 * 12)


def test_an_export_price_is_delivered_by_adding_freight():
    # 370 USD/kg FOB in August 2011: x 184.7 / 201.0 = 340.0, and 0.7 of freight
    assert one("Nd_fob", 2011, 8).value == pytest.approx(340.7, abs=0.05)
    # a mean of the year 2024: 0.97 x 184.7 / 255.1 + 0.7 = 1.402
    assert one("La_fob_mean_of_year", 2024).value == pytest.approx(1.402, abs=0.001)


def test_a_price_inside_that_is_free_of_tax_keeps_what_it_has():
    # 51 USD/kg from October to December 2024: x 184.7 / 255.1 = 36.9
    found = one("NdPr_inside_exvat", 2024, 10)
    assert found.value == pytest.approx(36.93, abs=0.01)
    assert found.last - found.first == 2


def test_a_gap_is_one_of_prices_without_tax():
    assert one("Nd_gap", 2011, 8).value == pytest.approx(1.705 * 1.17)  # 370 over 217 with tax: 1.99


def test_a_kilogram_of_goods_holds_less_oxide_and_costs_more_for_it():
    # 55.7 USD for a kilogram of goods in 2012: x 1.15 x 184.7 / 202.2 + 0.7 = 59.2
    assert one("export_unit_value", 2012).value == pytest.approx(59.21, abs=0.01)


def test_tonnes_of_goods_blanks_and_shares():
    assert one("exports_legal_year", 2012, value=16265.0).value == pytest.approx(16265 / 1.15)
    assert one("sintered_ndfeb_china", 2010).value == pytest.approx(78000 * 0.75)
    assert one("mine_output_china", 2024).value == 270000.0
    assert one("japan_import_share_china", 2012, 1).value == pytest.approx(0.493)
    assert one("showa_denko_china", 2011, 8).value == 4000.0


def test_halves_quarters_and_other_stretches_cover_their_months():
    half = one("exports_legal_period", 2012, 1)
    assert (half.first, half.last) == (2012 * 12, 2012 * 12 + 5)
    assert one("La_fob", 2010, 10).last == 2010 * 12 + 11
    eleven = [o for o in observations() if o.quoted == "exports_legal_period" and o.first == 2011 * 12]
    assert eleven[0].last == 2011 * 12 + 10
    fiscal = one("lynas_output", 2018, 7)
    assert (fiscal.first, fiscal.last) == (2018 * 12 + 6, 2019 * 12 + 5)


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        ("us_producer_prices,2006,,164.7,", "us_producer_price,2006,,164.7,", "money.csv:3: series: got 'us_producer_price'"),
        ("us_producer_prices,2006,,164.7,", "us_producer_prices,2006,,dear,", "money.csv:3: got '2006', '', 'dear'"),
        ("us_producer_prices,2006,,164.7,", "us_producer_prices,2006,,0,", "money.csv:3: value: got 0"),
        ("164.7,\"index, 1982 = 100\"", "164.7,index", "money.csv:3: unit: got 'index'"),
    ],
)  # fmt: skip
def test_a_wrong_row_of_money_gives_one_line(tmp_path, was, now, message):
    shutil.copytree(find_configs() / "observed", tmp_path / "observed")
    file = tmp_path / "observed" / "money.csv"
    text = file.read_text(encoding="utf-8")
    assert was in text
    file.write_text(text.replace(was, now), encoding="utf-8")
    with pytest.raises(ValidationError) as error:
        load_money(tmp_path)
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)
