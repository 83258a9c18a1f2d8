import re
from pathlib import Path

import pytest
import typer.main

from reabm.app.lever_panel import BEIJING, FIRMS, OTHERS, REST, TOKYO
from reabm.app.tabs import TABS
from reabm.cli import app
from reabm.report.document import BLOCKS, MARKER, main, reference_scenario, renewed
from reabm.report.document_code import first_sentence, source_of
from reabm.report.document_scripted import CALENDAR, SCRIPTED, matches
from reabm.scenario import find_configs, load_scenario
from reabm.scenario.sources import read_bibliography
from reabm.validation.targets import load_targets
from reabm.validation.windows import WINDOWS
from reabm.world.layout import fields_of
from reabm.world.params import Script
from tests.app.screenshots import README as PICTURES

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted((ROOT / "docs").glob("*.md"))
PAGES = [*sorted(ROOT.glob("*.md")), *DOCUMENTS]
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
TEXTS = [
    file
    for folder in ("src", "configs", "docs", "tests", "scripts", ".ci")
    for file in sorted((ROOT / folder).rglob("*"))
    if file.is_file() and file.suffix in (".py", ".yaml", ".md", ".csv", "") and "__pycache__" not in file.parts
]
# Spelt in pieces, so that this file does not hold them.
FORBIDDEN = ("model" + ".md", "proto" + "type", "seed" + " fact", "article" + " 00", "/wo" + "rk/", "/ho" + "me/", "/Us" + "ers/")


@pytest.fixture(scope="module")
def scenario():
    return reference_scenario()


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_the_generated_tables_of_a_document_are_those_of_the_code(file, scenario):
    text = file.read_text(encoding="utf-8")
    assert renewed(text, scenario) == text, f"{file.name} is stale: run make docs"


def test_a_stale_document_is_reported_and_renewed(tmp_path, capsys):
    file = tmp_path / "odd.md"
    file.write_text("before\n<!-- generated: mechanisms -->\nold\n<!-- end -->\nafter\n")
    assert main(["--check", str(file)]) == 1
    assert "stale" in capsys.readouterr().err
    assert main([str(file)]) == 0
    assert main(["--check", str(file)]) == 0
    assert file.read_text().startswith("before\n")
    assert file.read_text().endswith("<!-- end -->\nafter\n")
    assert "mechanisms.smuggling" in file.read_text()


def test_a_block_that_nobody_makes_is_refused(scenario):
    with pytest.raises(ValueError, match="nonsense"):
        renewed("<!-- generated: nonsense -->\n<!-- end -->", scenario)


def test_every_table_stands_in_some_document():
    used = {name for file in DOCUMENTS for _, name, _ in MARKER.findall(file.read_text(encoding="utf-8"))}
    assert used == set(BLOCKS)


def test_every_scripted_series_is_named_as_scripted(scenario):
    named = {field for own in SCRIPTED for field in own.fields}
    assert named | set(CALENDAR) == {spec.name for spec in fields_of(Script)}
    table = BLOCKS["scripted"](scenario)
    for own in SCRIPTED:
        assert own.series in table
    for name, mine in scenario.mines.items():
        assert (f"{name} " in table.splitlines()[-1]) == (mine.committed is not None)


def test_a_pattern_matches_what_lies_at_or_below_it():
    assert matches("mines.a.capacity", "mines.*.capacity")
    assert matches("policy.halts.bayan_obo", "policy.halts")
    assert not matches("policy.halt", "policy.halts")
    assert not matches("mines", "mines.*.capacity")


def test_docstrings_are_read_to_their_first_sentence_and_source():
    doc = "Price at e.g. 3.5 USD. More.\n\nNotes\n-----\nSource: a key,\nsec. 3.\n\nend"
    assert first_sentence(doc) == "Price at e.g. 3.5 USD."
    assert source_of(doc) == "a key, sec. 3."
    assert source_of("A project assumption: so it is.") == "A project assumption"
    assert source_of("Book-keeping.") == ""


