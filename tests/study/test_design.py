from __future__ import annotations

import pandas as pd
import pytest

from reabm.scenario import ScenarioError
from reabm.study.design import Design, Varied, check_design, check_varied, design_of, grid, latin, parse_vary, unique_values
from tests.short_run import history

QUOTA, TAX, STATE = "export_quota.scale", "export_tax.scale", "strategies.china_state"


def test_a_range_takes_its_steps_with_both_ends():
    assert grid([parse_vary(f"{QUOTA}=0.1:0.7:7")]).points == ((0.1,), (0.2,), (0.3,), (0.4,), (0.5,), (0.6,), (0.7,))


def test_a_list_keeps_its_order_and_takes_names():
    assert parse_vary(f"{QUOTA}=1, 0.5,2") == Varied(QUOTA, (1.0, 0.5, 2.0))
    assert parse_vary(f"{STATE}=open_trade,scripted_history").values == ("open_trade", "scripted_history")


def test_a_grid_crosses_all_levers_and_the_last_changes_fastest():
    design = grid([parse_vary(f"{QUOTA}=0.5:1.5:2"), parse_vary(f"{STATE}=open_trade,tight_quota")])
    assert design.paths == (QUOTA, STATE)
    assert design.points == ((0.5, "open_trade"), (0.5, "tight_quota"), (1.5, "open_trade"), (1.5, "tight_quota"))
    assert design.settings(2) == {QUOTA: 1.5, STATE: "open_trade"}


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("export_quota.scale", "allowed path=low:high:steps or path=a,b,c"),
        ("=1,2", "allowed path="),
        ("export_quota.scale=", "allowed path="),
        ("export_quota.scale=1,,2", "with an empty value"),
        ("export_quota.scale=1,2,1.0", "with a value twice"),
        ("export_quota.scale=2:1:3", "allowed a low below the high"),
        ("export_quota.scale=1:1:3", "allowed a low below the high"),
        ("export_quota.scale=1:2:1", "allowed 2 to 10,000"),
        ("export_quota.scale=1:2:2.5", "got '2.5' steps"),
        ("export_quota.scale=1:2:3:4", "allowed low:high:steps, three numbers"),
        ("export_quota.scale=1:two:3", "allowed low:high:steps, three numbers"),
        ("export_quota.scale=.nan:2:3", "allowed"),
        ("export_quota.scale=0:.inf:3", "allowed"),
    ],
)
def test_a_mistake_in_vary_costs_one_line_with_what_was_found_and_what_is_allowed(written, words):
    with pytest.raises(ScenarioError) as refused:
        parse_vary(written)
    text = str(refused.value)
    assert words in text
    assert "\n" not in text
    assert text.startswith("--vary:1: ")
    assert "got" in text


@pytest.mark.parametrize(
    ("written", "is_latin", "words"),
    [
        (["export_quota.scal=1,2"], False, "did you mean export_quota.scale?"),
        (["export_quota.scale=1:2"], False, "got '1:2' for a grid"),
        (["export_quota.scale=1,2", "export_quota.scale=3,4"], False, "got it twice"),
        (["export_quota.scale=0:20:3"], False, "got 20.0; allowed 0 to 10"),
        (["export_quota.scale=0:20"], True, "got 20.0; allowed 0 to 10"),
        (["strategies.china_state=open_trade,war"], False, "got 'war'; allowed scripted_history"),
        (["strategies.china_state=0:1:2"], False, "got a range; allowed names"),
        (["mechanisms.relocation=0:1"], True, "got a range; allowed path=0,1"),
    ],
)
def test_levers_and_values_are_checked_before_anything_is_played(written, is_latin, words):
    varied = [parse_vary(one, place) for place, one in enumerate(written, 1)]
    with pytest.raises(ScenarioError) as refused:
        check_varied(varied, [history("2005-06")], is_latin)
    assert words in str(refused.value)
    assert len(str(refused.value).split("\n")) == 1


def test_a_latin_hypercube_meets_every_stratum_of_every_lever_once():
    design = latin([parse_vary(f"{QUOTA}=0.5:1.5"), parse_vary(f"{TAX}=0:2:5")], 40, seed=3)
    for low, width, column in ((0.5, 1.0, 0), (0.0, 2.0, 1)):
        strata = sorted(int((point[column] - low) / width * 40) for point in design.points)
        assert strata == list(range(40))


def test_a_latin_hypercube_takes_each_name_equally_often():
    design = latin([parse_vary(f"{STATE}=open_trade,tight_quota"), parse_vary(f"{QUOTA}=0.5:1.5")], 20)
    names = [point[0] for point in design.points]
    assert names.count("open_trade") == names.count("tight_quota") == 10


def test_a_latin_hypercube_can_be_had_again_and_another_seed_gives_another():
    levers = {QUOTA: (0.5, 1.5), TAX: (0.0, 2.0)}
    assert latin(levers, 10, seed=1) == latin(levers, 10, seed=1)
    assert latin(levers, 10, seed=1) != latin(levers, 10, seed=2)


def test_a_design_comes_from_values_by_path_or_from_a_frame_with_a_row_a_set():
    assert design_of(None) == Design()
    assert design_of({QUOTA: [1, 0.5]}).points == ((1.0,), (0.5,))
    frame = pd.DataFrame({QUOTA: [0.5, 1.0, 0.5], STATE: ["open_trade", "open_trade", "tight_quota"]})
    design = design_of(frame)
    assert design.points == ((0.5, "open_trade"), (1.0, "open_trade"), (0.5, "tight_quota"))
    assert unique_values(design) == [(0.5, 1.0), ("open_trade", "tight_quota")]
    check_design(design, [history("2005-06")])


def test_too_many_parameter_sets_are_refused():
    with pytest.raises(ScenarioError, match="got 1,000,000 parameter sets; allowed 100,000"):
        grid([Varied(f"lever{k}", (0.0, 1.0), True, 100) for k in range(3)])
