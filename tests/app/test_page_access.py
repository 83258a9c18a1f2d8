"""Who cannot see the page, or has it on a phone: every control and figure has a name, and nothing runs over the edge."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from reabm.app.tabs import TABS
from tests.app.browser import Server

CHANGES = [{"from": "2010-09", "path": "export_quota.scale", "value": 0.5}]
PHONE = {"width": 390, "height": 844}
# Controls that a screen reader could not name.
NAMELESS = """() => [...document.querySelectorAll("button, input, select, textarea, summary, [role=tab], [tabindex='0'][role]")]
    .filter((one) => {
        const said = [one.getAttribute("aria-label"), ...[...(one.labels || [])].map((label) => label.innerText)];
        if (!["INPUT", "SELECT", "TEXTAREA"].includes(one.tagName)) said.push(one.innerText || one.textContent);
        return !said.some((words) => (words || "").trim());
    }).map((one) => one.outerHTML.slice(0, 160))"""
# Pictures that say nothing to those who do not see them.
SILENT = """() => [...document.querySelectorAll("canvas")]
    .filter((one) => !(one.closest('[role="img"][aria-label]') && one.closest("figure[aria-label]")))
    .map((one) => one.outerHTML.slice(0, 160))"""
# What reaches over the right edge and does not scroll by itself.
WIDE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const isInScroller = (one) => { for (let up = one.parentElement; up; up = up.parentElement)
        if (getComputedStyle(up).overflowX !== "visible") return true; return false; };
    return [`${document.documentElement.scrollWidth} px wide`, ...[...document.querySelectorAll("body *")]
        .filter((one) => one.getBoundingClientRect().right > width + 1 && !isInScroller(one))
        .map((one) => `${one.tagName}.${one.className} to ${Math.round(one.getBoundingClientRect().right)}`)];
}"""


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_on_every_tab_all_controls_have_names_and_nothing_runs_over_the_edge(
    visit: Callable[..., Any], server: Server, size: str
) -> None:
    at = urlencode({"at": "2012-12", "changes": json.dumps(CHANGES)})
    page = visit(f"{server.url}?{at}", **({"viewport": PHONE, "has_touch": True} if size == "phone" else {}))
    page.locator(".reabm-chart canvas").first.wait_for()
    for group in page.locator("details:not([open]) > summary").all():  # the levers too, folded away on a phone
        if group.is_visible():
            group.click()
    found: dict[str, list[str]] = {}
    for tab in TABS:
        page.locator(f"#reabm-tab-{tab.name}").click()
        panel = page.locator(f'[role="tabpanel"][aria-label="{tab.title}"]')
        panel.locator("canvas, .reabm-card").first.wait_for()
        if tab.name == "play":
            page.get_by_role("button", name="Begin the game").click()
            panel.locator("canvas").first.wait_for()
        if tab.name == "compare":  # a visitor's own words may be long
            page.get_by_label("Name of the run to keep").fill(40 * "W")
            page.get_by_role("button", name="Keep this run").click()
            page.get_by_role("button", name=f"Let go of {40 * 'W'}").wait_for()
        for check in (NAMELESS, SILENT, WIDE):
            if said := page.evaluate(check):
                found.setdefault(tab.title, []).extend(said)
    assert found == {}


def test_a_link_to_the_last_tab_shows_it_chosen_on_a_phone(visit: Callable[..., Any], server: Server) -> None:
    name = TABS[-2].name  # History; the last one, a game, has nothing to draw yet
    page = visit(f"{server.url}?{urlencode({'at': '2010-09', 'tab': name})}", viewport=PHONE, has_touch=True)
    tab = page.locator(f'#reabm-tab-{name}[aria-selected="true"]')
    tab.wait_for()
    page.wait_for_function("(tab) => tab.getBoundingClientRect().right <= window.innerWidth", arg=tab.element_handle())
    assert tab.bounding_box()["x"] >= 0
