from dataclasses import replace
from functools import cache
from math import inf
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest

from reabm.empirical.relocation import (
    CHINA,
    HERDING,
    HOME,
    Case,
    Rest,
    cases_at_rest,
    play_relocation,
    ramp_of,
    relocation_study,
    world_of,
)
from reabm.empirical.relocation_folder import (
    RelocationResult,
    falls_to,
    load_relocation,
    loop_area,
    others_share,
    save_relocation,
    totals,
)
from reabm.empirical.relocation_theory import (
    Firms,
    critical_herding,
    global_threshold,
    identical_critical_herding,
    mean_cost,
    resting,
    spread_of,
    total_of,
)
from reabm.empirical.study_file import study_path, study_tree
from reabm.games.relocation import Relocation, critical_precision, settled_shares
from reabm.report.relocation_figures import FIGURES, draw_relocation
from reabm.report.relocation_words import relocation_sentences
from reabm.report.studies import renewed
from reabm.scenario import ScenarioError
from reabm.store import FolderError

KINDS = ("restraint", "relocation")
SHIPPED = study_path("relocation_game")


def small_text() -> str:
    """The shipped study, with few pushes, strengths and worlds."""
    text = SHIPPED.read_text(encoding="utf-8")
    head = text[: text.index("pushes:\n")]
    return head.replace("until: 2039-12", "until: 2026-12").replace("release: 2015-01", "release: 2012-01") + (
        "pushes: [{export_tax: 0.3, subsidy: 0.8}, {export_tax: 0.3, subsidy: 0.3}, {export_tax: 0.3, subsidy: 0}]\n"
        "herding: [0, 0.3, 1.5]\n"
        "ramp: {export_tax: 0.3, subsidies: [0.5, 0.2, 0], hold_months: 6, herding: [0, 1.5]}\n"
        "forced: {pushes: [{export_tax: 0.3, subsidy: 0.1}], herding: [0, 0.6]}\n"
        "seeds: 2\n"
    )


def study_of(text: str, folder: Path):
    file = folder / "small.yaml"
    file.write_text(text, encoding="utf-8")
    _, tree = study_tree(file, KINDS)
    return relocation_study(tree, file)


@cache
def small() -> RelocationResult:
    folder = Path(mkdtemp())
    study = study_of(small_text(), folder)
    played, blocks = play_relocation(study, folder / "out")
    blocks.drop()
    return RelocationResult(study, played)


def alike(n: int, benefit: float) -> Firms:
    """Identical firms with one line each and no plants elsewhere."""
    weight = np.zeros((n, 2))
    weight[:, 0] = 1.0 / n
    return Firms(weight, np.ones((n, 2)), np.full((n, 2), benefit))


@pytest.mark.parametrize("herding", [0.2, 0.4, 1.0])
def test_many_identical_firms_rest_where_the_textbook_says(herding):
    """Cases R1 and R3: the game of firms, as their number grows, is that of one logit share."""
    for benefit in (-0.5, -0.25, -0.1):
        wanted = settled_shares(Relocation(8.0, herding, benefit, 0.0))
        low, high = resting(alike(2_000, benefit), 8.0, herding)
        assert low[0] == pytest.approx(wanted[0], abs=5e-3)
        assert high[0] == pytest.approx(wanted[-1], abs=5e-3)


def test_identical_firms_tip_at_the_textbooks_herding():
    found = critical_herding(alike(200, 0.0), 12.0, 1.5)
    assert identical_critical_herding(12.0) == critical_precision(12.0) == pytest.approx(1.0 / 3.0)
    assert 1.0 / 3.0 < found < 0.36  # a gap of five points must open first


def test_firms_that_differ_need_stronger_herding():
    firms = alike(200, 0.0)
    apart = firms._replace(benefit=firms.benefit + np.linspace(-0.4, 0.4, 200)[:, None])
    assert critical_herding(apart, 12.0, 1.5) > 1.3 * critical_herding(firms, 12.0, 1.5)
    assert critical_herding(apart, 12.0, 0.3) == inf


