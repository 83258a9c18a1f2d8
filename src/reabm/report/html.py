"""Pieces of a page: tiles, tables, figures; all text is escaped, all pictures are inside the page."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from string import Template

from matplotlib.figure import Figure

from reabm.report import canvas


def page(kind: str, title: str, question: str, sections: Iterable[str]) -> str:
    """A whole page, in light or dark as the reader's system has it."""
    template = Template(files("reabm.report").joinpath("page.html").read_text(encoding="utf-8"))
    words = {"kind": escape(kind), "title": escape(title), "question": escape(question)}
    return template.substitute(words, body="\n".join(sections))


def section(heading: str, *parts: str) -> str:
    """A heading and what is below it."""
    return "\n".join((f"<section>\n<h2>{escape(heading)}</h2>", *parts, "</section>"))


def folded(heading: str, *parts: str) -> str:
    """Parts that are shown when their heading is opened."""
    return "\n".join((f"<details>\n<summary>{escape(heading)}</summary>", *parts, "</details>"))


def paragraph(text: str, is_note: bool = False) -> str:
    """A paragraph, or a note in small print."""
    return f'<p class="note">{escape(text)}</p>' if is_note else f"<p>{escape(text)}</p>"


def tiles(facts: Mapping[str, tuple[str, str]]) -> str:
    """Key figures: name -> (figure, what to read it with)."""
    rows = (
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}<small>{escape(words)}</small></dd></div>"
        for name, (value, words) in facts.items()
    )
    return '<dl class="tiles">' + "".join(rows) + "</dl>"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], groups: Sequence[tuple[str, int]] = (), words: int = 0) -> str:
    """A table that scrolls sideways where it is too wide; the first column names the row, the last `words` ones hold text.

    `groups` are headings above the headings, each with the number of columns it spans; together they span all.
    """
    n_numbers = len(headings) - words

    def cell(k: int, text: str) -> str:
        if k == 0:
            return f'<th scope="row">{escape(text)}</th>'
        return f'<td class="words">{escape(text)}</td>' if k >= n_numbers else f"<td>{escape(text)}</td>"

    above = "".join(
        f'<th class="group" colspan="{n}" scope="colgroup">{escape(name)}</th>' if name else f'<td colspan="{n}"></td>'
        for name, n in groups
    )
    head = "".join(
        f'<th scope="col"{" class=words" if k >= n_numbers else ""}>{escape(name)}</th>' for k, name in enumerate(headings)
    )
    body = "\n".join("<tr>" + "".join(cell(k, text) for k, text in enumerate(row)) + "</tr>" for row in rows)
    top = f"<tr>{above}</tr>" if groups else ""
    return f'<div class="scroll" tabindex="0"><table><thead>{top}<tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>'


def facts(pairs: Mapping[str, str], are_code: Sequence[str] = ()) -> str:
    """Names and values below each other."""
    rows = []
    for name, value in pairs.items():
        text = f"<code>{escape(value)}</code>" if name in are_code else escape(value)
        rows.append(f"<dt>{escape(name)}</dt><dd>{text}</dd>")
    return '<dl class="made">' + "".join(rows) + "</dl>"


def picture(draw: Callable[[], Figure]) -> str:
    """A drawn figure inside the page; what is written in it is text of the page too, for small screens and for the blind."""
    buffer = io.BytesIO()
    with canvas.style():
        figure = draw()
        title, *words = [text.get_text() for text in figure.texts if text.get_text()]
        canvas.write_png(figure, buffer)
    subtitle, note = words[0], ". ".join(word.rstrip(".") for word in words[1:-1])  # the last one says what was drawn
    data = b64encode(buffer.getvalue()).decode("ascii")
    width, height = (round(inches * canvas.DPI) for inches in figure.get_size_inches())
    caption = (
        f"<figcaption><h3>{escape(title)}</h3><p>{escape(subtitle)}.{' ' + escape(note) + '.' if note else ''}</p></figcaption>"
    )
    image = (
        f'<img src="data:image/png;base64,{data}" width="{width}" height="{height}" alt="{escape(title)}: {escape(subtitle)}">'
    )
    return f'<figure>{caption}<div class="paper" tabindex="0">{image}</div></figure>'
