"""The tables of a run say what the run was: they add up, and every column has a unit and a meaning."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from reabm.store import Result
from reabm.store.table import arrow_of
from reabm.store.tables import TABLES
from reabm.world.history import GOVERNMENT_COLUMNS, IMPORTER_COLUMNS, MAKER_COLUMNS, MINE_COLUMNS, MONTH_COLUMNS
from reabm.world.state import DESTINATIONS, LINES
from tests.short_run import open_trade, two_years, with_embargo


@pytest.fixture
def result() -> Result:
    return two_years()


def test_months_has_the_month_and_then_the_columns_of_the_record_bit_for_bit(result: Result) -> None:
    months = result.months
    assert list(months.columns) == ["month", *(name for name, _, _ in MONTH_COLUMNS)]
    assert list(months["month"]) == list(pd.date_range("2005-01-01", "2006-12-01", freq="MS"))
    kept = months.drop(columns="month").to_numpy()
    assert kept.dtype == np.float64
    np.testing.assert_array_equal(kept, result.record.history.months)


def test_prices_has_a_row_for_each_zone_and_destination() -> None:
    result = with_embargo()  # prices differ between destinations in it
    prices = result.prices
    assert list(prices.columns) == ["month", "stage", "element", "zone", "destination", "usd_per_kg"]
    n_elements = len(result.scenario.elements)
    assert len(prices) == 72 * (n_elements + len(LINES)) * (1 + 1 + len(DESTINATIONS) - 1)
    assert not prices.duplicated(["month", "stage", "element", "zone", "destination"]).any()
    assert (prices["usd_per_kg"] > 0).all()
    oxide = prices[prices["stage"] == "oxide"]
    for e, element in enumerate(result.scenario.elements):
        one = oxide[oxide["element"] == element]
        inside = one[(one["zone"] == "china") & (one["destination"] == "china")]["usd_per_kg"]
        outside = one[(one["zone"] == "outside") & (one["destination"] == "all")]["usd_per_kg"]
        to_japan = one[(one["zone"] == "outside") & (one["destination"] == "japan")]["usd_per_kg"]
        np.testing.assert_array_equal(inside, result.record.history.delivered_usd_kg[:, e, 0])
        np.testing.assert_array_equal(outside, result.record.history.outside_usd_kg[:, e])
        np.testing.assert_array_equal(to_japan, result.record.history.delivered_usd_kg[:, e, 1])


def test_the_price_of_magnets_outside_lies_among_those_of_the_destinations(result: Result) -> None:
    magnets = result.prices[(result.prices["stage"] == "magnet") & (result.prices["zone"] == "outside")]
    wide = magnets.pivot(index=["month", "element"], columns="destination", values="usd_per_kg")
    each = wide[list(DESTINATIONS[1:])]
    assert (wide["all"] >= each.min(axis=1) * (1 - 1e-12)).all()
    assert (wide["all"] <= each.max(axis=1) * (1 + 1e-12)).all()


@pytest.mark.parametrize("played", [two_years, with_embargo, open_trade])
@pytest.mark.parametrize(
    ("channel", "stage", "column"),
    [
        ("legal", "oxide", "exports_legal_t"),
        ("alloy", "oxide", "exports_alloy_t"),
        ("smuggled", "oxide", "exports_smuggled_t"),
        ("reverse", "oxide", "imports_china_t"),
        ("legal", "magnet", "magnet_exports_t"),
    ],
)
def test_flows_of_a_channel_add_up_to_the_months(played, channel: str, stage: str, column: str) -> None:
    result = played()
    flows = result.flows[(result.flows["channel"] == channel) & (result.flows["stage"] == stage)]
    months = result.months.set_index("month")[column]
    total = flows.groupby("month")["t"].sum().reindex(months.index, fill_value=0.0)
    np.testing.assert_allclose(total, months, rtol=1e-12, atol=1e-9)


def test_what_japan_bought_adds_up_to_the_months() -> None:
    result = with_embargo()
    flows = result.flows[(result.flows["stage"] == "oxide") & (result.flows["destination"] == "japan")]
    own = flows[~((flows["channel"] == "re-export") | (flows["origin"] == "recycled"))]
    total = own.groupby("month")["t"].sum()
    np.testing.assert_allclose(total, result.months.set_index("month")["japan_purchases_t"], rtol=1e-12)


def test_flows_are_positive_and_appear_once_and_magnets_add_up() -> None:
    result = with_embargo()
    flows = result.flows
    assert list(flows.columns) == ["month", "element", "stage", "origin", "destination", "channel", "t"]
    assert (flows["t"] > 0).all()
    assert not flows.duplicated(["month", "element", "stage", "origin", "destination", "channel"]).any()
    assert flows["month"].is_monotonic_increasing
    magnets = flows[flows["stage"] == "magnet"].groupby(["origin", "month"])["t"].sum()
    months = result.months.set_index("month")
    np.testing.assert_allclose(magnets["china"], months["magnets_china_t"], rtol=1e-12)
    np.testing.assert_allclose(magnets["outside"], months["magnets_outside_t"], rtol=1e-12)


def test_what_is_re_exported_arrives() -> None:
    again = with_embargo().flows.query("channel == 're-export'")
    sent = again[again["destination"] == "outside"].groupby("month")["t"].sum()
    arrived = again[again["origin"] == "outside"].groupby("month")["t"].sum()
    assert arrived.sum() > 0  # the embargo is in the run
    np.testing.assert_allclose(sent.reindex(arrived.index, fill_value=0.0), arrived, rtol=1e-9, atol=1e-9)


def test_agents_has_one_row_an_agent_and_month_and_nulls_where_a_column_is_of_another_kind(result: Result) -> None:
    agents, names = result.agents, result.record.prepared.names
    n_agents = len(names.mines) + len(names.makers) + len(names.importers) + len(names.governments)
    assert len(agents) == 24 * n_agents
    assert not agents.duplicated(["month", "kind", "agent"]).any()
    columns = {"mine": MINE_COLUMNS, "importer": IMPORTER_COLUMNS, "government": GOVERNMENT_COLUMNS}
    for kind, own in columns.items():
        rows = agents[agents["kind"] == kind].drop(columns=["month", "kind", "agent"])
        filled = {name for name in rows.columns if rows[name].notna().any()}
        assert filled <= set(own)
    makers = agents[agents["kind"] == "maker"]
    assert makers[list(MAKER_COLUMNS)].notna().all().all()
    np.testing.assert_array_equal(
        agents[agents["kind"] == "mine"]["ore_t"].to_numpy().reshape(24, -1),
        result.record.history.mines[:, :, MINE_COLUMNS.index("ore_t")],
    )


def test_capacity_of_makers_adds_up_to_the_shares_of_the_months() -> None:
    result = with_embargo()
    makers = result.agents[result.agents["kind"] == "maker"].copy()
    home = makers["agent"].astype(str).map({name: maker.home for name, maker in result.scenario.makers.items()})
    foreign = makers[home != "china"]
    for line in LINES:
        capacity = [f"{line}_{place}_t" for place in ("home", "china", "elsewhere")]
        total = foreign.groupby("month")[capacity].sum()
        share = total[f"{line}_china_t"] / total.sum(axis=1)
        np.testing.assert_allclose(share, result.months[f"relocation_share_{line}"], rtol=1e-12)


@pytest.mark.parametrize("name", TABLES)
def test_every_column_says_its_unit_and_meaning(name: str, result: Result) -> None:
    for field in arrow_of(TABLES[name](result.record)).schema:
        assert field.metadata[b"unit"], f"{name}.{field.name}"
        assert len(field.metadata[b"meaning"]) > 3, f"{name}.{field.name}"


def test_a_run_without_a_quota_has_no_quota_rather_than_nought() -> None:
    result = open_trade()
    assert result.months["export_quota_t"].isna().all()
    assert result.summary["years"]["2005"]["quota_gross_t"] is None
    assert result.summary["years"]["2005"]["quota_used_share"] is None
