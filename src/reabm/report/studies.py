"""The studies of strategies: how each is read, played, kept, drawn and said; and their sentences in a document.

`python -m reabm.report.studies FOLDER DOCUMENT` renews the sentences between the marks `<!-- study: KIND -->` and `<!-- end -->`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from matplotlib.figure import Figure

from reabm.empirical.blocks import Blocks
from reabm.empirical.relocation import play_relocation, relocation_study
from reabm.empirical.relocation_folder import HOLDS as RELOCATION
from reabm.empirical.relocation_folder import RelocationResult, load_relocation, save_relocation
from reabm.empirical.restraint import play_restraint, restraint_study
from reabm.empirical.restraint_folder import HOLDS as RESTRAINT
from reabm.empirical.restraint_folder import RestraintResult, load_restraint, save_restraint
from reabm.report import html, relocation_figures, restraint_figures
from reabm.report.origin import assumed, made
from reabm.report.relocation_figures import draw_relocation
from reabm.report.relocation_words import relocation_sentences, relocation_table
from reabm.report.restraint_figures import draw_restraint
from reabm.report.restraint_words import restraint_sentences, restraint_table
from reabm.scenario import Scenario
from reabm.store.naming import FolderError
from reabm.store.whole import read_manifest

if TYPE_CHECKING:
    from rich.console import Console


class Kind(NamedTuple):
    """What can be done with a kind of study."""

    read: Callable[..., Any]  # tree, file -> study
    play: Callable[..., tuple[Any, Blocks]]  # study, folder, workers, progress -> result, pieces
    save: Callable[..., Path]  # result, folder, whether it was named, command
    load: Callable[..., Any]  # folder -> result
    draw: Callable[..., list[Path]]  # result, folder
    table: Callable[..., Any]  # result -> what rich prints
    sentences: Callable[..., list[str]]
    figures: dict[str, Callable[..., Figure]]
    question: str
    scenario: Callable[..., Scenario]  # study -> the world that it stands on


def _play_restraint(study: Any, folder: Path, workers: int | None, progress: Any) -> tuple[RestraintResult, Blocks]:
    played, blocks = play_restraint(study, folder, workers, progress)
    return RestraintResult(study, played), blocks


def _play_relocation(study: Any, folder: Path, workers: int | None, progress: Any) -> tuple[RelocationResult, Blocks]:
    played, blocks = play_relocation(study, folder, workers, progress)
    return RelocationResult(study, played), blocks


KINDS: dict[str, Kind] = {
    RESTRAINT: Kind(
        restraint_study, _play_restraint, save_restraint, load_restraint, draw_restraint, restraint_table, restraint_sentences,
        restraint_figures.FIGURES, "Where does restraint pay the Chinese state more than coercion?", lambda study: study.before,
    ),
    RELOCATION: Kind(
        relocation_study, _play_relocation, save_relocation, load_relocation, draw_relocation, relocation_table,
        relocation_sentences, relocation_figures.FIGURES,
        "Is the makers' move to China a coordination game, and what holds it or sets it off?", lambda study: study.world,
    ),
}  # fmt: skip


def kind_of(result: Any) -> Kind:
    """The kind of a result."""
    return KINDS[result.study.file.study]


def load_study(folder: Path) -> Any:
    """Read the folder of a study; FolderError in one line for another."""
    holds = read_manifest(folder).get("holds")
    if holds not in KINDS:
        raise FolderError(f"{folder}: not the folder of a study")
    return KINDS[holds].load(folder)


def draw_study(result: Any, folder: Path) -> list[Path]:
    """Draw the figures of a study into a folder."""
    return kind_of(result).draw(result, folder)


def show_study(result: Any, console: Console) -> None:
    """Print the table and the sentences of a study."""
    console.print()
    console.print(kind_of(result).table(result))
    console.print()
    for sentence in kind_of(result).sentences(result):
        console.print(f"- {sentence}")
    console.print()


def study_page(result: Any) -> str:
    """The page of a study: what it says, its figures, what was assumed, how it was made."""
    kind = kind_of(result)
    said = html.section("What it shows", *(html.paragraph(sentence) for sentence in kind.sentences(result)))
    pictures = html.section("Figures", *(html.picture(partial(draw, result)) for draw in kind.figures.values()))
    tables = ", ".join(sorted(name for name in result.manifest["files"] if name.endswith(".csv")))
    note = html.paragraph(f"Every number stands in the folder's tables: {tables}.", is_note=True)
    sections = [said, pictures, note, assumed(kind.scenario(result.study)), made(result.manifest, {})]
    return html.page("reabm: study", result.study.file.title, kind.question, sections)


def renewed(text: str, kind: str, sentences: list[str]) -> str:
    """A document with the sentences of a study between its marks; FolderError where it has no such marks."""
    marks = re.compile(rf"(<!-- study: {kind} -->\n).*?(<!-- end -->)", re.DOTALL)
    if not marks.search(text):
        raise FolderError(f"the document has no marks <!-- study: {kind} --> and <!-- end -->")
    body = "".join(f"- {sentence}\n" for sentence in sentences)
    return marks.sub(lambda found: found[1] + body + found[2], text)


def main(folder: str, document: str) -> None:
    """Renew the sentences of one study in a document."""
    result = load_study(Path(folder))
    file = Path(document)
    kind = result.study.file.study
    file.write_text(renewed(file.read_text(encoding="utf-8"), kind, kind_of(result).sentences(result)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
