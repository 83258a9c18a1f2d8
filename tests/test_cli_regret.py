"""`reabm regret` as a person calls it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from reabm.cli import call
from reabm.empirical.regret_folder import GAINS, KEPT, PLAN, SUMMARY, TABLE, TRIED, load_regret

ASKED = ["regret", "--to", "2011-06", "--seeds", "4", "--most-seeds", "6", "--no-figures", "--workers", "1"]
WHO = ["--agents", "mount_weld_2,mitsui"]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("regret") / "first"
    assert call([*ASKED, *WHO, "--out", str(out)]) == 0
    return out


def test_it_says_who_gains_and_how_far_from_rational_each_rule_is(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert call([*ASKED, *WHO, "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr().out
    for words in (
        "mount_weld_2",
        "mitsui",
        "How far from rational is each rule?",
        "Exploitability of the whole play, 2010-01 to 2011-06",
    ):
        assert words in shown


def test_the_same_question_twice_gives_the_same_bytes_and_the_folder_says_all(measured: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    assert call([*ASKED, *WHO, "--out", str(again)]) == 0
    for name in (PLAN, SUMMARY, TABLE, GAINS, TRIED, "scenario.yaml"):
        assert (again / name).read_bytes() == (measured / name).read_bytes(), name
    assert not (again / KEPT).exists()
    saved = load_regret(measured)
    assert list(saved.table["agent"]) == ["mount_weld_2", "mitsui"]
    own = saved.summary["agents"]["mitsui"]
    gains = saved.gains[saved.gains["agent"] == "mitsui"]["gain_musd"]
    assert own["gain_musd"] == pytest.approx(gains.mean())
    assert own["seeds"] == len(gains) >= 2
    assert saved.summary["exploitability_musd"] == pytest.approx(saved.table["regret_musd"].sum())
    assert set(saved.tried["agent"]) == {"mount_weld_2", "mitsui"}


def test_what_was_interrupted_goes_on_with_the_agents_that_are_left(measured: Path, tmp_path: Path) -> None:
    """A folder as an interrupt leaves it: the plan, and the agents that were finished."""
    out = tmp_path / "out"
    (out / KEPT).mkdir(parents=True)
    shutil.copy(measured / PLAN, out / PLAN)
    own = json.loads((measured / SUMMARY).read_bytes())["agents"]["mount_weld_2"]
    known = own | {"best": "known", "gains_musd": [1.0], "tried": []}
    del known["seeds"]
    (out / KEPT / "mount_weld_2.json").write_text(json.dumps(known))
    assert call([*ASKED, *WHO, "--out", str(out), "--resume"]) == 0
    found = load_regret(out).summary["agents"]
    assert found["mount_weld_2"]["best"] == "known"
    assert found["mitsui"] == load_regret(measured).summary["agents"]["mitsui"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--agents", "sojits"], "sojits"),
        (["--agents", "bayan_obo"], "Chinese state"),
        (["--from", "2030-01"], "allowed months from 2005-01"),
        (["--agents", "mitsui", "--resume"], "--out DIR"),
    ],
)
def test_a_mistake_costs_one_clear_line(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["regret", *words]) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert len(shown.err.strip().splitlines()) == 1


def test_a_finished_or_another_folder_is_not_resumed(measured: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call([*ASKED, *WHO, "--out", str(measured), "--resume"]) == 2
    assert "finished already" in capsys.readouterr().err
    assert call([*ASKED, *WHO, "--out", str(measured)]) == 2
    assert "already exists" in capsys.readouterr().err
    out = tmp_path / "out"
    (out / KEPT).mkdir(parents=True)
    shutil.copy(measured / PLAN, out / PLAN)
    assert call([*ASKED, "--agents", "mitsui", "--out", str(out), "--resume"]) == 2
    assert "its agents is another" in capsys.readouterr().err
    assert call([*ASKED, *WHO, "--out", str(tmp_path / "nowhere"), "--resume"]) == 2
    assert "no regret to resume" in capsys.readouterr().err


def test_the_page_and_the_figures_show_rules_agents_and_what_was_tried(measured: Path, tmp_path: Path) -> None:
    from reabm.report.pages import write_report
    from reabm.report.regret_figures import draw_regret

    saved = load_regret(measured)
    page = write_report(measured, tmp_path / "page.html").read_text(encoding="utf-8")
    for words in ("How far from rational is each rule?", "All deviations that were tried", "mount_weld_2", "mitsui"):
        assert words in page
    first = [file.read_bytes() for file in draw_regret(saved, tmp_path / "a")]
    assert first == [file.read_bytes() for file in draw_regret(saved, tmp_path / "b")]
    assert all(len(content) > 10_000 for content in first)
