"""A game's file: what is read, and one clear line for what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from reabm.cli import call
from reabm.empirical.game_file import read_game
from reabm.scenario import ScenarioError, find_configs
from reabm.scenario.months import month_text
from tests.empirical.games_of_tests import BLOCK_GAME, HISTORY_GAME, game_of

STUDIES = find_configs() / "studies"


def test_a_file_says_who_chooses_among_what_and_when(tmp_path: Path) -> None:
    game = game_of(HISTORY_GAME, tmp_path)
    assert game.question == "A quota, and makers who may move: two years of history."
    assert (month_text(game.first), month_text(game.scenario.end)) == ("2006-01", "2006-12")
    assert game.shape == (2, 2)
    assert tuple(game.seeds) == (3, 3, 2, 6, 2)
    china, makers = game.players
    assert [choice.plays for choice in china.strategies] == ["open_trade", "scripted_history"]
    assert [choice.name for choice in makers.deviations] == ["stay", "move", "logit"]
    assert china.deviations == ()  # a player of one agent deviates in the table itself


def test_a_profile_is_a_scenario_with_dated_strategies(tmp_path: Path) -> None:
    game = game_of(HISTORY_GAME, tmp_path)
    changed = game.played(game.scenario, (1, 0))
    before, after = changed.at(game.first - 1), changed.at(game.first)
    assert before.strategies["hitachi_metals"] == game.scenario.strategies["hitachi_metals"]
    assert after.strategies["hitachi_metals"] == after.strategies["tdk"] == "stay"
    assert after.strategies["china_state"] == "scripted_history"
    assert {entry.path for entry in changed.interventions} >= {"export_quota.scale", "strategies.china_state"}


def test_agent_in_a_path_stands_for_each_member_and_for_the_one_that_deviates(tmp_path: Path) -> None:
    game = game_of(BLOCK_GAME, tmp_path)
    changes = game.changes((0, 0))
    assert changes["mines.first.output"] == changes["mines.second.output"] == 0.2
    (alone, *_) = game.deviations_at((0, 0))
    left = game.changes((0, 0), alone)
    assert alone.agent == "first"
    assert left["mines.first.output"] > left["mines.second.output"] == 0.2


@pytest.mark.parametrize("name", ["game_small", "game_reference"])
def test_the_shipped_games_can_be_read(name: str) -> None:
    game = read_game(STUDIES / f"{name}.yaml")
    assert game.question.endswith("?") or "?" in game.question
    assert all(len(player.strategies) >= 2 for player in game.players)


def test_parameter_sets_begin_with_the_central_one(tmp_path: Path) -> None:
    game = game_of(HISTORY_GAME, tmp_path, n_sets=3)
    assert len(game.sets) == 3
    assert game.parameters == "fit_2012"
    central = game.sets[0]
    assert all(game.scenario.scalars[path].value == value for path, value in central.items())
    assert game.sets[1] != central


def test_sets_are_those_of_the_table_beside_the_file_that_names_them(tmp_path: Path) -> None:
    rows = "".join(f"{n},smuggling.cost_usd_kg,{value},1.0\n" for n, value in enumerate(("0.5", "0.7")))
    (tmp_path / "own.csv").write_text("set_id,path,value,loss\n" + rows, encoding="utf-8")
    game = game_of(f"parameters: own\n{HISTORY_GAME}", tmp_path, n_sets=2)
    assert game.sets == ({"smuggling.cost_usd_kg": 0.5}, {"smuggling.cost_usd_kg": 0.7})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("scenario: history", "scenario: histery", ":2: scenario: got 'histery'; allowed"),
        ("from: 2006-01", "from: soon", ":3: from: got 'soon'; allowed a month YYYY-MM"),
        ("from: 2006-01", "from: 1999-01", ":3: from: got 1999-01; allowed 2005-01 to 2025-12"),
        ("to: 2006-12", "to: 2005-12", ":4: to: got 2005-12; allowed a month after 2006-01"),
        ("candidates: 1", "candidats: 1", ":6: candidats: got an unknown key; allowed"),
        ("candidates: 1", "candidates: many", ":6: candidates: got 'many'; allowed a whole number"),
        ("start: 3", "start: 0", ":5: seeds.start: got 0; allowed a whole number from 1"),
        ("most: 6", "most: 2", ":5: seeds.most: got 2; allowed 3 (start) or more"),
        ("agent: china_state", "agent: china", ":9: players.China.agent: got 'china'; allowed an agent of the scenario"),
        ("agent: china_state", "agnet: china_state", ":9: players.China.agnet: got an unknown key; allowed agent, agents"),
        ("[open_trade,", "[open_door,", ":10: players.China.strategies[0]: got 'open_door'; allowed"),
        ("plays: scripted_history", "plays: stay", ":10: players.China.strategies[1]: got 'stay'; allowed"),
        (
            "export_quota.scale: 0.5",
            "export_quota.scale: 99",
            "[1].settings.export_quota.scale: got 99.0; allowed 0 to 10",
        ),
        ("export_quota.scale", "export_quota.size", "strategies[1].settings.export_quota.size: got an unknown lever"),
        ("name: tight,", "name: open_trade,", ":10: players.China.strategies[1]: got 'open_trade' twice"),
        ("[hitachi_metals, tdk]", "[hitachi_metals, japan]", ":12: players.makers.agents: got a block of government, maker"),
        ("[hitachi_metals, tdk]", "[hitachi_metals, hitachi_metals]", "agents[1]: got 'hitachi_metals' twice"),
        ("[stay, {name: move", "[{name: move", "players.makers.strategies: got 1; allowed 2 or more"),
        ("deviations: [logit]", "deviations: logit", ":14: players.makers.deviations: got 'logit'; allowed a list"),
        ("deviations: [logit]", "payoff_of: [nobody]", ":14: players.makers.payoff_of[0]: got 'nobody'; allowed an agent"),
    ],
)
def test_a_mistake_in_a_game_is_one_line_with_its_place(
    old: str, new: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert old in HISTORY_GAME
    file = tmp_path / "game.yaml"
    file.write_text(HISTORY_GAME.replace(old, new), encoding="utf-8")
    assert call(["game", str(file), "--out", str(tmp_path / "out")]) == 2
    errors = capsys.readouterr().err
    assert said in errors
    assert "game.yaml:" in errors
    assert errors.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_an_agent_plays_for_one_player_only(tmp_path: Path) -> None:
    text = BLOCK_GAME.replace("agent: third", "agent: first")
    with pytest.raises(ScenarioError, match=r"players.small: got 'first', who plays for pair; allowed each agent once"):
        game_of(text, tmp_path)


def test_a_lever_belongs_to_one_player_only(tmp_path: Path) -> None:
    text = HISTORY_GAME.replace(
        "[stay, {name: move", "[{name: quota, plays: stay, settings: {export_quota.scale: 2}}, {name: move"
    )
    with pytest.raises(ScenarioError, match=r"got export_quota\.scale, which China sets; allowed one player"):
        game_of(text, tmp_path)


def test_a_game_of_one_player_is_none(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="players: got 1; allowed 2 to 8"):
        game_of(BLOCK_GAME[: BLOCK_GAME.index("  small:")], tmp_path)


def test_more_sets_than_there_are_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="got 999 sets to be played; allowed at most"):
        game_of(HISTORY_GAME, tmp_path, n_sets=999)
