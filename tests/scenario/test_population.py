"""The synthetic population: what its firms are together, how they differ, and who they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reabm.rules.importers import COVER_AND_PREPAY
from reabm.rules.makers import STAY, directed_share
from reabm.scenario import Scenario, ScenarioError, dump_scenario, find_configs, load_scenario, with_settings
from reabm.scenario.pack import keys_of, names_of, pack, sizes_of
from reabm.scenario.population import copies_of, firm_names, name_behind
from reabm.world.draws import _draw_traits_by_numpy, draw_traits, key_of
from reabm.world.layout import Array, fields_of
from reabm.world.params import Params
from reabm.world.state import LINES

SPREADS = ("size", "reluctance", "venture", "cover", "doubt")
EQUAL = {f"population.{name}_spread": 0 for name in SPREADS}


@pytest.fixture(scope="module")
def history() -> Scenario:
    return load_scenario(find_configs() / "scenarios" / "history.yaml")


def packed(scenario: Scenario, **levers: float) -> Params:
    changed = with_settings(scenario, {f"population.{name}": value for name, value in levers.items()})
    return pack(changed.at(changed.start))


def by_name(values: Array, copies: int) -> Array:
    """Sums over the firms of each name."""
    return values.reshape(-1, copies, *values.shape[1:]).sum(axis=1)


def size_of_makers(params: Params, named: Params, copies: int) -> Array:
    """Capacity of each firm as a part of its name's, in one line and place where the name has any."""
    totals = np.repeat(named.makers.opening_t.reshape(len(named.makers.home), -1), copies, axis=0)
    best = totals.argmax(axis=1)
    rows = np.arange(len(best))
    parts: Array = params.makers.opening_t.reshape(len(best), -1)[rows, best] / totals[rows, best]
    return parts


def test_one_firm_for_each_name_is_the_world_as_it_is_whatever_the_spreads(history: Scenario) -> None:
    plain, spread = packed(history), packed(history, **{f"{name}_spread": 1.5 if name != "reluctance" else 1 for name in SPREADS})
    for spec in fields_of(Params):
        one, other = (getattr(getattr(params, spec.group), spec.name) for params in (plain, spread))
        assert one.tobytes() == other.tobytes()
    assert names_of(history).makers == tuple(history.makers)


@pytest.mark.parametrize("copies", [2, 7, 100])
def test_the_firms_of_a_name_are_together_as_large_as_it(history: Scenario, copies: int) -> None:
    named, firms = packed(history), packed(history, copies=copies)
    assert sizes_of(with_settings(history, {"population.copies": copies}))["makers"] == copies * len(history.makers)
    np.testing.assert_allclose(by_name(firms.makers.opening_t, copies), named.makers.opening_t, rtol=1e-12)
    np.testing.assert_allclose(by_name(firms.importers.trade_share, copies), named.importers.trade_share, rtol=1e-12)
    np.testing.assert_allclose(by_name(firms.importers.finance_kusd, copies), named.importers.finance_kusd, rtol=1e-12)
    assert (firms.makers.opening_t >= 0).all()
    assert (firms.importers.trade_share > 0).all()
    assert firms.elements.outside_use_t.tobytes() == named.elements.outside_use_t.tobytes()
    for name in ("demand_t", "content", "reference_usd_kg", "cover_months"):
        assert getattr(firms.makers, name).tobytes() == getattr(named.makers, name).tobytes()


@pytest.mark.parametrize("copies", [2, 7, 100])
def test_the_mean_traits_of_the_firms_weighted_by_size_are_those_of_the_name(history: Scenario, copies: int) -> None:
    named, firms = packed(history), packed(history, copies=copies)
    size = size_of_makers(firms, named, copies)
    np.testing.assert_allclose(by_name(size * firms.makers.reluctance, copies), named.makers.reluctance, atol=1e-12)
    venture = by_name(size * firms.makers.venture_share, copies)
    assert (venture <= named.makers.venture_share + 1e-12).all()  # what would be above the whole is cut
    np.testing.assert_allclose(venture, named.makers.venture_share, atol=0.03)
    share = firms.importers.trade_share
    for name in ("base_cover_months", "opening_disrupted", "opening_delivered"):
        mean = by_name(share * getattr(firms.importers, name), copies) / by_name(share, copies)
        np.testing.assert_allclose(mean, getattr(named.importers, name), rtol=1e-12)
    assert (firms.importers.opening_delivered >= 0).all()
    for name in ("home", "makes_alloy", "strategy", "growth", "weight", "plant_months"):
        assert (getattr(firms.makers, name).reshape(-1, copies) == getattr(named.makers, name)[:, None]).all()


