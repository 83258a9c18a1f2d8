"""Playing a side: turns, what decisions do, and that a game is a scenario that gives the same bits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reabm.engine.run import RunError, prepare, simulate
from reabm.scenario import ScenarioError, dump_scenario, load_scenario, with_settings
from reabm.scenario.months import month_index
from reabm.sides import Game, ending_of, new_game
from reabm.sides.file import game_text, read_game
from reabm.sides.present import Present
from reabm.world.history import COLUMN
from tests.sides.games import BUSY, SEED, SHORT, SIDES, begun, bits, busy, history, idle, plain

JAPAN = 1


def at(when: str) -> int:
    return int(month_index(when) or 0) - history().start


# --- the same bits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", SIDES)
def test_a_game_is_a_scenario_that_gives_the_same_bits_from_its_file(side: str, tmp_path) -> None:
    game = busy(side)
    (tmp_path / "game.yaml").write_text(dump_scenario(game.scenario), encoding="utf-8")
    again = simulate(prepare(load_scenario(tmp_path / "game.yaml")), SEED)
    assert bits(again) == bits(game.world) == bits(game.record())
    assert bits(again) != bits(plain())


@pytest.mark.parametrize("side", SIDES)
def test_a_game_in_its_midst_is_a_scenario_too(side: str) -> None:
    game = begun(side).decide(0, BUSY[side][0]).decide(1, BUSY[side][1])
    assert bits(simulate(prepare(game.scenario), SEED)) == bits(game.record())
    assert game.month == month_index("2011-01")


def test_a_government_that_decides_nothing_repeats_history() -> None:
    assert bits(idle("tokyo").world) == bits(plain())


def test_beijing_without_a_decision_does_as_scripted_but_stops_no_shipments() -> None:
    script = with_settings(
        plain().prepared.scenario,
        {f"embargo.{target}.share": [{"from": "2010-01", "value": 0}] for target in ("japan", "usa", "eu")},
    )
    assert bits(idle("beijing").world) == bits(simulate(prepare(script), SEED)) != bits(plain())


def test_firms_that_are_told_nothing_stay_and_do_not_build() -> None:
    changes = {"strategies.hitachi_metals": [{"from": "2010-01", "value": "stay"}]}
    stays = simulate(prepare(with_settings(plain().prepared.scenario, changes)), SEED)
    assert idle("hitachi_metals").world.history.months.tobytes() == stays.history.months.tobytes()
    names = plain().prepared.names.mines
    assert [idle("lynas").world.history.mines[-1, names.index(name), 0] for name in idle("lynas").agents] == [0, 0, 0]


@pytest.mark.parametrize("start", ["2005-01", "2005-07"])
def test_a_game_may_begin_with_the_scenario(start: str) -> None:
    game = begun("beijing", start, "2006-06").decide(0, {"export_tax.share": 0.4})
    assert bits(simulate(prepare(game.scenario), SEED)) == bits(game.record())
    assert (game.side.name, game.n_turns) == ("beijing", 3 if start == "2005-01" else 2)


def test_a_turn_leaves_the_game_before_it_alone() -> None:
    game = begun("beijing")
    kept = bits(game.world)
    one, other = game.decide(0, {"export_tax.share": 0.9}), game.decide(0)
    assert bits(game.world) == kept
    assert game.turn == 0
    assert bits(one.world) != bits(other.world)
    assert bits(game.decide(0, {"export_tax.share": 0.9}).world) == bits(one.world)


# --- what decisions do -----------------------------------------------------------------------------------------------------

ALONE = {  # decisions that do nothing on their own, and what goes with them
    "embargo.months": {"embargo.japan.share": 0.9},
    "magnets_under_licence": {"licence.approval.japan": 0.5},
    "mines.mount_weld_1.output": {"mines.mount_weld_1.build": 1},
    "mines.mount_weld_2.output": {"mines.mount_weld_2.build": 1},
}
LATE = ("mines.lynas_expansion.build", "mines.lynas_expansion.output")  # may not be built before 2021


@pytest.mark.parametrize(
    ("side", "path"),
    [(side, option.decision.path) for side in SIDES for option in begun(side).options if option.decision.path not in LATE],
)
def test_every_decision_does_something(side: str, path: str) -> None:
    game = begun(side, "2010-01", "2016-12")  # mines outside lose money from 2015 on
    option = next(option for option in game.options if option.decision.path == path)
    low, high = option.decision.low, option.decision.high
    value = high if option.default is None or abs(high - option.default) < abs(option.default - low) else low
    value = low if option.default == high else high if option.default == low else value
    value = low if path == "export_quota.t_per_year" or path.endswith((".output", "embargo.months")) else value
    with_it, without = (game.decide(0, ALONE.get(path, {}) | more) for more in ({path: value}, {}))
    while not with_it.is_over:
        with_it, without = with_it.decide(with_it.turn), without.decide(without.turn)
    assert with_it.world.block.tobytes() != without.world.block.tobytes()


def test_an_embargo_holds_for_its_months_and_is_then_over() -> None:
    game = begun("beijing").decide(0).decide(1, {"embargo.japan.share": 1, "embargo.months": 2}).decide(2).decide(3)
    shipped = game.world.history.legal_t[:, :, JAPAN].sum(axis=1)
    stopped = np.flatnonzero(shipped[at("2010-01") :] == 0) + at("2010-01")
    assert list(stopped) == [at("2010-07"), at("2010-08")]
    assert [option.default for option in game.options] == []  # the game is over
    assert next(o for o in begun("beijing").decide(0).options if o.decision.path == "embargo.japan.share").default == 0


def defaults(game: Game) -> dict[str, float | None]:
    return {option.decision.path: option.default for option in game.options}


def test_what_is_decided_holds_until_it_is_decided_anew() -> None:
    game = begun("beijing").decide(0, {"export_quota.t_per_year": 20_000, "export_tax.share": 0.4})
    game = game.decide(1, {"export_tax.share": 0.1})
    found = defaults(game)
    assert found["export_quota.t_per_year"] == pytest.approx(20_000)
    assert found["export_tax.share"] == 0.1
    quota = game.world.history.months[at("2010-01") : at("2011-01"), COLUMN.export_quota_t]
    assert quota == pytest.approx(20_000 / 12 / 1.15)


def test_what_is_decided_together_is_set_together_as_it_is_shown() -> None:
    game = begun("beijing").decide(0, {"licence.approval.usa": 0.5})
    found = defaults(game)
    assert (found["licence.approval.usa"], found["licence.approval.japan"]) == (0.5, 1.0)
    assert found["magnets_under_licence"] == 0.0  # as it stood, though the script's licences of 2025 cover magnets


def test_defaults_are_what_is_in_force() -> None:
    found = defaults(begun("beijing"))
    assert found["export_quota.t_per_year"] == pytest.approx(2 * 22_282, abs=2)  # first half of 2010
    assert found["export_tax.share"] is None  # light and heavy elements bear different ones
    assert defaults(idle_until("tokyo", 3))["governments.japan.subsidy"] == 0.06  # March 2011, by the script
    assert defaults(begun("lynas"))["mines.mount_weld_1.output"] is None  # as prices are
    told = begun("lynas").decide(0, {"mines.mount_weld_1.output": 0.3})
    assert defaults(told)["mines.mount_weld_1.output"] == 0.3


def test_a_complaint_is_made_for_good_and_opens_a_case() -> None:
    game = begun("tokyo").decide(0, {"governments.japan.complaint": 1})
    assert defaults(begun("tokyo"))["governments.japan.complaint"] == 0
    assert defaults(game)["governments.japan.complaint"] == 1
    withdrawn = game.decide(1, {"governments.japan.complaint": 0})
    assert defaults(withdrawn)["governments.japan.complaint"] == 1
    assert Present(withdrawn.scenario, withdrawn.world).state.market.wto_month[0] >= at("2010-01")


def idle_until(side: str, turn: int) -> Game:
    game = begun(side)
    while game.turn < turn:
        game = game.decide(game.turn)
    return game


# --- mistakes --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"export_tax.share": 1.5}, r"^game:1: turns\[0\].export_tax.share: got 1.5; allowed 0 to 1, in share$"),
        ({"export_tax.share": True}, r"got true; allowed 0 to 1"),
        ({"export_tax.share": "high"}, r"got 'high'; allowed 0 to 1"),
        ({"export_tax.share": float("nan")}, r"got nan; allowed 0 to 1"),
        ({"embargo.months": 2.5}, r"got 2.5; allowed 1, 2, 3, 4, 5, 6"),
        ({"export_tax.scale": 1}, r"got an unknown decision 'export_tax.scale'.*did you mean export_tax.share\?"),
        ({"governments.japan.subsidy": 0.1}, r"got an unknown decision"),
    ],
)
def test_a_decision_that_is_not_allowed_is_one_line(values, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        begun("beijing").decide(0, values)


def test_a_turn_is_played_once_and_none_after_the_last() -> None:
    with pytest.raises(ScenarioError, match="turn: got 1; allowed 0"):
        begun("tokyo").decide(1)
    with pytest.raises(ScenarioError, match="turn: got 4; allowed nothing more: the game is over"):
        idle("tokyo").decide(4)


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        ("2010-02", "2011-12", "start: got 2010-02; allowed a January or July within 2005-01 to 2025-12"),
        ("2030-01", "2031-12", "start: got 2030-01; allowed"),
        ("2010-01", "2011-11", r"end: got 2011-11; allowed a June or December after 2010-01 \(start\), until 2025-12"),
        ("2010-01", "2009-12", "end: got 2009-12; allowed"),
        ("soon", "2011-12", "start: got 'soon'; allowed a month"),
    ],
)
def test_months_that_are_none_of_a_game_are_one_line(start: str, end: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        new_game(history(), "tokyo", SEED, start, end)


def test_a_side_that_is_unknown_or_not_in_the_scenario_is_one_line() -> None:
    with pytest.raises(ScenarioError, match=r"side: got 'beijng'; allowed beijing, .*; did you mean beijing\?"):
        new_game(history(), "beijng")
    without = replace(history(), mines={name: mine for name, mine in history().mines.items() if mine.owner != "Lynas"})
    with pytest.raises(
        ScenarioError, match=r"side: got lynas, of whom this scenario .* knows nobody; allowed beijing, tokyo, hit"
    ):
        new_game(without, "lynas")
    with pytest.raises(ScenarioError, match="scenario: got a synthetic population"):
        new_game(with_settings(history(), {"population.copies": 2}), "tokyo")
    with pytest.raises(ValueError, match="seed is -1"):
        new_game(history(), "tokyo", -1)


# --- any game --------------------------------------------------------------------------------------------------------------


@st.composite
def any_turns(draw, side: str):
    decisions = [option.decision for option in begun(side).options]
    turns = []
    for _ in range(4):
        chosen = draw(st.lists(st.sampled_from(decisions), max_size=4, unique_by=lambda decision: decision.path))
        turns.append(
            {
                decision.path: draw(
                    st.sampled_from(decision.choices) if decision.choices else st.floats(decision.low, decision.high)
                )
                for decision in chosen
            }
        )
    return turns


@pytest.mark.parametrize("side", SIDES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(data=st.data())
def test_whatever_is_decided_the_game_is_finite_and_plays_again_to_the_same_bits(side: str, data) -> None:
    game = begun(side)
    try:
        for n, turn in enumerate(data.draw(any_turns(side))):
            game = game.decide(n, turn)
    except RunError as error:  # pragma: no cover - a game that cannot be played is a fault
        pytest.fail(str(error))
    again = read_game(game_text(game), "game.yaml")
    assert bits(again.world) == bits(game.world)
    assert again.turns == game.turns
    assert not np.isnan(game.world.block).any()  # a quota that does not exist is infinite
    ending = ending_of(game)
    assert ending is not None
    assert all(np.isfinite(value) for outcome in ending.outcomes for value in (outcome.total, *outcome.terms.values()))
    assert all(item.value is None or isinstance(item.value, str) or np.isfinite(item.value) for item in game.information)
    assert (ending.months[0], ending.months[1]) == SHORT
