"""A fit sees nothing later than its window: not the rows, and not what is wrong in them."""

import shutil

import pytest

from reabm.scenario import find_configs
from reabm.validation.observed import ValidationError, check_blind, observations

FIT_2010, FIT_2012 = 2010 * 12 + 11, 2012 * 12 + 11


@pytest.mark.parametrize("until", [FIT_2010, FIT_2012])
def test_no_row_ends_after_the_window(until):
    seen, all_rows = observations(until=until), observations()
    assert seen
    assert max(one.last for one in seen) == until
    assert seen == tuple(one for one in all_rows if one.last <= until)
    assert len(seen) < len(all_rows)


def test_a_row_that_reaches_over_the_end_of_the_window_is_refused():
    year = next(one for one in observations() if one.quoted == "exports_legal_year" and one.first == 2012 * 12)
    assert year.last == FIT_2012
    assert year in observations(until=FIT_2012)
    assert year not in observations(until=FIT_2012 - 1)


def test_a_later_row_is_named_with_file_and_line():
    later = next(one for one in observations() if one.last > FIT_2012)
    with pytest.raises(ValidationError) as error:
        check_blind(observations(), FIT_2012)
    assert str(error.value).startswith(f"{later.file}:{later.line}: {later.quoted}: got a row of ")
    assert "allowed to 2012-12" in str(error.value)
    check_blind(observations(until=FIT_2012), FIT_2012)


def test_a_later_row_is_not_even_read(tmp_path):
    for name in ("observed", "world"):
        shutil.copytree(find_configs() / name, tmp_path / name)
    shutil.copy(find_configs() / "sources.yaml", tmp_path / "sources.yaml")
    file = tmp_path / "observed" / "licences_2025.csv"
    file.write_text(file.read_text(encoding="utf-8") + "Dy_fob,2025,5,1,not a number,USD/kg,nobody,medium,,\n", encoding="utf-8")
    assert observations(until=FIT_2012, configs=tmp_path) == observations(until=FIT_2012)
    with pytest.raises(ValidationError, match=r"^licences_2025\.csv:11: value"):
        observations(configs=tmp_path)


def test_other_numbers_after_the_window_change_nothing_that_is_seen(tmp_path):
    for name in ("observed", "world"):
        shutil.copytree(find_configs() / name, tmp_path / name)
    shutil.copy(find_configs() / "sources.yaml", tmp_path / "sources.yaml")
    money = tmp_path / "observed" / "money.csv"
    money.write_text(
        money.read_text(encoding="utf-8").replace("us_producer_prices,2013,,203.4", "us_producer_prices,2013,,406.8")
    )
    assert observations(until=FIT_2012, configs=tmp_path) == observations(until=FIT_2012)
    assert observations(configs=tmp_path) != observations()
