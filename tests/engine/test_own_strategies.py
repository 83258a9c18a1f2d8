"""A strategy of one's own in the compiled engine: registered, played by runs, ensembles, forks and Mesa, to the same bits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

import reabm
from reabm.agents import RareEarthModel
from reabm.engine.ensemble import Job, play_jobs
from reabm.engine.fork import play_on, world_in
from reabm.engine.run import prepare, simulate
from reabm.rules.importers import JUST_IN_TIME
from reabm.rules.own_strategies import CHOICES, forget_strategy, register_strategy
from reabm.rules.policy import SCRIPTED, set_chinese_policy
from reabm.rules.strategies import OWN, STRATEGIES
from reabm.scenario import ScenarioError, list_levers, with_settings
from reabm.world.history import IMPORTER_COLUMNS, MAKER_COLUMNS
from tests.short_run import history


@reabm.rule
def half_in_china(state, params, row, month):  # type: ignore[no-untyped-def]
    """Half of every line in China from the third year on."""
    for line in range(state.makers.plan_share.shape[1]):
        state.makers.plan_share[row, line] = 0.5 if month >= 24 else 0.0


@reabm.rule
def lean(state, params, row, month):  # type: ignore[no-untyped-def]
    """The same as `just_in_time`, said anew."""
    state.importers.risk_cover_months[row] = 0.0
    state.importers.risk_log[row] = 0.0
    state.importers.cover_months[row] = params.importers.base_cover_months[row]


@reabm.rule
def at_cost(state, params, row, month):  # type: ignore[no-untyped-def]
    """Builds as soon as it can, but for the first two years."""
    state.mines.hurdle_usd_kg[row] = 0.0 if month >= 24 else 1e9


@reabm.rule
def generous(state, params, row, month):  # type: ignore[no-untyped-def]
    """A subsidy of a tenth, for ever."""
    state.governments.subsidy_share[row] = 0.1


@reabm.rule
def script_without_quota(state, params, row, month):  # type: ignore[no-untyped-def]
    """The script, but never a quota."""
    set_chinese_policy(state.policy, state.market, params.script, params.on, float(SCRIPTED), month)
    for group in range(state.policy.quota_t.shape[0]):
        state.policy.quota_t[group] = np.inf


def careless(state, params, row, month):  # type: ignore[no-untyped-def]
    """A plain function: never saves."""
    state.users.thrift[row, 0] = 0.0


RULES = {
    "maker": ("half", half_in_china, "tdk"), "importer": ("lean", lean, "mitsui"), "mine": ("at_cost", at_cost, "mount_weld_1"),
    "government": ("generous", generous, "japan"), "state": ("no_quota", script_without_quota, "china_state"),
    "user": ("careless", careless, "glass"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    for kind, (name, rule, _) in RULES.items():
        register_strategy(kind, name, rule, "A rule of a test.", "what it likes")
    yield
    for kind, (name, _, _) in RULES.items():
        forget_strategy(kind, name)


def played_by(*kinds: str, end: str = "2011-12"):
    return with_settings(history(end), {f"strategies.{RULES[kind][2]}": RULES[kind][0] for kind in kinds})


def test_a_maker_does_what_its_rule_plans() -> None:
    record = simulate(prepare(played_by("maker")), 1)
    row = record.prepared.names.makers.index("tdk")
    plan = record.history.makers[:, row, MAKER_COLUMNS.index("premium_plan_share")]
    assert plan[:24].max() == 0.0
    assert (plan[24:] == 0.5).all()
    at_home, in_china = record.history.makers[-1, row, 0], record.history.makers[-1, row, 1]
    assert in_china / (at_home + in_china) == pytest.approx(0.5, abs=0.08)  # to a step of building


def test_a_rule_that_says_the_same_as_one_that_ships_gives_its_bits() -> None:
    own = simulate(prepare(played_by("importer")), 2)
    shipped = simulate(prepare(with_settings(history("2011-12"), {"strategies.mitsui": "just_in_time"})), 2)
    assert own.block.tobytes() == shipped.block.tobytes()
    assert own.history.months.tobytes() == shipped.history.months.tobytes()
    row = own.prepared.names.importers.index("mitsui")
    assert own.prepared.segments[0].params.importers.strategy[row] >= OWN > JUST_IN_TIME
    assert own.history.importers[5, row, IMPORTER_COLUMNS.index("cover_months")] > 0.0


def test_rules_of_every_kind_are_played_and_mesa_gives_their_bits() -> None:
    assert set(RULES) == set(CHOICES) == set(STRATEGIES)
    scenario = played_by(*RULES)
    record = simulate(prepare(scenario), 3)
    model = RareEarthModel(scenario, rng=3)
    model.run_model()
    assert model.block.tobytes() == record.block.tobytes()
    assert {model.agent(name).strategy for _, _, name in RULES.values() if name != "glass"} == {
        name for kind, (name, _, _) in RULES.items() if kind != "user"
    }
    assert (record.state.governments.subsidy_share[record.prepared.names.governments.index("japan")]) == 0.1
    assert np.isinf(record.state.policy.quota_t).all()
    assert record.state.mines.status[record.prepared.names.mines.index("mount_weld_1")] > 0.0


MARK, SEEN = 100.0, 0.1  # months of cover that the month is added to; a subsidy that says that the mark was seen


@reabm.rule
def marks(state, params, row, month):  # type: ignore[no-untyped-def]
    """Writes down which month it was asked for."""
    state.importers.cover_months[row] = 100.0 + month
    state.importers.risk_log[row] = 0.0


@reabm.rule
def asked_before(state, params, row, month):  # type: ignore[no-untyped-def]
    """A government, asked before importers: sees the mark of last month."""
    state.governments.subsidy_share[row] = 0.0
    for i in range(state.importers.cover_months.shape[0]):
        if state.importers.cover_months[i] == 100.0 + month - 1.0:
            state.governments.subsidy_share[row] = 0.1


@reabm.rule
def asked_after(state, params, row, month):  # type: ignore[no-untyped-def]
    """A maker, asked after importers: sees the mark of the month that comes."""
    for line in range(state.makers.plan_share.shape[1]):
        state.makers.plan_share[row, line] = 0.0
        for i in range(state.importers.cover_months.shape[0]):
            if state.importers.cover_months[i] == 100.0 + month:
                state.makers.plan_share[row, line] = 0.5


def test_an_own_rule_sees_what_own_rules_asked_before_it_wrote_for_the_month() -> None:
    own = {"importer": ("lean", marks), "government": ("generous", asked_before), "maker": ("half", asked_after)}
    for kind, (name, rule) in own.items():
        register_strategy(kind, name, rule, "A rule of a test.", "who is asked when")
    record = simulate(prepare(played_by(*own, end="2005-06")), 1)
    names = record.prepared.names
    cover = record.history.importers[:, names.importers.index("mitsui"), IMPORTER_COLUMNS.index("cover_months")]
    assert cover.tolist() == [MARK + month for month in range(6)]
    plan = record.history.makers[:, names.makers.index("tdk"), MAKER_COLUMNS.index("premium_plan_share")]
    assert (plan == 0.5).all()
    assert record.state.governments.subsidy_share[names.governments.index("japan")] == SEEN


def test_threads_play_it_as_one_does() -> None:
    prepared = prepare(played_by("maker", "importer"))
    jobs = [Job(prepared, seed) for seed in range(12)]
    alone = list(play_jobs(jobs, lambda job, room: room.block.tobytes(), workers=1))
    assert len(set(alone)) == len(jobs)
    assert list(play_jobs(jobs, lambda job, room: room.block.tobytes(), workers=3, chunk=2)) == alone
    assert alone[4] == simulate(prepared, 4).block.tobytes()


def test_a_fork_may_begin_with_it_and_plays_what_the_dated_scenario_plays() -> None:
    parent = simulate(prepare(history("2011-12")), 5)
    dated = with_settings(history("2011-12"), {"strategies.tdk": [{"from": "2008-01", "value": "half"}]})
    whole, child = simulate(prepare(dated), 5), play_on(prepare(dated), world_in(parent, 36))
    assert child.block.tobytes() == whole.block.tobytes()
    assert child.block.tobytes() != parent.block.tobytes()


def test_it_stands_in_the_catalogue_as_long_as_it_is_registered() -> None:
    scenario = history("2005-03")
    assert "half" in list_levers(scenario)["strategies.tdk"].sentence
    prepared = prepare(played_by("maker", end="2005-03"))
    forget_strategy("maker", "half")
    assert simulate(prepared, 0).block.tobytes()  # a world that was prepared plays on
    with pytest.raises(ScenarioError, match=r"got 'half'; allowed logit, .*"):
        with_settings(scenario, {"strategies.tdk": "half"})
    register_strategy("maker", "half", half_in_china, "Anew.", "nothing")


def test_a_rule_that_cannot_be_compiled_is_one_clear_line() -> None:
    def mistaken(state, params, row, month):  # type: ignore[no-untyped-def]
        state.makers.plan_sharre[row, 0] = 1.0

    register_strategy("maker", "half", mistaken, "Anew.", "nothing")
    with pytest.raises(ValueError, match=r"^strategy half \(maker\) cannot be compiled: .*plan_sharre") as found:
        simulate(prepare(played_by("maker", end="2005-03")), 0)
    assert "\n" not in str(found.value)
    register_strategy("maker", "half", half_in_china, "Anew.", "nothing")


def test_mistakes_in_registering_are_told() -> None:
    with pytest.raises(ValueError, match="kind is 'makers'; allowed state, government, mine, maker"):
        register_strategy("makers", "half", lean, "x", "y")
    with pytest.raises(ValueError, match="which a strategy that ships has"):
        register_strategy("maker", "logit", lean, "x", "y")
    with pytest.raises(ValueError, match="small letters"):
        register_strategy("maker", "My rule", lean, "x", "y")
    with pytest.raises(ValueError, match="must be a function"):
        register_strategy("maker", "mine", 3, "x", "y")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no strategy 'logit'"):
        forget_strategy("maker", "logit")
