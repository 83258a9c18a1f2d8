"""One model, two drivers: the Mesa model and the compiled engine agree to the last bit."""

from __future__ import annotations

import pytest

from reabm.agents import RareEarthModel
from reabm.agents.maker import Maker
from reabm.engine.run import prepare
from reabm.rules.strategies import STRATEGIES
from reabm.scenario import find_configs, load_scenario, with_settings
from tests.engine.months import SCENARIOS, digest_of, play

TO_2012 = 96  # through the crisis of 2010-11 and the rules that wake up in it
RUNS = [("history", seed, None) for seed in range(5)] + [
    (name, seed, None if seed == 0 else TO_2012) for name in SCENARIOS if name != "history" for seed in range(5)
]


def digests_of(model: RareEarthModel, n_months: int) -> list[str]:
    found = []
    for _ in range(n_months):
        model.step()
        found.append(digest_of(model.block))
    return found


def first_difference(one: list[str], other: list[str]) -> int | None:
    """Number of the first month after which the states differ."""
    assert len(one) == len(other)
    return next((month for month, (a, b) in enumerate(zip(one, other)) if a != b), None)


@pytest.mark.parametrize(("name", "seed", "n_months"), RUNS)
def test_mesa_and_engine_agree_to_the_last_bit_after_every_month(scenarios, prepared, name, seed, n_months):
    n = scenarios[name].n_months if n_months is None else n_months
    engine = play(prepared[name], seed, n)
    model = RareEarthModel(scenarios[name], rng=seed)
    assert first_difference(digests_of(model, n), engine.digests) is None
    for by_mesa, by_engine in zip(model.history, engine.history):
        assert by_mesa.tobytes() == by_engine.tobytes()
    assert len(set(engine.digests)) == n  # the state moves every month, so that agreement says something


@pytest.mark.parametrize("horizon", [1, 480])
def test_a_state_that_limits_the_price_and_a_fringe_that_follows_it_agree_to_the_last_bit(horizon):
    small = load_scenario(find_configs() / "verification" / "limit_pricing.yaml")
    scenario = with_settings(small, {"limit_pricing.horizon_months": horizon})
    engine = play(prepare(scenario), 0)
    model = RareEarthModel(scenario)
    assert first_difference(digests_of(model, scenario.n_months), engine.digests) is None
    assert len(set(engine.digests)) == scenario.n_months


def test_they_agree_in_the_reference_world_too(history):
    played = {f"strategies.{name}": "price_fringe" for name, mine in history.mines.items() if mine.kind == "outside"}
    scenario = with_settings(history, {"strategies.china_state": "limit_pricing", **played})
    model = RareEarthModel(scenario, rng=3)
    assert first_difference(digests_of(model, TO_2012), play(prepare(scenario), 3, TO_2012).digests) is None
    assert model.agent("china_state").strategy == "limit_pricing"
    assert model.agent("mountain_pass").strategy == "price_fringe"


def test_firms_that_are_told_what_to_do_agree_to_the_last_bit(history):
    changed = with_settings(
        history,
        {
            "strategies.hitachi_metals": "directed", "strategies.mount_weld_1": "directed", "strategies.mount_weld_2": "directed",
            "makers.hitachi_metals.commodity_in_china": [{"from": "2006-03", "value": 0.6}, {"from": "2011-03", "value": 0.1}],
            "mines.mount_weld_1.build": [{"from": "2007-06", "value": 1}],
            "mines.mount_weld_1.output": [{"from": "2011-06", "value": 0.4}, {"from": "2012-03", "value": 0}],
            "export_tax.share": [{"from": "2008-01", "value": 0.3}],
            "governments.japan.mine_support": [{"from": "2010-01", "value": 0.5}],
        },
    )  # fmt: skip
    model = RareEarthModel(changed, rng=1)
    world = prepare(changed)
    assert first_difference(digests_of(model, TO_2012), play(world, 1, TO_2012).digests) is None
    assert model.agent("mount_weld_1").status == 3.0
    assert model.agent("hitachi_metals").has_plant == 1.0
    assert {model.agent(name).strategy for name in ("hitachi_metals", "mount_weld_1")} == {"directed"}


