"""`reabm validate` and `reabm report`: from a command line to a scoreboard, a folder and a page; one line for every mistake."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from reabm import cli
from reabm.scenario import configs, find_configs
from reabm.validation.folder import load_board
from reabm.validation.targets import FILE, load_targets
from tests.command_line import mistake

pytestmark = pytest.mark.usefixtures("command_line")


def validate(*more: str) -> int:
    return cli.call(["validate", "--runs", "3", "--workers", "1", "--no-figures", *more])


def test_validate_prints_facts_series_misses_and_conditions(capsys: pytest.CaptureFixture[str]) -> None:
    assert validate() == 0
    out = capsys.readouterr().out
    board = load_board("runs/validate").board
    assert len(board.facts) == len(load_targets())
    for name in board.facts["fact"]:
        assert re.search(rf"^ ?{name}\b", out, re.MULTILINE), name
    missed = board.facts.loc[~board.facts["hit"], "fact"]
    assert len(missed) > 0
    printed = out.split("\nMisses\n")[1]
    assert all(f"  {name}: " in printed for name in missed)
    assert "Scores are conditional on what a run is told" in out
    assert "Told: export quota, export tax" in out
    assert "Scores of later years are development all the same" in out
    assert out.count("bar ") == 6
    assert max(len(line) for line in out.split("\nMisses\n")[0].split("\n")[:100]) <= 200


def test_asked_again_the_same_bytes_whatever_the_threads() -> None:
    assert validate("--out", "first") == 0
    assert cli.call(["validate", "history", "--runs", "3", "--workers", "2", "--no-figures", "--out", "second"]) == 0
    names = sorted(path.name for path in Path("first").iterdir())
    assert names == sorted(path.name for path in Path("second").iterdir())
    assert {"facts.csv", "series.csv", "points.csv", "bands.parquet", "summary.json", "scenario.yaml"} < set(names)
    for name in names:
        if name != "manifest.json":  # it holds the hour and the command
            assert (Path("first") / name).read_bytes() == (Path("second") / name).read_bytes(), name
    first, second = (json.loads((Path(folder) / "manifest.json").read_text()) for folder in ("first", "second"))
    assert first["files"] == second["files"]
    assert first["asked"] == second["asked"]
    assert first["asked"]["runs"] == 3
    assert len(first["asked"]["code_sha256"]) == 64


def test_other_seeds_give_other_bytes() -> None:
    assert validate("--out", "first") == 0
    assert validate("--out", "second", "--first-seed", "3") == 0
    assert Path("first/bands.parquet").read_bytes() != Path("second/bands.parquet").read_bytes()


def test_the_ladder_adds_2011_and_2012_from_what_was_known_in_2010() -> None:
    assert validate("--ladder") == 0
    board = load_board("runs/validate").board
    assert set(board.series["window"]) == {"test_2011_12", "fit", "test", "licences_2025"}
    early = board.points[board.points["window"] == "test_2011_12"]
    assert early["last"].min() >= "2011-01"
    assert early["last"].max() <= "2012-12"


def test_a_fact_that_is_made_to_fail_is_shown_as_a_miss(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(find_configs(), tmp_path / "configs")
    file = tmp_path / "configs" / FILE
    old = "    value: 60000\n    low: 48000\n    high: 66000\n"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, "    value: 600000\n    low: 480000\n    high: 660000\n"))
    monkeypatch.setattr(configs, "find_configs", lambda: tmp_path / "configs")
    monkeypatch.setattr("reabm.validation.targets.find_configs", lambda: tmp_path / "configs")
    assert validate() == 0
    printed = capsys.readouterr().out.split("\nMisses\n")[1]
    assert "  exports_2007: About 60,000 t leave China in 2007; model" in printed
    assert not load_board("runs/validate").board.facts.set_index("fact").loc["exports_2007", "hit"]


def test_report_writes_a_page_with_everything_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert validate() == 0
    assert cli.call(["report", "runs/validate"]) == 0
    assert capsys.readouterr().out.endswith("report  runs/validate/report.html\n")
    page = Path("runs/validate/report.html").read_text(encoding="utf-8")
    assert page.count('<img src="data:image/png;base64,') == 6
    assert "http://" not in page
    assert "https://" not in page
    board = load_board("runs/validate").board
    for name in (*board.facts["fact"], *board.series["series"]):
        assert f">{name}</th>" in page
    assert "Scores are conditional on what a run is told" in page
    assert "reabm validate --runs 3" in page or "command" in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere",), "nowhere"),
        (("--params", "nobody"), "nobody"),
        (("--early-params", "some"), "--ladder"),
        (("--runs", "1"), "runs"),
        (("--out", "taken"), "taken"),
    ],
)
def test_a_mistake_costs_one_line_and_leaves_nothing(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    Path("taken").write_text("")
    assert said in mistake(capsys, "validate", "--runs", "2", *arguments)
