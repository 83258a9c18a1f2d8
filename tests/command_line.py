"""A command that is refused: what it says, and that it does nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from reabm import cli


def mistake(capsys: pytest.CaptureFixture[str], *arguments: str, n_lines: int = 1) -> str:
    """The lines on stderr of a command that is refused: exit 2, nothing on stdout, nothing written."""
    before = sorted(Path().rglob("*"))
    code = cli.call(list(arguments))
    out, err = capsys.readouterr()
    assert code == 2, err
    assert out == ""
    assert "Traceback" not in err
    assert len(err.rstrip("\n").split("\n")) == n_lines, err
    assert sorted(Path().rglob("*")) == before
    return err