def by_turns(history, shift):
    """Every agent on a strategy of the catalogue, one after the other, so that each strategy is played by somebody."""
    agents = {
        "state": ["china_state"], "government": ["eu", "india", "japan", "usa"], "importer": list(history.importers),
        "maker": [name for name, own in history.makers.items() if own.home != "china"],
        "mine": [name for name, own in history.mines.items() if own.kind == "outside"],
    }  # fmt: skip
    chosen = {}
    for kind, names in agents.items():
        play = [name for name in STRATEGIES[kind] if name not in ("directed", "receding_horizon")]
        chosen |= {f"strategies.{name}": play[(n + shift) % len(play)] for n, name in enumerate(names)}
    return chosen


@pytest.mark.parametrize("shift", [1, 4, 5, 6])  # the state bans, licenses, draws makers in
def test_every_strategy_of_the_catalogue_gives_the_same_bits_in_both(history, shift):
    chosen = by_turns(history, shift)
    model = RareEarthModel(with_settings(history, chosen), rng=shift)
    engine = play(prepare(with_settings(history, chosen)), shift, TO_2012)
    assert first_difference(digests_of(model, TO_2012), engine.digests) is None


class Shuffled(RareEarthModel):
    """Agents decide in an order that changes every time."""

    def at_once(self, agents, decision):
        agents.shuffle_do(decision)


def test_the_order_in_which_agents_decide_changes_no_bit(history, prepared):
    model = Shuffled(history, rng=1)
    order = []
    for mine in model.mines:
        mine.value = lambda own=mine.value, name=mine.name: (order.append(name), own())
    assert first_difference(digests_of(model, TO_2012), play(prepared["history"], 1, TO_2012).digests) is None
    n = len(model.mines)
    assert len({tuple(order[i : i + n]) for i in range(0, len(order), n)}) > TO_2012 // 2


def test_changes_in_the_middle_of_a_run_act_in_both(history):
    changed = with_settings(
        history,
        {
            "mechanisms.smuggling": [{"from": "2006-03", "until": "2007-02", "value": 0}],
            "strategies.hitachi_metals": [{"from": "2006-06", "until": None, "value": "best_reply"}],
            "makers.herding": [{"from": "2007-01", "until": "2007-12", "value": 0.3}],
        },
    )
    world = prepare(changed)
    assert len(world.segments) > 3
    model = RareEarthModel(changed, rng=2)
    digests = digests_of(model, 48)
    assert first_difference(digests, play(world, 2, 48).digests) is None
    assert model.agent("hitachi_metals").strategy == "best_reply"
    assert digests != play(prepare(history), 2, 48).digests


def test_a_synthetic_population_plays_the_same_bits_in_both(history):
    changed = with_settings(history, {"population.copies": 3})
    model = RareEarthModel(changed, rng=1)
    assert [agent.name for agent in model.importers][:4] == ["china_traders.1", "china_traders.2", "china_traders.3",
                                                             "eu_industrial_buyer.1"]  # fmt: skip
    assert first_difference(digests_of(model, 36), play(prepare(changed), 1, 36).digests) is None


def test_a_class_for_a_name_plays_all_its_firms_and_one_for_a_firm_that_firm(history):
    class Own(Maker):
        pass

    changed = with_settings(history, {"population.copies": 3})
    model = RareEarthModel(changed, agent_classes={"tdk": Own, "shin_etsu.2": Own})
    assert [agent.name for agent in model.makers if isinstance(agent, Own)] == ["shin_etsu.2", "tdk.1", "tdk.2", "tdk.3"]
    with pytest.raises(ValueError, match="no agent 'autocatalysts'"):
        RareEarthModel(changed, agent_classes={"autocatalysts": Own})
