"""`reabm ensemble` end to end: table, folder, figures, exit codes, Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import reabm
from reabm import cli
from reabm.engine import ensemble as engine
from reabm.scenario import find_configs
from reabm.store import load_ensemble
from tests.short_run import history

ROOT = Path(__file__).parents[1]
HISTORY = str(find_configs() / "scenarios" / "history.yaml")
SHORT = ("--until", "2005-06")
VARY = ("--vary", "export_quota.scale=0.5:1.5:3")


pytestmark = pytest.mark.usefixtures("command_line")


def played(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> tuple[str, str]:
    assert cli.call(["ensemble", *arguments]) == code
    return capsys.readouterr()


def test_an_ensemble_prints_a_table_and_writes_one_tidy_file(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = played(capsys, HISTORY, *SHORT, "--runs", "12", "--first-seed", "5")
    assert re.search(r"licence_peak_usd_kg +[\d.]+ \([\d.]+ to [\d.]+\) USD/kg +highest month", out)
    assert "runs     12: history x 12 seeds" in out
    assert "folder   runs/history-ensemble" in out
    assert "figures  runs/history-ensemble/figures: fan" in out
    assert (Path("runs/history-ensemble/figures/fan.png")).stat().st_size > 20_000
    saved = load_ensemble("runs/history-ensemble")
    expected = reabm.ensemble(history("2005-06"), seeds=range(5, 17), keep="summary")
    pd.testing.assert_frame_equal(saved.runs, expected, check_exact=True)
    assert saved.manifest["command"][0] == "reabm"
    assert "months.parquet" not in saved.manifest["files"]


def test_a_parameter_study_shows_a_row_a_set_and_a_figure_a_lever(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--runs", "4", *VARY, "--vary", "export_tax.scale=0,1", "--outcomes", "smuggled_share,exports_legal_kt")
    out, _ = played(capsys, HISTORY, *SHORT, *arguments, "--out", "study")
    rows = re.findall(r"^ (0\.5|1|1\.5) +(0|1) +[\d.]+ \([\d.]+ to [\d.]+\) +[\d.]+ \(", out, flags=re.MULTILINE)
    assert rows == [("0.5", "0"), ("0.5", "1"), ("1", "0"), ("1", "1"), ("1.5", "0"), ("1.5", "1")]
    drawn = sorted(file.name for file in Path("study/figures").iterdir())
    assert drawn == ["against_export_quota.scale.png", "against_export_tax.scale.png"]
    runs = load_ensemble("study").runs
    assert runs.groupby(["export_quota.scale", "export_tax.scale"]).size().tolist() == [4] * 6


def test_a_latin_hypercube_shows_how_outcomes_go_with_each_lever(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--design", "latin", "--points", "30", "--vary", "export_quota.scale=0.3:0.8")
    names = ("--vary", "strategies.china_state=scripted_history,open_trade")
    out, _ = played(capsys, HISTORY, *SHORT, "--runs", "2", *arguments, *names, "--no-figures", "--out", "study")
    assert re.search(r"exports_legal_kt|licence_peak_usd_kg +\S+ \(.*\) USD/kg +[+-]0\.\d\d +–", out)
    assert "figures" not in out
    assert load_ensemble("study").runs["export_quota.scale"].between(0.3, 0.8).all()
    assert load_ensemble("study").runs["set"].nunique() == 30


def test_months_are_kept_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    kept = ("--keep", "months", "--columns", "choke_point, ndpr_china_usd_kg", "--no-figures", "--workers", "2")
    played(capsys, HISTORY, "restraint", *SHORT, "--runs", "3", *kept)
    months = load_ensemble("runs/history-ensemble").months
    assert list(months.columns) == ["scenario", "set", "seed", "month", "ndpr_china_usd_kg", "choke_point"] or list(
        months.columns
    ) == ["scenario", "set", "seed", "month", "choke_point", "ndpr_china_usd_kg"]
    assert months["scenario"].unique().tolist() == ["history", "restraint"]
    assert len(months) == 2 * 3 * 6


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Missing argument"),
        (("missing.yaml",), "missing.yaml:1:"),
        ((HISTORY, "--runs", "0"), "'--runs'"),
        ((HISTORY, "--vary", "export_quota.scal=1,2"), "did you mean export_quota.scale?"),
        ((HISTORY, "--vary", "export_quota.scale=1:2"), "for a grid; allowed path=low:high:steps or path=a,b,c"),
        ((HISTORY, "--vary", "export_quota.scale=0:20:3"), "allowed 0 to 10"),
        ((HISTORY, "--design", "latin"), "--points 100"),
        ((HISTORY, "--design", "cube"), "got 'cube'; allowed grid, latin"),
        ((HISTORY, *VARY, "--points", "5"), "allowed with --design latin only"),
        ((HISTORY, "--keep", "all"), "allowed summary, months"),
        ((HISTORY, "--columns", "choke_point"), "add --keep months"),
        ((HISTORY, "--keep", "months", "--columns", "choke"), "did you mean choke_point?"),
        ((HISTORY, "--outcomes", "ndpr_ris"), "did you mean ndpr_rise?"),
        ((HISTORY, HISTORY), "two scenarios of the same name"),
        ((HISTORY, "--workers", "0"), "'--workers'"),
    ],
)
def test_a_mistake_costs_one_line(arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    out, err = played(capsys, *arguments, code=2)
    assert words in err
    assert len(err.rstrip("\n").split("\n")) == 1
    assert out == ""
    assert not list(Path().iterdir())


@pytest.mark.parametrize(("broken", "code"), [({3}, 3), (set(range(6)), 4)])
def test_failed_runs_are_told_and_decide_the_exit_code(
    broken: set[int], code: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = engine.play_job

    def play(job: engine.Job, room: object) -> None:
        if job.seed in broken:
            raise engine.RunError("2005-03: mass does not close: 1 t, allowed 0")
        whole(job, room)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "play_job", play)
    out, err = played(capsys, HISTORY, *SHORT, "--runs", "6", "--no-figures", code=code)
    assert f"{len(broken)} of 6 runs failed and have no outcome; runs/history-ensemble/failed.csv lists them" in err
    assert "seed 3: 2005-03: mass does not close" in err or len(broken) > 3
    assert ("Outcomes" in out) == (code == 3)
    assert len(load_ensemble("runs/history-ensemble").failed) == len(broken)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_ctrl_c_keeps_the_finished_runs_in_files_that_can_be_read(number: int, code: int, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "reabm", "ensemble", HISTORY, *SHORT, "--runs", "10000000", "--out", "kept"]
    places = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(command, cwd=tmp_path, env=places, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not any((part / "runs.parquet").exists() for part in tmp_path.glob("kept.partial-*")):
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.05)
    time.sleep(2.0)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert out == ""
    lines = [line for line in err.split("\n") if "interrupted" in line]
    assert len(lines) == 1
    saved = load_ensemble(tmp_path / "kept")
    n_runs = saved.manifest["n_runs"]
    if number == signal.SIGINT:
        assert lines[0].endswith(f"interrupted: {n_runs:,} of 10,000,000 runs are kept in kept")
    assert saved.manifest["interrupted"] is True
    assert n_runs == len(saved.runs) > 0
    assert saved.runs["seed"].tolist() == list(range(n_runs))
    few = reabm.ensemble(history("2005-06"), seeds=range(20), keep="summary")
    pd.testing.assert_frame_equal(saved.runs.head(20), few.head(n_runs), check_exact=True)
    assert not list(tmp_path.glob("kept.partial-*"))
