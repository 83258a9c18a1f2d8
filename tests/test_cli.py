"""The command line: a run end to end, and one line for every mistake."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reabm import cli
from reabm.commands import run
from reabm.scenario import find_configs, list_levers, list_numbers, load_scenario
from reabm.store import load_run
from tests.command_line import mistake

ROOT = Path(__file__).parents[1]
HISTORY = find_configs() / "scenarios" / "history.yaml"
SHORT = ("--until", "2006-12")


pytestmark = pytest.mark.usefixtures("command_line")


def test_a_run_prints_the_table_the_folder_and_the_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.call(["run", str(HISTORY), *SHORT, "--seed", "5"]) == 0
    out = capsys.readouterr().out
    assert "2005 │" in out
    assert "NdPr" in out
    assert "run folder  runs/history-seed5" in out
    assert "figures     runs/history-seed5/figures: prices, exports" in out
    saved = load_run("runs/history-seed5")
    assert saved.seed == 5
    assert len(saved.months) == 24
    assert (Path("runs/history-seed5/figures") / "prices.png").stat().st_size > 20_000


def test_set_out_and_no_figures_do_what_they_say(capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.call(["run", str(HISTORY), *SHORT, "--set", "export_quota.scale=0.5", "--out", "mine", "--no-figures"])
    out = capsys.readouterr().out
    assert code == 0
    assert "run folder  mine" in out
    assert "figures" not in out
    assert not Path("mine/figures").exists()
    saved = load_run("mine")
    assert saved.summary["years"]["2005"]["quota_gross_t"] == pytest.approx(32_500)
    assert saved.scenario.settings["export_quota.scale"] == 0.5
    assert saved.manifest["command"][0] == "reabm"


def test_a_saved_run_is_resumed_forked_and_shown_as_a_tree(capsys: pytest.CaptureFixture[str]) -> None:
    whole = ["run", str(HISTORY), *SHORT, "--seed", "5", "--no-figures"]
    assert cli.call([*whole, "--save-states", "2005-09", "--save-states", "yearly"]) == 0
    assert sorted(file.stem for file in Path("runs/history-seed5/state").iterdir()) == ["2005-01", "2005-09", "2006-01", "record"]
    parent = ["run", "--from", "runs/history-seed5", "--no-figures", "--at"]
    assert cli.call([*parent, "2005-09"]) == 0
    assert cli.call([*parent, "2005-11", "--out", "replayed"]) == 0
    for name in ("months", "prices", "flows", "agents"):
        unbroken = Path(f"runs/history-seed5/{name}.parquet").read_bytes()
        assert Path(f"runs/history-seed5-from-2005-09/{name}.parquet").read_bytes() == unbroken
        assert Path(f"replayed/{name}.parquet").read_bytes() == unbroken
    settings = ("--set", "export_quota.scale=0.5", "--set", "mechanisms.smuggling=false")
    assert cli.call([*parent, "2006-02", *settings, "--until", "2007-03", "--out", "runs/child"]) == 0
    child = load_run("runs/child")
    assert len(child.months) == 27
    assert child.manifest["parent"]["changes"] == {"export_quota.scale": 0.5, "mechanisms.smuggling": 0.0}
    assert cli.call(["run", "runs/child/scenario.yaml", "--seed", "5", "--no-figures", "--out", "headless"]) == 0
    assert Path("headless/agents.parquet").read_bytes() == Path("runs/child/agents.parquet").read_bytes()
    capsys.readouterr()
    assert cli.call(["tree"]) == 0
    assert [line.rstrip() for line in capsys.readouterr().out.rstrip("\n").split("\n")] == [
        "history-seed5  History 2005-2025, 2005-01 to 2006-12, seed 5",
        "├── child  from 2006-02: export_quota.scale=0.5, mechanisms.smuggling=0",
        "└── history-seed5-from-2005-09  from 2005-09: no change",
    ]


def test_what_cannot_be_forked_costs_one_line_before_anything_is_played(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.call(["run", str(HISTORY), *SHORT, "--no-figures", "--out", "one"]) == 0
    capsys.readouterr()
    monkeypatch.setattr(run, "_play", lambda *_: pytest.fail("it was played"))
    again = ("run", "--from", "one", "--at")
    assert "got 2009-01; allowed 2005-01 to 2006-12" in mistake(capsys, *again, "2009-01")
    assert "--set:1: use.elasticity_scale: " in mistake(capsys, *again, "2006-01", "--set", "use.elasticity_scale=2")
    assert "until: got 2005-12" in mistake(capsys, *again, "2006-01", "--until", "2005-12")
    assert "one: already exists" in mistake(capsys, *again, "2006-01", "--out", "one")
    Path("one/months.parquet").write_bytes(b"")
    assert "one/months.parquet: damaged" in mistake(capsys, *again, "2006-01")


def test_a_shipped_scenario_can_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.call(["check", "history"]) == 0
    assert capsys.readouterr().out.startswith("ok: history: History 2005-2025, 2005-01 to 2025-12 (252 months")


def test_a_missing_scenario_costs_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert mistake(capsys, "run", "missing.yaml").startswith("missing.yaml:1: ")


def test_an_unknown_lever_gets_the_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    line = mistake(capsys, "run", str(HISTORY), "--set", "export_quota.scal=0.5")
    assert "did you mean export_quota.scale?" in line


def test_two_faults_cost_two_lines(capsys: pytest.CaptureFixture[str]) -> None:
    mistake(capsys, "run", str(HISTORY), "--set", "export_quota.scale=-3", "--set", "nonsense=1", n_lines=2)


@pytest.mark.parametrize(
    "arguments",
    [
        ("run",),
        ("run", str(HISTORY), "--seed", "-1"),
        ("run", str(HISTORY), "--seed", "1.5"),
        ("run", str(HISTORY), "--seed", str(2**63)),
        ("run", str(HISTORY), "--until", "2004-12"),
        ("run", str(HISTORY), "--until", "soon"),
        ("run", str(HISTORY), "--set", "export_quota.scale"),
        ("run", str(HISTORY), "--set", "export_quota.scale=fast"),
        ("run", str(HISTORY), "--nonsense"),
        ("rnu", str(HISTORY)),
        ("run", "."),
        ("run", str(HISTORY), "--at", "2010-09"),
        ("run", str(HISTORY), "--from", "runs/none", "--at", "2010-09"),
        ("run", "--from", "runs/none"),
        ("run", "--from", "runs/none", "--at", "2010-09"),
        ("run", "--from", "runs/none", "--at", "2010-09", "--seed", "1"),
        ("run", str(HISTORY), "--save-states", "1999-01"),
        ("run", str(HISTORY), "--save-states", "monthly"),
        ("tree", "missing"),
        ("check", "missing.yaml"),
        ("sources", "missing.yaml"),
        ("levers", "missing.yaml"),
    ],
)
def test_a_mistake_costs_one_line(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    mistake(capsys, *arguments)


def test_a_folder_that_exists_is_refused_before_anything_is_played(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("mine").mkdir()
    Path("mine/letter").write_text("keep me")
    monkeypatch.setattr(run, "_play", lambda *_: pytest.fail("it was played"))
    assert "mine: already exists" in mistake(capsys, "run", str(HISTORY), "--out", "mine")
    Path("file").write_text("")
    assert "file" in mistake(capsys, "run", str(HISTORY), "--out", "file/mine")


def test_a_fault_of_the_program_costs_one_line_unless_debug_is_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a\nb")

    monkeypatch.setattr(run, "_play", broken)
    assert cli.call(["run", str(HISTORY)]) == 4
    assert capsys.readouterr().err == "reabm: ZeroDivisionError: a b (a fault of the program; --debug shows where)\n"
    with pytest.raises(ZeroDivisionError):
        cli.call(["run", str(HISTORY), "--debug"])


def test_a_month_that_does_not_close_ends_with_4(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from reabm.engine.run import RunError

    def open_month(*_: object) -> None:
        raise RunError("2011-05: mass does not close")

    monkeypatch.setattr(run, "_play", open_month)
    assert cli.call(["run", str(HISTORY)]) == 4
    assert capsys.readouterr().err == "2011-05: mass does not close\n"
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_ends_with_its_code_and_leaves_nothing(
    number: signal.Signals, code: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        os.kill(os.getpid(), number)
        for _ in range(1000):
            pass
        pytest.fail("it went on")

    monkeypatch.setattr(run, "_play", interrupted)
    assert cli.call(["run", str(HISTORY)]) == code
    assert capsys.readouterr().err == "interrupted\n"
    assert list(Path().iterdir()) == []


def test_check_names_the_fault_with_file_and_line(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.yaml").write_text(f"extends: {HISTORY}\nquestion: what\nnonsense: 3\n")
    assert mistake(capsys, "check", "mine.yaml").startswith("mine.yaml:3: ")


def test_sources_lists_every_number_and_counts_assumptions(capsys: pytest.CaptureFixture[str]) -> None:
    numbers = list_numbers(load_scenario(HISTORY))
    assert cli.call(["sources", str(HISTORY)]) == 0
    lines = capsys.readouterr().out.rstrip("\n").split("\n")
    assert len(lines) == len(numbers) + 1
    assert lines[-1].startswith(f"{len(numbers)} numbers: ")
    assert lines[-1].endswith(f"{sum(number.is_assumption for number in numbers)} assumptions")
    assert any("elements.NdPr.reference_price" in line and "25 USD/kg" in line and "lynas_prices" in line for line in lines)


def test_sources_as_csv_can_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.call(["sources", "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == len(list_numbers(load_scenario(HISTORY)))
    assert all(row["unit"] and row["source"] and row["place"] for row in rows)
    assert all(row["note"] for row in rows if row["is_assumption"] == "1")


def test_levers_lists_every_path_with_its_range(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.call(["levers"]) == 0
    out = capsys.readouterr().out
    paths = {line.split()[0] for line in out.split("\n") if line.strip()}
    assert set(list_levers(load_scenario(HISTORY))) <= paths
    assert "scripted_history, open_trade" in out


def test_strategies_lists_the_catalogue(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.call(["strategies"]) == 0
    out = capsys.readouterr().out
    assert "real_option" in out
    assert "scripted_history" in out


def command(*arguments: str, code: str = "") -> subprocess.CompletedProcess[str]:
    start = ["-c", code] if code else ["-m", "reabm"]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(Path(cli.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    }
    return subprocess.run([sys.executable, *start, *arguments], capture_output=True, text=True, check=False, env=environment)


def test_the_module_can_be_run_and_bare_shows_the_help() -> None:
    done = command("--version")
    assert (done.returncode, done.stdout) == (0, f"reabm {__import__('reabm').__version__}\n")
    bare = command()
    assert bare.returncode == 2
    assert "Commands:" in bare.stderr
    missing = command("run", "missing.yaml")
    assert missing.returncode == 2
    assert missing.stderr.count("\n") == 1


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from reabm import cli; cli.call(['--help']); cli.call(['run', '--help']); cli.call(['leverage', '--help']); "
        "print([m for m in ('numpy', 'numba', 'pandas', 'yaml', 'matplotlib', 'mesa', 'solara') if m in sys.modules])"
    )
    assert command(code=code).stdout.rstrip().endswith("[]")


def test_a_run_loads_no_mesa_or_page_and_matplotlib_only_after_the_months() -> None:
    code = f"""
import sys
from reabm import cli
from reabm.commands import run
show = run._show
def spy(result):
    print("before figures", [m for m in ("matplotlib", "mesa", "solara", "ipywidgets") if m in sys.modules])
    show(result)
run._show = spy
assert cli.call(["run", {str(HISTORY)!r}, "--until", "2005-06"]) == 0
print("at the end", [m for m in ("matplotlib", "mesa", "solara", "matplotlib.pyplot") if m in sys.modules])
"""
    done = command(code=code)
    assert "before figures []" in done.stdout, done.stderr
    assert "at the end ['matplotlib']" in done.stdout


def test_a_reader_that_closes_the_pipe_is_no_fault() -> None:
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(Path(cli.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    }
    with subprocess.Popen(
        [sys.executable, "-m", "reabm", "sources"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() in (0, 1)  # typer says 1
