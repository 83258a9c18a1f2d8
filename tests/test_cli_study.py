import json

import pytest

from reabm.cli import call
from tests.empirical.restraint_case import TEXT


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = TEXT.replace("2014-12", "2012-01").replace("seeds: 4", "seeds: 2")
    (tmp_path / "small.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_study_is_played_said_again_and_made_a_page(study, capsys):
    assert call(["study", "small.yaml", "--no-figures"]) == 0
    told = capsys.readouterr().out
    assert "A hard line less restraint" in told
    assert "study folder  runs/small" in told
    summary = json.loads((study / "runs" / "small" / "summary.json").read_text(encoding="utf-8"))
    assert summary["comparison"] == {"coercion": "hard_line", "restraint": "restraint"}
    assert not (study / "runs" / "small.unfinished").exists()
    assert call(["study", "runs/small"]) == 0
    assert capsys.readouterr().out.strip() in told
    assert call(["report", "runs/small"]) == 0
    page = (study / "runs" / "small" / "report.html").read_text(encoding="utf-8")
    assert page.count("<figure>") == 4
    assert "Where does restraint pay the Chinese state more than coercion?" in page


def test_the_same_study_twice_gives_the_same_bytes(study, capsys):
    for _ in range(2):
        assert call(["study", "small.yaml", "--no-figures"]) == 0
    one, two = study / "runs" / "small", study / "runs" / "small-2"
    names = {file.name for file in one.iterdir()}
    assert names == {file.name for file in two.iterdir()}
    for name in names - {"manifest.json"}:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


def test_a_wrong_study_costs_one_line(study, capsys):
    (study / "wrong.yaml").write_text(TEXT.replace("decision:", "decison:"), encoding="utf-8")
    assert call(["study", "wrong.yaml"]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert lines == [lines[0]]
    assert lines[0].startswith("wrong.yaml:4: decison: got an unknown key 'decison'")
    assert call(["study", "nowhere"]) == 2
    assert "nothing to read" in capsys.readouterr().err
    (study / "empty").mkdir()
    assert call(["study", "empty"]) == 2
    assert "it has no manifest.json" in capsys.readouterr().err