def test_a_firm_minds_the_others_and_not_itself():
    pair = alike(2, -0.2)
    shares = resting(pair, 10.0, 0.5, fixed=(0, 1.0))[0]
    assert shares[0] == 1.0
    assert shares[1] == pytest.approx(1.0 / (1.0 + np.exp(-10.0 * 0.3)))
    alone = resting(alike(1, -0.2), 10.0, 5.0)
    assert alone[0] == alone[1] == pytest.approx(1.0 / (1.0 + np.exp(2.0)))


def test_more_herding_and_more_benefit_never_lower_a_resting_share():
    rng = np.random.default_rng(4)
    for _ in range(20):
        weight = rng.random((6, 2))
        firms = Firms(weight / weight.sum(), rng.uniform(0.5, 1.0, (6, 2)), rng.normal(-0.2, 0.3, (6, 2)))
        before, after = resting(firms, 10.0, 0.3), resting(firms, 10.0, 0.6, shift=0.05)
        assert (after[0] >= before[0] - 1e-9).all()
        assert (after[1] >= before[1] - 1e-9).all()
        assert total_of(firms, before[1]) >= total_of(firms, before[0]) - 1e-9
        assert spread_of(firms, 10.0, 0.0) < 1e-6  # who minds nobody has one best reply


def test_simulated_makers_rest_where_their_own_game_says():
    """The strongest link between rule and theory: without herding, and pushed hard, plans must end at the logit shares."""
    table = small().rest
    own = table[(table["herding"] == 0.0) & (table["subsidy"] == 0.8)].iloc[0]
    assert own["share_from_home"] == pytest.approx(own["theory_low"], abs=0.03)
    for row in table.itertuples(index=False):  # steps of a plan are as coarse as a lump
        assert row.theory_low - 0.25 < row.share_from_home < row.theory_high + 0.12


def test_strong_herding_makes_two_outcomes_and_none_makes_one():
    table = small().rest
    none, strong = (table[table["herding"] == value]["apart"].max() for value in (0.0, 1.5))
    assert strong > none + 0.3


def test_a_subsidy_holds_makers_back_and_a_gap_draws_them():
    table = small().rest
    for herding in (0.0, 0.3, 1.5):
        own = table[table["herding"] == herding].sort_values("push")
        assert list(own["subsidy"]) == [0.8, 0.3, 0.0]
        assert (np.diff(own["share_from_home"]) > 0.0).all()


def test_the_push_is_what_the_levers_hold():
    table = small().rest.set_index(["herding", "subsidy"])["push"]
    assert table[0.0, 0.3] - table[0.0, 0.8] == pytest.approx(0.5, abs=0.05)
    assert table[0.0, 0.3] == pytest.approx(table[1.5, 0.3], abs=0.05)  # herding moves makers, not the gap


def test_nobody_follows_without_herding_and_somebody_does_with_it():
    table = small().forced
    alone, with_it = table[table["herding"] == 0.0], table[table["herding"] == 0.6]
    assert alone["follow"].abs().max() < 0.03
    assert with_it["follow"].sum() > 0.05
    assert with_it["follow_theory"].min() >= 0.0
    big = with_it.loc[with_it["share_of_capacity"].idxmax()]
    assert big["firm"] == "hitachi_metals"


def test_a_forced_firm_stands_where_it_is_told():
    result = small()
    j = result.study.firms.index("shin_etsu")
    for case, rest in result.played.forced.items():
        if case.forced == "shin_etsu":
            assert (rest.shares[:, j] > 0.8 if case.to == CHINA else rest.shares[:, j] < 0.02).all()


def test_a_start_is_played_until_the_release_and_not_after():
    study = small().study
    scenario = world_of(study, Case(study.file.pushes[0], 0.6, CHINA))
    before, after = scenario.at(study.file.release - 1), scenario.at(study.file.release)
    assert before.makers["tdk"].strategy == "directed"
    assert after.makers["tdk"].strategy == "logit"
    assert scenario.settings[HERDING] == 0.6


def test_a_ramp_goes_down_and_comes_back():
    study = small().study
    scenario, ends = ramp_of(study, 0.3)
    levels = [scenario.at(scenario.start + end).policy.governments["japan"].subsidy for end in ends]
    values = [float(series.monthly(scenario.start + end, 1)[0]) for series, end in zip(levels, ends, strict=True)]
    assert values == [0.5, 0.2, 0.0, 0.2, 0.5]
    assert ends[-1] == scenario.n_months - 1


