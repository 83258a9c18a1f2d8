"""Pages hold everything themselves: no request leaves them, every text is escaped, every figure has words."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from reabm.leverage import save_leverage
from reabm.report import html
from reabm.report.figures import FIGURES
from reabm.report.pages import write_report
from reabm.scenario import list_numbers
from reabm.store import FolderError
from tests.measured import small_study
from tests.short_run import two_years

VOID = {"meta", "img", "br", "hr"}


class Outline(HTMLParser):
    """Tags in balance, addresses, pictures and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        found = dict(attrs)
        self.links += [str(found[name]) for name in ("src", "href") if name in found]
        if tag == "img":
            self.images.append(found)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def outline(file: Path) -> Outline:
    found = Outline()
    found.feed(file.read_text(encoding="utf-8"))
    assert found.open == []
    return found


@pytest.fixture(scope="module")
def run_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = two_years().save(tmp_path_factory.mktemp("pages") / "run", command=["reabm", "run", "<history> & more"])
    return write_report(folder)


@pytest.fixture(scope="module")
def leverage_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = save_leverage(small_study(), tmp_path_factory.mktemp("pages") / "leverage", command=["reabm", "leverage", "history"])
    return write_report(folder, folder.parent / "page.html")


def test_a_page_asks_for_nothing_outside_itself(run_file: Path, leverage_file: Path) -> None:
    for file in (run_file, leverage_file):
        text = file.read_text(encoding="utf-8")
        assert all(link.startswith("data:image/png;base64,") for link in outline(file).links)
        assert not re.search(r"https?://|@import|url\(|<script|<link", text)
        assert "prefers-color-scheme: dark" in text
        assert 'name="viewport"' in text


def test_the_page_of_a_run_says_what_was_asked_found_assumed_and_done(run_file: Path) -> None:
    page = outline(run_file)
    run = two_years()
    assert run_file.name == "report.html"
    assert run.scenario.question in page.text
    assert len(page.images) == len(FIGURES)
    assert all(image["alt"] and ": " in image["alt"] for image in page.images)
    assumed = sum(number.is_assumption for number in list_numbers(run.scenario))
    assert f"{assumed:,}" in page.text
    assert "reabm run '<history> & more'" in page.text
    assert "seed 0" in page.text
    assert f"{run.summary['years']['2005']['quota_gross_t'] / 1000:.1f}" in page.text


def test_the_page_of_leverage_has_tables_by_scenario_and_all_figures(leverage_file: Path) -> None:
    page = outline(leverage_file)
    assert len(page.images) == 7
    assert "Leverage under history, restraint" in page.text
    assert "Halt of shipments to Japan (90 %), 6 months" in page.text
    assert "Licences refused to Japan (90 %), 6 months" in page.text
    assert "Restraint was worth 230 [180, 290] M USD" in page.text
    assert "Why c* fell from 460 in 2010-09 to −110 in 2014-09" in page.text
    assert "Retaliation (10 M USD a month) and reputation (50 M USD for all trust) have no source" in page.text
    found = small_study().measured["history"].curve("japan", 6)["leverage_musd"].iloc[0]
    assert f"{found:,.0f}" in page.text


def test_the_same_folder_gives_the_same_page(leverage_file: Path, tmp_path: Path) -> None:
    again = write_report(leverage_file.parent / "leverage", tmp_path / "again.html")
    assert again.read_bytes() == leverage_file.read_bytes()


def test_what_is_written_in_a_scenario_is_escaped() -> None:
    page = html.page("kind", "<b>title</b>", "a & b", [html.table(["<i>", "n"], [["<script>x</script>", "<script>y</script>"]])])
    assert "<b>title" not in page
    assert "<script>" not in page
    assert "&lt;script&gt;x" in page


def test_another_folder_and_a_place_that_cannot_be_written_cost_one_line(tmp_path: Path, leverage_file: Path) -> None:
    with pytest.raises(FolderError, match="no such"):
        write_report(tmp_path / "nowhere")
    with pytest.raises(FolderError, match="cannot be written"):
        write_report(leverage_file.parent / "leverage", tmp_path / "no" / "folder" / "page.html")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(FolderError, match="cannot be written"):
        write_report(leverage_file.parent / "leverage", tmp_path / "file" / "page.html")
