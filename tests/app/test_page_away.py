"""Take it away, in Chromium: files and the link have the bits of the page; hostile words stay words."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest

from reabm.app.picker import load_shipped
from reabm.engine.run import prepare, simulate
from reabm.scenario import Scenario, load_scenario, with_months, with_settings
from reabm.sides import new_game, save_game
from reabm.store.folder import load_run
from reabm.store.result import Result
from reabm.world.history import COLUMN
from tests.app.browser import Hands, Server, wait_for

SHOWN, DATE, SEED = 87, "2012-03", 3
OPENS_AT = f"?seed={SEED}&at=2010-08"
PRICES = "Price of NdPr inside and outside China"
EVIL = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
# What the hands below do, as a scenario.
SETTINGS: dict[str, Any] = {
    "export_quota.t_per_year": [{"from": "2010-09", "value": 12_345.678}],
    "embargo.usa.share": [{"from": "2011-03", "until": "2011-09", "value": 1.0}],
    "strategies.sojitz": [{"from": "2011-03", "value": "just_in_time"}],
}


@pytest.fixture(scope="module")
def steered(opened_once: tuple[Any, Any]) -> Hands:
    """A page on which three levers were turned in two months."""
    hands = Hands(opened_once[0])
    hands.group("Beijing")
    box = hands.lever("export_quota.t_per_year").locator('input[type="number"]')
    box.fill("12345.678")
    box.press("Enter")
    wait_for(lambda: len(hands.made) == 1)
    hands.go_to("2011-02")
    hands.page.get_by_label("Embargo target").select_option("usa")
    hands.page.get_by_label("Embargo length in months").fill("7")
    hands.page.get_by_label("Share of shipments stopped in per cent").fill("100")
    hands.press("Stop shipments")
    hands.group("Tokyo")
    hands.turn("strategies.sojitz", "just_in_time")
    wait_for(lambda: len(hands.made) == 3)
    hands.go_to(DATE)
    return hands


@pytest.fixture
def hands(steered: Hands, lasting_page: Any) -> Hands:
    assert steered.date == DATE
    return steered


def scenario() -> Scenario:
    return with_settings(load_shipped("history"), SETTINGS)


def headless() -> np.ndarray:
    return simulate(prepare(scenario()), SEED).history.months[:SHOWN]


def line(hands: Hands) -> list[float]:
    return [float(point[1]) for point in hands.values(PRICES, "outside China")]


def drawn() -> list[float]:
    return [float(f"{value:.5g}") for value in headless()[:, COLUMN.ndpr_outside_usd_kg]]


def test_the_scenario_file_run_headlessly_has_the_bits_of_the_months_that_the_page_writes(hands: Hands, tmp_path: Path) -> None:
    file = hands.download("Scenario file", tmp_path)
    assert file.name == "history-changed-seed3-until2012-03.yaml"
    again = simulate(prepare(load_scenario(file)), SEED).history.months[:SHOWN]
    rows = list(csv.reader(hands.download("Months (CSV)", tmp_path).open(encoding="utf-8")))[1:]
    written = np.array([[float(cell) if cell else np.nan for cell in row[1:]] for row in rows])
    assert np.array_equal(written, again, equal_nan=True)
    assert np.array_equal(written, headless(), equal_nan=True)
    assert (rows[0][0], rows[-1][0]) == ("2005-01", DATE)
    assert wait_for(lambda: line(hands)) == drawn()


def test_the_run_folder_is_the_one_that_a_headless_run_saves(hands: Hands, tmp_path: Path) -> None:
    packed = hands.download("Run folder (zip)", tmp_path)
    with zipfile.ZipFile(packed) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "page")
    ours = Result(simulate(prepare(with_months(scenario(), end=DATE)), SEED)).save(tmp_path / "headless")
    (theirs,) = (tmp_path / "page").iterdir()
    assert {file.name for file in ours.iterdir()} == {file.name for file in theirs.iterdir()}
    for file in ours.glob("*.parquet"):
        assert file.read_bytes() == (theirs / file.name).read_bytes(), file.name
    saved = load_run(theirs)
    assert saved.seed == SEED
    assert len(saved.months) == SHOWN
    assert np.array_equal(saved.months["ndpr_outside_usd_kg"].to_numpy(), headless()[:, COLUMN.ndpr_outside_usd_kg])


def test_the_link_that_is_copied_opens_the_same_world_for_somebody_else(
    hands: Hands, server: Server, visit: Callable[..., Any]
) -> None:
    hands.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url)
    hands.press("Copy link")
    hands.page.get_by_text("The link is copied.").wait_for()
    address = hands.page.evaluate("() => navigator.clipboard.readText()")
    assert address.startswith(server.url)
    other = Hands(visit(address))
    assert other.date == DATE
    assert wait_for(lambda: other.made) == hands.made
    assert other.marked == hands.marked == [68, 74]
    assert wait_for(lambda: line(other)) == line(hands) == drawn()
    other.press("Step a month")
    other.sees_date("2012-04")
    assert hands.date == DATE, "each has a world of their own"


def test_without_a_clipboard_the_link_is_shown_to_be_copied_by_hand(hands: Hands, server: Server) -> None:
    hands.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    hands.press("Copy link")
    shown = hands.page.get_by_label("Link to this run").input_value()
    assert shown.startswith(server.url)
    assert "at=2012-03" in shown


def test_before_two_months_there_is_nothing_to_pack(visit: Callable[..., Any], server: Server) -> None:
    hands = Hands(visit(f"{server.url}?at=2004-12"))
    assert hands.page.get_by_role("button", name="Run folder (zip)").is_disabled()
    assert hands.page.get_by_role("button", name="Months (CSV)").is_disabled()
    assert hands.page.get_by_role("button", name="Scenario file").is_enabled()


@pytest.mark.parametrize("name", ["scenario", "seed", "at", "changes", "tab"])
def test_hostile_words_in_a_link_stay_words(visit: Callable[..., Any], server: Server, name: str) -> None:
    page = visit(f"{server.url}?{urlencode({name: EVIL})}")
    if name == "tab":
        Hands(page)  # no such tab: the first one is shown
    else:
        page.locator('.reabm-notice[role="alert"]', has_text="<img src=x").wait_for()
    assert page.locator("img[src=x], body script:has-text('alert')").count() == 0


def test_hostile_words_in_a_game_file_stay_words_on_every_tab(visit: Callable[..., Any], server: Server, tmp_path: Path) -> None:
    given = replace(load_shipped("history"), title=f"T {EVIL}", question=f"Q {EVIL}")
    events = tuple(event.model_copy(update={"text": f"E {EVIL}"}) for event in given.events)
    given = replace(given, events=events)
    game = new_game(given, "tokyo", 0, "2010-07", "2010-12").decide(0, {"governments.japan.subsidy": 0.2})
    hands = Hands(visit())
    hands.tab("Play a side")
    hands.page.get_by_label("Load a game file").set_input_files(save_game(game, tmp_path / "game.yaml"))
    hands.page.get_by_text("The game is over").wait_for()
    hands.press("Look at this world in the other tabs")
    hands.sees_date("2010-12")
    wait_for(lambda: f"Q {EVIL}" in hands.page.locator(".reabm-question").first.inner_text())
    assert f"E {EVIL}" in hands.page.locator(".reabm-timeline-news").inner_text()
    for title in ("Compare", "Flows", "Agents", "Overview"):
        hands.tab(title)
        hands.page.locator('[role="tabpanel"] figure canvas').first.wait_for()
        assert hands.page.locator("img[src=x], body script:has-text('alert')").count() == 0
    hands.download("Scenario file", tmp_path)