def test_firms_differ_as_the_levers_say(history: Scenario) -> None:
    copies = 4_000
    named, firms = packed(history), packed(history, copies=copies)
    row = list(history.makers).index("hitachi_metals")
    mine = slice(row * copies, (row + 1) * copies)
    spread = {name: history.scalars[f"population.{name}_spread"].value for name in SPREADS}
    size = np.log(size_of_makers(firms, named, copies)[mine])
    reluctance = firms.makers.reluctance[mine]
    venture = np.log(firms.makers.venture_share[mine][firms.makers.venture_share[mine] < 1])
    assert np.std(size) == pytest.approx(spread["size"], rel=0.05)
    assert np.std(reluctance) == pytest.approx(spread["reluctance"], rel=0.05)
    assert np.std(venture) == pytest.approx(spread["venture"], rel=0.1)
    assert abs(np.corrcoef(size, reluctance)[0, 1]) < 0.05
    row = list(history.importers).index("mitsui")
    mine = slice(row * copies, (row + 1) * copies)
    assert np.std(np.log(firms.importers.base_cover_months[mine])) == pytest.approx(spread["cover"], rel=0.05)
    assert np.std(np.log(firms.importers.opening_disrupted[mine])) == pytest.approx(spread["doubt"], rel=0.05)
    share, cover, doubt = (
        getattr(firms.importers, name)[mine] for name in ("trade_share", "base_cover_months", "opening_disrupted")
    )
    for one, other in ((share, cover), (share, doubt), (cover, doubt)):
        assert abs(np.corrcoef(np.log(one), np.log(other))[0, 1]) < 0.05


def test_without_spread_all_firms_of_a_name_are_equal(history: Scenario) -> None:
    named, firms = packed(history), packed(with_settings(history, EQUAL), copies=4)
    np.testing.assert_allclose(firms.makers.opening_t, np.repeat(named.makers.opening_t, 4, axis=0) / 4, rtol=1e-15)
    for name in ("reluctance", "venture_share"):
        assert (getattr(firms.makers, name) == np.repeat(getattr(named.makers, name), 4)).all()
    assert (firms.importers.base_cover_months == np.repeat(named.importers.base_cover_months, 4)).all()


def test_a_firm_is_the_same_however_many_others_there_are(history: Scenario) -> None:
    few, many = firm_names(("tdk",), 10), firm_names(tuple(history.makers), 100)
    assert (draw_traits(few) == draw_traits(many)[[many.index(name) for name in few]]).all()

    def parts(copies: int) -> Array:
        firms = packed(history, copies=copies)
        first = list(history.makers).index("tdk") * copies
        mine: Array = firms.makers.opening_t[first : first + 10, 0, 0]
        return mine / mine[2]  # how it compares with the third

    np.testing.assert_allclose(parts(10), parts(100), rtol=1e-12)
    ten, hundred = (keys_of(with_settings(history, {"population.copies": n})).makers for n in (10, 100))
    assert set(ten) < set(hundred)
    assert len(set(hundred)) == 100 * len(history.makers)


def test_traits_are_the_same_compiled_or_not() -> None:
    names = firm_names(("tdk", "mitsui"), 20)
    by_numpy = np.zeros((len(names), 4))
    _draw_traits_by_numpy(by_numpy, np.array([key_of(name) for name in names], np.uint64), np.uint64(key_of("traits")))
    assert by_numpy.tobytes() == draw_traits(names).tobytes()
    assert abs(by_numpy.mean()) < 0.3


def test_a_firm_is_named_after_the_agent_it_is_a_part_of() -> None:
    assert firm_names(("a", "b_1"), 2) == ("a.1", "a.2", "b_1.1", "b_1.2")
    assert firm_names(("a", "b_1"), 1) == ("a", "b_1")
    assert [name_behind(name) for name in ("a.1", "b_1.12", "b_1")] == ["a", "b_1", "b_1"]


