"""The facts that runs are held against: they load, they are sourced, a wrong one costs one line, a fit sees no later one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from reabm.scenario import find_configs
from reabm.validation.errors import ValidationError
from reabm.validation.targets import FILE, check_targets_blind, load_targets
from reabm.validation.windows import FIT_END

NUMBERS_THAT_A_RUN_GIVES = {  # of the five articles; the head of the file says why the others are not there
    "S002", "S004", "S026", "S046", "S049", "S050", "S051", "S052", "S053", "S055", "S057", "S059", "S060", "S061", "S067",
    "S069", "S078", "S080", "S081", "S083", "S084", "S097", "S098", "S107", "S108", "S109", "S110", "S111",
}  # fmt: skip
SHAPES = {
    "ndpr_outside_2008", "ndpr_inside_2008", "ndpr_outside_peak_2011", "ndpr_inside_peak_2011", "la_outside_peak_2011",
    "ce_outside_peak_2011", "dy_outside_august_2011", "exports_2011", "exports_2012", "exports_trough_2012",
    "china_mine_share_2010", "china_mine_share_2024", "china_separation_share_2024", "japan_from_china_2012",
    "japan_from_china_2018", "showa_denko_up_2011", "showa_denko_out_2013", "hitachi_late", "illegal_share_2010",
    "illegal_share_2013_14", "dy_outside_doubles_2025",
    "tb_outside_doubles_2025", "dy_inside_calm_2025", "magnet_exports_fall_2025", "magnet_exports_recover_2025",
}  # fmt: skip
FACT = """targets:
  one:
    sentence: "Something costs something"
    series: price.outside.NdPr
    period: "2011"
    statistic: mean
    value: 10
    low: 8
    high: 12
    unit: USD/kg
    spread: quote
    window: fit
    source: liu_2025
    quality: medium
"""
Written = Callable[[str, str], Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """A folder of configs with one fact, in which one text was put in the place of another."""

    def make(old: str, new: str) -> Path:
        assert old in FACT
        for name in ("observed", "world"):
            shutil.copytree(find_configs() / name, tmp_path / name)
        shutil.copy(find_configs() / "sources.yaml", tmp_path)
        (tmp_path / "studies").mkdir()
        (tmp_path / FILE).write_text(FACT.replace(old, new), encoding="utf-8")
        return tmp_path

    return make


def test_at_least_forty_facts_load_in_three_windows() -> None:
    targets = load_targets()
    assert len(targets) >= 40
    assert {target.window for target in targets} == {"fit", "test", "licences_2025"}
    assert all(target.low <= target.value <= target.high for target in targets)


def test_every_number_of_the_articles_that_a_run_gives_is_a_fact() -> None:
    assert {seed for target in load_targets() for seed in target.seed_facts} >= NUMBERS_THAT_A_RUN_GIVES


def test_the_particular_shapes_of_history_are_facts() -> None:
    assert {target.name for target in load_targets()} >= SHAPES


def test_every_fact_says_how_its_tolerance_was_made() -> None:
    rules = ("sources", "list", "quote", "mean", "oxide", "count", "share", "said")
    assert all(target.spread.startswith(rules) for target in load_targets())


def test_prices_are_converted_like_observed_rows() -> None:
    facts = {target.name: target for target in load_targets()}
    outside, inside = facts["ndpr_outside_peak_2011"], facts["ndpr_inside_peak_2011"]
    assert 335.0 < outside.value < 345.0  # 370 of 2011 in dollars of 2010, and freight
    assert 165.0 < inside.value < 175.0  # 217 with tax: without, and in dollars of 2010
    assert facts["exports_2010"].value == pytest.approx(39813 / 1.15, rel=1e-3)


def test_a_fit_sees_no_fact_of_a_later_month() -> None:
    for until in (2010 * 12 + 11, FIT_END):
        seen = load_targets(until)
        assert 0 < len(seen) < len(load_targets())
        assert max(target.until for target in seen) <= until
        check_targets_blind(seen, until)


def test_a_later_fact_is_refused_with_its_file_and_line() -> None:
    with pytest.raises(ValidationError, match=r"history_targets\.yaml:\d+: \w+: speaks of 20\d\d-\d\d; allowed to 2012-12"):
        check_targets_blind(load_targets(), FIT_END)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("price.outside.NdPr", "price.outside.Ndpr", r":4: targets.one.series: got .* did you mean price.outside.NdPr\?"),
        ('"2011"', '"2011-13"', r":5: targets.one.period: got '2011-13'; allowed a month"),
        ("statistic: mean", "statistic: average", r":6: targets.one.statistic: got 'average'; allowed"),
        ("value: 10", "value: ten", r":7: targets.one.value: got 'ten'; allowed a number"),
        ("high: 12", "high: 7", r":9: targets.one.high: got 7(\.0)?; allowed a highest value at or above the lowest"),
        ("unit: USD/kg", "unit: EUR/kg", r":10: targets.one.unit: got 'EUR/kg'; allowed"),
        ("window: fit", "window: test", r":12: targets.one.window: got 'test'; allowed fit"),
        ("liu_2025", "liu_2052", r":13: targets.one.source: got 'liu_2052'; allowed .* did you mean liu_2025\?"),
        ("liu_2025", "assumption", r":13: targets.one.source: got 'assumption'; allowed"),
        ("quality: medium", "quality: good", r":14: targets.one.quality: got 'good'; allowed solid, medium, weak"),
        ("quality: medium\n", "quality: medium\n    colour: red\n", r":15: targets.one.colour: got an unknown key 'colour'"),
    ],
)  # fmt: skip
def test_a_wrong_fact_costs_one_line_with_file_line_and_field(written: Written, old: str, new: str, line: str) -> None:
    with pytest.raises(ValidationError) as found:
        load_targets(configs=written(old, new))
    said = str(found.value)
    assert "\n" not in said
    assert re.search(r"history_targets\.yaml" + line, said), said
