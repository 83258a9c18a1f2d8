from __future__ import annotations

import numpy as np
import pytest

from reabm.engine.run import prepare, simulate
from reabm.scenario import find_configs, load_scenario
from reabm.store import Result
from reabm.study.outcomes import HEADLINE, OUTCOMES, Months, StudyError, check_columns, check_outcomes, outcomes_of
from reabm.world.history import MONTH_COLUMNS
from tests.short_run import two_years

ALL = tuple(name for name, _, _ in MONTH_COLUMNS)


@pytest.fixture(scope="module")
def whole():
    """All months of the shipped history."""
    return Result(simulate(prepare(load_scenario(find_configs() / "scenarios" / "history.yaml")), 0))


def outcomes(result):
    table = result.record.history.months.T[None]
    found = outcomes_of(Months(np.ascontiguousarray(table), ALL, result.scenario.start))
    return dict(zip(OUTCOMES, found[0]))


def test_outcomes_are_those_of_the_summary_where_both_say_the_same(whole):
    found, summary = outcomes(whole), whole.summary
    for element, name in (("NdPr", "ndpr"), ("Dy", "dy")):
        assert found[f"{name}_peak_outside_usd_kg"] == summary["peaks"][element]["outside_usd_kg"]
        assert found[f"{name}_peak_china_usd_kg"] == summary["peaks"][element]["inside_usd_kg"]
        assert found[f"{name}_rise"] == pytest.approx(summary["price_rise"][element], rel=1e-12)
    assert found["ndpr_gap"] == pytest.approx(summary["peaks"]["NdPr"]["gap_at_outside_peak"], rel=1e-12)
    assert found["licence_peak_usd_kg"] == summary["licence_price_peak"]["usd_kg"]
    last = summary["years"]["2025"]
    for name, column in (
        ("china_mine_share_end", "china_mine_share"), ("china_magnet_share_end", "china_magnet_share"),
        ("japan_from_china_end", "japan_import_share_china"), ("japan_dependence_end", "japan_dependence"),
        ("choke_point_end", "choke_point"), ("premium_moved_end", "relocation_share_premium"),
        ("commodity_moved_end", "relocation_share_commodity"), ("leakage_end", "technology_leakage"),
        ("substitution_end", "substitution_share"),
    ):  # fmt: skip
        assert found[name] == pytest.approx(last[column], rel=1e-12), name


def test_sums_are_those_of_the_months(whole):
    found, months = outcomes(whole), whole.months
    assert found["exports_legal_kt"] == pytest.approx(months["exports_legal_t"].sum() / 1000)
    assert found["japan_loss_musd"] == pytest.approx(months["japan_loss_kusd"].sum() / 1000)
    abroad = [f"{place}_loss_kusd" for place in ("japan", "usa", "eu", "other")]
    assert found["outside_loss_musd"] == pytest.approx(months[abroad].to_numpy().sum() / 1000)
    left = months[["exports_legal_t", "exports_alloy_t", "exports_smuggled_t"]].to_numpy().sum()
    assert found["smuggled_share"] == pytest.approx(months["exports_smuggled_t"].sum() / left)
    bound = (months["licence_price_usd_kg"] > 0) | (months["heavy_licence_price_usd_kg"] > 0)
    assert found["quota_bound_months"] == bound.sum() > 0
    assert found["cover_low_months"] == months["cover_outside_months"].min()
    assert found["reliability_low"] == months["japan_reliability"].min()


def test_a_rise_has_no_value_where_the_run_does_not_cover_the_boom():
    found = outcomes(two_years())
    assert np.isnan(found["ndpr_rise"])
    assert np.isfinite(found["ndpr_peak_outside_usd_kg"])


def test_outcomes_of_many_runs_are_those_of_each_alone(whole):
    table = whole.record.history.months.T
    months = np.stack([table, table * 0.5, table * 2.0])
    together = outcomes_of(Months(months, ALL, whole.scenario.start))
    for k in range(3):
        alone = outcomes_of(Months(months[k : k + 1], ALL, whole.scenario.start))
        assert np.array_equal(together[k], alone[0], equal_nan=True)


def test_outcomes_need_only_the_columns_that_they_name(whole):
    for outcome in OUTCOMES.values():
        places = [ALL.index(name) for name in outcome.columns]
        few = Months(whole.record.history.months.T[places][None], outcome.columns, whole.scenario.start)
        assert np.isfinite(outcome.of(few)).all(), outcome.name


def test_every_headline_is_an_outcome_and_unknown_names_cost_a_line():
    assert check_outcomes(HEADLINE) == HEADLINE
    with pytest.raises(StudyError, match=r"outcomes: got an unknown name 'ndpr_ris'.*did you mean ndpr_rise"):
        check_outcomes(["ndpr_ris"])
    with pytest.raises(StudyError, match="columns: got none"):
        check_columns([])
