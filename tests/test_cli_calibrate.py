"""`reabm calibrate` and `reabm ablate` on the command line: the folder, an interrupt, and mistakes in one line."""

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

pytest.importorskip("optuna")
pytest.importorskip("cmaes")

import reabm.commands.calibrate as command
from reabm.cli import call
from reabm.scenario.configs import find_configs

SHIPPED = find_configs() / "studies" / "calibration.yaml"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped study with a search of a few seconds."""
    text = SHIPPED.read_text(encoding="utf-8")
    for what, n in {"population": 6, "starts": 2, "hypercube": 12, "candidates": 8}.items():
        text = re.sub(rf"(\b{what}: )\d+", rf"\g<1>{n}", text)
    text = text.replace("count: 24", "count: 4").replace("count: 8", "count: 2")
    file = tmp_path_factory.mktemp("study") / "small.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_calibration_writes_its_folder_a_page_and_parameter_sets(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import reabm.commands.calibrate_play as play

    monkeypatch.setattr(play, "find_configs", lambda: tmp_path / "configs" if (tmp_path / "configs").exists() else find_configs())
    out = tmp_path / "calibration"
    words = ["calibrate", "--study", str(study), "--fit-until", "2010-12", "--runs", "120", "--out", str(out), "--workers", "2"]
    assert call([*words, "--save", "try"]) == 0
    said = capsys.readouterr().out
    assert "width/prior" in said
    assert {"trials.parquet", "parameters.csv", "sets.csv", "manifest.json"} <= {file.name for file in out.iterdir()}
    assert "end: 2010-12" in (out / "scenario.yaml").read_text(encoding="utf-8")
    saved = Path(re.search(r"parameters +(\S+)", said)[1])  # type: ignore[index]
    assert saved.read_bytes() == (out / "sets.csv").read_bytes()
    saved.unlink()
    saved.with_suffix(".json").unlink()
    if not list(saved.parent.iterdir()):
        saved.parent.rmdir()
    assert call(["report", str(out)]) == 0
    assert "which of them does history tell apart?" in (out / "report.html").read_text(encoding="utf-8")
    assert call([*words, "--resume"]) == 2
    assert "finished already" in capsys.readouterr().err


def test_an_interrupt_keeps_what_was_finished_and_says_how_to_go_on(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "calibration"
    words = [sys.executable, "-m", "reabm", "calibrate", "--study", str(study), "--runs", "200000"]
    words += ["--out", str(out), "--workers", "1"]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ))
    try:
        until = time.monotonic() + 120
        while not (out / "generations" / "000003.npz").exists() and time.monotonic() < until and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "runs are kept in" in errors
    assert f"--out {out} --workers 1 --resume" in errors
    assert "Traceback" not in errors


def test_mechanisms_are_switched_off_and_refitted_one_by_one(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "ablation"
    words = ["ablate", "--study", str(study), "--runs", "60", "--out", str(out), "--workers", "1", "--fit-until", "2010-12"]
    words += ["--mechanism", "export_quota", "--mechanism", "licences"]
    assert call(words) == 0
    table = pd.read_csv(out / "ablation.csv").set_index("mechanism")
    assert list(table.index) == ["all on", "export_quota", "licences"]
    assert table.loc["export_quota", "change"] != 0.0
    assert table.loc["export_quota", "refitted"] <= table.loc["export_quota", "loss"]
    assert table.loc["licences", "change"] == 0.0  # no licence regime before 2025
    first = (out / "ablation.csv").read_bytes()
    (out / "export_quota.json").unlink()  # stopped before its row was written: its trials are read again
    assert call([*words, "--resume"]) == 0
    assert (out / "ablation.csv").read_bytes() == first
    assert "what breaks" in capsys.readouterr().out
    assert call(["ablate", "--study", str(study), "--mechanism", "quote", "--out", str(tmp_path / "x")]) == 2
    assert "--mechanism: got 'quote'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--fit-until", "2013-01"], "fit_until: got 2013-01; allowed 2012-12 or earlier"),
        (["--fit-until", "soon"], "fit_until: got 'soon'"),
        (["--study", "nowhere.yaml"], "nowhere.yaml"),
        (["--save", "a b"], "--save: got 'a b'; allowed a name"),
        (["--resume", "--out", "nowhere"], "no calibration to resume"),
    ],
)
def test_a_mistake_is_one_line(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["calibrate", *words]) == 2
    errors = capsys.readouterr().err
    assert said in errors
    assert errors.count("\n") == 1


def test_without_the_extra_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    assert call(["calibrate"]) == 2
    assert "install reabm[calibrate]" in capsys.readouterr().err


def test_a_run_never_imports_the_optimiser() -> None:
    code = (
        "import sys; from reabm.cli import call; assert call(['check', 'configs/scenarios/history.yaml']) == 0; "
        "import reabm.commands.run, reabm.commands.ensemble_play, reabm.validation.parameters; "
        "assert not {'optuna', 'cmaes', 'sqlalchemy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=find_configs().parent)
