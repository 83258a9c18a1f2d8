import numpy as np
import pytest

from reabm.empirical import restraint as playing
from reabm.empirical.restraint import DOWNSTREAM, RATE, RETALIATION, play_restraint, with_lead
from reabm.empirical.restraint_map import differences, weights_at
from reabm.engine.run import fork_world, open_world_of, play_until, prepare
from reabm.scenario import ScenarioError, find_configs, with_settings
from reabm.world.history import COLUMN
from tests.empirical.restraint_case import TEXT, small, study_of

OWN_SETS = TEXT.replace("seeds: 4", "seeds: 2\nsets: {name: mine, count: 1, seeds: 2}").replace("2014-12", "2012-01")


def table_of(folder, *shares, name="mine"):
    """A table of parameter sets beside the study: one value of one scalar each, the first one central."""
    rows = [f"{n},smuggling.cost_share,{share},1.0" for n, share in enumerate(shares)]
    (folder / f"{name}.csv").write_text("\n".join(["set_id,path,value,loss", *rows, ""]), encoding="utf-8")


def run_with(study, name, factor, settings, seed):
    """Pay-off of a world that was run with levers set, discounted to the decision, M USD; by the public way, not by jobs."""
    before = prepare(with_settings(study.before, settings))
    after = prepare(with_lead(with_settings(study.policies[name], settings), factor))
    world = play_until(before, open_world_of(before, seed), study.first)
    world = play_until(after, fork_world(after, world), study.last + 1)
    gain = world.history.months[study.first : study.last + 1]
    rate = settings[RATE]
    return float(np.sum(gain[:, COLUMN.china_gain_kusd] * (1.0 + rate) ** (-np.arange(len(gain)) / 12.0)) / 1000.0)


@pytest.mark.parametrize(("rate", "jobs", "retaliation"), [(0.11, 1.3, 700.0), (0.0, 0.5, 100.0)])
def test_weighing_what_was_recorded_equals_running_with_those_levers(rate, jobs, retaliation):
    study, played = small().study, small().played
    settings = {RATE: rate, DOWNSTREAM: jobs, RETALIATION: retaliation}
    weights = weights_at(study, jobs, retaliation)
    at = study.file.discount_rates.index(rate)
    for p, name in enumerate(study.policies):
        for lead, factor in enumerate(study.file.lead_factors):
            weighed = played.sums[p, lead, 1, at] @ weights
            assert weighed == pytest.approx(run_with(study, name, factor, settings, seed=1), rel=1e-9)


def test_policies_part_at_the_decision_and_not_before():
    study = small().study
    shares = []
    for scenario in study.policies.values():
        before, after = prepare(study.before), prepare(scenario)
        world = play_until(before, open_world_of(before, 0), study.first)
        world = play_until(after, fork_world(after, world), study.last + 1)
        shares.append(world.history.months.copy())
    assert np.array_equal(shares[0][: study.first], shares[1][: study.first], equal_nan=True)
    assert not np.array_equal(shares[0][study.first], shares[1][study.first], equal_nan=True)


def test_other_weights_alone_make_no_other_world():
    """Retaliation and jobs move the pay-off, not a tonne: the terms at weights of one are those at any others."""
    study = small().study
    worlds = []
    for retaliation in (1.0, 900.0):
        prepared = prepare(with_settings(study.policies["hard_line"], {RETALIATION: retaliation}))
        worlds.append(play_until(prepared, open_world_of(prepared, 3), study.last + 1).history.months)
    gain = COLUMN.china_gain_kusd
    assert not np.array_equal(worlds[0][:, gain], worlds[1][:, gain])
    others = [np.delete(months, gain, axis=1) for months in worlds]
    assert np.array_equal(*others, equal_nan=True)


def test_slower_mines_open_later():
    study, played = small().study, small().played
    mines = played.paths[:, :, playing.PATHS.index("outside_mines_t_yr")]
    assert (mines[:, 1].sum(axis=-1) < mines[:, 0].sum(axis=-1)).all()
    assert np.array_equal(mines[:, 0, 0], mines[:, 1, 0])  # what stands at the decision stands in both
    assert study.file.lead_factors == (1.0, 2.0)


def test_a_difference_is_antisymmetric_and_paired():
    study, played = small().study, small().played
    pair = study.file.comparisons[0]
    swapped = pair.model_copy(update={"coercion": pair.restraint, "restraint": pair.coercion})
    there = differences(study, played.sums, pair, study.weights)
    assert np.allclose(there, -differences(study, played.sums, swapped, study.weights))
    apart = played.sums[1] @ study.weights
    assert there.std(axis=1).max() < apart.std(axis=1).max()  # equal luck takes noise away