def test_references_to_documents_lead_to_a_heading():
    headings = {
        f"docs/{file.name}": set(re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)) for file in DOCUMENTS
    }
    n_found = 0
    for file in TEXTS:
        if file.suffix not in (".py", ".yaml"):
            continue
        text = " ".join(file.read_text(encoding="utf-8").split())
        for document, rest in re.findall(r"(docs/\w+\.md), (.{3,60})", text):
            n_found += 1
            known = headings.get(document, set())
            assert any(rest.lower().startswith(heading.lower()) for heading in known) or "contradiction" in rest, (file, rest)
    assert n_found > 20


def test_sources_named_in_documents_are_in_the_bibliography():
    known = {*read_bibliography([find_configs() / "scenarios"]), *WINDOWS, *(target.name for target in load_targets())}
    known |= {file.stem for file in (find_configs() / "parameters").glob("*.csv")}
    for file in DOCUMENTS:
        for key in re.findall(r"\b[a-z]+(?:_[a-z0-9]+)*_(?:19|20)\d\d\b", file.read_text(encoding="utf-8")):
            assert key in known or any(name.startswith(f"{key}_") for name in known), (file.name, key)


@pytest.mark.parametrize("word", FORBIDDEN)
def test_no_file_names_what_only_one_machine_has(word):
    found = [str(file) for file in TEXTS if word in file.read_text(encoding="utf-8", errors="ignore")]
    assert found == []


def test_the_guide_describes_every_tab_of_the_page_and_no_other():
    text = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    described = re.findall(r"^\| \*\*(.+?)\*\* \|", section(text, "Tabs"), re.MULTILINE)
    assert described == [tab.title for tab in TABS]


def test_the_guide_names_the_groups_of_levers_and_the_files_of_the_page():
    text = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    levers = " ".join(section(text, "Run, look back, change").split()).partition("groups (")[2].partition(")")[0]
    assert re.findall(r"\*(.+?)\*", levers) == [BEIJING, TOKYO, OTHERS, FIRMS, REST]
    named = re.findall(r"`([\w/]+(?:\.py|/))`", section(text, "Behind the page").partition("\n| `")[2])
    assert len(named) > 6
    assert [name for name in named if not (ROOT / "src" / "reabm" / "app" / name).exists()] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_the_guide_lists_every_command_with_options_that_it_has(command):
    text = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    rows = re.findall(rf"^\| `reabm {command}\b.*$", section(text, "Install and run"), re.MULTILINE)
    assert rows, f"reabm {command} is not in the table of commands"
    known = {option for parameter in COMMANDS[command].params for option in [*parameter.opts, *parameter.secondary_opts]}
    assert set(re.findall(r"--[a-z-]+", " ".join(rows))) <= known


def test_the_guide_lists_no_command_that_is_not_there():
    text = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `reabm (\w+)", section(text, "Install and run"), re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_links_within_the_repository_lead_to_a_file_and_a_heading(file):
    text = re.sub(r"```.*?```", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    for link in links:
        if "://" in link:
            continue
        place, _, heading = link.partition("#")
        target = (file.parent / place) if place else file
        assert target.exists(), (file.name, link)
        assert target.resolve().is_relative_to(ROOT)
        if heading:
            assert heading in anchors(target.read_text(encoding="utf-8")), (file.name, link)


def test_the_pictures_of_the_readme_are_those_that_make_screenshots_takes():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"!\[([^]]+)\]\(docs/images/(\w+)\.png\)", text)
    assert {name for _, name in shown} == set(PICTURES)
    assert all(len(said) > 40 for said, _ in shown)  # they say what is seen to those who do not see it


def section(text: str, heading: str) -> str:
    """Text below a heading, up to the next one of any level."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", text, re.DOTALL | re.MULTILINE)
    assert found is not None, heading
    return found.group(1)


def anchors(text: str) -> set[str]:
    """What code hosts call the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_scenario_of_the_guide_loads(tmp_path):
    text = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    file = tmp_path / "late_quota.yaml"
    file.write_text(re.search(r"```yaml\n(.*?)```", text, re.DOTALL).group(1), encoding="utf-8")
    scenario = load_scenario(file)
    assert len(scenario.segments()) > 1
    assert scenario.strategies["hitachi_metals"] == "stay"
    assert scenario.mechanisms["speculation"] is False
