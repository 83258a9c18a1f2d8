"""`reabm game` on the command line: tables, folder, figures, page, a kill in the midst, mistakes in one line."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread

from reabm.cli import call
from reabm.empirical.game_folder import load_game
from reabm.report.canvas import DPI, WIDTH_IN
from reabm.report.game_dynamics import field, pair_of, rests
from reabm.report.game_figures import FIGURES, draw_game
from tests.empirical.games_of_tests import BLOCK_GAME, HISTORY_GAME


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The game of a block and a small mine, played by the command."""
    here = tmp_path_factory.mktemp("game")
    (here / "pair.yaml").write_text(BLOCK_GAME, encoding="utf-8")
    assert call(["game", str(here / "pair.yaml"), "--out", str(here / "out")]) == 0
    return here / "out"


def test_a_game_writes_every_run_a_summary_and_figures(folder: Path) -> None:
    names = {file.name for file in folder.iterdir()}
    assert names == {"payoffs.parquet", "plan.json", "scenario.yaml", "summary.json", "manifest.json", "figures"}
    frame = pd.read_parquet(folder / "payoffs.parquet")
    assert (frame["deviates"].astype(str) == "").sum() == 4  # profiles, one seed each
    assert set(frame["deviates"].astype(str)) == {"", "first", "second"}
    added = frame["payoff_of.first"] + frame["payoff_of.second"]
    assert frame["payoff.pair"].to_numpy() == pytest.approx(added.to_numpy())
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["runs"]["failed"] == 0
    assert {file.stem for file in (folder / "figures").iterdir()} == set(FIGURES)


def test_the_terminal_shows_payoffs_replies_and_who_would_leave_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pair.yaml").write_text(BLOCK_GAME, encoding="utf-8")
    words = ["game", str(tmp_path / "pair.yaml"), "--out", str(tmp_path / "out"), "--no-figures"]
    assert call(words) == 0
    said = capsys.readouterr().out
    assert "Two mines that are one player" in said
    assert "pair 2 x small 2 = 4 profiles, 1 seeds each" in said
    assert re.search(r"collude +out_100 +\d", said)
    assert re.search(r"1 +first +collude +cournot +\+4\d \[.*\] +yes", said)
    assert "equilibria  1 in pure strategies" in said
    assert max(map(len, said.splitlines()[:-3])) < 250
    assert not (tmp_path / "out" / "figures").exists()
    assert call(words) == 2
    assert "already exists" in capsys.readouterr().err
    assert call([*words, "--resume"]) == 2
    assert "finished already" in capsys.readouterr().err


def test_the_page_of_a_game_holds_all_that_it_shows(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["report", str(folder)]) == 0
    page = (folder / "report.html").read_text(encoding="utf-8")
    for words in ("Two mines that are one player", "Most credible profiles", "Single agents who leave", "Agents: first, second."):
        assert words in page
    assert page.count("data:image/png;base64,") == len(FIGURES)
    assert not re.search(r'(src|href)="(?!data:|#)', page)


def test_figures_have_their_size_and_the_same_game_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    drawn = draw_game(load_game(folder), tmp_path / "again")
    assert [file.stem for file in drawn] == list(FIGURES)
    for file in drawn:
        assert file.read_bytes() == (folder / "figures" / file.name).read_bytes()
        image = imread(file)
        assert image.shape[1] == WIDTH_IN * DPI
        edge = np.concatenate([image[:3].reshape(-1, image.shape[2]), image[:, -3:].reshape(-1, image.shape[2])])
        assert (edge[:, :3] == 1.0).all(), f"{file.name}: something is cut off at the edge"


def test_the_phase_portrait_rests_at_the_equilibrium_and_nowhere_else_in_a_corner(folder: Path) -> None:
    played = load_game(folder)
    pair = pair_of(played)
    corners = [at for at, draws_in in rests(pair.payoffs) if draws_in]
    pure = [tuple(float(own[k] == (pair.first, pair.second)[k][1]) for k in range(2)) for own in played.solution.pure]
    assert corners == pure
    for at in corners:
        assert np.hypot(*field(pair.payoffs, np.array(at[0]), np.array(at[1]))) == 0.0


def test_a_game_that_was_killed_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    file = tmp_path / "quota.yaml"
    file.write_text(HISTORY_GAME.replace("to: 2006-12", "to: 2012-12"), encoding="utf-8")
    words = ["game", str(file), "--seeds", "150", "--workers", "1", "--no-figures"]
    command = [sys.executable, "-m", "reabm", *words, "--out", str(tmp_path / "killed")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
    try:
        until = time.monotonic() + 120
        while not (tmp_path / "killed" / "kept" / "000000.npz").exists() and time.monotonic() < until:
            time.sleep(0.01)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
    assert (tmp_path / "killed" / "kept" / "000000.npz").exists()
    assert not (tmp_path / "killed" / "payoffs.parquet").exists()
    assert call([*words, "--out", str(tmp_path / "killed"), "--resume"]) == 0
    assert call([*words, "--out", str(tmp_path / "whole")]) == 0
    for name in ("payoffs.parquet", "summary.json", "plan.json"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "nowhere"),
        (["game_small", "--resume", "--out", "nowhere"], "nowhere: no game to resume"),
        (["game_small", "--sets", "999"], "parameters: got 999 sets to be played; allowed at most"),
        (["game_small", "--seeds", "0"], "--seeds"),
    ],
)
def test_a_mistake_is_one_line(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["game", *words]) == 2
    errors = capsys.readouterr().err
    assert said in errors
    assert errors.count("\n") == 1