def test_the_area_of_a_loop_by_hand():
    out = [[0.0, 0.0], [1.0, 0.5]]
    back = [[0.5, 0.75], [0.0, 0.5]]
    straight = loop_area(np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 0.0]]))
    assert straight == pytest.approx(0.0, abs=1e-12)
    assert loop_area(np.array([out[0], [0.5, 0.25], out[1], *back])) == pytest.approx(0.375, abs=1e-3)


def test_the_subsidy_that_holds_is_read_between_points():
    level, share = np.array([0.0, 0.2, 0.4]), np.array([0.9, 0.3, 0.0])
    assert falls_to(level, share, 0.15) == pytest.approx(0.3)
    assert falls_to(level, share, 0.95) == 0.0
    assert falls_to(level, share + 0.2, 0.1) == inf


def test_thresholds_of_identical_makers_from_recorded_terms():
    terms = np.zeros((2, 2, 8))
    terms[..., 0], terms[..., 1], terms[..., 2], terms[..., 7] = 0.3, 0.1, 0.05, -0.45  # gap, herding, rebate, reluctance
    rest = Rest(np.array([[0.0, 1.0]]), np.ones((2, 2, 3)), terms)
    assert mean_cost(rest) == pytest.approx(0.4)
    assert global_threshold(rest, 0.5) == pytest.approx(0.15)  # case R4: k - J / 2
    assert totals(rest)[0] == pytest.approx(0.5)
    assert others_share(rest, 0)[0] == pytest.approx(1.0)


def test_two_workers_and_one_give_the_same(tmp_path):
    study = small().study
    file = study.file.model_copy(
        update={
            "pushes": study.file.pushes[:2],
            "herding": (0.0,),
            "forced": study.file.forced.model_copy(update={"herding": (0.0,)}),
        }
    )
    few = replace(study, file=file)
    one, _ = play_relocation(few, tmp_path / "one", workers=1)
    two, _ = play_relocation(few, tmp_path / "two", workers=2)
    for case in cases_at_rest(file):
        for a, b in zip(one.rest[case], two.rest[case], strict=True):
            assert np.array_equal(a, b)
    assert one.rest[Case(file.pushes[0], 0.0, HOME)].shares.shape == (2, len(study.firms))


def test_a_folder_gives_back_what_was_saved_twice_the_same(tmp_path):
    result = small()
    one, two = save_relocation(result, tmp_path / "a", command=["x"]), save_relocation(result, tmp_path / "b", command=["x"])
    for file in one.iterdir():
        assert file.name == "manifest.json" or file.read_bytes() == (two / file.name).read_bytes(), file.name
    read = load_relocation(one)
    assert read.rest.equals(result.rest)
    assert relocation_sentences(read) == relocation_sentences(result)


def test_figures_are_drawn(tmp_path):
    assert [file.stem for file in draw_relocation(small(), tmp_path)] == list(FIGURES)


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("seeds: 2", "seeds: 2\nfirms: [tdk]", "firms: got an unknown key 'firms'"),
        ("makers.idle_share", "makers.idel_share", "small.yaml:23: settings.makers.idel_share: got an unknown lever"),
        ("release: 2012-01", "release: 2004-01", "release: got 2004-01; allowed a month after 2005-01"),
        ("herding: [0, 0.3, 1.5]", "herding: [0.3, 1.5]", "herding: got [0.3, 1.5]; allowed values that rise"),
        ("subsidies: [0.5, 0.2, 0]", "subsidies: [0, 0.2]", "ramp.subsidies"),
        ("hold_months: 6", "hold_months: 240", "ramp.hold_months: got 240; allowed at most"),
        ("world: history", "world: hystory", "world: got 'hystory'"),
    ],
)
def test_a_mistake_costs_one_line(tmp_path, wrong, right, said):
    assert wrong in small_text()
    with pytest.raises(ScenarioError) as error:
        study_of(small_text().replace(wrong, right), tmp_path)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_sentences_of_a_document_are_renewed_between_their_marks():
    text = "before\n<!-- study: relocation -->\n- old\n<!-- end -->\nafter\n"
    assert renewed(text, "relocation", ["new"]) == "before\n<!-- study: relocation -->\n- new\n<!-- end -->\nafter\n"
    with pytest.raises(FolderError, match="no marks"):
        renewed("nothing", "relocation", ["new"])
