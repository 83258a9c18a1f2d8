"""The bench measures what it says: small calls of each part, no time is judged."""

from __future__ import annotations

import json

import pytest

from reabm.scenario import find_configs, load_scenario
from tests.bench import bench, growth
from tests.bench.clock import exponent
from tests.bench.leverage import surface_s
from tests.bench.months import n_agents
from tests.bench.plain_market import ElementMarket, clear
from tests.bench.plain_mesa import PlainMarket
from tests.bench.rates import rate_rows
from tests.bench.ratios import batch_cost
from tests.bench.row import Row, written


@pytest.fixture(scope="module")
def played():
    market = PlainMarket(months=24, rng=1)
    opening = [market.stocks_t(e) for e in range(market.n_elements)]
    while market.running:
        market.step()
    return market, opening


@pytest.fixture(scope="module")
def short():
    return growth.history("2006-06")


def market_of_one(**changes) -> ElementMarket:
    """Use of 50 t inside and 50 t outside at 10 USD/kg, supplied with 100 t inside."""
    given = {"reference": 10.0, "elasticity": 0.5, "choke_log": 4.0, "sensitivity": 0.0, "adjustment": 5.0, "freight": 0.0}
    return ElementMarket(**given | {"inside": 10.0, "outside": 10.0, "use": [50.0, 50.0, 0.0], "supply": [100.0, 0.0]} | changes)


def test_the_plain_market_has_the_agents_elements_and_months_of_the_reference_run() -> None:
    scenario = load_scenario(bench.SCENARIO)
    market = PlainMarket()
    assert len(market.agents) == n_agents(bench.prepare(scenario))
    assert market.months == scenario.n_months
    assert market.n_elements == len(scenario.elements)


def test_the_plain_market_loses_no_oxide(played) -> None:
    market, opening = played
    for e, before in enumerate(opening):
        came = market.mined_t[e] + market.recycled_t[e]
        assert came - market.used_t[e] == pytest.approx(market.stocks_t(e) - before, abs=1e-9 * came)
        assert all(abs(left[e]) < 1e-3 * market.markets[e].supply[0] for left in market.left_t), "a price did not settle"


def test_prices_of_the_plain_market_are_positive_and_exports_stay_within_the_quota(played) -> None:
    market, _ = played
    table = market.datacollector.get_model_vars_dataframe()
    assert len(table) == 24
    prices = table[["ndpr_inside", "ndpr_outside", "dy_inside", "dy_outside"]]
    assert (prices > 0.0).all().all()
    assert (prices < 5_000.0).all().all()
    assert table["legal_t"].max() <= 1.001 * market.given.script.quota_t[0][0] / 6.0
    assert table["licence_price"].max() > 0.0
    assert all(stock >= 0.0 for importer in market.importers for stock in importer.stock)


def test_the_plain_market_clears_at_its_reference_price_and_by_the_formula() -> None:
    one = market_of_one()
    assert clear([one], 1e9, 0.0) == 0.0
    assert one.inside == pytest.approx(10.0, rel=1e-3)
    scarce = market_of_one(supply=[50.0, 0.0])
    clear([scarce], 1e9, 0.0)
    assert scarce.outside == pytest.approx(40.0, rel=1e-3)  # half the tonnes, elasticity a half


def test_a_quota_of_the_plain_market_parts_the_prices_by_the_licence() -> None:
    one = market_of_one()
    licence = clear([one], 25.0, 0.0)
    assert one.legal_t == pytest.approx(25.0, rel=1e-3)
    assert one.outside == pytest.approx(40.0, rel=2e-3)
    assert one.outside - one.inside == pytest.approx(licence, rel=1e-3)


def test_an_embargo_of_the_plain_market_leaves_a_premium_where_it_holds() -> None:
    one = market_of_one(use=[50.0, 25.0, 25.0], allowed=12.5)
    clear([one], 1e9, 0.0)
    assert one.outside + one.premium == pytest.approx(40.0, rel=2e-3)


def test_batch_run_plays_as_many_runs_as_asked_for_and_its_processor_time_is_counted() -> None:
    cost = batch_cost(PlainMarket, {"months": 2}, 3, 2)
    assert cost.seconds > 0.0
    assert cost.processor_s > 0.0


def test_rates_come_with_their_bars(short) -> None:
    rows = {row.what: row for row in rate_rows(short, 4, 1)}
    assert rows["runs a second, two workers, outcomes kept"].least == 400.0
    assert rows["parallel efficiency on two cores"].unit == "%"
    assert all(row.figure > 0.0 for row in rows.values())


def test_a_surface_counts_its_forks() -> None:
    forks, seconds = surface_s(load_scenario(find_configs() / "scenarios" / "history.yaml"), 1, ("japan",), 3)
    assert forks == 1 * 5 * 3
    assert seconds > 0.0


def test_growth_measures_each_size_by_itself() -> None:
    found = growth.streamed([2, 6], "2005-03")
    assert [n for n, _, _ in found] == [2, 6]
    assert all(seconds > 0.0 and megabytes > 10.0 for _, seconds, megabytes in found)
    assert growth.length_rows(1, (3, 6))[0].note.startswith("3: ")
    assert exponent([1, 10, 100], [2.0, 20.0, 200.0]) == pytest.approx(1.0)


def test_a_row_holds_its_bar_from_either_side() -> None:
    assert Row("a", 5.0, "ms", most=5.0).holds
    assert Row("a", 5.1, "ms", most=5.0).holds is False
    assert Row("a", 399.0, "runs/s", 400.0).holds is False
    assert Row("a", 1.0, "ms").holds is None
    assert Row("a", 1.0, "ms", 2.0, 3.0).target == "at least 2, at most 3"
    assert [written(x) for x in (0.0, 0.0123, 12.34, 1234.5)] == ["0", "0.0123", "12.3", "1,234"]


def test_the_table_fits_its_width_says_what_fails_and_is_copied_as_json(tmp_path, capsys, monkeypatch) -> None:
    rows = [Row("w" * 70, 12345.6, "us a month", most=1.0, note="n" * 90), Row("x", 1.0, "times", least=1.0)]
    monkeypatch.setattr(bench, "parts", lambda quick, full: [("One run", lambda: rows), ("Leverage", lambda: rows[1:])])
    bench.main(["--json", str(tmp_path / "bench.json")])
    shown = capsys.readouterr().out
    assert max(len(line) for line in shown.splitlines()) <= 100
    assert "2 of 3 targets hold; not:" in shown
    copy = json.loads((tmp_path / "bench.json").read_text())
    assert [row["holds"] for row in copy["parts"]["One run"]] == [False, True]
    bench.main(["--only", "leverage"])
    assert "One run" not in capsys.readouterr().out
