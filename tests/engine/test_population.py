"""A market of many unlike firms: the same market in sum, smoother, with less power over prices, at a linear cost."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from reabm.engine.run import RunRecord, prepare, simulate
from reabm.store.result import Result
from reabm.world import history as records
from reabm.world.history import COLUMN, empty_history, numbers_of_firms
from reabm.world.layout import Array
from tests.short_run import history

UNTIL = "2013-12"  # the crisis, the moves of 2011-12 and the first that come back
MANY = 60
STEADY = ("exports_legal_t", "outside_use_t", "china_use_t", "japan_use_t", "stocks_outside_t", "china_magnet_share", "knowledge",
          "mine_output_row_t", "substitution_share", "japan_loss_kusd")  # fmt: skip


@cache
def played(copies: int, until: str = UNTIL) -> RunRecord:
    return simulate(prepare(history(until, population__copies=copies)), seed=3)


def column(copies: int, name: str) -> Array:
    found: Array = played(copies).history.months[:, getattr(COLUMN, name)]
    return found


def test_mass_and_money_close_with_many_firms() -> None:
    assert column(MANY, "mass_error_t").max() < 1e-9
    assert np.abs(column(MANY, "money_error_kusd") / column(MANY, "turnover_kusd")).max() < 1e-12
    assert (column(MANY, "status") == 0).all()


def test_the_world_opens_with_the_same_stocks_and_capacity_however_many_firms_there_are() -> None:
    for copies in (2, MANY):
        one, many = (played(n).prepared.segments[0].params.makers.opening_t for n in (1, copies))
        assert many.sum() == pytest.approx(one.sum(), rel=1e-12)
        first = played(copies).history.months[0]
        # Already in the first month many firms ask for less margin; what they hold and use is the same.
        for name in ("stocks_china_t", "stocks_outside_t", "outside_use_t", "relocation_share", "japan_reliability"):
            k = getattr(COLUMN, name)
            assert first[k] == pytest.approx(played(1).history.months[0, k], rel=0.02), name


@pytest.mark.parametrize("name", STEADY)
def test_the_market_as_a_whole_is_nearly_the_same(name: str) -> None:
    assert column(MANY, name).mean() == pytest.approx(column(1, name).mean(), rel=0.06)


def test_prices_of_the_large_elements_and_the_share_of_plants_in_china_are_nearly_the_same() -> None:
    few, many = played(1).history, played(MANY).history
    ratio = dict(zip(played(1).prepared.names.elements, many.outside_usd_kg.mean(axis=0) / few.outside_usd_kg.mean(axis=0)))
    assert all(abs(ratio[name] - 1) < 0.05 for name in ("La", "Ce")), ratio
    assert abs(ratio["NdPr"] - 1) < 0.25, ratio  # and small ones, whose use hardly answers to price, by up to a half
    gap = column(MANY, "relocation_share_commodity").mean() - column(1, "relocation_share_commodity").mean()
    assert abs(gap) < 0.05


def test_moves_are_smoother_with_more_firms() -> None:
    def largest_step(copies: int) -> float:
        return float(np.abs(np.diff(column(copies, "relocation_share"))).max())

    assert largest_step(MANY) < 0.5 * largest_step(1)


def test_margins_fall_as_each_firm_has_less_of_the_market() -> None:
    def margin(copies: int) -> Array:
        makers = played(copies).state.makers
        asked = makers.price_usd_kg - makers.unit_cost_usd_kg
        rows = makers.output_t > 0
        return np.array([np.average(asked[:, l][rows[:, l]], weights=makers.output_t[:, l][rows[:, l]]) for l in range(2)])

    precision = played(1).prepared.segments[0].params.makers.markup_precision
    one, several, many = (margin(copies) for copies in (1, 4, MANY))
    assert (one > several).all()
    assert (several > many).all()
    np.testing.assert_allclose(many, 1.0 / precision, rtol=0.02)  # nobody has a share worth the name


def test_houses_still_finance_mines() -> None:
    def lent(copies: int) -> Array:
        total: Array = played(copies).state.importers.lent_kusd.reshape(-1, copies).sum(axis=1)
        return total

    assert lent(1).sum() > 0
    np.testing.assert_allclose(lent(MANY), lent(1))


def test_the_same_population_and_seed_give_the_same_bits() -> None:
    again = simulate(prepare(history(UNTIL, population__copies=MANY)), seed=3, details=False)
    assert again.block.tobytes() == played(MANY).block.tobytes()


def test_firms_too_many_to_be_kept_are_left_out_and_all_else_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = played(3, "2006-12")
    monkeypatch.setattr(records, "MOST_OF_FIRMS", 0)
    lean = simulate(whole.prepared, seed=3)
    assert lean.block.tobytes() == whole.block.tobytes()
    for name in ("months", "outside_usd_kg", "legal_t", "mines", "governments", "stocks_t"):
        assert getattr(lean.history, name).tobytes() == getattr(whole.history, name).tobytes(), name
    assert lean.history.makers.shape[0] == lean.history.importers.shape[0] == lean.history.move_terms.shape[0] == 0
    result, full = Result(lean), Result(whole)
    assert not result.keeps_firms
    assert full.keeps_firms
    assert result.summary == full.summary
    assert set(result.agents["kind"].astype(str)) == {"mine", "government"}
    assert len(full.agents[full.agents["kind"] == "maker"]) == 24 * 3 * 13
    kept = full.agents[full.agents["kind"] == "mine"].reset_index(drop=True)
    lean_mines = result.agents[result.agents["kind"] == "mine"].reset_index(drop=True)
    np.testing.assert_array_equal(lean_mines["ore_t"], kept["ore_t"])


def test_the_details_of_the_reference_world_are_kept_and_those_of_a_hundred_thousand_firms_are_not() -> None:
    sizes = played(1, "2006-12").prepared.sizes | {"months": 252}
    assert numbers_of_firms(sizes) * 8 < 1e6
    huge = sizes | {"makers": 60_000, "importers": 40_000}
    history_of_huge = empty_history(huge)
    assert history_of_huge.makers.shape[0] == 0
    assert history_of_huge.outside_usd_kg.shape[0] == 252
    assert sum(values.nbytes for values in history_of_huge) < 2e7
