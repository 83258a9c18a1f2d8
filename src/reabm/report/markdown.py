"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with one line a row."""
    lines = [_line(headings), _line(["---"] * len(headings))]
    return "\n".join([*lines, *(_line(row) for row in rows)]) + "\n"


def _line(cells: Sequence[object]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(cell: object) -> str:
    return " ".join(str(cell).replace("|", "\\|").split())


def number(value: float | None) -> str:
    """A number as people write it."""
    return "none" if value is None else f"{value:g}"
