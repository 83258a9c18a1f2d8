"""The file of a game: it plays again to the same bits, and each of its faults is one clear line."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from reabm import cli
from reabm.scenario import ScenarioError, with_settings
from reabm.sides import game_text, load_game, new_game, save_game
from reabm.sides.file import read_game
from reabm.store import load_run
from tests.sides.games import SEED, SIDES, begun, bits, busy, history

ONE_LINE = re.compile(r"^[^:\n]+:\d+: [\w.\[\]]+: got .*; allowed .*$")


@pytest.mark.parametrize("side", SIDES)
def test_a_saved_game_plays_again_to_the_same_bits(side: str, tmp_path: Path) -> None:
    again = load_game(save_game(busy(side), tmp_path / "game.yaml"))
    assert bits(again.world) == bits(busy(side).world)
    assert again.turns == busy(side).turns
    assert game_text(again) == game_text(busy(side))
    assert (tmp_path / "game.yaml").stat().st_size < 1_000  # a scenario that ships is named, not written out


def test_a_scenario_that_does_not_ship_is_written_out_in_the_file(tmp_path: Path) -> None:
    own = replace(with_settings(history(), {"makers.herding": 0.9}), title="Own: with a colon")
    game = new_game(own, "tokyo", SEED, "2010-01", "2010-12").decide(0, {"governments.japan.stockpile": 3})
    again = load_game(save_game(game, tmp_path / "game.yaml"))
    assert bits(again.world) == bits(game.world)
    assert again.given.settings == own.settings
    assert again.given.title == "Own: with a colon"
    assert game_text(again) == game_text(game)


def test_a_game_may_be_written_as_json(tmp_path: Path) -> None:
    scenario = {"shipped": "history", "sha256": game_text(begun("tokyo")).split("sha256: ")[1][:64]}
    months = {"start": "2010-01", "end": "2010-12"}
    turns = [{"governments.japan.stockpile": 3}]
    written = json.dumps({"game": 1, "side": "tokyo", "scenario": scenario, "seed": 3, **months, "turns": turns})
    (tmp_path / "game.json").write_text(written, encoding="utf-8")
    again = load_game(tmp_path / "game.json")
    assert again.turns == ({"governments.japan.stockpile": 3.0},)
    assert bits(again.world) == bits(begun("tokyo", "2010-01", "2010-12").decide(0, {"governments.japan.stockpile": 3}).world)


def text() -> str:
    return game_text(begun("beijing").decide(0, {"export_tax.share": 0.3}).decide(1))


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("side: beijing", "side: pekin", 3, "side: got 'pekin'; allowed beijing, tokyo, hitachi_metals, lynas"),
        ("side: beijing", "side: 5", 3, "side: got 5; allowed beijing"),
        ("side: beijing\n", "", 1, "side: got nothing; allowed a key side"),
        ("game: 1", "game: 2", 2, "game: got 2; allowed 1, the format"),
        ("game: 1", "game: true", 2, "game: got true; allowed 1"),
        ("seed: 3", "seed: -1", 5, "seed: got -1; allowed a whole number from 0"),
        ("seed: 3", "seed: 1.5", 5, "seed: got 1.5; allowed a whole number"),
        ("seed: 3", "seed: 3\nsed: 3", 6, "sed: got an unknown key; allowed game, side"),
        ("start: 2010-01", "start: 2010-03", 6, "start: got 2010-03; allowed a January or July"),
        ("start: 2010-01", "start: [1]", 6, "start: got a list of 1 entries; allowed a month"),
        ("end: 2011-12", "end: 2009-12", 7, "end: got 2009-12; allowed a June or December after 2010-01"),
        ("end: 2011-12", "end: none", 7, "end: got none; allowed a month"),
        ("shipped: history", "shipped: histry", 4, "scenario.shipped: got 'histry'; allowed "),
        ("shipped: history", "shipped: restraint", 4, "scenario.sha256: got '"),
        ("shipped: history, ", "", 4, "scenario: got a mapping of 1 keys; allowed {shipped, sha256}, or {text}"),
        ("  - {}", "  - 7", 10, "turns[1]: got 7; allowed a mapping"),
        ("  - {}", "  - {}\n  - {}\n  - {}\n  - {}", 8, "turns: got 5 turns; allowed 4 from start to end"),
        ("export_tax.share: 0.3", "export_tax.share: 3", 9, "turns[0].export_tax.share: got 3; allowed 0 to 1, in share"),
        ("export_tax.share: 0.3", "export_tax.shar: 0.3", 9, "turns[0].export_tax.shar: got an unknown decision"),
        ("export_tax.share: 0.3", "export_tax.share: {a: 1}", 9, "turns[0].export_tax.share: got a mapping"),
        ("turns:", "turns: {a: 1}\nmore:", 9, "more: got an unknown key"),
    ],
)
def test_each_fault_of_a_file_is_one_line_with_its_place(old: str, new: str, line: int, said: str) -> None:
    assert old in text()
    with pytest.raises(ScenarioError) as caught:
        read_game(text().replace(old, new, 1), "my-game.yaml")
    message = str(caught.value)
    assert message.startswith(f"my-game.yaml:{line}: {said}"), message
    assert ONE_LINE.match(message)


def test_a_fault_of_a_scenario_inside_the_file_has_the_line_of_the_file() -> None:
    own = with_settings(history(), {"makers.herding": 0.9})
    written = game_text(new_game(own, "tokyo", SEED, "2010-01", "2010-12")).replace("makers.herding: 0.9", "makers.herding: 99")
    line = next(n for n, part in enumerate(written.split("\n"), start=1) if "makers.herding: 99" in part)
    with pytest.raises(ScenarioError, match=rf"^g.yaml:{line}: scenario.settings.makers.herding: got 99"):
        read_game(written, "g.yaml")


@pytest.mark.parametrize("content", ["", "a: [", "game: 1", "[1]", "\t- x", "game: &a 1", "x" * 100])
def test_what_is_no_game_at_all_is_refused_line_by_line(content: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_game(content, "g.yaml")
    assert all(ONE_LINE.match(line) for line in str(caught.value).split("\n"))


def test_the_command_plays_a_file_again_and_saves_the_run_that_it_is(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    save_game(busy("hitachi_metals"), "game.yaml")
    assert cli.call(["play", "game.yaml", "--out", "mine"]) == 0
    out = capsys.readouterr().out
    assert "Hitachi Metals: turn 4 of 4, seed 3." in out
    assert "makers.hitachi_metals.commodity_in_china 0.6" in out
    assert "best_reply" in out
    assert "Hitachi Metals, 2010-01 to 2011-12: " in out
    assert "run folder  mine" in out
    assert load_run("mine").seed == SEED
    assert cli.call(["run", "mine/scenario.yaml", "--seed", "3", "--out", "again", "--no-figures"]) == 0
    for table in ("months", "prices", "flows", "agents"):
        assert Path(f"mine/{table}.parquet").read_bytes() == Path(f"again/{table}.parquet").read_bytes()


def test_the_command_says_what_is_wrong_in_a_line(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    Path("game.yaml").write_text(text().replace("seed: 3", "seed: x"), encoding="utf-8")
    assert cli.call(["play", "game.yaml"]) == 2
    assert capsys.readouterr().err == "game.yaml:5: seed: got 'x'; allowed a whole number from 0 to 9223372036854775807\n"
    assert cli.call(["play", "nothing.yaml"]) == 2
    assert "nothing.yaml:1: file: got nothing to read" in capsys.readouterr().err
    save_game(begun("tokyo"), "new.yaml")
    assert cli.call(["play", "new.yaml"]) == 0  # no turn was played
    assert "turn 0 of 4" in capsys.readouterr().out
