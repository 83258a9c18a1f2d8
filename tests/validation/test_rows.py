"""Rows of observed history: each has a source, a unit, a quality and a date, and a wrong one gives one line."""

import csv
import shutil

import pytest

from reabm.scenario import find_configs
from reabm.scenario.sources import read_bibliography
from reabm.validation.compared import COMPARED, SHOWN_ONLY
from reabm.validation.observed import ValidationError, observations, observed_rows
from reabm.validation.rows import ASSUMPTION, COLUMNS, FILES, QUALITIES, UNITS
from reabm.validation.series import SERIES

FOLDER = find_configs() / "observed"


@pytest.fixture
def configs(tmp_path):
    """A copy of what the observations are made of."""
    shutil.copytree(FOLDER, tmp_path / "observed")
    (tmp_path / "world").mkdir()
    for name in ("world/market.yaml", "sources.yaml"):
        shutil.copy(find_configs() / name, tmp_path / name)
    return tmp_path


def printed(file):
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write(configs, name, line):
    """Put one row in place of a file's first; it stands in line 2."""
    file = configs / "observed" / f"{name}.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([lines[0], line, *lines[2:]]) + "\n", encoding="utf-8")


def test_every_file_of_the_folder_is_read():
    assert sorted(file.stem for file in FOLDER.glob("*.csv")) == sorted((*FILES, "money"))


def test_every_row_has_a_known_source_unit_quality_and_date():
    known = read_bibliography([])
    found = observed_rows()
    assert len(found) > 550
    for row in found:
        place = f"{row.file}:{row.line}"
        assert row.source_key in known or row.source_key == ASSUMPTION, place
        assert row.unit in UNITS, place
        assert row.quality in QUALITIES, place
        assert 1990 * 12 <= row.first <= row.last < 2026 * 12, place
        assert row.series in COMPARED or row.series in SHOWN_ONLY, place


def test_file_and_line_of_a_row_are_those_of_the_file():
    lines = (FOLDER / "prices.csv").read_text(encoding="utf-8").splitlines()
    for row in observed_rows():
        if row.file == "prices.csv":
            assert lines[row.line - 1].startswith(f"{row.series},{row.first // 12},")


def test_general_knowledge_is_weak_and_never_a_target():
    found = [one for one in observations() if one.source_key == ASSUMPTION]
    assert len(found) > 10
    assert not any(one.is_target for one in found)
    assert {one.quality for one in found} == {"weak"}
    assert all("general knowledge, unverified" in one.note for one in found)


def test_what_is_scripted_is_never_a_target():
    scripted = {"export_quota"}
    assert not any(one.is_target for one in observations() if one.series in scripted or one.quoted == "mining_quota_china")


@pytest.mark.parametrize("name", FILES)
def test_no_row_stands_twice(name):
    found = printed(FOLDER / f"{name}.csv")
    keys = [tuple(row[column] for column in COLUMNS[:7]) for row in found]
    assert len(keys) == len(set(keys))


def test_every_series_that_is_compared_is_one_of_a_run_and_those_shown_only_are_not_compared():
    assert {compared.series for compared in COMPARED.values()} <= set(SERIES)
    assert not SHOWN_ONLY & set(COMPARED)
    assert {row.series for row in observed_rows()} >= SHOWN_ONLY


def test_a_price_of_neodymium_is_scored_only_where_ndpr_is_not_quoted():
    ndpr = {(one.series, one.first, one.last) for one in observations() if one.quoted.startswith("NdPr_") and one.is_target}
    nd = {(one.series, one.first, one.last) for one in observations() if one.quoted.startswith("Nd_") and one.is_target}
    assert len(nd) > 25
    assert not ndpr & nd
    assert not any(one.is_target for one in observations() if one.quoted.startswith("Pr_"))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("La_fob,2011,3,1,98,EUR/kg,lynas_prices,medium,,", "prices.csv:2: unit: got 'EUR/kg'; allowed 'USD/kg'"),
        ("La_fob,2011,3,1,98,USD/kg,lynas_price,medium,,", "prices.csv:2: source_key: got 'lynas_price'; allowed an entry of"),
        ("La_fob,2011,3,1,98,USD/kg,lynas_prices,good,,", "prices.csv:2: quality: got 'good'; allowed 'solid', 'medium', 'weak'"),
        ("La_fob,2011,3,1,many,USD/kg,lynas_prices,medium,,", "prices.csv:2: value: got 'many'; allowed a number from 0"),
        ("La_fob,2011,3,1,nan,USD/kg,lynas_prices,medium,,", "prices.csv:2: value: got 'nan'; allowed a number from 0"),
        ("La_fob,2011,3,1,-1,USD/kg,lynas_prices,medium,,", "prices.csv:2: value: got '-1'; allowed a number from 0"),
        (
            "La_fob,2011,13,1,98,USD/kg,lynas_prices,medium,,",
            "prices.csv:2: month: got '13'; allowed a whole number from 1",
        ),
        ("La_fob,2011,3,,98,USD/kg,lynas_prices,medium,,", "prices.csv:2: months: got ''; allowed a whole number from 1 to 12"),
        ("La_fob,2011,,3,98,USD/kg,lynas_prices,medium,,", "prices.csv:2: months: got '3' without a month"),
        ("La_fob,1950,3,1,98,USD/kg,lynas_prices,medium,,", "prices.csv:2: year: got '1950'; allowed a whole number from 1990"),
        ("La_fob,2011,3,1,98,USD/kg,lynas_prices,medium,yes,", "prices.csv:2: target: got 'yes'; allowed '', 'no'"),
        ("La_fob,2011,3,1,98,USD/kg,assumption,weak,,", "prices.csv:2: target: got '' for general knowledge; allowed 'no'"),
        ("La_foob,2011,3,1,98,USD/kg,lynas_prices,medium,,", "prices.csv:2: series: got 'La_foob'; allowed one that"),
        ("La_fob,2011,3,1,98,USD/kg,lynas_prices,medium,,a,b", "prices.csv:2: series: got 'La_fob' or too many columns"),
        ("La_fob,2011,3", "prices.csv:2: months: got ''; allowed a whole number"),
        ("La_fob,2011,3,1,98,t blanks,lynas_prices,medium,,", "prices.csv:2: unit: got 't blanks', which is no unit of La_fob"),
        ("La_gap,2011,3,1,98,USD/kg,lynas_prices,medium,,", "prices.csv:2: unit: got 'USD/kg', which is no unit of La_gap"),
        ("La_fob,2011,3,1,98,days,lynas_prices,medium,,", "prices.csv:2: unit: got 'days', which is no unit"),
    ],
)
def test_a_wrong_row_gives_one_line_with_file_line_field_and_what_is_allowed(configs, line, message):
    write(configs, "prices", line)
    with pytest.raises(ValidationError) as error:
        observations(configs=configs)
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


def test_a_file_that_is_missing_and_one_with_other_columns_are_named(configs):
    (configs / "observed" / "shares.csv").write_text("series,year\n", encoding="utf-8")
    with pytest.raises(ValidationError, match=r"^shares\.csv:1: columns: got series,year; allowed series,year,month,"):
        observations(configs=configs)
    (configs / "observed" / "prices.csv").unlink()
    with pytest.raises(ValidationError, match=r"^prices\.csv: got no such file"):
        observed_rows(configs)
