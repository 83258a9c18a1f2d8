"""Every tab in Chromium on a run that was changed: charts have the headless run's numbers, controls do what they say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import urlencode

import pytest

from reabm.app.background import Asked
from reabm.app.futures import Asking, bands_of, months_of, world_at
from reabm.app.picker import load_shipped
from reabm.app.tabs import TABS
from reabm.app.words import rounded
from reabm.engine.run import RunRecord, prepare, simulate
from reabm.leverage import measure
from reabm.scenario import Scenario, with_settings
from reabm.world.history import COLUMN
from reabm.world.state import DESTINATIONS
from tests.app.browser import Hands, wait_for

SHOWN, DATE = 96, "2012-12"
CHANGES = [
    {"from": "2010-09", "path": "export_quota.scale", "value": 0.5},
    {"from": "2010-09", "until": "2011-08", "path": "embargo.japan.share", "value": 1.0},
]
OPENS_AT = "?" + urlencode({"at": DATE, "changes": json.dumps(CHANGES)})
TITLES = [tab.title for tab in TABS]
FAINT = "\u200b"


@pytest.fixture
def hands(lasting_page: Any) -> Iterator[Hands]:
    found = Hands.__new__(Hands)  # not every tab has a chart
    found.page = lasting_page
    found.sees_date(DATE)
    yield found
    assert found.page.locator('[role="alert"]').all_inner_texts() == []


@cache
def changed_scenario() -> Scenario:
    settings: dict[str, Any] = {}
    for change in CHANGES:
        settings[str(change["path"])] = [{key: value for key, value in change.items() if key != "path"}]
    return with_settings(load_shipped("history"), settings)


@cache
def headless() -> RunRecord:
    return simulate(prepare(changed_scenario()), 0)


@cache
def plain() -> RunRecord:
    return simulate(prepare(load_shipped("history")), 0)


def figure(column: str) -> float:
    """A key figure of the month on the screen."""
    return float(headless().history.months[SHOWN - 1, getattr(COLUMN, column)])


def digits(value: float, n: int = 5) -> float:
    return float(f"{value:.{n}g}")


def at_last(hands: Hands, label: str, series: str) -> float:
    """The last value of a line, once the chart has it."""
    return float(wait_for(lambda: hands.values(label, series), 15)[-1][1])


def names(hands: Hands, label: str) -> list[str]:
    return [str(one["name"]) for one in hands.option(label)["series"]]


def choose(hands: Hands, label: str, value: str) -> None:
    hands.page.get_by_label(label, exact=True).select_option(value)


def test_the_overview_has_the_figures_and_the_lines_of_the_record(hands: Hands) -> None:
    hands.tab("Overview")
    assert at_last(hands, "Price of NdPr inside and outside China", "outside China") == digits(figure("ndpr_outside_usd_kg"))
    assert at_last(hands, "Where production stands", "mines in China") == digits(figure("china_mine_share"))
    parent = hands.values("Export quota and exports", f"{FAINT}legal exports")
    assert parent[SHOWN - 1][1] == digits(float(plain().history.months[SHOWN - 1, COLUMN.exports_legal_t]))
    shown = hands.page.locator(".reabm-figure", has_text="NdPr outside China").locator(".value").inner_text()
    assert rounded(figure("ndpr_outside_usd_kg")) in shown


def test_leverage_is_measured_priced_anew_without_new_forks_and_taken_apart(hands: Hands) -> None:
    page = hands.page
    hands.tab("Leverage")
    by_length = "Leverage over time by length"
    wait_for(lambda: {"1 month", "6 months", "24 months"} <= set(names(hands, by_length)), 60)
    busy = page.locator(".reabm-busy")
    wait_for(lambda: busy.count() == 0, 60)
    last = 2013 * 12  # the month after the one on the screen is measured too
    alone = measure(changed_scenario(), [last], 6, "japan", seeds=[0], sets=[{}])
    curve = alone.curve("japan", 6, "halt")
    assert at_last(hands, by_length, "6 months") == digits(float(curve["leverage_musd"].iloc[0]))
    assert at_last(hands, "What each side would lose", "Japan loses") == digits(float(curve["target_loss_musd"].iloc[0]))

    page.evaluate("""() => {
        window.busy = 0;
        const look = () => { window.busy += document.querySelectorAll(".reabm-busy").length; };
        window.watching = new MutationObserver(look);
        window.watching.observe(document.body, { childList: true, subtree: true, characterData: true });
    }""")
    page.get_by_label("Retaliation", exact=True).fill("200")
    priced = alone.at_prices(retaliation_musd_month=200.0).curve("japan", 6, "halt")
    wait_for(lambda: at_last(hands, by_length, "6 months") == digits(float(priced["leverage_musd"].iloc[0])))
    hands.press("As the scenario prices them")
    wait_for(lambda: at_last(hands, by_length, "6 months") == digits(float(curve["leverage_musd"].iloc[0])))
    choose(hands, "Length of the restriction", "12")
    page.locator(".reabm-said", has_text="twelve-month halt of shipments to Japan").wait_for()
    choose(hands, "Length of the restriction", "6")
    assert page.evaluate("() => { window.watching.disconnect(); return window.busy; }") == 0, "nothing was measured anew"

    page.get_by_label("Retaliation", exact=True).fill("0")  # at the scenario's prices there is no leverage that could have fallen
    page.get_by_label("Reputation", exact=True).fill("0")
    page.get_by_role("button", name=re.compile("^Why did it fall from")).click()
    shares = wait_for(lambda: next((one["data"] for one in hands.option("Why leverage fell")["series"]), None), 60)
    said = page.locator(".reabm-note", has_text="what each cause took").inner_text()
    sums = re.findall(r"(-?[\d,.]+) (M|bn) USD", said)
    ends = [float(one.replace(",", "")) * (1000 if unit == "bn" else 1) for one, unit in sums]
    assert sum(one["value"] for one in shares) == pytest.approx(ends[0] - ends[1], rel=0.02)
    at_last(hands, "What use would cost later", "if it is used now")

    choose(hands, "Kind of restriction", "quota_cut")
    page.locator(".reabm-said", has_text="six-month cut of the export quota").wait_for(timeout=60_000)
    choose(hands, "Kind of restriction", "halt")
    page.locator(".reabm-said", has_text="to Japan").wait_for(timeout=60_000)
    choose(hands, "Target", "all")
    page.locator(".reabm-said", has_text="six-month halt of shipments to all buyers").wait_for(timeout=60_000)
    assert "all buyers lose" in names(hands, "What each side would lose")
    choose(hands, "Target", "japan")


def test_relocation_has_every_maker_the_map_and_the_table_of_moves(hands: Hands) -> None:
    page = hands.page
    hands.tab("Relocation")
    commodity = at_last(hands, "Outside-owned capacity in China by line", "commodity lines")
    assert commodity == digits(figure("relocation_share_commodity"))
    assert page.locator(".reabm-makers figure canvas").count() == page.locator(".reabm-makers figure").count() >= 5
    drawn = hands.option("Map of plants and moves")
    assert sum(len(one["data"]) for one in drawn["series"] if one["name"] == "foreign makers at home") >= 5
    has_land = "() => !!document.querySelector('.reabm-map figure').__vue__.echarts.getMap('world')"
    wait_for(lambda: page.evaluate(has_land))
    rows = page.locator('[aria-label^="Moves decided until December 2012"] tbody tr')
    bars = [one for one in hands.option("Who followed whom to China")["series"] if one["name"] == f"{FAINT}building"]
    decided = [bar for one in bars for bar in one["data"] if bar["coords"][0][0] <= 2012 + 11 / 12 + 1e-3]
    assert rows.count() == len(decided) > 0
    choose(hands, "Unit of the small charts", "t_yr")
    wait_for(lambda: "t/yr" in str(hands.option("Where the lines of Hitachi Metals stand")["yAxis"]))
    choose(hands, "Unit of the small charts", "share")


def test_the_market_shows_the_elements_and_places_that_are_ticked(hands: Hands) -> None:
    page = hands.page
    hands.tab("Market")
    label = "Prices of oxide by element and place"
    history, track_names = headless().history, list(changed_scenario().elements)
    dy = track_names.index("Dy")
    assert at_last(hands, label, "Dy outside China") == digits(float(history.outside_usd_kg[SHOWN - 1, dy]))
    page.get_by_label("Price Japan").check()
    paid = float(history.delivered_usd_kg[SHOWN - 1, dy, DESTINATIONS.index("japan")])
    wait_for(lambda: "Dy in Japan" in names(hands, label))
    assert at_last(hands, label, "Dy in Japan") == digits(paid)
    page.get_by_label("Element La").uncheck()
    wait_for(lambda: not any(name.startswith("La ") for name in names(hands, label)))
    assert hands.option(label)["yAxis"][0]["type"] == "log"
    page.get_by_label("Log scale of prices").uncheck()
    wait_for(lambda: hands.option(label)["yAxis"][0]["type"] == "value")
    legal = float(history.legal_t[SHOWN - 1, dy, 1:].sum())
    choose(hands, "Element of the chart of exports", "Dy")
    wait_for(lambda: "Dy" in hands.option("Exports by channel")["title"]["text"])
    assert hands.values("Exports by channel", "legal")[-1][2] == digits(legal)
    table = page.locator("table", has_text="Prices in December 2012").locator("tr", has=page.locator('abbr:text-is("Dy")'))
    assert rounded(paid) in table.inner_text()
    page.get_by_label("Stocks and use").check()
    assert at_last(hands, "Months of use that stocks cover", "Japan") == digits(figure("japan_cover_months"))
    page.get_by_label("Prices and exports").check()
    page.get_by_label("Element La").wait_for()


def test_flows_show_the_month_by_element_and_figures_of_what_is_clicked(hands: Hands) -> None:
    page = hands.page
    hands.tab("Flows")
    label = "Oxide from mines to countries"

    def through(channel: str) -> float:
        links = hands.option(label)["series"][0]["links"]
        return float(sum(one["value"] for one in links if one["source"] == f"channel:{channel}"))

    wait_for(lambda: hands.option(label)["series"])
    assert through("legal") == pytest.approx(figure("exports_legal_t"), rel=2e-3)
    assert through("smuggled") == pytest.approx(figure("exports_smuggled_t"), rel=2e-3)
    choose(hands, "Period", "12")
    mean = float(headless().history.months[SHOWN - 12 : SHOWN, COLUMN.exports_legal_t].mean())
    wait_for(lambda: "mean of 2012-01 to 2012-12" in json.dumps(hands.option(label)["title"]))
    assert through("legal") == pytest.approx(mean, rel=2e-3)
    choose(hands, "Period", "1")
    choose(hands, "Element", "Dy")
    dy = list(changed_scenario().elements).index("Dy")
    wait_for(lambda: "countries, Dy" in json.dumps(hands.option(label)["title"]))
    assert through("legal") == pytest.approx(float(headless().history.legal_t[SHOWN - 1, dy, 1:].sum()), rel=2e-3)
    choose(hands, "Element", "all")

    trade = "Map of trade, mines and plants"
    choose(hands, "Map", "east")
    choose(hands, "Map", "world")
    wait_for(lambda: hands.option(trade)["series"])
    page.locator(f'figure[aria-label="{label}"] canvas').click(position={"x": 5, "y": 240})  # a node or a stream: no fault
    has_land = "() => !!document.querySelector('.reabm-map figure').__vue__.echarts.getMap('world')"
    wait_for(lambda: page.evaluate(has_land))
    settled = """(label) => {
        const box = document.querySelector(`figure[aria-label="${label}"]`).__vue__;
        const drawn = box.chart && box.chart.getOption().geo;
        return !!drawn && JSON.stringify(drawn[0].boundingCoords) === JSON.stringify(box.option.geo.boundingCoords);
    }"""
    wait_for(lambda: page.evaluate(settled, trade))  # a map that is slow to draw waits its turn
    place = page.evaluate(
        """(label) => {
            const box = document.querySelector(`figure[aria-label="${label}"]`).__vue__;
            for (const one of box.option.series) for (const spot of one.data || []) {
                if (one.type !== "scatter" || spot.name !== "mountain_pass") continue;
                const [x, y] = box.chart.convertToPixel("geo", spot.value.slice(0, 2));
                box.$refs.canvas.scrollIntoView({ block: "end", behavior: "instant" });
                const corner = box.$refs.canvas.getBoundingClientRect();
                return [corner.left + x, corner.top + y];
            }
        }""",
        trade,
    )
    page.mouse.click(*place)
    page.locator(".reabm-picked caption").wait_for()
    assert "Mountain Pass" in page.locator(".reabm-picked caption").inner_text()


def test_an_agent_is_chosen_by_keyboard_and_its_reasons_add_up(hands: Hands) -> None:
    page = hands.page
    hands.tab("Agents")
    choose(hands, "Kind of agents", "maker")
    button = page.get_by_role("button", name="Hitachi Metals", exact=True)
    button.focus()
    page.keyboard.press("Enter")
    page.locator('[role="region"][aria-label="Why: Hitachi Metals"]').wait_for()
    assert button.get_attribute("aria-pressed") == "true"
    option = hands.option("Terms of having the line in China: Hitachi Metals")
    made = headless()
    j = list(made.prepared.names.makers).index("hitachi_metals")
    for l, one in enumerate(option["series"]):
        values = [bar["value"] for bar in one["data"]]
        terms = 100 * made.history.move_terms[SHOWN - 1, j, l]
        assert values[:-1] == pytest.approx([digits(float(term), 6) for term in terms], abs=1e-9)
        assert sum(values[:-1]) == pytest.approx(values[-1], abs=1e-3)
    assert page.locator("#reabm-agent figure canvas").count() >= 4
    choose(hands, "Kind of agents", "")
    page.get_by_role("button", name="Sort by Agent").click()
    page.get_by_role("button", name="Mountain Pass", exact=True).press("Space")
    page.locator('[role="region"][aria-label="Why: Mountain Pass"]').wait_for()
    assert hands.date == DATE, "space presses the button, it does not play"


def test_two_runs_are_compared_one_is_kept_and_the_same_run_twice_is_said_to_be_so(hands: Hands) -> None:
    page = hands.page
    hands.tab("Compare")
    label = "NdPr outside China: both runs and their difference"
    page.locator(f'figure[aria-label="{label}"] canvas').wait_for()
    first = page.get_by_label("Run A")
    series = hands.option(label)["series"]
    a, b, gap = (one["data"][SHOWN - 1][1] for one in series[:3])
    before, after = (float(run.history.months[SHOWN - 1, COLUMN.ndpr_outside_usd_kg]) for run in (plain(), headless()))
    assert (a, b, gap) == (digits(before), digits(after), digits(after - before))
    assert page.get_by_text("the same to the last bit before September 2010").count() == 1
    page.get_by_label("Name of the run to keep").fill("Cut and <b>stop</b>")
    hands.press("Keep this run")
    page.get_by_role("button", name="Let go of Cut and <b>stop</b>").wait_for()
    hands.press("Swap A and B")
    wait_for(lambda: (drawn := hands.option(label)["series"]) and drawn[2]["data"][SHOWN - 1][1] == digits(before - after))
    first.select_option(label="Cut and <b>stop</b>")
    page.get_by_label("Run B").select_option(value="screen")
    page.get_by_text("These two runs are the same to the last bit").wait_for()
    hands.press("Let go of Cut and <b>stop</b>")
    hands.press("Choose the runs for me")
    page.locator(f'figure[aria-label="{label}"] canvas').wait_for()
    page.get_by_label("Chart of Legal exports").wait_for()


def test_the_fan_of_five_hundred_futures_moves_with_a_lever_that_is_tried_and_adopted(hands: Hands) -> None:
    page = hands.page
    hands.tab("Ensemble")
    label = "Futures: NdPr outside China"
    page.get_by_text("500 futures, each this world up to its month").wait_for(timeout=30_000)
    wait_for(lambda: "median before" in names(hands, label), 15)  # of the run before the changes
    median = hands.values(label, "median")
    assert len(median) == 61
    asking = Asking(changed_scenario(), 0, SHOWN, 60, 500, n_scripted=0)
    world = world_at(prepare(changed_scenario()), asking)
    values, _ = months_of(asking, world, Asked(), columns=("ndpr_outside_usd_kg",))
    expected = bands_of(values)[2, 0]
    assert [point[1] for point in median[1:]] == [digits(float(value)) for value in expected]

    choose(hands, "Lever to try", "export_tax.share")
    page.get_by_label("Value to try, as a number").fill("0.5")
    page.get_by_label("Value to try, as a number").press("Enter")
    moved = wait_for(lambda: (now := hands.values(label, "median")) != median and now, 15)
    wait_for(lambda: "median before" in names(hands, label) and hands.values(label, "median before") == median, 15)
    assert moved[0] == median[0], "both fans open at the same month"
    assert moved[12][1] > median[12][1]
    page.get_by_label("Leverage of each future").check()
    leverage = "Futures: leverage over Japan"
    wait_for(lambda: any(one["name"] == "median" for one in hands.option(leverage)["series"]), 60)
    dates = hands.values(leverage, "median")
    assert [point[0] for point in dates] == pytest.approx([2013.0, 2014.0, 2015.0, 2016.0, 2017.0])
    page.get_by_label("Leverage of each future").uncheck()
    hands.press("Adopt")
    wait_for(lambda: "Export tax, one rate for all: 50 % from January 2013" in hands.made)
    wait_for(lambda: hands.marked == [68, SHOWN])
    wait_for(lambda: hands.values(label, "median") == moved, 15)
    hands.press("Take back: Export tax, one rate for all: 50 % from January 2013")
    wait_for(lambda: len(hands.made) == len(CHANGES))
    wait_for(lambda: hands.values(label, "median") == median, 15)


def test_tabs_may_be_switched_while_the_run_plays(hands: Hands) -> None:
    begun = "2006-12"  # early enough that a slow machine does not play to the end before the last tab
    hands.go_to(begun)
    hands.page.get_by_label("Speed").select_option("6")
    hands.press("Play")
    for title in TITLES:
        before = hands.date
        hands.tab(title)
        wait_for(lambda before=before: hands.date != before, 15)
    hands.press("Pause")
    hands.page.get_by_role("button", name="Play", exact=True).wait_for()
    assert hands.date > begun
    hands.tab("Overview")
    hands.go_to(DATE)


EMPTY = {
    "Overview": "not played yet",
    "Leverage": "Leverage is measured from the first March or September that was played on.",
    "Relocation": "No month was played yet.",
    "Market": "Nothing was played yet",
    "Flows": "Nothing played yet",
    "Agents": "No month was played yet.",
    "Compare": "Nothing was played yet",
    "Ensemble": "futures",
    "Game": "What each pair of strategies pays",  # a game may begin with the first month
    "History": "Your own run joins the chart once a month was played.",
    "Play a side": "Begin the game",
}


def test_before_the_first_month_every_tab_says_that_nothing_was_played(hands: Hands) -> None:
    hands.tab("Overview")
    hands.press("Reset")
    hands.sees_date("")
    panel = hands.page.locator('[role="tabpanel"]')
    assert list(EMPTY) == TITLES
    for title, said in EMPTY.items():
        hands.tab(title)
        wait_for(lambda said=said: said in panel.inner_html(), 30)
    hands.tab("Ensemble")
    wait_for(lambda: len(hands.values("Futures: NdPr outside China", "median")) == 60, 30)
    hands.press("Step a month")
    hands.sees_date("2005-01")
