"""`reabm leverage` and `reabm report`: from a command line to a folder and a page, and one line for every mistake."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from reabm import cli
from reabm.commands import leverage as command
from reabm.leverage import load_leverage
from reabm.leverage.summary import unpriced
from tests.command_line import mistake
from tests.measured import small, small_study
from tests.short_run import two_years

SMALL = ("--at", "2010-09", "--at", "2012-09", "--months", "6", "--seeds", "3", "--workers", "2")


pytestmark = pytest.mark.usefixtures("command_line")


def test_leverage_prints_a_table_and_keeps_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.call(["leverage", "history", *SMALL, "--issue", "150", "--no-figures"]) == 0
    out = capsys.readouterr().out
    study = load_leverage("runs/history-leverage")
    found = study.measured["history"]
    curve = found.curve("japan", 6)
    row = next(line for line in out.split("\n") if line.startswith(" 2010-09") and "│" in line)
    assert f" {curve['target_loss_musd'].iloc[0]:,.0f} " in row
    assert f" {curve['leverage_musd'].iloc[0]:,.0f} ".replace("-", "\N{MINUS SIGN}") in row
    assert found.prices.issue_value_musd == 150.0
    assert "the issue of 150 M USD" in out
    assert "half-life" in out
    assert "have no" in out
    assert "leverage folder  runs/history-leverage" in out
    assert not Path("runs/history-leverage/figures").exists()
    assert len(found.forks) == 6
    assert study.manifest is not None
    assert study.manifest["command"][0] == "reabm"
    assert max(len(line) for line in out.split("\n")) <= 100


def test_the_lines_below_the_table_are_those_of_the_measurement(capsys: pytest.CaptureFixture[str]) -> None:
    command.show(small_study()._replace(measured={"history": small()}))
    out = " ".join(capsys.readouterr().out.split())
    life = small().half_life("japan", 6)
    assert f"half-life {life.central.years:.1f} years [{life.low:.1f}, {life.high:.1f}] from the peak" in out
    free = unpriced(small()).half_life("japan", 6).central.years
    assert f"its half-life {life.central.years:.1f} years with them, {free:.1f} years without" in out
    assert "bite months until c* exceeds the issue: " in out
    assert "c* by length in months, halt of shipments to Japan (90 %)" in out
    assert "Restraint was worth 230 [180, 290] M USD" in out
    assert "why c* over Japan (halt, 6 months) fell from 460 in 2010-09 to −110 in 2014-09" in out


def test_several_scenarios_stand_beside_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    command.show(small_study())
    out = capsys.readouterr().out
    heading = next(line for line in out.split("\n") if "history" in line and "restraint" in line)
    assert heading.index("history") < heading.index("restraint")
    assert out.count("half-life ") >= 4  # two scenarios, two kinds
    assert max(len(line) for line in out.split("\n")) <= 100


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "SCENARIO"),
        (("missing.yaml",), "missing.yaml:1: "),
        (("history", "--at", "2031-01"), "allowed 2005-02 to 2025-12"),
        (("history", "--at", "soon"), "got 'soon'"),
        (("history", "--months", "0"), "--months"),
        (("history", "--target", "mars"), "allowed japan, usa, eu, all"),
        (("history", "--kind", "war"), "allowed halt, quota_cut, licence"),
        (("history", "--kind", "quota_cut"), "allowed all"),
        (("history", "--severity", "1.5"), "severity"),
        (("history", "--seeds", "2"), "--seeds"),
        (("history", "--retaliation", "-1"), "--retaliation"),
        (("history", "--embargo", "2031-01"), "--embargo: got 2031-01"),
        (("history", "--decay", "2010-09"), "--decay"),
        (("history", "--decay", "2014-09:2010-09"), "the first before the second"),
        (("history", "--set", "nonsense=1"), "nonsense"),
    ],
)
def test_a_mistake_costs_one_line_before_anything_is_played(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reabm.leverage.surface.measure_forks", lambda *_, **__: pytest.fail("worlds were forked"))
    assert said in mistake(capsys, "leverage", *arguments)


def test_a_folder_that_exists_is_refused_first(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    Path("mine").mkdir()
    Path("mine/letter").write_text("keep me")
    monkeypatch.setattr(command, "_measure", lambda *_: pytest.fail("it was measured"))
    assert "mine: already exists" in mistake(capsys, "leverage", "history", "--out", "mine")


def test_an_interrupt_leaves_nothing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        for _ in range(1000):
            pass
        pytest.fail("it went on")

    monkeypatch.setattr(command, "_measure", interrupted)
    assert cli.call(["leverage", "history"]) == 143
    assert capsys.readouterr().err == "interrupted\n"
    assert list(Path().iterdir()) == []


def test_a_report_is_written_beside_the_run_or_where_it_is_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    two_years().save("mine")
    assert cli.call(["report", "mine"]) == 0
    assert capsys.readouterr().out == "report  mine/report.html\n"
    assert cli.call(["report", "mine", "--out", "page.html"]) == 0
    assert Path("page.html").read_bytes() == Path("mine/report.html").read_bytes()


@pytest.mark.parametrize("folder", ["nowhere", "."])
def test_a_report_on_what_is_no_folder_of_ours_costs_one_line(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    mistake(capsys, "report", folder)