def test_a_strategy_chosen_for_a_name_is_played_by_all_its_firms(history: Scenario) -> None:
    firms = packed(with_settings(history, {"strategies.tdk": "stay"}), copies=3)
    plain = packed(history, copies=3)
    row = list(history.makers).index("tdk")
    changed = firms.makers.strategy != plain.makers.strategy
    assert np.flatnonzero(changed).tolist() == [3 * row, 3 * row + 1, 3 * row + 2]
    assert (firms.makers.strategy[changed] == STAY).all()


def test_the_firms_of_a_house_finance_mines_as_one(history: Scenario) -> None:
    named, firms = packed(history), packed(history, copies=5)
    assert (firms.importers.strategy == COVER_AND_PREPAY).sum() == 5 * (named.importers.strategy == COVER_AND_PREPAY).sum()
    assert (firms.importers.finance_kusd[::5] == named.importers.finance_kusd).all()
    assert np.count_nonzero(firms.importers.finance_kusd) == np.count_nonzero(named.importers.finance_kusd)
    assert (firms.mines.offtake_ok[:, ::5] == named.mines.offtake_ok).all()
    assert firms.mines.offtake_ok.sum() == named.mines.offtake_ok.sum()


def test_a_population_survives_a_dump_and_holds_in_every_stretch_of_months(history: Scenario, tmp_path: Path) -> None:
    changed = with_settings(
        history, {"population.copies": 3, "makers.herding": [{"from": "2008", "until": "2009-12", "value": 0.1}]}
    )
    (tmp_path / "dumped.yaml").write_text(dump_scenario(changed), encoding="utf-8")
    again = load_scenario(tmp_path / "dumped.yaml")
    assert again == changed
    assert names_of(again) == names_of(changed)
    assert copies_of(again) == 3
    stretches = [pack(view) for _, _, view in again.segments()]
    assert len(stretches) == 3
    for params in stretches[1:]:
        for name in ("opening_t", "reluctance", "venture_share"):
            assert getattr(params.makers, name).tobytes() == getattr(stretches[0].makers, name).tobytes()
        assert params.importers.trade_share.tobytes() == stretches[0].importers.trade_share.tobytes()


def test_a_section_of_a_file_multiplies_the_firms(tmp_path: Path) -> None:
    text = 'title: More firms\nextends: history.yaml\npopulation:\n  copies: {value: 4, note: "a test"}\n'
    (tmp_path / "more.yaml").write_text(text, encoding="utf-8")
    scenario = load_scenario(tmp_path / "more.yaml")
    assert names_of(scenario).makers[:5] == ("china_fringe.1", "china_fringe.2", "china_fringe.3", "china_fringe.4",
                                             "china_high_grade_fringe.1")  # fmt: skip


@pytest.mark.parametrize("copies", [2.5, 0, 10_001, float("nan"), "many"])
def test_a_number_of_firms_that_is_not_whole_or_out_of_range_is_refused(history: Scenario, copies: float | str) -> None:
    with pytest.raises(ScenarioError, match=r"population.copies: got .*; allowed .*1 to 1"):
        with_settings(history, {"population.copies": copies})


def test_half_a_firm_in_a_file_is_refused_in_one_line(tmp_path: Path) -> None:
    text = 'title: Half\nextends: history.yaml\npopulation:\n  copies: {value: 2.5, note: "a test"}\n'
    (tmp_path / "half.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"half.yaml:4: .*got 2.5; allowed a whole number, 1 to 10000") as caught:
        load_scenario(tmp_path / "half.yaml")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["copies", *(f"{spread}_spread" for spread in SPREADS)])
def test_a_population_cannot_change_in_the_middle_of_a_run(history: Scenario, name: str) -> None:
    with pytest.raises(ScenarioError, match="one value for the whole run"):
        with_settings(history, {f"population.{name}": [{"from": "2010", "value": 1}]})


def test_every_firm_of_a_directed_maker_is_told_what_its_name_is_told_and_no_other_is(history: Scenario) -> None:
    told = {"strategies.showa_denko": "directed", "makers.showa_denko.commodity_in_china": 0.25}
    changed = with_settings(history, {**told, "population.copies": 5})
    params = pack(changed.at(changed.start)).makers
    line = LINES.index("commodity")
    shares = [directed_share(params, j, line, 7) for j in range(len(params.home))]
    assert [name_behind(name) for name, share in zip(names_of(changed).makers, shares) if share == 0.25] == ["showa_denko"] * 5
    assert sorted(set(shares)) == [-1.0, 0.25]
