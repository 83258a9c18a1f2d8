"""What YAML would silently change is read as it was meant, or refused with its line."""

# ruff: noqa: E501 - tables of messages, one a line

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reabm.scenario import ScenarioError, load_scenario
from reabm.scenario.yamlread import parse_tree

Lines = Callable[[str | bytes], list[str]]

WORDS: list[tuple[str, Any]] = [
    ("NO", "NO"), ("no", "no"), ("yes", "yes"), ("on", "on"), ("Off", "Off"), ("y", "y"), ("True", "True"), ("TRUE", "TRUE"),
    ("true", True), ("false", False), ("none", None), ("'none'", "none"), ('"true"', "true"), ("'1'", "1"),
    ("12:30:45", "12:30:45"), ("190:20:30", "190:20:30"), ("010", "010"), ("-010", "-010"), ("0o17", "0o17"), ("0x1F", "0x1F"),
    ("1_000", "1_000"), ("1,000", "1,000"), ("2005-01", "2005-01"), ("2005-01-02", "2005-01-02"), ("0", 0), ("-0", 0), ("7", 7), ("+7", 7),
    ("1e3", 1000.0), ("1E-3", 0.001), ("1.5", 1.5), (".5", 0.5), ("5.", 5.0), ("-2.5e+2", -250.0), ("01.5", "01.5"), ("1e", "1e"),
    (".inf", ".inf"), ("-.inf", "-.inf"), (".nan", ".nan"), ("nan", "nan"), ("inf", "inf"), ("1.2.3", "1.2.3"), ("٣", "٣"), ("१", "१"),
    ("123456789012345678", 123456789012345678), ("1234567890123456789012", 1234567890123456789012.0), ("9" * 5000, "9" * 5000),
    ("=", "="), ("a#b", "a#b"), ("a # b", "a"), ("USD/kg", "USD/kg"), ("1/month", "1/month"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "meant"), WORDS, ids=[word[:20] for word, _ in WORDS])
def test_a_word_keeps_its_type(written: str, meant: Any) -> None:
    found = parse_tree(f"a: {written}\n", "f.yaml").plain()["a"]
    assert found == meant
    assert type(found) is type(meant)


def test_keys_are_always_text() -> None:
    text = "{Y: 1, NO: 2, true: 3, 2005: 4, 010: 5, none: 6, 1.5: 7, '': 8}".replace(", '': 8", "")
    assert list(parse_tree(text, "f").plain()) == ["Y", "NO", "true", "2005", "010", "none", "1.5"]


REFUSED = [
    ("a: 1\nb: 2\na: 3\n", "f.yaml:3: a: got the key 'a' twice, first in line 1; allowed once"),
    ("a: 1\n'a': 3\n", "f.yaml:2: a: got the key 'a' twice, first in line 1; allowed once"),
    ("a:\n  - {b: 1, b: 2}\n", "f.yaml:2: a[0].b: got the key 'b' twice, first in line 2; allowed once"),
    ("a: &x 1\nb: *x\n", "f.yaml:1: a: got an anchor &x; allowed"),
    ("b: *x\n", "f.yaml:1: b: got an alias *x; allowed"),
    ("a: {b: 1}\nc:\n  <<: {b: 2}\n", "f.yaml:3: c: got a merge key <<; allowed"),
    ("a: !!str 1\n", "f.yaml:1: a: got a tag tag:yaml.org,2002:str; allowed"),
    ("a: !mine 1\n", "f.yaml:1: a: got a tag !mine; allowed"),
    ("a: 1\n---\nb: 2\n", "f.yaml:2: file: got a second document (---); allowed"),
    ("%YAML 1.1\n---\na: 1\n", "f.yaml:1: file: got a YAML directive (%); allowed"),
    ("a:\n\tb: 1\n", "f.yaml:2: file: got a tab at the start of a line; allowed spaces"),
    ("a:\n  \tb: 1\n", "f.yaml:2: file: got a tab at the start of a line; allowed spaces"),
    ("a: 1\n? [b]\n: 2\n", "f.yaml:2: file: got a list or a mapping as a key; allowed"),
    ("a: 1\nb:\n", "f.yaml:2: b: got nothing; allowed a value, or the word none"),
    ("a: 1\nb: ~\n", "f.yaml:2: b: got '~'; allowed a value, or the word none"),
    ("a: 1\nb: null\n", "f.yaml:2: b: got 'null'; allowed a value, or the word none"),
    ("a: 1\nb: None\n", "f.yaml:2: b: got 'None'; allowed a value, or the word none"),
    ("a: 1\n'': 2\n", "f.yaml:2: file: got an empty key; allowed"),
    ("", "f.yaml:1: file: got an empty file; allowed"),
    ("# only a comment\n", "f.yaml:1: file: got an empty file; allowed"),
    ("- 1\n", "f.yaml:1: file: got a list of 1 entries; allowed"),
    ("just text\n", "f.yaml:1: file: got 'just text'; allowed"),
    ("a: [1, 2\n", "f.yaml:1: file: got text that is not YAML"),
    ("a: 1\n b: 2\n", "f.yaml:2: file: got text that is not YAML"),
    ("a: 1\nb: \x07\n", "f.yaml:2: file: got the character U+0007; allowed"),
    ("a: 1\nb: \x85\n", "f.yaml:2: file: got the character U+0085; allowed"),
    ("a: 1\nb: \u2028\n", "f.yaml:2: file: got the character U+2028; allowed"),
    ("a: 1\rb: 2\n", "f.yaml:1: file: got the character U+000D; allowed"),
    ("a:\n" + "".join(" " * i + "b:\n" for i in range(1, 60)), "f.yaml:41: a." + "b." * 38 + "b: got more than 40 levels"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED, ids=[repr(text[:20]) for text, _ in REFUSED])
def test_a_trap_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_tree(text, "f.yaml")
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("prefix", [b"\xef\xbb\xbf", b"", b"---\n"], ids=["byte-order mark", "plain", "document mark"])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_windows_files_are_read_right(whole_text: str, tmp_path: Path, prefix: bytes, line_end: bytes) -> None:
    (tmp_path / "unix.yaml").write_bytes(whole_text.encode())
    (tmp_path / "other.yaml").write_bytes(prefix + whole_text.encode().replace(b"\n", line_end))
    unix, other = load_scenario(tmp_path / "unix.yaml"), load_scenario(tmp_path / "other.yaml")
    assert unix.policy == other.policy
    assert unix.mines == other.mines


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"])
def test_other_encodings_are_refused(whole_text: str, lines_of: Lines, encoding: str) -> None:
    (line,) = lines_of(whole_text.replace("title: Small", "title: Größe").encode(encoding))
    assert "allowed text in UTF-8" in line


@pytest.mark.parametrize(
    "trap", ["NO", "yes", "010", "12:30:45", "0x10", "1_000", "1e400", ".nan", ".inf", "'9'", "true", "[9]", "none"]
)
def test_a_trap_in_place_of_a_number_is_refused(whole_text: str, lines_of: Lines, trap: str) -> None:
    lines = lines_of(whole_text.replace("opex: {value: 9.0", f"opex: {{value: {trap}"))
    assert len(lines) == 1
    assert ": mines.south.opex.value: got " in lines[0]
    assert "; allowed a " in lines[0]
