"""Levers in Chromium: each kind is turned in the midst of the run, and what is drawn is the headless run of the same policy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from reabm.app.picker import load_shipped
from reabm.engine.run import prepare, simulate
from reabm.scenario import Scenario, load_scenario, with_settings
from reabm.world.history import COLUMN
from tests.app.browser import Hands, wait_for

EVE = 68  # months up to August 2010, where the page opens
LATER, N_LATER = "2014-08", 116
FAINT = "\u200b"  # begins the names of the parent's lines
# Chart, line, column: what the overview draws of the world.
DRAWN = (
    ("Price of NdPr inside and outside China", "outside China", "ndpr_outside_usd_kg"),
    ("Price of NdPr inside and outside China", "inside China", "ndpr_china_usd_kg"),
    ("Export quota and exports", "legal exports", "exports_legal_t"),
    ("Export quota and exports", "smuggled", "exports_smuggled_t"),
    ("Where production stands", "mines in China", "china_mine_share"),
    ("Where production stands", "foreign capacity moved there", "relocation_share"),
)


class Turn(NamedTuple):
    """A lever as a visitor finds and turns it."""

    path: str
    typed: float | str | bool  # into its control
    value: float | str  # in the table's unit
    said: str  # in the list of changes
    group: str = "Beijing"
    section: str = ""


APPROVAL = Turn("licence.approval.japan", 30, 0.3, "Licences approved for Japan: 30 % from September 2010")
DIRECTED = Turn(
    "strategies.hitachi_metals", "directed", "directed", "Strategy: Hitachi Metals: directed from September 2010",
    "Firms' strategies", "Magnet makers",
)  # fmt: skip
# The last of each is the lever that is looked at; those before it let it act.
KINDS = {
    "quota": [Turn("export_quota.t_per_year", 15_000, 15_000.0, "Export quota: 15,000 t/yr from September 2010")],
    "factor": [Turn("export_quota.scale", 0.5, 0.5, "Factor on the export quota: × 0.5 from September 2010")],
    "tax": [Turn("export_tax.share", 40, 0.4, "Export tax, one rate for all: 40 % from September 2010")],
    "approval": [APPROVAL],
    "delay": [APPROVAL, Turn("licence.delay_months", 6, 6.0, "Wait for a licence: 6 months from September 2010")],
    "magnets": [APPROVAL, Turn("magnets_under_licence", False, 0.0, "Magnets need a licence: off from September 2010")],
    "crackdown": [Turn("crackdown.share", 90, 0.9, "Crackdown on illegal mining: 90 % from September 2010")],
    "production": [
        Turn("production_quota.scale", 0.5, 0.5, "Factor on the mines' production quota: × 0.5 from September 2010")
    ],
    "alloys": [Turn("alloy_in_quota.high_grade", 100, 1.0, "High-grade alloys under the quota: 100 % from September 2010")],
    "subsidy": [Turn("governments.japan.subsidy", 40, 0.4, "Subsidy to makers who stay: 40 % from September 2010", "Tokyo")],
    "stockpile": [
        Turn("governments.japan.stockpile", 12, 12.0, "State stockpile: 12 months from September 2010", "Tokyo")
    ],
    "strategy": [
        Turn("strategies.sojitz", "just_in_time", "just_in_time", "Strategy: Sojitz: just in time from September 2010", "Tokyo")
    ],
    "directed": [
        DIRECTED,
        Turn(
            "makers.hitachi_metals.premium_in_china", 100, 1.0,
            "Hitachi Metals: premium line in China: 100 % from September 2010", "Firms' strategies",
            "Orders to magnet makers on the strategy directed",
        ),
    ],
}  # fmt: skip


@pytest.fixture
def hands(lasting_page: Any) -> Hands:
    found = Hands(lasting_page)
    found.afresh()
    return found


def history(settings: Mapping[str, Any] | None = None) -> Scenario:
    scenario = load_shipped("history")
    return with_settings(scenario, settings) if settings else scenario


def months_of(scenario: Scenario, seed: int = 0) -> np.ndarray:
    return simulate(prepare(scenario), seed).history.months


def dated(turns: list[Turn]) -> dict[str, Any]:
    return {one.path: [{"from": "2010-09", "value": one.value}] for one in turns}


def five_digits(values: np.ndarray) -> list[float | None]:
    return [float(f"{value:.5g}") if np.isfinite(value) else None for value in values]


def drawn(hands: Hands, played: int, faint: bool = False) -> dict[str, list[float | None]]:
    """The overview's lines (or the parent's, which are faint) by column, once they have so many months."""
    head = FAINT if faint else ""

    def lines() -> dict[str, list[float | None]] | None:
        options = {chart: hands.option(chart) for chart in {chart for chart, _, _ in DRAWN}}
        found = {}
        for chart, name, column in DRAWN:
            own = [one["data"] for one in options[chart]["series"] if one["name"] == head + name]
            if not own or len(own[0]) != played:
                return None
            found[column] = [point[1] for point in own[0]]
        return found

    return dict(wait_for(lines, 15))


def drawn_as(months: np.ndarray, played: int) -> dict[str, list[float | None]]:
    """What must be drawn of a headless run."""
    return {column: five_digits(months[:played, getattr(COLUMN, column)]) for _, _, column in DRAWN}


@pytest.mark.parametrize("turns", list(KINDS.values()), ids=list(KINDS))
def test_a_lever_acts_from_the_next_month_on_and_leaves_the_run_before_it_as_a_faint_line(
    hands: Hands, turns: list[Turn]
) -> None:
    for n, one in enumerate(turns, start=1):
        hands.group(one.group, one.section)
        hands.turn(one.path, one.typed)
        wait_for(lambda n=n: len(hands.made) == n)
    assert hands.made == [one.said for one in turns]
    assert hands.marked == [EVE]
    assert "changed" in hands.lever(turns[-1].path).inner_text()
    hands.go_to(LATER)

    changed, plain = months_of(history(dated(turns))), months_of(history())
    without = months_of(history(dated(turns[:-1]))) if turns[1:] else plain
    own = drawn(hands, N_LATER)
    assert own == drawn_as(changed, N_LATER)
    assert drawn(hands, N_LATER, faint=True) == drawn_as(plain, N_LATER)
    before = {column: values[:EVE] for column, values in own.items()}
    assert before == drawn_as(plain, EVE)
    assert own != drawn_as(without, N_LATER), "the lever itself does something"
    assert np.array_equal(changed[:EVE], plain[:EVE], equal_nan=True)


def test_shipments_to_a_chosen_country_stop_for_as_long_as_was_asked(hands: Hands) -> None:
    hands.group("Beijing")
    hands.page.get_by_label("Embargo target").select_option("eu")
    hands.page.get_by_label("Embargo length in months").fill("6")
    hands.page.get_by_label("Share of shipments stopped in per cent").fill("80")
    hands.press("Stop shipments")
    wait_for(lambda: hands.made)
    assert hands.made == ["Shipments to European Union stopped: 80 % from September 2010 until February 2011"]
    assert hands.marked == [EVE]
    hands.go_to("2010-12")
    assert "European Union 80 %" in hands.page.locator(".reabm-stopped").inner_text()
    hands.go_to("2011-02")
    wait_for(lambda: "European Union" not in hands.page.locator(".reabm-stopped").inner_text())
    hands.go_to(LATER)
    stopped = history({"embargo.eu.share": [{"from": "2010-09", "until": "2011-02", "value": 0.8}]})
    assert drawn(hands, N_LATER) == drawn_as(months_of(stopped), N_LATER)
    assert drawn(hands, N_LATER, faint=True) == drawn_as(months_of(history()), N_LATER)


def test_a_number_of_the_model_is_found_by_its_words_and_turned(hands: Hands) -> None:
    hands.group("Everything else")
    search = hands.page.get_by_label("Search levers")
    search.fill("no such lever anywhere")
    hands.page.get_by_text("No lever is called so.").wait_for()
    search.fill("herding mechanisms")
    hands.turn("mechanisms.herding", False)
    wait_for(lambda: len(hands.made) == 1)
    search.fill("freight")
    hands.lever("market.freight_usd_kg").wait_for()
    assert hands.lever("mechanisms.herding").count() == 0
    hands.turn("market.freight_usd_kg", 5)
    wait_for(lambda: len(hands.made) == 2)
    assert hands.made == ["Herding: off from September 2010", "Freight: 5 USD/kg from September 2010"]
    hands.go_to(LATER)
    settings = {"mechanisms.herding": [{"from": "2010-09", "value": 0.0}],
                "market.freight_usd_kg": [{"from": "2010-09", "value": 5.0}]}  # fmt: skip
    assert drawn(hands, N_LATER) == drawn_as(months_of(history(settings)), N_LATER)
    search.fill("")


def test_a_slider_sends_its_value_when_it_is_let_go(hands: Hands) -> None:
    hands.group("Beijing")
    slider = hands.lever("export_quota.scale").locator('input[type="range"]')
    slider.focus()
    for _ in range(10):
        slider.press("ArrowLeft")
    wait_for(lambda: hands.made == ["Factor on the export quota: × 0.5 from September 2010"])
    assert hands.marked == [EVE], "moved again before a month was played, it is one fork"
    slider.press("ArrowLeft")
    slider.press("ArrowRight")
    wait_for(lambda: hands.made == ["Factor on the export quota: × 0.5 from September 2010"])
    assert hands.date == "2010-08", "arrows turn the lever that has the focus, not the months"


def test_a_number_may_be_typed_while_the_months_pass(hands: Hands) -> None:
    hands.group("Beijing")
    hands.page.get_by_label("Speed").select_option("24")
    hands.press("Play")
    box = hands.lever("export_quota.t_per_year").locator('input[type="number"]')
    box.fill("")
    box.press_sequentially("12345", delay=100)
    box.press("Enter")
    wait_for(lambda: any(one.startswith("Export quota: 12,345 t/yr") for one in hands.made))
    hands.press("Pause")


def test_one_of_several_changes_is_taken_back_and_the_last_fork_is_undone(hands: Hands, tmp_path: Path) -> None:
    hands.group("Beijing")
    hands.turn("export_quota.t_per_year", 12_000)
    wait_for(lambda: len(hands.made) == 1)
    hands.go_to("2011-06")
    hands.turn("crackdown.share", 50)
    wait_for(lambda: len(hands.made) == 2)
    assert hands.marked == [EVE, EVE + 10]
    hands.go_to("2012-06")
    both = {"export_quota.t_per_year": [{"from": "2010-09", "value": 12_000.0}],
            "crackdown.share": [{"from": "2011-07", "value": 0.5}]}  # fmt: skip
    only = {"crackdown.share": both["crackdown.share"]}
    assert drawn(hands, 90) == drawn_as(months_of(history(both)), 90)

    hands.press("Take back: Export quota: 12,000 t/yr from September 2010")
    wait_for(lambda: hands.made == ["Crackdown on illegal mining: 50 % from July 2011"])
    assert hands.marked == [EVE + 10]
    assert hands.date == "2012-06"
    wait_for(lambda: drawn(hands, 90) == drawn_as(months_of(history(only)), 90))
    hands.press("Undo change")
    hands.sees_date("2011-06")
    wait_for(lambda: hands.made == [] and hands.marked == [])
    assert hands.page.get_by_role("button", name="Undo change").count() == 0
    wait_for(lambda: drawn(hands, 78) == drawn_as(months_of(history()), 78))


def test_changes_made_in_several_months_are_one_scenario_whose_headless_run_is_what_is_drawn(
    hands: Hands, tmp_path: Path
) -> None:
    hands.group("Beijing")
    hands.turn("export_quota.t_per_year", 9_876.5)
    hands.press("Step a year")
    hands.sees_date("2011-08")
    hands.turn("licence.approval.usa", 33.3)
    wait_for(lambda: len(hands.made) == 2)
    hands.press("Play")
    wait_for(lambda: hands.date >= "2011-11", 15)
    hands.press("Pause")
    hands.group("Tokyo")
    hands.turn("strategies.sojitz", "just_in_time")
    wait_for(lambda: len(hands.made) == 3)
    hands.go_to("2013-03")
    again = load_scenario(hands.download("Scenario file", tmp_path))
    assert drawn(hands, 99) == drawn_as(months_of(again), 99)
    assert len(again.interventions) == 3 + len(history().interventions)


def test_a_number_out_of_its_range_is_refused_in_words_and_changes_nothing(hands: Hands) -> None:
    hands.group("Beijing")
    message = hands.page.locator(".reabm-message")
    for path, typed, said in (
        ("export_tax.share", 250.0, "Export tax, one rate for all: got 250 %; allowed 0 % to"),
        ("licence.delay_months", -3.0, "Wait for a licence: got -3 months; allowed 0 months to"),
    ):
        hands.turn(path, typed)
        wait_for(lambda said=said: message.count() and said in message.inner_text())
    assert hands.made == []
    assert hands.marked == []
    hands.turn("export_tax.share", 30)
    wait_for(lambda: hands.made == ["Export tax, one rate for all: 30 % from September 2010"])
    wait_for(lambda: message.count() == 0)


def test_after_the_last_month_no_lever_can_be_turned(hands: Hands) -> None:
    hands.group("Beijing")
    hands.go_to("2025-12")
    hands.page.get_by_text("The run is over: go back to a month before the last").wait_for()
    for control in ('input[type="number"]', 'input[type="range"]', "select"):
        found = hands.page.locator(f".reabm-levers {control}")
        assert found.count() > 0
        assert all(found.nth(n).is_disabled() for n in range(found.count()))
    assert hands.page.get_by_role("button", name="Stop shipments").is_disabled()
    hands.press("Back a month")
    hands.sees_date("2025-11")
    wait_for(lambda: hands.page.get_by_role("button", name="Stop shipments").is_enabled())