def test_a_study_that_was_stopped_goes_on_and_gives_the_same(tmp_path, monkeypatch):
    text = TEXT.replace("seeds: 4", "seeds: 2\nsets: {name: fit_2012, count: 2, seeds: 2}").replace("2014-12", "2012-01")
    study = study_of(text, tmp_path)
    whole, blocks = play_restraint(study, tmp_path / "whole")
    blocks.drop()
    plays = []
    kept = playing._play_set

    def stops(study, number, workers):
        plays.append(number)
        if len(plays) == 2:
            raise KeyboardInterrupt
        return kept(study, number, workers)

    monkeypatch.setattr(playing, "_play_set", stops)
    with pytest.raises(KeyboardInterrupt):
        play_restraint(study, tmp_path / "out")
    again, _ = play_restraint(study, tmp_path / "out")
    assert plays[0] is None
    assert None not in plays[1:]
    for one, other in zip(whole, again, strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("seeds: 4", "seeds: 4\nseed: 4", "small.yaml:13: seed: got an unknown key 'seed'"),
        (
            "study: restraint",
            "study: restrain",
            "small.yaml:1: study: got 'restrain'; allowed restraint, relocation; did you mean",
        ),
        ("before: history", "before: histori", "small.yaml:3: before: got 'histori'"),
        ("hard_line: hard_line}", "hard_line: hard_lin}", "policies.hard_line: got 'hard_lin'"),
        ("coercion: hard_line", "coercion: softline", "got softline; allowed a name of policies"),
        ("lead_factors: [1, 2]", "lead_factors: [2]", "small.yaml:8: lead_factors"),
        ("discount_rates: [0, 0.05", "discount_rates: [0.05, 0", "small.yaml:9: discount_rates"),
        (
            "discount_rates: [0, 0.05, 0.11, 0.5]",
            "discount_rates: [0.1, 0.5]",
            "small.yaml:9: discount_rates: got 0.1 to 0.5; allowed rates that hold the scenarios' own, 0.05, between them",
        ),
        ("until: 2014-12", "until: 2030-12", "small.yaml:5: until: got 2030-12; allowed a month within all scenarios"),
        (
            "seeds: 4",
            "seeds: 4\nsettings: {softline: {}}",
            "small.yaml:13: settings.softline: got softline; allowed a name of policies",
        ),
        ("seeds: 4", "seeds: 4\nsettings: {hard_line: {export_quota.scal: 1}}", "small.yaml:13: settings.hard_line"),
        ("seeds: 4", "seeds: 4\nsettings: {hard_line: {strategies.china_state: limit_pricing}}", "somebody plays limit_pricing"),
        ("seeds: 4", "seeds: 1", "small.yaml:12: seeds: got 1; allowed 2 or more"),
    ],
)
def test_a_mistake_costs_one_line(tmp_path, wrong, right, said):
    with pytest.raises(ScenarioError) as error:
        study_of(TEXT.replace(wrong, right), tmp_path)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_state_that_plans_with_its_pay_off_is_refused(tmp_path):
    (tmp_path / "plans.yaml").write_text(
        f"# What if it planned?\ntitle: plans\nextends: {find_configs()}/scenarios/history.yaml\n"
        "agents: {strategies: {china_state: limit_pricing}}\n",
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError, match="somebody plays limit_pricing"):
        study_of(TEXT.replace("hard_line: hard_line}", "hard_line: plans.yaml}"), tmp_path)


def test_sets_of_a_table_that_changed_on_disk_are_played_anew(tmp_path, monkeypatch):
    kept, plays = playing._play_set, []

    def played(study, other, workers):
        plays.append(other)
        return kept(study, other, workers)

    monkeypatch.setattr(playing, "_play_set", played)
    table_of(tmp_path, 0.02, 0.1)
    first, _ = play_restraint(study_of(OWN_SETS, tmp_path), tmp_path / "out")
    again, _ = play_restraint(study_of(OWN_SETS, tmp_path), tmp_path / "out")
    assert len(plays) == 2  # the scenarios' own and the other one: nothing is played twice
    table_of(tmp_path, 0.02, 0.3)
    changed, _ = play_restraint(study_of(OWN_SETS, tmp_path), tmp_path / "out")
    assert len(plays) == 4
    assert np.array_equal(first.sets, again.sets)
    assert np.array_equal(first.sums, changed.sums)
    assert not np.array_equal(first.sets, changed.sets)


def test_the_table_beside_the_study_is_the_one_that_is_checked_and_played(tmp_path, monkeypatch):
    """Even where one of the same name ships."""
    table_of(tmp_path, 0.02, 0.1, name="fit_2012")
    study = study_of(OWN_SETS.replace("name: mine", "name: fit_2012"), tmp_path)
    asked = []
    monkeypatch.setattr(playing, "prepare", lambda scenario: asked.append(scenario) or prepare(scenario))
    played, _ = play_restraint(study, tmp_path / "out")
    assert len(played.sets) == 1
    assert {scenario.settings.get("smuggling.cost_share") for scenario in asked} == {None, 0.1}


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("name: mine", "name: mein", "small.yaml:13: sets.name: got 'mein'; allowed fit_2010, fit_2012, mine"),
        ("count: 1", "count: 2", "small.yaml:13: sets.count: got 2; allowed at most 1, the central set left out"),
    ],
)
def test_sets_that_there_are_not_are_refused_with_the_line_of_the_study(tmp_path, wrong, right, said):
    table_of(tmp_path, 0.02, 0.1)
    with pytest.raises(ScenarioError) as error:
        study_of(OWN_SETS.replace(wrong, right), tmp_path)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("wrong", "right", "field"),
    [
        ("before: history", "before: dated.yaml", "3: before"),
        ("hard_line: hard_line}", "hard_line: dated.yaml}", "6: policies.hard_line"),
    ],
)
def test_weights_that_change_on_the_way_are_refused_before_the_decision_and_after(tmp_path, wrong, right, field):
    (tmp_path / "dated.yaml").write_text(
        f"# What if jobs came to matter more?\ntitle: dated\nextends: {find_configs()}/scenarios/history.yaml\n"
        "interventions: [{path: payoffs.downstream_weight, from: 2009-01, value: 1.0}]\n",
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError) as error:
        study_of(TEXT.replace(wrong, right), tmp_path)
    said = f"small.yaml:{field}: got payoffs.downstream_weight from 2009-01 on; allowed weights that hold for the whole run"
    assert str(error.value).endswith(said)
