"""A table of words and figures, for those who read rather than look."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import solara


def table_html(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], look: str = "reabm-table reabm-named") -> str:
    """The table as HTML; the first column names the rows. `look`: its classes in `page.css`."""
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:]) + "</tr>"
        for row in rows
    )
    return (
        f'<table class="{look}"><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    )


@solara.component
def PlainTable(
    caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], height: str = "", figures: bool = False
) -> None:
    """Draw a table in a box that scrolls by itself, sideways and, with a height, down.

    `figures`: its last column too holds figures, not words.
    """
    look = "reabm-table reabm-named" + (" reabm-numbers" if figures else "")
    attributes = {"tabindex": "0", "role": "region", "aria-label": caption}
    with solara.Div(classes=["reabm-scroll"], attributes=attributes, style={"max-height": height} if height else {}):
        solara.HTML(tag="div", unsafe_innerHTML=table_html(caption, heads, rows, look))
